"""What the adjusted view of survival says in words, made from the same results that it shows."""

from __future__ import annotations

from data.text import Text
from results.survival.adjusted import FEW, NO_DEATH, PLACES, REFERENCE, Adjusted, AdjustedRow, Adjuster
from results.survival.curves import HIDDEN, HORIZON
from survival.endpoints import BY_ID
from words import format as fmt
from words import survival as curves
from words.reader import Reader

_MOST_NAMES = 4  # more groups than these are counted, not named
_FEW = 3  # more adjusters than these are named in the lead only
#: A group's state in the table, Danish and English.
STATES = {
    HIDDEN: ("skjult", "hidden"),
    NO_DEATH: ("ingen dødsfald", "no deaths"),
    FEW: ("for få dødsfald", "too few deaths"),
    REFERENCE: ("de andre måles mod den", "the others are compared with it"),
}
VERDICTS = {
    "higher": ("▲ højere dødelighed", "▲ higher mortality"),
    "lower": ("▼ lavere dødelighed", "▼ lower mortality"),
    "none": ("ingen klar forskel", "no clear difference"),
}


def verdict(row: AdjustedRow, context: Reader) -> str:
    """The word of a group's result, or why it has none; empty where the whole has no model."""
    return verdict_of(row.verdict or row.state, context)


def verdict_of(key: str, context: Reader) -> str:
    """The word of a verdict or of a state without one."""
    found = VERDICTS.get(key) or STATES.get(key)
    return context.t(*found) if found else ""


def ratio(value: float, lang: str) -> str:
    """'1,25'; from 10 on with one decimal."""
    return fmt.number(value, 1 if value >= 10 else 2, lang)


def limits(lower: float, upper: float, lang: str) -> str:
    """'0,98–1,41'."""
    return f"{ratio(lower, lang)}{fmt.EN_DASH}{ratio(upper, lang)}"


def adjusters(found: Adjusted, context: Reader) -> str:
    """'alder, stadie og køn': what is adjusted for."""
    return fmt.listed([_name(one, context) for one in found.used], context.lang)


def _name(one: Adjuster, context: Reader) -> str:
    """'alder', 'komorbiditet': a variable within a sentence."""
    short = {"age_group": ("alder", "age"), "comorbidity": ("komorbiditet", "comorbidity")}.get(one.id)
    return context.t(*short) if short else _lower(one.title, context)


def _lower(title: Text, context: Reader) -> str:
    text = title.in_(context.lang)
    return text[:1].lower() + text[1:]


def others(found: Adjusted, context: Reader) -> str:
    """'de andre afdelinger', 'patienter i stadie I': what a hazard ratio compares with."""
    t = context.t
    if found.reference is None:
        return t(*{"region": ("de andre regioner", "the other regions"),
                   "department": ("de andre afdelinger", "the other departments")}[found.by])  # fmt: skip
    return f"{t('patienter', 'patients')} {_within(found, found.reference, context)}"


def _within(found: Adjusted, group, context: Reader) -> str:
    """'i stadie I', 'i alderen 65–74 år', 'fra 2016', 'af kvindekøn'."""
    t, name = context.t, context.t(group.name.da, group.name.en)
    lower = name[:1].lower() + name[1:]
    if not group.registered:
        return t("uden oplyst stadie", "without a registered stage")
    return {
        "stage": t(f"i {lower}", f"in {lower}"),
        "age_group": t(f"i alderen {name}", f"aged {name}"),
        "sex": t(f"blandt {lower}", f"among {lower}"),
        "period": t(f"fra {name}", f"from {name}"),
    }[found.by]


