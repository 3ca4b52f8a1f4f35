"""Case mix: what a unit's patients bring, and the number of events expected of them.

One model per database, indicator and period: logistic regression (for survival: Poisson regression on person-time) of
age group, sex, stage, performance status and comorbidity, not registered being a category of its own. It is fitted to
the patients of all compared units together, so that expected and observed events add up to the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.schema import SEXES, STAGES
from data.selection import AGE_GROUPS, BY_NAME
from data.text import Text
from indicators.declaration import Indicator
from indicators.engine import CountedGroups
from indicators.statistics import logistic
from indicators.statistics.logistic import Band, Regression, Validation

#: Fewer events, or patients without, than this: a category is merged; and as many are asked for each parameter.
LEAST = 10
#: In order of priority: where events are few, the last are left out first.
VARIABLES = ("age_group", "stage", "performance_status", "comorbidity", "sex")
LEVELS: dict[str, tuple[str, ...]] = {
    "age_group": AGE_GROUPS,
    "stage": STAGES,
    "performance_status": ("0", "1", "2", "3", "4"),
    "comorbidity": ("0", "1", "2", "3"),
    "sex": SEXES,
}
#: The name of the category "not registered".
MISSING = ""


@dataclass(frozen=True)
class Category:
    """One category: its patients and events, and its odds ratio (survival: rate ratio) with 95 % limits.

    ``name`` "" is not registered. ``group`` names the categories that share its coefficient; the reference has 1.
    NaN where the variable is not in the model.
    """

    name: str
    patients: float
    events: float
    group: tuple[str, ...]
    ratio: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")


@dataclass(frozen=True)
class CaseMixVariable:
    """A variable; ``left_out``: why it is not in the model, None where it is."""

    id: str
    title: Text
    categories: tuple[Category, ...]
    left_out: Text | None

    @property
    def missing(self) -> float:
        """Patients of whom it is not registered."""
        return sum(one.patients for one in self.categories if one.name == MISSING)


@dataclass(frozen=True)
class ModelCard:
    """What one should know of a case-mix model. ``refused``: why there is none (then no AUC, bands or ratios).

    ``auc`` and ``bands`` (observed against expected by tenths of predicted risk) are of the data that the model was
    fitted to. ``ridge``: the penalty used against separation, 0 for plain maximum likelihood. ``kind``: logistic or
    poisson. ``parameters`` counts the coefficients beside the intercept(s). ``fitted_to``: design; events, patients
    and row of the design of each pattern.
    """

    kind: str
    patients: float
    events: float
    variables: tuple[CaseMixVariable, ...]
    parameters: int
    auc: float
    bands: tuple[Band, ...]
    ridge: float
    refused: Text | None
    fitted_to: tuple[np.ndarray, ...] | None = field(default=None, repr=False, compare=False)

    def validation(self) -> Validation | None:
        """AUC corrected for optimism, and the calibration slope; None without a logistic model. Takes a moment."""
        return None if self.fitted_to is None else logistic.validate(*self.fitted_to)

    @property
    def stands(self) -> bool:
        """Whether there is a model."""
        return self.refused is None


@dataclass(frozen=True)
class Columns:
    """Design columns of patterns: dummy variables without the intercept, and the variables they describe.

    ``distinct``: each design row that there is once; ``row``: that of each pattern. Most patterns differ by what is not
    in the model: a fit to the distinct rows is the same, and several times as fast.
    """

    distinct: np.ndarray
    row: np.ndarray
    variables: tuple[CaseMixVariable, ...]
    place: dict[tuple[str, str], int]  # (variable, category) → column; the reference has none

    @property
    def matrix(self) -> np.ndarray:
        """The design row of each pattern."""
        return self.distinct[self.row]

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Values of patterns added up by distinct design row."""
        return np.bincount(self.row, values, len(self.distinct))

    def with_ratios(self, fitted: Regression, first: int) -> tuple[CaseMixVariable, ...]:
        """The variables with their ratios; ``first``: the first column's place among the coefficients."""
        found = []
        for variable in self.variables:
            categories = variable.categories
            if variable.left_out is None:
                categories = tuple(_with_ratio(one, self.place.get((variable.id, one.name)), fitted, first)
                                   for one in categories)  # fmt: skip
            found.append(replace(variable, categories=categories))
        return tuple(found)


