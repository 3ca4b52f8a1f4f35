"""What docs/converting.md tells a registry to type is typed here, on files as it describes them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from data.__main__ import main
from data.store import Store
from tests.store.test_presets import OMOP, PATIENTS

TEXT = (Path(__file__).parents[2] / "docs" / "converting.md").read_text(encoding="utf-8")
COMMANDS = [line.split("  #")[0] for line in re.findall(r"^    python -m data (.*)$", TEXT, re.M)]
CASES = """forloeb;status;dxdato;foedselsaar;koen;kommune;afd;cprstatus;doedsdato;sidst_set;diagnose;stadie
1;ok;01-02-2025;1960;1;751;Herlev kir.;01;;31-10-2026;DC18.7;IIIB
2;annulleret;01-02-2025;1960;1;751;Herlev kir.;01;;31-10-2026;DC18.7;
3;ok;03-02-2025;1950;K;0101;Aalborg kir.;90;01-05-2025;;DC20;Stage 2a
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the files that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    for folder in ("registry", "study", "cdm"):
        (tmp_path / folder).mkdir()
    (tmp_path / "registry" / "forloeb-2025.csv").write_text(CASES, encoding="windows-1252")
    book = openpyxl.Workbook()
    book.active.title = "2025"
    for row in [
        ["Udtræk"],
        [],
        ["forloeb", "sks", "dato"],
        ["1", "KJFB30", "15-02-2025"],
        ["3", "KUJF32", "01-03-2025"],
    ]:
        book.active.append(row)
    book.save(tmp_path / "registry" / "operationer.xlsx")
    (tmp_path / "study" / "data_clinical_patient.txt").write_text(PATIENTS, encoding="utf-8")
    for name, text in OMOP.items():
        (tmp_path / "cdm" / name).write_text(text, encoding="utf-8")
    block = re.search(r"^    format = 1\n(?:    .*\n)+", TEXT, re.M)[0]
    (tmp_path / "mapping.toml").write_text(re.sub("^    ", "", block, flags=re.M), encoding="utf-8")
    return tmp_path


def test_each_command_of_the_page_runs_as_it_stands(place, capsys):
    store = place / "store"
    for line in COMMANDS:
        words = [str(store) if word == "/srv/store" else word for word in shlex.split(line)]
        assert main(words) == 0, (line, capsys.readouterr())
    assert (place / "registry" / "mapping.toml").is_file()
    current = Store(store).current()
    assert {code: info.rows["cases"] for code, info in current.databases.items()} == {"DBCG": 3, "DCCG": 2}
    rows = current.rows(
        "DCCG", "SELECT age, sex, residence_region, department, vital_status, stage FROM cases ORDER BY age"
    )
    assert rows == [(65, "M", "1082", "HER-KIR", "alive", "III"), (75, "F", "1084", "AAL-KIR", "dead", "II")]
    assert current.rows("DCCG", "SELECT kind, count(*) FROM treatments GROUP BY 1") == [("surgery", 1)]


def test_the_nightly_line_is_the_same_for_cron_and_systemd():
    cron, unit = (
        re.search(pattern, TEXT, re.M)[1] for pattern in (r"^    15 2 .*?(\.venv.*)$", r"ExecStart=/bin/sh -c '(.*)'")
    )
    assert cron == unit and "--keep-going" in cron


def test_the_page_names_every_preset_and_ending():
    from data.convert.files import KINDS
    from data.convert.presets import PRESETS

    assert all(f"| `{name}` |" in TEXT for name in PRESETS)
    assert all(ending in TEXT for ending in KINDS)
