"""What the dashboard uses of Dash's inner parts: all of them here; tests/pages/test_dash.py holds them.

Dash is the application: it keeps the pages (``register_page``), their components, and draws the figures (``dcc.Graph``)
in the browser. Four things have no public name: which page answers an address, what a component is made of, which
callbacks there are, and the way an own component is announced.
"""

from __future__ import annotations

from collections.abc import Mapping

import dash
import orjson
from dash._pages import _path_to_page  # Dash's own routing, so that server and application agree
from dash.development.base_component import Component

#: Where Dash takes callbacks, and what every address of its own begins with.
CALLBACKS, OWN = "/_dash-update-component", "/_dash"
NAMESPACE = "kraeftkvalitet"  # of our component in the browser: assets/islands.js
_LARGEST_DEPTH = 20  # of what a callback is given


class Malformed(ValueError):
    """What was sent to Dash's address is no call of a callback that there is; the message says what is wrong."""


class Island(Component):
    """A component drawn into the box ``box`` of the server's page, outside Dash's own element (assets/islands.js)."""

    _type, _namespace, _children_props = "Island", NAMESPACE, ()
    _base_nodes, _valid_wildcard_attributes = ("children",), ()

    def __init__(self, children: object = None, **props: object) -> None:
        self._prop_names = self.available_properties = ("children", *props)
        super().__init__(children=children, **props)


def page_at(path: str) -> tuple[Mapping[str, object], dict[str, str], bool]:
    """The registered page that answers ``path``, the variables of its address, and whether there is one; where none
    is, the page named not_found_404."""
    page, variables = _path_to_page(path.strip("/"))
    if page != {}:
        return page, variables or {}, True
    missing = next(one for name, one in dash.page_registry.items() if name.split(".")[-1] == "not_found_404")
    return missing, {}, False


def described(component: object) -> dict[str, object]:
    """``props``, ``type`` and ``namespace`` of a component, as its ``to_plotly_json`` says, which asks for every name
    that the type could have and takes ten times as long. Raises TypeError for what is no component."""
    if not isinstance(component, Component):
        raise TypeError(f"{component!r} ({type(component).__name__}) is no component, text or number")
    props = {name: one for name, one in vars(component).items() if not name.startswith(("_", "available_"))}
    return {"props": props, "type": component._type, "namespace": component._namespace}


def as_json(tree: object) -> bytes:
    """A component tree as Dash sends it. Raises TypeError for a value that JSON does not know."""
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS
    return orjson.dumps(tree, default=described, option=option)


def check_call(app: dash.Dash, sent: bytes) -> None:
    """Raise Malformed unless ``sent`` calls one of the application's callbacks with the parts that it has.

    Dash takes any JSON for a call and breaks on what it does not expect.
    """
    try:
        call = orjson.loads(sent)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"no JSON: {error}") from error
    if not isinstance(call, dict):
        raise Malformed(f"the body is {_kind(call)}, not an object")
    output = call.get("output")
    if not isinstance(output, str) or "callback" not in app.callback_map.get(output, {}):
        raise Malformed("'output' names no callback")
    callback = app.callback_map[output]
    outputs = [one.rpartition(".") for one in output.strip(".").split("...")]
    wanted = [{"id": id, "property": name} for id, _, name in outputs]
    if call.get("outputs") != (wanted if output.startswith("..") else wanted[0]):
        raise Malformed("'outputs' are not those of 'output'")
    for part in ("inputs", "state"):
        _check_values(part, call.get(part, []), callback[part])
    changed = call.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) for one in changed):
        raise Malformed("'changedPropIds' is not a list of texts")


def _check_values(part: str, given: object, wanted: list[dict]) -> None:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Malformed(f"'{part}' is not a list of objects")
    names = [(one.get("id"), one.get("property")) for one in given]
    if names != [(one["id"], one["property"]) for one in wanted]:
        raise Malformed(f"'{part}' are not those of the callback")
    for one in given:
        value = one.get("value")
        if one["id"] == "_pages_location":  # Dash's own callback of the pages takes texts alone
            if not isinstance(value, str) or (one["property"] == "pathname" and not value.startswith("/")):
                raise Malformed(f"'{one['property']}' is no part of an address")
        elif _depth(value) > _LARGEST_DEPTH:
            raise Malformed(f"'{one['id']}.{one['property']}' is nested deeper than {_LARGEST_DEPTH}")


def _kind(value: object) -> str:
    return {list: "an array", str: "a text", type(None): "null", bool: "a truth value"}.get(type(value), "a number")


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, level = waiting.pop()
        deepest = max(deepest, level)
        below = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(child, level + 1) for child in below]
    return deepest
