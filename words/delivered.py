"""What a page says of columns that the database did not deliver: beside each result that they would have changed."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.catalogue import CATALOGUE, remarks, why_not_reported
from indicators.declaration import Indicator
from words.reader import Reader


def notes(context: Reader, indicators: Iterable[Indicator] = CATALOGUE) -> list[str]:
    """Each sentence once, of the indicators that the database reports: 'Kolonnen acute er ikke leveret: …'."""
    info = context.view.info
    said = [text for one in indicators if why_not_reported(one, info) is None for text in remarks(one, info)]
    return list(dict.fromkeys(text.in_(context.lang) for text in said))
