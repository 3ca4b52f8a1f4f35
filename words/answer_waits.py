"""What the figures of the waiting times answer about a day, a week, a department, a month of starts."""

from __future__ import annotations

from collections.abc import Mapping

from results.waits.started import LAST_DAY, Started
from results.waits.units import UnitRow
from results.waits.weeks import Flow, WeekCounts
from words import format as fmt
from words.answer import Answer, CurveAnswer, CurveSteps, counted, country, interval
from words.chosen.waits import ChosenWaits, weeks_text
from words.reader import Reader
from words.waits import REASONS, STATUS, days, number


def of_age(context: Reader, day: int, counts: Mapping[str, int], clock: str, more: bool = False) -> Answer:
    """Those who have waited so many days by status; ``more``: or longer. ``clock``: what the days are counted from."""
    t = context.t
    said = tuple(f"{number(counts[name], context)} {t(da, en)}" for name, (_, da, en) in STATUS.items() if counts[name])
    legs = sum(counts.values())
    unit = t("forløb", "case" if legs == 1 else "cases")
    over = counts["waiting_over"]
    return Answer(
        days(day, context) + (t(" eller mere", " or more") if more else ""),
        t(f"ventet siden {clock}", f"waited since {clock}"),
        f"{fmt.count(legs, context.lang)} {unit}",
        said,
        "not_met" if over else "",
        t("over den maksimale ventetid", "over the maximum wait") if over else "",
    )


def of_week(context: Reader, one: WeekCounts) -> Answer:
    """The ended legs of a week: how many in time, and the overruns by reason."""
    t, lang = context.t, context.lang
    counts = one.counts
    lines = [t(f"{number(counts['within'], context)} til tiden", f"{number(counts['within'], context)} in time")]
    lines += [f"{number(counts[name], context)} {t(*words)}" for name, words in REASONS.items() if counts[name]]
    share = "" if one.in_time is None else fmt.percent(one.in_time, 1, lang)
    return Answer(
        week_name(context, one.week),
        t(f"{number(one.legs, context)} afsluttede forløb, til tiden:",
          f"{number(one.legs, context)} ended cases, in time:"),
        share, tuple(lines), place=provisional(context, one.week),
    )  # fmt: skip


def of_flow(context: Reader, one: Flow) -> Answer:
    """The inflow and outflow of a week."""
    t = context.t
    starts, otherwise = number(one.starts, context), number(one.otherwise, context)
    inflow, outflow = number(one.inflow, context), number(one.outflow, context)
    return Answer(
        week_name(context, one.week), t("Køens tilgang og afgang", "The queue's inflow and outflow"), "",
        (
            t(f"{inflow} kom til", f"{inflow} came"),
            t(f"{outflow} sluttede: {starts} påbegyndt, {otherwise} på anden måde",
              f"{outflow} ended: {starts} started, {otherwise} otherwise"),
        ),
        place=provisional(context, one.week),
    )  # fmt: skip


def of_department(chosen: ChosenWaits, one: UnitRow, weeks: object, centre: float | None) -> Answer:
    """A department's share in time of the ended legs, beside the country's and the funnel's limits."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    ended = one.ended
    sides = {
        (-1, "alarm"): ("under alarmgrænsen", "below the alarm limit"),
        (-1, "attention"): ("under opmærksomhedsgrænsen", "below the attention limit"),
        (1, "alarm"): ("over alarmgrænsen", "above the alarm limit"),
        (1, "attention"): ("over opmærksomhedsgrænsen", "above the attention limit"),
    }
    word = t(*sides.get((one.side, one.level), ("inden for grænserne", "within the limits")))
    tone = "within" if not one.level else "better" if one.side > 0 else one.level
    lines = [counted(context, ended.coarse["within"], ended.coarse.legs)]
    lines += interval(context, ended.lower, ended.upper)
    if one.median is not None:
        lines.append(t(f"median {days(round(one.median), context)}", f"median {days(round(one.median), context)}"))
    return Answer(
        one.place.name,
        t(f"Til tiden, {weeks_text(weeks, 'da')}", f"In time, {weeks_text(weeks, 'en')}"),
        fmt.percent(ended.in_time, 1, lang), tuple(line for line in lines if line), tone, word,
        "" if centre is None else country(context, fmt.percent(centre, 1, lang)),
        (t("Åbn afdelingen", "Open the department"), f"/afdeling/{one.place.code}"),
    )  # fmt: skip


def of_cohort(context: Reader, one: Started) -> CurveAnswer:
    """The share started by day since the clock started, read off the exact curve."""
    values, share, steps = {}, 0.0, dict(one.curve or ())
    last = max(steps, default=0)
    for day in range(LAST_DAY + 1):
        share = steps.get(day, share)
        if day <= last:  # nobody has been followed longer
            values[day] = (fmt.percent(share, 1, context.lang), "")
    return CurveAnswer(fmt.month(one.month, context.lang, "year"), values)


def days_since(context: Reader, last: int) -> CurveSteps:
    """The days since the clock started; Page Up and Page Down go a week."""
    t = context.t
    hint = t(
        "Piletasterne går en dag frem eller tilbage, Page Up og Page Down en uge.",
        "The arrow keys go a day on or back, Page Up and Page Down a week.",
    )
    when = tuple(
        t(f"{days(day, context)} efter urets start", f"{days(day, context)} after the start") for day in range(last + 1)
    )
    return CurveSteps(when, hint, 7)


def week_name(context: Reader, week: object) -> str:
    """'Uge 24, 2026'."""
    year, at, _ = week.start.isocalendar()
    return f"{fmt.week(at, context.lang).capitalize()}, {year}"


def provisional(context: Reader, week: object) -> str:
    """That a week's cases are not all registered yet, and how many are expected to be."""
    if not week.provisional:
        return ""
    share = fmt.percent(week.completeness, 0, context.lang)
    return context.t(f"foreløbig: {share} ventes registreret", f"provisional: {share} expected to be registered")
