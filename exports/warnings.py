"""Downloads of early warnings: the list, a chart's points, a hospital's digest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.table import Column, Kind, Link, Named, On, Said, Table, TableRow, Value, of
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
    excess, decimals = (t("Flere end ventet, omkring", "More than expected, about"), 0) if public else (
        t("Flere end ventet", "More than expected"), 2)  # fmt: skip
    return (
        *of(Kind.CODE, "Database", keys="database"), *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"),
        *of(Kind.CODE, t("Enhedskode", "Unit code"), keys="code"),
        *of(Kind.TEXT, t("Indikator", "Indicator"), keys="indicator"),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), keys="id"),
        *of(Kind.TEXT, t("Det uønskede", "The unwanted"), t("Retning", "Direction"), t("Styrke", "Strength"),
            keys="unwanted direction strength"),
        *of(day, t("Siden", "Since"), t("Til og med", "Up to and including"), t("Kendt fra", "Known from"),
            keys="since until known"),
        *of(Kind.COUNT, t("Måneder", "Months"), t("Observeret", "Observed"), keys="months observed"),
        *of(Kind.NUMBER, t("Ventet", "Expected"), decimals=2, keys="expected"),
        *of(Kind.NUMBER, excess, decimals=decimals, keys="excess"),
        *of(Kind.YEARS, t("År pr. falsk alarm", "Years per false alarm"), decimals=0, keys="years"),
        *of(Kind.TEXT, t("Seneste nyt", "Last news"), keys="news"),
        *of(day, t("Først siden", "First since"), keys="first"),
        *of(Kind.TEXT, t("Vurderet mod", "Judged against"), t("På listen", "Listed"), keys="judged listed"),
    )  # fmt: skip


def _row(context: Reader, one: ShownSignal, listed: Named | None = None, *before: Value) -> TableRow:
    """A signal that stands; ``before``: values of columns before the common ones."""
    t, hidden = context.t, Said.HIDDEN
    values = (
        one.database, one.unit_name, one.unit, title(context, one.indicator), one.indicator.id,
        unwanted(context, one.indicator),
        Named("worse", t("dårligere", "worse"), 0) if one.worse else Named("better", t("bedre", "better"), 1),
        Named("strong", t("stærk", "strong"), 0) if one.strong else Named("weak", t("svag", "weak"), 1),
        one.since, one.until, one.known_from, one.months,
        hidden if one.observed is None else one.observed, hidden if one.expected is None else one.expected,
        hidden if one.excess is None else int(f"{one.excess:.0f}") if one.rounded else one.excess, one.years,
        _news(context, one), one.first_since or one.since,
        Named(one.judged, judged_tag(context, one) or t("eget niveau", "own level")),
        listed or Named("listed", t("ja", "yes")),
    )  # fmt: skip
    own = one.unit == context.state.unit
    return TableRow((*before, *values), own=own, key=signal_key(one), link=Link("unit", one.unit))


def signal_key(one: ShownSignal) -> str:
    """A signal's name among the rows of a table."""
    return ".".join(one.key)


def _news(context: Reader, one: ShownSignal) -> Named:
    t = context.t
    further = t("igen forværret", "worse again") if one.worse else t("igen forbedret", "better again")
    words = {"new": t("begyndte", "began"), "strong": t("blev stærkt", "became strong")}
    return Named(one.news, words.get(one.news, further))


def _standing_row(context: Reader, one: ShownSignal, *before: Value) -> TableRow:
    return _row(context, one, Named("standing", context.t("nej, står stadig", "no, still stands")), *before)


def _absorbed_row(context: Reader, one: Absorbed, *before: Value) -> TableRow:
    """A chart that began again: the signal that was, and since when its years are expected; a file's row alone."""
    t = context.t
    gone = t(f"nej, det ventede fra {one.turn.year}", f"no, expected from {one.turn.year}")
    known = (
        one.database, one.unit_name, one.unit, title(context, one.indicator), one.indicator.id,
        unwanted(context, one.indicator), t("dårligere", "worse") if one.worse else t("bedre", "better"),
        None, one.since,
    )  # fmt: skip
    rest = [None] * (len(_columns(context)) - len(known) - 1)
    return TableRow((*before, *known, *rest, Named("absorbed", gone)), on=On.FILE)


def _day_of(context: Reader) -> dt.date:
    day, trouble = read_day(context)
    if trouble:  # a file never holds another day than its address asks for
        raise UsageError(trouble)
    return day


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
    t = context.t
    day = found.as_of.isoformat()
    more = (
        (t("Kendt den", "As known on"), day),
        (t("Kurver, der følges", "Charts watched"), str(found.watched)),
        (t("Falske signaler ventet på listen", "False signals expected in the list"), false),
    )
    return Sheet(t("Varsler", "Warnings"), of_signals(context, found), _stamp(context, *more), day)


