"""axe-core finds nothing on any page, at three sizes, in the light and in the dark theme."""

from __future__ import annotations

import dash
import pytest
from axe_playwright_python.sync_playwright import Axe

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/indikator/mdt_before_treatment?egen=SLA-KIR",
    "/indikator/mdt_before_treatment?vis=tragt",
    "/indikator/survival_1y?vis=justeret",
    "/variation",
    "/overlevelse",
    "/overlevelse?vis=justeret&efter=region",
    "/overlevelse?vis=netto",
    "/overlevelse?vis=udvikling",
    "/afdeling",
    "/afdeling/SLA-KIR",
    "/afdeling?vis=matrix&egen=SLA-KIR",
    "/sammenlign",
    "/sammenlign?enheder=SLA-KIR,HER-KIR,AAL-KIR&egen=SLA-KIR",
    "/sammenlign?niveau=hospital&enheder=slagelse,herlev",
    "/sammenlign?niveau=region",
    "/hospital/slagelse",
    "/tvaergaaende",
    "/tvaergaaende?vis=aar",
    "/tvaergaaende?vis=hospitaler",
    "/handl",
    "/handl/SLA-KIR",
    "/handl/SLA-KIR?vis=hvorfor&database=DCCG&indikator=mdt_before_treatment",
    "/indsats",
    "/indsats/SLA-KIR",
    "/indsats/SLA-KIR/ny?database=DCCG&periode=2025&indikator=mdt_before_treatment",
    "/plan",
    "/plan/DBCG",
    "/ventetider",
    "/varsler",
    "/varsler/slagelse",
    "/forbedringer",
    "/forbedringer/ny",
    "/datakvalitet",
    "/leverancer",
    "/leverancer/DCCG",
    "/rapport",
    "/rapport/kommentar?database=DCCG&emne=mdt_before_treatment&slags=regional",
    "/audit",
    "/rapport/hoering?database=DCCG",
    "/rapport/sammenfatning?database=DCCG&afsnit=data",
    "/audit/journal/ny?database=DCCG",
    "/audit/moede?database=DCCG&nr=1",
    "/soeg",
    "/om",
)
#: The one rule that colours decide.
CONTRAST = {"runOnly": ["color-contrast"]}
SIZES = ((1440, 900), (1280, 800), (390, 844))


@pytest.fixture(scope="module")
def site(synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(reader, site, path):
    axe = Axe()
    for wide, high in SIZES:
        reader.set_viewport_size({"width": wide, "height": high})
        reader.emulate_media(color_scheme="light")
        opened(reader, site + path)
        told = found(axe, reader, None)
        reader.emulate_media(color_scheme="dark")  # the same page in other colours
        told += found(axe, reader, CONTRAST)
        assert not told, f"{path} {wide}\n" + "\n".join(told[:12])


def test_every_page_is_among_them(site):
    """``site``: the pages are registered when an app is made."""
    asked = {path.partition("?")[0] for path in PAGES}
    for one in dash.page_registry.values():
        # A page whose paths all have a name in them is registered under 'none' too.
        places = {one["path"], (one["path_template"] or one["path"]).partition("<")[0]}
        places = {place for place in places if place != "/404" and not place.endswith("/none")}
        for place in places:
            # A path with a name in it is asked with any name.
            named = place.endswith("/") and place != "/"
            assert any(path.startswith(place) if named else path == place for path in asked), place


def found(axe: Axe, page, options: dict | None) -> list[str]:
    """What axe has found, a line each."""
    every = axe.run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in every for node in one["nodes"]
    ]
