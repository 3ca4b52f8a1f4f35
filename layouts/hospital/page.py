"""/hospital/<name>: one hospital over all databases: warnings, who waits now, indicators × departments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import dash
from dash import dcc

from data.once import BeingMade
from exports.hospital import EXPORT
from layouts.frame import being_made, shell, source
from layouts.frame.selections import Choice, Menu
from layouts.parts import answers, html, marks, tables
from layouts.parts.downloads import line
from results import hospital as data
from results.across import AcrossRow
from results.audit import Cell
from results.hospital import HospitalColumn, HospitalTable
from results.places import HospitalPlace, hospitals
from results.warnings import digest as digests
from results.warnings.signals import ready
from words import answer, verdicts
from words import format as fmt
from words import hospital as text
from words.chosen.waits import LEGS, WORDS
from words.reader import Reader
from words.verdicts import GRADES
from words.warnings import since

#: Warnings named; the sheet of the quarter has all.
MOST = 3

dash.register_page(__name__, path_template="/hospital/<path_hospital>", title=shell.BRAND)


def layout(path_hospital: str | None = None, **query: object) -> html.Div:
    """The hospital's page; 404 with the list of hospitals for a name that does not exist."""
    context = source.view(f"/hospital/{path_hospital or ''}", query).of_all_patients()
    place = data.find(context.view, path_hospital or "")
    if place is None:
        return _unknown(context, path_hospital or "")
    table = data.table(context.view, place)
    context = replace(context, synthetic=any(one.view.info.synthetic for one in table.columns) or context.synthetic)
    t = context.t
    notices = []
    if context.state.filtered:
        notices.append(
            t("Filtre på køn, alder og stadie bruges ikke her: siden viser alle patienter.",
              "Filters on sex, age and stage are not used here: the page shows all patients.")
        )  # fmt: skip
    body: list = []
    if context.edition != "public":  # which has neither
        body.append(shell.columns(_warnings(context, place), _waits(context, place), kind="halves"))
    if table.columns:
        body.append(_matrix(context, table))
    body.append(_departments(context, place))
    return shell.page(
        context,
        active="departments",
        finding=text.finding(context, table),
        lead=text.lead(context, table) if table.columns else None,
        breadcrumbs=[(t("Afdelinger", "Departments"), "/afdeling"), (place.name, None)],
        selections=[_menu(context, place)],
        summary=(place.name, t("Alle databaser", "All databases")),
        notices=notices,
        title=f"{place.name} · {t('alle databaser', 'all databases')}",
        body=html.Div(body, className="hospital"),
        foot=[
            verdicts.how(context),
            t("Databaserne har forskellige patienter og kan ikke lægges sammen.",
              "The databases have different patients and cannot be added up."),
            text.years(context, table),
        ],
    )  # fmt: skip


def _menu(context: Reader, place: HospitalPlace) -> Menu:
    choices = tuple(
        Choice(one.name, context.to(f"/hospital/{one.code}"), one == place) for one in hospitals(context.view.snapshot)
    )
    return Menu("hospital", "Hospital", place.name, choices)


def _warnings(context: Reader, place: HospitalPlace) -> html.Section:
    """The strong warnings of decline at the data cut, and the way to the quarter's sheet."""
    t, title = context.t, context.t("Varsler", "Warnings")
    known = next((one for one in digests.hospitals(context.view) if one.name == place.name), None)
    if known is None:
        made = ready(context.view.snapshot)
        whole = len(made) == len(context.view.snapshot.databases)
        said: object = t("Ingen kurver følges her.", "No charts are watched here.")
        return shell.section(title, html.P(said if whole else being_made.of_all(context)), id="varsler")
    try:
        found = digests.digest(context.view, known, digests.quarters(context.view)[0])
    except BeingMade as error:
        return shell.section(title, html.P(being_made.told(context, error)), id="varsler")
    worse = [one for one in found.watch.signals if one.worse and one.strong]
    rows = []
    for one in worse[:MOST]:
        extra = (("kurve", f"{one.unit}.{one.indicator.id}"),)
        href = context.to("/varsler", database=one.database, period=None, unit=None, extra=extra)
        name = f"{one.unit_name} · {one.indicator.title.in_(context.lang)}"
        rows.append(html.Li([dcc.Link(name, href=href), html.Span(f"{one.database}, {since(context, one)}")]))
    more = len(worse) - len(rows)
    every = t("Kvartalets varselsbrev", "The quarter's sheet of warnings")
    link = dcc.Link(f"{every} ›", href=context.to(f"/varsler/{known.code}", period=None))
    parts: list = (
        [html.Ul(rows, className="hospital-warnings")]
        if rows
        else [html.P(t("Ingen stærke varsler om forringelse.", "No strong warning of decline."))]
    )
    if more > 0:
        parts.append(
            html.P(t(f"Og {fmt.count(more, context.lang)} til.", f"And {fmt.count(more, context.lang)} more."))
        )
    if found.awaited:
        parts.append(html.P(being_made.partly(context, found.awaited, ())))
    return shell.section(title, *parts, html.P(link), id="varsler")


