"""The survival endpoints, declared as data."""

from __future__ import annotations

from dataclasses import dataclass

from data.text import Text
from survival.estimators import (
    CAUSES,
    LAST_OTHER,
    NO_CASES,
    NOT_REACHED,
    DailyCounts,
    Steps,
    aalen_johansen,
    kaplan_meier,
)

KAPLAN_MEIER, AALEN_JOHANSEN = "Kaplan–Meier", "Aalen–Johansen"


@dataclass(frozen=True)
class Endpoint:
    """One way to follow patients after diagnosis.

    ``causes``: the causes of death that are events; other deaths are censored (Kaplan–Meier) or competing
    events (Aalen–Johansen). ``question``: what the curve answers; ``meaning``: how to read it.
    """

    id: str
    title: Text
    question: Text
    meaning: Text
    method: str
    causes: tuple[str, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The optional columns (``table.column``) without which a database does not report it."""
        return ("cases.cause_of_death",) if self.by_cause else ()

    @property
    def by_cause(self) -> bool:
        """Does a death of unknown cause have to be counted on one side or the other?"""
        return self.causes != CAUSES

    @property
    def falls(self) -> bool:
        """A survival that starts at 1 and falls (else an incidence that starts at 0 and rises)."""
        return self.method == KAPLAN_MEIER

    def fit(self, counts: DailyCounts) -> Steps:
        """The step function of every group of ``counts``."""
        estimator = kaplan_meier if self.method == KAPLAN_MEIER else aalen_johansen
        return estimator(counts, self.causes)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "overall",
        Text("Samlet overlevelse", "Overall survival"),
        Text(
            "Hvor stor en andel er i live et givet antal år efter diagnosen?",
            "What proportion is alive a given number of years after the diagnosis?",
        ),
        Text(
            "Alle dødsfald tæller, uanset årsag. Patienter, der er udrejst eller endnu ikke er "
            "fulgt så længe, indgår, så længe de er fulgt. Tallet er ikke korrigeret for case-mix.",
            "Every death counts, whatever its cause. Patients who have emigrated or have not yet "
            "been followed for so long contribute for as long as they were followed. The figure is "
            "not adjusted for case mix.",
        ),
        KAPLAN_MEIER,
        CAUSES,
    ),
    Endpoint(
        "cancer_specific",
        Text("Kræftspecifik overlevelse", "Cancer-specific survival"),
        Text(
            "Hvor stor en andel ville være i live, hvis man kun kunne dø af kræftsygdommen?",
            "What proportion would be alive if the cancer were the only possible cause of death?",
        ),
        Text(
            "Kun dødsfald af kræft tæller; andre dødsfald censureres. Det forudsætter, at de, der "
            "dør af andet, ellers ville have haft samme risiko for at dø af kræft, og 100 % minus "
            "tallet overvurderer den andel, der faktisk dør af kræft. Dødsfald med ukendt årsag "
            "tæller som kræft.",
            "Only deaths from cancer count; other deaths are censored. This assumes that those who "
            "die of something else would otherwise have had the same risk of dying from cancer, "
            "and 100% minus the figure overstates the proportion who actually die from cancer. "
            "Deaths of unknown cause count as cancer.",
        ),
        KAPLAN_MEIER,
        ("cancer", "unknown"),
    ),
    Endpoint(
        "cif_cancer",
        Text("Kumuleret incidens af død af kræft", "Cumulative incidence of death from cancer"),
        Text(
            "Hvor stor en andel er faktisk død af kræft et givet antal år efter diagnosen?",
            "What proportion has actually died from cancer a given number of years after the diagnosis?",
        ),
        Text(
            "Død af andre årsager er en konkurrerende hændelse: den, der er død af andet, kan ikke "
            "længere dø af kræft. Sammen med død af andre årsager og samlet overlevelse giver "
            "tallene 100 %. Dødsfald med ukendt årsag tæller som kræft.",
            "Death from other causes is a competing event: whoever has died of something else can "
            "no longer die from cancer. Together with death from other causes and overall survival "
            "the figures add up to 100%. Deaths of unknown cause count as cancer.",
        ),
        AALEN_JOHANSEN,
        ("cancer", "unknown"),
    ),
    Endpoint(
        "cif_other",
        Text("Kumuleret incidens af død af andre årsager", "Cumulative incidence of death from other causes"),
        Text(
            "Hvor stor en andel er død af andet end kræft et givet antal år efter diagnosen?",
            "What proportion has died of something other than cancer a given number of years after the diagnosis?",
        ),
        Text(
            "Død af kræft er en konkurrerende hændelse. Dødsfald med ukendt årsag tæller som kræft og dermed ikke her.",
            "Death from cancer is a competing event. Deaths of unknown cause count as cancer, hence not here.",
        ),
        AALEN_JOHANSEN,
        ("other",),
    ),
)

BY_ID: dict[str, Endpoint] = {endpoint.id: endpoint for endpoint in ENDPOINTS}

#: Why there is no estimate, for people.
NO_ESTIMATE: dict[str, Text] = {
    NO_CASES: Text("ingen forløb", "no cases"),
    NOT_REACHED: Text(
        "opfølgningen når ikke så langt: ingen under risiko",
        "follow-up does not reach this time: nobody at risk",
    ),
    LAST_OTHER: Text(
        "de sidste under risiko døde af en anden årsag",
        "the last at risk died of another cause: nobody at risk",
    ),
}


def endpoint(id: str) -> Endpoint:
    """The endpoint of that id; raises ValueError naming those that exist."""
    if id not in BY_ID:
        raise ValueError(f"endpoint '{id}' does not exist; use {', '.join(BY_ID)}")
    return BY_ID[id]
