"""Downloads of early warnings: the list, a chart's points, a hospital's digest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from data.output import UsageError
from layouts import _format as fmt
from layouts._downloads import export, stamp
from layouts._source import PageContext
from layouts._warnings_choices import EXTRAS, read_day
from layouts._warnings_text import title, unwanted
from tables import warning_charts as charts
from tables import warning_digest as digests
from tables import warnings as data
from tables.export import Sheet, Value
from tables.warnings import Absorbed, Signal


def _columns(context: PageContext) -> tuple[str, ...]:
    t = context.t
    return (
        "Database", t("Enhed", "Unit"), t("Enhedskode", "Unit code"), t("Indikator", "Indicator"),
        t("Indikatorkode", "Indicator code"), t("Det uønskede", "The unwanted"), t("Retning", "Direction"),
        t("Styrke", "Strength"), t("Siden", "Since"), t("Til og med", "Up to and including"),
        t("Kendt fra", "Known from"), t("Måneder", "Months"), t("Observeret", "Observed"), t("Ventet", "Expected"),
        t("Flere end ventet", "More than expected"), t("År pr. falsk alarm", "Years per false alarm"),
        t("Seneste nyt", "Last news"), t("Først siden", "First since"), t("På listen", "Listed"),
    )  # fmt: skip


def _row(context: PageContext, one: Signal) -> tuple[Value, ...]:
    t, hidden = context.t, context.t("skjult", "hidden")
    excess: Value = hidden if one.excess is None else _decimal(context, one.excess, 0 if one.rounded else 2)
    if one.rounded:
        excess = t(f"omkring {excess}", f"about {excess}")
    return (
        one.database, one.unit_name, one.unit, title(context, one.indicator), one.indicator.id,
        unwanted(context, one.indicator),
        t("dårligere", "worse") if one.worse else t("bedre", "better"),
        t("stærk", "strong") if one.strong else t("svag", "weak"),
        _day(context, one.since), _day(context, one.until), _day(context, one.known_from), one.months,
        hidden if one.observed is None else one.observed,
        hidden if one.expected is None else _decimal(context, one.expected, 2), excess, one.years,
        _news(context, one), _day(context, one.first_since or one.since), t("ja", "yes"),
    )  # fmt: skip


def _news(context: PageContext, one: Signal) -> str:
    t = context.t
    further = t("igen forværret", "worse again") if one.worse else t("igen forbedret", "better again")
    return {"new": t("begyndte", "began"), "strong": t("blev stærkt", "became strong")}.get(one.news, further)


def _standing_row(context: PageContext, one: Signal) -> tuple[Value, ...]:
    return (*_row(context, one)[:-1], context.t("nej, står stadig", "no, still stands"))


def _absorbed_row(context: PageContext, one: Absorbed) -> tuple[Value, ...]:
    """A chart that began again: the signal that was, and since when its years are expected."""
    t = context.t
    gone = t(f"nej, det ventede fra {one.turn.year}", f"no, expected from {one.turn.year}")
    known = (
        one.database, one.unit_name, one.unit, title(context, one.indicator), one.indicator.id,
        unwanted(context, one.indicator), t("dårligere", "worse") if one.worse else t("bedre", "better"),
        "", _day(context, one.since),
    )  # fmt: skip
    return (*known, *[""] * (len(_columns(context)) - len(known) - 1), gone)


def _day_of(context: PageContext) -> dt.date:
    day, trouble = read_day(context)
    if trouble:  # a file never holds another day than its address asks for
        raise UsageError(trouble)
    return day


def _decimal(context: PageContext, value: float, decimals: int) -> str:
    """A number of patients as text: a float would be printed as a percentage."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if context.lang == "da" else text


def _day(context: PageContext, day: dt.date) -> str:
    return f"{day:%Y-%m}" if context.edition == "public" else day.isoformat()


