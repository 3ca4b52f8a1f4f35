"""The switches of a comparison."""

from __future__ import annotations

from layouts.frame import selections as select
from words.chosen.comparison import LEVELS, ChosenComparison


def switches(chosen: ChosenComparison) -> list[select.Switch]:
    """The two switches: units, and how many years."""
    context, t = chosen.context, chosen.context.t
    units = tuple(
        select.Choice(t(*words), context.here(niveau=None if by == "department" else word), by == chosen.by)
        for word, (by, words) in LEVELS.items()
    )
    spans = tuple(
        select.Choice(t(da, en), context.here(aar=None if years == 1 else str(years)), years == chosen.years)
        for years, da, en in ((1, "Ét år", "One year"), (3, "Tre år samlet", "Three years"))
    )
    return [
        select.Switch("niveau", t("Enheder", "Units"), units),
        select.Switch("aar", t("Periodens længde", "Length of period"), spans),
    ]
