"""Survival of groups as if their patients were alike: Cox's hazard ratios of one cohort, after disclosure control.

The groups of the survival page, compared on the first five years after the diagnosis and adjusted for the case mix that
the database has (``indicators.casemix``: not registered is a category of its own, thin categories are merged). Places
are compared with the other places together, what has an order (stage, age, year) and the sexes with the first of them.

In the public edition only groups whose five-year survival the page shows are in the model at all, so that nothing of
the others can follow from it; filters and cohorts that are not followed for five years are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.cache import kept_frame
from data.period import period_end, period_start
from data.selection import Selection
from data.store import Snapshot
from data.text import Text
from indicators import casemix
from indicators.adjusted_survival import CHANGES, REFUSALS
from indicators.casemix import LEAST
from indicators.catalogue import BY_ID as INDICATORS
from results import disclosure
from results.cube import method_version
from results.survival import curves, groups
from results.survival.curves import HIDDEN, HORIZON, Survival, default_cohort, followed_years, survival
from results.survival.groups import Cohort, SurvivalGroup
from results.variation.comparison import COVERED
from results.view import Edition, View, default_period
from survival import standardised as standardised_survival
from survival.cox import NO_DEATHS, Cox, NoModel, Ratio, Test, cox
from survival.endpoints import BY_ID
from survival.engine import daily_counts
from survival.estimators import LEAVING, YEAR, DailyCounts
from survival.fits import Mean, SurvivalDifference, difference, difference_of_means, kaplan_meier, restricted_mean
from survival.standardised import standardised

#: What can be adjusted; ``none`` has nothing to compare.
GROUPINGS = tuple(name for name in groups.GROUPINGS if name != "none")
#: Compared with the other places together; the others with their first group.
PLACES = ("region", "department")
#: Why a group has no hazard ratio (besides HIDDEN): nobody died, fewer than LEAST died, or it is what the others are
#: compared with.
NO_DEATH, FEW, REFERENCE = "no_death", "few", "reference"
#: Names kept frames.
VERSION = method_version(
    *(Path(one.__file__) for one in (disclosure, curves, groups, standardised_survival)), Path(__file__)
)
_RATIOS = ("crude", "adjusted", "early", "late")
_GAPS = ("one_year", "five_years", "lived_gap", "alike_one", "alike_five", "alike_lived")
_PARTS = ("value", "lower", "upper", "p")
_ONE = Text("Der er kun én gruppe med dødsfald.", "Only one group has deaths.")
_NO_REFERENCE = Text(
    f"Ingen gruppe har mindst {LEAST} dødsfald at sammenligne de andre med.",
    f"No group has at least {LEAST} deaths to compare the others with.",
)
_FILTERED = Text(
    "Den offentlige udgave justerer kun for alle patienter: forskellen mellem alle og nogle kunne vise, hvad der er "
    "skjult.",
    "The public edition adjusts for all patients only: the difference between all and some could show what is hidden.",
)
_SHORT = Text(
    f"Den offentlige udgave justerer kun årgange, der er fulgt i {HORIZON} år.",
    f"The public edition adjusts only years of diagnosis that are followed for {HORIZON} years.",
)
_TOO_FEW_SHOWN = Text(
    "For få af patienterne er i grupper, der må vises.",
    "Too few of the patients are in groups that may be shown.",
)


@dataclass(frozen=True)
class AdjustedRow:
    """One group. ``patients`` and ``deaths`` within five years: None where hidden. ``state``: "" with a ratio.

    ``crude`` and ``adjusted``: hazard ratios before and after adjustment; ``early`` and ``late``: adjusted, of the
    first year and of the second to fifth, only where the ratios change with time.

    Not adjusted, from the group's own patients and those it is compared with, only in the working edition: ``one_year``
    and ``five_years`` are differences in survival, ``lived`` the mean of the days lived within five years (of the
    reference too), ``lived_gap`` the difference of the means. None where follow-up does not reach that far.

    ``alike_…``: of places, what they would be from the country had each the country's patients: differences in survival
    after one and five years, and in days lived; only in the working edition.
    """

    group: SurvivalGroup
    patients: int | None
    deaths: int | None
    state: str
    crude: Ratio | None = None
    adjusted: Ratio | None = None
    early: Ratio | None = None
    late: Ratio | None = None
    one_year: SurvivalDifference | None = None
    five_years: SurvivalDifference | None = None
    lived: Mean | None = None
    lived_gap: SurvivalDifference | None = None
    alike_one: SurvivalDifference | None = None
    alike_five: SurvivalDifference | None = None
    alike_lived: SurvivalDifference | None = None

    @property
    def verdict(self) -> str:
        """higher or lower mortality, where the whole interval says so, else none; "" without a ratio."""
        if self.adjusted is None:
            return ""
        return "higher" if self.adjusted.lower > 1 else "lower" if self.adjusted.upper < 1 else "none"


@dataclass(frozen=True)
class Adjuster:
    """A variable of the case mix: ``left_out`` why it is not in the model, else the test of its hazards."""

    id: str
    title: Text
    left_out: Text | None
    proportional: Test | None


@dataclass(frozen=True)
class Adjusted:
    """``reference``: the group that the others are compared with, None: each with the others together.

    ``refused``: why there is no model; then no row has a ratio. ``proportional``: whether the groups' hazard ratios are
    the same at all times. ``without``: patients without a group, who are in no row and not in the model; None: hidden.
    """

    view: View
    by: str
    endpoint_id: str
    cohort: Cohort
    rows: tuple[AdjustedRow, ...]
    reference: SurvivalGroup | None
    refused: Text | None
    proportional: Test | None
    adjusters: tuple[Adjuster, ...]
    without: int | None

    @property
    def shown(self) -> tuple[AdjustedRow, ...]:
        """The groups with a hazard ratio."""
        return tuple(row for row in self.rows if row.adjusted is not None)

    @property
    def changes(self) -> bool:
        """Whether the groups' hazard ratios change with the time since diagnosis."""
        return self.proportional is not None and self.proportional.p < CHANGES

    @property
    def used(self) -> tuple[Adjuster, ...]:
        """What is adjusted for."""
        return tuple(one for one in self.adjusters if one.left_out is None)


