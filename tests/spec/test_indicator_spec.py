"""The worked examples of tests/spec, counted by the engine and by the naive program; what every declaration must have.

A file holds one family. ``== title`` begins an example; then tables in the form of tests/support/extracts.py (a column
``why`` is for the reader) and the table ``expected``. ``database CODE`` names another database than DCCG.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from data.schema import BY_NAME
from data.selection import Selection
from data.text import Text
from indicators.catalogue import BY_ID, CATALOGUE
from indicators.declaration import CASE_MIX, FAMILIES
from indicators.engine import COUNTS, table
from tests.support import naive
from tests.support.extracts import DATA_CUT, DEFAULTS, load_extract, rows_of

SPEC = Path(__file__).parent


@dataclass(frozen=True)
class Example:
    """One example: its tables as rows of texts, and what is expected of each indicator."""

    name: str
    database: str
    tables: dict[str, list[dict[str, str]]]
    expected: list[dict[str, str]]


def examples() -> list[Example]:
    found = []
    for path in sorted(SPEC.glob("*.txt")):
        _, *parts = path.read_text(encoding="utf-8").split("\n== ")
        for part in parts:
            title, *lines = part.splitlines()
            database, texts = "DCCG", {}
            for line in lines:
                if line.startswith("database "):
                    database = line.split()[1]
                elif line and not line.startswith(" "):
                    name = line.strip()
                    texts[name] = ""
                elif line.strip():
                    texts[name] += line + "\n"
            tables = {
                name: [{key: cell for key, cell in row.items() if key != "why"} for row in rows_of(text)]
                for name, text in texts.items()
            }
            found.append(Example(f"{path.stem}: {title}", database, tables, tables.pop("expected")))
    return found


EXAMPLES = examples()


def typed(name: str, rows: list[dict[str, str]]) -> list[dict]:
    """Rows of texts as the naive program wants them, with the defaults of required columns."""
    read = {"date": dt.date.fromisoformat, "integer": int, "boolean": lambda text: text == "true"}
    wanted = [column for column in BY_NAME[name].columns if column.required or any(column.name in row for row in rows)]
    return [
        {
            column.name: read.get(column.kind, str)(text) if text else None
            for column in wanted
            for text in [row.get(column.name, DEFAULTS.get(column.name, ""))]
        }
        for row in rows
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example(example, tmp_path):
    snapshot = load_extract(tmp_path, database=example.database, **example.tables)
    cut = dt.date.fromisoformat(DATA_CUT)
    extract = naive.Extract(example.database, cut, {name: typed(name, rows) for name, rows in example.tables.items()})
    for wanted in example.expected:
        id = wanted["indicator"]
        counts = tuple(int(wanted[name]) if wanted[name] else None for name in COUNTS)
        rows = naive.groups(extract, id)[()] if id in naive.INDICATORS else None
        [found] = table(snapshot, example.database, BY_ID[id], Selection()).to_dict("records")
        if id in naive.SURVIVAL_DAYS:
            limits = tuple(float(wanted[name]) if wanted[name] else None for name in ("rate", "lower", "upper"))
            assert tuple(found[name] for name in COUNTS[:5]) == counts[:5], id
            shown = tuple(None if found[name] != found[name] else found[name] for name in ("rate", "lower", "upper"))
            for got in (shown, naive.kaplan_meier(rows, naive.SURVIVAL_DAYS[id]) or (None,) * 3):
                assert [one and round(one, 4) for one in got] == list(limits), id
        else:
            assert tuple(found[name] for name in COUNTS) == counts, id
            assert rows is None or naive.counts(rows) == counts, id


def test_attribution(tmp_path):
    """The department of the treatment, of a tie the smallest registered; empty stays empty; region by residence."""
    snapshot = load_extract(
        tmp_path,
        cases="""
            case_id | department | residence_region
            a       | ODE-KIR    | 1083
            b       | ODE-KIR    | 1083
            c       | ODE-KIR    |
            d       |            | 1081
            e       | ODE-KIR    | 1084
        """,
        treatments="""
            case_id | kind     | start_date | department
            a       | surgery  | 2025-03-01 | AAL-KIR
            b       | surgery  | 2025-03-01 |
            c       | surgery  | 2025-03-01 | ODE-KIR
            c       | surgery  | 2025-03-01 | HER-KIR
            c       | surgery  | 2025-03-01 |
            c       | surgery  | 2025-03-02 | AAB-KIR
            d       | surgery  | 2025-03-01 |
            d       | surgery  | 2025-03-01 |
            e       | surgery  | 2025-03-02 | HER-KIR
            e       | systemic | 2025-03-01 | AAR-KIR
        """,
        conferences=[{"case_id": "a", "date": "2025-01-01"}],
    )

    def found(id):
        names = ("department", "hospital", "treating_region", "region")
        rows = table(snapshot, "DCCG", BY_ID[id], Selection(names)).to_dict("records")
        return {tuple(row[name] or "" for name in names): row["population"] for row in rows}

    same = {
        ("AAL-KIR", "Aalborg", "1081", "1083"): 1,
        ("", "", "", "1083"): 1,
        ("HER-KIR", "Herlev", "1084", ""): 1,
        ("", "", "", "1081"): 1,
    }
    assert found("mortality_30d") == {**same, ("HER-KIR", "Herlev", "1084", "1084"): 1}
    assert found("mdt_before_treatment") == {**same, ("AAR-KIR", "Aarhus", "1082", "1084"): 1}
    assert found("stage_known") == {
        ("ODE-KIR", "Odense", "1083", "1083"): 2,
        ("ODE-KIR", "Odense", "1083", ""): 1,
        ("ODE-KIR", "Odense", "1083", "1084"): 1,
        ("", "", "", "1081"): 1,
    }


def test_every_indicator_has_an_example():
    assert {row["indicator"] for example in EXAMPLES for row in example.expected} == set(BY_ID)


def test_the_contracts_indicators_have_a_naive_version():
    assert len(naive.INDICATORS) == 27 and set(naive.INDICATORS) <= set(BY_ID)


def test_expected_rows_add_up():
    for example in EXAMPLES:
        for row in example.expected:
            parts = [int(row[name]) for name in ("not_mature", "excluded", "missing", "denominator")]
            assert sum(parts) == int(row["population"]), (example.name, row)


@pytest.mark.parametrize("indicator", CATALOGUE, ids=lambda one: one.id)
def test_every_text_is_filled_in_both_languages(indicator):
    texts = [
        value
        for one in (indicator, indicator.definition, indicator.phrases)
        for value in vars(one).values()
        if isinstance(value, Text)
    ]
    assert len(texts) >= 1 + len(fields(indicator.definition)) + len(fields(indicator.phrases))
    for text in texts:
        assert text.da.strip() and text.en.strip(), (indicator.id, text)
        assert "  " not in text.da + text.en and text.da == text.da.strip(), (indicator.id, text)
    assert indicator.family in {family.id for family in FAMILIES}


@pytest.fixture(scope="module")
def smallest(tmp_path_factory):
    """A database of one case and no optional table."""
    return load_extract(tmp_path_factory.mktemp("smallest"), cases=[{"case_id": "a"}])


@pytest.mark.parametrize("indicator", CATALOGUE, ids=lambda one: one.id)
def test_every_declaration_compiles_on_empty_tables(indicator, smallest):
    names = naive.COVERAGE_BY if indicator.groups else naive.BY
    selection = Selection(tuple(names), start=dt.date(1900, 1, 1), end=dt.date(1900, 1, 2))
    assert table(smallest, "DCCG", indicator, selection).empty
    [row] = table(smallest, "DCCG", indicator, selection.grouped()).to_dict("records")
    assert [row[name] for name in COUNTS[:5]] == [0] * 5
    assert row["rate"] != row["rate"] and row["clear"] is False


@pytest.mark.parametrize("indicator", CATALOGUE, ids=lambda one: one.id)
def test_what_its_sql_tells_is_declared(indicator):
    """The stage that it measures, and dates that no bound of its own ends."""
    measures = re.search(r"\b(stage|t|n|m)\b", indicator.numerator) is not None
    assert ("stage" in indicator.measures) == (measures or indicator.rows == "case_variables")
    assert set(indicator.measures) <= set(CASE_MIX)
    sql = f"{indicator.population} {indicator.numerator}"
    assert all(re.search(rf"\b{name}\b", sql) for name in indicator.unbounded[:1])
