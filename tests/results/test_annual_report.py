"""The annual report: every number read back out of its files is the engine's, in both editions and languages; what a
document promises (styles, fields, headings repeated, text alternatives); and what the command answers."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import zipfile
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from html.parser import HTMLParser

import docx
import openpyxl
import pptx
import pytest
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont
from pptx.enum.chart import XL_MARKER_STYLE
from pptx.oxml.ns import qn as qn_of_slides

from data import reference
from data.selection import Selection
from data.store import Store
from figures import png, svg
from indicators.catalogue import indicator
from indicators.engine import table as engine_table
from reports import __main__ as command
from reports import build, pictures
from reports.annual import basis
from reports.content import Bullets, PrintedTable
from reports.surroundings import reader
from reports.writers import ooxml, pdf
from results import definitions
from results.comments import finish
from results.table import Printed, Said
from results.view import Edition, View
from words.runs import plain
from words.verdicts import SIGNS

MDT = "mdt_before_treatment"
#: The other language of each edition differs in words alone.
EDITIONS = [
    ("working", "da"),
    ("public", "en"),
    pytest.param(("working", "en"), marks=pytest.mark.slow),
    pytest.param(("public", "da"), marks=pytest.mark.slow),
]
HIDDEN = {"da": "skjult", "en": "hidden"}
#: A picture of one dot: the drawings are asked for elsewhere.
DOT = png.png({"data": [], "layout": {"height": 10, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "font": {"size": 12}}},
              "dot", 10, 1)  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(mdt):
    return mdt.current()


@pytest.fixture(autouse=True, scope="module")
def quick():
    """Pictures of one dot: drawing some forty of them takes most of a report's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "drawn", lambda every, mm: {one.id: DOT for one in every})
        yield


@pytest.fixture(scope="module", params=EDITIONS, ids=lambda one: "-".join(one))
def made(request, snapshot):
    edition, lang = request.param
    return build.document(reader(snapshot, Edition(edition), "DCCG", "2025", lang))


@pytest.fixture(scope="module")
def files(made) -> dict[str, bytes]:
    return {name: build.written(made, name) for name in ("docx", "html", "pptx", "xlsx")}


# --- a second writing of numbers, from the engine alone ---


def digits(fraction: float, decimals: int, lang: str) -> str:
    text = str((Decimal(repr(float(fraction))) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN))
    return text.replace(".", ",") if lang == "da" else text