def finding(found: Adjusted, context: Reader) -> str:
    """The page's finding."""
    t, lang = context.t, context.lang
    if found.refused is not None:
        return t("Overlevelsen kan ikke justeres", "Survival cannot be adjusted")
    given = adjusters(found, context) if len(found.used) <= _FEW else t("patienternes sammensætning", "case mix")
    start = t(f"Justeret for {given}", f"Adjusted for {given}")
    if found.reference is not None:
        return f"{start} {_against_reference(found, context)}"
    high, low = ([row for row in found.shown if row.verdict == one] for one in ("higher", "lower"))
    number, kind = fmt.number_word(len(found.shown), lang), _kind(found, context, len(found.shown))
    against = others(found, context)
    if not found.shown:
        return t(
            f"For få dødsfald til at sammenligne {curves.all_of(found.by, context)}",
            f"Too few deaths to compare {curves.all_of(found.by, context)}",
        )
    if not high and not low:
        return t(
            f"{start} har ingen af {number} {kind} klart højere eller lavere dødelighed end {against}",
            f"{start}, none of {number} {kind} has clearly higher or lower mortality than {against}",
        )
    if high and low:
        return t(
            f"{start} har {_names(high, found, context)} klart højere dødelighed end {against}, og "
            f"{_names(low, found, context)} klart lavere",
            f"{start}, {_names(high, found, context)} {_has(high)} clearly higher mortality than {against}, and "
            f"{_names(low, found, context)} clearly lower",
        )
    rows, word = (high, t("højere", "higher")) if high else (low, t("lavere", "lower"))
    return t(
        f"{start} har {_names(rows, found, context)} klart {word} dødelighed end {against}",
        f"{start}, {_names(rows, found, context)} {_has(rows)} clearly {word} mortality than {against}",
    )


def _has(rows: list[AdjustedRow]) -> str:
    return "has" if len(rows) == 1 else "have"


def _names(rows: list[AdjustedRow], found: Adjusted, context: Reader) -> str:
    if len(rows) > _MOST_NAMES:
        count = fmt.number_word(len(rows), context.lang)
        return f"{count} {_kind(found, context, len(rows))}"
    return fmt.listed([context.t(row.group.name.da, row.group.name.en) for row in rows], context.lang)


def _kind(found: Adjusted, context: Reader, number: int) -> str:
    words = {
        "region": (("region", "regioner"), ("region", "regions")),
        "department": (("afdeling", "afdelinger"), ("department", "departments")),
    }[found.by]
    return context.t(*(one[number != 1] for one in words))


def _against_reference(found: Adjusted, context: Reader) -> str:
    """'… er dødeligheden 13,6 gange så høj i stadie IV som i stadie I.': the group that lies furthest away."""
    t, lang = context.t, context.lang
    clear = [row for row in found.shown if row.verdict != "none" and row.group.registered]
    if not clear:
        return t(
            f"er der ingen klar forskel på dødeligheden mellem {curves.all_of(found.by, context)}",
            f"there is no clear difference in mortality between {curves.all_of(found.by, context)}",
        )
    row = max(clear, key=lambda one: max(one.adjusted.value, 1 / one.adjusted.value))
    here, there = _within(found, row.group, context), _within(found, found.reference, context)
    value = row.adjusted.value
    if value >= 2:
        times = fmt.number(value, 1, lang)
        return t(
            f"er dødeligheden {times} gange så høj {here} som {there}",
            f"mortality is {times} times as high {here} as {there}",
        )
    share = fmt.percent(abs(value - 1), 0, lang)
    word = t("højere", "higher") if value > 1 else t("lavere", "lower")
    return t(f"er dødeligheden {share} {word} {here} end {there}", f"mortality is {share} {word} {here} than {there}")


