"""/overlevelse in the public edition: one and five years after the diagnosis, of fixed yearly cohorts, by region."""

from __future__ import annotations

from dash import dcc

from exports.cohorts import of_cohorts, survival_tables
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results.audit import UnitTable
from results.table import Line
from words import format as fmt
from words import indicator as words
from words import values
from words.reader import Reader

#: So many cohorts are shown, the latest first.
COHORTS = 5


def page(context: Reader) -> html.Div:
    """The whole page."""
    t, found = context.t, survival_tables(context)
    body: list = [_section(context, one) for one in found]
    if not body:
        body = [html.P(t("Ingen årgang er fulgt længe nok.", "No cohort has been followed long enough."))]
    body.append(html.P(line(context, "aarsoverlevelse"), className="section-links"))
    return shell.page(
        context,
        active="survival",
        finding=_finding(context, found),
        lead=t(
            "Andel i live 1 og 5 år efter diagnosen, uanset dødsårsag, for alle patienter diagnosticeret i hvert "
            "opgørelsesår (Kaplan-Meier, ikke justeret for alder og stadie).",
            "Share alive 1 and 5 years after the diagnosis, whatever the cause of death, of all patients diagnosed in "
            "each reporting year (Kaplan–Meier, not adjusted for age and stage).",
        ),
        selections=select.standard(context, "database", "place", "regions"),
        body=html.Div(body, className="survival"),
        foot=[
            t(
                f"Offentlig udgave: faste årgange, hele patienter. Resultater, hvor færre end {context.threshold} er "
                "døde eller i live, er skjult sammen med dem, de kunne regnes ud af. Kurver, stadier, dødsårsager og "
                "netto-overlevelse vises i arbejdsudgaven.",
                f"Public edition: fixed cohorts, whole patients. Results with fewer than {context.threshold} dead or "
                "alive are hidden, with those from which they could be worked out. Curves, stages, causes of death and "
                "net survival are shown in the working edition.",
            )
        ],
    )


def _finding(context: Reader, found: list[UnitTable]) -> str:
    t, said = context.t, []
    for table in found:
        last = next((one for one in table.periods if table.cell(table.nation, one).rate is not None), None)
        if last is None:
            continue
        years, rate = table.indicator.survival_years, table.cell(table.nation, last).rate
        share, cohort = fmt.percent(rate, 1, context.lang), words.cohort(context, table, last)
        said.append(t(f"{share} af dem, der blev diagnosticeret {cohort}, var i live efter {years} år",
                      f"{share} of those diagnosed {cohort} were alive after {years} years"))  # fmt: skip
    if not said:
        return t("Overlevelsen kan ikke vises.", "Survival cannot be shown.")
    return f"{'; '.join(said)}."


def _section(context: Reader, table: UnitTable) -> html.Section:
    t, lang = context.t, context.lang
    shown = of_cohorts(context, [table])
    known = {(one["cohort"], one.row.key): one for one in shown.lines}
    cohorts = [words.cohort(context, table, one) for one in table.periods[:COHORTS]]

    def text(cohort: str) -> tables.Draw:
        def draw(of: Line) -> object:
            cell = known[cohort, of.row.key]
            if cell.number("rate") is None:
                return values.percent_number(cell, "rate", lang)
            below = f"n {fmt.count(cell['cases'], lang)}"
            return tables.cell(values.percent_number(cell, "rate", lang), values.limits(cell, "lower", "upper", lang),
                               below)  # fmt: skip

        return draw

    heads = [tables.Heading(t("Sted", "Place"), "left", of="unit")]
    heads += [tables.Heading(one, draw=text(one), wide_only=n > 1) for n, one in enumerate(cohorts)]
    years = table.indicator.survival_years
    title = t(f"I live efter {years} år, efter diagnoseår", f"Alive after {years} years, by year of diagnosis")
    lines = [known[cohorts[0], one.row.key] for one in shown.lines if one["cohort"] == cohorts[0]]
    link = dcc.Link(
        t("Udvikling og afdelinger", "Trend and departments"), href=context.to(f"/indikator/{table.indicator.id}")
    )
    return shell.section(
        title,
        tables.drawn(context, shown, heads, caption=f"{title}: % (95 % CI)", lines=lines),
        html.P(link, className="section-links"),
        id=f"efter-{years}-aar",
    )
