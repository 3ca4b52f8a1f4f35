"""The report to Sundhedsstyrelsen and the package times on the page of waiting times: two sections, four downloads.

The subject of the report's files is a period, ``2026-Q3`` or ``2026-W40``, with ``-alle`` behind it for all databases;
without one it is the last complete quarter. The public edition gives quarters of one database: weeks
or sums over databases beside them would give hidden results away by subtraction.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pandas as pd

from data import reference
from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from exports.waits_report import OBSTACLE_NAMES, case_sheet, obstacle_sheet, table_sheet
from indicators.catalogue import why_waits_not_reported
from layouts.parts import html
from layouts.parts import tables as tables_part
from layouts.parts.downloads import line
from layouts.parts.tables import Draw, Heading, Row, cell
from layouts.parts.tables import table as table_part
from layouts.waits.now import place_name
from reports.waits_report import last_sent, make
from results import nodes as tree
from results.table import Kind, Line, Link, On, Role, Said, Table, TableRow, Value, of
from results.view import Edition
from results.waits.obstacles import obstacle_counts
from results.waits.packages import MEASURES, NATION_LEVEL, NOTE, package_nodes, package_standards
from results.waits.period import WaitPeriod, last_quarters, last_weeks, last_year, wait_period
from results.waits.report import Report, with_waits
from words import format as fmt
from words import whom
from words.reader import Reader

ALL = "-alle"
#: How many complete quarters the package times are given for.
QUARTERS = 8
#: The measures as column headings.
_SHORT = {
    "OF1": ("til første fremmøde", "to first visit"),
    "OF2": ("til klinisk beslutning", "to clinical decision"),
    "OF3": ("til behandling", "to treatment"),
    "OF4": ("hele forløbet", "whole course"),
}


def periods_offered(context: Reader) -> tuple[WaitPeriod, ...]:
    """The periods a page offers a report of: the last four complete quarters and, in the working edition, the last
    complete year with its four quarters side by side, and weeks."""
    cut = context.view.info.data_cut
    if context.view.edition.hides:
        return tuple(reversed(last_quarters(cut)))
    return (last_year(cut), *reversed(last_quarters(cut)), *reversed(last_weeks(cut)))


def report_address(context: Reader, name: str, period: WaitPeriod, form: str = "xlsx", every: bool = False) -> str:
    """The address of ``sst``, ``sst-mangler`` or ``sst-sagsliste`` for a period; ``every``: of all databases."""
    subject = period.text + (ALL if every else "")
    own = context.state.cleared().with_(extra=(), sort="", database=context.database).query()
    return f"/hent/{name}.{form}?{own}&{urlencode({'emne': subject})}"


@export("sst", whole=True)
def table(context: Reader, subject: str) -> Sheet:
    """The report's table: exact in the working edition, through disclosure control in the public one."""
    return table_sheet(_report(context, subject), _edition(context), context.lang)


@export("sst-mangler", whole=True)
def obstacles(context: Reader, subject: str) -> Sheet:
    """What stands in the way of the report; working edition only."""
    _refuse_public(context)
    return obstacle_sheet(_report(context, subject), _edition(context), context.lang)


@export("sst-sagsliste", whole=True)
def cases(context: Reader, subject: str) -> Sheet:
    """The legs behind the report, for internal control; working edition only."""
    _refuse_public(context)
    return case_sheet(_report(context, subject), _edition(context), context.lang)


# --- sections of the page ---------------------------------------------------------------------------------------------


