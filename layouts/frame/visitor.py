"""Who looks at the dashboard, where log-in is on: what that person may see in full, and may write.

The role comes from the session alone, never from what a browser sends; ``server/access`` puts it into the request.
"""

from __future__ import annotations

from dataclasses import dataclass

import flask

from data.text import Text

_KEY = "visitor"
#: The own department's pages and files.
DEPARTMENT, OWN_FILES = "/afdeling/", ("/hent/afdeling", "/hent/handl", "/hent/indsatser")
OWN_PAGES = (DEPARTMENT, "/handl/", "/indsats/")
ROLE_NAMES = {
    "reader": Text("læser", "reader"),
    "clinician": Text("kliniker", "clinician"),
    "steering": Text("styregruppe", "steering group"),
    "registry": Text("registerteam", "registry"),
    "administrator": Text("administrator", "administrator"),
}
#: Pages and files over all databases: in full only for who may see all of them.
_OF_ALL = (
    "/tvaergaaende", "/hospital", "/varsler/", "/plan", "/soeg", "/om", "/hent/tvaers", "/hent/opfyldelse",
    "/hent/hospital", "/hent/varselsbrev", "/hent/plan", "/hent/handleplan", "/leverancer", "/hent/leverancer",
)  # fmt: skip


@dataclass(frozen=True)
class Visitor:
    """A logged-in user. ``databases``: of a steering group; ``departments``: of a clinician."""

    name: str
    role: str
    databases: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """What a page that this person may see depends on: one word for everybody who sees the same."""
        if self.role == "registry":
            return "working"
        of = {"steering": self.databases, "clinician": self.departments}.get(self.role, ())
        return f"{self.role} {' '.join(sorted(of))}" if of else "public"

    @property
    def start(self) -> str:
        """The page after log-in: a clinician's own department."""
        return f"{DEPARTMENT}{self.departments[0]}" if self.role == "clinician" else "/"

    def sees_all(self, database: str, path: str, subject: str = "", everything: bool = False) -> bool:
        """Whether this person sees a page of a database in the working edition, else in the public one.

        ``subject``: what a file at ``path`` is of, where it is of one department. ``everything``: the reader asks for
        all databases on a page that is else of one.
        """
        if self.role == "registry":
            return True
        if self.role == "steering":
            return database in self.databases and not everything and not path.startswith(_OF_ALL)
        if self.role == "clinician":
            if path.startswith(OWN_FILES):
                return subject in self.departments
            return any(path.removeprefix(page) in self.departments for page in OWN_PAGES)
        return False

    def may_write(self, database: str) -> bool:
        """Whether this person writes what belongs to a database: initiatives, comments, decisions."""
        return self.role == "registry" or (self.role == "steering" and database in self.databases)


def current() -> Visitor | None:
    """The logged-in user of the present request; None where log-in is off (or nobody is logged in)."""
    return flask.g.get(_KEY) if flask.has_request_context() else None


def is_registry() -> bool:
    """Whether the present request is the registry's, or nobody logs in."""
    found = current()
    return found is None or found.role == "registry"


def enter(visitor: Visitor) -> None:
    """The present request is this person's."""
    setattr(flask.g, _KEY, visitor)


def scope() -> str:
    """``Visitor.scope`` of the present request, "" where log-in is off."""
    found = current()
    return "" if found is None else found.scope
