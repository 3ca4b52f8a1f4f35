"""Log-in at an OpenID provider and by a proxy's header: what of it is believed, and from whom."""

from __future__ import annotations

import datetime as dt
import json
import re
import time

import dash
import pytest
import requests
from joserfc.jwk import RSAKey
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from app import main
from data.audit_log import AuditLog
from data.store import Store, StoreError
from data.users import Users
from layouts.frame.source import StoreSource
from results.view import Edition
from server.access import openid
from server.access.network import Network, addresses
from server.access.openid import Provider
from server.access.session import key
from server.application import create_app
from server.options import network_of, parsed
from tests.support.clients import OwnPages
from tests.support.extracts import load_extract
from tests.support.provider import CLIENT, SECRET, provider

PASSWORD = "correct horse battery"
HERE = {"Sec-Fetch-Site": "same-origin"}
PAGE = "/om?database=DCCG"


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """anne of a steering group and the reader carl log in elsewhere, bo of the registry by password."""
    root = tmp_path_factory.mktemp("elsewhere")
    load_extract(root, cases=[{"case_id": str(number), "department": "AAL-KIR"} for number in range(12)])
    users = Users(root / "store")
    users.add("anne", None, "steering", databases=("DCCG",))
    users.add("carl", None, "reader")
    users.add("bo", PASSWORD, "registry")
    return Store(root / "store")


def serving(store, **network):
    """Gives clients of a server that is reached so."""
    source = StoreSource(store, Edition("working"))
    reached = Network(login=True, **network)
    server = create_app(source, source.version, network=reached).server
    server.wsgi_app = reached.behind(server.wsgi_app)
    server.test_client_class = OwnPages
    pages = dict(dash.page_registry)

    def client():
        made = server.test_client()
        made.pages = pages
        return made

    return client


def told(store) -> list[dict]:
    return [json.loads(line) for line in AuditLog(store.root).path.read_text().splitlines()]


# --- OpenID Connect -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def at(store):
    """The provider, and clients of a server that logs in with it."""
    with provider() as one:
        yield one, serving(store, provider=Provider(one.issuer, CLIENT, SECRET, shown="Regionen"))


@pytest.fixture(autouse=True)
def as_it_was(request):
    """What a test had the provider say otherwise is forgotten."""
    yield
    if "at" in request.fixturenames:
        one, _ = request.getfixturevalue("at")
        one.claims.clear()
        one.user, one.algorithm, one.id_token, one.key = "anne", "RS256", True, one.published


