"""Net survival: closed forms, laws, and a second program that goes through the patients one by one."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data.synthetic import lifetable as demonstration
from survival import lifetable
from survival.lifetable import LifeTable, LifeTableError
from survival.net import EDERER2, METHODS, POHAR_PERME, People, net
from survival.relative import STANDARDS, Patients, Question, beyond, values
from tests.support.amount import examples
from tests.support.naive_net import Person, Table, net_survival

YEAR = 365.25
TABLE = lifetable.demonstration()


def day_of(date: dt.date) -> int:
    return (date - dt.date(1970, 1, 1)).days


def people_of(people: list[Person], group: list[int] | None = None, groups: int = 1) -> People:
    columns = (
        [0] * len(people) if group is None else group,
        ["FM".index(one.sex) for one in people],
        [one.age for one in people],
        [day_of(one.diagnosed) for one in people],
        [one.entry for one in people],
        [one.exit for one in people],
        [one.died for one in people],
    )
    return People(groups, *(np.array(column) for column in columns))


def one_group(people: People) -> People:
    return people.in_groups(np.zeros(len(people.group), dtype=int), 1)


def constant(probability: float) -> LifeTable:
    """A table in which everybody has the same mortality."""
    hazard = -math.log(1 - probability) / YEAR
    return LifeTable("constant", "", False, 2000, np.full((2, 40, 101), hazard))


def drawn(seed: int, size: int) -> list[Person]:
    """Patients with the edges: deaths on the first day, New Year's Day, leap days, the open age, late entries."""
    rng = np.random.default_rng(seed)
    edges = (dt.date(2012, 1, 1), dt.date(2011, 12, 31), dt.date(2012, 2, 29), dt.date(2012, 7, 3), dt.date(2012, 7, 2))
    found = []
    for _ in range(size):
        if rng.random() < 0.3:
            diagnosed = edges[rng.integers(len(edges))]
        else:
            diagnosed = dt.date(2008, 1, 1) + dt.timedelta(days=int(rng.integers(4000)))
        exit = 0 if rng.random() < 0.05 else int(rng.choice([182, 183, 184, 548, rng.integers(900)]))
        entry = -1 if rng.random() < 0.6 else int(rng.integers(-1, 400))
        age = int(rng.choice([0, 98, 99, 105, rng.integers(30, 95)]))
        if exit > entry:
            found.append(Person("FM"[rng.integers(2)], age, diagnosed, exit, bool(rng.random() < 0.6), entry))
    return found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(examples(30)))
def test_a_second_program_agrees_on_every_day(method: str, seed: int) -> None:
    people = drawn(seed, 60)
    group = np.random.default_rng(seed + 1000).integers(0, 3, len(people))
    found = net(people_of(people, list(group), 4), TABLE, 760, method)
    table = Table.of_file(lifetable.DEMONSTRATION)
    for one in range(3):
        mine = [person for person, its in zip(people, group, strict=True) if its == one]
        excess, variance = net_survival(mine, table, 760, method == POHAR_PERME)
        days = found.excess.shape[1]  # none after the last one that anybody was followed to
        assert days == 761 or days > max(person.exit for person in people)
        excess, variance = excess[:days], variance[:days]
        np.testing.assert_allclose(found.excess[one], excess, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.variance[one], variance, rtol=1e-10, atol=1e-14)
    assert np.isnan(found.excess[3]).all() and found.cases[3] == 0


def test_a_constant_hazard_has_a_closed_form() -> None:
    """Everybody alike: the weights cancel, and the net hazard is deaths at risk less the population's."""
    rng = np.random.default_rng(7)
    exit = rng.integers(0, 2500, 400)
    died = rng.random(400) < 0.7
    people = People(1, np.zeros(400, int), rng.integers(0, 2, 400), rng.integers(20, 90, 400),
                    day_of(dt.date(2015, 3, 5)) + rng.integers(0, 900, 400), np.full(400, -1), exit, died)  # fmt: skip
    each = [((exit == day) & died).sum() / (exit >= day).sum() for day in range(1827)]
    for method in METHODS:
        found = net(people, constant(0.03), 5 * YEAR, method).at([YEAR, 5 * YEAR])
        for place, day in enumerate((365, 1826)):
            expected = (1 - 0.03) ** (day / YEAR)
            assert found.estimate[0, place] == pytest.approx(math.exp(-sum(each[: day + 1])) / expected, abs=1e-12)
            assert found.expected[0, place] == pytest.approx(expected, abs=1e-12)
            error = math.sqrt(found.variance[0, place])
            assert found.lower[0, place] == pytest.approx(found.estimate[0, place] * math.exp(-1.959964 * error))
            assert found.upper[0, place] == pytest.approx(found.estimate[0, place] * math.exp(1.959964 * error))


