"""The door: who may reach the dashboard, log in, and do what; and what the audit log is told."""

from __future__ import annotations

import json
import re
import shutil
import threading
from contextlib import contextmanager

import pytest
import requests

from app import main
from data.audit_log import AuditLog, NotLogged, verify
from data.store import Store
from data.users import ROLES, Users
from layouts.frame.source import StoreSource
from results.view import Edition
from server.access.network import FORWARDING, Network
from server.access.openid import Provider
from server.access.rules import RULES, allowed, rule
from server.application import create_app
from server.serving import Serving
from tests.support.clients import OwnPages
from tests.support.extracts import load_extract

PASSWORD = "correct horse battery"
HERE = {"Sec-Fetch-Site": "same-origin"}
#: So that every address there can be is there; nobody answers at this port.
NOWHERE = Provider("http://127.0.0.1:9", "dashboard", "secret")
OF = {"steering": {"databases": ("DCCG",)}, "clinician": {"departments": ("HER-KIR",)}}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store of two databases in which a department has three cases: fewer than the public edition shows."""
    root = tmp_path_factory.mktemp("access")
    units = ["HER-KIR"] * 3 + ["AAL-KIR"] * 40
    for database in ("DCCG", "DLCR"):
        cases = [{"case_id": f"{database}{number}", "department": unit} for number, unit in enumerate(units)]
        load_extract(root, database=database, cases=cases)
    users = Users(root / "store")
    for role in ROLES:
        users.add(role, PASSWORD, role, **OF.get(role, {}))
    return root / "store"


@pytest.fixture
def store(filled, tmp_path):
    return Store(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture
def asking(store):
    """A client of the store with log-in; ``asking(role)`` is logged in."""
    import dash

    source = StoreSource(store, Edition("working"))
    network = Network(login=True, provider=NOWHERE, embed_origins=("https://portal.example.dk",))
    server = create_app(source, source.version, network=network).server
    server.test_client_class = OwnPages
    pages = dict(dash.page_registry)

    def client(role: str = ""):
        made = server.test_client()
        made.pages = pages
        if role:
            answer = made.post("/log-ind", data={"navn": role, "kodeord": PASSWORD}, headers=HERE)
            assert answer.status_code == 303, answer.text
        return made

    return client


# --- the way in -----------------------------------------------------------------------------------------------------


def test_nobody_sees_a_number_without_logging_in(asking):
    client = asking()
    answer = client.get("/variation?database=DLCR")
    assert answer.status_code == 302
    assert answer.location == "/log-ind?til=/variation?database%3DDLCR"
    for path in ("/hent/overblik.csv", "/soegning.json", "/klar", "/figur/x.svg"):
        refused = client.get(path)
        assert refused.status_code == 401 and "Du er ikke logget ind" in refused.text
    assert client.post("/_dash-update-component", json={}).status_code == 401
    page = client.get("/log-ind")
    assert page.status_code == 200 and "Kræft" in page.text and "DCCG" not in page.text


def test_the_way_in_leads_to_what_was_asked_for(asking):
    client = asking()
    form = {"navn": "registry", "kodeord": PASSWORD, "til": "/variation?database=DLCR"}
    answer = client.post("/log-ind", data=form, headers=HERE)
    assert (answer.status_code, answer.location) == (303, "/variation?database=DLCR")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and PASSWORD not in cookie
    assert "registry" in client.get("/konto").text
    assert client.post("/log-ud", headers=HERE).status_code == 303
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.test/", "https://evil.test", "/\\evil.test", "/log-ud", "variation", "/a\r\nb"]
)
def test_it_leads_nowhere_else(asking, target):
    answer = asking().post("/log-ind", data={"navn": "registry", "kodeord": PASSWORD, "til": target}, headers=HERE)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_clinician_begins_at_the_own_department(asking):
    answer = asking().post("/log-ind", data={"navn": "clinician", "kodeord": PASSWORD}, headers=HERE)
    assert answer.location == "/afdeling/HER-KIR"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}])
def test_a_form_of_another_site_logs_nobody_in(asking, headers):
    answer = asking().post("/log-ind", data={"navn": "registry", "kodeord": PASSWORD}, headers=headers)
    assert answer.status_code == 403


def test_wrong_passwords_make_the_next_wait(asking):
    client = asking()
    tried = [client.post("/log-ind", data={"navn": "registry", "kodeord": "no"}, headers=HERE) for _ in range(6)]
    assert [one.status_code for one in tried] == [401] * 5 + [429]
    assert "passer ikke" in tried[0].text and int(tried[5].headers["Retry-After"]) >= 1
    right = client.post("/log-ind", data={"navn": "registry", "kodeord": PASSWORD}, headers=HERE)
    assert right.status_code == 429, "also the right one waits"
    other = client.post("/log-ind", data={"navn": "steering", "kodeord": PASSWORD}, headers=HERE)
    assert other.status_code == 303, "another user from there does not"


def test_who_is_removed_or_has_a_new_password_is_out_at_once(asking, store):
    registry, steering = asking("registry"), asking("steering")
    users = Users(store.root)
    users.remove("registry")
    users.add("steering", PASSWORD + "!", "steering", databases=("DCCG",))
    assert registry.get("/").status_code == 302
    assert steering.get("/").status_code == 302


def test_a_cookie_that_was_written_elsewhere_is_nobody_s(asking):
    client = asking("registry")
    name, value = next((one.key, one.value) for one in client._cookies.values() if one.key == "kraeft_session")
    body, _, signature = value.rpartition(".")
    client.set_cookie(name, f"{body}.{signature[::-1]}")
    assert client.get("/").status_code == 302


# --- roles ----------------------------------------------------------------------------------------------------------


def edition(answer) -> str:
    found = re.search("Arbejdsudgave|Offentlig udgave", answer.text)
    assert answer.status_code == 200 and found, answer.status_code
    return "working" if found[0] == "Arbejdsudgave" else "public"


@pytest.mark.parametrize(
    "role, path, seen",
    [
        ("reader", "/?database=DCCG", "public"),
        ("administrator", "/?database=DCCG", "public"),
        ("registry", "/?database=DLCR", "working"),
        ("registry", "/tvaergaaende", "working"),
        ("steering", "/?database=DCCG", "working"),
        ("steering", "/?database=DLCR", "public"),
        ("steering", "/tvaergaaende", "public"),
        ("clinician", "/?database=DCCG", "public"),
        ("clinician", "/afdeling/HER-KIR?database=DCCG", "working"),
        ("clinician", "/afdeling/AAL-KIR?database=DCCG", "public"),
    ],
)
def test_a_role_sees_its_edition(asking, role, path, seen):
    assert edition(asking(role).get(path)) == seen


@pytest.mark.parametrize(
    "path",
    [
        "/tvaergaaende?database=DCCG", "/tvaergaaende?database=DCCG&vis=hospitaler", "/hospital/herlev?database=DCCG",
        "/plan?database=DCCG", "/ventetider?database=DCCG&omfang=alle",
        "/forbedringer?database=DCCG&vis=alle",
    ],
)  # fmt: skip
def test_a_page_over_all_databases_is_in_full_only_for_who_sees_all(asking, path):
    assert edition(asking("steering").get(path)) == "public"
    assert edition(asking("registry").get(path)) == "working"


@pytest.mark.parametrize("name", ["tvaers", "opfyldelse", "hospitaler", "hospital", "forbedringer&vis=alle"])
def test_a_file_over_all_databases_is_in_full_only_for_who_sees_all(asking, name):
    name, _, more = name.partition("&")
    path = f"/hent/{name}.csv?database=DCCG&{more}&emne={'herlev' if name == 'hospital' else ''}"
    assert "Arbejdsudgave" in asking("registry").get(path).text
    answer = asking("steering").get(path)
    if name == "forbedringer":  # the public edition has no such file
        assert answer.status_code == 404 and "kun i arbejdsudgaven" in answer.text
    else:
        assert "Offentlig udgave" in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_deliveries_are_the_registry_s(asking, role):
    client = asking(role)
    allowed_in = role == "registry"
    for path in ("/leverancer", "/leverancer/DCCG"):
        assert client.get(path).status_code == (200 if allowed_in else 403), path
    assert client.get("/hent/leverancer.csv?database=DCCG").status_code == (200 if allowed_in else 404)
    assert client.get("/api/v1/tables/leverancer?database=DCCG").status_code == (200 if allowed_in else 404)
    assert ('href="/leverancer' in client.get("/?database=DCCG").text) == allowed_in


def test_no_page_of_one_is_kept_for_another(asking):
    order = ["registry", "reader", "steering", "clinician", "reader", "registry"]
    found = [edition(asking(role).get("/?database=DLCR")) for role in order]
    assert found == ["working", "public", "public", "public", "public", "working"]


def test_the_role_is_not_what_a_browser_says(asking):
    client = asking("reader")
    client.set_cookie("role", "registry")
    forged = {"X-Forwarded-User": "registry", "X-Remote-User": "registry", "Authorization": "Basic cmVnaXN0cnk6"}
    assert edition(client.get("/?database=DCCG&rolle=registry&edition=working", headers=forged)) == "public"


def test_files_are_of_the_visitor_s_edition(asking):
    path = "/hent/overblik.csv?database=DCCG"
    assert "Offentlig udgave" in asking("reader").get(path).text
    assert "Arbejdsudgave" in asking("registry").get(path).text


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_address_answers_each_role_as_the_table_says(asking, role):
    client = asking(role)
    for one in client.application.url_map.iter_rules():
        path = re.sub("<[^>]*>", "x", one.rule)
        if path.startswith("/_dash-component-suites") or path in ("/log-ud", "/log-ind"):
            continue
        for method in sorted(one.methods & {"GET", "POST"} | {"POST", "PUT", "DELETE"}):
            answer = client.open(path, method=method, headers=HERE)
            let_in = answer.status_code not in (401, 403) and "/log-ind" not in (answer.location or "")
            if not allowed(role, path, method):
                assert not let_in, (role, method, path)
            elif method == "GET":
                assert let_in, (role, method, path)


def test_every_address_that_is_no_page_has_a_rule(asking):
    rules = [one.rule for one in asking().application.url_map.iter_rules()]
    pages = {"/", "/<path:path>"}
    assert [path for path in rules if path not in pages and rule(re.sub("<[^>]*>", "x", path)) is None] == []
    assert all(role in (*ROLES, "anybody") for one in RULES for role in (*one.read, *one.write))


def test_a_steering_group_writes_for_its_own_database(asking):
    client = asking("steering")
    form = {
        "database": "DLCR",
        "title": "x",
        "departments": "AAL-KIR",
        "indicator": "stage_known",
        "start": "2024-01-01",
    }
    assert client.post("/forbedringer/ny", data=form, headers=HERE).status_code == 403
    assert client.post("/forbedringer/ny", data=form | {"database": "DCCG"}, headers=HERE).status_code == 303
    assert client.get("/forbedringer/register.csv").status_code == 403, "the register of all databases"
    assert asking("reader").post("/forbedringer/ny", data=form, headers=HERE).status_code == 403
    assert asking("registry").get("/forbedringer/register.csv").status_code == 200


# --- the way --------------------------------------------------------------------------------------------------------


def open_client(store, **network):
    source = StoreSource(store, Edition("working"))
    return create_app(source, source.version, network=Network(**network)).server.test_client()


@pytest.mark.parametrize("header", FORWARDING)
def test_without_log_in_nothing_is_answered_through_a_proxy(store, header):
    client = open_client(store)
    answer = client.get("/om", headers={header: "10.0.0.1"})
    assert answer.status_code == 403 and "python -m users add" in answer.text
    assert client.get("/om").status_code == 200


@contextmanager
def listening(application):
    """The address at which the dashboard's own server, not a test client, answers with an application."""
    serving = Serving(application, "127.0.0.1", 0)
    thread = threading.Thread(target=serving.run, args=(lambda: None,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving._listeners[0].effective_port}"
    serving.stop()
    thread.join()
    serving.drain()


@pytest.mark.parametrize("header", FORWARDING)
def test_the_server_does_not_hide_that_a_request_came_through_a_proxy(store, header):
    """waitress takes such headers away by itself: then everybody behind a proxy was on this machine."""
    source = StoreSource(store, Edition("working"))
    with listening(create_app(source, source.version).server) as here:
        assert requests.get(f"{here}/healthz", timeout=30).status_code == 200
        assert requests.get(f"{here}/healthz", headers={header: "10.0.0.1"}, timeout=30).status_code == 403


def test_the_server_knows_from_where_and_how_a_proxy_was_asked(store):
    source, network = StoreSource(store, Edition("working")), Network(proxies=1, login=True)
    app = create_app(source, source.version, network=network)
    said = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}
    with listening(network.behind(app.server)) as here:
        answer = requests.get(f"{here}/om", headers=said, allow_redirects=False, timeout=30)
    assert answer.headers["Strict-Transport-Security"]
    assert told(store)[-1]["from"] == "192.0.2.7"


