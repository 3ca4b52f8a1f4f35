"""All databases on one page: the same numbers as each database's own page, counts, order, region, editions."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from results.across import Tally, across, latest_views, region_codes
from results.audit import overview
from results.nodes import latest_nodes, nodes
from results.view import Edition
from tests.support.clients import client
from words import across as words
from words import format as fmt
from words import overview as overview_text

WORKING, PUBLIC = Edition(), Edition("public", 5)


@pytest.fixture(scope="module")
def snapshot(synthetic_store):
    return synthetic_store.current()


@pytest.mark.parametrize("edition", [WORKING, PUBLIC])
@pytest.mark.parametrize(("place", "regions"), [("treating", 5), ("treating", 4), ("residence", 5), ("residence", 4)])
def test_counting_together_is_counting_alone(snapshot, edition, place, regions) -> None:
    views = latest_views(snapshot, edition, place, regions)
    alone = pd.concat([nodes(view, None, (view.period,)).assign(database=view.database) for view in views])
    together = latest_nodes(views)
    keys = ["database", "indicator", "period", "level", "region", "code"]

    def ordered(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame[sorted(frame.columns)].sort_values(keys).reset_index(drop=True).astype(object)
        return frame.where(frame.notna(), None)

    pd.testing.assert_frame_equal(ordered(together), ordered(alone), check_dtype=False)


def test_views_must_be_alike(snapshot) -> None:
    one, *rest = latest_views(snapshot, WORKING)
    with pytest.raises(ValueError, match="without filters"):
        latest_nodes([replace(one, where=(("sex", "F"),)), *rest])
    with pytest.raises(ValueError, match="share"):
        latest_nodes([replace(one, place="residence"), *rest])


@pytest.mark.parametrize("edition", [WORKING, PUBLIC])
def test_the_counts_are_those_of_each_databases_own_page(snapshot, edition) -> None:
    views = latest_views(snapshot, edition)
    matrix = across(views)
    for view in views:
        rows = overview(view)
        assert matrix.of_database(view.database) == overview_text.tally_of(rows)
        for row in rows:
            line = next(one for one in matrix.lines if (one.indicator, one.site) == (row.indicator, row.site))
            if row.not_reported is None:
                assert matrix.cells[view.database, line].rate == row.nation[view.period].rate
            else:
                assert matrix.state(view.database, line) == "not_reported"
    total = matrix.total
    assert total.judged == sum(matrix.of_database(view.database).judged for view in views)


def test_a_region_has_the_numbers_of_the_overviews_region(snapshot) -> None:
    views = latest_views(snapshot, WORKING)
    matrix = across(views, "1085")
    row = next(row for row in overview(views[0]) if row.indicator.id == "stage_known")
    own = next(cell for unit, cell in row.regions if unit.code == "1085")
    line = next(line for line in matrix.lines if line.indicator.id == "stage_known")
    assert matrix.cells[views[0].database, line] == replace(own, three_years="")  # of one year alone


def test_the_region_codes_of_both_maps() -> None:
    assert region_codes(5) == ["1084", "1085", "1083", "1082", "1081"]
    assert region_codes(4) == ["1086", "1083", "1082", "1081"]


# --- sentences -----------------------------------------------------------------------------------


def matrix_of(**counts: Tally):
    """A matrix that knows only its counts."""
    total = Tally(**{name: sum(getattr(one, name) for one in counts.values()) for name in vars(Tally())})
    views = tuple(SimpleNamespace(database=code) for code in counts)
    return SimpleNamespace(views=views, region="", total=total, of_database=counts.__getitem__, lines=(), cells={})


def context(lang: str = "da"):
    return SimpleNamespace(lang=lang, t=lambda da, en: da if lang == "da" else en)


@pytest.mark.parametrize(
    ("matrix", "da", "en"),
    [
        (matrix_of(A=Tally(met=9, not_met=3), B=Tally(met=3, not_met=1)),
         "12 af 16 standarder er klart opfyldt på tværs af to databaser. A har flest ikke-opfyldte standarder (3).",
         "12 of 16 standards are clearly met across two databases. A has the most unmet standards (3)."),
        (matrix_of(A=Tally(met=9, not_met=3), B=Tally(met=3, not_met=3)),
         "12 af 18 standarder er klart opfyldt på tværs af to databaser. "
         "A og B har flest ikke-opfyldte standarder (hver 3).", None),
        (matrix_of(A=Tally(met=1), B=Tally(uncertain=1)),
         "Én af to standarder er klart opfyldt på tværs af to databaser. "
         "Ingen er klart uopfyldt.", None),
        (matrix_of(A=Tally(met=2, not_met=1)),
         "To af tre standarder er klart opfyldt i A. Én er ikke opfyldt.", None),
        (matrix_of(A=Tally(hidden=2)), "Ingen standard kan vurderes i A.", "No standard can be judged in A."),
        (matrix_of(**{code: Tally(not_met=1) for code in "ABCDE"}),
         "Ingen af fem standarder er klart opfyldt på tværs af fem databaser. "
         "Ingen database har mere end én, der ikke er opfyldt.", None),
    ],
)  # fmt: skip
def test_the_finding(matrix, da, en) -> None:
    assert words.finding(context(), matrix) == da
    if en:
        assert words.finding(context("en"), matrix) == en


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def working(synthetic_store):
    return client(synthetic_store, "working")


@pytest.fixture(scope="module")
def public(synthetic_store):
    return client(synthetic_store, "public")


def body(client, address: str) -> str:
    answer = client.get(address, base_url="http://localhost")
    assert answer.status_code == 200
    return answer.get_data(as_text=True).split('<div id="react-entry-point">')[0].split('<div id="page">')[1]


def heads(html: str) -> list[str]:
    return re.findall(r'<span class="across-head"><a href="[^"]*">(\w+)</a>', html)


def test_databases_stand_by_number_not_met_or_by_name(working, snapshot) -> None:
    matrix = across(latest_views(snapshot, WORKING))
    found = heads(body(working, "/tvaergaaende"))
    missed = [matrix.of_database(code).not_met for code in found]
    assert missed == sorted(missed, reverse=True) and len(found) == 3
    assert heads(body(working, "/tvaergaaende?orden=navn")) == sorted(found, key=fmt.collation_key)


def test_cells_link_to_the_databases_own_page_in_its_own_year(working) -> None:
    html = body(working, "/tvaergaaende?database=DCCG&periode=2020&koen=F")
    cells = re.findall(r'<a [^>]*class="across-cell[^>]*>', html)
    links = [href for cell in cells for href in re.findall(r'href="(/indikator/[^"]+)"', cell)]
    assert len(links) > 40 and all("periode=" not in one and "koen=" not in one for one in links)
    assert "/indikator/anastomotic_leak_30d?database=DCCG&amp;lokalisation=C18" in links
    assert "2024/25" in html and "siden viser alle patienter" in html


def test_a_region_that_the_map_lacks_is_said(working) -> None:
    assert "Østdanmark findes ikke ved fem regioner. Her vises Danmark." in body(working, "/tvaergaaende?region=1086")
    html = body(working, "/tvaergaaende?region=1085")
    assert re.search(r'<h1 class="finding">[^<]*i Sjælland', html)


def _rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    return list(csv.DictReader(io.StringIO("\n".join(one for one in lines if one[0] != "#")), delimiter=";"))


def test_the_download_names_all_databases(working, snapshot) -> None:
    answer = working.get("/hent/tvaers.csv", base_url="http://localhost")
    assert "alle-databaser_2024-2025_tvaers.csv" in answer.headers["Content-Disposition"]
    head = answer.get_data().decode("utf-8-sig")
    assert "# Database: alle databaser" in head and "# Periode: hver databases" in head
    rows = _rows(answer)
    assert {one["Database"] for one in rows} == {"DCCG", "DaBlaCa", "ALD"}
    reported = [one for one in rows if one["Vurdering"] == "ikke opgjort"]
    assert reported and all(one["Årsag"] and one["Nævner"] == "ikke opgjort" for one in reported)


@pytest.mark.parametrize("region", ["", "?region=1081"])
def test_the_public_edition_hides_small_counts(public, region) -> None:
    rows = _rows(public.get(f"/hent/tvaers.csv{region}", base_url="http://localhost"))
    for one in rows:
        for name in ("Tæller", "Nævner", "Uoplyst"):
            assert one[name] in ("", "skjult", "ikke opgjort", "0") or int(one[name]) >= 5, one
    hidden = [one for one in rows if one["Nævner"] == "skjult"]
    assert hidden and all(one["Andel"] == "skjult" for one in hidden)
    assert 'class="across-cell is-hidden"' in body(public, f"/tvaergaaende{region}")


DANISH = ("standarder", "opfyldt", "uafklaret", "sandsynligvis", "afgjort", "uoplyst",
          "skjult", "dage", "forløb", "udviklingsmål", "ikke",
          "på tværs", "databaser", "varierer", "alle ")  # fmt: skip


def test_english_has_no_danish_left(working, public) -> None:
    for site in (working, public):
        shown = re.sub(r"<[^>]+>", " ", body(site, "/tvaergaaende?lang=en&region=1082")).lower()
        assert [word for word in DANISH if word in shown] == []
