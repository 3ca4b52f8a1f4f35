"""What we use of Dash's inner parts, what its address takes, and the pages that say what went wrong."""

from __future__ import annotations

import copy
import json
import logging

import dash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import rendering as _prerender
from server.dash_inner import CALLBACKS, check_call, page_at
from tests.support import gallery
from tests.support.amount import examples

JSON = {"content_type": "application/json"}
CALL = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [
        {"id": "_pages_content", "property": "children"},
        {"id": "_pages_store", "property": "data"},
    ],
    "inputs": [
        {"id": "_pages_location", "property": "pathname", "value": "/figur"},
        {"id": "_pages_location", "property": "search", "value": "?koen=F&self=1&page=2"},
    ],
    "changedPropIds": ["_pages_location.pathname"],
}
#: What a caller may put in the place of any part.
WRONG = (None, True, 0, -1.5, "", "x", "..", [], [[]], [None], {}, {"id": 1}, {"a": {"b": []}}, "\u0000", 10**30)


@pytest.fixture(scope="module")
def client():
    return gallery.gallery_app().server.test_client()


def call(**changes) -> dict:
    return {**copy.deepcopy(CALL), **changes}


def sent(client, body: object) -> int:
    """The status of the answer to a body of any kind."""
    return client.post(CALLBACKS, data=json.dumps(body), **JSON).status_code


def places(value: object, path: tuple = ()):
    """Every place in a JSON value, as keys from the top."""
    yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))


def put(value: object, path: tuple, new: object, drop: bool = False) -> object:
    """A copy of the value with another one, or nothing, in one place."""
    if not path:
        return new
    made = copy.deepcopy(value)
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    if drop:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return made


def test_dashs_own_call_is_answered_with_the_figures(client):
    answer = client.post(CALLBACKS, json=CALL)
    children = answer.get_json()["response"]["_pages_content"]["children"]
    assert answer.status_code == 200 and {one["type"] for one in children} == {"Island"}


def test_any_other_body_is_400(client):
    found = {}
    for path in places(CALL):
        for new in WRONG:
            body = put(CALL, path, new)
            if body != CALL:
                found[f"{path} = {new!r}"] = sent(client, body)
        if path:
            found[f"without {path}"] = sent(client, put(CALL, path, None, drop=True))
    # Another query, another path and other changed properties are calls as good as this one.
    harmless = ("('inputs', 1, 'value')", "('changedPropIds'", "without ('changedPropIds'")
    wrong = {what: status for what, status in found.items() if status != 400 and not what.startswith(harmless)}
    assert not wrong and len(found) > 300
    assert set(found.values()) == {200, 400}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"null", b"[]", b"NaN", b'{"output": NaN}', b'"\xed\xa0\x80"', b"[" * 30_000,
     b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"\x00", b'{"output": "visit.data"}', b'{"output": "islands.children"}'],
)  # fmt: skip
def test_what_is_no_json_or_no_callback_is_400(client, body):
    answer = client.post(CALLBACKS, data=body, **JSON)
    assert answer.status_code == 400 and answer.get_json()["error"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=examples(150, 6), deadline=None)
@given(key=st.sampled_from(["", *CALL]), value=_JSON)
def test_generated_bodies_are_never_500(client, key, value):
    body = {**CALL, key: value} if key else value
    assert sent(client, body) in (200, 400)


@pytest.mark.parametrize(
    "search", ["?path_code=x&path_code=y", "?self=1", "?page=1", "?%ff=%00", "?a", "?=&=", "x" * 9000]
)
def test_any_query_is_answered(client, search):
    inputs = [CALL["inputs"][0], {**CALL["inputs"][1], "value": search}]
    assert client.post(CALLBACKS, json=call(inputs=inputs)).status_code in (200, 400)
    assert client.get("/figur" + (search if search.startswith("?") else f"?{search}")).status_code == 200


def test_a_query_replaces_no_part_of_the_path(client):
    seen = []
    dash.register_page("a", path="/a", path_template="/a/<path_code>", layout=_prerender.PageLayout(
        lambda path_code=None, **query: seen.append(path_code) or gallery.not_found()))  # fmt: skip
    try:
        _prerender.render("/a/right", "path_code=wrong")
    finally:
        del dash.page_registry["a"]
    assert seen == ["right"]


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/_favicon.ico"])
def test_dashs_own_addresses_answer(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/_dash-component-suites/nix/a.js", "/_dash-component-suites/dash/../app.py", "/_dash-component-suites/dash/x"],
)
def test_files_that_dash_does_not_serve_are_404(client, path):
    answer = client.get(path)
    assert answer.status_code == 404 and "Registered" not in answer.text and "registered" not in answer.text


# --- errors ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken():
    app = gallery.gallery_app()

    @app.server.get("/itu")
    def broken() -> str:
        raise KeyError("person 0101011234")

    @app.server.get("/_dash-itu")
    def broken_dash() -> str:
        raise KeyError("x")

    return app.server.test_client()


@pytest.mark.parametrize(("lang", "heading"), [("da", "Der skete en fejl"), ("en", "Something went wrong")])
def test_an_unexpected_error_is_our_page_with_a_number_that_is_in_the_log(broken, caplog, lang, heading):
    with caplog.at_level(logging.ERROR):
        answer = broken.get(f"/itu?lang={lang}")
    assert answer.status_code == 500 and heading in answer.text and f'<html lang="{lang}">' in answer.text
    assert "KeyError" not in answer.text and "0101011234" not in answer.text
    (record,) = caplog.records
    number = record.args[0]
    assert f"<strong>{number}</strong>" in answer.text and record.exc_info[0] is KeyError
    assert "script-src" in answer.headers["Content-Security-Policy"]


def test_an_unexpected_error_of_dashs_is_json(broken):
    answer = broken.get("/_dash-itu")
    assert answer.status_code == 500 and set(answer.get_json()) == {"error", "number"}


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status", "words"),
    [
        ("GET", "/hent/nix.csv?lang=en", {}, 404, "There is no such page"),
        ("GET", "/hent/nix.csv", {}, 404, "Siden findes ikke"),
        ("DELETE", "/?lang=en", {}, 405, "This address cannot do that"),
        ("POST", "/forbedringer/ny?lang=en", {"data": "x"}, 403, "<h1"),
        ("GET", "/assets/nix.css", {}, 404, "Siden findes ikke"),
        ("GET", "/?lang=en", {"headers": {"Host": "evil.example"}}, 400, "The address cannot be read"),
    ],
)
def test_refusals_are_our_pages(client, method, path, arguments, status, words):
    answer = client.open(path, method=method, **arguments)
    assert answer.status_code == status and words in answer.text and answer.mimetype == "text/html"
    assert "data-title" in answer.text and 'id="page"' in answer.text


def test_too_large_is_413_in_the_readers_language(client):
    answer = client.post(CALLBACKS, data=b" " * 70_000, **JSON)
    assert answer.status_code == 413 and answer.get_json()["error"] == "Det sendte er for stort"


# --- inner parts -------------------------------------------------------------------------------------


def test_dash_routes_as_we_do(client):
    assert page_at("/afdeling")[0]["module"] == "gallery.department"
    page, variables, found = page_at("/nix")
    assert page["module"] == "gallery.not_found_404" and not variables and not found


def test_the_check_knows_dashs_callbacks():
    app = gallery.gallery_app()
    app.server.test_client().get("/")
    calls = [name for name, one in app.callback_map.items() if "callback" in one]
    assert calls == [CALL["output"]], "a new callback: what it takes is checked in _dash.check_call"
    check_call(app, dash._utils.to_json(CALL).encode())
