"""/afdeling: the departments of a database; /afdeling/<code>: one department against its region and the country."""

from __future__ import annotations

from dataclasses import replace

import dash
from dash import dcc

from exports import department as exports
from indicators.catalogue import why_waits_not_reported
from layouts.act.link import Reached, to_list
from layouts.actions.parts import Planned
from layouts.department import list as listed
from layouts.department import matrix, patients
from layouts.department import rows as rows_part
from layouts.department.warnings import Warned
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import cards, html
from layouts.parts.downloads import line
from layouts.waits import summary as waits
from results import department as data
from results.across import graded_kind
from results.compare.peers import likeness
from results.department import DepartmentRow, DepartmentUnit, listing
from results.nodes import units
from words import delivered, verdicts
from words import department as text
from words import format as fmt
from words.chosen.compare import PRESET, joined, preset
from words.overview import lowered
from words.reader import Reader

dash.register_page(__name__, path="/afdeling", path_template="/afdeling/<path_code>", title=shell.BRAND)

EXTRAS = {"vis": ("liste", "matrix")}
CHOICES = ("period", "sex", "age", "stage", "regions")


def layout(path_code: str | None = None, **query: object) -> html.Div:
    """The list, or one department; 404 with codes like it for one that does not exist."""
    if not path_code:
        return _all(source.view("/afdeling", query, EXTRAS, months=True))
    # The address names the department; another one chosen earlier gives way.
    known = {key: value for key, value in query.items() if key != "egen"}
    context = source.view(f"/afdeling/{path_code}", known, months=True)
    unit = data.department(context.view, path_code)
    if unit is None:
        return _unknown(context, path_code)
    if unit.code not in dict(context.units):
        return _elsewhere(context, unit)
    return _one(replace(context, state=context.state.with_(unit=unit.code)), unit)


def _one(context: Reader, unit: DepartmentUnit) -> html.Div:
    rows = data.compare(context.view, unit)
    body: list = []
    links = html.P(line(context, "afdeling", unit.code), className="section-links")
    warned, planned = Warned(context, unit), Planned(context, unit.code)
    if rows:
        below = (patients.survival(context, unit, rows), patients.registration(context, unit, rows))
        ways = _onward(context, unit, rows, warned)
        body.append(
            rows_part.indicators(
                context,
                unit,
                rows,
                warned,
                planned,
                Reached(context, unit.code),
                html.Div([warned.quiet(), links]),
                ways,
                *below,
            )
        )
    else:
        body.append(_onward(context, unit, rows, warned))
    if context.edition != "public":
        body += waits.section(context, unit.code)
    body.append(patients.patients(context, unit))
    return shell.page(
        context,
        active="departments",
        filtered=True,
        finding=f"{unit.name}: {lowered(text.finding(context, rows))}",
        lead=text.lead(context, rows),
        breadcrumbs=_crumbs(context, unit),
        selections=_selections(context, unit),
        summary=(unit.name, f"{context.database} · {context.period_label} · {context.patients_text()}"),
        title=f"{unit.name} · {context.database} {context.period_label}",
        body=html.Div(body, className="department"),
        foot=_foot(context, rows),
    )


def _crumbs(context: Reader, unit: DepartmentUnit) -> list[tuple[str, str | None]]:
    return [(context.t("Afdelinger", "Departments"), "/afdeling"), (unit.region_name, None), (unit.name, None)]


def _selections(context: Reader, unit: DepartmentUnit) -> list:
    # Another database need not have the department; the address says which it is.
    plain = replace(context, state=context.state.with_(unit=None))
    others = tuple(
        select.Choice(name, context.to(f"/afdeling/{code}", unit=None), code == unit.code)
        for code, name in context.units
    )
    menu = select.Menu("afdeling", context.t("Afdeling", "Department"), unit.name, others)
    return [menu, select.database(plain), *select.standard(plain, *CHOICES, months=True)]


