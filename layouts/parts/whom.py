"""Whom a page is about: the sentence below its headline, and the way back to all patients."""

from __future__ import annotations

from dash import dcc

from words.reader import Reader

EVERYONE = {"sex": None, "age_group": None, "stage": None}


def everyone(context: Reader) -> dcc.Link:
    """The link to the same view of all patients."""
    return dcc.Link(context.t("Vis alle patienter", "Show all patients"), href=context.here(**EVERYONE))


def note(context: Reader) -> list:
    """'Kun kvinder indgår. Færre patienter … Vis alle patienter'; empty without a filter."""
    if not context.filters():
        return []
    whom = context.patients_text()
    return [
        context.t(
            f"Kun {whom} indgår. Færre patienter gør resultaterne mere usikre. ",
            f"Only {whom} are included. Fewer patients make the results more uncertain. ",
        ),
        everyone(context),
    ]
