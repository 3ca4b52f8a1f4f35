"""What a phone shows instead of wide tables: what needs attention in full, the rest as compact rows."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from layouts.parts import html
from layouts.parts.marks import mark, verdict
from words.verdicts import VERDICTS, verdict_text

Body = object


def attention(
    title: str,
    href: str | None,
    *,
    verdict_name: str,
    standard: str,
    value: str,
    interval: str,
    strip: Body,
    facts: Sequence[str] = (),
    more: Sequence[Body] = (),
    lang: str = "da",
) -> html.Article:
    """One indicator in full: title and verdict, standard, key figure with interval, strip, up to three
    facts.

    ``more``: an early warning and its figure. ``standard`` as printed ('standard ≥ 90 %').
    """
    head = html.Div(
        [
            html.H3(dcc.Link(title, href=href) if href else title),
            verdict(verdict_name, lang),
        ],
        className="card-head",
    )
    figure = html.P(
        [html.Strong(value, className="key-figure"), " ", html.Span(interval, className="key-interval")],
        className="card-figure",
    )
    line = [html.P([html.Span(fact) for fact in facts], className="card-facts")] if facts else []
    return html.Article(
        [head, html.P(standard, className="card-standard"), figure, strip, *line, *more], className="card"
    )


def compact_head(verdict_name: str, text: str, lang: str = "da") -> html.H3:
    """The heading of a group of compact rows: shape, word, and how many."""
    shape = [mark(verdict_name)] if VERDICTS[verdict_name][2] else []
    word = html.Span(verdict_text(verdict_name, lang), className="verdict-word")
    return html.H3(
        [*shape, word, html.Span(f" {text}", className="compact-count")],
        className=f"compact-head verdict-{verdict_name.replace('_', '-')}",
    )


def compact(title: str, href: str | None, detail: Body, value: str, interval: str) -> html.Div:
    """A compact row: title and detail to the left, value and interval to the right; the whole row is
    the link.
    """
    inside = [
        html.Span(
            [html.Span(title, className="compact-title"), html.Span(detail, className="compact-detail")],
            className="compact-left",
        ),
        html.Span(
            [html.Span(value, className="compact-value"), html.Span(interval, className="compact-detail")],
            className="compact-right",
        ),
    ]
    if href:
        return html.Div(dcc.Link(inside, href=href, className="compact-row"), className="compact")
    return html.Div(html.Div(inside, className="compact-row"), className="compact")


def onward(title: str, href: str, right: str = "") -> html.Div:
    """A link onward as a row of its own: 'Ventetider i afdelingen ›'."""
    arrow = html.Span([right, " ›"] if right else "›", className="onward-right")
    return html.Div(dcc.Link([html.Span(title), arrow], href=href), className="onward")


def warning(strong: str, text: Body) -> html.P:
    """An early warning: filled triangle, the word, the sentence."""
    triangle = html.Span("!", className="triangle", **{"aria-hidden": "true"})
    return html.P([triangle, html.Span([html.Strong(strong), " ", text])], className="warning")
