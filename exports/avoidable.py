"""Avoidable deaths as a table and a file."""

from __future__ import annotations

from data import reference
from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.survival.avoidable import Avoidable, avoidable
from results.table import Kind, Role, Table, TableRow, of
from words.chosen import survival as choices
from words.chosen.survival import ChosenSurvival
from words.reader import Reader


@export("undgaaelige", choices.EXTRAS)
def avoidable_file(context: Reader, subject: str) -> Sheet:
    """Deaths within a year that would not be, had every region the best region's mortality."""
    chosen = choices.read(context)
    if subject:
        raise UsageError(f"emne={subject}: this file has no such subject; leave emne out")
    if chosen.problems:
        raise UsageError("; ".join(one.text(context.lang) for one in chosen.problems))
    found = avoidable(context.view, chosen.cohort)
    if found.refused is not None:
        raise UsageError(found.refused.in_(context.lang))
    caveat = context.t("Justeret for alder og stadie", "Adjusted for age and stage")
    return Sheet(
        "undgaaelige", of_regions(found, chosen), stamp(chosen.pinned, caveat=caveat),
        period=chosen.pinned.period_label.replace(" ", "-"),
    )  # fmt: skip


def of_regions(found: Avoidable, chosen: ChosenSurvival) -> Table:
    """One row for each region, and the country."""
    t = chosen.context.t
    columns = (
        *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("sted", "place"), keys="place"),
        *of(Kind.COUNT, t("patienter", "patients"), t("døde inden for et år", "deaths within a year"),
            keys="patients deaths"),
        *of(Kind.NUMBER, t("færre døde", "fewer deaths"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="fewer lower upper"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (
                one.region,
                reference.region_name(one.region) if one.region else t("Danmark", "Denmark"),
                one.patients,
                one.deaths,
                one.fewer,
                one.lower,
                one.upper,
            ),
            Role.PLAIN if one.region else Role.TOTAL,
            key=one.region,
        )
        for one in found.rows
    )
    return Table(t("Undgåelige dødsfald", "Avoidable deaths"), columns, rows, id="undgaaelige")
