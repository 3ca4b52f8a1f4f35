"""/leverancer: what came and what was refused, and what the last extract changed, against the commands and by hand."""

from __future__ import annotations

import csv
import io

import pytest

from data.__main__ import main
from data.store import Store
from indicators.movement import moved
from tests.pages.test_page_warnings import text_of
from tests.support.clients import client
from tests.support.extracts import write_extract

#: 40 cases of 2024 at two departments, all with a conference before treatment but those that ``late`` names.
NUMBER = 40


def extract(folder, late, cut="2026-10-31", **more):
    cases, treatments, conferences = [], [], []
    for number in range(NUMBER):
        id = f"c{number}"
        cases.append({"case_id": id, "department": "HER-KIR" if number % 2 else "AAL-KIR", "icd10": "C18", **more})
        treatments.append({"case_id": id, "kind": "surgery", "start_date": "2024-02-01"})
        conferences.append({"case_id": id, "date": "2024-03-01" if number < late else "2024-01-15"})
    return write_extract(folder, data_cut=cut, cases=cases, treatments=treatments, conferences=conferences)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    home = tmp_path_factory.mktemp("deliveries")
    store = ["--store", str(home / "store")]
    assert main(["load", str(extract(home / "first", late=0)), *store]) == 0
    assert main(["load", str(extract(home / "second", late=12, cut="2026-11-01", stage="II")), *store]) == 0
    refused = extract(home / "third", late=12, cut="2026-11-02", stage="IIIB")
    assert main(["load", str(refused), *store]) == 1
    return home / "store"


@pytest.fixture(scope="module")
def asking(root):
    return client(Store(root))


def test_a_refused_delivery_stands_first_with_its_reason(asking):
    text = text_of(asking.get("/leverancer"))
    assert "Den seneste leverance fra DCCG kom ikke ind" in text
    assert "afvist" in text and "cases.stage: Koden findes ikke i sin liste" in text and "til)" not in text
    text = text_of(asking.get("/leverancer/DCCG"))
    assert "Leverancen fra DCCG" in text and "blev afvist" in text
    assert "Siderne viser stadig det forrige udtræk" in text
    assert 'Værdier: "IIIB" 40' in text


def rows_of(asking, name, more=""):
    text = asking.get(f"/hent/{name}.csv?database=DCCG{more}").get_data().decode("utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))


def test_the_indicators_that_moved_are_the_command_s(asking, root):
    found = rows_of(asking, "leverancer-flyttet")
    store = Store(root)
    new = store.current()
    from data.store import Snapshot

    old = Snapshot(root, store.manifest(new.parent))
    wanted = moved(old, new, "DCCG")
    mdt = wanted[wanted["indicator"] == "mdt_before_treatment"].iloc[0]
    [row] = [one for one in found if one["Indikator"].startswith("MDT")]
    assert row["Opgørelsesår"] == "2024" and row["Enhed"] == "Danmark"
    counts = (row["Tæller før"], row["Nævner før"], row["Tæller nu"], row["Nævner nu"])
    assert (
        counts
        == ("40", "40", "28", "40")
        == tuple(str(mdt[name]) for name in ("numerator", "denominator", "new_numerator", "new_denominator"))
    )
    assert float(row["Forskel"].replace(",", ".")) == pytest.approx(-0.3)
    # The command counts by calendar year, the page by reporting year: DCCG's are the same.
    years = {(one["Indikator"], one["Opgørelsesår"]) for one in found}
    assert len(years) == len(found) and len(found) <= len(wanted)


def test_verdicts_that_turned_name_the_departments_too(asking):
    found = rows_of(asking, "leverancer-vurderinger")
    turned = {one["Enhedskode"]: (one["Vurdering før"], one["Vurdering nu"]) for one in found
              if one["Indikator"].startswith("MDT")}  # fmt: skip
    assert turned[""][1] == "ikke opfyldt"
    assert set(turned) >= {""} and all(old != new for old, new in turned.values())
    text = text_of(asking.get("/leverancer/DCCG"))
    assert "Vurderinger, der er ændret" in text and "→ ikke opfyldt" in text


def test_new_and_resolved_findings(asking):
    found = {(one["Ændring"], one["Tabelnavn"], one["Kolonnenavn"]) for one in rows_of(asking, "leverancer-fund")}
    assert ("ændret", "cases", "") in found, "the stages came with the second extract"
    text = text_of(asking.get("/leverancer/DCCG"))
    assert 'Værdier: "t", "n", "m", "performance_status", "charlson"' in text


def test_the_log_has_every_load_and_the_store_its_snapshots(asking):
    found = rows_of(asking, "leverancer")
    assert [one["Udfald"] for one in found] == ["afvist", "indlæst", "indlæst"]
    assert [one["Data til"] for one in found] == ["2026-11-02", "2026-11-01", "2026-10-31"]
    stored = rows_of(asking, "leverancer-udtraek")
    assert [one["Gældende"] for one in stored] == ["ja", "nej"]
    assert stored[0]["Nyt i udtrækket"] == "DCCG 2026-11-01"


def test_a_refused_load_shows_at_once(root, asking, tmp_path):
    """The page is not kept: the snapshot is the same, the log is not."""
    before = len(rows_of(asking, "leverancer"))
    asking.get("/leverancer")
    (tmp_path / "fjerde").mkdir()
    assert main(["load", str(tmp_path / "fjerde"), "--store", str(root)]) == 1
    assert "fjerde" in text_of(asking.get("/leverancer"))
    assert len(rows_of(asking, "leverancer")) == before + 1


FILES = ("leverancer", "leverancer-afvist", "leverancer-fund", "leverancer-flyttet", "leverancer-udtraek")


@pytest.mark.parametrize("path", ["/leverancer", "/leverancer/DCCG", *(f"/hent/{name}.csv" for name in FILES)])
def test_the_public_edition_has_none_of_it(root, path):
    answer = client(Store(root), "public").get(path)
    assert "third" not in answer.text and "IIIB" not in answer.text
    assert "kun i arbejdsudgaven" in answer.text and answer.status_code == (404 if path.startswith("/hent") else 200)
    assert "/leverancer" not in client(Store(root), "public").get("/").text


def test_a_database_that_is_not_there(asking):
    assert asking.get("/leverancer/NOWHERE").status_code == 404
    assert asking.get("/leverancer/DLCR").status_code == 404