def adjusted(view: View, by: str, endpoint_id: str, cohort: Cohort) -> Adjusted:
    """The protected result. Raises ValueError for an unknown endpoint or grouping."""
    if by not in GROUPINGS:
        raise ValueError(f"grouping '{by}' cannot be adjusted; use {', '.join(GROUPINGS)}")
    key = ("survival_adjusted", view.key, by, endpoint_id, cohort)
    fitted = bool(view.where) or cohort != default_cohort(view)  # else it is read from a frame as a rule
    return view.snapshot.remember(key, lambda: _adjusted(view, by, endpoint_id, cohort), slow=fitted)


def prepare(snapshot: Snapshot, edition: Edition, databases: Sequence[str]) -> None:
    """Make the frames that are not kept yet: the latest cohort by department, by region and as the page opens."""
    for database in databases:
        view = View(snapshot, edition, database, default_period(snapshot, database))
        for by in dict.fromkeys(("department", "region", curves.default_grouping(view))):
            _kept(view, by, "overall", default_cohort(view))


def _adjusted(view: View, by: str, endpoint_id: str, cohort: Cohort) -> Adjusted:
    found = survival(view, by, endpoint_id, cohort)
    if why := _refused_in_public(view, cohort):
        rows = tuple(AdjustedRow(one, None, None, HIDDEN) for one in _groups(found))
        return Adjusted(view, by, endpoint_id, cohort, rows, None, why, None, (), None)
    lines = _kept(view, by, endpoint_id, cohort).to_dict("records")
    whole = next(line for line in lines if line["part"] == "whole")
    names = {one.code: one for one in _groups(found)}
    rows = [_row(names[line["code"]], line) for line in lines if line["part"] == "group"]
    if by in PLACES:
        rows.sort(key=lambda row: (row.adjusted is None, -row.adjusted.value if row.adjusted else 0))
    adjusters = tuple(
        Adjuster(line["code"], casemix.title(line["code"]), _text(line), _test(line))
        for line in lines
        if line["part"] == "variable"
    )
    reference = next((row.group for row in rows if row.state == REFERENCE), None)
    without = None if view.edition.hides else int(whole["patients"])
    return Adjusted(
        view, by, endpoint_id, cohort, tuple(rows), reference, _text(whole), _test(whole), adjusters, without
    )


def _groups(found: Survival) -> list[SurvivalGroup]:
    """The groups that are compared: of the stage the unregistered too, as the curves have them."""
    return [one for one in found.compared() if one.registered or found.by == "stage"]


