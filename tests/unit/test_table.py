"""A table: what it refuses, how its values are said, and how its rows are sorted."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.table import Column, Kind, Line, Named, On, Printed, Role, Said, Table, TableRow, of, ordered
from words import values
from words.choices import State
from words.chosen import sorting

COLUMNS = (*of(Kind.TEXT, "navn", keys="name"), *of(Kind.SHARE, "andel", keys="rate"))


def table(*rows: TableRow) -> Table:
    return Table("T", COLUMNS, rows, id="t")


def names(lines) -> list[str]:
    return [line["name"] for line in lines]


def by(found: Table, key: str, down: bool) -> list[str]:
    return names(ordered(found.lines, [line[key] for line in found.lines], down))


def test_a_table_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="1 cells, there are 2 columns"):
        table(TableRow(("a",)))
    with pytest.raises(TypeError, match="andel"):
        table(TableRow(("a", "b")))
    with pytest.raises(ValueError, match="one key"):
        Table("T", (*COLUMNS, *of(Kind.SHARE, "anden", keys="rate")), ())
    with pytest.raises(ValueError, match="1 keys"):
        of(Kind.COUNT, "a", "b", keys="a")
    with pytest.raises(KeyError):
        table().column("no")


def test_a_page_and_a_file_have_their_own_columns_and_rows():
    columns = (*COLUMNS, *of(Kind.CODE, "kode", keys="code", on=On.FILE), *of(Kind.TEXT, "kort", keys="s", on=On.PAGE))
    found = Table("T", columns, (TableRow(("a", 0.5, "A", "x")), TableRow(("b", 0.1, "B", "y"), on=On.FILE),
                                 TableRow(("c", 0.2, "C", "z"), on=On.PAGE)))  # fmt: skip
    assert names(found.lines) == ["a", "c"]
    columns, rows = found.in_file
    assert [one.name for one in columns] == ["navn", "andel", "kode"]
    assert rows == (("a", 0.5, "A"), ("b", 0.1, "B"))


# --- order -------------------------------------------------------------------------------------------


def test_what_has_no_value_stands_last_in_both_directions_and_equal_ones_as_they_stood():
    found = table(
        TableRow(("skjult", Said.HIDDEN)), TableRow(("a", 0.2)), TableRow(("b", 0.9)), TableRow(("ingen", None)),
        TableRow(("c", 0.2)),
    )  # fmt: skip
    assert by(found, "rate", down=False) == ["a", "c", "b", "skjult", "ingen"]
    assert by(found, "rate", down=True) == ["b", "a", "c", "skjult", "ingen"]


def test_texts_are_sorted_by_the_danish_alphabet():
    found = table(*(TableRow((name, None)) for name in ("Aabenraa", "Ærø", "Viborg", "Ølstykke", "Aalborg", "Herlev")))
    assert by(found, "name", down=False) == ["Herlev", "Viborg", "Ærø", "Ølstykke", "Aabenraa", "Aalborg"]


def test_groups_are_sorted_within_and_totals_regions_and_the_rest_keep_their_places():
    found = table(
        TableRow(("Danmark", 0.5), Role.TOTAL),
        TableRow(("Nord", 0.9), Role.REGION), TableRow(("b", 0.1), Role.UNIT), TableRow(("a", 0.3), Role.UNIT),
        TableRow(("Syd", 0.2), Role.REGION), TableRow(("d", 0.8), Role.UNIT), TableRow(("c", 0.7), Role.UNIT),
        TableRow(("andre", 0.99), Role.REST),
    )  # fmt: skip
    assert by(found, "rate", down=True) == ["Danmark", "Nord", "a", "b", "Syd", "d", "c", "andre"]
    assert by(found, "rate", down=False) == ["Danmark", "Nord", "b", "a", "Syd", "c", "d", "andre"]
    alone = table(
        TableRow(("Danmark", 0.5), Role.TOTAL), *(TableRow((n, r), Role.REGION) for n, r in (("N", 0.1), ("S", 0.2)))
    )
    assert by(alone, "rate", down=True) == ["Danmark", "S", "N"]
    grouped = table(*(TableRow((n, r), group=g) for n, r, g in (("a", 0.1, "x"), ("b", 0.2, "x"), ("c", 0.9, "y"))))
    assert by(grouped, "rate", down=True) == ["b", "a", "c"]


def test_verdicts_are_sorted_by_rank_and_those_that_are_none_last():
    columns = (*COLUMNS[:1], *of(Kind.TEXT, "vurdering", keys="verdict"))
    rows = [
        ("a", Named("met", "opfyldt", 2)),
        ("b", Named("hidden", "skjult", absent=True)),
        ("c", Named("no", "nej", 0)),
    ]
    found = Table("T", columns, tuple(TableRow(one) for one in rows))
    assert by(found, "verdict", down=False) == ["c", "a", "b"] and by(found, "verdict", down=True) == ["a", "c", "b"]


def test_a_printed_cell_is_sorted_by_its_first_part_which_hides_with_it():
    parts = of(Kind.SHARE, "andel", "nedre")
    columns = (*COLUMNS[:1], Column("år", Kind.PRINTED, parts=parts, key="year"))
    cells = {"a": Printed("9,0", (0.09, 0.0)), "b": Printed("skjult", (Said.HIDDEN, Said.HIDDEN)),
             "c": Printed("10,0", (0.1, 0.0))}  # fmt: skip
    found = Table("T", columns, tuple(TableRow((name, cell)) for name, cell in cells.items()))
    assert by(found, "year", down=True) == ["c", "a", "b"]


@given(st.lists(st.one_of(st.none(), st.just(Said.HIDDEN), st.floats(0, 1)), max_size=12), st.booleans())
def test_sorting_loses_no_row_and_never_asks_what_a_hidden_one_holds(rates, down):
    found = table(*(TableRow((str(n), rate)) for n, rate in enumerate(rates)))
    lines: list[Line] = list(ordered(found.lines, [line["rate"] for line in found.lines], down))
    assert sorted(names(lines), key=int) == [str(n) for n in range(len(rates))]
    shown = [line["rate"] for line in lines if isinstance(line["rate"], float)]
    assert shown == sorted(shown, reverse=down)
    assert [isinstance(line["rate"], float) for line in lines] == [True] * len(shown) + [False] * (
        len(rates) - len(shown)
    )
    last = [int(name) for name in names(lines)[len(shown) :]]
    assert last == sorted(last)


# --- the address -------------------------------------------------------------------------------------


def test_an_order_in_the_address():
    state, problems = State.from_query({"sort": "venter.-legs,til-tiden.in_time"})
    assert not problems
    assert sorting.chosen(state, "venter") == ("legs", True) and sorting.chosen(state, "til-tiden") == (
        "in_time",
        False,
    )
    assert sorting.chosen(state, "andet") is None
    assert sorting.changed(state, "venter", "legs", False) == "til-tiden.in_time,venter.legs"
    assert sorting.changed(state, "venter", "legs", None) == "til-tiden.in_time"
    assert sorting.unknown(state, {"venter": {"legs"}}) == ["til-tiden.in_time"]
    assert "sort=venter.-legs%2Ctil-tiden.in_time" in state.url("/ventetider", sex="F")


@pytest.mark.parametrize("text", ["", "a", "a.", "a.b,", "A.b", "a.b;c", "a.b,,c.d", "a.<b>", "." * 900])
def test_an_order_that_cannot_be_read_is_a_problem(text):
    state, problems = State.from_query({"sort": text})
    assert state.sort == "" and len(problems) == 1


# --- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "da", "en"),
    [
        (Kind.COUNT, 1234, "1.234", "1,234"), (Kind.SHARE, 0.9345, "93,4\u00a0%", "93.4%"),
        (Kind.RATIO, 1.234, "1,23", "1.23"),
        (Kind.POINTS, 0.014, "+1,4", "+1.4"), (Kind.P, 0.0004, "<0,001", "<0.001"), (Kind.P, 0.04, "0,040", "0.040"),
        (Kind.DAYS, 7, "7", "7"), (Kind.CHANGE, 3, "+3", "+3"), (Kind.CHANGE, -3, "−3", "−3"),
        (Kind.NUMBER, 5.25, "5,2", "5.2"),
        (Kind.FLAG, True, "ja", "yes"), (Kind.DATE, dt.date(2026, 3, 1), "01.03.2026", "1 March 2026"),
        (Kind.MONTH, dt.date(2026, 3, 1), "marts 2026", "March 2026"), (Kind.PERIOD, "2024/25", "2024/25", "2024/25"),
        (Kind.TEXT, "a", "a", "a"), (Kind.TEXT, Named("k", "ord"), "ord", "ord"), (Kind.COUNT, None, "–", "–"),
        (Kind.COUNT, Said.HIDDEN, "skjult", "hidden"), (Kind.COUNT, 0, "0", "0"), (Kind.TEXT, "", "–", "–"),
    ],
)  # fmt: skip
def test_a_value_as_people_read_it(kind, value, da, en):
    column = Column("x", kind)
    assert (values.text(column, value, "da"), values.text(column, value, "en")) == (da, en)
