"""A report as slides: the year in short, then a slide for each indicator to be discussed, its finding as the title."""

from __future__ import annotations

import io
import struct

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from reports import pictures
from reports.content import Bullets, Document, Paragraph, Slide
from reports.writers.docx import edition_word
from words.runs import plain

_WIDE, _HIGH, _EDGE = 338.67, 190.5, 14  # mm: 16:9
_PICTURE = (215, 128)  # mm at most
_INK, _INK_3 = RGBColor(0x16, 0x20, 0x2B), RGBColor(0x5C, 0x67, 0x73)
FONT = "Arial"


def write(document: Document) -> bytes:
    """The slides' bytes."""
    return _Writer(document).made()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.report, self.t = document, document.reader.t
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Mm(_WIDE), Mm(_HIGH)
        slides = [part.slide for part in document.sections() if part.slide is not None]
        self.drawn = pictures.drawn((one.picture for one in slides if one.picture is not None), _PICTURE[0])

    def made(self) -> bytes:
        report = self.report
        about = self.file.core_properties
        about.title, about.subject = f"{report.subtitle}: {report.title}", report.version
        about.language = "da-DK" if report.lang == "da" else "en-GB"
        about.author = ""
        self._first()
        self._conclusions()
        for part in report.sections():
            if part.slide is not None:
                self._slide(part.slide, part.kicker)
        stream = io.BytesIO()
        self.file.save(stream)
        return stream.getvalue()

    def _new(self, title: str, size: float, top: float, height: float):
        """A slide of the layout with a title alone, which is the slide's name for screen readers."""
        page = self.file.slides.add_slide(self.file.slide_layouts[5])
        shape = page.shapes.title
        shape.left, shape.top, shape.width, shape.height = Mm(_EDGE), Mm(top), Mm(_WIDE - 2 * _EDGE), Mm(height)
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        frame.text = title
        self._look(frame.paragraphs[0], size, True, _INK)
        self._foot(page)
        return page

    def _look(self, paragraph, size: float, bold: bool, colour: RGBColor) -> None:
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
            run.font.color.rgb = colour
            run._r.get_or_add_rPr().set("lang", "da-DK" if self.report.lang == "da" else "en-GB")

    def _text(
        self, page, place: tuple[float, float, float, float], texts, size: float, colour=_INK, bold=False
    ) -> None:
        left, top, width, height = place
        frame = page.shapes.add_textbox(Mm(left), Mm(top), Mm(width), Mm(height)).text_frame
        frame.word_wrap = True
        for number, text in enumerate(texts):
            line = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            line.text = text
            line.space_after = Pt(size * 0.6)
            self._look(line, size, bold, colour)

    def _foot(self, page) -> None:
        reader = self.report.reader
        parts = [
            f"{reader.database} {reader.period_label}", reader.data_text(),
            f"{self.t('udtræk', 'snapshot')} {reader.snapshot_id}", edition_word(reader), self.report.version,
            self.t("syntetiske data", "synthetic data") if reader.synthetic else "",
        ]  # fmt: skip
        place = (_EDGE, _HIGH - 12, _WIDE - 2 * _EDGE, 8)
        self._text(page, place, [" · ".join(one for one in parts if one)], 10, _INK_3)

    def _first(self) -> None:
        page = self._new(self.report.title, 40, 60, 30)
        self._text(page, (_EDGE, 92, _WIDE - 2 * _EDGE, 20), [self.report.subtitle, self.report.version], 20, _INK_3)

    def _conclusions(self) -> None:
        """The first chapter: its finding as title, its sentences as lines, on as many slides as they take."""
        part = self.report.parts[0]
        paragraphs = [one for one in part.blocks if isinstance(one, Paragraph)]
        title = next((plain(one.runs) for one in paragraphs if one.style == "finding"), part.title)
        lines: list[tuple[str, bool]] = []
        for block in part.blocks:
            if isinstance(block, Bullets):
                lines += [(plain(item), False) for item in block.items]
            elif isinstance(block, Paragraph) and block.style != "finding":
                lines.append((plain(block.runs), block.style == "heading"))
        for start in range(0, max(1, len(lines)), 11):
            page = self._new(title if start == 0 else f"{title} ({self.t('fortsat', 'continued')})", 24, 12, 24)
            frame = page.shapes.add_textbox(Mm(_EDGE), Mm(42), Mm(_WIDE - 2 * _EDGE), Mm(130)).text_frame
            frame.word_wrap = True
            for number, (text, bold) in enumerate(lines[start : start + 11]):
                line = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                line.text = text
                line.space_after = Pt(6)
                self._look(line, 14, bold, _INK)

    def _slide(self, slide: Slide, kicker: str) -> None:
        page = self._new(slide.title, 22, 16, 24)
        self._text(page, (_EDGE, 9, _WIDE - 2 * _EDGE, 7), [kicker], 11, _INK_3)
        beside = _EDGE
        if slide.picture is not None:
            content = self.drawn[slide.picture.id]
            wide, high = struct.unpack(">II", content[16:24])
            scale = min(_PICTURE[0] / wide, _PICTURE[1] / high)
            shape = page.shapes.add_picture(io.BytesIO(content), Mm(_EDGE), Mm(44), Mm(wide * scale), Mm(high * scale))
            about = shape._element.find(qn("p:nvPicPr")).find(qn("p:cNvPr"))
            about.set("descr", slide.picture.alt)
            about.set("name", slide.picture.id)
            beside = _EDGE + _PICTURE[0] + 6
        self._text(page, (beside, 44, _WIDE - beside - _EDGE, 120), slide.points, 14)
