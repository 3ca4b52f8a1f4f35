"""Every table that pages draw of a Table, in both editions: each cell shows its values, page and file are of one table,
a sorted page is in order, and nothing that is hidden decides the order.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape

import openpyxl
import pytest
from dash.development.base_component import Component

from layouts.frame import public
from layouts.parts import tables
from results.table import Kind, Named, Printed, Role, Said, Table, ordered
from tests.support.clients import _client
from words import format as fmt

MDT = "mdt_before_treatment"
#: Fixture of a store → pages whose tables are asked. Their files are asked too.
PAGES = {
    "synthetic_store": (
        "/", "/afdeling", "/afdeling/HER-KIR", "/datakvalitet", "/datakvalitet?sted=bopael", "/om", "/overlevelse",
        "/overlevelse?efter=afdeling", "/overlevelse?vis=justeret&efter=region", "/forbedringer?vis=alle",
        "/tvaergaaende?vis=aar", "/leverancer",
        "/overlevelse?vis=netto", "/overlevelse?vis=netto&efter=afdeling", "/overlevelse?vis=udvikling",
        f"/indikator/{MDT}", "/indikator/trial_offered", "/indikator/survival_1y",
    ),
    "mdt": ("/variation", f"/indikator/{MDT}?vis=tragt", f"/indikator/{MDT}?egen=HER-KIR"),
    "waits_store": ("/ventetider", "/ventetider?ben=udredning", "/ventetider?sted=bopael", "/ventetider?inden=7"),
    "declining": ("/varsler", f"/varsler?kurve=SLA-KIR.{MDT}"),
}  # fmt: skip
#: Columns that a page shows in another unit than the file: months, not days.
OTHER_UNIT = {"lived", "gap", "gap_lower", "gap_upper", "alike_lived", "alike_lived_lower", "alike_lived_upper"}
_NUMBER = re.compile(r"[−-]?\d[\d.]*(?:,\d+)?")


class Drawn:
    """A table as a page drew it."""

    def __init__(self, shown: Table, columns, lines, part: Component) -> None:
        self.shown, self.columns, self.lines, self.part = shown, columns, list(lines), part

    def rows(self) -> list[list[str]]:
        """The texts of the cells, a list for each row of the table's body, headings of groups left out."""
        bodies = [one for one in _walk(self.part) if type(one).__name__ == "Tbody"]
        rows = [one for body in bodies for one in body.children if "group" not in (one.className or "").split()]
        return [[_text(cell) for cell in row.children] for row in rows]


def _walk(tree):
    if isinstance(tree, list | tuple):
        for one in tree:
            yield from _walk(one)
    elif isinstance(tree, Component):
        yield tree
        yield from _walk(getattr(tree, "children", None))


def _text(tree) -> str:
    if isinstance(tree, list | tuple):
        return " ".join(_text(one) for one in tree)
    if isinstance(tree, Component):
        return _text(getattr(tree, "children", None))
    return "" if tree is None else str(tree)


@pytest.fixture(scope="module")
def asked(request):
    """(store, edition) → the client, and what its pages drew: a list that grows with each page."""
    with pytest.MonkeyPatch.context() as patch:
        kept: list[Drawn] = []
        true = tables.drawn

        def drawn(context, shown, columns, **more):
            part = true(context, shown, columns, **more)
            lines = tables.in_order(context, shown, columns, more.get("lines"))
            kept.append(Drawn(shown, columns, lines, part))
            return part

        patch.setattr(tables, "drawn", drawn)
        found = {}

        def ask(store: str, edition: str, path: str) -> tuple[list[Drawn], str]:
            key = (store, edition)
            if key not in found:  # an app of its own, which has kept no page
                found[key] = _client.__wrapped__(request.getfixturevalue(store).root, edition)
            if (*key, path) not in found:
                kept.clear()
                answer = found[key].get(path)
                assert answer.status_code == 200, (edition, path, answer.status_code)
                found[(*key, path)] = (list(kept), answer.text)
            return found[(*key, path)]

        files: dict[tuple[str, str, str], object] = {}

        def file(store: str, edition: str, link: str):
            """The answer to a link: several pages offer the same file, which is made once."""
            if (store, edition, link) not in files:
                files[store, edition, link] = found[store, edition].get(link)
            return files[store, edition, link]

        ask.clients, ask.file = found, file
        yield ask


