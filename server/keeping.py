"""Pages that were made are kept: in memory as they are sent, beside the store as they were made.

In memory stand the answers of one version of the data, packed, up to so many bytes. Beside the store (``pages/``) stand
the pages that readers open first, made by the process that prepares a snapshot (server/beforehand.py): a server that
has just started, or that has new data, does not make them while somebody waits. A file is named by what its page
is made of (snapshot, program, edition, who may see it, address) and carries a sum of its bytes; one that was damaged is
removed and its page made again.

A page knows what of the registers was read for it: what is written there makes those pages anew that show it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import logging
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from data.kept_pages import FOLDER
from data.once import Flight
from data.reads import Read, noting
from layouts.frame.being_made import kept_for_all, of_before
from layouts.frame.source import remembered
from layouts.frame.visitor import scope
from server.writing import to_html

#: Bytes of packed answers that are kept in memory: some thousand pages.
IN_MEMORY = 64 * 1024**2
#: While so many pages are made at a time, one that the snapshot before has is answered by that.
MAKERS = 2
#: Seconds for which the pages of the snapshot before are kept.
FORMER_KEPT = 120.0
_MAIN = re.compile(r"<main\b[^>]*>")
_log = logging.getLogger("kraeftkvalitet")


@dataclass(frozen=True)
class SentPage:
    """A page as it is sent. ``packed``: the whole document by gzip; ``tag``: its entity tag.

    ``dated``: what it says of its numbers once they are of a former snapshot, which ``snapshot`` names.
    """

    packed: bytes
    status: int
    tag: str
    lang: str
    snapshot: str = ""
    dated: str = ""

    @classmethod
    def of(cls, document: str, status: int, lang: str, snapshot: str = "", dated: str = "") -> SentPage:
        """The answer that sends this document."""
        text = document.encode()
        tag = hashlib.sha256(text).hexdigest()[:32]
        return cls(gzip.compress(text, compresslevel=5, mtime=0), status, tag, lang, snapshot, dated)

    @property
    def text(self) -> str:
        """The document."""
        return gzip.decompress(self.packed).decode()

    def of_before(self) -> SentPage:
        """The page as it stands while the one of newer data is made: dated, and exchanging itself."""
        told = to_html(of_before(self.lang, self.dated, self.snapshot))
        document = _MAIN.sub(lambda main: main.group() + told, self.text, count=1)
        return self.of(document, self.status, self.lang, self.snapshot, self.dated)


@dataclass(frozen=True)
class Kept:
    """A page, the version of the data it was made of, and what was read of the registers for it."""

    page: SentPage
    version: str
    read: frozenset[Read]


@dataclass(frozen=True)
class PageKey:
    """What a page is asked by. ``former``: the id of the former snapshot that it is of, "" for the current one;
    ``remembered``: the department that the reader's device remembers; ``scope``: what the visitor may see."""

    path: str
    query: str
    former: str = ""
    remembered: str = ""
    scope: str = ""


