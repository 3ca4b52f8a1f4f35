"""The choices of the survival page: cohort of diagnosis, grouping and cause of death, read from the URL."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from data.delivered import not_delivered
from results.survival import curves as tables
from results.survival.curves import Cohort
from results.view import periods
from words import format as fmt
from words.choices import Problem
from words.reader import Reader

#: The groupings' words in the URL and in the menu.
BY = {
    "stadie": ("stage", "Stadie", "Stage"),
    "region": ("region", "Region", "Region"),
    "afdeling": ("department", "Afdeling", "Department"),
    "alder": ("age_group", "Alder", "Age"),
    "koen": ("sex", "Køn", "Sex"),
    "periode": ("period", "Diagnoseår", "Year of diagnosis"),
    "ingen": ("none", "Ingen", "None"),
}
WORD = {name: word for word, (name, _, _) in BY.items()}
ENDPOINT = {"alle": "overall", "kraeft": "cancer_specific"}
#: The page's views: each answers a question.
VIEWS = {
    "kurver": ("Hvor mange lever efter 1 og 5 år?", "How many are alive after 1 and 5 years?"),
    "netto": ("Hvad betyder kræften i sig selv?", "What does the cancer do by itself?"),
    "justeret": ("Er der forskel, når patienterne er ens?", "Do places differ when patients are alike?"),
    "udvikling": ("Går det fremad?", "Is there progress?"),
}
#: ``diagnose`` is checked against the years of the database, so that the page can say which there are.
EXTRAS = {"diagnose": re.compile(r"(?s).*"), "efter": tuple(BY), "doed": tuple(ENDPOINT), "vis": tuple(VIEWS)}
SEVERAL_YEARS = 5  # how many years are compared where the reader names none


@dataclass(frozen=True)
class CohortContext(Reader):
    """The page's surroundings with the cohort as its period, for stamps, downloads and permalinks."""

    cohort_text: str = ""

    @property
    def period_label(self) -> str:
        return f"{self.t('diagnosticeret', 'diagnosed')} {self.cohort_text}"


@dataclass(frozen=True)
class ChosenSurvival:
    """What the reader chose: ``first`` is the cohort of the 1-year column, ``problems`` what could not be followed."""

    context: Reader
    pinned: CohortContext
    by: str
    endpoint: str
    cohort: Cohort
    first: Cohort
    problems: tuple[Problem, ...]

    @property
    def view(self) -> str:
        """A key of :data:`VIEWS`."""
        return self.context.state.choice("vis", "kurver")

    @property
    def cohort_text(self) -> str:
        return cohort_text(self.context, self.cohort)


def cohort_text(context: Reader, cohort: Cohort) -> str:
    """'2020', '2018–2020', '2019/20'."""
    ends = [fmt.period(year, context.first_month, context.lang) for year in (cohort.first, cohort.last)]
    return ends[0] if cohort.first == cohort.last else fmt.EN_DASH.join(ends)


def read(context: Reader) -> ChosenSurvival:
    """The choices of the URL, resolved against the database; what does not exist becomes a Problem."""
    state, view, problems = context.state, context.view, []
    endpoint = ENDPOINT[state.choice("doed", "alle")]
    by = tables.default_grouping(view)
    if state.stage is not None and by == "stage":
        by = "region"  # one stage is no division
    if word := state.choice("efter"):
        if BY[word][0] == "stage" and not view.has_stages:
            why = (
                f"{context.database} inddeler ikke patienterne i stadier",
                f"{context.database} does not stage its patients",
            )
            if view.about.has_stages:
                why = tuple(text.removesuffix(".") for text in not_delivered(["cases.stage"]))
            problems.append(
                Problem(
                    "efter", word, f"{why[0]}; der er opdelt efter region.", f"{why[1]}; the division is by region."
                )
            )
        else:
            by = BY[word][0]
    latest = tables.default_cohort(view)
    years, filled = periods(view.snapshot, view.database), tables.diagnosis_years(view)
    cohort = latest if by != "period" else Cohort(max(filled[0], latest.last - SEVERAL_YEARS + 1), latest.last)
    default = cohort
    if text := state.choice("diagnose"):
        found = parse(text)
        if found is None or found.first < years[0] or found.last > years[-1]:
            problems.append(_no_such_years(text, years))
        else:
            cohort = found
    first = (tables.latest_followed(view, 1) or cohort) if cohort == default and by != "period" else cohort
    named = {f.name: getattr(context, f.name) for f in fields(Reader)}
    # Files of the page are divided as the page is: a division that it did not use is not asked of them.
    refused = {"efter": None} if any(one.parameter == "efter" for one in problems) else {}
    named["state"] = state.with_(diagnose=_word(cohort), **refused)
    return ChosenSurvival(
        context,
        CohortContext(**named, cohort_text=cohort_text(context, cohort)),
        by,
        endpoint,
        cohort,
        first,
        tuple(problems),
    )


def parse(text: str) -> Cohort | None:
    """The cohort of '2020' or '2018-2020' (the years in which the reporting years begin); None if it is neither."""
    match = re.fullmatch(r"(\d{4})(?:[-–](\d{4}))?", text.strip())
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return Cohort(first, last) if first <= last else None


def _word(cohort: Cohort) -> str:
    return str(cohort.first) if cohort.first == cohort.last else f"{cohort.first}-{cohort.last}"


def _no_such_years(text: str, years: tuple[int, ...]) -> Problem:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return Problem(
        "diagnose",
        shown,
        f"Valget diagnose={shown} er ikke brugt. Skriv et år som {years[-1]} eller en periode som "
        f"{max(years[0], years[-1] - 2)}-{years[-1]}; databasen har {years[0]}–{years[-1]}.",
        f"The choice diagnose={shown} was not used. Write a year such as {years[-1]} or a period such as "
        f"{max(years[0], years[-1] - 2)}-{years[-1]}; the database has {years[0]}–{years[-1]}.",
    )
