"""What a page says of results that another process is making: that they come, and that the page is not to be kept."""

from __future__ import annotations

import flask

from words.reader import Reader

_MARK = "being_made"


def sentence(context: Reader, of_chart: bool = False) -> str:
    """The sentence that stands where the warnings (or one chart) will stand; the answer with it is not kept."""
    if flask.has_request_context():
        flask.g.setdefault(_MARK, True)
    if of_chart:
        return context.t(
            "Kurven beregnes endnu for de nye data. Genindlæs siden om nogle minutter.",
            "The chart of the new data is still being computed. Reload the page in some minutes.",
        )
    return context.t(
        "Tidlige varsler beregnes endnu for de nye data. Genindlæs siden om nogle minutter.",
        "The early warnings of the new data are still being computed. Reload the page in some minutes.",
    )


def kept_for_all() -> bool:
    """Whether the answer to the present request may be kept: it says nothing that is true for some minutes only."""
    return not (flask.has_request_context() and flask.g.get(_MARK, False))