def test_only_names_that_were_given_are_answered(store):
    client = open_client(store, names=("kraeft.test",))
    asked = {
        host: client.get("/om", headers={"Host": host}).status_code
        for host in ("kraeft.test", "localhost:8050", "evil.test")
    }
    assert asked == {"kraeft.test": 200, "localhost:8050": 200, "evil.test": 400}


@pytest.mark.parametrize(
    "network, edition, said",
    [
        (Network("0.0.0.0"), "working", "python -m users add"),
        (Network("0.0.0.0"), "public", "python -m users add"),
        (Network("192.168.1.7"), "public", "python -m users add"),
        (Network(proxies=1), "working", "python -m users add"),
        (Network(names=("kraeft.test",)), "working", "python -m users add"),
        (Network(open_to_all=True), "working", "--edition public"),
        (Network("0.0.0.0", login=True), "working", "--trusted-host"),
        (Network(), "working", ""),
        (Network("0.0.0.0", ("kraeft.test",), login=True), "working", ""),
        (Network("0.0.0.0", ("kraeft.test",), open_to_all=True), "public", ""),
        (Network("192.168.1.7", login=True), "working", ""),
    ],
)
def test_what_can_be_reached_starts_only_with_a_lock(network, edition, said):
    found = network.why_not(edition, "STORE")
    assert said in found if said else found == ""


