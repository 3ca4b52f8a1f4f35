"""All figures and tables of a report as one ZIP: figures as SVG and PNG, tables as CSV and one workbook, and a list."""

from __future__ import annotations

import io
import zipfile

from exports.files import to_csv
from figures import svg
from reports import pictures
from reports.content import Document
from reports.writers import xlsx
from words.runs import plain

#: mm that a figure is wide at 300 dots per inch.
_MM = 170
#: Of every file of the bundle, so that the same report is the same ZIP.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write(document: Document) -> bytes:
    """The ZIP's bytes. Its file LAES-MIG.txt (README.txt) says what each file is and what its numbers are of."""
    t, lang = document.reader.t, document.lang
    figures, tables = t("figurer", "figures"), t("tabeller", "tables")
    stream, lines = io.BytesIO(), []
    drawn = pictures.drawn(document.pictures, _MM)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:

        def put(name: str, content: bytes | str) -> None:
            bundle.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)

        for number, one in enumerate(document.pictures, start=1):
            stem = f"{figures}/{number:03d}-{one.id}"
            put(f"{stem}.svg", str(svg.in_file(one.figure, one.id, one.width)))
            put(f"{stem}.png", drawn[one.id])
            lines.append(f"{stem}: {one.caption} {plain(one.note)}")
        for number, (block, sheet) in enumerate(zip(document.tables, xlsx.sheets(document), strict=True), start=1):
            name = f"{tables}/{number:03d}-{block.id}.csv"
            put(name, to_csv(sheet, lang))
            lines.append(f"{name}: {block.caption}")
        put(f"{tables}/{t('alle-tabeller', 'all-tables')}.xlsx", xlsx.write(document))
        stamp = [f"{label}: {value}" for label, value in document.stamp]
        text = "\n".join((f"{document.title}, {document.subtitle}", *stamp, "", *lines, ""))
        put(t("LAES-MIG.txt", "README.txt"), text.encode("utf-8-sig"))
    return stream.getvalue()
