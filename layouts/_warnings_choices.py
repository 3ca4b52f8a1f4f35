"""The choices of /varsler: the day as of which one asks, and the chart looked at."""

from __future__ import annotations

import datetime as dt
import re

from layouts import _format as fmt
from layouts import _selections as select
from layouts._context import PageContext
from layouts._state import Choices
from tables import warnings as data

EXTRAS: dict[str, Choices] = {
    "pr": re.compile(r"20\d\d-\d\d-\d\d"),
    "kurve": re.compile(r"[A-Za-zÆØÅæøå0-9_-]{1,40}\.[a-z0-9_]{1,60}"),
}


def read_day(context: PageContext) -> tuple[dt.date, str]:
    """The day asked for (the data cut where none is, or where it is none of those shown) and a sentence if so."""
    shown = data.days(context.view.info)
    text = context.state.choice("pr")
    if not text:
        return shown[0], ""
    found = next((day for day in shown if day.isoformat() == text), None)
    if found is not None:
        return found, ""
    known = ", ".join(day.isoformat() for day in shown)
    return shown[0], context.t(
        f"Dagen {text} kan ikke vælges og er ikke brugt. Mulige dage: {known}.",
        f"The day {text} cannot be chosen and was not used. Possible days: {known}.",
    )


def day_menu(context: PageContext, day: dt.date) -> select.Menu:
    """The days that one can go back to."""
    shown = data.days(context.view.info)
    choices = tuple(
        select.Choice(fmt.date(one, context.lang), context.here(pr=None if one == shown[0] else one.isoformat()),
                      one == day)
        for one in shown
    )  # fmt: skip
    return select.Menu("pr", context.t("Som kendt den", "As known on"), fmt.date(day, context.lang), choices)
