"""The action loop: plans are kept with their history, whose they are, what has none; outlier cases step by step."""

from __future__ import annotations

import datetime as dt
import re
import shutil

import pytest

from data.registers import Moved
from data.store import Store
from data.toolbox import outlier_steps, toolbox, tools_for
from data.users import Users
from indicators.catalogue import CATALOGUE
from layouts.frame.source import StoreSource
from results import actions
from results.actions import UnitPlanRefused
from results.reach import NotForAll
from results.view import Edition, View
from server.access.network import Network
from server.application import create_app
from tests.pages.test_access import HERE, PASSWORD
from tests.pages.test_page_warnings import text_of
from tests.support.clients import OwnPages

MDT = "mdt_before_treatment"
GOOD = {"tool": "workup.1a", "owner": "Ledende overlæge", "start": "2025-03-01", "due": "2026-12-01"}


pytestmark = pytest.mark.usefixtures("few_indicators")


@pytest.fixture(scope="module")
def made(mdt, few_indicators) -> Store:
    """The store with what the pages look up, made once beside it."""
    view = View(mdt.current(), Edition(), "DCCG", 2025)
    actions.needing(view)
    actions.outliers(view)
    return mdt


@pytest.fixture
def store(made, tmp_path) -> Store:
    """A store of its own: plans are written."""

    return Store(shutil.copytree(made.root, tmp_path / "store"))


@pytest.fixture
def view(store) -> View:
    return View(store.current(), Edition(), "DCCG", 2025)


def asking(store: Store, edition: str = "working", role: str = "", **of: tuple[str, ...]):
    """A client with an app of its own; with a role one that is logged in."""
    import dash

    if role:
        Users(store.root).add("x", PASSWORD, role, **of)
    source = StoreSource(store, Edition(edition))
    server = create_app(source, source.version, network=Network(login=bool(role)), moved=source.moved).server
    server.test_client_class = OwnPages
    made = server.test_client()
    made.pages = dict(dash.page_registry)
    if role:
        made.post("/log-ind", data={"navn": "x", "kodeord": PASSWORD}, headers=HERE)
    return made


def unit_of(view: View) -> str:
    """A department whose result calls for a plan."""
    return next(one.unit.code for one in actions.needing(view) if one.key == MDT)


# --- the toolbox ---------------------------------------------------------------------------------------------------


def test_every_indicator_has_three_barriers_with_two_actions_in_both_languages():
    for one in CATALOGUE:
        by: dict[str, int] = {}
        for tool in tools_for(one.id, one.family):
            by[tool.barrier.da] = by.get(tool.barrier.da, 0) + 1
        assert len(by) >= 3 and min(by.values()) >= 2, one.id
    for tool in toolbox():
        assert tool.barrier.en and tool.action.en and tool.evidence.en
        experience = tool.evidence.en.startswith("Practical experience")
        assert bool(tool.source) != experience, f"{tool.id}: evidence has a source, experience none"


# --- plans ---------------------------------------------------------------------------------------------------------


def test_a_plan_is_kept_with_its_history_and_renewed(view):
    unit = unit_of(view)
    made = actions.add(view.snapshot, "DCCG", unit, MDT, GOOD, "Anna", "registry")
    assert (made.status, made.owner, made.number) == ("not_begun", "Ledende overlæge", 1)
    assert made.barrier == toolbox()[0].barrier.da and made.action == toolbox()[0].action.da
    later = actions.change(view.snapshot, made, {"status": "running", "due": "2027-03-01"}, made.revision, "Bo", "")
    assert later.revision == 2 and later.due == dt.date(2027, 3, 1) and later.action == made.action
    assert [one.status for one in actions.history(view.snapshot, made)] == ["running", "not_begun"]
    assert actions.plan(view.snapshot, "DCCG", unit, MDT, 1) == later
    stopped = actions.change(view.snapshot, later, {"status": "stopped"}, 2, "Bo", "")
    assert not stopped.is_open and not stopped.overdue(dt.date(2099, 1, 1)) and later.overdue(dt.date(2099, 1, 1))


