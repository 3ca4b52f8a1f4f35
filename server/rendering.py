"""A page is made once: the page's component tree as HTML, its still figures as SVG, its others for Dash.

``GET /indikator/x?...`` calls the page's own layout, writes the tree as HTML into ``#page`` and sets title,
description, language and HTTP status from the tree's root. That HTML is the page: without JavaScript its links work,
with it assets/navigate.js exchanges it for the next one. A still figure (``dcc.Graph`` with ``staticPlot``) is drawn
here (figures/svg). One that answers is an empty box in the HTML; what Dash draws into it goes along as JSON, and only a
page with such figures starts Dash (assets/islands.js).
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

import dash
import flask
from dash import dcc, html
from dash.development.base_component import Component

from data.once import BeingMade, Flight
from figures import svg
from layouts.frame.being_made import kept_for_all, of_before
from layouts.frame.source import remembered
from layouts.frame.visitor import scope
from server import awaited
from server.dash_inner import NAMESPACE, Island, as_json, described, page_at

CACHED_PAGES = 64
#: While so many pages are made at a time, one that the snapshot before has is answered by that.
MAKERS = 2
#: Seconds for which the pages of the snapshot before are kept.
FORMER_KEPT = 120.0
#: Own scripts of every page, in the order in which they are to run.
SCRIPTS = (
    "menus.js",
    "search.js",
    "islands.js",
    "figures.js",
    "answers.js",
    "curves.js",
    "brush.js",
    "folds.js",
    "navigate.js",
    "meeting.js",
    "awaited.js",
)
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

    Knows every component of dash.html, dcc.Link and dcc.Graph (a still one as SVG; another as an empty box of the
    figure's height, into which Dash draws). Raises PrerenderError for anything else.
    """
    return _written(node)[0]


def _written(node: object) -> tuple[str, list[Component]]:
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
    if id and _is_still(props):
        return "" if style.get("display") == "none" else svg.on_page(props["figure"], str(id))
    if not id or not style.get("height"):
        raise PrerenderError(f"dcc.Graph '{id}' has no id or no style height; the page would jump")
    return f'<div class="graph-box" data-graph="{escape(id)}" style="height:{escape(str(style["height"]))}"></div>'


def _is_still(props: Mapping[str, object]) -> bool:
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
        texts.append(f' {name}="{escape(str(value))}"')
    return "".join(texts)


def _css_name(name: str) -> str:
    return name if name.startswith("--") else "".join("-" + c.lower() if c.isupper() else c for c in name)


def _css_value(name: str, value: object) -> str:
    bare = isinstance(value, str) or value == 0 or name in _UNITLESS or name.startswith("--")
    return str(value) if bare else f"{value}px"


@dataclass(frozen=True)
class Rendering:
    """A page as the first answer carries it; ``drawn``: its figures by id, as they were given."""

    body: str
    figures: str
    title: str
    description: str
    lang: str
    status: int
    drawn: Mapping[str, Mapping] = field(default_factory=dict)
    snapshot: str = ""
    dated: str = ""  # what it says of its numbers once they are of a former snapshot

    def of_before(self) -> Rendering:
        """The page as it stands while the one of newer data is made: dated, and exchanging itself."""
        told = to_html(of_before(self.lang, self.dated, self.snapshot))
        return replace(self, body=_MAIN.sub(lambda main: main.group() + told, self.body, count=1))


_MAIN = re.compile(r"<main\b[^>]*>")


class PageLayout:
    """A page's layout in its two forms: ``tree`` for the server's HTML; called by Dash, the page's figures alone."""

    def __init__(self, tree: Callable[..., object]) -> None:
        self.tree = tree

    def __call__(self, /, **arguments: object) -> list[Island]:
        if any(not isinstance(value, str) for name, value in arguments.items() if name.startswith("path_")):
            flask.abort(400)  # a query that names a variable of the path, which Dash lets it replace
        return _islands(_written(self.tree(**arguments))[1])


