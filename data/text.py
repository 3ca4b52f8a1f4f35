"""A text in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A text in both languages of the product."""

    da: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in ``da`` or ``en``."""
        return self.en if lang == "en" else self.da
