"""All indicators × year × department of one database against a raw scan of the same columns."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.report import Result
from data.selection import Selection
from data.store import Snapshot
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import COUNTS, count_together, shared
from results import cube

#: What the indicators of a database read, table by table.
_COLUMNS = {
    "cases": "diagnosis_date department region sex age_group stage site t n m registered_date vital_status vital_date "
    "cause_of_death first_treatment_date first_treatment_department first_treatment_acute first_major_date "
    "first_major_department first_major_acute first_surgery_date first_surgery_department first_surgery_acute "
    "first_surgery_complications_registered first_curative_surgery_date first_curative_surgery_department "
    "oncology_after_surgery_date any_complication_30d reoperation_30d readmission_30d higher_level_of_care_30d "
    "interventional_radiology_30d anastomotic_leak_30d conferences first_conference_date last_conference_followed "
    "trial_status palliative_received_date performance_status charlson residence_region",
    "palliative": "unit referred_date eligible received_date screened_date conference",
    "pro": "sent_date answered_date department",
    "coverage": "year department expected found",
}
_REPEATS = 7


def measure(snapshot: Snapshot, database: str) -> list[Result]:
    """The ratio of the counts' look-up to the raw scan, and the engine's direct count for comparison."""
    scan = _best(lambda: _raw_scan(snapshot, database))
    cube.leaf_counts(snapshot, database)
    looked_up = _best(lambda: _look_up(snapshot, database))
    direct = _best(lambda: _direct(snapshot, database))
    return [
        Result(f"{database}: raw scan of the indicators' columns", f"{1000 * scan:.1f} ms", "", None),
        Result(
            f"{database}: all indicators × year × department",
            f"{looked_up / scan:.2f} × the scan",
            "≤ 2 ×",
            looked_up / scan <= 2,
            f"{1000 * looked_up:.1f} ms from the kept counts",
        ),
        Result(
            f"{database}: the same counted directly by the engine",
            f"{direct / scan:.1f} × the scan",
            "≤ 5 ×",
            direct / scan <= 5,
            f"{1000 * direct:.0f} ms processor; as a filter does whose counts are not kept",
        ),
    ]


def _raw_scan(snapshot: Snapshot, database: str) -> None:
    for table, columns in _COLUMNS.items():
        aggregates = ", ".join(f"max({name})" for name in columns.split())
        snapshot.rows(database, f"SELECT {aggregates} FROM {table}")


def _look_up(snapshot: Snapshot, database: str) -> None:
    frame = cube.leaf_counts(snapshot, database)
    frame.groupby(["indicator", "period", "department"], as_index=False)[list(COUNTS)].sum()


def _direct(snapshot: Snapshot, database: str) -> None:
    together: dict[tuple, list[Indicator]] = {}
    for one in CATALOGUE:
        if not one.survival_years and why_not_reported(one, snapshot.info(database)) is None:
            together.setdefault(shared(one), []).append(one)
    for alike in together.values():
        count_together(snapshot, database, alike, Selection(("year", "department")))


def _best(run: Callable[[], object]) -> float:
    """Seconds of processor of the fastest of several runs, after one that warms up."""
    run()
    times = []
    for _ in range(_REPEATS):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)
