"""What the last load found and which tables the extract holds, as the page shows them."""

from __future__ import annotations

from dash import dcc

from data.delivered import undelivered
from data.schema import BY_NAME
from exports import quality as exports
from indicators.catalogue import CATALOGUE, why_not_reported
from layouts.about.parts import time_text
from layouts.frame import shell, visitor
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results import quality as data
from results.table import Line, Table
from words import format as fmt
from words import values
from words.quality import indicator_title, load_text, without_table
from words.reader import Reader


def load_findings(context: Reader) -> html.Section:
    """What the last load found."""
    t, lang = context.t, context.lang
    found = data.findings(context.view)
    parts: list = [html.P(_counted(context, found), className="quality-text")]
    if found:
        numbers = not context.view.edition.hides
        table = exports.of_findings(context)

        def code(line: Line) -> html.Code:
            return html.Code(f"{line['table']}.{line['column']}" if line["column"] else line["table"])

        columns = [
            tables.Heading(t("Fund", "Finding"), "left", of="finding", draw=lambda line: _finding(context, line)),
            tables.Heading(t("Art", "Kind"), "left", wide_only=True, of="kind"),
            tables.Heading(t("Kolonne", "Column"), "left", wide_only=True, of="table column", draw=code),
            tables.Heading(t("Rækker", "Rows"), of="rows", draw=lambda line: _rows(context, table, line)),
        ]
        if numbers:
            title = t("Første rækker", "First rows")
            first = tables.Heading(title, "left", wide_only=True, of="first_rows lines", draw=_first_rows(lang))
            columns.append(first)
        caption = t("Fund ved indlæsningen", "Findings of the load")
        parts.append(tables.drawn(context, table, columns, css="dense quality-table findings", caption=caption))
        parts.append(html.P(line(context.of_all_patients(), "fund"), className="section-links"))
    if visitor.is_registry() and not context.view.edition.hides:
        said = t("Hvad det seneste udtræk har ændret", "What the latest extract has changed")
        link = dcc.Link(said, href=context.to(f"/leverancer/{context.database}", unit=None), className="text-link")
        parts.append(html.P(link, className="section-links"))
    return shell.section(t("Sidste indlæsning", "The last load"), *parts, id="fund")


def _counted(context: Reader, found: tuple[data.LoadFinding, ...]) -> str:
    """How many warnings, and how many notes of what was normalised."""
    notes = sum(one.severity == "info" for one in found)
    return load_text(context, len(found) - notes, notes)


def _finding(context: Reader, line: Line) -> html.Span:
    """The finding, its place, the values at fault and the advice, as the command printed them."""
    t, title = context.t, line["column_title"]
    if line["part"]:
        title = t(f"{title} (del {line['part']})", f"{title} (part {line['part']})").strip()
    where = f"{line['table_title']}: {title}" if title else line["table"]
    more = []
    if not context.view.edition.hides:
        more = [line["values"] and f"{t('Værdier', 'Values')}: {line['values']}", line["advice"]]
    return tables.cell(line["finding"], where, *filter(None, more))


def _rows(context: Reader, table: Table, line: Line) -> object:
    t, lang = context.t, context.lang
    if line["rows"] == 0:
        return fmt.NONE  # a finding about the whole table
    many = values.text(table.column("rows"), line["rows"], lang)
    if line["of_rows"] and line.number("rows"):
        share, total = fmt.percent(line["rows"] / line["of_rows"], 1, lang), fmt.count(line["of_rows"], lang)
        return tables.cell(many, t(f"af {total}, {share}", f"of {total}, {share}"))
    return many


def _first_rows(lang: str) -> tables.Draw:
    """'1, 2, 5 (linje 2, 3, 6)'; a dash where the finding is of no rows."""

    def draw(line: Line) -> str:
        if not line["lines"]:
            return line["first_rows"] or fmt.NONE
        return f"{line['first_rows']} ({'linje' if lang == 'da' else 'line'} {line['lines']})"

    return draw


