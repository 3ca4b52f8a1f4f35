"""Parts of the page across databases: key, matrix, list of databases, reasons, download."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from data import reference
from exports.cells import verdict, verdict_of
from exports.files import Sheet
from exports.registry import stamp
from indicators.declaration import FAMILIES
from layouts.frame import shell
from layouts.parts import html, marks, tables
from results.across import Across, AcrossRow
from results.audit import Cell
from results.table import Kind, Line, Link, Said, Table, TableRow, Value, of
from results.view import View
from words import format as fmt
from words import verdicts
from words.across import is_target, label, reasons, region_name, standard_text
from words.reader import Reader
from words.verdicts import GRADES

#: The counts per database: field of Tally, Danish, English.
COUNTED = (
    *((name, *verdicts.VERDICTS[name][:2]) for name in reversed(GRADES)),
    ("no_standard", "uden standard", "without standard"),
    ("not_mature", "ikke modne", "not mature"),
    ("target", "udviklingsmål", "target"),
    ("hidden", "skjult", "hidden"),
    ("no_data", "ingen forløb", "no cases"),
    ("not_reported", "ikke opgjort", "not reported"),
)
JUDGED = GRADES[::-1]
#: What stands in a cell without a rate: there is no room for words, so the key explains them.
SIGNS = {"not_reported": fmt.NONE, "no_data": "·", "hidden": "×", "not_mature": "…"}
_ALWAYS = (*JUDGED, "no_standard", "not_reported")


def link_to(context: Reader, path: str, view: View, site: str = "") -> str:
    """Another page of one database in its latest year, all patients."""
    query = queries(context, (view,))[view.database]
    more = f"&lokalisation={site}" if site else ""
    return f"{path}{query}{more}"


def queries(context: Reader, views: Sequence[View]) -> dict[str, str]:
    """database → the query string of links to its pages: the common choices without filters and period."""
    gone = dict.fromkeys(("period", "sex", "age_group", "stage"))
    return {view.database: context.to("", database=view.database, **gone) for view in views}


def period_of(view: View) -> str:
    """'2025' or '2024/25'."""
    return fmt.period(view.period, view.first_month)


def counted_fields(matrix: Across) -> list[tuple[str, str, str]]:
    """The counts that the page shows: the five common ones, and the others where something is counted."""
    total = matrix.total
    return [row for row in COUNTED if row[0] in _ALWAYS or getattr(total, row[0])]


def key(context: Reader, matrix: Across) -> html.Div:
    """How many results have which verdict, and the signs of the cells without one."""
    t, lang, total = context.t, context.lang, matrix.total
    parts: list = [marks.verdict(name, lang, number=fmt.count(getattr(total, name), lang)) for name in GRADES]
    for name, da, en in counted_fields(matrix):
        if name in JUDGED:
            continue
        sign = f"{SIGNS[name]} " if name in SIGNS else ""
        number = html.Span([" ", fmt.count(getattr(total, name), lang)], className="verdict-number")
        parts.append(html.Span([sign + t(da, en), number]))
    return html.Div(parts, className="key across-key")


def matrix_table(context: Reader, matrix: Across, views: Sequence[View]) -> html.Div:
    """Indicators as rows by family, databases as columns; counts per database on top, per indicator to the right."""
    t, lang = context.t, context.lang
    own, results = queries(context, views), _results(context, matrix)
    columns = [tables.Heading(t("Indikator", "Indicator"), "left", css="across-name")]
    columns += [tables.Heading(_head(context, view), "centre", css="across-db") for view in views]
    columns += [
        tables.Heading(
            html.Span([marks.mark(name), html.Span(verdicts.verdict_text(name, lang), className="visually-hidden")]),
            "right",
            css="across-sum" + (" is-first" if name == "not_met" else ""),
        )
        for name in JUDGED
    ]
    blank = [None] * len(JUDGED)
    counts = {view.database: matrix.of_database(view.database) for view in views}
    total = matrix.total
    sums = []
    for name, da, en in counted_fields(matrix):
        values = [_sum(getattr(counts[view.database], name), name, lang) for view in views]
        at = JUDGED.index(name) if name in JUDGED else None
        ends: list = list(blank)
        if at is not None:
            ends[at] = html.Strong(fmt.count(getattr(total, name), lang))
        shape = [marks.mark(name), " "] if at is not None else []
        sums.append(tables.Row(html.Span([*shape, t(da, en)]), [*values, *ends], kind="sum"))
    groups = [tables.Group(t("Antal pr. database", "Number per database"), tuple(sums))]
    for family in FAMILIES:
        lines = [line for line in matrix.lines if line.indicator.family == family.id]
        if lines:
            rows = tuple(_line(context, matrix, views, own, line, results) for line in lines)
            groups.append(tables.Group(family.title.in_(lang), rows))
    caption = t(
        f"Indikatorer på tværs af databaser, {region_name(context, matrix)}: vurdering og andel i procent",
        f"Indicators across databases, {region_name(context, matrix)}: verdict and share in per cent",
    )
    return tables.table(caption, columns, groups, css="across", id="matrix")


def _head(context: Reader, view: View) -> html.Span:
    code = dcc.Link(view.database, href=link_to(context, "/", view))
    return html.Span([code, html.Span(period_of(view), className="across-period")], className="across-head")


def _sum(value: int, name: str, lang: str) -> object:
    text = fmt.count(value, lang)
    if value == 0:
        return html.Span(text, className="light")
    return html.Span(text, className="is-bad") if name == "not_met" else text


def _results(context: Reader, matrix: Across) -> dict[str, Line]:
    """database.indicator.site → the result, as the file has it."""
    return {line.row.key: line for line in of_results(context, matrix).lines}


def _line(
    context: Reader,
    matrix: Across,
    views: Sequence[View],
    own: dict[str, str],
    line: AcrossRow,
    results: dict[str, Line],
) -> tables.Row:
    lang = context.lang
    title = line.title.in_(lang)
    beside = [line.indicator.qualifier.in_(lang)] if line.indicator.qualifier is not None else []
    goal = standard_text(matrix, line, lang)
    if goal and is_target(matrix, line):
        goal = f"{context.t('udviklingsmål', 'target')} {goal}"
    below = " · ".join(part for part in (*beside, goal) if part)
    head = html.Span([title, html.Span([" ", below], className="across-aside")]) if below else title
    counts = matrix.of_line(line)
    ends = [_sum(getattr(counts, name), name, lang) for name in JUDGED]
    if not counts.judged:
        ends = [None] * len(JUDGED)
    return tables.Row(
        head, [*[_cell(context, own[view.database], results.get(_key(view, line))) for view in views], *ends]
    )


def _key(view: View, line: AcrossRow) -> str:
    return f"{view.database}.{line.indicator.id}.{line.site}"


def _cell(context: Reader, query: str, found: Line | None) -> object:
    """Mark and rate as a link to the database's indicator; a sign where there is none."""
    if found is None:
        return None
    state, word = found["verdict"].key, found["verdict"].text
    if state in ("not_reported", "no_data"):
        return html.Span(SIGNS[state], className="across-none", role="img", **{"aria-label": word})
    more = f"&lokalisation={found['site']}" if found["site"] else ""
    href = f"/indikator/{found['id']}{query}{more}"
    if found.number("rate") is None:
        spoken = html.Span(f" {word}", className="visually-hidden")
        return dcc.Link(
            [SIGNS[state if state in SIGNS else "hidden"], spoken], href=href, className="across-cell is-hidden"
        )
    number = fmt.percent_number(found["rate"], 1, context.lang)
    css = f"across-cell is-{state.replace('_', '-')}"
    if state == "no_standard":
        return dcc.Link(number, href=href, className=css)
    # The word stands inside the mark, out of sight: one element where there are hundreds.
    mark = html.Span(f"{word} ", className=f"mark mark-{state.replace('_', '-')}")
    return dcc.Link([mark, number], href=href, className=css)


