"""The words of the verdicts."""

from __future__ import annotations

import datetime as dt

from words import format as fmt

#: verdict: (Danish word, English word, has a shape).
VERDICTS: dict[str, tuple[str, str, bool]] = {
    "met": ("opfyldt", "met", True),
    "uncertain": ("usikkert", "uncertain", True),
    "not_met": ("ikke opfyldt", "not met", True),
    "no_standard": ("ingen standard", "no standard", False),
    "not_mature": ("ikke modent endnu", "not yet mature", True),
    "no_data": ("ingen data", "no data", False),
    "not_reported": ("ikke opgjort", "not reported", False),
    "hidden": ("skjult", "hidden", False),
}


def verdict_text(verdict: str, lang: str = "da", threshold: int = 5) -> str:
    """The word of a verdict: 'opfyldt' …; hidden is 'skjult (<5)' with the edition's threshold."""
    if verdict not in VERDICTS:
        raise ValueError(f"verdict {verdict!r} is none of {', '.join(VERDICTS)}")
    word = VERDICTS[verdict][0 if lang == "da" else 1]
    return f"{word} (<{threshold})" if verdict == "hidden" else word


def not_mature_text(day: dt.date, lang: str = "da") -> str:
    """'ikke modent før 29.01.2027'."""
    return f"{'ikke modent før' if lang == 'da' else 'not mature until'} {fmt.date(day, lang)}"


#: Of a development target: the state, in Danish and in English.
_TARGETS = {
    "met": ("nået", "reached"),
    "uncertain": ("usikkert, om det er nået", "uncertain whether reached"),
    "not_met": ("ikke nået", "not reached"),
}


def target_text(state: str, lang: str = "da", threshold: int = 5) -> str:
    """The word where the result is held against a development target; where it is not judged, as any verdict."""
    if state not in _TARGETS:
        return verdict_text(state, lang, threshold)
    return _TARGETS[state][0 if lang == "da" else 1]
