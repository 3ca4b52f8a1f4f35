"""1- and 5-year survival of every department: daily counts and one pass, against a loop of lifelines fits.

``measure`` is for the command that assembles the benchmarks; it needs a snapshot with many cases.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.report import Result
from data import Snapshot
from data.selection import Selection
from survival.engine import survival_table
from survival.estimators import YEAR

YEARS = (1, 5)
BY_DEPARTMENT = Selection(by=("department",))


def engine(snapshot: Snapshot, database: str) -> dict[str | None, list[float]]:
    """Overall survival at :data:`YEARS` of each department, from the survival engine."""
    table = survival_table(snapshot, database, "overall", YEARS, BY_DEPARTMENT)
    names = table["department"].to_numpy()[:: len(YEARS)]
    return dict(zip(names, table["estimate"].to_numpy().reshape(-1, len(YEARS)).tolist(), strict=True))


def lifelines_loop(snapshot: Snapshot, database: str) -> dict[str | None, list[float]]:
    """The same with one lifelines fit per department, on rows fetched once."""
    from lifelines import KaplanMeierFitter

    rows = snapshot.query(
        database, "SELECT department, followup_days, vital_status = 'dead' AS dead FROM cases ORDER BY department"
    )
    result = {}
    for name, group in rows.groupby("department", dropna=False):
        fitter = KaplanMeierFitter().fit(group["followup_days"], group["dead"])
        values = fitter.survival_function_at_times([year * YEAR for year in YEARS]).to_numpy()
        # lifelines carries the last value past the end of follow-up.
        reached = [group["followup_days"].max() >= year * YEAR or values[-1] == 0 for year in YEARS]
        result[name] = [value if ok else np.nan for value, ok in zip(values, reached, strict=True)]
    return result


def measure(snapshot: Snapshot, database: str, repeats: int = 3) -> dict[str, float]:
    """Seconds of both (best of ``repeats``, after one warm-up), their ratio, and the largest difference.

    Raises AssertionError where the two do not agree to 1e-10.
    """
    ours, theirs = engine(snapshot, database), lifelines_loop(snapshot, database)
    known = [name for name in ours if isinstance(name, str)]
    one, other = (np.array([values[name] for name in known]) for values in (ours, theirs))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-10)
    fast = _best(lambda: engine(snapshot, database), repeats)
    slow = _best(lambda: lifelines_loop(snapshot, database), repeats)
    return {
        "departments": len(known),
        "engine_seconds": fast,
        "lifelines_seconds": slow,
        "ratio": slow / fast,
        "largest_difference": float(np.nanmax(np.abs(one - other))),
    }


def _best(run: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def results(snapshot: Snapshot) -> list[Result]:
    """One line for the benchmark table: every department of every database."""
    measured = [measure(snapshot, database) for database in snapshot.databases]
    ours, theirs = (sum(one[name] for one in measured) for name in ("engine_seconds", "lifelines_seconds"))
    departments = sum(int(one["departments"]) for one in measured)
    largest = max(one["largest_difference"] for one in measured)
    return [
        Result(
            "all departments' 1- and 5-year survival against a loop of lifelines fits",
            f"{theirs / ours:.1f} × faster",
            "≥ 10 ×",
            theirs / ours >= 10 and largest <= 1e-10,
            f"{departments} departments of {len(measured)} databases, {ours:.2f} s; largest difference {largest:.0e}",
        )
    ]
