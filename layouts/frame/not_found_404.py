"""The page for an address that no page has; the server answers it with HTTP 404."""

from dataclasses import replace

import dash
import flask

from layouts.frame import shell, source

dash.register_page(__name__, path="/404", title=shell.BRAND)


def layout(**query: object):
    # In Dash's page callback the request's own path is Dash's, so the page does not name the address there.
    path = flask.request.path
    context = source.view("/404", query)
    return shell.not_found(context if path.startswith("/_dash") else replace(context, path=path))
