"""/forbedringer: sentences, figures and tables of initiatives; the forms, and who may send them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from functools import cache
from html import unescape

import plotly.graph_objects as go
import pytest

from data.improvement_texts import known, write_csv
from data.improvements import DEMONSTRATION, FILE, Register
from data.store import Store
from figures import effect as drawn
from indicators.catalogue import BY_ID
from indicators.effect import effect
from layouts.frame.source import StoreSource
from layouts.parts.input import Input
from results.improvements import Improvement, improvements, starts, state_of
from results.view import Edition, View
from server.application import create_app
from server.writing import to_html
from tests.results.test_effect import CUT, PROJECT, cases
from tests.support.extracts import load_extract
from words import improvements as text
from words.choices import State

SAME = {"Sec-Fetch-Site": "same-origin"}
TYPED = {
    "title": "Stadie på konferencen",
    "database": "DCCG",
    "departments": "HER-KIR",
    "indicator": "stage_known",
    "start": PROJECT.isoformat(),
    "washout": "0",
    "done": "Skema ved bordet.",
    "owner": "Ledelsen",
}


def jump_store(root):
    """A store with a planted jump in HER-KIR, and one without."""
    snapshot = load_extract(root, data_cut=str(CUT), cases=cases(), period=("2021-01-01", str(CUT)), synthetic=True)
    return snapshot.root


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return jump_store(tmp_path_factory.mktemp("improvements"))


@pytest.fixture
def root(made):
    """The store with an empty register."""
    (made / FILE).unlink(missing_ok=True)
    return made


def client(root, edition="working"):
    source = StoreSource(store(root), Edition(edition))
    return create_app(source, source.version).server.test_client()


@cache
def store(root) -> Store:
    return Store(root)


def put(root, **changes):
    return Register(root).add({**TYPED, **changes}, known(store(root).current(), BY_ID))


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.S)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def found(root, edition="working") -> tuple[Improvement, ...]:
    return improvements(View(store(root).current(), Edition(edition), "DCCG", 2024))


def context_of(root, edition="working", lang="da"):
    return StoreSource(store(root), Edition(edition))("/forbedringer", State(lang=lang), [])


# --- what is found, in words ------------------------------------------------------------------------------------------


def test_the_numbers_on_the_page_are_the_commands(root):
    one = put(root)
    page = words(client(root).get("/forbedringer").text)
    wanted = effect(store(root).current(), "DCCG", BY_ID["stage_known"], one.departments, one.start)
    for design in ("segmented_level", "difference"):
        assert f"{100 * wanted.estimate(design).value:+.1f}".replace(".", ",") in page
    assert (
        f"Tæller/nævner: {wanted.before[0]}/{wanted.before[1]} før og {wanted.after[0]}/{wanted.after[1]} efter" in page
    )
    assert "Forbedringsprojektet i DCCG har haft en påviselig effekt" in page
    assert "Effekt påvist" in page and "klar i begge opgørelser" in page
    assert wanted.difference.smallest_p >= 0.05  # so few controls that p can never be small
    least = f"{wanted.difference.smallest_p:.3f}".replace(".", ",")
    assert f"p kan derfor ikke blive mindre end {least}, og ændringen vurderes på intervallet." in page
    assert "Data tæller til og med 01.12.2024" in page
    assert "ikke indberettet (der ventes 30 dage på indberetning)" in page


def test_a_project_without_effect_is_called_so(root):
    put(root, departments="AAL-KIR")
    page = words(client(root).get("/forbedringer").text)
    assert "har virket, kan ikke afgøres" in page
    assert "Forskellen kan være tilfældig" in page and "Effekt påvist" not in page


def test_thin_data_say_why(root):
    put(root, start="2024-09-01")
    page = words(client(root).get("/forbedringer").text)
    assert "Forbedringsprojektet i DCCG kan ikke vurderes" in page
    assert re.search(
        r"Effekten kan ikke vurderes: for få data: \d måneder efter datoen; der skal være 8 på hver side", page
    )
    assert "Før og efter" not in page and "None" not in page and "nan" not in page.lower().split()


def test_an_indicator_that_does_not_exist_any_more_says_so(root):
    one = put(root)
    text_of = write_csv([dataclasses.replace(one, indicator="gone_by_now")])
    Register(root).take(text_of, known(store(root).current()))
    page = client(root).get("/forbedringer")
    assert page.status_code == 200 and "Indikatoren gone_by_now findes ikke." in words(page.text)


def test_a_department_of_the_extracts_own_list_has_its_region(tmp_path):
    rows = [{**row, "department": "NY-KIR"} if row["department"] == "HER-KIR" else row for row in cases(months=24)]
    own = "code | name | hospital | region\nNY-KIR | Ny kirurgi | Herlev | 1084"
    root = load_extract(tmp_path, data_cut=str(CUT), cases=rows, departments=own, period=("2021-01-01", str(CUT))).root
    put(root, departments="NY-KIR")
    assert found(root)[0].regions == ("1084",)


def test_no_initiatives_invite_to_write_one(root):
    page = words(client(root).get("/forbedringer").text)
    assert "Ingen forbedringsprojekter i DCCG" in page and "Nyt projekt" in page


@pytest.mark.parametrize(
    ("states", "da", "en"),
    [
        (["worked", "none"], "Ét af to forbedringsprojekter", "One of two initiatives"),
        (["worked", "worked", "thin"], "To af tre forbedringsprojekter", "Two of three initiatives"),
        (["worked", "worked"], "Alle to forbedringsprojekter", "All two initiatives"),
        (["none", "uncertain"], "Ingen af de to forbedringsprojekter", "None of the two initiatives"),
        (["thin", "hidden"], "Ingen af de to forbedringsprojekter i DCCG kan vurderes", "can be judged"),
    ],
)
def test_the_finding_counts_right(root, states, da, en):
    (base,) = [dataclasses.replace(one) for one in [found_one(root)]]
    several = [dataclasses.replace(base, state=state) for state in states]
    assert da in text.finding(context_of(root), several, False)
    assert en in text.finding(context_of(root, lang="en"), several, False)


def found_one(root) -> Improvement:
    put(root)
    return found(root)[0]


@pytest.mark.parametrize(
    ("level", "gap", "higher", "state"),
    [
        ((0.1, 0.2), (0.1, 0.2), True, "worked"),
        ((0.1, 0.2), (0.1, 0.2), False, "worsened"),
        ((-0.2, -0.1), (-0.2, -0.1), False, "worked"),
        ((0.1, 0.2), (-0.1, 0.2), True, "uncertain"),
        ((0.1, 0.2), (-0.2, -0.1), True, "uncertain"),
        ((-0.1, 0.2), (-0.1, 0.2), True, "none"),
        ((0.1, 0.2), None, True, "uncertain"),
    ],
)
def test_an_effect_is_found_only_where_both_designs_agree(root, level, gap, higher, state):
    from indicators.statistics.before_after import EffectEstimate

    def estimate(limits):
        return None if limits is None else EffectEstimate(sum(limits) / 2, *limits, 0.01)

    estimates = {"segmented_level": estimate(level), "difference": estimate(gap), "segmented_slope": None}
    assert state_of(estimates, higher) == state


def test_the_english_page_has_no_danish_left(root):
    put(root, title="Stage", done="Form", owner="Lead", washout="40")
    page = words(client(root).get("/forbedringer?lang=en").text)
    for danish in ("Ændring", "afdeling", "projekt", "Før", "efter", "indkøring", "Prikker", "måned", "æ", "ø", "å "):
        assert danish not in page, danish


def test_figures_are_valid_and_say_the_date(root):
    put(root, washout="40", ended="2024-06-01")
    context = context_of(root)
    (one,) = found(root)
    for form in ("wide", "phone"):
        fig = drawn.figure(context, one, form)
        go.Figure(fig)
        notes = " ".join(note["text"] for note in fig["layout"]["annotations"])
        assert "15.01.2023" in notes and "uden projektet" in notes and "slut" in notes
        assert any(shape["type"] == "rect" for shape in fig["layout"]["shapes"])


def test_the_start_is_drawn_on_the_indicators_trend(root):
    put(root)
    put(root, title="Andet", indicator="tnm_complete")
    view = View(store(root).current(), Edition(), "DCCG", 2024)
    assert [one.initiative.title for one in starts(view, "stage_known")] == [TYPED["title"]]
    page = words(client(root).get("/indikator/stage_known").text)
    assert "Forbedringsprojekter (stiplet): 1 Herlev 15.01.2023, Stadie på konferencen" in page
    assert "Forbedringsprojekter" not in words(client(root).get("/indikator/registered_30d").text)


def test_all_databases_and_the_state_of_another_one(root):
    put(root, database="DLCR")
    assert "Ingen forbedringsprojekter i DCCG" in words(client(root).get("/forbedringer").text)
    page = words(client(root).get("/forbedringer?vis=alle").text)
    assert "DLCR er ikke i dette udtræk." in page


def test_html_in_a_title_is_text(root):
    put(root, title="<script>alert(1)</script>", done="<b>fed</b>", owner='" onmouseover="x')
    page = client(root).get("/forbedringer").text
    assert "<script>alert(1)" not in page and "<b>fed" not in page and 'onmouseover="x"' not in page


# --- the public edition -----------------------------------------------------------------------------------------------


def test_the_public_edition_has_no_forms_no_owner_and_no_counts(root):
    put(root)
    public = client(root, "public")
    assert "Vises ikke i den offentlige udgave" in words(public.get("/forbedringer").text)
    for path in ("ny", "importer", "register.csv", f"{Register(root).all()[0].id}/ret"):
        assert public.get(f"/forbedringer/{path}").status_code == 403
    assert "Projekter skrives kun i arbejdsudgaven" in words(public.get("/forbedringer/ny").text)
    for path in ("ny", "importer"):
        assert public.post(f"/forbedringer/{path}", data=TYPED, headers=SAME).status_code == 403
    assert len(Register(root).all()) == 1


def test_the_public_edition_joins_points_until_none_is_small(root):
    put(root)
    (shown,) = found(root, "public")
    assert shown.joined > 1 and all(moment.denominator is None for moment in shown.moments)
    exact = found(root)[0]
    assert shown.before.rate == round(exact.before.rate, 3) and shown.before.numerator is None


def test_the_public_edition_hides_a_result_on_few(tmp_path):
    rows = cases(jump=5)
    for row in rows:  # all but a handful are registered after the date
        if row["department"] == "HER-KIR" and row["diagnosis_date"] >= PROJECT:
            row["stage"] = "" if row["case_id"] in ("HER-KIR30-1", "HER-KIR31-2") else "II"
    root = load_extract(tmp_path, data_cut=str(CUT), cases=rows, period=("2021-01-01", str(CUT))).root
    put(root)
    (one,) = found(root, "public")
    assert one.state == "hidden" and one.estimates is None and one.moments == () and one.before is None
    assert found(root)[0].state == "worked"


def test_the_public_edition_does_not_say_how_few_patients_are_too_few(tmp_path):
    few = [row for row in cases(size=4, jump=0) if row["department"] != "HER-KIR" or row["case_id"].endswith("-0")]
    root = load_extract(tmp_path, data_cut=str(CUT), cases=few, period=("2021-01-01", str(CUT))).root
    put(root, start="2023-01-01")
    (exact,), (public,) = found(root), found(root, "public")
    assert exact.state == public.state == "thin" and exact.why.da != public.why.da
    for reason in exact.reasons.values():
        assert reason.en not in {one.en for one in public.reasons.values()}


# --- forms ------------------------------------------------------------------------------------------------------------


def test_a_good_form_is_saved_once_and_shown(root):
    one = client(root)
    assert "Ingen forbedringsprojekter" in one.get("/forbedringer").text  # the kept page must not stay
    answer = one.post("/forbedringer/ny", data=TYPED, headers=SAME)
    (saved,) = Register(root).all()
    assert (answer.status_code, answer.location) == (303, f"/forbedringer?database=DCCG&besked=gemt#{saved.id}")
    page = words(one.get(answer.location).text)
    assert "Projektet er gemt." in page and "Stadie på konferencen" in page


def test_a_bad_form_comes_back_with_errors_and_what_was_typed(root):
    typed = {
        **TYPED,
        "start": "i morgen",
        "title": "",
        "done": "Har <skrevet> en del",
        "departments": ["HER-KIR", "AAL-KIR"],
    }
    answer = client(root).post("/forbedringer/ny", data=typed, headers=SAME)
    assert answer.status_code == 422 and Register(root).all() == ()
    page = answer.text
    assert 'id="fejl-start"' in page and 'id="fejl-title"' in page and 'id="fejl-done"' not in page
    assert 'value="i morgen"' in page and "Har &lt;skrevet&gt; en del" in page
    assert len(re.findall(r"<input[^>]*checked", page)) == 2
    assert re.search(r'<option[^>]*selected[^>]*value="stage_known"|<option[^>]*value="stage_known"[^>]*selected', page)
    assert "Projektet er ikke gemt" in words(page)


def test_a_change_keeps_the_rest_and_ending_takes_today(root):
    saved = put(root)
    one = client(root)
    form = one.get(f"/forbedringer/{saved.id}/ret").text
    assert 'name="revision" value="1"' in form or 'value="1"' in form
    typed = {**TYPED, "title": "Nyt navn", "revision": "1", "handling": "afslut"}
    assert one.post(f"/forbedringer/{saved.id}/ret", data=typed, headers=SAME).status_code == 303
    (changed,) = Register(root).all()
    assert (changed.id, changed.title, changed.ended) == (saved.id, "Nyt navn", dt.date.today())
    stale = one.post(f"/forbedringer/{saved.id}/ret", data={**typed, "title": "For sent"}, headers=SAME)
    assert stale.status_code == 409 and "ændret af en anden" in words(stale.text) and "For sent" in stale.text
    assert Register(root).all() == (changed,)


def test_an_initiative_that_is_not_there_is_404(root):
    assert client(root).get("/forbedringer/nix/ret").status_code == 404
    assert client(root).post("/forbedringer/nix/ret", data=TYPED, headers=SAME).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_only_forms_of_this_site_are_taken(root, headers, status):
    assert client(root).post("/forbedringer/ny", data=TYPED, headers=headers).status_code == status
    assert len(Register(root).all()) == (status == 303)


def test_other_methods_types_paths_and_sizes_are_refused(root):
    one = client(root)
    assert one.put("/forbedringer/ny", data=TYPED, headers=SAME).status_code == 405
    assert one.delete("/forbedringer/ny", headers=SAME).status_code == 405
    assert one.post("/forbedringer", data=TYPED, headers=SAME).status_code == 405
    assert one.post("/forbedringer/register.csv", data=TYPED, headers=SAME).status_code == 405
    assert one.post("/forbedringer/ny", json=TYPED, headers=SAME).status_code == 415
    assert one.post("/forbedringer/ny", data={**TYPED, "done": "x" * 40_000}, headers=SAME).status_code == 413
    assert one.post("/forbedringer/importer", data=TYPED, headers=SAME).status_code == 415
    assert Register(root).all() == ()


def test_export_and_import_on_the_page(root):
    one = client(root)

    def send(content: bytes):
        data = {"file": (io.BytesIO(content), "liste.csv")}
        return one.post("/forbedringer/importer", data=data, headers=SAME, content_type="multipart/form-data")

    assert send(DEMONSTRATION.read_bytes()).status_code == 303
    exported = one.get("/forbedringer/register.csv").data
    assert exported == DEMONSTRATION.read_bytes()
    assert send(exported).status_code == 303 and one.get("/forbedringer/register.csv").data == exported
    bad = send(exported.replace(b"AAB-KIR", b"XXX-KIR").replace(b"tnm_complete", b"tnm"))
    assert bad.status_code == 422
    assert "række 3: departments" in words(bad.text) and "række 3: indicator: 'tnm' findes ikke" in words(bad.text)
    assert send(b"bl\x81b").status_code == 422
    assert one.get("/forbedringer/register.csv").data == exported


def test_the_form_pages_are_whole(root):
    page = client(root).get("/forbedringer/ny?lang=en").text
    assert "graph-box" not in page and '<html lang="en">' in page and "page-improvements" in page
    assert words(page).count("Name of the initiative") == 1
    for name in ("title", "indicator", "start", "washout", "done", "owner"):
        assert f'for="felt-{name}"' in page and f'id="felt-{name}"' in page


def test_downloads_hold_the_pages_numbers(root):
    put(root)
    (one,) = found(root)
    content = client(root).get("/hent/forbedringer.csv").text
    assert repr(one.estimates["difference"].value).replace(".", ",") in content and "Effekt påvist" in content
    assert client(root).get("/hent/forbedringer.xlsx").status_code == 200
    assert client(root).get("/hent/forbedring-punkter.csv?emne=nix").status_code == 404


def test_an_input_is_written_as_html():
    made = Input(type="checkbox", name="a", value='"<', checked=True, disabled=False)
    assert to_html(made) == '<input checked="" name="a" type="checkbox" value="&quot;&lt;">'


@pytest.mark.parametrize(
    ("limits", "indicator", "da"),
    [
        ((-0.021, 0.107), "tnm_complete", "Kan ikke afgøres; op mod 10 point kan ikke udelukkes"),
        ((-0.107, 0.021), "mortality_30d", "Kan ikke afgøres; op mod 10 point kan ikke udelukkes"),
        ((-0.072, 0.004), "tnm_complete", "Kan ikke afgøres; en forværring på op mod 7 point kan ikke udelukkes"),
        ((-0.008, 0.009), "tnm_complete", "Ingen effekt på ét point eller mere"),
    ],
)
def test_no_effect_seen_says_what_cannot_be_excluded(limits, indicator, da) -> None:
    from indicators.catalogue import BY_ID
    from results.improvements import EffectEstimate, Improvement
    from words import improvements as words

    one = Improvement(None, BY_ID[indicator], (), (), "none", estimates={
        "segmented_level": None, "segmented_slope": None,
        "difference": EffectEstimate(sum(limits) / 2, *limits, 0.4)})  # fmt: skip
    assert words.verdict(one, "da") == da