def test_the_command_refuses_with_the_line_that_mends_it(store, capsys):
    Users(store.root).path.unlink()
    assert main(["--store", str(store.root), "--host", "0.0.0.0", "--edition", "working"]) == 1
    assert f"python -m users add NAME --role registry --store {store.root}" in capsys.readouterr().err


def test_a_proxy_s_address_is_believed_only_as_far_as_announced(store):
    seen = []

    def application(environ, start_response):
        seen.append((environ["REMOTE_ADDR"], environ["HTTP_HOST"]))
        return []

    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_HOST": "inner", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 192.0.2.7",
               "HTTP_X_FORWARDED_HOST": "kraeft.test", "wsgi.url_scheme": "http"}  # fmt: skip
    Network(proxies=1, login=True).behind(application)(dict(environ), None)
    Network().behind(application)(dict(environ), None)
    assert seen == [("192.0.2.7", "kraeft.test"), ("10.0.0.1", "inner")]


def test_alive_and_ready(store):
    client = open_client(store)
    assert (client.get("/healthz").text, client.get("/readyz").text) == ("ok", "ready")


# --- the log --------------------------------------------------------------------------------------------------------


def told(store) -> list[dict]:
    return [json.loads(line) for line in AuditLog(store.root).path.read_text().splitlines()]


