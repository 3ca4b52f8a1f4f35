"""Each case's state against the naive program, and who is within reach against the definition's own table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import past
from data.selection import Selection
from indicators import reach
from indicators.cases import STATES, cases
from indicators.catalogue import BY_ID, why_not_reported
from indicators.engine import COUNTS, table
from tests.support import naive, naive_reach
from tests.support.strategies import FEW, extracts, loaded

VERDICTS = dict(zip(("yes", "no", "missing", "excluded", "not_mature"), STATES, strict=True))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("reach")


def plain(value):
    """A cell without the ways in which a frame says nothing."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


@given(extract=extracts(15, 25))
@FEW
def test_each_row_has_the_state_of_the_naive_program_and_the_states_add_up(extract, fresh):
    snapshot = loaded(fresh(), extract)
    for name, (judge, _) in naive.INDICATORS.items():
        indicator = BY_ID[name]
        if why_not_reported(indicator, snapshot.info(extract.database)) is not None:
            continue
        found = cases(snapshot, extract.database, indicator, Selection())
        counted = table(snapshot, extract.database, indicator, Selection()).to_dict("records")[0]
        states = Counter(found["state"])
        told = {
            "population": len(found),
            "not_mature": states["not_mature"],
            "excluded": states["excluded"],
            "missing": states["missing"],
            "denominator": states["fulfilled"] + states["not_fulfilled"],
            "numerator": states["fulfilled"],
        }
        own = [one for one in COUNTS if one != "numerator" or name not in naive.SURVIVAL_DAYS]
        assert {one: told[one] for one in own} == {one: counted[one] for one in own}, name
        assert found["reason"].str.len().gt(0).all(), name
        if name in naive.SURVIVAL_DAYS:
            continue
        rows = [(plain(row.unit), plain(row.index_date), row.state) for row in found.itertuples()]
        assert Counter(rows) == Counter((row.department, row.index, VERDICTS[row.verdict]) for row in judge(extract))
        ids = {(row.case["case_id"], row.index, VERDICTS[row.verdict]) for row in judge(extract) if row.case}
        assert ids <= {(plain(row.case_id), plain(row.index_date), row.state) for row in found.itertuples()}, name


def listed(frame: pd.DataFrame) -> Counter:
    return Counter(
        (plain(row.unit), row.indicator, row.case_id, plain(row.due), row.missing) for row in frame.itertuples()
    )


@given(extract=extracts(15, 25), back=st.sampled_from([0, 1, 9, 30, 56, 60, 90, 365]))
@FEW
def test_who_is_within_reach_on_a_day(extract, back, fresh):
    snapshot = loaded(fresh(), extract)
    day = extract.data_cut - timedelta(back)
    with past.on(snapshot, extract.database, day) as rows:
        found = reach.reachable(rows, extract.database)
    stood = naive_reach.as_it_stood(extract, day) if back else extract
    assert listed(found) == Counter(naive_reach.reachable(stood, reported_by=extract))
    left = [plain(value) for value in found["days_left"]]
    assert left == [None if plain(due) is None else (plain(due) - day).days for due in found["due"]]
    assert all(value is None or value >= 0 for value in left)
    assert left == sorted(left, key=lambda value: (value is None, value))
    counts = reach.counted(found)
    assert counts["cases"].sum() == len(found)


def test_the_naive_lists_are_the_engine_s():
    assert set(naive_reach.LISTS) == {one.id for one in reach.REACHED}


def test_a_day_after_the_data_cut_is_refused(fresh):
    extract = naive.Extract("CLL", date(2024, 2, 29), {"cases": []})
    one = {"case_id": "c1", "diagnosis_date": date(2024, 1, 1), "age": 60, "sex": "F", "residence_region": "1081"}
    one |= {"department": "AAL-KIR", "vital_status": "alive", "vital_date": date(2024, 2, 29)}
    extract.tables["cases"].append(one)
    snapshot = loaded(fresh(), extract)
    with pytest.raises(past.StoreError, match="2024-02-29"), past.on(snapshot, "CLL", date(2024, 3, 1)):
        pass
