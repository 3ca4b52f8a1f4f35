"""Downloads of early warnings: the list, a chart's points, a hospital's digest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.table import Column, Kind, Said, Value, of
from results.warnings import charts
from results.warnings import digest as digests
from results.warnings import signals as data
from results.warnings.signals import Absorbed, ShownSignal
from words import format as fmt
from words.chosen.warnings import EXTRAS, read_day
from words.reader import Reader
from words.warnings import judged_tag, title, unwanted


def _columns(context: Reader) -> tuple[Column, ...]:
    t = context.t
    public = context.edition == "public"
    day = Kind.MONTH if public else Kind.DATE
    excess = t("Flere end ventet, omkring", "More than expected, about")
    return (
        *of(Kind.CODE, "Database"), *of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")),
        *of(Kind.TEXT, t("Indikator", "Indicator")), *of(Kind.CODE, t("Indikatorkode", "Indicator code")),
        *of(Kind.TEXT, t("Det uønskede", "The unwanted"), t("Retning", "Direction"), t("Styrke", "Strength")),
        *of(day, t("Siden", "Since"), t("Til og med", "Up to and including"), t("Kendt fra", "Known from")),
        *of(Kind.COUNT, t("Måneder", "Months"), t("Observeret", "Observed")),
        *of(Kind.NUMBER, t("Ventet", "Expected"), decimals=2),
        *(of(Kind.NUMBER, excess, decimals=0) if public
          else of(Kind.NUMBER, t("Flere end ventet", "More than expected"), decimals=2)),
        *of(Kind.YEARS, t("År pr. falsk alarm", "Years per false alarm"), decimals=0),
        *of(Kind.TEXT, t("Seneste nyt", "Last news")), *of(day, t("Først siden", "First since")),
        *of(Kind.TEXT, t("Vurderet mod", "Judged against"), t("På listen", "Listed")),
    )  # fmt: skip


def _row(context: Reader, one: ShownSignal) -> tuple[Value, ...]:
    t, hidden = context.t, Said.HIDDEN
    return (
        one.database, one.unit_name, one.unit, title(context, one.indicator), one.indicator.id,
        unwanted(context, one.indicator),
        t("dårligere", "worse") if one.worse else t("bedre", "better"),
        t("stærk", "strong") if one.strong else t("svag", "weak"),
        one.since, one.until, one.known_from, one.months,
        hidden if one.observed is None else one.observed, _rounded(one.expected, 2),
        _rounded(one.excess, 0 if one.rounded else 2), one.years,
        _news(context, one), one.first_since or one.since,
        judged_tag(context, one) or t("eget niveau", "own level"), t("ja", "yes"),
    )  # fmt: skip


def _news(context: Reader, one: ShownSignal) -> str:
    t = context.t
    further = t("igen forværret", "worse again") if one.worse else t("igen forbedret", "better again")
    return {"new": t("begyndte", "began"), "strong": t("blev stærkt", "became strong")}.get(one.news, further)


def _standing_row(context: Reader, one: ShownSignal) -> tuple[Value, ...]:
    return (*_row(context, one)[:-1], context.t("nej, står stadig", "no, still stands"))


def _absorbed_row(context: Reader, one: Absorbed) -> tuple[Value, ...]:
    """A chart that began again: the signal that was, and since when its years are expected."""
    t = context.t
    gone = t(f"nej, det ventede fra {one.turn.year}", f"no, expected from {one.turn.year}")
    known = (
        one.database, one.unit_name, one.unit, title(context, one.indicator), one.indicator.id,
        unwanted(context, one.indicator), t("dårligere", "worse") if one.worse else t("bedre", "better"),
        None, one.since,
    )  # fmt: skip
    return (*known, *[None] * (len(_columns(context)) - len(known) - 1), gone)


def _day_of(context: Reader) -> dt.date:
    day, trouble = read_day(context)
    if trouble:  # a file never holds another day than its address asks for
        raise UsageError(trouble)
    return day


def _rounded(value: float | None, decimals: int) -> Value:
    """A number of patients with the decimals of the page, or that it is hidden."""
    if value is None:
        return Said.HIDDEN
    return float(f"{value:.{decimals}f}") if decimals else int(f"{value:.0f}")


def _stamp(context: Reader, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The stamp without period, patients and place, which have no say here."""
    t = context.t
    gone = {t("Periode", "Period"), t("Patienter", "Patients"), t("Sted", "Place"), t("Forbehold", "Caveat")}
    adjusted = (
        t("Forbehold", "Caveat"),
        t(
            "Mod enhedens eget niveau, hvor det kendes; case-mix-justeret, hvor modellen holder",
            "Against the unit's own level where it is known; case-mix adjusted where the model stands",
        ),
    )
    return (*(row for row in stamp(context) if row[0] not in gone), *more, adjusted)  # fmt: skip


