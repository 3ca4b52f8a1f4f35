"""Periods: reporting years and spans of months, as numbers, in addresses and in words."""

from __future__ import annotations

import datetime as dt

import pytest

from data import period as periods
from words import format as fmt


def span(text: str) -> int:
    return periods.parsed(text)


@pytest.mark.parametrize(
    ("text", "first_month", "first", "end", "months"),
    [
        ("2025", 1, "2025-01-01", "2026-01-01", 12),
        ("2024-25", 9, "2024-09-01", "2025-09-01", 12),
        ("2026K2", 1, "2026-04-01", "2026-07-01", 3),
        ("2025-12..2025-12", 1, "2025-12-01", "2026-01-01", 1),
        ("2024-11..2026-02", 9, "2024-11-01", "2026-03-01", 16),
    ],
)
def test_a_period_is_read_and_written_and_knows_its_days(text, first_month, first, end, months):
    found = periods.parsed(text)
    assert periods.written(found, first_month) == text
    days = (periods.period_start(found, first_month), periods.period_end(found, first_month))
    assert days == (dt.date.fromisoformat(first), dt.date.fromisoformat(end))
    assert periods.length(found) == months == len(periods.months_of(found, first_month))
    assert periods.months_of(found, first_month)[0] == first[:7]


@pytest.mark.parametrize("text", ["2025-13..2026-01", "2026-02..2025-11", "2026K5", "2024-26", "26", "2025-07..", ""])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        periods.parsed(text)


@pytest.mark.parametrize(
    ("text", "times", "earlier"),
    [("2025", 2, "2023"), ("2026K1", 1, "2025K4"), ("2025-07..2026-06", 1, "2024-07..2025-06"), ("2026-01..2026-01", 3,
     "2025-10..2025-10"), ("2025-03..2026-06", 1, "2023-11..2025-02")],
)  # fmt: skip
def test_the_period_before_is_as_long_and_ends_where_this_one_begins(text, times, earlier):
    found = periods.before(span(text), times)
    assert found == span(earlier)
    if times == 1:
        assert periods.period_end(found) == periods.period_start(span(text))


def test_years_before_keeps_the_months():
    assert periods.years_before(span("2025-07..2026-06"), 5) == span("2020-07..2021-06")
    assert periods.years_before(2025, 5) == 2020


def test_the_months_of_a_reporting_year_are_that_year_and_no_others():
    assert periods.as_year(span("2025-01..2025-12"), 1) == 2025
    assert periods.as_year(span("2024-09..2025-08"), 9) == 2024
    assert periods.as_year(span("2025-01..2025-12"), 9) == span("2025-01..2025-12")
    assert periods.as_year(span("2025-01..2026-12"), 1) == span("2025-01..2026-12")
    assert periods.as_year(2025, 1) == 2025


def test_the_last_whole_month_is_over():
    assert periods.last_whole_month(dt.date(2026, 10, 31)) == dt.date(2026, 10, 1)
    assert periods.last_whole_month(dt.date(2026, 10, 30)) == dt.date(2026, 9, 1)
    assert periods.last_whole_month(dt.date(2024, 2, 28)) == dt.date(2024, 1, 1)
    assert periods.last_whole_month(dt.date(2026, 1, 1)) == dt.date(2025, 12, 1)


def test_spans_and_years_are_never_confused_and_sort_by_their_beginning():
    spans = [span("2024-11..2024-11"), span("2024-11..2025-02"), span("2025-01..2025-01")]
    assert spans == sorted(spans)
    assert all(periods.is_span(one) for one in spans) and not any(periods.is_span(year) for year in (1900, 2099))


@pytest.mark.parametrize(
    ("text", "da", "en"),
    [
        ("2026K2", "2. kvartal 2026", "Q2 2026"),
        ("2026-06..2026-06", "juni 2026", "June 2026"),
        ("2026-02..2026-10", "feb–okt 2026", "Feb–Oct 2026"),
        ("2025-11..2026-10", "nov 2025–okt 2026", "Nov 2025–Oct 2026"),
    ],
)
def test_a_span_in_words(text, da, en):
    assert (fmt.period(span(text)), fmt.period(span(text), 9, "en")) == (da, en)


def test_three_spans_after_each_other_are_read_from_end_to_end():
    now = span("2025-11..2026-10")
    assert fmt.periods(periods.before(now, 2), now) == "nov 2023–okt 2026"
    assert fmt.periods(2023, 2025) == "2023–2025"
