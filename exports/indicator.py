"""The units of an indicator as a table: the same for the page's figure, its trend and its files."""

from __future__ import annotations

from dataclasses import replace

from data.period import years_before
from exports.cells import three_years, verdict_of
from results.audit import Cell, UnitTable
from results.table import Kind, Link, Named, On, Role, Said, Table, TableRow, Value, of
from words import format as fmt
from words import indicator as words
from words.reader import Reader
from words.verdicts import VERDICTS, settling


def span(context: Reader, table: UnitTable) -> str:
    """'2014–2025': the first and the last period of the table, as its rows name them."""
    ends = [years_before(one, table.indicator.survival_years) for one in (min(table.periods), max(table.periods))]
    if ends[0] == ends[1]:
        return fmt.period(ends[0], context.first_month, context.lang)
    return fmt.periods(*ends, context.first_month, context.lang)


def of_units(context: Reader, table: UnitTable, levels: tuple[str, ...] = ("nation", "region", "department")) -> Table:
    """Counts, fractions, limits and verdict of the units of the levels, and of the reader's own, in every period."""
    t = context.t
    columns = (
        *of(Kind.TEXT, t("niveau", "level"), keys="level"), *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("enhed", "unit"), keys="unit"), *of(Kind.PERIOD, t("periode", "period"), keys="period"),
        *of(Kind.COUNT, t("tæller", "numerator"), t("nævner", "denominator"), keys="numerator denominator"),
        *of(Kind.COUNT, t("uoplyst", "missing"), t("udeladt", "excluded"), keys="missing excluded"),
        *of(Kind.SHARE, t("andel", "rate"), t("nedre", "lower"), t("øvre", "upper"), keys="rate lower upper"),
        *of(Kind.TEXT, "standard", t("vurdering", "verdict"), keys="standard verdict"),
        *of(Kind.SHARE, t("sandsynlighed", "probability"), decimals=0, keys="probability"),
        *of(Kind.TEXT, t("afgøres af", "settled by"), t("tre år samlet", "three years together"),
            keys="settles three_years"),
        *of(Kind.TEXT, t("kort navn", "short name"), keys="short", on=On.PAGE),
    )  # fmt: skip
    names = {"nation": t("land", "country"), "region": "region", "department": t("afdeling", "department")}
    roles = {"nation": Role.TOTAL, "region": Role.REGION, "department": Role.UNIT}
    rows = []
    for period in table.periods:
        for unit in table.units:
            own = unit.level == "department" and unit.code == context.state.unit
            if unit.level not in levels and not own:
                continue
            cell = table.cell(unit, period)
            values_ = (
                Named(unit.level, names[unit.level]), unit.code, words.full_name(context, unit),
                words.cohort(context, table, period), *_raw_values(context, cell, table),
                words.unit_name(context, unit),
            )  # fmt: skip
            link = Link("unit", unit.code) if unit.level == "department" and unit.code else None
            rows.append(TableRow(values_, roles[unit.level], own, f"{unit.level}.{unit.code}", link=link))
    title = f"{words.title(context, table)}. {context.database} {span(context, table)}."
    return Table(title, columns, tuple(rows), id="enheder")


def _raw_values(context: Reader, cell: Cell, table: UnitTable) -> tuple[Value, ...]:
    def shown(value: Value, is_hidden: bool) -> Value:
        return Said.HIDDEN if is_hidden and value is None else value

    standard = cell.standard
    word = verdict_of(context, cell)
    return (
        None if table.indicator.survival_years else shown(cell.numerator, cell.hidden),
        shown(cell.denominator, cell.hidden),
        shown(cell.missing, cell.missing_hidden),
        cell.excluded,
        shown(cell.rate, cell.hidden),
        shown(cell.lower, cell.hidden),
        shown(cell.upper, cell.hidden),
        None if standard is None else fmt.standard(standard.operator, standard.value, context.lang),
        replace(word, text=context.t(*VERDICTS["hidden"][:2])) if cell.hidden else word,  # without the threshold
        cell.probability,
        settling(cell, context.lang) or None,
        three_years(context, cell),
    )
