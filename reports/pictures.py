"""The pictures of a document as PNG."""

from __future__ import annotations

from collections.abc import Iterable

from figures.png import pngs
from reports.content import Illustration


def drawn(pictures: Iterable[Illustration], mm: float) -> dict[str, bytes]:
    """id → PNG at 300 dots per inch where the text is ``mm`` wide. Raises figures.svg.Undrawable."""
    return pngs({one.id: (one.figure, one.width, mm * one.part) for one in pictures})
