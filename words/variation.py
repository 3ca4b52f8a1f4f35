"""The sentences of a comparison: what differs, whom it concerns, how sure it is. Made from the results shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indicators.declaration import Indicator
from results.audit import NATION
from results.variation.comparison import LARGE, LEAST_UNITS, RANKABLE, ComparedPlace, Comparison
from words import format as fmt
from words import indicator as names
from words.reader import Reader

NAMED = 4  # units named in one sentence


def title(context: Reader, indicator: Indicator) -> str:
    """'Anastomoselækage (30 dage)': the title with what tells it from its neighbours."""
    text = indicator.title.in_(context.lang)
    return f"{text} ({indicator.qualifier.in_(context.lang)})" if indicator.qualifier else text


def units_word(context: Reader, found: Comparison, number: int = 2, definite: bool = False) -> str:
    """'afdelinger', 'afdelingerne', 'enhed', 'regioner' … as the comparison's units are called."""
    kind = "unit" if found.by == "department" and found.indicator.unit == "unit" else found.by
    da, en = {
        "department": (("afdeling", "afdelinger", "afdelingerne"), ("department", "departments")),
        "unit": (("enhed", "enheder", "enhederne"), ("unit", "units")),
        "hospital": (("hospital", "hospitaler", "hospitalerne"), ("hospital", "hospitals")),
        "region": (("region", "regioner", "regionerne"), ("region", "regions")),
    }[kind]
    if context.lang == "en":
        return en[0] if number == 1 else en[1]
    return da[2] if definite else da[0] if number == 1 else da[1]


def number(context: Reader, value: int, capital: bool = False, gender: str = "én") -> str:
    """'én', 'to' … 'ti', '11'."""
    if value == 1:
        word = context.t(gender, "one")
        return word[:1].upper() + word[1:] if capital else word
    return fmt.number_word(value, context.lang, capital)


def unit_name(context: Reader, place: ComparedPlace) -> str:
    """'Esbjerg (kirurgisk)', as in prose."""
    return names.unit_name(context, place.unit, prose=True)


def counted(context: Reader, indicator: Indicator, value: float) -> str:
    """'patienter', 'forløb' or 'variable', in the number of the rounded value."""
    phrases = indicator.phrases
    return (phrases.one if round(value) == 1 else phrases.many).in_(context.lang)


def difference(context: Reader, found: Comparison) -> str:
    """Whether the units differ, in one sentence."""
    t, the_units, many = context.t, units_word(context, found, definite=True), units_word(context, found)
    shown = len(found.shown)
    if found.verdict == "hidden":
        return t(
            f"Kan ikke vurderes her: for mange af {the_units} er skjult.",
            f"Cannot be judged here: too many of the {many} are hidden.",
        )
    if found.verdict == "no_data":
        return t("Ingen data i perioden.", "No data in the period.")
    if found.verdict == "one":
        one, single = units_word(context, found, 1), "ét" if found.by == "hospital" else "én"
        return t(
            f"Kun {single} {one} har patienter; der er intet at sammenligne.",
            f"Only one {one} has patients; there is nothing to compare.",
        )
    if found.verdict == "none":
        return t(f"Ingen påviselig forskel mellem {the_units}.", f"No detectable difference between the {many}.")
    if found.verdict == "uncertain":
        if found.p is not None and found.p <= 0.01:
            return t(
                f"Forskellen mellem {the_units} er usikker: De uoplyste kan ændre billedet.",
                f"The difference between the {many} is uncertain: the missing could change the picture.",
            )
        return t(
            f"Forskellen mellem {the_units} kan være tilfældig.",
            f"The difference between the {many} may be chance.",
        )
    assert shown > 1
    return t(
        f"Forskellen mellem {the_units} er større, end tilfældet kan forklare.",
        f"The {many} differ by more than chance can explain.",
    )


def gain(context: Reader, found: Comparison) -> str:
    """'Hvis alle afdelinger mindst nåede landets niveau, ville 41 flere patienter om året få …'; else empty."""
    t, indicator = context.t, found.indicator
    if found.verdict != "real" or found.concerned is None:
        return ""
    many, lang = units_word(context, found), context.lang
    happens = indicator.phrases.met.in_(lang)
    value, higher = round(found.concerned), indicator.higher_is_better
    noun = counted(context, indicator, found.concerned)
    start = t(
        f"Hvis alle {many} mindst nåede landets niveau, ville ", f"If all {many} at least reached the national level, "
    )
    if not higher:
        start = t(f"Hvis ingen {many} lå over landets niveau, ville ", f"If no {many} were above the national level, ")
    more = t("flere" if higher else "færre", "more" if higher else "fewer")
    how_many = fmt.count(value, lang)
    if value <= 1:
        more = t("mere" if higher else "mindre", more)
        one, noun = t("ét" if noun == "forløb" else "én", "one"), counted(context, indicator, 1)
        how_many = one if value else t(f"under {one}", "less than one")
    return start + t(f"{how_many} {noun} {more} om året {happens}." if value <= 1 else
                     f"{how_many} {more} {noun} om året {happens}.",
                     f"{how_many} {more} {noun} a year would have {happens}.")  # fmt: skip


