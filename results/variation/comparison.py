"""Departments, hospitals or regions compared on the indicators of a database: typed results for pages and files.

The working edition shows ``indicators.compare`` as it is. In the public edition every number comes from protected
counts: tables.comparison_public. Regions are those where the patients live, as the command counts them. A survival
indicator of a period is that of the cohort diagnosed so many years before it, as everywhere on the pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data import reference
from data.cache import is_kept, kept_frame, kept_query
from data.period import period_end, period_start
from data.store import Snapshot
from indicators import compare as engine
from indicators.casemix import MISSING, Category, ModelCard
from indicators.catalogue import BY_ID, CATALOGUE
from indicators.declaration import Indicator
from indicators.statistics.comparison import COLUMNS, COUNTED, LARGE, SUMMARY, Summary, with_gaps
from indicators.statistics.logistic import Validation
from indicators.statistics.overdispersion import LEAST_UNITS
from indicators.statistics.verdict import WITHIN
from results import disclosure
from results.audit import Unit, short_names
from results.cube import method_version
from results.foundation import thin
from results.nodes import reported, units, variables_of
from results.variation import public
from results.variation.signals import whole_of
from results.view import Edition, View, default_period

#: What pages read, the model card's words among it: they may not import from ``indicators``.
__all__ = [
    "CLEAR",
    "COLUMNS",
    "COVERED",
    "LARGE",
    "LEAST_UNITS",
    "LEVELS",
    "MISSING",
    "RANKABLE",
    "SPANS",
    "SUMMARY",
    "Category",
    "ComparedPlace",
    "Comparison",
    "ModelCard",
    "comparison",
    "comparisons",
    "divided",
    "in_short",
    "prepare",
    "span_dates",
]  # fmt: skip
LEVELS = engine.LEVELS
SPANS = (1, 3)
#: Units differ by more than chance explains where p is below this, with and without the missing.
CLEAR = 0.01
#: Beyond this rankability (of 1) an order says more than chance.
RANKABLE = 0.5
#: The public edition judges variation only where the shown units have this share of the patients: which units are
#: hidden depends on their results, so that a few that are shown are no fair sample.
COVERED = 0.8
#: Names kept frames of comparisons.
VERSION = method_version(*(Path(one.__file__) for one in (public, disclosure)), Path(__file__))
_ALL = "all_"  # prefix of the columns that are of the whole indicator


@dataclass(frozen=True)
class ComparedPlace:
    """One unit: the columns of ``indicators compare``; None where there is no value or it is hidden.

    ``large``: with so many of the country's patients that it is judged against the others alone.
    ``signal``: its zone, where that is ``certain``: the tail of the distribution agrees, the missing could not bring it
    to or from a side, and it does not stand on too little. A hidden unit has nothing but its name.
    """

    unit: Unit
    hidden: bool = False
    missing_hidden: bool = False
    denominator: int | None = None
    numerator: int | None = None
    missing: int | None = None
    rate: float | None = None
    lower: float | None = None
    upper: float | None = None
    worst: float | None = None
    best: float | None = None
    limit95_low: float | None = None
    limit95_high: float | None = None
    limit998_low: float | None = None
    limit998_high: float | None = None
    zone: str | None = None
    shrunken: float | None = None
    shrunken_lower: float | None = None
    shrunken_upper: float | None = None
    rank: int | None = None
    rank_lower: int | None = None
    rank_upper: int | None = None
    expected: float | None = None
    oe: float | None = None
    oe_lower: float | None = None
    oe_upper: float | None = None
    p: float | None = None
    q: float | None = None
    signal: str | None = None
    certain: bool = False
    adjusted_signal: str | None = None
    large: bool = False

    @property
    def deviates(self) -> bool:
        """Outside its limits for certain: neither chance nor the missing explain it."""
        return self.certain and self.signal not in (None, WITHIN)

    @property
    def few(self) -> bool:
        """Not certain because the patients are too few to tell, rather than because of the missing."""
        if self.certain or self.rate is None:
            return False
        return thin(self.denominator, self.lower, self.upper) or (not self.missing_hidden and not self.missing)

    @property
    def alarm(self) -> bool:
        return self.deviates and str(self.signal).startswith("alarm")

    def adjusted(self) -> str | None:
        """high or low where the unit deviates from what its case mix lets expect, within otherwise, as its rate does.

        None without a model or on a thin foundation.
        """
        return None if self.adjusted_signal is None else str(self.adjusted_signal).rpartition("_")[2]

    def stands_adjusted(self) -> bool | None:
        """Whether its deviation stands after adjustment: to the same side; None without a model or a deviation."""
        found = self.adjusted()
        if found is None or not self.deviates:
            return None
        return str(self.signal).endswith(found)

    def rarer(self) -> tuple[float, float, float] | None:
        """O/E of those without the event, with its limits: what tells more where nearly all have it."""
        if self.oe is None or self.expected is None or self.denominator is None or self.oe_lower is None:
            return None
        rest = self.denominator - self.expected
        if rest <= 0:
            return None
        low, value, high = ((self.denominator - self.expected * one) / rest
                            for one in (self.oe_upper, self.oe, self.oe_lower))  # fmt: skip
        return value, low, high

    def worse(self, higher_is_better: bool) -> bool:
        """Whether it deviates to the bad side."""
        return self.deviates and str(self.signal).endswith("low" if higher_is_better else "high")


@dataclass(frozen=True)
class Comparison:
    """One indicator compared. ``places``: units in their order (regions from north-west to south-east, else by name).

    ``verdict``: real (units differ by more than chance), uncertain, none (no difference can be detected), one (a
    single unit), no_data, or hidden (too few of the patients belong to units that may be shown). ``concerned``: how
    many more (fewer, where low is good) a year would have the numerator if every unit below the national level were
    on it; from shrunken rates, 0 without a detectable difference, None without data. ``outside95``, ``outside998``:
    units outside for certain; ``chance95``, ``chance998``: how many the law of the limits puts there. ``per_case``:
    rows per patient. ``card``, ``validation`` (of the model) and ``limits`` only from ``comparison``.
    """

    indicator: Indicator
    by: str
    start: dt.date
    end: dt.date
    places: tuple[ComparedPlace, ...]
    summary: Summary
    verdict: str
    p: float | None
    concerned: float | None
    model: bool
    without_unit: int | None
    per_case: int = 1
    card: ModelCard | None = None
    validation: Validation | None = None
    limits: Callable[[np.ndarray], dict[str, np.ndarray]] | None = None

    @property
    def shown(self) -> tuple[ComparedPlace, ...]:
        """The units with a rate."""
        return tuple(place for place in self.places if place.rate is not None)

    @property
    def hidden(self) -> tuple[Unit, ...]:
        return tuple(place.unit for place in self.places if place.hidden)

    @property
    def deviating(self) -> tuple[ComparedPlace, ...]:
        """Units outside their limits for certain: those on the bad side first, alarms before the others."""
        higher = self.indicator.higher_is_better
        found = [place for place in self.places if place.deviates]
        return tuple(sorted(found, key=lambda place: (not place.worse(higher), not place.alarm)))

    @property
    def large(self) -> tuple[ComparedPlace, ...]:
        """The units that are judged against the others, not against a country that they are much of."""
        return tuple(place for place in self.shown if place.large)

    @property
    def outside95(self) -> int:
        return len(self.deviating)

    @property
    def outside998(self) -> int:
        return sum(place.alarm for place in self.places)

    @property
    def chance95(self) -> float:
        return self.summary.expected95

    @property
    def chance998(self) -> float:
        return self.summary.expected998

    @property
    def unsettled(self) -> int:
        """Units that the missing could bring to or from a side."""
        return sum(not place.certain and not place.few for place in self.shown)

    @property
    def too_few(self) -> int:
        """Units with too few patients to tell from the country."""
        return sum(place.few for place in self.shown)

    @property
    def patients(self) -> float:
        """``concerned`` in patients, for the order; 0 where it is not known."""
        return (self.concerned or 0.0) / self.per_case


def span_dates(view: View, indicator: Indicator, years: int) -> tuple[dt.date, dt.date]:
    """[start, end) of the index date: the view's period and the years - 1 before it, of survival its cohort."""
    last = view.period - indicator.survival_years
    return period_start(last - years + 1, view.first_month), period_end(last, view.first_month)


