"""A value of a table as people read it, by the kind of its column: on pages and in documents."""

from __future__ import annotations

import datetime as dt

from results.table import Column, Kind, Line, Named, Printed, Said, Value
from words import format as fmt


def text(column: Column, value: Value, lang: str) -> str:
    """The value with its column's decimals; a dash where there is nothing to show, 'skjult' where it is hidden."""
    if value is None or value == "":
        return fmt.NONE
    if isinstance(value, Said):
        return value.in_(lang)
    if isinstance(value, Named | Printed):
        return value.text
    if isinstance(value, bool):
        return {"da": ("nej", "ja"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, dt.date):
        return fmt.month(value, lang, "year") if column.kind is Kind.MONTH else fmt.date(value, lang)
    if isinstance(value, str):
        return value
    return _number(column, value, lang)


def _number(column: Column, value: float, lang: str) -> str:
    decimals = column.shown_decimals
    if column.kind is Kind.PERIOD:
        return str(value)
    if column.kind is Kind.SHARE:
        return fmt.percent(value, decimals, lang)
    if column.kind is Kind.POINTS:
        return fmt.points(value, decimals, lang)
    if column.kind is Kind.P:
        return chance(value, decimals, lang)
    if column.kind is Kind.CHANGE:
        return f"+{fmt.count(value, lang)}" if value > 0 else fmt.count(value, lang)
    # Days stand without decimals where they are whole, whatever the column's.
    whole = column.kind is Kind.DAYS and value == int(value)
    return fmt.number(round(value, decimals), 0 if whole else decimals, lang)


def chance(value: float, decimals: int, lang: str) -> str:
    """A p-value: '0,012'; one that would print as zero as '<0,001'."""
    least = 10**-decimals
    return (
        f"<{fmt.number(least, decimals, lang)}" if value < least else fmt.number(round(value, decimals), decimals, lang)
    )


def percent_number(line: Line, key: str, lang: str, decimals: int = 1) -> str:
    """A share without its sign, for a column whose heading has it."""
    value = line.number(key)
    return _absent(line[key], lang) if value is None else fmt.percent_number(value, decimals, lang)


def limits(line: Line, lower: str, upper: str, lang: str, decimals: int = 1) -> str:
    """'92,8–94,4': the interval of a share, without the sign; a dash or 'skjult' where there is none."""
    low, high = line.number(lower), line.number(upper)
    if low is None or high is None:
        return _absent(line[lower], lang)
    return fmt.interval(low, high, decimals, lang)


def with_limits(line: Line, key: str, lower: str, upper: str, lang: str, decimals: int = 1) -> str:
    """'93,6 (92,8–94,4)'."""
    shown = percent_number(line, key, lang, decimals)
    if line.number(key) is None or line.number(lower) is None or line.number(upper) is None:
        return shown
    return f"{shown} ({limits(line, lower, upper, lang, decimals)})"


def ratio_limits(line: Line, key: str, lower: str, upper: str, lang: str, decimals: int = 2) -> str:
    """'1,23 (0,98–1,54)'."""
    numbers = [line.number(one) for one in (key, lower, upper)]
    if None in numbers:
        return _absent(line[key], lang)
    value, low, high = (fmt.number(round(one, decimals), decimals, lang) for one in numbers)
    return f"{value} ({low}{fmt.EN_DASH}{high})"


def fraction(line: Line, numerator: str, denominator: str, lang: str) -> str:
    """'3.727/3.981'; the denominator alone where there is no numerator."""
    top, bottom = line.number(numerator), line.number(denominator)
    if bottom is None:
        return _absent(line[denominator], lang)
    return fmt.count(bottom, lang) if top is None else fmt.fraction(top, bottom, lang)


def _absent(value: Value, lang: str) -> str:
    return value.in_(lang) if isinstance(value, Said) else fmt.NONE
