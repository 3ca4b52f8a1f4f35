"""Parts of the overview: key, table, the phone's cards, what is left out, the download."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from exports.cells import cell_columns, cell_values
from exports.files import Sheet
from exports.registry import stamp
from indicators.declaration import FAMILIES
from layouts.frame import shell
from layouts.parts import html, marks, tables
from results.across import overview_units
from results.audit import Cell, OverviewRow
from results.table import Kind, Said, Value, of
from words import delivered
from words import format as fmt
from words.indicator import full_name
from words.overview import aside, current, left_out, lowered, period_span, shown, tally_of
from words.reader import Reader

HIGH = 0.05  # above this share the uoplyste stand in amber


def link_to(context: Reader, row: OverviewRow) -> str:
    """The indicator's page, of the row's site."""
    extra = (("lokalisation", row.site),) if row.site else ()
    return context.to(f"/indikator/{row.indicator.id}", extra=extra)


def key(context: Reader, rows: Sequence[OverviewRow]) -> html.Div:
    """One line: how many rows have which verdict, and what the marks mean."""
    t, lang = context.t, context.lang
    counts = tally_of(rows)
    parts: list = [
        marks.verdict(name, lang, number=fmt.count(getattr(counts, name), lang))
        for name in ("met", "uncertain", "not_met")
    ]
    quiet = (
        ("no_standard", t("uden standard", "without standard")),
        ("target", t("udviklingsmål", "development target" if counts.target == 1 else "development targets")),
        ("hidden", t("skjult", "hidden")),
        ("no_data", t("ingen forløb", "no cases")),
        ("not_reported", t("ikke opgjort", "not reported")),
    )
    for name, text in quiet:
        if value := getattr(counts, name):
            number = html.Span([" ", fmt.count(value, lang)], className="verdict-number")
            parts.append(html.Span([text, number], className="key-plain"))
    meaning = html.Span(
        [
            marks.key_entry("point", t("Danmark, 95 %-interval", "Denmark, 95% interval")),
            marks.key_entry("region", t("region", "region")),
            marks.key_entry("region-bad", t("region, der klart ikke opfylder", "region that clearly does not meet it")),
            marks.key_entry("standard", t("standard", "standard")),
        ],
        className="key-meaning",
    )
    return html.Div([html.Div(parts, className="key"), meaning], className="overview-key")


def table(context: Reader, rows: Sequence[OverviewRow]) -> html.Div:
    """All indicators by family, one row each."""
    t = context.t
    heading = html.Span(
        [
            html.Span(t("← dårligere", "← worse")),
            html.Span(t("standard", "standard")),
            html.Span(t("bedre →", "better →")),
        ],
        className="strip-heading",
    )
    columns = [
        tables.Heading(t("Indikator", "Indicator"), "left", width="22.5%"),
        tables.Heading(t("Standard", "Standard"), "left", width="7.5%"),
        tables.Heading(
            t(f"Danmark {context.period_label}", f"Denmark {context.period_label}"),
            "left",
            sub=t("% (95 %-interval)", "% (95% interval)"),
            width="10.5%",
        ),
        tables.Heading(heading, "left", css="has-strip", width="26%"),
        tables.Heading(period_span(context), "left", width="8%"),
        tables.Heading(t("Tæller/nævner", "Num./denom."), width="9%"),
        tables.Heading(t("Uoplyst", "Missing"), width="6.5%"),
        tables.Heading(t("Vurdering", "Verdict"), "left", css="has-verdict", width="9.5%"),
    ]
    groups = []
    for family in FAMILIES:
        members = [row for row in rows if row.indicator.family == family.id]
        if members:
            lines = tuple(_row(context, row) for row in members)
            groups.append(tables.Group(family.title.in_(context.lang), lines))
    caption = t(
        f"Indikatorer i {context.database} {context.period_label}: Danmark og regionerne mod standarden",
        f"Indicators of {context.database} {context.period_label}: Denmark and the regions against the standard",
    )
    return tables.table(caption, columns, groups, css="overview", id="indikatorer")


def _row(context: Reader, row: OverviewRow) -> tables.Row:
    lang, cell = context.lang, current(row)
    beside = aside(context, row)
    title = dcc.Link(row.title.in_(lang), href=link_to(context, row))
    head = [title, html.Span([" ", beside], className="aside")] if beside else [title]
    return tables.Row(
        html.Span(head),
        [
            _standard(context, row),
            _value(context, cell),
            _strip(context, row),
            _trend(context, row),
            _counts(context, row, cell),
            _missing(context, cell),
            marks.verdict(cell.state, lang, threshold=context.threshold),
        ],
    )


def _standard(context: Reader, row: OverviewRow) -> object:
    if row.standard is None:
        return html.Span(fmt.NONE, className="light")
    text = fmt.standard(row.standard.operator, row.standard.value, context.lang)
    return tables.cell(text, context.t("udviklingsmål", "target")) if row.is_target else text


def _value(context: Reader, cell: Cell) -> object:
    if cell.rate is None:
        text = context.t("skjult", "hidden") if cell.hidden else fmt.NONE
        return html.Span(text, className="light")
    interval = f"({fmt.interval(cell.lower, cell.upper, 1, context.lang)})"
    return html.Span(
        [
            html.Span(fmt.percent_number(cell.rate, 1, context.lang), className="value-main"),
            " ",
            html.Span(interval, className="value-interval"),
        ],
        className="no-wrap",
    )


def estimate(cell: Cell, name: str) -> marks.Estimate:
    """The cell as a mark draws it."""
    return marks.Estimate(cell.rate, cell.lower, cell.upper, cell.state, name)


def _strip(context: Reader, row: OverviewRow) -> object:
    cell = current(row)
    regions = [estimate(one, unit.name) for unit, one in row.regions]
    values = [value for value in (cell.rate, cell.lower, cell.upper) if value is not None]
    values += [one.value for one in regions if one.value is not None]
    if not values:
        return None
    better = "higher" if row.indicator.higher_is_better else "lower"
    if row.standard is None:
        return marks.strip(
            marks.scale_over(values, better),
            estimate(cell, context.t("Danmark", "Denmark")),
            regions,
            lang=context.lang,
        )
    return marks.strip(
        marks.scale_holding(row.standard.value, values, better),
        estimate(cell, context.t("Danmark", "Denmark")),
        regions,
        standard=row.standard.value,
        kind=row.standard.kind,
        lang=context.lang,
    )


def _trend(context: Reader, row: OverviewRow) -> object:
    periods = context.view.three_periods
    values = [row.nation[period].rate for period in periods]
    texts = []
    for period, value in zip(periods, values, strict=True):
        text = fmt.percent(value, 1, context.lang) if value is not None else fmt.NONE
        texts.append(f"{fmt.period(period, context.first_month)}: {text}")
    standard = row.standard.value if row.standard is not None else None
    return marks.sparkline(values, "; ".join(texts), standard=standard)


def _counts(context: Reader, row: OverviewRow, cell: Cell) -> object:
    if cell.hidden:
        return html.Span(context.t("skjult", "hidden"), className="light")
    if row.indicator.survival_years:
        # Kaplan–Meier has no numerator: the cases alone.
        return tables.cell(fmt.count(cell.denominator, context.lang), context.t("forløb", "cases"))
    return fmt.fraction(cell.numerator, cell.denominator, context.lang)


def _missing(context: Reader, cell: Cell) -> object:
    if cell.missing is None:
        return html.Span(context.t("skjult", "hidden"), className="light")
    number = fmt.count(cell.missing, context.lang)
    if cell.missing == 0:
        return html.Span(number, className="light")
    share = cell.missing_share
    if share is None:
        return number
    high = " is-high" if share > HIGH else ""
    below = html.Span(fmt.percent(share, 1, context.lang), className=f"cell-sub{high}")
    return html.Span([html.Span(number, className="cell-main"), below], className="cell")


# --- below the table -----------------------------------------------------------------------------


def absent(context: Reader, rows: Sequence[OverviewRow]) -> html.Section | None:
    """The indicators that are no rows of the table, with the reason."""
    reasons = left_out(context, rows)
    if not reasons:
        return None
    items = [
        html.Li([html.Span(_listed(titles, context.lang), className="absent-names"), " ", reason])
        for reason, titles in reasons
    ]
    return shell.section(
        context.t("Ikke opgjort", "Not reported"), html.Ul(items, className="absent"), id="ikke-opgjort"
    )


def _listed(titles: Sequence[str], lang: str) -> str:
    return fmt.listed([titles[0], *map(lowered, titles[1:])], lang)


def how_to_read(context: Reader, rows: Sequence[OverviewRow]) -> list:
    """The paragraphs of the page's foot."""
    t = context.t
    first = t(
        "Standarden ligger på samme lodrette linje i alle rækker; højre er altid bedre, og skalaens ender står ved "
        "hver række. Vurderingen er klar (● eller ○), når hele 95 %-intervallet ligger på samme side af standarden, og "
        "manglende oplysninger ikke kan ændre den; ellers ◐ usikkert. Kun regioner, der klart ikke opfylder "
        "standarden, er navngivet. Intervaller er eksakte binomiale. Uoplyste står uden for nævneren.",
        "The standard stands on the same vertical line in all rows; right is always better, and the ends of the scale "
        "are printed at each row. A verdict is clear (● or ○) when the whole 95% interval lies on one side of the "
        "standard and missing data could not change it; otherwise ◐ uncertain. Only regions that clearly do not meet "
        "the standard are named. Intervals are exact binomial. The missing are outside the denominator.",
    )
    parts: list = [[html.Strong(t("Sådan læses listen.", "How to read the list.")), " ", first]]
    if any(row.indicator.survival_years for row in shown(rows)):
        parts.append(
            t(
                "Overlevelse er skønnet med Kaplan-Meier og har derfor ingen tæller; årgangen er den, der er fulgt i "
                "henholdsvis et og fem år.",
                "Survival is estimated with Kaplan–Meier and so has no numerator; the cohort is the one followed for "
                "one and five years.",
            )
        )
    parts += delivered.notes(context, [row.indicator for row in rows])
    if context.view.edition.hides:
        parts.append(
            t(
                f"Skjult: resultater på færre end {context.threshold}, og de resultater, som de ellers kunne regnes ud "
                "fra. Skjulte regioner har intet punkt.",
                f"Hidden: results on fewer than {context.threshold}, and those from which they could be worked out. "
                "Hidden regions have no dot.",
            )
        )
    return parts


