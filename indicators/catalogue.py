"""All indicators, in the order of the overview."""

from __future__ import annotations

from data import reference
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
    absent = [name for name in indicator.needs if name not in info.tables]
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
    return None
