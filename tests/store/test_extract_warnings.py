"""Warnings of an import: the extract comes in, and the finding stands in the store with its rows."""

from __future__ import annotations

import pytest

from data.__main__ import main
from data.checks import OF_THE_LIVING, ORDERED
from data.findings import RULES, WARNING
from data.store import Store
from tests.support.extracts import write_extract
from tests.support.whole import SECRET, Broken, cell, change, with_column, without_column, write_whole


def wait_over(reason: str = "", documented: str = "", accepted: str = "") -> tuple:
    """Wait 1 ended 15 days after the consent."""
    return (
        ("waits", 1, "stop_date", "2024-03-25"), ("waits", 1, "overrun_reason", reason),
        ("waits", 1, "alternative_offered", documented), ("waits", 1, "offer_documented", documented),
        ("waits", 1, "accepted_wait_date", accepted),
    )  # fmt: skip


def precise(line: str):
    """Says in extract.toml that values are less precise than they look."""

    def act(folder) -> None:
        path = folder / "extract.toml"
        text = path.read_text(encoding="utf-8").replace("[period]", f"[precision]\n{line}\n[period]", 1)
        path.write_text(text, encoding="utf-8")

    return act


def row_of(table: str, column: str) -> int:
    """A row of the whole extract in which the date may be changed."""
    return {"pro": 1, "palliative": 1, "departments": 1, "cases": 3}.get(table, 2 if column != "decision_date" else 1)


#: A day before the earlier of each pair, in the row that ``row_of`` names.
DAY_BEFORE = {"cases": "2022-11-30", "palliative": "2023-12-31", "pro": "2024-03-01", "waits": "2024-01-31",
              "departments": "2019-12-31"}  # fmt: skip
LATE = frozenset({"reversed_dates"})

WARNINGS = [
    Broken("unknown column", "unknown_column", "trials.note", act=with_column("trials", "note")),
    Broken("unknown column without a name", "unknown_column", "trials.", act=with_column("trials", "", "")),
    Broken("unknown file", "unknown_file", "letters.csv",
           act=lambda folder: (folder / "letters.csv").write_text("case_id\n")),
    Broken("known file in other letters", "unknown_file", "Trials.CSV",
           act=lambda folder: (folder / "Trials.CSV").write_text("case_id\n")),
    Broken("an age of a year of birth", "imprecise", "cases.age", act=precise('"cases.age" = { birth_year = 2 }')),
    cell("after the period", "outside_period", "cases", 1, "diagnosis_date", "2024-03-01"),
    cell("treatment long before", "before_diagnosis", "treatments", 1, "start_date", "2024-01-30"),
    cell("conference long before", "before_diagnosis", "conferences", 1, "date", "2024-01-30"),
    cell("complication long before", "before_diagnosis", "complications", 1, "date", "2024-01-30"),
    cell("no cause of death", "cause_missing", "cases", 2, "cause_of_death", ""),
    Broken("a variable in two of three rows", "incomplete", "cases.stage", cells=(("cases", 1, "stage", ""),)),
    Broken("an undated conference", "incomplete", "conferences.date", cells=(("conferences", 1, "date", ""),)),
    Broken("no optional column", "column_not_delivered", "cases.charlson", act=without_column("cases", "charlson")),
    *(cell(f"{later} before {earlier}", "reversed_dates", table, row_of(table, later), later, DAY_BEFORE[table],
           also=frozenset({"after_death"}) if table == "palliative" else frozenset())
      for table, later, earlier, _ in ORDERED),
    *(cell(f"{table}.{column} after the death", "after_death", table, 2, column, "2024-05-03", also=LATE)
      for table, column in OF_THE_LIVING if table not in ("complications", "palliative", "waits")),
    Broken("a complication after the death", "after_death", "complications.date", (2,),
           (("complications", 2, "case_id", "b-7731"), ("complications", 2, "date", "2024-05-03"))),
    *(cell(f"palliative.{column} after the death", "after_death", "palliative", 1, column, "2024-05-03",
           also=frozenset({"reversed_dates"})) for column in ("referred_date", "received_date", "screened_date")),
    Broken("a wait after the death", "after_death", "waits.referral_date", (2,),
           (("waits", 2, "case_id", "b-7731"), ("waits", 2, "referral_date", "2024-05-03")),
           also=frozenset({"reversed_dates", "stop_before_start"})),
    Broken("a stray quotation mark", "line_break_in_value", "treatments.substance", (2,),
           act=change("treatments.csv", lambda text: text.replace("FOLFOX", '"FOLFOX').replace(
               "radiotherapy,2023-07-01,,,,,,", 'radiotherapy,2023-07-01,,,,,,"'))),
    Broken("more cases than expected", "more_than_expected", "coverage.expected", (1,),
           (("coverage", 1, "expected", "0"),)),
    Broken("an optional column in capitals", "header_differs", "treatments.ACUTE",
           act=change("treatments.csv", lambda text: text.replace("acute", "ACUTE"))),
    cell("stop before start", "stop_before_start", "waits", 2, "stop_date", "2024-01-31"),
    cell("stop before consent", "stop_before_start", "waits", 1, "stop_date", "2024-03-09",
         also=frozenset({"consent_after_stop"})),
    cell("consent after stop", "consent_after_stop", "waits", 2, "consent_date", "2024-02-11"),
    cell("started without consent", "started_without_consent", "waits", 1, "consent_date", "",),
    Broken("over without reason", "overrun_without_reason", "waits.overrun_reason", (1,), wait_over()),
    Broken("reason without documentation", "reason_without_documentation", "waits.offer_documented", (1,),
           wait_over("capacity", "", "2024-03-11")),
    Broken("offer without acceptance", "reason_without_documentation", "waits.offer_documented", (1,),
           wait_over("capacity", "true", "")),
]  # fmt: skip
OUTSIDE = {"period": ("2010-01-01", "2024-02-29")}


