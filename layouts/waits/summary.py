"""Waiting times in short, for the overview and a department: one row per leg, with the way to the page."""

from __future__ import annotations

from dataclasses import replace

from dash import dcc

from layouts.parts import html
from layouts.parts import tables as tables_part
from results.waits import legs as tables
from results.waits.legs import Scope
from words import format as fmt
from words import whom
from words.chosen.waits import LEGS, WORDS, weeks_text, without_case
from words.reader import Reader


def section(context: Reader, unit: str = "") -> list:
    """Share in time, rules kept and those over the maximum now, by leg; [] where the database delivers no waits.

    ``unit``: a department's code; a leg that it has no cases of is left out.
    """
    if context.view is None or context.database not in tables.delivering(context.view.snapshot):
        return []
    view = replace(context.view, place="treating" if unit else context.view.place)
    t, lang = context.t, context.lang
    rows, weeks, some_hidden, first = [], "", False, None
    for word, leg in LEGS.items():
        scope = Scope(view, (context.database,), leg, "department" if unit else "nation", unit)
        ended, now = tables.ended(scope), tables.waiting(scope)
        if ended.coarse.legs == 0 and now.counts.legs == 0:
            continue
        weeks, first = weeks or weeks_text(tables.period(scope), lang), first or scope
        extra = [("ben", word)] if leg != "treatment" else []
        extra += [("hvor", unit)] if unit else []
        name = t(*WORDS[leg]).capitalize()
        link = dcc.Link(name, href=context.to("/ventetider", extra=tuple(sorted(extra))))
        cells: list = [_share(context, ended), _kept(context, ended), _count(context, now.counts.legs)]
        cells.append(_count(context, now.counts["waiting_over"], "waits-red"))
        cells.append(_count(context, now.counts["waiting_booked_over"], "waits-amber"))
        some_hidden |= None in (ended.coarse.legs, ended.counts.legs, now.counts.legs)
        rows.append(tables_part.Row(link, cells))
    if not rows:
        return []
    columns = [
        tables_part.Heading(t("Ventetid til", "Wait for"), align="left"),
        tables_part.Heading(t("Til tiden", "In time"), sub=t("afsluttede", "ended")),
        tables_part.Heading(t("Regler overholdt", "Rules kept"), sub=t("afsluttede", "ended"), css="wide-only"),
        tables_part.Heading(t("Venter", "Waiting"), sub=t("nu", "now")),
        tables_part.Heading(t("Over maksimum", "Over maximum"), sub=t("nu", "now")),
        tables_part.Heading(t("Booket over frist", "Booked beyond"), sub=t("nu", "now"), css="wide-only"),
    ]
    patients = context.patients_text()
    notes = [t(f"Afsluttede forløb, {weeks}, {patients}.", f"Ended cases, {weeks}, {patients}.")]
    if context.filters():
        notes.append(f"{t(*WORDS[first.leg]).capitalize()}: {without_case(context, first)}")
    if some_hidden:
        k = context.threshold
        notes.append(
            t(f"Skjult: antallet er under {k}, eller kan ellers regnes ud.",
              f"Hidden: the number is below {k}, or could be found otherwise.")
        )  # fmt: skip
    title = t("Ventetider", "Waiting times")
    return [
        html.Section(
            [
                html.Div(html.H2(f"{title}{whom.suffix(context)}"), className="section-head"),
                tables_part.table(title, columns, rows, css="dense waits-summary", footnotes=notes),
            ],
            className="section",
            id="ventetider",
        )
    ]


def _share(context: Reader, ended: tables.Ended) -> str:
    if ended.in_time is None:
        return context.t("skjult", "hidden") if ended.coarse.legs is None else fmt.NONE
    return fmt.percent(ended.in_time, 1, context.lang)


def _kept(context: Reader, ended: tables.Ended) -> str:
    if ended.rules_kept is None:
        return fmt.NONE if ended.counts.legs == 0 else context.t("skjult", "hidden")
    low, high = ended.rules_kept
    if low == high:
        return fmt.percent(low, 1, context.lang)
    return f"{fmt.percent_number(low, 1, context.lang)}{fmt.EN_DASH}{fmt.percent(high, 1, context.lang)}"


def _count(context: Reader, value: int | None, css: str = "") -> object:
    if value is None:
        return context.t("skjult", "hidden")
    text = fmt.count(value, context.lang)
    return html.Strong(text, className=css) if css and value else text
