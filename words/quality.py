"""Data quality in words: what needs mending first, and the state of the rest, from the same results as the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data import reference
from data.schema import BY_NAME
from indicators.catalogue import CATALOGUE
from indicators.declaration import Indicator
from results.audit import Cell, Unit, UnitTable
from results.foundation import LEAST, bears
from results.quality import Delay, Variable
from words import format as fmt
from words.indicator import unit_name
from words.overview import counted, lowered
from words.reader import Reader

#: A variable filled in less often than this is pointed out (as the import does).
LOW = 0.90


@dataclass(frozen=True)
class Quality:
    """What the page shows; ``coverage`` and ``registered`` are None where not reported or not divisible."""

    coverage: UnitTable | None
    registered: UnitTable | None
    variables: tuple[Variable, ...]
    delays: tuple[Delay, ...]


def places(table: UnitTable | None, state: str = "not_met") -> list[tuple[Unit, Cell]]:
    """The departments (by residence the regions) with a verdict, furthest from the standard first.

    Those whose result bears no sentence (tables.foundation) are left out.
    """
    if table is None:
        return []
    level = "department" if table.view.place == "treating" else "region"
    found = [(unit, table.cell(unit)) for unit in table.of_level(level) if unit.code]
    found = [(unit, cell) for unit, cell in found if cell.state == state and bears(cell)]
    return sorted(found, key=lambda one: one[1].rate)


def incomplete(variables: Sequence[Variable]) -> list[tuple[Variable, float]]:
    """The variables that are registered in fewer than LOW of the country's cases, least first; none of few cases."""
    nation = [(one, one.places["nation"]) for one in variables if "nation" in one.places]
    shares = [(one, place.share) for one, place in nation if place.cases is None or place.cases >= LEAST]
    return sorted(((one, share) for one, share in shares if share is not None and share < LOW), key=lambda one: one[1])


def finding(context: Reader, found: Quality) -> str:
    """What needs mending first: the place or variable furthest below its standard."""
    sentences = _needs(context, found)
    if sentences:
        return sentences[0]
    t = context.t
    cells = [table.cell(table.nation) for table in (found.coverage, found.registered) if table is not None]
    if not any(cell.rate is not None for cell in cells):
        if any(cell.hidden for cell in cells):
            return t("Datakvaliteten bygger på få forløb og er skjult", "Data quality is on few cases and is hidden")
        when = context.period_label
        return t(f"Der er ingen forløb at vurdere i {when}", f"There are no cases to judge in {when}")
    if not any(bears(cell) for cell in cells) and not any(cell.hidden for cell in cells):
        when = context.period_label
        return t(f"Der er for få forløb i {when} til at vurdere registreringen",
                 f"There are too few cases in {when} to judge the registration")  # fmt: skip
    if not _known(found):
        return t("Intet sted ligger klart under standarden for registrering",
                 "No place is clearly below the standard for registration")  # fmt: skip
    return t(
        "Ingen afdeling ligger klart under standarden for dækning og rettidig registrering"
        if context.state.place == "treating"
        else "Ingen region ligger klart under standarden for rettidig registrering",
        "No department is clearly below the standard for coverage and timely registration"
        if context.state.place == "treating"
        else "No region is clearly below the standard for timely registration",
    )


def _known(found: Quality) -> bool:
    return found.registered is not None and (found.coverage is not None or found.registered.view.place != "treating")


def _needs(context: Reader, found: Quality) -> list[str]:
    """Sentences on what is clearly below its standard, the furthest first."""
    t, lang = context.t, context.lang
    rows: list[tuple[float, str]] = []
    late = places(found.registered)
    if late:
        unit, cell = late[0]
        name = unit_name(context, unit, prose=True)
        rate, goal = fmt.percent(cell.rate, 1, lang), _goal(context, cell)
        text = t(
            f"{rate} er registreret inden for 30 dage ({goal})",
            f"{rate} are registered within 30 days ({goal})",
        )
        if len(late) == 1:
            start = t(f"Registreringen er forsinket i {name}", f"Registration is late in {name}")
        else:
            many = _many(context, late)
            start = t(
                f"Registreringen er forsinket i {many}, mest i {name}",
                f"Registration is late in {many}, most in {name}",
            )
        rows.append((_distance(cell), f"{start}: {text}"))
    low = places(found.coverage)
    if low:
        unit, cell = low[0]
        name = unit_name(context, unit, prose=True)
        text = f"{fmt.percent(cell.rate, 1, lang)} ({_goal(context, cell)})"
        if len(low) == 1:
            start = t(f"Dækningsgraden er for lav i {name}", f"Coverage is too low in {name}")
        else:
            many = _many(context, low)
            start = t(
                f"Dækningsgraden er for lav i {many}, lavest i {name}",
                f"Coverage is too low in {many}, lowest in {name}",
            )
        rows.append((_distance(cell), f"{start}: {text}"))
    poor = incomplete(found.variables)
    if poor:
        variable, share = poor[0]
        title = variable.title.in_(lang)
        text = t(
            f"{title} er kun registreret i {fmt.percent(share, 1, lang)} af forløbene",
            f"{title} is registered in only {fmt.percent(share, 1, lang)} of the cases",
        )
        rows.append((LOW - share, text))
    return [text for _, text in sorted(rows, key=lambda one: -one[0])]


