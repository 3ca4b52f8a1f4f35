"""What the survival page says in words, made from the same results that it shows."""

from __future__ import annotations

from results.foundation import TOO_FEW
from results.survival.curves import HIDDEN, REASONS, MonthPoint, Survival, SurvivalGroup, SurvivalPoint, followed_years
from words import format as fmt
from words.reader import Reader

_MOST_NAMES = 4  # more deviating units than these are counted, not named


def years_word(years: int, lang: str) -> str:
    """'et år', 'fem år' ('one year', 'five years')."""
    if lang == "da":
        return f"{'et' if years == 1 else fmt.number_word(years)} år"
    return "one year" if years == 1 else f"{fmt.number_word(years, lang)} years"


def hundred(estimate: float, lang: str) -> str:
    """How many of 100: '70', 'over 99', 'under 1', 'ingen'."""
    text = fmt.percent_number(estimate, 0, lang)
    if estimate == 0:
        return "ingen" if lang == "da" else "none"
    if text == "100" and estimate < 1:
        return "over 99"
    if text == "0" and estimate > 0:
        return "under 1"
    return text


def finding(result: Survival, context: Reader, cohort: str) -> list[str]:
    """The page's finding as one or two lines; ``cohort``: the years of diagnosis as printed."""
    t, lang, years = context.t, context.lang, result.headline
    first = result.point(result.nation, years or 1)
    if years is None or first.estimate is None:
        return [_no_finding(result, first, context, cohort)]
    share, span = hundred(first.estimate, lang), years_word(years, lang)
    if result.endpoint.id == "overall":
        start = share[:1].upper() + share[1:]
        verb = "is" if share in ("1", "under 1") else "are"
        line = t(
            f"{start} af 100 patienter lever {span} efter diagnosen",
            f"{start} of 100 patients {verb} alive {span} after diagnosis",
        )
    else:
        line = t(
            f"Kræftspecifik overlevelse efter {span}: {share} af 100 patienter",
            f"Cancer-specific survival after {span}: {share} of 100 patients",
        )
    parts = _parts(result, years, context)
    if not parts:
        return [f"{line}."]
    return [f"{line}{':' if result.endpoint.id == 'overall' else ','}", f"{parts}."]


def _no_finding(result: Survival, point: SurvivalPoint, context: Reader, cohort: str) -> str:
    t = context.t
    if point.state == HIDDEN:
        return t("Overlevelsen er skjult: resultatet hviler på for få", "Survival is hidden: too few cases or deaths")
    if result.nobody:
        return t(
            f"Ingen patienter i {context.database} er diagnosticeret {cohort}",
            f"No patients in {context.database} were diagnosed {cohort}",
        )
    cases = result.point(result.nation, 0).cases
    if point.estimate is not None and cases is not None:
        many = t("én", "one") if cases == 1 else fmt.number_word(cases, context.lang)
        return t(
            f"For få patienter til et sikkert skøn over overlevelsen: {many} er diagnosticeret {cohort}",
            f"Too few patients for a firm estimate of survival: {many} diagnosed {cohort}",
        )
    return t(
        "Opfølgningen er endnu for kort til at opgøre overlevelsen",
        "The follow-up is still too short to report survival",
    )


def _parts(result: Survival, years: int, context: Reader) -> str:
    """The second half of the finding: the ends of the grouping, or that there are too few to tell its groups apart."""
    t, lang = context.t, context.lang
    known = [one for one in result.compared() if one.registered and result.point(one, years).estimate is not None]
    shown = [one for one in known if result.point(one, years).bears]
    if len(known) > 1 and len(shown) < 2:
        return f"{TOO_FEW.in_(lang)} {all_of(result.by, context)}"
    if not shown:
        return ""
    values = [result.point(one, years).estimate for one in shown]
    if result.by in ("region", "department"):
        if len(shown) < 2:
            return ""
        low, high = (hundred(value, lang) for value in (min(values), max(values)))
        kind = t("regioner", "regions") if result.by == "region" else t("afdelinger", "departments")
        count = fmt.number_word(len(shown), lang)
        if len(shown) < len(known):
            kind = t(f"{kind} med patienter nok", f"{kind} with enough patients")
        if low == high:
            return t(f"{low} i alle {count} {kind}", f"{low} in all {count} {kind}")
        return t(f"mellem {low} og {high} i de {count} {kind}", f"between {low} and {high} in the {count} {kind}")
    # Stages do differ: where they cannot be told apart, the patients are too few.
    if result.by == "stage" and len(shown) > 1 and _alike(result, shown, years):
        return f"{TOO_FEW.in_(lang)} {all_of(result.by, context)}"
    if len(known) == 1 and result.by in {name for name, _, _ in context.filters()}:
        return hundred(values[0], lang)  # the headline's filter has said whom
    ends = [(shown[0], values[0])] if len(shown) == 1 else [(shown[n], values[n]) for n in (0, -1)]
    told = [hundred(value, lang) for _, value in ends]
    if result.by == "sex" and len(told) == 2 and told[0] == told[1]:
        return t(f"{told[0]} både blandt kvinder og blandt mænd", f"{told[0]} among women and among men alike")
    return ", ".join(f"{share} {within(result.by, one, context)}" for share, (one, _) in zip(told, ends, strict=True))