def test_the_log_tells_who_asked_for_what(asking, store):
    client = asking("reader")
    client.get("/?database=DCCG")
    client.get("/hent/overblik.csv?database=DCCG")
    client.post("/forbedringer/ny", data={}, headers=HERE)
    client.get("/assets/base.css").close()
    asking().get("/hent/overblik.csv")
    assert [(one["who"], one["what"], one["path"], one["status"]) for one in told(store)] == [
        ("reader", "log-in", "/log-ind", 303),
        ("reader", "view", "/", 200),
        ("reader", "export", "/hent/overblik.csv", 200),
        ("reader", "refused", "/forbedringer/ny", 403),
        ("", "refused", "/hent/overblik.csv", 401),
    ]
    assert PASSWORD not in AuditLog(store.root).path.read_text()
    assert AuditLog(store.root).path.stat().st_mode & 0o077 == 0
    assert verify(AuditLog(store.root).path).lines == 5


def test_without_a_log_no_file_is_given_and_nobody_comes_in(asking, store, monkeypatch):
    client = asking("registry")

    def full(self, event):
        raise NotLogged("no room")

    monkeypatch.setattr(AuditLog, "append", full)
    assert client.get("/hent/overblik.csv").status_code == 503
    assert client.get("/om").status_code == 200, "a page is only read"