def of_signals(context: Reader, found: data.Watch) -> Table:
    """The signals of a list: those listed, those that still stand, and in a file what has become the expected."""
    day = found.as_of.isoformat()
    rows = (
        *(_row(context, one) for one in found.signals),
        *(_standing_row(context, one) for one in found.standing),
        *(_absorbed_row(context, one) for one in found.absorbed),
    )
    title_ = context.t(
        f"Tidlige varsler i {context.database}, kendt {day}", f"Early warnings of {context.database}, known {day}"
    )
    return Table(title_, _columns(context), rows)


@export("varselskurve", EXTRAS, whole=True)
def points(context: Reader, subject: str) -> Sheet:
    """The points of one chart as its page shows them; the subject is '<unit>.<indicator>'."""
    t = context.t
    unit, _, indicator = subject.rpartition(".")
    curve = charts.curve(context.view, unit, indicator, _day_of(context), limits=True) if unit else None
    if curve is None:
        raise UsageError(f"no chart '{subject}' in {context.database}; write UNIT.indicator, e.g. as the page's link")
    span = f"{curve.points[0].start.isoformat()}{fmt.EN_DASH}{curve.until.isoformat()}" if curve.points else ""
    period = ((t("Periode", "Period"), span),) if span else ()
    return Sheet(t("Kurve", "Chart"), of_points(context, curve), _stamp(context, *period))


def of_points(context: Reader, curve: charts.ShownChart) -> Table:
    """The points of a chart, with the limits in the working edition where they were asked for."""
    t, hidden = context.t, Said.HIDDEN
    columns = [
        *of(Kind.DATE, t("Fra", "From"), keys="start"),
        *of(Kind.COUNT, t("Måneder", "Months"), "n", t("Det uønskede", "The unwanted"), keys="months n unwanted"),
        *of(Kind.SHARE, t("Andel", "Share"), t("Ventet andel", "Expected share"), keys="rate expected"),
    ]
    full = context.edition != "public"
    if full:
        columns += of(Kind.SHARE, t("Nedre grænse", "Lower limit"), t("Øvre grænse", "Upper limit"), keys="lower upper")
    rows = []
    for point in curve.points:
        values = (point.n, point.unwanted, point.rate, point.expected)
        row: list[Value] = [point.start, curve.months, *(hidden if point.hidden else one for one in values)]
        rows.append((*row, point.lower, point.upper) if full else tuple(row))
    return Table(f"{title(context, curve.indicator)}, {curve.unit}", tuple(columns), tuple(rows))


def of_sums(context: Reader, curve: charts.ShownChart) -> Table:
    """The sums of both directions at the end of each month, for the page."""
    t = context.t
    columns = (
        *of(Kind.MONTH, t("Måned", "Month"), keys="month"),
        *of(Kind.NUMBER, t("Mod dårligere", "Towards worse"), t("Mod bedre", "Towards better"), keys="worse better"),
    )
    rows = tuple((one.start, one.worse, one.better) for one in curve.sums)
    return Table(t("Opsamlet afvigelse (CUSUM)", "Accumulated deviation (CUSUM)"), columns, rows)


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
    more = (
        (t("Databaser", "Databases"), fmt.listed(found.databases, context.lang)),
        (t("Kurver, der følges", "Charts watched"), str(found.watch.watched)),
    )
    table = of_digest(context, found)
    return Sheet(t("Varsler", "Warnings"), table, _stamp(context, *more), str(quarter), t("alle", "all"))


def of_digest(context: Reader, found: digests.Digest) -> Table:
    """The signals of a hospital's quarter by what is new of them."""
    t = context.t
    groups: Sequence[tuple[Named, tuple[ShownSignal, ...]]] = (
        (Named("new", t("ny", "new")), found.new),
        (Named("continuing", t("fortsat", "continuing")), found.continuing),
        (Named("ended", t("ophørt", "ended")), found.ended),
    )
    older, expected = t("står stadig", "still stands"), t("nu det ventede", "now what is expected")
    rows = (
        *(_row(context, one, None, status) for status, members in groups for one in members),
        *(_standing_row(context, one, Named("standing", older)) for one in found.watch.standing),
        *(_absorbed_row(context, one, Named("absorbed", expected)) for one in found.absorbed),
    )
    name, quarter = found.hospital.name, found.quarter
    title_ = t(f"Tidlige varsler, {name}, {quarter}", f"Early warnings, {name}, {quarter}")
    return Table(title_, (*of(Kind.TEXT, t("Status", "Status"), keys="status"), *_columns(context)), rows)


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
