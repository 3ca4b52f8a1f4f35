"""A sentence in runs, drawn: what stands out is strong, what leads somewhere a link."""

from __future__ import annotations

from dash import dcc

from layouts.parts import html
from words.runs import Runs, TextPart


def drawn(runs: Runs) -> list:
    """The parts of a paragraph."""
    return [one if isinstance(one, str) else _one(one) for one in runs]


def _one(run: TextPart) -> object:
    if run.href:
        return dcc.Link(run.text, href=run.href)
    if run.raised:
        return html.Sup(run.text)
    tone = {"className": run.tone.replace("_", "-")} if run.tone else {}
    return html.Strong(run.text, **tone) if run.strong else html.Span(run.text, **tone)
