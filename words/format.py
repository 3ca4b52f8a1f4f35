"""Numbers, dates and lists as Danish (first) and English readers write them.

Every function returns text. Fractions are in 0–1; a percentage on the page is made here and nowhere else.
Rounding is half to even on the decimal digits of the number itself (0.9345 is 93,45 and prints 93,4),
so that a rounded value never depends on the binary form of the float. What rounds to zero prints
without a sign.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from data.period import is_span, length, period_end, period_start, quarter, span
from data.reference import danish_key

#: Pages sort names by it.
collation_key = danish_key
NBSP = "\u00a0"
EN_DASH = "–"
MINUS = "−"
NONE = "–"  # what a cell shows where there is nothing to show
_LOCALE = {"da": "da_DK", "en": "en_GB"}
_STEPS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(10))
_WORDS = {
    "da": ("to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti"),
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}


def _digits(value: Decimal, decimals: int, lang: str) -> str:
    return _written(value.quantize(_STEPS[decimals], rounding=ROUND_HALF_EVEN), decimals, lang)


# Kept after rounding: a page prints the same hundred percentages again and again, and Babel takes its time.
@lru_cache(maxsize=16_384)
def _written(rounded: Decimal, decimals: int, lang: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), format=pattern, locale=_LOCALE[lang])
    return f"{MINUS}{text}" if rounded < 0 else text


def number(value: float | int, decimals: int = 0, lang: str = "da") -> str:
    """A plain number: 1234.5 → '1.234' (half to even), with decimals=1 '1.234,5'."""
    return _digits(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), decimals, lang)


def rounded(value: float, decimals: int) -> float:
    """The number as :func:`number` prints it, as a number."""
    return float(Decimal(repr(float(value))).quantize(_STEPS[decimals], rounding=ROUND_HALF_EVEN))


def count(value: int, lang: str = "da") -> str:
    """A whole number with thousands separator: 1045 → '1.045' ('1,045')."""
    if value != int(value):
        raise ValueError(f"count: {value!r} is not a whole number; use number()")
    return number(int(value), 0, lang)


def percent_number(fraction: float, decimals: int = 1, lang: str = "da") -> str:
    """The percentage without its sign: 0.9361 → '93,6'."""
    return _digits(Decimal(repr(float(fraction))) * 100, decimals, lang)


def percent(fraction: float, decimals: int = 1, lang: str = "da") -> str:
    """A percentage: 0.9361 → '93,6 %' with a no-break space, in English '93.6%'."""
    return percent_number(fraction, decimals, lang) + percent_sign(lang)


def percent_sign(lang: str = "da") -> str:
    """The sign as it follows a number: no-break space and % in Danish, % in English."""
    return f"{NBSP}%" if lang == "da" else "%"


def interval(lower: float, upper: float, decimals: int = 1, lang: str = "da") -> str:
    """Limits in per cent without the sign: (0.9281, 0.9435) → '92,8–94,4'."""
    return percent_number(lower, decimals, lang) + EN_DASH + percent_number(upper, decimals, lang)


def fraction(numerator: int, denominator: int, lang: str = "da") -> str:
    """Counts over each other: '3.727/3.981'."""
    return f"{count(numerator, lang)}/{count(denominator, lang)}"


def of(numerator: int, denominator: int, lang: str = "da") -> str:
    """Counts in words: '188 af 225' ('188 of 225')."""
    return f"{count(numerator, lang)} {'af' if lang == 'da' else 'of'} {count(denominator, lang)}"


def points(difference: float, decimals: int = 1, lang: str = "da") -> str:
    """A signed difference of two fractions in percentage points, without the unit: '+1,4', '−0,3',
    '0,0'.
    """
    text = percent_number(difference, decimals, lang)
    zero = percent_number(0.0, decimals, lang)
    return f"+{text}" if difference > 0 and text != zero else text


def standard(operator: str, value: float, lang: str = "da") -> str:
    """A standard as it is printed: ('>=', 0.9) → '≥ 90 %'. Decimals only where the standard has them."""
    signs = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
    if operator not in signs:
        raise ValueError(f"standard: operator {operator!r} is none of {', '.join(signs)}")
    decimals = 0 if (Decimal(repr(float(value))) * 100) % 1 == 0 else 1
    return f"{signs[operator]}{NBSP}{percent(value, decimals, lang)}"


def date(day: dt.date, lang: str = "da") -> str:
    """A date: '31.10.2026' ('31 October 2026')."""
    return f"{day:%d.%m.%Y}" if lang == "da" else format_date(day, "d MMMM y", locale=_LOCALE[lang])


def month(day: dt.date, lang: str = "da", form: str = "long") -> str:
    """The month: long 'september', short 'sep', year 'september 2025'."""
    pattern = {"long": "LLLL", "short": "LLL", "year": "LLLL y"}[form]
    return format_date(day, pattern, locale=_LOCALE[lang]).rstrip(".")


def period(shown: int, first_month: int = 1, lang: str = "da") -> str:
    """A reporting year: 2025, or '2024/25' where it starts in another month than January; '2. kvartal 2026',
    'juni 2026' or 'nov 2025–okt 2026' of a span of months.
    """
    if not is_span(shown):
        return str(shown) if first_month == 1 else f"{shown}/{(shown + 1) % 100:02d}"
    if found := quarter(shown):
        return f"{found[1]}. kvartal {found[0]}" if lang == "da" else f"Q{found[1]} {found[0]}"
    first, last = period_start(shown), period_end(shown) - dt.timedelta(days=1)
    if length(shown) == 1:
        return month(first, lang, "year")
    start = month(first, lang, "short") + (f" {first.year}" if first.year != last.year else "")
    return f"{start}{EN_DASH}{month(last, lang, 'short')} {last.year}"


def periods(first: int, last: int, first_month: int = 1, lang: str = "da") -> str:
    """From one period to another of its kind: '2023–2025'; of spans from the first's first month to the last's last."""
    if is_span(first):
        return period(span(period_start(first), period_end(last) - dt.timedelta(days=1)), 1, lang)
    return f"{period(first, first_month, lang)}{EN_DASH}{period(last, first_month, lang)}"


def week(number_of_week: int, lang: str = "da") -> str:
    """'uge 44' ('week 44')."""
    return f"{'uge' if lang == 'da' else 'week'} {number_of_week}"


def listed(words: Iterable[str], lang: str = "da") -> str:
    """A list in prose: 'Hjørring, Slagelse og Aabenraa'; empty text for no words."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {'og' if lang == 'da' else 'and'} {words[-1]}"


def number_word(value: int, lang: str = "da", capital: bool = False) -> str:
    """Two to ten in words ('to' … 'ti'), else digits: one agrees with its noun and is the writer's."""
    text = _WORDS[lang][value - 2] if 2 <= value <= 10 else count(value, lang)
    return text[:1].upper() + text[1:] if capital else text
