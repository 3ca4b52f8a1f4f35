"""/rapport: the annual report of a database, to be fetched as a file of one's choice."""

from __future__ import annotations

import dash

from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import html
from layouts.report import parts
from results.audit import overview
from words import overview as text

EXTRAS = parts.EXTRAS

dash.register_page(__name__, path="/rapport", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The choices, what the report will say first, and a link for each form of file."""
    context = source.view("/rapport", query, EXTRAS).of_all_patients()
    t = context.t
    rows = overview(context.view.of_all_patients())
    unused = t(
        "Rapporten er af alle patienter efter behandlende sted; andre valg er ikke brugt.",
        "The report is of all patients by place of treatment; other choices were not used.",
    )
    other = context.state.filtered or context.state.place != "treating"
    body = html.Div(
        [
            shell.section(t("Hent rapporten", "Fetch the report"), parts.formats(context), id="hent"),
            shell.section(
                t("Kun sammenfatningen, højst to sider", "The summary alone, at most two pages"),
                parts.summaries(context),
                id="sammenfatning",
            ),
            *parts.version_section(context),
            shell.section(t("Den begynder", "It begins"), html.P(text.finding(context, rows)), id="begynder"),
            shell.section(
                t("Hvad den indeholder", "What it contains"),
                html.P(
                    t(
                        "Konklusioner, alle indikatorer på én tabel, hver indikator med definition, tabel efter RKKP's "
                        "skabelon, figurer og tekst, overlevelse, ventetider, varsler og forbedringer, datagrundlag og "
                        "metode. Tallene er de samme som på siderne.",
                        "Conclusions, all indicators on one table, each indicator with definition, the table of RKKP's "
                        "template, figures and text, survival, waiting times, warnings and improvements, data basis "
                        "and methods. The numbers are those of the pages.",
                    )
                ),
                id="indhold",
            ),
        ],
        className="report",
    )
    return shell.page(
        context,
        active="report",
        finding=t(f"Årsrapport {context.period_label}", f"Annual report {context.period_label}"),
        lead=context.database_label,
        notices=[unused] if other else [],
        selections=[select.database(context), *select.standard(context, "period"), *parts.edition_switch(context)],
        summary=(t("Årsrapport", "Annual report"), f"{context.database} · {context.period_label}"),
        body=body,
    )
