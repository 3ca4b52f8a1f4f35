"""What the figures of a warning's chart answer about a month, and what its sums say at the pointer."""

from __future__ import annotations

import datetime as dt

from results.warnings.charts import MONTH, ChartPoint, ShownChart, Sums
from words import format as fmt
from words.answer import Answer, CurveAnswer, CurveSteps, counted
from words.reader import Reader
from words.warnings import title, unwanted


def point_name(start: dt.date, months: int, lang: str, year: bool = True) -> str:
    """'september 2025', or '3. kvartal 2025' ('Q3 2025'); three months off the quarters by their first month."""
    if months == MONTH or (start.month - 1) % 3:
        text = fmt.month(start, lang, "year" if year else "long")
        return text if months == MONTH else f"{'fra' if lang == 'da' else 'from'} {text}"
    number = (start.month + 2) // 3
    if lang == "da":
        return f"{number}. kvartal {start.year}" if year else f"{number}. kv."
    return f"Q{number} {start.year}" if year else f"Q{number}"


def known_as(point: ChartPoint) -> str:
    """A point's name for programs."""
    return f"{point.start:%Y-%m}"


def of_point(context: Reader, curve: ShownChart, point: ChartPoint, opens: tuple[str, str] | None = None) -> Answer:
    """A month or three months of a chart: the share, what was expected, and between which limits it may be chance."""
    t, lang = context.t, context.lang
    lines = [counted(context, None, point.n)]
    if point.unwanted is not None:
        many = fmt.count(point.unwanted, lang)
        lines.append(f"{many} {unwanted(context, curve.indicator)}")
    if point.expected is not None:
        expected = fmt.percent(point.expected, 1, lang)
        lines.append(t(f"ventet {expected}", f"expected {expected}"))
    if point.lower is not None and point.upper is not None:
        limits = fmt.interval(point.lower, point.upper, 1, lang)
        lines.append(t(f"grænser {limits}", f"limits {limits}"))
    inside = curve.in_signal(point)
    worse = inside and curve.signal.worse
    word = t("i varslets periode" if worse else "i fremgangens periode",
             "in the warning's period" if worse else "in the improvement's period")  # fmt: skip
    name = point_name(point.start, curve.months, lang)
    return Answer(
        name[:1].upper() + name[1:], title(context, curve.indicator), fmt.percent(point.rate, 1, lang),
        tuple(line for line in lines if line), "" if not inside else "attention" if worse else "better",
        word if inside else "", opens=opens,
    )  # fmt: skip


def of_sums(context: Reader, curve: ShownChart) -> tuple[CurveAnswer, CurveAnswer]:
    """The sums of both directions by month, the one towards worse first."""
    t, lang = context.t, context.lang
    found = []
    for direction, da, en in (("worse", "mod dårligere", "towards worse"), ("better", "mod bedre", "towards better")):
        at = fmt.number(curve.threshold[direction], 1, lang)
        beside = t(f"grænse {at}", f"threshold {at}")
        values = {n: (fmt.number(_sum(one, direction), 1, lang), beside) for n, one in enumerate(curve.sums)}
        found.append(CurveAnswer(t(da, en), values))
    return found[0], found[1]


def _sum(one: Sums, direction: str) -> float:
    return one.worse if direction == "worse" else one.better


def months_of(context: Reader, curve: ShownChart) -> CurveSteps:
    """The months of the sums; each has its own room on the axis."""
    hint = context.t(
        "Piletasterne går en måned frem eller tilbage, Page Up og Page Down et år.",
        "The arrow keys go a month on or back, Page Up and Page Down a year.",
    )
    names = [fmt.month(one.start, context.lang, "year") for one in curve.sums]
    return CurveSteps(tuple(name[:1].upper() + name[1:] for name in names), hint, 12, 0.5)
