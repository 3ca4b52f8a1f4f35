"""What the search finds: databases, hospitals, departments, indicators and pages, as a reader would name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data import reference
from data.text import Text
from results.places import DepartmentPlace, Findable
from words import format as fmt
from words import indicator as words

#: The groups of what is found, in their order.
KINDS: dict[str, Text] = {
    "hospital": Text("Hospitaler", "Hospitals"),
    "department": Text("Afdelinger", "Departments"),
    "indicator": Text("Indikatorer", "Indicators"),
    "database": Text("Databaser", "Databases"),
    "page": Text("Sider", "Pages"),
}
#: As many databases are named beside a department; of more, how many.
_NAMED = 2


@dataclass(frozen=True)
class Found:
    """One thing that can be found. ``said``: what stands at its right; ``also``: other words that find it.

    ``code``: of a department or indicator, for an address that holds both. ``databases``: those that have it.
    """

    kind: str
    text: str
    said: str
    path: str
    also: str = ""
    code: str = ""
    databases: tuple[str, ...] = ()


def everything(there: Findable, lang: str, pages: Sequence[tuple[str, str]]) -> list[Found]:
    """All that can be found; ``pages``: (path, name) of the dashboard's own."""
    danish = lang == "da"
    found = [
        Found("hospital", one.name, f"hospital · {_databases(one.databases, lang)}", f"/hospital/{one.code}")
        for one in there.hospitals
    ]
    kind = "afdeling" if danish else "department"
    for one in there.departments:
        found.append(
            Found("department", words.short_name(one.name, lang), f"{kind} · {_databases(one.databases, lang)}",
                  f"/afdeling/{one.code}?database={one.databases[0]}", _also(one), one.code, one.databases)
        )  # fmt: skip
    for indicator, databases in there.indicators:
        title = indicator.title.in_(lang)
        if indicator.qualifier is not None:
            title = f"{title} ({indicator.qualifier.in_(lang)})"
        also = f"{indicator.title.da} {indicator.title.en} {indicator.id}"
        said = _databases(databases, lang)
        found.append(Found("indicator", title, said, f"/indikator/{indicator.id}", also, indicator.id, databases))
    for code in there.databases:
        row = reference.database(code)
        title = row.title_da if danish else row.title_en
        found.append(Found("database", f"{code} · {title}", "database", f"/?database={code}", row.title_da))
    return [*found, *(Found("page", name, "side" if danish else "page", path) for path, name in pages)]


def _also(one: DepartmentPlace) -> str:
    return f"{one.name} {one.hospital} {one.code}"


def _databases(codes: Sequence[str], lang: str) -> str:
    """'DCCG og DLCR', '8 databaser'."""
    if len(codes) <= _NAMED:
        return fmt.listed(list(codes), lang)
    return f"{len(codes)} databaser" if lang == "da" else f"{len(codes)} databases"
