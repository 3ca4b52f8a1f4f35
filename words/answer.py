"""The card at a point: what a figure answers about one of its marks, in the words and numbers of its table."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.declaration import Indicator
from results.audit import Cell, Unit, UnitTable
from results.department import DepartmentRow, DepartmentUnit
from results.places import hospitals
from results.survival.curves import Competing, Survival, SurvivalGroup
from results.survival.net import Window
from results.variation.comparison import ComparedPlace, Comparison, ModelCard
from words import format as fmt
from words import indicator as words
from words import net, survival, variation, verdicts
from words.overview import aside
from words.reader import Reader


@dataclass(frozen=True)
class Answer:
    """``value`` large, the lines ``beside`` it, then mark (``verdict``: a key of VERDICTS or of a tone) and ``word``.

    ``place``: where it stands among the others. Nothing in it that the figure's table lacks. ``opens``: what a click
    or Enter opens, as (text, path; with its own choices where it has a query); None where there is no page of it.
    """

    name: str
    about: str
    value: str = ""
    beside: tuple[str, ...] = ()
    verdict: str = ""
    word: str = ""
    place: str = ""
    opens: tuple[str, str] | None = None


def of_unit(context: Reader, table: UnitTable, unit: Unit, period: int | None = None) -> Answer:
    """A unit's result of an indicator in a period (None: the view's)."""
    cell = table.cell(unit, period)
    when = words.period_words(context, table, period)
    national = table.cell(table.nation, period)
    place = ""
    if unit.level != "nation" and national.rate is not None:
        place = country(context, fmt.percent(national.rate, 1, context.lang))
    value, beside, word = _shown(context, table.indicator, cell)
    return Answer(
        words.unit_name(context, unit),
        f"{words.title(context, table)} · {when}",
        value, beside, cell.said if cell.rate is not None else "", word, place, opens(context, unit),
    )  # fmt: skip


def of_cell(
    context: Reader,
    indicator: Indicator,
    cell: Cell,
    name: str,
    about: str,
    opens: tuple[str, str] | None,
    place: str = "",
) -> Answer:
    """A result of a table of several units and indicators."""
    value, beside, word = _shown(context, indicator, cell)
    return Answer(name, about, value, beside, cell.said if cell.rate is not None else "", word, place, opens)


def of_department(context: Reader, unit: DepartmentUnit, row: DepartmentRow) -> Answer:
    """A department's (hospital's, region's) result of an indicator in the view's period, beside the country's."""
    cell, national = row.now, row.nation[row.period]
    when = aside(context, row) if row.indicator.survival_years else context.period_label
    value, beside, word = _shown(context, row.indicator, cell)
    place = "" if national.rate is None else country(context, fmt.percent(national.rate, 1, context.lang))
    return Answer(
        unit.name, f"{row.title.in_(context.lang)} · {when}", value, beside,
        cell.said if cell.rate is not None else "", word, place,
        opens(context, Unit(unit.level, unit.code, unit.name, unit.name)),
    )  # fmt: skip


def _shown(context: Reader, indicator: Indicator, cell: Cell) -> tuple[str, tuple[str, ...], str]:
    """The value, the lines beside it and the verdict's word of a cell, as the table has them."""
    lang, t = context.lang, context.t
    word = verdicts.full_text(cell, lang, context.threshold)
    if cell.rate is None:
        return "", (), word
    survival = bool(indicator.survival_years)
    counts = counted(context, None if survival else cell.numerator, cell.denominator)
    if cell.missing_hidden:
        counts += t(" · uoplyst skjult", " · missing hidden")
    elif cell.missing:
        counts += f" · {t('uoplyst', 'missing')}{fmt.NBSP}{fmt.count(cell.missing, lang)}"
    return fmt.percent(cell.rate, 1, lang), (counts, *interval(context, cell.lower, cell.upper)), word


