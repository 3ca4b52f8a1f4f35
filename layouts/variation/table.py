"""The variation page's numbers as a table and as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exports import registry
from exports.files import Sheet
from layouts.parts import downloads, html, tables
from results.table import Column, Kind, Link, On, Table, TableRow, of
from results.variation.comparison import Comparison
from words import variation as words
from words.chosen import comparison as choices
from words.chosen.comparison import ChosenComparison
from words.reader import Reader

#: Key, names, what it holds and the decimals shown, of each column after the indicator's id.
_COLUMNS = (
    ("indicator", "Indikator", "Indicator", Kind.TEXT, None),
    ("verdict", "Vurdering", "Verdict", Kind.TEXT, None),
    ("concerned", "Berørte om året", "Concerned a year", Kind.NUMBER, 0),
    ("units", "Enheder", "Units", Kind.COUNT, None),
    ("hidden", "Skjulte", "Hidden", Kind.COUNT, None),
    ("national", "Landet", "Country", Kind.SHARE, 1),
    ("mor", "Median odds ratio", "Median odds ratio", Kind.RATIO, 2),
    ("mor_lower", "Median odds ratio, nedre 95 %", "Median odds ratio, lower 95%", Kind.RATIO, 2),
    ("mor_upper", "Median odds ratio, øvre 95 %", "Median odds ratio, upper 95%", Kind.RATIO, 2),
    ("outside95", "Uden for 95 %", "Outside 95%", Kind.COUNT, None),
    ("expected95", "Ventet uden for 95 %", "Expected outside 95%", Kind.NUMBER, 2),
    ("outside998", "Uden for 99,8 %", "Outside 99.8%", Kind.COUNT, None),
    ("expected998", "Ventet uden for 99,8 %", "Expected outside 99.8%", Kind.NUMBER, 3),
    ("unsettled", "Uafklarede pga. uoplyste", "Unsettled by missing", Kind.COUNT, None),
    ("p", "p", "p", Kind.P, 4),
    ("overdispersion", "Spredning ud over det tilfældige (overspredning)", "Spread beyond chance (overdispersion)",
     Kind.RATIO, 2),
    ("rankability", "Reel andel af rangorden", "Rankability", Kind.SHARE, 0),
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


def of_indicators(chosen: ChosenComparison, every: Sequence[Comparison]) -> Table:
    """One row for each indicator, in the order of the page."""
    context, t = chosen.context, chosen.context.t
    columns = (
        *of(Kind.CODE, "id", keys="id", on=On.FILE),
        *(Column(t(da, en), kind, decimals, key=key) for key, da, en, kind, decimals in _COLUMNS),
    )
    rows = tuple(
        TableRow(
            (one.indicator.id, *_values(context, one)), key=one.indicator.id, link=Link("indicator", one.indicator.id)
        )
        for one in every
    )
    title = f"{choices.whose(context)}Variation. {context.database} {chosen.span}"
    return Table(title, columns, rows, id="variation-tal")


def twin(chosen: ChosenComparison, every: Sequence[Comparison]) -> html.Details:
    """Every number of the page's indicators, folded."""
    context, t = chosen.context, chosen.context.t
    table = of_indicators(chosen, every)
    columns = [
        tables.Heading(align="left" if kind is Kind.TEXT else "right", of=key) for key, _, _, kind, _ in _COLUMNS
    ]
    caption = t(f"Variation, {context.database} {chosen.span}", f"Variation, {context.database} {chosen.span}")
    links = downloads.line(chosen.pinned, "variation")
    show = t("Vis alle tal som tabel", "Show all numbers as a table")
    drawn = tables.drawn(context, table, columns, css="dense", caption=caption)
    return html.Details([html.Summary(show), drawn, html.P(links)], className="twin")


def sheet(chosen: ChosenComparison, every: Sequence[Comparison]) -> Sheet:
    """The table as a file: unrounded, with the indicator's id."""
    stamp = (*registry.stamp(chosen.pinned), *choices.file_note(chosen.context))
    return Sheet("variation", of_indicators(chosen, every), stamp, chosen.span)
