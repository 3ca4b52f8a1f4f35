"""What is said of patients who can still be reached."""

from __future__ import annotations

import datetime as dt

from results.reach import ReachedPatient, ReachList, people
from words import format as fmt
from words.chosen.waits import WORDS
from words.reader import Reader

_DAYS = (("ma", "Mon"), ("ti", "Tue"), ("on", "Wed"), ("to", "Thu"), ("fr", "Fri"), ("lø", "Sat"), ("sø", "Sun"))


def patients(context: Reader, number: int) -> str:
    """'1 patient', '7 patienter'."""
    noun = context.t("patient" if number == 1 else "patienter", "patient" if number == 1 else "patients")
    return f"{fmt.count(number, context.lang)} {noun}"


def subject(context: Reader, one: ReachedPatient) -> str:
    """What the patient can still meet: an indicator's title, or the wait's maximum."""
    if one.indicator is not None:
        return one.indicator.title.in_(context.lang)
    return context.t(f"Maksimal ventetid til {WORDS[one.leg][0]}", f"Maximum wait for {WORDS[one.leg][1]}")


def left(context: Reader, one: ReachedPatient) -> tuple[str, str]:
    """Days left as number and unit: ('2', 'dage'), ('i dag', ''), ('', '') without a last day."""
    if one.days_left is None:
        return "", ""
    if one.days_left == 0:
        return context.t("i dag", "today"), ""
    unit = context.t("dag" if one.days_left == 1 else "dage", "day" if one.days_left == 1 else "days")
    return fmt.count(one.days_left, context.lang), unit


def day(context: Reader, due: dt.date | None) -> str:
    """'ti 3.11.', 'Tue 3 Nov'; empty without one."""
    if due is None:
        return ""
    da, en = _DAYS[due.weekday()]
    return context.t(f"{da} {due.day}.{due.month}.", f"{en} {due.day} {due:%b}")


def finding(context: Reader, found: ReachList) -> list[str]:
    """How many can only be reached now, and what most of them lack."""
    t, week = context.t, found.this_week
    if not found.patients:
        return [t(f"{found.place.name} har ingen patienter, der kan nås endnu.",
                  f"{found.place.name} has no patients who can still be reached.")]  # fmt: skip
    if not week:
        return [t(f"Ingen frist udløber inden for 7 dage. {patients(context, people(found.patients))} kan stadig nås.",
                  f"No deadline falls within 7 days. {patients(context, people(found.patients))} can still be reached.")
                ]  # fmt: skip
    counted: dict[str, int] = {}
    for one in week:
        counted[one.missing] = counted.get(one.missing, 0) + 1
    most = max(counted, key=lambda key: (counted[key], key))
    lacking = next(one for one in week if one.missing == most).missing_text.in_(context.lang)
    first = t(f"{patients(context, people(week))} kan kun nås inden for 7 dage.",
              f"{patients(context, people(week))} can only be reached within 7 days.")  # fmt: skip
    if len(counted) == 1:
        return [first, t(f"Der mangler {lacking}.", f"What is missing: {lacking}.")]
    number = fmt.count(counted[most], context.lang)
    return [first, t(f"Hyppigst mangler {lacking} ({number}).", f"Most often missing: {lacking} ({number}).")]


def lead(context: Reader, found: ReachList) -> str:
    """What comes after the week, and which day the days count from."""
    t = context.t
    parts = []
    if found.later:
        more = patients(context, people(found.later))
        parts.append(t(f"Yderligere {more} har en senere frist.", f"Another {more} have a later deadline."))
    if found.undated:
        more = patients(context, people(found.undated))
        parts.append(t(f"{more} har ingen fast frist.", f"{more} have no fixed deadline."))
    parts.append(counted_from(context, found.cuts))
    return " ".join(parts)


def counted_from(context: Reader, cuts: dict[str, dt.date]) -> str:
    """From which day the days count, and how long ago that is: what has happened since is not known."""
    t = context.t
    days = sorted(set(cuts.values()))
    if len(days) == 1:
        ago = (dt.date.today() - days[0]).days
        unit = t("dag" if ago == 1 else "dage", "day" if ago == 1 else "days")
        day_ = fmt.date(days[0], context.lang)
        return t(
            f"Dage tilbage tæller fra udtrækket {day_}, for {ago} {unit} siden; hvad der er sket siden, vides ikke.",
            f"Days left count from the data cut {day_}, {ago} {unit} ago; what has happened since is not known.",
        )
    each = fmt.listed([f"{code} {fmt.date(day_, context.lang)}" for code, day_ in cuts.items()], context.lang)
    return t(
        f"Dage tilbage tæller fra hver databases dataudtræk ({each}); hvad der er sket siden, vides ikke.",
        f"Days left count from each database's data cut ({each}); what has happened since is not known.",
    )
