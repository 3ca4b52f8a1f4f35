"""``indicators compare``: units from the store, against a naive second implementation, and the command."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.selection import Selection, SelectionError
from indicators.__main__ import main
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.compare import LEVELS, Asked, compare, compare_all, compare_several
from indicators.engine import table
from indicators.statistics.comparison import COLUMNS, SUMMARY
from indicators.statistics.verdict import ZONES
from tests.support import naive
from tests.support.amount import examples
from tests.support.extracts import load_extract
from tests.support.strategies import FEW, extracts, loaded

# --- a naive second implementation ------------------------------------------------------------------------------------


def pmf(k: int, n: int, p: float) -> float:
    return comb(n, k) * p**k * (1 - p) ** (n - k)


def funnel_limit(theta: float, n: int, p: float) -> float:
    if theta in (0, 1):
        return theta
    total = 0.0
    for r in range(n + 1):
        total += pmf(r, n, theta)
        if total >= p - 1e-12:
            return min(1, max(0, (r - (total - p) / pmf(r, n, theta)) / n))
    raise AssertionError


def mid_p(x: int, n: int, rest: int, others: int) -> float:
    ways = [comb(n, k) * comb(others, x + rest - k) if 0 <= x + rest - k <= others else 0 for k in range(n + 1)]
    below, here = sum(ways[:x]), ways[x]
    return min(1.0, 2 * (min(below, sum(ways) - below - here) + here / 2) / sum(ways))


def naive_rows(extract, indicator: str, by: str) -> tuple[dict[str, dict], float | None]:
    """The columns that follow from counts alone, by unit, and the national rate."""
    counted = {group[0]: naive.counts(rows) for group, rows in naive.groups(extract, indicator, (by,)).items()}
    total, events = (sum(counts[place] for counts in counted.values()) for place in (4, 5))
    theta = events / total if total else None
    found = {}
    for unit, (_, _, _, u, n, x) in counted.items():
        if unit == "":
            continue
        row = {"denominator": n, "numerator": x, "missing": u}
        row["rate"] = x / n if n else None
        row["worst"], row["best"] = (x / (n + u), (x + u) / (n + u)) if n + u else (None, None)
        for name, tail in (("limit95", 0.025), ("limit998", 0.001)):
            row[f"{name}_low"] = funnel_limit(theta, n, tail) if n else None
            row[f"{name}_high"] = funnel_limit(theta, n, 1 - tail) if n else None
        row["p"] = mid_p(x, n, events - x, total - n) if n and total > n else None
        found[unit] = row
    known = sorted((row["p"], unit) for unit, row in found.items() if row["p"] is not None)
    for place, (_, unit) in enumerate(known):
        later = [p * len(known) / rank for rank, (p, _) in enumerate(known, 1) if rank > place]
        found[unit]["q"] = min(1.0, *later)
    return found, theta


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("comparison")


@settings(FEW, max_examples=examples(4, 1))
@given(extract=extracts(largest=40), by=st.sampled_from(LEVELS))
def test_columns_against_a_naive_second_implementation(fresh, extract, by):
    snapshot = loaded(fresh(), extract)
    for indicator, got in compare_all(snapshot, extract.database, by).items():
        if BY_ID[indicator].survival_years:
            continue
        expected, theta = naive_rows(extract, indicator, by)
        frame = got.frame.set_index("unit")
        assert list(frame.index) == sorted(expected), (indicator, "units")
        assert got.summary.national == pytest.approx(np.nan if theta is None else theta, nan_ok=True)
        assert not got.summary.adjusted, "fewer than ten units"
        for unit, row in expected.items():
            for name, value in row.items():
                wanted = np.nan if value is None else value
                assert float(frame[name][unit]) == pytest.approx(wanted, abs=1e-8, nan_ok=True), (indicator, unit, name)
            rate, zone = row["rate"], frame.zone[unit]
            if rate is None:
                assert zone is None
            else:
                wanted = (
                    "low" if rate < row["limit95_low"] - 1e-9 else "high" if rate > row["limit95_high"] + 1e-9 else ""
                )
                near = min(abs(rate - row["limit95_low"]), abs(rate - row["limit95_high"])) < 1e-9
                assert near or zone == "within" or zone.endswith(wanted or "never"), (indicator, unit, rate, zone)
                assert near or (zone == "within") == (wanted == ""), (indicator, unit, rate, zone)


# --- a country of fourteen departments --------------------------------------------------------------------------------

DEPARTMENTS = ("AAB-KIR", "AAL-KIR", "AAR-KIR", "BIS-KIR", "ESB-KIR", "GOE-KIR", "HER-KIR", "HIL-KIR", "HVI-KIR")
DEPARTMENTS += ("KOE-KIR", "ODE-KIR", "RAN-KIR", "SLA-KIR", "VEJ-KIR")
CUT = date(2026, 10, 31)


def country(seed: int = 1, cases: int = 2800) -> list[dict]:
    """Old patients die more; HER-KIR has the oldest, SLA-KIR double mortality and late reporting."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(cases):
        department = DEPARTMENTS[number % len(DEPARTMENTS)] if number % 40 else ""
        age = int(rng.integers(60, 90) if department != "HER-KIR" else rng.integers(80, 95))
        stage = rng.choice(["I", "II", "III", "IV", ""])
        hazard = 0.0004 * np.exp(0.06 * (age - 75) + (stage == "IV")) * (2.5 if department == "SLA-KIR" else 1)
        day = date(2023, 1, 1) + timedelta(int(rng.integers(0, 365)))
        died = day + timedelta(int(rng.exponential(1 / hazard)))
        seen = min(CUT, day + timedelta(int(rng.integers(200, 2000))))  # some are lost early
        delay = int(rng.choice([10, 45], p=[0.6, 0.4] if department == "SLA-KIR" else [0.9, 0.1]))
        rows.append(
            {
                "case_id": f"c{number}",
                "diagnosis_date": day,
                "age": age,
                "sex": rng.choice(["F", "M", ""], p=[0.48, 0.48, 0.04]),
                "department": department,
                "residence_region": rng.choice(["1081", "1082", "1083", "1084", "1085", ""]),
                "vital_status": "dead" if died <= seen else "emigrated" if seen < CUT else "alive",
                "vital_date": min(died, seen),
                "stage": stage,
                "performance_status": rng.choice(["0", "1", "2", ""]),
                "charlson": rng.choice(["0", "1", "5", ""]),
                "registered_date": day + timedelta(delay) if rng.random() > 0.03 else "",
            }
        )
    return rows


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return load_extract(tmp_path_factory.mktemp("country"), cases=country())


