"""The search box: in the header of every page, and on the page of the search. assets/search.js answers it."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import dcc

from layouts.parts import html
from layouts.parts.input import Input
from words.reader import Reader


def box(context: Reader) -> html.Div:
    """The box with its list; without script a link to the page that lists everything."""
    t = context.t
    index = urlencode({"lang": context.lang, "udtraek": context.snapshot_id})
    title = t("Hospital, afdeling, indikator, database eller side",
              "Hospital, department, indicator, database or page")  # fmt: skip
    said = {
        "data-index": f"/soegning.json?{index}",
        "data-none": t("Intet fundet for »{}«.", "Nothing found for “{}”."),
        "data-both": t("Indikator på afdelingen", "Indicator at the department"),
    }
    field = Input(
        type="search",
        id="soeg",
        role="combobox",
        autoComplete="off",
        placeholder=t("Søg", "Search"),
        title=title,
        className="search-field with-script",
        **{
            "aria-label": t("Søg", "Search"),
            "aria-expanded": "false",
            "aria-controls": "soeg-liste",
            "aria-autocomplete": "list",
        },
    )
    return html.Div(
        [
            field,
            html.Kbd("Ctrl K", className="search-key with-script", **{"aria-hidden": "true"}),
            dcc.Link(t("Søg", "Search"), href=context.to("/soeg"), className="search-link"),
            html.Div(
                id="soeg-liste",
                className="search-list",
                role="listbox",
                hidden=True,
                **{"aria-label": t("Fundet", "Found")},
            ),
        ],
        className="search-box",
        role="search",
        **said,
    )
