"""All indicators, in the order of the overview."""

from __future__ import annotations

from data import reference
from data.delivered import not_delivered, undelivered
from data.store import DatabaseInfo
from indicators import data_quality, oncology, outcome, palliation, surgery, workup
from indicators.declaration import FAMILIES, Indicator, Text

_MODULES = (workup, surgery, oncology, palliation, outcome, data_quality)
CATALOGUE: tuple[Indicator, ...] = tuple(one for module in _MODULES for one in module.INDICATORS)
BY_ID = {indicator.id: indicator for indicator in CATALOGUE}
if len(BY_ID) != len(CATALOGUE):
    raise ValueError("two indicators have the same id")
if unknown := {one.family for one in CATALOGUE} - {family.id for family in FAMILIES}:
    raise ValueError(f"unknown families: {sorted(unknown)}")


class UnknownIndicator(ValueError):
    """There is no such indicator; the message names those that exist."""


def indicator(id: str) -> Indicator:
    """The indicator with this id; raises UnknownIndicator."""
    if id not in BY_ID:
        raise UnknownIndicator(f"unknown indicator '{id}'; there are {', '.join(BY_ID)}")
    return BY_ID[id]


def why_not_reported(indicator: Indicator, info: DatabaseInfo) -> Text | None:
    """Why a database does not report an indicator, or None where it does."""
    absent = [name for name in indicator.needs if "." not in name and name not in info.tables]
    if absent:
        names = ", ".join(absent)
        return Text(
            f"Udtrækket fra {info.code} har ikke tabellen {names}.",
            f"The extract of {info.code} has no table {names}.",
        )
    staging = reference.database(info.code).staging
    if indicator.staging == "TNM" and staging != "TNM":
        return Text(f"{info.code} stadieinddeler ikke efter TNM.", f"{info.code} does not stage by TNM.")
    if indicator.staging == "grouping" and staging == "none":
        return Text(f"{info.code} har ingen stadiegruppering.", f"{info.code} has no stage grouping.")
    gone = undelivered(indicator.needs, info.columns)
    return Text(*not_delivered(gone)) if gone else None


#: What it means for a result that a column was not delivered.
_WITHOUT = {
    "treatments.acute": Text("ingen er udeladt som akut", "nobody is excluded as acute"),
    "treatments.department": Text(
        "ingen forløb kan henføres til en afdeling", "no case can be attributed to a department"
    ),
    "palliative.case_id": Text(
        "køn, alder, stadie og bopæl kendes ikke", "sex, age, stage and residence are not known"
    ),
}


def remarks(indicator: Indicator, info: DatabaseInfo) -> tuple[Text, ...]:
    """What is to be said beside a reported result because a column was not delivered."""
    found = []
    for name in undelivered(indicator.uses, info.columns):
        da, en = (said.removesuffix(".") for said in not_delivered([name]))
        found.append(Text(f"{da}: {_WITHOUT[name].da}.", f"{en}: {_WITHOUT[name].en}."))
    return tuple(found)
