"""/leverancer: what came to the store and what became of it; /leverancer/<database>: what its last extract changed.

The registry's: with log-in nobody else reads it, and the public edition does not have it. No page of it is kept: a
delivery that was refused makes no new snapshot.
"""

from __future__ import annotations

import dash
from dash import dcc

from data import reference
from exports import deliveries as exports
from layouts.frame import being_made, shell, source
from layouts.frame import selections as select
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results import deliveries as data
from results.deliveries import Delivery, ExtractChange
from results.table import Line, Table
from words import deliveries as text
from words import format as fmt
from words import values
from words.reader import Reader

dash.register_page(__name__, path="/leverancer", path_template="/leverancer/<path_database>", title=shell.BRAND)

#: Deliveries and snapshots that a page lists, and results; the files have all of them.
_LISTED, _RESULTS = 40, 60


def layout(path_database: str | None = None, **query: object) -> html.Div:
    """All databases, or one; 404 for one that the store does not have."""
    being_made.keep_nothing()
    if not path_database:
        return _all(source.view("/leverancer", query).of_all_patients())
    path = f"/leverancer/{path_database}"
    asked = {**query, "database": path_database}
    known = {one.code for one in reference.databases()}
    context = source.view(path, asked if path_database in known else query).of_all_patients()
    if context.database != path_database:
        what = context.t(f"Der er ingen database {path_database}.", f"There is no database {path_database}.")
        return shell.not_found(context, what)
    return _one(context)


def _address(context: Reader, database: str = "") -> str:
    """The page of one database, or of all."""
    path = f"/leverancer/{database}" if database else "/leverancer"
    return context.to(path, database=database or context.state.database, unit=None, period=None)


# --- all databases ----------------------------------------------------------------------------------------------------


def _all(context: Reader) -> html.Div:
    t, snapshot = context.t, context.view.snapshot
    latest = data.latest_of_each(snapshot)
    found = data.deliveries(snapshot, most=_LISTED)
    title = t("Den seneste fra hver database", "The latest of each database")
    last = exports.of_log(context, sorted(latest.values(), key=_urgent), "leverancer-seneste", title)
    body: list = []
    if latest:
        body.append(
            shell.section(
                title,
                tables.drawn(context, last, _columns(context), css="dense quality-table findings", caption=last.title),
                id="seneste",
            )
        )
        body.append(_log(context, found))
    body.append(_snapshots(context))
    lead = t(
        "Alt, hvad der er forsøgt indlæst, står her, også det, der blev afvist. Vælg en database for at se, hvad dens "
        "seneste udtræk har ændret.",
        "All that was tried stands here, also what was refused. Choose a database to see what its latest extract has "
        "changed.",
    )
    if not latest:
        lead = t(
            "Her kommer hver indlæsning til at stå, også den, der bliver afvist. Udtræk indlæst med en tidligere "
            "udgave af programmet står ikke i loggen.",
            "Each load will stand here, also one that is refused. Extracts loaded by an earlier version of the program "
            "are not in the log.",
        )
    return shell.page(
        context,
        active="deliveries",
        finding=text.all_finding(context, latest.values()),
        lead=lead,
        selections=[_menu(context, "")],
        summary=(t("Alle databaser", "All databases"), t("Leverancer", "Deliveries")),
        title=t("Leverancer", "Deliveries"),
        body=html.Div(body, className="deliveries quality"),
    )


def _urgent(one: Delivery) -> tuple:
    """What did not come in first, then the latest."""
    return (one.outcome not in text.KEPT_OUT, -one.time.timestamp())


def _menu(context: Reader, database: str) -> select.Menu:
    every = select.Choice(context.t("Alle databaser", "All databases"), _address(context), not database)
    others = tuple(select.Choice(name, _address(context, code), code == database) for code, name in context.databases)
    name = database or context.t("Alle", "All")
    return select.Menu("leverance-database", context.t("Database", "Database"), name, (every, *others))


def _columns(context: Reader) -> list[tables.Heading]:
    t = context.t
    there = dict(context.databases)

    def database(row: Line) -> object:
        code = row["database"]
        name = dcc.Link(code, href=_address(context, code)) if code in there else code or row["folder"]
        return tables.cell(name, *([row["part"]] if row["part"] else []))

    def outcome(row: Line) -> object:
        said = row["outcome"]
        name = html.Strong(said.text) if said.key in text.KEPT_OUT else said.text
        return tables.cell(name, *([row["why"]] if row["why"] else []))

    return [
        tables.Heading(t("Database", "Database"), of="database part", align="left", draw=database),
        tables.Heading(t("Kom", "Came"), of="time", align="left", draw=lambda row: text.when(context, row["time"])),
        tables.Heading(t("Udfald", "Outcome"), of="outcome why", align="left", draw=outcome),
        tables.Heading(of="cut", align="left", wide_only=True),
        tables.Heading(of="cases", wide_only=True),
        tables.Heading(of="warnings", wide_only=True),
    ]


