"""/audit: the agenda of a database's yearly audit meeting by need for discussion, and the list of actions."""

from __future__ import annotations

import dash

from data.once import BeingMade
from data.registers import BrokenRegisters
from layouts.audit import journal, parts
from layouts.frame import being_made, shell, source
from layouts.frame import selections as select
from layouts.parts import html
from results import meeting

dash.register_page(__name__, path="/audit", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The agenda with its reasons, the way into the meeting, decisions of this year and the last."""
    context = source.view("/audit", query).of_all_patients()
    t = context.t
    menus = [select.database(context), *select.standard(context, "period")]
    title = t(f"Audit {context.period_label}", f"Audit {context.period_label}")
    if context.edition == "public":
        lead = t("Dagsorden og beslutninger ses kun i arbejdsudgaven.",
                 "Agenda and decisions are in the working edition only.")  # fmt: skip
        # A clinician meets the own departments' cases here, whatever the edition of the numbers.
        own = html.Div(journal.listed(context), className="audit")
        return shell.page(context, active="audit", finding=title, lead=lead, selections=menus, body=own)
    try:
        items, last = meeting.everything(context.view), meeting.decisions(context.view, context.period - 1)
    except BeingMade as error:
        return shell.page(context, active="audit", finding=title, lead=being_made.told(context, error),
                          selections=menus)  # fmt: skip
    except BrokenRegisters:
        lead = t("Registret med beslutninger kan ikke læses for tiden. Sig det til dem, der driver dashboardet.",
                 "The register of decisions cannot be read at present. Tell those who run the dashboard.")  # fmt: skip
        return shell.page(context, active="audit", finding=title, lead=lead, selections=menus)
    return shell.page(
        context,
        active="audit",
        finding=parts.finding(context, items),
        lead=context.database_label,
        selections=menus,
        summary=(title, context.database),
        body=html.Div(
            [
                parts.start(context, items),
                parts.agenda(context, items),
                *parts.actions(context, items, last),
                *journal.listed(context),
            ],
            className="audit",
        ),
        title=f"{title} · {context.database}",
    )
