"""Why each case counts as it does: every row of an indicator with its state and the clause it fell on.

The states are judged in the engine's order, by the declaration's own SQL, so they sum to every cell of the table.
Rows are personal data: the registry staff's command, and pages of the working edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from data import reference
from data.checks import required_variables
from data.past import Rows
from data.schema import BY_NAME
from data.selection import Selection
from data.store import DatabaseInfo
from data.text import Text
from indicators.declaration import Because, Days, Indicator
from indicators.engine import check_groups
from survival.estimators import YEAR

STATES = ("fulfilled", "not_fulfilled", "missing", "excluded", "not_mature")
COLUMNS = ("unit", "case_id", "index_date", "state", "reason")
STATE_WORDS = {
    "fulfilled": Text("opfyldt", "fulfilled"),
    "not_fulfilled": Text("ikke opfyldt", "not fulfilled"),
    "missing": Text("uoplyst", "missing"),
    "excluded": Text("udeladt", "excluded"),
    "not_mature": Text("endnu ikke modent", "not yet mature"),
}
#: The id that a row is listed by: a referral without a case has only its own; an expected case has none.
_IDS = {"palliative": "coalesce(r.case_id, r.course_id)", "coverage_cases": "NULL"}


def cases(
    rows: Rows, database: str, indicator: Indicator, selection: Selection, state: str = "", lang: str = "da"
) -> pd.DataFrame:
    """COLUMNS of an indicator's rows, sorted by unit, index date and id; ``selection`` takes no groups.

    ``unit`` is the department that the indicator attributes the row to, empty where none is registered; ``reason`` is
    in ``lang``. ``state``: only those. Raises SelectionError where the indicator cannot be filtered so.

    A survival indicator has no numerator; each of its rows is *not fulfilled* where the patient is known to have died
    within the time, else *fulfilled*, with how long it was followed, so that the two sum to its denominator.
    """
    check_groups(indicator, selection)
    info = rows.info(database)
    clauses = _survival(indicator) if indicator.survival_years else indicator.because
    parts = selection.compile(f"r.{indicator.index_date}", f"r.{indicator.unit}")
    fits = "".join(f" WHEN state = '{one.state}' AND ({one.when}) THEN {number}" for number, one in enumerate(clauses))
    values = [
        f"CASE WHEN clause = {number} THEN ({value.sql if isinstance(value, Days) else value})::VARCHAR END "
        f"AS value{number}_{place}"
        for number, one in enumerate(clauses)
        for place, value in enumerate(one.values)
    ]
    sql = (
        f"SELECT {', '.join(['unit_', 'id_', 'index_', 'state', 'clause', *values])} FROM ("
        f"SELECT *, CASE{fits} ELSE -1 END AS clause FROM (SELECT r.*, r.{indicator.unit} AS unit_, "
        f"{_IDS.get(indicator.rows, 'r.case_id')} AS id_, r.{indicator.index_date} AS index_, "
        f"{_state(indicator)} AS state FROM {_source(indicator, info, lang)} r {parts.join} "
        f"WHERE ({indicator.population}) AND {parts.where}) r) r"
        f"{' WHERE state = $state' if state else ''} ORDER BY unit_, index_, id_ NULLS FIRST"
    )
    params = parts.params | {"data_cut": info.data_cut, "state": state}
    params = {name: value for name, value in params.items() if f"${name}" in sql}
    found = rows.query(database, sql, params)
    reasons = np.full(len(found), "", dtype=object)
    for name in STATES:
        reasons[found["state"].to_numpy() == name] = _plainly(indicator, name, info).in_(lang)
    for number, one in enumerate(clauses):
        here = found["clause"].to_numpy() == number
        if here.any():
            filled = [found[f"value{number}_{place}"][here] for place in range(len(one.values))]
            reasons[here] = _said(one, filled, lang)
    return pd.DataFrame(
        {
            "unit": found["unit_"],
            "case_id": found["id_"],
            "index_date": found["index_"],
            "state": found["state"],
            "reason": reasons,
        }
    )


def _state(indicator: Indicator) -> str:
    """SQL of a row's state, in the order of the engine."""
    if indicator.survival_years:
        died = f"vital_status = 'dead' AND followup_days <= {indicator.survival_years * YEAR}"
        return f"CASE WHEN {died} THEN 'not_fulfilled' ELSE 'fulfilled' END"
    return (
        f"CASE WHEN r.{indicator.index_date} + {indicator.follow_up} > $data_cut THEN 'not_mature' "
        f"WHEN ({indicator.exclusion}) THEN 'excluded' "
        f"ELSE CASE ({indicator.numerator}) WHEN TRUE THEN 'fulfilled' WHEN FALSE THEN 'not_fulfilled' "
        "ELSE 'missing' END END"
    )


