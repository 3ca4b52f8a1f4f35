"""A page is made once: the page's component tree as HTML, its still figures as SVG, its others for Dash.

``GET /indikator/x?...`` calls the page's own layout, writes the tree as HTML into ``#page`` and sets title,
description, language and HTTP status from the tree's root. That HTML is the page: without JavaScript its links work,
with it assets/navigate.js exchanges it for the next one. A still figure (``dcc.Graph`` with ``staticPlot``) is drawn
here (figures/svg). One that answers is an empty box in the HTML; what Dash draws into it goes along as JSON, and only a
page with such figures starts Dash (assets/islands.js).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

import dash
import flask
from dash import dcc, html
from dash.development.base_component import Component

from data.once import BeingMade, Memory
from data.published import NotPublished
from data.reads import Read
from layouts.frame import public, shell, source
from layouts.frame.source import remembered
from layouts.frame.visitor import scope
from server import awaited, base_path
from server.dash_inner import NAMESPACE, Island, as_json, page_at
from server.keeping import Kept, PageCache, PageKey, PagesBeside, SentPage
from server.writing import PrerenderError, is_still, written

#: Pages whose figures are kept as they were given, for who asks for their files.
DRAWN_PAGES = 4
#: Own scripts of every page, in the order in which they are to run.
SCRIPTS = (
    "base-path.js",
    "menus.js",
    "search.js",
    "islands.js",
    "figures.js",
    "answers.js",
    "curves.js",
    "brush.js",
    "folds.js",
    "pick.js",
    "navigate.js",
    "meeting.js",
    "awaited.js",
)


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


class PageLayout:
    """A page's layout in its two forms: ``tree`` for the server's HTML; called by Dash, the page's figures alone."""

    def __init__(self, tree: Callable[..., object]) -> None:
        self.tree = tree

    def __call__(self, /, **arguments: object) -> list[Island]:
        if any(not isinstance(value, str) for name, value in arguments.items() if name.startswith("path_")):
            flask.abort(400)  # a query that names a variable of the path, which Dash lets it replace
        return _islands(written(self.tree(**arguments))[1])


def _islands(graphs: list[Component]) -> list[Island]:
    moving = [one for one in graphs if not is_still(vars(one))]
    return [Island(one, id=f"island-{one.id}", box=one.id) for one in moving]


def render(path: str, query_string: str) -> Rendering:
    """The page at ``path`` as HTML; the page named not_found_404 for an address that no page has."""
    page, variables, found = page_at(path)
    query = {
        name: values[0] if len(values) == 1 else values
        for name, values in parse_qs(query_string, keep_blank_values=True).items()
    }
    try:
        tree = page["layout"].tree(**{**query, **variables})
    except public.NotInEdition as error:
        tree = shell.not_published(error.context)
    except NotPublished:  # a part of a page that the public edition has
        tree = shell.not_published(source.view("/404", query))
    if not isinstance(tree, html.Div) or not hasattr(tree, "data-title"):
        raise PrerenderError(f"page {page['module']}: its layout must return what _shell.page returns")
    return rendering(tree, None if found else 404)


def rendering(tree: html.Div, status: int | None = None) -> Rendering:
    """A tree of ``_shell.page`` as HTML; ``status`` where it is not the tree's own."""
    body, graphs = written(tree)
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
<html lang="{lang}"{base}>
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

    def prepare_pages(
        self,
        version: Callable[[], str],
        moved: Callable[[Collection[Read], str], bool],
        beside: PagesBeside | None = None,
    ) -> None:
        """Give every registered page its two forms, and Dash's own element what it draws: the figures of the page.

        ``version``, ``moved``: see PageCache; ``beside``: where pages that were made beforehand are found.
        """
        self._version, self._moved, self._beside, self._drawn = version, moved, beside, Memory(DRAWN_PAGES)
        self.pages = PageCache(
            version, lambda path, query: self._packed(render(path, query)), self._found_beside, moved
        )
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
        return _sent(made)

    def drawings(self, path: str, query: str) -> Mapping[str, Mapping]:
        """The figures of the page at an address by id, as they were given."""
        key = (self._version(), path, query, remembered(), scope())
        return self._drawn.get(key, lambda: render(path, query).drawn)

    def document(self, tree: html.Div, status: int = 200) -> flask.Response:
        """A page of ``_shell.page`` that no address of Dash's has: forms, and what went wrong."""
        return _sent(self._packed(rendering(tree, status)))

    def _found_beside(self, key: PageKey, version: str) -> Kept | None:
        kept = None if self._beside is None else self._beside.find(key, version)
        if kept is None:
            return None
        page, made_at, read = kept
        return None if self._moved(read, made_at) else Kept(self._packed(Rendering(**page)), version, read)

    def _packed(self, made: Rendering) -> SentPage:
        figures = f'<script type="application/json" id="figures">{made.figures}</script>' if made.figures else ""
        text = _PAGE.format(
            lang=escape(made.lang),
            title=escape(made.title),
            description=escape(made.description),
            body=made.body,
            figures=figures,
            base=f' data-base="{escape(base_path.base())}"' if base_path.base() else "",
            **self._frame,
        )
        return SentPage.of(text, made.status, made.lang, made.snapshot, made.dated)

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


def _sent(made: SentPage) -> flask.Response:
    """The answer to the present request: packed where the browser takes that, nothing where it has the page already."""
    packed = "gzip" in flask.request.headers.get("Accept-Encoding", "")
    response = flask.Response(made.packed if packed else made.text, made.status, mimetype="text/html")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    if made.status == 200 and flask.request.method in ("GET", "HEAD"):
        response.set_etag(made.tag, weak=True)
        response.make_conditional(flask.request)
    return response