def place_named(warning: Broken) -> tuple[str, str]:
    table, _, column = warning.place.partition(".")
    return (warning.place, "") if warning.rule == "unknown_file" else (table, column)


@pytest.mark.some(12)
@pytest.mark.parametrize("warning", WARNINGS, ids=lambda warning: warning.name)
def test_a_warning_is_imported_and_kept(warning, tmp_path, capsys):
    options = OUTSIDE if warning.rule == "outside_period" else {}
    folder = warning.write(tmp_path / "delivered", **options)
    assert main(["load", str(folder), "--store", str(tmp_path / "store")]) == 0
    output = "".join(capsys.readouterr())
    assert f"warning: {warning.place.rstrip('.')}: {warning.rule}: " in output and SECRET not in output
    snapshot = Store(tmp_path / "store").current()
    kept = snapshot.rows("DCCG", "SELECT rule, severity, table_name, column_name, rows, first_rows FROM findings")
    assert {row[0] for row in kept} - warning.also == {warning.rule}
    row = next(row for row in kept if row[0] == warning.rule)
    assert row[1:4] == ("warning", *place_named(warning))
    if warning.rows:
        assert row[4:] == (len(warning.rows), ", ".join(map(str, warning.rows)))
    assert snapshot.info("DCCG").warnings == len(kept)
    sql = "SELECT values_da, values_en, advice_da, advice_en FROM findings"
    assert not any(SECRET in text for row in snapshot.rows("DCCG", sql) for text in row)


BORDERS = {
    "30 days before": [("treatments", 1, "start_date", "2024-01-31"), ("complications", 1, "date", "2024-01-31")],
    "day 14 is in time": [("waits", 1, "stop_date", "2024-03-24")],
    "over for health": wait_over("health"),
    "over, offered, documented, accepted": wait_over("capacity", "true", "2024-03-11"),
    "still waiting": [("waits", 1, "stop_date", ""), ("waits", 1, "end", ""), ("waits", 1, "consent_date", "")],
}


@pytest.mark.parametrize("cells", BORDERS.values(), ids=BORDERS)
def test_what_is_just_inside_gives_no_warning(cells, tmp_path, capsys):
    assert main(["check", str(write_whole(tmp_path / "delivered", cells))]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


@pytest.mark.parametrize(("before", "now", "warned"), [(10, 7, False), (10, 6, True), (3, 2, True)])
def test_fewer_cases_than_the_extract_before(before, now, warned, tmp_path, capsys):
    for name, count in (("first", before), ("second", now)):
        folder = write_extract(tmp_path / name, cases=[{"case_id": f"k{number}"} for number in range(count)])
        assert main(["load", str(folder), "--store", str(tmp_path / "store")]) == 0
    assert ("warning: cases: fewer_cases:" in capsys.readouterr().out) == warned


def test_completeness_is_warned_of_below_ninety_percent(tmp_path, capsys):
    cases = [{"case_id": f"k{number}", "sex": "F" if number else "", "department": "HER-KIR" if number > 1 else ""}
             for number in range(10)]  # fmt: skip
    assert main(["check", str(write_extract(tmp_path / "delivered", cases=cases))]) == 0
    output = capsys.readouterr().out
    line = next(line for line in output.splitlines() if "cases.department: incomplete: " in line)
    said = "filled in less than 90 % of the rows; 2 rows (first: 1, 2; line of the file: 2, 3). Filled in 80.0 %"
    assert line.endswith(said)
    assert "cases.sex: incomplete" not in output


def test_only_what_a_database_uses_is_required_of_it(tmp_path, capsys):
    """DNOR has no staging, DGCD stages by FIGO: neither answers for TNM, and nobody for what was not delivered."""
    unstaged = [("cases", row, "stage", "") for row in (1, 2, 3)]
    folder = write_whole(tmp_path / "dnor", unstaged, database="DNOR")
    for column in ("t", "n", "m", "charlson"):
        without_column("cases", column)(folder)
    assert main(["check", str(folder)]) == 0
    folder = write_whole(tmp_path / "dgcd", database="DGCD")
    for column in ("t", "n", "m", "stage"):
        without_column("cases", column)(folder)
    assert main(["check", str(folder)]) == 0
    output = capsys.readouterr().out
    assert "incomplete" not in output and output.count("warning: ") == 2
    assert "dnor: warning: cases.charlson: column_not_delivered:" in output
    assert "dgcd: warning: cases.stage: column_not_delivered:" in output


def test_every_warning_rule_has_a_test():
    # test_extract_toml.py, test_against.py, test_parts.py and test_extract_reading.py
    elsewhere = {"unknown_key", "period_after_cut", "places_gone", "column_gone", "not_in_all_parts", "parts_differ"}
    elsewhere |= {"fewer_cases", "department_gone", "icd10_outside_database"}
    assert {warning.rule for warning in WARNINGS} | elsewhere == {rule.id for rule in RULES if rule.severity == WARNING}
