"""The definition box of an indicator: words, standard with its source, interval, condition, version."""

from __future__ import annotations

from data.reference import Standard
from indicators.declaration import Indicator
from layouts.frame import shell
from layouts.parts import html
from results.audit import UnitTable
from results.cube import DEFINITION_VERSION
from words import definition as words
from words.reader import Reader


def box(context: Reader, indicator: Indicator, table: UnitTable | None, standard: Standard | None) -> html.Section:
    """'Sådan er indikatoren defineret'; ``table`` None where the indicator is not shown (then without counts)."""
    t = context.t
    rows: list[tuple[str, object]] = list(words.facts(context, indicator, table, standard))
    if not indicator.survival_years:
        rows.append((t("Betingelse", "Condition"), _condition(context, indicator)))
    rows.append((t("Version", "Version"), html.Code(DEFINITION_VERSION)))
    return shell.panel(t("Sådan er indikatoren defineret", "How the indicator is defined"), shell.facts(rows))


def _condition(context: Reader, indicator: Indicator) -> html.Details:
    """The SQL conditions as the engine counts them; all of them on request."""
    t = context.t
    parts = [
        (t("Rækker", "Rows"), indicator.rows),
        (t("Dato", "Date"), indicator.index_date),
        (t("Population", "Population"), indicator.population),
        (t("Udeladt", "Excluded"), indicator.exclusion),
        (t("Tæller (tom: uoplyst)", "Numerator (empty: missing)"), indicator.numerator),
    ]
    lines = [html.P([html.Span(f"{name}: "), html.Code(sql)]) for name, sql in parts]
    return html.Details([html.Summary(t("Vis SQL", "Show SQL")), *lines], className="sql")
