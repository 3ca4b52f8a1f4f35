"""The page of waiting times on two million legs: every tab, one database and all, first and again.

``python -m benchmarks.waits`` prints this part alone (about four minutes and 1 GB of disk).
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from benchmarks import pages
from benchmarks.report import Result, markdown
from data.load import load
from data.store import Store
from data.synthetic import synthesise
from results import prepare
from results.view import Edition
from results.waits import frames as waits_frames

CASES_PER_YEAR = 10_800  # × 26 databases × 12 years: two million legs
YEARS = (2014, 2025)
PAGES = (
    "/ventetider",
    "/ventetider?ben=udredning",
    "/ventetider?hvor=SLA-KIR",
    "/ventetider?hvor=SLA-KIR&liste=SLA-KIR",
    "/ventetider?sted=bopael",
    "/ventetider?regler=pakke",
    "/ventetider?omfang=alle",
    "/ventetider?omfang=alle&ben=udredning",
    "/ventetider?omfang=alle&hvor=SLA-KIR",
)


def measure(place: Path) -> list[Result]:
    """The pages' times on a store made in ``place``, and the seconds to keep its frames."""
    folders = synthesise(place / "extracts", None, CASES_PER_YEAR, YEARS, 1, "parquet")
    load(folders, place / "store")
    shutil.rmtree(place / "extracts")
    snapshot = Store(place / "store").current()
    legs = sum(info.rows.get("waits", 0) for info in snapshot.databases.values())
    prepare.counts(snapshot, Edition(), tuple(snapshot.databases))
    started = time.perf_counter()
    waits_frames.prepare(snapshot)
    kept = time.perf_counter() - started
    note = f"{legs:,} legs"
    found = pages.measure(place / "store", factor=2.0, wanted=PAGES)
    return [
        Result("waits: kept counts, made once", f"{kept:.0f} s", "", None, note),
        *(Result(f"waits: {one.what}", one.figure, one.bound, one.holds, f"{note}; {one.note}") for one in found),
    ]


if __name__ == "__main__":
    home = Path(tempfile.mkdtemp(prefix="kraeft-bench-"))
    try:
        print(markdown(measure(home)))
    finally:
        shutil.rmtree(home)
