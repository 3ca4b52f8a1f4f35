"""The bar of choices of the survival page."""

from __future__ import annotations

from layouts.frame import selections as select
from results.survival import curves as tables
from results.survival.curves import Cohort
from words import format as fmt
from words.chosen.survival import BY, ENDPOINT, ChosenSurvival, _word, cohort_text


def selections(chosen: ChosenSurvival, cohort: bool = True) -> list[select.Menu | select.Switch]:
    """The bar of choices; ``cohort``: whether years of diagnosis and a division are among them."""
    context, t = chosen.context, chosen.context.t
    names = [name for name in ("sex", "age", "stage") if name != "stage" or context.view.has_stages]
    by = tuple(
        select.Choice(t(da, en), context.here(efter=word), name == chosen.by)
        for word, (name, da, en) in BY.items()
        if name != "stage" or context.view.has_stages
    )
    by_text = next(one.text for one in by if one.chosen)
    menus = [
        *select.standard(context, "database"),
        _cohorts(chosen),
        select.Menu("efter", t("Opdel efter", "Divide by"), by_text, by),
    ]
    if not cohort:
        menus = select.standard(context, "database")
    elif chosen.by == "department":
        menus.append(_department(chosen))
    words = {"alle": t("Alle årsager", "All causes"), "kraeft": t("Kræft", "Cancer")}
    death = select.Switch(
        "doed",
        t("Død", "Death"),
        tuple(
            select.Choice(text, context.here(doed=None if word == "alle" else word), ENDPOINT[word] == chosen.endpoint)
            for word, text in words.items()
        ),
    )
    place = [] if chosen.by == "department" and cohort else select.standard(context, "place")
    by_cause = [death] if chosen.view in ("kurver", "justeret") else []
    return [*menus, *select.standard(context, *names), *place, *by_cause]


def _cohorts(chosen: ChosenSurvival) -> select.Menu:
    context, view = chosen.context, chosen.context.view
    years = tables.diagnosis_years(view)
    latest = tables.default_cohort(view).last
    found = [Cohort(latest - n + 1, latest) for n in (3, 5) if latest - n + 1 >= years[0]]
    found += [Cohort(year, year) for year in reversed(years)]
    if chosen.cohort not in found:
        found.insert(0, chosen.cohort)
    choices = tuple(
        select.Choice(_followed(chosen, one), context.here(diagnose=_word(one)), one == chosen.cohort) for one in found
    )
    return select.Menu("diagnose", context.t("Diagnoseår", "Diagnosed"), chosen.cohort_text, choices)


def _followed(chosen: ChosenSurvival, cohort: Cohort) -> str:
    """'2023 · fulgt 2 år', where the follow-up is shorter than the curves."""
    context = chosen.context
    text, years = cohort_text(context, cohort), tables.followed_years(context.view, cohort)
    if years >= tables.HORIZON:
        return text
    if years == 0:
        return f"{text} · {context.t('fulgt under et år', 'followed less than a year')}"
    return f"{text} · {context.t(f'fulgt {years} år', f'followed {years} year' + 's' * (years > 1))}"


def _department(chosen: ChosenSurvival) -> select.Menu:
    context, t = chosen.context, chosen.context.t
    found = tables.survival(context.view, "department", chosen.endpoint, chosen.cohort).of_level("department")
    named = sorted((one for one in found if one.code), key=lambda one: fmt.collation_key(one.name.da))
    own = context.state.unit
    choices = [select.Choice(t("Ingen valgt", "None chosen"), context.here(unit=None), own is None)]
    choices += [
        select.Choice(t(one.name.da, one.name.en), context.here(unit=one.code), one.code == own) for one in named
    ]
    value = next((one.text for one in choices if one.chosen), str(own))
    return select.Menu("egen", t("Din afdeling", "Your department"), value, tuple(choices), own is not None)
