"""The public edition's closed list of pages and files, and what the others say there.

What is not on the list is refused, also when it is new: a page or file is put here when all that it shows comes from
published frames (decision 42).
"""

from __future__ import annotations

from data.published import NotPublished
from words.reader import Reader

#: Pages; one that ends in "/" stands for all below it.
PAGES = (
    "/", "/indikator/", "/afdeling", "/afdeling/", "/hospital/", "/tvaergaaende", "/overlevelse", "/ventetider",
    "/rapport", "/soeg", "/om", "/404"
)  # fmt: skip
#: Pages and files that show nothing to who may not see it, and say so themselves.
REFUSING = ("/audit", "/handl", "/handl/", "/hent/journalaudit-forloeb")
#: Files, by their name in the address.
FILES = (
    "overblik", "enheder", "rkkp", "indikator-udvikling", "afdeling", "matrix", "tvaers", "opfyldelse", "hospital",
    "hospitaler", "aarsoverlevelse", "forloeb", "kvartaler", "standarder", "definitioner",
)  # fmt: skip


class NotInEdition(NotPublished):
    """The public edition has no such page or file; ``context``: whose reader asked."""

    def __init__(self, context: Reader) -> None:
        super().__init__(f"{context.path}: {why(context)}")
        self.context = context


def has(path: str) -> bool:
    """Whether the public edition has the page or file at an address."""
    if path.startswith("/hent/"):
        return path.removeprefix("/hent/") in FILES
    return any(path == one or (len(one) > 1 and one.endswith("/") and path.startswith(one)) for one in PAGES)


def refuses_itself(path: str) -> bool:
    """Whether the page at an address asks by itself who looks at it."""
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in REFUSING)


def why(context: Reader) -> str:
    """Why a page or file is not in the public edition."""
    return context.t(
        "Det vises kun i arbejdsudgaven. Den offentlige udgave har hele opgørelsesår for alle patienter, så ingen kan "
        "regne sig frem til få patienter ved at trække sider fra hinanden.",
        "It is shown in the working edition only. The public edition has whole reporting years of all patients, so "
        "that nobody can work out small numbers by subtracting pages from each other.",
    )