def test_where_nobody_dies_net_survival_is_the_mean_of_the_weights() -> None:
    people = [Person("F", 40, dt.date(2014, 5, 1), 9999, False), Person("M", 85, dt.date(2013, 5, 1), 9999, False)]
    found = net(people_of(people), TABLE, 5 * YEAR)
    table = Table.of_file(lifetable.DEMONSTRATION)
    weights = [math.exp(sum(table.hazard(one, step) for step in range(1826))) for one in people]
    values = found.at([5 * YEAR])
    assert values.estimate[0, 0] == pytest.approx(sum(weights) / 2, abs=1e-12)
    assert values.lower[0, 0] == values.upper[0, 0] == values.estimate[0, 0]
    assert values.expected[0, 0] == pytest.approx(sum(1 / one for one in weights) / 2, abs=1e-12)


@cache
def population(seed: int, size: int, extra: float = 0.0) -> People:
    """Patients who die as the table says, and besides with a constant hazard ``extra`` a year."""
    rng = np.random.default_rng(seed)
    sex, age = rng.integers(0, 2, size), rng.integers(40, 95, size)
    day = day_of(dt.date(2011, 1, 1)) + rng.integers(0, 1500, size)
    clock, passed, exit = rng.exponential(size=size), np.zeros(size), np.full(size, 2000)
    dates = np.arange(day.min(), day.max() + 2001).astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    for step in range(2000):
        year = np.clip(dates[day + step - day.min()] - TABLE.first, 0, TABLE.hazard.shape[1] - 1)
        attained = np.minimum(np.floor(age + 0.5 + step / YEAR).astype(int), TABLE.oldest)
        passed += TABLE.hazard[sex, year, attained] + extra / YEAR
        exit = np.where((exit == 2000) & (passed >= clock), step + 1, exit)
    out = rng.integers(0, 4000, size)  # some are censored
    died = (exit < 2000) & (exit <= out)
    return People(1, np.zeros(size, int), sex, age, day, np.full(size, -1), np.minimum(exit, out), died)


@pytest.mark.parametrize("method", METHODS)
def test_who_dies_as_the_population_has_no_excess(method: str) -> None:
    found = net(population(6, 10_000), TABLE, 5 * YEAR, method).at([YEAR, 3 * YEAR, 5 * YEAR])
    assert (found.lower < 1).all() and (found.upper > 1).all()
    assert (np.abs(found.estimate - 1) < 0.03).all()


def test_a_known_excess_is_found() -> None:
    found = net(population(6, 10_000, extra=0.2), TABLE, 5 * YEAR).at([YEAR, 5 * YEAR])
    for place, years in enumerate((1, 5)):
        assert found.lower[0, place] < math.exp(-0.2 * years) < found.upper[0, place]
        assert found.estimate[0, place] == pytest.approx(math.exp(-0.2 * years), abs=0.02)


def test_methods_part_where_the_old_die_of_the_disease() -> None:
    """Ederer II drifts to those who are left; equal weights make the two one."""
    both = [net(population(9, 4000), TABLE, 5 * YEAR, method).at([5 * YEAR]).estimate[0, 0] for method in METHODS]
    assert both[0] != pytest.approx(both[1], abs=1e-4)
    same = replace(population(9, 4000), sex=np.zeros(4000, int), age=np.full(4000, 70),
                   day=np.full(4000, day_of(dt.date(2012, 4, 1))))  # fmt: skip
    both = [net(same, TABLE, 5 * YEAR, method).at([5 * YEAR]).estimate[0, 0] for method in METHODS]
    assert both[0] == pytest.approx(both[1], abs=1e-12)


