"""The data behind the report: coverage, delay, completeness, what was delivered, standards, breaks; and the methods."""

from __future__ import annotations

from data import reference
from exports import about, quality
from exports.indicator import of_units
from indicators.catalogue import BY_ID, why_not_reported
from reports.content import Block, Bullets, Paragraph, Part, PrintedTable, Shown, column, fraction, interval, unit
from results import quality as data
from results.audit import UnitTable, unit_table
from results.cube import DEFINITION_VERSION
from results.definitions import changes
from results.table import Line
from words import about as methods_text
from words import definitions, delivered, values
from words import format as fmt
from words import quality as text
from words.reader import Reader


def part(context: Reader) -> Part:
    """The section on data."""
    t, view = context.t, context.view
    found = text.Quality(
        _units(context, "coverage"), _units(context, "registered_30d"), data.completeness(view), data.delays(view)
    )
    blocks: list[Block] = [
        Paragraph(f"{text.finding(context, found).rstrip('.')}.", "finding"),
        Paragraph(text.lead(context, found)),
        Bullets(tuple(f"{label}: {value}." for label, value in _cut(context))),
    ]
    if said := delivered.notes(context):
        blocks.append(Bullets(tuple(said)))
    blocks += [_coverage(context, found.coverage)] if found.coverage is not None else []
    blocks += [_delay(context), _completeness(context), _tables(context)]
    blocks += _changes(context)
    return Part("datagrundlag", t("Datagrundlag", "Data basis"), 1, tuple(blocks), new_page=True)


def _units(context: Reader, indicator: str) -> UnitTable | None:
    if why_not_reported(BY_ID[indicator], context.view.info) is not None:
        return None
    return unit_table(context.view, indicator)


def _cut(context: Reader) -> list[tuple[str, str]]:
    t, lang, info = context.t, context.lang, context.view.info
    return [
        (t("Data til og med", "Data up to and including"), fmt.date(info.data_cut, lang)),
        (
            t("Diagnoser", "Diagnoses"),
            f"{fmt.date(info.period_start, lang)}{fmt.EN_DASH}{fmt.date(info.period_end, lang)}",
        ),
        (t("Udtræk", "Snapshot"), context.snapshot_id),
        (t("Definitionsversion", "Definition version"), DEFINITION_VERSION),
    ]


def _coverage(context: Reader, found: UnitTable) -> PrintedTable:
    t, lang = context.t, context.lang
    table = of_units(context, found)
    now = max({line["period"] for line in table.lines}, default="")
    lines = tuple(line for line in table.lines if line["period"] == now)
    columns = (
        unit(t("Enhed", "Unit")),
        fraction(t("Registreret/", "Registered/"), "numerator", "denominator", lang, sub=t("ventet", "expected"),
                 width=1.4),
        interval(t("Dækning", "Coverage"), "rate lower upper", lang, sub=t("% (95 % CI)", "% (95% CI)"), width=1.6),
        column(table, "verdict", lang, t("Vurdering", "Verdict"), width=1.2),
    )  # fmt: skip
    caption = t(f"Dækningsgrad, {now}.", f"Coverage, {now}.")
    return PrintedTable("daekning", table, columns, caption, lines=lines)


def _delay(context: Reader) -> PrintedTable:
    t, lang = context.t, context.lang
    table = quality.of_delays(context)
    columns = (
        unit(table.column("unit").name),
        column(table, "within_30", lang),
        column(table, "within_90", lang),
        column(table, "median", lang),
        column(table, "p90", lang, t("90 %-fraktil (dage)", "90th percentile (days)")),
        column(table, "missing", lang, width=0.8),
    )
    caption = t(f"Dage fra diagnose til indberetning, {context.period_label}.",
                f"Days from diagnosis to report, {context.period_label}.")  # fmt: skip
    return PrintedTable("forsinkelse", table, columns, caption)


def _completeness(context: Reader) -> PrintedTable:
    """The country's completeness of each variable, with the regions' shares beside it."""
    t, lang = context.t, context.lang
    table = quality.of_variables(context)
    lines = tuple(line for line in table.lines if line["place"] == "nation")
    places = table.index("column", "place")
    codes = [code for code in reference.region_order() if any((c, code) in places for c, _ in places)]

    def share(code: str):
        def draw(line: Line) -> str:
            there = places.get((str(line["column"]), code))
            return fmt.NONE if there is None else values.percent_number(there, "share", lang)

        return draw

    columns = (
        column(table, "variable", lang, width=2.0),
        fraction(t("Registreret/", "Registered/"), "registered", "cases", lang, sub=t("forløb", "cases"), width=1.6),
        Shown(t("Danmark", "Denmark"), lambda line: values.percent_number(line, "share", lang), "%"),
        *(Shown(reference.region_name(code).removeprefix("Region "), share(code), "%", width=1.4) for code in codes),
    )
    caption = t(f"Datakomplethed, {context.period_label}: andel af forløb, hvor variablen er registreret.",
                f"Completeness, {context.period_label}: share of cases with the variable registered.")  # fmt: skip
    return PrintedTable("komplethed", table, columns, caption, lines=lines)


def _tables(context: Reader) -> PrintedTable:
    lang = context.lang
    table = quality.of_extract(context)
    columns = (
        column(table, "title", lang, width=2.0),
        column(table, "delivered", lang, width=0.8),
        column(table, "rows", lang),
        column(table, "before", lang),
        column(table, "difference", lang),
        column(table, "not_reported", lang, width=3.0),
    )
    return PrintedTable("tabeller", table, columns, table.title + ".")


def _changes(context: Reader) -> list[Block]:
    """The standards with their source, what has changed in the definitions, and the breaks in the data."""
    t, lang = context.t, context.lang
    table = about.of_standards(context)
    columns = (
        column(table, "indicator", lang, width=2.6),
        column(table, "site", lang, width=1.3),
        Shown(t("Værdi", "Value"), lambda line: fmt.standard(line["operator"], line["value"], lang), width=0.9),
        column(table, "kind", lang, width=1.25),
        column(table, "holds_for", lang, width=1.3),
        column(table, "source", lang, width=2.1),
        column(table, "verified", lang, width=1.2),
    )
    caption = t(f"Standarder i {context.database}.", f"Standards of {context.database}.")
    head = t("Ændringer i definitionerne", "Changes of the definitions")
    said = tuple(definitions.sentences(context, changes(context.view)))
    blocks: list[Block] = [
        PrintedTable("standarder", table, columns, caption), Paragraph(head, "heading"), Bullets(said),
    ]  # fmt: skip
    found = []
    for one in reference.breaks():
        where = fmt.listed((reference.region_name(code) for code in one.regions), lang)
        where = f" ({where})" if where else ""
        cut = t("; kurverne brydes", "; the curves are broken") if one.gap else ""
        found.append(f"{one.letter}: {t(one.title_da, one.title_en)}{where}, {fmt.date(one.start, lang)}{cut}.")
    if found:
        blocks.append(
            Paragraph(t("Databrud, der ses på kurverne", "Breaks in the data, seen on the curves"), "heading")
        )
        blocks.append(Bullets(tuple(found)))
    return blocks


def methods(context: Reader) -> Part:
    """The appendix: the methods in plain words."""
    t, lang = context.t, context.lang
    parts = tuple(
        Part(f"metode-{one.id}", one.title.in_(lang), 3, tuple(Paragraph(text.in_(lang)) for text in one.paragraphs))
        for one in methods_text.methods(context)
    )
    return Part("metode", t("Bilag: metode", "Appendix: methods"), 1, (), parts, new_page=True)
