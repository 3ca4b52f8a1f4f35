"""Where patients live and are treated: regions, dated departments, nearest unit of a kind."""

from __future__ import annotations

from functools import cache

import numpy as np

from data import reference
from data.synthetic.draws import day, pick, pick_rows

#: Regions of residence in table order and their shares of the population (project default).
REGIONS = ("1084", "1085", "1083", "1082", "1081")
SHARES = (0.320, 0.143, 0.207, 0.229, 0.101)

#: Attraction of a unit outside the patient's own region, and of the usual one when the region has none.
_ELSEWHERE = 0.03
#: Usual destination (index in REGIONS) of a region that lacks the unit, nearest first.
_NEXT = {0: (1, 2, 3, 4), 1: (0, 2, 3, 4), 2: (3, 0, 4, 1), 3: (2, 4, 0, 1), 4: (3, 2, 0, 1)}


@cache
def codes() -> tuple[str, ...]:
    """All department codes; every department index of the generator points into this list."""
    return tuple(department.code for department in reference.departments())


@cache
def _tables() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per department: region index, first day (or -inf), predecessor's index (or -1)."""
    rows = reference.departments()
    place = {code: index for index, code in enumerate(codes())}
    regions = np.array([REGIONS.index(row.region) for row in rows])
    starts = np.array([-np.inf if row.valid_from is None else day(row.valid_from) for row in rows])
    before = np.full(len(rows), -1)
    for row in rows:
        if row.successor:
            before[place[row.successor]] = place[row.code]
    return regions, starts, before


def index_of(code: str) -> int:
    """The index of a department code; raises ValueError when the reference list lacks it."""
    return codes().index(code)


def regions_of(units: np.ndarray) -> np.ndarray:
    """Region index of each unit."""
    return _tables()[0][units]


def on_day(units: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The unit's code valid on each day: its predecessor before the unit opened (-1 stays -1)."""
    _, starts, before = _tables()
    earlier = (units >= 0) & (days < starts[units]) & (before[units] >= 0)
    return np.where(earlier, before[units], units)


def residence_on(residence: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Region codes valid on each day, as indices into the labels returned (-1 stays -1)."""
    labels = list(REGIONS)
    out = residence.copy()
    for number, code in enumerate(REGIONS):
        row = reference.region(code)
        if row.successor and row.valid_to is not None:
            if row.successor not in labels:
                labels.append(row.successor)
            out[(residence == number) & (days > day(row.valid_to))] = labels.index(row.successor)
    return out, tuple(labels)


def live(rng: np.random.Generator, size: int) -> np.ndarray:
    """Region of residence (index in REGIONS) of each case."""
    return pick(rng, SHARES, size)


def choose(rng: np.random.Generator, residence: np.ndarray, units: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A unit for each case: mostly in the own region, by weight; the usual destination where there is none."""
    homes = regions_of(units)
    attraction = np.empty((len(REGIONS), len(units)))
    for region in range(len(REGIONS)):
        home = region
        if not (homes == region).any():
            home = next(other for other in _NEXT[region] if (homes == other).any())
        attraction[region] = weights * np.where(homes == home, 1.0, _ELSEWHERE)
    return units[pick_rows(rng, attraction[residence])]


def nearest(suffix: str, allowed: tuple[str, ...] = ()) -> np.ndarray:
    """For every department the unit of a kind that serves it: same hospital, else region, else the next region.

    ``suffix`` is the kind's part of the code (``ONK``); ``allowed`` restricts the places (``RIG``, ``AAR``).
    """
    rows = reference.departments()
    current = [row for row in rows if row.code.endswith(f"-{suffix}") and not row.successor]
    if allowed:
        current = [row for row in current if row.code.split("-")[0] in allowed]
    at_hospital = {row.hospital: row.code for row in current}
    in_region: dict[int, str] = {}
    for row in sorted(current, key=lambda row: row.code.split("-")[0] not in _MAIN):
        in_region.setdefault(REGIONS.index(row.region), row.code)
    out = []
    for row in rows:
        region = REGIONS.index(row.region)
        code = at_hospital.get(row.hospital)
        if code is None:
            code = next(in_region[other] for other in (region, *_NEXT[region]) if other in in_region)
        out.append(index_of(code))
    return np.array(out)


#: The hospitals that serve the others of their region where a kind is at several.
_MAIN = ("HER", "ROS", "ODE", "AAR", "AAL")


@cache
def palliative_units() -> tuple[np.ndarray, np.ndarray]:
    """Today's palliative teams and hospices, with weights (a team takes three times a hospice's patients)."""
    rows = [row for row in reference.departments() if row.kind in ("palliative_team", "hospice")]
    rows = [row for row in rows if not row.successor]
    units = np.array([index_of(row.code) for row in rows])
    weights = np.array([3.0 if row.kind == "palliative_team" else 1.0 for row in rows])
    return units, weights