@pytest.fixture(scope="module")
def store(snapshot):
    return str(snapshot.root)


def test_expected_and_observed_add_up_to_the_same_number(snapshot):
    for by in LEVELS:
        found = compare(snapshot, "DCCG", BY_ID["registered_30d"], by)
        assert found.card.stands and found.card.ridge == 0
        assert found.frame.expected.sum() == pytest.approx(found.frame.numerator.sum(), abs=1e-6)
        deaths = compare(snapshot, "DCCG", BY_ID["survival_1y"], by)
        assert (deaths.frame.oe * deaths.frame.expected).sum() == pytest.approx(deaths.frame.expected.sum(), abs=1e-5)
        assert found.frame.oe.round(9).equals((found.frame.numerator / found.frame.expected).astype(float).round(9))


def test_several_comparisons_together_are_each_what_it_is_alone(snapshot):
    """Rows are counted once for all units and spans: a reporting year that begins in July, three of them, any days."""
    chosen = tuple(BY_ID[id] for id in ("registered_30d", "stage_known", "survival_1y"))
    spans = [(date(2023, 7, 1), date(2024, 7, 1)), (date(2021, 7, 1), date(2024, 7, 1)),
             (date(2023, 2, 3), date(2023, 9, 1))]  # fmt: skip
    asked = [Asked(chosen[: 2 + (span == spans[0])], "department", *span) for span in spans]
    asked += [Asked(chosen[:2], by, *spans[1]) for by in LEVELS[1:]]
    asked.append(Asked(chosen[1:], "department"))
    together = compare_several(snapshot, "DCCG", asked, (("sex", "F"),))
    for one, found in zip(asked, together, strict=True):
        assert list(found) == [each.id for each in one.indicators]
        for each in one.indicators:
            alone = compare(snapshot, "DCCG", each, one.by, one.start, one.end, (("sex", "F"),))
            pd.testing.assert_frame_equal(found[each.id].frame, alone.frame, rtol=1e-9)
            assert found[each.id].without_unit == alone.without_unit
            pd.testing.assert_frame_equal(found[each.id].summary.frame(), alone.summary.frame(), rtol=1e-9)
    sizes = [found["registered_30d"].frame.denominator.sum() for found in together[:3]]
    assert 0 < sizes[0] < sizes[1] and 0 < sizes[2] < sizes[1], "the spans differ: the test tests something"