def way_back(client, query: str = "") -> str:
    """Log in at the provider; the address of the dashboard to which it sends the browser."""
    begun = client.get(f"{openid.BEGIN}{query}")
    assert begun.status_code == 302, begun.text
    answer = requests.get(begun.location, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith(f"http://localhost{openid.ANSWER}?")
    return answer.headers["Location"].removeprefix("http://localhost")


def test_who_logs_in_at_the_provider_is_who_the_register_says(at, store):
    one, client = at
    here = client()
    page = here.get(f"/log-ind?til={PAGE}").text
    assert "Log ind med Regionen" in page
    link = re.search(rf'href="({openid.BEGIN}[^"]*)"', page)[1]
    one.claims.update(role="registry", groups=["registry"])
    answer = here.get(way_back(here, link.removeprefix(openid.BEGIN)))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "logget ind som anne (styregruppe)" in here.get("/konto").text
    assert [(row["who"], row["what"]) for row in told(store)][-2:] == [("anne", "log-in"), ("anne", "view")]
    assert SECRET not in AuditLog(store.root).path.read_text()
    assert here.post("/log-ud", headers=HERE).status_code == 303
    assert here.get("/konto").status_code in (302, 401)


def test_the_answer_opens_no_other_browser_and_nothing_twice(at):
    _, client = at
    mine, other = client(), client()
    address = way_back(mine)
    assert other.get(address).status_code == 401
    assert mine.get(address.replace("state=", "state=x")).status_code == 401
    assert mine.get(address).status_code == 303
    assert mine.get(address).status_code == 401, "a state is used once"


HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another log-in"},
        {"nonce": None},
        {"iss": "https://evil.test"},
        {"iss": None},
        {"aud": "another"},
        {"aud": "another", "azp": CLIENT},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iat": -2 * HOUR, "exp": -HOUR},
        {"exp": None},
        {"nbf": HOUR},
        {"preferred_username": None},
        {"preferred_username": ["bo", "anne"]},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_prove_it_opens_nothing(at, claims):
    one, client = at
    now = int(time.time())
    one.claims.update(
        {name: now + int(said.total_seconds()) if isinstance(said, dt.timedelta) else said
         for name, said in claims.items()}
    )  # fmt: skip
    here = client()
    answer = here.get(way_back(here))
    assert answer.status_code == 401 and "Log ind lykkedes ikke" in answer.text
    assert here.get("/konto").status_code == 401


@pytest.mark.parametrize("how", ["another key", "no signature", "the client's secret", "no token"])
def test_a_token_that_the_provider_did_not_sign_opens_nothing(at, how):
    one, client = at
    if how == "another key":
        one.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
    one.algorithm = {"no signature": "none", "the client's secret": "HS256"}.get(how, "RS256")
    one.id_token = how != "no token"
    here = client()
    assert here.get(way_back(here)).status_code == 401


@pytest.mark.parametrize("name", ["nobody", "bo", "Anne", "anne ", "<b>"])
def test_a_name_that_is_not_ours_opens_nothing(at, name):
    one, client = at
    one.user = name
    here = client()
    answer = here.get(way_back(here))
    assert answer.status_code == 403 and "--no-password" in answer.text and "<b>" not in answer.text
    assert here.get("/konto").status_code == 401


def test_an_email_counts_only_where_the_provider_has_verified_it(at, store):
    one, _ = at
    client = serving(store, provider=Provider(one.issuer, CLIENT, SECRET, "email"))
    for verified, status in ((None, 401), (False, 401), ("true", 401), (True, 303)):
        one.claims.update(email="anne", email_verified=verified)
        here = client()
        assert here.get(way_back(here)).status_code == status, verified


def test_what_is_refused_there_is_refused_here(at):
    _, client = at
    assert client().get(f"{openid.ANSWER}?error=access_denied&state=x").status_code == 401
    assert client().get(openid.ANSWER).status_code == 401


def test_a_log_in_that_is_left_many_times_does_not_fill_the_cookie(at):
    _, client = at
    here = client()
    sizes = []
    for _ in range(6):
        way_back(here)
        sizes.append(max(len(one.value) for one in here._cookies.values()))
    assert max(sizes) < 1500 and here.get(way_back(here)).status_code == 303


def test_a_provider_that_calls_itself_otherwise_or_does_not_answer_is_said(store, caplog):
    with provider() as one:
        client = serving(store, provider=Provider(one.issuer, CLIENT, SECRET))
        one.discovery["issuer"] = "https://evil.test"
        answer = client().get(openid.BEGIN)
        assert answer.status_code == 503 and "svarer ikke" in answer.text
        assert "write --oidc-issuer as it does" in caplog.text
        one.discovery.clear()
        assert client().get(openid.BEGIN).status_code == 302, "it is asked again"
    assert serving(store, provider=Provider(one.issuer, CLIENT, SECRET))().get(openid.BEGIN).status_code == 503


def test_an_account_of_the_provider_has_no_password(at, store):
    _, client = at
    for password in ("", PASSWORD, " "):
        answer = client().post("/log-ind", data={"navn": "anne", "kodeord": password}, headers=HERE)
        assert answer.status_code == 401
    assert Users(store.root).get("anne").elsewhere and not Users(store.root).get("bo").elsewhere


# --- a proxy's header -----------------------------------------------------------------------------------------------

HEADER = "X-Remote-User"


@pytest.fixture(scope="module")
def proxied(store):
    return serving(store, proxies=1, names=("kraeft.test",), user_header=HEADER)


def through(client, name: str, path: str = PAGE, straight: str = "127.0.0.1", **headers: str):
    """Ask through a proxy at ``straight`` that says who has logged in."""
    said = {HEADER: name, "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", **headers}
    return client.get(path, headers={k: v for k, v in said.items() if v}, environ_base={"REMOTE_ADDR": straight})


def test_who_the_proxy_names_is_who_the_register_says(proxied, store):
    answer = through(proxied(), "anne", "/konto")
    assert "logget ind som anne (styregruppe)" in answer.text and "gennem proxyen" in answer.text
    assert "Set-Cookie" not in answer.headers
    row = told(store)[-1]
    assert (row["who"], row["role"], row["from"]) == ("anne", "steering", "198.51.100.7")


@pytest.mark.parametrize("straight", ["10.0.0.5", "198.51.100.7", "::2", "", "unix:"])
def test_from_any_other_address_nothing_is_answered(proxied, straight):
    for name in ("anne", ""):
        answer = through(proxied(), name, straight=straight)
        assert answer.status_code == 403 and "--proxy-address" in answer.text
    assert through(proxied(), "", "/healthz", straight=straight).status_code == 200


@pytest.mark.parametrize("name", ["bo", "nobody", "anne, bo", "Anne", "<b>"])
def test_a_name_that_the_register_does_not_have_from_elsewhere_is_refused(proxied, name):
    answer = through(proxied(), name)
    assert answer.status_code == 403 and "--no-password" in answer.text and "<b>" not in answer.text


def test_without_the_header_one_logs_in_as_ever(proxied):
    client = proxied()
    assert through(client, "").status_code == 302
    form = {"navn": "bo", "kodeord": PASSWORD}
    headers = {"X-Forwarded-For": "198.51.100.7", **HERE}
    assert client.post("/log-ind", data=form, headers=headers).status_code == 303
    assert "bo (registerteam)" in through(client, "", "/konto").text
    assert "anne (styregruppe)" in through(client, "anne", "/konto").text, "the proxy's word goes before a session"


def test_a_header_that_was_not_agreed_on_names_nobody(store, proxied):
    client = serving(store, proxies=1, names=("kraeft.test",))
    assert through(client(), "anne").status_code == 302
    forged = {"X-Forwarded-User": "anne", "Remote-User": "anne"}
    assert through(proxied(), "", **forged).status_code == 302


def test_waitress_lets_no_other_name_pass_for_the_header():
    parser = HTTPRequestParser(Adjustments())
    parser.received(b"GET / HTTP/1.1\r\nHost: x\r\nX_Remote_User: bo\r\nX-Remote-User: anne\r\n\r\n")
    assert parser.headers["X_REMOTE_USER"] == "anne"


def test_a_token_of_a_program_is_not_overruled_by_the_proxy(proxied, store):
    token = Users(store.root).give_token("carl")
    table = "/api/v1/tables/overblik?database=DCCG&lang=en"
    by_token = through(proxied(), "anne", table, Authorization=f"Bearer {token}").get_json()
    assert by_token["stamp"]["Edition"].startswith("Public edition")
    assert through(proxied(), "anne", table).get_json()["stamp"]["Edition"].startswith("Working edition")


@pytest.mark.parametrize(
    "network, said",
    [
        (Network(user_header=HEADER, login=True), "--behind-proxy 1"),
        (Network(proxy_addresses=(addresses("10.0.0.5"),), login=True), "--behind-proxy 1"),
        (Network(user_header=HEADER, proxies=1), "python -m users add"),
        (Network(provider=Provider("https://x", "y", "z")), "--no-password --store STORE"),
        (Network(user_header=HEADER, proxies=1, login=True), ""),
    ],
)
def test_it_starts_only_where_somebody_is_trusted(network, said):
    found = network.why_not("working", "STORE")
    assert said in found if said else found == ""


def test_a_net_of_addresses_can_be_trusted(store):
    client = serving(store, proxies=1, user_header=HEADER, proxy_addresses=(addresses("10.88.0.0/16"),))
    asked = [through(client(), "anne", straight=one).status_code for one in ("10.88.3.4", "10.89.0.1", "127.0.0.1")]
    assert asked == [200, 403, 403]


# --- TLS, options, secrets ------------------------------------------------------------------------------------------


def test_what_came_by_tls_is_asked_by_tls_for_a_year(proxied):
    secure = through(proxied(), "anne").headers["Strict-Transport-Security"]
    assert secure == "max-age=31536000"
    plain = through(proxied(), "anne", **{"X-Forwarded-Proto": "http"})
    assert "Strict-Transport-Security" not in plain.headers


@pytest.mark.parametrize(
    "words, said",
    [
        (("--oidc-issuer", "http://idp.example.dk", "--oidc-client", "x"), "https://"),
        (("--oidc-issuer", "https://idp.example.dk"), "belong together"),
        (("--user-header", "Cookie"), "X-Remote-User"),
        (("--user-header", "X Remote"), "X-Remote-User"),
        (("--proxy-address", "proxy.local"), "10.0.0.5"),
        (("--base-path", "/a/../b"), "/kvalitet"),
        (("--base-path", "kvalitet"), "/kvalitet"),
        (("--base-path", "//kvalitet"), "/kvalitet"),
        (("--open-to-all", "--user-header", HEADER), "--open-to-all"),
    ],
)
def test_options_that_do_not_fit_are_said(words, said, capsys):
    with pytest.raises(SystemExit) as ended:
        parsed(words)
    assert ended.value.code == 2 and said in capsys.readouterr().err


def test_a_secret_comes_from_the_environment_or_a_file_that_nobody_else_reads(tmp_path, monkeypatch):
    options = parsed(["--oidc-issuer", "https://idp.example.dk", "--oidc-client", "x", "--base-path", "/kvalitet/"])
    assert options.base_path == "/kvalitet"
    with pytest.raises(StoreError, match="KRAEFT_OIDC_SECRET"):
        network_of(options, True)
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("KRAEFT_OIDC_SECRET_FILE", str(file))
    for mode in (0o644, 0o640, 0o604, 0o620):
        file.chmod(mode)
        with pytest.raises(StoreError, match=f"mode {mode:o}.*chmod 600"):
            network_of(options, True)
    file.chmod(0o400)
    assert network_of(options, True).provider.secret == "from the file"
    monkeypatch.setenv("KRAEFT_OIDC_SECRET", "from the environment")
    assert network_of(options, True).provider.secret == "from the environment"


def test_the_key_of_the_sessions_may_stand_in_a_file_of_its_own(tmp_path, monkeypatch):
    file = tmp_path / "key"
    monkeypatch.setenv("KRAEFT_SESSION_KEY_FILE", str(file))
    with pytest.raises(StoreError, match="cannot be read"):
        key(tmp_path)
    file.write_text("k" * 40)
    file.chmod(0o600)
    assert key(tmp_path) == b"k" * 40 and not (tmp_path / "session.key").exists()
    file.write_text("short")
    with pytest.raises(StoreError, match="has 5 characters"):
        key(tmp_path)


def test_the_command_refuses_a_secret_that_others_can_read(store, tmp_path, monkeypatch, capsys):
    file = tmp_path / "secret"
    file.write_text("x")
    file.chmod(0o644)
    monkeypatch.setenv("KRAEFT_OIDC_SECRET_FILE", str(file))
    words = ["--store", str(store.root), "--oidc-issuer", "https://idp.example.dk", "--oidc-client", "x"]
    assert main(words) == 1
    assert f"chmod 600 {file}" in capsys.readouterr().err
