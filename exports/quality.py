"""Downloads of /datakvalitet: completeness, delay, findings of the load, tables of the extract."""

from __future__ import annotations

from data import reference
from data.schema import BY_NAME
from exports.files import Sheet
from exports.registry import export, stamp
from results import quality as data
from results.audit import full_name
from results.table import Kind, Said, Value, of
from words.quality import column_title, delay_name, ordered, severity, table_title, without_table
from words.reader import Reader


def _or_hidden(context: Reader, value: Value, hidden: bool) -> Value:
    return Said.HIDDEN if hidden else value


@export("komplethed")
def completeness(context: Reader, subject: str) -> Sheet:
    """One row per variable and place; there is no subject."""
    t = context.t
    rows: list[tuple[Value, ...]] = []
    for one in data.completeness(context.view):
        for code, filled in one.places.items():
            name = t("Uden region", "No region")
            if code:
                name = t("Danmark", "Denmark") if code == "nation" else reference.region_name(code)
            values = (filled.registered, filled.cases, filled.share)
            counts = tuple(_or_hidden(context, value, filled.hidden) for value in values)
            rows.append((one.title.in_(context.lang), one.name, name, "" if code == "nation" else code, *counts))
    columns = (
        *of(Kind.TEXT, t("Variabel", "Variable")), *of(Kind.CODE, t("Kolonne", "Column")),
        *of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")),
        *of(Kind.COUNT, t("Registreret", "Registered"), t("Forløb", "Cases")), *of(Kind.SHARE, t("Andel", "Share")),
    )  # fmt: skip
    title = t(f"Datakomplethed, {context.database} {context.period_label}",
              f"Completeness, {context.database} {context.period_label}")  # fmt: skip
    return Sheet(t("Datakomplethed", "Completeness"), title, columns, tuple(rows), stamp(context))


@export("forsinkelse")
def delay(context: Reader, subject: str) -> Sheet:
    """One row per place; there is no subject. Days are whole, rounded."""
    t = context.t
    rows: list[tuple[Value, ...]] = []
    for one in ordered(data.delays(context.view)):
        days = tuple(None if value is None else round(value) for value in (one.median, one.p90))
        shares = (one.within_30, one.within_90)
        values = tuple(_or_hidden(context, value, one.hidden) for value in (*shares, *days))
        counts = tuple(_or_hidden(context, value, value is None) for value in (one.cases, one.missing))
        name = full_name(context.view, one.code) or delay_name(context, one)
        rows.append((name, one.code, *values, *counts))
    columns = (
        *of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")),
        *of(Kind.SHARE, t("Inden for 30 dage", "Within 30 days"), t("Inden for 90 dage", "Within 90 days")),
        *of(Kind.DAYS, t("Median (dage)", "Median (days)"), t("90 %-fraktil (dage)", "90th percentile (days)")),
        *of(Kind.COUNT, t("Forløb med kendt dato", "Cases with a known date"), t("Uoplyst", "Missing")),
    )  # fmt: skip
    title = t(f"Registreringsforsinkelse, {context.database} {context.period_label}",
              f"Registration delay, {context.database} {context.period_label}")  # fmt: skip
    return Sheet(t("Forsinkelse", "Delay"), title, columns, tuple(rows), stamp(context))


@export("fund", whole=True)
def findings(context: Reader, subject: str) -> Sheet:
    """What the last load found; row numbers, values and advice in the working edition only."""
    t, lang = context.t, context.lang
    numbers = not context.view.edition.hides
    rows: list[tuple[Value, ...]] = []
    for one in data.findings(context.view):
        place = (table_title(one.table, lang), one.table, column_title(one.table, one.column, lang), one.column)
        count = _or_hidden(context, one.rows, one.rows is None)
        more = (one.first_rows, one.lines, one.values.in_(lang), one.advice.in_(lang)) if numbers else ()
        rows.append((severity(context, one.severity), one.text.in_(lang), *place, count, *more))
    columns = (
        *of(Kind.TEXT, t("Art", "Kind"), t("Fund", "Finding"), t("Tabel", "Table")),
        *of(Kind.CODE, t("Tabelnavn", "Table name")), *of(Kind.TEXT, t("Kolonne", "Column")),
        *of(Kind.CODE, t("Kolonnenavn", "Column name")), *of(Kind.COUNT, t("Rækker", "Rows")),
        *(of(Kind.TEXT, t("Første rækker", "First rows"), t("Linjer i filen", "Lines of the file"),
             t("Værdier", "Values"), t("Råd", "Advice")) if numbers else ()),
    )  # fmt: skip
    title = t(f"Fund ved indlæsning af {context.database}", f"Findings of the load of {context.database}")
    return Sheet(t("Fund", "Findings"), title, columns, tuple(rows), stamp(context))


@export("tabeller", whole=True)
def extract_tables(context: Reader, subject: str) -> Sheet:
    """The tables of the extract now and in the snapshot before."""
    t, lang = context.t, context.lang
    before, changes = data.changes(context.view)
    changed = {one.table: one for one in changes}
    counts = data.row_counts(context.view)
    rows: list[tuple[Value, ...]] = []
    for name in BY_NAME:
        delivered = name in counts
        one = changed.get(name)
        then = (None, None) if one is None else (one.before, one.difference)
        hidden = one is not None and one.hidden
        gone = ", ".join(without_table(context, name)) if not delivered else ""
        rows.append(
            (
                table_title(name, lang),
                name,
                delivered,
                _or_hidden(context, counts.get(name), delivered and counts[name] is None),
                *(_or_hidden(context, value, hidden) for value in then),
                gone,
            )
        )
    columns = (
        *of(Kind.TEXT, t("Tabel", "Table")), *of(Kind.CODE, t("Tabelnavn", "Table name")),
        *of(Kind.FLAG, t("Leveret", "Delivered")), *of(Kind.COUNT, t("Rækker", "Rows"), t("Rækker før", "Rows before")),
        *of(Kind.CHANGE, t("Forskel", "Difference")), *of(Kind.TEXT, t("Ikke opgjort", "Not reported")),
    )  # fmt: skip
    against = before or t("første udtræk", "first extract")
    title = t(f"Tabeller i udtrækket fra {context.database} (før: {against})",
              f"Tables of the extract of {context.database} (before: {against})")  # fmt: skip
    return Sheet(t("Tabeller", "Tables"), title, columns, tuple(rows), stamp(context))
