"""What the public edition may show of the report to Sundhedsstyrelsen.

The page shows the complete weeks of the same regions, which overlap the last quarters: what lies in the quarter alone
and in the weeks alone follows by subtraction, so it is protected like the quarter itself.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from indicators.engine import with_rates
from indicators.waits import ENDED_STATUSES, legs_sql
from results.disclosure import hide_siblings, hide_tree, protect
from results.view import Edition
from results.waits import frames
from results.waits.report import NATION, Report

_OVER = tuple(name for name in ENDED_STATUSES if name != "within")
#: The quarter, what of it the page's weeks do not have, and what of the weeks the quarter does not have.
_PARTS = ("quarter", "quarter_alone", "weeks_alone")


def public_table(found: Report, edition: Edition) -> tuple[pd.DataFrame, dict[str, dict[str, int | None]]]:
    """What the edition may show: legs and legs in time by region and nation, and the nation's overruns by status.

    Returns node rows (leg, level, region, denominator, numerator, rate, hidden) and per leg the counts of the five
    statuses over the limit, None where hidden. Regions show no statuses: overruns there are nearly always few.
    """
    table = found.table
    nodes = with_rates(
        pd.DataFrame(
            {
                "leg": table["leg"],
                "level": table["region"].map(lambda code: "nation" if code == NATION else "region"),
                "region": table["region"],
                "denominator": table["legs"],
                "numerator": table["within"],
                "events": table["within"],
                "missing": 0,
                "excluded": 0,
                "not_mature": 0,
                "population": table["legs"],
            }
        )
    )
    nodes = protect(nodes, edition, ["leg"])
    over = {row["leg"]: {name: row[name] for name in _OVER} for row in table.to_dict("records") if not row["region"]}
    if not edition.hides:
        return nodes, over
    beside = _beside_the_page(found)
    hidden = pd.Series(False, index=nodes.index)
    for _, rows in nodes.groupby("leg", sort=False):
        leg = rows["leg"].iloc[0]
        counts = [_counts(beside, leg, region) for region in rows["region"]]
        results = [tuple(n for within, late in one for n in (within + late, within, late)) for one in counts]
        labels = list(zip(rows["level"], rows["region"], strict=True))
        hidden[rows.index] = hide_tree(labels, results, edition.threshold)
    nodes["hidden"] = hidden
    for name in ("denominator", "numerator", "events", "rate", "lower", "upper"):
        nodes[name] = nodes[name].astype("Float64").mask(hidden)
    parts: dict[str, dict[str, int | None]] = {}
    for leg, values in over.items():
        nation = nodes[(nodes["leg"] == leg) & (nodes["region"] == NATION)]
        if nation["hidden"].all():
            parts[leg] = dict.fromkeys(values)
            continue
        counts = {name: tuple(_number(beside, leg, NATION, part, (name,)) for part in _PARTS) for name in _OVER}
        lost = hide_siblings(dict(enumerate(counts.values())), edition.threshold)
        parts[leg] = {name: None if n in lost else values[name] for n, name in enumerate(_OVER)}
    return nodes, parts


def _counts(beside: pd.DataFrame, leg: str, region: str) -> list[tuple[int, int]]:
    """(in time, over) of each of _PARTS."""
    return [
        (_number(beside, leg, region, part, ("within",)), _number(beside, leg, region, part, _OVER)) for part in _PARTS
    ]


def _number(beside: pd.DataFrame, leg: str, region: str, part: str, statuses: tuple[str, ...]) -> int:
    here = beside[(beside["leg"] == leg) & beside[part] & beside["status"].isin(statuses)]
    return int(here["n"].sum() if region == NATION else here.loc[here["region"] == region, "n"].sum())


def _beside_the_page(found: Report) -> pd.DataFrame:
    """leg, region, status, n and the flags of _PARTS, of the legs that ended in the quarter or in the page's weeks."""
    tables = []
    for code in found.databases:
        snapshot, cut = found.snapshot, found.snapshot.info(code).data_cut
        weeks = frames.weeks(snapshot, code)
        params: dict[str, object] = {"data_cut": cut, "from_date": found.period.start, "to_date": found.period.end}
        spans = []
        for leg, rows in weeks.groupby("leg"):
            whole = frames.complete_weeks(list(zip(rows["start"], rows["completeness"], strict=True)))
            first = frames.first_week(cut)
            params |= {f"{leg}_first": first, f"{leg}_after": first + dt.timedelta(weeks=len(whole))}
            spans.append(f"WHEN '{leg}' THEN stop_date >= ${leg}_first AND stop_date < ${leg}_after")
        sql = (
            "SELECT leg, region, status, stop_date >= $from_date AND stop_date < $to_date AS quarter, "
            f"CASE leg {' '.join(spans)} END AS weeks, count(*)::BIGINT AS n FROM {legs_sql()} "
            "WHERE r.\"end\" = 'started' GROUP BY ALL HAVING quarter OR weeks"
        )
        tables.append(snapshot.query(code, sql, params))
    beside = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["quarter", "weeks"], dtype=bool)
    return beside.assign(
        quarter_alone=beside["quarter"] & ~beside["weeks"], weeks_alone=beside["weeks"] & ~beside["quarter"]
    )
