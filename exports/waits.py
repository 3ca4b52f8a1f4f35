"""The files of the page of waiting times: the same protected numbers as its figures and tables."""

from __future__ import annotations

import datetime as dt

from data.output import UsageError
from exports import registry
from exports.files import Sheet
from results.table import Column, Kind, Said, Value, month_text, of
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


def sheet(
    chosen: ChosenWaits, name: str, title: str, columns: tuple[Column, ...], rows: list, own_period: str | None = None
) -> Sheet:
    """A Sheet of the page's choices, with leg and place in its stamp; ``own_period``: if not the page's weeks."""
    context, t = chosen.context, chosen.context.t
    stamp = (
        (t("Ventetid til", "Wait for"), chosen.leg_word),
        (t("Afgrænsning", "Place"), chosen.who or t("hele landet", "the whole country")),
        *registry.stamp(context, own_period),
    )
    named = "alle" if context.everything else ""
    period = context.period_label.replace(" ", "-")
    return Sheet(name, title, columns, tuple(tuple(row) for row in rows), stamp, period=period, database=named)


def hidden(value: Value) -> Value:
    """The value, or that it is hidden."""
    return Said.HIDDEN if value is None else value


def _place_columns(chosen: ChosenWaits) -> tuple[Column, ...]:
    t = chosen.context.t
    return (*of(Kind.TEXT, t("niveau", "level")), *of(Kind.CODE, t("kode", "code")), *of(Kind.TEXT, t("navn", "name")))


def _working_only(chosen: ChosenWaits, what: str) -> None:
    if chosen.scope.public:
        raise UsageError(f"the public edition has no {what}")


