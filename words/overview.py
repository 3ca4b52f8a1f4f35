"""The overview in words: the finding, the lead, names in prose, why rows are left out.

Made from the same rows as the table. Every function takes the reader's language as ``lang``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from data.period import years_before
from data.text import Text
from results.across import GRADED, Tally, graded_kind, kind_of, tally
from results.audit import Cell, OverviewRow, Unit
from results.foundation import TOO_FEW, bears
from words import format as fmt
from words import verdicts, whom
from words.reader import Reader

NAMED = 3  # so many names stand in one sentence
ROOM = 138  # characters that the two lines of a headline hold on a laptop, the filter before it among them
Pair = tuple[OverviewRow, tuple[Unit, Cell], tuple[Unit, Cell]]


def shown(rows: Sequence[OverviewRow]) -> list[OverviewRow]:
    """The rows of the table: reported, with something in one of the three periods."""
    return [
        row for row in rows if row.not_reported is None and any(cell.state != "no_data" for cell in row.nation.values())
    ]


def current(row: OverviewRow) -> Cell:
    """The nation's cell in the chosen period."""
    return row.nation[max(row.nation)]


def kind(row: OverviewRow) -> str:
    """Which of tables.across.TALLIED the row counts as."""
    if row.not_reported is not None:
        return "not_reported"
    return kind_of(current(row).state, row.is_target)


def tally_of(rows: Sequence[OverviewRow]) -> Tally:
    """The verdicts of all rows."""
    return tally(kind(row) if row.not_reported is not None else graded_kind(current(row)) for row in rows)


def names(rows: Sequence[OverviewRow], among: Sequence[OverviewRow], lang: str) -> list[str]:
    """The rows' names for a sentence; the qualifier is added where two of ``among`` have the same title."""
    titles = Counter(row.title.da for row in among)
    return [in_prose(row, lang, qualified=titles[row.title.da] > 1) for row in rows]


def in_prose(row: OverviewRow, lang: str, qualified: bool = False) -> str:
    """'anastomoselækage (kolon)', 'MDT før første behandling', 'død efter operation (30 dage)'."""
    extras = []
    if row.site:
        extras.append(row.title.in_(lang).removeprefix(f"{row.indicator.title.in_(lang)}, "))
    if qualified and row.indicator.qualifier is not None:
        extras.append(row.indicator.qualifier.in_(lang))
    text = lowered(row.indicator.title.in_(lang))
    return f"{text} ({', '.join(extras)})" if extras else text