# --- download ------------------------------------------------------------------------------------


def sheet(context: Reader, rows: Sequence[OverviewRow]) -> Sheet:
    """One row per indicator × unit (Danmark, regions) × period."""
    t = context.t
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator")),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site")),
        *of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")),
        *of(Kind.PERIOD, t("Periode", "Period")), *cell_columns(context),
    )  # fmt: skip
    lines: list[tuple[Value, ...]] = []
    for row in rows:
        if row.not_reported is not None:
            label = fmt.period(context.period, context.first_month)
            identity = (row.title.in_(context.lang), row.indicator.id, row.site, t("Danmark", "Denmark"), "", label)
            reason = f"{Said.NOT_REPORTED.in_(context.lang)}: {row.not_reported.in_(context.lang)}"
            lines.append((*identity, *(Said.NOT_REPORTED,) * 8, None, None, reason))
            continue
        for unit, period, cell in overview_units(context.view, row.indicator.id, row.site):
            name = full_name(context, unit)
            label = fmt.period(period, context.first_month)
            identity = (row.title.in_(context.lang), row.indicator.id, row.site, name, unit.code, label)
            lines.append((*identity, *cell_values(context, row, cell)))
    title = t(
        f"Indikatorer i {context.database}, {period_span(context)}",
        f"Indicators of {context.database}, {period_span(context)}",
    )
    return Sheet(t("Overblik", "Overview"), title, columns, tuple(lines), stamp(context), period_span(context))
