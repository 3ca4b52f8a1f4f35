"""Net survival on the page: the numbers of the command, what is refused, and the way between the questions."""

from __future__ import annotations

import csv
import io
import re

import pytest

from data.store import Store
from results.survival.net import net_survival, progress, spans, why_not
from results.view import Edition, View
from survival import lifetable
from survival.__main__ import main
from tests.pages.test_page_adjusted import COHORT, planted
from tests.pages.test_page_survival import csv_rows, heading, page, words
from tests.support import clients
from tests.support.extracts import load_extract
from words import format as fmt

QUESTIONS = ("kurver", "netto", "justeret", "udvikling")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("net-page")
    load_extract(root, cases=planted(), period=("2018-01-01", "2025-12-31"), synthetic=True)
    return root / "store"


@pytest.fixture(scope="module")
def working(root):
    return clients._client.__wrapped__(root, "working")


@pytest.fixture
def rows_of(root, capsys):
    def rows_of(*words) -> list[dict]:
        assert main(["net", "--store", str(root), "--database", "DCCG", "--format", "csv", *words]) == 0
        return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    return rows_of


def address(vis: str, more: str = "") -> str:
    return f"vis={vis}&diagnose={COHORT.first}-{COHORT.last}{more}"


def test_page_file_and_command_say_the_same(working, rows_of) -> None:
    command = {
        (row["stage"], row["years"]): row
        for row in rows_of("--by", "stage", "--from", "2018-01-01", "--to", "2021-01-01", "--years", "1,3,5")
    }
    _, rows = csv_rows(working, f"/hent/netto.csv?{address('netto', '&efter=stadie')}")
    text = words(page(working, address("netto", "&efter=stadie")))
    for cells in rows:
        if cells["navn"] == "Danmark":
            continue
        for years in ("1", "3", "5"):
            theirs = command[cells["kode"], years]
            for name, key in ((f"netto, {years} år", "estimate"), (f"befolkningen, {years} år", "expected"),
                              (f"i risiko, {years} år", "at_risk"), (f"døde, {years} år", "events")):  # fmt: skip
                assert float(cells[name].replace(",", ".")) == pytest.approx(float(theirs[key]), abs=1e-12)
            assert fmt.percent_number(float(theirs["estimate"])) in text


def test_the_finding_and_the_lead(working, rows_of) -> None:
    (row,) = rows_of("--from", "2018-01-01", "--to", "2021-01-01", "--years", "5")
    shown = page(working, address("netto", "&efter=ingen"))
    share = fmt.percent_number(float(row["estimate"]), 0)
    assert heading(shown) == f"Var kræften den eneste dødsårsag, levede {share} af 100 fem år efter diagnosen."
    for text in (f"Netto 5-års overlevelse {fmt.percent(float(row['estimate']))}", fmt.percent(float(row["expected"]))):
        assert text.replace("\u00a0", " ") in words(shown)
    assert "Livstabel: syntetisk" in words(shown)


def test_windows_are_the_commands_periods(root, rows_of, working) -> None:
    view = View(Store(root).current(), Edition(), "DCCG", 2025)
    found = progress(view)
    assert spans(view)[-1] == (2023, 2025) and [one.first for one in found.of()] == [first for first, _ in spans(view)]
    for window in found.of(sex="F"):
        period = f"{window.first}-01-01:{window.last}-12-31"
        rows = rows_of("--period", period, "--where", "sex=F", "--years", "1,3,5,10")
        for point, row in zip(window.points, rows, strict=True):
            assert (point.at_risk, point.events) == (int(row["at_risk"]), int(row["events"]))
            assert (point.estimate is None) == (row["estimate"] == "")
            if point.estimate is not None:
                assert point.estimate == pytest.approx(float(row["estimate"]), abs=1e-10)
        (aged,) = rows_of("--period", period, "--where", "sex=F", "--years", "5", "--standard", found.standard)
        assert (window.standardised.estimate is None) == (aged["estimate"] == "")
    first = found.of()[0].point(1)
    assert fmt.percent_number(first.estimate) in words(page(working, "vis=udvikling"))