def _with_ratio(one: Category, place: int | None, fitted: Regression, first: int) -> Category:
    if place is None:
        return replace(one, ratio=1.0)
    value, error = fitted.coefficients[first + place], fitted.errors[first + place]
    low, high = np.exp([value - 1.96 * error, value + 1.96 * error])
    return replace(one, ratio=float(np.exp(value)), lower=float(low), upper=float(high))


def fit(indicator: Indicator, groups: pd.DataFrame) -> tuple[ModelCard, np.ndarray | None]:
    """The model of one indicator, and the expected numerator of each row of ``groups`` (None without a model).

    ``groups`` has the indicator's case-mix columns (None/NA: not registered), ``denominator`` and ``numerator``.
    """
    n, x = (groups[name].to_numpy(float) for name in ("denominator", "numerator"))
    return fit_coded(indicator, Coded.of(groups, indicator.case_mix), n, x)


def fit_coded(indicator: Indicator, coded: Coded, n: np.ndarray, x: np.ndarray) -> tuple[ModelCard, np.ndarray | None]:
    """``fit`` of rows that are coded already, with ``n`` patients and ``x`` events."""
    if not indicator.case_mix:
        none = Text(
            "Opgørelsen har ingen oplysninger om den enkelte patient.",
            "The counts hold nothing about the single patient.",
        )
        return refusal("logistic", n.sum(), x.sum(), (), none), None
    pattern, first = coded.patterns
    n_each, x_each = np.bincount(pattern, n, len(first)), np.bincount(pattern, x, len(first))
    codes = {name: code[first] for name, code in coded.codes.items()}
    columns = design(indicator, codes, n_each, x_each, n_each - x_each)
    why = why_refused(columns.variables, x.sum(), n.sum() - x.sum())
    if why is not None:
        return refusal("logistic", n.sum(), x.sum(), columns.variables, why), None
    matrix = np.column_stack([np.ones(len(columns.distinct)), columns.distinct])
    events, patients = columns.sum(x_each), columns.sum(n_each)
    fitted = logistic.logistic(matrix, events, patients)
    card = ModelCard(
        "logistic",
        n.sum(),
        x.sum(),
        columns.with_ratios(fitted, 1),
        columns.distinct.shape[1],
        logistic.auc(fitted.fitted, events, patients),
        logistic.calibration(fitted.fitted, events, patients),
        fitted.ridge,
        None,
        (matrix, x_each, n_each, columns.row),
    )
    return card, n * fitted.fitted[columns.row[pattern]]


def refusal(kind: str, patients: float, events: float, variables: tuple[CaseMixVariable, ...], why: Text) -> ModelCard:
    """The card of a model that does not stand."""
    return ModelCard(kind, patients, events, variables, 0, float("nan"), (), 0.0, why)


