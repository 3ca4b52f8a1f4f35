"""A report as DOCX: real styles, fields and tables, so that the registry goes on writing in it.

The styles are Word's own (Title, Heading 1–3, Caption, List Bullet) and the report's (Finding, Lead, Note, Comment …);
a template that has one of them keeps its own look. Captions are numbered by SEQ fields and the table of contents is a
field: a program that knows pages fills it in.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from data.output import UsageError
from reports import pictures
from reports.content import Block, Bullets, Document, FactList, Illustration, Paragraph, Part, PrintedTable, Remark
from reports.writers import ooxml
from results.table import Role
from words.runs import TextPart, plain

#: mm of the page, its edge and what is left for text.
_PAGE, _EDGE = (210, 297), (20, 19)
TEXT = _PAGE[0] - 2 * _EDGE[0]
TEXT_WIDE = _PAGE[1] - 2 * _EDGE[0]
FONT = "Arial"
_STYLES = {  # name: (based on, points, bold, colour, before, after, keep with next)
    "Finding": ("Normal", 12.5, True, ooxml.INK, 0, 8, False),
    "Lead": ("Normal", 10, False, ooxml.INK, 0, 6, False),
    "Note": ("Normal", 8, False, ooxml.INK_3, 2, 8, False),
    "Kicker": ("Normal", 9, False, ooxml.INK_3, 0, 0, True),
    "Small Heading": ("Normal", 11, True, ooxml.INK, 8, 3, True),
    "Comment Heading": ("Normal", 10, True, ooxml.INK, 6, 1, True),
    "Comment": ("Normal", 10, False, ooxml.INK, 0, 2, False),
    "Comment By": ("Normal", 8, False, ooxml.INK_3, 0, 8, False),
    "Table Text": ("Normal", 8, False, ooxml.INK, 0, 0, False),
    "Table Head": ("Table Text", 8, True, ooxml.INK, 0, 0, True),
    "Table Text Wide": ("Table Text", 7.5, False, ooxml.INK, 0, 0, False),
    "Table Head Wide": ("Table Head", 7, True, ooxml.INK, 0, 0, True),
}
_HEADINGS = {"Title": (26, 4), "Heading 1": (18, 8), "Heading 2": (15, 4), "Heading 3": (12, 3)}


def write(document: Document, template: Path | None = None, mark_fields: bool = True) -> bytes:
    """The report's bytes. ``template``: a DOCX whose styles, header and page are used. Raises UsageError where that
    cannot be read. ``mark_fields``: Word is told to reckon the fields anew when it opens the file.
    """
    return _Writer(document, template, mark_fields).made()


def _opened(template: Path | None):
    if template is None:
        return docx.Document()
    try:
        found = docx.Document(str(template))
    except (PackageNotFoundError, OSError, ValueError, KeyError) as error:
        raise UsageError(f"--template: {template} cannot be read as DOCX ({error})") from error
    body = found.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    return found


class _Writer:
    def __init__(self, document: Document, template: Path | None, mark_fields: bool) -> None:
        self.report, self.lang = document, document.lang
        self.t = document.reader.t
        self.file = _opened(template)
        self.own = template is None
        self.wide = False
        self.bookmarks = 0
        self.counts = {"table": 0, "figure": 0}
        self.drawn = pictures.drawn(document.pictures, TEXT)
        self.small = len(document.parts) == 1  # a summary has no front page and no contents
        self._styles()
        if mark_fields:
            self.file.settings.element.append(parse_xml(f'<w:updateFields {ooxml.W} w:val="true"/>'))

    def made(self) -> bytes:
        self._properties()
        self._page(self.file.sections[0], wide=False)
        self._front()
        for part in self.report.parts:
            if self.small:
                for block in part.blocks:
                    self._block(block)
            else:
                self._part(part)
        if self.small:
            stamp = "; ".join(f"{label}: {value}" for label, value in self.report.stamp)
            self.file.add_paragraph(stamp, style="Note")
        stream = io.BytesIO()
        self.file.save(stream)
        return stream.getvalue()

    # --- styles, page, front ---

    def _styles(self) -> None:
        styles = self.file.styles
        known = {one.name for one in styles}
        normal = styles["Normal"]
        if self.own:
            normal.font.name, normal.font.size = FONT, Pt(10)
            normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
            normal.font.color.rgb = RGBColor.from_string(ooxml.INK)
            normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(5), 1.12
            self._language(normal)
            for name, (size, after) in _HEADINGS.items():
                self._heading(styles[name], size, after)
            caption = styles["Caption"]
            caption.font.size, caption.font.bold = Pt(9), False
            caption.font.color.rgb = RGBColor.from_string(ooxml.INK)
            caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
        for name, (base, size, bold, colour, before, after, keep) in _STYLES.items():
            if name in known:
                continue
            made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            made.base_style, made.quick_style = styles[base], True
            made.font.size, made.font.bold = Pt(size), bold
            made.font.color.rgb = RGBColor.from_string(colour)
            space = made.paragraph_format
            space.space_before, space.space_after, space.keep_with_next = Pt(before), Pt(after), keep
            if name.startswith("Table"):
                space.line_spacing = 1.0
            if name.startswith("Comment"):
                space.left_indent = Mm(4)
                made.element.get_or_add_pPr().append(
                    parse_xml(f'<w:pBdr {ooxml.W}><w:left w:val="single" w:sz="18" w:space="8" '
                              f'w:color="77828F"/></w:pBdr>')
                )  # fmt: skip
                _in_schema_order(made.element.get_or_add_pPr())
        table = ooxml.add_table_style(self.file)
        self.table_style, self.wide_style = (
            {"table": table, "cell": styles[f"Table Text{more}"].style_id, "head": styles[f"Table Head{more}"].style_id}
            for more in ("", " Wide")
        )

    def _language(self, style) -> None:
        code = "da-DK" if self.lang == "da" else "en-GB"
        style.element.get_or_add_rPr().append(parse_xml(f'<w:lang {ooxml.W} w:val="{code}" w:eastAsia="{code}"/>'))

    def _heading(self, style, size: int, after: int) -> None:
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{key}"), None)
        style.font.color.rgb = RGBColor.from_string(ooxml.INK)
        space = style.paragraph_format
        space.space_before, space.space_after, space.keep_with_next = Pt(0 if size > 12 else 10), Pt(after), True
        border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
        if border is not None:
            style.element.pPr.remove(border)

    def _page(self, section, wide: bool) -> None:
        """Size, edges, header and footer of a section; a template's own header and page stay."""
        self.wide = wide
        if self.own:
            width, height = reversed(_PAGE) if wide else _PAGE
            section.page_width, section.page_height = Mm(width), Mm(height)
            section.left_margin = section.right_margin = Mm(_EDGE[0])
            section.top_margin, section.bottom_margin = (Mm(17), Mm(16)) if wide else (Mm(24), Mm(22))
            section.header_distance = section.footer_distance = Mm(11)
        elif (section.page_width > section.page_height) != wide:
            section.page_width, section.page_height = section.page_height, section.page_width
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        if self.own or not wide:
            self._head_and_foot(section)

    def _head_and_foot(self, section) -> None:
        reader, t = self.report.reader, self.t
        if not self.own and any(one.text.strip() for one in section.header.paragraphs):
            return
        header, footer = section.header, section.footer
        header.is_linked_to_previous = footer.is_linked_to_previous = False
        synthetic = t("Syntetiske data", "Synthetic data") if reader.synthetic else ""
        self._edge_line(
            header.paragraphs[0], f"{reader.database} · {self.report.title}", synthetic, self.report.version
        )
        first = footer.paragraphs[0]
        self._edge_line(first, f"{reader.data_text()} · {t('udtræk', 'snapshot')} {reader.snapshot_id}", "", "")
        page = ooxml.runs_xml(f"{t('Side', 'Page')} ") + ooxml.field("PAGE", "1")
        ooxml.put(first, page + ooxml.runs_xml(f" {t('af', 'of')} ") + ooxml.field("NUMPAGES", "1"))
        if len(footer.paragraphs) == 1:
            footer.add_paragraph()
        self._edge_line(footer.paragraphs[1], edition_word(reader), "", "")

    def _edge_line(self, line, left: str, middle: str, right: str) -> None:
        """A line of the header or footer: what stands at its left, in its middle and at its right."""
        line.style = self.file.styles["Note"]
        line.paragraph_format.space_after = line.paragraph_format.space_before = Pt(0)
        for child in list(line._p):
            if child.tag != qn("w:pPr"):
                line._p.remove(child)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(self.width / 2), WD_TAB_ALIGNMENT.CENTER)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run(f"{left}\t{middle}\t{right}")

    @property
    def width(self) -> float:
        """mm for text on the present page."""
        section = self.file.sections[-1]
        return (section.page_width - section.left_margin - section.right_margin) / Mm(1)

    def _properties(self) -> None:
        about = self.file.core_properties
        about.title, about.subject = f"{self.report.subtitle}: {self.report.title}", self.report.version
        about.language = "da-DK" if self.lang == "da" else "en-GB"
        # The property holds 255 characters; the whole stamp stands on the first page.
        about.author, about.comments = "", f"{self.report.reader.data_text()}; {self.report.reader.snapshot_id}"

    def _front(self) -> None:
        self.file.add_paragraph(self.report.title, style="Title")
        self.file.add_paragraph(self.report.subtitle, style="Finding")
        if self.small:
            return
        for label, value in self.report.stamp:
            line = self.file.add_paragraph(style="Note")
            ooxml.put(line, ooxml.runs_xml([TextPart(f"{label}: ", strong=True), value]))
            line.paragraph_format.space_after = Pt(0)
        heading = self.file.add_paragraph(self.t("Indhold", "Contents"), style="Small Heading")
        heading.paragraph_format.space_before = Pt(18)
        self._contents()

    def _contents(self) -> None:
        """The table of contents as a field, filled with the headings; their pages come when it is reckoned."""
        entries = [part for part in self.report.sections() if part.level <= 2]
        known = {one.name for one in self.file.styles}
        for number, part in enumerate(entries):
            style = f"toc {part.level}" if f"toc {part.level}" in known else "Normal"
            line = self.file.add_paragraph(style=style)
            line.paragraph_format.space_after = Pt(1)
            line.paragraph_format.left_indent = Mm(6 * (part.level - 1))
            line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT), WD_TAB_ALIGNMENT.RIGHT)
            if number == 0:
                ooxml.put(line, '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
                          ' TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r><w:r>'
                          '<w:fldChar w:fldCharType="separate"/></w:r>')  # fmt: skip
            linked = ooxml.runs_xml(part.title) + "<w:r><w:tab/></w:r>" + ooxml.field(
                f"PAGEREF {ooxml.anchor(part.id)} \\h", " "
            )  # fmt: skip
            ooxml.put(line, f'<w:hyperlink w:anchor="{ooxml.anchor(part.id)}" w:history="1">{linked}</w:hyperlink>')
            if number == len(entries) - 1:
                ooxml.put(line, '<w:r><w:fldChar w:fldCharType="end"/></w:r>')

    # --- parts ---

    def _part(self, part: Part) -> None:
        starts_wide = bool(part.blocks) and isinstance(part.blocks[0], PrintedTable) and part.blocks[0].wide
        turned = self.wide != starts_wide
        if turned:
            self._turn(starts_wide)
        if part.kicker:
            kicker = self.file.add_paragraph(part.kicker, style="Kicker")
            kicker.paragraph_format.page_break_before = part.new_page and not turned
        heading = self.file.add_paragraph(part.title, style=f"Heading {part.level}")
        heading.paragraph_format.page_break_before = part.new_page and not part.kicker and not turned
        self.bookmarks += 1
        ooxml.bookmark(heading, ooxml.anchor(part.id), self.bookmarks)
        for block in part.blocks:
            self._block(block)
        follows = part.parts[0] if part.parts else None
        for child in part.parts:
            # The first section below a chapter's bare heading stands on its page.
            alone = child is follows and not part.blocks
            self._part(_without_break(child) if alone else child)

    def _turn(self, wide: bool) -> None:
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        self._page(section, wide)

    def _block(self, block: Block) -> None:
        if isinstance(block, PrintedTable):
            if block.wide != self.wide:
                self._turn(block.wide)
            self._table(block)
            return
        if self.wide and isinstance(block, Illustration | Paragraph | FactList | Bullets | Remark):
            is_note = isinstance(block, Paragraph) and block.style == "note"
            if not is_note:
                self._turn(False)
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Bullets):
            for item in block.items:
                line = self.file.add_paragraph(style="List Bullet")
                line.paragraph_format.space_after = Pt(2)
                ooxml.put(line, ooxml.runs_xml(item))
        elif isinstance(block, FactList):
            self._facts(block)
        elif isinstance(block, Illustration):
            self._picture(block)
        else:
            self._remark(block)

    def _paragraph(self, block: Paragraph) -> None:
        style = {"finding": "Finding", "lead": "Lead", "note": "Note", "heading": "Small Heading"}
        line = self.file.add_paragraph(style=style.get(block.style, "Normal"))
        ooxml.put(line, ooxml.runs_xml(block.runs))

    def _facts(self, block: FactList) -> None:
        widths = (28.0, self.width - 28.0)
        rows = [([TextPart(label, strong=True)], text) for label, text in block.rows]
        title = self.t("Sådan er indikatoren defineret", "How the indicator is defined")
        head = ((self.t("Definition", "Definition"), ""), ("", ""))
        self._add(ooxml.table_xml(head, rows, (True, True), widths, (True, True), (False,) * len(rows), title, title,
                                  self.table_style))  # fmt: skip

    def _table(self, block: PrintedTable) -> None:
        self.counts["table"] += 1
        self._caption(self.t("Tabel", "Table"), "Tabel" if self.lang == "da" else "Table", self.counts["table"],
                      block.caption, above=True)  # fmt: skip
        share = self.width / sum(one.width for one in block.shown)
        lines = block.printed_lines
        xml = ooxml.table_xml(
            [(one.head, one.sub) for one in block.shown],
            [block.cells(line) for line in lines],
            [one.left for one in block.shown],
            [one.width * share for one in block.shown],
            [one.current for one in block.shown],
            [line.row.role is Role.TOTAL for line in lines],
            block.caption,
            plain(block.notes[-1]) if block.notes else block.caption,
            self.wide_style if block.wide else self.table_style,
        )
        self._add(xml)
        for note in block.notes:
            line = self.file.add_paragraph(style="Note")
            line.paragraph_format.space_after = Pt(1)
            ooxml.put(line, ooxml.runs_xml(note))
        if not block.notes:
            self.file.add_paragraph(style="Note")

    def _add(self, xml: str) -> None:
        body = self.file.element.body
        body.insert(len(body) - 1, parse_xml(xml))
        # Word needs a paragraph between a table and what follows; notes and captions are one, tables are not.

    def _caption(self, word: str, name: str, number: int, text: str, above: bool) -> None:
        line = self.file.add_paragraph(style="Caption")
        line.paragraph_format.keep_with_next = above
        bold = "<w:b/>"
        ooxml.put(line, ooxml.runs_xml([TextPart(f"{word} ", strong=True)]) + ooxml.field(f"SEQ {name} \\* ARABIC",
                  str(number), bold) + ooxml.runs_xml(f"  {text}"))  # fmt: skip

    def _picture(self, block: Illustration) -> None:
        self.counts["figure"] += 1
        line = self.file.add_paragraph()
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(8), Pt(0)
        shape = line.add_run().add_picture(io.BytesIO(self.drawn[block.id]), width=Mm(TEXT * block.part))
        about = shape._inline.docPr
        about.set("descr", block.alt)
        about.set("name", block.id)
        self._caption(self.t("Figur", "Figure"), "Figur" if self.lang == "da" else "Figure", self.counts["figure"],
                      block.caption, above=bool(block.note))  # fmt: skip
        if block.note:
            note = self.file.add_paragraph(style="Note")
            ooxml.put(note, ooxml.runs_xml(block.note))

    def _remark(self, block: Remark) -> None:
        self.file.add_paragraph(block.heading, style="Comment Heading")
        for text in block.paragraphs:
            self.file.add_paragraph(text, style="Comment")
        by = self.file.add_paragraph(style="Comment By")
        runs = [block.by, *([" · ", TextPart(block.warning, strong=True, tone="warning")] if block.warning else [])]
        ooxml.put(by, ooxml.runs_xml(runs))


def edition_word(reader) -> str:
    """'Arbejdsudgave, alle tællinger' for a foot."""
    if reader.edition == "working":
        return reader.t("Arbejdsudgave, alle tællinger", "Working edition, all counts")
    return reader.t(f"Offentlig udgave: færre end {reader.threshold} er skjult",
                    f"Public edition: fewer than {reader.threshold} are hidden")  # fmt: skip


def _without_break(part: Part) -> Part:
    return replace(part, new_page=False)


def _in_schema_order(properties) -> None:
    """Put a paragraph's border where the schema has it: before spacing and indent."""
    border = properties.find(qn("w:pBdr"))
    after: Iterable[str] = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    for name in after:
        found = properties.find(qn(name))
        if found is not None:
            found.addprevious(border)
            return
