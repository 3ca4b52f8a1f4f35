"""The units of several indicators laid end to end, so that one array holds them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Groups:
    """``sizes``: how many units (rows) each group has, at least one; the rows of a group lie side by side."""

    sizes: np.ndarray

    @classmethod
    def of(cls, parts: Sequence[Sequence]) -> Groups:
        """The groups of parts that are laid end to end."""
        return cls(np.array([len(one) for one in parts], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.sizes)

    @cached_property
    def first(self) -> np.ndarray:
        """The first row of each group."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def group(self) -> np.ndarray:
        """The group of each row."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def _alike(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The groups of each size, and their rows, groups × size."""
        found = []
        for size in np.unique(self.sizes):
            groups = np.flatnonzero(self.sizes == size)
            found.append((groups, self.first[groups][:, None] + np.arange(size)))
        return found

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Sums over the rows of each group (last axis).

        To the last bit what the sum of the group alone is: numpy adds in an order that depends on the number. A search
        in a flat likelihood ends elsewhere for one bit.
        """
        found = np.empty((*values.shape[:-1], len(self.sizes)))
        for groups, rows in self._alike:
            found[..., groups] = np.take(values, rows, axis=-1).sum(axis=-1)
        return found

    def sum_cells(self, values: np.ndarray) -> np.ndarray:
        """The same of rows × columns, over rows and columns."""
        found = np.empty(len(self.sizes))
        for groups, rows in self._alike:
            found[groups] = values[rows].reshape(len(groups), -1).sum(axis=-1)
        return found

    def most(self, values: np.ndarray) -> np.ndarray:
        """The largest of the rows of each group (last axis)."""
        return np.maximum.reduceat(values, self.first, axis=-1)

    def least(self, values: np.ndarray) -> np.ndarray:
        """The smallest of the rows of each group (last axis)."""
        return np.minimum.reduceat(values, self.first, axis=-1)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values of groups (last axis) given to each of their rows."""
        return np.repeat(values, self.sizes, axis=-1)

    def split(self, values: np.ndarray) -> list[np.ndarray]:
        """The rows (first axis) of each group."""
        return np.split(values, self.first[1:])

    def some(self, groups: Sequence[int]) -> tuple[Groups, np.ndarray]:
        """Some of the groups, and their rows."""
        part = Groups(self.sizes[list(groups)])
        rows = np.arange(int(part.sizes.sum())) + np.repeat(self.first[list(groups)] - part.first, part.sizes)
        return part, rows
