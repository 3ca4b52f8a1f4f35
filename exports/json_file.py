"""A table for programs: JSON of one Sheet, with the kind of each column and what the numbers are of."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence

from exports.files import Sheet
from results.table import Column, Named, Printed, Said, Value

CONTENT_TYPE = "application/json"


def to_json(sheet: Sheet, lang: str = "da") -> bytes:
    """``title``, ``stamp`` (label → value), ``columns`` (key, name, kind) and ``rows`` (key → value).

    Numbers are numbers, unrounded, shares fractions of 1; dates are ISO 8601. What is hidden or not reported is
    ``{"absent": "hidden"}`` or ``{"absent": "not_reported"}``, nothing to count null. A printed column stands as its
    parts. Keys are the same in both languages.
    """
    whole, values = sheet.table.in_file
    columns = [one for column in whole for one in (column.parts or (column,))]
    keys = _keys(columns)
    said = {
        "title": sheet.title,
        "stamp": dict(sheet.stamp),
        "columns": [
            {"key": key, "name": column.name, "kind": column.kind.value}
            for key, column in zip(keys, columns, strict=True)
        ],
        "rows": [dict(zip(keys, _values(whole, row), strict=True)) for row in values],
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _keys(columns: Sequence[Column]) -> list[str]:
    """A name for programs for each column: its key, else its place; each once."""
    found: list[str] = []
    for place, column in enumerate(columns, 1):
        key = column.key or f"column_{place}"
        found.append(key if key not in found else f"{key}_{place}")
    return found


def _values(columns: Sequence[Column], row: Sequence[Value]) -> Iterator[object]:
    for column, value in zip(columns, row, strict=True):
        if not column.parts:
            yield _value(value)
        elif isinstance(value, Printed):
            yield from map(_value, value.values)
        else:
            yield from [_value(value)] * len(column.parts)


def _value(value: Value) -> object:
    if isinstance(value, Said):
        return {"absent": value.name.lower()}
    if isinstance(value, Named):
        return {"key": value.key, "text": value.text}
    return value.isoformat() if isinstance(value, dt.date) else value