def _refused_in_public(view: View, cohort: Cohort) -> Text | None:
    if not view.edition.hides:
        return None
    if view.where:
        return _FILTERED
    return None if followed_years(view, cohort) >= HORIZON else _SHORT


def _kept(view: View, by: str, endpoint_id: str, cohort: Cohort) -> pd.DataFrame:
    """The numbers as a frame: kept on disk for all patients of the cohort that pages open on."""

    def build() -> pd.DataFrame:
        return _frame(view, by, endpoint_id, cohort)

    if view.where or cohort != default_cohort(view):
        return build()
    edition = f"public{view.edition.threshold}" if view.edition.hides else "working"
    place = f"-{view.place}{view.regions}" if by in PLACES else ""
    key = f"adjusted-{VERSION}-{by}{place}-{endpoint_id}-{cohort.first}-{cohort.last}-{edition}"
    return kept_frame(view.snapshot, view.database, key, build)


def _frame(view: View, by: str, endpoint_id: str, cohort: Cohort) -> pd.DataFrame:
    """A line per group, one per variable of the case mix, and one of the whole."""
    found = survival(view, by, endpoint_id, cohort)
    column = groups.column(view, by)
    mix = [name for name in INDICATORS["survival_5y"].case_mix if name != column]
    start, end = period_start(cohort.first, view.first_month), period_end(cohort.last, view.first_month)
    chosen = Selection((column, *mix), view.where, start, end)
    read = daily_counts(view.snapshot, view.database, chosen, view.first_month)
    listed = _groups(found)
    index = {one.code: n for n, one in enumerate(listed)}
    codes = [groups.code_of(view, by, value) for value in read.groups[column]]
    place = np.array([index.get(code, -1) for code in codes], dtype=np.int64)
    hidden = _hidden(view, by, endpoint_id, cohort, found, listed)
    without = int(read.counts.cases[place < 0].sum())
    place = np.where((place >= 0) & hidden[place], -1, place)
    data = _Data(read.groups, read.counts, place, len(listed), BY_ID[endpoint_id].causes)
    lines = []
    for one, patients, deaths, gone in zip(listed, data.patients, data.deaths(), hidden, strict=True):
        line = {"part": "group", "code": one.code, "state": _state(bool(gone), deaths)}
        lines.append(line | ({} if gone else {"patients": patients, "deaths": deaths}))
    whole = {"part": "whole", "code": "", "patients": without}
    if hidden.any() and data.patients.sum() < COVERED * (read.counts.cases.sum() - without):
        return _as_frame([*lines, whole | _words(_TOO_FEW_SHOWN)])
    return _as_frame(_modelled(data, lines, whole, mix, by, view.edition.hides))


def _hidden(
    view: View, by: str, endpoint_id: str, cohort: Cohort, found: Survival, listed: list[SurvivalGroup]
) -> np.ndarray:
    """Which groups may not be shown: those whose five-year point is hidden, in the cohort or in any year of it."""
    gone = np.zeros(len(listed), dtype=bool)
    if not view.edition.hides:
        return gone
    years = range(cohort.first, cohort.last + 1)
    single = [] if len(years) == 1 else [survival(view, by, endpoint_id, Cohort(year, year)) for year in years]
    for part in (found, *single):
        for n, one in enumerate(listed):
            there = part.find(one.level, one.code)
            gone[n] |= there is not None and part.point(there, HORIZON).state == HIDDEN
    return gone


def _state(hidden: bool, deaths: int) -> str:
    if hidden:
        return HIDDEN
    return "" if deaths >= LEAST else FEW if deaths else NO_DEATH