# --- the list of databases -----------------------------------------------------------------------


def list_table(context: Reader, matrix: Across, views: Sequence[View]) -> html.Div:
    """One row per database: year, counts, and the standards not met by name."""
    t, lang = context.t, context.lang
    known = {view.database: view for view in views}

    def name(line: Line) -> html.Span:
        link = dcc.Link(line["database"], href=link_to(context, "/", known[line["database"]]))
        return html.Span([link, html.Span([" ", line["title"]], className="aside")])

    def count(key: str) -> tables.Draw:
        return lambda line: _sum(line[key], key, lang)

    columns = [
        tables.Heading("Database", "left", width="22%", of="database", draw=name),
        tables.Heading(of="year", align="left", width="8%"),
        *[
            tables.Heading(
                marks.verdict(key, lang), "left", css="across-count", width="7.5%", of=key, draw=count(key)
            )
            for key in JUDGED
        ],
        tables.Heading(
            t("Ikke opfyldte standarder", "Standards not met"), "left", css="across-missed",
            draw=lambda line: _missed(context, matrix, known[line["database"]]),
        ),
    ]  # fmt: skip
    return tables.drawn(context, of_databases(context, matrix, views), columns, css="across-list", whole_rows=False)


def of_databases(context: Reader, matrix: Across, views: Sequence[View]) -> Table:
    """One row per database: how many standards have which verdict."""
    t = context.t
    columns = (
        *of(Kind.CODE, "Database", keys="database"), *of(Kind.TEXT, t("Titel", "Title"), keys="title"),
        *of(Kind.PERIOD, t("År", "Year"), keys="year"),
        *of(Kind.COUNT, *(verdicts.verdict_text(name, context.lang) for name in JUDGED), keys=" ".join(JUDGED)),
    )  # fmt: skip
    rows = []
    for view in views:
        counts = matrix.of_database(view.database)
        values = (view.database, _title(context, view), period_of(view), *(getattr(counts, name) for name in JUDGED))
        rows.append(TableRow(values, key=view.database))
    return Table(t("Vurderinger pr. database", "Verdicts by database"), columns, tuple(rows), id="vurderinger")


