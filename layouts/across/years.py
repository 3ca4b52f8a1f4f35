"""/tvaergaaende?vis=aar: how many standards each database has met, year by year."""

from __future__ import annotations

from dataclasses import replace

from exports import portfolio as exports
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from results.portfolio import FulfilledRow, portfolio
from results.table import Kind, Table, TableRow, of
from words import format as fmt
from words import verdicts
from words.reader import Reader

#: Years that the page shows; the file has all.
SHOWN = 6


def section(context: Reader) -> html.Section:
    """The table of the latest years, of the country: met, not decided and not met in each cell."""
    t = context.t
    rows = [one for one in portfolio(context.view) if not one.region]
    years = sorted({one.period for one in rows}, reverse=True)[:SHOWN]
    known = {(one.database, one.period): one for one in rows}
    table = _table(context, rows, years)
    columns = [tables.Heading(of="database", align="left")]
    for year in years:
        columns.append(
            tables.Heading(str(year), of=f"met_{year}",
                           draw=lambda line, year=year: _cell(known.get((str(line["database"]), year)), context.lang))
        )  # fmt: skip
    groups = verdicts.groups_text(context).capitalize()
    caption = t(f"{groups}: antal standarder, hele landet", f"{groups}: number of standards, whole country")
    note = t(
        "Året er det kalenderår, hvor opgørelsesåret begynder. Hvert år er vurderet mod sin egen standard. Filen har "
        "alle år og regioner, og hvor mange der er skjult.",
        "The year is the calendar year in which the reporting year begins. Each year is judged against its own "
        "standard. The file has all years and regions, and how many are hidden.",
    )
    drawn = tables.drawn(context, table, columns, caption=caption, show_caption=True, footnotes=[note])
    # The file names neither database nor period: it has them all.
    everywhere = replace(context, database=None, period=None)
    return shell.section(t("Opfyldt år for år", "Met year by year"), drawn,
                         note=downloads.line(everywhere, "opfyldelse"), id="aar")  # fmt: skip


def _cell(one: FulfilledRow | None, lang: str) -> str:
    if one is None:
        return fmt.NONE
    return " · ".join(fmt.count(value, lang) for value in (one.tally.met, one.tally.uncertain, one.tally.not_met))


def _table(context: Reader, rows: list[FulfilledRow], years: list[int]) -> Table:
    """The page's own form of the file's rows: a database a row, what is met a column for each year."""
    known = {(one.database, one.period): one.tally for one in rows}
    names = dict.fromkeys(one.database for one in rows)
    columns = (
        *of(Kind.CODE, "Database", keys="database"),
        *of(Kind.COUNT, *(str(year) for year in years), keys=" ".join(f"met_{year}" for year in years)),
    )
    found = tuple(
        TableRow((name, *(known[name, year].met if (name, year) in known else None for year in years)), key=name)
        for name in names
    )
    return Table(context.t("Opfyldt år for år", "Met year by year"), columns, found, id="opfyldt-aar")


__all__ = ["exports", "section"]