def _waits(context: Reader, place: HospitalPlace) -> html.Section:
    """Who waits now, over the maximum, and booked beyond it, by leg."""
    t, lang = context.t, context.lang
    words = {leg: word for word, leg in LEGS.items()}
    found = data.waits(context.view, place, tuple(words))
    title = t("Venter nu", "Waiting now")
    if not found:
        return shell.section(title, html.P(t("Ingen registreret.", "None registered.")), id="venter")

    def count(value: int | None, css: str = "") -> object:
        if value is None:
            return t("skjult", "hidden")
        return html.Strong(fmt.count(value, lang), className=css) if css and value else fmt.count(value, lang)

    rows = [
        tables.Row(
            dcc.Link(t(*WORDS[one.leg]).capitalize(), href=context.to("/ventetider", period=None, unit=None,
                     extra=(("ben", words[one.leg]),) if one.leg != "treatment" else ())),
            [count(one.over, "waits-red"), count(one.booked_over, "waits-amber"), count(one.waiting)],
        )
        for one in found
    ]  # fmt: skip
    columns = [
        tables.Heading(t("Ventetid til", "Wait for"), align="left"),
        tables.Heading(t("Over maksimum", "Over maximum")),
        tables.Heading(t("Booket over frist", "Booked beyond")),
        tables.Heading(t("I alt", "All"), wide_only=True),
    ]
    note = t("Hospitalets afdelinger i alle databaser, der leverer ventetider.",
             "The hospital's departments in all databases that deliver waiting times.")  # fmt: skip
    return shell.section(title, tables.table(title, columns, rows, css="dense"), shell.caption(note), id="venter")


def _matrix(context: Reader, table: HospitalTable) -> html.Section:
    t = context.t
    counts = table.verdicts
    key = marks.key(
        *[marks.verdict(name, context.lang, number=fmt.count(getattr(counts, name), context.lang))
          for name in GRADES],
    )  # fmt: skip
    title = t("Indikatorer og databaser", "Indicators and databases")
    columns = [tables.Heading(t("Indikator · %", "Indicator · %"), align="left", sub=t("standard", "standard"))]
    for one in table.columns:
        link = dcc.Link(one.database, href=_department(context, one))
        columns.append(tables.Heading(link, align="left", sub=text.specialty(context, one)))
    rows = [
        tables.Row(_line(context, table, one), [_cell(context, table, one, c) for c in table.columns])
        for one in table.lines
    ]
    cards = {
        f"{one.department.code} {one.database}.{line.indicator.id}.{line.site}": _card(context, one, line, cell)
        for line in table.lines
        for one in table.columns
        if (cell := table.cell(line, one)) is not None and cell.rate is not None
    }
    wide = html.Div(
        [tables.table(title, columns, rows, css="dense hospital-table", footnotes=_hidden(context, table)),
         *([answers.cards(context, cards)] if cards else [])],
        className="only-wide answers",
    )  # fmt: skip
    links = line(replace(context, database=None, period=None), EXPORT, table.place.code)
    return shell.section(title, key, wide, html.Div(_phone(context, table), className="only-phone"), note=links,
                         id="indikatorer")  # fmt: skip


def _department(context: Reader, column: HospitalColumn) -> str:
    return context.to(f"/afdeling/{column.department.code}", database=column.database, period=None, unit=None)


def _line(context: Reader, table: HospitalTable, row: AcrossRow) -> html.Span:
    """The indicator's title with its standard, where all columns have the same."""
    goals = {
        (cell.standard.operator, cell.standard.value, cell.standard.kind)
        for column in table.columns
        if (cell := table.cell(row, column)) is not None and cell.standard is not None
    }
    title = row.title.in_(context.lang)
    if row.indicator.days_in_title:
        title += f" ({row.indicator.qualifier.in_(context.lang)})"
    if len(goals) != 1:
        return tables.cell(title, *([context.t("varierer", "varies")] if goals else []))
    operator, value, kind = next(iter(goals))
    target = context.t("mål ", "target ") if kind == "target" else ""
    return tables.cell(title, f"{target}{fmt.standard(operator, value, context.lang)}")