def _alike(result: Survival, groups: list[SurvivalGroup], years: int) -> bool:
    """Whether the first and the last group's intervals overlap so that each holds the other's estimate."""
    first, last = result.point(groups[0], years), result.point(groups[-1], years)
    return first.lower <= last.estimate <= first.upper and last.lower <= first.estimate <= last.upper


def all_of(by: str, context: Reader) -> str:
    """'stadierne', 'the stages'."""
    words = {
        "stage": ("stadierne", "the stages"),
        "region": ("regionerne", "the regions"),
        "department": ("afdelingerne", "the departments"),
        "age_group": ("aldersgrupperne", "the age groups"),
        "sex": ("kønnene", "the sexes"),
        "period": ("årene", "the years"),
    }
    return context.t(*words[by])


def within(by: str, group: SurvivalGroup, context: Reader) -> str:
    """'i stadie I', 'i alderen 65–74 år', 'blandt kvinder', 'af dem fra 2016'."""
    t, name = context.t, context.t(group.name.da, group.name.en)
    lower = name[:1].lower() + name[1:]
    return {
        "stage": t(f"i {lower}", f"in {lower}"),
        "age_group": t(f"i alderen {name}", f"aged {name}"),
        "sex": t(f"blandt {lower}", f"among {lower}"),
        "period": t(f"af dem fra {name}", f"of those from {name}"),
    }[by]


def lead(result: Survival, regions: Survival, context: Reader, cohort: str) -> str:
    """The figure behind the finding: estimate with interval, cohort, n, deviations, the caveat."""
    t, lang, years = context.t, context.lang, result.headline
    caveat = t("Ikke case-mix-justeret.", "Not adjusted for case mix.")
    if years is None or result.point(result.nation, years).estimate is None:
        start = result.point(result.nation, 0)
        counted = "" if start.cases is None else f", n = {fmt.count(start.cases, lang)}"
        return f"{t('Diagnosticeret', 'Diagnosed')} {cohort}{counted}. {caveat}"
    point = result.point(result.nation, years)
    kind = t("Samlet", "Overall") if result.endpoint.id == "overall" else t("Kræftspecifik", "Cancer-specific")
    whom = f" ({context.patients_text()})" if context.state.filtered else ""
    parts = [
        t(
            f"{kind} {years}-års overlevelse {fmt.percent(point.estimate, 1, lang)} (95 %-interval "
            f"{fmt.interval(point.lower, point.upper, 1, lang)}), diagnosticeret {cohort}, "
            f"n = {fmt.count(point.cases, lang)}{whom}.",
            f"{kind} {years}-year survival {fmt.percent(point.estimate, 1, lang)} (95% interval "
            f"{fmt.interval(point.lower, point.upper, 1, lang)}), diagnosed {cohort}, "
            f"n = {fmt.count(point.cases, lang)}{whom}.",
        ).replace("95 %", "95\u00a0%"),
        short_follow_up(result, point, context),
        deviations(result if result.by == "department" else regions, context),
        caveat,
    ]
    return " ".join(part for part in parts if part)


def short_follow_up(result: Survival, point: SurvivalPoint, context: Reader) -> str:
    """That not all have been followed so long yet; empty where they have."""
    if followed_years(result.view, result.cohort) >= point.years:
        return ""
    span = years_word(point.years, context.lang)
    return context.t(
        f"Ikke alle er fulgt i {span} endnu; de indgår, så længe de er fulgt.",
        f"Not all have been followed for {span} yet; they contribute for as long as they were followed.",
    )


def deviating(result: Survival, years: int) -> tuple[list[SurvivalGroup], list[SurvivalGroup], int]:
    """Groups whose whole interval lies below and above the nation's estimate, and how many are shown.

    Those that bear no sentence are neither.
    """
    nation = result.point(result.nation, years).estimate
    shown = [
        (one, point)
        for one in result.compared()
        if one.registered and (point := result.point(one, years)).estimate is not None
    ]
    if nation is None:
        return [], [], len(shown)
    return (
        [one for one, point in shown if point.bears and point.upper < nation],
        [one for one, point in shown if point.bears and point.lower > nation],
        len(shown),
    )


