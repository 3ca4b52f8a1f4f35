"""All indicators, in the order of the overview."""

from __future__ import annotations

from collections.abc import Sequence

from data import reference
from data.delivered import not_delivered, undelivered
from data.schema import LEGS
from data.store import DatabaseInfo
from data.text import Text
from indicators import data_quality, oncology, outcome, palliation, surgery, workup
from indicators.declaration import FAMILIES, Indicator

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
        return _no_table(", ".join(absent), info)
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
    return tuple(_therefore([name], _WITHOUT[name]) for name in undelivered(indicator.uses, info.columns))


#: The optional columns without which nobody knows who still waits: no population of waiting times is reported.
_WAITS_NEED = ("waits.stop_date", "waits.end")
#: Optional columns without which a status cannot be told: the columns, populations and legs concerned, what is said.
_WAITS_WITHOUT: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], Text], ...] = (
    (
        ("waits.consent_date",),
        ("ended", "started", "waiting"),
        ("treatment", "aftercare"),
        Text("kun fristen fra henvisningen er bedømt", "judged by the limit from referral alone"),
    ),
    (
        ("waits.overrun_reason",),
        ("ended",),
        LEGS,
        Text("alle overskridelser står som uafklarede", "every overrun stands as not settled"),
    ),
    (
        ("waits.alternative_offered", "waits.offer_documented", "waits.accepted_wait_date"),
        ("ended",),
        LEGS,
        Text("overskridelser på grund af kapacitet står som uafklarede", "overruns for capacity stand as not settled"),
    ),
    (
        ("waits.booked_date",),
        ("waiting",),
        LEGS,
        Text(
            "forløb uden tid og forløb booket ud over fristen kan ikke udpeges",
            "cases without a date and cases booked beyond the limit cannot be told",
        ),
    ),
    (
        ("waits.notified_date",),
        ("notice",),
        ("examination",),
        Text("det er ikke opgjort, om patienten har fået besked i tide", "notice in time is not reported"),
    ),
)


def why_waits_not_reported(info: DatabaseInfo) -> Text | None:
    """Why a database does not report waiting times, or None where it does."""
    if "waits" not in info.tables:
        return _no_table("waits", info)
    gone = undelivered(_WAITS_NEED, info.columns)
    return Text(*not_delivered(gone)) if gone else None


def waits_remarks(info: DatabaseInfo, leg: str | None = None, population: str | None = None) -> tuple[Text, ...]:
    """What is to be said beside waiting times because a column was not delivered; None: of every leg or population."""
    found = []
    for names, populations, legs, so in _WAITS_WITHOUT:
        gone = undelivered(names, info.columns)
        if gone and (leg is None or leg in legs) and (population is None or population in populations):
            found.append(_therefore(gone, so))
    return tuple(found)


def _no_table(names: str, info: DatabaseInfo) -> Text:
    return Text(
        f"Udtrækket fra {info.code} har ikke tabellen {names}.", f"The extract of {info.code} has no table {names}."
    )


def _therefore(gone: Sequence[str], so: Text) -> Text:
    """'Kolonnen acute er ikke leveret: ingen er udeladt som akut.'"""
    da, en = (said.removesuffix(".") for said in not_delivered(gone))
    return Text(f"{da}: {so.da}.", f"{en}: {so.en}.")
