"""All numbers of a comparison: the table behind its figures, and the file with the command's columns."""

from __future__ import annotations

import re

from data.output import UsageError
from exports import registry
from exports.files import Sheet
from indicators.catalogue import BY_ID, why_not_reported
from layouts.parts import html, tables
from results.table import Column, Kind, Said, Value
from results.variation.comparison import COLUMNS, SUMMARY, ComparedPlace, Comparison, comparison, divided
from results.variation.country import country
from words import format as fmt
from words import indicator as names
from words import variation as words
from words.chosen import comparison as choices
from words.chosen.comparison import ChosenComparison
from words.reader import Reader

EXPORT = "sammenligning"
#: What each column of the file holds.
_HOLDS = {
    **dict.fromkeys(("unit",), Kind.CODE), **dict.fromkeys(("name", "zone", "signal", "adjusted_signal"), Kind.TEXT),
    **dict.fromkeys(("denominator", "numerator", "missing", "rank", "rank_lower", "rank_upper"), Kind.COUNT),
    **dict.fromkeys(("rate", "lower", "upper", "worst", "best", "limit95_low", "limit95_high", "limit998_low",
                     "limit998_high", "shrunken", "shrunken_lower", "shrunken_upper"), Kind.SHARE),
    "expected": Kind.NUMBER, **dict.fromkeys(("oe", "oe_lower", "oe_upper"), Kind.RATIO),
    **dict.fromkeys(("p", "q"), Kind.P), **dict.fromkeys(("certain",), Kind.FLAG),
}  # fmt: skip
_PHONE = (0, 3, 7)  # columns with room on a phone: the unit, its rate, the verdict


def twin(chosen: ChosenComparison, found: Comparison) -> html.Div:
    """Every column of ``python -m indicators compare`` as a person reads it."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    hidden = t("skjult", "hidden")
    sign = fmt.percent_sign(lang)
    heads = (
        (t("Enhed", "Unit"), None), (t("Tæller/nævner", "Num./denom."), None), (t("Uoplyst", "Missing"), None),
        ("%", t(f"95{sign} CI", "95% CI")), (t("Uoplyst imod–med", "Missing against–for"), "%"),
        (t(f"Grænser 95{sign}", "Limits 95%"), "%"), (t(f"Grænser {fmt.percent(0.998, 1, lang)}", "Limits 99.8%"), "%"),
        (t("Vurdering", "Verdict"), None),
        (t("Trukket mod landet", "Drawn to the country"), t("% (95 %-interval)", "% (95% interval)")),
        (t("Plads", "Rank"), t("95 %-interval", "95% interval")), (t("Forventet", "Expected"), None),
        (t("Obs./forv. (O/E)", "Obs./exp. (O/E)"), t(f"95{sign} CI", "95% CI")), ("p", None), ("q", None),
    )  # fmt: skip
    columns = [tables.Heading(head, "left" if n == 0 else "right", sub=sub, wide_only=n not in _PHONE)
               for n, (head, sub) in enumerate(heads)]  # fmt: skip
    rows = []
    whole = country(choices.seen(context), found, chosen.years)
    if whole is not None:
        head = _head(context, whole, names.unit_name(context, whole.unit))
        rows.append(tables.Row(head, _cells(context, found, whole, hidden), kind="total"))
    for place in found.places:
        name = names.unit_name(context, place.unit)
        is_own = place.unit.level == "department" and place.unit.code == context.state.unit
        if place.hidden:
            rows.append(tables.Row(_head(context, place, name), [hidden, *[fmt.NONE] * 12], own=is_own))
            continue
        head = _head(context, place, name)
        rows.append(tables.Row(head, _cells(context, found, place, hidden), own=is_own))
    caption = f"{choices.whose(context)}{words.title(context, found.indicator)}, {context.database} {chosen.span}"
    return tables.table(caption, columns, rows, css="dense compared")


def _head(context: Reader, place: ComparedPlace, name: str) -> html.Span:
    """The unit's name, on a phone with its counts below it, where they have no column of their own."""
    return html.Span([name, html.Span(_counts(context, place), className="cell-sub only-phone")], className="cell")


def _counts(context: Reader, place: ComparedPlace) -> str:
    """'124/153', of survival '153', 'skjult'; a dash where there is nothing."""
    if place.hidden:
        return context.t("skjult", "hidden")
    if place.denominator is None:
        return fmt.NONE
    if place.numerator is None:
        return fmt.count(place.denominator, context.lang)
    return fmt.fraction(place.numerator, place.denominator, context.lang)


