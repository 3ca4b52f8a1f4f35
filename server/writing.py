"""A page's component tree as HTML, as React would draw it; still figures as SVG, the others as boxes for Dash."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dash.development.base_component import Component

from figures import svg
from layouts.parts.drawing import Drawing
from server.base_path import outside
from server.dash_inner import described

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"}
_SKIPPED = {
    "data-dated",
    "children",
    "n_clicks",
    "n_clicks_timestamp",
    "disable_n_clicks",
    "key",
    "loading_state",
    "refresh",
}
_NAMES = {"className": "class", "htmlFor": "for", "acceptCharset": "accept-charset", "httpEquiv": "http-equiv"}
#: What holds an address of the dashboard; those of data are read by our scripts.
_ADDRESSES = {"href", "src", "action", "formaction", "data-index", "data-pick", "data-address"}
_UNITLESS = {
    "flex",
    "flexGrow",
    "flexShrink",
    "fontWeight",
    "gridColumn",
    "gridRow",
    "lineHeight",
    "opacity",
    "order",
    "zIndex",
}
_ELEMENTS = {"ObjectEl": "object", "MapEl": "map"}


class PrerenderError(TypeError):
    """A component or value that the server cannot write as HTML; the message names it and what can be
    written.
    """


def to_html(node: object) -> str:
    """A component tree as HTML, as React would draw it.

    Knows every component of dash.html, dcc.Link, dcc.Graph (a still one as SVG; another as an empty box of the figure's
    height, into which Dash draws) and our Drawing. Raises PrerenderError for anything else.
    """
    return written(node)[0]


def written(node: object) -> tuple[str, list[Component]]:
    """The tree as HTML, and the graphs in it, still ones too."""
    parts: list[str] = []
    graphs: list[Component] = []
    _write(node, parts, graphs)
    names = [one.id for one in graphs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PrerenderError(f"two graphs have the id '{twice[0]}'")
    return "".join(parts), graphs


def _write(node: object, parts: list[str], graphs: list[Component]) -> None:
    if node is None or isinstance(node, bool):
        return
    if isinstance(node, str | int | float):
        parts.append(escape(str(node), quote=False))
    elif isinstance(node, list | tuple):
        for one in node:
            _write(one, parts, graphs)
    elif isinstance(node, Component):
        _write_component(node, parts, graphs)
    else:
        raise PrerenderError(f"{node!r} ({type(node).__name__}) is no component, text or number")


def _write_component(node: Component, parts: list[str], graphs: list[Component]) -> None:
    if isinstance(node, Drawing):
        parts.append(node.html())
        return
    about = described(node)
    kind, namespace, props = about["type"], about["namespace"], about["props"]
    if (namespace, kind) == ("dash_core_components", "Graph"):
        parts.append(_graph(props))
        graphs.append(node)
        return
    if (namespace, kind) == ("dash_core_components", "Link"):
        tag = "a"
    elif namespace == "dash_html_components":
        tag = _ELEMENTS.get(kind, kind.lower())
    else:
        raise PrerenderError(f"{namespace}.{kind} cannot be written by the server: use dash.html, dcc.Link, dcc.Graph")
    parts.append(f"<{tag}{_attributes(kind, props)}>")
    if tag not in _VOID:
        _write(props.get("children"), parts, graphs)
        parts.append(f"</{tag}>")


def _graph(props: Mapping[str, object]) -> str:
    """A still figure's drawing, nothing where only its files are drawn; the box of another."""
    id, style = props.get("id"), props.get("style") or {}
    if id and is_still(props):
        return "" if style.get("display") == "none" else svg.on_page(props["figure"], str(id))
    if not id or not style.get("height"):
        raise PrerenderError(f"dcc.Graph '{id}' has no id or no style height; the page would jump")
    return f'<div class="graph-box" data-graph="{escape(id)}" style="height:{escape(str(style["height"]))}"></div>'


def is_still(props: Mapping[str, object]) -> bool:
    return bool((props.get("config") or {}).get("staticPlot"))


def _attributes(kind: str, props: Mapping[str, object]) -> str:
    texts = []
    for prop, value in sorted(props.items()):  # Dash gives them to a component in the order of a set
        if prop in _SKIPPED or value is None or value is False:
            continue
        name = _NAMES.get(prop, prop if "-" in prop else prop.lower())
        if prop == "style":
            value = ";".join(f"{_css_name(key)}:{_css_value(key, one)}" for key, one in value.items())
        elif value is True:
            value = "true" if "-" in name else ""
        elif not isinstance(value, str | int | float):
            raise PrerenderError(f"{kind}.{prop}: {value!r} is no text or number")
        elif name in _ADDRESSES:
            value = outside(str(value))
        texts.append(f' {name}="{escape(str(value))}"')
    return "".join(texts)


def _css_name(name: str) -> str:
    return name if name.startswith("--") else "".join("-" + c.lower() if c.isupper() else c for c in name)


def _css_value(name: str, value: object) -> str:
    bare = isinstance(value, str) or value == 0 or name in _UNITLESS or name.startswith("--")
    return str(value) if bare else f"{value}px"
