"""Attacks on the public edition of waiting times: what follows from all that a reader can fetch, by linear algebra.

Every number shown is an equation over the true counts of small pieces. A sum of pieces that the equations fix must not
be small.
"""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from data.selection import Selection
from indicators.waits import WaitQuery, waits_table
from results.view import Edition
from results.waits import legs as tables
from results.waits import weeks as weekly
from results.waits.period import wait_period
from results.waits.report import report
from results.waits.report_public import public_table
from tests.results.test_waits_tables import scope
from tests.support.extracts import load_extract
from tests.support.waits_rows import UNITS, invented

REGIONS = ("1081", "1083", "1084", "1085")


class Attack:
    """Equations over named pieces, each with its true count."""

    def __init__(self, truth: dict[tuple, int]) -> None:
        self.names, self.values = list(truth), np.array(list(truth.values()), dtype=float)
        self.equations: list[np.ndarray] = []

    def shown(self, value: int | None, wanted) -> None:
        """A number on a page, None where hidden: the sum of the pieces for which ``wanted(piece)``."""
        if value is not None:
            row = self._row(wanted)
            assert row @ self.values == value, "the attack's pieces are not those of the page"
            self.equations.append(row)

    def smallest_found(self, sums) -> int | None:
        """The smallest count of 1–4 that the equations fix, of the sums of pieces in ``sums``."""
        known = np.array(self.equations)
        rank = np.linalg.matrix_rank(known)
        found = []
        for wanted in sums:
            row = self._row(wanted)
            value = int(row @ self.values)
            if 0 < value < 5 and np.linalg.matrix_rank(np.vstack([known, row])) == rank:
                found.append(value)
        return min(found, default=None)

    def _row(self, wanted) -> np.ndarray:
        return np.array([1.0 if wanted(name) else 0.0 for name in self.names])


def subsets(names):
    return [set(some) for n in range(1, len(names) + 1) for some in itertools.combinations(names, n)]


def made(tmp_path, seed, waits=None):
    waits = waits or invented(130 + 60 * (seed % 5), seed)
    return load_extract(tmp_path, cases=[{"case_id": "a"}], waits=waits)


def mostly_in_the_quarter(seed):
    """Many legs end in the third quarter, few beside it: what the weeks have besides the quarter is small."""
    quarter, draw = wait_period("2026-Q3"), random.Random(seed)
    rows = invented(1000, seed)
    return [row for row in rows if row["stop_date"] and
            (quarter.start <= row["stop_date"] < quarter.end or draw.random() < 0.2)]  # fmt: skip


@pytest.mark.some(1)
@pytest.mark.parametrize("seed", range(6))
def test_the_weeks_of_the_page_against_the_quarters_of_the_report(tmp_path, seed):
    snapshot = made(tmp_path, seed, mostly_in_the_quarter(seed) if seed % 2 else None)
    own = scope(snapshot, "public", place="residence")
    weeks = tables.period(own)
    first, after = weeks[0].start, weeks[-1].start + (weeks[1].start - weeks[0].start)
    quarters = [wait_period(text) for text in ("2026-Q2", "2026-Q3")]
    edges = sorted({first, after, *(day for one in quarters for day in (one.start, one.end))})
    truth = {}
    for start, end in itertools.pairwise(edges):
        query = WaitQuery("ended", "treatment", Selection(("region",), (), start, end))
        for row in waits_table(snapshot, "DCCG", query).to_dict("records"):
            truth[(row["region"], start, "within")] = row["within"]
            truth[(row["region"], start, "over")] = row["legs"] - row["within"]
    attack = Attack(truth)

    def see(code, low, high, legs, within):
        place = REGIONS if code == "" else (code,)
        for value, kinds in ((legs, ("within", "over")), (within, ("within",))):
            attack.shown(value, lambda one, kinds=kinds: one[0] in place and low <= one[1] < high and one[2] in kinds)

    coarse = tables.ended_trees(own)[1]
    for (_, code), counts in coarse.items():
        see(code, first, after, counts.legs, counts["within"])
    for quarter in quarters:
        nodes, _ = public_table(report(snapshot, "DCCG", quarter), Edition("public"))
        for row in nodes[(nodes["leg"] == "treatment") & ~nodes["hidden"]].to_dict("records"):
            see(row["region"], quarter.start, quarter.end, row["denominator"], row["numerator"])
    spans = [(low, high) for low, high in itertools.combinations(edges, 2)]
    sums = [
        lambda one, p=place, low=low, high=high, k=kinds: one[0] in p and low <= one[1] < high and one[2] in k
        for place in subsets(REGIONS)
        for low, high in spans
        for kinds in (("within",), ("over",), ("within", "over"))
    ]
    assert attack.smallest_found(sums) is None


