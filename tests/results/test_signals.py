"""The early warning against a second implementation in plain Python, its adjustment, its chart and its list."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from indicators import casemix, monitored, picture, signals
from indicators.catalogue import CATALOGUE, indicator
from indicators.statistics.runs import runs
from indicators.thresholds import FALSE_ALARM_YEARS, FEW, STRONG_ALARM_YEARS, thresholds
from tests.support import early_warning_store as made
from tests.support.extracts import load_extract

CUT = dt.date(2025, 10, 31)
LAG = 90


@pytest.fixture(scope="module")
def rows():
    """Patients who are all alike, so that no case-mix model stands."""
    found = made.tables(11)
    found["cases"] = [{**one, "age": 60, "sex": "F", "stage": None} for one in found["cases"]]
    return found


@pytest.fixture(scope="module")
def snapshot(rows, tmp_path_factory):
    return made.load(tmp_path_factory.mktemp("alike"), rows, CUT)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return made.load(tmp_path_factory.mktemp("mixed"), made.tables(12), CUT)


def outcomes(rows: dict, name: str, day: dt.date) -> list[tuple[str, dt.date, bool]]:
    """(unit, index date, unwanted) of the patients that count on ``day``, from the extract's rows."""
    case = {one["case_id"]: one for one in made.known(rows, CUT)["cases"]}
    operated = {one["case_id"]: one for one in rows["treatments"]}
    met = {one["case_id"]: one["date"] for one in rows["conferences"]}
    again = {one["case_id"]: one["date"] for one in rows["complications"]}
    found = []

    def add(id: str, unit: str, index: dt.date, follow_up: int, unwanted: bool | None) -> None:
        window = dt.timedelta(follow_up + LAG)
        reported = case[id]["registered_date"] if id in case else None
        if unwanted is not None and reported is not None:
            counted_as = max(index, reported - window)  # who is reported late counts as much later
            if counted_as + window <= day:
                found.append((unit, counted_as, unwanted))

    if name == "mdt_before_treatment":
        for id, row in operated.items():
            add(id, row["department"], row["start_date"], 0, not met[id] <= row["start_date"])
    elif name == "reoperation_30d":
        for id, row in operated.items():
            within = id in again and 0 <= (again[id] - row["start_date"]).days <= 30
            add(id, row["department"], row["start_date"], 30, within if row["complications_registered"] else None)
    elif name == "mortality_30d":
        for id, row in operated.items():
            within = (case[id]["vital_date"] - row["start_date"]).days <= 30 if id in case else None
            add(id, row["department"], row["start_date"], 30, within)
    elif name == "palliative_received":
        for row in rows["palliative"]:
            gone = row["received_date"] > row["referred_date"] + dt.timedelta(120)
            add(row["case_id"], row["unit"], row["referred_date"], 30, gone)
    return found


def root(bad: list[bool], eta: float, sd: float) -> float:
    """How far the log odds of these patients lie from ``eta``, drawn towards 0."""
    return brentq(lambda d: sum(bad) - len(bad) * expit(eta + d) - d / sd**2, -15, 15, xtol=1e-13)


