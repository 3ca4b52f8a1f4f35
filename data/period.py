"""The periods that a result is of: a reporting year, or a span of whole months.

Both are one whole number, so that a period is a column of a frame, a key of a dictionary and one value in an address.
A reporting year is the calendar year in which it begins (four digits). A span of months is ``1000 × its first month +
its number of months``, where a month is counted from the year 0: far above any year. Nothing outside this file looks
into the number; every function here takes either.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

_FACTOR = 1000
_LEAST = 1800 * 12 * _FACTOR  # spans are above it, years below


def span(first: dt.date, last: dt.date) -> int:
    """The months from that of ``first`` to that of ``last``, both with it. ValueError where the last comes first."""
    start, end = _number(first), _number(last)
    if end < start:
        raise ValueError(f"{first:%Y-%m}..{last:%Y-%m} ends before it begins; write the earlier month first")
    return start * _FACTOR + end - start + 1


def is_span(period: int) -> bool:
    """Whether the period is a span of months, not a reporting year."""
    return period >= _LEAST


def length(period: int) -> int:
    """Its number of months."""
    return period % _FACTOR if is_span(period) else 12


def period_start(period: int, first_month: int = 1) -> dt.date:
    """The first day. ``first_month``: the month in which the database's reporting year begins."""
    return _day(period // _FACTOR) if is_span(period) else dt.date(period, first_month, 1)


def period_end(period: int, first_month: int = 1) -> dt.date:
    """The day after the last day."""
    return _day(period // _FACTOR + period % _FACTOR) if is_span(period) else dt.date(period + 1, first_month, 1)


def before(period: int, times: int = 1) -> int:
    """The period just before of the same length, or the one so many before: last year, last quarter."""
    return period - times * length(period) * _FACTOR if is_span(period) else period - times


def years_before(period: int, years: int) -> int:
    """The same months so many years earlier."""
    return period - 12 * years * _FACTOR if is_span(period) else period - years


def months_of(period: int, first_month: int = 1) -> tuple[str, ...]:
    """Its months as ``2026-03``, oldest first."""
    start = _number(period_start(period, first_month))
    return tuple(f"{_day(start + n):%Y-%m}" for n in range(length(period)))


def as_year(period: int, first_month: int = 1) -> int:
    """The reporting year of which a span holds exactly the twelve months, else the period itself."""
    if is_span(period) and length(period) == 12 and period_start(period).month == first_month:
        return period_start(period).year
    return period


def latest_months(last: dt.date, number: int) -> int:
    """The ``number`` months that end with that of ``last``."""
    return (_number(last) - number + 1) * _FACTOR + number


def last_whole_month(day: dt.date) -> dt.date:
    """The first day of the last month that has ended when ``day`` is over."""
    whole = day.day == calendar.monthrange(day.year, day.month)[1]
    return _day(_number(day) - (not whole))


def quarter(period: int) -> tuple[int, int] | None:
    """(year, 1 to 4) of a span that is a quarter of a calendar year, else None."""
    start = period_start(period)
    if is_span(period) and length(period) == 3 and start.month % 3 == 1:
        return start.year, start.month // 3 + 1
    return None


def quarter_of(year: int, number: int) -> int:
    """A quarter of a calendar year as a span."""
    return span(dt.date(year, 3 * number - 2, 1), dt.date(year, 3 * number, 1))


def parsed(text: str) -> int:
    """The period of '2025', '2024-25', '2026K2' or '2025-07..2026-06'. ValueError for anything else."""
    if match := re.fullmatch(r"((?:19|20)\d{2})(?:[-/](\d{2}))?", text):
        start = int(match[1])
        if match[2] is not None and int(match[2]) != (start + 1) % 100:
            raise ValueError(text)
        return start
    if match := re.fullmatch(r"((?:19|20)\d{2})K([1-4])", text):
        return quarter_of(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"((?:19|20)\d{2}-\d{2})\.\.((?:19|20)\d{2}-\d{2})", text):
        first, last = (dt.date.fromisoformat(f"{one}-01") for one in match.groups())
        found = span(first, last)
        if length(found) >= _FACTOR:
            raise ValueError(text)
        return found
    raise ValueError(text)


def written(period: int, first_month: int = 1) -> str:
    """As it stands in an address; ``parsed`` reads it."""
    if not is_span(period):
        return str(period) if first_month == 1 else f"{period}-{(period + 1) % 100:02d}"
    if found := quarter(period):
        return f"{found[0]}K{found[1]}"
    months = months_of(period)
    return f"{months[0]}..{months[-1]}"


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _day(number: int) -> dt.date:
    return dt.date(number // 12, number % 12 + 1, 1)
