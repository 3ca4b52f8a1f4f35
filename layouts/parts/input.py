"""The element that dash.html lacks."""

from __future__ import annotations

from dash.development.base_component import Component


class Input(Component):
    """<input>, which dash.html lacks: for the forms, which only the server writes."""

    _type, _namespace, _children_props = "Input", "dash_html_components", ()
    _base_nodes, _valid_wildcard_attributes = (), ("data-", "aria-")

    def __init__(self, **props: object) -> None:
        self._prop_names = self.available_properties = tuple(props)
        super().__init__(**props)