def _stamp(context: PageContext, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The stamp without period, patients and place, which have no say here."""
    t = context.t
    gone = {t("Periode", "Period"), t("Patienter", "Patients"), t("Sted", "Place"), t("Forbehold", "Caveat")}
    adjusted = (
        t("Forbehold", "Caveat"),
        t(
            "Mod enhedens eget niveau; case-mix-justeret, hvor modellen holder",
            "Against the unit's own level; case-mix adjusted where the model stands",
        ),
    )
    return (*(row for row in stamp(context) if row[0] not in gone), *more, adjusted)  # fmt: skip


@export("varsler", EXTRAS)
def listed(context: PageContext, subject: str) -> Sheet:
    """The signals of the page's database and day; it has no subject."""
    found = data.watch(context.view, _day_of(context))
    false = f"{found.expected(True) + found.expected(False):.1f}"
    rows = (
        *(_row(context, one) for one in found.signals),
        *(_standing_row(context, one) for one in found.standing),
        *(_absorbed_row(context, one) for one in found.absorbed),
    )
    t = context.t
    day = found.as_of.isoformat()
    return Sheet(
        t("Varsler", "Warnings"),
        t(f"Tidlige varsler i {context.database}, kendt {day}", f"Early warnings of {context.database}, known {day}"),
        _columns(context), rows,
        _stamp(context, (t("Kendt den", "As known on"), day),
               (t("Kurver, der følges", "Charts watched"), str(found.watched)),
               (t("Falske signaler ventet på listen", "False signals expected in the list"), false)),
        day,
    )  # fmt: skip


@export("varselskurve", EXTRAS)
def points(context: PageContext, subject: str) -> Sheet:
    """The points of one chart as its page shows them; the subject is '<unit>.<indicator>'."""
    t, hidden = context.t, context.t("skjult", "hidden")
    unit, _, indicator = subject.rpartition(".")
    curve = charts.curve(context.view, unit, indicator, _day_of(context), limits=True) if unit else None
    if curve is None:
        raise UsageError(f"no chart '{subject}' in {context.database}; write UNIT.indicator, e.g. as the page's link")
    columns = [t("Fra", "From"), t("Måneder", "Months"), "n", t("Det uønskede", "The unwanted"), t("Andel", "Share"),
               t("Ventet andel", "Expected share")]  # fmt: skip
    full = context.edition != "public"
    if full:
        columns += [t("Nedre grænse", "Lower limit"), t("Øvre grænse", "Upper limit")]
    rows = []
    for point in curve.points:
        values = (point.n, point.unwanted, point.rate, point.expected)
        row: list[Value] = [point.start.isoformat(), curve.months, *(hidden if point.hidden else one for one in values)]
        rows.append((*row, point.lower, point.upper) if full else tuple(row))
    name = title(context, curve.indicator)
    return Sheet(t("Kurve", "Chart"), f"{name}, {unit}", tuple(columns), tuple(rows), _stamp(context))


@export("varselsbrev", {"kvartal": re.compile(r"20\d\dK[1-4]")})
def digest(context: PageContext, subject: str) -> Sheet:
    """A hospital's quarter; the subject is the hospital's code."""
    t = context.t
    hospital = next((one for one in digests.hospitals(context.view) if one.code == subject), None)
    if hospital is None:
        raise UsageError(f"there is no hospital '{subject}'")
    quarter = chosen_quarter(context)
    found = digests.digest(context.view, hospital, quarter)
    groups: Sequence[tuple[str, tuple[Signal, ...]]] = (
        (t("ny", "new"), found.new), (t("fortsat", "continuing"), found.continuing), (t("ophørt", "ended"), found.ended)
    )  # fmt: skip
    older, expected = t("står stadig", "still stands"), t("nu det ventede", "now what is expected")
    rows = (
        *((name, *_row(context, one)) for name, members in groups for one in members),
        *((older, *_standing_row(context, one)) for one in found.watch.standing),
        *((expected, *_absorbed_row(context, one)) for one in found.absorbed),
    )
    return Sheet(
        t("Varsler", "Warnings"),
        t(f"Tidlige varsler, {hospital.name}, {quarter}", f"Early warnings, {hospital.name}, {quarter}"),
        (t("Status", "Status"), *_columns(context)), rows,
        _stamp(context, (t("Databaser", "Databases"), fmt.listed(found.databases, context.lang)),
               (t("Kurver, der følges", "Charts watched"), str(found.watch.watched))),
        str(quarter), t("alle", "all"),
    )  # fmt: skip


def chosen_quarter(context: PageContext) -> digests.Quarter:
    """The quarter of the address, or the newest complete one; raises UsageError for one that cannot be told."""
    text = context.state.choice("kvartal")
    if not text:
        return digests.latest_complete(context.view)
    wanted = digests.Quarter(int(text[:4]), int(text[5]))
    known = digests.quarters(context.view)
    if wanted not in known:
        raise UsageError(f"kvartal={text}: there are {known[-1]}–{known[0]}")
    return wanted
