"""Departments (hospitals, regions) side by side in words: the finding, the lead, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence

from results.across import Tally, tally
from results.compare.departments import SideBySide
from results.compare.peers import Likeness
from results.department import DepartmentRow
from results.foundation import LEAST
from words import department as one_department
from words import format as fmt
from words.chosen.compare import ChosenUnits
from words.overview import digits, lowered, names
from words.reader import Reader

NAMED = 3  # so many departments with unmet standards are named with their numbers


def finding(chosen: ChosenUnits, rows: Sequence[SideBySide]) -> str:
    """'Slagelse opfylder klart ikke standarden på tre af 11 indikatorer. Viborg har ingen klart uopfyldt standard'."""
    context, t = chosen.context, chosen.context.t
    own = {code: [row.rows[n] for row in rows if row.rows[n] is not None] for n, code in enumerate(chosen.codes)}
    if len(own) == 1:
        (code,) = own
        return f"{chosen.names[code]}: {lowered(one_department.finding(context, own[code]))}"
    counts = {code: tally(row.kind for row in mine) for code, mine in own.items()}
    judged = {code: one for code, one in counts.items() if one.judged}
    if not judged:
        return _nothing_judged(chosen, counts)
    failing = sorted((code for code in judged if judged[code].not_met), key=lambda code: -judged[code].not_met)
    clean = [code for code in judged if not judged[code].not_met]
    if not failing:
        return _clean(chosen, clean, whole=len(clean) == len(own))
    if len(failing) > NAMED:
        return _many(chosen, judged, failing)
    first, *rest = failing
    noun = t("indikatorer", "indicators")
    text = t(
        f"{chosen.names[first]} opfylder klart ikke standarden på {_of(context, judged[first])} {noun}",
        f"{chosen.names[first]} clearly does not meet the standard on {_of(context, judged[first])} {noun}",
    )
    if rest:
        others = [t(f"{chosen.names[code]} på {_of(context, judged[code])}",
                    f"{chosen.names[code]} on {_of(context, judged[code])}") for code in rest]  # fmt: skip
        text += f", {fmt.listed(others, context.lang)}"
    return f"{text}. {_clean(chosen, clean, whole=False)}" if clean else text


def _many(chosen: ChosenUnits, judged: dict[str, Tally], failing: Sequence[str]) -> str:
    """'Fem af seks afdelinger har mindst én klart uopfyldt standard; flest har Slagelse, fire af 15'."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    every, most, noun = digits(len(chosen.units), lang), judged[failing[0]], chosen.noun.many
    if len(failing) == len(chosen.units):
        text = t(f"Alle {every} {noun} har mindst én klart uopfyldt standard",
                 f"All {every} {noun} have at least one clearly unmet standard")  # fmt: skip
    else:
        many = digits(len(failing), lang, capital=True)
        text = t(f"{many} af {every} {noun} har mindst én klart uopfyldt standard",
                 f"{many} of {every} {noun} have at least one clearly unmet standard")  # fmt: skip
    if judged[failing[1]].not_met == most.not_met:
        return text
    name, of = chosen.names[failing[0]], _of(context, most)
    return text + t(f"; flest har {name}, {of}", f"; {name} has the most, {of}")


def _of(context: Reader, one: Tally) -> str:
    """'tre af 11'."""
    lang = context.lang
    many = digits(one.not_met, lang) if one.not_met > 1 else context.t("én", "one")
    total = digits(one.judged, lang) if one.not_met < 10 else fmt.count(one.judged, lang)
    if one.judged == 1:
        total = context.t("én", "one")
    return context.t(f"{many} af {total}", f"{many} of {total}")


def _clean(chosen: ChosenUnits, codes: Sequence[str], whole: bool) -> str:
    t, lang = chosen.context.t, chosen.context.lang
    if whole and len(codes) > 2:
        many = digits(len(codes), lang)
        return t(f"Ingen af de {many} {chosen.noun.many} har en klart uopfyldt standard",
                 f"None of the {many} {chosen.noun.many} has a clearly unmet standard")  # fmt: skip
    listed = fmt.listed([chosen.names[code] for code in codes], lang)
    have = "has" if len(codes) == 1 else "have"
    return t(f"{listed} har ingen klart uopfyldt standard", f"{listed} {have} no clearly unmet standard")


def _nothing_judged(chosen: ChosenUnits, counts: dict[str, Tally]) -> str:
    context, t, every = chosen.context, chosen.context.t, chosen.noun.all
    first = f"{every[:1].upper()}{every[1:]}"
    if any(one.hidden for one in counts.values()):
        return t(f"{first}s resultater bygger på få patienter og er skjult",
                 f"{first}' results are on few patients and are hidden")  # fmt: skip
    if any(one.no_standard or one.target for one in counts.values()):
        return t(f"Ingen af {every}s indikatorer har en standard",
                 f"None of {every}' indicators has a standard")  # fmt: skip
    return t(f"{first} har ingen resultater i {context.period_label}",
             f"{first} have no results in {context.period_label}")  # fmt: skip