def engine_cells(snapshot, lang: str) -> dict[str, dict[int, tuple[str, ...]]]:
    """unit → year → (numerator, denominator, missing, 'share (limits)') as a report prints them."""
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for year in (2025, 2024, 2023):
        span = Selection((), (), dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
        for by in ((), ("treating_region",), ("department",)):
            for row in engine_table(snapshot, "DCCG", indicator(MDT), span.grouped(*by)).to_dict("records"):
                limits = "–".join(digits(row[name], 0, lang) for name in ("lower", "upper"))
                counts = tuple(str(int(row[name])) for name in ("numerator", "denominator", "missing"))
                share = f"{digits(row['rate'], 0, lang)} ({limits})"
                found.setdefault(str(row[by[0]]) if by else "", {})[year] = (*counts, share)
    return found


def rkkp_of(made) -> PrintedTable:
    return next(one for one in made.tables if one.id == f"rkkp-indikator-{MDT}")


# --- reading files back ---


def docx_tables(content: bytes) -> list[list[list[str]]]:
    """The tables below numbered captions: rows of cells; the definitions have no caption."""
    file = docx.Document(io.BytesIO(content))
    found, captioned = [], False
    for child in file.element.body:
        if child.tag == qn("w:p"):
            style = child.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            text = "".join(node.text or "" for node in child.iter(qn("w:t")))
            captioned = style is not None and style.get(qn("w:val")) == "Caption" and text.startswith("Tab")
        elif child.tag == qn("w:tbl"):
            if captioned:
                rows = [[_words(cell) for cell in row.iter(qn("w:tc"))] for row in child.iter(qn("w:tr"))]
                found.append(rows[1:])
            captioned = False
    return found


def _words(cell) -> str:
    return "".join(node.text or "" for node in cell.iter(qn("w:t")))


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables, self.cell, self.head = [], None, False
        self.outside, self.unlabelled, self.uncaptioned = [], 0, 0

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "table":
            self.tables.append([])
            self.uncaptioned += 1
        elif tag == "caption":
            self.uncaptioned -= 1
        elif tag == "thead":
            self.head = True
        elif tag == "tr" and not self.head:
            self.tables[-1].append([])
        elif tag in ("td", "th") and not self.head:
            self.cell = []
        elif tag == "svg" and not said.get("aria-label"):
            self.unlabelled += 1
        for name in ("src", "href"):
            if said.get(name, "#")[:1] != "#":
                self.outside.append(said[name])

    def handle_endtag(self, tag):
        if tag == "thead":
            self.head = False
        elif tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append("".join(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def read_html(content: bytes) -> _Tables:
    parser = _Tables()
    parser.feed(content.decode())
    return parser


def slide_texts(content: bytes) -> list[list[str]]:
    shown = pptx.Presentation(io.BytesIO(content))
    return [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in shown.slides]


# --- the numbers ---


def test_the_reports_table_is_the_engines(made, files, snapshot):
    lang, public = made.lang, made.reader.edition == "public"
    expected, printed = engine_cells(snapshot, lang), rkkp_of(made)
    place = made.tables.index(printed)
    for rows in (docx_tables(files["docx"])[place], read_html(files["html"]).tables[place]):
        seen = 0
        for line, cells in zip(printed.printed_lines, rows, strict=True):
            numbers = expected[line["code"]]
            top, bottom, missing, _ = numbers[2025]
            texts = {"counts": f"{top}/{bottom}", **{str(year): numbers[year][3] for year in (2025, 2024, 2023)}}
            shown = {"counts": cells[2], "2025": cells[4], "2024": cells[5], "2023": cells[6]}
            for name, text in texts.items():
                if public and shown[name] == HIDDEN[lang]:
                    continue
                assert shown[name] == text, (line["unit"], name)
                seen += 1
            if cells[3] != HIDDEN[lang]:
                assert cells[3].split(" ")[0] == missing
            if not public:
                assert HIDDEN[lang] not in cells
        assert seen > (8 if public else 30)


def test_the_public_edition_hides_few(made, files):
    """Hjørring has four patients in 2025: its counts are nowhere in the public report, and it says why."""
    text = read_html(files["html"]).tables
    row = next(cells for cells in text[made.tables.index(rkkp_of(made))] if "Hjørring" in cells[0])
    public = made.reader.edition == "public"
    assert (row[2] == HIDDEN[made.lang]) == public
    notes = " ".join(plain(note) for note in rkkp_of(made).notes).lower()
    assert (HIDDEN[made.lang] in notes) == public


def test_every_table_reads_alike_in_every_file(made, files):
    """What is printed of a table is one thing: the DOCX, the HTML and the values themselves agree, cell by cell."""
    word, page = docx_tables(files["docx"]), read_html(files["html"]).tables
    assert len(word) == len(page) == len(made.tables) > 8
    for block, one, other in zip(made.tables, word, page, strict=True):
        printed = [[plain(cell) for cell in block.cells(line)] for line in block.printed_lines]
        assert one == printed, block.id
        assert other == printed, block.id


def test_the_workbook_holds_the_values(made, files):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    contents, *sheets = book.worksheets
    assert contents.max_row == 3 + len(made.tables) and len(sheets) == len(made.tables)
    for block, sheet in zip(made.tables, sheets, strict=True):
        columns, rows = block.table.in_file
        for number, row in enumerate(rows, start=4):
            values = [
                part
                for column, value in zip(columns, row, strict=True)
                for part in (value.values if isinstance(value, Printed) else (value,) * max(1, len(column.parts)))
            ]
            there = [cell.value for cell in sheet[number]][: len(values)]
            for value, cell in zip(values, there, strict=True):
                if isinstance(value, float):
                    assert cell == pytest.approx(value, abs=0, rel=1e-15), (block.id, number)
                elif isinstance(value, Said):
                    assert cell == value.in_(made.lang)
                elif isinstance(value, int):
                    assert cell == value, (block.id, number)


def charts(content: bytes) -> dict[str, tuple]:
    """name of the shape → (its words, the chart) of each native chart."""
    shown = pptx.Presentation(io.BytesIO(content))
    found = {}
    for slide in shown.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                words = shape._element.find(qn_of_slides("p:nvGraphicFramePr")).find(qn_of_slides("p:cNvPr"))
                found[words.get("name")] = (words.get("descr"), slide.shapes.title.text_frame.text, shape.chart)
    return found


def literal(chart, side: str) -> dict[int, float]:
    """place → what an error bar adds on a side."""
    bars = chart.plots[0].series[0]._element.find(qn_of_slides("c:errBars"))
    points = bars.find(qn_of_slides(f"c:{side}")).iter(qn_of_slides("c:pt"))
    return {int(one.get("idx")): float(one.find(qn_of_slides("c:v")).text) for one in points}


def test_slides_charts_are_the_engines(made, files, snapshot):
    """The values of the native chart, the ends of its intervals and its line are the engine's, the workbook's too."""
    descr, title, chart = charts(files["pptx"])[f"enheder-indikator-{MDT}"]
    assert len(descr) > 40 and "MDT" in title and any(letter.isdigit() for letter in title)
    expected = {}
    span = Selection((), (), dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    for by in ((), ("treating_region",), ("department",)):
        for row in engine_table(snapshot, "DCCG", indicator(MDT), span.grouped(*by)).to_dict("records"):
            expected[round(row["rate"], 12)] = (row["lower"], row["upper"])
    plot = chart.plots[0]
    shares, line = plot.series
    names, more, less = list(plot.categories), literal(chart, "plus"), literal(chart, "minus")
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    seen = 0
    for place, (name, value) in enumerate(zip(names, shares.values, strict=True)):
        assert book.cell(place + 2, 1).value == name and book.cell(place + 2, 2).value == value
        if value is None:
            assert made.reader.edition == "public" and place not in more
            continue
        low, high = expected[round(value, 12)]
        assert (value - less[place], value + more[place]) == pytest.approx((low, high), abs=1e-9)
        seen += 1
    assert seen >= (2 if made.reader.edition == "public" else 8)
    assert set(line.values) == {0.9} and "90" in line.name
    marks = {name: shares.points[place].marker for place, name in enumerate(names) if shares.values[place] is not None}
    wrong = next(mark for name, mark in marks.items() if "Slagelse" in name)
    assert wrong.style == XL_MARKER_STYLE.SQUARE, "not met is of another shape, not only red"


def test_what_is_discussed_alone_has_a_slide(made, files):
    """MDT has departments clearly below; what nothing speaks for discussing has no slide."""
    with_slide = {part.id for part in made.sections() if part.slide is not None}
    every = {part.id for part in made.sections() if part.id.startswith("indikator-")}
    assert f"indikator-{MDT}" in with_slide and with_slide < every
    titles = [slide.shapes.title.text_frame.text for slide in pptx.Presentation(io.BytesIO(files["pptx"])).slides]
    assert all(part.slide.title in titles for part in made.sections() if part.slide is not None)
    assert all(title.strip() for title in titles)


def test_slides_say_the_engines_numbers(made, files, snapshot):
    """Every percentage on the indicator's slide is a share or a limit of the engine's."""
    top, bottom, _, _ = engine_cells(snapshot, made.lang)[""][2025]
    slide = next(one for one in slide_texts(files["pptx"]) if "MDT" in one[0] and "2025" in one[0]
                 and any(f"{top} " in text and bottom in text for text in one))  # fmt: skip
    known = {"90"}
    for year in (2025, 2024, 2023):
        span = Selection((), (), dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
        for by in ((), ("department",)):
            for row in engine_table(snapshot, "DCCG", indicator(MDT), span.grouped(*by)).to_dict("records"):
                known |= {digits(row[name], 1, made.lang) for name in ("rate", "lower", "upper")}
                known.add(digits(row["missing"] / max(1, row["missing"] + row["denominator"]), 1, made.lang))
    said = re.findall(r"\d+[.,]\d(?=\D)", " ".join(slide[:1] + slide[-1:]))
    assert said and set(said) <= known


def test_changes_of_the_definitions_are_listed(snapshot, tmp_path, monkeypatch):
    """Declared ones by their dates; the program's own since the last final report; columns that a delivery gained."""
    root = shutil.copytree(snapshot.root, tmp_path / "store")
    before = View(Store(root).current(), Edition(), "DCCG", 2024)
    finish(before, 0, "Ane", "")

    def said(lang: str = "da") -> list[str]:
        part = basis.part(reader(Store(root).current(), Edition(), "DCCG", "2025", lang))
        return [plain(item) for block in part.blocks if isinstance(block, Bullets) for item in block.items]

    assert "Alle indikatorer er defineret som i den endelige rapport for 2024." in said()
    goals = [one for one in reference.standards() if one.indicator != MDT]
    day = dt.date(2025, 1, 1)
    own = [one for one in reference.standards() if one.indicator == MDT and one.database == "*"]
    goals += [replace(own[0], valid_to=day - dt.timedelta(days=1), value=0.85), replace(own[0], valid_from=day)]
    monkeypatch.setattr(reference, "standards", lambda: tuple(goals))
    found = said()
    assert any("Standarden er ≥\xa090\xa0% fra 01.01.2025, før ≥\xa085\xa0%." in one for one in found), found
    monkeypatch.undo()
    changed = tuple(replace(one, follow_up=30) if one.id == MDT else one for one in definitions.CATALOGUE)
    monkeypatch.setattr(definitions, "CATALOGUE", changed)
    assert any(
        "opfølgningens længde er defineret anderledes end i den endelige rapport for 2024" in one for one in said()
    )
    assert any("the length of follow-up is defined otherwise" in one for one in said("en"))


# --- the summary ---


def summary_items(part) -> list:
    return [item for block in part.blocks if isinstance(block, Bullets) for item in block.items]


def test_the_summary_leads_to_where_its_sentences_come_from(made):
    """Each sentence names a section of the report, and has a number; no heading has more than three."""
    part, known = made.parts[0], {one.id for one in made.sections()}
    assert part.id == "sammenfatning"
    assert all(len(block.items) <= 3 for block in part.blocks if isinstance(block, Bullets))
    items = summary_items(part)
    assert items
    for item in items:
        first = item[0]
        assert first.href[1:] in known and re.search(r"\d", plain(item)), plain(item)


def test_the_summary_s_numbers_are_the_engines(made, snapshot):
    """Slagelse is the challenge of the invented data: what is said of MDT are the engine's shares and limits."""
    said = [plain(item) for item in summary_items(made.parts[0]) if item[0].href == f"#indikator-{MDT}"]
    said = [text for text in said if "interval" not in text]  # a change is none of the engine's own numbers
    known = set()
    for year in (2025, 2024):
        span = Selection((), (), dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
        for by in ((), ("department",)):
            rows = engine_table(snapshot, "DCCG", indicator(MDT), span.grouped(*by)).to_dict("records")
            known |= {digits(row[name], 1, made.lang) for row in rows for name in ("rate", "lower", "upper")}
    numbers = re.findall(r"\d+[.,]\d(?=\D)", " ".join(said))
    assert said and numbers
    assert set(numbers) <= known


def test_the_summary_alone_is_a_short_document(snapshot):
    one = build.document(reader(snapshot, Edition("working"), "DCCG", "2025", "da"), only="summary")
    assert [part.id for part in one.parts] == ["sammenfatning"] and len(one.pictures) <= 1 and not one.tables
    assert not any(run.href for item in summary_items(one.parts[0]) for run in item if not isinstance(run, str))
    text = " ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(build.written(one, "docx"))).paragraphs)
    assert len(text) < 6500  # two pages


# --- the documents ---


def test_docx_has_what_word_needs(made, files):
    content = files["docx"]
    file = docx.Document(io.BytesIO(content))
    body = file.element.body
    for table in body.iter(qn("w:tbl")):
        assert table.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    described = [one.get("descr") for one in body.iter(qn("wp:docPr"))]
    assert len(described) == len(made.pictures) and all(len(text) > 20 for text in described)
    fields = [node.text.strip() for node in body.iter(qn("w:instrText"))]
    words = {"da": ("Tabel", "Figur"), "en": ("Table", "Figure")}[made.lang]
    assert [sum(f"SEQ {word} " in one for one in fields) for word in words] == [len(made.tables), len(made.pictures)]
    marks = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    assert {one.split()[1] for one in fields if one.startswith("PAGEREF")} <= marks
    assert any(one.startswith("TOC ") for one in fields)
    styles = {one.style.name for one in file.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Finding", "List Bullet"} <= styles
    turned = [one.page_width > one.page_height for one in file.sections]
    assert True in turned and False in turned
    right = [cell for cell in body.iter(qn("w:tc")) if _words(cell) == engine_like(made)]
    assert right and all(cell.find(f".//{qn('w:jc')}").get(qn("w:val")) == "right" for cell in right)


def engine_like(made) -> str:
    """A number that the report's table prints."""
    block = rkkp_of(made)
    return plain(block.cells(block.printed_lines[0])[4])


def test_each_mark_of_a_verdict_is_of_the_font_that_draws_all_alike():
    """Of the page's own font two are a third as large as the others."""
    made = ooxml.runs_xml(f"{''.join(SIGNS.values())} 93,1")
    runs = re.findall(r"<w:r>.*?</w:r>", made)
    signs = [one for one in runs if "DejaVu Sans" in one]
    assert [re.search(r">([^<]*)</w:t>", one)[1] for one in signs] == list(SIGNS.values())
    assert len(runs) == len(signs) + 1, "the number keeps the page's own"


def test_a_template_keeps_its_own_look(snapshot, tmp_path):
    own = docx.Document()
    own.styles["Heading 1"].font.name = "Georgia"
    own.add_paragraph("Denne tekst er skabelonens egen og skal væk.")
    own.sections[0].header.paragraphs[0].text = "Registrets hoved"
    own.save(tmp_path / "own.docx")
    made = build.document(reader(snapshot, Edition("working"), "DCCG", "2025", "da"))
    file = docx.Document(io.BytesIO(build.written(made, "docx", tmp_path / "own.docx")))
    assert file.styles["Heading 1"].font.name == "Georgia"
    assert file.sections[0].header.paragraphs[0].text == "Registrets hoved"
    assert not any("skabelonens egen" in one.text for one in file.paragraphs)
    assert any(one.style.name == "Heading 1" for one in file.paragraphs)


def test_html_needs_nothing_beside_it(made, files):
    found = read_html(files["html"])
    assert not found.outside and not found.unlabelled and not found.uncaptioned


def test_figures_are_drawn_with_letters_that_the_font_has(made):
    known = set(TTFont(png.FONTS / "Inter-Regular.ttf").getBestCmap())
    for one in made.pictures:
        drawn = re.sub(r"<[^>]*>", "", str(svg.in_file(one.figure, one.id, one.width)))
        missing = {letter for letter in drawn if letter not in "\n" and ord(letter) not in known}
        assert not missing, one.id


def test_figures_are_drawn_in_several_processes():
    """More than a few are shared among processes; each file is that of its own figure."""
    height = {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "font": {"size": 12}}
    figures = {f"f{n}": ({"data": [], "layout": {"height": 10 * n, **height}}, 20.0, 5) for n in range(1, 7)}
    drawn = png.pngs(figures, 100)
    assert list(drawn) == list(figures)
    heights = [int.from_bytes(one[20:24], "big") for one in drawn.values()]
    assert heights == sorted(heights) and len(set(heights)) == 6


@pytest.mark.slow
def test_pdf_is_made_where_libreoffice_is(snapshot, tmp_path):
    """Its pages, tags and table of contents; KRAEFT_OFFICE=required, as CI has it, takes no answer but a PDF."""
    made = build.document(reader(snapshot, Edition("working"), "DCCG", "2025", "da"))
    if pdf.office() is None:
        assert os.environ.get("KRAEFT_OFFICE") != "required", "LibreOffice is required here; install libreoffice-writer"
        with pytest.raises(pdf.NoPdf, match="install it"):
            pdf.write(made)
        return
    content = pdf.write(made)
    assert content[:5] == b"%PDF-" and b"/StructTreeRoot" in content and b"/Outlines" in content
    pages = [int(one) for one in re.findall(rb"/Type\s*/Pages[^>]*?/Count\s+(\d+)", content)]
    assert pages and max(pages) > 20


# --- the command ---


def run(mdt, *words: str, **options: str) -> int:
    said = {"store": str(mdt.root), "database": "DCCG", "period": "2025", "edition": "working", "format": "html"}
    said |= options
    return command.main(["build", *(f"--{name}={value}" for name, value in said.items()), *words])


def test_the_command_writes_the_file(mdt, tmp_path, capsys):
    out = tmp_path / "report.html"
    assert run(mdt, out=str(out)) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert "Årsrapport 2025" in out.read_text(encoding="utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"database": "DLCR"}, "it holds DCCG"),
        ({"period": "1999"}, "it has 2023–2025"),
        ({"period": "i fjor"}, "DCCG has 2023–2025"),
        ({"out": "no/such/folder/x.docx"}, "folder that exists"),
    ],
)
def test_unknown_words_are_told_what_exists(mdt, tmp_path, capsys, options, said):
    assert run(mdt, **{"out": str(tmp_path / "x.html"), **options}) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_names_those_that_exist(mdt, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        run(mdt, out=str(tmp_path / "x"), format="odt")
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert all(name in said for name in build.FORMATS)


def test_a_template_of_another_format_is_refused(mdt, tmp_path, capsys):
    assert run(mdt, f"--template={tmp_path / 'x.docx'}", out=str(tmp_path / "x.html")) == 2
    assert "docx and pdf do" in capsys.readouterr().err


def test_without_libreoffice_a_pdf_is_refused_at_once(mdt, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(pdf, "office", lambda: None)
    monkeypatch.setattr(command, "office", lambda: None)
    assert run(mdt, out=str(tmp_path / "x.pdf"), format="pdf") == 1
    assert "LibreOffice" in capsys.readouterr().err


def test_a_document_is_one_file_that_opens(made, files):
    for content in (files["docx"], files["pptx"], files["xlsx"]):
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_two_indicators_of_one_title_are_told_apart(made):
    """Death within 30 and within 90 days of surgery: the conclusions name the days."""
    part = next(one for one in made.parts if one.id == "konklusioner")
    items = [plain(item) for block in part.blocks if isinstance(block, Bullets) for item in block.items]
    heads = [item.partition(": ")[0] for item in items]
    assert len(set(heads)) == len(heads)
