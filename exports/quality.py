"""Downloads of /datakvalitet: completeness, delay, findings of the load, tables of the extract."""

from __future__ import annotations

from collections.abc import Iterable

from data import reference
from data.schema import BY_NAME
from exports.files import Sheet
from exports.registry import export, stamp
from results import quality as data
from results.audit import full_name
from results.table import Kind, Link, On, Role, Said, Table, TableRow, Value, of
from words.quality import column_title, delay_name, ordered, severity, table_title, without_table
from words.reader import Reader


def _or_hidden(context: Reader, value: Value, hidden: bool) -> Value:
    return Said.HIDDEN if hidden else value


@export("komplethed")
def completeness(context: Reader, subject: str) -> Sheet:
    """One row per variable and place; there is no subject."""
    return Sheet(context.t("Datakomplethed", "Completeness"), of_variables(context), stamp(context))


def of_variables(context: Reader) -> Table:
    """In how many of the period's cases each needed variable is registered: the country, then the regions."""
    t = context.t
    rows: list[TableRow] = []
    for one in data.completeness(context.view):
        for code in _in_order(one.places):
            filled = one.places[code]
            name = t("Uden region", "No region")
            if code:
                name = t("Danmark", "Denmark") if code == "nation" else reference.region_name(code)
            values = (filled.registered, filled.cases, filled.share)
            counts = tuple(_or_hidden(context, value, filled.hidden) for value in values)
            identity = (one.title.in_(context.lang), one.name, name, "" if code == "nation" else code)
            rows.append(TableRow((*identity, *counts, code), key=f"{one.name}.{code}"))
    columns = (
        *of(Kind.TEXT, t("Variabel", "Variable"), keys="variable"),
        *of(Kind.CODE, t("Kolonne", "Column"), keys="column"),
        *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"), *of(Kind.CODE, t("Enhedskode", "Unit code"), keys="code"),
        *of(Kind.COUNT, t("Registreret", "Registered"), t("Forløb", "Cases"), keys="registered cases"),
        *of(Kind.SHARE, t("Andel", "Share"), keys="share"),
        *of(Kind.CODE, t("Sted", "Place"), keys="place", on=On.PAGE),
    )  # fmt: skip
    title = t(f"Datakomplethed, {context.database} {context.period_label}",
              f"Completeness, {context.database} {context.period_label}")  # fmt: skip
    return Table(title, columns, tuple(rows), id="komplethed-tal")


def _in_order(places: Iterable[str]) -> list[str]:
    """The country, the regions in their order, those without one."""
    order = ["nation", *reference.region_order(), ""]
    return sorted(places, key=order.index)


@export("forsinkelse")
def delay(context: Reader, subject: str) -> Sheet:
    """One row per place; there is no subject."""
    return Sheet(context.t("Forsinkelse", "Delay"), of_delays(context), stamp(context))


def of_delays(context: Reader) -> Table:
    """The days from diagnosis to the first report, by place. Days are whole, rounded."""
    t = context.t
    rows: list[TableRow] = []
    roles = {"nation": Role.TOTAL, "region": Role.REGION, "department": Role.UNIT}
    for one in ordered(data.delays(context.view)):
        days = tuple(None if value is None else round(value) for value in (one.median, one.p90))
        shares = (one.within_30, one.within_90)
        values = tuple(_or_hidden(context, value, one.hidden) for value in (*shares, *days))
        counts = tuple(_or_hidden(context, value, value is None) for value in (one.cases, one.missing))
        short = delay_name(context, one)
        name = full_name(context.view, one.code) or short
        is_department = one.level == "department"
        rows.append(
            TableRow(
                (name, one.code, *values, *counts, short),
                roles[one.level],
                own=is_department and bool(one.code) and one.code == context.state.unit,
                key=f"{one.level}.{one.code}",
                link=Link("unit", one.code) if is_department and one.code else None,
                # Without department there is no region either; on a page the region's row says it.
                on=On.FILE if is_department and not one.code else On.BOTH,
            )
        )
    columns = (
        *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"), *of(Kind.CODE, t("Enhedskode", "Unit code"), keys="code"),
        *of(Kind.SHARE, t("Inden for 30 dage", "Within 30 days"), t("Inden for 90 dage", "Within 90 days"),
            keys="within_30 within_90"),
        *of(Kind.DAYS, t("Median (dage)", "Median (days)"), t("90 %-fraktil (dage)", "90th percentile (days)"),
            keys="median p90"),
        *of(Kind.COUNT, t("Forløb med kendt dato", "Cases with a known date"), t("Uoplyst", "Missing"),
            keys="cases missing"),
        *of(Kind.TEXT, t("kort navn", "short name"), keys="short", on=On.PAGE),
    )  # fmt: skip
    title = t(f"Registreringsforsinkelse, {context.database} {context.period_label}",
              f"Registration delay, {context.database} {context.period_label}")  # fmt: skip
    return Table(title, columns, tuple(rows), id="forsinkelse-tal")