def deviations(result: Survival, context: Reader) -> str:
    """'Ingen region afviger klart fra landet.' or which do; empty with fewer than two to compare."""
    t, lang = context.t, context.lang
    below, above, shown = deviating(result, result.headline or 1)
    if shown < 2:
        return ""
    department = result.by == "department"
    one = t("afdeling", "department") if department else t("region", "region")
    hidden = any(result.point(group, result.headline or 1).state == HIDDEN for group in result.compared())
    if not below and not above:
        if hidden:
            many = t("afdelinger", "departments") if department else t("regioner", "regions")
            return t(
                f"Ingen af de viste {many} afviger klart fra landet.",
                f"None of the {many} shown differs clearly from Denmark.",
            )
        return t(f"Ingen {one} afviger klart fra landet.", f"No {one} differs clearly from Denmark.")

    def names(groups: list[SurvivalGroup]) -> str:
        if len(groups) > _MOST_NAMES:
            many = t("afdelinger", "departments") if department else t("regioner", "regions")
            return f"{fmt.number_word(len(groups), lang, capital=groups is below or not below)} {many}"
        return fmt.listed([context.t(group.name.da, group.name.en) for group in groups], lang)

    def lies(groups: list[SurvivalGroup]) -> str:
        return t("ligger", "lies" if len(groups) == 1 else "lie")

    if below and above:
        text = t(
            f"{names(below)} ligger klart under landet og {names(above)} klart over.",
            f"{names(below)} {lies(below)} clearly below Denmark and {names(above)} clearly above.",
        )
    elif below:
        text = t(f"{names(below)} ligger klart under landet.", f"{names(below)} {lies(below)} clearly below Denmark.")
    else:
        text = t(f"{names(above)} ligger klart over landet.", f"{names(above)} {lies(above)} clearly above Denmark.")
    if shown >= 10:
        chance = max(1, round(shown * 0.05))
        text += " " + t(
            f"Blandt {shown} ventes {'én' if chance == 1 else fmt.number_word(chance)} at afvige så meget tilfældigt.",
            f"Among {shown}, {'one' if chance == 1 else fmt.number_word(chance, lang)} would be expected to differ "
            "this much by chance.",
        )
    return text


def limits(point: SurvivalPoint | MonthPoint, context: Reader) -> str:
    """'69,8–72,6'; where none or all have died there is none."""
    return limits_of(point.lower, point.upper, context)


def limits_of(lower: float | None, upper: float | None, context: Reader) -> str:
    """'69,8–72,6'; where they fall together, as none or all have died, there is none."""
    if lower is not None and lower < upper:
        return fmt.interval(lower, upper, 1, context.lang)
    return context.t("intet interval", "no interval")


def short_reason(point: SurvivalPoint, context: Reader) -> str:
    """Why a cell is empty, for a narrow column."""
    return short_reason_of(point.state, context)


def short_reason_of(state: str, context: Reader) -> str:
    """Why a cell of that state is empty, for a narrow column."""
    words = {
        "not_reached": ("ikke fulgt så længe", "not followed this long"),
        "last_other": ("ingen i risiko", "nobody at risk"),
    }
    found = words.get(state) or (REASONS[state].da, REASONS[state].en)
    return context.t(*found)


def reason(point: SurvivalPoint, context: Reader) -> str:
    """Why a cell is empty."""
    words = REASONS[point.state]
    return context.t(words.da, words.en)


def log_rank(result: Survival, context: Reader) -> list[str]:
    """The log-rank test between the groups, as a sentence and its cautions; empty where nothing is compared."""
    test, t, lang = result.log_rank, context.t, context.lang
    if test is None:
        return []
    chi = f"χ²\u00a0=\u00a0{fmt.number(float(test.statistic), 1, lang)}"
    p = p_text(test.p, lang)
    freedom = test.degrees_of_freedom
    sentence = t(
        f"Log-rank-test af, om {fmt.number_word(freedom + 1)} grupper har samme dødelighed: {chi} med {freedom} "
        f"frihedsgrad{'er' if freedom != 1 else ''}, {p}.",
        f"Log-rank test of whether {fmt.number_word(freedom + 1, lang)} groups have the same mortality: {chi} "
        f"with {freedom} degree{'s' if freedom != 1 else ''} of freedom, {p}.",
    )
    caution = t(
        "Testen er ikke justeret for alder, stadie eller andet og duer ikke, når kurverne krydser hinanden. Prøver man "
        "mange opdelinger, bliver nogle p\u2011værdier små af sig selv. En lille p\u2011værdi siger hverken, at "
        "forskellen er stor, eller at den skyldes behandlingen. Uoplyste og skjulte grupper indgår ikke.",
        "The test is not adjusted for age, stage or anything else, and is of no use when the curves cross. Among many "
        "comparisons some p-values become small by chance. A small p-value says neither that the difference is large "
        "nor that it is due to the care. Groups not registered or hidden are left out.",
    )
    return [sentence, caution]


def p_text(p: float, lang: str) -> str:
    """'p = 0,218', 'p < 0,001'."""
    if p < 0.001:
        return f"p\u00a0<\u00a0{fmt.number(0.001, 3, lang)}"
    return f"p\u00a0=\u00a0{fmt.number(float(p), 3 if p < 0.1 else 2, lang)}"
