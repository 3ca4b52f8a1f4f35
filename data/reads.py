"""What is read of the registers while something is made: it stays right as long as nobody writes there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Of the registers (data/registers.py): a register's name and how the subjects begin that were read; both "" for all.
#: Of the initiatives (data/improvements.py): INITIATIVES, whatever was read of them.
Read = tuple[str, str]
INITIATIVES: Read = ("initiatives", "")

_noted: ContextVar[set[Read] | None] = ContextVar("read of the registers", default=None)


def note(register: str, start: str = "") -> None:
    """Whoever makes something now has read this."""
    found = _noted.get()
    if found is not None:
        found.add((register, start))


@contextmanager
def noting() -> Iterator[set[Read]]:
    """The set fills with what is read within the block, in this thread."""
    found: set[Read] = set()
    outer, token = _noted.get(), _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)
        if outer is not None:
            outer |= found