def _title(context: Reader, view: View) -> str:
    about = reference.database(view.database)
    return context.t(about.title_da, about.title_en)


def _missed(context: Reader, matrix: Across, view: View) -> object:
    lines = matrix.with_kind(view.database, "not_met")
    if not lines:
        return html.Span(context.t("ingen", "none"), className="light")
    return html.Ul([html.Li(_missed_link(context, matrix, view, line)) for line in lines])


def _missed_link(context: Reader, matrix: Across, view: View, line: AcrossRow) -> dcc.Link:
    href = link_to(context, f"/indikator/{line.indicator.id}", view, line.site)
    rate = html.Span(fmt.percent(matrix.cells[view.database, line].rate, 1, context.lang), className="across-rate")
    return dcc.Link([html.Span(label(line, context.lang)), " ", rate], href=href)


def cards(context: Reader, matrix: Across, views: Sequence[View]) -> html.Div:
    """On a phone: one card per database with its counts and the standards not met."""
    lang = context.lang
    articles = []
    for view in views:
        counts = matrix.of_database(view.database)
        numbers = [
            html.Span(
                [marks.mark(name), " ", fmt.count(getattr(counts, name), lang), " ", verdicts.verdict_text(name, lang)]
            )
            for name in JUDGED
        ]
        rest = [
            f"{fmt.count(value, lang)} {context.t(da, en)}"
            for name, da, en in COUNTED[3:]
            if (value := getattr(counts, name))
        ]
        missed = [
            html.Li(_missed_link(context, matrix, view, line)) for line in matrix.with_kind(view.database, "not_met")
        ]
        head = html.Div(
            [
                html.H3(dcc.Link(f"{view.database} · {_title(context, view)}", href=link_to(context, "/", view))),
                html.Span(period_of(view), className="across-card-period"),
            ],
            className="card-head",
        )
        body: list = [head, html.P(numbers, className="across-card-counts")]
        if rest:
            body.append(html.P(" · ".join(rest), className="card-standard"))
        if missed:
            body.append(html.Ul(missed, className="across-card-missed"))
        articles.append(html.Article(body, className="card"))
    return html.Div(articles, className="across-cards")


def why(context: Reader, matrix: Across) -> html.Details | None:
    """The reasons for what is not reported, behind one heading."""
    found = reasons(context, matrix)
    if not found:
        return None
    items = [
        html.Li([html.Span(reason, className="across-reason"), " ", fmt.listed(titles, context.lang), "."])
        for reason, titles in found
    ]
    text = context.t("Hvorfor er noget ikke opgjort?", "Why are some not reported?")
    return html.Details([html.Summary(text), html.Ul(items, className="across-reasons")], className="twin")