def divided(indicator: Indicator, by: str, where: tuple[tuple[str, object], ...] = ()) -> bool:
    """Whether the indicator can be compared by these units (coverage knows no region of residence), so filtered."""
    return not indicator.groups or {by, *(name for name, _ in where)} <= set(indicator.groups)


def _allowed(view: View) -> View:
    """The view as comparisons read it. Raises ValueError for a filter in the public edition: differences between a
    comparison of all and of some patients would tell what is hidden."""
    if view.where and view.edition.hides:
        raise ValueError("the public edition compares all patients only")
    return view


def comparisons(view: View, by: str, years: int = 1) -> dict[str, Comparison]:
    """All reported indicators that can be divided by ``by`` and by the view's filters, in catalogue order.

    Those of all patients are kept on disk, those of some remembered. The public edition compares all patients only.
    """
    whole = _allowed(view)

    def build() -> dict[str, Comparison]:
        if whole.where:
            frame = _frame(whole, by, years)
        else:
            frame = kept_frame(
                view.snapshot,
                view.database,
                _key(whole, by, years),
                lambda: _frame(whole, by, years),
                slow=_is_prepared(whole, by, years),
            )
        rows: dict[str, list[dict]] = {}
        for row in _records(frame):
            rows.setdefault(row["indicator"], []).append(row)
        return {one: _comparison(whole, BY_ID[one], by, years, records) for one, records in rows.items()}

    return view.snapshot.remember(("comparisons", *_key_of(whole), by, years), build, slow=bool(whole.where))


