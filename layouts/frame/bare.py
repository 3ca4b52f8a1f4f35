"""A page without data: what went wrong, the way in, the account."""

from __future__ import annotations

from layouts.frame.shell import BRAND
from layouts.parts import html


def bare(lang: str, heading: str, sentence: str, *more: object, home: bool = True) -> html.Div:
    """The heading, a sentence and what follows, under the brand alone; ``home``: with the way to the front page."""
    danish = lang == "da"
    start = "/" if danish else "/?lang=en"
    body: list = [html.H1(heading, className="finding"), *more]
    if home:
        body.append(html.P(html.A("Gå til forsiden" if danish else "Go to the front page", href=start)))
    brand = html.A(BRAND, href=start, className="brand")
    return html.Div(
        [
            html.Header(html.Div(brand, className="wrap top-row"), className="top"),
            html.Main(body, id="main", className="wrap", tabIndex=-1),
        ],
        className="shell",
        lang=lang,
        **{"data-title": f"{heading} · {BRAND}", "data-description": sentence, "data-status": "500"},
    )
