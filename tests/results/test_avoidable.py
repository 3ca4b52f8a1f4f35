"""Avoidable deaths: nothing where regions are alike, about the planted number where they are not, no winner's luck."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.store import Snapshot
from results.survival.avoidable import avoidable
from results.survival.groups import Cohort
from results.view import Edition, View
from tests.support.extracts import load_extract

CUT = dt.date(2026, 10, 31)
REGIONS = ("1081", "1082", "1083", "1084", "1085")


def patients(factor: dict[str, float], size: int, seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        region = REGIONS[number % 5]
        late = rng.random() < (0.6 if region == "1084" else 0.3)  # ill patients are nobody's fault
        lived = int(rng.exponential(365 / (factor.get(region, 1.0) * (0.8 if late else 0.2))))
        diagnosed = dt.date(2023, 1, 1) + dt.timedelta(int(rng.integers(0, 365)))
        dead = lived <= (CUT - diagnosed).days
        rows.append(
            {
                "case_id": f"c{number}", "diagnosis_date": diagnosed, "age": int(rng.integers(50, 85)),
                "sex": "F", "stage": "IV" if late else "I", "residence_region": region, "icd10": "C180",
                "vital_status": "dead" if dead else "alive", "vital_date": min(diagnosed + dt.timedelta(lived), CUT),
                "cause_of_death": "cancer" if dead else "",
            }
        )  # fmt: skip
    return rows


def view(snapshot: Snapshot, edition: str = "working") -> View:
    return View(snapshot, Edition(edition), "DCCG", 2025, place="residence")


@pytest.fixture(scope="module")
def unlike(tmp_path_factory):
    return load_extract(tmp_path_factory.mktemp("unlike"), cases=patients({"1083": 1.8}, 3000, 5), synthetic=True)


def test_a_planted_excess_is_found_in_its_region(unlike) -> None:
    found = avoidable(view(unlike), Cohort(2023, 2023))
    rows = {one.region: one for one in found.rows}
    assert found.differ and list(rows)[-1] == "" and found.whole.patients == 3000
    # 600 patients, 30 % of them late: 1 − exp(−hazard) at 1.8 times the hazard, less that at the hazard itself.
    late, early = (np.exp(-h) - np.exp(-1.8 * h) for h in (0.8, 0.2))
    planted = 600 * (0.3 * late + 0.7 * early)
    assert rows["1083"].lower < planted < rows["1083"].upper
    assert rows["1083"].fewer == max(one.fewer for one in found.rows if one.region)
    assert found.whole.fewer == pytest.approx(sum(one.fewer for one in found.rows if one.region))
    assert rows["1084"].deaths > rows["1081"].deaths and rows["1084"].fewer < 0.5 * planted


def test_four_regions_and_the_public_edition(unlike) -> None:
    four = View(unlike, Edition(), "DCCG", 2025, place="residence", regions=4)
    assert len(avoidable(four, Cohort(2023, 2023)).rows) == 5
    public = avoidable(view(unlike, "public"), Cohort(2023, 2023))
    assert public.rows == () and "public edition" in public.refused.en
    assert "followed for a year" in avoidable(view(unlike), Cohort(2026, 2026)).refused.en


def test_where_regions_are_alike_nothing_is_avoidable(tmp_path) -> None:
    found = avoidable(view(load_extract(tmp_path, cases=patients({}, 1500, 8), synthetic=True)), Cohort(2023, 2023))
    assert found.whole.fewer < 25 and found.whole.lower == 0