def section_title(context: Reader) -> str:
    """The heading of the list of databases."""
    return context.t("Ikke opfyldte standarder pr. database", "Standards not met by database")


def links_note(parts: Sequence[object]) -> html.P:
    """The downloads below the matrix."""
    return html.P(list(parts), className="across-links")


# --- download ------------------------------------------------------------------------------------


def of_results(context: Reader, matrix: Across) -> Table:
    """One row per database × indicator."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.CODE, "Database", keys="database"), *of(Kind.TEXT, t("Titel", "Title"), keys="title"),
        *of(Kind.PERIOD, t("Periode", "Period"), keys="period"),
        *of(Kind.TEXT, t("Enhed", "Unit"), t("Indikator", "Indicator"), keys="unit indicator"),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site"), keys="id site"),
        *of(Kind.COUNT, t("Tæller", "Numerator"), t("Nævner", "Denominator"), t("Uoplyst", "Missing"),
            keys="numerator denominator missing"),
        *of(Kind.SHARE, t("Andel", "Share"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%"),
            keys="rate lower upper"),
        *of(Kind.TEXT, "Standard", t("Art", "Kind"), t("Vurdering", "Verdict"), t("Årsag", "Reason"),
            keys="standard standard_kind verdict reason"),
    )  # fmt: skip
    rows: list[TableRow] = []
    unit = region_name(context, matrix)
    for view in matrix.views:
        for line in matrix.lines:
            state = matrix.state(view.database, line)
            if state is None:
                continue
            reason = matrix.reasons.get((view.database, line))
            cell = matrix.cells.get((view.database, line))
            said = verdict(context, state) if cell is None else verdict_of(context, cell)
            values = _values(context, line, cell) if cell is not None else (*(Said.NOT_REPORTED,) * 6, None, None)
            rows.append(
                TableRow(
                    (view.database, _title(context, view), period_of(view), unit, label(line, lang), line.indicator.id,
                     line.site, *values, said, reason.in_(lang) if reason is not None else None),
                    key=f"{view.database}.{line.indicator.id}.{line.site}",
                    link=Link("indicator", line.indicator.id, line.site),
                )
            )  # fmt: skip
    title = t(f"Indikatorer på tværs af databaser, {unit}", f"Indicators across databases, {unit}")
    return Table(title, columns, tuple(rows), id="paa-tvaers")


def sheet(context: Reader, matrix: Across) -> Sheet:
    """The table as a file."""
    t = context.t
    own = {
        "Database",
        t("Periode", "Period"),
        t("Patienter", "Patients"),
        t("Data til og med", "Data up to and including"),
        t("Ikke leveret", "Not delivered"),
    }
    cuts = sorted({view.info.data_cut.isoformat() for view in matrix.views})
    marked = (
        ("Database", t("alle databaser", "all databases")),
        (
            t("Periode", "Period"),
            t(
                "hver databases seneste opgørelsesår med forløb og fuld opfølgning",
                "each database's latest year with cases and full follow-up",
            ),
        ),
        (t("Patienter", "Patients"), t("alle patienter", "all patients")),
        (t("Data til og med", "Data up to and including"), ", ".join(cuts)),
        *(pair for pair in stamp(context) if pair[0] not in own),
    )
    years = sorted({view.period for view in matrix.views})
    span = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
    everything = t("alle-databaser", "all-databases")
    return Sheet(t("På tværs", "Across databases"), of_results(context, matrix), marked, span, everything)


def _values(context: Reader, line: AcrossRow, cell: Cell) -> tuple[Value, ...]:
    hidden = Said.HIDDEN
    numerator = None if line.indicator.survival_years and not cell.hidden else cell.numerator
    shown = tuple(hidden if cell.hidden else value for value in (numerator, cell.denominator))
    missing = hidden if cell.missing is None else cell.missing
    limits = tuple(hidden if cell.hidden else value for value in (cell.rate, cell.lower, cell.upper))
    goal = cell.standard
    standard = fmt.standard(goal.operator, goal.value, context.lang) if goal is not None else None
    words = {"standard": "standard", "target": context.t("udviklingsmål", "target")}
    return (*shown, missing, *limits, standard, words[goal.kind] if goal is not None else None)


def section(context: Reader, *children: object) -> html.Section:
    """The list of databases with its heading."""
    return shell.section(section_title(context), *children, id="databaser")