def _iso_week(monday: dt.date) -> str:
    """'2026-W07'."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


@registry.export("venter", choices.EXTRAS)
def waiting_file(context: Reader, subject: str) -> Sheet:
    """Those waiting now by place and status."""
    chosen = read(context, subject)
    t = chosen.context.t
    found = tables.waiting(chosen.scope)
    nation = tables.WaitPlace("nation", "", t("Danmark", "Denmark"))
    columns = (*_place_columns(chosen), *of(Kind.COUNT, t("venter", "waiting"), *WAITING_STATUSES),
               *of(Kind.DAYS, t("længst over, dage", "furthest over, days")))  # fmt: skip
    rows = []
    for one in (nation, *found.places):
        counts = found.nodes.get((one.level, one.code))
        if counts is None:
            continue
        longest = Said.HIDDEN if chosen.scope.public else found.longest.get((one.level, one.code))
        values = [hidden(counts[name]) for name in ("legs", *WAITING_STATUSES)]
        rows.append((t(*_LEVELS[one.level]), one.code, one.name, *values, longest))
    return sheet(chosen, "venter", t("Venter nu", "Waiting now"), columns, rows)


@registry.export("venteliste", choices.EXTRAS)
def list_file(context: Reader, subject: str) -> Sheet:
    """The legs of one department to act on; subject: its code. Working edition only."""
    chosen = read(context, subject, named=True)
    t = chosen.context.t
    _working_only(chosen, "list of cases")
    if subject not in {one.code for one in tables.waiting(chosen.scope).places}:
        raise UsageError(f"emne={subject}: no department or region with that code has anybody waiting")
    columns = (*of(Kind.CODE, t("forløb", "case"), t("database", "database"), t("afdelingskode", "department code")),
               *of(Kind.TEXT, "status"), *of(Kind.DAYS, t("dage til frist", "days left")),
               *of(Kind.DAYS, t("dage ventet", "days waited")), *of(Kind.DATE, t("booket til", "booked for")),
               *of(Kind.FLAG, t("ikke varslet i tide", "not told in time")))  # fmt: skip
    rows = [
        (one.wait_id, one.database, one.department, one.status, one.days_left, one.waited,
         one.booked, one.no_notice)
        for one in tables.to_act_on(chosen.scope, subject)
    ]  # fmt: skip
    return sheet(chosen, "venteliste", t("Handl i dag", "Act today"), columns, rows)


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
    return sheet(chosen, "alder", t("Hvor længe har de ventet?", "How long have they waited?"), columns, rows)


@registry.export("uger", choices.EXTRAS)
def weeks_file(context: Reader, subject: str) -> Sheet:
    """The ended legs by week and status, with the expected completeness of each week. Working edition only."""
    chosen = read(context, subject)
    t = chosen.context.t
    _working_only(chosen, "numbers by week")
    columns = (*of(Kind.PERIOD, t("uge", "week")), *of(Kind.DATE, t("mandag", "Monday")),
               *of(Kind.COUNT, t("forløb", "cases"), *ENDED_STATUSES),
               *of(Kind.SHARE, t("andel til tiden", "share in time")),
               *of(Kind.SHARE, t("forventet registreret", "expected registered")),
               *of(Kind.FLAG, t("foreløbig", "provisional")))  # fmt: skip
    rows = [
        (_iso_week(one.week.start), one.week.start, one.legs,
         *(one.counts[name] for name in ENDED_STATUSES), one.in_time, one.week.completeness, one.week.provisional)
        for one in weeks.weekly(chosen.scope)
    ]  # fmt: skip
    return sheet(chosen, "uger", t("Afsluttede forløb pr. uge", "Ended cases by week"), columns, rows)


@registry.export("overskridelser", choices.EXTRAS)
def overruns_file(context: Reader, subject: str) -> Sheet:
    """The overruns of the complete weeks by reason, with days over."""
    chosen = read(context, subject)
    t = chosen.context.t
    columns = (*of(Kind.TEXT, t("årsag", "reason")), *of(Kind.COUNT, t("antal", "number")),
               *of(Kind.DAYS, t("dage over, gennemsnit", "days over, mean"), decimals=1),
               *of(Kind.DAYS, t("dage over, median", "days over, median"), decimals=1),
               *of(Kind.DAYS, t("dage over, længst", "days over, longest")))  # fmt: skip
    rows = []
    for one in weeks.overruns(chosen.scope):
        values = [None if value is None else fmt.rounded(value, 1) for value in (one.mean, one.median)]
        days = (Said.HIDDEN,) * 3 if one.legs is None else (*values, one.most)
        rows.append((one.status or t("alle", "all"), hidden(one.legs), *days))
    return sheet(chosen, "overskridelser", t("Dage over maksimum", "Days over the maximum"), columns, rows)


@registry.export("samtykke", choices.EXTRAS)
def consent_file(context: Reader, subject: str) -> Sheet:
    """The overruns with the patient's consent but no documented offer. Working edition only."""
    chosen = read(context, subject)
    t = chosen.context.t
    _working_only(chosen, "list of cases")
    found = weeks.consents(chosen.scope)
    columns = (*of(Kind.CODE, t("forløb", "case"), t("afdelingskode", "department code")),
               *of(Kind.DAYS, t("dage over", "days over")))  # fmt: skip
    rows = [(one.wait_id, one.department, one.over_days) for one in (found.listed if found else ())]
    title = t("Samtykke uden dokumenteret tilbud", "Consent without a documented offer")
    return sheet(chosen, "samtykke", title, columns, rows)


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
    return sheet(chosen, "koe", t("Tilgang og afgang pr. uge", "Inflow and outflow by week"), columns, rows)