def columns_not_delivered(context: Reader, table: str) -> str:
    """The columns that a delivered table came without, and the indicators that are not reported for it; "" for none."""
    t, lang, info = context.t, context.lang, context.view.info
    gone = undelivered((f"{table}.{name}" for name in BY_NAME[table].names), info.columns)
    if not gone:
        return ""
    text = (
        t("uden kolonnerne ", "without the columns ") if len(gone) > 1 else t("uden kolonnen ", "without the column ")
    )
    text += fmt.listed([name.split(".")[1] for name in gone], lang)
    lost = [
        indicator_title(context, one) for one in CATALOGUE if set(gone) & set(one.needs) and why_not_reported(one, info)
    ]
    return text + (t("; ikke opgjort: ", "; not reported: ") + fmt.listed(lost, lang) if lost else "")


def extract_tables(context: Reader) -> html.Section:
    """The tables of the extract: rows now, before, and what is missing because a table was not delivered."""
    t, lang = context.t, context.lang
    info = context.view.info
    before, _ = data.changes(context.view)
    table = exports.of_extract(context)
    columns = [
        tables.Heading(t("Tabel", "Table"), "left", of="title", draw=lambda line: _table_name(context, line)),
        tables.Heading(t("Rækker", "Rows"), of="rows"),
    ]
    if before:
        columns += [
            tables.Heading(t("Før", "Before"), wide_only=True, of="before"),
            tables.Heading(
                t("Forskel", "Difference"), of="difference", draw=lambda line: _difference(context, table, line)
            ),
        ]
        text = t(f"Sammenlignet med udtræk {before}.", f"Compared with snapshot {before}.")
    else:
        text = t("Første udtræk: der er intet at sammenligne med.", "The first extract: nothing to compare with.")
    facts = shell.facts(
        [
            (t("Data til", "Data cut"), fmt.date(info.data_cut, lang)),
            *([(t("Dele", "Parts"), _parts(context))] if info.parts else []),
            (t("Indlæst", "Loaded"), time_text(info.loaded_at, lang)),
            (
                t("Periode", "Period"),
                f"{fmt.date(info.period_start, lang)} {fmt.EN_DASH} {fmt.date(info.period_end, lang)}",
            ),
            (t("Udtræk", "Snapshot"), context.snapshot_id),
        ]
    )
    caption = t(f"Tabeller i udtrækket fra {context.database}", f"Tables of the extract of {context.database}")
    return shell.section(
        t("Udtrækket", "The extract"),
        facts,
        html.P(text, className="quality-text"),
        tables.drawn(context, table, columns, css="dense quality-table extract", caption=caption),
        html.P(line(context.of_all_patients(), "tabeller"), className="section-links"),
        id="udtraekket",
    )


def _parts(context: Reader) -> str:
    """Each part of the database with its own data cut; the database stands as on the earliest."""
    t, lang = context.t, context.lang
    up_to = t("til og med", "up to")
    cuts = [f"{part.name} {up_to} {fmt.date(part.data_cut, lang)}" for part in context.view.info.parts]
    return fmt.listed(cuts, lang)


def _table_name(context: Reader, line: Line) -> html.Span:
    """The table's title and name, and what is missing where it, or some of its columns, was not delivered."""
    t, lang, name = context.t, context.lang, line["table"]
    text = columns_not_delivered(context, name) if line["delivered"] else t("ikke leveret", "not delivered")
    if not line["delivered"]:
        gone = without_table(context, name)
        if gone:
            text += t("; ikke opgjort: ", "; not reported: ") + fmt.listed(gone, lang)
        elif BY_NAME[name].required is False and name == "departments":
            text = t("ikke leveret; referencelisten bruges", "not delivered; the reference list is used")
    return tables.cell(line["title"], name, *([text] if text else []))


def _difference(context: Reader, table: Table, line: Line) -> str:
    if line["delivered"] and line["difference"] is None:
        return context.t("ny", "new")
    return values.text(table.column("difference"), line["difference"], context.lang)