def comparison(view: View, indicator: str, by: str, years: int = 1) -> Comparison:
    """One indicator of the view's patients, with model card and the funnel's curves.

    The caller asks first whether it is reported and ``divided``; else SelectionError.
    """
    whole, one = _allowed(view), BY_ID[indicator]

    def build() -> Comparison:
        found = _of(whole, (one,), by, years)[indicator]
        made = _comparison(whole, one, by, years, _records(_table({indicator: found})))
        return replace(made, card=found.card, limits=found.limits, validation=found.card.validation())

    return view.snapshot.remember(("comparison", *_key_of(whole), indicator, by, years), build)


def in_short(view: View, indicator: str, by: str, years: int = 1) -> Comparison:
    """As ``comparison``, without card, validation and curves: from the kept frame where there is one."""
    whole, one = _allowed(view), BY_ID[indicator]

    def build() -> Comparison:
        kept = None
        if not whole.where:
            sql = "SELECT * FROM read_parquet($path) WHERE indicator = $indicator"
            kept = kept_query(view.snapshot, view.database, _key(whole, by, years), sql, {"indicator": indicator})
        if kept is None or kept.empty:
            kept = _table({indicator: _of(whole, (one,), by, years)[indicator]})
        return _comparison(whole, one, by, years, _records(kept))

    return view.snapshot.remember(("comparison in short", *_key_of(whole), indicator, by, years), build)


#: What units are compared beforehand.
_PREPARED = ("department", "region")


def prepare(snapshot: Snapshot, edition: Edition, databases: Sequence[str]) -> None:
    """Make the frames that are not kept yet of the databases' latest period, what is asked for first being first.

    Hospitals and earlier periods are compared when somebody asks for them.
    """
    for database in databases:
        view = View(snapshot, edition, database, default_period(snapshot, database))
        wanted = [(by, years) for years in SPANS for by in _PREPARED]
        wanted = [one for one in wanted if not is_kept(snapshot, database, _key(view, *one))]
        made: dict[tuple[str, int], pd.DataFrame] = {}

        def build(one: tuple[str, int], view: View = view, wanted: list = wanted, made: dict = made) -> pd.DataFrame:
            if not made:  # all at once, which takes little longer than the largest
                made.update(zip(wanted, _frames(view, wanted), strict=True))
            return made[one]

        for one in wanted:
            kept_frame(snapshot, database, _key(view, *one), lambda one=one, build=build: build(one))


def _is_prepared(view: View, by: str, years: int) -> bool:
    """Whether ``prepare`` makes the frame of all patients."""
    return by in _PREPARED and years in SPANS and view.period == default_period(view.snapshot, view.database)


def _key_of(view: View) -> tuple:
    return (view.edition, view.database, view.period, view.where)


def _key(view: View, by: str, years: int) -> str:
    edition = f"public{view.edition.threshold}" if view.edition.hides else "working"
    return f"compare-{VERSION}-{view.period}-{years}-{by}-{edition}"