@registry.export("kohorter", choices.EXTRAS)
def cohorts_file(context: Reader, subject: str) -> Sheet:
    """Those who started waiting: the complete weeks together, then by month with the points of their curves."""
    chosen = read(context, subject)
    t = chosen.context.t
    columns = (*of(Kind.PERIOD, t("uret startede", "clock started")), *of(Kind.DAYS, t("dag", "day")),
               *of(Kind.COUNT, t("forløb", "cases")), *of(Kind.SHARE, t("andel", "share")),
               *of(Kind.SHARE, t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%")),
               *of(Kind.DAYS, t("median, dage", "median, days")),
               *of(Kind.SHARE, t("andel blandt de begyndte", "share among the started")))  # fmt: skip
    rows: list = []
    for one in (started.started(chosen.scope), *started.by_month(chosen.scope)):
        name = month_text(one.month) if one.month else context_weeks(chosen)
        numbers = (one.legs, one.share, one.lower, one.upper, one.median, one.naive)
        rows.append((name, 14, *(hidden(value) if one.hidden else value for value in numbers)))
        rows += [(name, day, None, share, None, None, None, None) for day, share in one.curve or () if one.month]
    return sheet(chosen, "kohorter", t("Startede at vente", "Started waiting"), columns, rows)


def context_weeks(chosen: ChosenWaits) -> str:
    """The complete weeks in words."""
    return choices.weeks_text(tables.period(chosen.scope), chosen.context.lang)


@registry.export("afdelingsventetider", choices.EXTRAS)
def units_file(context: Reader, subject: str) -> Sheet:
    """The places compared: the ended legs of the complete weeks."""
    chosen = read(context, subject)
    t = chosen.context.t
    columns = (*_place_columns(chosen), *of(Kind.COUNT, t("forløb", "cases"), t("til tiden", "in time")),
               *of(Kind.SHARE, t("andel", "share"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%")),
               *of(Kind.DAYS, t("median, dage", "median, days"), t("90 %, dage", "90%, days"), decimals=1),
               *of(Kind.TEXT, t("tragt", "funnel")))  # fmt: skip
    signs = {(-1, "alarm"): t("under 99,8 %", "below 99.8%"), (-1, "attention"): t("under 95 %", "below 95%"),
             (1, "alarm"): t("over 99,8 %", "above 99.8%"), (1, "attention"): t("over 95 %", "above 95%")}  # fmt: skip
    rows = []
    for one in compared(chosen.scope).rows:
        ended, place = one.ended, one.place
        name = place.name or (t("Danmark", "Denmark") if place.level == "nation" else t("uoplyst", "not registered"))
        days = [None if value is None else fmt.rounded(value, 1) for value in (one.median, one.p90)]
        numbers = (ended.in_time, ended.lower, ended.upper, *days)
        if ended.coarse.legs is None:
            numbers = (Said.HIDDEN,) * 5
        rows.append(
            (t(*_LEVELS[place.level]), place.code, name, hidden(ended.coarse.legs),
             hidden(ended.coarse["within"]), *numbers,
             signs.get((one.side, one.level), ""))
        )  # fmt: skip
    return sheet(chosen, "afdelingsventetider", t("Afdelinger sammenlignet", "Departments compared"), columns, rows)


@registry.export("inden-for", choices.EXTRAS)
def within_file(context: Reader, subject: str) -> Sheet:
    """The share of ended legs within the page's number of days, with quartiles, by place."""
    chosen = read(context, subject)
    _working_only(chosen, "shares within days of the reader's choice")
    t = chosen.context.t
    columns = (*_place_columns(chosen), *of(Kind.DAYS, t("inden for, dage", "within, days")),
               *of(Kind.COUNT, t("forløb", "cases"), t("inden for", "within")),
               *of(Kind.SHARE, t("andel", "share"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%")),
               *of(Kind.DAYS, t("25 %, dage", "25%, days"), t("median, dage", "median, days"),
                   t("75 %, dage", "75%, days"), decimals=2))  # fmt: skip
    rows = [
        (*_placed(chosen, one.place), chosen.days, one.legs, one.within, one.share, one.lower, one.upper,
         *(one.quartiles or (None,) * 3))
        for one in within(chosen.scope, chosen.days)
    ]  # fmt: skip
    title = t(f"Andel inden for {chosen.days} dage", f"Share within {chosen.days} days")
    return sheet(chosen, "inden-for", title, columns, rows)


@registry.export("besked", choices.EXTRAS)
def notices_file(context: Reader, subject: str) -> Sheet:
    """How the notice of the date of examination came out, by place."""
    chosen = read(context, subject)
    _working_only(chosen, "notice of the date")
    found = tables.notices(chosen.scope)
    if found is None:
        raise UsageError("the notice of the date is of examination, where notified_date was delivered")
    t = chosen.context.t
    columns = (*_place_columns(chosen), *of(Kind.COUNT, t("forløb", "cases"), t("i tide", "in time"),
                                            t("for sent", "late"), t("ingen besked", "no notice")))  # fmt: skip
    rows = [(*_placed(chosen, one.place), one.legs, one.in_time, one.late, one.none) for one in found]
    weeks_back = t(f"henvist i de seneste {tables.WEEKS} uger, frist udløbet",
                   f"referred in the last {tables.WEEKS} weeks, notice due")  # fmt: skip
    return sheet(chosen, "besked", t("Besked om datoen", "Notice of the date"), columns, rows, weeks_back)


def _placed(chosen: ChosenWaits, place: tables.WaitPlace) -> tuple[str, str, str]:
    """Level, code and name of a place."""
    t = chosen.context.t
    name = place.name or (t("Danmark", "Denmark") if place.level == "nation" else t("uoplyst", "not registered"))
    return t(*_LEVELS[place.level]), place.code, name
