"""The log of deliveries: what came to the store, load by load, and what became of it.

A folder beside the store (``folder_of``) has one small file for each load command, also for one that was refused, which
leaves the store itself as it was; the newest KEPT stay.
Each holds the sum of its content. Of a delivery that was loaded the findings lie in its database file and only their
number here; of a refused one they are here, for they are nowhere else. No value of an identifier is in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data.checks import Inspection
from data.findings import RULE, Finding
from data.soundness import sync_folder
from data.text import Text

FORMAT = 1
#: How many load commands the log remembers: more than a year of nights.
KEPT = 400
#: How many findings are kept of one refused delivery, errors first.
MOST_FINDINGS = 100
#: What became of a delivery. HELD: nothing is wrong with it, but another of the same command was refused.
LOADED, UNCHANGED, REFUSED, HELD = "loaded", "unchanged", "refused", "held"
OUTCOMES = (LOADED, UNCHANGED, REFUSED, HELD)
_NAME = re.compile(r"\d{8}T\d{12}\.json")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoggedFinding:
    """A finding as the command said it; ``text``, ``values`` and ``advice`` in both languages."""

    severity: str
    rule: str
    table: str
    column: str
    rows: int
    of_rows: int
    first_rows: str
    lines: str
    values: Text
    advice: Text

    @property
    def text(self) -> Text:
        """What the rule says; its name where this program has no such rule."""
        rule = RULE.get(self.rule)
        return Text(rule.da, rule.en) if rule else Text(self.rule, self.rule)

    @classmethod
    def of(cls, one: Finding) -> LoggedFinding:
        """A finding of the import."""
        return cls(
            one.severity,
            one.rule,
            one.table,
            one.column,
            one.rows,
            one.of_rows,
            ", ".join(map(str, one.first_rows)),
            ", ".join(map(str, one.lines)),
            Text(one.values_text("da"), one.values_text("en")),
            Text(one.advice("da"), one.advice("en")),
        )


@dataclass(frozen=True)
class Delivery:
    """One extract in one load command.

    ``database``, ``part``: "" where extract.toml could not be read, and of a whole database; ``cut``: None likewise.
    ``cases``: None where they could not be read. ``snapshot``: the current one after the command, "" where there was
    none. ``findings``: of a refused delivery, MOST_FINDINGS of them, ``more`` further ones are not kept.
    """

    time: dt.datetime
    folder: str
    database: str
    part: str
    cut: dt.date | None
    cases: int | None
    outcome: str
    snapshot: str
    errors: int
    warnings: int
    findings: tuple[LoggedFinding, ...] = ()
    more: int = 0


def delivery(inspection: Inspection, outcome: str, time: dt.datetime, snapshot: str) -> Delivery:
    """What the log keeps of an extract that was looked at."""
    said, found = inspection.manifest, inspection.findings
    kept = found[:MOST_FINDINGS] if outcome == REFUSED else ()
    return Delivery(
        time,
        inspection.folder.name,
        said.database if said else "",
        said.part if said else "",
        said.data_cut if said else None,
        inspection.rows.get("cases"),
        outcome,
        snapshot,
        sum(one.is_error for one in found),
        sum(one.is_warning for one in found),
        tuple(LoggedFinding.of(one) for one in kept),
        len(found) - len(kept) if outcome == REFUSED else 0,
    )


def folder_of(root: Path) -> Path:
    """Where the log of the store ``root`` lies: ``store`` has ``store.deliveries`` beside it."""
    whole = root.resolve()
    return whole.with_name(f"{whole.name}.deliveries")


def keep(root: Path, deliveries: Sequence[Delivery]) -> None:
    """Write one load command into the log of the store ``root``, and forget the oldest beyond KEPT.

    The load stands as it is where the log cannot be written: the disk may be full, and that is said in the program's
    log. A reader sees the whole file or none.
    """
    if not deliveries:
        return
    folder = folder_of(root)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _write(folder / f"{deliveries[0].time:%Y%m%dT%H%M%S%f}.json", deliveries)
        for path in _files(folder)[:-KEPT]:
            path.unlink()
    except OSError as error:
        _log.error("%s: the log of deliveries cannot be written (%s); make room, or mend the folder", folder, error)


def erase(root: Path, database: str) -> None:
    """Take a database out of the log: a finding names values of its rows."""
    for path in _files(folder_of(root)):
        there = _read(path)
        rest = [one for one in there if one.database != database]
        if not there or not rest:
            path.unlink()
        elif len(rest) < len(there):
            _write(path, rest)


def newest(root: Path) -> Iterator[Delivery]:
    """The deliveries, the latest first; a file that is not what was written is told in the program's log, not read."""
    for path in reversed(_files(folder_of(root))):
        yield from _read(path)


def _files(folder: Path) -> list[Path]:
    """The files of the log, oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.is_dir() else []


def _write(path: Path, deliveries: Sequence[Delivery]) -> None:
    content = {"format": FORMAT, "deliveries": [_plain(one) for one in deliveries]}
    content["sum"] = _sum(content)
    temporary = path.with_name(f".{path.name}.writing")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _plain(one: Delivery) -> dict:
    return {**asdict(one), "time": one.time.isoformat(), "cut": one.cut.isoformat() if one.cut else None}


def _read(path: Path) -> list[Delivery]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content.pop("sum") != _sum(content):
            raise ValueError("it is not what was written")
        return [_revived(one) for one in content["deliveries"]]
    except FileNotFoundError:  # a load has forgotten it since the folder was listed
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.error("%s: a file of the log of deliveries cannot be read (%s); move it out of the folder", path, error)
        return []


def _revived(said: dict) -> Delivery:
    findings = tuple(
        LoggedFinding(**{**one, "values": Text(**one["values"]), "advice": Text(**one["advice"])})
        for one in said["findings"]
    )
    cut = dt.date.fromisoformat(said["cut"]) if said["cut"] else None
    return Delivery(**{**said, "time": dt.datetime.fromisoformat(said["time"]), "cut": cut, "findings": findings})


def _sum(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
