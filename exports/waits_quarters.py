"""The public edition's waiting times as a table: complete quarters by leg and region of residence."""

from __future__ import annotations

from data import reference
from exports.files import Sheet
from exports.registry import export, stamp
from results.table import Kind, Role, Said, Table, TableRow, of
from results.waits.published import quarters
from words.chosen.waits import WORDS
from words.reader import Reader


def leg_name(context: Reader, leg: str) -> str:
    """'Behandling'."""
    return context.t(*WORDS[leg]).capitalize()


def of_quarters(context: Reader) -> Table:
    """Legs that ended, those in time, and their share, by leg, place and quarter."""
    t = context.t
    columns = (
        *of(Kind.TEXT, t("ventetid til", "wait for"), keys="leg"),
        *of(Kind.TEXT, t("sted", "place"), keys="place"), *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.PERIOD, t("kvartal", "quarter"), keys="quarter"),
        *of(Kind.COUNT, t("afsluttede", "ended"), t("til tiden", "in time"), keys="legs within"),
        *of(Kind.SHARE, t("andel", "share"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="rate lower upper"),
    )  # fmt: skip
    periods, found = quarters(context.view)
    rows = []
    for row in found:
        name = {"": t("Danmark", "Denmark"), "-": t("Uoplyst", "Not registered")}.get(row.region)
        for period in periods:
            cell = row.cells.get(period.text)
            if cell is None:
                continue
            numbers = (cell.legs, cell.within, cell.rate, cell.lower, cell.upper)
            shown = (Said.HIDDEN if cell.hidden else value for value in numbers)
            place = name or reference.region_name(row.region)
            code = "" if row.region == "-" else row.region
            values = (leg_name(context, row.leg), place, code, period.text, *shown)
            rows.append(TableRow(values, Role.REGION if row.region else Role.TOTAL, key=f"{row.leg}.{row.region}"))
    return Table(t("Ventetider efter kvartal", "Waiting times by quarter"), columns, tuple(rows))


@export("kvartaler", whole=True)
def sheet(context: Reader, subject: str) -> Sheet:
    """The table as a file; it has no subject."""
    return Sheet("kvartaler", of_quarters(context), stamp(context, period=""))