def _cell(context: Reader, table: HospitalTable, row: AcrossRow, column: HospitalColumn) -> object:
    cell = table.cell(row, column)
    if cell is None:
        return html.Span(fmt.NONE, className="hospital-none")
    if cell.rate is None:
        word = context.t("skjult", "hidden") if cell.hidden else fmt.NONE
        return html.Span(word, className="hospital-none")
    shown = fmt.percent_number(cell.rate, 1, context.lang)
    word = html.Span(f" {verdicts.cell_text(cell, context.lang)}", className="visually-hidden")
    mark = marks.mark(cell.said) if verdicts.VERDICTS[cell.said][2] else html.Span(className="mark-none")
    known = {"data-id": column.department.code, "data-of": f"{column.database}.{row.indicator.id}.{row.site}"}
    return html.A(
        [mark, html.Span(shown), word],
        href=_indicator(context, column, row),
        className=f"hospital-cell tone-{cell.said.replace('_', '-')}",
        **known,
    )


def _indicator(context: Reader, column: HospitalColumn, row: AcrossRow) -> str:
    extra = (("lokalisation", row.site),) if row.site else ()
    changes = {"database": column.database, "period": None, "unit": column.department.code, "extra": extra}
    return context.to(f"/indikator/{row.indicator.id}", **changes)


def _card(context: Reader, column: HospitalColumn, row: AcrossRow, cell: Cell) -> answer.Answer:
    when = fmt.period(column.view.period, column.view.first_month)
    about = f"{row.title.in_(context.lang)} · {column.database} {when}"
    opens = (context.t("Åbn indikatoren", "Open the indicator"), _indicator(context, column, row))
    return answer.of_cell(context, row.indicator, cell, column.department.name, about, opens)


def _hidden(context: Reader, table: HospitalTable) -> Sequence[str]:
    if not table.verdicts.hidden:
        return ()
    k = context.threshold
    return (context.t(f"Skjult: færre end {k} patienter, eller et tal, der kunne røbe et sådant.",
                      f"Hidden: fewer than {k} patients, or a number that could give such a one away."),)  # fmt: skip


def _phone(context: Reader, table: HospitalTable) -> list:
    """By department: what is clearly not met in full, the rest counted."""
    t, parts = context.t, []
    for column in sorted(table.columns, key=lambda one: -one.verdicts.not_met):
        found = column.verdicts
        lines = [
            html.Li(dcc.Link(
                [f"{row.title.in_(context.lang)} ", html.Strong(fmt.percent(cell.rate, 1, context.lang))],
                href=_indicator(context, column, row)))
            for row in table.lines
            if (cell := table.cell(row, column)) is not None and _kind(cell) == "not_met"
        ]  # fmt: skip
        counts = [
            marks.verdict(name, context.lang, number=fmt.count(getattr(found, name), context.lang))
            for name in verdicts.IN_ORDER
            if getattr(found, name)
        ]
        head = dcc.Link(f"{column.database} · {text.specialty(context, column)}", href=_department(context, column))
        named = [html.Ul(lines, className="link-list")] if lines else []
        parts.append(html.Div([html.H3(head), html.Div(counts, className="key"), *named], className="hospital-part"))
    return parts or [html.P(t("Ingen resultater.", "No results."))]


def _kind(cell: Cell) -> str:
    return "target" if cell.standard is not None and cell.standard.kind == "target" else cell.state


def _departments(context: Reader, place: HospitalPlace) -> html.Section:
    t = context.t
    items = []
    for one in place.departments:
        links: list = []
        for code in one.databases:
            href = context.to(f"/afdeling/{one.code}", database=code, period=None, unit=None)
            links += [" · ", dcc.Link(code, href=href)]
        items.append(html.Li([one.name, *links]))
    title = t("Hospitalets afdelinger", "The hospital's departments")
    return shell.section(title, html.Ul(items, className="find-list"), id="afdelinger")


def _unknown(context: Reader, code: str) -> html.Div:
    t = context.t
    link = dcc.Link(t("Se alle hospitaler", "See all hospitals"), href=context.to("/soeg") + "#hospital")
    return shell.not_found(context, [t(f"Der er intet hospital »{code}«. ", f"There is no hospital “{code}”. "), link])