def lead(found: Adjusted, context: Reader, cohort: str) -> str:
    """What the finding is of: endpoint, cohort, patients, deaths, and what chance alone would give."""
    t, lang = context.t, context.lang
    whom = f" ({context.patients_text()})" if context.state.filtered else ""
    if found.refused is not None:
        return f"{found.refused.in_(lang)} {t('Diagnosticeret', 'Diagnosed')} {cohort}{whom}."
    known = [row for row in found.rows if row.patients is not None]
    patients, deaths = sum(row.patients for row in known), sum(row.deaths for row in known)
    what = (
        t("alle dødsfald", "all deaths")
        if BY_ID[found.endpoint_id].id == "overall"
        else t("død af kræft", "death from cancer")
    )
    span = curves.years_word(HORIZON, lang)
    parts = [
        t(
            f"Cox' model af {what} inden for {span}, diagnosticeret {cohort}{whom}: {fmt.count(patients, lang)} "
            f"patienter, {fmt.count(deaths, lang)} dødsfald.",
            f"Cox's model of {what} within {span}, diagnosed {cohort}{whom}: {fmt.count(patients, lang)} patients, "
            f"{fmt.count(deaths, lang)} deaths.",
        ),
        t(
            f"Justeret for {adjusters(found, context)}, som de er registreret.",
            f"Adjusted for {adjusters(found, context)}, as registered.",
        ),
        too_few(found, context),
        by_chance(found, context),
    ]
    return " ".join(part for part in parts if part)


def by_chance(found: Adjusted, context: Reader) -> str:
    """What chance alone would do among the places; empty where there is nothing to be careful about."""
    number = len(found.shown)
    if found.by not in PLACES or number < 2:
        return ""
    if number < 10:
        return (
            context.t(
                "Selv uden forskelle ville hver tyvende se sådan ud ved et tilfælde.",
                "Even without differences, one in twenty would look like that by chance.",
            )
            if any(row.verdict != "none" for row in found.shown)
            else ""
        )
    expected = max(1, round(0.05 * number))
    one = context.t("én", "one") if expected == 1 else fmt.number_word(expected, context.lang)
    return context.t(
        f"Selv uden forskelle ventes {one} af de {number} at afvige klart ved et tilfælde.",
        f"Even without differences, {one} of the {number} would be expected to differ clearly by chance.",
    )


def too_few(found: Adjusted, context: Reader) -> str:
    """How many places have too few deaths for a number, and what to do; empty with none."""
    without = [row for row in found.rows if row.state in (FEW, NO_DEATH)]
    if found.by not in PLACES or not without:
        return ""
    few, lang = len(without), context.lang
    many = context.t("Én", "One") if few == 1 else fmt.number_word(few, lang, capital=True)
    kind, all_ = _kind(found, context, len(found.rows)), fmt.number_word(len(found.rows), lang)
    return context.t(
        f"{many} af {all_} {kind} har for få dødsfald til et tal; vælg flere diagnoseår for at få flere med.",
        f"{many} of {all_} {kind} {'has' if few == 1 else 'have'} too few deaths for a number; choose more years of "
        "diagnosis to include more.",
    )


def proportional(found: Adjusted, context: Reader) -> list[str]:
    """What the test of proportional hazards means for the reader, and what to do; empty without a model."""
    test, t, lang = found.proportional, context.t, context.lang
    if test is None:
        return []
    groups = curves.all_of(found.by, context)
    freedom = test.degrees_of_freedom
    told = t(
        f"χ²\u00a0=\u00a0{fmt.number(test.statistic, 1, lang)} med {freedom} frihedsgrad{'er' * (freedom != 1)}, "
        f"{curves.p_text(test.p, lang)}",
        f"χ²\u00a0=\u00a0{fmt.number(test.statistic, 1, lang)} with {freedom} degree{'s' if freedom != 1 else ''} of "
        f"freedom, {curves.p_text(test.p, lang)}",
    )
    if not found.changes:
        first = t("Ja, så vidt tallene viser.", "Yes, as far as the numbers show.")
        rest = t(
            f"Testen af proportionale hazarder ({told}) finder ikke, at forskellen mellem {groups} ændrer sig med "
            "tiden siden diagnosen. Hver hazard ratio kan læses som ét tal for alle fem år. Er der få dødsfald, kan "
            "testen overse en ændring; se også kurverne.",
            f"The test of proportional hazards ({told}) does not find that the difference between {groups} changes "
            "with the time since diagnosis. Each hazard ratio can be read as one number for all five years. With few "
            "deaths the test can miss a change; look at the curves too.",
        )
    else:
        first = t("Nej, den ændrer sig med tiden.", "No, it changes with time.")
        rest = t(
            f"Testen af proportionale hazarder ({told}) tyder på, at forskellen mellem {groups} ikke er den samme kort "
            "efter diagnosen som senere. Hazard ratioen for alle fem år er så et gennemsnit. Læs i stedet de to sidste "
            "kolonner, der deler tiden ved et år, og kurverne.",
            f"The test of proportional hazards ({told}) suggests that the difference between {groups} is not the same "
            "soon after the diagnosis as later. The hazard ratio of all five years is then an average. Read instead "
            "the last two columns, which divide the time at one year, and the curves.",
        )
    changing = [one for one in found.used if one.proportional is not None and one.proportional.p < 0.05]
    lines = [first, rest]
    if changing:
        names = fmt.listed(
            [f"{_name(one, context)} ({curves.p_text(one.proportional.p, lang)})" for one in changing], lang
        )
        also = (" også", " as well") if found.changes else ("", "")
        lines.append(
            t(
                f"Betydningen af {names} ændrer sig{also[0]} med tiden. Justeringen bruger da gennemsnittet over de "
                "fem år og er mindre præcis.",
                f"The effect of {names} changes with time{also[1]}. The adjustment then uses the average over the five "
                "years and is less precise.",
            )
        )
    return lines


