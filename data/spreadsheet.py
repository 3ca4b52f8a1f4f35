"""What a spreadsheet would make of a text in a CSV file, and the apostrophe that keeps it a text.

Excel, LibreOffice and Numbers compute a cell that begins with ``=``, ``+``, ``-`` or ``@`` (a department called
``=cmd|'/C calc'!A0`` would run), make dates of ``5/5``, ``1-2`` and ``mar-25``, and drop the zeros of ``0012``. Numbers
are numbers and pass as they are; only texts come here.
"""

from __future__ import annotations

import re

#: The first letters of a formula, with their wide forms, which East Asian versions compute too.
_FORMULA = "=+-@＝＋－＠"
#: What says "nothing" and computes nothing: a sign alone.
_SIGN_ALONE = frozenset("+-－＋")
_PARTS = re.compile(r"(\d{1,4})[-/.](\d{1,4})(?:[-/.](\d{1,4}))?")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?( ?[AaPp][Mm])?")
_MONTHS = (
    "jan(uar|uary)?|feb(ruar|ruary)?|mar(ts|ch)?|apr(il)?|maj|may|jun[ie]?|jul[iy]?|aug(ust)?|sept?(ember)?|"
    "o[kc]t(ober)?|nov(ember)?|dec(ember)?"
)
_NAMED = re.compile(
    rf"\d{{1,4}}[-/. ]{{1,2}}({_MONTHS})\.?([-/. ]{{1,2}}\d{{1,4}})?|({_MONTHS})\.?[-/. ]{{1,2}}\d{{1,4}}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\(?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?\)?")
_SAFE_NUMBER = re.compile(r"0|[1-9]\d{0,14}")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute the text, or lose a tab or line end before it. A sign alone is none."""
    if text in _SIGN_ALONE:
        return False
    return text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in tuple(_FORMULA)


def is_misread(text: str) -> bool:
    """Whether Danish or English Excel would show another text: a date, or a number with other digits.

    A whole number without leading zeros (a region ``1084``, a year) stays what it is and is not misread.
    """
    if _SAFE_NUMBER.fullmatch(text):
        return False
    if _NUMBER.fullmatch(text) or _TIME.fullmatch(text) or _NAMED.fullmatch(text):
        return True
    found = _PARTS.fullmatch(text)
    if found is None:
        return False
    first, second, third = found.groups()
    if third is not None:
        return True
    a, b = int(first), int(second)
    day_and_month = 0 < min(a, b) <= 12 and max(a, b) <= 31
    month_and_year = (1 <= a <= 12 and len(second) in (2, 4)) or (1 <= b <= 12 and len(first) == 4)
    return day_and_month or month_and_year


def shielded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would make something else of it."""
    return f"'{text}" if _needs(text) else text


def unshielded(text: str) -> str:
    """The text of a cell that :func:`shielded` wrote; any other stays as it is."""
    return text[1:] if text[:1] == "'" and _needs(text[1:]) else text


def no_formula(text: str) -> str:
    """The text with an apostrophe where a spreadsheet would compute it; dates and codes stay exact.

    For the commands' CSV, which scripts read: ``2025-03`` and ``0012`` are the values of the contract.
    """
    return f"'{text}" if is_formula(text) else text


def _needs(text: str) -> bool:
    # A text that itself looks shielded is shielded once more, so that reading gives it back.
    return is_formula(text) or is_misread(text) or (text[:1] == "'" and _needs(text[1:]))
