"""Which columns an extract came with, and the sentences that say which it did not.

A column that was not delivered is another thing than one that is empty: nothing can be counted of it, and no share of
0 % may come out of it. Names are ``table.column``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from data.schema import TABLES
from data.selection import Selection

Delivered = Mapping[str, Collection[str]]

#: The optional column of cases that a grouping name reads.
_OF_NAME = {"stage": "cases.stage", "site": "cases.icd10"}


def undelivered(names: Iterable[str], delivered: Delivered) -> tuple[str, ...]:
    """Those of ``names`` that their table did not come with; a name without a column, a table, is passed over.

    ``delivered``: the tables with their columns, as ``Snapshot.delivered`` gives them.
    """
    pairs = [name.split(".") for name in names if "." in name]
    return tuple(f"{table}.{column}" for table, column in pairs if column not in delivered.get(table, ()))


def not_delivered(names: Iterable[str]) -> tuple[str, str]:
    """The sentence in Danish and English that these columns were not delivered."""
    shown = [_column(name) for name in names]
    if len(shown) == 1:
        return f"Kolonnen {shown[0]} er ikke leveret.", f"The column {shown[0]} was not delivered."
    together = f"{', '.join(shown[:-1])} og {shown[-1]}"
    return f"Kolonnerne {together} er ikke leveret.", f"The columns {', '.join(shown)} were not delivered."


def empty_names(selection: Selection, delivered: Delivered) -> tuple[str, ...]:
    """The columns behind the selection's groups and filters that were not delivered: empty in every row."""
    return undelivered(dict.fromkeys(_OF_NAME[name] for name in selection.names if name in _OF_NAME), delivered)


def in_a_message(sentence: str) -> str:
    """An English sentence as it stands after a colon on the command line."""
    first = "t" if sentence.startswith("The ") else sentence[:1]
    return first + sentence[1:].removesuffix(".")


def _column(name: str) -> str:
    """The column; with its table where several tables have one of that name and it is not that of the cases."""
    table, column = name.split(".")
    shared = sum(column in one.names for one in TABLES) > 1
    return f"{column} ({table})" if shared and table != "cases" else column
