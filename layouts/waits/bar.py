"""The bar of choices of the page of waiting times."""

from __future__ import annotations

from dataclasses import replace

from layouts.frame import selections as select
from words.chosen.waits import LEGS, WORDS, ChosenWaits, found_places


def selections(chosen: ChosenWaits) -> list[select.Menu | select.Switch]:
    """The bar of choices."""
    context, t = chosen.context, chosen.context.t
    clear = {"hvor": None, "liste": None}
    databases = [
        select.Choice(t("Alle databaser", "All databases"), context.here(omfang="alle", **clear), context.everything),
        *(
            select.Choice(
                text,
                context.here(database=code, omfang=None, unit=None, **clear),
                code == context.database and not context.everything,
            )
            for code, text in context.databases
        ),
    ]
    if context.edition == "public":
        databases = databases[1:]
    menu = select.Menu("database", "Database", context.database_label, tuple(databases))
    now = context.state.choice("ben", "behandling")
    legs = select.Switch(
        "ben",
        t("Ventetid til", "Wait for"),
        tuple(
            select.Choice(
                t(*WORDS[leg]).capitalize(), context.here(ben=None if word == "behandling" else word, **clear),
                word == now,
            )
            for word, leg in LEGS.items()
        ),
    )  # fmt: skip
    found: list[select.Menu | select.Switch] = [menu]
    if not chosen.packages:  # package times are of the whole course and of every department
        found.append(legs)
        if chosen.scope is not None:
            found.append(_places(chosen))
    plain = replace(context, state=context.state.with_(**clear))
    found.append(select.place(plain))
    rules = select.Switch(
        "regler",
        t("Regler", "Rules"),
        (
            select.Choice(t("Maksimale ventetider", "Maximum waits"), context.here(regler=None), not chosen.packages),
            select.Choice(t("Pakketider", "Package times"), context.here(regler="pakke", liste=None), chosen.packages),
        ),
    )
    names = ("sex", "age", "stage") if context.view.about.has_stages else ("sex", "age")
    return [*found, rules, *select.standard(context, *names)]


def _places(chosen: ChosenWaits) -> select.Menu:
    context, t = chosen.context, chosen.context.t
    place = chosen.place
    every = select.Choice(t("Alle", "All"), context.here(hvor=None, liste=None), place is None)
    rows = tuple(
        select.Choice(
            one.name if one.level == "region" else f"  {one.name}",
            context.here(hvor=one.code, liste=None),
            place is not None and one.code == place.code,
        )
        for one in found_places(chosen.scope.whole())
        if one.code
    )
    label = t("Afdeling", "Department") if context.state.place == "treating" else t("Bopælsregion", "Residence")
    return select.Menu("hvor", label, place.name if place else every.text, (every, *rows), place is not None)
