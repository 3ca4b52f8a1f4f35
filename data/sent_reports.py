"""The register of reports sent to the authority: ``<store>/reports/``, one small file per report, never changed.

A report is counted again whenever data arrive late; the register keeps what was said when it was sent. Each file holds
the sum of its content: a count that turned on the disk was never sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from data.soundness import sync_folder
from data.store import StoreError

FOLDER = "reports"
#: 1: without a sum.
FORMAT = 2


@dataclass(frozen=True)
class SentReport:
    """What was sent: ``counts`` maps "leg/region" to the legs of each status. ``sent`` is UTC."""

    database: str  # a code, or "all"
    period: str  # 2026-Q3 or 2026-W40
    sent: dt.datetime
    snapshot: str
    counts: dict[str, dict[str, int]]


def keep(root: Path, report: SentReport) -> Path:
    """Write the report into the register of the store ``root``; returns its file.

    A reader sees the whole file or none, also after a power cut; raises StoreError where one was sent at the same
    microsecond.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    sync_folder(root)
    path = folder / f"{report.database}_{report.period}_{report.sent:%Y%m%dT%H%M%S%f}.json"
    content = {"format": FORMAT, **asdict(report), "sent": report.sent.isoformat()}
    content["sum"] = _sum(content)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        with temporary.open("x", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            raise StoreError(f"{path}: a report of the same moment is there; send again")
        os.replace(temporary, path)
        sync_folder(folder)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def latest(root: Path, database: str, period: str) -> SentReport | None:
    """The report of this database and period that was sent last; None where none was.

    Raises StoreError for a file of the register that cannot be read.
    """
    # No pattern of the file system: upper and lower case are different databases.
    name = re.compile(re.escape(f"{database}_{period}_") + r"\d{8}T\d{12}\.json")
    folder = root / FOLDER
    paths = folder.iterdir() if folder.is_dir() else ()
    found = [_read(path) for path in paths if name.fullmatch(path.name)]
    return max(found, key=lambda one: one.sent, default=None)


def _read(path: Path) -> SentReport:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] not in range(1, FORMAT + 1) or ("sum" in content) != (content["format"] > 1):
            raise ValueError(f"no format that this program reads, which are 1 to {FORMAT}")
        if "sum" in content and content.pop("sum") != _sum(content):
            raise ValueError("it is not what was written")
        del content["format"]
        return SentReport(**{**content, "sent": dt.datetime.fromisoformat(content["sent"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path}: the sent report cannot be read ({error}); restore the file or move it out of the folder"
        ) from error


def _sum(content: dict) -> str:
    """The sha256 of what a report says."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
