"""A report as slides: the year in short, then a slide for each indicator to be discussed, its finding as the title."""

from __future__ import annotations

import io

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Mm, Pt

from reports.content import Bullets, ChartedUnit, Document, NativeChart, Paragraph, Slide
from reports.writers.docx import edition_word
from words.runs import plain

_WIDE, _HIGH, _EDGE = 338.67, 190.5, 14  # mm: 16:9
_CHART = (222, 118)  # mm
_INK, _INK_3 = RGBColor(0x16, 0x20, 0x2B), RGBColor(0x5C, 0x67, 0x73)
_HAIRLINE = RGBColor(0xE4, 0xE8, 0xED)
_AMBER, _RED = RGBColor(0xC2, 0x78, 0x03), RGBColor(0x9B, 0x1B, 0x1E)
_INK_2, _RUST = RGBColor(0x41, 0x4C, 0x58), RGBColor(0xA3, 0x42, 0x0F)
#: Verdict → its mark's shape and colour: never by colour alone, and filled, since not every program draws an outline.
_MARKS = {
    "probably_met": (XL_MARKER_STYLE.TRIANGLE, _INK_2), "unsettled": (XL_MARKER_STYLE.DIAMOND, _AMBER),
    "probably_not_met": (XL_MARKER_STYLE.X, _RUST), "not_met": (XL_MARKER_STYLE.SQUARE, _RED),
}  # fmt: skip
_MARK = (XL_MARKER_STYLE.CIRCLE, _INK)
FONT = "Arial"
#: Letters of a title that two lines hold.
_TWO_LINES = 125


def write(document: Document) -> bytes:
    """The slides' bytes."""
    return _Writer(document).made()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.report, self.t = document, document.reader.t
        self.percent = self.t(" %", "%")
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Mm(_WIDE), Mm(_HIGH)

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
        size = 22 if len(slide.title) <= _TWO_LINES else 18  # three lines end above the chart
        page = self._new(slide.title, size, 16, 24)
        self._text(page, (_EDGE, 9, _WIDE - 2 * _EDGE, 7), [kicker], 11, _INK_3)
        beside = _EDGE
        if slide.chart is not None:
            self._chart(page, slide.chart)
            self._text(page, (_EDGE, 44 + _CHART[1], _CHART[0], 14), [slide.chart.key], 10, _INK_3)
            beside = _EDGE + _CHART[0] + 6
        self._text(page, (beside, 44, _WIDE - beside - _EDGE, 120), slide.points, 14)

    def _chart(self, page, chart: NativeChart) -> None:
        """The units along the axis, each with its share and interval; the standard as a line through all."""
        filled = CategoryChartData(number_format=f"0.0{self.percent}")
        filled.categories = [one.name for one in chart.points]
        filled.add_series(chart.name, [one.rate for one in chart.points])
        if chart.standard is not None:
            filled.add_series(chart.standard[1], [chart.standard[0]] * len(chart.points))
        place = (Mm(_EDGE), Mm(42), Mm(_CHART[0]), Mm(_CHART[1]))
        frame = page.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *place, filled)
        about = frame._element.find(qn("p:nvGraphicFramePr")).find(qn("p:cNvPr"))
        about.set("descr", chart.alt)
        about.set("name", chart.id)
        drawn = frame.chart
        drawn.has_legend, drawn.has_title = False, False
        drawn.font.size, drawn.font.name = Pt(11 if len(chart.points) <= 14 else 9), FONT
        drawn.font.color.rgb = _INK
        values, units = drawn.value_axis, drawn.category_axis
        values.minimum_scale, values.maximum_scale, values.major_unit = chart.low, chart.high, chart.step
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = f"0{self.percent}", False
        values.major_gridlines.format.line.color.rgb = _HAIRLINE
        values.format.line.fill.background()
        values.major_tick_mark = units.major_tick_mark = XL_TICK_MARK.NONE
        units.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        units.format.line.color.rgb = _INK_3
        shares = drawn.plots[0].series[0]
        shares.format.line.fill.background()
        shares.smooth = False
        for number, one in enumerate(chart.points):
            if one.rate is not None:
                self._mark(shares.points[number], one)
        shares._element.insert_element_before(_intervals(chart.points), "c:cat", "c:val", "c:smooth", "c:extLst")
        if chart.standard is not None:
            line = drawn.plots[0].series[1]
            line.smooth = False
            line.format.line.color.rgb, line.format.line.width = _INK_3, Pt(1.5)
            line.format.line.dash_style = MSO_LINE.DASH
            line.marker.style = XL_MARKER_STYLE.NONE

    def _mark(self, point, one: ChartedUnit) -> None:
        shape, colour = _MARKS.get(one.state, _MARK)
        point.marker.style, point.marker.size = shape, 10
        point.marker.format.fill.solid()
        point.marker.format.fill.fore_color.rgb = colour
        point.marker.format.line.color.rgb = colour


def _intervals(points: tuple[ChartedUnit, ...]):
    """The limits as error bars of the series, each unit with its own."""

    def numbers(of) -> str:
        there = "".join(
            f'<c:pt idx="{number}"><c:v>{of(one)!r}</c:v></c:pt>'
            for number, one in enumerate(points)
            if one.rate is not None and one.lower is not None
        )
        return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(points)}"/>{there}</c:numLit>'

    return parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/><c:plus>{numbers(lambda one: one.upper - one.rate)}</c:plus>'
        f"<c:minus>{numbers(lambda one: one.rate - one.lower)}</c:minus>"
        '<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="5C6773"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