def test_every_question_leads_to_the_others(working) -> None:
    for here in QUESTIONS:
        shown = page(working, f"vis={here}")
        nav = re.search(r'<nav[^>]*aria-label="Spørgsmål".*?</nav>', shown, re.S)[0]
        assert len(re.findall(r"<li", nav)) == 4 and nav.count('aria-current="page"') == 1
        assert len(re.findall(r"href=", nav)) == 3


@pytest.mark.parametrize("vis", ["netto", "udvikling"])
@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("more", ["", "&efter=afdeling&unit=HER-KIR", "&koen=F&stadie=I", "&efter=koen&regioner=4"])
def test_every_choice_is_answered(working, vis, lang, more) -> None:
    shown = page(working, f"vis={vis}&lang={lang}{more}")
    assert heading(shown) and "nan" not in words(shown).split()


def test_three_numbers_stand_together(working, rows_of) -> None:
    (row,) = rows_of("--from", "2018-01-01", "--to", "2021-01-01", "--years", "5")
    net = fmt.percent(float(row["estimate"])).replace("\u00a0", " ")
    for vis, by in (("kurver", ""), ("justeret", "&efter=afdeling")):
        shown = words(page(working, address(vis, by)))
        three = shown.partition("Tre tal, tre spørgsmål")[2]
        assert f"Hvad betyder kræften i sig selv? {net} levede" in three
        assert "Er der forskel, når patienterne er ens?" in three
    assert "har Odense" in three, "the adjusted finding stands beside the others"


def test_places_are_compared_as_if_their_patients_were_alike(working, capsys, root) -> None:
    _, rows = csv_rows(working, f"/hent/justeret.csv?{address('justeret', '&efter=afdeling')}")
    words_ = ["adjusted", "--store", str(root), "--database", "DCCG", "--by", "department", "--years", "1,5"]
    assert main([*words_, "--from", "2018-01-01", "--to", "2021-01-01", "--format", "csv"]) == 0
    command = {(r["department"], r["years"]): r for r in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    compared = 0
    for row in rows:
        for years in ("1", "5"):
            name = f"forskel til landet efter {years} år, når patienterne er ens"
            for part, key in (("skøn", "difference"), ("nedre 95 %", "difference_lower")):
                if cell := row[f"{name}, {part}"]:
                    theirs = float(command[row["kode"], years][key])
                    assert float(cell.replace(",", ".")) == pytest.approx(theirs, abs=1e-9)
                    compared += 1
    assert compared >= 12


def test_the_public_edition_shows_none_of_it(root) -> None:
    view = View(Store(root).current(), Edition("public"), "DCCG", 2025)
    with pytest.raises(ValueError, match="public edition"):
        net_survival(view, "none", COHORT)
    with pytest.raises(ValueError, match="public edition"):
        progress(view)


def test_real_patients_need_a_real_life_table(tmp_path) -> None:
    load_extract(tmp_path, cases=planted(60), period=("2018-01-01", "2025-12-31"))
    view = View(Store(tmp_path / "store").current(), Edition(), "DCCG", 2025)
    assert "has none" in why_not(view).en
    real = lifetable.DEMONSTRATION.read_text("utf-8").replace("# synthetic\n", "")
    (tmp_path / "store" / lifetable.IN_STORE).write_text(real, "utf-8")
    assert why_not(view) is None and not net_survival(view, "none", COHORT).table.synthetic


def test_too_few_bear_no_sentence(tmp_path) -> None:
    load_extract(tmp_path, cases=planted(0), period=("2018-01-01", "2025-12-31"), synthetic=True)
    few = clients._client.__wrapped__(tmp_path / "store", "working")
    said = heading(page(few, address("netto", "&stadie=III&efter=ingen")))
    assert "For få patienter til at sige, hvad kræften betyder i sig selv" in said
    assert heading(page(few, address("netto", "&koen=F&stadie=II"))) != ""