@dataclass(frozen=True)
class Coded:
    """Rows by case mix. ``codes``: each variable's level per row (number of levels: not registered). ``key``: all of
    them in one number."""

    codes: dict[str, np.ndarray]
    key: np.ndarray

    @classmethod
    def of(cls, groups: pd.DataFrame, names: Sequence[str]) -> Coded:
        """Of a frame's columns (None/NA: not registered)."""
        codes = {}
        for name in names:
            levels = LEVELS[name]
            values = groups[name]
            if pd.api.types.is_numeric_dtype(values):  # the levels of whole numbers are their own places
                code = values.to_numpy(float, na_value=np.nan)
                code = np.where(np.isnan(code), len(levels), code).astype(np.int64)
            else:
                code = pd.Categorical(values, categories=levels).codes.astype(np.int64)
                code[code < 0] = len(levels)
            codes[name] = code
        return cls.by_codes(codes, len(groups))

    @classmethod
    def of_counted(cls, found: CountedGroups, names: Sequence[str]) -> Coded:
        """Of counted groups."""
        codes = {}
        for name in names:
            levels = LEVELS[name]
            number = {level: place for place, level in enumerate(levels)}
            words = [str(value) if isinstance(value, str) else str(int(value)) for value in found.values[name].tolist()]
            # The last stands for no value.
            codes[name] = np.array([*(number.get(word, len(levels)) for word in words), len(levels)])[found.place[name]]
        return cls.by_codes(codes, len(found.groups))

    @classmethod
    def by_codes(cls, codes: dict[str, np.ndarray], rows: int) -> Coded:
        """Of each variable's level per row; without a variable all rows are alike."""
        key = np.zeros(rows, dtype=np.int64)
        for name, code in codes.items():
            key = key * (len(LEVELS[name]) + 1) + code
        return cls(codes, key)

    def rows(self, rows: np.ndarray) -> Coded:
        """Some of the rows."""
        return Coded({name: code[rows] for name, code in self.codes.items()}, self.key[rows])

    @property
    def patterns(self) -> tuple[np.ndarray, np.ndarray]:
        """The row's pattern, and one row of each pattern."""
        _, first, pattern = np.unique(self.key, return_index=True, return_inverse=True)
        return pattern, first


def patterns(groups: pd.DataFrame, names: Sequence[str]) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Each variable's level per row (number of levels: not registered), the row's pattern, one row of each pattern."""
    coded = Coded.of(groups, names)
    return coded.codes, *coded.patterns


def design(
    indicator: Indicator, codes: dict[str, np.ndarray], patients: np.ndarray, events: np.ndarray, others: np.ndarray
) -> Columns:
    """Dummy columns for patterns, thin categories merged and variables left out where they cannot be estimated.

    ``events`` and ``others`` (patients without the event) per pattern decide what is thin; see docs.
    """
    variables: list[CaseMixVariable] = []
    merged: dict[str, np.ndarray] = {}  # variable → the group of each level
    for name in VARIABLES:
        if name not in codes:
            continue
        levels = (*LEVELS[name], MISSING)
        size, yes, no = (np.bincount(codes[name], part, len(levels)) for part in (patients, events, others))
        groups = _merged(yes, no, size)
        belongs = {level: group for group in groups for level in group}
        categories = tuple(
            Category(levels[one], size[one], yes[one], tuple(levels[other] for other in belongs[one]))
            for one in range(len(levels))
            if size[one] > 0
        )
        variables.append(CaseMixVariable(name, title(name), categories, _left_out(indicator, name, size, len(groups))))
        number = {level: place for place, group in enumerate(groups) for level in group}
        merged[name] = np.array([number.get(level, 0) for level in range(len(levels))])
    variables = _within_budget(variables, min(events.sum(), others.sum()))
    used = [one.id for one in variables if one.left_out is None]
    row, first = _distinct([merged[name][codes[name]] for name in used], len(patients))
    matrix, place, present = [], {}, np.bincount(row, patients, len(first)) > 0
    for name in used:
        of_level, level = merged[name], codes[name]
        there = np.bincount(level, minlength=len(of_level)) > 0
        sizes = np.bincount(of_level[level], patients)
        reference = int(sizes.argmax())
        for group in (group for group in range(len(sizes)) if group != reference):
            names = {(*LEVELS[name], MISSING)[at] for at in np.flatnonzero(there & (of_level == group))}
            column = (of_level[level[first]] == group).astype(float)
            # Referrals without a case lack everything at once: one coefficient says it for all variables.
            # Asked of the patients there are: of those of other years nothing is known yet.
            known = (
                at for at, other in enumerate(matrix)
                if names == {MISSING} and np.array_equal(column[present], other[present])
            )  # fmt: skip
            at = next(known, len(matrix))
            place |= {(name, category): at for category in names}
            if at == len(matrix):
                matrix.append(column)
    stacked = np.column_stack(matrix) if matrix else np.zeros((len(first), 0))
    return Columns(stacked, row, tuple(variables), place)


def _distinct(groups: Sequence[np.ndarray], patterns: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct combination of groups that each pattern has, and one pattern of each combination."""
    key = np.zeros(patterns, dtype=np.int64)
    for group in groups:
        key = key * (int(group.max(initial=0)) + 1) + group
    one_of = np.full(int(key.max(initial=-1)) + 1, -1)
    one_of[key] = np.arange(patterns)
    number = np.cumsum(one_of >= 0) - 1
    return number[key], one_of[one_of >= 0]