def test_groups_do_not_touch_each_other() -> None:
    """Many groups are computed in blocks; each is as if it were alone."""
    everyone = population(11, 3000)
    many = replace(everyone, groups=700, group=np.arange(3000) % 700)
    found = net(many, TABLE, 2 * YEAR).at([YEAR, 2 * YEAR])
    for group in (0, 255, 256, 511, 699):
        alone = net(one_group(many.where(many.group == group)), TABLE, 2 * YEAR).at([YEAR, 2 * YEAR])
        for name in ("estimate", "variance", "expected", "events", "at_risk"):
            np.testing.assert_allclose(getattr(found, name)[group], getattr(alone, name)[0], rtol=1e-10)


def test_beyond_the_follow_up_there_is_no_estimate() -> None:
    people = [Person("F", 60, dt.date(2014, 1, 1), 365, False), Person("M", 70, dt.date(2014, 1, 1), 200, True)]
    found = net(people_of(people), TABLE, 2 * YEAR).at([0, 365, YEAR, 2 * YEAR])
    assert found.at_risk.tolist() == [[2, 1, 0, 0]]
    assert np.isnan(found.estimate[0]).tolist() == [False, False, True, True]
    assert found.events.tolist() == [[0, 1, 1, 1]]


def test_a_period_that_holds_everything_is_the_cohort() -> None:
    everyone = population(13, 2000)
    whole = everyone.during(dt.date(2000, 1, 1), dt.date(2030, 1, 1))
    for method in METHODS:
        cohort, period = (net(one, TABLE, 5 * YEAR, method) for one in (everyone, whole))
        np.testing.assert_array_equal(cohort.excess, period.excess)


def test_a_period_follows_within_its_window_only() -> None:
    first, last = dt.date(2020, 1, 1), dt.date(2021, 12, 31)
    people = [
        Person("F", 60, dt.date(2018, 1, 1), 5000, False),  # enters after 730 days, leaves after 1460
        Person("F", 60, dt.date(2018, 1, 1), 729, True),  # died before
        Person("F", 60, dt.date(2018, 1, 1), 730, True),  # died as the window opened
        Person("F", 60, dt.date(2019, 7, 1), 900, True),  # died on 2021-12-17, within
        Person("F", 60, dt.date(2019, 7, 1), 914, True),  # died on 2021-12-31, the last day
        Person("F", 60, dt.date(2019, 7, 1), 915, True),  # died on 2022-01-01: alive at the end
        Person("F", 60, dt.date(2022, 1, 1), 10, True),  # diagnosed after
        Person("F", 60, dt.date(2020, 5, 1), 0, True),  # died on the day of diagnosis
    ]
    found = people_of(people).during(first, last)
    assert found.entry.tolist() == [730, 184, 184, 184, -1]
    assert found.exit.tolist() == [1460, 900, 914, 914, 0]
    assert found.died.tolist() == [False, True, True, False, True]


def test_a_period_agrees_with_the_second_program() -> None:
    rng = np.random.default_rng(17)
    people = [
        Person(
            "FM"[rng.integers(2)],
            int(rng.integers(50, 90)),
            dt.date(2012, 1, 1) + dt.timedelta(days=int(rng.integers(900))),
            int(rng.integers(0, 1500)),
            bool(rng.random() < 0.5),
        )
        for _ in range(120)
    ]
    first, last = dt.date(2013, 6, 1), dt.date(2014, 12, 31)
    inside = []
    for one in people:
        opens, closes = (first - one.diagnosed).days, (last - one.diagnosed).days
        entry, exit = (opens if opens > 0 else -1), min(one.exit, closes)
        if exit > entry:
            inside.append(replace(one, entry=entry, exit=exit, died=one.died and one.exit <= closes))
    found = net(people_of(people).during(first, last), TABLE, 700)
    excess, _ = net_survival(inside, Table.of_file(lifetable.DEMONSTRATION), 700, True)
    np.testing.assert_allclose(found.excess[0], excess, rtol=0, atol=1e-9)