@export("fund", whole=True)
def findings(context: Reader, subject: str) -> Sheet:
    """What the last load found; row numbers, values and advice in the working edition only."""
    return Sheet(context.t("Fund", "Findings"), of_findings(context), stamp(context))


def of_findings(context: Reader) -> Table:
    """What the last load found; row numbers, values and advice in the working edition only."""
    t, lang = context.t, context.lang
    numbers = not context.view.edition.hides
    rows: list[tuple[Value, ...]] = []
    for one in data.findings(context.view):
        place = (table_title(one.table, lang), one.table, column_title(one.table, one.column, lang), one.column)
        count = _or_hidden(context, one.rows, one.rows is None)
        more = (one.first_rows, one.lines, one.values.in_(lang), one.advice.in_(lang)) if numbers else ()
        page = (one.of_rows, one.part)
        rows.append((severity(context, one.severity), one.text.in_(lang), *place, count, *more, *page))
    columns = (
        *of(Kind.TEXT, t("Art", "Kind"), t("Fund", "Finding"), t("Tabel", "Table"), keys="kind finding table_title"),
        *of(Kind.CODE, t("Tabelnavn", "Table name"), keys="table"),
        *of(Kind.TEXT, t("Kolonne", "Column"), keys="column_title"),
        *of(Kind.CODE, t("Kolonnenavn", "Column name"), keys="column"),
        *of(Kind.COUNT, t("Rækker", "Rows"), keys="rows"),
        *(of(Kind.TEXT, t("Første rækker", "First rows"), t("Linjer i filen", "Lines of the file"),
             t("Værdier", "Values"), t("Råd", "Advice"), keys="first_rows lines values advice") if numbers else ()),
        *of(Kind.COUNT, t("Rækker i alt", "Rows in all"), keys="of_rows", on=On.PAGE),
        *of(Kind.TEXT, t("Del", "Part"), keys="part", on=On.PAGE),
    )  # fmt: skip
    title = t(f"Fund ved indlæsning af {context.database}", f"Findings of the load of {context.database}")
    return Table(title, columns, tuple(rows), id="fund-liste")


@export("tabeller", whole=True)
def extract_tables(context: Reader, subject: str) -> Sheet:
    """The tables of the extract now and in the snapshot before."""
    return Sheet(context.t("Tabeller", "Tables"), of_extract(context), stamp(context))


def of_extract(context: Reader) -> Table:
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
        *of(Kind.TEXT, t("Tabel", "Table"), keys="title"), *of(Kind.CODE, t("Tabelnavn", "Table name"), keys="table"),
        *of(Kind.FLAG, t("Leveret", "Delivered"), keys="delivered"),
        *of(Kind.COUNT, t("Rækker", "Rows"), t("Rækker før", "Rows before"), keys="rows before"),
        *of(Kind.CHANGE, t("Forskel", "Difference"), keys="difference"),
        *of(Kind.TEXT, t("Ikke opgjort", "Not reported"), keys="not_reported"),
    )  # fmt: skip
    against = before or t("første udtræk", "first extract")
    title = t(f"Tabeller i udtrækket fra {context.database} (før: {against})",
              f"Tables of the extract of {context.database} (before: {against})")  # fmt: skip
    return Table(title, columns, tuple(rows), id="udtraek-tabeller")