def lowered(title: str) -> str:
    """The title inside a sentence: a small first letter, but abbreviations as they are."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def some(words: Sequence[str], lang: str, most: int = NAMED) -> str:
    """': a, b og c', of more than ``most`` names ', blandt andre a, b og c'; without names where none may stand."""
    if not most:
        return ""
    if len(words) <= most + (most == NAMED):
        return ": " + fmt.listed(words, lang)
    among = ", blandt andre " if lang == "da" else ", among them "
    return among + fmt.listed(words[:most], lang)


def digits(value: int, lang: str, capital: bool = False) -> str:
    """A number in a sentence: words up to nine, then digits."""
    return fmt.number_word(value, lang, capital) if value < 10 else fmt.count(value, lang)


def counted(value: int, lang: str, one: str = "Én") -> str:
    """A number at the head of a sentence: 'Ingen', 'Én', 'To' … '10'; ``one``: 'Ét' before a neuter noun."""
    if value < 2:
        return (("Ingen", one) if lang == "da" else ("None", "One"))[value]
    return digits(value, lang, capital=True)


def finding(context: Reader, rows: Sequence[OverviewRow]) -> str:
    """'10 af 15 standarder er klart opfyldt i 2025. To er ikke opfyldt: …', with as many names as two lines hold."""
    t, lang = context.t, context.lang
    counts = tally_of(rows)
    when = t(f"i {context.period_label}", f"in {context.period_label}")
    if counts.judged == 0:
        standards = counts.hidden + counts.no_data + counts.not_mature
        reason = t("Ingen standard kan vurderes", "No standard can be judged")
        return f"{reason} {when}." if standards else f"{t('Der er ingen standarder', 'There are no standards')} {when}."
    if counts.met == counts.judged:
        if counts.met == 1:
            return t(f"Den ene standard er klart opfyldt {when}.", f"The one standard is clearly met {when}.")
        every = digits(counts.judged, lang)
        return t(f"Alle {every} standarder er klart opfyldt {when}.", f"All {every} standards are clearly met {when}.")
    failed = [row for row in rows if kind(row) == "not_met"]
    if counts.judged == 1:
        one = next(row for row in rows if kind(row) in ("not_met", "uncertain"))
        state, name = verdicts.verdict_text(current(one).said, lang), names([one], rows, lang)[0]
        return t(f"Den ene standard er {state} {when}: {name}.", f"The one standard is {state} {when}: {name}.")
    of = digits(counts.judged, lang) if counts.met < 10 else fmt.count(counts.judged, lang)
    are = "is" if counts.met == 1 else "are"
    head = t(
        f"{counted(counts.met, lang)} af {of} standarder er klart opfyldt {when}.",
        f"{counted(counts.met, lang)} of {of} standards {are} clearly met {when}.",
    )
    if not failed:
        return f"{head} {t('Ingen er klart uopfyldt.', 'None is clearly unmet.')}"
    number, named = counted(len(failed), lang), names(failed, rows, lang)
    is_not = "is not" if len(failed) == 1 else "are not"
    text = ""
    for most in range(NAMED, -1, -1):
        tail = some(named, lang, most)
        text = f"{head} {t(f'{number} er ikke opfyldt{tail}.', f'{number} {is_not}{tail}.')}"
        if len(whom.prefix(context)) + len(text) <= ROOM:
            break
    return text


def lead(context: Reader, rows: Sequence[OverviewRow]) -> str:
    """What is not settled by grade, what is hidden, the largest clear spread between regions, the caveat."""
    t, lang = context.t, context.lang
    sentences = []
    for grade in GRADED:
        unsure = [row for row in rows if kind(row) == "uncertain" and current(row).said == grade]
        if unsure:
            number, tail = counted(len(unsure), lang), some(names(unsure, rows, lang), lang)
            word, be = verdicts.verdict_text(grade, lang), "is" if len(unsure) == 1 else "are"
            sentences.append(t(f"{number} er {word}{tail}.", f"{number} {be} {word}{tail}."))
    if early := [row for row in rows if kind(row) == "not_mature"]:
        number, tail = counted(len(early), lang, "Ét"), some(names(early, rows, lang), lang)
        day = fmt.date(max(current(row).mature_on for row in early), lang)
        one = len(early) == 1
        sentences.append(
            t(
                f"{number} resultat{' er ikke modent' if one else 'er er ikke modne'} endnu{tail}; "
                f"{'det' if one else 'det sidste'} vurderes fra {day}.",
                f"{number} result{' is' if one else 's are'} not yet mature{tail}; {'it' if one else 'the last'} "
                f"will be judged from {day}.",
            )
        )
    hidden = sum(kind(row) == "hidden" for row in rows)
    if hidden:
        one = hidden == 1
        sentences.append(
            t(
                f"{counted(hidden, lang, 'Ét')} resultat{'' if one else 'er'} på få patienter er skjult.",
                f"{counted(hidden, lang)} result{' on few patients is' if one else 's on few patients are'} hidden.",
            )
        )
    sentences += spread_sentence(rows, lang)
    sentences.append(t("Resultaterne er ikke case-mix-justeret.", "Results are not adjusted for case mix."))
    return " ".join(sentences)


def spread_sentence(rows: Sequence[OverviewRow], lang: str) -> list[str]:
    """The largest difference between two regions whose intervals do not overlap, as a sentence; none: says so."""
    several = [row for row in rows if sum(cell.rate is not None for _, cell in row.regions) > 1]
    if not several:
        return []
    firm = [row for row in several if sum(bears(cell) for _, cell in row.regions) > 1]
    if not firm:
        da, en = f"Der er {TOO_FEW.da} regionerne.", f"There are {TOO_FEW.en} the regions."
        return [da if lang == "da" else en]
    found = widest(firm)
    if found is None and any(cell.rate is not None and not bears(cell) for row in several for _, cell in row.regions):
        if lang == "da":
            return ["Hvor regionerne har patienter nok, overlapper deres 95 %-intervaller for alle indikatorer."]
        return ["Where the regions have enough patients, their 95% intervals overlap for all indicators."]
    if found is None:
        some_hidden = any(cell.hidden for row in rows for _, cell in row.regions)
        if lang == "da":
            whose = "De viste regioners" if some_hidden else "Regionernes"
            return [f"{whose} 95 %-intervaller overlapper for alle indikatorer."]
        whose = "The regions' 95% intervals, where shown," if some_hidden else "The regions' 95% intervals"
        return [f"{whose} overlap for all indicators."]
    row, (low_unit, low), (high_unit, high) = found
    name = names([row], rows, lang)[0]
    few, many = fmt.percent(low.rate, 1, lang), fmt.percent(high.rate, 1, lang)
    if lang == "da":
        return [
            f"Den største sikre forskel mellem regionerne ses for {name}: "
            f"{many} i {high_unit.name} mod {few} i {low_unit.name}."
        ]
    return [
        f"The largest clear difference between regions is seen for {name}: "
        f"{many} in {high_unit.name} against {few} in {low_unit.name}."
    ]


def widest(rows: Sequence[OverviewRow]) -> Pair | None:
    """The row and its two regions (lower, higher) that differ most among those whose intervals do not overlap.

    Only regions whose result bears a sentence (tables.foundation).
    """
    best: tuple[float, Pair] | None = None
    for row in rows:
        known = [pair for pair in row.regions if bears(pair[1])]
        for one, two in combinations(known, 2):
            low, high = sorted((one, two), key=lambda pair: pair[1].rate)
            if low[1].upper >= high[1].lower:
                continue
            distance = high[1].rate - low[1].rate
            if best is None or distance > best[0]:
                best = (distance, (row, low, high))
    return best[1] if best else None


def bad_regions(row: OverviewRow) -> list[str]:
    """The regions that lie wholly on the wrong side of the standard (or target), in table order."""
    return [unit.name for unit, cell in row.regions if cell.state == "not_met"]


def aside(context: Reader, row: OverviewRow) -> str:
    """What stands in grey beside a title: the cohort of a survival result, else the qualifier."""
    years = row.indicator.survival_years
    if years:
        cohort = fmt.period(years_before(context.period, years), context.first_month, context.lang)
        return context.t(f"diagnose {cohort}", f"diagnosis {cohort}")
    return row.indicator.qualifier.in_(context.lang) if row.indicator.qualifier else ""


def left_out(context: Reader, rows: Sequence[OverviewRow]) -> list[tuple[str, list[str]]]:
    """(reason, titles) of the indicators that are no rows of the table, in catalogue order of the reasons."""
    inside = {id(row) for row in shown(rows)}
    found: dict[str, list[str]] = {}
    for row in rows:
        if id(row) in inside:
            continue
        reason = row.not_reported or _without_rows(context, row)
        title = row.title.in_(context.lang)
        beside = row.indicator.qualifier
        if beside is not None and sum(one.title == row.title for one in rows) > 1:
            title = f"{title} ({beside.in_(context.lang)})"
        found.setdefault(reason.in_(context.lang), []).append(title)
    return list(found.items())


def _without_rows(context: Reader, row: OverviewRow) -> Text:
    cell = current(row)
    if cell.not_mature:
        return Text("Ingen forløb er fulgt længe nok.", "No cases have been followed long enough.")
    if cell.missing:
        return Text("Alle forløb er uoplyst.", "All cases are missing the information.")
    span = period_span(context)
    return Text(f"Ingen forløb i {span}.", f"No cases in {span}.")


def period_span(context: Reader) -> str:
    """'2023–2025' or '2022/23–2024/25': the three periods of the table."""
    first, _, last = context.view.three_periods
    return fmt.periods(first, last, context.first_month, context.lang)
