"""What is said of the action plan."""

from __future__ import annotations

from data.text import Text
from results.plan import PlanStatus
from words import format as fmt
from words.reader import Reader

#: State → its mark among the verdicts' and its words.
STATE_WORDS = {
    "met": ("met", Text("nået", "reached")),
    "on_the_way": ("unsettled", Text("på vej", "on the way")),
    "not_met": ("not_met", Text("ikke nået", "not reached")),
    "not_known": ("no_data", Text("ikke oplyst", "not known")),
}
PILLARS = {
    1: Text("Evidensbaseret beslutningsstøtte", "Evidence-based decision support"),
    2: Text("Datastøttet kvalitet", "Data-supported quality"),
    3: Text("Ny viden", "New knowledge"),
    4: Text("Involvering og samarbejde", "Involvement and cooperation"),
}
SOURCES = {
    "nothing": Text("ikke indført endnu", "not entered yet"),
    "data": Text("beregnet", "computed"),
    "entered": Text("indført", "entered"),
}
#: A goal is near where so many of the groups that anything is known of have reached it.
_NEAR = 0.8


def finding(context: Reader, found: PlanStatus) -> list[str]:
    """Which goals are near, and how much nobody knows."""
    t, lang = context.t, context.lang
    near = [
        row.goal.number for row in found.rows
        if row.count("met") and row.count("met") >= _NEAR * (len(row.states) - row.count("not_known"))
        and row.count("not_known") < len(row.states) / 2
    ]  # fmt: skip
    every = len(found.rows)
    unknown = [row.goal.number for row in found.rows if row.count("not_known") == len(row.states)]
    if near:
        listed = fmt.listed([str(number) for number in near], lang)
        goals = t("mål", "goal" if len(near) == 1 else "goals")
        first = t(f"{len(near)} af {every} mål er næsten i hus: {goals} {listed}.",
                  f"{len(near)} of {every} goals are nearly reached: {goals} {listed}.")  # fmt: skip
    else:
        first = t(f"Ingen af de {every} mål er næsten i hus.", f"None of the {every} goals is nearly reached.")
    if not unknown:
        return [first]
    return [first, t(f"Om {len(unknown)} mål er intet oplyst endnu.", f"Nothing is known yet of {len(unknown)} goals.")]


def group_finding(context: Reader, found: PlanStatus, group: str) -> str:
    """How far a group is."""
    reached, every = found.reached(group), len(found.rows)
    own = [found.state(row.goal.number, group) for row in found.rows]
    unknown, way = own.count("not_known"), own.count("on_the_way")
    return context.t(
        f"{group} har nået {reached} af {every} mål; {way} er på vej, og om {unknown} er intet oplyst",
        f"{group} has reached {reached} of {every} goals; {way} are on the way, and of {unknown} nothing is known",
    )
