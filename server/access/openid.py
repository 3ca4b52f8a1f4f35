"""Log-in with OpenID Connect: the code flow by authlib, with state, nonce and PKCE.

The provider says who somebody is, the register of users what that person may do. Of the token are checked: signature,
issuer, audience, nonce and times. Only accounts without a password are entered so (``python -m users add
--no-password``): who may choose a name at the provider does not become one of ours that way.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import flask
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from joserfc.errors import JoseError
from requests import RequestException

#: Where the secret comes from (data/secret_files.py).
SECRET = "KRAEFT_OIDC_SECRET"
BEGIN, ANSWER = "/log-ind/udbyder", "/log-ind/svar"
#: Signatures that a token may have: those that a provider alone can make.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: Seconds that the provider may take to answer, and by which the two clocks may differ.
PATIENCE, CLOCKS = 10, 60
_NAME = "udbyder"


class Unreachable(Exception):
    """The provider does not answer, or not as one does."""


class NotProven(Exception):
    """What came back does not prove who somebody is; the message says why, for the log."""


@dataclass(frozen=True)
class Provider:
    """Who tells who somebody is. ``claim``: of the token, the name in our register; ``shown``: on the button."""

    issuer: str
    client: str
    secret: str
    claim: str = "preferred_username"
    shown: str = ""


def checked(issuer: str) -> str:
    """The provider's address as it names itself. Raises ValueError: it must be https, or of this machine."""
    parts = urlsplit(issuer)
    if parts.scheme == "https" and parts.hostname and not parts.query and not parts.fragment:
        return issuer
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return issuer
    raise ValueError(f"'{issuer}': write the provider's address with https://")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class OpenId:
    """The log-in of one server with one provider."""

    def __init__(self, server: flask.Flask, provider: Provider) -> None:
        self.provider = provider
        self._client = OAuth(server).register(
            _NAME,
            client_id=provider.client,
            client_secret=provider.secret,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE,
            },
        )

    def begin(self) -> flask.Response:
        """The way to the provider. Raises Unreachable."""
        for one in [one for one in flask.session if one.startswith("_state_")]:
            del flask.session[one]  # of a log-in that was left; the cookie would grow
        try:
            self._known()
            return self._client.authorize_redirect(flask.url_for("provider_answered", _external=True))
        except (RequestException, RuntimeError, ValueError) as error:
            raise Unreachable(str(error)) from error

    def name(self) -> str:
        """Who has come back from the provider: the name in our register. Raises Unreachable, NotProven."""
        exact = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        try:
            self._known()
            claims = self._client.authorize_access_token(claims_options=exact, leeway=CLOCKS).get("userinfo")
        except (OAuthError, JoseError) as error:
            raise NotProven(f"{type(error).__name__}: {error}") from error
        except (RequestException, RuntimeError, ValueError) as error:
            raise Unreachable(str(error)) from error
        if not claims:
            raise NotProven("the provider gave no ID token")
        return self._named(claims)

    def _named(self, claims: Mapping[str, object]) -> str:
        audience = claims.get("aud")
        if self.provider.client not in (audience if isinstance(audience, list) else [audience]):
            raise NotProven(f"the token is for {audience!r}")
        name = claims.get(self.provider.claim)
        if not isinstance(name, str) or not name:
            raise NotProven(f"the token has no '{self.provider.claim}'")
        if self.provider.claim == "email" and claims.get("email_verified") is not True:
            raise NotProven("the provider has not verified the email")
        return name

    def _known(self) -> None:
        """Read once what the provider says of itself; it must be the one that was named."""
        said = self._client.load_server_metadata()
        if said.get("issuer") != self.provider.issuer:
            found = said.get("issuer")
            said.pop("_loaded_at", None)  # asked again the next time
            raise Unreachable(f"{self.provider.issuer} calls itself {found!r}; write --oidc-issuer as it does")
        offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        said["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNATURES]