@pytest.mark.some(1)
@pytest.mark.parametrize("seed", range(6))
def test_consents_of_every_place_beside_the_reasons(tmp_path, seed):
    snapshot = made(tmp_path, seed)
    rows = weekly.ended_rows(scope(snapshot), "overruns")
    kinds = ("informed", "documented", "undocumented", "without")
    truth = {(unit, kind): 0 for unit in UNITS for kind in kinds}
    for row in rows.to_dict("records"):
        kind = "without"
        if row["consented"]:
            kind = "documented" if row["documented"] else "undocumented"
            kind = "informed" if row["status"] == "over_capacity_informed" else kind
        truth[(row["code"], kind)] += row["n"]
    attack = Attack(truth)
    for level, code in [("nation", ""), *(("region", one) for one in set(UNITS.values())),
                        *(("department", one) for one in UNITS)]:  # fmt: skip
        own = scope(snapshot, "public", level=level, code=code)
        inside = [one for one in UNITS if level == "nation" or code in (one, UNITS[one])]
        consents, found = weekly.consents(own), tables.ended(own)
        pairs = [(found.coarse["over"], kinds), (found.counts["over_capacity_informed"], ("informed",))]
        if consents is not None:
            pairs += [(consents.legs, kinds[:3]), (consents.documented, kinds[:2]), (consents.over, kinds)]
        for value, some in pairs:
            attack.shown(value, lambda one, some=some, inside=inside: one[0] in inside and one[1] in some)
    sums = [
        lambda one, p=place, k=some: one[0] in p and one[1] in k for place in subsets(list(UNITS)) for some in
        (("informed", "documented"), ("undocumented",), ("without",), kinds[:3])
    ]  # fmt: skip
    assert attack.smallest_found(sums) is None


@pytest.mark.some(1)
@pytest.mark.parametrize("place", ["treating", "residence"])
@pytest.mark.parametrize("seed", range(6))
def test_four_regions_beside_five(tmp_path, seed, place):
    snapshot = made(tmp_path, seed)
    rows = tables.ended_rows(scope(snapshot, place=place))
    homes = UNITS if place == "treating" else {code: code for code in REGIONS}
    truth = {(code, kind): 0 for code in homes for kind in ("within", "over")}
    for row in rows.to_dict("records"):
        truth[(row["code"], "within" if row["status"] == "within" else "over")] += row["n"]
    attack = Attack(truth)
    merged = {"1084": "1086", "1085": "1086"}
    for regions in (5, 4):
        own = scope(snapshot, "public", place=place, regions=regions)
        for (level, code), counts in tables.ended_trees(own)[1].items():
            inside = [
                one for one, home in homes.items()
                if level == "nation" or code in (one if level == "department" else "", home)
                or (regions == 4 and level == "region" and merged.get(home) == code)
            ]  # fmt: skip
            for value, some in ((counts.legs, ("within", "over")), (counts["within"], ("within",))):
                attack.shown(value, lambda one, some=some, inside=inside: one[0] in inside and one[1] in some)
    sums = [
        lambda one, p=places, k=some: one[0] in p and one[1] in k
        for places in subsets(list(homes))
        for some in (("within",), ("over",), ("within", "over"))
    ]
    assert attack.smallest_found(sums) is None
