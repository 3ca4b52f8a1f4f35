"""The download links of a table."""

from __future__ import annotations

from urllib.parse import urlencode

from exports.files import FORMATS
from layouts.parts import html, pick
from layouts.parts.figure import Download
from words.reader import Reader


def links(context: Reader, name: str, subject: str = "") -> tuple[Download, ...]:
    """The download links of a table, one for each format, for the same choices as the page."""
    return tuple(
        Download(form.link.in_(context.lang), _address(context, name, end, subject)) for end, form in FORMATS.items()
    )


def line(context: Reader, name: str, subject: str = "", picks: bool = False) -> html.Span:
    """The download links and the permalink as small text links, for a table without a figure; ``picks``: and the button
    that lets its rows be picked for the comparison."""
    parts = [html.A(one.text, href=one.href, className="text-link") for one in links(context, name, subject)]
    parts.append(html.A(context.t("Link", "Link"), href=context.permalink(), className="text-link"))
    if picks:
        parts.insert(0, pick.start(context))
    return html.Span(parts, className="text-links")


# A file keeps its table's own order, whatever the page's.
def _address(context: Reader, name: str, form: str, subject: str) -> str:
    state = context.state.cleared() if context.whole else context.state
    own = state.with_(database=context.database, period=context.period, sort="").query()
    more = urlencode({"emne": subject}) if subject else ""
    return f"/hent/{name}.{form}?{'&'.join(part for part in (own, more) if part)}"
