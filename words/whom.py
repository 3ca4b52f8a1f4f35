"""Whom a page is about, in words: the filter before every headline, nobody left, and the way back to all patients."""

from __future__ import annotations

from words.reader import Reader


def prefix(context: Reader) -> str:
    """'Kvinder, 75–84 år, stadie III: ' before a headline; empty where all patients are shown."""
    if not context.filters():
        return ""
    words = context.patients_text()
    return f"{words[:1].upper()}{words[1:]}: "


def suffix(context: Reader) -> str:
    """' (kvinder, stadie III)' after the title of a figure or table; empty where all patients are shown."""
    return f" ({context.patients_text()})" if context.filters() else ""


def nobody(context: Reader) -> str:
    """'Ingen patienter i DaPeCa svarer til valget: kvinder' where the filter leaves nobody in the whole database."""
    whom, several = context.patients_text(), len(context.filters()) > 1
    choice = context.t("valgene" if several else "valget", "choices" if several else "choice")
    return context.t(
        f"Ingen patienter i {context.database} svarer til {choice}: {whom}",
        f"No patients in {context.database} match the {choice}: {whom}",
    )


def other_choices(context: Reader) -> str:
    """What to do where nobody is left, before the link to all patients."""
    return context.t("Vælg andre patienter ovenfor, eller gå tilbage: ", "Choose other patients above, or go back: ")


_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-", "–": "-", "+": "plus"})


def in_file_name(context: Reader) -> str:
    """'kvinder_75-84-aar_stadie-III' for the name of a file; empty where it is of all patients."""
    return "_".join(words.translate(_ASCII) for _, _, words in context.filters())
