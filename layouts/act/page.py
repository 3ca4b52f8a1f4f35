"""/handl: who can still be reached, by department; /handl/<code>: one department's list over all its databases.

Personal data (pseudonymous ids): nothing of it in the public edition, and no page of it is kept. With log-in a
clinician sees the own department's, a steering group its databases', the registry all; each view stands in the log.
"""

from __future__ import annotations

import re
from dataclasses import replace

import dash
import flask
from dash import dcc

from data.output import UsageError
from exports import reach as exports
from exports.files import Sheet
from exports.registry import export, stamp
from layouts.act import why
from layouts.act.link import full_edition, menu, not_here, place_of, seen_in_full
from layouts.frame import being_made, shell, source, visitor
from layouts.frame import selections as select
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results import reach as data
from results.reach import ReachedPatient, ReachList
from results.table import Line
from words import format as fmt
from words import reach as text
from words.reader import Reader

#: ``indikator``: a list, or an indicator (with its site) whose cases are explained.
EXTRAS = {"indikator": re.compile(r"[a-z0-9_]{1,60}(\.[A-Z][0-9]{2})?"), "vis": ("naas", "hvorfor")}

dash.register_page(__name__, path="/handl", path_template="/handl/<path_code>", title=shell.BRAND)


def layout(path_code: str | None = None, **query: object) -> html.Div:
    """The departments of a database, or one department's list; 404 for a code that does not exist."""
    if not path_code:
        return _all(source.view("/handl", query).of_all_patients())
    path = f"/handl/{path_code}"
    being_made.keep_nothing()
    asked = {key: value for key, value in query.items() if key != "egen"}
    context = source.view(path, asked, EXTRAS).of_all_patients()
    place = place_of(context, path_code)
    if place is None:
        what = context.t(f"Der er ingen afdeling {path_code}.", f"There is no department {path_code}.")
        return shell.not_found(context, what)
    seen = seen_in_full(context, place.databases, path, place.code)
    if not seen:
        return not_here(context)
    if context.state.choice("vis") == "hvorfor":
        return why.page(context, place, seen)
    return _one(context, data.of_department(context.view.snapshot, full_edition(context), place, seen))


def _one(context: Reader, found: ReachList) -> html.Div:
    t, whole = context.t, found
    wanted = context.state.choice("indikator")
    found = found.of(wanted) if wanted else found
    synthetic = any(context.view.snapshot.info(code).synthetic for code in found.cuts)
    context = replace(context, synthetic=synthetic)
    several = len(found.cuts) > 1
    body: list = []
    parts = (
        (t("Inden for 7 dage", "Within 7 days"), found.this_week, "uge"),
        (t("Senere frist", "Later deadline"), found.later, "senere"),
        (t("Uden fast frist", "Without a fixed deadline"), found.undated, "uden"),
    )
    first = next((id for _, members, id in parts if members), "")
    for title, members, id in parts:
        if members:
            body.append(_section(context, found, title, members, id, several, opened=id == first))
    databases = fmt.listed(list(found.cuts), context.lang)
    return shell.page(
        context,
        active="act",
        finding=text.finding(context, found),
        lead=text.lead(context, found),
        breadcrumbs=[(t("Handl", "Act"), "/handl"), (found.place.name, None)],
        selections=[menu(context, found.place), why.switch(context), _lists(context, whole)],
        summary=(found.place.name, databases),
        title=f"{found.place.name} · {t('kan nås', 'within reach')}",
        body=html.Div(body, className="act"),
        foot=[
            t("Numrene er pseudonyme og slås op i afdelingens eget system. En patient kan stå flere gange. Hvem der er "
              "med, og til hvornår, står i definitionen af hver indikator; ventetider følger den maksimale ventetid.",
              "The numbers are pseudonymous and are looked up in the department's own system. A patient can stand "
              "several times. Who is listed, and until when, stands in each indicator's definition; waits follow the "
              "legal maximum."),
            dcc.Link(t(f"Ikke nået i {context.period_label}: se hvorfor, sag for sag ›",
                       f"Not reached in {context.period_label}: see why, case by case ›"),
                     href=context.here(vis="hvorfor", indikator=None)),
        ],
    )  # fmt: skip


def _lists(context: Reader, found: ReachList) -> select.Menu:
    """The lists that somebody stands on, and all of them."""
    wanted, t = context.state.choice("indikator"), context.t
    by_name = {one.name: text.subject(context, one) for one in found.patients}
    choices = [select.Choice(t("Alle", "All"), context.here(indikator=None), not wanted)]
    choices += [select.Choice(by_name[name], context.here(indikator=name), name == wanted) for name in found.names]
    return select.Menu("liste", t("Indikator", "Indicator"), by_name.get(wanted, t("Alle", "All")), tuple(choices))


