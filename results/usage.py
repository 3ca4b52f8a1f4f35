"""Who uses which pages, counted from the audit log. No patient data are in it, and none come out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from data.audit_log import AuditLog, events

#: What counts as that a page was seen: also where the browser had it already (304).
_SEEN = (200, 304)


@dataclass(frozen=True)
class PageUse:
    """A page ("/indikator": of all indicators): ``views`` by role, how many ``people``, ``files``, the ``last`` day."""

    path: str
    views: Mapping[str, int]
    people: int
    files: int
    last: dt.date


@dataclass(frozen=True)
class UserUse:
    """A user: on how many ``days``, ``views``, ``files``, what was ``written`` and ``refused``, the ``last`` day."""

    name: str
    role: str
    days: int
    views: int
    files: int
    written: int
    refused: int
    last: dt.date


@dataclass(frozen=True)
class Usage:
    """``since`` the first day counted; pages and users, the most used first; ``log_ins`` that were ``refused``."""

    since: dt.date
    pages: tuple[PageUse, ...]
    users: tuple[UserUse, ...]
    log_ins: int
    refused: int


def usage(root: Path, since: dt.date) -> Usage:
    """What the audit log of a store tells from a day on; raises OSError or ValueError where it cannot be read."""
    return counted(events(AuditLog(root).path, since), since)


def counted(rows: Iterable[Mapping[str, object]], since: dt.date) -> Usage:
    """``usage`` of these lines of the log."""
    views: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, set[str]] = defaultdict(set)
    page_files: Counter[str] = Counter()
    page_last: dict[str, dt.date] = {}
    roles: dict[str, str] = {}
    done: dict[str, Counter[str]] = defaultdict(Counter)
    days: dict[str, set[dt.date]] = defaultdict(set)
    log_ins: Counter[str] = Counter()
    for row in rows:
        day = dt.date.fromisoformat(str(row["time"])[:10])
        who, what, status = str(row["who"]), str(row["what"]), row["status"]
        if what.startswith("log-in"):
            log_ins[what] += 1
        seen = what in ("view", "export") and status in _SEEN
        if seen:
            page = page_of(str(row["path"]))
            page_last[page] = day
            page_files[page] += what == "export"
            if what == "view":
                views[page][str(row["role"])] += 1
            if who:
                people[page].add(who)
        if who:
            roles[who] = str(row["role"])
            days[who].add(day)
            if seen or what in ("write", "refused"):
                done[who][what] += 1
    pages = [PageUse(one, dict(views[one]), len(people[one]), page_files[one], page_last[one]) for one in page_last]
    users = [
        UserUse(one, roles[one], len(days[one]), *(done[one][what] for what in ("view", "export", "write", "refused")),
                max(days[one]))
        for one in roles
    ]  # fmt: skip
    return Usage(
        since,
        tuple(sorted(pages, key=lambda one: (-sum(one.views.values()), -one.files, one.path))),
        tuple(sorted(users, key=lambda one: (-one.views, one.name))),
        log_ins["log-in"],
        log_ins["log-in refused"],
    )


def page_of(path: str) -> str:
    """The page that an address is of: its first part; of files and tables for programs also their name."""
    parts = path.strip("/").split("/")
    if parts[0] in ("hent", "figur", "rapport", "audit") and len(parts) > 1:
        return f"/{parts[0]}/{parts[1].partition('.')[0]}" if parts[0] != "figur" else "/figur"
    if parts[0] == "api":
        return "/api"
    return f"/{parts[0]}"