def _islands(graphs: list[Component]) -> list[Island]:
    moving = [one for one in graphs if not _is_still(vars(one))]
    return [Island(one, id=f"island-{one.id}", box=one.id) for one in moving]


#: A page: path, query, the id of the former snapshot that it is of ("" for the current one), the department that the
#: reader's device remembers, what the visitor may see.
_Key = tuple[str, str, str, str, str]


class PageCache:
    """Pages as HTML for one version of the data.

    ``version`` is asked at each look-up: the snapshot's id, then what else a page is made of, after a "+". A new
    version empties the cache. Those of the snapshot before stand in for pages that are being made, dated, for some
    minutes (FORMER_KEPT): after a publication a hundred readers do not wait for each other's pages.
    """

    def __init__(self, version: Callable[[], str], size: int = CACHED_PAGES) -> None:
        self._version, self._size = version, size
        self._pages: OrderedDict[_Key, Rendering] = OrderedDict()
        self._before: Mapping[_Key, Rendering] = {}
        self._until = 0.0
        self._making = 0
        self._seen = ""
        self._lock = threading.Lock()
        self._flight = Flight()

    def page(self, path: str, query: str, former: str = "") -> Rendering:
        """The page at an address, made if it is not kept; once, where several readers ask for it at the same time.

        A reader does not wait for another's slow work: the page then says by itself what is being made. ``former``: the
        id of the snapshot that the request shows, where it is not the current one.
        """
        version = self._version()
        key = (path, query, former, remembered(), scope())
        found = self._found(version, key)
        if found is None and self._making >= MAKERS:
            found = self._of_before(key)
        return found or self._flight.share((version, key), lambda: self._made(version, key), alone=True)

    def before(self, path: str, query: str) -> Rendering | None:
        """The page of the snapshot before, dated; None where it is not kept."""
        return self._of_before((path, query, "", remembered(), scope()))

    def _of_before(self, key: _Key) -> Rendering | None:
        with self._lock:
            if time.monotonic() > self._until:
                self._before = {}
            found = self._before.get(key)
        return None if found is None else found.of_before()

    def _found(self, version: str, key: _Key) -> Rendering | None:
        with self._lock:
            if version != self._seen:
                # Of the same snapshot with other registers nothing stands in: who has written sees it.
                newer = version.partition("+")[0] != self._seen.partition("+")[0]
                self._before = dict(self._pages) if newer else {}
                self._until = time.monotonic() + FORMER_KEPT
                self._pages.clear()
                self._seen = version
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def _made(self, version: str, key: _Key) -> Rendering:
        found = self._found(version, key)  # made since by another thread
        if found is not None:
            return found
        path, query, former, *_ = key
        with self._lock:
            self._making += 1
        try:
            made = render(path, query)
        finally:
            with self._lock:
                self._making -= 1
        # The data may have changed while the page was made: then it belongs to no version.
        if (kept_for_all() or former) and version == self._version():
            with self._lock:
                if version == self._seen:
                    self._pages[key] = made
                    while len(self._pages) > self._size:
                        self._pages.popitem(last=False)
        return made


def render(path: str, query_string: str) -> Rendering:
    """The page at ``path`` as HTML; the page named not_found_404 for an address that no page has."""
    page, variables, found = page_at(path)
    query = {
        name: values[0] if len(values) == 1 else values
        for name, values in parse_qs(query_string, keep_blank_values=True).items()
    }
    tree = page["layout"].tree(**{**query, **variables})
    if not isinstance(tree, html.Div) or not hasattr(tree, "data-title"):
        raise PrerenderError(f"page {page['module']}: its layout must return what _shell.page returns")
    return rendering(tree, None if found else 404)


