"""From where the server may be reached: names, proxies, and when it does not start.

Without log-in it answers this machine alone. A request that came through a proxy is not this machine's, whatever its
address: then, and on every other address, somebody has to be able to log in first.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TypeAlias

import flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.access.openid import Provider
from server.base_path import mounted
from server.serving import Wsgi

Addresses: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
#: What a proxy adds. A browser sends none of them.
FORWARDING = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Real-IP",
    "Via",
)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_any(host: str) -> bool:
    """Whether ``host`` means every address of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def addresses(text: str) -> Addresses:
    """An address, or a net of them ("10.88.0.0/16"). Raises ValueError."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"'{text}' is no address; write it as 10.0.0.5 or 10.88.0.0/16") from error


#: The proxy's, where it says who has logged in and no other address was given.
_THIS_MACHINE = (addresses("127.0.0.0/8"), addresses("::1"))


@dataclass(frozen=True)
class Network:
    """How the server is reached. ``names``: hosts it answers to besides this machine's; ``proxies``: how many stand
    before it, whose forwarding headers are then believed; ``login``: somebody can log in, so everybody has to;
    ``open_to_all``: the public edition without log-in, asked for by name; ``base``: the path of the host below which
    it is; ``proxy_addresses``: where requests may come from, everywhere where there are none; ``user_header``: in which
    the proxy says who has logged in; ``provider``: of log-in with OpenID Connect; ``embed_origins``: sites that may
    show the one view in a frame."""

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    proxies: int = 0
    login: bool = False
    open_to_all: bool = False
    base: str = ""
    proxy_addresses: tuple[Addresses, ...] = ()
    user_header: str = ""
    provider: Provider | None = None
    embed_origins: tuple[str, ...] = ()

    @property
    def trusted_hosts(self) -> list[str]:
        """The values of ``Host`` that are answered (without ports)."""
        own = [] if is_any(self.host) or is_loopback(self.host) else [_bracketed(self.host)]
        return [*LOOPBACK_NAMES, *own, *self.names]

    def why_not(self, edition: str, store: str) -> str:
        """Why the server must not start so, with the line that mends it; "" where it may."""
        reached = not is_loopback(self.host) or self.proxies > 0 or bool(self.names)
        if self.open_to_all and edition != "public":
            return "--open-to-all is for the public edition; add --edition public"
        if reached and not (self.login or self.open_to_all):
            where = self.host if not is_loopback(self.host) else "a proxy or another name"
            public = "; the public edition can be opened to everybody with --edition public --open-to-all"
            return (
                f"from {where} everybody could read this, and nobody has to log in. Add a user first: python -m users "
                f"add NAME --role registry --store {store}{public}"
            )
        if (self.user_header or self.proxy_addresses) and not self.proxies:
            return "--user-header and --proxy-address are of a proxy before the server; add --behind-proxy 1"
        if (self.user_header or self.provider) and not self.login:
            return (
                "nobody could log in; add the users whom the proxy or provider names: python -m users add NAME --role "
                f"registry --no-password --store {store}"
            )
        if is_any(self.host) and not self.names:
            return f"{self.host} is every address of this machine; say by which name it is reached: --trusted-host NAME"
        return ""

    def behind(self, application: Wsgi) -> Wsgi:
        """The application as the proxies before it present it."""
        application = mounted(application, self.base)
        if not self.proxies:
            return application
        return ProxyFix(
            application, x_for=self.proxies, x_proto=self.proxies, x_host=self.proxies, x_port=0, x_prefix=0
        )

    def stranger(self, request: flask.Request) -> str:
        """The address that a request came straight from, where that is none of our proxy's; "" where it may come."""
        known = self.proxy_addresses or (_THIS_MACHINE if self.user_header else ())
        if not known:
            return ""
        straight = request.environ.get("werkzeug.proxy_fix.orig", request.environ).get("REMOTE_ADDR") or ""
        try:
            found = ipaddress.ip_address(straight)
        except ValueError:
            return straight or "?"
        return "" if any(found in one for one in known) else straight

    def user_named(self, request: flask.Request) -> str:
        """Who the proxy says has logged in; "" where it says nobody. Ask ``stranger`` first."""
        return request.headers.get(self.user_header, "") if self.user_header else ""

    def forwarded(self, request: flask.Request) -> str:
        """The header that tells that the request came through a proxy which nobody announced; "" where none does."""
        if self.proxies or self.open_to_all:
            return ""
        return next((name for name in FORWARDING if name in request.headers), "")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
