"""The words of the verdicts: the one place that has them, for pages, tables, files and reports.

A result is settled (met, not met) or graded between; decision 47 has the rule and what it was tried on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from results.audit import GRADES, Cell, settles
from words import format as fmt
from words.reader import Reader

#: verdict: (Danish word, English word, has a shape). ``uncertain`` names the three grades between, where they are
#: counted together.
VERDICTS: dict[str, tuple[str, str, bool]] = {
    "met": ("opfyldt", "met", True),
    "probably_met": ("sandsynligvis opfyldt", "probably met", True),
    "unsettled": ("uafklaret", "unsettled", True),
    "probably_not_met": ("sandsynligvis ikke opfyldt", "probably not met", True),
    "not_met": ("ikke opfyldt", "not met", True),
    "uncertain": ("ikke afgjort", "not decided", False),
    "no_standard": ("ingen standard", "no standard", False),
    "not_mature": ("ikke modent endnu", "not yet mature", True),
    "no_data": ("ingen data", "no data", False),
    "not_reported": ("ikke opgjort", "not reported", False),
    "hidden": ("skjult", "hidden", False),
}
#: What is settled leads, then what is likely, the bad first.
IN_ORDER = ("not_met", "met", "probably_not_met", "probably_met", "unsettled")
#: The same marks in a text: the filled part is the evidence, in quarters.
SIGNS = dict(zip(GRADES, "●◕◐◔○", strict=True))
#: Those of a chart that PowerPoint draws, which has no part-filled discs.
SLIDE_SIGNS = dict(zip(GRADES, "●▲◆✕■", strict=True))


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
    "probably_met": ("sandsynligvis nået", "probably reached"),
    "unsettled": ("uafklaret, om det er nået", "unsettled whether reached"),
    "probably_not_met": ("sandsynligvis ikke nået", "probably not reached"),
    "uncertain": ("ikke afgjort, om det er nået", "not decided whether reached"),
    "not_met": ("ikke nået", "not reached"),
}


def target_text(state: str, lang: str = "da", threshold: int = 5) -> str:
    """The word where the result is held against a development target; where it is not judged, as any verdict."""
    if state not in _TARGETS:
        return verdict_text(state, lang, threshold)
    return _TARGETS[state][0 if lang == "da" else 1]


def cell_word(cell: Cell, lang: str = "da", threshold: int = 5) -> str:
    """A result's verdict: 'opfyldt', 'sandsynligvis ikke opfyldt', 'uafklaret', 'ikke modent før …'."""
    if cell.state == "not_mature" and cell.mature_on is not None:
        return not_mature_text(cell.mature_on, lang)
    is_target = cell.standard is not None and cell.standard.kind == "target"
    return (target_text if is_target else verdict_text)(cell.said, lang, threshold)


def cell_text(cell: Cell, lang: str = "da", threshold: int = 5) -> str:
    """The same with its probability: 'sandsynligvis ikke opfyldt 88 %'."""
    word = cell_word(cell, lang, threshold)
    return word if cell.probability is None else f"{word} {probability_text(cell.probability, lang)}"


def probability_text(probability: float, lang: str = "da") -> str:
    """'88 %': whole, never more than it is, between the limit of *probably* and 99."""
    return fmt.percent(min(99, int(100 * probability + 1e-9)) / 100, 0, lang)


def settling(cell: Cell, lang: str = "da") -> str:
    """What would settle an unsettled result: '5 uoplyste afgør det', 'tre år: opfyldt', 'ca. 60 patienter mere'.

    "" where it is not unsettled, and where nothing is known that would.
    """
    found, da = settles(cell), lang == "da"
    if found is None:
        return ""
    if found.how == "missing":
        if found.number is None:
            return "de uoplyste afgør det" if da else "the missing decide"
        number, one = fmt.count(found.number, lang), found.number == 1
        return f"{number} uoplyst{'' if one else 'e'} afgør det" if da else f"{number} missing decide{'s' * one}"
    if found.how == "three_years":
        return three_years_text(cell, lang)
    if found.how == "more":
        number = fmt.count(_about(found.number), lang)
        return f"ca. {number} patienter mere afgør det" if da else f"about {number} more patients would settle it"
    return "andelen ligger på standarden" if da else "the share lies at the standard"


def three_years_text(cell: Cell, lang: str = "da") -> str:
    """'tre år: opfyldt'; "" where three years are not there."""
    if not cell.three_years:
        return ""
    is_target = cell.standard is not None and cell.standard.kind == "target"
    word = (target_text if is_target else verdict_text)(cell.three_years, lang)
    return f"tre år: {word}" if lang == "da" else f"three years: {word}"


