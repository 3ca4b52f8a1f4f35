"""The button that lets the rows of a list be picked for the comparison; assets/pick.js does it."""

from __future__ import annotations

import json

from layouts.parts import html
from results.compare.departments import MOST
from words import format as fmt
from words.reader import Reader


def start(context: Reader, level: str = "afdeling") -> html.Button:
    """The button for the list in the same part of the page. ``level``: of its rows but regions, as in the URL."""
    t = context.t
    most = fmt.number_word(MOST, context.lang)
    words = {
        "chosen": t("Til sammenligning", "To compare"),
        "go": t("Sammenlign", "Compare"),
        "clear": t("Ryd", "Clear"),
        "end": t("Færdig med at vælge", "Done picking"),
        "most": t(f"Højst {most} ad gangen.", f"At most {most} at a time."),
        "pick": t("Vælg {name} til sammenligning", "Pick {name} to compare"),
        "keys": t("Mellemrum vælger, Enter sammenligner", "Space picks, Enter compares"),
    }
    said = {
        "data-pick": context.to("/sammenlign"),
        "data-level": level,
        "data-most": str(MOST),
        "data-words": json.dumps(words, ensure_ascii=False),
    }
    return html.Button(
        t("Vælg til sammenligning", "Pick to compare"),
        type="button",
        className="text-link pick-start with-script",
        disable_n_clicks=True,
        **{**said, "aria-pressed": "false"},
    )
