"""The public edition as readers and attackers meet it: a closed list, the same from a store and from a publication."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import quote

import dash
import pytest

from data.once import BeingMade
from data.published import NotPublished, Publications
from data.store import Store
from layouts.frame import public
from layouts.frame.shell import PAGES
from layouts.frame.source import StoreSource
from results.publishing import frames as publishing
from results.publishing import publication
from results.view import Edition
from server import awaited
from server.application import create_app
from tests.support.clients import OwnPages, client

#: Pages and files of the closed list, with choices that are asked of them.
SHOWN = (
    "/",
    "/?periode=2023&sted=bopael&regioner=4",
    "/indikator/mdt_before_treatment",
    "/indikator/anastomotic_leak_30d?lokalisation=C18",
    "/indikator/survival_5y",
    "/indikator/trial_offered?sted=bopael",
    "/indikator/coverage?lang=en",
    "/afdeling",
    "/afdeling?vis=matrix",
    "/afdeling/AAR-KIR",
    "/hospital/aalborg",
    "/tvaergaaende?vis=aar",
    "/overlevelse?sted=bopael",
    "/ventetider",
    "/om",
    "/soeg",
)
FILES = tuple(f"/hent/{name}.csv" for name in public.FILES)
SUBJECTS = {"enheder": "mdt_before_treatment", "rkkp": "mdt_before_treatment", "afdeling": "AAR-KIR",
            "indikator-udvikling": "mdt_before_treatment", "forloeb": "AAR-KIR", "hospital": "aalborg"}  # fmt: skip
REFUSED = (
    "/varsler", "/varsler?kurve=AAR-KIR.mdt_before_treatment", "/varsler/aalborg", "/variation", "/sammenlign",
    "/forbedringer", "/datakvalitet", "/plan",
    "/indikator/mdt_before_treatment?vis=tragt", "/indikator/mdt_before_treatment?vis=sammenlignet",
    "/indikator/mdt_before_treatment?vis=justeret",
)  # fmt: skip


@pytest.fixture(scope="module")
def of_store(synthetic_store):
    return client(synthetic_store, "public")


@pytest.fixture(scope="module")
def folder(synthetic_store, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("published") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "attacks_on", lambda *_: [])  # they have tests of their own
        publication.publish(synthetic_store.current(), out, Edition("public"))
    return out


@pytest.fixture(scope="module")
def of_folder(folder):
    source = StoreSource(Publications(folder), Edition("public"))
    server = create_app(source, source.version).server
    server.test_client_class = OwnPages
    made = server.test_client()
    made.pages = dict(dash.page_registry)
    return made


def asked(name: str) -> str:
    return f"{name}{f'?emne={SUBJECTS[word]}' if (word := Path(name).stem) in SUBJECTS else ''}"


def said(text: str) -> str:
    """A page without what names its snapshot."""
    text = re.sub(r'data-snapshot="[^"]*"', "", text)
    return re.sub(r"\d{8}-\d{6}-\d+|20\d\d-\d\d-\d\d-[0-9a-f]{6}", "ID", text)


def main_of(text: str) -> str:
    found = re.search(r"<main\b.*?</main>", text, re.S)
    assert found
    return said(found[0])


@pytest.mark.some(4)
@pytest.mark.parametrize("address", SHOWN)
def test_store_and_publication_show_the_same(of_store, of_folder, address) -> None:
    a, b = (one.get(address) for one in (of_store, of_folder))
    assert (a.status_code, b.status_code) == (200, 200)
    assert "Vises ikke i den offentlige udgave" not in a.text
    if address != "/om":  # which says when the snapshot was made
        assert main_of(a.text) == main_of(b.text)


@pytest.mark.some(4)
@pytest.mark.parametrize("address", FILES)
def test_and_the_same_files(of_store, of_folder, address) -> None:
    a, b = (one.get(asked(address)) for one in (of_store, of_folder))
    assert (a.status_code, b.status_code) == (200, 200), a.text[:300]
    assert said(a.text) == said(b.text)


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_on_the_list_is_refused_in_words(of_store, of_folder, address) -> None:
    for one in (of_store, of_folder):
        answer = one.get(address)
        assert answer.status_code == 200
        assert "Vises ikke i den offentlige udgave" in answer.text
        assert "%" not in main_of(answer.text)
    english = of_store.get(f"{address}{'&' if '?' in address else '?'}lang=en").text
    assert "Not shown in the public edition" in english


def test_every_page_and_file_is_shown_or_refused(of_store) -> None:
    """A page or file that is added is refused until it is put on the list."""
    from exports.registry import _EXPORTS

    of_store.get("/")  # registers them
    for name in _EXPORTS:
        if name not in public.FILES and not public.refuses_itself(f"/hent/{name}"):
            answer = of_store.get(f"/hent/{name}.csv")
            assert answer.status_code == 404 and "offentlige udgave" in answer.text, name
    known = {path for path, _ in PAGES}
    assert {path for path in known if public.has(path)} == {
        "/", "/afdeling", "/overlevelse", "/ventetider", "/tvaergaaende", "/rapport", "/soeg", "/om"
    }  # fmt: skip
    shown = of_store.get("/").text
    for path in known:
        assert (f'href="{path}"' in shown or f'href="{path}?' in shown) == public.has(path), path


@pytest.mark.parametrize(
    "address",
    [
        "/?koen=F",
        "/?alder=85%2B&stadie=IV",
        "/afdeling/AAR-KIR?koen=M",
        "/?periode=2024K1",
        "/?periode=2024-01..2024-11",
        "/?periode=seneste-12",
    ],
)
def test_parts_of_the_patients_and_of_the_year_are_not_used_and_it_is_said(of_store, address) -> None:
    plain = of_store.get(address.split("?")[0]).text
    answer = of_store.get(address).text
    assert re.search(r'class="notice".*offentlige udgave', answer, re.S)

    def numbers(text: str) -> list[str]:
        return re.findall(r"\d+,\d %", main_of(text))

    assert numbers(answer) == numbers(plain)
    file = of_store.get(f"/hent/overblik.csv?{address.partition('?')[2]}")
    assert file.status_code == 400


def test_nothing_of_a_patient_is_in_any_answer(synthetic_store, of_store, of_folder) -> None:
    """Canaries: identifiers of patients, and names of files that hold rows."""
    snapshot = synthetic_store.current()
    ids = [one for (one,) in snapshot.rows("DCCG", "SELECT case_id FROM cases USING SAMPLE 200 ROWS (reservoir, 1)")]
    needles = [*ids, "case_id", *(info.file for info in snapshot.databases.values()), "duckdb"]
    for one in (of_store, of_folder):
        for address in (*SHOWN, *map(asked, FILES), "/soegning.json", "/klar", "/healthz", "/readyz", *REFUSED):
            text = one.get(address).text
            assert not [needle for needle in needles if needle in text], address


def test_what_is_hidden_is_nowhere(synthetic_store, of_store) -> None:
    """Counts of hidden cells stand on no page and in no file of the indicator, in no figure and no card."""
    for address in (
        "/indikator/{}",
        "/hent/enheder.csv?emne={}",
        "/hent/rkkp.csv?emne={}",
        "/hent/indikator-udvikling.csv?emne={}",
    ):
        text = of_store.get(address.format("mortality_90d")).text
        assert "skjult" in text
    # With a threshold that hides everything but nothing is left to be read but that it is hidden.
    source = StoreSource(synthetic_store, Edition("public", 10))
    found = source._published(synthetic_store.current())
    assert found.threshold == 10
    assert found.frame("DCCG", "nodes")["hidden"].mean() > 0.3


def test_a_publication_cannot_be_counted_in(of_folder, folder) -> None:
    snapshot = Publications(folder).served()
    with pytest.raises(NotPublished):
        snapshot.query("DCCG", "SELECT count(*) FROM cases")
    for address in (
        "/forbedringer/ny",
        "/rapport/lav",
        "/rapport/kommentar?emne=x",
        "/audit/moede?nr=1",
        "/handl/AAR-KIR",
    ):
        answer = of_folder.get(address)
        assert "%" not in re.sub(r"<style.*?</style>", "", answer.text) or answer.status_code in (403, 404), address
    assert of_folder.post("/forbedringer/ny", data={"x": "1"}).status_code in (403, 405)
    assert of_folder.get(f"/indikator/{quote('../x')}").status_code in (404, 200)


def test_what_is_being_made_is_told_and_not_said_to_be_nowhere(waits_store, tmp_path, monkeypatch):
    """The public edition answered 404 while another process made its frames."""
    store = Store(shutil.copytree(waits_store.root, tmp_path / "store", ignore=shutil.ignore_patterns("frames")))

    def busy(snapshot, database, key, build):
        raise BeingMade(f"{database}: {key} is being made", [(database, key)])

    monkeypatch.setattr(publishing, "kept_frame", busy)
    monkeypatch.setattr(awaited, "PATIENCE", 0.5)
    asking = client(store, "public")
    answer = asking.get("/ventetider")
    assert answer.status_code == 503 and "Tallene beregnes" in answer.text
    names = re.search(r'data-awaits="([^"]*)"', answer.text)[1].replace(" ", ",")
    assert asking.get(f"/klar?dele={names}").get_json()["ready"] == 0