@dataclass(frozen=True)
class _Data:
    """What is modelled: counts per pattern, and which of ``units`` groups each pattern belongs to (−1: none)."""

    patterns: pd.DataFrame
    counts: DailyCounts
    place: np.ndarray
    units: int
    causes: tuple[str, ...]

    def died(self, start: float = -1, end: float = HORIZON * YEAR) -> np.ndarray:
        """Deaths in the span, per pattern."""
        within = (self.counts.day > start) & (self.counts.day <= end)
        return np.bincount(self.counts.group, self.counts.deaths(self.causes) * within, self.counts.groups)

    def _of_units(self, values: np.ndarray) -> np.ndarray:
        inside = self.place >= 0
        return np.bincount(self.place[inside], values[inside], self.units).astype(np.int64)

    @property
    def patients(self) -> np.ndarray:
        return self._of_units(self.counts.cases)

    def deaths(self, start: float = -1, end: float = HORIZON * YEAR) -> np.ndarray:
        """Deaths in the span, per group."""
        return self._of_units(self.died(start, end))

    def fit(self, mix: np.ndarray, start: float = -1, end: float = HORIZON * YEAR) -> tuple[Cox, np.ndarray]:
        """The model of all groups with deaths in the span, and which they are; the first is the model's reference.

        A group without deaths has the hazard ratio 0 and changes no other: the likelihood is then as without it.
        """
        units = np.flatnonzero(self.deaths(start, end))
        if len(units) == 0:
            raise NoModel(NO_DEATHS)
        rows = np.isin(self.place, units)
        number = np.cumsum(rows) - 1
        kept = rows[self.counts.group]
        columns = (getattr(self.counts, one)[kept] for one in ("day", *LEAVING))
        counts = DailyCounts.of(int(rows.sum()), number[self.counts.group[kept]], *columns)
        dummies = (self.place[rows][:, None] == units[None, 1:]).astype(float)
        return cox(counts, np.column_stack([dummies, mix[rows]]), self.causes, start, end), units


def _modelled(data: _Data, lines: list[dict], whole: dict, mix: list[str], by: str, hides: bool) -> list[dict]:
    inside = data.place >= 0
    codes, pattern, first = casemix.patterns(data.patterns[inside], mix)
    patients, deaths = data.counts.cases[inside], data.died()[inside]
    each, died = (np.bincount(pattern, part, len(first)) for part in (patients, deaths))
    design = casemix.design(
        INDICATORS["survival_5y"], {name: code[first] for name, code in codes.items()}, each, died, each - died
    )
    variables = [
        {"part": "variable", "code": one.id} | (_words(one.left_out) if one.left_out else {})
        for one in design.variables
    ]
    why = casemix.why_refused(design.variables, deaths.sum(), (patients - deaths).sum())
    if why is None and (data.deaths() > 0).sum() < 2:
        why = _ONE
    reference = None
    if by not in PLACES:
        reference = next((n for n, line in enumerate(lines) if line["state"] == ""), None)
        if reference is None and why is None:
            why = _NO_REFERENCE
    if why is not None:
        return [*lines, *variables, whole | _words(why)]
    matrix = np.zeros((len(data.place), design.matrix.shape[1]))
    matrix[inside] = design.matrix[pattern]
    try:
        plain, _ = data.fit(matrix[:, :0])
        model, units = data.fit(matrix)
    except NoModel as error:
        return [*lines, *variables, whole | _words(REFUSALS[error.reason])]
    if reference is not None:
        lines[reference]["state"] = REFERENCE
    if not hides:
        _compare(data, lines, reference)
    if not hides and by in PLACES:
        _standardise(data, lines, matrix, model, len(units) - 1)
    for name, one in (("crude", plain), ("adjusted", model)):
        _enter(lines, name, one, units, data.patients, reference, data.deaths() >= LEAST)
    test = model.proportional(range(len(units) - 1))
    whole |= _tested(test)
    for variable, line in zip(design.variables, variables, strict=True):
        if variable.left_out is None:
            columns = sorted({column for (name, _), column in design.place.items() if name == variable.id})
            line |= _tested(model.proportional([len(units) - 1 + one for one in columns]))
    if test.p < CHANGES:
        for name, span in (("early", (-1, YEAR)), ("late", (YEAR, HORIZON * YEAR))):
            try:
                part, there = data.fit(matrix, *span)
            except NoModel:  # the table says that this span has no ratios
                continue
            _enter(lines, name, part, there, data.patients, reference, data.deaths(*span) >= LEAST)
    return [*lines, *variables, whole]