def _onward(context: Reader, unit: DepartmentUnit, rows: tuple[DepartmentRow, ...], warned: Warned) -> html.Nav:
    """Links to the other pages with this department as the reader's own."""
    t = context.t
    public = context.edition == "public"  # in which nobody is compared by case mix
    alike = () if public else likeness(data.treating(context.view), unit).peers
    order = ("not_met", "probably_not_met", "unsettled", "probably_met", "met", "target", "no_standard")
    first = sorted(
        (row for row in rows if graded_kind(row.now) in order), key=lambda row: order.index(graded_kind(row.now))
    )
    links = [*to_list(context, unit.code), *(one for one in (warned.patients(rows),) if one is not None)]
    if first:
        row = first[0]
        extra = (("lokalisation", row.site),) if row.site else ()
        links.append(
            cards.onward(
                [
                    t("Sammenlign med andre afdelinger", "Compare with other departments"),
                    html.Span(f" · {row.title.in_(context.lang)}", className="onward-what only-wide"),
                ],
                context.to(f"/indikator/{row.indicator.id}", extra=extra),
            )
        )
    if alike:
        near = fmt.listed([one.unit.hospital for one in alike[:PRESET]], context.lang)
        beside = t("Side om side med dem, der ligner mest", "Side by side with those most alike")
        extra = (("enheder", joined(preset(likeness(data.treating(context.view), unit)))),)
        links.append(cards.onward(beside, context.to("/sammenlign", extra=extra), near))
    if why_waits_not_reported(context.view.info) is None:
        links.append(cards.onward(t("Ventetider", "Waiting times"), context.to("/ventetider"), context.database))
    links += [
        cards.onward(t("Overlevelse", "Survival"), context.to("/overlevelse"), context.database),
        *(
            []
            if public
            else [cards.onward(t("Datakvalitet", "Data quality"), context.to("/datakvalitet"), context.database)]
        ),
        cards.onward(t("Alle afdelinger", "All departments"), context.to("/afdeling"), context.database),
    ]
    return html.Nav(links, className="onward-links", **{"aria-label": t("Videre", "Onward")})


def _foot(context: Reader, rows: tuple[DepartmentRow, ...]) -> list:
    t = context.t
    parts: list = [
        verdicts.how(context),
        t(
            "Intervaller er eksakte binomiale. Uoplyste står uden for nævneren. Forskelle til regionen og "
            "landet kan skyldes, at patienterne er forskellige.",
            "Intervals are exact binomial. The missing are outside the denominator. Differences "
            "from the region and the country may come from different patients.",
        ),
    ]
    parts += delivered.notes(context, [row.indicator for row in rows])
    if any(cell.hidden or cell.missing_hidden for row in rows for cell in (*row.own.values(), row.region[row.period])):
        parts.append(patients.hidden_note(context))
    return parts


def _all(context: Reader) -> html.Div:
    found, t = listing(context.view), context.t
    as_matrix = context.state.choice("vis") == "matrix"
    views = select.Switch(
        "vis",
        t("Vis", "Show"),
        (
            select.Choice(t("Liste", "List"), context.here(vis=None), not as_matrix),
            select.Choice("Matrix", context.here(vis="matrix"), as_matrix),
        ),
    )
    return shell.page(
        context,
        active="departments",
        filtered=True,
        finding=listed.finding(context, found),
        lead=matrix.lead(context) if as_matrix else listed.lead(context, found),
        selections=[*select.standard(context, "database", *CHOICES, months=True), views],
        body=html.Div(matrix.body(context) if as_matrix else listed.body(context, found), className="department-list"),
        foot=listed.foot(context, found),
    )


def _elsewhere(context: Reader, unit: DepartmentUnit) -> html.Div:
    """A department that this database knows nothing of: the databases that do."""
    t = context.t
    there = data.databases_of(context.view, unit.code)
    names = dict(context.databases)
    links = [
        cards.onward(names[code], context.to(context.path, database=code, period=None, unit=None)) for code in there
    ]
    if links:
        lead = t("Afdelingen har forløb i disse databaser:", "The department has cases in these databases:")
    else:
        lead = t("Afdelingen har ikke forløb i nogen af udtrækkets databaser.",
                 "The department has no cases in any database of this extract.")  # fmt: skip
    links.append(
        cards.onward(
            t(f"Afdelinger i {context.database}", f"Departments of {context.database}"), context.to("/afdeling")
        )
    )
    return shell.page(
        context,
        active="departments",
        finding=t(
            f"{unit.name} har ingen forløb i {context.database}", f"{unit.name} has no cases in {context.database}"
        ),
        lead=lead,
        breadcrumbs=_crumbs(context, unit),
        selections=select.standard(context, "database", "period"),
        summary=(unit.name, f"{context.database} · {context.period_label}"),
        title=f"{unit.name} · {context.database}",
        body=html.Nav(links, className="onward-links", **{"aria-label": t("Videre", "Onward")}),
    )


def _unknown(context: Reader, code: str) -> html.Div:
    """404, with the departments whose code or name comes near."""
    t = context.t
    known = {one: row["name"] for one, row in units(context.view).iterrows()}
    near = listed.near_codes(code, known)
    parts: list = [t(f"Der er ingen afdeling med koden {code}. ", f"There is no department with the code {code}. ")]
    if near:
        parts.append(t("Mente du: ", "Did you mean: "))
        for number, one in enumerate(near):
            parts += [", "] if number else []
            parts.append(dcc.Link(f"{known[one]} ({one})", href=context.to(f"/afdeling/{one}")))
        parts.append("?")
    else:
        parts.append(dcc.Link(t("Se alle afdelinger", "See all departments"), href=context.to("/afdeling")))
    return shell.not_found(context, parts)


__all__ = ["exports", "layout"]
