"""The graded verdicts: the same as the command, one place for the words, and no page says another."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from data.reference import Standard
from indicators.catalogue import BY_ID
from indicators.engine import table
from indicators.graded import graded
from indicators.statistics.intervals import exact
from results.audit import GRADES, NO_CELL, Cell, _cell, settles, unit_table
from results.view import Edition, View
from tests.pages.test_page_warnings import text_of
from tests.support.clients import client
from words import verdicts

ROOT = Path(__file__).resolve().parents[2]
#: Words of a verdict; whoever else writes them says something of their own (chance, dates, initiatives).
WORDS = re.compile(
    r"\busikkert?\b|\busikre\b|uafklaret|sandsynligvis|ikke afgjort|probably (not )?(met|reached)|not decided",
    re.IGNORECASE,
)
ELSEWHERE = {
    "words/verdicts.py",
    "words/about.py",  # the method in words
    "words/improvements.py",  # whether an initiative has worked
    "layouts/parts/whom.py",  # fewer patients, wider intervals
    "words/variation.py",  # whether departments differ by more than chance
    "data/findings.py",  # advice on a registration
}
FLOORS = ("words", "figures", "exports", "reports", "layouts", "server")
GOAL = Standard("*", "x", "", "", None, None, ">=", 0.9, "standard", "", False)


def test_one_module_has_the_words_of_a_verdict():
    """A sentence of another module that spells a verdict would go on saying it when the words change."""
    found = []
    for path in (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name in ELSEWHERE:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                found += [f"{name}:{node.lineno}: {node.value}" for _ in WORDS.finditer(node.value)]
    assert not found, "\n".join(found)


def cell(x: int, n: int, missing: int = 0, three: str = "", standard: Standard = GOAL) -> Cell:
    lower, upper = (float(one) for one in exact(x, n))
    row = {"rate": x / n, "lower": lower, "upper": upper, "denominator": n, "numerator": x, "missing": missing,
           "excluded": 0, "not_mature": 0, "hidden": False, "missing_hidden": False,
           "missing_most": missing}  # fmt: skip
    return replace(_cell(row, standard), three_years=three)


@pytest.mark.parametrize(
    "made, word, more",
    [
        (cell(200, 205), "opfyldt", ""),
        (cell(100, 205), "ikke opfyldt", ""),
        (cell(47, 50), "sandsynligvis opfyldt 82 %", ""),
        (cell(41, 50), "sandsynligvis ikke opfyldt 96 %", ""),
        (cell(45, 50), "uafklaret", "andelen ligger på standarden"),
        (cell(19, 20), "uafklaret", "ca. 130 patienter mere afgør det"),
        (cell(19, 20, three="met"), "uafklaret", "tre år: opfyldt"),
        (cell(19, 20, three="unsettled"), "uafklaret", "ca. 130 patienter mere afgør det"),
        (cell(200, 205, missing=20), "uafklaret", "20 uoplyste afgør det"),
        (cell(8, 8, missing=1), "uafklaret", "1 uoplyst afgør det"),
    ],
)
def test_what_a_result_says_and_what_would_settle_it(made, word, more):
    assert verdicts.cell_text(made).replace("\u00a0", " ") == word
    assert verdicts.settling(made) == more
    assert (settles(made) is None) == (made.grade != "unsettled")


def test_a_target_is_reached_and_never_met():
    made = cell(47, 50, standard=replace(GOAL, kind="target"))
    assert verdicts.cell_text(made).startswith("sandsynligvis nået")
    assert verdicts.cell_text(made, "en").startswith("probably reached")


def test_the_percent_is_never_more_than_it_is():
    assert [verdicts.probability_text(one, "en") for one in (0.8, 0.8999, 0.9999)] == ["80%", "89%", "99%"]


def test_every_verdict_has_a_word_in_both_languages_and_graded_ones_a_sign():
    assert list(verdicts.SIGNS.values()) == list("●◕◐◔○") and list(verdicts.SIGNS) == list(GRADES)
    for name in verdicts.VERDICTS:
        assert verdicts.verdict_text(name, "da") and verdicts.verdict_text(name, "en")


@pytest.mark.parametrize("database", ["DCCG", "ALD"])
def test_pages_and_command_grade_alike(synthetic_store, database):
    """Every department and region of every indicator: the grade, its probability, and three years in the same words."""
    snapshot = synthetic_store.current()
    view = View(snapshot, Edition(), database, 2025)
    seen = set()
    for id in ("mdt_before_treatment", "tnm_complete", "mortality_90d", "registered_30d", "survival_1y"):
        indicator = BY_ID[id]
        shown = unit_table(view, id)
        for level, name in (("department", "department"), ("region", "treating_region")):
            selection = view.selection(name, period=2025)
            if indicator.survival_years:
                continue  # the command takes the cohort's own year
            rows = graded(snapshot, database, indicator, selection,
                          table(snapshot, database, indicator, selection, "exact"), "exact")  # fmt: skip
            for row in rows.to_dict("records"):
                made = shown.cells.get((level, row[name] or "", 2025), NO_CELL)
                if made.state in ("no_data", "no_standard", "not_mature"):
                    continue
                seen.add(made.said)
                assert made.three_years == row["three_year_verdict"], (id, row)
                if made.grade == "probably_met":
                    assert made.probability <= row["probability"] + 1e-12
                elif made.grade == "probably_not_met":
                    assert made.probability <= 1 - row["probability"] + 1e-12
    assert seen - {"no_standard"}


def test_hidden_years_make_no_three_years(synthetic_store):
    """Three years are the sum of what is shown: where one of them is hidden there is no sum to subtract from."""
    view = View(synthetic_store.current(), Edition("public"), "DCCG", 2025)
    for id in ("mdt_before_treatment", "mortality_90d"):
        found = unit_table(view, id)
        for (level, code, period), made in found.cells.items():
            if period == 2025 and made.three_years:
                years = [found.cells.get((level, code, one), NO_CELL) for one in view.three_periods]
                assert not any(one.hidden for one in years)
            if made.hidden:
                assert not made.grade and made.probability is None


@pytest.mark.parametrize("address", ["/?database=DCCG", "/indikator/mdt_before_treatment?database=DCCG",
                                     "/afdeling?database=DCCG&vis=matrix", "/afdeling?database=DCCG"])  # fmt: skip
@pytest.mark.parametrize("edition", ["working", "public"])
def test_no_page_says_a_verdict_in_another_word(synthetic_store, address, edition):
    answer = client(synthetic_store, edition).get(address)
    assert answer.status_code == 200
    assert not re.search(r"\busikker?t?\b", text_of(answer))
    words = set(re.findall(r'class="verdict-word">([^<]*)<', answer.text))
    known = [verdicts.verdict_text(name).partition(" (")[0] for name in verdicts.VERDICTS]
    known += [verdicts.target_text(name) for name in GRADES] + ["ikke modent før", "udviklingsmål"]
    assert not {one for one in words if not one.startswith(tuple(known))}