def report_section(context: Reader, every: bool = False) -> html.Div:
    """Links to the report of each period offered, when it was sent, and what stands in the way of the last quarter.

    ``every``: of all databases together, which the public edition does not give.
    """
    t, hides = context.t, context.view.edition.hides
    head = html.Div(
        html.H2(t("Indberetning til Sundhedsstyrelsen", "Report to Sundhedsstyrelsen")), className="section-head"
    )
    if hides and every:
        text = t("Vælg én database for at hente tabellen.", "Choose one database to fetch the table.")
        return html.Div([head, html.P(text)], className="section", id="indberetning")
    asked = "all" if every else context.database
    columns = [Heading(t("Periode", "Period"), "left"), Heading(t("Tabel", "Table"), "left")]
    if not hides:
        more = (("Mangler", "Obstacles"), ("Sagsliste, intern", "Case list, internal"), ("Indberettet", "Reported"))
        columns += [Heading(t(*one), "left") for one in more]
    rows = []
    for period in periods_offered(context):
        cells: list = [_links(context, "sst", period, every)]
        if not hides:
            sent = last_sent(context.view.snapshot, asked, period)
            cells += [_links(context, name, period, every) for name in ("sst-mangler", "sst-sagsliste")]
            cells.append(fmt.date(sent.date(), context.lang) if sent else t("ikke endnu", "not yet"))
        # On phones the year alone may stand on a line of its own.
        rows.append(Row(period.label(context.lang).replace(". kvartal", f".{fmt.NBSP}kvartal"), cells))
    caption = t("Filer til indberetning", "Files of the report")
    return html.Div(
        [head, *_in_the_way(context, asked), table_part(caption, columns, rows)], className="section", id="indberetning"
    )


def _links(context: Reader, name: str, period: WaitPeriod, every: bool) -> html.Span:
    forms = (("xlsx", "XLSX"), ("csv", "CSV"))
    links = [
        html.A(text, href=report_address(context, name, period, form, every), className="text-link")
        for form, text in forms
    ]
    return html.Span(links, className="text-links")


def _in_the_way(context: Reader, asked: str) -> list[html.P]:
    """One sentence on the last quarter; nothing in the public edition."""
    if context.view.edition.hides:
        return []
    period = last_quarters(context.view.info.data_cut, 1)[0]
    databases, _ = with_waits(context.view.snapshot, asked)
    counts = obstacle_counts(context.view.snapshot, databases, period)
    parts = [
        f"{OBSTACLE_NAMES[name].in_(context.lang).lower()}: {fmt.count(n, context.lang)}"
        for name, n in counts.items()
        if n
    ]
    name = period.label(context.lang)
    if not parts:
        return [html.P(context.t(f"Intet står i vejen for {name}.", f"Nothing stands in the way of {name}."))]
    return [html.P(context.t(f"I vejen for {name}: ", f"In the way of {name}: ") + "; ".join(parts) + ".")]


def packages_finding(context: Reader, every: bool = False) -> str:
    """The share of whole courses (OF4) within the package time in the last complete quarter, of the country."""
    t, lang = context.t, context.lang
    if not every:
        period = last_quarters(context.view.info.data_cut, 1)[0]
        nodes = _last_quarter(context)
        for node in nodes[(nodes["indicator"] == "OF4") & (nodes["level"] == NATION_LEVEL)].to_dict("records"):
            if not node["hidden"] and node["denominator"]:
                share = fmt.percent(float(node["rate"]), 0, lang)
                return t(f"{share} af forløbene holdt den faglige pakketid fra henvisning til behandling "
                         f"i {period.label('da').replace('. ', f'.{fmt.NBSP}')}.",
                         f"{share} of the courses kept the package time from referral to treatment in "
                         f"{period.label('en')}.")  # fmt: skip
    return t("Pakketider er faglig vejledning, ikke en rettighed.",
             "Package times are a professional guideline, not a right.")  # fmt: skip


def _last_quarter(context: Reader) -> pd.DataFrame:
    """The protected nodes of the last complete quarter."""
    cut = context.view.info.data_cut
    nodes = package_nodes(context.view, last_quarters(cut, QUARTERS))
    return nodes[nodes["period"] == last_quarters(cut, 1)[0].text]


