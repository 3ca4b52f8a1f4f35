"""The overview: its sentences, its numbers against the engine's, the public edition, English, the download."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import flask
import pytest

from data.reference import Standard
from data.selection import Selection
from data.text import Text
from indicators.catalogue import BY_ID
from indicators.engine import table
from layouts.parts import marks
from results.across import GRADED
from results.audit import Cell, OverviewRow, Unit, overview
from results.view import Edition, View
from server.writing import to_html
from tests.support.clients import client
from words import format as fmt
from words import overview as text

AT_LEAST_90 = Standard("*", "", "", "", None, None, ">=", 0.9, "standard", "test", True)
TARGET = Standard("*", "", "", "", None, None, ">=", 0.15, "target", "test", True)


def cell(state: str, rate: float | None = 0.9, standard=AT_LEAST_90, **more) -> Cell:
    limits = (None, None) if rate is None else (more.pop("lower", rate - 0.01), more.pop("upper", rate + 0.01))
    counts = {"denominator": 100, "numerator": 90, "missing": 0, "excluded": 0, "not_mature": 0, **more}
    grade = state if state in GRADED else ""
    return Cell(**counts, rate=rate, lower=limits[0], upper=limits[1], standard=standard,
                state="uncertain" if grade else state, yes=None, hidden=state == "hidden", grade=grade)  # fmt: skip


def row(indicator: str, state: str, standard=AT_LEAST_90, regions=(), site="", reason=None, **more) -> OverviewRow:
    empty = state in ("hidden", "no_data")
    one = cell(state, None if empty else 0.9, standard, **({"denominator": 0} if state == "no_data" else {}), **more)
    units = tuple((Unit("region", name, name, name), found) for name, found in regions)
    return OverviewRow(BY_ID[indicator], dict.fromkeys((2023, 2024, 2025), one), units, standard, reason, site)


def context(lang: str = "da", whom=(), **state):
    """What the sentences need of a page's context; ``whom``: its filters."""
    chosen = SimpleNamespace(filtered=bool(state))
    return SimpleNamespace(
        lang=lang, t=lambda da, en: da if lang == "da" else en, period_label="2025", first_month=1, period=2025,
        state=chosen, patients_text=lambda: "kvinder", filters=lambda: whom,
        view=SimpleNamespace(three_periods=(2023, 2024, 2025)),
    )  # fmt: skip


MANY = ["tnm_complete", "stage_known", "mdt_before_treatment", "mdt_followed", "coverage", "registered_30d"]


@pytest.mark.parametrize(
    ("rows", "da", "en"),
    [
        ([("tnm_complete", "met")], "Den ene standard er klart opfyldt i 2025.",
         "The one standard is clearly met in 2025."),
        ([(one, "met") for one in MANY], "Alle seks standarder er klart opfyldt i 2025.",
         "All six standards are clearly met in 2025."),
        ([("tnm_complete", "met"), ("stage_known", "not_met")],
         "Én af to standarder er klart opfyldt i 2025. Én er ikke opfyldt: stadie oplyst.",
         "One of two standards is clearly met in 2025. One is not: stage known."),
        ([("tnm_complete", "probably_met")],
         "Den ene standard er sandsynligvis opfyldt i 2025: TNM komplet.",
         "The one standard is probably met in 2025: TNM complete."),
        ([("tnm_complete", "unsettled"), ("stage_known", "met")],
         "Én af to standarder er klart opfyldt i 2025. Ingen er klart uopfyldt.", None),
        ([(one, "not_met") for one in MANY],
         "Ingen af seks standarder er klart opfyldt i 2025. Seks er ikke opfyldt, blandt andre TNM komplet og "
         "stadie oplyst.", None),
        ([("tnm_complete", "hidden")], "Ingen standard kan vurderes i 2025.", "No standard can be judged in 2025."),
        ([], "Der er ingen standarder i 2025.", "There are no standards in 2025."),
        ([("mortality_30d", "not_met"), ("mortality_90d", "met")],
         "Én af to standarder er klart opfyldt i 2025. Én er ikke opfyldt: død efter operation (30 dage).", None),
    ],
)  # fmt: skip
def test_the_finding(rows, da, en) -> None:
    made = [row(name, state) for name, state in rows]
    assert text.finding(context(), made) == da
    if en:
        assert text.finding(context("en"), made) == en


