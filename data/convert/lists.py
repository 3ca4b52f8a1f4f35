"""Code lists that a mapping may name: what registries write, and what the extract format has for it.

A value that a list does not know is refused by name, with its count: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: Municipalities by region (the municipal reform of 2007, 98 municipalities; Danmarks Statistik's codes).
_MUNICIPALITIES = {
    "1084": "101 147 151 153 155 157 159 161 163 165 167 169 173 175 183 185 187 190 201 210 217 219 223 230 240 250 "
    "260 270 400",
    "1085": "253 259 265 269 306 316 320 326 329 330 336 340 350 360 370 376 390",
    "1083": "410 420 430 440 450 461 479 480 482 492 510 530 540 550 561 563 573 575 580 607 621 630",
    "1082": "615 657 661 665 671 706 707 710 727 730 740 741 746 751 756 760 766 779 791",
    "1081": "773 787 810 813 820 825 840 846 849 851 860",
}
_REGION_OF = {code: region for region, codes in _MUNICIPALITIES.items() for code in codes.split()}
_SEX = {"1": "M", "2": "F", "m": "M", "f": "F", "k": "F", "mand": "M", "kvinde": "F", "male": "M", "female": "F"}
#: The CPR register's status codes: alive in Denmark or with a special code; dead; emigrated or disappeared.
_VITAL = {
    "01": "alive", "03": "alive", "05": "alive", "07": "alive", "20": "alive", "30": "alive", "50": "alive",
    "60": "alive", "70": "emigrated", "80": "emigrated", "90": "dead",
}  # fmt: skip
_STAGE = re.compile(r"(?:stage|stadie|st\.?)?\s*(IV|III|II|I|[1-4])\s*[A-D]?\d?[a-c]?", re.IGNORECASE)
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_TNM = re.compile(r"(?:y?[crpam])?([TNM])?\s*(is|[0-4][a-d]?|x)(?:\(.*\))?[a-z]?", re.IGNORECASE)
_ICD10 = re.compile(r"D?([A-Z]\d{2})\.?([0-9A-Z]{0,3})", re.IGNORECASE)


def sex(value: str) -> str | None:
    """F or M, of the words and of 1/2 (man, woman; ISO 5218)."""
    return _SEX.get(value.strip().lower())


def stage(value: str) -> str | None:
    """I–IV of a stage with its detail: IIIB → III, 2a → II. Stage 0 and in situ are not invasive: empty."""
    plain = value.strip()
    if plain.lower() in ("0", "stage 0", "0a", "0is", "is", "in situ", "x", "unknown", "ukendt", "na", "not available"):
        return ""
    found = _STAGE.fullmatch(plain)
    return _ROMAN.get(found[1], found[1].upper()) if found else None


def region_of_municipality(value: str) -> str | None:
    """The region of a municipality's code (three digits, or with a leading 0)."""
    return _REGION_OF.get(value.strip().lstrip("0"))


def vital_status(value: str) -> str | None:
    """alive, dead or emigrated of the CPR register's status code."""
    return _VITAL.get(value.strip().zfill(2))


def icd10(value: str) -> str | None:
    """ICD-10 without dot and without the leading D of the Danish SKS form: DC20.9 → C209."""
    found = _ICD10.fullmatch(value.strip())
    return f"{found[1]}{found[2]}".upper() if found else None


def _part(letter: str) -> Callable[[str], str | None]:
    """T, N or M with its letter, without prefix (c, p, yp) and what stands in brackets: N0(i-) → N0, cT4A → T4a."""

    def tnm(value: str) -> str | None:
        found = _TNM.fullmatch(value.strip())
        if not found or (found[1] or letter).upper() != letter:
            return None
        detail = found[2]
        return letter + (detail.upper() if detail.lower() == "x" else detail.lower())

    return tnm


LISTS: dict[str, Callable[[str], str | None]] = {
    "sex": sex,
    "stage": stage,
    "region_of_municipality": region_of_municipality,
    "cpr_status": vital_status,
    "icd10": icd10,
    "t": _part("T"),
    "n": _part("N"),
    "m": _part("M"),
}
