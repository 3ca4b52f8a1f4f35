"""Early warnings behind the door: the command's numbers, past days, and nothing to be had from the public edition."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.selection import Selection
from data.store import Store
from indicators import signals
from indicators.catalogue import BY_ID
from indicators.engine import count
from indicators.picture import MONTH, QUARTER, picture
from results import places
from results.nodes import nodes
from results.view import Edition, View
from results.warnings import charts
from results.warnings import digest as digests
from results.warnings import signals as data
from tests.support import warning_store as made
from tests.support.extracts import load_extract

MDT = "mdt_before_treatment"


@pytest.fixture(scope="module")
def store(declining):
    return declining


@pytest.fixture(scope="module")
def view(store):
    return View(store.current(), Edition(), "DCCG", 2025)


@pytest.fixture(scope="module")
def public(view):
    return replace(view, edition=Edition("public"))


def test_the_signals_are_the_commands(view):
    for day in data.days(view.info)[:3]:
        listed = signals.board(view.snapshot, "DCCG", day).listed
        found = data.watch(view, day).signals
        assert [(one.unit, one.indicator.id, one.direction) for one in found] == [
            tuple(row) for row in listed[["unit", "indicator", "direction"]].itertuples(index=False)
        ]
        for one, row in zip(found, listed.to_dict("records"), strict=True):
            assert (one.observed, one.expected, one.excess) == (row["observed"], row["expected"], row["excess"])
            assert (one.since, one.months, one.strong) == (row["since"], row["months"], row["strong"])


def test_what_is_watched_and_expected_by_chance_add_up(view):
    found, board = data.watch(view), signals.board(view.snapshot, "DCCG")
    assert found.watched == len(board.charts) / 2 > 0
    assert found.expected(True) + found.expected(False) == pytest.approx(board.false_signals_expected)
    assert found.expected(True) == pytest.approx(board.false_strong_expected)
    units = [data.watch(view, None, (unit,)) for unit in made.A_MONTH]
    assert sum(one.watched for one in units) == found.watched
    assert sum(one.silent for one in units) == found.silent
    small = units[-1]  # Hjørring: two patients a month
    assert found.borrowed == (board.charts["judged"] != "own").sum() / 2
    assert small.borrowed and not small.some(True)
    assert len(found.quiet) == found.silent and [one.unit for one in small.quiet] == small.silent * ["HJO-KIR"]


def test_the_planted_ones_are_found_with_their_directions(view):
    found = {(one.unit, one.indicator.id): one for one in data.watch(view).some(True)}
    fall, rise = found["SLA-KIR", MDT], found["HER-KIR", MDT]
    assert fall.worse and abs(fall.since - made.FALL) < dt.timedelta(45)
    assert not rise.worse and rise.excess < 0
    assert fall.known_from == fall.seen + dt.timedelta(90)
    assert {unit for unit, indicator in found if indicator == MDT} == {"SLA-KIR", "HER-KIR"}


def test_a_past_day_knows_only_what_was_known(view):
    fall = next(one for one in data.watch(view).signals if one.unit == "SLA-KIR" and one.indicator.id == MDT)
    known = {day: {one.key for one in data.watch(view, day).signals} for day in data.days(view.info)}
    for day, keys in known.items():
        assert (fall.key in keys) == (day >= fall.known_from), day
    with pytest.raises(ValueError, match="none of the days"):
        data.watch(view, dt.date(2025, 9, 29))


def test_without_registration_dates_the_past_is_refused(tmp_path):
    snapshot = made.build(tmp_path, registered=False).current()
    view = View(snapshot, Edition(), "DCCG", 2025)
    now = data.watch(view)
    assert now.signals and not now.registration_known
    past = data.watch(view, data.days(view.info)[1])
    assert past.refused == ("DCCG",) and not past.signals and not past.watched
    assert list(data.prepare_past(snapshot)) == []


def test_points_are_the_engines_by_month_and_quarter(view):
    frame = charts._monthly(view.snapshot, "DCCG", "SLA-KIR", MDT, view.info.data_cut)
    engine = signals.chart(view.snapshot, "DCCG", BY_ID[MDT], "SLA-KIR")
    assert list(frame["n"]) == list(engine.months["n"])
    for months in (MONTH, QUARTER):
        drawn = picture(engine.months, BY_ID[MDT], months)
        points, centre, rules = charts._points(frame, BY_ID[MDT], months)
        assert [one.start for one in points] == list(drawn.points["start"])
        for name, column in (("n", "n"), ("unwanted", "unwanted"), ("rate", "rate"), ("expected", "expected_rate"),
                             ("lower", "lower"), ("upper", "upper")):  # fmt: skip
            wanted = [None if value != value else value for value in drawn.points[column]]
            assert [getattr(one, name) for one in points] == pytest.approx(wanted), column
        assert (centre, rules) == (pytest.approx(drawn.centre), drawn.runs)


def test_a_silent_or_unknown_chart_is_none(view):
    assert charts.curve(view, "SLA-KIR", "coverage") is None
    assert charts.curve(view, "XXX", MDT) is None and charts.curve(view, "SLA-KIR", "nothing") is None


# --- the public edition ----------------------------------------------------------------------------


def test_public_tells_of_no_signal_of_few_patients_whose_size_it_hides(view):
    one = data.watch(view).signals[0]
    hidden = replace(one, judged="few", observed=None, expected=None, excess=None)
    assert not data._tellable(hidden) and not data._tellable(replace(hidden, judged="new"))
    assert data._tellable(replace(hidden, excess=10.0)) and data._tellable(replace(hidden, judged="own"))


def test_public_signals_have_no_exact_number(view, public):
    step = data.public_step(public.edition)
    exact = {one.key: one for one in data.watch(view).signals}
    for one in data.watch(public).signals:
        assert one.observed is None and one.expected is None
        if one.excess is None:
            assert exact[one.key].observed in range(1, 5) or abs(exact[one.key].excess) < step / 2
        else:
            assert one.excess % step == 0 and abs(one.excess - exact[one.key].excess) <= step / 2
    names = [(not one.strong, not one.worse, -abs(one.excess or 0), one.unit_name, one.indicator.id)
             for one in data.watch(public).signals]  # fmt: skip
    assert names == sorted(names)  # the order says no more than what is shown


def unsafe(parts) -> bool:
    return any(0 < value < 5 or value < 0 for value in parts)


def test_nothing_small_follows_from_public_points_and_the_years_results(view, public):
    """Every shown point, and what is left of a published year less its shown points, is 0 or at least 5."""
    seen = 0
    for unit in made.A_MONTH:
        for id in {one.indicator.id for one in data.watch(view).signals} | {MDT}:
            curve = charts.curve(public, unit, id)
            if curve is None:
                continue
            assert curve.runs is None and curve.threshold is None and not curve.sums and curve.months == 3
            years: dict[int, list[tuple[int, int, int]]] = {}
            for point in curve.points:
                assert (point.lower, point.upper) == (None, None)
                if point.hidden:
                    assert (point.n, point.unwanted, point.rate, point.expected) == (None,) * 4
                    continue
                parts = (point.n, point.unwanted, point.n - point.unwanted)
                assert not unsafe(parts)
                years.setdefault(point.start.year, []).append(parts)
                seen += 1
            for year, shown in years.items():
                frame = nodes(public, (id,), (year,))
                own = frame[(frame["code"] == unit) & (frame["level"] == "department")]
                assert not own["hidden"].any(), (unit, id, year)
                whole = count(
                    view.snapshot, "DCCG", BY_ID[id], Selection(("department",), (("year", str(year)),))
                ).set_index("department").loc[unit]  # fmt: skip
                n, fulfilled = int(whole["denominator"]), int(whole["numerator"])
                x = n - fulfilled if BY_ID[id].higher_is_better else fulfilled
                left = [total - sum(part) for total, part in zip((n, x, n - x), zip(*shown, strict=True), strict=True)]
                assert not unsafe(left), (unit, id, year, left)
    assert seen > 10


def test_a_past_public_day_shows_the_same_whole_periods(public):
    """No day shows a part of three months: their difference would be a few weeks."""
    now = {one.start: one for one in charts.curve(public, "SLA-KIR", MDT).points}
    for day in data.days(public.info)[1:5]:
        curve = charts.curve(public, "SLA-KIR", MDT, day)
        assert curve.points
        for point in curve.points:
            assert point == now[point.start]
            assert point.start + dt.timedelta(88) <= curve.until


@pytest.mark.parametrize("unit", ["SLA-KIR", "HER-KIR"])
def test_a_public_chart_is_the_same_by_four_regions(store, unit):
    """What one chart hides and the other shows would be open to who sees both."""

    def points(regions: int) -> tuple[charts.ChartPoint, ...]:
        seen = View(Store(store.root).current(), Edition("public", 8), "DCCG", 2025, regions=regions)
        return charts.curve(seen, unit, MDT).points

    assert points(4) == points(5)


@pytest.mark.parametrize(
    ("parts", "total", "hidden"),
    [
        ([(40, 10, 30), (40, 10, 30)], (80, 20, 60), set()),
        ([(40, 2, 38), (30, 10, 20), (50, 10, 40)], (120, 22, 98), {0, 1}),  # a second one covers the two
        ([(40, 10, 30), (50, 10, 40)], (92, 21, 71), {0}),  # two registered late would follow
        ([(40, 10, 30), (40, 10, 30)], None, {0, 1}),
        ([(40, 0, 40), (40, 0, 40)], (80, 0, 80), set()),
    ],
)
def test_which_points_of_a_year_are_hidden(parts, total, hidden):
    assert charts.hide_year(parts, total, 5) == hidden


# --- the digest --------------------------------------------------------------------------------------


def test_a_digest_sorts_new_continuing_and_ended(view):
    slagelse = next(one for one in digests.hospitals(view) if one.code == "slagelse")
    fall = next(one for one in data.watch(view).signals if one.unit == "SLA-KIR" and one.indicator.id == MDT)
    first = digests.of_day(fall.known_from)
    found = digests.digest(view, slagelse, first)
    assert fall.key in {one.key for one in found.new}
    assert fall.key not in {one.key for one in found.continuing}
    after = digests.digest(view, slagelse, first.next)  # it became strong then, which is news again
    (again,) = [one for one in after.new if one.key == fall.key]
    assert again.news == "strong" and digests.of_day(again.news_from) == first.next
    later = digests.digest(view, slagelse, first.next.next)
    assert fall.key in {one.key for one in later.continuing} and fall.key not in {one.key for one in later.new}
    assert found.databases == ("DCCG",) and found.complete
    for one in digests.quarters(view):
        made_of = digests.digest(view, slagelse, one)
        keys = {part.key for part in (*made_of.new, *made_of.continuing)}
        assert keys == {part.key for part in made_of.watch.signals}
        assert not keys & {part.key for part in made_of.ended}


@pytest.mark.slow
def test_a_digest_of_two_databases_is_what_each_says(tmp_path):
    """Colons in decline, lungs in peace; the colons' departments that are not the hospital's say nothing."""
    made.build(tmp_path)
    view = View(made.build(tmp_path, quiet=True, database="DLCR").current(), Edition(), "DLCR", 2025)
    slagelse = next(one for one in digests.hospitals(view) if one.code == "slagelse")
    for quarter in digests.quarters(view)[:3]:
        found = digests.digest(view, slagelse, quarter).watch
        each = [data.watch(one, min(quarter.last, made.CUT), ("SLA-KIR",)) for one in data.everywhere(view)]
        assert {one.database for one in data.everywhere(view)} == {"DCCG", "DLCR"}
        assert found.signals and sorted(one.key for one in found.signals) == sorted(
            one.key for part in each for one in part.signals
        )
        assert (found.watched, found.silent) == (sum(one.watched for one in each), sum(one.silent for one in each))
        for strong in (True, False):
            assert found.expected(strong) == pytest.approx(sum(one.expected(strong) for one in each))
        assert {one.unit_name for one in found.signals} == {one.unit_name for part in each for one in part.signals}


@pytest.mark.slow
def test_without_registration_dates_new_is_what_could_not_be_known_before(tmp_path):
    plain = View(made.build(tmp_path, registered=False).current(), Edition(), "DCCG", 2025)
    slagelse = next(one for one in digests.hospitals(plain) if one.code == "slagelse")
    quarter = digests.of_day(made.CUT)
    found = digests.digest(plain, slagelse, quarter)
    (fall,) = (one for one in found.watch.signals if one.indicator.id == MDT and one.worse)
    assert fall.known_from < quarter.first
    assert fall in found.continuing and fall not in found.new and found.ended == ()


@pytest.mark.slow
def test_a_database_is_left_out_of_quarters_that_are_too_old_for_it(tmp_path):
    """Its data cut must not stand for them: the signals of 2026 are not those of 2017."""
    made.build(tmp_path)
    rows = [{"case_id": str(day), "diagnosis_date": f"201{day}-01-01", "icd10": "C340", "vital_date": "2020-03-31",
             "department": "AAL-KIR"} for day in range(5, 10)]  # fmt: skip
    load_extract(tmp_path, database="DLCR", data_cut="2020-03-31", period=("2015-01-01", "2020-03-31"), cases=rows)
    old = View(Store(tmp_path / "store").current(), Edition(), "DLCR", 2019)
    listed = digests.quarters(old)
    assert listed[0] == digests.Quarter(2026, 1) and listed == digests.quarters(replace(old, database="DCCG"))
    slagelse = next(one for one in digests.hospitals(old) if one.code == "slagelse")
    early = digests.digest(old, slagelse, digests.Quarter(2017, 4))
    assert early.databases == () and early.watch.signals == ()


def test_quarters_and_names_in_addresses(view):
    assert str(digests.of_day(dt.date(2026, 3, 31))) == "2026K1"
    assert digests.Quarter(2026, 1).last == dt.date(2026, 3, 31)
    assert digests.Quarter(2026, 1).before == digests.Quarter(2025, 4)
    assert places.path_code("Nykøbing F.") == "nykoebing-f"
    assert places.path_code("Aarhus Åen Ærø") == "aarhus-aaen-aeroe"
    codes = [one.code for one in digests.hospitals(view)]
    assert len(set(codes)) == len(codes) > 3
    assert digests.latest_complete(view) == digests.Quarter(2026, 1)


def test_a_signal_with_news_is_new_in_the_digest_and_one_without_is_not_ended(view, monkeypatch):
    """What was listed before and got worse again is new; what is only not listed any more has not ended."""
    quarter = digests.quarters(view)[0]
    hospital = next(one for one in digests.hospitals(view) if "SLA-KIR" in one.departments)
    one = next(one for one in data.watch(view).signals if one.unit == "SLA-KIR" and one.indicator.id == MDT)
    before, after = replace(one, alarm=one.alarm - dt.timedelta(400)), replace(one, news="again")
    other = replace(before, unit="SLA-ONK")
    gone = replace(before, unit="SLA-MED")
    watches = iter([
        data.Watch(quarter.last, (after,), 9, 0, {}, standing=(other,)),
        data.Watch(quarter.first, (before, other, gone), 9, 0, {}),
    ])  # fmt: skip
    monkeypatch.setattr(digests, "of_databases", lambda *_: next(watches))
    found = digests._digest(view, hospital, quarter)
    assert found.new == (after,) and found.continuing == ()
    assert found.ended == (gone,)
