"""From where the server may be reached: names, proxies, and when it does not start.

Without log-in it answers this machine alone. A request that came through a proxy is not this machine's, whatever its
address: then, and on every other address, somebody has to be able to log in first.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.serving import Wsgi

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


@dataclass(frozen=True)
class Network:
    """How the server is reached. ``names``: hosts it answers to besides this machine's; ``proxies``: how many stand
    before it, whose forwarding headers are then believed; ``login``: somebody can log in, so everybody has to;
    ``open_to_all``: the public edition without log-in, asked for by name."""

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    proxies: int = 0
    login: bool = False
    open_to_all: bool = False

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
        if is_any(self.host) and not self.names:
            return f"{self.host} is every address of this machine; say by which name it is reached: --trusted-host NAME"
        return ""

    def behind(self, application: Wsgi) -> Wsgi:
        """The application as the proxies before it present it."""
        if not self.proxies:
            return application
        return ProxyFix(
            application, x_for=self.proxies, x_proto=self.proxies, x_host=self.proxies, x_port=0, x_prefix=0
        )

    def forwarded(self, request: flask.Request) -> str:
        """The header that tells that the request came through a proxy which nobody announced; "" where none does."""
        if self.proxies or self.open_to_all:
            return ""
        return next((name for name in FORWARDING if name in request.headers), "")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