CASES = [(store, "working", path) for store, paths in PAGES.items() for path in paths]
#: Of the public edition the pages that are made as the working one's are.
CASES += [
    (store, "public", path)
    for store, paths in PAGES.items()
    for path in paths
    if public.has(path.split("?")[0])
    and "vis=tragt" not in path
    and not path.startswith(("/overlevelse", "/ventetider"))
]


def _scaled(column, value: float) -> float:
    return value * 100 if column.kind in (Kind.SHARE, Kind.POINTS) else value


def _printed(cell: str) -> list[tuple[float, int]]:
    """The numbers of a cell with their decimals, as a Dane reads them."""
    found = []
    for text in _NUMBER.findall(cell.replace(fmt.MINUS, "-")):
        digits = text.rstrip(".").replace(".", "")
        found.append((float(digits.replace(",", ".")), len(digits.partition(",")[2])))
    return found


def _shows(cell: str, column, value) -> bool:
    if isinstance(value, dt.date):
        return str(value.year) in cell  # as a day, a month or a quarter
    if isinstance(value, Printed):
        return value.text in cell
    wanted = abs(_scaled(column, value))
    return any(abs(abs(one) - wanted) <= 0.5 * 10**-decimals + 1e-9 for one, decimals in _printed(cell))


@pytest.mark.parametrize(("store", "edition", "path"), CASES)
def test_each_cell_shows_the_values_of_its_columns(asked, store, edition, path):
    drawn, _ = asked(store, edition, path)
    assert drawn, "the page has no table that is described once"
    for one in drawn:
        rows = one.rows()
        assert len(rows) == len(one.lines)
        for line, cells in zip(one.lines, rows, strict=True):
            for heading, cell in zip(one.columns, cells, strict=True):
                keys = [key for key in heading.of.split() if key not in OTHER_UNIT]
                values = {key: line[key] for key in keys}
                if values and all(value is Said.HIDDEN for value in values.values()):
                    assert not re.search(r"\d", cell), (path, one.shown.title, cell, values)
                for key, value in values.items():
                    if isinstance(value, str | bool | Said | Named | None) or heading.key:
                        continue
                    if _silent(one, heading, line, key):
                        continue
                    assert _shows(cell, one.shown.column(key), value), (path, one.shown.title, key, value, cell)


def _silent(one: Drawn, heading, line, key: str) -> bool:
    """Where a cell says something else: a finding of no rows, an instant that is its week, nothing over the limit."""
    if one.shown.id == "fund-liste" and key == "rows" and line[key] == 0:
        return True
    if key in ("registered", "cases") and len(heading.of.split()) == 2:  # what is lacking is their difference
        return True
    if key == "until" or (key == "longest" and line[key] == 0):
        return True
    # A ratio whose unit is hidden, or whose rate is not there, has a dash in the whole row.
    return key in ("denominator", "numerator") and line.number("rate") is None if "rate" in line.places else False