def rendering(tree: html.Div, status: int | None = None) -> Rendering:
    """A tree of ``_shell.page`` as HTML; ``status`` where it is not the tree's own."""
    body, graphs = _written(tree)
    islands = _islands(graphs)
    return Rendering(
        body=body,
        # "<" would end the script that holds it; in JSON it stands in texts alone
        figures=as_json(islands).decode().replace("<", "\\u003c") if islands else "",
        title=getattr(tree, "data-title"),
        description=getattr(tree, "data-description"),
        lang=tree.lang,
        status=status or int(getattr(tree, "data-status")),
        drawn={one.id: one.figure for one in graphs if hasattr(one, "figure")},
        snapshot=getattr(tree, "data-snapshot", ""),
        dated=getattr(tree, "data-dated", ""),
    )


_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
{metas}
<title>{title}</title>
<meta name="description" content="{description}">
{favicon}
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
{css}
{own}
</head>
<body>
<div id="page">{body}</div>
<div id="react-entry-point"></div>
{figures}
<template id="dash">
{config}
{scripts}
{renderer}
</template>
</body>
</html>"""


class PrerenderedDash(dash.Dash):
    """Dash whose answer is the page itself; Dash starts in the browser where there are figures to draw."""

    pages: PageCache

    def prepare_pages(self, version: Callable[[], str]) -> None:
        """Give every registered page its two forms, and Dash's own element what it draws: the figures of the page."""
        self.pages = PageCache(version)
        for module, page in dash.page_registry.items():
            layout = page["layout"]
            if isinstance(layout, PageLayout):
                continue
            if not callable(layout):
                raise TypeError(f"page {module}: its layout must be a function of path variables and **query")
            page["layout"] = PageLayout(layout)
        self.layout = html.Div([dcc.Store(id="visit"), html.Div(id="islands")])
        drawn = dash.ClientsideFunction(NAMESPACE, "islands")
        self.clientside_callback(drawn, dash.Output("islands", "children"), dash.Input("visit", "data"))

    def index(self, *args: object, **kwargs: object) -> flask.Response:
        path = flask.request.path.removeprefix(self.config.routes_pathname_prefix.rstrip("/"))
        query = flask.request.query_string.decode("utf-8", "replace")
        try:
            made = self.pages.page(path, query)
        except BeingMade as error:
            made = self.pages.before(path, query)
            made = made or awaited.instead(
                error, partial(self.pages.page, path, query), lambda page: page.status == 200
            )
        return self._answer(made)

    def document(self, tree: html.Div, status: int = 200) -> flask.Response:
        """A page of ``_shell.page`` that no address of Dash's has: forms, and what went wrong."""
        return self._answer(rendering(tree, status))

    def _answer(self, made: Rendering) -> flask.Response:
        figures = f'<script type="application/json" id="figures">{made.figures}</script>' if made.figures else ""
        text = _PAGE.format(
            lang=escape(made.lang),
            title=escape(made.title),
            description=escape(made.description),
            body=made.body,
            figures=figures,
            **self._frame,
        )
        return flask.Response(text, made.status, mimetype="text/html")

    @cached_property
    def _frame(self) -> dict[str, str]:
        """What is the same on every page: Dash's own tags, our scripts, the font. Needs a request, as Dash does."""
        super().index()  # calls interpolate_index
        own = "\n".join(f'<script src="{self._versioned(name)}" defer></script>' for name in SCRIPTS)
        font = self.get_asset_url("fonts/inter-variable.woff2")
        return {**self._parts, "own": own, "font": font}

    def interpolate_index(self, **parts: str) -> str:
        self._parts = {name: parts[name] for name in ("metas", "favicon", "css", "config", "scripts", "renderer")}
        return parts["app_entry"] + "".join(self._parts.values())  # Dash looks for its tags in it

    def _versioned(self, name: str) -> str:
        content = (Path(self.config.assets_folder) / name).read_bytes()
        return f"{self.get_asset_url(name)}?v={hashlib.sha256(content).hexdigest()[:12]}"
