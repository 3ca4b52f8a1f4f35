"""``python -m reports waits``: the report's files, and the register of what was sent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from data.sent_reports import keep, latest
from data.store import Snapshot, Store
from exports.files import to_csv, to_xlsx
from exports.waits_report import case_sheet, development_sheet, obstacle_sheet, table_sheet
from results.view import Edition
from results.waits.period import WaitPeriod
from results.waits.report import Report, report

WORKING = Edition("working")


def make(snapshot: Snapshot, asked: str, period: WaitPeriod) -> Report:
    """The report of a database or ``all`` with the change since the last one sent of the same database and period."""
    return report(snapshot, asked, period, latest(snapshot.root, asked, period.text))


def last_sent(snapshot: Snapshot, asked: str, period: WaitPeriod) -> dt.datetime | None:
    """When the report of this database (or ``all``) and period was sent last (UTC); None: not yet."""
    found = latest(snapshot.root, asked, period.text)
    return found.sent if found else None


def write(found: Report, out: Path) -> list[Path]:
    """Write the report into ``out``: what is sent, and apart from it the files for internal control.

    Of a year, ``…_kvartaler`` holds its four quarters beside it.

    Returns the files: ``ventetider_<database>_<period>`` and, below ``intern-kontrol/``, the case list and what
    stands in the way, each as XLSX and Danish CSV. Files of the same names are replaced.
    """
    stem = f"ventetider_{'alle' if found.asked == 'all' else found.asked}_{found.period.text}"
    inner = out / "intern-kontrol"
    inner.mkdir(parents=True, exist_ok=True)
    sheets = {
        out / stem: table_sheet(found, WORKING, "da"),
        inner / f"{stem}_mangler": obstacle_sheet(found, WORKING, "da"),
        inner / f"{stem}_sagsliste": case_sheet(found, WORKING, "da"),
    }
    if found.period.is_year:
        quarters = [make(found.snapshot, found.asked, one) for one in found.period.quarters]
        sheets[out / f"{stem}_kvartaler"] = development_sheet(found, quarters, WORKING, "da")
    written = []
    for place, sheet in sheets.items():
        for form, content in ((".xlsx", to_xlsx(sheet, "da")), (".csv", to_csv(sheet, "da"))):
            path = place.with_name(place.name + form)
            path.write_bytes(content)
            written.append(path)
    return written


def mark_sent(store: Store, found: Report) -> Path:
    """Put the report into the store's register as sent now; returns the register's file."""
    return keep(store.root, found.sent(dt.datetime.now(dt.UTC)))