def _log(context: Reader, found: tuple[Delivery, ...], database: str = "") -> html.Section:
    t = context.t
    table = exports.of_log(context, found)
    note = t(f"De seneste {_LISTED}; filen har dem alle.", f"The latest {_LISTED}; the file has all of them.")
    return shell.section(
        t("Indlæsninger", "Loads"),
        tables.drawn(context, table, _columns(context), css="dense quality-table findings", caption=table.title),
        *([html.P(note, className="caption")] if len(found) == _LISTED else []),
        html.P(line(context, exports.LOG, database), className="section-links"),
        id="indlaesninger",
    )


def _snapshots(context: Reader) -> html.Section:
    t = context.t
    table = exports.of_snapshots(context, data.snapshots(context.view.snapshot)[:_LISTED])

    def name(row: Line) -> object:
        return tables.cell(html.Code(row["id"]), *([t("gældende", "current")] if row["current"] else []))

    columns = [
        tables.Heading(t("Udtræk", "Snapshot"), of="id current", align="left", draw=name),
        tables.Heading(
            t("Lavet", "Made"), of="created", align="left", draw=lambda row: text.when(context, row["created"])
        ),
        tables.Heading(of="databases", wide_only=True),
        tables.Heading(of="brought", align="left", wide_only=True),
    ]
    return shell.section(
        table.title,
        tables.drawn(context, table, columns, css="dense quality-table findings", caption=table.title),
        html.P(line(context, exports.SNAPSHOTS), className="section-links"),
        id="udtraek",
    )


# --- one database -----------------------------------------------------------------------------------------------------


def _one(context: Reader) -> html.Div:
    t = context.t
    log = data.deliveries(context.view.snapshot, context.database, most=_LISTED)
    latest = log[0] if log else None
    found = data.change(context.view)
    body: list = []
    if latest is not None and latest.outcome == "refused":
        body.append(_refused(context, latest))
    if found is not None:
        body += [_findings(context, found), _turned(context, found), _moved(context, found)]
    if log:
        body.append(_log(context, log, context.database))
    lead = None if found is None else text.compared(context, found)
    if latest is not None and latest.outcome in text.KEPT_OUT:
        shown = t("Siderne viser stadig det forrige udtræk.", "The pages still show the extract before it.")
        lead = shown if lead is None else f"{shown} {lead}"
    return shell.page(
        context,
        active="deliveries",
        finding=text.one_finding(context, latest, found),
        lead=lead,
        breadcrumbs=[(t("Leverancer", "Deliveries"), "/leverancer"), (context.database, None)],
        selections=[_menu(context, context.database)],
        summary=(context.database, t("Leverancer", "Deliveries")),
        title=f"{context.database} · {t('leverancer', 'deliveries')}",
        body=html.Div(body, className="deliveries quality"),
    )


def _refused(context: Reader, one: Delivery) -> html.Section:
    t = context.t
    table = exports.of_refused(context, one)

    def finding(row: Line) -> object:
        place = f"{row['table_title']}: {row['column_title']}" if row["column"] else row["table_title"]
        said = row["values"] and f"{t('Værdier', 'Values')}: {row['values']}"
        return tables.cell(row["finding"], place, *filter(None, (said, row["advice"])))

    columns = [
        tables.Heading(t("Fund", "Finding"), of="finding", align="left", draw=finding),
        tables.Heading(of="kind", align="left", wide_only=True),
        tables.Heading(of="rows"),
        tables.Heading(of="first_rows", align="left", wide_only=True),
        tables.Heading(of="lines", align="left", wide_only=True),
    ]
    when = text.when(context, text.moment(one.time))
    return shell.section(
        t("Hvorfor den blev afvist", "Why it was refused"),
        tables.drawn(context, table, columns, css="dense quality-table findings", caption=table.title),
        *[html.P(note, className="caption") for note in table.footnotes],
        html.P(line(context, exports.REFUSED), className="section-links"),
        note=f"{one.folder}, {when}",
        id="afvist",
    )