def test_the_country_counts_patients_without_a_department_and_no_unit_does(snapshot):
    for indicator in ("registered_30d", "survival_1y"):
        found = compare(snapshot, "DCCG", BY_ID[indicator])
        national = table(snapshot, "DCCG", BY_ID[indicator], Selection()).iloc[0]
        assert found.summary.national == pytest.approx(national["rate"])
        assert list(found.frame.unit) == sorted(DEPARTMENTS) and found.summary.units == 14
        assert found.without_unit > 50
        assert found.without_unit + found.frame.denominator.sum() == national["denominator"]


def test_the_planted_department_is_found_and_case_mix_explains_the_other(snapshot):
    late = compare(snapshot, "DCCG", BY_ID["registered_30d"]).frame.set_index("unit")
    assert late.zone["SLA-KIR"] == "alarm_low" and late["rank"]["SLA-KIR"] == 14
    assert late.q["SLA-KIR"] < 1e-6 and (late.zone.drop("SLA-KIR") == "within").sum() >= 12
    lived = compare(snapshot, "DCCG", BY_ID["survival_1y"]).frame.set_index("unit")
    # The oldest department widens the limits that everybody's results vary within; the case mix explains it away.
    assert lived.signal["SLA-KIR"].endswith("_low") and lived.oe_lower["SLA-KIR"] > 1.3
    assert lived.adjusted_signal["SLA-KIR"] == "alarm_low" and lived.adjusted_signal["HER-KIR"] == "within"
    assert lived.rate["HER-KIR"] < 0.8 and lived.p["HER-KIR"] < 0.01
    assert lived.oe_lower["HER-KIR"] < 1 < lived.oe_upper["HER-KIR"], "they are older"
    assert (lived.shrunken_lower < lived.shrunken).all() and (lived.shrunken < lived.shrunken_upper).all()
    assert lived["rank"]["SLA-KIR"] == 14 and lived.rank_lower["SLA-KIR"] > 10, "long survival is best"
    assert lived.shrunken["SLA-KIR"] > lived.rate["SLA-KIR"], "drawn towards the country"


def test_survival_rows_are_those_of_the_survival_table(snapshot):
    for indicator in ("survival_1y", "survival_5y"):
        found = compare(snapshot, "DCCG", BY_ID[indicator]).frame.set_index("unit")
        rows = table(snapshot, "DCCG", BY_ID[indicator], Selection(("department",))).set_index("department")
        for name in ("denominator", "rate", "lower", "upper"):
            assert np.allclose(found[name].astype(float), rows[name][found.index].astype(float), equal_nan=True), name
        assert found.numerator.isna().all() and found.worst.isna().all() and (found.missing == 0).all()
    late = compare(snapshot, "DCCG", BY_ID["survival_5y"])
    assert late.frame.zone.isna().all() and late.frame.expected.isna().all(), "nobody is followed for five years"
    assert "Follow-up" in late.card.refused.en


@pytest.mark.slow
def test_the_hazard_model_is_coxs(snapshot):
    from lifelines import CoxPHFitter

    card = compare(snapshot, "DCCG", BY_ID["survival_1y"]).card
    cases = snapshot.query("DCCG", "SELECT * FROM cases WHERE department IS NOT NULL")
    frame = pd.DataFrame({"time": np.minimum(cases.followup_days + 0.5, 365.25)})
    frame["dead"] = (cases.vital_status == "dead") & (cases.followup_days <= 365)
    expected, wanted = [], []
    for variable in card.variables:
        column = {"comorbidity": "charlson"}.get(variable.id, variable.id)
        values = cases[column].astype(object).where(cases[column].notna(), "").map(str)
        values = values.replace({"5": "3", "nan": ""}).str.replace(".0", "")
        assert variable.left_out is None, variable
        for group in {one.group: one for one in variable.categories if one.lower == one.lower}.values():
            name = f"{variable.id}{group.group}"
            frame[name] = values.isin(group.group).astype(float)
            wanted.append(name)
            expected.append(np.log(group.ratio))
    cox = CoxPHFitter().fit(frame, "time", "dead").params_
    assert len(wanted) == card.parameters and expected == pytest.approx(cox[wanted].tolist(), abs=0.05)


@pytest.mark.slow
def test_renamed_departments_change_nothing_else(tmp_path, snapshot):
    rows = country()
    turn = dict(zip(DEPARTMENTS, reversed(DEPARTMENTS), strict=True)) | {"": ""}
    other = load_extract(tmp_path, cases=[{**row, "department": turn[row["department"]]} for row in reversed(rows)])
    for indicator in ("registered_30d", "survival_1y"):
        one = compare(snapshot, "DCCG", BY_ID[indicator]).frame.set_index("unit")
        two = compare(other, "DCCG", BY_ID[indicator]).frame.set_index("unit").rename(turn).loc[one.index]
        pd.testing.assert_frame_equal(one, two, rtol=1e-5, atol=1e-7)


