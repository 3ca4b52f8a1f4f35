"""Small stores whose content tells which load it came from."""

from __future__ import annotations

from pathlib import Path

from data.store import Store
from tests.support.extracts import write_extract

#: The store of the fixture ``root`` (version and number of cases of each database), and with DCCG in version 2.
OLD = {"DCCG": ("v1", 4), "DLCR": ("v1", 4)}
NEW = {"DCCG": ("v2", 5), "DLCR": ("v1", 4)}


def extract(folder: Path, database: str, version: str, cases: int = 3) -> Path:
    """An extract whose cases all carry ``version``."""
    rows = [{"case_id": f"k{number}", "t": version} for number in range(cases)]
    return write_extract(folder / f"{database}-{version}", database=database, cases=rows)


def versions(root: Path) -> dict[str, tuple[str, int]]:
    """What a reader who comes now sees: version and number of cases of each database."""
    snapshot = Store(root).current()
    found = {}
    for code in snapshot.databases:
        rows = snapshot.rows(code, "SELECT t, count(*) FROM cases GROUP BY 1")
        assert len(rows) == 1
        found[code] = rows[0]
    return found


def leftovers(root: Path) -> set[str]:
    """Files below a store that no snapshot names."""
    named = frozenset().union(*(manifest.files for manifest in Store(root).manifests()))
    there = {path.name for path in (root / "databases").iterdir()} - named
    others = [*root.iterdir(), *(root / "snapshots").iterdir()]
    return there | {path.name for path in others if "writing" in path.name or "kraeft-load" in path.name}
