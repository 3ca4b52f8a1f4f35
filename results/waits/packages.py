"""Share within the package times OF1–OF4: a professional guideline of the cancer pathways, not a right.

OF1: referral to first visit, from examination legs. OF2: first visit to clinical decision. OF3: clinical decision to
treatment. OF4: referral to treatment. OF2–OF4 are of treatment legs; their first visit and referral are
those of the case's latest examination that had begun by the treatment. Of several treatments after one examination
the first alone counts for OF2 and OF4. Only legs of a package that ended with a start count, also those that the legal
maximum does not cover: a guideline is no legal maximum.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pandas as pd

from data import reference
from data.selection import Selection
from data.text import Text
from indicators.engine import with_rates
from indicators.waits import legs_sql
from results.disclosure import protect_view
from results.nodes import in_regions
from results.view import View
from results.waits.period import WaitPeriod

MEASURES = {
    "OF1": Text("Henvisning til første fremmøde", "Referral to first visit"),
    "OF2": Text("Første fremmøde til klinisk beslutning", "First visit to clinical decision"),
    "OF3": Text("Klinisk beslutning til behandling", "Clinical decision to treatment"),
    "OF4": Text("Hele forløbet: henvisning til behandling", "The whole course: referral to treatment"),
}
NOTE = Text("Faglig vejledning, ikke en rettighed", "A professional guideline, not a right")
NATION_LEVEL = "nation"
_COUNTS = ["population", "excluded", "missing", "denominator", "numerator"]

#: One row per measure and leg: department, region of residence, date, package, modality, days (NULL: a date missing).
_INTERVALS = """
legs AS (
    SELECT r.* FROM {legs} WHERE r."end" = 'started' AND r.package IS NOT NULL AND {where}
), examined AS (
    SELECT * FROM legs WHERE leg = 'examination'
), pairs AS (
    SELECT t.wait_id, t.stop_date, max(row(e.referral_date, e.stop_date, e.wait_id)) AS first
    FROM legs t JOIN examined e ON e.case_id = t.case_id AND e.package = t.package AND e.stop_date <= t.stop_date
    WHERE t.leg = 'treatment' GROUP BY ALL
), linked AS (
    SELECT wait_id, first, row_number() OVER (PARTITION BY first[3] ORDER BY stop_date, wait_id) AS number FROM pairs
), treated AS (
    SELECT t.*, l.first[1] AS referred, l.first[2] AS visited, coalesce(l.number, 1) = 1 AS is_first
    FROM legs t LEFT JOIN linked l USING (wait_id) WHERE t.leg = 'treatment'
), intervals AS (
    SELECT 'OF1' AS measure, department, region, stop_date, package, NULL AS modality,
        stop_date - referral_date AS days FROM examined
    UNION ALL SELECT 'OF2', department, region, stop_date, package, modality, decision_date - visited
        FROM treated WHERE is_first
    UNION ALL SELECT 'OF3', department, region, stop_date, package, modality, stop_date - decision_date FROM treated
    UNION ALL SELECT 'OF4', department, region, stop_date, package, modality, stop_date - referred
        FROM treated WHERE is_first
)
"""


def package_standards(view: View) -> tuple[reference.PackageTime, ...]:
    """The package times of the packages that the view's database registers."""
    sql = "SELECT DISTINCT package FROM waits WHERE package IS NOT NULL"
    used = view.snapshot.remember(
        ("packages", view.database), lambda: {one for (one,) in view.snapshot.rows(view.database, sql)}
    )
    return tuple(one for one in reference.package_times() if one.package in used)


def package_nodes(view: View, quarters: Sequence[WaitPeriod]) -> pd.DataFrame:
    """Protected nodes (see tables.nodes) by measure and quarter.

    ``indicator`` is OF1–OF4 and ``period`` the quarter in which the part ended (OF2: in which treatment started).
    missing: a date is not registered or the interval is negative; excluded: the package has no standard for it.
    Periods must not overlap: their differences would pass disclosure.
    """
    key = ("package times", view.key, tuple(one.text for one in quarters))
    return view.snapshot.remember(key, lambda: _protected(view, quarters))