def _findings(context: Reader, found: ExtractChange) -> html.Section:
    t = context.t
    table = exports.of_finding_changes(context, found)
    title = t("Nye og løste fund", "New and resolved findings")
    if not found.findings:
        said = t("Fundene er de samme som ved det forrige udtræk.", "The findings are those of the extract before it.")
        return shell.section(title, html.P(said, className="quality-text"), id="fund")

    def finding(row: Line) -> object:
        place = f"{row['table_title']}: {row['column_title']}" if row["column"] else row["table_title"]
        said = row["values"] or row["values_before"]
        return tables.cell(row["finding"], place, *([f"{t('Værdier', 'Values')}: {said}"] if said else []))

    columns = [
        tables.Heading(of="change", align="left"),
        tables.Heading(t("Fund", "Finding"), of="finding", align="left", draw=finding),
        tables.Heading(of="kind", align="left", wide_only=True),
        tables.Heading(of="before", wide_only=True),
        tables.Heading(of="rows"),
    ]
    return shell.section(
        title,
        tables.drawn(context, table, columns, css="dense quality-table findings", caption=table.title),
        html.P(line(context, exports.FINDINGS), className="section-links"),
        id="fund",
    )


def _turned(context: Reader, found: ExtractChange) -> html.Section:
    t = context.t
    title = t("Vurderinger, der er ændret", "Verdicts that changed")
    if not found.turned:
        said = t("Ingen vurdering i de seneste tre opgørelsesår er en anden nu.",
                 "No verdict of the latest three reporting years is another now.")  # fmt: skip
        return shell.section(title, html.P(said, className="quality-text"), id="vurderinger")
    table = exports.turned(context, found, _RESULTS)
    columns = [tables.Heading(of="unit", align="left"), *_results(context, table)]
    worse = sum(one.worse for one in found.turned)
    note = t(
        f"{fmt.count(worse, 'da')} til det værre, som står først", f"{fmt.count(worse, 'en')} for the worse, first"
    )
    return shell.section(
        title,
        tables.drawn(context, table, columns, css="dense quality-table findings", caption=table.title),
        *_cut(context, len(found.turned)),
        html.P(line(context, exports.TURNED), className="section-links"),
        note=note if worse else None,
        id="vurderinger",
    )


def _moved(context: Reader, found: ExtractChange) -> html.Section:
    t = context.t
    title = t("Indikatorer, der har flyttet sig", "Indicators that moved")
    if not found.moved:
        said = t("Ingen indikator har andre tal for hele landet, i noget opgørelsesår, som begge udtræk har.",
                 "No indicator has other numbers for the country in a reporting year that both have.")  # fmt: skip
        return shell.section(title, html.P(said, className="quality-text"), id="flyttet")
    table = exports.moved(context, found, _RESULTS)
    return shell.section(
        title,
        tables.drawn(context, table, _results(context, table), css="dense quality-table findings", caption=table.title),
        *_cut(context, len(found.moved)),
        html.P(line(context, exports.MOVED), className="section-links"),
        note=t("Danmark", "Denmark"),
        id="flyttet",
    )


def _cut(context: Reader, many: int) -> list:
    """That a table has more rows than the page shows; [] where it has not."""
    if many <= _RESULTS:
        return []
    shown, total = (fmt.count(one, context.lang) for one in (_RESULTS, many))
    said = context.t(f"De første {shown} af {total}; filen har dem alle.",
                     f"The first {shown} of {total}; the file has all of them.")  # fmt: skip
    return [html.P(said, className="caption")]


def _results(context: Reader, table: Table) -> list[tables.Heading]:
    t, lang = context.t, context.lang

    def indicator(row: Line) -> object:
        link = row.row.link
        return tables.cell(dcc.Link(row["indicator"].text, href=context.to(f"/indikator/{link.code}")), row["period"])

    def rate(key: str, counts: str) -> tables.Draw:
        def draw(row: Line) -> object:
            share = values.text(table.column(key), row[key], lang)
            return tables.cell(share, values.fraction(row, *counts.split(), lang))

        return draw

    def verdict(row: Line) -> object:
        old, new = row["old_verdict"], row["verdict"]
        return f"{old.text} → {new.text}" if old.key != new.key else new.text

    before, now = "old_numerator old_denominator", "numerator denominator"
    return [
        tables.Heading(t("Indikator", "Indicator"), of="indicator period", align="left", draw=indicator),
        tables.Heading(t("Før", "Before"), of=f"old_rate {before}", draw=rate("old_rate", before), wide_only=True),
        tables.Heading(t("Nu", "Now"), of=f"rate {now}", draw=rate("rate", now)),
        tables.Heading(of="difference", wide_only=True),
        tables.Heading(t("Vurdering", "Verdict"), of="verdict old_verdict", align="left", draw=verdict),
    ]