class PageCache:
    """Pages as answers for one version of the data.

    ``version`` is asked at each look-up: the snapshot's id, what of it cannot be read, and the versions of the
    registers, each after a "+". A new snapshot empties the cache. Its pages stand in for those that are being made,
    dated, for some minutes (FORMER_KEPT): after a publication a hundred readers do not wait for each other's pages.
    ``moved``: whether what was read of the registers may say something else than at a former version; such a page is
    made anew, and nothing stands in: who has written sees it.

    ``make``: the answer at a path and query; ``find``: that of a key and version which was made beforehand, or None.
    """

    def __init__(
        self,
        version: Callable[[], str],
        make: Callable[[str, str], SentPage],
        find: Callable[[PageKey, str], Kept | None] = lambda key, version: None,
        moved: Callable[[Collection[Read], str], bool] = lambda read, then: True,
        most: int = IN_MEMORY,
    ) -> None:
        self._version, self._make, self._find, self._moved, self._most = version, make, find, moved, most
        self._pages: OrderedDict[PageKey, Kept] = OrderedDict()
        self._bytes = 0
        self._before: Mapping[PageKey, Kept] = {}
        self._dated: dict[PageKey, SentPage] = {}
        self._until = 0.0
        self._making = 0
        self._seen = ""
        self._lock = threading.Lock()
        self._flight = Flight()

    def page(self, path: str, query: str, former: str = "") -> SentPage:
        """The page at an address, made if it is not kept; once, where several readers ask for it at the same time.

        A reader does not wait for another's slow work: the page then says by itself what is being made. ``former``: the
        id of the snapshot that the request shows, where it is not the current one.
        """
        version = self._version()
        key = PageKey(path, query, former, remembered(), scope())
        found = self._found(version, key)
        if found is None and (self._making >= MAKERS or self._flight.under_way((version, key))):
            found = self._of_before(key, version)
        return found or self._flight.share((version, key), lambda: self._made(version, key), alone=True)

    def before(self, path: str, query: str) -> SentPage | None:
        """The page of the snapshot before, dated; None where it is not kept."""
        return self._of_before(PageKey(path, query, "", remembered(), scope()), self._version())

    def _of_before(self, key: PageKey, version: str) -> SentPage | None:
        with self._lock:
            if time.monotonic() > self._until:
                self._before, self._dated = {}, {}
            found, dated = self._before.get(key), self._dated.get(key)
        if found is None or self._differs(found, version):
            return None
        if dated is not None:
            return dated
        made = found.page.of_before()
        with self._lock:
            if self._before.get(key) is found:
                self._dated[key] = made
        return made

    def _found(self, version: str, key: PageKey) -> SentPage | None:
        with self._lock:
            if made_of(version) != self._seen:
                newer = version.partition("+")[0] != self._seen.partition("+")[0]
                self._before, self._dated = dict(self._pages) if newer else {}, {}
                self._until = time.monotonic() + FORMER_KEPT
                self._pages.clear()
                self._bytes = 0
                self._seen = made_of(version)
            if key in self._pages:
                self._pages.move_to_end(key)
            found = self._pages.get(key)
        if found is not None and found.version != version:
            found = None if self._differs(found, version) else replace(found, version=version)
            if found is not None:
                self._keep(key, found)
        if found is None and not key.former and (found := self._find(key, version)) is not None:
            self._keep(key, found)
        return found and found.page

    def _differs(self, kept: Kept, version: str) -> bool:
        """Whether what the page shows of the registers may have changed."""
        same = kept.version.rsplit("+", 2)[1:] == version.rsplit("+", 2)[1:]
        return not same and self._moved(kept.read, kept.version)

    def _keep(self, key: PageKey, made: Kept) -> None:
        with self._lock:
            if made_of(made.version) != self._seen:
                return
            gone = self._pages.pop(key, None)
            self._pages[key] = made
            self._bytes += len(made.page.packed) - (len(gone.page.packed) if gone else 0)
            while self._bytes > self._most:
                self._bytes -= len(self._pages.popitem(last=False)[1].page.packed)

    def _made(self, version: str, key: PageKey) -> SentPage:
        found = self._found(version, key)  # made since by another thread
        if found is not None:
            return found
        with self._lock:
            self._making += 1
        try:
            with noting() as read:
                made = self._make(key.path, key.query)
        finally:
            with self._lock:
                self._making -= 1
        # The data may have changed while the page was made: then it belongs to no version.
        if (kept_for_all() or key.former) and version == self._version():
            self._keep(key, Kept(made, version, frozenset(read)))
        return made


def made_of(version: str) -> str:
    """A version without those of the registers: the snapshot, and what of it cannot be read."""
    return version.rsplit("+", 2)[0]


class PagesBeside:
    """Pages beside the store, made by a ``program`` (a sum of it) for an ``edition``."""

    def __init__(self, root: Path, program: str, edition: str) -> None:
        self._folder, self._program, self._edition = root / FOLDER, program, edition

    def find(self, key: PageKey, version: str) -> tuple[dict[str, object], str, frozenset[Read]] | None:
        """The fields that were kept of a page, its whole version, and what it read of the registers, which may have
        moved since; None where there is none, or it is not what was written."""
        path = self._path(key, version)
        try:
            said, _, packed = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("%s: a kept page cannot be read (%s); it is made", path, error)
            return None
        if said != _sum(path.name, packed):
            _log.warning("%s: a kept page is not what was written; it is removed and made again", path)
            with contextlib.suppress(OSError):  # of a store that may not be written to: it is passed over each time
                path.unlink(missing_ok=True)
            return None
        page, made_at, read = json.loads(gzip.decompress(packed))
        return page, made_at, frozenset((register, start) for register, start in read)

    def keep(self, key: PageKey, version: str, page: Mapping[str, object], read: Collection[Read]) -> None:
        """Write a page's fields; whole or not at all."""
        packed = gzip.compress(json.dumps([page, version, sorted(read)]).encode(), compresslevel=5, mtime=0)
        path = self._path(key, version)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        writing = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(_sum(path.name, packed) + b"\n" + packed)
            writing.replace(path)
        except OSError:
            writing.unlink(missing_ok=True)
            raise

    def keep_only(self, version: str) -> int:
        """Remove the pages of other versions and programs; returns how many there were."""
        gone = [one for one in self._folder.glob("*.page") if not one.name.startswith(f"{self._stem(version)}.")]
        for one in gone:
            one.unlink(missing_ok=True)
        return len(gone)

    def _stem(self, version: str) -> str:
        of = hashlib.sha256(json.dumps([self._program, made_of(version)]).encode()).hexdigest()[:16]
        return f"{version.partition('+')[0]}.{of}"

    def _path(self, key: PageKey, version: str) -> Path:
        said = json.dumps([self._edition, key.path, key.query, key.former, key.remembered, key.scope])
        return self._folder / f"{self._stem(version)}.{hashlib.sha256(said.encode()).hexdigest()[:32]}.page"


def _sum(name: str, packed: bytes) -> bytes:
    """Of the content and the name under which it belongs."""
    return hashlib.sha256(name.encode() + b"\n" + packed).hexdigest().encode()


def without_drawings(page: object) -> dict[str, object]:
    """A page's fields as they are kept beside the store: all but its figures as they were given to be drawn."""
    return {name: value for name, value in vars(replace(page, drawn={})).items() if name != "drawn"}
