"""Parts of the overview: key, table, the phone's cards, what is left out, the download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc

from exports.cells import missing_share
from indicators.catalogue import BY_ID
from layouts.frame import shell
from layouts.parts import answers, html, marks, tables
from results.audit import NATION, Cell, OverviewRow
from results.table import Column, Kind, Line, Role, Said, Table
from words import answer, delivered, values, verdicts
from words import format as fmt
from words.answer import Answer
from words.overview import aside, current, left_out, lowered, period_span, shown, tally_of
from words.reader import Reader
from words.verdicts import GRADES

HIGH = 0.05  # above this share the uoplyste stand in amber
MISSING = Column("", Kind.COUNT)


def link_to(context: Reader, row: OverviewRow) -> str:
    """The indicator's page, of the row's site."""
    extra = (("lokalisation", row.site),) if row.site else ()
    return context.to(f"/indikator/{row.indicator.id}", extra=extra)


def key(context: Reader, rows: Sequence[OverviewRow]) -> html.Div:
    """One line: how many rows have which verdict, and what the marks mean."""
    t, lang = context.t, context.lang
    counts = tally_of(rows)
    parts: list = [marks.verdict(name, lang, number=fmt.count(getattr(counts, name), lang)) for name in GRADES]
    quiet = (
        ("no_standard", t("uden standard", "without standard")),
        ("target", t("udviklingsmål", "development target" if counts.target == 1 else "development targets")),
        ("not_mature", t("ikke modne endnu", "not yet mature")),
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


def table(context: Reader, rows: Sequence[OverviewRow], shown_table: Table) -> html.Div:
    """The indicators of ``rows`` by family, one row each."""
    t = context.t
    caption = t(
        f"Indikatorer i {context.database} {context.period_label}: Danmark og regionerne mod standarden",
        f"Indicators of {context.database} {context.period_label}: Denmark and the regions against the standard",
    )
    columns, lines = _columns(context, shown_table, rows), _lines(shown_table, rows)
    drawn = tables.drawn(context, shown_table, columns, css="overview", caption=caption, id="indikatorer", lines=lines)
    return html.Div([drawn, answers.cards(context, _cards(context, rows))], className="answers")


def _cards(context: Reader, rows: Sequence[OverviewRow]) -> dict[str, Answer]:
    """What the marks of each row say: the country's and the regions' result."""
    cards = {}
    for row in rows:
        nation = current(row)
        about = f"{row.title.in_(context.lang)} · {context.period_label}"
        opens = (context.t("Åbn indikatoren", "Open the indicator"), link_to(context, row))
        country = "" if nation.rate is None else fmt.percent(nation.rate, 1, context.lang)
        units = (
            (NATION, context.t("Danmark", "Denmark"), nation),
            *((one.code, one.name, c) for one, c in row.regions),
        )
        for code, name, cell in units:
            if cell.rate is not None:
                place = answer.country(context, country) if code != NATION and country else ""
                made = answer.of_cell(context, row.indicator, cell, name, about, opens, place)
                cards[answers.key(code, f"{row.indicator.id}.{row.site}")] = made
    return cards


def in_order(
    context: Reader, rows: Sequence[OverviewRow], shown_table: Table
) -> tuple[html.Details, list[OverviewRow]]:
    """For phones, which have no table: the menu of its orders, and the rows as the reader has sorted it."""
    columns = _columns(context, shown_table, rows)
    # A phone groups by verdict, not by family.
    lines = [replace(line, row=replace(line.row, group="")) for line in _lines(shown_table, rows)]
    known = {(row.indicator.id, row.site): row for row in rows}
    sorted_lines = tables.in_order(context, shown_table, columns, lines)
    return tables.order_menu(context, shown_table, columns), [known[one["id"], one["site"]] for one in sorted_lines]


def _lines(shown_table: Table, rows: Sequence[OverviewRow]) -> list[Line]:
    known = {(row.indicator.id, row.site) for row in rows}
    return [line for line in shown_table.lines if (line["id"], line["site"]) in known]


def _columns(context: Reader, shown_table: Table, rows: Sequence[OverviewRow]) -> list[tables.Heading]:
    t = context.t
    heading = html.Span(
        [
            html.Span(t("← dårligere", "← worse")),
            html.Span(t("standard", "standard")),
            html.Span(t("bedre →", "better →")),
        ],
        className="strip-heading",
    )
    known = {(row.indicator.id, row.site): row for row in rows}
    places = _Places(context, shown_table)
    return [
        tables.Heading(
            t("Indikator", "Indicator"), "left", width="22.5%", of="indicator",
            draw=lambda line: _title(context, known[line["id"], line["site"]]),
        ),
        tables.Heading(
            t("Standard", "Standard"), "left", width="7.5%", of="standard standard_kind", key="standard",
            value=lambda line: line["goal"],
            draw=lambda line: _standard(context, line),
        ),
        tables.Heading(
            t(f"Danmark {context.period_label}", f"Denmark {context.period_label}"), "left",
            sub=t("% (95 %-interval)", "% (95% interval)"), width="10.5%", of="rate lower upper",
            draw=lambda line: _value(context, line),
        ),
        tables.Heading(heading, "left", css="has-strip", width="26%", draw=lambda line: _strip(context, line, places)),
        tables.Heading(period_span(context), "left", width="8%", draw=lambda line: _trend(context, line, places)),
        tables.Heading(
            t("Tæller/nævner", "Num./denom."), width="9%", of="denominator numerator",
            draw=lambda line: _counts(context, line),
        ),
        tables.Heading(
            t("Uoplyst", "Missing"), width="6.5%", of="missing", draw=lambda line: _missing(context, line)
        ),
        tables.Heading(
            t("Vurdering", "Verdict"), "left", css="has-verdict", width="9.5%",
            of="verdict probability settles three_years", key="verdict", value=lambda line: line["verdict"],
            draw=lambda line: _verdict(context, line),
        ),
    ]  # fmt: skip


class _Places:
    """The rows of the regions now and of the country in other years, beside a row of the page."""

    def __init__(self, context: Reader, shown: Table) -> None:
        self.periods = tuple(
            fmt.period(period, context.first_month, context.lang) for period in context.view.three_periods
        )
        self._regions: dict[tuple, list[Line]] = {}
        self._nation = {}
        for row in shown.rows:
            line = Line(row, shown.places)
            name = (line["id"], line["site"])
            if line["code"] == "" and row.role is not Role.REGION:
                self._nation[(*name, line["period"])] = line
            elif line["period"] == self.periods[-1] and line["code"]:
                self._regions.setdefault(name, []).append(line)

    def regions(self, line: Line) -> list[Line]:
        return self._regions.get((line["id"], line["site"]), [])

    def over_time(self, line: Line) -> list[float | None]:
        there = (self._nation.get((line["id"], line["site"], period)) for period in self.periods)
        return [None if one is None else one.number("rate") for one in there]


def _verdict(context: Reader, line: Line) -> object:
    """Mark and word, the probability of a *probably*, and below what would settle it and what three years say."""
    named, lang = line["verdict"], context.lang
    likely = line.number("probability")
    number = None if likely is None else verdicts.probability_text(likely, lang)
    mark = marks.verdict(named.key, lang, text=named.text, number=number)
    below = verdicts.below(line["settles"], line["three_years"], named.key, lang)
    return tables.cell(mark, below) if below else mark


def _title(context: Reader, row: OverviewRow) -> html.Span:
    beside = aside(context, row)
    title = dcc.Link(row.title.in_(context.lang), href=link_to(context, row))
    return html.Span([title, html.Span([" ", beside], className="aside")] if beside else [title])


def _standard(context: Reader, line: Line) -> object:
    if line["standard"] is None:
        return html.Span(fmt.NONE, className="light")
    if line["standard_kind"].key == "target":
        return tables.cell(line["standard"], context.t("udviklingsmål", "target"))
    return line["standard"]


def _value(context: Reader, line: Line) -> object:
    rate = line.number("rate")
    if rate is None:
        return html.Span(values.percent_number(line, "rate", context.lang), className="light")
    interval = f"({values.limits(line, 'lower', 'upper', context.lang)})"
    return html.Span(
        [
            html.Span(fmt.percent_number(rate, 1, context.lang), className="value-main"),
            " ",
            html.Span(interval, className="value-interval"),
        ],
        className="no-wrap",
    )


def estimate(cell: Cell, name: str) -> marks.Estimate:
    """The cell as a mark draws it."""
    return marks.Estimate(cell.rate, cell.lower, cell.upper, cell.said, name)


def _mark_of(line: Line, name: str) -> marks.Estimate:
    limits = (line.number("rate"), line.number("lower"), line.number("upper"))
    known, of = line["code"] or NATION, f"{line['id']}.{line['site']}"
    return marks.Estimate(*limits, line["verdict"].key, name, known, of)


def _strip(context: Reader, line: Line, places: _Places) -> object:
    nation = _mark_of(line, context.t("Danmark", "Denmark"))
    regions = [_mark_of(one, one["unit"]) for one in places.regions(line)]
    numbers = [value for value in (nation.value, nation.lower, nation.upper) if value is not None]
    numbers += [one.value for one in regions if one.value is not None]
    if not numbers:
        return None
    better = "higher" if BY_ID[line["id"]].higher_is_better else "lower"
    goal = line["goal"]
    if goal is None:
        return marks.strip(marks.scale_over(numbers, better), nation, regions, lang=context.lang)
    return marks.strip(
        marks.scale_holding(goal, numbers, better),
        nation,
        regions,
        standard=goal,
        kind=line["standard_kind"].key,
        lang=context.lang,
    )


def _trend(context: Reader, line: Line, places: _Places) -> object:
    rates = places.over_time(line)
    texts = [
        f"{period}: {fmt.NONE if rate is None else fmt.percent(rate, 1, context.lang)}"
        for period, rate in zip(places.periods, rates, strict=True)
    ]
    return marks.sparkline(rates, "; ".join(texts), standard=line["goal"])


def _counts(context: Reader, line: Line) -> object:
    text = values.fraction(line, "numerator", "denominator", context.lang)
    if line["denominator"] is Said.HIDDEN:
        return html.Span(text, className="light")
    if BY_ID[line["id"]].survival_years:
        # Kaplan–Meier has no numerator: the cases alone.
        return tables.cell(text, context.t("forløb", "cases"))
    return text


def _missing(context: Reader, line: Line) -> object:
    text = values.text(MISSING, line["missing"], context.lang)
    if not line.number("missing"):
        return html.Span(text, className="light")
    share = missing_share(line)
    if share is None:
        return text
    high = " is-high" if share > HIGH else ""
    below = html.Span(fmt.percent(share, 1, context.lang), className=f"cell-sub{high}")
    return html.Span([html.Span(text, className="cell-main"), below], className="cell")


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
        "hver række. Kun regioner, der klart ikke opfylder standarden, er navngivet. "
        "Intervaller er eksakte binomiale. Uoplyste står uden for nævneren.",
        "The standard stands on the same vertical line in all rows; right is always better, and the ends of the scale "
        "are printed at each row. Only regions that clearly do not meet the standard "
        "are named. Intervals are exact binomial. The missing are outside the denominator.",
    )
    parts: list = [[html.Strong(t("Sådan læses listen.", "How to read the list.")), " ", first], verdicts.how(context)]
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


# --- the table -----------------------------------------------------------------------------------