def of_place(
    context: Reader,
    found: Comparison,
    place: ComparedPlace,
    about: str,
    shrunken: bool = False,
    ratio: tuple[float, float, float] | None = None,
) -> Answer:
    """A unit of a comparison. ``shrunken``: the estimate drawn to the country, beside the raw rate; ``ratio``: observed
    over expected with its limits, in the rate's place."""
    lang, t = context.lang, context.t
    counts = counted(context, None if found.indicator.survival_years else place.numerator, place.denominator)
    if place.missing:
        counts += f" · {t('uoplyst', 'missing')}{fmt.NBSP}{fmt.count(place.missing, lang)}"
    value, limits = place.rate, (place.lower, place.upper)
    if shrunken and place.shrunken is not None:
        value, limits = place.shrunken, (place.shrunken_lower, place.shrunken_upper)
        counts = f"{t('rå', 'raw')} {fmt.percent(place.rate, 1, lang)} · {counts}"
    beside = (counts, *interval(context, *limits))
    shown = fmt.percent(value, 1, lang)
    if ratio is not None:
        low, high = (fmt.number(one, 2, lang) for one in ratio[1:])
        limits_text = f"{low}{fmt.EN_DASH}{high}"
        shown = fmt.number(ratio[0], 2, lang)
        beside = (counts, t(f"95 %-interval {limits_text}", f"95% interval {limits_text}"))
    word = variation.verdict_word(context, place, found.indicator.higher_is_better)
    parts = []
    if ratio is not None:
        parts.append(variation.adjusted_word(context, found, place))
    if place.rank is not None and place.rank_lower is not None:
        among = len([one for one in found.shown if one.rank is not None])
        span = f"({place.rank_lower}{fmt.EN_DASH}{place.rank_upper})"
        parts.append(t(f"plads {place.rank} af {among} {span}", f"rank {place.rank} of {among} {span}"))
    parts.append(country(context, fmt.percent(found.summary.national, 1, lang)))
    return Answer(
        words.unit_name(context, place.unit), about, shown, beside, _tone(found, place), word,
        " · ".join(one for one in parts if one), opens(context, place.unit),
    )  # fmt: skip


def of_band(context: Reader, card: ModelCard, number: int) -> Answer:
    """The band of predicted risk with this number: what was observed beside what the model expects."""
    t, lang, band = context.t, context.lang, card.bands[number - 1]
    rows, seen = fmt.count(band.patients, lang), fmt.count(round(band.observed), lang)
    hoped = fmt.number(round(band.expected, 1), 1, lang)
    return Answer(
        t(f"Gruppe {number} af forventet risiko", f"Band {number} of expected risk"),
        t(f"{rows} rækker", f"{rows} rows"), "",
        (t(f"observeret {seen}", f"observed {seen}"), t(f"forventet {hoped}", f"expected {hoped}")),
    )  # fmt: skip


def _tone(found: Comparison, place: ComparedPlace) -> str:
    """The key of the mark that the figure draws: alarm, attention, better, within."""
    if not place.deviates:
        return "within"
    if not place.worse(found.indicator.higher_is_better):
        return "better"
    return "alarm" if place.alarm else "attention"


def counted(context: Reader, numerator: int | None, denominator: int | None) -> str:
    """'6 af 84'; without a numerator '84 patienter'."""
    if denominator is None:
        return ""
    if numerator is None:
        many = fmt.count(denominator, context.lang)
        return context.t(f"{many} patienter", f"{many} patients")
    return fmt.of(numerator, denominator, context.lang)


def interval(context: Reader, lower: float | None, upper: float | None) -> tuple[str, ...]:
    """'95 %-interval 2,7–14,9', nothing where there is none."""
    if lower is None or upper is None:
        return ()
    limits = fmt.interval(lower, upper, 1, context.lang)
    return (context.t(f"95 %-interval {limits}", f"95% interval {limits}"),)


def country(context: Reader, shown: str) -> str:
    """'landet 3,1 %'."""
    return context.t(f"landet {shown}", f"the country {shown}")


