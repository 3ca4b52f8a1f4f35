"""What the last load found and which tables the extract holds, as the page shows them."""

from __future__ import annotations

from data.delivered import undelivered
from data.schema import BY_NAME
from indicators.catalogue import CATALOGUE, why_not_reported
from layouts.about.parts import time_text
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from layouts.quality.parts import count, hidden_word
from results import quality as data
from words import format as fmt
from words.quality import column_title, indicator_title, load_text, severity, table_title, without_table
from words.reader import Reader


def load_findings(context: Reader) -> html.Section:
    """What the last load found."""
    t, lang = context.t, context.lang
    found = data.findings(context.view)
    parts: list = [html.P(_counted(context, found), className="quality-text")]
    if found:
        numbers = not context.view.edition.hides
        rows = []
        for one in found:
            title = column_title(one.table, one.column, lang)
            title = t(f"{title} (del {one.part})", f"{title} (part {one.part})").strip() if one.part else title
            where = f"{table_title(one.table, lang)}: {title}" if title else one.table
            place = tables.cell(one.text.in_(lang), where, *said(one, lang))
            many: object = count(context, one.rows)
            if one.of_rows and one.rows:
                share = fmt.percent(one.rows / one.of_rows, 1, lang)
                many = tables.cell(many, t(f"af {fmt.count(one.of_rows, lang)}, {share}",
                                           f"of {fmt.count(one.of_rows, lang)}, {share}"))  # fmt: skip
            cells: list = [html.Code(f"{one.table}.{one.column}" if one.column else one.table), many]
            if one.rows == 0:
                cells[1] = fmt.NONE  # a finding about the whole table
            if numbers:
                cells.append(first_rows(one, lang))
            rows.append(tables.Row(place, [severity(context, one.severity), *cells]))
        columns = [
            tables.Heading(t("Fund", "Finding"), "left"),
            tables.Heading(t("Art", "Kind"), "left", wide_only=True),
            tables.Heading(t("Kolonne", "Column"), "left", wide_only=True),
            tables.Heading(t("Rækker", "Rows")),
            *([tables.Heading(t("Første rækker", "First rows"), "left", wide_only=True)] if numbers else []),
        ]
        caption = t("Fund ved indlæsningen", "Findings of the load")
        parts.append(tables.table(caption, columns, rows, css="dense quality-table findings"))
        parts.append(html.P(line(context.of_all_patients(), "fund"), className="section-links"))
    return shell.section(t("Sidste indlæsning", "The last load"), *parts, id="fund")


def _counted(context: Reader, found: tuple[data.LoadFinding, ...]) -> str:
    """How many warnings, and how many notes of what was normalised."""
    notes = sum(one.severity == "info" for one in found)
    return load_text(context, len(found) - notes, notes)


def said(one: data.LoadFinding, lang: str) -> list[str]:
    """The values at fault and the advice, as the command printed them; nothing in the public edition."""
    values = one.values.in_(lang)
    return [text for text in (values and f"{'Værdier' if lang == 'da' else 'Values'}: {values}", one.advice.in_(lang))
            if text]  # fmt: skip


def first_rows(one: data.LoadFinding, lang: str) -> str:
    """'1, 2, 5 (linje 2, 3, 6)'; a dash where the finding is of no rows."""
    if not one.lines:
        return one.first_rows or fmt.NONE
    return f"{one.first_rows} ({'linje' if lang == 'da' else 'line'} {one.lines})"


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
    before, changes = data.changes(context.view)
    changed = {one.table: one for one in changes}
    counts = data.row_counts(context.view)
    rows = []
    for name, table in BY_NAME.items():
        title = tables.cell(table.da if lang == "da" else table.en, name)
        if name not in counts:
            gone = without_table(context, name)
            text = t("ikke leveret", "not delivered")
            if gone:
                text += t("; ikke opgjort: ", "; not reported: ") + fmt.listed(gone, lang)
            elif table.required is False and name == "departments":
                text = t("ikke leveret; referencelisten bruges", "not delivered; the reference list is used")
            title = tables.cell(table.da if lang == "da" else table.en, name, text)
            rows.append(tables.Row(title, [fmt.NONE] * (3 if before else 1)))
            continue
        cells: list = [count(context, counts[name])]
        if before:
            one = changed[name]
            cells += [_before(context, one), _difference(context, one)]
        if text := columns_not_delivered(context, name):
            title = tables.cell(table.da if lang == "da" else table.en, name, text)
        rows.append(tables.Row(title, cells))
    columns = [tables.Heading(t("Tabel", "Table"), "left"), tables.Heading(t("Rækker", "Rows"))]
    if before:
        columns += [tables.Heading(t("Før", "Before"), wide_only=True), tables.Heading(t("Forskel", "Difference"))]
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
        tables.table(caption, columns, rows, css="dense quality-table extract"),
        html.P(line(context.of_all_patients(), "tabeller"), className="section-links"),
        id="udtraekket",
    )


def _parts(context: Reader) -> str:
    """Each part of the database with its own data cut; the database stands as on the earliest."""
    t, lang = context.t, context.lang
    up_to = t("til og med", "up to")
    cuts = [f"{part.name} {up_to} {fmt.date(part.data_cut, lang)}" for part in context.view.info.parts]
    return fmt.listed(cuts, lang)


def _before(context: Reader, one: data.LoadChange) -> str:
    if one.hidden:
        return hidden_word(context)
    return fmt.NONE if one.before is None else fmt.count(one.before, context.lang)


def _difference(context: Reader, one: data.LoadChange) -> str:
    if one.hidden:
        return hidden_word(context)
    if one.difference is None:
        return context.t("ny", "new")
    text = fmt.count(one.difference, context.lang)
    return f"+{text}" if one.difference > 0 else text
