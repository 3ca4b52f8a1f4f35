"""The house holds: imports point one way, and only who owns a library imports it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Package → the packages of ours that it may import.
MAY_IMPORT = {
    "data": {"data"},
    "survival": {"data", "survival"},
    "indicators": {"data", "survival", "indicators"},
    "tables": {"data", "survival", "indicators", "tables"},
    "layouts": {"data", "indicators", "tables", "layouts", "survival"},
}
#: Modules of other packages that pages may read: words and names, never counts.
LAYOUTS_MAY_READ = {
    "data": {
        "data.reference",
        "data.delivered",
        "data.schema",
        "data.selection",
        "data.store",
        "data.output",
        "data.synthetic",
        "data.findings",
        "data.improvements",
        "data.improvement_texts",
    },
    "indicators": {"indicators.declaration", "indicators.catalogue", "indicators.standards"},
    "survival": {"survival.endpoints"},
}
OWNERS = {
    "duckdb": {"data"},
    "sqlite3": {"data"},
    "lifelines": {"survival"},
    "dash": {"layouts", "app"},
    "plotly": {"layouts", "app"},
}


def sources() -> list[Path]:
    return [*ROOT.glob("app.py"), *(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))]


@cache
def imported(path: Path) -> frozenset[str]:
    """Full names of the modules that a file imports, with from-imports as module and as module.name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; name the package"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def home(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    package = home(path)
    ours = {name for name in imported(path) if name.split(".")[0] in MAY_IMPORT}
    if package == "app":
        return
    wrong = {name for name in ours if name.split(".")[0] not in MAY_IMPORT[package]}
    assert not wrong, f"{path}: {package}/ may not import {sorted(wrong)}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_owners_import_a_library(path: Path) -> None:
    for library, owners in OWNERS.items():
        users = {name for name in imported(path) if name.split(".")[0] == library}
        assert not users or home(path) in owners, f"{path}: only {sorted(owners)} may import {library}"


@pytest.mark.parametrize("path", sorted((ROOT / "layouts").rglob("*.py")), ids=lambda path: path.name)
def test_pages_get_numbers_only_through_tables(path: Path) -> None:
    for name in imported(path):
        package = name.split(".")[0]
        if package in LAYOUTS_MAY_READ:
            allowed = LAYOUTS_MAY_READ[package]
            fits = name == package or any(name == one or name.startswith(f"{one}.") for one in allowed)
            assert fits, f"{path}: a page may not import {name}; results come from tables/, past disclosure"
    text = path.read_text(encoding="utf-8")
    assert "snapshot.query(" not in text, f"{path}: a page may not query the store"
    assert "snapshot.rows(" not in text, f"{path}: a page may not query the store"
    assert "leaf_counts" not in text and "survival_places" not in text, f"{path}: unprotected counts"


def test_every_package_has_its_folder() -> None:
    for name in (*MAY_IMPORT, "assets", "tests", "docs", "benchmarks"):
        assert (ROOT / name).is_dir(), f"{name}/ is missing"
    for name in ("app.py", "requirements.txt", "README.md", "CHANGELOG.md", "LICENSE", ".ci/run"):
        assert (ROOT / name).is_file(), f"{name} is missing"
