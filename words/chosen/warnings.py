"""The choices of /varsler: the day as of which one asks, and the chart looked at."""

from __future__ import annotations

import datetime as dt
import re

from results.warnings import signals as data
from words.choices import Choices
from words.reader import Reader

EXTRAS: dict[str, Choices] = {
    "pr": re.compile(r"20\d\d-\d\d-\d\d"),
    "kurve": re.compile(r"[A-Za-zÆØÅæøå0-9_-]{1,40}\.[a-z0-9_]{1,60}"),
}


def read_day(context: Reader) -> tuple[dt.date, str]:
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
