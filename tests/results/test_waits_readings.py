"""Both readings of an offer elsewhere in the report: the strict decides the status, the lenient stands beside it."""

from __future__ import annotations

import pytest

from exports.waits_report import table_sheet
from results.view import Edition
from results.waits.period import quarter
from results.waits.report import report
from tests.pages.test_waits_not_covered import CUT, leg
from tests.support.extracts import load_extract


def test_the_lenient_reading_needs_the_offer_alone(tmp_path):
    capacity = {"overrun_reason": "capacity", "alternative_offered": True, "offer_documented": True}
    rows = [
        leg("strict", 60, **capacity, accepted_wait_date=CUT),
        leg("undocumented", 60, **capacity | {"offer_documented": False}, accepted_wait_date=CUT),
        leg("no consent", 60, **capacity),
        leg("not offered", 60, **capacity | {"alternative_offered": False}, accepted_wait_date=CUT),
        leg("unknown", 60, **capacity | {"alternative_offered": ""}, accepted_wait_date=CUT),
        leg("unsettled", 60, alternative_offered=True),
        leg("health", 60, overrun_reason="health", alternative_offered=True),
        leg("in time", 60, 10, alternative_offered=True),
    ]
    snapshot = load_extract(tmp_path, cases=[{"case_id": "a"}], waits=rows, data_cut=CUT.isoformat())
    found = report(snapshot, "DCCG", quarter(2026, 3))
    [row] = found.table[(found.table["leg"] == "treatment") & (found.table["region"] == "")].to_dict("records")
    assert (row["legs"], row["over_capacity_informed"], row["rules_broken"]) == (8, 1, 4)
    assert (row["rules_kept_low"], row["rules_kept_high"]) == pytest.approx((3 / 8, 4 / 8))
    assert row["rules_broken_lenient"] == 2
    assert (row["kept_low_lenient"], row["kept_high_lenient"]) == pytest.approx((5 / 8, 6 / 8))
    sheet = table_sheet(found, Edition("working"), "da")
    names = [one.name for one in sheet.columns]
    cells = next(one for one in sheet.rows if one[0] == "Behandling" and one[2] == "")
    assert cells[names.index("Regler brudt, lempelig læsning")] == 2
    assert cells[names.index("Regler overholdt, mindst, lempelig læsning")] == pytest.approx(5 / 8)