def _merged(yes: np.ndarray, no: np.ndarray, size: np.ndarray) -> list[tuple[int, ...]]:
    """Levels that share a category, each with events and non-events enough; the last level is not registered.

    The thinnest category joins its thinner neighbour; not registered, which has no neighbours, joins the largest.
    """
    missing = len(size) - 1
    groups = [(level,) for level in range(missing) if size[level] > 0]
    # A handful of numbers: arrays would take longer to call.
    events, others = yes[size > 0].tolist(), no[size > 0].tolist()
    if size[missing] > 0:
        of_missing = min(events.pop(), others.pop())
    thin = [min(pair) for pair in zip(events, others, strict=True)]
    while len(groups) > 1 and min(thin) < LEAST:
        place = thin.index(min(thin))
        beside = [one for one in (place - 1, place + 1) if 0 <= one < len(groups)]
        low, high = sorted((place, min(beside, key=thin.__getitem__)))
        for values in (groups, events, others):
            values[low : high + 1] = [values[low] + values[high]]
        thin[low : high + 1] = [min(events[low], others[low])]
    if size[missing] > 0:
        if groups and min(of_missing, *thin) < LEAST:
            largest = max(range(len(groups)), key=lambda one: size[list(groups[one])].sum())
            groups[largest] = (*groups[largest], missing)
        else:
            groups.append((missing,))
    return groups


def _left_out(indicator: Indicator, name: str, size: np.ndarray, categories: int) -> Text | None:
    if name in indicator.measures:
        return Text(
            "Indikatoren måler selv, om variablen er registreret.",
            "The indicator itself measures whether the variable is registered.",
        )
    if size[:-1].sum() == 0:
        return Text("Ikke registreret i udtrækket.", "Not registered in the extract.")
    if (size > 0).sum() == 1:
        return Text("Alle patienter er i samme kategori.", "All patients are in one category.")
    if categories == 1:
        return Text(
            f"Færre end {LEAST} hændelser eller ikke-hændelser i kategorierne.",
            f"Fewer than {LEAST} events or non-events in the categories.",
        )
    return None


def _within_budget(variables: list[CaseMixVariable], fewest: float) -> list[CaseMixVariable]:
    """Left out from the last until there are ``LEAST`` events and non-events for each coefficient."""
    kept = [place for place, one in enumerate(variables) if one.left_out is None]
    while kept and LEAST * sum(_coefficients(variables[place]) for place in kept) > fewest:
        place = kept.pop()
        why = Text(
            f"For få hændelser: mindst {LEAST} pr. parameter.", f"Too few events: at least {LEAST} per parameter."
        )
        variables[place] = replace(variables[place], left_out=why)
    return variables


def _coefficients(variable: CaseMixVariable) -> int:
    return len({one.group for one in variable.categories}) - 1


def why_refused(variables: tuple[CaseMixVariable, ...], events: float, others: float) -> Text | None:
    """Why no model can be fitted, or None."""
    if any(one.left_out is None for one in variables):
        return None
    if min(events, others) < 2 * LEAST:
        return Text(
            f"For få hændelser til en model ({min(events, others):.0f}; der skal mindst {2 * LEAST} til).",
            f"Too few events for a model ({min(events, others):.0f}; at least {2 * LEAST} are needed).",
        )
    if variables and len({one.left_out for one in variables}) == 1:
        return variables[0].left_out
    return Text("Ingen variabel kan indgå i en model.", "No variable can be part of a model.")


def title(name: str) -> Text:
    """What a variable is called."""
    return Text(BY_NAME[name].da, BY_NAME[name].en)
