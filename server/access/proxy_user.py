"""Log-in by a proxy of ours: it says in a header who the user is, and nobody else is believed.

The header counts only where the request came straight from an address of the proxy; from any other address the server
answers nothing (server/access/network.py). waitress drops header names with "_", so that none can pass for another.
"""

from __future__ import annotations

import re

#: Headers that mean something else.
_TAKEN = {"host", "cookie", "authorization", "origin", "forwarded", "via", "connection"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


def checked(name: str) -> str:
    """A header's name that a proxy may use. Raises ValueError."""
    if not _NAME.fullmatch(name) or name.lower() in _TAKEN or name.lower().startswith(("x-forwarded-for", "sec-")):
        raise ValueError(f"'{name}': write a header of its own, as X-Remote-User")
    return name