def _protected(view: View, quarters: Sequence[WaitPeriod]) -> pd.DataFrame:
    for one, after in itertools.pairwise(quarters):
        if one.end > after.start:
            raise ValueError(f"the periods {one.text} and {after.text} overlap")
    return protect_view(view, lambda one: _tree(one, quarters))


def _tree(view: View, quarters: Sequence[WaitPeriod]) -> pd.DataFrame:
    leaves = _leaves(view, quarters)
    home = leaves["treating_region" if view.place == "treating" else "region"].fillna("")
    leaves = leaves.assign(region=in_regions(home, view), code=leaves["department"])
    keys = ["indicator", "period"]
    frames = [
        leaves.groupby(keys, as_index=False)[_COUNTS].sum().assign(level=NATION_LEVEL, region="", code=""),
        leaves.groupby([*keys, "region"], as_index=False)[_COUNTS].sum().assign(level="region"),
    ]
    if view.place == "treating":
        frames.append(
            leaves.groupby([*keys, "region", "code"], as_index=False)[_COUNTS].sum().assign(level="department")
        )
    found = with_rates(pd.concat(frames, ignore_index=True)).assign(not_mature=0)
    found["code"] = found["code"].where(found["level"] != "region", found["region"])
    found["events"] = found["numerator"]
    return found


def _leaves(view: View, quarters: Sequence[WaitPeriod]) -> pd.DataFrame:
    """Counts by measure, quarter, department, its region and the region of residence."""
    parts = Selection((), view.where).compile("r.stop_date", "r.department", view.first_month)
    params: dict[str, object] = {"data_cut": view.info.data_cut, **parts.params}
    spans = []
    for number, one in enumerate(quarters):
        params |= {f"q{number}": one.text, f"start{number}": one.start, f"end{number}": one.end}
        spans.append(f"($q{number}, $start{number}::DATE, $end{number}::DATE)")
    sql = (
        f"WITH quarters(period, start_date, end_date) AS (VALUES {', '.join(spans)}), {_standards(params)}, "
        f"{_INTERVALS.format(legs=legs_sql('all'), where=parts.where)}, judged AS ("
        "SELECT i.*, q.period, (SELECT arg_max(s.days, s.valid_from) FROM standards s WHERE s.package = i.package "
        "AND s.measure = i.measure AND (s.modality = '' OR s.modality = i.modality) AND s.valid_from <= i.stop_date) "
        "AS standard FROM intervals i JOIN quarters q ON i.stop_date >= q.start_date AND i.stop_date < q.end_date) "
        "SELECT measure AS indicator, period, department, u.region AS treating_region, j.region, "
        "count(*)::BIGINT AS population, (count(*) FILTER (standard IS NULL))::BIGINT AS excluded, "
        "(count(*) FILTER (standard IS NOT NULL AND coalesce(days, -1) < 0))::BIGINT AS missing, "
        "(count(*) FILTER (standard IS NOT NULL AND days >= 0))::BIGINT AS denominator, "
        "(count(*) FILTER (days >= 0 AND days <= standard))::BIGINT AS numerator "
        "FROM judged j LEFT JOIN units u ON u.code = j.department GROUP BY ALL ORDER BY ALL"
    )
    return view.snapshot.query(view.database, sql, params)


def _standards(params: dict[str, object]) -> str:
    """The package times as a table expression; parts that ended before the first date are judged by the first."""
    first: dict[tuple, object] = {}
    rows = []
    for number, one in enumerate(sorted(reference.package_times(), key=lambda row: row.valid_from)):
        start = "DATE '0001-01-01'" if first.setdefault(_key(one), one) is one else f"DATE '{one.valid_from}'"
        params[f"package{number}"] = one.package
        rows.append(f"($package{number}, '{one.measure}', '{one.modality}', {one.days}, {start})")
    return f"standards(package, measure, modality, days, valid_from) AS (VALUES {', '.join(rows)})"


def _key(one: reference.PackageTime) -> tuple[str, str, str]:
    return one.package, one.measure, one.modality
