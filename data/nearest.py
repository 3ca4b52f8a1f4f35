"""The permitted value that a wrong one likely means ("did you mean"): by spelling, Danish word, a date's order."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Mapping

#: Words of Danish and English sources for codes of the format.
_SYNONYMS = {
    "k": "F", "kvinde": "F", "kvinder": "F", "mand": "M", "mænd": "M",
    "død": "dead", "doed": "dead", "levende": "alive", "i live": "alive",
    "udrejst": "emigrated", "udvandret": "emigrated",
    "kræft": "cancer", "kraeft": "cancer", "andet": "other", "anden": "other",
    "kirurgi": "surgery", "operation": "surgery", "kemo": "systemic", "kemoterapi": "systemic", "medicinsk": "systemic",
    "stråler": "radiotherapy", "strålebehandling": "radiotherapy", "stråleterapi": "radiotherapy",
    "kurativ": "curative", "palliativ": "palliative", "ja": "yes", "nej": "no", "y": "yes", "n": "no",
    "genindlæggelse": "readmission", "reoperation": "reoperation", "anastomoselækage": "anastomotic_leak",
    "inkluderet": "included", "afslået": "declined", "ukendt": "unknown",
    "udredning": "examination", "behandling": "treatment", "efterbehandling": "aftercare",
    "1": "I", "2": "II", "3": "III", "4": "IV",
}  # fmt: skip
_TRUE = frozenset(["1", "1.0", "true", "t", "yes", "y", "ja", "j", "sand", "sandt"])
_FALSE = frozenset(["0", "0.0", "false", "f", "no", "n", "nej", "falsk"])
_CUTOFF = 0.7


def code(value: str, codes: Collection[str]) -> str:
    """The nearest code of a closed list, "" where none is near."""
    plain = value.strip().casefold()
    by_plain = {one.casefold(): one for one in codes}
    if plain in by_plain:
        return by_plain[plain]
    if _SYNONYMS.get(plain) in codes:
        return _SYNONYMS[plain]
    near = difflib.get_close_matches(plain, by_plain, 1, _CUTOFF)
    if near:
        return by_plain[near[0]]
    short = [one for one in by_plain if len(one) == 1 and plain.startswith(one) and plain.isalpha()]
    return by_plain[short[0]] if short and len(plain) > 2 else ""


def boolean(value: str) -> str:
    """``true`` or ``false``, "" where the word is neither."""
    plain = value.strip().casefold()
    return "true" if plain in _TRUE else "false" if plain in _FALSE else ""


def date(value: str) -> str:
    """The day in ISO form, read as Danes write it (day, month, year), "" where it is none."""
    text = value.strip()
    for pattern, order in (
        (r"(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})(?:[T ].*)?", (0, 1, 2)),
        (r"(\d{4})(\d{2})(\d{2})", (0, 1, 2)),
        (r"(\d{1,2})[-./ ]+(\d{1,2})[-./ ]+(\d{4})(?:[T ].*)?", (2, 1, 0)),
    ):
        if match := re.fullmatch(pattern, text):
            year, month, day = (int(match[1 + place]) for place in order)
            try:
                return dt.date(year, month, day).isoformat()
            except ValueError:
                return ""
    return ""


def whole(value: str) -> str:
    """The whole number that ``60,0`` or ``60.00`` means, "" where it is none."""
    match = re.fullmatch(r"([+-]?\d{1,9})[.,]0+", value.strip())
    return str(int(match[1])) if match else ""


def column(name: str, absent: Mapping[str, Collection[str]]) -> str:
    """The absent column that an unknown name likely means: by its name, or by its title in either language."""
    plain = _letters(name)
    for known, titles in absent.items():
        if plain and plain in {_letters(known), *map(_letters, titles)}:
            return known
    near = difflib.get_close_matches(plain, [_letters(known) for known in absent if len(known) > 1], 1, _CUTOFF)
    return next((known for known in absent if near and _letters(known) == near[0]), "")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
