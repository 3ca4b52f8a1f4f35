"""The annual report: its chapters in RKKP's order."""

from __future__ import annotations

from collections.abc import Callable

from exports.registry import stamp
from reports.annual import basis, changes, indicators, overview, survival, waits
from reports.content import Document, Part
from results.audit import overview as overview_rows
from words.reader import Reader

Told = Callable[[str], None]


def make(context: Reader, told: Told = lambda _: None) -> Document:
    """The whole report of the reader's database and period; ``told`` hears what is being made."""
    t = context.t
    rows = overview_rows(context.view)
    told(t("oversigt", "overview"))
    found = indicators.sections(context, rows)
    made = []
    for section in found:
        told(f"{section.number}/{len(found)} {section.title}")
        made.append(indicators.part(section))
    told(t("overlevelse, ventetider, varsler, datagrundlag", "survival, waiting times, warnings, data basis"))
    parts = (
        overview.conclusions(context, rows, ()),
        overview.table_of(context, rows, found, None),
        Part("indikatorer", t("Indikatorerne", "The indicators"), 1, (), tuple(made), new_page=True),
        survival.part(context),
        waits.part(context),
        changes.part(context),
        basis.part(context),
        basis.methods(context),
    )
    title = t(f"Årsrapport {context.period_label}", f"Annual report {context.period_label}")
    version = t("Ukommenteret udgave", "Uncommented version")
    return Document(context, title, context.database_label, version, parts, stamp(context))
