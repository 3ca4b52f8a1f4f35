"""The tables of the page of waiting times, each described once, and their files; figures' numbers are files alone."""

from __future__ import annotations

import datetime as dt

from data.output import UsageError
from exports import registry
from exports.files import Sheet
from results.table import Column, Kind, Link, Named, On, Role, Said, Table, TableRow, Value, month_text, of
from results.waits import legs as tables
from results.waits import started, weeks
from results.waits.legs import ENDED_STATUSES, WAITING_STATUSES
from results.waits.units import compared, within
from words import format as fmt
from words.chosen import waits as choices
from words.chosen.waits import ChosenWaits
from words.reader import Reader

_LEVELS = {"nation": ("land", "country"), "region": ("region", "region"), "department": ("afdeling", "department")}


def read(context: Reader, subject: str = "", named: bool = False) -> ChosenWaits:
    """The choices of a file. Raises UsageError for what a file cannot be of."""
    chosen = choices.read(context)
    if chosen.scope is None:
        raise UsageError(f"{context.database} delivers no waiting times")
    if context.state.choice("omfang") and not chosen.context.everything:
        raise UsageError("omfang=alle: the public edition has no numbers of all databases together")
    if context.state.choice("hvor") and chosen.place is None:
        raise UsageError(f"hvor={context.state.choice('hvor')}: there is no such place")
    if subject and not named:
        raise UsageError(f"emne={subject}: this file has no such subject; leave emne out")
    return chosen


def sheet(chosen: ChosenWaits, name: str, table: Table, own_period: str | None = None) -> Sheet:
    """A Sheet of the page's choices, with leg and place in its stamp; ``own_period``: if not the page's weeks."""
    context, t = chosen.context, chosen.context.t
    stamp = (
        (t("Ventetid til", "Wait for"), chosen.leg_word),
        (t("Afgrænsning", "Place"), chosen.who or t("hele landet", "the whole country")),
        *registry.stamp(context, own_period),
    )
    named = "alle" if context.everything else ""
    period = context.period_label.replace(" ", "-")
    return Sheet(name, table, stamp, period=period, database=named)


def hidden(value: Value) -> Value:
    """The value, or that it is hidden."""
    return Said.HIDDEN if value is None else value


def _place_columns(chosen: ChosenWaits) -> tuple[Column, ...]:
    t = chosen.context.t
    return (
        *of(Kind.TEXT, t("niveau", "level"), keys="level"),
        *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("navn", "name"), keys="name"),
    )


def _place_row(chosen: ChosenWaits, place: tables.WaitPlace, *values: Value) -> TableRow:
    """A row of a place: level, code and name, then the values."""
    t, state = chosen.context.t, chosen.context.state
    name = place.name or (t("Danmark", "Denmark") if place.level == "nation" else t("uoplyst", "not registered"))
    role = {"nation": Role.TOTAL, "region": Role.REGION, "department": Role.UNIT}[place.level]
    if role is Role.REGION and chosen.scope.view.place != "treating":  # then there is nothing below it
        role = Role.PLAIN
    own = bool(place.code) and place.code in (state.unit, state.choice("hvor"))
    link = Link("unit", place.code) if place.level == "department" and place.code else None
    identity = (t(*_LEVELS[place.level]), place.code, name)
    return TableRow((*identity, *values), role, own, f"{place.level}.{place.code}", link=link)


def _working_only(chosen: ChosenWaits, what: str) -> None:
    if chosen.scope.public:
        raise UsageError(f"the public edition has no {what}")


