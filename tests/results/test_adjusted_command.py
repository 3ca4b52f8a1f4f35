"""``python -m survival adjusted``: planted case mix and a planted difference, told apart."""

from __future__ import annotations

import csv
import datetime as dt
import io

import numpy as np
import pytest

from indicators.adjusted_survival import COLUMNS
from results.survival.adjusted import adjusted
from results.survival.groups import Cohort
from results.view import Edition, View
from survival.__main__ import main
from tests.support.extracts import load_extract

CUT = dt.date(2026, 10, 31)
#: Department → how often its patients have stage IV, and its own factor on the hazard.
PLANTED = {"HER-KIR": (0.7, 1.0), "AAL-KIR": (0.1, 1.0), "AAR-KIR": (0.4, 1.0), "BIS-KIR": (0.3, 2.5)}


def invented() -> list[dict]:
    rng = np.random.default_rng(3)
    rows = []
    for number in range(1600):
        department = list(PLANTED)[number % 4]
        share, factor = PLANTED[department]
        late = rng.random() < share
        diagnosed = dt.date(2018, 1, 1) + dt.timedelta(int(rng.integers(0, 700)))
        lived = int(rng.exponential(3650 / (factor * (5 if late else 1))))
        dead = lived <= (CUT - diagnosed).days
        rows.append(
            {
                "case_id": f"c{number}",
                "diagnosis_date": diagnosed,
                "age": int(rng.integers(50, 85)),
                "sex": rng.choice(["F", "M"]),
                "stage": "IV" if late else "I",
                "department": "" if number % 80 == 7 else department,
                "vital_status": "dead" if dead else "alive",
                "vital_date": min(diagnosed + dt.timedelta(lived), CUT),
                "cause_of_death": "cancer" if dead else "",
                "icd10": "C180",
            }
        )
    return rows


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("adjusted")


@pytest.fixture(scope="module")
def snapshot(root):
    return load_extract(root, cases=invented())


@pytest.fixture
def run(root, snapshot, capsys):
    def run(*words, command="adjusted"):
        try:
            code = main([command, "--store", str(root / "store"), "--database", "DCCG", "--format", "csv", *words])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, list(csv.DictReader(io.StringIO(out))), err

    return run


def at(rows: list[dict], department: str, years: str = "5") -> dict:
    return next(row for row in rows if (row["department"], row["years"]) == (department, years))


def test_case_mix_is_taken_away_and_a_difference_stays(run) -> None:
    code, rows, _ = run("--by", "department", "--years", "1,5")
    assert code == 0 and list(rows[0]) == ["department", *COLUMNS] and len(rows) == 10
    crude = {name: float(at(rows, name)["crude"]) for name in PLANTED}
    assert crude["AAL-KIR"] - crude["HER-KIR"] > 0.2
    for name in ("HER-KIR", "AAL-KIR", "AAR-KIR"):  # alike, if their patients were
        row = at(rows, name)
        assert float(row["difference"]) == pytest.approx(0.09, abs=0.06)
        assert float(row["hazard_ratio"]) < 1
    row = at(rows, "BIS-KIR")
    assert float(row["difference_upper"]) < -0.1 and float(row["days_difference_upper"]) < -100
    assert float(row["hazard_ratio_lower"]) > 1.8
    for row in rows:
        if row["department"]:
            assert float(row["lower"]) < float(row["estimate"]) < float(row["upper"])
            difference = float(row["estimate"]) - float(row["country"])
            assert float(row["difference"]) == pytest.approx(difference, abs=1e-12)
            assert 0 < float(row["days_lived"]) < float(row["years"]) * 365.25


def test_crude_is_that_of_the_survival_table(run) -> None:
    _, rows, _ = run("--by", "department")
    _, plain, _ = run("--by", "department", "--endpoint", "overall", command="table")
    assert [(r["department"], r["cases"], r["events"], r["at_risk"], r["crude"]) for r in rows] == [
        (r["department"], r["cases"], r["events"], r["at_risk"], r["estimate"]) for r in plain
    ]


def test_without_a_department_nothing_is_modelled(run) -> None:
    _, rows, _ = run("--by", "department")
    row = at(rows, "")
    assert row["cases"] == "20" and row["crude"] and not row["estimate"]
    assert row["note"] == "place not registered: not in the model"


def test_ratios_are_those_of_the_page(run, snapshot) -> None:
    _, rows, _ = run("--by", "department", "--years", "5", "--from", "2018-01-01", "--to", "2020-01-01")
    page = adjusted(View(snapshot, Edition(), "DCCG", 2025), "department", "overall", Cohort(2018, 2019))
    ratios = {row.group.code: row.adjusted.value for row in page.rows}
    for name in PLANTED:
        assert float(at(rows, name)["hazard_ratio"]) == pytest.approx(ratios[name], abs=1e-9)
    assert float(rows[0]["proportional_p"]) == pytest.approx(page.proportional.p, abs=1e-9)


def test_what_cannot_be_adjusted_is_said(run) -> None:
    code, rows, _ = run("--by", "department", "--to", "2018-02-01")
    assert code == 0 and all(row["note"].startswith("not adjusted: ") and not row["estimate"] for row in rows)
    assert run("--by", "department", "--to", "2017-01-01")[:2] == (0, [])


@pytest.mark.parametrize(
    "words, said",
    [
        (["--by", "stage"], "--by: one of department, hospital, region, treating_region"),
        ([], "--by: one of department"),
        (["--by", "department,region"], "--by: one of department"),
        (["--by", "department", "--years", "0"], "--years: 0 has nothing to compare"),
    ],
)
def test_words_that_cannot_be_answered(run, words, said) -> None:
    code, rows, told = run(*words)
    assert (code, rows) == (2, []) and said in told
