"""/handl: who can still be reached: the command's list, and for nobody whom it does not concern."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import dash
import pytest

from data.store import Store
from data.users import Users
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.reach import reachable
from layouts.frame.source import StoreSource
from results.audit import unit_table
from results.case_states import case_states
from results.nodes import sites_of
from results.view import Edition, View
from server.access.network import Network
from server.application import create_app
from tests.pages.test_access import HERE, PASSWORD
from tests.pages.test_page_warnings import text_of
from tests.support.clients import OwnPages, client
from tests.support.extracts import load_extract

CUT = dt.date(2026, 10, 31)
#: A case of each department for every number of days since the diagnosis.
BACK = (0, 10, 60, 61, 90, 91)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    home = tmp_path_factory.mktemp("act")
    for database in ("DCCG", "DLCR"):
        cases, pro = [], []
        for unit in ("HER-KIR", "AAL-KIR"):
            for back in BACK:
                day = (CUT - dt.timedelta(back)).isoformat()
                cases.append({"case_id": f"{database}-{unit}-{back}", "department": unit, "diagnosis_date": day})
                if back <= 60:
                    pro.append(
                        {
                            "case_id": f"{database}-{unit}-{back}",
                            "timepoint": "0",
                            "sent_date": day,
                            "answered_date": "",
                        }
                    )
        load_extract(home, database=database, cases=cases, pro=pro, trials=[], data_cut=CUT.isoformat())
    users = Users(home / "store")
    yield home / "store"
    assert not users.path.exists(), "log-in is of copies"


@pytest.fixture(scope="module")
def store(root):
    return Store(root)


def test_the_list_is_the_command_s_over_all_databases(store):
    found = client(store).get("/handl/HER-KIR")
    assert found.status_code == 200
    wanted = [
        row.case_id
        for database in ("DCCG", "DLCR")
        for row in reachable(store.current(), database).itertuples()
        if row.unit == "HER-KIR"
    ]
    assert sorted(re.findall(r"D[CL][CR][GR]-HER-KIR-\d+", found.text)) == sorted(wanted)
    assert "AAL-KIR-" not in text_of(found)
    text = text_of(found)
    assert "2 patienter kan kun nås inden for 7 dage" not in text and "Ingen frist udløber inden for 7 dage" in text
    assert "Dage tilbage tæller fra udtrækket 31.10.2026" in text


def test_file_and_page_hold_the_same(store):
    asking = client(store)
    file = asking.get("/hent/handl.csv?emne=HER-KIR").get_data().decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(file), delimiter=";") if row and not row[0].startswith("#")]
    assert rows[0] == ["Tilbage", "Frist", "Mangler", "Indikator", "Forløb", "Database"]
    text = asking.get("/handl/HER-KIR").text
    assert all(row[4] in text for row in rows[1:]) and len(rows) > 5
    assert [row[0] for row in rows[1:]] == sorted(
        (row[0] for row in rows[1:]), key=lambda day: (day == "", int(day or 0))
    )


def test_the_department_s_page_leads_to_it(store):
    text = text_of(client(store).get("/afdeling/HER-KIR?database=DCCG"))
    assert "patienter kan stadig nås" in text
    assert "kan stadig nås" not in text_of(client(store, "public").get("/afdeling/HER-KIR?database=DCCG"))


@pytest.mark.parametrize("path", ["/handl", "/handl/HER-KIR", "/afdeling/HER-KIR", "/hent/handl.csv?emne=HER-KIR"])
def test_the_public_edition_has_no_patient(store, path):
    answer = client(store, "public").get(path)
    assert not re.search(r"KIR-\d", answer.text)
    assert answer.status_code == {"/handl": 403, "/handl/HER-KIR": 403, "/afdeling/HER-KIR": 200}.get(path, 404)


def test_departments_of_a_database_by_who_is_next(store):
    text = text_of(client(store).get("/handl?database=DLCR"))
    assert "Kirurgisk afdeling, Herlev" in text and "i DLCR kan kun nås inden for 7 dage" in text
    assert client(store).get("/handl/NOWHERE").status_code == 404


@pytest.mark.parametrize(
    "role, of, seen",
    [
        ("reader", {}, {"HER-KIR": "", "AAL-KIR": ""}),
        ("clinician", {"departments": ("HER-KIR",)}, {"HER-KIR": "DCCG DLCR", "AAL-KIR": ""}),
        ("steering", {"databases": ("DCCG",)}, {"HER-KIR": "DCCG", "AAL-KIR": "DCCG"}),
        ("registry", {}, {"HER-KIR": "DCCG DLCR", "AAL-KIR": "DCCG DLCR"}),
    ],
)
def test_each_role_sees_its_own(root, tmp_path, role, of, seen):
    import shutil

    copy = Store(shutil.copytree(root, tmp_path / "store"))
    Users(copy.root).add("x", PASSWORD, role, **of)
    source = StoreSource(copy, Edition("working"))
    server = create_app(source, source.version, network=Network(login=True)).server
    server.test_client_class = OwnPages
    asking = server.test_client()
    asking.pages = dict(dash.page_registry)
    asking.post("/log-ind", data={"navn": "x", "kodeord": PASSWORD}, headers=HERE)
    for unit, databases in seen.items():
        for path in (f"/handl/{unit}", f"/hent/handl.csv?emne={unit}"):
            found = {one for one in ("DCCG", "DLCR") if f"{one}-{unit}-" in asking.get(path).text}
            assert " ".join(sorted(found)) == databases, (role, path)


# --- from the results, and why each case counts as it does ---------------------------------------------------------


def test_counts_stand_under_each_result_and_lead_to_its_list(store):
    page = client(store).get("/afdeling/HER-KIR?database=DCCG")
    number = len({row.case_id for row in reachable(store.current(), "DCCG").itertuples()
                  if row.unit == "HER-KIR" and row.indicator == "pro_answered"})  # fmt: skip
    link = re.search(rf'href="(/handl/HER-KIR\?[^"]*indikator=pro_answered[^"]*)"[^>]*>{number} patient', page.text)
    assert link and number
    listed = client(store).get(link[1].replace("&amp;", "&"))
    ids = re.findall(r"DCCG-HER-KIR-\d+", listed.text)
    assert len(set(ids)) == number and "trial" not in listed.text.partition("<table")[2]


def test_an_indicators_page_says_how_many_each_department_reaches(store):
    text = text_of(client(store).get("/indikator/pro_answered?database=DCCG"))
    assert "Kan stadig nås" in text and "Kirurgisk afdeling, Herlev" in text
    for path in ("/indikator/pro_answered?database=DCCG", "/afdeling/HER-KIR?database=DCCG"):
        shown = client(store, "public").get(path)
        assert "kan stadig nås" not in text_of(shown) and "/handl/" not in shown.text.partition("<main")[2]


def test_no_page_of_results_holds_an_id(store):
    for path in ("/indikator/pro_answered?database=DCCG", "/afdeling/HER-KIR?database=DCCG", "/indsats?database=DCCG"):
        assert not re.search(r"D[CL][CR][GR]-\w\w\w-KIR-\d", client(store).get(path).text), path


@pytest.mark.parametrize("database", ["DCCG", "ALD"])
def test_the_states_sum_to_every_cell(synthetic_store, database):
    """Every indicator × department of the year: each count of the cell is one of states of its cases."""
    snapshot, edition = synthetic_store.current(), Edition("working")
    view = View(snapshot, edition, database, 2025)
    compared = 0
    for one in (one for one in CATALOGUE if why_not_reported(one, view.info) is None):
        for site in sites_of(view, one.id) or ("",):
            table = unit_table(view.for_site(site), one.id)
            units = [unit for unit in table.of_level("department") if unit.code][:3]
            for unit in units:
                cell, counts = table.cell(unit), case_states(view, one, site, unit.code).counts
                said = (counts["fulfilled"] + counts["not_fulfilled"], counts["missing"], counts["excluded"],
                        counts["not_mature"])  # fmt: skip
                assert said == (cell.denominator, cell.missing, cell.excluded, cell.not_mature), (one.id, unit.code)
                if not one.survival_years:
                    assert counts["fulfilled"] == cell.numerator, (one.id, unit.code)
                compared += cell.denominator
    assert compared > 100


def test_why_stands_on_a_page_of_its_own_and_in_a_file(store):
    asking = client(store)
    path = "/handl/HER-KIR?database=DCCG&vis=hvorfor&indikator=pro_answered"
    page = asking.get(path)
    found = case_states(View(store.current(), Edition(), "DCCG", 2026), BY_ID["pro_answered"], "", "HER-KIR")
    year = asking.get(f"{path}&periode=2026")
    assert page.status_code == 200
    ids = {one.case_id for one in found.cases}
    assert ids and ids <= set(re.findall(r"DCCG-HER-KIR-\d+", year.text)) and "AAL-KIR-" not in text_of(year)
    file = asking.get("/hent/handl-hvorfor.csv?database=DCCG&periode=2026&emne=HER-KIR:pro_answered")
    assert {one.case_id for one in found.cases} == set(re.findall(r"DCCG-HER-KIR-\d+", file.get_data().decode()))
    public = client(store, "public")
    assert public.get(path).status_code == 403
    gone = public.get("/hent/handl-hvorfor.csv?database=DCCG&emne=HER-KIR:pro_answered")
    assert gone.status_code != 200 and "HER-KIR-" not in gone.text


def test_each_view_of_a_list_stands_in_the_log_without_ids(root, tmp_path, monkeypatch):
    import json
    import shutil

    from data.audit_log import AuditLog, NotLogged

    copy = Store(shutil.copytree(root, tmp_path / "store"))
    Users(copy.root).add("x", PASSWORD, "registry")
    source = StoreSource(copy, Edition("working"))
    server = create_app(source, source.version, network=Network(login=True)).server
    server.test_client_class = OwnPages
    asking = server.test_client()
    asking.pages = dict(dash.page_registry)
    asking.post("/log-ind", data={"navn": "x", "kodeord": PASSWORD}, headers=HERE)
    paths = ("/handl/HER-KIR?database=DCCG", "/handl/HER-KIR?database=DCCG&vis=hvorfor&indikator=pro_answered",
             "/hent/handl.csv?emne=HER-KIR",
             "/hent/handl-hvorfor.csv?database=DCCG&emne=HER-KIR:pro_answered")  # fmt: skip
    for path in paths:
        assert asking.get(path).status_code == 200, path
    text = AuditLog(copy.root).path.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    seen = [(one["what"], one["path"]) for one in lines if "handl" in one["path"]]
    assert seen == [("list", "/handl/HER-KIR"), ("list", "/handl/HER-KIR"), ("export", "/hent/handl.csv"),
                    ("export", "/hent/handl-hvorfor.csv")]  # fmt: skip
    assert not re.search(r"KIR-\d", text), "no id in the log"

    def refuse(self, event):
        raise NotLogged("the disk is full")

    monkeypatch.setattr(AuditLog, "append", refuse)
    assert asking.get(paths[0]).status_code == 503, "a list that cannot be told of is not shown"