def _cells(context: Reader, found: Comparison, place: ComparedPlace, hidden: str) -> list[str]:
    lang = context.lang
    missing = hidden if place.missing_hidden else fmt.NONE if place.missing is None else fmt.count(place.missing, lang)
    rate = fmt.NONE if place.rate is None else fmt.percent_number(place.rate, 1, lang)
    if place.lower is not None and place.upper is not None:
        rate += f" ({fmt.interval(place.lower, place.upper, 1, lang)})"
    shrunken = fmt.NONE
    if place.shrunken is not None:
        shrunken = f"{fmt.percent_number(place.shrunken, 1, lang)} " + (
            f"({fmt.interval(place.shrunken_lower, place.shrunken_upper, 1, lang)})"
        )
    rank = fmt.NONE
    if place.rank_lower is not None:  # a place that may be anywhere is none, its interval says so
        rank = f"{fmt.NONE if place.rank is None else place.rank} ({place.rank_lower}{fmt.EN_DASH}{place.rank_upper})"
    ratio = fmt.NONE
    if place.oe is not None:
        low, high = (fmt.number(round(value, 2), 2, lang) for value in (place.oe_lower, place.oe_upper))
        ratio = f"{fmt.number(round(place.oe, 2), 2, lang)} ({low}{fmt.EN_DASH}{high})"
    verdict = words.verdict_word(context, place, found.indicator.higher_is_better)
    return [
        _counts(context, place), missing, rate, _between(place.worst, place.best, lang),
        _between(place.limit95_low, place.limit95_high, lang), _between(place.limit998_low, place.limit998_high, lang),
        verdict, shrunken, rank,
        fmt.NONE if place.expected is None else fmt.number(round(place.expected, 1), 1, lang), ratio,
        _chance(place.p, lang), _chance(place.q, lang),
    ]  # fmt: skip


def _between(low: float | None, high: float | None, lang: str) -> str:
    return fmt.NONE if low is None or high is None else fmt.interval(low, high, 1, lang)


def _chance(value: float | None, lang: str) -> str:
    if value is None:
        return fmt.NONE
    return f"<{fmt.number(0.001, 3, lang)}" if value < 0.001 else fmt.number(round(value, 3), 3, lang)


@registry.export(
    EXPORT,
    {
        **choices.EXTRAS,
        "vis": ("oversigt", "tragt", "sammenlignet", "justeret"),
        "lokalisation": re.compile(r"[A-Z]\d\d"),
    },
    whole=choices.of_all,
)
def sheet(context: Reader, subject: str) -> Sheet:
    """The columns of the command, by its names, unrounded, with the unit's code; the summary in the stamp."""
    if subject not in BY_ID:
        raise UsageError(f"emne={subject}: there is no such indicator; there are {', '.join(BY_ID)}")
    indicator = BY_ID[subject]
    reason = why_not_reported(indicator, context.view.info)
    chosen = choices.read(context, indicator.survival_years)
    if reason is not None:
        raise UsageError(reason.in_(context.lang))
    view = choices.seen(context)
    if not divided(indicator, chosen.by, view.where):
        raise UsageError(f"{subject} cannot be compared by {chosen.by} with these filters")
    found = comparison(view, subject, chosen.by, chosen.years)
    names = ("unit", "name", *COLUMNS[1:])
    columns = tuple(Column(name, _HOLDS[name]) for name in names)
    rows = tuple(_row(place) for place in found.places)
    title = f"{choices.whose(context)}{words.title(context, indicator)}. {context.database} {chosen.span}"
    summary = [(name, _number(getattr(found.summary, name))) for name in SUMMARY] if found.verdict != "hidden" else []
    caveat = context.t("Forbehold", "Caveat")
    stamp = [pair for pair in registry.stamp(chosen.pinned) if pair[0] != caveat]
    return Sheet(EXPORT, title, columns, rows, (*stamp, *choices.file_note(context), *summary), chosen.span)


def _row(place: ComparedPlace) -> tuple[Value, ...]:
    values = [getattr(place, name) for name in COLUMNS[1:]]
    if place.hidden:
        verdicts = ("zone", "signal", "adjusted_signal")
        values = [None if name in verdicts else Said.HIDDEN for name in COLUMNS[1:]]
    elif place.missing_hidden:
        values[COLUMNS.index("missing") - 1] = Said.HIDDEN
    if place.hidden:  # nothing is known of it, not even that it is uncertain
        values[COLUMNS.index("certain") - 1] = None
    return (place.unit.code, place.unit.full_name, *values)


def _number(value: object) -> str:
    return "" if value != value else str(value)
