"""A database's plans as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from results.actions import UnitPlan
from results.table import Kind, Named, Table, TableRow, of
from words import actions as text
from words.reader import Reader

EXPORT = "indsatser"


def of_plans(context: Reader, made: Sequence[UnitPlan], names: Mapping[str, str]) -> Table:
    """A row for each plan: where, on what, what is done, by whom, when, and its state."""
    t = context.t
    columns = (
        *of(Kind.TEXT, t("Afdeling", "Department"), keys="unit"), *of(Kind.CODE, t("Kode", "Code"), keys="code"),
        *of(Kind.TEXT, t("Indikator", "Indicator"), t("Barriere", "Barrier"), t("Handling", "Action"),
            t("Ansvarlig", "Owner"), t("Status", "Status"), keys="indicator barrier action owner status"),
        *of(Kind.DATE, t("Begynder", "Begins"), t("Ses på igen", "Next review"), keys="start due"),
        *of(Kind.TEXT, t("Bemærkning", "Note"), keys="note"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (names.get(one.unit, one.unit), one.unit, one.title.in_(context.lang), one.barrier, one.action, one.owner,
             Named(one.status, text.status(one, context.lang)), one.start, one.due, one.note),
            key=f"{one.unit}.{one.key}.{one.number}",
        )
        for one in made
    )  # fmt: skip
    return Table(t(f"Planer i {context.database}", f"Plans of {context.database}"), columns, rows, id="planer-fil")
