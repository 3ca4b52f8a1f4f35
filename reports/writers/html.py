"""A report as one HTML file that needs nothing beside it: for reading on a screen, and for screen readers.

Figures are drawings (SVG) with their words as text alternative, tables have captions and scopes, and the page's
own font is in the file.
"""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from figures import svg
from reports.content import Block, Bullets, Document, FactList, Illustration, Paragraph, Part, PrintedTable, Remark
from reports.writers.docx import edition_word
from results.table import Role
from words.runs import Runs, TextPart

_FONT = Path(__file__).resolve().parents[2] / "assets" / "fonts" / "inter-variable.woff2"
_STYLE = """
@font-face{font-family:Inter;font-weight:400 700;src:url(data:font/woff2;base64,%s) format("woff2")}
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 Inter,system-ui,sans-serif;color:#16202b;background:#fff;
  font-variant-numeric:tabular-nums}
main,header.front,nav,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}
header.front{padding-top:2rem}
h1{font-size:2.2rem;line-height:1.15;margin:.2em 0}
h2{font-size:1.6rem;line-height:1.2;margin:3rem 0 .6rem;border-top:1px solid #c9d0d8;padding-top:1.2rem}
h3{font-size:1.3rem;line-height:1.25;margin:2.4rem 0 .4rem}
h4{font-size:1.05rem;margin:1.6rem 0 .3rem}
p{margin:.5em 0;max-width:46em}
.finding{font-weight:600;font-size:1.1rem}
.kicker,.note,.by,.stamp{color:#5c6773;font-size:.85rem}
.kicker{margin:2.4rem 0 0}.kicker+h3{margin-top:0}
.small{font-weight:600;margin-top:1.2rem}
.synthetic{display:inline-block;border:1px solid #c27803;background:#fcf1dd;color:#8a5200;border-radius:4px;
  padding:.1em .6em;font-weight:600;font-size:.85rem}
a{color:#0b4a8b}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem}
nav ol{list-style:none;padding:0;columns:2;column-gap:2rem}nav li{break-inside:avoid;margin:.15em 0}
nav .second{padding-left:1.2em}
.scroll{overflow-x:auto;margin:.8rem 0 .2rem}
table{border-collapse:collapse;width:100%%;font-size:.84rem;line-height:1.35;border-bottom:1px solid #16202b}
caption{text-align:left;font-size:.92rem;padding:.6rem 0 .3rem;border-bottom:1px solid #16202b}
th,td{padding:.22em .5em;text-align:right;vertical-align:baseline;border-top:1px solid #e4e8ed}
thead th{vertical-align:bottom;border-top:0;border-bottom:1px solid #16202b;font-weight:600}
th.left,td.left{text-align:left}tbody th{font-weight:400}
tr.total td,tr.total th{font-weight:600}td.current,th.current{background:#f5f7f9}
.not_met{color:#9b1b1e}.warning{color:#8a5200}
dl{background:#f5f7f9;padding:.8rem 1rem;margin:.8rem 0;display:grid;grid-template-columns:9rem 1fr;gap:.25rem 1rem;
  font-size:.92rem}
dt{color:#5c6773}dd{margin:0}
figure{margin:1.4rem 0}figure svg{max-width:100%%;height:auto;display:block}
figcaption{font-size:.92rem;padding-top:.4rem}
.remark{border-left:3px solid #77828f;padding-left:1rem;margin:1rem 0}
footer{margin:3rem auto 2rem;border-top:1px solid #c9d0d8;padding-top:1rem}
@media(max-width:40rem){nav ol{columns:1}dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
@media print{.skip,nav{display:none}h2{break-before:page}figure,tr{break-inside:avoid}thead{display:table-header-group}}
"""