@pytest.mark.parametrize("whom", [(), (("sex", "Køn", "kvinder"),)])
@pytest.mark.parametrize("number", range(1, 7))
def test_the_headline_holds_two_lines_the_filter_among_them(whom, number) -> None:
    made = [row(name, "not_met") for name in MANY[:number]] + [row("any_complication_30d", "met")]
    there = context(whom=whom)
    there.patients_text = lambda: "kvinder, 75–84 år, stadie III" if whom else "alle patienter"
    said = text.finding(there, made)
    before = len("Kvinder, 75–84 år, stadie III: ") if whom else 0
    assert before + len(said) <= text.ROOM and "ikke opfyldt" in said


def test_targets_and_rows_without_standard_are_no_standards() -> None:
    rows = [row("tnm_complete", "met"), row("trial_included", "uncertain", TARGET), row("mdt_followed", "no_standard",
            None), row("coverage", "no_data", reason=Text("fordi", "because"))]  # fmt: skip
    counts = text.tally_of(rows)
    assert (counts.met, counts.uncertain, counts.target, counts.no_standard, counts.not_reported) == (1, 0, 1, 1, 1)
    assert counts.judged == 1


def test_the_site_is_named_in_brackets() -> None:
    made = row("anastomotic_leak_30d", "uncertain", site="C20")
    assert text.names([made], [made], "da") == ["anastomoselækage (rektum)"]
    assert text.names([made], [made], "en") == ["anastomotic leak (rectum)"]


def test_the_lead_names_what_is_not_settled_by_grade_and_the_caveat() -> None:
    rows = [
        row("tnm_complete", "unsettled"), row("mdt_followed", "probably_not_met"), row("coverage", "probably_not_met"),
        row("stage_known", "hidden"),
    ]  # fmt: skip
    assert text.lead(context(), rows) == (
        "Én er uafklaret: TNM komplet. To er sandsynligvis ikke opfyldt: MDT-beslutning fulgt og dækningsgrad. "
        "Ét resultat på få patienter er skjult. "
        "Resultaterne er ikke case-mix-justeret."
    )


def test_the_largest_difference_is_one_whose_intervals_do_not_overlap() -> None:
    wide = row("tnm_complete", "met", regions=[
        ("Fyn", cell("uncertain", 0.55, lower=0.4, upper=0.7)), ("Als", cell("uncertain", 0.75, lower=0.6, upper=0.9)),
    ])  # fmt: skip
    clear = row("stage_known", "met", regions=[("Fyn", cell("met", 0.8)), ("Als", cell("met", 0.9))])
    assert text.spread_sentence([wide, clear], "da") == [
        "Den største sikre forskel mellem regionerne ses for stadie oplyst: 90,0\u00a0% i Als mod 80,0\u00a0% i Fyn."
    ]
    assert text.spread_sentence([wide], "da") == ["Regionernes 95 %-intervaller overlapper for alle indikatorer."]
    hidden = row("stage_known", "met", regions=[("Fyn", cell("hidden", None)), ("Als", cell("met", 0.9))])
    assert text.spread_sentence([wide, hidden], "da")[0].startswith("De viste regioners")
    assert text.spread_sentence([hidden], "da") == []


