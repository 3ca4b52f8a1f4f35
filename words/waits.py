"""Words and small numbers that the parts of the page of waiting times share."""

from __future__ import annotations

from words import format as fmt

#: Status → mark, words in Danish and English.
STATUS = {
    "waiting_over": ("ring", "over maksimum", "over the maximum"),
    "waiting_booked_over": ("triangle-full", "booket ud over fristen", "booked beyond the limit"),
    "waiting_unbooked": ("triangle-open", "uden tid", "no date booked"),
    "waiting_within": ("disc", "inden for fristen", "within the limit"),
}
#: Why a wait was longer than the maximum → Danish, English, in the order of the squares from below.
REASONS = {
    "rules_broken": ("regler brudt", "rules broken"),
    "over_unsettled": ("årsag mangler", "no reason"),
    "over_capacity_informed": ("kapacitet, informeret", "capacity, informed"),
    "over_health": ("helbred", "health"),
    "over_wish": ("patientens ønske", "patient's wish"),
}


def number(value: int | None, context) -> str:
    """A count, or 'skjult'."""
    return context.t("skjult", "hidden") if value is None else fmt.count(value, context.lang)


def days(value: int, context) -> str:
    """'17 dage', '1 dag'."""
    unit = context.t("dag" if value == 1 else "dage", "day" if value == 1 else "days")
    return f"{fmt.count(value, context.lang)}{fmt.NBSP}{unit}"