def odds(context: Reader, found: Comparison) -> str:
    """The median odds (hazard) ratio in words; empty without a detectable difference, and where it has no end."""
    if found.verdict not in ("real", "uncertain") or found.summary.mor != found.summary.mor:
        return ""
    t, value = context.t, fmt.number(round(found.summary.mor, 2), 2, context.lang)
    low, high = found.summary.mor_lower, found.summary.mor_upper
    if low == low:
        ends = [fmt.number(round(one, 2), 2, context.lang) for one in (low, high) if np.isfinite(one)]
        value += (
            f" ({fmt.EN_DASH.join(ends)})" if np.isfinite(high) else t(f" (mindst {ends[0]})", f" (at least {ends[0]})")
        )
    many = units_word(context, found)
    if found.indicator.survival_years:
        return t(
            f"Mellem to tilfældige {many} er dødeligheden typisk {value} gange højere det ene sted end det andet "
            "(median hazard ratio).",
            f"Between two {many} picked at random, mortality is typically {value} times higher in the one than in "
            "the other (median hazard ratio).",
        )
    return t(
        f"Mellem to tilfældige {many} er en patients odds typisk {value} gange højere det ene sted end det andet "
        "(median odds ratio).",
        f"Between two {many} picked at random, a patient's odds are typically {value} times higher in the one than "
        "in the other (median odds ratio).",
    )


def zone_word(context: Reader, place: ComparedPlace, higher: bool) -> str:
    """'alarm', 'opmærksomhed', 'bedre', 'for få til at skelne', 'usikkert' (the missing decide); empty within."""
    t = context.t
    if place.deviates:
        if not place.worse(higher):
            return t("bedre, alarmgrænse", "better, alarm limit") if place.alarm else t("bedre", "better")
        return t("alarm", "alarm") if place.alarm else t("opmærksomhed", "attention")
    if place.few:
        return t("for få til at skelne", "too few to tell")
    if place.rate is not None and not place.certain:
        return t("usikkert", "uncertain")
    return ""


def verdict_word(context: Reader, place: ComparedPlace, higher: bool) -> str:
    """``zone_word``, with a word within the limits too; a dash without a result."""
    if place.rate is None or place.unit.level == NATION:
        return fmt.NONE
    return zone_word(context, place, higher) or context.t("inden for", "within")


def by_word(context: Reader, found: Comparison, places: Sequence[ComparedPlace]) -> str:
    """'alarm: Hjørring; opmærksomhed: Esbjerg (kirurgisk) og Slagelse', the words in the order of the places."""
    named: dict[str, list[str]] = {}
    for place in places:
        word = zone_word(context, place, found.indicator.higher_is_better)
        named.setdefault(word, []).append(unit_name(context, place))
    return "; ".join(f"{word}: {fmt.listed(names_of, context.lang)}" for word, names_of in named.items())


def adjusted_word(context: Reader, found: Comparison, place: ComparedPlace) -> str:
    """Whether a deviation stands after case-mix adjustment."""
    stands = place.stands_adjusted()
    if stands is None:
        return context.t("kan ikke justeres", "cannot be adjusted")
    if stands:
        return context.t("også efter case-mix-justering", "also after case-mix adjustment")
    return context.t("ikke sikkert efter case-mix-justering", "not certain after case-mix adjustment")


