"""/ventetider: waiting times against the legal maximum: those waiting now, the ended legs, and those who started."""

from __future__ import annotations

import dash
from dash import dcc

from exports import waits as exports
from indicators.catalogue import why_waits_not_reported
from layouts.frame import shell, source
from layouts.parts import html
from layouts.waits import bar, describe, now, plan, public, report, units, weeks
from layouts.waits import ended as ended_part
from results.waits import legs as tables
from results.waits import started as cohort
from words import format as fmt
from words.chosen import waits as choices

EXTRAS = choices.EXTRAS

dash.register_page(__name__, path="/ventetider", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The page for a parsed query string."""
    context = source.view("/ventetider", query, EXTRAS)
    if context.edition == "public":
        return public.page(context)
    chosen = choices.read(context)
    if chosen.scope is None and not (chosen.packages and choices.uncovered(chosen)):
        return _absent(chosen)
    if chosen.packages:
        finding = report.packages_finding(chosen.context, chosen.context.everything)
        return _page(chosen, finding, report.packages_section(chosen.context, chosen.context.everything))
    found = tables.waiting(chosen.scope)
    ended, started = tables.ended(chosen.scope), cohort.started(chosen.scope)
    body = [
        now.act_today(chosen, found),
        *now.notice_line(chosen, found),
        now.section(chosen, found),
        ended_part.heads(chosen, ended, started),
    ]
    t = chosen.context.t
    later = (
        (t("Uge for uge, samtykke og overskridelser", "Week by week, consent and overruns"), [weeks.section(chosen)]),
        (t("Hvad der skal til, og hvem der startede", "What it takes, and who started"),
         [*plan.section(chosen), *plan.cohorts(chosen)]),
        (t("Afdelingerne", "The departments"),
         [*units.section(chosen), *describe.within(chosen), *describe.notices(chosen)]),
        (t("Indberetning til Sundhedsstyrelsen", "The report to the Health Authority"),
         [report.report_section(chosen.context, chosen.context.everything)]),
    )  # fmt: skip
    body += [shell.behind(name, *parts, id=f"del-{n}") for n, (name, parts) in enumerate(later, start=1) if parts]
    return _page(chosen, now.finding(chosen, found), body, foot=_foot(chosen))


def _page(chosen: choices.ChosenWaits, finding: object, body: object, lead: object = None, foot: list | None = None):
    context, t = chosen.context, chosen.context.t
    where = chosen.who or t("alle afdelinger", "all departments")
    what = t(f"Ventetid til {chosen.leg_word}", f"Wait for {chosen.leg_word}")
    if chosen.packages:
        what, where = t("Pakketider", "Package times"), t("alle afdelinger", "all departments")
    return shell.page(
        context,
        active="waits",
        filtered=True,
        finding=finding,
        lead=lead,
        notices=chosen.notices,
        selections=bar.selections(chosen),
        summary=(what, f"{context.database_label} · {where}"),
        title=f"{what} · {context.database_label}",
        body=html.Div(body, className="waits"),
        foot=foot or [],
    )  # fmt: skip


def _absent(chosen: choices.ChosenWaits) -> html.Div:
    context, t = chosen.context, chosen.context.t
    there = tables.delivering(context.view.snapshot)
    finding = t(f"{context.database} leverer ikke ventetider i dette udtræk.",
                f"{context.database} delivers no waiting times in this extract.")  # fmt: skip
    reason = why_waits_not_reported(context.view.info)
    if "waits" in context.view.info.tables and reason is not None:
        why = reason.in_(context.lang)
        finding = t(f"Ventetider er ikke opgjort for {context.database}. {why}",
                    f"Waiting times are not reported for {context.database}. {why}")  # fmt: skip
    if scope := choices.uncovered(chosen):
        finding = [
            t(f"{context.database} er ikke omfattet af de maksimale ventetider.",
              f"{context.database} is not covered by the maximum waits."),
            uncovered_text(chosen, scope),
        ]  # fmt: skip
    names = dict(context.databases)
    links = [html.Li(dcc.Link(names[code], href=context.here(database=code, omfang=None))) for code in there]
    body = html.Div(
        [html.H2(t("Databaser med ventetider", "Databases with waiting times")), html.Ul(links, className="link-list")],
        className="section",
    )
    if not links:
        body = html.P(
            t("Ingen databaser i udtrækket har ventetider.", "No database of this extract has waiting times.")
        )
    return _page(chosen, finding, body)


def _foot(chosen: choices.ChosenWaits) -> list:
    t = chosen.context.t
    limits = {
        "treatment": t(
            "Frister for behandling: 14 dage fra samtykke og 28 dage fra henvisning. Et forløb er over, når det bryder "
            "én af dem.",
            "Limits for treatment: 14 days from consent and 28 days from referral. A case is over when it breaks "
            "either of them.",
        ),
        "examination": t("Frist for udredning: 14 dage fra modtaget henvisning.",
                         "Limit for examination: 14 days from receipt of the referral."),
        "aftercare": t("Frist for efterbehandling: 14 dage fra henvisning og samtykke, regnet fra den seneste af dem.",
                       "Limit for aftercare: 14 days from referral and consent, counted from the later."),
    }[chosen.scope.leg]  # fmt: skip
    return [limits, uncovered_text(chosen, choices.uncovered(chosen))]


def uncovered_text(chosen: choices.ChosenWaits, scope: tables.Scope) -> str:
    """How many legs have no legal maximum."""
    t, lang = chosen.context.t, chosen.context.lang
    found, weeks, word = scope.not_covered, tables.WEEKS, chosen.leg_word
    who = t("Hudkræft bortset fra modermærkekræft og kræft, der kræver knoglemarvstransplantation, er ikke omfattet af "
            "den maksimale ventetid",
            "Skin cancer other than melanoma and cancer that needs a bone-marrow transplant are not covered by the "
            "maximum wait")  # fmt: skip
    if found is None:
        return t(f"{who}; antallet af de forløb er skjult.", f"{who}; the number of such cases is hidden.")
    many = fmt.count(found, lang)
    if found == 1:
        return t(f"{who}. Ikke omfattet: 1 forløb til {word}, der venter nu eller er sluttet i de seneste {weeks} "
                 "uger. Det indgår ikke i nogen andel.",
                 f"{who}. Not covered: 1 case for {word} that waits now or ended in the last {weeks} weeks. "
                 "It is in no share.")  # fmt: skip
    return t(f"{who}. Ikke omfattet: {many} forløb til {word}, der venter nu eller er sluttet i de seneste {weeks} "
             "uger. De indgår ikke i nogen andel.",
             f"{who}. Not covered: {many} cases for {word} that wait now or ended in the last {weeks} weeks. "
             "They are in no share.")  # fmt: skip


__all__ = ["exports", "layout"]
