"""The variation page's numbers as a table and as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exports import registry
from exports.files import Sheet
from layouts.parts import downloads, html, tables
from results.table import Column, Kind
from results.variation.comparison import Comparison
from words import format as fmt
from words import variation as words
from words.chosen import comparison as choices
from words.chosen.comparison import ChosenComparison
from words.reader import Reader

HEADINGS = (
    ("Indikator", "Indicator"), ("Vurdering", "Verdict"), ("Berørte om året", "Concerned a year"),
    ("Enheder", "Units"), ("Skjulte", "Hidden"), ("Landet", "Country"), ("Median odds ratio", "Median odds ratio"),
    ("Median odds ratio, nedre 95 %", "Median odds ratio, lower 95%"),
    ("Median odds ratio, øvre 95 %", "Median odds ratio, upper 95%"),
    ("Uden for 95 %", "Outside 95%"), ("Ventet uden for 95 %", "Expected outside 95%"),
    ("Uden for 99,8 %", "Outside 99.8%"),
    ("Ventet uden for 99,8 %", "Expected outside 99.8%"),
    ("Uafklarede pga. uoplyste", "Unsettled by missing"), ("p", "p"),
    ("Spredning ud over det tilfældige (overspredning)", "Spread beyond chance (overdispersion)"),
    ("Reel andel af rangorden", "Rankability"),
)  # fmt: skip
#: What each of the columns holds, and the decimals that a workbook shows.
_HOLDS = (
    (Kind.TEXT, None), (Kind.TEXT, None), (Kind.NUMBER, 0), (Kind.COUNT, None), (Kind.COUNT, None), (Kind.SHARE, 1),
    (Kind.RATIO, 2), (Kind.RATIO, 2), (Kind.RATIO, 2), (Kind.COUNT, None), (Kind.NUMBER, 2), (Kind.COUNT, None),
    (Kind.NUMBER, 3), (Kind.COUNT, None),
    (Kind.P, 4), (Kind.RATIO, 2), (Kind.SHARE, 0),
)  # fmt: skip
_VERDICTS = {
    "real": ("større end tilfældigt", "more than chance"), "uncertain": ("kan være tilfældig", "may be chance"),
    "none": ("ingen påviselig forskel", "no detectable difference"), "one": ("én enhed", "one unit"),
    "hidden": ("skjult", "hidden"), "no_data": ("ingen data", "no data"),
}  # fmt: skip


def _values(context: Reader, found: Comparison) -> tuple:
    """The row of an indicator, unrounded; None where nothing is judged."""
    judged = found.verdict in ("real", "uncertain", "none")
    summary = found.summary

    def known(value: float | None) -> float | None:
        return float(value) if judged and value is not None and np.isfinite(value) else None

    national = float(summary.national) if summary.national == summary.national else None
    return (
        words.title(context, found.indicator), context.t(*_VERDICTS[found.verdict]), known(found.concerned),
        len(found.shown), len(found.hidden), national, known(summary.mor),
        known(summary.mor_lower), known(summary.mor_upper),
        found.outside95 if judged else None, known(found.chance95), found.outside998 if judged else None,
        known(found.chance998), found.unsettled if judged else None, known(found.p), known(summary.phi_winsorised),
        known(summary.rankability),
    )  # fmt: skip


def twin(chosen: ChosenComparison, every: Sequence[Comparison]) -> html.Details:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    forms = (None, None, 0, None, None, "%", 2, 2, 2, None, 2, None, 3, None, 4, 2, "%0")

    def text(value: object, form: object) -> str:
        if value is None:
            return fmt.NONE
        if isinstance(value, str):
            return value
        if form in ("%", "%0"):
            return fmt.percent(value, 1 if form == "%" else 0, lang)
        return fmt.count(value, lang) if form is None else fmt.number(round(value, form), form, lang)

    columns = [tables.Heading(t(*one), "left" if place < 2 else "right") for place, one in enumerate(HEADINGS)]
    rows = []
    for found in every:
        head, *values = (text(value, form) for value, form in zip(_values(context, found), forms, strict=True))
        rows.append(tables.Row(head, values))
    caption = t(f"Variation, {context.database} {chosen.span}", f"Variation, {context.database} {chosen.span}")
    links = downloads.line(chosen.pinned, "variation")
    show = t("Vis alle tal som tabel", "Show all numbers as a table")
    return html.Details(
        [html.Summary(show), tables.table(caption, columns, rows, css="dense"), html.P(links)], className="twin"
    )


def sheet(chosen: ChosenComparison, every: Sequence[Comparison]) -> Sheet:
    """The table as a file: unrounded, with the indicator's id."""
    context, t = chosen.context, chosen.context.t
    held = zip(HEADINGS, _HOLDS, strict=True)
    columns = (Column("id", Kind.CODE), *(Column(t(*name), kind, decimals) for name, (kind, decimals) in held))
    rows = tuple((one.indicator.id, *_values(context, one)) for one in every)
    return Sheet(
        "variation",
        f"{choices.whose(context)}Variation. {context.database} {chosen.span}",
        columns,
        rows,
        (*registry.stamp(chosen.pinned), *choices.file_note(context)),
        chosen.span,
    )
