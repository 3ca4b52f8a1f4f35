"""The house holds: imports point one way, and only who owns a library imports it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Package → the packages of ours that it may import.
MAY_IMPORT = {
    "data": {"data"},
    "survival": {"data", "survival"},
    "indicators": {"data", "survival", "indicators"},
    "results": {"data", "survival", "indicators", "results"},
    "words": {"data", "survival", "indicators", "results", "words"},
    "figures": {"data", "survival", "indicators", "results", "words", "figures"},
    "exports": {"data", "survival", "indicators", "results", "words", "exports"},
    "reports": {"data", "survival", "indicators", "results", "words", "figures", "exports", "reports"},
    "layouts": {"data", "survival", "indicators", "results", "words", "figures", "exports", "reports", "layouts"},
    "tables": {"data", "server"},
    "server": {"data", "indicators", "results", "words", "figures", "exports", "reports", "layouts", "server"},
    "users": {"data", "results"},
    "audit": {"data"},
    "plan": {"data", "indicators"},
    "publish": {"data", "results"},
}
#: A command is a door into the house, no floor of it: nobody imports it.
COMMANDS = {"survival/__main__.py": {"indicators"}, "data/__main__.py": {"indicators"}}
#: What draws or says results that have passed the door.
SHOWING = ("words", "figures", "exports", "reports", "layouts", "server")
#: Modules of the ground floors that these may read: words, names and which store, never counts.
SHOWING_MAY_READ = {
    "data": {
        "data.cleaning",
        "data.opening",
        "data.reference",
        "data.reads",
        "data.registers",
        "data.text",
        "data.toolbox",
        "data.delivered",
        "data.kept_pages",
        "data.schema",
        "data.selection",
        "data.once",
        "data.period",
        "data.published",
        "data.store",
        "data.output",
        "data.synthetic",
        "data.findings",
        "data.improvements",
        "data.improvement_texts",
        "data.sent_reports",
        "data.spreadsheet",
        "data.secret_files",
        "data.users",
        "data.audit_log",
    },
    "indicators": {"indicators.declaration", "indicators.catalogue", "indicators.standards"},
    "survival": {"survival.endpoints"},
}
OWNERS = {
    "duckdb": {"data"},
    "sqlite3": {"data"},
    "lifelines": {"survival"},
    "dash": {"layouts", "server"},
    "plotly": set(),
    "flask": {"layouts", "server"},
    "waitress": {"server"},
    "authlib": {"server"},
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


def test_imports_point_one_way() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {home(path)}/ may not import {name}"
        for path in sources()
        if home(path) != "app"
        for name in imported(path)
        if name.split(".")[0] in MAY_IMPORT
        and name.split(".")[0] not in MAY_IMPORT[home(path)] | COMMANDS.get(str(path.relative_to(ROOT)), set())
    ]
    assert not wrong, "\n".join(wrong)


def test_only_owners_import_a_library() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: only {sorted(OWNERS[library])} may import {library}"
        for path in sources()
        for library in {name.split(".")[0] for name in imported(path)} & set(OWNERS)
        if home(path) not in OWNERS[library]
    ]
    assert not wrong, "\n".join(wrong)


def test_numbers_are_shown_only_past_disclosure() -> None:
    wrong = []
    for path in (path for floor in SHOWING for path in (ROOT / floor).rglob("*.py")):
        for name in imported(path):
            allowed = SHOWING_MAY_READ.get(name.split(".")[0])
            if allowed is None or name in SHOWING_MAY_READ:
                continue
            if not any(f"{name}.".startswith(f"{one}.") for one in allowed):
                wrong.append(f"{path.relative_to(ROOT)}: may not import {name}; results come from results/")
        text = path.read_text(encoding="utf-8")
        unprotected = ("snapshot.query(", "snapshot.rows(", "leaf_counts", "survival_places")
        wrong += [f"{path.relative_to(ROOT)}: may not ask for {one}" for one in unprotected if one in text]
    assert not wrong, "\n".join(wrong)


def test_no_imports_go_in_a_circle() -> None:
    """Those inside of functions too: a circle is then only put off."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in sources()
    }
    asks = {name: {one for one in imported(path) if one in modules} - {name} for name, path in modules.items()}
    # A from-import of a module also names the package that holds it, whose own imports are not meant.
    asks = {name: {one for one in others if not any(other.startswith(f"{one}.") for other in others)}
            for name, others in asks.items()}  # fmt: skip
    while leaves := {name for name, others in asks.items() if not others}:
        asks = {name: others - leaves for name, others in asks.items() if name not in leaves}
    assert not asks, f"in a circle, or above one: {sorted(asks)}"


def test_every_package_has_its_folder() -> None:
    for name in (*MAY_IMPORT, "assets", "tests", "docs", "benchmarks"):
        assert (ROOT / name).is_dir(), f"{name}/ is missing"
    for name in ("app.py", "requirements.txt", "README.md", "CHANGELOG.md", "LICENSE", ".ci/run"):
        assert (ROOT / name).is_file(), f"{name} is missing"


def test_a_class_name_has_one_owner() -> None:
    owners: dict[str, list[str]] = {}
    for path in sources():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                owners.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    twice = {name: paths for name, paths in owners.items() if len(paths) > 1}
    assert not twice, f"rename all but one: {twice}"