def _of(view: View, indicators: Iterable[Indicator], by: str, years: int) -> dict[str, public.Result]:
    """The results of the engine, or in the public edition those from protected counts."""
    wanted, found = tuple(indicators), {}
    for dates in dict.fromkeys(span_dates(view, one, years) for one in wanted):
        alike = tuple(one for one in wanted if span_dates(view, one, years) == dates)
        if len(alike) == 1:
            found[alike[0].id] = engine.compare(view.snapshot, view.database, alike[0], by, *dates, view.where)
        else:
            found |= engine.compare_all(view.snapshot, view.database, by, *dates, alike, view.where)
    return _shown(view, {one.id: found[one.id] for one in wanted}, by, years)


def _shown(view: View, found: dict[str, engine.UnitComparison], by: str, years: int) -> dict[str, public.Result]:
    """What the edition shows of them."""
    if view.edition.hides:
        every = {id: span_dates(view, one.indicator, years) for id, one in found.items()}
        return public.results(view, found, by, years, every)
    return {id: public.whole(one) for id, one in found.items()}


def _frame(view: View, by: str, years: int) -> pd.DataFrame:
    return _frames(view, [(by, years)])[0]


def _frames(view: View, asked: Sequence[tuple[str, int]]) -> list[pd.DataFrame]:
    """The frames of several comparisons (units, years), made together."""
    there = reported(view)
    every = [tuple(one for one in CATALOGUE if one.id in there and divided(one, by, view.where)) for by, _ in asked]
    parts = [
        (place, engine.Asked(tuple(one for one in wanted if span_dates(view, one, years) == dates), by, *dates))
        for place, (wanted, (by, years)) in enumerate(zip(every, asked, strict=True))
        for dates in dict.fromkeys(span_dates(view, one, years) for one in wanted)
    ]
    made = engine.compare_several(view.snapshot, view.database, [one for _, one in parts], view.where)
    found: list[dict[str, engine.UnitComparison]] = [{} for _ in asked]
    for (place, _), results in zip(parts, made, strict=True):
        found[place] |= results
    return [
        _table(_shown(view, {one.id: each[one.id] for one in wanted}, by, years))
        for each, wanted, (by, years) in zip(found, every, asked, strict=True)
    ]


_FLAGS = ("hidden", "missing_hidden", "large")


def _table(results: Mapping[str, public.Result]) -> pd.DataFrame:
    """One row per unit with the columns of the whole indicator repeated; one empty row where there is no unit.

    The columns of all indicators are joined as arrays: a frame for each takes longer than what they hold.
    """
    if not results:
        return pd.DataFrame({"indicator": pd.Series(dtype=object)})
    parts = [_filled(one.columns) for one in results.values()]
    sizes = [len(part["rate"]) for part in parts]
    columns: dict[str, object] = {}
    for name in (*COLUMNS, *_FLAGS):
        values = np.concatenate([part[name] for part in parts])
        columns[name] = with_gaps(values) if name in COUNTED else values
    columns["indicator"] = np.repeat(np.array(list(results), dtype=object), sizes)
    wholes = [whole_of(one) for one in results.values()]
    for name in wholes[0]:
        columns[f"{_ALL}{name}"] = np.repeat(np.array([one[name] for one in wholes]), sizes)
    return pd.DataFrame(columns)


def _filled(columns: Mapping[str, Sequence]) -> dict[str, np.ndarray]:
    """An indicator's columns as arrays; one empty row where it has no unit."""
    found = {}
    for name in (*COLUMNS, *_FLAGS):
        kind, empty = (object, None) if name in _WORDED else (bool, False) if name in _YES_OR_NO else (float, np.nan)
        values = np.asarray(columns[name], dtype=kind)
        found[name] = values if len(values) else np.array([empty], dtype=kind)
    return found


#: Columns of words, and of yes or no; all others are numbers.
_YES_OR_NO = ("certain", *_FLAGS)
_WORDED = ("unit", "zone", "signal", "adjusted_signal")


