"""The page for an address that no page has; the server answers it with HTTP 404."""

import dash
import flask

from layouts.frame import shell, source

dash.register_page(__name__, path="/404", title=shell.BRAND)


def layout(**query: object):
    # In Dash's page callback the request's own path is Dash's, so the page does not name the address there.
    path = flask.request.path
    return shell.not_found(source.view("/404" if path.startswith("/_dash") else path, query))