def test_no_difference_is_built_on_few_patients() -> None:
    few = row("survival_1y", "met", regions=[
        ("Fyn", replace(cell("met", 1.0, lower=0.72, upper=1.0), denominator=9)), ("Als", cell("met", 0.5)),
    ])  # fmt: skip
    wide = row("stage_known", "met", regions=[
        ("Fyn", cell("met", 0.2, lower=0.05, upper=0.36)), ("Als", cell("met", 0.9)),
    ])  # fmt: skip
    one_number = row("tnm_complete", "met", regions=[
        ("Fyn", cell("met", 1.0, lower=1.0, upper=1.0)), ("Als", cell("met", 0.5)),
    ])  # fmt: skip
    assert text.widest([few, wide, one_number]) is None
    assert text.spread_sentence([few, wide, one_number], "da") == ["Der er for få patienter til at skelne regionerne."]
    firm = row("stage_known", "met", regions=[("Fyn", cell("met", 0.8)), ("Als", cell("met", 0.8))])
    assert text.spread_sentence([few, firm], "da") == [
        "Hvor regionerne har patienter nok, overlapper deres 95 %-intervaller for alle indikatorer."
    ]


def test_strips_hold_every_value_with_the_standard_in_the_middle() -> None:
    scale = marks.scale_holding(0.1, [0.25, 0.31], "lower")
    assert scale.position(0.1) == 50 and scale.ends == (0.4, 0.0) and not scale.outside(0.31)
    assert marks.scale_holding(0.9, [0.93], "higher").ends == (0.8, 1.0)
    bad = [marks.Estimate(0.2, verdict="not_met", name="Fyn"), marks.Estimate(0.3, verdict="not_met", name="Als")]
    good = marks.Estimate(0.05, verdict="met", name="Møn")
    national = marks.Estimate(0.25, 0.22, 0.28, "not_met", "Danmark")
    shown = to_html(marks.strip(scale, national, [*bad, good], standard=0.1))
    assert "Fyn og Als" in shown and "alle regioner" not in shown
    assert "alle regioner" in to_html(marks.strip(scale, national, bad, standard=0.1))


# --- on a store ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def working(synthetic_store):
    return client(synthetic_store, "working")


@pytest.fixture(scope="module")
def public(synthetic_store):
    return client(synthetic_store, "public")


def body(client: flask.testing.FlaskClient, address: str) -> str:
    answer = client.get(address, base_url="http://localhost")
    assert answer.status_code == 200
    return answer.get_data(as_text=True).split('<div id="react-entry-point">')[0].split('<div id="page">')[1]


def _cells_of_table(html: str) -> list[str]:
    return re.findall(
        r"<tr class=\"row-plain[^\"]*\">.*?</tr>", html.split('class="table overview"')[1].split("</table>")[0]
    )


@pytest.mark.parametrize("database", ["DCCG", "DaBlaCa", "ALD"])
def test_the_page_shows_the_engines_numbers(synthetic_store, working, database) -> None:
    snapshot = synthetic_store.current()
    view = View(snapshot, Edition(), database, 2024)
    shown = {}
    for line in _cells_of_table(body(working, f"/?database={database}&periode=2024")):
        link = re.search(r'href="/indikator/(\w+)\?[^"]*?(?:lokalisation=(\w+))?"', line)
        shown[link[1], link[2] or ""] = line
    rows = text.shown(overview(view))
    assert set(shown) == {(row.indicator.id, row.site) for row in rows}
    for one in rows:
        selection = view.for_site(one.site).selection("period")
        found = table(snapshot, database, one.indicator, Selection(("period",), selection.where),
                      first_month=view.first_month)  # fmt: skip
        wanted = 2024 - one.indicator.survival_years
        found = found[found["period"] == wanted].to_dict("records")
        line = shown[one.indicator.id, one.site]
        if not found or not found[0]["denominator"]:
            continue
        result = found[0]
        assert f">{fmt.percent_number(result['rate'])}<" in line
        assert f"({fmt.interval(result['lower'], result['upper'])})" in line
        if not one.indicator.survival_years:
            assert f">{fmt.fraction(int(result['numerator']), int(result['denominator']))}<" in line
            missing = fmt.count(int(result["missing"]))
            assert f">{missing}<" in line


