"""First paint complete from the server: the page's component tree as HTML inside the first answer.

``GET /indikator/x?...`` calls the page's own layout once, writes the tree as HTML into ``#prerender``
beside Dash's ``#react-entry-point`` and sets title, description, language and HTTP status from the
tree's root. Dash then draws the same tree (the result is cached, so its page callback costs no second
computation) and assets/swap.js lets the two change places. Without JavaScript the server's page stays,
and its links work.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

import dash
import flask
import orjson
from dash import html
from dash._pages import _path_to_page  # Dash's own routing, so that both answers agree
from dash.development.base_component import Component

from layouts._being_made import kept_for_all

CACHED_PAGES = 64
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"}
_SKIPPED = {"children", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "key", "loading_state", "refresh"}
_NAMES = {"className": "class", "htmlFor": "for", "acceptCharset": "accept-charset", "httpEquiv": "http-equiv"}
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


class Input(Component):
    """<input> for pages that only the server writes (``PrerenderedDash.document``): dash.html has none."""

    _type, _namespace, _children_props = "Input", "dash_html_components", ()
    _base_nodes, _valid_wildcard_attributes = (), ("data-", "aria-")

    def __init__(self, **props: object) -> None:
        self._prop_names = self.available_properties = tuple(props)
        super().__init__(**props)


class PrerenderError(TypeError):
    """A component or value that the server cannot write as HTML; the message names it and what can be
    written.
    """


def to_html(node: object) -> str:
    """A component tree as HTML, as React would draw it.

    Knows every component of dash.html, dcc.Link and dcc.Graph (an empty box of the figure's height). Raises
    PrerenderError for anything else.
    """
    parts: list[str] = []
    _write(node, parts)
    return "".join(parts)


def _write(node: object, parts: list[str]) -> None:
    if node is None or isinstance(node, bool):
        return
    if isinstance(node, str | int | float):
        parts.append(escape(str(node), quote=False))
    elif isinstance(node, list | tuple):
        for one in node:
            _write(one, parts)
    elif isinstance(node, Component):
        _write_component(node, parts)
    else:
        raise PrerenderError(f"{node!r} ({type(node).__name__}) is no component, text or number")


def _write_component(node: Component, parts: list[str]) -> None:
    kind, namespace, props = node._type, node._namespace, _described(node)["props"]
    if (namespace, kind) == ("dash_core_components", "Graph"):
        height = (props.get("style") or {}).get("height")
        if not height:
            raise PrerenderError(f"dcc.Graph '{props.get('id')}' has no style height; the page would jump")
        parts.append(f'<div class="dash-graph" style="height:{escape(str(height))}"></div>')
        return
    if (namespace, kind) == ("dash_core_components", "Link"):
        tag = "a"
    elif namespace == "dash_html_components":
        tag = _ELEMENTS.get(kind, kind.lower())
    else:
        raise PrerenderError(f"{namespace}.{kind} cannot be written by the server: use dash.html, dcc.Link, dcc.Graph")
    parts.append(f"<{tag}{_attributes(kind, props)}>")
    if tag not in _VOID:
        _write(props.get("children"), parts)
        parts.append(f"</{tag}>")


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
        texts.append(f' {name}="{escape(str(value))}"')
    return "".join(texts)


def _css_name(name: str) -> str:
    return name if name.startswith("--") else "".join("-" + c.lower() if c.isupper() else c for c in name)


def _css_value(name: str, value: object) -> str:
    bare = isinstance(value, str) or value == 0 or name in _UNITLESS or name.startswith("--")
    return str(value) if bare else f"{value}px"


@dataclass(frozen=True)
class Rendering:
    """A page as the first answer carries it."""

    body: str
    title: str
    description: str
    lang: str
    status: int


@dataclass(frozen=True)
class Layout:
    """A page's layout in its two forms: ``tree`` for the server's HTML, called (by Dash) as finished JSON.

    Dash copies a tree part by part into plain values before it writes it, which takes longer than all else.
    """

    tree: Callable[..., object]
    original: Callable[..., object]

    def __call__(self, **arguments: object) -> orjson.Fragment:
        return orjson.Fragment(as_json(self.tree(**arguments)))


def as_json(tree: object) -> bytes:
    """A component tree as Dash sends it. Raises TypeError for a value that JSON does not know."""
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS
    return orjson.dumps(tree, default=_described, option=option)


def _described(value: object) -> dict[str, object]:
    """What Dash's ``to_plotly_json`` says of a component, which asks for every name that the type could have."""
    if not isinstance(value, Component):
        raise TypeError(f"{value!r} ({type(value).__name__}) is no component, text or number")
    props = {name: one for name, one in vars(value).items() if not name.startswith(("_", "available_"))}
    return {"props": props, "type": value._type, "namespace": value._namespace}


class PageCache:
    """Layouts shared between the server's HTML and Dash's page callback, for one version of the data.

    ``version`` is asked at each look-up (the snapshot id): a new version empties the cache.
    """

    def __init__(self, version: Callable[[], str], size: int = CACHED_PAGES) -> None:
        self._version, self._size = version, size
        self._pages: OrderedDict[tuple, object] = OrderedDict()
        self._seen = ""
        self._lock = threading.Lock()

    def wrap(self, module: str, layout: Callable[..., object]) -> Layout:
        """The layout function, remembered by its arguments."""

        def cached(**arguments: object) -> object:
            version = self._version()
            key = (module, version, tuple(sorted((name, str(value)) for name, value in arguments.items())))
            with self._lock:
                if version != self._seen:
                    self._pages.clear()
                    self._seen = version
                if key in self._pages:
                    self._pages.move_to_end(key)
                    return self._pages[key]
            made = layout(**arguments)
            if not kept_for_all():
                return made
            with self._lock:
                self._pages[key] = made
                while len(self._pages) > self._size:
                    self._pages.popitem(last=False)
            return made

        return Layout(cached, layout)

    def install(self) -> None:
        """Put the cache before the layout of every registered page."""
        for module, page in dash.page_registry.items():
            layout = page["layout"]
            if isinstance(layout, Layout):
                layout = layout.original
            if not callable(layout):
                raise TypeError(f"page {module}: its layout must be a function of path variables and **query")
            page["layout"] = self.wrap(module, layout)


def render(path: str, query_string: str) -> Rendering:
    """The page at ``path`` as HTML; the page named not_found_404 for an address that no page has."""
    page, variables = _path_to_page(path.strip("/"))
    query = {
        name: values[0] if len(values) == 1 else values
        for name, values in parse_qs(query_string, keep_blank_values=True).items()
    }
    missing = page == {}
    if missing:
        page = next(one for name, one in dash.page_registry.items() if name.split(".")[-1] == "not_found_404")
    tree = page["layout"].tree(**{**(variables or {}), **query})
    if not isinstance(tree, html.Div) or not hasattr(tree, "data-title"):
        raise PrerenderError(f"page {page['module']}: its layout must return what _shell.page returns")
    return Rendering(
        body=to_html(tree),
        title=getattr(tree, "data-title"),
        description=getattr(tree, "data-description"),
        lang=tree.lang,
        status=404 if missing else int(getattr(tree, "data-status")),
    )


_VIEWPORT = '<meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
{metas}
<title>{title}</title>
<meta name="description" content="{description}">
{favicon}
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
{css}
</head>
<body class="prerendered">
<div id="prerender">{body}</div>
<div id="react-entry-point"></div>
<footer hidden>
{config}
{scripts}
{renderer}
</footer>
</body>
</html>"""


class PrerenderedDash(dash.Dash):
    """Dash whose first answer holds the page; everything after it is Dash as it is."""

    def index(self, *args: object, **kwargs: object) -> flask.Response:
        path = flask.request.path.removeprefix(self.config.routes_pathname_prefix.rstrip("/"))
        rendering = render(path, flask.request.query_string.decode("utf-8", "replace"))
        flask.g.rendering = rendering
        return flask.Response(super().index(*args, **kwargs), rendering.status, mimetype="text/html")

    def document(self, tree: html.Div, status: int = 200) -> flask.Response:
        """A page of _shell.page as HTML alone, without Dash: for forms, whose fields a redrawing would empty."""
        parts = dict.fromkeys(("config", "scripts", "renderer"), "")
        parts |= {"metas": _VIEWPORT, "favicon": self._icon(), "css": self._generate_css_dist_html()}
        text = _PAGE.format(
            lang=escape(tree.lang),
            title=escape(getattr(tree, "data-title")),
            description=escape(getattr(tree, "data-description")),
            font=self.get_asset_url("fonts/inter-variable.woff2"),
            body=to_html(tree),
            **parts,
        )
        return flask.Response(text, status, mimetype="text/html")

    def _icon(self) -> str:
        return f'<link rel="icon" type="image/svg+xml" href="{self.get_asset_url("favicon.svg")}">'

    def interpolate_index(self, **parts: str) -> str:
        rendering: Rendering = flask.g.rendering
        return _PAGE.format(
            lang=escape(rendering.lang),
            title=escape(rendering.title),
            description=escape(rendering.description),
            font=self.get_asset_url("fonts/inter-variable.woff2"),
            body=rendering.body,
            **{name: parts[name] for name in ("metas", "favicon", "css", "config", "scripts", "renderer")},
        )