def variations(found: list[tuple[str, dt.date, bool]], last: dt.date) -> tuple[dict, dict]:
    """How much the twelfths of the three years before each year vary, by unit and year, and the mean of a year."""
    by_unit, mean = {}, {}
    for year in range(made.START.year + 3, last.year + 1):
        begins, window = dt.date(year, 1, 1), dt.date(year - 3, 1, 1)
        country = [bad for _, day, bad in found if window <= day < begins]
        eta = math.log((sum(country) + 0.5) / (len(country) - sum(country) + 0.5))
        speaking = []
        for unit in {one[0] for one in found}:
            own = [(day, bad) for who, day, bad in found if who == unit and window <= day < begins]
            risk = float(expit(eta + root([bad for _, bad in own], eta, 1)))
            parts: dict[tuple, list[bool]] = {}
            for day, bad in own:
                start = dt.date(day.year, 1, 1)
                length = (dt.date(day.year + 1, 1, 1) - start).days
                parts.setdefault((day.year, (day - start).days * 12 // length), []).append(bad)
            v = risk * (1 - risk)
            pearson = sum((sum(one) - len(one) * risk) ** 2 / (len(one) * v) for one in parts.values())
            by_unit[unit, year] = pearson / max(len(parts) - 1, 1)
            if min(sum(bad for _, bad in own), sum(not bad for _, bad in own)) >= 15:
                speaking.append(by_unit[unit, year])
        mean[year] = sum(speaking) / max(len(speaking), 1)
    return by_unit, mean


def path(found: list[tuple[str, dt.date, bool]], last: dt.date) -> dict[str, dict]:
    """Every unit's chart on its last day, one patient at a time."""
    charts: dict[str, dict] = {}
    variation, spread = variations(found, last)
    for unit in sorted({one[0] for one in found}):
        mine = sorted((day, bad) for who, day, bad in found if who == unit)
        arms = [{"value": 0.0, "free": 0.0, "on": False, "strong": False, "start": None} for _ in range(2)]
        base, log = None, []
        for year in range(made.START.year + 3, last.year + 1):
            begins = dt.date(year, 1, 1)
            window = dt.date(year - 3, 1, 1)
            for arm in arms:
                if arm["on"] and arm["start"] < window:
                    for other in arms:
                        other.update(value=0.0, free=0.0, on=False, strong=False, start=None)
            if not any(arm["on"] for arm in arms):
                country = [bad for _, day, bad in found if window <= day < begins]
                eta = math.log((sum(country) + 0.5) / (len(country) - sum(country) + 0.5))
                own = [bad for day, bad in mine if window <= day < begins]
                delta = root(own, eta, 1)
                risk, volume = float(expit(eta + delta)), len(own) / 3
                base = None
                every = [(day, bad) for who, day, bad in found if who == unit and window <= day < begins]
                assert {day.year for day, _ in every} == {year - 3, year - 2, year - 1}
                if min(sum(own), len(own) - sum(own)) < 15:  # few: half the country's, with thresholds of its own
                    delta, phi = root(own, eta, 0.35), max(1.0, spread[year])
                    risk, few = float(expit(eta + delta)), thresholds(FEW)
                    limits = [[phi * one for one in few.of(volume / phi, part)] for part in (risk, 1 - risk)]
                    if min(sum(country), len(country) - sum(country)) >= 15 and few.delays(volume / phi, risk)[1] <= 5:
                        base = (risk, volume, [(float(a), float(b)) for a, b in limits], eta, delta)
                else:
                    phi = max(1.0, (variation[unit, year] + spread[year]) / 2)
                    limits = [[phi * one for one in thresholds().of(volume / phi, part)] for part in (risk, 1 - risk)]
                    base = (risk, volume, [(float(a), float(b)) for a, b in limits], eta, delta)
            if base is None:
                continue
            _, _, limits, eta, delta = base
            year_before = [bad for _, day, bad in found if dt.date(year - 1, 1, 1) <= day < begins]
            risk = float(expit(eta + delta + root(year_before, eta, 0.15)))
            for day in sorted({day for day, _ in mine if day.year == year and day <= last}):
                today = [bad for one, bad in mine if one == day]
                log.append((day, len(today), sum(today), risk))
                alarms = []
                for number, (arm, ratio) in enumerate(zip(arms, (2, 0.5), strict=True)):
                    score = sum(today) * math.log(ratio) - len(today) * math.log(1 - risk + ratio * risk)
                    total = arm["value"] + score
                    if total <= (limits[number][0] / 3 if arm["on"] else 0):
                        arm.update(value=0.0, free=0.0, on=False, strong=False, start=None)
                        continue
                    if arm["value"] == 0:
                        arm["start"] = day
                    arm["free"] += score
                    arm["value"] = min(total, limits[number][0])
                    if total >= limits[number][0] and score > 0 and not arm["on"]:
                        arm["on"] = True
                        alarms.append(number)
                for number in alarms:
                    arms[1 - number].update(value=0.0, free=0.0, on=False, strong=False, start=None)
                for number, arm in enumerate(arms):
                    arm["strong"] = arm["strong"] or (arm["on"] and arm["free"] >= limits[number][1])
        charts[unit] = {"arms": arms, "base": base, "log": log}
    return charts


# On 3 April 2024 the patients operated on in January 2024 count for MDT, not yet for what has a follow-up.
@pytest.mark.some(2)
@pytest.mark.parametrize("name", ["mdt_before_treatment", "reoperation_30d", "palliative_received", "mortality_30d"])
@pytest.mark.parametrize("day", [CUT, dt.date(2024, 4, 3)], ids=str)
def test_every_chart_against_plain_python(rows, snapshot, name, day) -> None:
    follow_up = indicator(name).follow_up
    last = day - dt.timedelta(follow_up + LAG)
    expected = path(outcomes(rows, name, day), last)
    board = signals.board(snapshot, "DCCG", day).charts.query("indicator == @name")
    assert len(board) == 2 * sum(one["base"] is not None for one in expected.values()) > 0
    for row in board.to_dict("records"):
        chart = expected[row["unit"]]
        arm = chart["arms"][signals.DIRECTIONS.index(row["direction"])]
        assert row["until"] == last
        assert (row["baseline"], row["volume"]) == pytest.approx(chart["base"][:2])
        assert (row["cusum"], row["evidence"]) == pytest.approx((arm["value"], arm["free"]), abs=1e-8)
        assert (row["active"], row["strong"]) == (arm["on"], arm["strong"])
        if arm["on"]:
            since = [one for one in chart["log"] if one[0] >= arm["start"]]
            assert row["since"] == arm["start"]
            assert row["observed"] == sum(x for _, _, x, _ in since)
            assert row["expected"] == pytest.approx(sum(n * p for _, n, _, p in since))
            assert row["excess"] == pytest.approx(row["observed"] - row["expected"])
    if name == "mdt_before_treatment":
        assert board["active"].any()
    assert ("few" if name == "mortality_30d" else "own") in set(board["judged"])


def test_every_indicator_of_patients_is_watched_and_nothing_else(snapshot) -> None:
    ids = {one.id for one in monitored.watched(snapshot, "DCCG")}
    # Columns that the made extract does not deliver: not reported.
    absent = {"mdt_followed", "tnm_complete", "palliative_conference"}
    absent |= {"coverage", "survival_1y", "survival_5y", "variables_complete", "trial_offered", "trial_included"}
    assert ids == {one.id for one in CATALOGUE} - absent


@pytest.mark.slow
def test_patients_are_judged_by_the_case_mix_model_of_the_years_before(mixed) -> None:
    name = indicator("reoperation_30d")
    used = monitored.period(mixed, "DCCG", name, CUT)
    (panel,) = monitored.panels(mixed, "DCCG", [name], CUT, {"cases": True})
    start, stop = int(used.turns[2]), int(used.turns[5])
    inside = (panel.day >= start) & (panel.day < stop)
    levels = {key: np.array([*casemix.LEVELS[key], None], dtype=object)[code] for key, code in panel.codes.items()}
    groups = pd.DataFrame({key: value[panel.pattern] for key, value in levels.items()})[inside]
    groups["denominator"], groups["numerator"] = panel.patients[inside], panel.events[inside]
    card, expected = casemix.fit(name, groups)
    assert card.stands and card.parameters >= 3
    found = expit(panel.logits(start, stop))[panel.pattern]
    np.testing.assert_allclose(found[inside] * panel.patients[inside], expected, rtol=1e-8)
    assert np.isfinite(found).all() and len(np.unique(found[~inside].round(9))) > 5


def test_a_later_year_does_not_move_the_model_of_an_earlier_one(mixed) -> None:
    name = indicator("mdt_before_treatment")
    early, late = (
        monitored.panels(mixed, "DCCG", [name], day, {"cases": True})[0] for day in (dt.date(2024, 6, 1), CUT)
    )
    turns = monitored.period(mixed, "DCCG", name, CUT).turns
    years = [int(turns[k]) for k in (2, 5)]
    first = early.logits(*years)[early.pattern]
    np.testing.assert_allclose(late.logits(*years)[late.pattern][: len(first)], first, rtol=1e-9)


def test_a_chart_shows_what_the_board_says(snapshot) -> None:
    mdt = indicator("mdt_before_treatment")
    board = signals.board(snapshot, "DCCG").charts.query("unit == 'SLA-KIR' and indicator == 'mdt_before_treatment'")
    chart = signals.chart(snapshot, "DCCG", mdt, "SLA-KIR")
    for row in board.to_dict("records"):
        assert chart.months[f"cusum_{row['direction']}"].iloc[-1] == pytest.approx(row["cusum"])
        assert chart.threshold[row["direction"]] == pytest.approx(row["threshold"])
        assert chart.until == row["until"] and not chart.silent
    months = chart.months
    assert months["baseline"].sum() == 36 and months["start"].iloc[-1] == dt.date(2025, 8, 1)
    assert months["expected"].notna().sum() >= 12
    assert picture.width(months) == picture.QUARTER  # one unwanted a month is too thin
    assert picture.width(months.assign(n=40, unwanted=5)) == picture.MONTH
    assert picture.width(months.assign(n=40, unwanted=36)) == picture.QUARTER
    assert signals.chart(snapshot, "DCCG", mdt, "ODE-KIR") is None
    with pytest.raises(ValueError, match="not watched"):
        signals.chart(snapshot, "DCCG", indicator("survival_1y"), "SLA-KIR")


def test_a_picture_joins_months_and_judges_by_the_baseline(snapshot) -> None:
    mdt = indicator("mdt_before_treatment")
    months = signals.chart(snapshot, "DCCG", mdt, "SLA-KIR").months
    drawn = picture.picture(months, mdt, picture.QUARTER)
    assert list(drawn.points["start"]) == list(months["start"])[::3]
    rows = months.to_dict("records")
    parts = [rows[place : place + 3] for place in range(0, len(rows), 3)]
    rates = []
    for point, part in zip(drawn.points.to_dict("records"), parts, strict=True):
        n, bad = (sum(one[name] for one in part) for name in ("n", "unwanted"))
        hoped = [one["expected"] for one in part if one["expected"] == one["expected"]]
        assert (point["n"], point["unwanted"], point["size"]) == (n, bad, len(part))
        assert point["rate"] == pytest.approx((n - bad) / n)
        rates.append((n - bad) / n)
        assert point["expected_rate"] == pytest.approx(1 - sum(hoped) / n if hoped else math.nan, nan_ok=True)
    first = [(sum(one["n"] - one["unwanted"] for one in part), sum(one["n"] for one in part)) for part in parts[:12]]
    centre = sum(good for good, _ in first) / sum(n for _, n in first)
    z = [(good / n - centre) / math.sqrt(centre * (1 - centre) / n) for good, n in first]
    sigma = np.mean([abs(after - before) for before, after in itertools.pairwise(z)]) / 1.128
    assert drawn.centre == pytest.approx(centre)
    size = drawn.points["n"].iloc[-1]
    half = 3 * max(sigma, 1) * math.sqrt(centre * (1 - centre) / size)
    assert drawn.points["lower"].iloc[-1] == pytest.approx(max(centre - half, 0))
    assert drawn.points["upper"].iloc[-1] == pytest.approx(min(centre + half, 1))
    assert drawn.runs == runs(rates)


def test_the_list_is_in_order_and_says_the_rates(snapshot) -> None:
    board = signals.board(snapshot, "DCCG", dt.date(2023, 12, 31))
    listed, found = board.listed, board.signals
    assert len(found) and list(found.columns) == list(signals.COLUMNS)
    keys = [(not r.strong, r.direction == signals.BETTER, -r.evidence) for r in listed.itertuples()]
    assert keys == sorted(keys)
    assert set(found["false_alarm_years"]) == {FALSE_ALARM_YEARS}
    assert set(found["false_signals_expected"]) == {board.false_signals_expected}
    table = {"own": thresholds(), "few": thresholds(FEW)}
    share = [
        table[r.judged].share_listed(r.volume / r.dispersion, r.baseline if r.direction == "worse" else 1 - r.baseline)
        for r in board.charts.itertuples()
    ]
    np.testing.assert_allclose(np.array(share), board.charts[["false", "false_strong"]].to_numpy(float))
    np.testing.assert_allclose(np.sum(share, 0), [board.false_signals_expected, board.false_strong_expected])
    assert STRONG_ALARM_YEARS > FALSE_ALARM_YEARS and board.false_strong_expected < board.false_signals_expected / 3
    both = board.charts[board.charts["active"]].groupby(["unit", "indicator"]).size()
    assert (both == 1).all()


def test_dates_without_a_bound_of_their_own_are_bounded() -> None:
    one = monitored.as_known(indicator("palliative_within_10_days"))
    bounded = "(CASE WHEN received_date <= referred_date + 90 THEN received_date END)"
    assert one.population == f"eligible AND {bounded} IS NOT NULL"
    assert one.numerator == f"CASE WHEN {bounded} >= referred_date THEN {bounded} - referred_date < 10 END"
    assert monitored.as_known(indicator("palliative_before_death")) == indicator("palliative_before_death")
    mdt = indicator("mdt_followed")
    bounded = "(CASE WHEN first_conference_date <= diagnosis_date + 90 THEN first_conference_date END)"
    assert monitored.as_known(mdt) == replace(mdt, population=f"{bounded} IS NOT NULL")


@pytest.mark.parametrize(
    ("since", "last", "months"),
    [((2025, 9, 1), (2025, 12, 31), 4), ((2025, 9, 30), (2025, 10, 1), 2), ((2025, 9, 3), (2025, 9, 3), 1)],
)
def test_months_are_calendar_months_both_ends_counted(since, last, months) -> None:
    assert signals._months(dt.date(*since), dt.date(*last)) == months


# --- worse again, and long standing ----------------------------------------------------------------------------------


def declining(root, steps, days=(dt.date(2018, 1, 1), dt.date(2025, 12, 31))):
    """Six departments with 12 patients a month, of whom one in five has no MDT before treatment; the odds of the first
    are multiplied by each step's factor from its day on."""
    rows: dict[str, list[dict]] = {"cases": [], "treatments": [], "conferences": []}
    for unit in ("SLA-KIR", "HER-KIR", "AAL-KIR", "VIB-KIR", "ODE-KIR", "HVI-KIR"):
        due = 0.0
        for month in range((days[1].year - days[0].year) * 12 + days[1].month):
            first = dt.date(days[0].year + month // 12, month % 12 + 1, 1)
            odds = next((by for day, by in reversed(steps) if unit == "SLA-KIR" and first >= day), 1.0) * 0.25
            for place in range(12):
                id, day = f"{unit}-{month}-{place}", first + dt.timedelta(2 * place)
                rows["cases"].append({"case_id": id, "diagnosis_date": day, "department": unit, "vital_date": days[1],
                                      "registered_date": min(day + dt.timedelta(20), days[1])})  # fmt: skip
                rows["treatments"].append({"case_id": id, "kind": "surgery", "start_date": day, "department": unit,
                                           "acute": False})  # fmt: skip
                due += odds / (1 + odds)
                if due >= 1:
                    due -= 1
                else:
                    rows["conferences"].append({"case_id": id, "date": day})
    return load_extract(root, data_cut=days[1].isoformat(), period=tuple(map(str, days)), **rows)


@pytest.fixture(scope="module")
def worse_again(tmp_path_factory):
    steps = ((dt.date(2021, 6, 1), 2.2), (dt.date(2023, 2, 1), 6.0))
    return declining(tmp_path_factory.mktemp("again"), steps)


def of_slagelse(frame):
    return frame.query("unit == 'SLA-KIR' and indicator == 'mdt_before_treatment'").to_dict("records")


def test_a_signal_that_gets_worse_is_news_again(worse_again) -> None:
    """Odds × 2.2 from June 2021 and × 6 from February 2023: the audit's chart, which was on no list in March 2025."""
    board = signals.board(worse_again, "DCCG", dt.date(2025, 3, 31))
    (row,) = of_slagelse(board.signals)
    assert (row["direction"], row["news"]) == ("worse", "again")
    assert abs((row["since"] - dt.date(2023, 2, 1)).days) <= 60
    assert abs((row["first_since"] - dt.date(2021, 6, 1)).days) <= 90
    assert dt.date(2023, 3, 1) <= row["known_from"] - dt.timedelta(LAG) <= dt.date(2023, 12, 31)
    # Since then about 23 months × 12 patients, 60 % of them against the usual 20 %.
    assert row["observed"] == pytest.approx(0.6 * 12 * 23, rel=0.12)
    assert row["expected"] == pytest.approx(0.2 * 12 * 23, rel=0.2)
    early = signals.board(worse_again, "DCCG", dt.date(2022, 9, 30))
    assert of_slagelse(early.signals)[0]["news"] != "again"


def test_a_level_that_does_not_get_worse_is_listed_for_24_months_and_then_stands(tmp_path) -> None:
    snapshot = declining(tmp_path, ((dt.date(2021, 6, 1), 3.0),))
    found = {day: signals.board(snapshot, "DCCG", day) for day in (dt.date(2022, 6, 30), dt.date(2025, 3, 31))}
    early, late = found.values()
    assert of_slagelse(early.signals) and not of_slagelse(early.standing)
    assert not of_slagelse(late.signals)
    (row,) = of_slagelse(late.standing)
    assert row["first_since"] == of_slagelse(early.listed)[0]["first_since"] and row["news"] != "again"
    assert any("stands, without news for 24 months: SLA-KIR mdt_before_treatment worse" in one for one in late.notes)
    # From 2025 on the three whole years after its start are what is expected; the board says so.
    after = signals.board(snapshot, "DCCG")
    assert not of_slagelse(after.signals) and not of_slagelse(after.standing)
    (row,) = of_slagelse(after.absorbed)
    assert (row["absorbed_since"], row["absorbed"]) == (
        of_slagelse(late.standing)[0]["since"], dt.date(2025, 1, 1)
    )  # fmt: skip
    assert any("years since" in one and "SLA-KIR mdt_before_treatment" in one for one in after.notes)


# --- few patients, new and merged units -------------------------------------------------------------------------------


def steady_store(root, opens, rarely=(), fall=None, days=(dt.date(2018, 1, 1), dt.date(2025, 12, 31))):
    """Units with 12 patients a month, of whom one in five has no MDT before treatment, between the days of ``opens``.

    ``rarely``: units with one patient a year. ``fall``: unit and day from which two in five have none.
    """
    rows: dict[str, list[dict]] = {"cases": [], "treatments": [], "conferences": []}
    for unit, (begins, ends) in opens.items():
        number = 0
        for month in range((days[1].year - days[0].year) * 12 + days[1].month):
            first = dt.date(days[0].year + month // 12, month % 12 + 1, 1)
            if not begins <= first <= ends:
                continue
            for place in range(int(month % 12 == 0) if unit in rarely else 12):
                number += 1
                id, day = f"{unit}-{month}-{place}", first + dt.timedelta(2 * place)
                rows["cases"].append({"case_id": id, "diagnosis_date": day, "department": unit, "vital_date": days[1],
                                      "registered_date": min(day + dt.timedelta(20), days[1])})  # fmt: skip
                rows["treatments"].append({"case_id": id, "kind": "surgery", "start_date": day, "department": unit,
                                           "acute": False})  # fmt: skip
                every = 5 if fall is None or unit != fall[0] or first < fall[1] else 2
                if number % every:
                    rows["conferences"].append({"case_id": id, "date": day})
    return load_extract(root, data_cut=days[1].isoformat(), period=tuple(map(str, days)), **rows)


ALWAYS = (dt.date(2018, 1, 1), dt.date(2025, 12, 31))
MERGED = dt.date(2022, 1, 1)


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    """Herning closes and Gødstrup, its successor, opens in 2022, in decline from 2022-07; Odense opens in 2023;
    Hjørring has one patient a year."""
    opens = {"SLA-KIR": ALWAYS, "HER-KIR": ALWAYS, "AAL-KIR": ALWAYS, "HJO-KIR": ALWAYS,
             "HEN-KIR": (ALWAYS[0], dt.date(2021, 12, 31)), "GOE-KIR": (MERGED, ALWAYS[1]),
             "ODE-KIR": (dt.date(2023, 3, 1), ALWAYS[1])}  # fmt: skip
    return steady_store(tmp_path_factory.mktemp("merged"), opens, ("HJO-KIR",), ("GOE-KIR", dt.date(2022, 7, 1)))


def of_mdt(frame, unit):
    return frame.query("unit == @unit and indicator == 'mdt_before_treatment' and direction == 'worse'")


@pytest.mark.slow
def test_a_merged_unit_is_judged_by_its_predecessors_until_it_has_three_years(merged) -> None:
    early = signals.board(merged, "DCCG", dt.date(2022, 6, 30))
    (row,) = of_mdt(early.charts, "GOE-KIR").to_dict("records")
    assert (row["judged"], row["predecessors"], row["active"]) == ("predecessors", "HEN-KIR", False)
    assert row["volume"] == pytest.approx(144) and row["baseline"] == pytest.approx(0.2, abs=0.01)
    found = signals.board(merged, "DCCG", dt.date(2023, 3, 31))
    (row,) = of_mdt(found.listed, "GOE-KIR").to_dict("records")
    assert row["judged"] == "predecessors" and abs((row["since"] - dt.date(2022, 7, 1)).days) < 62
    assert any("GOE-KIR mdt_before_treatment worse: judged by the pooled level" in note for note in found.notes)
    one = signals.chart(merged, "DCCG", indicator("mdt_before_treatment"), "GOE-KIR", dt.date(2022, 6, 30))
    assert (one.judged, one.predecessors, one.silent) == ("predecessors", "HEN-KIR", False)


@pytest.mark.slow
def test_a_unit_without_predecessors_is_judged_by_the_country_and_then_by_itself(merged) -> None:
    judged = {
        day: of_mdt(signals.board(merged, "DCCG", day).charts, "ODE-KIR")["judged"].tolist()
        for day in (dt.date(2023, 9, 30), dt.date(2025, 3, 31), dt.date(2025, 12, 31))
    }
    assert list(judged.values()) == [["new"], ["new"], ["new"]]
    own = of_mdt(signals.board(merged, "DCCG", dt.date(2022, 6, 30)).charts, "SLA-KIR")
    assert own["judged"].tolist() == ["own"]


def test_the_whole_country_stands_for_units_of_too_few_and_a_closed_unit_says_why(merged) -> None:
    board = signals.board(merged, "DCCG")
    silent = board.silent.set_index(["unit", "indicator"])["reason"]
    assert silent["HJO-KIR", "mdt_before_treatment"] == signals.TOO_FEW
    assert silent["HEN-KIR", "mdt_before_treatment"] == signals.ABSENT
    place = board.in_place.query("indicator == 'mdt_before_treatment'")
    assert set(place["unit"]) == {signals.COUNTRY} and len(place) == 2
    assert signals.COUNTRY not in set(board.charts["unit"]) | set(board.signals["unit"])
    charted = {(row.unit, row.indicator) for row in board.charts.itertuples()}
    assert not charted & set(silent.index)
    assert any("the whole country is watched in their place" in note for note in board.notes)


def test_a_decline_of_the_whole_country_is_seen_in_the_place_of_small_units(tmp_path) -> None:
    """What moves everywhere is no unit's signal a year later, but the country's own it stays."""
    rows: dict[str, list[dict]] = {"cases": [], "treatments": [], "conferences": []}
    for unit, many in (("SLA-KIR", 12), ("HER-KIR", 12), ("HJO-KIR", 0)):
        for month in range(96):
            first = dt.date(2018 + month // 12, month % 12 + 1, 1)
            for place in range(many or int(month % 12 == 0)):
                id, day = f"{unit}-{month}-{place}", first + dt.timedelta(2 * place)
                rows["cases"].append({"case_id": id, "diagnosis_date": day, "department": unit,
                                      "vital_date": dt.date(2025, 12, 31), "registered_date": day})  # fmt: skip
                rows["treatments"].append({"case_id": id, "kind": "surgery", "start_date": day, "department": unit,
                                           "acute": False})  # fmt: skip
                if (month + place) % (3 if first >= dt.date(2024, 1, 1) else 6):
                    rows["conferences"].append({"case_id": id, "date": day})
    snapshot = load_extract(tmp_path, data_cut="2025-12-31", period=("2018-01-01", "2025-12-31"), **rows)
    (row,) = signals.board(snapshot, "DCCG").in_place.query(
        "indicator == 'mdt_before_treatment' and active"
    ).to_dict("records")  # fmt: skip
    assert row["direction"] == "worse" and abs((row["since"] - dt.date(2024, 1, 1)).days) < 62
    assert row["observed"] > 1.85 * row["expected"]  # also in the second year of the decline