def test_what_is_not_reported_stands_below_with_its_reason(working) -> None:
    html = body(working, "/?database=ALD")
    listed, rest = html.split('id="ikke-opgjort"')
    assert "/indikator/tnm_complete" not in listed
    assert "TNM komplet" in rest and "ALD stadieinddeler ikke efter TNM." in rest


def test_survival_names_its_cohort_and_sites_have_rows(working) -> None:
    html = body(working, "/?database=DCCG&periode=2024")
    assert "diagnose 2023" in html and "diagnose 2019" in html
    assert "Anastomoselækage, kolon" in html and "lokalisation=C20" in html
    assert "diagnose 2022/23" in body(working, "/?database=DaBlaCa&periode=2023-24")


def test_the_public_edition_hides_small_counts(public) -> None:
    answer = public.get("/hent/overblik.csv?database=ALD", base_url="http://localhost")
    rows = _rows(answer)
    assert len(rows) > 20 and any(one["Nævner"] == "skjult" for one in rows)
    for one in rows:
        for name in ("Tæller", "Nævner", "Uoplyst", "Ekskluderet", "Endnu ikke modne"):
            assert one[name] in ("", "skjult", "ikke opgjort", "0") or int(one[name]) >= 5, one
        if one["Nævner"] == "skjult":
            assert one["Andel"] == one["Nedre 95 %"] == one["Tæller"] == "skjult"
    assert "skjult (&lt;5)" in body(public, "/?database=ALD&alder=45-54")


def test_the_download_holds_the_pages_numbers_in_three_periods(working, synthetic_store) -> None:
    answer = working.get("/hent/overblik.csv?database=DaBlaCa", base_url="http://localhost")
    answer.headers["Content-Disposition"].encode("ascii")
    assert "DaBlaCa_2022-23-2024-25_overblik.csv" in answer.headers["Content-Disposition"]
    rows = _rows(answer)
    nation = [one for one in rows if one["Indikatorkode"] == "stage_known" and one["Enhed"] == "Danmark"]
    assert len(nation) == 3 and all("/" in one["Periode"] for one in nation)
    newest = View(synthetic_store.current(), Edition(), "DaBlaCa", 2024)
    found = next(row for row in overview(newest) if row.indicator.id == "stage_known").nation[2024]
    last = next(one for one in nation if one["Periode"] == "2024/2025")  # of 2011/12 Excel makes December 2011
    assert (int(last["Tæller"]), int(last["Nævner"])) == (found.numerator, found.denominator)
    assert float(last["Andel"].replace(",", ".")) == found.rate
    for period in {one["Periode"] for one in rows}:
        of = [one for one in rows if one["Indikatorkode"] == "stage_known" and one["Periode"] == period]
        assert sum(int(one["Nævner"]) for one in of if one["Enhed"] != "Danmark") == int(
            next(one for one in of if one["Enhed"] == "Danmark")["Nævner"]
        )


def _rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    return list(csv.DictReader(io.StringIO("\n".join(one for one in lines if one[0] != "#")), delimiter=";"))


DANISH = ("standard er", "opfyldt", "uafklaret", "sandsynligvis", "uoplyst", "skjult", "dage", "forløb",
          "udviklingsmål", "vurdering", "ikke", "tæller", "bedre", "regionerne", "diagnose ", "alle ")  # fmt: skip


@pytest.mark.parametrize("address", ["/?lang=en", "/?lang=en&database=ALD", "/?lang=en&database=DaBlaCa&koen=F"])
def test_english_has_no_danish_left(working, public, address) -> None:
    for site in (working, public):
        words = re.sub(r"<[^>]+>", " ", re.sub(r'href="[^"]*"', "", body(site, address))).lower()
        assert [word for word in DANISH if word in words] == []
