"""By what the tables of a page are sorted, as its address says it: ``sort=venter.-legs``, of several tables
``sort=venter.-legs,til-tiden.in_time``.

Each part is a table's id, a dot and the key of a column, with a minus before it for the highest first. A table without
a part stands in its own order. Only the page is sorted: a file keeps its table's own order.
"""

from __future__ import annotations

from words.choices import State


def chosen(state: State, table: str) -> tuple[str, bool] | None:
    """(key of the column, whether the highest stands first) of a table; None where it is in its own order."""
    return _read(state).get(table)


def changed(state: State, table: str, key: str, down: bool | None) -> str:
    """The address' part with another order of one table; ``down`` None: its own order."""
    orders = {name: order for name, order in _read(state).items() if name != table}
    if down is not None:
        orders[table] = (key, down)
    return ",".join(f"{name}.{'-' if is_down else ''}{column}" for name, (column, is_down) in orders.items())


def unknown(state: State, known: dict[str, set[str]]) -> list[str]:
    """The parts of the address that no table of the page answers; ``known``: table → the keys it can be sorted by."""
    return [
        f"{table}.{'-' if down else ''}{key}"
        for table, (key, down) in _read(state).items()
        if key not in known.get(table, ())
    ]


def _read(state: State) -> dict[str, tuple[str, bool]]:
    orders = {}
    for part in filter(None, state.sort.split(",")):
        table, _, key = part.partition(".")
        orders[table] = (key.removeprefix("-"), key.startswith("-"))
    return orders
