"""While another process makes what takes long, pages say so; such an answer is not kept."""

from __future__ import annotations

import pandas as pd
import pytest

from data.cache import kept_frame, kept_rows
from data.store import BeingMade, Store
from layouts.frame.source import CONFIG_KEY
from results.warnings import charts as warning_charts
from results.warnings import signals as warnings
from tests.clients import client
from tests.test_page_warnings import MDT, text_of
from tests.warning_store import build

SAID = "Tidlige varsler beregnes endnu for de nye data."
PATHS = ["/", "/afdeling/SLA-KIR", "/varsler", f"/varsler?kurve=SLA-KIR.{MDT}", "/varsler/slagelse"]


def frame() -> pd.DataFrame:
    return pd.DataFrame({"form": [0], "x": [1]})


def test_a_slow_frame_waits_for_the_process_that_makes_it(root):
    snapshot = Store(root).current()
    snapshot.made_elsewhere = lambda: True
    with pytest.raises(BeingMade, match="DCCG: slow"):
        kept_frame(snapshot, "DCCG", "slow", frame, slow=True)
    with pytest.raises(BeingMade):
        kept_rows(snapshot, "slow", "form", {"DCCG": (0,)}, lambda code: frame(), slow=True)
    assert kept_frame(snapshot, "DCCG", "quick", frame)["x"].tolist() == [1], "what is quick is made at once"
    kept_frame(Store(root).current(), "DCCG", "slow", frame, slow=True)  # by another process
    assert kept_frame(snapshot, "DCCG", "slow", frame, slow=True)["x"].tolist() == [1]


def test_without_such_a_process_it_is_made_at_once(root):
    assert kept_frame(Store(root).current(), "DCCG", "slow", frame, slow=True)["x"].tolist() == [1]


def test_pages_say_so_until_the_result_is_there(tmp_path):
    store = build(tmp_path)
    asking = client(store)
    snapshot = asking.application.config[CONFIG_KEY].store.current()
    snapshot.made_elsewhere = lambda: True
    for path in PATHS:
        answer = asking.get(path)
        assert answer.status_code == 200 and SAID in text_of(answer), path
    assert asking.get("/hent/varsler.csv").status_code == 503
    assert "being computed" in text_of(asking.get("/varsler?lang=en"))

    warnings.prepare(Store(store.root).current(), ("DCCG",))  # as the other process does
    assert "Tidligt varsel." in text_of(asking.get("/")), "the answer that said so was not kept"
    assert "Tidligt varsel." in text_of(asking.get("/afdeling/SLA-KIR"))
    assert "Kurven beregnes endnu" in text_of(asking.get("/afdeling/SLA-KIR")), "the chart comes later"
    assert asking.get("/afdeling/SLA-KIR").text.count('id="varsel"') == 1
    assert SAID not in text_of(asking.get("/varsler"))
    warning_charts.prepare(Store(store.root).current(), ("DCCG",))
    for path in PATHS[:-1]:
        assert SAID not in text_of(asking.get(path)), path
    assert asking.get("/hent/varsler.csv").status_code == 200
    snapshot.made_elsewhere = lambda: False
    assert SAID not in text_of(asking.get("/varsler/slagelse"))
