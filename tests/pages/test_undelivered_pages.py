"""Pages of a database that came with the required columns alone: not reported, by name; no 0 %, no crash."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil

import pytest

from data.load import load
from data.schema import BY_NAME
from data.synthetic import synthesise
from indicators.catalogue import CATALOGUE, why_not_reported
from tests.support.amount import examples
from tests.support.clients import client

PAGES = (
    "/", "/variation", "/varsler", "/tvaergaaende", "/datakvalitet", "/overlevelse", "/overlevelse?doed=kraeft",
    "/overlevelse?efter=stadie", "/afdeling", "/afdeling/HER-KIR", "/forbedringer", "/om", "/ventetider",
    "/?stadie=III", "/?stadie=", "/datakvalitet?sted=bopael",
    *(f"/indikator/{one.id}" for one in CATALOGUE),
)  # fmt: skip


def bare(extract, columns: str) -> None:
    """Rewrite the tables of an extract without their optional columns (``all``) or without those named."""
    for path in extract.glob("*.csv"):
        table = BY_NAME[path.stem]
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        keep = [name for name in rows[0] if (table.column(name).required if columns == "all" else name not in columns)]
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, keep, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    manifest = extract / "extract.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").split("[rows]")[0], encoding="utf-8")


@pytest.fixture(scope="module")
def store(once):
    """DCCG without any optional column, DaPeCa without acute alone."""

    def build(home) -> None:
        folders = synthesise(home / "extracts", ["DCCG", "DaPeCa"], 120, (2022, 2025), 1, "csv")
        for folder in folders:
            if (folder / "waits.csv").is_file():
                (folder / "waits.csv").unlink()
        bare(folders[0], "all")
        bare(folders[1], "acute")
        load(folders, home / "store")
        shutil.rmtree(home / "extracts")

    return once("bare", build)


def text_of(answer) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<style.*?</style>|<script.*?</script>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("edition", ["working", "public"])
def test_every_page_answers(store, edition):
    asking = client(store, edition)
    pages = PAGES if edition == "working" else PAGES[:: examples(1, 4)]
    for page in pages:
        answer = asking.get(page + ("&" if "?" in page else "?") + "database=DCCG")
        assert answer.status_code == 200, page


def test_an_indicator_says_which_column_is_not_there(store):
    info = store.current().info("DCCG")
    gone = {one.id: reason for one in CATALOGUE if (reason := why_not_reported(one, info))}
    assert {"tnm_complete", "stage_known", "mdt_followed", "reoperation_30d", "pro_answered"} <= set(gone)
    assert "mortality_30d" not in gone and "mdt_before_treatment" not in gone
    for id, reason in gone.items():
        for lang in ("da", "en"):
            said = text_of(client(store).get(f"/indikator/{id}?database=DCCG&lang={lang}"))
            assert reason.in_(lang) in said, id
    overview = text_of(client(store).get("/?database=DCCG"))
    assert "Kolonnerne t, n og m er ikke leveret." in overview
    assert "Kolonnen stage er ikke leveret." in overview
    assert "Kolonnen acute er ikke leveret: ingen er udeladt som akut." in overview
    across = text_of(client(store).get("/tvaergaaende"))
    assert "DCCG: kolonnerne t, n og m er ikke leveret." in across
    assert "DCCG: kolonnen acute er ikke leveret: ingen er udeladt som akut." in across


def test_nobody_is_excluded_as_acute_and_every_result_says_so(store):
    said = "Kolonnen acute er ikke leveret: ingen er udeladt som akut."
    asking = client(store)
    for id in ("mortality_30d", "mdt_before_treatment"):
        for form in ("", "&vis=tragt", "&vis=sammenlignet", "&vis=justeret"):
            assert said in text_of(asking.get(f"/indikator/{id}?database=DaPeCa{form}")), (id, form)
    assert said not in text_of(asking.get("/indikator/palliative_received?database=DaPeCa"))
    for page in ("/", "/variation", "/varsler"):
        assert said in text_of(asking.get(f"{page}?database=DaPeCa")), page
    assert said in asking.get("/hent/overblik.csv?database=DaPeCa").text


def test_there_is_nothing_to_choose_by_stage(store):
    asking = client(store)
    assert "stadie=III" not in asking.get("/?database=DCCG").text
    assert "stadie=III" in asking.get("/?database=DaPeCa").text
    page = text_of(asking.get("/?database=DCCG&stadie=III"))
    assert "Kolonnen stage er ikke leveret: valget stadie=III er ikke brugt." in page
    page = text_of(asking.get("/overlevelse?database=DCCG&efter=stadie"))
    assert "Kolonnen stage er ikke leveret; der er opdelt efter region." in page


def test_the_data_quality_page_lists_what_was_not_delivered(store):
    page = text_of(client(store).get("/datakvalitet?database=DCCG"))
    assert "Ikke opgjort: Kolonnerne t, n, m, stage, performance_status, charlson, registered_date og " in page
    assert "Ikke opgjort. Kolonnen registered_date er ikke leveret." in page
    assert "uden kolonnerne cause_of_death, icd10, t, n, m" in page
    assert "uden kolonnen answered_date; ikke opgjort: Spørgeskema (PRO) besvaret (30 dage)" in page
    rows = csv.DictReader(io.StringIO(client(store).get("/hent/komplethed.csv?database=DCCG").text.lstrip("\ufeff")))
    assert "Stadie" not in "".join(str(row) for row in rows)


def test_survival_by_cause_is_not_reported(store):
    page = text_of(client(store).get("/overlevelse?database=DCCG&doed=kraeft"))
    assert "Kolonnen cause_of_death er ikke leveret. Kun samlet overlevelse kan opgøres." in page
    assert "kun død af kræft" not in page