def beside(cell: Cell, lang: str = "da") -> str:
    """What stands beside a result that one year does not settle: what would, and what three years say."""
    if not cell.grade:
        return ""
    settled, three = settling(cell, lang), three_years_text(cell, lang)
    if cell.grade == cell.three_years == "unsettled":
        three = ""  # it says nothing more
    return " · ".join(dict.fromkeys(one for one in (settled, three) if one))


def full_text(cell: Cell, lang: str = "da", threshold: int = 5) -> str:
    """``cell_text`` and what stands ``beside`` it."""
    return " · ".join(one for one in (cell_text(cell, lang, threshold), beside(cell, lang)) if one)


def below(settled: str | None, three: object, key: str, lang: str = "da") -> str:
    """``beside`` from a table's values: ``settled`` and ``three`` (a Named or None) of a verdict ``key``."""
    if key not in GRADES[1:-1]:
        return ""
    same = three is None or key == getattr(three, "key", "") == "unsettled"
    said = "" if same else f"tre år: {three.text}" if lang == "da" else f"three years: {three.text}"
    return " · ".join(dict.fromkeys(one for one in (settled, said) if one))


def _about(number: int) -> int:
    """Two figures of a number, rounded up: 57 → 60, 132 → 140, 1 234 → 1 300; below 10 as it is."""
    if number < 10:
        return number
    step = 10 ** max(1, len(str(number)) - 2)
    return -(-number // step) * step


def groups_text(context: Reader) -> str:
    """The three groups that verdicts are counted in: 'opfyldt, ikke afgjort og ikke opfyldt'."""
    return fmt.listed([verdict_text(name, context.lang) for name in ("met", "uncertain", "not_met")], context.lang)


def between(context: Reader, counts: Mapping[str, int]) -> str:
    """'to er sandsynligvis opfyldt og én uafklaret', of how many have which of the three grades between."""
    pieces = [
        f"{fmt.number_word(counts[name], context.lang)} {verdict_text(name, context.lang)}"
        for name in GRADES[1:-1]
        if counts.get(name)
    ]
    return fmt.listed(pieces, context.lang)


def key_text(context: Reader, signs: Mapping[str, str] = SIGNS, space: str = "  ") -> str:
    """The key in a text: '● opfyldt  ◕ sandsynligvis opfyldt  …'."""
    return space.join(f"{sign} {verdict_text(name, context.lang)}" for name, sign in signs.items())


def how_briefly(context: Reader) -> str:
    """The same in a caption, beside a key."""
    return context.t(
        "Sandsynligvis: mindst 80 % sandsynligt, også hvis alle uoplyste talte imod. Tre år: året og de to før samlet.",
        "Probably: at least 80% likely, also if all of the missing spoke against it. 3 years: with the two before.",
    )


def how_in_a_line(context: Reader) -> str:
    """The same under a table that fills its page."""
    return context.t(
        "● opfyldt og ○ ikke opfyldt er afgjort: Hele 95 %-intervallet ligger på samme side af standarden, og de "
        "uoplyste kan ikke ændre det. ◕ og ◔: sandsynligvis, mindst 80 %. ◐: uafklaret.",
        "● met and ○ not met are settled: the whole 95% interval lies on one side of the standard, and the missing "
        "cannot change it. ◕ and ◔: probably, at least 80%. ◐: unsettled.",
    )


def how(context: Reader) -> str:
    """How a verdict is reached, for the foot of a page."""
    return context.t(
        "Vurderingen er afgjort, ● opfyldt eller ○ ikke opfyldt, når hele 95 %-intervallet ligger på samme side af "
        "standarden, og de uoplyste ikke kan ændre det. Ellers siger mærket, hvad tallene taler for: ◕ sandsynligvis "
        "opfyldt og ◔ sandsynligvis ikke opfyldt, når det er mindst 80 % sandsynligt, også hvis alle uoplyste talte "
        "imod. ◐ uafklaret betyder, at der endnu ikke er patienter eller oplysninger nok; det står ved, hvad der "
        "ville afgøre det.",
        "A verdict is settled, ● met or ○ not met, when the whole 95% interval lies on one side of the standard and "
        "the missing could not change it. Otherwise the mark says what the numbers speak for: ◕ probably met and ◔ "
        "probably not met when that is at least 80% likely, also if all of the missing spoke against it. ◐ unsettled "
        "means that there are not yet patients or data enough; beside it stands what would settle it.",
    )