def test_given_a_year_is_the_ratio() -> None:
    found = net(population(19, 3000, extra=0.3), TABLE, 5 * YEAR)
    whole, rest = found.at([YEAR, 5 * YEAR]), found.at([YEAR, 5 * YEAR], given=YEAR)
    assert rest.estimate[0, 0] == 1 and rest.events[0, 0] == 0
    assert rest.estimate[0, 1] == pytest.approx(whole.estimate[0, 1] / whole.estimate[0, 0], abs=1e-12)
    assert rest.cases[0] == whole.at_risk[0, 0]
    assert rest.events[0, 1] == whole.events[0, 1] - whole.events[0, 0]
    assert rest.variance[0, 1] == pytest.approx(whole.variance[0, 1] - whole.variance[0, 0])


@pytest.mark.parametrize("name", STANDARDS)
def test_standardised_is_the_weighted_mean_of_the_age_groups(name: str) -> None:
    standard = STANDARDS[name]
    assert sum(standard.weights) == pytest.approx(1)
    everyone = population(23, 6000, extra=0.1)
    found, reasons = values(Patients(None, everyone, np.zeros(1)), TABLE, [1, 5], Question(standard=name))
    assert (reasons == "").all()
    edges = [0, *standard.edges, 200]
    each = []
    for low, high in itertools.pairwise(edges):
        part = everyone.where((everyone.age >= low) & (everyone.age < high))
        each.append(net(part, TABLE, 5 * YEAR).at([YEAR, 5 * YEAR]))
    for place in (0, 1):
        s = [one.estimate[0, place] for one in each]
        v = [one.variance[0, place] for one in each]
        estimate = sum(w * x for w, x in zip(standard.weights, s, strict=True))
        error = math.sqrt(sum((w * x) ** 2 * y for w, x, y in zip(standard.weights, s, v, strict=True))) / estimate
        assert found.estimate[0, place] == pytest.approx(estimate, abs=1e-12)
        assert found.lower[0, place] == pytest.approx(estimate * math.exp(-1.959964 * error), abs=1e-6)
        assert found.at_risk[0, place] == sum(one.at_risk[0, place] for one in each)


def test_an_age_group_with_nine_at_risk_is_not_standardised() -> None:
    def of(young: int) -> np.ndarray:
        ages = [40] * young + [50] * 10 + [60] * 10 + [70] * 10 + [80] * 10
        people = [Person("F", age, dt.date(2014, 1, 1), 800, False) for age in ages]
        return values(Patients(None, people_of(people), np.zeros(1)), TABLE, [1], Question(standard="icss1"))

    enough, _ = of(10)
    few, reasons = of(9)
    assert not np.isnan(enough.estimate[0, 0]) and np.isnan(few.estimate[0, 0]) and np.isnan(few.expected[0, 0])
    assert reasons[0, 0] == "not age-standardised (ICSS 1): fewer than 10 at risk aged 0-44 (9)"


def test_the_years_that_a_table_lacks_are_named() -> None:
    people = people_of([Person("F", 60, dt.date(2008, 5, 1), 365 * 18, False)])
    assert beyond(TABLE, Patients(None, people, np.zeros(1))) == "2008–2009 use 2010, 2025–2026 use 2024"
    assert beyond(constant(0.1), Patients(None, people, np.zeros(1))) == ""


# --- life tables ---------------------------------------------------------------------------------------------------


def rows(change: dict[tuple[str, int, int], str] | None = None, years=(2019, 2020), ages=range(3)) -> list[str]:
    found, change = ["sex,year,age,probability"], change or {}
    for sex in "FM":
        for year in years:
            found += [f"{sex},{year},{age},{change.get((sex, year, age), '0.01')}" for age in ages]
    return found


