"""A report as a file of one format: what the command writes and the page gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from data.output import UsageError
from reports.annual import report
from reports.content import Document
from reports.formats import FORMATS
from reports.writers import bundle, docx, html, pdf, pptx, xlsx
from words.reader import Reader

Told = Callable[[str], None]
_WRITERS = {"docx": docx.write, "pdf": pdf.write, "html": html.write, "pptx": pptx.write, "xlsx": xlsx.write,
            "zip": bundle.write}  # fmt: skip


def document(context: Reader, told: Told = lambda _: None, as_final: bool = False, only: str = "") -> Document:
    """The annual report of the reader's database and period; ``told`` hears what is being made.

    ``only``: 'summary' for the summary alone. ``as_final``: with the comments of the final version; the reader is of
    its snapshot.
    """
    return report.make(context, told, as_final, only)


def written(made: Document, format: str, template: Path | None = None) -> bytes:
    """The document as a file.

    Raises UsageError for a template that the format does not take, NoPdf without LibreOffice.
    """
    known = FORMATS[format]
    if template is not None and not known.templated:
        raise UsageError(f"--template: {format} takes none; docx and pdf do")
    return _WRITERS[format](made, template) if known.templated else _WRITERS[format](made)
