"""The report to Sundhedsstyrelsen: counts, changes since the last one sent, obstacles, files, downloads, editions."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from data.output import UsageError
from data.sent_reports import SentReport, keep, latest
from data.store import Store, StoreError
from indicators.__main__ import main as indicators
from layouts.frame.source import StoreSource
from layouts.waits.report import report_section
from reports.__main__ import main
from results.view import Edition
from results.waits.period import last_quarters, last_weeks, wait_period
from results.waits.report import COUNTS, NATION, OBSTACLES, report
from results.waits.report_public import public_table
from tests.support.clients import client
from tests.support.extracts import load_extract
from words.choices import State

Q3 = "2026-Q3"
#: Third quarter of 2026: ten treatments of four kinds in two regions, one examination, one transfer, one before July.
FIRST = """
    wait_id | leg         | department | residence_region | referral_date | consent_date | stop_date  | end         | overrun_reason | alternative_offered | offer_documented | accepted_wait_date
    in-1    | treatment   | HER-KIR    | 1084             | 2026-06-25    | 2026-06-25   | 2026-07-01 | started     |                |                     |                  |
    in-2    | treatment   | HER-KIR    | 1084             | 2026-09-20    | 2026-09-20   | 2026-09-30 | started     |                |                     |                  |
    after   | treatment   | HER-KIR    | 1084             | 2026-09-20    | 2026-09-20   | 2026-10-01 | started     |                |                     |                  |
    before  | treatment   | HER-KIR    | 1084             | 2026-06-20    | 2026-06-20   | 2026-06-30 | started     |                |                     |                  |
    health  | treatment   | HER-KIR    | 1085             | 2026-07-01    | 2026-07-01   | 2026-07-18 | started     | health         |                     |                  |
    told    | treatment   | HER-KIR    | 1084             | 2026-07-01    | 2026-07-01   | 2026-07-20 | started     | capacity       | true                | true             | 2026-07-05
    broken  | treatment   | HER-KIR    | 1084             | 2026-07-01    | 2026-07-01   | 2026-07-22 | started     | capacity       | true                |                  | 2026-07-05
    unknown | treatment   | AAL-KIR    | 1081             | 2026-07-01    | 2026-07-01   | 2026-07-30 | started     |                |                     |                  |
    no-yes  | treatment   | AAL-KIR    | 1081             | 2026-07-01    |              | 2026-07-20 | started     |                |                     |                  |
    turned  | treatment   | AAL-KIR    | 1081             | 2026-07-01    | 2026-07-10   | 2026-07-08 | started     |                |                     |                  |
    moved   | treatment   | AAL-KIR    | 1081             | 2026-07-01    | 2026-07-01   | 2026-07-10 | transferred |                |                     |                  |
    seen    | examination | HER-KIR    | 1084             | 2026-08-01    |              | 2026-08-10 | started     |                |                     |                  |
    now     | treatment   | HER-KIR    | 1084             | 2026-07-01    | 2026-07-01   |            |             |                |                     |                  |