# --- programs --------------------------------------------------------------------------------------------------------

TABLE = "/api/v1/tables/overblik?database=DCCG&lang=en"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_program_is_the_user_whose_token_it_sends(asking, store):
    users, client = Users(store.root), asking()
    tokens = {role: users.give_token(role) for role in ("registry", "reader")}
    editions = {
        role: client.get(TABLE, headers=bearer(token)).get_json()["stamp"]["Edition"] for role, token in tokens.items()
    }
    assert editions["registry"] != editions["reader"]
    assert "Set-Cookie" not in client.get(TABLE, headers=bearer(tokens["registry"])).headers
    assert client.get("/", headers=bearer(tokens["registry"])).status_code == 302, "pages take no token"
    for wrong in ("", "x", tokens["registry"][:-1], f"{tokens['registry']} x"):
        assert client.get(TABLE, headers=bearer(wrong)).status_code == 401
    assert client.get(TABLE, headers={"Authorization": f"Basic {tokens['registry']}"}).status_code == 401
    newer = users.give_token("registry")
    assert client.get(TABLE, headers=bearer(tokens["registry"])).status_code == 401, "the earlier one ended"
    assert client.get(TABLE, headers=bearer(newer)).status_code == 200
    assert tokens["reader"].encode() not in users.path.read_bytes()
    assert users.take_token("reader") and client.get(TABLE, headers=bearer(tokens["reader"])).status_code == 401


def test_a_wrong_token_is_not_mended_by_a_session(asking):
    client = asking("registry")
    assert client.get(TABLE).status_code == 200
    assert client.get(TABLE, headers=bearer("wrong")).status_code == 401


def test_a_program_that_asks_too_often_is_told_when_to_come_back(asking, monkeypatch):
    monkeypatch.setattr("server.api.time.time", lambda: 1_000_000.0)
    client = asking("reader")
    answers = [client.get("/api/v1/").status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
    assert client.get("/api/v1/").headers["Retry-After"] == "20"
    assert client.get("/om").status_code == 200, "pages go on"
    monkeypatch.setattr("server.api.time.time", lambda: 1_000_060.0)
    assert client.get("/api/v1/").status_code == 200