def written(folder: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def test_a_life_table_is_read(tmp_path: Path) -> None:
    lines = ["# source: Statistics of Somewhere", *rows({("M", 2020, 2): "0.5"})]
    found = lifetable.read(written(tmp_path, lines, "utf-8-sig"))
    assert (found.source, found.synthetic) == ("Statistics of Somewhere", False)
    assert (found.first, found.last, found.oldest) == (2019, 2020, 2)
    assert found.hazard[1, 1, 2] == pytest.approx(-math.log(0.5) / YEAR)
    assert found.hazard[0, 0, 0] == pytest.approx(-math.log(0.99) / YEAR)


@pytest.mark.parametrize(
    "lines, said",
    [
        ([], "line 1: no column sex, year, age, probability (the line is ''); the header must be sex,year,age"),
        (["sex;year;age;probability"], "line 1: no column sex, year, age, probability (the line is"),
        (["sex;year;age;probability"], "separate the values by commas, with a decimal point"),
        (["sex,year,age"], "line 1: no column probability (the line is 'sex,year,age')"),
        (["sex,year,age,probability"], "line 1: no rows"),
        ([*rows(), "K,2019,0,0.1"], "line 14: sex 'K'; write F or M"),
        ([*rows(), "F,19,0,0.1"], "line 14: year '19'; write a whole number from 1800 to 2200"),
        ([*rows(), "F,2019,99+,0.1"], "line 14: age '99+'; write a whole number from 0 to 130; the last age is open"),
        (rows({("F", 2019, 1): "1.2"}), "line 3: probability '1.2'; write the chance of dying within a year"),
        (rows({("F", 2019, 1): "nan"}), "line 3: probability 'nan'"),
        (rows({("F", 2019, 1): "-0.1"}), "line 3: probability '-0.1'"),
        (rows({("F", 2019, 1): ""}), "line 3: probability ''"),
        ([*rows(), "F,2019,0,0.2"], "line 14: sex F, year 2019, age 0 stands in line 2 already; remove one"),
        ([*rows(), "F,2019,0"], "line 14: 3 values where the header has 4"),
        ([one for one in rows() if not one.startswith("M")], "no rows of sex M; add them"),
        ([one for one in rows() if one != "M,2020,1,0.01"], "no row of sex M, year 2020, age 1 (1 missing in all)"),
        (rows(years=(2018, 2020)), "no row of sex F, year 2019, age 0 (6 missing in all)"),
    ],
)
def test_a_life_table_with_a_fault_is_refused(lines: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(LifeTableError) as refused:
        lifetable.read(written(tmp_path, lines))
    assert said in str(refused.value) and "table.csv" in str(refused.value)


def test_a_life_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LifeTableError, match=r"none\.csv: cannot be read"):
        lifetable.read(tmp_path / "none.csv")
    with pytest.raises(LifeTableError, match="line 2: not UTF-8"):
        lifetable.read(written(tmp_path, ["# kilde: x", "# Sundhedsstyrelsen, København"], "latin-1"))


def test_certain_death_is_refused_where_somebody_lives_on(tmp_path: Path) -> None:
    table = lifetable.read(written(tmp_path, rows({(s, y, 2): "1" for s in "FM" for y in (2019, 2020)})))
    young = people_of([Person("F", 0, dt.date(2019, 1, 1), 500, False)])
    assert np.isfinite(net(young, table, 400).excess).all()
    with pytest.raises(LifeTableError, match=r"sex F, age 2 has the probability 1, but 1 patient\(s\) live on"):
        net(people_of([Person("F", 1, dt.date(2019, 1, 1), 500, False)]), table, 400)


def test_the_demonstration_is_of_its_formula_and_says_what_it_is() -> None:
    assert lifetable.DEMONSTRATION.read_text("utf-8") == demonstration.text()
    assert TABLE.synthetic and "Synthetic" in TABLE.source


@pytest.mark.parametrize("change", [{"method": "hakulinen"}, {"sex": 2}])
def test_what_cannot_be_estimated_is_refused(change: dict) -> None:
    people = people_of([Person("F", 60, dt.date(2014, 1, 1), 365, False)])
    if "sex" in change:
        people = replace(people, sex=np.array([change["sex"]]))
    with pytest.raises(ValueError, match=r"hakulinen|without a registered sex"):
        net(people, TABLE, 100, change.get("method", EDERER2))


def test_a_follow_up_before_the_diagnosis_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1 case\(s\) end before the day of diagnosis \(smallest -3\)"):
        people_of([Person("F", 60, dt.date(2014, 1, 1), -3, False)])
