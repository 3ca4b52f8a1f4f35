"""Code lists that a mapping may name: what registries write, and what the extract format has for it.

Closed lists are data (``data/reference/code_lists.csv``; ``code_list_sources.csv`` has the source and date of each);
forms with a detail that goes (stages, TNM, diagnoses) are rules here. A value that a list does not know is refused by
name, with its count: nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache

from data import reference

#: A list: the value (and the day on which it was written, where that is known) → the extract's; None: unknown.
CodeList = Callable[[str, dt.date | None], str | None]

#: What stands for a stage or a category that is not known, does not apply or is not invasive.
_NO_STAGE = frozenset(
    [
        "0", "0a", "0is", "is", "in situ", "x", "88", "99", "888", "999", "oc", "unk", "unknown", "ukendt", "na", "nos",
        "not applicable", "not available", "uoplyst",
    ]
)  # fmt: skip
_STAGE = re.compile(r"(IV|III|II|I|[1-4])\s*[A-E]?\s*\d?\s*[a-c]?(?:[NS])?", re.IGNORECASE)
_FIGO = re.compile(r"(IV|III|II|I|[1-4])\s*[A-C]?\s*\d?\s*[a-c]?\s*(?:\(?i{1,2}\)?)?", re.IGNORECASE)
_ANN_ARBOR = re.compile(r"(IV|III|II|I|[1-4])\s*[ABESX]{0,4}", re.IGNORECASE)
_ISS = re.compile(r"(III|II|I|[1-3])", re.IGNORECASE)
#: The words that stand before a stage.
_BEFORE = re.compile(r"^(?:r-?iss|iss|figo|ann arbor)?[\s_-]*(?:stage|stadie|stadium|st\.?)?[\s_-]*", re.IGNORECASE)
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_TNM = re.compile(
    r"(?:[myra]*[cp]|[yra]{1,2}|u)?\s*([TNM])?\s*(is|[0-4](?:[a-d](?![a-z]))?|x)(mi)?\d?\s*(?:\(.*\)\s*)*",
    re.IGNORECASE,
)
_NO_CATEGORY = frozenset(["88", "99", "unknown", "ukendt", "not applicable"])
_ICD10 = re.compile(r"D?([A-Z]\d{2})\.?([0-9A-Z]{0,3})", re.IGNORECASE)
_CLAVIEN = re.compile(r"(?:clavien(?:[ -]dindo)?|grade?|cd)?[\s-]*(I{1,3}|IV|V|[1-5])([ab]?)d?", re.IGNORECASE)
_ARABIC = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}


def _of_stages(form: re.Pattern[str]) -> CodeList:
    """I–IV of a stage with its detail: IIIB → III. Stage 0, in situ, X and not known are empty: no invasive stage."""

    def stage(value: str, day: dt.date | None = None) -> str | None:
        plain = _BEFORE.sub("", value.strip())
        if plain.lower() in _NO_STAGE:
            return ""
        found = form.fullmatch(plain)
        return _ROMAN.get(found[1], found[1].upper()) if found else None

    return stage


def _icd10(value: str, day: dt.date | None = None) -> str | None:
    """ICD-10 without dot and without the leading D of the Danish SKS form: DC20.9 → C209."""
    found = _ICD10.fullmatch(value.strip())
    return f"{found[1]}{found[2]}".upper() if found else None


def _part(letter: str) -> CodeList:
    """T, N or M with its letter, without prefix (c, p, yp) and what stands in brackets: N0(i-) → N0, cT4A → T4a."""

    def tnm(value: str, day: dt.date | None = None) -> str | None:
        plain = value.strip()
        if plain.lower() in _NO_CATEGORY:
            return ""
        found = _TNM.fullmatch(plain)
        if not found or (found[1] or letter).upper() != letter:
            return None
        detail, micro = found[2], (found[3] or "").lower()
        return letter + (detail.upper() if detail.lower() == "x" else detail.lower()) + micro

    return tnm


def _clavien_dindo(value: str, day: dt.date | None = None) -> str | None:
    """1, 2, 3a … 5 of SKS codes and of 'IIIa', 'grad 3a'. 3 and 4 without a letter are not in the format: empty."""
    there = _listed("clavien_dindo")(value, day)
    if there is not None:
        return there
    found = _CLAVIEN.fullmatch(value.strip())
    if not found:
        return None
    grade, letter = _ARABIC.get(found[1].upper(), found[1]), found[2].lower()
    if grade in ("3", "4"):
        return f"{grade}{letter}" if letter else ""
    return None if letter else grade


def _cause_of_death(value: str, day: dt.date | None = None) -> str | None:
    """cancer or other of an ICD-10 code: C00-C97 is cancer. 0000, 7777, 7797 (NAACCR: alive, not known) are empty."""
    if value.strip() in ("0000", "7777", "7797"):
        return ""
    code = _icd10(value)
    return None if code is None else "cancer" if code[0] == "C" and code[:3] <= "C97" else "other"


def _cpr_status(value: str, day: dt.date | None = None) -> str | None:
    """alive, dead or emigrated of the CPR register's status code, with or without its leading 0."""
    return _listed("cpr_status")(value.strip().zfill(2), day)


def _region_of_municipality(value: str, day: dt.date | None = None) -> str | None:
    """The region of a municipality's code (three digits, or with a leading 0) on a day, else before 2027."""
    return _listed("region_of_municipality")(value.strip().lstrip("0"), day)


@cache
def _rows(name: str) -> tuple[reference.ListedCode, ...]:
    """The rows of a list: whole codes before beginnings, longer ones first."""
    rows = [one for one in reference.code_lists() if one.list == name]
    return tuple(sorted(rows, key=lambda one: (one.code.endswith("*"), -len(one.code))))


@cache
def _exact(name: str) -> dict[str, list[reference.ListedCode]]:
    found: dict[str, list[reference.ListedCode]] = {}
    for one in _rows(name):
        if not one.code.endswith("*"):
            found.setdefault(one.code.casefold(), []).append(one)
    return found


def _listed(name: str) -> CodeList:
    """A list of the file: the whole code (upper and lower case alike), else the longest beginning (``KJ*``)."""

    def looked_up(value: str, day: dt.date | None = None) -> str | None:
        plain = value.strip().casefold()
        whole = _exact(name).get(plain, [])
        begins = [one for one in _rows(name) if one.code.endswith("*") and plain.startswith(one.code[:-1].casefold())]
        for one in (*whole, *begins):
            if day is None or one.valid_on(day):
                return one.value
        return None

    return looked_up


LISTS: dict[str, CodeList] = {
    **{one.list: _listed(one.list) for one in reference.code_list_sources()},
    "cpr_status": _cpr_status,
    "region_of_municipality": _region_of_municipality,
    "cause_of_death": _cause_of_death,
    "clavien_dindo": _clavien_dindo,
    "icd10": _icd10,
    "stage": _of_stages(_STAGE),
    "figo": _of_stages(_FIGO),
    "ann_arbor": _of_stages(_ANN_ARBOR),
    "iss": _of_stages(_ISS),
    "t": _part("T"),
    "n": _part("N"),
    "m": _part("M"),
}