def _iso_week(monday: dt.date) -> str:
    """'2026-W07'."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def waiting(chosen: ChosenWaits) -> Table:
    """Those waiting now by place and status; how far the furthest is over in the working edition alone."""
    t = chosen.context.t
    found = tables.waiting(chosen.scope)
    nation = tables.WaitPlace("nation", "", t("Danmark", "Denmark"))
    columns = (
        *_place_columns(chosen),
        *of(Kind.COUNT, t("venter", "waiting"), *WAITING_STATUSES, keys=" ".join(("legs", *WAITING_STATUSES))),
        *of(Kind.DAYS, t("længst over, dage", "furthest over, days"), keys="longest"),
    )
    rows = []
    for one in (nation, *found.places):
        counts = found.nodes.get((one.level, one.code))
        if counts is None:
            continue
        longest = Said.HIDDEN if chosen.scope.public else found.longest.get((one.level, one.code))
        rows.append(_place_row(chosen, one, *(hidden(counts[name]) for name in ("legs", *WAITING_STATUSES)), longest))
    return Table(t("Venter nu", "Waiting now"), columns, tuple(rows), id="venter")


@registry.export("venter", choices.EXTRAS)
def waiting_file(context: Reader, subject: str) -> Sheet:
    """Those waiting now by place and status."""
    chosen = read(context, subject)
    return sheet(chosen, "venter", waiting(chosen))


def to_act_on(chosen: ChosenWaits, code: str) -> Table:
    """The legs of one department to act on, by days left. Raises PermissionError in the public edition."""
    t = chosen.context.t
    columns = (
        *of(Kind.CODE, t("forløb", "case"), t("database", "database"), t("afdelingskode", "department code"),
            keys="case database department"),
        *of(Kind.TEXT, "status", keys="status"),
        *of(Kind.DAYS, t("dage til frist", "days left"), t("dage ventet", "days waited"), keys="days_left waited"),
        *of(Kind.DATE, t("booket til", "booked for"), keys="booked"),
        *of(Kind.FLAG, t("ikke varslet i tide", "not told in time"), keys="no_notice"),
    )  # fmt: skip
    rows = tuple(
        TableRow((one.wait_id, one.database, one.department, one.status, one.days_left, one.waited, one.booked,
             one.no_notice), key=one.wait_id)
        for one in tables.to_act_on(chosen.scope, code)
    )  # fmt: skip
    return Table(t("Handl i dag", "Act today"), columns, rows, id="liste")


@registry.export("venteliste", choices.EXTRAS)
def list_file(context: Reader, subject: str) -> Sheet:
    """The legs of one department to act on; subject: its code. Working edition only."""
    chosen = read(context, subject, named=True)
    _working_only(chosen, "list of cases")
    if subject not in {one.code for one in tables.waiting(chosen.scope).places}:
        raise UsageError(f"emne={subject}: no department or region with that code has anybody waiting")
    return sheet(chosen, "venteliste", to_act_on(chosen, subject))


@registry.export("alder", choices.EXTRAS)
def ages_file(context: Reader, subject: str) -> Sheet:
    """Days waited by status of those waiting now. Working edition only."""
    chosen = read(context, subject)
    t = chosen.context.t
    found = tables.ages(chosen.scope)
    if found is None:
        raise UsageError("the public edition does not show single days")
    rows = [(day, *[statuses.get(name, 0) for name in WAITING_STATUSES]) for day, statuses in found.bins]
    columns = (*of(Kind.DAYS, t("dage ventet", "days waited")), *of(Kind.COUNT, *WAITING_STATUSES))
    return sheet(chosen, "alder", Table(t("Hvor længe har de ventet?", "How long have they waited?"), columns, rows))


def by_week(chosen: ChosenWaits) -> Table:
    """The ended legs by week and status, with the expected completeness of each week; empty in the public edition."""
    t = chosen.context.t
    columns = (
        *of(Kind.PERIOD, t("uge", "week"), keys="week"),
        *of(Kind.DATE, t("mandag", "Monday"), keys="monday"),
        *of(Kind.COUNT, t("forløb", "cases"), *ENDED_STATUSES, keys=" ".join(("legs", *ENDED_STATUSES))),
        *of(Kind.SHARE, t("andel til tiden", "share in time"), t("forventet registreret", "expected registered"),
            keys="in_time completeness"),
        *of(Kind.FLAG, t("foreløbig", "provisional"), keys="provisional"),
    )  # fmt: skip
    rows = tuple(
        (_iso_week(one.week.start), one.week.start, one.legs,
         *(one.counts[name] for name in ENDED_STATUSES), one.in_time, one.week.completeness, one.week.provisional)
        for one in weeks.weekly(chosen.scope)
    )  # fmt: skip
    return Table(t("Afsluttede forløb pr. uge", "Ended cases by week"), columns, rows, id="ugetal")


@registry.export("uger", choices.EXTRAS)
def weeks_file(context: Reader, subject: str) -> Sheet:
    """The ended legs by week and status. Working edition only."""
    chosen = read(context, subject)
    _working_only(chosen, "numbers by week")
    return sheet(chosen, "uger", by_week(chosen))


def overruns(chosen: ChosenWaits) -> Table:
    """The overruns of the complete weeks by reason, with days over."""
    t = chosen.context.t
    columns = (
        *of(Kind.TEXT, t("årsag", "reason"), keys="reason"),
        *of(Kind.COUNT, t("antal", "number"), keys="legs"),
        *of(Kind.DAYS, t("dage over, gennemsnit", "days over, mean"), t("dage over, median", "days over, median"),
            keys="mean median", decimals=1),
        *of(Kind.DAYS, t("dage over, længst", "days over, longest"), keys="longest"),
    )  # fmt: skip
    rows = []
    for one in weeks.overruns(chosen.scope):
        values = [None if value is None else fmt.rounded(value, 1) for value in (one.mean, one.median)]
        days = (Said.HIDDEN,) * 3 if one.legs is None else (*values, one.most)
        role = Role.PLAIN if one.status else Role.TOTAL
        rows.append(TableRow((one.status or t("alle", "all"), hidden(one.legs), *days), role, key=one.status or "all"))
    return Table(t("Dage over maksimum", "Days over the maximum"), columns, tuple(rows), id="dage-over")


@registry.export("overskridelser", choices.EXTRAS)
def overruns_file(context: Reader, subject: str) -> Sheet:
    """The overruns of the complete weeks by reason, with days over."""
    chosen = read(context, subject)
    return sheet(chosen, "overskridelser", overruns(chosen))


@registry.export("samtykke", choices.EXTRAS)
def consent_file(context: Reader, subject: str) -> Sheet:
    """The overruns with the patient's consent but no documented offer. Working edition only."""
    chosen = read(context, subject)
    t = chosen.context.t
    _working_only(chosen, "list of cases")
    found = weeks.consents(chosen.scope)
    columns = (*of(Kind.CODE, t("forløb", "case"), t("afdelingskode", "department code")),
               *of(Kind.DAYS, t("dage over", "days over")))  # fmt: skip
    rows = tuple((one.wait_id, one.department, one.over_days) for one in (found.listed if found else ()))
    title = t("Samtykke uden dokumenteret tilbud", "Consent without a documented offer")
    return sheet(chosen, "samtykke", Table(title, columns, rows))