def _enter(
    lines: list[dict],
    name: str,
    model: Cox,
    units: np.ndarray,
    patients: np.ndarray,
    reference: int | None,
    enough: np.ndarray,
) -> None:
    """Put the hazard ratio of each group with deaths enough into its line.

    Against the reference, or else against the other groups together: the mean of their log hazard ratios, each with its
    number of patients as weight.
    """
    others = len(model.coefficients) - (len(units) - 1)
    if reference is not None and not enough[reference]:
        return
    for n, unit in enumerate(units):
        if lines[unit]["state"] != "" or not enough[unit]:
            continue
        if reference is None:
            weights = -patients[units] / (patients[units].sum() - patients[unit])
        else:
            weights = np.where(units == reference, -1.0, 0.0)
        weights[n] = 1
        ratio = model.ratio([*weights[1:], *np.zeros(others)])
        lines[unit] |= {f"{name}_{part}": getattr(ratio, part) for part in _PARTS}


def _compare(data: _Data, lines: list[dict], reference: int | None) -> None:
    """Put differences in survival and in days lived into the lines of the groups with deaths enough: not adjusted."""
    place = data.place[data.counts.group]

    def curve(rows: np.ndarray):
        columns = (getattr(data.counts, one)[rows] for one in ("day", *LEAVING))
        return kaplan_meier(DailyCounts.of(1, 0, *columns), data.causes)

    against = None if reference is None else curve(place == reference)
    for unit, line in enumerate(lines):
        if line["state"] not in ("", REFERENCE):
            continue
        own = curve(place == unit)
        mean = restricted_mean(own, HORIZON * YEAR)
        line |= {"lived_days": mean.days, "lived_error": mean.error}
        if unit == reference:
            continue
        other = against or curve((place >= 0) & (place != unit))
        found = {
            "one_year": difference(own, other, YEAR),
            "five_years": difference(own, other, HORIZON * YEAR),
            "lived_gap": difference_of_means(mean, restricted_mean(other, HORIZON * YEAR)),
        }
        line |= {f"{name}_{part}": getattr(one, part) for name, one in found.items() for part in _PARTS}


def _standardise(data: _Data, lines: list[dict], matrix: np.ndarray, model: Cox, own: int) -> None:
    """Put each place's differences from the country, had it the country's patients, into its line."""
    one, five = standardised(
        data.counts, data.place, data.units, matrix, model.coefficients[own:], model.covariance[own:, own:],
        [YEAR, HORIZON * YEAR], data.causes,
    )  # fmt: skip
    for unit, line in enumerate(lines):
        if line["state"] != "":
            continue
        for name, at, key in (("alike_one", one, "difference"), ("alike_five", five, "difference"),
                              ("alike_lived", five, "gap")):  # fmt: skip
            found = (getattr(at, part)[unit] for part in (key, f"{key}_lower", f"{key}_upper"))
            line |= {f"{name}_{part}": float(value) for part, value in zip(_PARTS[:3], found, strict=True)}


def _words(why: Text) -> dict:
    return {"why_da": why.da, "why_en": why.en}


def _tested(test: Test) -> dict:
    return {"statistic": test.statistic, "degrees": test.degrees_of_freedom, "p": test.p}


_NUMBERS = ("patients", "deaths", "statistic", "degrees", "p", "lived_days", "lived_error",
            *(f"{name}_{part}" for name in (*_RATIOS, *_GAPS) for part in _PARTS))  # fmt: skip
_TEXTS = ("part", "code", "state", "why_da", "why_en")


def _as_frame(lines: list[dict]) -> pd.DataFrame:
    columns = {name: [str(line.get(name, "")) for line in lines] for name in _TEXTS}
    return pd.DataFrame(columns | {name: [float(line.get(name, np.nan)) for line in lines] for name in _NUMBERS})


def _row(group: SurvivalGroup, line: dict) -> AdjustedRow:
    counts = (None if line[name] != line[name] else int(line[name]) for name in ("patients", "deaths"))
    ratios = (_four(line, name, Ratio) for name in _RATIOS)
    one, five, gap, *alike = (_four(line, name, SurvivalDifference) for name in _GAPS)
    lived = Mean(line["lived_days"], line["lived_error"])
    return AdjustedRow(
        group, *counts, line["state"], *ratios, one, five, lived if lived.days == lived.days else None, gap, *alike
    )


def _four(line: dict, name: str, kind):
    values = [line[f"{name}_{part}"] for part in _PARTS]
    return None if values[0] != values[0] else kind(*values)


def _test(line: dict) -> Test | None:
    return None if line["p"] != line["p"] else Test(line["statistic"], int(line["degrees"]), line["p"])


def _text(line: dict) -> Text | None:
    return Text(line["why_da"], line["why_en"]) if line["why_da"] else None