def test_hospitals_are_their_departments_and_regions_are_of_residence(snapshot):
    hospitals = compare(snapshot, "DCCG", BY_ID["registered_30d"], "hospital").frame
    assert "Slagelse" in list(hospitals.unit) and hospitals.denominator.sum() > 2000
    regions = compare(snapshot, "DCCG", BY_ID["registered_30d"], "region").frame
    assert list(regions.unit) == ["1081", "1082", "1083", "1084", "1085"]
    with pytest.raises(SelectionError, match="region"):
        compare(snapshot, "DCCG", BY_ID["coverage"], "region")
    with pytest.raises(ValueError, match="department, hospital, region"):
        compare(snapshot, "DCCG", BY_ID["registered_30d"], "sex")


@pytest.mark.slow
def test_the_whole_database_is_each_indicator_by_itself(snapshot):
    start, end = date(2023, 2, 1), date(2023, 11, 1)
    every = compare_all(snapshot, "DCCG", "department", start, end)
    reported = [one for one in CATALOGUE if why_not_reported(one, snapshot.info("DCCG")) is None]
    assert list(every) == [one.id for one in reported]
    for one in reported:
        alone = compare(snapshot, "DCCG", one, "department", start, end)
        pd.testing.assert_frame_equal(every[one.id].frame, alone.frame)
        assert every[one.id].indicator is one
    assert compare(snapshot, "DCCG", reported[0], "department", start, end) is compare(
        snapshot, "DCCG", reported[0], "department", start, end
    )
    assert len(compare_all(snapshot, "DCCG", "department", end, end)["registered_30d"].frame) == 0


def test_funnel_curves_are_the_limits_of_the_rows(snapshot):
    for indicator in ("registered_30d", "survival_1y"):
        found = compare(snapshot, "DCCG", BY_ID[indicator])
        curve = found.limits(found.frame.denominator.to_numpy(float))
        for name, values in curve.items():
            assert np.allclose(values, found.frame[name]), name
        low = found.limits(np.arange(5, 3000, 50))["limit998_low"]
        assert low[-1] > low[0], "the funnel narrows"


@pytest.mark.parametrize("dead", [True, False])
def test_everybody_or_nobody_dies(tmp_path, dead):
    rows = [
        {"case_id": f"c{n}", "department": DEPARTMENTS[n % 3], "diagnosis_date": "2020-01-01", "registered_date": day}
        | {"vital_status": "dead" if dead else "alive", "vital_date": "2020-03-01" if dead else "2026-10-31"}
        for n, day in enumerate(["2020-01-05" if dead else "2020-06-01"] * 60)
    ]
    snapshot = load_extract(tmp_path, cases=rows)
    for indicator in ("survival_1y", "registered_30d"):
        found = compare(snapshot, "DCCG", BY_ID[indicator])
        assert found.summary.national == (float(not dead) if indicator == "survival_1y" else float(dead))
        assert (found.frame.zone == "within").all() and found.frame.shrunken.isna().all()
        assert found.frame.oe.isna().all() and found.card.refused is not None
        assert np.isnan(found.summary.phi) and not found.summary.adjusted


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(store, capsys):
    def call(*words, indicator="registered_30d", form="csv"):
        code = main(
            ["compare", "--store", store, "--database", "DCCG", "--indicator", indicator, "--format", form, *words]
        )
        return code, *capsys.readouterr()

    return call


def rows_of(text: str) -> tuple[list[str], list[dict]]:
    reader = csv.DictReader(io.StringIO(text))
    return list(reader.fieldnames), list(reader)


def test_the_command_prints_the_fixed_columns(run, snapshot):
    code, out, err = run("--from", "2023-01-01", "--to", "2024-01-01")
    names, rows = rows_of(out)
    assert code == 0 and tuple(names) == COLUMNS and [row["unit"] for row in rows] == sorted(DEPARTMENTS)
    assert "registered under no department: " in err
    found = compare(snapshot, "DCCG", BY_ID["registered_30d"], "department", date(2023, 1, 1), date(2024, 1, 1)).frame
    for row, wanted in zip(rows, found.to_dict("records"), strict=True):
        assert row["zone"] in ZONES and row["numerator"].isdigit()
        assert row["signal"] == (wanted["signal"] or "") and row["certain"] == str(wanted["certain"]).lower()
        assert row["adjusted_signal"] == (wanted["adjusted_signal"] or "")
        words = ("unit", "zone", "signal", "certain", "adjusted_signal")
        for name in (name for name in COLUMNS if name not in words):
            assert row[name] == "" if pd.isna(wanted[name]) else float(row[name]) == wanted[name]
    assert rows_of(run()[1])[1] == rows, "department is the default, and so is the whole period"
    assert len(json.loads(run("--by", "region", form="json")[1])) == 5
    assert run("--by", "hospital", form="table")[1].startswith("unit")


