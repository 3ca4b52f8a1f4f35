"""Every page and file before and after a move: ``python -m tests.compare_whole dump DIR --store STORE``, then
``python -m tests.compare_whole diff BEFORE AFTER``.

``dump`` follows the links of the dashboard from its first page, in both editions and languages, and writes each page's
HTML and figures, each CSV and each XLSX (as the text of its parts) below DIR. The store must be the same in both runs,
and what it keeps ready must be made (``python -m results prepare``). ``diff`` names what differs and returns 1.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import re
import sys
import zipfile
from collections import deque
from pathlib import Path

from flask.testing import FlaskClient

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app

STARTS = ("/", "/?lang=en")
_LINK = re.compile(r'href="(/[^"#]*)')
_BODY = re.compile(r"<body>(.*?)<template", re.S)
MOST = 600  # pages and files of one edition and language


def dump(folder: Path, store: Path, most: int = MOST) -> int:
    """Write every page and file that links lead to; returns how many."""
    written = 0
    for edition in (Edition(), Edition("public", 5)):
        source = StoreSource(Store(store), edition)
        client = create_app(source, source.version).server.test_client()
        for start in STARTS:
            place = folder / edition.name / ("en" if "lang" in start else "da")
            place.mkdir(parents=True)
            written += _follow(client, start, place, most)
    return written


def _follow(client: FlaskClient, start: str, place: Path, most: int) -> int:
    seen, waiting, lines = {start}, deque([start]), []
    #: Of each page without its choices, as many as of any other: a menu of a hundred links must not take all.
    taken: dict[str, int] = {}
    while waiting and len(lines) < most:
        address = waiting.popleft()
        path = address.partition("?")[0]
        taken[path] = taken.get(path, 0) + 1
        if taken[path] > 12:
            continue
        answer = client.get(address)
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        text = _text(answer.get_data(), answer.mimetype)
        (place / name).write_text(f"{answer.status_code} {address}\n{text}", encoding="utf-8")
        lines.append(address)
        if answer.mimetype != "text/html":
            continue
        for one in _LINK.findall(text):
            link = html.unescape(one)
            if link not in seen and not link.startswith(("/assets/", "/_dash")):
                seen.add(link)
                waiting.append(link)
    return len(lines)


def _text(body: bytes, kind: str) -> str:
    """What is compared: a page's body (its head names the versions of scripts), a file's text."""
    if kind == "text/html":
        found = _BODY.search(body.decode("utf-8"))
        return (found[1] if found else body.decode("utf-8")).replace("><", ">\n<")
    if kind.startswith("text/"):
        return body.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        names = sorted(name for name in parts.namelist() if not name.startswith("docProps/"))
        return "\n".join(f"{name}\n{parts.read(name).decode('utf-8')}" for name in names)


def diff(before: Path, after: Path) -> list[str]:
    """The addresses that are in one of the two alone, or differ, each with its first line that does."""
    found = []
    files = {path.relative_to(one) for one in (before, after) for path in one.rglob("*") if path.is_file()}
    for name in sorted(files):
        texts = [(one / name).read_text(encoding="utf-8") if (one / name).exists() else "" for one in (before, after)]
        if texts[0] == texts[1]:
            continue
        where = (texts[0] or texts[1]).partition("\n")[0]
        old, new = (text.splitlines() for text in texts)
        line = next((pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]), ("(one is longer)", ""))
        found.append(f"{name.parent} {where}\n  - {line[0][:300]}\n  + {line[1][:300]}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.compare_whole")
    commands = parser.add_subparsers(dest="command", required=True)
    dumping = commands.add_parser("dump")
    dumping.add_argument("folder", type=Path)
    dumping.add_argument("--store", type=Path, required=True)
    dumping.add_argument("--most", type=int, default=MOST)
    comparing = commands.add_parser("diff")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.command == "dump":
        print(f"{dump(options.folder, options.store, options.most)} pages and files in {options.folder}")
        return 0
    found = diff(options.before, options.after)
    print("\n".join(found) or "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