def joined(context: Reader, found: Comparison, failing: int | None) -> str:
    """'To afdelinger opfylder ikke standarden; tre afviger fra landet; justeret for patienterne gælder det to af dem.'

    ``failing``: the units that do not meet the standard; None without a standard, or where it judges other units.
    """
    t = context.t
    if found.verdict in ("hidden", "no_data", "one"):
        return ""
    away = found.deviating
    gender = "ét" if found.by == "hospital" else "én"

    def some(value: int, none: tuple[str, str]) -> str:
        return t(*none) if not value else number(context, value, gender=gender)

    none, no = ("ingen", "none"), ("ingen", "no")
    verb = t("afviger", "differs" if len(away) == 1 else "differ")
    if failing is None:
        noun = units_word(context, found, len(away))
        parts = [f"{some(len(away), no)} {noun} {verb} {t('fra landet', 'from the country')}"]
    else:
        noun = units_word(context, found, failing)
        how = f"{'does' if failing == 1 else 'do'} not meet the standard for certain"
        parts = [
            f"{some(failing, no)} {noun} {t('opfylder sikkert ikke standarden', how)}",
            f"{some(len(away), none)} {verb} {t('fra landet', 'from the country')}",
        ]
    if away and found.model:
        stand = [place for place in away if place.stands_adjusted()]
        if len(stand) == len(away):
            how = t("det gælder også justeret for patienterne", "also with the patients' case mix allowed for")
        else:
            how = t(f"justeret for patienterne gælder det {some(len(stand), none)} af dem",
                    f"with the patients' case mix allowed for {some(len(stand), none)} of them")  # fmt: skip
        parts.append(how)
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def outside(context: Reader, found: Comparison) -> str:
    """'uden for 95 %: 3 (1,1 ventes, når ingen skiller sig ud), heraf uden for 99,8 %: 1 (0,04)'.

    What is expected is what the law that the limits are drawn by gives itself.
    """
    t, lang = context.t, context.lang
    first, second = (fmt.number(round(value, 2), 2, lang) for value in (found.chance95, found.chance998))
    level = fmt.percent(0.998, 1, lang)
    sign = fmt.percent_sign(lang)
    return t(
        f"uden for 95{sign}: {found.outside95} ({first} ventes, når ingen skiller sig ud), heraf uden for {level}: "
        f"{found.outside998} ({second})",
        f"outside 95{sign}: {found.outside95} ({first} expected where none stands out), of which outside {level}: "
        f"{found.outside998} ({second})",
    )


def unsettled(context: Reader, found: Comparison) -> str:
    """'Tre afdelinger kan ikke vurderes sikkert: De uoplyste …', 'To afdelinger har for få …'; empty without any."""
    parts = []
    if found.unsettled:
        some = _some(context, found, found.unsettled)
        parts.append(context.t(
            f"{some} kan ikke vurderes sikkert: Manglende oplysninger kan ændre vurderingen.",
            f"{some} cannot be settled: missing data could change the verdict.",
        ))  # fmt: skip
    if found.too_few:
        some = _some(context, found, found.too_few)
        parts.append(context.t(
            f"{some} har for få patienter til at skelne fra landet.",
            f"{some} {'has' if found.too_few == 1 else 'have'} too few patients to tell from the country.",
        ))  # fmt: skip
    return " ".join(parts)


def _some(context: Reader, found: Comparison, value: int) -> str:
    """'Tre afdelinger', 'Ét hospital'."""
    noun = units_word(context, found, value)
    return f"{number(context, value, True, 'ét' if noun == 'hospital' else 'én')} {noun}"


def hidden(context: Reader, found: Comparison) -> str:
    """'To afdelinger er skjult og indgår ikke: …'; empty where none are."""
    gone = found.hidden
    if not gone:
        return ""
    noun = units_word(context, found, len(gone))
    some = number(context, len(gone), True, "ét" if noun == "hospital" else "én")
    listed = fmt.listed([names.unit_name(context, one, prose=True) for one in gone], context.lang)
    return context.t(
        f"{some} {noun} er skjult og indgår ikke: {listed}.",
        f"{some} {noun} {'is' if len(gone) == 1 else 'are'} hidden and left out: {listed}.",
    )


def limits_word(context: Reader, found: Comparison) -> str:
    """How the limits are drawn."""
    t = context.t
    if found.summary.adjusted:
        phi = fmt.number(round(found.summary.phi_winsorised, 1), 1, context.lang)
        many = units_word(context, found, definite=True)
        return t(
            f"Grænserne er udvidet, fordi {many} generelt spreder sig mere end tilfældigt (overspredning {phi}).",
            f"The limits are widened, because the {many} in general spread more than by chance (overdispersion {phi}).",
        )
    if found.indicator.survival_years:
        exact = t("Grænserne er beregnet på skalaen log(−log S)", "The limits are made on the scale log(−log S)")
    else:
        exact = t("Grænserne er eksakte binomiale", "The limits are exact binomial")
    if len(found.shown) < LEAST_UNITS:
        return exact + t(
            "; der er for få enheder til at rette for, at de kan sprede sig mere end tilfældigt (overspredning).",
            "; the units are too few to allow for a spread beyond chance (overdispersion).",
        )
    return exact + t(
        "; enhederne spreder sig ikke mere end tilfældigt (ingen overspredning).",
        "; the units spread no more than by chance (no overdispersion).",
    )


def large(context: Reader, found: Comparison) -> str:
    """Which units are judged against the others, as they are much of the country; empty where none is."""
    if not found.large:
        return ""
    t, one = context.t, len(found.large) == 1
    listed = fmt.listed([unit_name(context, place) for place in found.large], context.lang)
    share = fmt.percent(LARGE, 0, context.lang)
    whose = t("de øvrige" if one else "de øvrige, hver for sig", "the others" if one else "the others, each by itself")
    return t(
        f"{listed} har over {share} af landets patienter og er vurderet mod {whose}; "
        "figurens grænser er om hele landet.",
        f"{listed} {'has' if one else 'have'} more than {share} of the country's patients and {'is' if one else 'are'} "
        f"judged against {whose}; the limits drawn are about the whole country.",
    )


