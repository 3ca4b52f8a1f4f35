"""The page across databases in words: finding, lead, reasons. Made from the same matrix as the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data import reference
from results.across import Across, AcrossRow
from words import delivered, verdicts
from words import format as fmt
from words.overview import NAMED, counted, digits, lowered
from words.reader import Reader


def region_name(context: Reader, matrix: Across) -> str:
    """'Danmark' or the region's name."""
    return reference.region_name(matrix.region) if matrix.region else context.t("Danmark", "Denmark")


def databases_text(context: Reader, matrix: Across) -> str:
    """'26 databaser'; one is named by its code."""
    number = len(matrix.views)
    if number == 1:
        return matrix.views[0].database
    return context.t(f"{digits(number, 'da')} databaser", f"{digits(number, 'en')} databases")


def finding(context: Reader, matrix: Across) -> str:
    """'301 af 398 standarder er klart opfyldt på tværs af 26 databaser. DLCR har flest ikke-opfyldte … (6).'"""
    t, lang = context.t, context.lang
    total = matrix.total
    where = databases_text(context, matrix)
    among = t(
        f"på tværs af {where}" if len(matrix.views) > 1 else f"i {where}",
        f"across {where}" if len(matrix.views) > 1 else f"in {where}",
    )
    if matrix.region:
        name = region_name(context, matrix)
        among = t(f"i {name} {among}", f"in {name} {among}")
    if total.judged == 0:
        return t(f"Ingen standard kan vurderes {among}.", f"No standard can be judged {among}.")
    many = t("standard" if total.judged == 1 else "standarder", "standard" if total.judged == 1 else "standards")
    met = counted(total.met, lang)
    of = digits(total.judged, lang) if total.met < 10 else fmt.count(total.judged, lang)
    are = "is" if total.met == 1 else "are"
    head = t(
        f"{met} af {of} {many} er klart opfyldt {among}.",
        f"{met} of {of} {many} {are} clearly met {among}.",
    )
    if not total.not_met:
        return f"{head} {t('Ingen er klart uopfyldt.', 'None is clearly unmet.')}"
    if len(matrix.views) == 1:
        number = counted(total.not_met, lang)
        is_not = "is not" if total.not_met == 1 else "are not"
        return f"{head} {t(f'{number} er ikke opfyldt.', f'{number} {is_not}.')}"
    return f"{head} {_most(context, matrix)}"


def _most(context: Reader, matrix: Across) -> str:
    t, lang = context.t, context.lang
    counts = {view.database: matrix.of_database(view.database).not_met for view in matrix.views}
    highest = max(counts.values())
    codes = sorted((code for code, value in counts.items() if value == highest), key=fmt.collation_key)
    if len(codes) > NAMED:
        few = _ones(context, highest)
        return t(
            f"Ingen database har mere end {few}, der ikke er opfyldt.",
            f"No database has more than {few} that {'is' if highest == 1 else 'are'} not met.",
        )
    names = fmt.listed(codes, lang)
    each = t("hver ", "each ") if len(codes) > 1 else ""
    have = "has" if len(codes) == 1 else "have"
    return t(
        f"{names} har flest ikke-opfyldte standarder ({each}{highest}).",
        f"{names} {have} the most unmet standards ({each}{highest}).",
    )


def _ones(context: Reader, number: int) -> str:
    return context.t("én", "one") if number == 1 else digits(number, context.lang)


def lead(context: Reader, matrix: Across) -> str:
    """How many are not met and not decided, which indicator fails most often, the years, the caveat."""
    t, lang = context.t, context.lang
    total = matrix.total
    sentences = []
    if total.judged:
        missed, unsure = fmt.count(total.not_met, lang), fmt.count(total.uncertain, lang)
        between = verdicts.verdict_text("uncertain", lang)
        graded = f" ({said})" if (said := verdicts.between(context, vars(total))) else ""
        sentences.append(
            t(
                f"{missed} standarder er ikke opfyldt, og {unsure} er {between}{graded}."
                if total.not_met != 1
                else f"Én standard er ikke opfyldt, og {unsure} er {between}{graded}.",
                f"{missed} standards are not met, and {unsure} are {between}{graded}."
                if total.not_met != 1
                else f"One standard is not met, and {unsure} are {between}{graded}.",
            )
        )
    sentences += _worst_lines(context, matrix)
    if total.hidden:
        hidden = fmt.count(total.hidden, lang)
        sentences.append(
            t(
                f"{hidden} resultat{'' if total.hidden == 1 else 'er'} på få patienter er skjult.",
                f"{hidden} result{' on few patients is' if total.hidden == 1 else 's on few patients are'} hidden.",
            )
        )
    sentences.append(
        t(
            "Hver database er vist i sit seneste hele opgørelsesår. Resultaterne er ikke case-mix-justeret.",
            "Each database is shown in its latest complete reporting year. Results are not adjusted for case mix.",
        )
    )
    return " ".join(sentences)