def _section(
    context: Reader,
    found: ReachList,
    title: str,
    members: tuple[ReachedPatient, ...],
    id: str,
    several: bool,
    opened: bool,
) -> html.Section | html.Details:
    t = context.t
    table = exports.of_patients(context, found, members, f"handl-{id}")
    by_key = {row.key: one for row, one in zip(table.rows, members, strict=True)}

    def left(row: Line) -> object:
        number, unit = text.left(context, by_key[row.row.key])
        days = by_key[row.row.key].days_left
        css = "act-now" if days == 0 else "act-soon" if days is not None and days < 3 else "act-days"
        return html.Span([html.Strong(number), f" {unit}" if unit else ""], className=css) if number else "–"

    def missing(row: Line) -> object:
        one = by_key[row.row.key]
        about = f"{text.subject(context, one)} · {one.database}" if several else text.subject(context, one)
        words = row["missing"].text
        return tables.cell(html.Strong(words[0].upper() + words[1:]), about)

    columns = [
        tables.Heading(of="left", align="left", draw=left, width="76px"),
        tables.Heading(of="missing indicator", align="left", draw=missing),
        tables.Heading(of="due", align="left", draw=lambda row: text.day(context, by_key[row.row.key].due)),
        tables.Heading(of="case", align="left"),
    ]
    drawn = tables.drawn(context, table, columns, css="act-table", caption=f"{title}: {table.title}")
    note = text.patients(context, data.people(members))
    if opened:
        return shell.section(
            title, drawn, html.P(line(context, exports.EXPORT, found.place.code), className="section-links"),
            note=note, id=id,
        )  # fmt: skip
    show = t(f"Vis {note}", f"Show {note}")
    return shell.section(title, html.Details([html.Summary(show), drawn], className="act-more"), note=note, id=id)


def _all(context: Reader) -> html.Div:
    """The departments of the chosen database that can reach anybody, those with most this week first."""
    t = context.t
    being_made.keep_nothing()
    own = visitor.current()
    if own is not None and own.role == "clinician":
        flask.abort(flask.redirect(context.to(f"/handl/{own.departments[0]}", unit=None)))
    if not seen_in_full(context, [context.database], "/handl", ""):
        return not_here(context)
    found = data.by_department(context.view.snapshot, full_edition(context), context.database)
    found.sort(key=lambda one: (-data.people(one.this_week), -data.people(one.patients)))
    total = data.people([patient for one in found for patient in one.this_week])
    rows = [
        tables.Row(
            dcc.Link(one.place.name, href=context.to(f"/handl/{one.place.code}", unit=None)),
            [fmt.count(data.people(one.this_week), context.lang), fmt.count(data.people(one.patients), context.lang)],
            unit=one.place.code,
            leads=True,
        )
        for one in found
    ]
    columns = [
        tables.Heading(t("Afdeling", "Department"), align="left"),
        tables.Heading(t("Inden for 7 dage", "Within 7 days")),
        tables.Heading(t("Kan nås i alt", "Within reach")),
    ]
    title = t("Afdelinger, der kan nå patienter endnu", "Departments with patients within reach")
    body = tables.table(title, columns, rows, css="act-list") if rows else None
    if not rows:
        finding = t("Ingen patienter kan nås endnu", "No patients are within reach")
    else:
        many = text.patients(context, total)
        finding = t(f"{many} i {context.database} kan kun nås inden for 7 dage",
                    f"{many} of {context.database} can only be reached within 7 days")  # fmt: skip
    cut = {context.database: context.view.info.data_cut}
    return shell.page(
        context,
        active="act",
        finding=finding,
        lead=text.counted_from(context, cut),
        selections=[select.database(context)],
        summary=(t("Alle afdelinger", "All departments"), context.database),
        title=f"{t('Handl', 'Act')} · {context.database}",
        body=html.Div([body], className="act"),
    )


@export(exports.EXPORT, whole=True)
def patients(context: Reader, code: str) -> Sheet:
    """The whole list of a department."""
    place = place_of(context, code)
    seen = seen_in_full(context, place.databases, f"/hent/{exports.EXPORT}", code) if place else []
    if place is None or not seen:
        raise UsageError(f"there is no list of department '{code}' here")
    found = data.of_department(context.view.snapshot, full_edition(context), place, seen)
    synthetic = any(context.view.snapshot.info(one).synthetic for one in found.cuts)
    said = stamp(replace(context, synthetic=synthetic), period="")
    several = (context.t("Database", "Database"), context.t("Data til og med", "Data up to and including"))
    kept = tuple((label, value) for label, value in said if label not in several)
    each = ", ".join(f"{one} {cut.isoformat()}" for one, cut in found.cuts.items())
    return exports.sheet(context, found, (*kept, (several[1], each)))
