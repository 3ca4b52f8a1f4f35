"""The survival page: its sentences, tables and files, on a small store."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
from html import unescape

import plotly.graph_objects as go
import pytest

from data.selection import Selection
from data.store import Store
from figures import survival as drawing
from layouts.frame.source import StoreSource
from results.survival import curves as tables
from results.survival.curves import Cohort
from results.view import Edition
from server.application import create_app
from survival.engine import survival_table
from tests.results.test_survival_tables import invented
from tests.support import clients
from tests.support.extracts import load_extract
from words import format as fmt
from words import survival as text

DANISH = re.compile(
    r"[æøåÆØÅ]|\b(overlevelse|diagnosticeret|skjult|uoplyst|stadie|afdeling|dødsfald|efter|kræft)\b", re.I
)
NAMES = re.compile(r"Sjælland|Hovedstaden|Syddanmark|Midtjylland|Nordjylland|Kræftkvalitet|Aalborg|Dansk\b")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("page")
    period = ("2015-01-01", "2025-12-31")
    load_extract(root, cases=invented(), period=period, synthetic=True)
    for database, number in (("ALD", 800), ("DOOG", 1)):
        rows = [{**row, "stage": ""} if database == "ALD" else row for row in invented(number, 5)]
        rows = [{**row, "cause_of_death": ""} for row in rows] if database == "ALD" else rows
        rows = [{**row, "icd10": {"ALD": "C920", "DOOG": "C690"}[database]} for row in rows]
        load_extract(root, database=database, cases=rows, period=period)
    return root


@pytest.fixture(scope="module")
def client(root):
    return clients.client(Store(root / "store"), "working")


@pytest.fixture(scope="module")
def working(root):
    return clients.client(Store(root / "store"), "working")


def page(client, query="", status=200):
    answer = client.get(f"/overlevelse?{query}")
    assert answer.status_code == status
    body = answer.get_data(as_text=True)
    return body[body.index('<div id="page">') : body.index('<div id="react-entry-point">')]


def words(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").replace("\u2011", "-"))


def part(html, pattern):
    return words(re.search(pattern, html, re.S).group(1)).strip()


def heading(html):
    return part(html, r"<h1[^>]*>(.*?)</h1>")


def lead(html):
    return part(html, r'class="lead">(.*?)</p>')


def truth(root, by=(), endpoint="overall", where=(), year=2020, database="DCCG", years=(5,)):
    selection = Selection(by, where, dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
    return survival_table(Store(root / "store").current(), database, endpoint, years, selection)


def test_the_finding_and_the_lead_hold_the_commands_numbers(working, root):
    html = page(working, "sted=bopael&efter=koen")
    nation = truth(root).to_dict("records")[0]
    sexes = truth(root, ("sex",)).set_index("sex")["estimate"]
    share = fmt.percent_number(nation["estimate"], 0)
    assert heading(html) == (
        f"{share} af 100 patienter lever fem år efter diagnosen: {fmt.percent_number(sexes['F'], 0)} blandt kvinder, "
        f"{fmt.percent_number(sexes['M'], 0)} blandt mænd."
    )
    estimate, low, high = (fmt.percent_number(nation[name]) for name in ("estimate", "lower", "upper"))
    assert lead(html).startswith(
        f"Samlet 5-års overlevelse {estimate} % (95 %-interval {low}–{high}), diagnosticeret 2020, "
        f"n = {nation['cases']}."
    )
    assert lead(html).endswith("Ikke case-mix-justeret.")


def test_groups_of_few_are_not_told_apart(working, root):
    stages = truth(root, ("stage",)).set_index("stage")
    assert stages.loc["IV", "at_risk"] < 10 and (stages["upper"] - stages["lower"]).drop("IV").max() > 0.3
    assert heading(page(working)).endswith("lever fem år efter diagnosen: for få patienter til at skelne stadierne.")


def test_files_are_divided_as_the_page_where_a_division_was_not_used(working):
    """They answered 404: their addresses kept the division that the page had refused."""
    html = page(working, "database=ALD&efter=stadie")
    assert "der er opdelt efter region" in words(html)
    links = {unescape(link) for link in re.findall(r'href="(/hent/[^"]*)"', html)}
    assert len(links) >= 4
    assert {link: working.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_nobody_diagnosed_is_a_sentence_and_a_way_back(client):
    for by in ("stadie", "region", "afdeling", "alder", "koen", "periode", "ingen"):
        html = page(client, f"database=DOOG&diagnose=2016&efter={by}")
        if by != "stadie" or "Ingen patienter" in heading(html):
            assert heading(html) == "Ingen patienter i DOOG er diagnosticeret 2016"
        assert "Vis alle patienter, uanset diagnoseår" in words(html) and "diagnose=2015-2025" in html


def test_the_table_has_each_cohort_under_its_name(working, root):
    html = page(working, "sted=bopael")
    table = part(html, r'<table class="table survival-years">(.*?)</table>')
    assert "diag. 2024" in table and "diag. 2020" in table
    for year, years in ((2024, 1), (2020, 5)):
        for row in truth(root, ("region",), year=year, years=(years,)).to_dict("records"):
            limits = f"{fmt.percent_number(row['lower'])}–{fmt.percent_number(row['upper'])}"
            if row["lower"] < row["upper"]:
                assert f"{fmt.percent_number(row['estimate'])} {limits} n {row['cases']}" in table
    assert "Vandret streg: 95 %-interval." in words(html)


@pytest.mark.some(3)
@pytest.mark.parametrize("by", ["stadie", "region", "afdeling", "alder", "koen", "periode", "ingen"])
def test_every_grouping_and_both_languages(client, by):
    html = page(client, f"efter={by}")
    assert "lever fem år efter diagnosen" in heading(html)
    english = words(page(client, f"efter={by}&lang=en"))
    assert not DANISH.findall(NAMES.sub("", english)), DANISH.findall(NAMES.sub("", english))


def test_cancer_as_cause(working, root):
    html = page(working, "doed=kraeft")
    nation = truth(root, endpoint="cancer_specific").to_dict("records")[0]
    share = fmt.percent_number(nation["estimate"], 0)
    assert heading(html).startswith(f"Kræftspecifik overlevelse efter fem år: {share} af 100 patienter, ")
    incidence = truth(root, endpoint="cif_cancer").to_dict("records")[0]
    assert f"Inden for fem år er {fmt.percent(incidence['estimate'])}".replace("\u00a0", " ") in words(html)


def test_past_the_follow_up_the_cell_is_empty_with_the_reason(working):
    html = page(working, "diagnose=2023&efter=koen")
    assert "lever tre år efter diagnosen" in heading(html)
    table = part(html, r'<table class="table survival-years">(.*?)</table>')
    assert table.count("ikke fulgt så længe") == 3
    assert "et tal føres aldrig videre" in words(html)
    assert "Ikke alle er fulgt i tre år endnu" not in lead(page(working, "diagnose=2020"))


def test_without_causes_the_page_says_so_and_shows_overall(working):
    html = page(working, "database=ALD&doed=kraeft")
    assert "ALD har ingen dødsårsager i udtrækket." in words(html)
    assert "lever fem år efter diagnosen" in heading(html)
    assert "To tal, to spørgsmål" not in words(html)


def test_without_stages_the_division_is_by_region(working):
    assert "regioner" in heading(page(working, "database=ALD"))
    html = page(working, "database=ALD&efter=stadie")
    assert "ALD inddeler ikke patienterne i stadier; der er opdelt efter region." in words(html)


def test_a_cohort_that_does_not_exist_is_told(working):
    for bad in ("1999", "2020-2018", "i+fjor", "2020-2031"):
        html = page(working, f"diagnose={bad}")
        assert "er ikke brugt. Skriv et år som 2025 eller en periode som 2023-2025" in words(html)
        assert working.get(f"/hent/overlevelse.csv?diagnose={bad}").status_code == 404


def test_nothing_to_show(working):
    html = page(working, "database=DOOG&diagnose=2025&koen=F&alder=0-44")
    assert heading(html) == "Ingen patienter i DOOG svarer til valgene: kvinder, 0–44 år"
    assert "Vis alle patienter" in lead(html)


def csv_rows(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    lines = [line for line in answer.get_data().decode("utf-8-sig").splitlines() if not line.startswith("#")]
    return answer, list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))


def test_the_file_equals_the_command(working, root):
    answer, rows = csv_rows(working, "/hent/overlevelse.csv?efter=stadie")
    assert "DCCG_diagnosticeret-2020_overlevelse.csv" in answer.headers["Content-Disposition"]
    found = {(row["kode"], row["år fra diagnosen"]): row for row in rows if row["opdelt efter"] == "stadie"}
    for row in truth(root, ("stage",), years=(1, 2, 3, 4, 5)).to_dict("records"):
        code = row["stage"] if isinstance(row["stage"], str) else ""
        mine = (
            found[(code, str(row["years"]))]
            if code
            else next(one for one in rows if one["navn"] == "Uoplyst" and one["år fra diagnosen"] == str(row["years"]))
        )
        assert int(mine["forløb"]) == row["cases"] and int(mine["hændelser"]) == row["events"]
        assert float(mine["skøn"].replace(",", ".")) == row["estimate"]
    assert {row["diagnosticeret"] for row in rows} == {"2020", "2024"}


def test_the_curves_file_holds_the_curves(working):
    _, rows = csv_rows(working, "/hent/kurver.csv?efter=koen")
    assert {row["navn"] for row in rows} == {"Kvinder", "Mænd"}
    assert max(int(row["dage fra diagnosen"]) for row in rows) == 1826
    _, rows = csv_rows(working, "/hent/kurver.csv?emne=incidens")
    assert rows and "død af kræft" in rows[0]
    assert working.get("/hent/kurver.csv?emne=andet").status_code == 404


# --- parts ---


def test_labels_never_overlap():
    for wanted in ([50, 50, 50, 50], [0, 1, 2, 300], [350, 349, 348], [10, 200, 205, 210, 340]):
        places = drawing.spread(wanted, 35, 14, 348)
        ordered = sorted(places)
        assert all(b - a >= 35 - 1e-9 for a, b in itertools.pairwise(ordered))
        assert ordered[0] >= 14 - 1e-9 and ordered[-1] <= 348 + 1e-9
        assert sorted(range(len(wanted)), key=lambda n: (wanted[n], -n)) == sorted(
            range(len(wanted)), key=lambda n: places[n]
        )
    assert drawing.spread([100, 300], 35, 14, 348) == [100, 300]  # what does not collide stays
    tight = sorted(drawing.spread([5] * 20, 35, 0, 100))
    assert tight[0] == 0 and tight[-1] == pytest.approx(100)


def test_of_a_hundred():
    assert [text.hundred(value, "da") for value in (0.712, 1.0, 0.999, 0.001, 0.0, 0.995)] == [
        "71", "100", "over 99", "under 1", "ingen", "over 99",
    ]  # fmt: skip
    assert text.years_word(1, "da") == "et år" and text.years_word(5, "en") == "five years"
    assert text.p_text(0.0000001, "da") == "p\u00a0<\u00a00,001"


@pytest.mark.parametrize("form", [drawing.WIDE, drawing.PHONE])
def test_the_figures_are_valid_and_their_numbers_stand_under_the_years(root, form):
    server = create_app(StoreSource(Store(root / "store"), Edition()), lambda: "x").server
    with server.test_request_context("/overlevelse"):
        from layouts.frame import source

        context = source.view("/overlevelse", {})
        result = tables.survival(context.view, "stage", "overall", Cohort(2020, 2020))
        lines, _ = drawing.drawn(result, context)
        figure = drawing.curves(result, lines, context, form)
        go.Figure(figure)
        assert figure["layout"]["height"] == drawing.height(lines, form)
        assert figure["layout"]["yaxis"]["range"][0] == 0
        for one in lines:
            text_ = drawing.at_risk_text(result.point(one.group, 3).at_risk, context)
            assert any(note["x"] == 3 and note["text"] == text_ for note in figure["layout"]["annotations"])
        assert all(len(trace["x"]) <= 200 for trace in figure["data"])
        found = tables.competing(context.view, Cohort(2020, 2020), 5)
        stacked, top = drawing.incidence(found, context, form)
        go.Figure(stacked)
        assert top <= 100
