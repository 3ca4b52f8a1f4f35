"""Pieces of Office Open XML that python-docx has no words for: fields, bookmarks, tables, styles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from words.runs import Runs, TextPart
from words.verdicts import SIGNS

W = nsdecls("w")
#: Twentieths of a point in a millimetre.
TWIPS = 56.6929
INK, INK_3, BLUE, RED, AMBER = "16202B", "5C6773", "0B4A8B", "9B1B1E", "8A5200"
#: The marks of verdicts, from a font that draws all alike; Word, which lacks it, takes a symbol font of its own.
_MARKS = re.compile(f"([{''.join(SIGNS.values())}])")
_MARK_FONT = '<w:rFonts w:ascii="DejaVu Sans" w:hAnsi="DejaVu Sans" w:eastAsia="DejaVu Sans" w:cs="DejaVu Sans"/>'
_TONES = {"not_met": RED, "warning": AMBER}


def runs_xml(runs: str | Runs, more: str = "") -> str:
    """Runs as <w:r> elements; ``more``: further properties of each."""
    parts = [runs] if isinstance(runs, str) else runs
    return "".join(_run(one if isinstance(one, TextPart) else TextPart(one), more) for one in parts)


def anchor(id: str) -> str:
    """The name of the bookmark of a section: Word takes letters, digits and _, forty of them."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", id)
    return f"_r{plain}"[:30] + hashlib.sha256(id.encode()).hexdigest()[:8]


def _run(run: TextPart, more: str) -> str:
    look = more
    if run.strong:
        look += "<w:b/>"
    if run.tone in _TONES:
        look += f'<w:color w:val="{_TONES[run.tone]}"/>'
    if run.raised:
        look += '<w:vertAlign w:val="superscript"/>'
    if run.href.startswith("#"):
        inner = _run(replace(run, href=""), more)
        return f'<w:hyperlink w:anchor="{anchor(run.href[1:])}" w:history="1">{inner}</w:hyperlink>'
    parts = []
    for text in _MARKS.split(run.text):
        font = _MARK_FONT if _MARKS.fullmatch(text) else ""
        parts.append(
            f'<w:r><w:rPr>{font}{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
        )
    return "".join(parts)


def field(instruction: str, shown: str, look: str = "") -> str:
    """A field with the text that stands in it until a program reckons it anew."""
    wrapped = f"<w:rPr>{look}</w:rPr>" if look else ""
    return (
        f'<w:r>{wrapped}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{wrapped}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{wrapped}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r>{wrapped}<w:t>{escape(shown)}</w:t></w:r>"
        f'<w:r>{wrapped}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def put(paragraph, xml: str) -> None:
    """Append elements to a paragraph."""
    holder = parse_xml(f"<w:p {W}>{xml}</w:p>")
    for child in list(holder):
        paragraph._p.append(child)


def bookmark(paragraph, name: str, number: int) -> None:
    """Put a bookmark around the paragraph."""
    first = parse_xml(f'<w:bookmarkStart {W} w:id="{number}" w:name={quoteattr(name)}/>')
    last = parse_xml(f'<w:bookmarkEnd {W} w:id="{number}"/>')
    place = 1 if paragraph._p.pPr is not None else 0
    paragraph._p.insert(place, first)
    paragraph._p.append(last)


def paragraph_xml(content: str, style: str, extra: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{content}</w:p>'


def table_xml(
    head: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str | Runs]],
    left: Sequence[bool],
    widths: Sequence[float],
    shaded: Sequence[bool],
    strong: Sequence[bool],
    title: str,
    description: str,
    styles: dict[str, str],
) -> str:
    """A table: ``head`` of two lines a column, ``widths`` in mm. ``styles``: ids of the table's and its texts' styles.

    The heading row is repeated on each page, and no row is split.
    """
    grid = "".join(f'<w:gridCol w:w="{round(one * TWIPS)}"/>' for one in widths)
    total = round(sum(widths) * TWIPS)
    parts = [
        f'<w:tbl {W}><w:tblPr><w:tblStyle w:val="{styles["table"]}"/><w:tblW w:w="{total}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(title)}/><w:tblDescription w:val={quoteattr(description)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>"
    ]
    cells = []
    for (first, second), is_left, width in zip(head, left, widths, strict=True):
        lines = runs_xml(first) + (f"<w:r><w:br/></w:r>{runs_xml(second)}" if second else "")
        cells.append(_cell(lines, styles["head"], is_left, width, False, bottom=True))
    parts.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
    for row, bold in zip(rows, strong, strict=True):
        cells = [
            _cell(runs_xml(value, "<w:b/>" if bold else ""), styles["cell"], is_left, width, shade)
            for value, is_left, width, shade in zip(row, left, widths, shaded, strict=True)
        ]
        parts.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    parts.append("</w:tbl>")
    return "".join(parts)


def _cell(content: str, style: str, left: bool, width: float, shade: bool, bottom: bool = False) -> str:
    look = f'<w:tcW w:w="{round(width * TWIPS)}" w:type="dxa"/>'
    if shade:
        look += '<w:shd w:val="clear" w:color="auto" w:fill="F5F7F9"/>'
    if bottom:
        look += '<w:vAlign w:val="bottom"/>'
    side = "" if left else '<w:jc w:val="right"/>'
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{paragraph_xml(content, style, side)}</w:tc>"


TABLE_STYLE = f"""
<w:style {W} w:type="table" w:customStyle="1" w:styleId="RapportTabel">
  <w:name w:val="Rapporttabel"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="E4E8ED"/>
  </w:tblBorders><w:tblCellMar>
    <w:top w:w="22" w:type="dxa"/><w:left w:w="40" w:type="dxa"/>
    <w:bottom w:w="22" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>
  </w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders></w:tcPr></w:tblStylePr>
</w:style>"""


def add_table_style(document) -> str:
    """The report's table style, where the template has none of its name; returns its id."""
    for one in document.styles.element.findall(qn("w:style")):
        if one.find(qn("w:name")) is not None and one.find(qn("w:name")).get(qn("w:val")) == "Rapporttabel":
            return one.get(qn("w:styleId"))
    document.styles.element.append(parse_xml(TABLE_STYLE))
    return "RapportTabel"