def lead(chosen: ChosenUnits, rows: Sequence[SideBySide]) -> str:
    """The largest clear difference, how alike they are, the place, the caveat."""
    context, t = chosen.context, chosen.context.t
    parts = [_largest(chosen, rows), _how_alike(chosen)]
    if context.state.place != "treating":
        parts.append(t(f"Opgjort efter behandlende {chosen.noun.one}, ikke efter bopæl.",
                       f"Counted by treating {chosen.noun.one}, not by residence."))  # fmt: skip
    parts.append(t("Ikke case-mix-justeret.", "Not adjusted for case mix."))
    return " ".join(part for part in parts if part)


def _largest(chosen: ChosenUnits, rows: Sequence[SideBySide]) -> str:
    """The indicator on which two of them lie furthest apart, of those whose intervals do not overlap."""
    context, t = chosen.context, chosen.context.t
    if len(chosen.units) < 2:
        return ""
    found = [(row.clear, row) for row in rows if row.clear is not None]
    if not found:
        if any(row.difference is not None for row in rows):
            return t("På ingen indikator ligger to af dem så langt fra hinanden, at intervallerne er adskilt.",
                     "On no indicator do two of them lie so far apart that their intervals are separate.")  # fmt: skip
        return ""
    best, row = max(found, key=lambda one: one[0].points)
    among: list[DepartmentRow] = [one.any for one in rows]
    name = names([row.any], among, context.lang)[0]
    low, high = (
        f"{fmt.percent(row.cells[place].rate, 1, context.lang)} {t('i', 'in')} {chosen.names[chosen.codes[place]]}"
        for place in (best.low, best.high)
    )
    return t(f"Største klare forskel: {name}, {low} og {high}.", f"Largest clear difference: {name}, {low} and {high}.")


def _how_alike(chosen: ChosenUnits) -> str:
    """'Afstand til Slagelse i volumen, case-mix og funktion: Hillerød 0,4 og Viborg 0,5 (0 = ens).'"""
    context, t, alike = chosen.context, chosen.context.t, chosen.alike
    if alike is None or len(chosen.units) < 2:
        return ""
    known = [(code, alike.distance(code)) for code in chosen.codes if alike.distance(code) is not None]
    if not known:
        return ""
    listed = fmt.listed(
        [f"{chosen.names[code]} {fmt.number(away, 1, context.lang)}" for code, away in known], context.lang
    )
    base = chosen.names[alike.unit.code]
    if chosen.level == "hospital":  # which has no role
        return t(f"Afstand til {base} i volumen og case-mix: {listed} (0 = ens).",
                 f"Distance from {base} in volume and case mix: {listed} (0 = alike).")  # fmt: skip
    return t(f"Afstand til {base} i volumen, case-mix og funktion: {listed} (0 = ens).",
             f"Distance from {base} in volume, case mix and role: {listed} (0 = alike).")  # fmt: skip


def why_nobody_alike(context: Reader, alike: Likeness, name: str) -> str:
    """Why no unit can be called like this one; nothing of regions, which nobody asks of."""
    other = {"hospital": ("Intet andet hospital", "No other hospital")}.get(
        alike.unit.level, ("Ingen anden afdeling", "No other department")
    )
    words = {
        "few": (
            f"{name} er ansvarlig for færre end {fmt.number_word(LEAST)} forløb, så ingen kan siges at ligne.",
            f"{name} is responsible for fewer than {fmt.number_word(LEAST, 'en')} cases, so none can be called alike.",
        ),
        "hidden": (
            f"Patienterne i {name} er skjult i den offentlige udgave, så ingen kan siges at ligne."
            if alike.unit.level == "hospital"
            else f"Antallet af forløb i {name} er skjult, så ingen kan siges at ligne.",
            f"The patients of {name} are hidden in the public edition, so none can be called alike."
            if alike.unit.level == "hospital"
            else f"The number of cases at {name} is hidden, so none can be called alike.",
        ),
        "alone": (
            f"{other[0]} har {fmt.number_word(LEAST)} forløb eller flere.",
            f"{other[1]} has {fmt.number_word(LEAST, 'en')} cases or more.",
        ),
    }
    return context.t(*words[alike.why]) if alike.why in words else ""


def how_distance(context: Reader, alike: Likeness | None) -> str:
    """How the distance is found, for the page's foot."""
    t, hospitals = context.t, alike is not None and alike.unit.level == "hospital"
    mix = t("case-mix (alder, køn, stadie, performancestatus og komorbiditet)",
            "case mix (age, sex, stage, performance status and comorbidity)")  # fmt: skip
    parts = t(f" og {mix} tæller halvdelen hver", f" and {mix} count half each") if hospitals else t(
        f", {mix} og funktion tæller en tredjedel hver", f", {mix} and role count a third each")  # fmt: skip
    text = t(
        f"Afstanden er standardiseret og euklidisk: volumen (logaritmen af antal forløb){parts}; 0 er ens. Den siger, "
        "hvem det er rimeligt at måle sig med, ikke hvem der er god.",
        f"The distance is standardised and Euclidean: volume (the logarithm of the number of cases){parts}; 0 is "
        "alike. It says whom it is reasonable to be measured against, not who is good.",
    )
    if alike is not None and alike.partly:
        text += t(" Skjulte andele tæller ikke med i afstanden.", " Hidden shares do not count in the distance.")
    return text
