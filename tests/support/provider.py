"""A small OpenID provider on a port of its own: discovery, authorisation, token (client secret and PKCE), keys.

What it says can be changed from outside, so that a test sees what of it is believed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "dashboard", "a secret of the provider's"


class OpenIdProvider:
    """``user``: who logs in; ``claims``, ``discovery``: what is said otherwise (None: left out); ``key``: signs."""

    def __init__(self) -> None:
        self.issuer, self.user = "", "anne"
        self.claims: dict[str, object] = {}
        self.discovery: dict[str, object] = {}
        self.algorithm, self.id_token = "RS256", True
        self.published = self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.refused: list[str] = []
        self._asked: dict[str, dict[str, str]] = {}

    def __call__(self, environ: dict, start_response) -> list[bytes]:
        path, query = environ["PATH_INFO"], _flat(environ["QUERY_STRING"])
        if path == "/authorize":
            code = secrets.token_urlsafe(8)
            self._asked[code] = query
            where = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            start_response("302 Found", [("Location", where)])
            return []
        if path == "/.well-known/openid-configuration":
            answer, status = self._about(), "200 OK"
        elif path == "/jwks":
            answer, status = {"keys": [self.published.as_dict(private=False)]}, "200 OK"
        else:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
            answer, status = self._token(_flat(body), environ.get("HTTP_AUTHORIZATION", ""))
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _about(self) -> dict[str, object]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        return {**said, **self.discovery}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[dict[str, object], str]:
        """RFC 6749 section 4.1.3, RFC 7636: the client, the code once, its address and its verifier."""
        known = base64.b64encode(f"{CLIENT}:{_quoted(SECRET)}".encode()).decode()
        asked = self._asked.pop(form.get("code", ""), None)
        verifier = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        fits = (
            authorization == f"Basic {known}"
            and asked is not None
            and asked["client_id"] == CLIENT
            and form.get("redirect_uri") == asked["redirect_uri"]
            and asked["code_challenge_method"] == "S256"
            and verifier.decode().rstrip("=") == asked["code_challenge"]
        )
        if not fits:
            self.refused.append(form.get("code", ""))
            return {"error": "invalid_grant"}, "400 Bad Request"
        answer: dict[str, object] = {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "expires_in": 60}
        if self.id_token:
            answer["id_token"] = self._signed(asked)
        return answer, "200 OK"

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "sub": "7f3", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
                "preferred_username": self.user, **self.claims}  # fmt: skip
        said = {name: value for name, value in said.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "none":
            parts = (json.dumps(part).encode() for part in (header, said))
            return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])
        key = OctKey.import_key(SECRET) if self.algorithm == "HS256" else self.key
        return jwt.encode(header, said, key, algorithms=[self.algorithm])


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the tests' own output is enough."""


@contextmanager
def provider() -> Iterator[OpenIdProvider]:
    """A provider that answers while this lasts."""
    one = OpenIdProvider()
    with make_server("127.0.0.1", 0, one, handler_class=_Silent) as server:
        one.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield one
        finally:
            server.shutdown()
            thread.join()


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _quoted(text: str) -> str:
    return text
