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
from indicators.reach import reachable
from layouts.frame.source import StoreSource
from results.view import Edition
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
