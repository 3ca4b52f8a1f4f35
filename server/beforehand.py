"""``python -m server prepare``: what pages look up (results.prepare), and the pages that readers open first, made
before a reader asks. The dashboard starts it beside itself for each snapshot.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator
from html import unescape
from importlib import metadata
from pathlib import Path
from urllib.parse import parse_qs

from data.output import DONE, progress, run
from data.reads import noting
from data.store import Store
from layouts.frame import visitor
from layouts.frame.being_made import kept_for_all
from layouts.frame.source import StoreSource
from results import prepare
from results.view import FIRST_DATABASE, Edition
from server.access.network import Network
from server.application import create_app
from server.keeping import PageKey, PagesBeside, without_drawings
from server.rendering import PrerenderedDash, Rendering, render

ROOT = Path(__file__).resolve().parents[1]
#: What a page is made by: the product's own files, by folder, and the libraries that draw and count.
_FILES = ("*.py", "*.csv", "*.toml", "*.js", "*.css", "*.svg", "*.json")
_FOLDERS = ("data", "survival", "indicators", "results", "words", "figures", "exports", "reports", "layouts", "server",
            "assets", "plan")  # fmt: skip
_LIBRARIES = ("dash", "duckdb", "lifelines", "numpy", "pandas", "plotly", "scipy")
#: So many pages are made of the first database at most, and so many that one page links to.
MOST, MOST_OF_ONE = 600, 30
_LINK = re.compile(r'href="(/[^"#]*)')
#: Choices whose pages are made when they are asked for; and those of earlier periods, but for the overview's.
_SELDOM = {"lang", "sort", "visning", "kurve"}
_PAST = re.compile(r"[?&](periode|diagnose)=")
#: Addresses that are no pages, and pages of one person's patients.
NO_PAGES = ("/hent/", "/assets/", "/figur/", "/handl", "/indsats", "/leverancer", "/log-", "/konto")
#: Who sees pages where one has to log in: the roles that see all databases alike.
ROLES = ("registry", "reader")


@functools.cache
def program() -> str:
    """A sum of all that makes a page besides the data: the program's files and the libraries' versions."""
    found = hashlib.sha256(" ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES).encode())
    for folder in _FOLDERS:
        for path in sorted(one for pattern in _FILES for one in (ROOT / folder).rglob(pattern)):
            found.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def beside(store: Store, edition: Edition, login: bool = False, base: str = "") -> PagesBeside:
    """The pages beside a store of a server with this edition, or one where the edition follows from the log-in, below a
    path of its host."""
    return PagesBeside(store.root, program(), f"{'log-in' if login else edition.name} {edition.threshold}{base}")


class Pages:
    """The pages that readers open first, of one store, made and kept. ``visitors``: for whom, None without log-in;
    ``base``: the path of the host below which they are."""

    def __init__(
        self, store: Store, edition: Edition, visitors: Iterable[visitor.Visitor | None], base: str = ""
    ) -> None:
        self._store, self._visitors, self._base = store, tuple(visitors), base
        self._source = StoreSource(store, edition)
        self._beside = beside(store, edition, self._visitors != (None,), base)

    def make(self, database: str, whole: bool) -> None:
        """Make the pages of a database that are not kept yet: its overview and those that its head links to.

        The ``whole``: every page that its overview links to, and what those link to, their choices first.
        """
        for one in self._visitors:
            for address in self._addresses(database, whole, one):
                if self._page(address, one) is None:
                    return

    def finish(self) -> int:
        """Remove the pages of other versions; how many there were."""
        return self._beside.keep_only(self._source.version())

    def _addresses(self, database: str, whole: bool, of: visitor.Visitor | None) -> Iterator[str]:
        """Addresses as the links say them, each once; those that follow are read off the pages that were made."""
        first = database == self._first
        start = "/" if first else f"/?database={database}"
        yield start
        pages = _links(self._body(start, of), database, first)[: MOST - 1]
        if not whole:
            yield from [one for one in pages if one.partition("?")[0] != "/"]
            return
        seen = {start, *pages}
        yield from pages
        for page in [one for one in pages if "?" not in one]:
            choices = [one for one in _links(self._body(page, of), database, first) if not _PAST.search(one)]
            for one in [one for one in choices if one not in seen][:MOST_OF_ONE]:
                if len(seen) >= MOST:
                    return
                seen.add(one)
                yield one

    def _body(self, address: str, of: visitor.Visitor | None) -> str:
        """A page's HTML with its links as they are inside."""
        made = self._page(address, of)
        return "" if made is None else made.body.replace(f'href="{self._base}/', 'href="/')

    def _page(self, address: str, of: visitor.Visitor | None) -> Rendering | None:
        """The page at an address, from what is kept or made now; None where the data have changed since."""
        path, _, query = address.partition("?")
        version = self._source.version()
        with self._application.server.test_request_context(address, base_url=f"http://localhost{self._base}"):
            if of is not None:
                visitor.enter(of)
            key = PageKey(path, query, scope=visitor.scope())
            kept = self._beside.find(key, version)
            if kept is not None and not self._source.moved(kept[2], kept[1]):
                return Rendering(**kept[0])
            with noting() as read:
                made = render(path, query)
            if version != self._source.version():
                return None
            if made.status == 200 and kept_for_all():
                self._beside.keep(key, version, without_drawings(made), read)
            return made

    @property
    def _first(self) -> str:
        there = self._store.served().databases
        return FIRST_DATABASE if FIRST_DATABASE in there else min(there)

    @functools.cached_property
    def _application(self) -> PrerenderedDash:
        network = Network(base=self._base)
        return create_app(self._source, self._source.version, moved=self._source.moved, network=network)


def _links(body: str, database: str, first: bool) -> list[str]:
    """The links of a page to pages of this database in Danish: those of its head, then those of its text."""
    head, _, main = body.partition("<main")
    found = dict.fromkeys(unescape(one) for text in (head, main) for one in _LINK.findall(text))
    return [one for one in found if _is_wanted(one, database, first)]


def _is_wanted(link: str, database: str, first: bool) -> bool:
    path, _, query = link.partition("?")
    chosen = parse_qs(query)
    of = chosen.get("database", [""])[-1]
    return not path.startswith(NO_PAGES) and not _SELDOM & chosen.keys() and (of == database or (first and not of))


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description="What the dashboard does beside its readers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = prepare.add_command(commands, "make what pages look up, and the pages that readers open first")
    one.add_argument("--login", action="store_true", help="for a dashboard that one has to log in to")
    one.add_argument("--base-path", default="", metavar="PATH", help="of a dashboard below a path of its host")
    one.set_defaults(run=_prepare)
    return parser


def _prepare(options: argparse.Namespace) -> int:
    store = prepare.opened(options)
    snapshot = store.served()
    editions = [Edition(name, options.threshold) for name in dict.fromkeys(options.edition or ["working"])]
    base = options.base_path
    shown = [Pages(store, editions[-1], [visitor.Visitor("", role) for role in ROLES], base)] if options.login else [
        Pages(store, one, [None], base) for one in editions
    ]  # fmt: skip
    for edition, pages in zip(editions, (None, *shown) if options.login else shown, strict=True):
        for part in prepare.prepare(snapshot, edition, pages and pages.make):
            progress(part)
            if store.served().id != snapshot.id:  # a new load: what is left would be made for nobody
                return DONE
    progress(f"{shown[0].finish()} pages of earlier versions removed")
    return DONE
