"""What a page says of results that are being made: that they come, how far they are, and what is shown until then.

Until the new ones are there the results of the former snapshot stand, with its date, wherever they are kept and made by
the same definitions. Such an answer is not kept. ``assets/awaited.js`` asks ``/klar`` whether they have come and then
exchanges the page; without it the sentence says to reload.
"""

from __future__ import annotations

from collections.abc import Sequence

import flask

from data.once import BeingMade, Frame
from layouts.frame import source
from layouts.parts import html
from results import prepare
from results.warnings import signals as warnings
from words import format as fmt
from words.reader import Reader

_MARK = "being_made"


def mark(lang: str, awaited: Sequence[Frame], snapshot: str = "", ready: int | None = None) -> list:
    """The end of a sentence: that the page exchanges itself, or is to be reloaded. The answer with it is not kept.

    ``awaited``: the frames that the page waits for; ``snapshot``: that which it is of; ``ready``: how many there were.
    """
    if flask.has_request_context():
        flask.g.setdefault(_MARK, True)
    danish = lang == "da"
    attributes = {
        "data-awaits": " ".join(f"{database}.{key}" for database, key in awaited),
        "data-snapshot": snapshot,
        "data-ready": str(ready or 0),
    }
    by_itself = "Siden opdaterer sig selv." if danish else "The page updates itself."
    reload = "Genindlæs siden om nogle minutter." if danish else "Reload the page in some minutes."
    return [
        " ",
        html.Span(by_itself, className="with-script"),
        html.Noscript(reload),
        html.Span(className="awaits", hidden=True, **attributes),
    ]


def _marked(context: Reader, awaited: Sequence[Frame]) -> list:
    snapshot = (context.newest or context.view).snapshot
    names = [f"{database}.{key}" for database, key in awaited]
    return mark(context.lang, awaited, snapshot.id, prepare.kept(snapshot, names))


def sentence(context: Reader, of_chart: bool = False) -> str:
    """The sentence that stands where the warnings (or one chart) will stand."""
    if of_chart:
        return context.t("Kurven beregnes endnu for de nye data.", "The chart of the new data is still being computed.")
    return context.t(
        "Tidlige varsler beregnes endnu for de nye data.",
        "The early warnings of the new data are still being computed.",
    )


def told(context: Reader, error: BeingMade, of_chart: bool = False) -> html.Span:
    """``sentence`` with how far the databases are, on a page that will exchange itself."""
    frames = tuple(error.awaited) if of_chart else (*error.awaited, *_frames(context))
    return html.Span([" ".join([sentence(context, of_chart), *([] if of_chart else progress(context))]),
                      *_marked(context, tuple(dict.fromkeys(frames)))])  # fmt: skip


def _frames(context: Reader) -> list[Frame]:
    return warnings.frames((context.newest or context.view).snapshot)


def progress(context: Reader, of: Sequence[str] | None = None) -> list[str]:
    """'18 af 26 databaser er klar.' of the newest snapshot; [] where it holds one. ``of``: those that are not."""
    snapshot = (context.newest or context.view).snapshot
    every = len(snapshot.databases)
    there = every - len(of) if of is not None else len(warnings.ready(snapshot))
    if every == 1:
        return []
    ready, all_of_them = (fmt.count(number, context.lang) for number in (there, every))
    return [context.t(f"{ready} af {all_of_them} databaser er klar.", f"{ready} of {all_of_them} databases are ready.")]


def of_all(context: Reader) -> html.Span:
    """How many databases' warnings are ready, where a list of all of them is not whole yet."""
    said = context.t("Varslerne beregnes endnu: ", "The warnings are still being computed: ")
    return html.Span([said, *progress(context), *_marked(context, _frames(context))])


def partly(context: Reader, awaited: Sequence[str], frames: Sequence[Frame]) -> html.Span:
    """What a page of all databases says while some are being made: how many are in it, and which are not."""
    names = fmt.listed(list(awaited), context.lang)
    said = context.t(
        f"Ikke med endnu: {names}. Deres varsler beregnes for de nye data.",
        f"Not included yet: {names}. Their warnings are being computed for the new data.",
    )
    return html.Span([" ".join([*progress(context, awaited), said]), *_marked(context, frames)])


def former(context: Reader) -> Reader | None:
    """The same choices in the latest former snapshot whose board of the database is kept; None where there is none."""
    return source.former(context, warnings.is_ready)


def whole_page_told(context: Reader) -> html.Span:
    """``Reader.former_text`` on a page that is wholly of a former snapshot, and will exchange itself."""
    return html.Span([context.former_text(), *_marked(context, context.awaited or ())])


def of_before(lang: str, text: str, snapshot: str) -> html.P:
    """The notice on a page that was made of ``snapshot`` and stands in for the newer one: it asks again in a moment."""
    return html.P([html.Strong("! ", **{"aria-hidden": "true"}), text, *mark(lang, (), snapshot)],
                  className="notice", role="note")  # fmt: skip


def former_told(context: Reader) -> html.Span:
    """``Reader.former_text`` with how far the new ones are, on a page that will exchange itself."""
    return html.Span([" ".join([context.former_text(), *progress(context)]), *_marked(context, _frames(context))])


def keep_nothing() -> None:
    """The answer to the present request is not kept: it is of one person's patients, or of this day."""
    if flask.has_request_context():
        flask.g.setdefault(_MARK, True)


def kept_for_all() -> bool:
    """Whether the answer to the present request may be kept: it says nothing that is true for some minutes only."""
    return not (flask.has_request_context() and flask.g.get(_MARK, False))
