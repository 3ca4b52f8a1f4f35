"""The days of /varsler that one can go back to."""

from __future__ import annotations

import datetime as dt

from layouts.frame import selections as select
from results.warnings import signals as data
from words import format as fmt
from words.reader import Reader


def day_menu(context: Reader, day: dt.date) -> select.Menu:
    """The days that one can go back to."""
    shown = data.days(context.view.info)
    choices = tuple(
        select.Choice(fmt.date(one, context.lang), context.here(pr=None if one == shown[0] else one.isoformat()),
                      one == day)
        for one in shown
    )  # fmt: skip
    return select.Menu("pr", context.t("Som kendt den", "As known on"), fmt.date(day, context.lang), choices)
