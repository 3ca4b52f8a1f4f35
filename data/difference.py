"""What an extract would change in the store: cases added, removed and changed, by table and department.

The extract is loaded into a copy of the store that is thrown away; nothing of the store is touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from data.checks import Inspection
from data.load import Progress, Rules, load_extracts
from data.schema import BY_NAME
from data.store import Snapshot, Store, StoreError

COLUMNS = ("table", "department", "added", "removed", "changed")
#: Of each table: what is one case of it, and whose it is, in SQL over its rows. Without a case the row's own key.
_OF = {
    "cases": ("case_id", "department"),
    "treatments": ("case_id", ""),
    "conferences": ("case_id", ""),
    "complications": ("case_id", ""),
    "palliative": ("course_id", "unit"),
    "trials": ("case_id", ""),
    "pro": ("case_id", ""),
    "waits": ("wait_id", "department"),
    "coverage": ("year::VARCHAR || ' ' || department", "department"),
}


@dataclass(frozen=True)
class Loading:
    """A database before and after: ``before`` None where the store has none of it; ``changed``: whether it would be."""

    database: str
    before: Snapshot | None
    after: Snapshot
    inspection: Inspection
    changed: bool


@contextlib.contextmanager
def as_if_loaded(folder: Path, root: Path, progress: Progress | None = None) -> Iterator[Loading]:
    """The store with the extract loaded, for as long as the context lasts. Raises Refused, StoreError as a load does.

    What a load would refuse for the sake of what the store holds (an older cut, a table that is gone) is shown all the
    same: that is what one asks for.
    """
    store = Store(root)
    before = store.current() if (root / "current").is_file() else None
    with tempfile.TemporaryDirectory(prefix="kraeft-difference-") as place:
        copy = Path(place) / "store"
        if before is not None:
            _copy(root, copy, before)
        done = load_extracts([folder], copy, progress, Rules(force=True))
        [inspection] = done.inspections
        database = inspection.manifest.database
        held = before if before is not None and database in before.databases else None
        yield Loading(database, held, Store(copy).current(), inspection, done.new)


def _copy(root: Path, to: Path, snapshot: Snapshot) -> None:
    """The current snapshot alone, its database files by link where the file system has them."""
    (to / "snapshots").mkdir(parents=True)
    (to / "databases").mkdir()
    shutil.copy2(root / "current", to / "current")
    shutil.copy2(root / "snapshots" / f"{snapshot.id}.json", to / "snapshots")
    for info in snapshot.databases.values():
        for name in info.files:
            source = root / "databases" / name
            try:
                os.link(source, to / "databases" / name)
            except OSError:  # another file system
                shutil.copy2(source, to / "databases" / name)


def difference(loading: Loading) -> pd.DataFrame:
    """COLUMNS, one row for each table and department where something differs.

    ``added``, ``removed``: cases that the table has rows of only after, only before; ``changed``: those whose rows
    differ. The department is the case's own (of a referral its unit), after the load where it is still there; empty
    where none is registered.
    """
    after = loading.after.root / "databases" / loading.after.info(loading.database).file
    with contextlib.closing(duckdb.connect(":memory:")) as con:
        _attach(con, after, "new")
        if loading.before is not None:
            before = loading.before.root / "databases" / loading.before.info(loading.database).file
            _attach(con, before, "old")
        found = [_of_table(con, name, loading.before is not None) for name in _OF]
    return pd.concat(found, ignore_index=True)[list(COLUMNS)]


def _attach(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    if not path.is_file():
        raise StoreError(f"{path}: no such file; load the database again")
    con.execute("ATTACH '{}' AS {} (READ_ONLY)".format(str(path).replace("'", "''"), name))


def _of_table(con: duckdb.DuckDBPyConnection, name: str, held: bool) -> pd.DataFrame:
    columns = ", ".join(f'coalesce("{column}"::VARCHAR, chr(0))' for column in BY_NAME[name].names)
    id, department = _OF[name]

    def side(catalogue: str) -> str:
        own = f"any_value({department})" if department else "any_value(c.department)"
        join = "" if department else f"LEFT JOIN {catalogue}.cases c USING (case_id)"
        rows = ", ".join(f't."{column}"' for column in BY_NAME[name].names)
        return (
            f"(SELECT {id} AS id, {own} AS department, list_sort(list(concat_ws(chr(1), {columns}))) AS rows "
            f"FROM (SELECT {rows}{'' if department else ', c.department AS case_department'} "
            f"FROM {catalogue}.{name} t {join}) s GROUP BY ALL)"
        ).replace("any_value(c.department)", "any_value(case_department)")

    old = side("old") if held else "(SELECT NULL AS id, NULL AS department, NULL::VARCHAR[] AS rows WHERE FALSE)"
    sql = (
        f"SELECT '{name}' AS \"table\", coalesce(n.department, o.department) AS department, "
        "count(*) FILTER (o.id IS NULL) AS added, count(*) FILTER (n.id IS NULL) AS removed, "
        "count(*) FILTER (o.id IS NOT NULL AND n.id IS NOT NULL) AS changed "
        f"FROM {old} o FULL JOIN {side('new')} n ON o.id = n.id "
        "WHERE o.id IS NULL OR n.id IS NULL OR o.rows <> n.rows GROUP BY ALL ORDER BY department NULLS FIRST"
    )
    return con.execute(sql).df()