def test_two_who_write_at_once_lose_nothing(view):
    made = actions.add(view.snapshot, "DCCG", "HER-KIR", MDT, GOOD, "Anna", "")
    actions.change(view.snapshot, made, {"note": "først"}, 1, "Anna", "")
    with pytest.raises(Moved) as moved:
        actions.change(view.snapshot, made, {"note": "samtidig"}, 1, "Bo", "")
    assert moved.value.latest.body["note"] == "først" and moved.value.kept.body["note"] == "samtidig"


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"tool": "", "action": ""}, "action"), ({"tool": "nowhere.1a"}, "tool"), ({"owner": " "}, "owner"),
        ({"start": "i morgen"}, "start"), ({"due": "2025-01-01"}, "due"), ({"owner": "010203-1234"}, "owner"),
        ({"owner": "x" * 121}, "owner"), ({"status": "wished"}, "status"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_by_the_field(view, changed, field):
    with pytest.raises(UnitPlanRefused) as refused:
        actions.add(view.snapshot, "DCCG", "HER-KIR", MDT, {**GOOD, **changed}, "", "")
    assert [name for name, _, _ in refused.value.errors] == [field]
    assert actions.plans(view.snapshot, "DCCG") == ()


def test_results_that_call_for_a_plan_and_which_have_one(view):
    before = actions.needing(view)
    assert before and not any(one.plans for one in before)
    assert {one.why for one in before} <= set(actions.WHY)
    for one in before:
        assert one.why == "declining" or one.cell.said == one.why
        assert one.cell.standard is None or one.cell.standard.kind == "standard" or one.why == "declining"
    first = before[0]
    made = actions.add(
        view.snapshot, "DCCG", first.unit.code, first.key, {**GOOD, "tool": "", "action": "Egen"}, "", ""
    )
    after = actions.needing(view)
    assert actions.share_with_plan(after) == (1, len(before)) and after[-1].plans == (made,)
    actions.change(view.snapshot, made, {"status": "stopped"}, 1, "", "")
    assert actions.share_with_plan(actions.needing(view))[0] == 0, "a stopped plan is no plan"


def test_a_plan_that_began_is_followed_by_the_engine_of_initiatives(view):
    unit = unit_of(view)
    made = actions.add(view.snapshot, "DCCG", unit, MDT, GOOD, "", "")
    assert actions.effect_of(view, made) is None, "not begun"
    begun = actions.change(view.snapshot, made, {"status": "running"}, 1, "", "")
    found = actions.effect_of(view, begun)
    assert found is not None and found.indicator.id == MDT and found.initiative.departments == (unit,)


# --- the outlier process -------------------------------------------------------------------------------------------


def test_a_case_goes_step_by_step_with_deadlines_and_history(view):
    found = actions.outliers(view)
    assert found, "the store has a department outside its limits"
    one = found[0]
    steps = outlier_steps()
    assert one.state == steps[0] and one.next == steps[1] and one.due(steps[1]) == one.known + dt.timedelta(21)
    assert one.overdue(one.due(steps[1]) + dt.timedelta(1)) and not one.overdue(one.due(steps[1]))
    with pytest.raises(UnitPlanRefused):
        actions.take_step(view, one, "decided", "for tidligt", "", 0, "", "")
    with pytest.raises(UnitPlanRefused):
        actions.take_step(view, one, "data_checked", " ", "", 0, "", "")
    for base, step in enumerate(steps[1:]):
        actions.take_step(view, one, step.id, f"om {step.id}", "SundK", base, "Anna", "")
        one = actions.outlier(view, one.code, one.indicator)
        assert (one.state, one.owner, one.revision) == (step, "SundK", base + 1)
    assert one.next is None and not one.overdue(dt.date(2099, 1, 1))
    assert [each.text for each in one.taken] == [f"om {step.id}" for step in steps[1:]]


def test_only_the_bad_side_is_a_case(view):
    from results.variation.comparison import comparisons

    alarms = {
        (place.unit.code, id): place.worse(found.indicator.higher_is_better)
        for id, found in comparisons(view, "department").items()
        for place in found.places
        if place.alarm
    }
    assert {(one.code, one.indicator) for one in actions.outliers(view)} == {key for key, bad in alarms.items() if bad}


# --- pages and who may -------------------------------------------------------------------------------------------


def test_a_plan_is_made_by_a_form_and_stands_on_the_pages(store, view):
    unit, site = unit_of(view), asking(store)
    form = site.get(f"/indsats/{unit}/ny?database=DCCG&indikator={MDT}")
    assert form.status_code == 200 and toolbox()[0].action.da in text_of(form)
    wrong = site.post(f"/indsats/{unit}/ny?database=DCCG&indikator={MDT}", data={**GOOD, "owner": ""}, headers=HERE)
    assert wrong.status_code == 422 and "skriv, hvem der er ansvarlig" in text_of(wrong)
    sent = site.post(f"/indsats/{unit}/ny?database=DCCG&indikator={MDT}", data=GOOD, headers=HERE)
    assert sent.status_code == 303
    listed = text_of(site.get(sent.headers["Location"].partition("#")[0]))
    assert "Ledende overlæge" in listed and toolbox()[0].action.da in listed
    department = text_of(site.get(f"/afdeling/{unit}?database=DCCG"))
    assert f"Plan: {toolbox()[0].action.da}" in department
    file = site.get(f"/hent/indsatser.csv?database=DCCG&emne={unit}")
    assert "Ledende overlæge" in file.get_data().decode("utf-8-sig")
    renewed = site.post(f"/indsats/{unit}/{MDT}/1?database=DCCG", data={"base": "1", "goer": "forny"}, headers=HERE)
    assert renewed.status_code == 303
    assert actions.plan(view.snapshot, "DCCG", unit, MDT, 1).due > dt.date.fromisoformat(GOOD["due"])
    assert site.post(f"/indsats/{unit}/{MDT}/1?database=DCCG", data={"base": "1", "goer": "stop"},
                     headers=HERE).status_code == 409  # fmt: skip
    assert "Historik" in text_of(site.get(f"/indsats/{unit}/{MDT}/1?database=DCCG"))


def test_an_outlier_case_has_a_page(store, view):
    one, site = actions.outliers(view)[0], asking(store)
    path = f"/indsats/{one.code}/varsel/{one.indicator}?database=DCCG&periode=2025"
    page = text_of(site.get(path))
    assert all(step.title.da in page for step in outlier_steps()) and "uden for 99,8 %-grænsen" in page
    sent = {"base": "0", "step": "data_checked", "text": "Fire af 15 uoplyste rettet", "owner": "SundK"}
    assert site.post(path, data=sent, headers=HERE).status_code == 303
    assert "Fire af 15 uoplyste rettet" in text_of(site.get(path))
    assert site.get(f"/indsats/{one.code}/varsel/nowhere?database=DCCG").status_code == 404


def test_the_public_edition_has_no_plan(store, view):
    unit = unit_of(view)
    actions.add(view.snapshot, "DCCG", unit, MDT, GOOD, "", "")
    site = asking(store, "public")
    for path in ("/indsats", f"/indsats/{unit}", f"/indsats/{unit}/ny?indikator={MDT}", f"/indsats/{unit}/{MDT}/1",
                 f"/afdeling/{unit}", f"/hent/indsatser.csv?emne={unit}"):  # fmt: skip
        assert "Ledende overlæge" not in site.get(path).text, path
    assert site.post(f"/indsats/{unit}/ny?indikator={MDT}", data=GOOD, headers=HERE).status_code == 403
    public = View(view.snapshot, Edition("public"), "DCCG", 2025)
    for ask in (actions.needing, actions.outliers):
        with pytest.raises(NotForAll):
            ask(public)


@pytest.mark.parametrize(
    "role, of, own, other",
    [
        ("reader", {}, False, False),
        ("clinician", {"departments": ("HER-KIR",)}, True, False),
        ("steering", {"databases": ("DCCG",)}, True, True),
        ("steering", {"databases": ("DLCR",)}, False, False),
        ("registry", {}, True, True),
    ],
)
def test_each_role_sees_and_writes_its_own(store, view, role, of, own, other):
    units = {"HER-KIR": own, next(one.unit.code for one in actions.needing(view) if one.unit.code != "HER-KIR"): other}
    for unit in units:
        actions.add(view.snapshot, "DCCG", unit, MDT, {**GOOD, "owner": f"ejer af {unit}"}, "", "")
    site = asking(store, role=role, **of)
    for unit, may in units.items():
        assert (f"ejer af {unit}" in site.get(f"/indsats/{unit}?database=DCCG").text) == may, (role, unit)
        assert (f"ejer af {unit}" in site.get(f"/hent/indsatser.csv?database=DCCG&emne={unit}").text) == may
        path = f"/indsats/{unit}/ny?database=DCCG&indikator={MDT}"
        sent = site.post(path, data={**GOOD, "owner": "nyt"}, headers=HERE)
        assert (sent.status_code == 303) == may, (role, unit, sent.status_code)
    stored = [one.owner for one in actions.plans(view.snapshot, "DCCG")]
    assert stored.count("nyt") == sum(units.values())


def test_no_form_of_another_site_is_taken(store, view):
    sent = asking(store).post(f"/indsats/HER-KIR/ny?database=DCCG&indikator={MDT}", data=GOOD,
                              headers={"Sec-Fetch-Site": "cross-site"})  # fmt: skip
    assert sent.status_code == 403 and actions.plans(view.snapshot, "DCCG") == ()


def test_the_way_to_a_plan_stands_under_the_result(store, view):
    one = next(each for each in actions.needing(view) if each.why != "declining")
    page = asking(store).get(f"/afdeling/{one.unit.code}?database=DCCG")
    link = re.search(rf'href="(/indsats/{one.unit.code}/ny[^"]*)"', page.text)
    assert link and "Ingen plan endnu" in text_of(page)