@registry.export("koe", choices.EXTRAS)
def flow_file(context: Reader, subject: str) -> Sheet:
    """Inflow and outflow by week. Working edition only."""
    chosen = read(context, subject)
    t = chosen.context.t
    _working_only(chosen, "numbers by week")
    columns = (*of(Kind.PERIOD, t("uge", "week")),
               *of(Kind.COUNT, t("tilgang", "inflow"), t("påbegyndt", "started")),
               *of(Kind.COUNT, t("sluttet ellers", "ended otherwise")),
               *of(Kind.FLAG, t("foreløbig", "provisional")))  # fmt: skip
    rows = [
        (_iso_week(one.week.start), one.inflow, one.starts, one.otherwise,
         one.week.provisional)
        for one in weeks.flow(chosen.scope)
    ]  # fmt: skip
    return sheet(chosen, "koe", Table(t("Tilgang og afgang pr. uge", "Inflow and outflow by week"), columns, rows))


def cohorts(chosen: ChosenWaits) -> Table:
    """Those who started waiting: the weeks together and by month; the points of their curves in files alone."""
    t = chosen.context.t
    columns = (
        *of(Kind.PERIOD, t("uret startede", "clock started"), keys="started"),
        *of(Kind.DAYS, t("dag", "day"), keys="day"),
        *of(Kind.COUNT, t("forløb", "cases"), keys="legs"),
        *of(Kind.SHARE, t("andel", "share"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="share lower upper"),
        *of(Kind.DAYS, t("median, dage", "median, days"), keys="median"),
        *of(Kind.SHARE, t("andel blandt de begyndte", "share among the started"), keys="naive"),
        *of(Kind.MONTH, t("måned", "month"), keys="month", on=On.PAGE),
    )  # fmt: skip
    rows: list[TableRow] = []
    for one in (started.started(chosen.scope), *started.by_month(chosen.scope)):
        name = month_text(one.month) if one.month else context_weeks(chosen)
        numbers = (one.legs, one.share, one.lower, one.upper, one.median, one.naive)
        values = (name, 14, *(hidden(value) if one.hidden else value for value in numbers), one.month)
        rows.append(TableRow(values, on=On.BOTH if one.month else On.FILE))
        points = one.curve or () if one.month else ()
        rows += [TableRow((name, day, None, round(share, 4), *[None] * 5), on=On.FILE) for day, share in points]
    return Table(t("Startede at vente", "Started waiting"), columns, tuple(rows), id="kohorter-tal")


@registry.export("kohorter", choices.EXTRAS)
def cohorts_file(context: Reader, subject: str) -> Sheet:
    """Those who started waiting: the complete weeks together, then by month with the points of their curves."""
    chosen = read(context, subject)
    return sheet(chosen, "kohorter", cohorts(chosen))


def context_weeks(chosen: ChosenWaits) -> str:
    """The complete weeks in words."""
    return choices.weeks_text(tables.period(chosen.scope), chosen.context.lang)


#: Which side of which limit of the funnel → how a file says it.
_FUNNEL = {
    (-1, "alarm"): ("under 99,8 %", "below 99.8%"), (-1, "attention"): ("under 95 %", "below 95%"),
    (1, "alarm"): ("over 99,8 %", "above 99.8%"), (1, "attention"): ("over 95 %", "above 95%"),
}  # fmt: skip
BELOW = "-1.alarm"


def units(chosen: ChosenWaits) -> Table:
    """The places compared: the ended legs of the complete weeks."""
    t = chosen.context.t
    columns = (
        *_place_columns(chosen),
        *of(Kind.COUNT, t("forløb", "cases"), t("til tiden", "in time"), keys="legs within"),
        *of(Kind.SHARE, t("andel", "share"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="in_time lower upper"),
        *of(Kind.DAYS, t("median, dage", "median, days"), t("90 %, dage", "90%, days"), keys="median p90", decimals=1),
        *of(Kind.TEXT, t("tragt", "funnel"), keys="funnel"),
    )  # fmt: skip
    rows = []
    for one in compared(chosen.scope).rows:
        ended = one.ended
        days = [None if value is None else fmt.rounded(value, 1) for value in (one.median, one.p90)]
        numbers = (ended.in_time, ended.lower, ended.upper, *days)
        if ended.coarse.legs is None:
            numbers = (Said.HIDDEN,) * 5
        counts = (hidden(ended.coarse.legs), hidden(ended.coarse["within"]))
        where = Named(f"{one.side}.{one.level}", t(*_FUNNEL.get((one.side, one.level), ("", ""))))
        rows.append(_place_row(chosen, one.place, *counts, *numbers, where))
    return Table(t("Afdelinger sammenlignet", "Departments compared"), columns, tuple(rows), id="til-tiden")


@registry.export("afdelingsventetider", choices.EXTRAS)
def units_file(context: Reader, subject: str) -> Sheet:
    """The places compared: the ended legs of the complete weeks."""
    chosen = read(context, subject)
    return sheet(chosen, "afdelingsventetider", units(chosen))


def within_days(chosen: ChosenWaits) -> Table:
    """The share of ended legs within the page's number of days, with quartiles, by place; empty in public."""
    t = chosen.context.t
    columns = (
        *_place_columns(chosen), *of(Kind.DAYS, t("inden for, dage", "within, days"), keys="days"),
        *of(Kind.COUNT, t("forløb", "cases"), t("inden for", "within"), keys="legs within"),
        *of(Kind.SHARE, t("andel", "share"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="share lower upper"),
        *of(Kind.DAYS, t("25 %, dage", "25%, days"), t("median, dage", "median, days"), t("75 %, dage", "75%, days"),
            keys="q25 median q75", decimals=2),
    )  # fmt: skip
    rows = tuple(
        _place_row(chosen, one.place, chosen.days, one.legs, one.within, one.share, one.lower, one.upper,
                   *(one.quartiles or (None,) * 3))
        for one in within(chosen.scope, chosen.days)
    )  # fmt: skip
    title = t(f"Andel inden for {chosen.days} dage", f"Share within {chosen.days} days")
    return Table(title, columns, rows, id="inden-for-dage")


@registry.export("inden-for", choices.EXTRAS)
def within_file(context: Reader, subject: str) -> Sheet:
    """The share of ended legs within the page's number of days. Working edition only."""
    chosen = read(context, subject)
    _working_only(chosen, "shares within days of the reader's choice")
    return sheet(chosen, "inden-for", within_days(chosen))


def notices(chosen: ChosenWaits) -> Table | None:
    """How the notice of the date of examination came out, by place; None where notified_date was not delivered."""
    found = tables.notices(chosen.scope)
    if found is None:
        return None
    t = chosen.context.t
    columns = (
        *_place_columns(chosen),
        *of(Kind.COUNT, t("forløb", "cases"), t("i tide", "in time"), t("for sent", "late"),
            t("ingen besked", "no notice"), keys="legs in_time late none"),
        *of(Kind.SHARE, t("I tide, %", "In time, %"), keys="share", on=On.PAGE),
    )  # fmt: skip
    rows = tuple(
        _place_row(chosen, one.place, one.legs, one.in_time, one.late, one.none,
                   one.in_time / one.legs if one.legs else None)
        for one in found
    )  # fmt: skip
    return Table(t("Besked om datoen", "Notice of the date"), columns, rows, id="besked-tal")


@registry.export("besked", choices.EXTRAS)
def notices_file(context: Reader, subject: str) -> Sheet:
    """How the notice of the date of examination came out, by place. Working edition only."""
    chosen = read(context, subject)
    _working_only(chosen, "notice of the date")
    table = notices(chosen)
    if table is None:
        raise UsageError("the notice of the date is of examination, where notified_date was delivered")
    t = chosen.context.t
    weeks_back = t(f"henvist i de seneste {tables.WEEKS} uger, frist udløbet",
                   f"referred in the last {tables.WEEKS} weeks, notice due")  # fmt: skip
    return sheet(chosen, "besked", table, weeks_back)