def _records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dicts of plain values: many times faster than pandas' own for wide frames."""
    columns = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _comparison(view: View, indicator: Indicator, by: str, years: int, rows: list[dict]) -> Comparison:
    first = rows[0]
    numbers = {name: float(first[f"{_ALL}{name}"]) for name in SUMMARY}
    summary = Summary(**numbers | {"adjusted": bool(numbers["adjusted"]), "units": int(numbers["units"])})
    records = [row for row in rows if _plain(row["unit"]) is not None]
    places = tuple(_place(row, unit) for row, unit in zip(records, _units(view, by, records), strict=True))
    places = tuple(sorted(places, key=lambda place: _order(by, place.unit)))
    verdict = _verdict(first, summary, places)
    if verdict == "hidden":  # the few that are shown are no fair sample to shrink towards or rank among
        places = tuple(replace(place, **dict.fromkeys(_FROM_ALL)) for place in places)
    start, end = span_dates(view, indicator, years)
    return Comparison(
        indicator, by, start, end, places, summary, verdict,
        p=_plain(first[f"{_ALL}p_same"]),
        concerned=_concerned(indicator, summary, places, years, verdict),
        model=bool(first[f"{_ALL}model"]),
        without_unit=_plain(first[f"{_ALL}without_unit"]),
        per_case=variables_of(view) if indicator.rows == "case_variables" else 1,
    )  # fmt: skip


_WHOLE = ("denominator", "numerator", "missing", "rank", "rank_lower", "rank_upper")
_FROM_ALL = ("shrunken", "shrunken_lower", "shrunken_upper", "rank", "rank_lower", "rank_upper")
_FIELDS = {one.name for one in fields(ComparedPlace)} - {"unit"}


def _place(row: dict, unit: Unit) -> ComparedPlace:
    values = {name: _plain(row[name]) for name in _FIELDS}
    values |= {name: int(values[name]) for name in _WHOLE if values[name] is not None}
    values |= {name: bool(values[name]) for name in ("hidden", "missing_hidden", "certain", "large")}
    return ComparedPlace(unit, **values)


def _units(view: View, by: str, records: list[dict]) -> list[Unit]:
    codes = [str(row["unit"]) for row in records]
    if by == "region":
        return [Unit("region", code, reference.region_name(code), reference.region_name(code), code) for code in codes]
    if by == "hospital":
        return [Unit("hospital", code, code, code) for code in codes]
    names, homes = short_names(view, set(codes)), units(view)["region"].to_dict()
    return [Unit("department", code, *names.get(code, (code, code)), homes.get(code, "")) for code in codes]


def _order(by: str, unit: Unit) -> tuple:
    if by == "region":
        order = reference.region_order()
        return (order.index(unit.code) if unit.code in order else len(order), unit.code)
    # 'Kirurgisk afdeling, Herlev' stands under Herlev.
    kind, _, place = unit.name.rpartition(", ")
    return (reference.danish_key(place), reference.danish_key(kind), unit.code)


def _verdict(first: dict, summary: Summary, places: tuple[ComparedPlace, ...]) -> str:
    some_hidden = any(place.hidden for place in places)
    if bool(first[f"{_ALL}hidden"]) or (some_hidden and first[f"{_ALL}covered"] < COVERED):
        return "hidden"
    shown = sum(place.rate is not None for place in places)
    if shown <= 1:
        return ("hidden" if some_hidden else "one") if shown else "no_data"
    # Without a σ (units that are all at 0 or 1, some at each) the units may differ as much as units can.
    if summary.sigma == 0 or not 0 < summary.national < 1:
        return "none"
    chances = [_plain(first[f"{_ALL}{name}"]) for name in ("p_same", "p_worst", "p_best")]
    known = [value for value in chances if value is not None]
    return "real" if known and max(known) <= CLEAR else "uncertain"


def _concerned(
    indicator: Indicator, summary: Summary, places: tuple[ComparedPlace, ...], years: int, verdict: str
) -> float | None:
    if verdict in ("no_data", "hidden"):
        return None
    if verdict in ("none", "one"):
        return 0.0
    sign = 1 if indicator.higher_is_better else -1
    gaps = (
        place.denominator * sign * (summary.national - place.shrunken)
        for place in places
        if place.shrunken is not None and place.denominator is not None
    )
    return sum(gap for gap in gaps if gap > 0) / years


def _plain(value: object) -> object:
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if isinstance(value, np.generic) else value


assert set(COLUMNS) - {"unit"} <= _FIELDS, "Place lacks a column of indicators compare"
