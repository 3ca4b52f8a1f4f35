"""Which role may ask for what: one table, and what is not in it is refused.

The table is about addresses and methods. In which edition a page is shown, and whose departments and databases are in
it, follows from the visitor (``layouts.frame.visitor``).
"""

from __future__ import annotations

from dataclasses import dataclass

from data.users import ROLES

ANYBODY = "anybody"  # also who is not logged in
EVERYBODY = ROLES  # who is logged in
WRITERS = ("steering", "registry")
REGISTRY = ("registry",)


@dataclass(frozen=True)
class Access:
    """``prefix``: of the path (the whole path where it does not end in "/"); ``roles``: who may, by method."""

    prefix: str
    read: tuple[str, ...]
    write: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        return path.startswith(self.prefix) if self.prefix.endswith("/") else path == self.prefix


#: The first that covers an address holds.
RULES = (
    Access("/log-ind", (ANYBODY,), (ANYBODY,)),
    Access("/log-ind/", (ANYBODY,)),  # to the provider and back
    Access("/healthz", (ANYBODY,)),
    Access("/readyz", (ANYBODY,)),
    Access("/assets/", (ANYBODY,)),
    Access("/_dash-component-suites/", (ANYBODY,)),
    Access("/_favicon.ico", (ANYBODY,)),
    Access("/log-ud", EVERYBODY, EVERYBODY),
    Access("/konto", EVERYBODY),
    Access("/brug", REGISTRY),
    Access("/_dash-update-component", EVERYBODY, EVERYBODY),
    Access("/_dash-layout", EVERYBODY),
    Access("/_dash-dependencies", EVERYBODY),
    Access("/_reload-hash", EVERYBODY),
    Access("/klar", EVERYBODY),
    Access("/periode", EVERYBODY),
    Access("/soegning.json", EVERYBODY),
    Access("/hent/", EVERYBODY),
    Access("/api/", EVERYBODY),  # the same tables, of the visitor's edition
    Access("/figur/", EVERYBODY),
    Access("/audit/journal/ny", WRITERS, WRITERS),
    # A clinician answers for the own departments' cases; whose they are is asked in server/case_audits.py.
    Access("/audit/journal/", (*WRITERS, "clinician"), (*WRITERS, "clinician")),
    Access("/audit/", WRITERS, WRITERS),
    Access("/rapport/kommentar", WRITERS, WRITERS),
    Access("/rapport/endelig", (), WRITERS),
    Access("/rapport/hoering", WRITERS, WRITERS),
    Access("/rapport/sammenfatning", WRITERS, WRITERS),
    # Who has a region's signed link needs no account: server/hearing.py asks the link.
    Access("/hoering/", (ANYBODY,), (ANYBODY,)),
    Access("/rapport/", EVERYBODY),  # of the visitor's edition
    # One view of the public edition for frames of named sites, and only where one is named: server/embedded.py.
    Access("/indlejret/", (ANYBODY,)),
    # A clinician writes for the own departments; whose they are is asked in server/actions.py.
    Access("/indsats/", (*WRITERS, "clinician"), (*WRITERS, "clinician")),
    Access("/forbedringer/importer", REGISTRY, REGISTRY),
    Access("/forbedringer/register.csv", REGISTRY),
    Access("/forbedringer/", WRITERS, WRITERS),
    Access("/leverancer", REGISTRY),
    Access("/leverancer/", REGISTRY),
    Access("/static/", ()),  # of Flask; nothing lies there
)


def rule(path: str) -> Access | None:
    """The rule that holds for an address; None for a page's."""
    return next((one for one in RULES if one.covers(path)), None)


def allowed(role: str, path: str, method: str) -> bool:
    """Whether a role ("" where nobody is logged in) may send this.

    Pages are read by everybody who is logged in; nothing is sent to them.
    """
    reads = method in ("GET", "HEAD")
    found = rule(path)
    if found is not None:
        roles = found.read if reads else found.write
        return ANYBODY in roles or role in roles
    return reads and role in EVERYBODY and not path.startswith("/_")