def _worst_lines(context: Reader, matrix: Across) -> list[str]:
    """The indicator whose standard is not met in most databases, where that is more than one."""
    t, lang = context.t, context.lang
    counts = {
        line: sum(matrix.kind(view.database, line) == "not_met" for view in matrix.views) for line in matrix.lines
    }
    highest = max(counts.values(), default=0)
    if highest < 2:
        return []
    names = [in_prose(line, lang) for line, value in counts.items() if value == highest]
    if len(names) > NAMED:
        return []
    number = digits(highest, lang)
    return [
        t(
            f"Standarden for {names[0]} er den, der oftest ikke er opfyldt: i {number} databaser."
            if len(names) == 1
            else f"Oftest ikke opfyldt er standarderne for {fmt.listed(names, 'da')}: hver i {number} databaser.",
            f"The standard for {names[0]} is the one most often not met: in {number} databases."
            if len(names) == 1
            else f"Most often not met are the standards for {fmt.listed(names, 'en')}: each in {number} databases.",
        )
    ]


def in_prose(line: AcrossRow, lang: str) -> str:
    """A line's name inside a sentence, with its qualifier where the title alone is not unique."""
    text = lowered(line.indicator.title.in_(lang))
    extras = []
    if line.site:
        extras.append(line.title.in_(lang).removeprefix(f"{line.indicator.title.in_(lang)}, "))
    if line.indicator.qualifier is not None:
        extras.append(line.indicator.qualifier.in_(lang))
    return f"{text} ({', '.join(extras)})" if extras else text


def label(line: AcrossRow, lang: str) -> str:
    """A line's name in a list: title and qualifier."""
    beside = f", {line.indicator.qualifier.in_(lang)}" if line.indicator.qualifier is not None else ""
    return line.title.in_(lang) + beside


def standard_text(matrix: Across, line: AcrossRow, lang: str) -> str:
    """The standard that all databases of a line share: '≥ 95 %', 'varierer' where they differ, '' without one."""
    found = {
        (cell.standard.operator, cell.standard.value)
        for view in matrix.views
        if (cell := matrix.cells.get((view.database, line))) is not None and cell.standard is not None
    }
    if not found:
        return ""
    if len(found) > 1:
        return "varierer" if lang == "da" else "varies"
    return fmt.standard(*next(iter(found)), lang)


def is_target(matrix: Across, line: AcrossRow) -> bool:
    """Whether the line is judged by a development target."""
    return any(matrix.kind(view.database, line) == "target" for view in matrix.views)


def reasons(context: Reader, matrix: Across) -> list[tuple[str, list[str]]]:
    """(reason, indicators) in database order."""
    found: dict[str, list[str]] = {}
    for view in matrix.views:
        for line in matrix.lines:
            reason = matrix.reasons.get((view.database, line))
            if reason is not None:
                text = reason.in_(context.lang)
                text = text if view.database in text else f"{view.database}: {text[:1].lower()}{text[1:]}"
                found.setdefault(text, []).append(label(line, context.lang))
    return list(found.items())


def not_delivered(context: Reader, matrix: Across) -> list[str]:
    """'DCCG: kolonnen acute er ikke leveret: ingen er udeladt som akut.', of each database that shows such results."""
    found = []
    for view in matrix.views:
        for said in delivered.notes(replace(context, view=view), [line.indicator for line in matrix.lines]):
            found.append(f"{view.database}: {said[:1].lower()}{said[1:]}")
    return found


def sorted_views(matrix: Across, order: str) -> list:
    """The views by name, or those with most standards not met first (then most not decided, then by name)."""
    by_name = sorted(matrix.views, key=lambda view: fmt.collation_key(view.database))
    if order == "navn":
        return by_name

    def weight(view) -> tuple[int, int]:
        counts = matrix.of_database(view.database)
        return -counts.not_met, -counts.uncertain

    return sorted(by_name, key=weight)


def data_cuts(context: Reader, views: Sequence) -> str:
    """'Data til og med 31.10.2026', or the first and last data cut where databases differ."""
    cuts = sorted({view.info.data_cut for view in views})
    first = fmt.date(cuts[0], context.lang)
    if len(cuts) == 1:
        return context.t(f"Data til og med {first}.", f"Data up to and including {first}.")
    last = fmt.date(cuts[-1], context.lang)
    return context.t(
        f"Data til og med {first} til {last}, forskelligt for databaserne.",
        f"Data up to and including {first} to {last}, different between databases.",
    )