def opens(context: Reader, unit: Unit) -> tuple[str, str] | None:
    """What a unit's mark opens: the department's page, the departments of a region."""
    if unit.level == "department" and unit.code:
        return context.t("Åbn afdelingen", "Open the department"), f"/afdeling/{unit.code}"
    if unit.level == "region" and unit.code:
        return context.t("Se regionens afdelinger", "See the region's departments"), f"/afdeling#region-{unit.code}"
    if unit.level == "hospital" and unit.code:
        # A comparison knows a hospital by its name, its page by what that is in an address.
        known = {one.name: one.code for one in hospitals(context.view.snapshot)}
        code = known.get(unit.code, unit.code)
        if code in known.values():
            return context.t("Åbn hospitalet", "Open the hospital"), f"/hospital/{code}"
    return None


@dataclass(frozen=True)
class CurveSteps:
    """Where curves are read off, from the left end of the figure to the right: ``when`` in words, the keys' ``hint``,
    how many steps Page Up and Page Down go, and how many of room there are beyond either end (``beside``)."""

    when: tuple[str, ...]
    hint: str
    page: int
    beside: float = 0


@dataclass(frozen=True)
class CurveAnswer:
    """What a curve says at the pointer: by step (a month, a day) its value and interval, as text. ``path``: what its
    name opens."""

    name: str
    values: dict[int, tuple[str, str]]
    path: str = ""


def of_curve(context: Reader, result: Survival, group: SurvivalGroup) -> CurveAnswer:
    """A survival curve read off by month."""
    values = {
        one.month: (fmt.percent(one.estimate, 1, context.lang), survival.limits(one, context))
        for one in result.by_month(group)
    }
    path = f"/afdeling/{group.code}" if group.level == "department" and group.code else ""
    return CurveAnswer(context.t(group.name.da, group.name.en), values, path)


def of_window(context: Reader, window: Window, years: int) -> Answer:
    """Net survival in some calendar years."""
    t, point = context.t, window.point(years)
    return Answer(
        net.window_text(window),
        t(
            f"Netto-overlevelse efter {survival.years_word(years, 'da')}",
            f"Net survival after {survival.years_word(years, 'en')}",
        ),
        fmt.percent(point.estimate, 1, context.lang),
        (
            net.limits(point, context),
            t(f"{fmt.count(point.cases, 'da')} patienter fulgt", f"{fmt.count(point.cases, 'en')} patients followed"),
        ),
    )


def of_incidence(context: Reader, found: Competing) -> dict[str, CurveAnswer]:
    """The three curves of deaths read off by month, by their names for programs."""
    t, lang, values = context.t, context.lang, ({}, {}, {})
    for one in found.months:
        for into, (value, lower, upper) in zip(values, (one.deaths, one.net, one.cancer), strict=True):
            into[one.month] = (fmt.percent(value, 1, lang), fmt.interval(lower, upper, 1, lang))
    names = {
        "alle": t("Alle dødsfald", "All deaths"),
        "netto": t("1 − kræftspecifik", "1 − cancer-specific"),
        "kraeft": t("Død af kræft", "Died of cancer"),
    }
    return {id: CurveAnswer(name, into) for (id, name), into in zip(names.items(), values, strict=True)}


def months(context: Reader, last: int) -> CurveSteps:
    """The months from the diagnosis to ``last``."""
    hint = context.t(
        "Piletasterne går en måned frem eller tilbage, Page Up og Page Down et år.",
        "The arrow keys go a month on or back, Page Up and Page Down a year.",
    )
    return CurveSteps(tuple(months_since(context, month) for month in range(last + 1)), hint, 12)


def months_since(context: Reader, month: int) -> str:
    """'3 år og 2 måneder efter diagnosen'."""
    years, months = divmod(month, 12)
    t, parts = context.t, []
    if years or not months:
        parts.append(t(f"{years} år", f"{years} {'year' if years == 1 else 'years'}"))
    if months:
        one = months == 1
        parts.append(t(f"{months} {'måned' if one else 'måneder'}", f"{months} {'month' if one else 'months'}"))
    return f"{t(' og ', ' and ').join(parts)} {t('efter diagnosen', 'after the diagnosis')}"
