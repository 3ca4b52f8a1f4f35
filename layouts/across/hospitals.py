"""/tvaergaaende?vis=hospitaler: how many standards each hospital has met, over all databases."""

from __future__ import annotations

from dataclasses import replace

from exports.portfolio import of_hospitals
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from results.portfolio import by_hospital
from words import format as fmt
from words.reader import Reader
from words.verdicts import GRADES


def section(context: Reader) -> html.Section:
    """A row for each hospital, by region; sortable by every count."""
    t = context.t
    table = of_hospitals(context, by_hospital(context.view))
    columns = [
        tables.Heading("Hospital", "left", of="name"),
        tables.Heading("Region", "left", of="region", wide_only=True),
        tables.Heading(t("Databaser", "Databases"), of="databases", wide_only=True),
        *(tables.Heading(of=name) for name in GRADES),
        tables.Heading(t("Vurderet", "Judged"), of="judged", wide_only=True),
    ]
    if any(line["hidden"] for line in table.lines):
        columns.append(tables.Heading(t("Skjult", "Hidden"), of="hidden", wide_only=True))
    caption = t("Standarder efter hospital, alle databaser", "Standards by hospital, all databases")
    note = t(
        "Hospitalets afdelingers resultater, hver database i sit seneste modne opgørelsesår. Hospitaler har "
        "forskellige patienter og opgaver; antallene er ingen rangorden. Ikke case-mix-justeret.",
        "The results of the hospital's departments, each database in its latest mature reporting year. Hospitals have "
        "different patients and tasks; the numbers are no ranking. Not adjusted for case mix.",
    )
    drawn = tables.drawn(context, table, columns, css="dense across-hospitals", caption=caption, footnotes=[note])
    # The file names neither database nor period: it has them all.
    everywhere = replace(context, database=None, period=None)
    title = t(f"Hospital for hospital ({fmt.count(len(table.rows), 'da')})",
              f"Hospital by hospital ({fmt.count(len(table.rows), 'en')})")  # fmt: skip
    return shell.section(title, drawn, note=downloads.line(everywhere, "hospitaler"), id="hospitaler")