def write(document: Document) -> bytes:
    """The report's bytes, UTF-8."""
    made = _Writer(document)
    return made.page().encode()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.report, self.t = document, document.reader.t
        self.counts = {"table": 0, "figure": 0}

    def page(self) -> str:
        report, t, reader = self.report, self.t, self.report.reader
        font = base64.b64encode(_FONT.read_bytes()).decode()
        title = f"{report.title} · {report.subtitle}"
        stamp = "".join(
            f'<p class="stamp"><strong>{escape(label)}:</strong> {escape(value)}</p>' for label, value in report.stamp
        )
        synthetic = f'<p class="synthetic">{t("Syntetiske data", "Synthetic data")}</p>' if reader.synthetic else ""
        contents = "".join(
            f'<li{" class=second" if part.level == 2 else ""}><a href="#{part.id}">{escape(part.title)}</a></li>'
            for part in report.sections()
            if part.level <= 2
        )
        name = t("Indhold", "Contents")
        if len(report.parts) > 1:
            contents = f'<nav aria-label="{name}"><p class="small">{name}</p><ol>{contents}</ol></nav>'
        else:
            contents = ""
        body = "".join(self._part(part) for part in report.parts)
        return (
            f'<!doctype html><html lang="{report.lang}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
            f"<style>{_STYLE % font}</style></head><body>"
            f'<a class="skip" href="#indhold">{t("Spring til rapporten", "Skip to the report")}</a>'
            f'<header class="front"><p class="kicker">{escape(report.subtitle)} · {escape(report.version)}</p>'
            f"<h1>{escape(report.title)}</h1>{synthetic}{stamp}</header>"
            f"{contents}"
            f'<main id="indhold">{body}</main>'
            f'<footer class="note">{escape(reader.data_text())} · {t("udtræk", "snapshot")} '
            f"{escape(reader.snapshot_id)} · {escape(edition_word(reader))}</footer></body></html>"
        )

    def _part(self, part: Part) -> str:
        kicker = f'<p class="kicker">{escape(part.kicker)}</p>' if part.kicker else ""
        level = part.level + 1
        inner = "".join(self._block(block) for block in part.blocks) + "".join(self._part(one) for one in part.parts)
        heading = f'<h{level} id="{part.id}-titel">{escape(part.title)}</h{level}>'
        return f'<section id="{part.id}" aria-labelledby="{part.id}-titel">{kicker}{heading}{inner}</section>'

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            css = {"finding": "finding", "note": "note", "heading": "small", "lead": "lead"}.get(block.style, "")
            return f'<p class="{css}">{drawn(block.runs)}</p>' if css else f"<p>{drawn(block.runs)}</p>"
        if isinstance(block, Bullets):
            return f"<ul>{''.join(f'<li>{drawn(one)}</li>' for one in block.items)}</ul>"
        if isinstance(block, FactList):
            rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in block.rows)
            return f"<dl>{rows}</dl>"
        if isinstance(block, PrintedTable):
            return self._table(block)
        if isinstance(block, Illustration):
            return self._picture(block)
        return self._remark(block)

    def _table(self, block: PrintedTable) -> str:
        self.counts["table"] += 1
        head = "".join(
            f'<th scope="col" class="{_css(one)}">{escape(one.head)}{f"<br>{escape(one.sub)}" if one.sub else ""}</th>'
            for one in block.shown
        )
        rows = []
        for line in block.printed_lines:
            cells = []
            for place, (one, value) in enumerate(zip(block.shown, block.cells(line), strict=True)):
                tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
                cells.append(f'<{tag}{scope} class="{_css(one)}">{drawn(value)}</{tag}>')
            css = ' class="total"' if line.row.role is Role.TOTAL else ""
            rows.append(f"<tr{css}>{''.join(cells)}</tr>")
        number = f"<strong>{self.t('Tabel', 'Table')} {self.counts['table']}</strong>"
        notes = "".join(f'<p class="note">{drawn(note)}</p>' for note in block.notes)
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(block.caption)}">'
            f'<table id="{block.id}"><caption>{number} {escape(block.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{notes}"
        )

    def _picture(self, block: Illustration) -> str:
        self.counts["figure"] += 1
        made = str(svg.in_file(block.figure, block.id, block.width))
        made = made.replace("<svg ", f'<svg role="img" aria-label="{escape(block.alt)}" ', 1)
        number = f"<strong>{self.t('Figur', 'Figure')} {self.counts['figure']}</strong>"
        note = f'<p class="note">{drawn(block.note)}</p>' if block.note else ""
        return f'<figure id="{block.id}">{made}<figcaption>{number} {escape(block.caption)}</figcaption>{note}</figure>'

    def _remark(self, block: Remark) -> str:
        texts = "".join(f"<p>{escape(one)}</p>" for one in block.paragraphs)
        warning = f' · <strong class="warning">{escape(block.warning)}</strong>' if block.warning else ""
        return (
            f'<div class="remark"><p class="small">{escape(block.heading)}</p>{texts}'
            f'<p class="by">{escape(block.by)}{warning}</p></div>'
        )


def _css(shown) -> str:
    return " ".join(name for name, has in (("left", shown.left), ("current", shown.current)) if has)


def drawn(runs: str | Runs) -> str:
    """Runs as HTML."""
    if isinstance(runs, str):
        return escape(runs)
    return "".join(escape(one) if isinstance(one, str) else _run(one) for one in runs)


def _run(run: TextPart) -> str:
    text = escape(run.text)
    if run.raised:
        return f"<sup>{text}</sup>"
    if run.href.startswith("#"):
        inner = f"<strong>{text}</strong>" if run.strong else text
        return f'<a href="{escape(run.href)}">{inner}</a>'
    css = f' class="{run.tone}"' if run.tone else ""
    if run.strong:
        return f"<strong{css}>{text}</strong>"
    return f"<span{css}>{text}</span>" if css else text