def order(context: Reader, found: Comparison) -> str:
    """How much of a ranking is real."""
    t, share = context.t, found.summary.rankability
    if found.verdict in ("hidden", "no_data", "one"):
        return difference(context, found)
    if found.verdict != "none" and share != share:
        return t(
            "Næsten alle enheder ligger på 0 eller 100 %; hvor meget af rangordenen der er reel, kan ikke beregnes.",
            "Nearly all units are at 0 or 100%; how much of the order is real cannot be estimated.",
        )
    if found.verdict == "none":
        return t("Rangordenen er tilfældig: Der er ingen påviselig forskel.",
                 "The order is chance: there is no detectable difference.")  # fmt: skip
    text = fmt.percent(share, 0, context.lang)
    low, high = found.summary.rankability_lower, found.summary.rankability_upper
    if low == low:
        text += f" ({fmt.interval(low, high, 0, context.lang)})"
    if share < RANKABLE:
        return t(
            f"Rangordenen er mest tilfældig: Kun {text} af variationen er reel.",
            f"The order is mostly chance: only {text} of the variation is real.",
        )
    return t(
        f"{text} af variationen er reel; resten er tilfældig.", f"{text} of the variation is real; the rest is chance."
    )


def of_registration(indicator: Indicator) -> bool:
    """Whether it tells how well patients are registered, not how they are treated: the family of data quality, and what
    measures the registration of a case-mix variable."""
    return indicator.family == "data" or bool(indicator.measures)


def registration(context: Reader, every: Sequence[Comparison]) -> str:
    """That the registration stands by itself, and on how many of its indicators it varies; '' without any."""
    t = context.t
    judged = [one for one in every if of_registration(one.indicator) and one.verdict in ("real", "uncertain", "none")]
    if not judged:
        return ""
    real, total = sum(one.verdict == "real" for one in judged), len(judged)
    noun = t("indikator" if total == 1 else "indikatorer", "indicator" if total == 1 else "indicators")
    if not real:
        return t("Registreringen står for sig nederst.", "Registration stands by itself below.")
    return t(
        f"Registreringen, der står for sig nederst, varierer mere, end tilfældet kan forklare, på "
        f"{number(context, real)} af {number(context, total)} {noun}.",
        f"Registration, which stands by itself below, varies by more than chance for {number(context, real)} of "
        f"{number(context, total)} {noun}.",
    )


def head(context: Reader, every: Sequence[Comparison]) -> list[str]:
    """The page's one finding: of care; of registration where there is nothing else."""
    t = context.t
    every = [one for one in every if not of_registration(one.indicator)] or every
    judged = [one for one in every if one.verdict in ("real", "uncertain", "none")]
    if not judged:
        if any(one.verdict == "hidden" for one in every):
            return [t("Variationen kan ikke vurderes i den offentlige udgave.",
                      "The variation cannot be judged in the public edition.")]  # fmt: skip
        return [t("Der er intet at sammenligne i perioden.", "There is nothing to compare in the period.")]
    real = sorted((one for one in judged if one.verdict == "real"), key=lambda one: -one.patients)
    the_units, many = units_word_of(context, judged[0]), units_word_of(context, judged[0], False)
    total = len(judged)
    noun = t("indikator" if total == 1 else "indikatorer", "indicator" if total == 1 else "indicators")
    if not real:
        return [t(
            f"For ingen af de {total} indikatorer kan det påvises, at {the_units} varierer mere end tilfældigt."
            if total > 1 else f"Det kan ikke påvises, at {the_units} varierer mere end tilfældigt.",
            f"For none of the {total} {noun} do the {many} vary by more than chance can explain.",
        )]  # fmt: skip
    first = t(
        f"For {number(context, len(real))} af {number(context, total)} {noun} varierer {the_units} mere, "
        "end tilfældet kan forklare.",
        f"For {number(context, len(real))} of {number(context, total)} {noun} the {many} vary by more than chance can "
        "explain.",
    )
    top = real[0]
    if round(top.concerned) < 1:
        return [first]
    amount = f"{fmt.count(round(top.concerned), context.lang)} {counted(context, top.indicator, top.concerned)}"
    name = title(context, top.indicator)
    return [first, t(f"Størst betydning har »{name}«: {amount} om året.", f"“{name}” matters most: {amount} a year.")]


def units_word_of(context: Reader, found: Comparison, definite: bool = True) -> str:
    """The units' word for a whole database: departments, also where some indicators belong to palliative units."""
    if found.by != "department":
        return units_word(context, found, definite=definite)
    return context.t("afdelingerne" if definite else "afdelinger", "departments")
