"""Crude, net and adjusted survival side by side, and which question each answers."""

from __future__ import annotations

from dash import dcc

from layouts.frame import shell
from layouts.parts import html
from results.survival.adjusted import PLACES, Adjusted
from results.survival.net import net_survival, why_not
from words import adjusted as adjusted_text
from words import net as text
from words.chosen.survival import VIEWS, ChosenSurvival


def section(chosen: ChosenSurvival, found: Adjusted | None = None) -> list:
    """The three numbers of the country's patients; ``found``: the adjusted result, where the page has it.

    Nothing where net survival is not shown (then there are not three), or where it bears no sentence.
    """
    context, t = chosen.context, chosen.context.t
    if why_not(context.view) is not None:
        return []
    net = net_survival(context.view, "none", chosen.cohort)
    sentences = text.two_sentences(net, context)
    if not sentences:
        return []
    crude, alone = sentences
    adjusted = (
        f" {adjusted_text.finding(found, context)}."
        if found is not None and found.by in PLACES
        else t(
            " Stedernes patienter er ikke lige syge. Dødeligheden justeres for alder, stadie og andet, før stederne "
            "sammenlignes.",
            " Places do not have patients alike. Mortality is adjusted for age, stage and more before places are "
            "compared.",
        )
    )
    rows = (("kurver", crude), ("netto", alone), ("justeret", adjusted))
    words = [html.P([_question(chosen, view), sentence]) for view, sentence in rows]
    title = t("Tre tal, tre spørgsmål", "Three numbers, three questions")
    return [shell.section(title, html.Div(words, className="survival-words"), id="tre-tal")]


def _question(chosen: ChosenSurvival, view: str) -> object:
    context = chosen.context
    asked = context.t(*VIEWS[view])
    if view == chosen.view:
        return html.Strong(asked)
    by = {"efter": "afdeling"} if view == "justeret" and chosen.by not in PLACES else {}
    return dcc.Link(html.Strong(asked), href=context.here(vis=None if view == "kurver" else view, **by))
