"""Figures as PNG, drawn on the server without a browser: for documents, slides and bundles.

The drawing is that of ``figures.svg``; resvg (a library without system parts) makes dots of it, with the page's own
font from ``figures/fonts``, so that a figure is the same on every machine (docs/decisions/0033-the-annual-report.md).
A figure takes half a second of processor, and resvg keeps Python's lock meanwhile: many are shared among processes,
each of which is this module with a folder of drawings.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import resvg_py
from PIL import Image

from figures import svg

FONTS = Path(__file__).resolve().parent / "fonts"
_FILES = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
#: Dots per inch of print.
DPI = 300
_MM = 25.4
_COLOURS = 128
_WHITE = 250
#: Fewer figures than this are drawn at once, in this process.
_FEW = 4


def png(figure: Mapping, name: str, width: float, mm: float, dpi: int = DPI) -> bytes:
    """The figure, ``width`` px wide as drawn, as a PNG of ``dpi`` dots per inch where it is ``mm`` wide on paper.

    Raises figures.svg.Undrawable.
    """
    return _dots(str(svg.in_file(figure, name, width)), round(mm / _MM * dpi))


def pngs(figures: Mapping[str, tuple[Mapping, float, float]], dpi: int = DPI) -> dict[str, bytes]:
    """Many figures by name, each with the px that it is drawn wide and the mm on paper; as ``png``, on every processor.

    Raises figures.svg.Undrawable, and OSError where a process that draws does not end well.
    """
    drawings = {name: str(svg.in_file(figure, name, width)) for name, (figure, width, _) in figures.items()}
    dots = {name: round(mm / _MM * dpi) for name, (_, _, mm) in figures.items()}
    if len(drawings) < _FEW:
        return {name: _dots(text, dots[name]) for name, text in drawings.items()}
    with tempfile.TemporaryDirectory(prefix="kraeft-figures-") as folder:
        places = {name: Path(folder) / f"{number}.svg" for number, name in enumerate(drawings)}
        for name, place in places.items():
            place.write_text(drawings[name], encoding="utf-8")
        every = [f"{dots[name]}:{place}" for name, place in places.items()]
        many = min(os.cpu_count() or 1, len(every))
        words = [sys.executable, "-m", "figures.png"]
        root = Path(__file__).resolve().parents[1]
        running = [
            subprocess.Popen([*words, *every[first::many]], cwd=root, stderr=subprocess.PIPE) for first in range(many)
        ]
        for process in running:
            _, said = process.communicate()
            if process.returncode:
                raise OSError(f"drawing figures ended with {process.returncode}: {said.decode(errors='replace')}")
        return {name: place.with_suffix(".png").read_bytes() for name, place in places.items()}


def _dots(drawing: str, dots: int) -> bytes:
    made = resvg_py.svg_to_bytes(
        svg_string=drawing,
        width=dots,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=_FILES,
        font_family="Inter",
        sans_serif_family="Inter",
    )
    # A figure has few colours: a palette of them halves the file.
    few = Image.open(io.BytesIO(made)).convert("RGB").quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    # Averaging makes the ground a grey that is seen on white paper.
    few.putpalette([255 if tone > _WHITE else tone for tone in few.getpalette()])
    stream = io.BytesIO()
    few.save(stream, "PNG", dpi=(DPI, DPI))
    return stream.getvalue()


def main(words: list[str]) -> None:
    """Draw files, each word ``dots:file`` with its width and the SVG; each has its PNG beside it."""
    for word in words:
        dots, _, name = word.partition(":")
        place = Path(name)
        place.with_suffix(".png").write_bytes(_dots(place.read_text(encoding="utf-8"), int(dots)))


if __name__ == "__main__":
    main(sys.argv[1:])
