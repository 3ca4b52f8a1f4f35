"""The reader's own sets of units by name, kept on this device by the reader's choice; assets/pick.js keeps them."""

from __future__ import annotations

import json

from layouts.parts import html
from layouts.parts.input import Input
from words.chosen.compare import WORD, ChosenUnits, joined

#: Letters of a name at most.
LONGEST = 40


def part(chosen: ChosenUnits) -> html.Div:
    """The list of sets, which the script fills, and how the chosen units become one."""
    context, t = chosen.context, chosen.context.t
    words = {
        "open": t("Åbn sættet {name}", "Open the set {name}"),
        "forget": t("Glem sættet {name}", "Forget the set {name}"),
        "kept": t("Sættet {name} er gemt på denne enhed.", "The set {name} is kept on this device."),
        "gone": t("Sættet {name} er glemt.", "The set {name} is forgotten."),
        "full": t("Browseren tillader ikke, at noget gemmes.", "The browser does not allow anything to be kept."),
    }
    now = {"database": context.database, "niveau": WORD[chosen.level], "enheder": joined(chosen.codes)}
    parts: list = [
        html.Span(t("Egne sæt", "Own sets"), className="chips-label", id="egne-saet"),
        html.Ul([], className="sets-list", **{"aria-labelledby": "egne-saet"}),
    ]
    if len(chosen.units) > 1:
        name = Input(type="text", maxLength=str(LONGEST), className="sets-name", autoComplete="off",
                     **{"aria-label": t("Sættets navn", "The set's name")})  # fmt: skip
        parts += [
            html.Button(t("Gem de valgte som sæt …", "Keep the chosen as a set …"), type="button",
                        className="text-link sets-open", disable_n_clicks=True, **{"aria-expanded": "false"}),
            html.Span(
                [
                    name,
                    html.Button(t("Gem på denne enhed", "Keep on this device"), type="button", className="sets-keep",
                                disable_n_clicks=True),
                    html.Span(t("Gemmes kun i denne browser og kan glemmes igen.",
                                "Kept in this browser alone; it can be forgotten again."), className="chips-note"),
                ],
                className="sets-form", hidden=True,
            ),
        ]  # fmt: skip
    parts.append(html.Span("", className="chips-note sets-said", role="status"))
    said = {"data-now": json.dumps(now), "data-address": context.to("/sammenlign"),
            "data-words": json.dumps(words, ensure_ascii=False)}  # fmt: skip
    return html.Div(parts, className="chips sets with-script", id="saet", **said)