def packages_section(context: Reader, every: bool = False) -> html.Div:
    """Share within the package time OF1–OF4 in the last complete quarter, by place; a guideline and not a right.

    Packages are of one database: with ``every`` the section asks the reader to choose one.
    """
    t, view = context.t, context.view
    if every:
        text = t(
            "Pakketider opgøres for én database ad gangen.", "Package times are counted for one database at a time."
        )
        return html.Div(html.P(text), className="section", id="pakketider")
    period = last_quarters(view.info.data_cut, 1)[0]
    table = of_packages(context)
    now = [line for line in table.lines if line["quarter"] == period.text]
    cells = {(line.row.key, line["measure"]): line for line in now}
    places = {line.row.key: line for line in now}
    order = ["", *reference.region_order()]
    lines = sorted(
        places.values(),
        key=lambda line: (order.index(line["region"]), line.row.role is Role.UNIT, line["code"]),
    )

    def share(measure: str) -> Draw:
        return lambda line: _share_cell(context, cells.get((line.row.key, measure)))

    def rate(measure: str) -> Callable[[Line], Value]:
        return lambda line: cells[line.row.key, measure]["share"] if (line.row.key, measure) in cells else None

    columns = [
        Heading(t("Sted", "Place"), "left", of="unit", draw=lambda line: place_name(line["unit"])),
        *(
            Heading(
                one, sub=html.Span(t(*words), className="only-wide"), draw=share(one), value=rate(one), key=one.lower()
            )
            for one, words in _SHORT.items()
        ),
    ]
    title = t(f"Pakketider, {period.label('da')}", f"Package times, {period.label('en')}")
    notes = [
        t("Andel inden for pakketiden, nævner nedenunder. Forløb uden de nødvendige datoer tæller som uoplyst.",
          "Share within the package time, denominator below. Courses without the dates needed count as missing."),
        t("Standarddage med kilde står i den hentede fil; kun brystkræft til operation (27 dage) er verificeret.",
          "Standard days with source are in the file; only breast to surgery (27 days) is verified."),
    ]  # fmt: skip
    parts = [f"{one}: {t(*words)}" for one, words in _SHORT.items()]
    notes.insert(0, html.Span(f"{'. '.join(parts)}.", className="only-phone"))
    links = html.Div(line(context, "pakketider"), className="figure-links")
    note = html.Strong(NOTE.in_(context.lang), className="package-note")
    head = html.Div([html.H2(f"{title}{whom.suffix(context)}"), note, links], className="section-head")
    return html.Div(
        [
            head,
            tables_part.drawn(
                context, table, columns, css="dense waits-packages", caption=title, footnotes=notes, lines=lines
            ),
        ],
        className="section",
        id="pakketider",
    )


def _place_name(context: Reader, level: str, code: str) -> str:
    t = context.t
    if level == NATION_LEVEL:
        return t("Danmark", "Denmark")
    if level == "region":
        return reference.region_name(code) if code else t("Region uoplyst", "Region not registered")
    listed = tree.units(context.view)
    return listed.loc[code, "name"] if code in listed.index else code


def _share_cell(context: Reader, line: Line | None) -> object:
    t, lang = context.t, context.lang
    if line is None:
        return fmt.EN_DASH
    lost = line.number("missing")
    missing = t(f"{fmt.count(lost, lang)} uoplyst", f"{fmt.count(lost, lang)} missing") if lost else ""
    if line["courses"] is Said.HIDDEN:
        return cell(t("skjult", "hidden"), missing)
    if not line["courses"]:
        return cell(fmt.EN_DASH, missing)
    of = fmt.fraction(line["within"], line["courses"], lang)
    return cell(fmt.percent(line["share"], 0, lang), of, *([missing] if missing else []))


# --- what the downloads are made of -----------------------------------------------------------------------------------


def _edition(context: Reader) -> Edition:
    return context.view.edition


def _report(context: Reader, subject: str) -> Report:
    every = subject.endswith(ALL)
    text = subject.removesuffix(ALL)
    period = wait_period(text) if text else last_quarters(context.view.info.data_cut, 1)[0]
    if context.view.edition.hides and (every or period.is_week or period.is_year):
        raise UsageError("the public edition gives the report by quarter and database")
    if context.view.edition.hides and not period.complete_on(context.view.info.data_cut):
        raise UsageError(f"the quarter {period.text} had not ended on {context.view.info.data_cut}")
    found = make(context.view.snapshot, "all" if every else context.database, period)
    if not found.databases:
        raise UsageError(f"{context.database} has no waiting times")
    return found


