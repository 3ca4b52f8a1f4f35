"""The forms that a report can be fetched in: their names, without the libraries that write them."""

from __future__ import annotations

from dataclasses import dataclass

from data.text import Text
from words.reader import Reader


@dataclass(frozen=True)
class ReportFormat:
    """What a file of the form is, and what it is for. ``templated``: the registry's own template can be used."""

    content_type: str
    title: Text
    templated: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "docx": ReportFormat(f"{_OFFICE}.wordprocessingml.document",
                         Text("Word, til at skrive videre i", "Word, to go on writing in"), True),
    "pdf": ReportFormat("application/pdf", Text("PDF, til at læse og trykke", "PDF, to read and print"), True),
    "html": ReportFormat("text/html; charset=utf-8",
                         Text("HTML, til skærm og skærmlæser", "HTML, for screens and screen readers")),
    "pptx": ReportFormat(f"{_OFFICE}.presentationml.presentation",
                         Text("Lysbilleder, ét pr. indikator", "Slides, one for each indicator")),
    "xlsx": ReportFormat(f"{_OFFICE}.spreadsheetml.sheet",
                         Text("Regneark med alle tabeller", "Workbook of all tables")),
    "zip": ReportFormat("application/zip",
                        Text("ZIP med alle figurer og tabeller", "ZIP of all figures and tables")),
}  # fmt: skip


#: Forms in which the summary alone is offered.
OF_SUMMARY = ("docx", "pdf", "html")


def file_name(context: Reader, format: str, edition: str, only_summary: bool = False) -> str:
    """'DCCG_2025_aarsrapport.docx', of the public edition 'DCCG_2025_aarsrapport_offentlig.docx'."""
    t = context.t
    public = [t("offentlig", "public")] if edition == "public" else []
    period = context.period_label.replace("/", "-")
    name = t("sammenfatning", "summary") if only_summary else t("aarsrapport", "annual-report")
    return "_".join([context.database, period, name, *public]) + f".{format}"
