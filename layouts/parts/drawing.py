"""A small drawing in the text: SVG in the page itself.

Not a picture with a data: address: for each of those a browser sets up a document of its own, which cost a phone four
seconds on a page of 139.
"""

from __future__ import annotations

from html import escape
from typing import ClassVar

from dash.development.base_component import Component


class Drawing(Component):
    """An SVG element. ``body``: what is drawn, as SVG that we have written; ``said``: what it shows in words, "" where
    it stands beside them. The server writes it; Dash never gets it."""

    _namespace = "kraeftkvalitet"
    _type = "Drawing"
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = []
    _prop_names: ClassVar[list[str]] = ["body", "said", "width", "height", "className"]
    _valid_wildcard_attributes: ClassVar[list[str]] = []

    def __init__(self, body: str, width: int, height: int, said: str = "", className: str = "") -> None:
        self.body, self.width, self.height, self.said, self.className = body, width, height, said, className

    def html(self) -> str:
        """The element as HTML."""
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        words = f'role="img" aria-label="{escape(self.said)}"' if self.said else 'aria-hidden="true"'
        name = f"inline-drawing {self.className}".strip()
        return f'<svg class="{name}" {size} fill="none" {words}>{self.body}</svg>'