def _refuse_public(context: Reader) -> None:
    if context.view.edition.hides:
        raise UsageError("lists behind the report are for the working edition alone")


@export("pakketider")
def packages(context: Reader, subject: str) -> Sheet:
    """Share within the package time OF1–OF4 in the last complete quarters, by region and department."""
    t, view = context.t, context.view
    if subject:
        raise UsageError(f"package times have no subject '{subject}'; leave emne out")
    if (reason := why_waits_not_reported(view.info)) is not None:
        raise UsageError(reason.in_(context.lang))
    quarters = last_quarters(view.info.data_cut, QUARTERS)
    span = f"{quarters[0].text}{fmt.EN_DASH}{quarters[-1].text}"
    return Sheet(t("Pakketider", "Package times"), of_packages(context), _package_stamp(context, span), span)


def of_packages(context: Reader) -> Table:
    """Share within the package time OF1–OF4 in the last complete quarters, by region and department."""
    t, view, hidden = context.t, context.view, Said.HIDDEN
    roles = {NATION_LEVEL: Role.TOTAL, "region": Role.REGION}
    rows: list[TableRow] = []
    for node in package_nodes(view, last_quarters(view.info.data_cut, QUARTERS)).to_dict("records"):
        code, level = node["code"], node["level"]
        name = _place_name(context, level, code)
        values = [node["denominator"], node["numerator"], node["rate"], node["lower"], node["upper"]]
        cells = [hidden] * 5 if node["hidden"] else [*map(int, values[:2]), *map(_share, values[2:])]
        missing = hidden if node["missing_hidden"] else int(node["missing"])
        measure = MEASURES[node["indicator"]].in_(context.lang)
        identity = (node["indicator"], measure, node["period"], name, code)
        link = Link("unit", code) if level == "department" and code else None
        role = roles.get(level, Role.UNIT)
        key = f"{level}.{node['region']}.{code}"
        rows.append(TableRow((*identity, *cells, missing, node["region"]), role, key=key, link=link))
    columns = (
        *of(Kind.CODE, t("Mål", "Measure"), keys="measure"),
        *of(Kind.TEXT, t("Del af forløbet", "Part of the course"), keys="part"),
        *of(Kind.PERIOD, t("Kvartal", "Quarter"), keys="quarter"), *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"),
        *of(Kind.CODE, t("Kode", "Code"), keys="code"),
        *of(Kind.COUNT, t("Forløb", "Courses"), t("Inden for pakketiden", "Within the package time"),
            keys="courses within"),
        *of(Kind.SHARE, t("Andel", "Share"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%"),
            keys="share lower upper"),
        *of(Kind.COUNT, t("Uoplyst", "Missing"), keys="missing"),
        *of(Kind.CODE, t("Region", "Region"), keys="region", on=On.PAGE),
    )  # fmt: skip
    title = t(
        f"Pakkeforløbstider, {context.database}: faglig vejledning, ikke en rettighed",
        f"Package times, {context.database}: a professional guideline, not a right",
    )
    return Table(title, columns, tuple(rows), id="pakketider-tal")


def _share(value: float | None) -> float | None:
    """A share for a file: None where there is nothing to divide by."""
    return None if pd.isna(value) else float(value)


def _package_stamp(context: Reader, span: str) -> tuple[tuple[str, str], ...]:
    t = context.t
    period = t("Periode", "Period")
    rows = [(label, span if label == period else value) for label, value in stamp(context)]
    for one in package_standards(context.view):
        parts = (one.package, one.measure, one.modality, t(f"{one.days} dage", f"{one.days} days"))
        verified = t("verificeret", "verified") if one.verified else t("ikke verificeret", "not verified")
        text = f"{' '.join(part for part in parts if part)} ({one.source}; {verified})"
        rows.append((t("Standard", "Standard"), text))
    return tuple(rows)
