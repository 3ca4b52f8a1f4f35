"""The annual report: its chapters in RKKP's order."""

from __future__ import annotations

from collections.abc import Callable

from exports.registry import stamp
from reports.annual import basis, changes, indicators, overview, remarks, summary, survival, waits
from reports.content import Document, Part
from results.audit import overview as overview_rows
from results.comments import general, of_indicator, version
from results.meeting import discussed
from words.comments import version_name
from words.reader import Reader

#: Of ``only``: the summary alone, a document of at most two pages.
SUMMARY = "summary"
Told = Callable[[str], None]


def make(context: Reader, told: Told = lambda _: None, as_final: bool = False, only: str = "") -> Document:
    """The whole report of the reader's database and period; ``told`` hears what is being made.

    ``only``: SUMMARY for that part alone. ``as_final``: with the comments of the final version, of whose snapshot the
    reader is.
    """
    t = context.t
    final = version(context.view) if as_final else None
    found_version = final or version(context.view)
    rows = overview_rows(context.view)
    told(t("oversigt", "overview"))
    found = indicators.sections(context, rows)
    name = version_name(context, found_version)
    if only == SUMMARY:
        title = t(f"Sammenfatning {context.period_label}", f"Summary {context.period_label}")
        parts = (summary.part(context, found, alone=True, final=final),)
        return Document(context, title, context.database_label, name, parts, stamp(context))
    made, every, talked_of = [], [], discussed(context.view)
    for section in found:
        told(f"{section.number}/{len(found)} {section.title}")
        said = of_indicator(context.view, section.table, final)
        every += [(section, one) for one in said]
        on_a_slide = bool(said) or (section.row.indicator.id, section.row.site) in talked_of
        made.append(indicators.part(section, remarks.of(context, said), on_a_slide))
    told(t("overlevelse, ventetider, varsler, datagrundlag", "survival, waiting times, warnings, data basis"))
    parts = (
        summary.part(context, found, final=final),
        overview.conclusions(context, rows, remarks.recommendations(context, every)),
        overview.table_of(context, rows, found, None),
        Part("indikatorer", t("Indikatorerne", "The indicators"), 1, (), tuple(made), new_page=True),
        *_others(context),
        *remarks.regional(context, every, general(context.view, final)),
        basis.methods(context),
    )
    title = t(f"Årsrapport {context.period_label}", f"Annual report {context.period_label}")
    return Document(context, title, context.database_label, name, parts, stamp(context))


def _others(context: Reader) -> tuple[Part, ...]:
    """Survival, waits and, in the working edition, warnings, improvements and the data: of the public one what its
    pages show."""
    if context.edition == "public":
        return survival.cohorts(context), waits.quarters(context)
    return survival.part(context), waits.part(context), changes.part(context), basis.part(context)
