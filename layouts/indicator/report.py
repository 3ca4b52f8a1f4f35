"""The annual report's table on the page and as files, and the raw counts behind the page."""

from __future__ import annotations

import re

from data import reference
from data.output import UsageError
from exports import registry
from exports.annual import YEARS, general_notes, headings, of_report, rounding_note
from exports.files import Sheet
from exports.indicator import of_units, span
from indicators.catalogue import BY_ID, why_not_reported
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from results.audit import UnitTable, unit_table
from results.indicator.months import monthly
from results.indicator.report import report_table
from results.nodes import divisible
from results.table import Line
from results.view import View
from words import indicator as words
from words import values
from words.reader import Reader

#: The page's own parameter: a site as the first three characters of ICD-10.
EXTRAS = {"lokalisation": re.compile(r"[A-Z]\d\d")}


def section(context: Reader, view: View, table: UnitTable) -> html.Section:
    """'Tabel til årsrapporten': a real table, to be copied into Word as it stands."""
    report = report_table(view, table.indicator.id)
    heads = headings(context, report)
    shown = of_report(context, report, table)

    def standard(line: Line) -> object:
        answer: object = line["answer"].text
        answer = [answer, html.Sup(str(line["note"]))] if line["note"] else answer
        return html.Strong(answer, className="no") if line["answer"].key == "no" else answer

    def counts(line: Line) -> str:
        if report.has_numerator:
            return values.fraction(line, "numerator", "denominator", context.lang)
        return values.text(shown.column("denominator"), line["denominator"], context.lang)

    columns = [
        tables.Heading(
            html.Span(shown.column("unit").name, className="visually-hidden"),
            "left",
            of="unit",
            draw=lambda line: _named(context, line),
        ),
        tables.Heading(heads[1][0], "left", sub=heads[1][1], of="answer", draw=standard),
        tables.Heading(
            heads[2][0],
            sub=heads[2][1],
            of="numerator denominator" if report.has_numerator else "denominator",
            draw=counts,
        ),
        *(
            tables.Heading(first, sub=second, css="is-current" if key == YEARS[0] else "", of=key)
            for key, (first, second) in zip(("missing", *YEARS), heads[3:], strict=True)
        ),
    ]
    notes = [rounding_note(context, report, row) for row in report.rows if row.note is not None]
    footnotes: list = [[html.Sup(str(number)), f" {text}"] for number, text in enumerate(notes, start=1)]
    footnotes.append(" ".join(general_notes(context, report)))
    drawn = tables.drawn(
        context, shown, columns, css="dense report", show_caption=True, footnotes=footnotes, whole_rows=False
    )
    links = downloads.line(context, "rkkp", table.indicator.id)
    return shell.section(
        context.t("Tabel til årsrapporten", "Table for the annual report"), drawn, note=links, id="rkkp"
    )


def _named(context: Reader, line: Line) -> object:
    return [line["unit"], tables.own_tag(context.lang)] if line.row.own else line["unit"]


# --- downloads ---------------------------------------------------------------------------------------


def site_view(context: Reader) -> View:
    """The view with the page's site; raises UsageError for a site that the database does not cover."""
    site = context.state.choice("lokalisation")
    if site and not covers(context.database, site):
        raise UsageError(f"lokalisation={site}: {context.database} has no such site")
    return context.view.for_site(site)


def covers(database: str, site: str) -> bool:
    """Whether a three-character ICD-10 site belongs to the database."""
    return any(site.startswith(prefix[:3]) for prefix in reference.database(database).icd10)


def subject_of(context: Reader, id: str) -> tuple[View, str]:
    view = site_view(context)
    if id not in BY_ID:
        raise UsageError(f"emne={id}: there is no such indicator; there are {', '.join(BY_ID)}")
    reason = why_not_reported(BY_ID[id], view.info)
    if reason is not None:
        raise UsageError(reason.in_(context.lang))
    if not divisible(view, id):
        raise UsageError(f"{id} cannot be divided by the chosen filters")
    return view, id


def _stamped(context: Reader, table: UnitTable) -> tuple[tuple[str, str], ...]:
    """The stamp with the indicator and the file's own periods, of survival those of diagnosis."""
    return (
        (context.t("Indikator", "Indicator"), words.title(context, table)),
        *registry.stamp(context, span(context, table)),
    )


@registry.export("rkkp", EXTRAS)
def rkkp(context: Reader, subject: str) -> Sheet:
    """The report's table as printed."""
    view, id = subject_of(context, subject)
    report, table = report_table(view, id), unit_table(view, id)
    notes = [rounding_note(context, report, row) for row in report.rows if row.note is not None]
    notes += general_notes(context, report)
    stamp = (*_stamped(context, table), (context.t("Noter", "Notes"), " ".join(notes)))
    return Sheet("rkkp", of_report(context, report, table), stamp)


@registry.export("enheder", EXTRAS)
def raw(context: Reader, subject: str) -> Sheet:
    """Raw counts, fractions and limits of every unit in three periods."""
    view, id = subject_of(context, subject)
    return _raw(context, unit_table(view, id), "enheder", ("nation", "region", "department"))


@registry.export("maaneder", EXTRAS)
def months(context: Reader, subject: str) -> Sheet:
    """Raw counts, fractions and limits of the country and the own department in the latest months."""
    view, id = subject_of(context, subject)
    table = monthly(view, id, (context.state.unit or "") if view.place == "treating" else "")
    if table is None:
        raise UsageError(f"{id} is not shown by month here: {context.edition} edition, or counted by year alone")
    return _raw(context, table, "maaneder", ("nation",))


@registry.export("indikator-udvikling", EXTRAS)
def trend(context: Reader, subject: str) -> Sheet:
    """Raw counts, fractions and limits of the country, the regions and the own department in all periods."""
    view, id = subject_of(context, subject)
    table = unit_table(view, id, tuple(reversed(context.periods)))
    return _raw(context, table, "udvikling", ("nation", "region"))


def _raw(context: Reader, table: UnitTable, name: str, levels: tuple[str, ...]) -> Sheet:
    return Sheet(name, of_units(context, table, levels), _stamped(context, table))
