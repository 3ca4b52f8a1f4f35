"""Words that readers misread do not come back: every kind of page, in both languages, without the phrases below."""

from __future__ import annotations

import re
from html import unescape

import pytest

from indicators.catalogue import CATALOGUE
from results.audit import Unit
from tests.support.clients import client
from words import indicator as names

#: What no page says: a pattern, and what to write instead.
BANNED = {
    r"og modtaget inden for 10 dage|[Mm]odtaget inden for 10 dage": "modtagelse i palliativ enhed inden for 10 dage",
    r"[Rr]eceived within 10 days": "seen by palliative care within 10 days",
    r"[Ee]nhver komplikation": "mindst én komplikation",
    r"Var intet ændret": "Selv hvis intet var ændret",
    r"På (én|to|tre|fire|fem|seks|syv|otte|ni|ti|ingen|\d+) af (de )?(\w+) indikatorer": "For fem af 27 indikatorer",
    r"\bOn \w+ of \w+ indicators": "For five of 27 indicators",
    r"Flest er ikke opfyldt|Most are not met": "NMSC har flest ikke-opfyldte standarder (4)",
    r"forkerte side|wrong side": "opfylder klart ikke standarden",
    r"klart uden for standard|off the standard": "opfylder ikke mindst én standard",
    r"uoplyste (ikke )?kan vende|missing c(ould|an) (not )?turn|kan vendes af|be turned by": "kan ændre vurderingen",
    r"(?:^|[.!?:] )1 (forløb|er booket|standard) ": "Ét forløb",
    r"[Ii]ngen påviselig effekt|[Nn]o detectable effect": "Kan ikke afgøres; op mod 10 point kan ikke udelukkes",
    r"reckons as if|[Dd]otted upright": "assumes that; dotted vertical line",
    r"(?<!\()[Kk]rympe(t|de)(?!\))|(?<!\()[Ss]hrunken(?!\))": "trukket mod landet (krympet)",
    r"(?<!\()(?<!ingen )overspredning(?! \d)(?!\))": "spreder sig mere end tilfældigt (overspredning)",
    r"(?<!\()(?<!no )overdispersion(?! \d)(?!\))": "spread more than by chance (overdispersion)",
    r"(?<!\()O/E(?!\))": "observeret/forventet (O/E)",
}  # fmt: skip
#: Pages of a database; {} is a department.
PAGES = (
    "/", "/tvaergaaende", "/variation", "/variation?niveau=region", "/varsler", "/afdeling", "/afdeling/{}",
    "/overlevelse", "/overlevelse?efter=afdeling", "/ventetider", "/forbedringer", "/datakvalitet", "/om",
    "/indikator/mdt_before_treatment?vis=tragt", "/indikator/mortality_90d?vis=sammenlignet",
    "/indikator/mortality_90d?vis=justeret", *(f"/indikator/{one.id}" for one in CATALOGUE[:12]),
)  # fmt: skip


#: What stood on the pages once: the patterns find it.
ONCE = (
    "TNM og modtaget inden for 10 dage", "Received within 10 days", "anastomoselækage og enhver komplikation",
    "Var intet ændret, ville tilfældet alene give omkring to", "På fem af 27 indikatorer varierer afdelingerne",
    "On five of 27 indicators the departments vary", "Flest er ikke opfyldt i NMSC (4).",
    "Most are not met in NMSC (4)",
    "ligger klart på den forkerte side af standarden", "har mindst én indikator klart uden for standarden",
    "De uoplyste kan vende svaret", "the missing could turn the answer", "Varsler. 1 forløb har ventet",
    "Nej. 1 er booket ud over fristen", "Krympet: andelen", "Overspredning 2,1 og overspredning", "O/E 1,03",
    "Ingen påviselig effekt", "It reckons as if nobody could die", "Dotted upright: the country",
)  # fmt: skip


def text_of(answer) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<style.*?</style>|<script.*?</script>", " ", answer.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


@pytest.mark.parametrize("text", ONCE)
def test_the_patterns_find_what_once_stood_there(text):
    assert any(re.search(pattern, text) for pattern in BANNED)


@pytest.mark.some(1)
@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_page_says_it(synthetic_store, lang):
    asking, found = client(synthetic_store), []
    departments = re.findall(r'href="/afdeling/([^"?]+)', asking.get("/afdeling?database=DCCG").text)
    for page in PAGES:
        for code in departments[:3] if "{}" in page else [""]:
            address = page.format(code)
            between = "&" if "?" in page else "?"
            answer = asking.get(f"{address}{between}database=DCCG&lang={lang}")
            assert answer.status_code == 200, address
            text = text_of(answer)
            for pattern, better in BANNED.items():
                hit = re.search(pattern, text)
                if hit:
                    found.append(f"{address}: …{text[max(0, hit.start() - 40) : hit.end() + 30]}… write: {better}")
    assert not found, "\n".join(found)


def test_a_departments_headline_begins_with_its_name(synthetic_store):
    asking = client(synthetic_store)
    code = re.findall(r'href="/afdeling/([^"?]+)', asking.get("/afdeling?database=DCCG").text)[0]
    for query, between in (("", ": "), ("&koen=F", ": ")):
        page = asking.get(f"/afdeling/{code}?database=DCCG{query}").text
        title = unescape(re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1])
        assert re.match(rf"(Kvinder: )?\w+ afdeling, \w+{between}[a-zæøåé\d]", title), title


def test_an_english_page_names_the_specialty_in_english():
    class English:
        lang = "en"

        @staticmethod
        def t(da, en):
            return en

    unit = Unit("department", "ESB-KIR", "Kirurgisk afdeling, Esbjerg", "Kirurgisk afdeling, Esbjerg")
    assert names.unit_name(English, unit, prose=True) == "Esbjerg (surgery)"
    assert names.unit_name(English, unit) == "Esbjerg, surgery"