@pytest.mark.parametrize(("store", "edition", "path"), CASES)
def test_page_and_files_are_of_one_table(asked, store, edition, path):
    """Each file that the page links to, whose table is on the page, has the page's rows with the page's values."""
    drawn, text = asked(store, edition, path)
    links = {unescape(link) for link in re.findall(r'href="(/hent/[^"]+\.csv[^"]*)"', text)}
    met = 0
    for link in sorted(links):
        answer = asked.file(store, edition, link)
        if answer.status_code != 200:
            assert answer.status_code == 404, link
            continue
        lines = answer.data.decode("utf-8-sig").splitlines()
        stamp = sum(line.startswith("#") for line in lines)
        shown = [one for one in drawn if one.shown.title == lines[0].removeprefix("# ")]
        if not shown:
            continue  # a file of its own, beside the page's tables
        head, *rows = csv.reader(io.StringIO("\n".join(lines[stamp:])), delimiter=";")
        workbook = asked.file(store, edition, link.replace(".csv", ".xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(workbook.data)).active
        sheet = list(book.iter_rows(min_row=4, max_row=3 + len(rows), values_only=True))
        for one in shown:
            met += 1
            columns, values = one.shown.in_file
            assert [column.name for column in columns] == [name.removeprefix("'") for name in head]
            both = iter(zip(rows, sheet, strict=True))
            for row in values:  # a page may show some of the file's rows, in the same order
                assert any(_same(columns, row, *written) for written in both), (link, row)
    if path in ("/", "/datakvalitet", "/ventetider", "/varsler", f"/indikator/{MDT}", "/variation"):
        assert met, "no file of the page is made of a table that it shows"


def _same(columns, row, written, cells) -> bool:
    """Whether a row of the CSV and one of the workbook hold the values of a table's row."""
    flat = list(cells)
    for column, shown, value in zip(columns, written, row, strict=True):
        part, flat = flat[0], flat[max(1, len(column.parts)) :]
        if isinstance(value, bool):
            right = shown == ("ja" if value else "nej") and part is value
        elif isinstance(value, int | float) and column.kind is not Kind.PERIOD:
            right = _is(shown.replace(",", "."), value) and _is(part, value)
        elif isinstance(value, Said):
            right = shown == value.in_("da") == part
        elif value is None:
            right = shown == "" and part is None
        elif isinstance(value, Printed):
            right = shown == value.text
        elif isinstance(value, Named | str):
            text = value.text if isinstance(value, Named) else value
            right = column.kind is Kind.PERIOD or shown.removeprefix("'") == text == (part or "")
        else:
            right = True
        if not right:
            return False
    return True


def _is(text: object, value: float) -> bool:
    try:
        return float(text) == pytest.approx(value, abs=1e-12)
    except (TypeError, ValueError):
        return False


@pytest.mark.parametrize(("store", "edition", "path"), CASES)
def test_a_table_is_sorted_by_each_of_its_columns(asked, store, edition, path):
    """By its values alone, which have passed disclosure: hidden ones stand last whichever way."""
    drawn, text = asked(store, edition, path)
    sortable = [one for one in drawn if one.shown.id and len(one.lines) >= tables.LEAST_TO_SORT]
    for one in sortable[:3]:
        headings = [heading for heading in one.columns if heading.sorts]
        heading = headings[-1]
        for minus in ("", "-"):
            order = f"sort={one.shown.id}.{minus}{heading.sorts}"
            assert order.replace("-", "") in text.replace("-", "") or order in unescape(text)
            again, page = asked(store, edition, f"{path}{'&' if '?' in path else '?'}{order}")
            same = next(each for each in again if each.shown.id == one.shown.id)
            value = heading.value or (lambda line, key=heading.sorts: line[key])
            expected = ordered(one.lines, [value(line) for line in one.lines], bool(minus))
            assert [line.row.values for line in same.lines] == [line.row.values for line in expected]
            assert f'aria-sort="{"descending" if minus else "ascending"}"' in page
            loose = [line for line in same.lines if line.row.role not in (Role.TOTAL, Role.REST) and not line.row.group]
            if not any(line.row.role is Role.REGION for line in loose):
                hidden = [value(line) is Said.HIDDEN for line in loose]
                assert hidden == sorted(hidden), "a hidden value stands before a shown one"
    if sortable:
        assert "der ingen tabel på siden at sortere" not in text


def test_an_order_of_no_table_is_said(asked):
    _, page = asked("synthetic_store", "working", "/?sort=indikatorer.weight,x.-y")
    assert "at sortere efter indikatorer.weight" in page and "at sortere efter x.-y" in page


def test_the_order_stays_with_other_choices_and_goes_with_the_page(asked):
    _, page = asked("synthetic_store", "working", "/?sort=indikatorer.-rate")
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
    assert any(link.startswith("/?") and "koen=F" in link and "sort=indikatorer.-rate" in link for link in links)
    assert not [link for link in links if link.startswith(("/hent/", "/afdeling", "/variation")) and "sort=" in link]
    # A second click turns the order, a third gives the table its own back.
    assert any("sort=indikatorer.rate" in link for link in links)
    _, turned = asked("synthetic_store", "working", "/?sort=indikatorer.rate")
    heading = re.search(r'<th aria-sort="ascending".*?<a class="sort" href="([^"]*)"', turned, re.S)
    assert heading and "sort=" not in heading[1]