"""  # noqa: E501
#: A leg of the quarter that is registered late, and the reason that was missing.
LATE = FIRST.replace("2026-07-30 | started     |                |", "2026-07-30 | started     | health         |") + (
    "    late | treatment | HER-KIR | 1083 | 2026-07-01 | 2026-07-01 | 2026-07-10 | started | | | |\n"
)
CASES = [{"case_id": "a"}]


@pytest.fixture
def root(tmp_path) -> Path:
    load_extract(tmp_path, cases=CASES, waits=FIRST)
    return tmp_path


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Store:
    root = tmp_path_factory.mktemp("report")
    load_extract(root, cases=CASES, waits=FIRST)
    load_extract(root, database="DLCR", cases=CASES, waits=FIRST)
    load_extract(root, database="CLL", cases=CASES)
    return Store(root / "store")


def row(table, leg: str, region: str) -> dict:
    [found] = table[(table["leg"] == leg) & (table["region"] == region)].to_dict("records")
    return found


def counts(found: dict, prefix: str = "") -> list:
    return [found[prefix + name] for name in COUNTS]


def lines(answer) -> tuple[str, list[dict]]:
    """The stamp and the rows of a Danish CSV file."""
    text = (answer if isinstance(answer, str) else answer.data.decode("utf-8")).removeprefix("\ufeff")
    stamp = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return stamp, list(csv.DictReader(io.StringIO(body), delimiter=";"))


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-W40", "2026-09-28", "2026-10-05"),
        ("2025-W01", "2024-12-30", "2025-01-06"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
    ],
)
def test_periods_are_half_open(text, start, end):
    found = wait_period(text)
    assert (str(found.start), str(found.end)) == (start, end)
    assert found.complete_on(found.end - dt.timedelta(1)) and not found.complete_on(found.end - dt.timedelta(2))


@pytest.mark.parametrize(
    "text", ["26", "9999", "2026-", "2026-Q5", "2026-Q0", "2026-W00", "2025-W53", "2026-10", "2026-w40", "0000-Q1"]
)
def test_other_periods_are_refused_with_examples(text):
    with pytest.raises(UsageError, match=r"2026-Q3 or 2026-W40"):
        wait_period(text)


def test_the_last_complete_periods():
    assert [one.text for one in last_quarters(dt.date(2026, 10, 31), 4)] == ["2025-Q4", "2026-Q1", "2026-Q2", Q3]
    assert last_quarters(dt.date(2026, 9, 30), 1)[0].text == Q3
    assert last_quarters(dt.date(2026, 9, 29), 1)[0].text == "2026-Q2"
    assert last_weeks(dt.date(2026, 11, 1), 1)[0].text == "2026-W44"  # a Sunday
    assert last_weeks(dt.date(2026, 10, 31), 2)[0].text == "2026-W42"


# --- the table --------------------------------------------------------------------------------------------------------


def test_statuses_by_leg_and_region(shared):
    table = report(shared.current(), "DCCG", wait_period(Q3)).table
    #                                         legs within health wish informed broken unsettled transferred other
    assert counts(row(table, "treatment", "1084")) == [4, 2, 0, 0, 1, 1, 0, 0, 0]
    assert counts(row(table, "treatment", "1085")) == [1, 0, 1, 0, 0, 0, 0, 0, 0]
    assert counts(row(table, "treatment", "1081")) == [3, 2, 0, 0, 0, 0, 1, 1, 0]
    nation = row(table, "treatment", NATION)
    assert counts(nation) == [8, 4, 1, 0, 1, 1, 1, 1, 0]
    assert (nation["in_time"], nation["rules_kept_low"], nation["rules_kept_high"]) == (0.5, 6 / 8, 7 / 8)
    assert (nation["over_days"], nation["over_max"]) == (3 + 5 + 7 + 15, 15)
    assert counts(row(table, "examination", NATION)) == [1, 1, *[0] * 7]
    assert counts(row(table, "aftercare", NATION)) == [0] * 9, "said, not left out"
    assert pd.isna(row(table, "aftercare", NATION)["in_time"])


def test_the_report_says_what_the_command_says(shared, capsys):
    words = ["--store", str(shared.root), "--database", "DCCG", "--by", "region", "--format", "csv"]
    assert indicators(["waits", *words, "--from", "2026-07-01", "--to", "2026-10-01"]) == 0
    table = report(shared.current(), "DCCG", wait_period(Q3)).table
    for line in csv.DictReader(io.StringIO(capsys.readouterr().out)):
        found = row(table, "treatment", line["region"])
        assert [str(value) for value in counts(found)[:7]] == [line[name] for name in COUNTS[:7]]


def test_all_databases_add_up_and_those_without_waits_are_named(shared):
    found = report(shared.current(), "all", wait_period(Q3))
    assert set(found.databases) == {"DCCG", "DLCR"} and found.absent == ("CLL",)
    nation = row(found.table, "treatment", NATION)
    assert nation["legs"] == 16 and nation["over_days"] == 60 and nation["over_max"] == 15
    assert sorted(set(found.cases["database"])) == ["DCCG", "DLCR"]


# --- what stands in the way, and the legs behind ----------------------------------------------------------------------


def test_obstacles_by_department(shared):
    found = report(shared.current(), "DCCG", wait_period(Q3))
    assert found.obstacles.to_dict("records") == [
        {"obstacle": "overrun_without_reason", "leg": "treatment", "department": "AAL-KIR", "legs": 1},
        {"obstacle": "capacity_without_documentation", "leg": "treatment", "department": "HER-KIR", "legs": 1},
        {"obstacle": "negative_interval", "leg": "treatment", "department": "AAL-KIR", "legs": 1},
        {"obstacle": "treatment_without_consent", "leg": "treatment", "department": "AAL-KIR", "legs": 1},
    ]


def test_the_case_list_holds_each_leg_that_is_not_in_time_or_has_an_obstacle(shared):
    cases = report(shared.current(), "DCCG", wait_period(Q3)).cases.set_index("wait_id")
    assert set(cases.index) == {"health", "told", "broken", "unknown", "no-yes", "turned", "moved"}
    flags = {one: [name for name in OBSTACLES if cases.loc[one, name]] for one in cases.index}
    assert flags == {
        "health": [],
        "told": [],
        "moved": [],
        "broken": ["capacity_without_documentation"],
        "unknown": ["overrun_without_reason"],
        "no-yes": ["treatment_without_consent"],
        "turned": ["negative_interval"],
    }
    assert "case_id" not in cases.columns


# --- sent reports -----------------------------------------------------------------------------------------------------


def run(root: Path, *words: str, database: str = "DCCG", period: str = Q3) -> int:
    options = ["--store", str(root / "store"), "--database", database, "--period", period, "--out", str(root / "out")]
    return main(["waits-report", *options, *words])


def test_the_change_since_the_last_sent_report_shows_late_registrations(root, capsys):
    assert run(root, "--sent") == 0
    load_extract(root, cases=CASES, waits=LATE)
    assert run(root) == 0
    _, rows = lines((root / "out" / f"ventetider_DCCG_{Q3}.csv").read_text("utf-8"))
    change = {one["Kode"]: one for one in rows if one["Ventetid til"] == "Behandling"}
    late = [change[code]["Ændring: Forløb"] for code in ("1083", "1081", "1084", "")]
    assert late == ["1", "0", "0", "1"]
    assert change["1081"]["Ændring: Over: årsag mangler"] == "-1"
    assert change["1081"]["Ændring: Over: helbred"] == "1"
    assert change[""]["Ændring: Til tiden"] == "1"
    # Registered as sent, the next report is compared with this one.
    assert run(root, "--sent") == 0 and run(root) == 0
    _, rows = lines((root / "out" / f"ventetider_DCCG_{Q3}.csv").read_text("utf-8"))
    assert {one["Ændring: Forløb"] for one in rows} == {"0"}
    assert len(list((root / "store" / "reports").glob("DCCG_*.json"))) == 2


def test_a_year_has_its_four_quarters_beside_it(root, capsys):
    assert run(root, period="2026") == 0
    out = root / "out"
    assert {one.name for one in out.glob("*.csv")} == {"ventetider_DCCG_2026.csv", "ventetider_DCCG_2026_kvartaler.csv"}
    _, rows = lines((out / "ventetider_DCCG_2026_kvartaler.csv").read_text("utf-8"))
    own = [one for one in rows if (one["Ventetid til"], one["Kode"]) == ("Behandling", "")]
    assert [one["Periode"] for one in own] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026"]
    # The year had not ended on the data cut; no quarter that had not may be read as a fall.
    assert [one["Afsluttet"] for one in own] == ["ja", "ja", "ja", "nej", "nej"]
    for name in ("Forløb", "Til tiden", "Over: årsag mangler", "Dage over grænsen i alt"):
        *quarters, year = (int(one[name]) for one in own)
        assert sum(quarters) == year, name
    assert int(own[-1]["Forløb"]) >= int(own[2]["Forløb"]) > 0
    _, alone = lines((out / "ventetider_DCCG_2026.csv").read_text("utf-8"))
    [nation] = [one for one in alone if (one["Ventetid til"], one["Kode"]) == ("Behandling", "")]
    assert nation["Forløb"] == own[-1]["Forløb"]
    assert run(root, "--sent", period="2026") == 2 and "had not ended" in capsys.readouterr().err


def test_a_region_that_is_gone_keeps_its_row(root):
    assert run(root, "--sent") == 0
    load_extract(root, cases=CASES, waits="\n".join(line for line in FIRST.splitlines() if "health" not in line[:14]))
    snapshot = Store(root / "store").current()
    found = report(snapshot, "DCCG", wait_period(Q3), latest(root / "store", "DCCG", Q3))
    assert counts(row(found.table, "treatment", "1085"), "change_") == [-1, 0, -1, 0, 0, 0, 0, 0, 0]
    assert counts(row(found.table, "treatment", NATION), "change_")[0] == -1


def test_each_database_and_period_has_its_own_last_report(root):
    assert run(root, "--sent") == 0
    folder = root / "store"
    assert latest(folder, "DCCG", Q3).counts["treatment/1081"]["legs"] == 3
    assert latest(folder, "DLCR", Q3) is None and latest(folder, "all", Q3) is None
    assert latest(folder, "DCCG", "2026-W40") is None


def test_the_latest_of_many_counts(tmp_path):
    for hour in (9, 11, 10):
        moment = dt.datetime(2026, 10, 1, hour, tzinfo=dt.UTC)
        keep(tmp_path, SentReport("DCCG", Q3, moment, f"s{hour}", {}))
    assert latest(tmp_path, "DCCG", Q3).snapshot == "s11"
    with pytest.raises(StoreError, match="same moment"):
        keep(tmp_path, SentReport("DCCG", Q3, moment, "again", {}))
    assert not list((tmp_path / "reports").glob(".*"))


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 3}', '{"format": 1, "sent": "2026-10-01"}'])
def test_a_broken_register_is_named(tmp_path, text):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / f"DCCG_{Q3}_20261001T090000000000.json").write_text(text)
    with pytest.raises(StoreError, match=r"DCCG_2026-Q3_20261001T090000000000\.json: the sent report cannot be read"):
        latest(tmp_path, "DCCG", Q3)


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_report_and_the_internal_files_apart(root, capsys):
    assert run(root) == 0
    out = root / "out"
    written = [str(Path(line).relative_to(out)) for line in capsys.readouterr().out.splitlines()]
    stem = f"ventetider_DCCG_{Q3}"
    inner = [f"intern-kontrol/{stem}_{name}" for name in ("mangler", "sagsliste")]
    assert written == [f"{name}{form}" for name in (stem, *inner) for form in (".xlsx", ".csv")]
    for name in written:
        content = (out / name).read_bytes()
        if name.endswith("xlsx"):
            assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        for wait_id in (b"broken", b"unknown"):
            assert (wait_id in content) == name.endswith("sagsliste.csv"), "wait numbers are for internal control alone"
    assert not (root / "store" / "reports").exists(), "not sent"
    stamp, rows = lines((out / "intern-kontrol" / f"{stem}_sagsliste.csv").read_text("utf-8"))
    assert "ikke til indberetning" in stamp
    [one] = [one for one in rows if one["Ventetidsnummer"] == "broken"]
    assert (one["Status"], one["Årsag"], one["Dage over grænsen"]) == ("Over: regler brudt", "Kapacitet", "7")
    assert one["Andet sted tilbudt"] == "ja" and one["Tilbud dokumenteret"] == ""


def test_the_stamp_says_what_the_numbers_are_of(root):
    assert run(root) == 0
    stamp, _ = lines((root / "out" / f"ventetider_DCCG_{Q3}.csv").read_text("utf-8"))
    for words in ("3. kvartal 2026", "bopælsregion", "2026-10-31", "ingen tidligere indberetning", "Databaser: DCCG"):
        assert words in stamp
    assert Store(root / "store").current_id() in stamp
    assert "ikke afsluttet" not in stamp
    assert run(root, period="2026-Q4") == 0
    assert "ikke afsluttet" in (root / "out" / "ventetider_DCCG_2026-Q4.csv").read_text("utf-8")


def test_usage(root, capsys):
    assert run(root, period="2026-13") == 2 and "2026-Q3 or 2026-W40" in capsys.readouterr().err
    assert run(root, database="DLCR") == 2 and "not in the store" in capsys.readouterr().err
    assert run(root, "--sent", period="2026-Q4") == 2 and "had not ended" in capsys.readouterr().err
    (root / "out").write_text("")
    assert run(root) == 2 and "is a file" in capsys.readouterr().err


def test_not_reported(shared, tmp_path, capsys):
    words = ["--store", str(shared.root), "--period", Q3, "--out", str(tmp_path / "out")]
    assert main(["waits-report", *words, "--database", "CLL"]) == 0
    said = capsys.readouterr()
    assert "CLL has no table waits" in said.err and said.out == "" and not (tmp_path / "out").exists()
    assert main(["waits-report", *words, "--database", "all"]) == 0
    assert "CLL" in capsys.readouterr().err and (tmp_path / "out" / f"ventetider_alle_{Q3}.csv").is_file()


# --- downloads and editions -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def working(shared):
    return client(shared, "working")


@pytest.fixture(scope="module")
def public(shared):
    return client(shared, "public")


def test_the_working_edition_downloads_what_the_command_writes(working):
    answer = working.get(f"/hent/sst.csv?database=DCCG&emne={Q3}")
    stamp, rows = lines(answer)
    assert answer.status_code == 200 and "Arbejdsudgave" in stamp
    assert f"DCCG_{Q3}" in answer.headers["Content-Disposition"]
    [nation] = [one for one in rows if (one["Ventetid til"], one["Kode"]) == ("Behandling", "")]
    assert (nation["Forløb"], nation["Andel til tiden"], nation["Regler overholdt, højst"]) == ("8", "0,5", "0,875")
    assert working.get("/hent/sst.csv?database=DCCG").data == answer.data, "without a subject the last quarter"
    assert working.get(f"/hent/sst.xlsx?database=DCCG&emne={Q3}").data[:2] == b"PK"
    assert lines(working.get(f"/hent/sst.csv?database=DCCG&emne={Q3}-alle"))[1][-7]["Forløb"] != nation["Forløb"]
    week = lines(working.get("/hent/sst.csv?database=DCCG&emne=2026-W30"))[1]
    assert [one["Forløb"] for one in week if (one["Ventetid til"], one["Kode"]) == ("Behandling", "")] == ["3"]


def test_lists_are_for_the_working_edition_alone(working, public):
    for name in ("sst-mangler", "sst-sagsliste"):
        assert working.get(f"/hent/{name}.csv?database=DCCG&emne={Q3}").status_code == 200
        assert public.get(f"/hent/{name}.csv?database=DCCG&emne={Q3}").status_code == 404
    assert "broken" in working.get(f"/hent/sst-sagsliste.csv?database=DCCG&emne={Q3}").text


@pytest.mark.parametrize("subject", ["2026-W30", f"{Q3}-alle", "2026-Q4"])
def test_the_public_edition_gives_whole_quarters_of_one_database(public, subject):
    assert public.get(f"/hent/sst.csv?database=DCCG&emne={subject}").status_code == 404


def test_bad_subjects_and_databases_without_waits(working):
    assert working.get("/hent/sst.csv?database=DCCG&emne=2026-Q9").status_code == 404
    assert working.get(f"/hent/sst.csv?database=CLL&emne={Q3}").status_code == 404
    assert working.get("/hent/pakketider.csv?database=CLL").status_code == 404
    assert working.get("/hent/pakketider.csv?database=DCCG&emne=x").status_code == 404


def many(legs: dict[tuple[str, str], int]) -> list[dict]:
    """Treatments of the quarter: (region, kind) → number; kinds: within, health, unsettled."""
    rows = []
    for (region, kind), number in legs.items():
        for n in range(number):
            rows.append(
                {
                    "wait_id": f"{region}-{kind}-{n}",
                    "leg": "treatment",
                    "department": "HER-KIR",
                    "residence_region": region,
                    "referral_date": "2026-07-01",
                    "consent_date": "2026-07-01",
                    "stop_date": "2026-07-10" if kind == "within" else "2026-07-20",
                    "end": "started",
                    "overrun_reason": kind if kind == "health" else "",
                }
            )
    return rows


def test_no_hidden_number_follows_by_subtraction(tmp_path):
    legs = {
        ("1084", "within"): 40, ("1084", "health"): 12, ("1085", "within"): 30, ("1085", "health"): 2,
        ("1083", "within"): 25, ("1083", "health"): 9, ("1082", "within"): 50, ("1082", "unsettled"): 3,
        ("1081", "within"): 20, ("1081", "health"): 8,
    }  # fmt: skip
    snapshot = load_extract(tmp_path, cases=CASES, waits=many(legs))
    found = report(snapshot, "DCCG", wait_period(Q3))
    nodes, parts = public_table(found, Edition("public"))
    nodes = nodes[nodes["leg"] == "treatment"]
    hidden = set(nodes.loc[nodes["hidden"], "region"])
    assert {"1085", "1082"} <= hidden and "" not in hidden
    over = {
        code: sum(n for (region, kind), n in legs.items() if region == code and kind != "within") for code in hidden
    }
    assert sum(over.values()) >= 5, "what is hidden adds up to a safe number"
    # 31 health, 3 unsettled: the 3 is hidden, and health with it, since the overruns in all are known.
    assert parts["treatment"]["over_unsettled"] is None and parts["treatment"]["over_health"] is None
    assert parts["treatment"]["rules_broken"] == 0
    assert not public_table(found, Edition("working"))[0]["hidden"].any()


def test_the_register_holds_counts_and_nothing_else(root):
    assert run(root, "--sent") == 0
    [path] = (root / "store" / "reports").iterdir()
    content = json.loads(path.read_text("utf-8"))
    assert set(content) == {"format", "database", "period", "sent", "snapshot", "counts", "sum"}
    assert set(content["counts"]["treatment/1084"]) == set(COUNTS)


# --- the page's section -----------------------------------------------------------------------------------------------


def seen(part: object) -> str:
    """All texts of a Dash component, with spaces."""
    if isinstance(part, str | int | float):
        return str(part)
    if isinstance(part, list | tuple):
        return " ".join(seen(one) for one in part)
    return seen(part.children) if getattr(part, "children", None) is not None else ""


def addresses(part: object) -> list[str]:
    """The addresses of all links of a Dash component."""
    if isinstance(part, list | tuple):
        return [address for one in part for address in addresses(one)]
    own = [part.href] if getattr(part, "href", None) else []
    return own + (addresses(part.children) if getattr(part, "children", None) is not None else [])


def context(store: Store, edition: str = "working", **query: str):
    state, problems = State.from_query({"database": "DCCG", **query})
    return StoreSource(store, Edition(edition))("/ventetider", state, problems)


def test_the_section_offers_files_that_exist_and_names_what_stands_in_the_way(shared, working):
    one = context(shared)
    text = seen(report_section(one))
    assert "I vejen for 3. kvartal 2026: overskridelse uden registreret årsag: 1;" in text
    assert "uge 43 2026" in text and "ikke endnu" in text
    links = addresses(report_section(one))
    assert len(links) == (1 + 8) * 3 * 2 and "emne=2025" in links[0]  # the year, quarters and weeks
    for link in links[:6]:
        assert working.get(link).status_code == 200, link
    assert "-alle" in addresses(report_section(one, every=True))[0]
    assert working.get(addresses(report_section(one, every=True))[1]).status_code == 200


def test_the_section_is_english_for_english_readers(shared):
    text = seen(report_section(context(shared, lang="en")))
    assert "quarter 3 of 2026" in text and "not yet" in text and not re.search("[æøå]", text)