def facts(found: Adjusted, context: Reader) -> list[tuple[str, str]]:
    """How to read the table, and when not to: term and text."""
    t = context.t
    against = others(found, context) if found.refused is None else ""
    rows = []
    if against:
        weighed = found.reference is None
        rows.append(
            (
                t("Hazard ratio", "Hazard ratio"),
                t(
                    f"Dødeligheden i forhold til {against}"
                    f"{', vejet efter antal patienter' if weighed else ''}. 1 er ens, 1,25 er 25\u00a0% højere. Det er "
                    "dødelighed fra dag til dag, ikke forskel i procentpoint overlevende.",
                    f"Mortality relative to {against}{', weighted by number of patients' if weighed else ''}. 1 is the "
                    "same, 1.25 is 25% higher. It is mortality from day to day, not a difference in percentage points "
                    "surviving.",
                ),
            )
        )
        rows.append(
            (
                t("Klar forskel", "Clear difference"),
                t(
                    "Hele 95\u00a0%-intervallet ligger på den ene side af 1. Intervallet tager ikke højde for, at "
                    "afdelinger altid varierer lidt mere end tilfældigt; det gør siden Variation.",
                    "The whole 95% interval lies on one side of 1. The interval does not allow for departments always "
                    "varying a little more than by chance; the page Variation does.",
                )
                if weighed
                else t(
                    "Hele 95\u00a0%-intervallet ligger på den ene side af 1.",
                    "The whole 95% interval lies on one side of 1.",
                ),
            )
        )
    left = [
        f"{_name(one, context)} ({one.left_out.in_(context.lang).rstrip('.').lower()})"
        for one in found.adjusters
        if one.left_out
    ]
    not_used = (
        t(f" Ikke med i modellen: {fmt.listed(left, context.lang)}.", f" Not in the model: {fmt.listed(left, 'en')}.")
        if left
        else ""
    )
    rows.append(
        (
            t("Forbehold", "Caveats"),
            t(
                "Uoplyst er en kategori for sig. Forskelle, der ikke er registreret, bliver stående, og tallet siger "
                "ikke, hvad årsagen er.",
                "Not registered is a category of its own. Differences that are not registered remain, and the number "
                "does not say what the cause is.",
            )
            + not_used,
        )
    )
    return rows


def caveat(found: Adjusted, context: Reader) -> str:
    """The caveat in the stamp of a file."""
    if found.refused is not None:
        return found.refused.in_(context.lang)
    given = adjusters(found, context)
    return context.t(f"Justeret for {given}, som de er registreret", f"Adjusted for {given}, as registered")