def _many(context: Reader, found: list) -> str:
    noun = (
        context.t("afdelinger", "departments")
        if found[0][0].level == "department"
        else context.t("regioner", "regions")
    )
    return f"{fmt.number_word(len(found), context.lang)} {noun}"


def _goal(context: Reader, cell: Cell) -> str:
    return f"standard {fmt.standard(cell.standard.operator, cell.standard.value, context.lang)}"


def _distance(cell: Cell) -> float:
    return abs(cell.standard.value - cell.rate)


def lead(context: Reader, found: Quality) -> str:
    """The other needs, the country's coverage and delay, the least complete variable."""
    t, lang = context.t, context.lang
    parts = [f"{one}." for one in _needs(context, found)[1:]]
    if found.coverage is not None:
        cell = found.coverage.cell(found.coverage.nation)
        if bears(cell):
            value = f"{fmt.percent(cell.rate, 1, lang)} ({fmt.interval(cell.lower, cell.upper, 1, lang)})"
            parts.append(t(f"Dækningsgraden i Danmark er {value}.", f"Coverage in Denmark is {value}."))
    nation = next((one for one in found.delays if one.level == "nation"), None)
    if nation is not None and nation.median is not None:
        median, p90 = days(nation.median, lang), days(nation.p90, lang)
        parts.append(
            t(
                f"Halvdelen af forløbene er indberettet inden for {median}, ni af ti inden for {p90}.",
                f"Half of the cases are reported within {median}, nine of ten within {p90}.",
            )
        )
    shares = [(one.places["nation"].share, one) for one in found.variables if "nation" in one.places]
    known = sorted(((share, lowered(one.title.in_(lang))) for share, one in shares if share is not None))
    if known and not incomplete(found.variables):
        share, title = known[0]
        value = fmt.percent(share, 1, lang)
        parts.append(t(f"Mindst udfyldt: {title} ({value}).", f"Least complete: {title} ({value})."))
    return " ".join(parts)


def days(value: float, lang: str) -> str:
    """A number of whole days: '9 dage', '1 dag'."""
    whole = round(value)
    if lang == "da":
        return f"{fmt.count(whole, lang)} {'dag' if whole == 1 else 'dage'}"
    return f"{fmt.count(whole, lang)} {'day' if whole == 1 else 'days'}"


def load_text(context: Reader, number: int, normalised: int = 0) -> str:
    """'Fire advarsler ved indlæsningen' or that there were none; ``normalised``: what was read as it is meant."""
    t, lang = context.t, context.lang
    more = ""
    if normalised:
        many, one = counted(normalised, lang), normalised == 1
        more = t(
            f" {many} {'oplysning' if one else 'oplysninger'} om, hvad der er læst, som det er ment.",
            f" {many} {'note' if one else 'notes'} on what was read as it is meant.",
        )
    if not number:
        return t("Indlæsningen gav ingen advarsler.", "The load gave no warnings.") + more
    many = counted(number, lang)
    one = number == 1
    return (
        t(
            f"{many} {'advarsel' if one else 'advarsler'}. Udtrækket er læst ind, som det er; tallene bør rettes i "
            "kilden.",
            f"{many} {'warning' if one else 'warnings'}. The extract was loaded as it is; mend the numbers at the "
            "source.",
        )
        + more
    )


def ordered(rows: Sequence[Delay]) -> list[Delay]:
    """The nation and regions as they come, departments below their region by share, best first."""
    found: list[Delay] = []
    group: list[Delay] = []
    for one in rows:
        if one.level != "department":
            found += sorted(group, key=_by_share)
            group = []
            found.append(one)
        else:
            group.append(one)
    return found + sorted(group, key=_by_share)


def _by_share(one: Delay) -> tuple:
    return (one.within_30 is None, -(one.within_30 or 0), reference.danish_key(one.name))


def delay_name(context: Reader, one: Delay) -> str:
    """The place's name in the reader's language."""
    return unit_name(context, Unit(one.level, one.code, one.name, one.name))


def column_title(table: str, column: str, lang: str) -> str:
    """The column's title; its name where the format has none (an unknown column, two columns)."""
    if table in BY_NAME and column in BY_NAME[table].names:
        one = BY_NAME[table].column(column)
        return one.da if lang == "da" else one.en
    return column


def table_title(table: str, lang: str) -> str:
    """The table's title; the name itself where the format has no such table."""
    return (BY_NAME[table].da if lang == "da" else BY_NAME[table].en) if table in BY_NAME else table


def severity(context: Reader, name: str) -> str:
    """'advarsel', or 'oplysning' of what the import normalised."""
    words = {
        "info": context.t("oplysning", "information"),
        "warning": context.t("advarsel", "warning"),
        "error": context.t("fejl", "error"),
    }
    return words[name]


def without_table(context: Reader, table: str) -> list[str]:
    """The titles of the indicators that are not reported because the extract lacks a table."""
    return [indicator_title(context, one) for one in CATALOGUE if table in one.needs]


def indicator_title(context: Reader, one: Indicator) -> str:
    return one.title.in_(context.lang) + (f" ({one.qualifier.in_(context.lang)})" if one.qualifier else "")
