"""A report's tables as one workbook: each on a sheet of its own, its values typed, with a sheet of contents first."""

from __future__ import annotations

import re

from exports.files import Sheet, to_workbook
from reports.content import Document


def write(document: Document) -> bytes:
    """The workbook's bytes."""
    return to_workbook(sheets(document), document.lang, f"{document.title}, {document.subtitle}")


def sheets(document: Document) -> tuple[Sheet, ...]:
    """The report's tables with their values, in its order. The names are numbered as the captions are."""
    made = []
    for number, block in enumerate(document.tables, start=1):
        name = re.sub(r"^rkkp-indikator-", "", block.id)
        notes = tuple(
            (document.reader.t("Note", "Note"), "".join(one if isinstance(one, str) else one.text for one in note))
            for note in ([one] if isinstance(one, str) else one for one in block.notes)
        )
        made.append(Sheet(f"{number} {name}"[:31], block.table, (*document.stamp, *notes)))
    return tuple(made)
