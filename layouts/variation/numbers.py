"""All numbers of a comparison: the table behind its figures, and the file with the command's columns."""

from __future__ import annotations

import re

from data.output import UsageError
from exports import registry
from exports.files import Sheet
from indicators.catalogue import BY_ID, why_not_reported
from layouts.parts import html, tables
from results.table import Column, Kind, Line, Link, On, Role, Said, Table, TableRow, Value, of
from results.variation.comparison import COLUMNS, SUMMARY, ComparedPlace, Comparison, comparison, divided
from results.variation.country import country
from words import format as fmt
from words import indicator as names
from words import values
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
_VERDICT = "verdict"  # for people, a file has the command's words


def of_places(chosen: ChosenComparison, found: Comparison) -> Table:
    """The columns of ``python -m indicators compare`` by name, a row for each unit; on a page the country first."""
    context = chosen.context
    columns = (
        *(Column(name, _HOLDS[name], key=name) for name in ("unit", "name", *COLUMNS[1:])),
        *of(Kind.TEXT, context.t("Vurdering", "Verdict"), keys=_VERDICT, on=On.PAGE),
    )
    rows = []
    whole = country(choices.seen(context), found, chosen.years)
    if whole is not None:
        word = words.verdict_word(context, whole, found.indicator.higher_is_better)
        values = (whole.unit.code, whole.unit.full_name, *_values_of(whole), word)
        rows.append(TableRow(values, Role.TOTAL, on=On.PAGE))
    for place in found.places:
        own = place.unit.level == "department" and place.unit.code == context.state.unit
        word = None if place.hidden else words.verdict_word(context, place, found.indicator.higher_is_better)
        link = Link("unit", place.unit.code) if place.unit.level == "department" and place.unit.code else None
        rows.append(TableRow((*_values(place), word), Role.PLAIN, own, place.unit.code, link=link))
    title = f"{choices.whose(context)}{words.title(context, found.indicator)}. {context.database} {chosen.span}"
    return Table(title, columns, tuple(rows), id="sammenligning")


def twin(chosen: ChosenComparison, found: Comparison) -> html.Div:
    """Every column of ``python -m indicators compare`` as a person reads it."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    sign, interval = fmt.percent_sign(lang), t("% (95 %-interval)", "% (95% interval)")
    table, names_of = of_places(chosen, found), {one.unit.code: one for one in found.places}

    def head(title: object, of: str, draw: tables.Draw | None = None, sub: object = None, wide: bool = True):
        return tables.Heading(title, "right", sub, wide_only=wide, of=of, draw=draw and _unless_hidden(draw))

    def between(low: str, high: str) -> tables.Draw:
        return lambda line: values.limits(line, low, high, lang)

    def plain(key: str) -> tables.Draw:
        return lambda line: values.text(table.column(key), line[key], lang)

    def rate(key: str, low: str, high: str) -> tables.Draw:
        return lambda line: values.with_limits(line, key, low, high, lang)

    def name(line: Line) -> html.Span:
        place = names_of.get(line["unit"])
        text = t("Danmark", "Denmark") if place is None else names.unit_name(context, place.unit)
        counts = html.Span(_counts(line, lang), className="cell-sub only-phone")
        return html.Span([text, counts], className="cell")

    def counts(line: Line) -> str:
        return _counts(line, lang)

    columns = [
        tables.Heading(t("Enhed", "Unit"), "left", of="name", draw=name),
        tables.Heading(t("Tæller/nævner", "Num./denom."), of="denominator numerator", draw=counts, wide_only=True),
        head(t("Uoplyst", "Missing"), "missing", plain("missing")),
        head("%", "rate lower upper", rate("rate", "lower", "upper"), t(f"95{sign} CI", "95% CI"), wide=False),
        head(t("Uoplyst imod–med", "Missing against–for"), "worst best", between("worst", "best"), "%"),
        head(t(f"Grænser 95{sign}", "Limits 95%"), "limit95_low limit95_high",
             between("limit95_low", "limit95_high"), "%"),
        head(t(f"Grænser {fmt.percent(0.998, 1, lang)}", "Limits 99.8%"), "limit998_low limit998_high",
             between("limit998_low", "limit998_high"), "%"),
        head(t("Vurdering", "Verdict"), _VERDICT, wide=False),
        head(t("Trukket mod landet", "Drawn to the country"), "shrunken shrunken_lower shrunken_upper",
             rate("shrunken", "shrunken_lower", "shrunken_upper"), interval),
        head(t("Plads", "Rank"), "rank rank_lower rank_upper", _rank, t("95 %-interval", "95% interval")),
        head(t("Forventet", "Expected"), "expected", plain("expected")),
        head(t("Obs./forv. (O/E)", "Obs./exp. (O/E)"), "oe oe_lower oe_upper",
             lambda line: values.ratio_limits(line, "oe", "oe_lower", "oe_upper", lang), t(f"95{sign} CI", "95% CI")),
        head("p", "p", plain("p")),
        head("q", "q", plain("q")),
    ]  # fmt: skip
    caption = f"{choices.whose(context)}{words.title(context, found.indicator)}, {context.database} {chosen.span}"
    return tables.drawn(context, table, columns, css="dense compared", caption=caption)


def _unless_hidden(draw: tables.Draw) -> tables.Draw:
    """Of a hidden unit one cell says so; the others have a dash."""
    return lambda line: fmt.NONE if line["denominator"] is Said.HIDDEN else draw(line)


def _counts(line: Line, lang: str) -> str:
    """'124/153', of survival '153', 'skjult'; a dash where there is nothing."""
    return values.fraction(line, "numerator", "denominator", lang)


def _rank(line: Line) -> str:
    """'4 (2–9)'; a place that may be anywhere is none, its interval says so."""
    if line.number("rank_lower") is None:
        return fmt.NONE
    place = fmt.NONE if line.number("rank") is None else line["rank"]
    return f"{place} ({line['rank_lower']}{fmt.EN_DASH}{line['rank_upper']})"


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
    summary = [(name, _number(getattr(found.summary, name))) for name in SUMMARY] if found.verdict != "hidden" else []
    caveat = context.t("Forbehold", "Caveat")
    stamp = [pair for pair in registry.stamp(chosen.pinned) if pair[0] != caveat]
    return Sheet(EXPORT, of_places(chosen, found), (*stamp, *choices.file_note(context), *summary), chosen.span)


def _values_of(place: ComparedPlace) -> tuple[Value, ...]:
    """The values under COLUMNS but the unit's, of a place that is shown."""
    hidden = {"missing"} if place.missing_hidden else set()
    return tuple(Said.HIDDEN if name in hidden else getattr(place, name) for name in COLUMNS[1:])


def _values(place: ComparedPlace) -> tuple[Value, ...]:
    values = _values_of(place)
    if place.hidden:  # nothing is known of it, not even that it is uncertain
        unsaid = ("zone", "signal", "adjusted_signal", "certain")
        values = tuple(None if name in unsaid else Said.HIDDEN for name in COLUMNS[1:])
    return (place.unit.code, place.unit.full_name, *values)


def _number(value: object) -> str:
    return "" if value != value else str(value)
