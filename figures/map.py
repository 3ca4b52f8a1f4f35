"""The map of the regions: polygons with mark and value printed on each, Bornholm in an inset.

Drawn as filled scatter polygons: plotly's map traces fetch geometry from another host. The geometry is
assets/geo/regions.json (its source and licence stand in the file), in degrees; x is shrunk by the cosine of 56° N.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from figures.theme import INK, MAP_STEPS, RULE, axis, layout, mark_shapes
from words import format as fmt
from words import verdicts

GEOMETRY = Path(__file__).resolve().parent.parent / "assets" / "geo" / "regions.json"
HEIGHT = 300
_SHRINK = math.cos(math.radians(56))
_MERGED = "1086"  # Østdanmark holds these regions from 1 January 2027
_MERGED_PARTS = ("1084", "1085")

#: Where each region's text stands (lon, lat), and for Hovedstaden the end of a line into the region.
_LABELS = {
    "1084": (13.18, 56.13),
    "1085": (11.75, 55.37),
    "1083": (9.10, 55.37),
    "1082": (9.15, 56.17),
    "1081": (9.62, 56.93),
    _MERGED: (11.75, 55.37),
}
_LEADER = {"1084": ((12.52, 56.0), (12.3, 55.9))}
_INSET = (12.15, 57.0)  # lower left corner of the box for Bornholm, in lon/lat
_INSET_SIZE = (0.72, 0.42)
_X_RANGE, _Y_RANGE = (7.6, 14.5), (54.45, 57.8)


@dataclass(frozen=True)
class MapRegion:
    """A region's share and verdict; value None prints the verdict's word (no data, hidden)."""

    value: float | None
    verdict: str = "no_standard"


@cache
def geometry() -> dict[str, dict]:
    """The regions' rings by code: name, rings and (Hovedstaden) inset, as [lon, lat] pairs."""
    document = json.loads(GEOMETRY.read_text(encoding="utf-8"))
    return {one["code"]: one for one in document["regions"]}


def parts_of(code: str) -> tuple[str, ...]:
    """The codes of the drawn regions that a region consists of: itself, or of Østdanmark the two it holds."""
    return _MERGED_PARTS if code == _MERGED else (code,)


def _parts(code: str) -> list[dict]:
    codes = parts_of(code)
    unknown = [one for one in codes if one not in geometry()]
    if unknown:
        raise ValueError(f"map: no geometry for region {unknown[0]}; there is {', '.join(geometry())}, {_MERGED}")
    return [geometry()[one] for one in codes]


def _name(code: str) -> str:
    return "Østdanmark" if code == _MERGED else geometry()[code]["name"]


def _x(lon: float) -> float:
    return round(lon * _SHRINK, 4)


def _steps(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    return [low + (high - low) * n / len(MAP_STEPS) for n in range(1, len(MAP_STEPS))]


def colour(value: float | None, values: list[float]) -> str:
    """The fill of a value among all values: four even steps, darker is higher; white without a value."""
    if value is None:
        return "#ffffff"
    return MAP_STEPS[sum(value > edge + 1e-12 for edge in _steps(values))]


def regions(values: Mapping[str, MapRegion], lang: str = "da", decimals: int = 1) -> dict:
    """A plotly figure dict of the regions by code: five, or four with 1086 Østdanmark. Height: HEIGHT."""
    known = [one.value for one in values.values() if one.value is not None]
    data: list[dict] = []
    annotations: list[dict] = []
    shapes: list[dict] = []
    for code, one in values.items():
        fill = colour(one.value, known)
        for part in _parts(code):
            for ring in part["rings"]:
                data.append(_polygon(ring, fill, code))
            data += [_polygon(_moved(ring), fill, code) for ring in part.get("inset", ())]
        texts, signs = _label(code, one, lang, decimals)
        annotations += texts
        shapes += signs
        if code in _LEADER:
            (x0, y0), (x1, y1) = _LEADER[code]
            shapes.append(
                {"type": "line", "x0": _x(x0), "y0": y0, "x1": _x(x1), "y1": y1, "line": {"color": INK, "width": 0.75}}
            )
    x, y = _INSET
    width, height = _INSET_SIZE
    shapes.append(
        {
            "type": "rect",
            "x0": _x(x),
            "x1": _x(x + width),
            "y0": y,
            "y1": y + height,
            "line": {"color": RULE, "width": 1},
        }
    )
    annotations.append(
        {
            "x": _x(x + width / 2),
            "y": y,
            "text": "Bornholm",
            "showarrow": False,
            "yanchor": "top",
            "font": {"size": 12},
        }
    )
    hidden = {"visible": False, "showgrid": False}
    return {
        "data": data,
        "layout": layout(
            HEIGHT,
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            xaxis=axis(range=[_x(_X_RANGE[0]), _x(_X_RANGE[1])], scaleanchor="y", scaleratio=1, **hidden),
            yaxis=axis(range=list(_Y_RANGE), **hidden),
            annotations=annotations,
            shapes=shapes,
        ),
    }


def _polygon(ring: list, fill: str, code: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_x(lon) for lon, _ in ring],
        "y": [lat for _, lat in ring],
        "fill": "toself",
        "fillcolor": fill,
        "line": {"color": "#ffffff" if fill != "#ffffff" else RULE, "width": 0.8},
        "hoverinfo": "skip",
        "name": code,
        "meta": "region",
    }


def _moved(ring: list) -> list:
    """Bornholm's ring in the middle of the inset box, at the map's own scale."""
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    dx = _INSET[0] + _INSET_SIZE[0] / 2 - (min(lons) + max(lons)) / 2
    dy = _INSET[1] + _INSET_SIZE[1] / 2 - (min(lats) + max(lats)) / 2
    return [[lon + dx, lat + dy] for lon, lat in ring]


def _label(code: str, one: MapRegion, lang: str, decimals: int) -> tuple[list[dict], list[dict]]:
    """The annotations and shapes of a region: its name, below it mark and value."""
    x, y = _LABELS[code]
    if one.value is None:
        shown, has_mark = verdicts.verdict_text(one.verdict, lang), False
    else:
        shown = f"<b>{fmt.percent(one.value, decimals, lang)}</b>"
        has_mark = verdicts.VERDICTS[one.verdict][2]
    place = {"x": _x(x), "y": y, "showarrow": False}
    texts = [
        {**place, "text": _name(code), "yanchor": "bottom", "yshift": 1, "font": {"size": 12, "color": INK}},
        {
            **place,
            "text": shown,
            "yanchor": "top",
            "yshift": 1,
            "xshift": 9 if has_mark else 0,
            "font": {"size": 14 if one.value is not None else 12, "color": INK},
        },
    ]
    shapes = mark_shapes(_x(x), y, one.verdict, size=11, dx=-28, dy=-10) if has_mark else []
    return texts, shapes


def alt(values: Mapping[str, MapRegion], lang: str = "da") -> str:
    """The map in words: every region with its value and verdict."""
    parts = []
    for code, one in values.items():
        shown = "" if one.value is None else f" {fmt.percent(one.value, 1, lang)},"
        parts.append(f"{_name(code)}{shown} {verdicts.verdict_text(one.verdict, lang)}")
    return "; ".join(parts)