def _source(indicator: Indicator, info: DatabaseInfo, lang: str) -> str:
    """The table that the rows stand in; of two views that only know how many, the rows themselves."""
    if indicator.rows == "coverage_cases":
        return (
            "(SELECT make_date(year, 1, 1) AS coverage_date, department, found, expected, number <= found AS covered "
            "FROM (SELECT *, unnest(range(1, expected + 1)) AS number FROM coverage))"
        )
    if indicator.rows == "case_variables":
        names = required_variables(reference.database(info.code).staging, info.columns["cases"])
        each = (
            f"SELECT *, '{_title(name).in_(lang)}' AS variable, \"{name}\" IS NOT NULL AS registered FROM cases"
            for name in names
        )
        return f"({' UNION ALL '.join(each)})"
    return indicator.rows


def _title(name: str) -> Text:
    """A variable's name in a sentence: without what the format adds about how it is registered."""
    column = BY_NAME["cases"].column(name)
    return Text(*(re.sub(r" som registreret| as registered| \(.*\)", "", one) for one in (column.da, column.en)))


def _survival(indicator: Indicator) -> tuple[Because, ...]:
    days = (Days("followup_days"),)
    died = Text("død {} efter diagnosen", "died {} after the diagnosis")
    lived = f"followup_days > {indicator.survival_years * YEAR}"
    return (
        Because("not_fulfilled", died, days),
        Because("fulfilled", died, days, "vital_status = 'dead'"),
        Because("fulfilled", Text("i live {} efter diagnosen", "alive {} after the diagnosis"), days, lived),
        Because(
            "fulfilled",
            Text("sidst set i live {} efter diagnosen", "last seen alive {} after the diagnosis"),
            days,
        ),
    )


def _plainly(indicator: Indicator, state: str, info: DatabaseInfo) -> Text:
    """What is said of a row on which none of the indicator's own clauses fits: the definition's words."""
    words = indicator.definition
    if state == "not_mature":
        return Text(
            f"opfølgningen på {indicator.follow_up} dage er ikke slut ved dataudtrækket {info.data_cut}",
            f"the follow-up of {indicator.follow_up} days has not ended at the data cut {info.data_cut}",
        )
    if state == "fulfilled":
        return words.numerator
    if state == "not_fulfilled":
        return Text(f"ikke: {words.numerator.da}", f"not: {words.numerator.en}")
    return words.missing if state == "missing" else words.excluded


def _said(one: Because, filled: Iterable[pd.Series], lang: str) -> list[str]:
    """The clause's text for each row; ``filled``: the values of each place, as texts."""
    columns = [
        [_days(text, lang) if isinstance(value, Days) else str(text) for text in column]
        for value, column in zip(one.values, filled, strict=True)
    ]
    text = one.text.in_(lang)
    if not columns:
        return text
    return [text.format(*row) for row in zip(*columns, strict=True)]


def _days(text: str, lang: str) -> str:
    many = int(text)
    unit = ("dag", "day") if many == 1 else ("dage", "days")
    return f"{many} {unit[lang == 'en']}"