def test_the_summary(run):
    names, [row] = rows_of(run("--summary")[1])
    assert tuple(names) == SUMMARY
    assert row["units"] == "14" and row["adjusted"] in ("true", "false")
    assert 0 < float(row["rankability"]) < 1 and float(row["mor"]) > 1
    code, out, _ = run("--summary", "--from", "2030-01-01")
    assert code == 0 and rows_of(out)[1] == [dict.fromkeys(SUMMARY, "") | {"adjusted": "false", "units": "0"}]


def test_survival_leaves_the_numerator_empty(run):
    _, [first, *_] = rows_of(run(indicator="survival_1y")[1])
    assert first["numerator"] == "" and first["missing"] == "0" and float(first["expected"]) > 0


def test_no_rows_and_not_reported(run):
    code, out, err = run("--from", "2030-01-01")
    assert (code, out.strip(), err) == (0, ",".join(COLUMNS), "no case-mix model: Too few events for a model (0; at "
                                        "least 20 are needed).\n")  # fmt: skip
    code, out, err = run(indicator="mdt_followed")
    assert code == 0 and out.strip() == ",".join(COLUMNS) and err.startswith("not reported: ")
    code, out, _ = run("--summary", indicator="mdt_followed")
    assert code == 0 and out.strip() == ",".join(SUMMARY)


def test_what_is_refused(run, tmp_path, capsys):
    for words in (("--from", "2023-13-01"), ("--from", "2024-01-02", "--to", "2024-01-01")):
        code, out, err = run(*words)
        assert code == 2 and out == "" and err.startswith("usage: ")
    assert run(indicator="nonsense")[0] == 2
    assert run("--by", "region", indicator="coverage")[0] == 2
    with pytest.raises(SystemExit) as stopped:
        run("--by", "year")
    assert stopped.value.code == 2 and "department" in capsys.readouterr().err
    assert main(["compare", "--store", str(tmp_path / "none"), "--database", "DCCG", "--indicator", "stage_known"]) == 1
    assert main(["compare", "--store", str(tmp_path), "--database", "DCCG", "--indicator", "stage_known"]) == 1


# --- some of the patients ---------------------------------------------------------------------------------------------


@pytest.mark.some(1)
@pytest.mark.parametrize(("name", "value"), [("sex", "F"), ("age_group", "75-84"), ("stage", "IV"), ("stage", "")])
def test_filtered_is_the_comparison_of_an_extract_of_those_patients(tmp_path, snapshot, name, value):
    """Rates, the country, the model and the verdicts are those of the patients chosen alone."""

    def chosen(row):
        return ("75-84" if 75 <= row["age"] < 85 else "other") if name == "age_group" else row[name]

    alone = load_extract(tmp_path, cases=[row for row in country() if chosen(row) == value])
    for indicator in ("registered_30d", "survival_1y"):
        found = compare(snapshot, "DCCG", BY_ID[indicator], where=((name, value),))
        wanted = compare(alone, "DCCG", BY_ID[indicator])
        pd.testing.assert_frame_equal(found.frame, wanted.frame)
        assert found.without_unit == wanted.without_unit
        assert [one.id for one in found.card.variables if one.left_out is None] == [
            one.id for one in wanted.card.variables if one.left_out is None
        ]
        fixed = next(one for one in found.card.variables if one.id == name)
        assert fixed.left_out is not None, "the same for all is no part of the model"


def test_the_command_takes_where(run, snapshot):
    code, out, _ = run("--where", "sex=F,stage=IV")
    wanted = compare(snapshot, "DCCG", BY_ID["registered_30d"], where=(("sex", "F"), ("stage", "IV"))).frame
    assert code == 0 and [int(row["denominator"]) for row in rows_of(out)[1]] == wanted.denominator.tolist()
    for words in (("--where", "department=SLA-KIR"), ("--where", "sex=X"), ("--where", "sex=F,sex=M")):
        code, out, err = run(*words)
        assert code == 2 and out == "" and err.startswith("usage: --where"), words
    code, _, err = run("--where", "sex=F", indicator="coverage")
    assert code == 2 and "coverage cannot be divided by 'sex'" in err
