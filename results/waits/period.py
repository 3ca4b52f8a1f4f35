"""Periods that waiting times are reported for: calendar years, quarters and ISO weeks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from data.output import UsageError


@dataclass(frozen=True)
class WaitPeriod:
    """A year (``2026``), a quarter (``2026-Q3``) or an ISO week (``2026-W40``), half-open [start, end)."""

    text: str
    start: dt.date
    end: dt.date

    @property
    def is_week(self) -> bool:
        return "W" in self.text

    @property
    def is_year(self) -> bool:
        return len(self.text) == 4

    @property
    def quarters(self) -> tuple[WaitPeriod, ...]:
        """The four quarters of a year; none of a shorter period."""
        return tuple(quarter(int(self.text), number) for number in range(1, 5)) if self.is_year else ()

    def complete_on(self, data_cut: dt.date) -> bool:
        """Whether the period had ended on the day."""
        return self.end - dt.timedelta(days=1) <= data_cut

    def label(self, lang: str) -> str:
        """The period in words: 3. kvartal 2026, uge 40 2026, året 2026."""
        if self.is_year:
            return f"året {self.text}" if lang == "da" else f"the year {self.text}"
        year, number = self.text[:4], int(self.text[6:])
        if self.is_week:
            return f"uge {number} {year}" if lang == "da" else f"week {number} of {year}"
        return f"{number}. kvartal {year}" if lang == "da" else f"quarter {number} of {year}"


def wait_period(text: str) -> WaitPeriod:
    """The period written ``2026``, ``2026-Q3`` or ``2026-W40``; raises UsageError for anything else."""
    match = re.fullmatch(r"(\d{4})(?:-Q([1-4])|-W(\d{2}))?", text)
    try:
        if match and match[2]:
            return quarter(int(match[1]), int(match[2]))
        if match and not match[3]:
            year = int(match[1])
            return WaitPeriod(text, dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
        if match:
            monday = dt.date.fromisocalendar(int(match[1]), int(match[3]), 1)
            return WaitPeriod(text, monday, monday + dt.timedelta(days=7))
    except ValueError as error:  # week 53 of a year with 52
        raise UsageError(f"period '{text}' does not exist ({error}); write e.g. 2026-Q3 or 2026-W40") from error
    raise UsageError(f"period '{text}' is no year, quarter or ISO week; write e.g. 2026, 2026-Q3 or 2026-W40")


def quarter(year: int, number: int) -> WaitPeriod:
    """The calendar quarter 1–4 of a year."""
    end = dt.date(year + number // 4, number * 3 % 12 + 1, 1)
    return WaitPeriod(f"{year}-Q{number}", dt.date(year, number * 3 - 2, 1), end)


def last_quarters(data_cut: dt.date, number: int = 4) -> tuple[WaitPeriod, ...]:
    """The last complete quarters at the data cut, oldest first."""
    found: list[WaitPeriod] = []
    after = data_cut + dt.timedelta(days=1)
    year, place = after.year, (after.month - 1) // 3 + 1
    for _ in range(number):
        year, place = (year, place - 1) if place > 1 else (year - 1, 4)
        found.append(quarter(year, place))
    return tuple(reversed(found))


def last_year(data_cut: dt.date) -> WaitPeriod:
    """The last calendar year that had ended at the data cut."""
    return wait_period(str((data_cut + dt.timedelta(days=1)).year - 1))


def last_weeks(data_cut: dt.date, number: int = 4) -> tuple[WaitPeriod, ...]:
    """The last complete ISO weeks at the data cut, oldest first."""
    after = data_cut + dt.timedelta(days=1)
    monday = after - dt.timedelta(days=after.weekday())
    starts = [monday - dt.timedelta(weeks=back) for back in range(number, 0, -1)]
    return tuple(wait_period(f"{one:%G-W%V}") for one in starts)