@export("varsler", EXTRAS, whole=True)
def listed(context: Reader, subject: str) -> Sheet:
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


@export("varselskurve", EXTRAS, whole=True)
def points(context: Reader, subject: str) -> Sheet:
    """The points of one chart as its page shows them; the subject is '<unit>.<indicator>'."""
    t, hidden = context.t, Said.HIDDEN
    unit, _, indicator = subject.rpartition(".")
    curve = charts.curve(context.view, unit, indicator, _day_of(context), limits=True) if unit else None
    if curve is None:
        raise UsageError(f"no chart '{subject}' in {context.database}; write UNIT.indicator, e.g. as the page's link")
    columns = [*of(Kind.DATE, t("Fra", "From")), *of(Kind.COUNT, t("Måneder", "Months"), "n"),
               *of(Kind.COUNT, t("Det uønskede", "The unwanted")),
               *of(Kind.SHARE, t("Andel", "Share"), t("Ventet andel", "Expected share"))]  # fmt: skip
    full = context.edition != "public"
    if full:
        columns += of(Kind.SHARE, t("Nedre grænse", "Lower limit"), t("Øvre grænse", "Upper limit"))
    rows = []
    for point in curve.points:
        values = (point.n, point.unwanted, point.rate, point.expected)
        row: list[Value] = [point.start, curve.months, *(hidden if point.hidden else one for one in values)]
        rows.append((*row, point.lower, point.upper) if full else tuple(row))
    name = title(context, curve.indicator)
    span = f"{curve.points[0].start.isoformat()}{fmt.EN_DASH}{curve.until.isoformat()}" if curve.points else ""
    period = ((t("Periode", "Period"), span),) if span else ()
    return Sheet(t("Kurve", "Chart"), f"{name}, {unit}", tuple(columns), tuple(rows), _stamp(context, *period))


@export("varselsbrev", {"kvartal": re.compile(r"20\d\dK[1-4]")}, whole=True)
def digest(context: Reader, subject: str) -> Sheet:
    """A hospital's quarter; the subject is the hospital's code. Raises BeingMade while it would not be whole."""
    t = context.t
    hospital = next((one for one in digests.hospitals(context.view) if one.code == subject), None)
    if hospital is None:
        digests.all_ready(context.view)
        raise UsageError(f"there is no hospital '{subject}'")
    quarter = chosen_quarter(context)
    found = digests.digest(context.view, hospital, quarter)
    if found.awaited:
        digests.all_ready(context.view, quarter)
    groups: Sequence[tuple[str, tuple[ShownSignal, ...]]] = (
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
        (*of(Kind.TEXT, t("Status", "Status")), *_columns(context)), rows,
        _stamp(context, (t("Databaser", "Databases"), fmt.listed(found.databases, context.lang)),
               (t("Kurver, der følges", "Charts watched"), str(found.watch.watched))),
        str(quarter), t("alle", "all"),
    )  # fmt: skip


def chosen_quarter(context: Reader) -> digests.Quarter:
    """The quarter of the address, or the newest complete one; raises UsageError for one that cannot be told."""
    text = context.state.choice("kvartal")
    if not text:
        return digests.latest_complete(context.view)
    wanted = digests.Quarter(int(text[:4]), int(text[5]))
    known = digests.quarters(context.view)
    if wanted not in known:
        raise UsageError(f"kvartal={text}: there are {known[-1]}–{known[0]}")
    return wanted
