"""A report as a file of one format: what the command writes and the page gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.output import UsageError
from data.text import Text
from reports.annual import report
from reports.content import Document
from reports.writers import docx, html, pdf, pptx, xlsx
from words.reader import Reader

Told = Callable[[str], None]


@dataclass(frozen=True)
class ReportFormat:
    """A form that a report can be fetched in: what writes it, its content type, and what it is for.

    ``templated``: the registry's own template can be used.
    """

    write: Callable[..., bytes]
    content_type: str
    title: Text
    templated: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "docx": ReportFormat(docx.write, f"{_OFFICE}.wordprocessingml.document",
                         Text("Word, til at skrive videre i", "Word, to go on writing in"), True),
    "pdf": ReportFormat(pdf.write, "application/pdf",
                        Text("PDF, til at læse og trykke", "PDF, to read and print"), True),
    "html": ReportFormat(html.write, "text/html; charset=utf-8",
                         Text("HTML, til skærm og skærmlæser", "HTML, for screens and screen readers")),
    "pptx": ReportFormat(pptx.write, f"{_OFFICE}.presentationml.presentation",
                         Text("Lysbilleder, ét pr. indikator", "Slides, one for each indicator")),
    "xlsx": ReportFormat(xlsx.write, f"{_OFFICE}.spreadsheetml.sheet",
                         Text("Regneark med alle tabeller", "Workbook of all tables")),
}  # fmt: skip


def document(context: Reader, told: Told = lambda _: None) -> Document:
    """The annual report of the reader's database and period; ``told`` hears what is being made."""
    return report.make(context, told)


def written(made: Document, format: str, template: Path | None = None) -> bytes:
    """The document as a file.

    Raises UsageError for a template that the format does not take, NoPdf without LibreOffice.
    """
    known = FORMATS[format]
    if template is not None and not known.templated:
        raise UsageError(f"--template: {format} takes none; docx and pdf do")
    return known.write(made, template) if known.templated else known.write(made)
