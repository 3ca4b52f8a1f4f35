"""What a figure's marks answer: the cards of its points, as data that assets/answers.js reads.

A mark says what it is by ``data-id`` (a unit) and ``data-of`` (an indicator, a year); its card has the key ``id``, or
``id of`` where one figure shows the unit more than once. The page works without: everything is in the table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from layouts.parts import html
from words.answer import Answer, CurveAnswer, CurveSteps
from words.reader import Reader


def key(id: str, of: object) -> str:
    """The key of a card of a mark that says ``data-of`` too."""
    return f"{id} {of}"


def cards(context: Reader, given: Mapping[str, Answer]) -> html.Script:
    """The cards by the key of their marks, in the order in which the arrow keys go through them."""
    hint = context.t(
        "Piletasterne går fra punkt til punkt, Enter åbner.", "The arrow keys go from point to point, Enter opens."
    )
    return data({"hint": hint, "cards": {name: _packed(context, card) for name, card in given.items()}}, "cards")


def curves(context: Reader, steps: CurveSteps, given: Sequence[tuple[str, str, CurveAnswer]]) -> html.Script:
    """What the curves of a figure say at each step; each with its id and colour."""
    lines = [
        {
            "id": id,
            "colour": colour,
            "name": one.name,
            "href": context.to(one.path) if one.path else "",
            "values": [one.values.get(step, 0) for step in range(len(steps.when))],
        }
        for id, colour, one in given
    ]
    told = {"hint": steps.hint, "when": steps.when, "page": steps.page, "beside": steps.beside, "lines": lines}
    return data(told, "curves")


def switches(context: Reader, given: Sequence[tuple[str, str, CurveAnswer]]) -> html.Div:
    """A button for each curve, which takes it out of the figure and brings it back."""
    buttons = [
        html.Button(
            [html.I(style={"background": colour}), one.name],
            type="button",
            className="curve-switch",
            disable_n_clicks=True,
            **{"data-switch": id, "aria-pressed": "true"},
        )
        for id, colour, one in given
    ]
    label = context.t("Vis kurver", "Show curves")
    return html.Div(
        [html.Span(label), *buttons], className="curve-switches with-script", role="group", **{"aria-label": label}
    )


def data(told: dict, css: str) -> html.Script:
    """What a script of the page reads, by the class of its element."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for sign in "&<>":  # the text of a script is not unescaped by a browser
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return html.Script(text, type="application/json", className=css)


def _packed(context: Reader, card: Answer) -> list:
    text, path = card.opens or ("", "")
    page, _, part = path.partition("#")
    href = page if not page or "?" in page else context.to(page)
    href += f"#{part}" if part else ""
    packed = [card.name, card.about, card.value, list(card.beside), card.verdict.replace("_", "-"), card.word,
              card.place, text, href]  # fmt: skip
    while not packed[-1]:
        packed.pop()
    return packed
