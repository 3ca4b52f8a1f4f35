"""Traces as SVG: lines, areas, points and texts of scatter traces, and bars."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from figures.svg import symbols
from figures.svg.element import Element, group, number, paint
from figures.svg.frame import Frame
from figures.svg.known import BAR, BAR_MARKER, EDGE, FONT, LINE, MARKER, PATTERN, SCATTER, Undrawable, check, one_of
from figures.svg.pen import Pen, PenBox, Place
from figures.svg.scale import PlotScale
from figures.svg.words import lines, written

_DASHES = {"solid": (), "dot": (1, 1), "dash": (3, 3), "longdash": (5, 5), "dashdot": (3, 1, 1, 1)}
_SHAPES = ("linear", "hv", "hvh")
_FILLS = ("none", "toself", "tozeroy", "tonexty")
_MODES = ("lines", "markers", "text")
_TEXT_SIDES = {"middle left": "right", "middle right": "left", "middle center": "center"}
_BAR_GAP = 0.2
_JUST = 0.01  # px that a line may leave its box without being cut


def stroke(where: str, line: Mapping, usual: str | None = None) -> dict[str, object]:
    """Colour, width and dashes of a line, as plotly has them; nothing for one without width."""
    check(where, line, LINE)
    width = line.get("width", 2)
    if not width:
        return {"stroke": "none"}
    colour = line.get("color", usual)
    if colour is None:
        raise Undrawable(f"{where}: its colour is not said")
    one_of(f"{where}.dash", line.get("dash", "solid"), _DASHES)
    unit = max(width, 3)
    dashes = ",".join(number(part * unit) for part in _DASHES[line.get("dash", "solid")]) or None
    return {**paint("stroke", colour), "stroke-width": width, "stroke-dasharray": dashes}


def drawn(figure: Mapping, frame: Frame, pen: Pen, name: str) -> tuple[list[Element], list[Element]]:
    """The traces of a figure, each subplot's bars under its lines and points; and the patterns that they use, whose ids
    begin with ``name``."""
    traces = figure.get("data", [])
    by_plot: dict[tuple[str, str], list[tuple[int, Mapping]]] = {}
    for order, trace in enumerate(traces):
        kind = trace.get("type")
        one_of(f"trace {order}.type", kind, ("scatter", "bar"))
        check(f"trace {order} ({kind})", trace, BAR if kind == "bar" else SCATTER)
        by_plot.setdefault((trace.get("xaxis", "x"), trace.get("yaxis", "y")), []).append((order, trace))
    found: list[Element] = []
    patterns: list[Element] = []
    for (x, y), some in by_plot.items():
        where = f"trace {some[0][0]}"
        plot = _Plot(frame, pen, frame.axis(where, x), frame.axis(where, y))
        bars = [one for one in some if one[1]["type"] == "bar"]
        if bars:
            found += _bars(plot, bars, patterns, name)
        before = None
        for order, trace in some:
            if trace["type"] == "scatter":
                before = _scatter(plot, order, trace, before)
        found += plot.finished()
    return found, patterns


@dataclass
class _Plot:
    """Two axes, and what is drawn on them so far; curves wait for those that follow them."""

    frame: Frame
    pen: Pen
    across: PlotScale
    upward: PlotScale
    made: list[Element] = field(default_factory=list)
    curves: list[Element] = field(default_factory=list)
    free: bool = False

    @property
    def box(self) -> PenBox:
        return self.frame.box(self.across, self.upward)

    def place(self, x: object, y: object) -> tuple[float, float]:
        return self.across.share(x), self.frame.down(self.upward.share(y))

    def add(self, element: Element | None) -> None:
        """An element over what is there."""
        self._flush()
        if element is not None:
            self.made.append(element)

    def curve(self, element: Element, free: bool) -> None:
        """A curve over what is there; in a drawing that stretches, together with the curves beside it."""
        if not self.pen.stretches:
            self.made.append(element)
            return
        if free != self.free:
            self._flush()
            self.free = free
        self.curves.append(element)

    def _flush(self) -> None:
        if self.curves:
            self.made.append(self.pen.stretched(self.curves, self.box, self.free))
            self.curves = []

    def finished(self) -> list[Element]:
        self._flush()
        return self.made


def _said(trace: Mapping, kind: str) -> dict[str, object]:
    """What the marks of a trace are: its class and its series."""
    return {"class": trace.get("meta", kind), "data-series": trace.get("name")}


def _ids(where: str, trace: Mapping) -> Sequence[object]:
    ids = trace.get("ids")
    if ids is not None and len(ids) != len(trace["x"]):
        raise Undrawable(f"{where}: {len(ids)} ids for {len(trace['x'])} points")
    return ids if ids is not None else [None] * len(trace["x"])


def _numbers(values: Sequence) -> list:
    """The values with None where there is nothing."""
    return [None if one is None or one != one else one for one in values]


# --- scatter ---


def _scatter(plot: _Plot, order: int, trace: Mapping, before: list[Path] | None) -> list[Path] | None:
    """Draw a scatter trace; returns its lines, which the next one's area may end at."""
    where = f"trace {order} (scatter)"
    modes = trace.get("mode", "").split("+")
    for one in modes:
        one_of(f"{where}.mode", one, _MODES)
    if trace.get("connectgaps"):
        raise Undrawable(f"{where}: connectgaps cannot be drawn")
    xs, ys = _numbers(trace["x"]), _numbers(trace["y"])
    if len(xs) != len(ys):
        raise Undrawable(f"{where}: {len(xs)} x for {len(ys)} y")
    paths = None
    if "lines" in modes:
        paths = _lines(plot, where, trace, xs, ys, before)
    points = [n for n, (x, y) in enumerate(zip(xs, ys, strict=True)) if x is not None and y is not None]
    if "markers" in modes:
        _markers(plot, where, trace, points)
    if "text" in modes:
        _texts(plot, where, trace, points)
    return paths


Path = list[tuple[float, float]]


def _lines(plot: _Plot, where: str, trace: Mapping, xs: list, ys: list, before: list[Path] | None) -> list[Path]:
    line = trace.get("line", {})
    look = stroke(f"{where}.line", line)
    shape, fill = line.get("shape", "linear"), trace.get("fill", "none")
    one_of(f"{where}.shape", shape, _SHAPES)
    one_of(f"{where}.fill", fill, _FILLS)
    ids = _ids(where, trace)
    segments = list(_segments(plot, xs, ys, ids))
    paths = [_stepped(path, shape) for path, _ in segments]
    free = trace.get("cliponaxis") is False
    if fill != "none":
        area = _area(where, plot, fill, paths, before)
        outline = look if fill == "toself" else {"stroke": "none"}
        filled = {**_said(trace, "area"), **paint("fill", trace.get("fillcolor")), **outline}
        _put(plot, where, area, free, filled, closed=True)
    if fill != "toself" and look["stroke"] != "none":
        kind = _said(trace, "line")
        if any(one is not None for one in ids):
            _known(plot, where, list(zip(paths, (id for _, id in segments), strict=True)), free, kind, look)
        else:
            _put(plot, where, paths, free, {**kind, "fill": "none", **look})
    return paths


def _known(
    plot: _Plot, where: str, parts: list[tuple[Path, object]], free: bool, kind: dict, look: dict[str, object]
) -> None:
    """The parts of a line that each have an id: straight ones in a group, others each by itself; a point is no part."""
    parts = [(path, id) for path, id in parts if len(path) > 1]
    if all(len(path) == 2 and (free or _holds(plot.box, path)) for path, _ in parts):
        ends = [plot.pen.straight(Place(*a), Place(*b), **look, **{"data-id": id}) for (a, b), id in parts]
        plot.add(group(ends, class_=kind["class"], data_series=kind["data-series"]))
        return
    for path, id in parts:
        _put(plot, where, [path], free, {**kind, "data-id": id, "fill": "none", **look})


def _segments(plot: _Plot, xs: list, ys: list, ids: Sequence) -> Iterator[tuple[Path, object]]:
    """The parts of a line between its gaps, each with the id of its first point."""
    path: Path = []
    first = None
    for x, y, id in zip([*xs, None], [*ys, None], [*ids, None], strict=True):
        if x is None or y is None:
            if path:
                yield path, first
            path = []
            continue
        first = first if path else id
        path.append(plot.place(x, y))


def _stepped(path: Path, shape: str) -> Path:
    """The path with the corners that its shape has between the points."""
    if shape == "linear":
        return path
    found = path[:1]
    for (x, y), (to_x, to_y) in pairwise(path):
        middle = to_x if shape == "hv" else (x + to_x) / 2
        found += [(middle, y), (middle, to_y), (to_x, to_y)]
    return found


def _area(where: str, plot: _Plot, fill: str, paths: list[Path], before: list[Path] | None) -> list[Path]:
    if fill == "toself":
        return paths
    if fill == "tozeroy":
        foot = plot.frame.down(plot.upward.share(0))
        return [[(path[0][0], foot), *path, (path[-1][0], foot)] for path in paths]
    if before is None or len(before) != len(paths):
        raise Undrawable(f"{where}: tonexty needs a line before it with as many parts")
    return [[*path, *reversed(other)] for path, other in zip(paths, before, strict=True)]


def _put(
    plot: _Plot, where: str, paths: list[Path], free: bool, attributes: dict[str, object], closed: bool = False
) -> None:
    """Paths on the drawing: straight lines as such, the rest as curves, cut off at the edge of the plot."""
    paths = [path for path in paths if path]
    if not paths:
        return
    box = plot.box
    inside = free or all(_holds(box, path) for path in paths)
    straight = not closed and all(len(path) == 2 for path in paths)
    if straight and inside:
        pairs = [plot.pen.straight(Place(*start), Place(*end)) for start, end in paths]
        if len(pairs) == 1:
            pairs[0].attributes.update(_without_fill(attributes))
            plot.add(pairs[0])
        else:
            plot.add(Element("g", _without_fill(attributes), pairs))
        return
    if not inside:
        cut = _cut(where, paths, box, closed)
        if not cut:
            return
        paths = paths if plot.pen.stretches else cut
    if len({x for path in paths for x, _ in path}) == 1 and plot.pen.stretches:
        # An upright line has no width to stretch.
        for path in paths:
            ends = [y for _, y in path] if free else [min(box.bottom, max(box.top, y)) for _, y in path]
            plot.add(plot.pen.straight(Place(path[0][0], min(ends)), Place(path[0][0], max(ends)), **attributes))
        return
    plot.curve(plot.pen.curve(paths, box, closed=closed, **attributes), free or inside)


def _without_fill(attributes: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in attributes.items() if key != "fill"}


def _holds(box: PenBox, path: Path) -> bool:
    return all(box.left - 1e-6 <= x <= box.right + 1e-6 and box.top - _JUST <= y <= box.bottom + _JUST for x, y in path)


def _cut(where: str, paths: list[Path], box: PenBox, closed: bool) -> list[Path]:
    """The parts of lines, or of areas, within a box: a file has no inner <svg> that cuts them off."""
    edges = (
        (lambda p: p[0] - box.left, 0, box.left),
        (lambda p: box.right - p[0], 0, box.right),
        (lambda p: p[1] - box.top, 1, box.top),
        (lambda p: box.bottom - p[1], 1, box.bottom),
    )
    for within, axis, edge in edges:
        paths = [part for path in paths for part in _cut_at(path, within, axis, edge, closed)]
    return paths


def _cut_at(path: Path, within, axis: int, edge: float, closed: bool) -> list[Path]:
    """One path cut at one edge: the parts on the inner side (of an area, one part along the edge)."""
    parts: list[Path] = [[]]
    steps = list(pairwise([*path, path[0]] if closed else path))
    if not closed and within(path[0]) >= 0:
        parts[-1].append(path[0])
    for start, end in steps:
        if (within(start) >= 0) != (within(end) >= 0):
            share = within(start) / (within(start) - within(end))
            at = [start[k] + share * (end[k] - start[k]) for k in (0, 1)]
            at[axis] = edge
            parts[-1].append(tuple(at))
            if not closed and within(end) < 0:
                parts.append([])
        if within(end) >= 0:
            parts[-1].append(end)
    return [part for part in parts if len(part) > 1]


def _each(value: object, n: int) -> object:
    """The value of one point: its own where there is a list, else that of all."""
    return value[n] if isinstance(value, list | tuple) else value


def _markers(plot: _Plot, where: str, trace: Mapping, points: list[int]) -> None:
    marker = trace.get("marker", {})
    check(f"{where}.marker", marker, MARKER)
    edge = marker.get("line", {})
    check(f"{where}.marker.line", edge, EDGE)
    many = isinstance(marker.get("size"), list | tuple)
    if many and "opacity" not in marker:
        raise Undrawable(f"{where}: points of several sizes need a marker.opacity; plotly makes them pale without")
    ids = _ids(where, trace)
    found = []
    for n in points:
        look = _point_look(where, marker, edge, n)
        path, _ = symbols.shape(f"{where}.marker", _each(marker.get("symbol", "circle"), n), _each(marker["size"], n))
        place = Place(*plot.place(trace["x"][n], trace["y"][n]))
        said = {**look, "data-id": ids[n], "data-of": _each(trace.get("customdata"), n)}
        if path is None:
            found.append(plot.pen.disc(place, _each(marker["size"], n) / 2, **said))
        else:
            found.append(plot.pen.at(place, path, **said))
    plot.add(group(found, class_=trace.get("meta", "points"), data_series=trace.get("name")))


def _point_look(where: str, marker: Mapping, edge: Mapping, n: int) -> dict[str, object]:
    symbol = _each(marker.get("symbol", "circle"), n)
    colour, width = _each(marker.get("color"), n), _each(edge.get("width", 0), n)
    opacity = _each(marker.get("opacity", 1), n)
    look: dict[str, object] = {"opacity": None if opacity == 1 else opacity}
    if symbol.endswith("-open") or symbol in symbols.THIN:
        drawn_in = _each(edge.get("color", colour), n) if symbol in symbols.THIN else colour
        return {**look, "fill": "none", **paint("stroke", drawn_in), "stroke-width": width or 1}
    if colour is None:
        raise Undrawable(f"{where}.marker: its colour is not said")
    look |= paint("fill", colour)
    if width:
        look |= {**paint("stroke", _each(edge.get("color"), n)), "stroke-width": width}
    return look


def _texts(plot: _Plot, where: str, trace: Mapping, points: list[int]) -> None:
    font = trace.get("textfont", {})
    check(f"{where}.textfont", font, FONT)
    position = trace.get("textposition", "middle center")
    one_of(f"{where}.textposition", position, _TEXT_SIDES)
    found = []
    for n in points:
        size = _each(font["size"], n)
        x, y = plot.place(trace["x"][n], trace["y"][n])
        of = lines(str(_each(trace["text"], n)), size, _each(font["color"], n))
        # As plotly has it: the middle of the letters a quarter of their size above the baseline.
        found += written(plot.pen, of, Place(x, y + size / 4), size, _TEXT_SIDES[position])
    plot.add(group(found, class_="texts"))


# --- bars ---


def _bars(plot: _Plot, bars: list[tuple[int, Mapping]], patterns: list[Element], name: str) -> list[Element]:
    mode = plot.frame.layout.get("barmode", "group")
    one_of("layout.barmode", mode, ("group", "stack"))
    gap = plot.frame.layout.get("bargap", _BAR_GAP)
    heights: dict[float, float] = {}
    found = []
    for number_, (order, trace) in enumerate(bars):
        where = f"trace {order} (bar)"
        marker = trace.get("marker", {})
        check(f"{where}.marker", marker, BAR_MARKER)
        check(f"{where}.marker.line", marker.get("line", {}), EDGE)
        ids, parts = _ids(where, trace), []
        for n, (x, y) in enumerate(zip(trace["x"], _numbers(trace["y"]), strict=True)):
            if y is None:
                continue
            if y < 0:
                raise Undrawable(f"{where}: a bar of {y} cannot be drawn")
            foot = heights.get(x, 0) if mode == "stack" else 0
            heights[x] = foot + y
            left, wide = _bar_place(where, trace, mode, x, number_, len(bars), gap)
            top, low = (plot.frame.down(plot.upward.share(one)) for one in (foot + y, foot))
            box = PenBox(plot.across.share(left), plot.across.share(left + wide), top, low)
            fill = _bar_fill(where, marker, patterns, f"{name}-{order}")
            opacity = _each(marker.get("opacity", 1), n)
            said = {**fill, "opacity": None if opacity == 1 else opacity, "data-id": ids[n]}
            edge = marker.get("line", {})
            if edge.get("width"):
                said |= {**paint("stroke", edge["color"]), "stroke-width": edge["width"]}
            if y:
                parts.append(plot.pen.block(box, **said))
        made = group(parts, class_=trace.get("meta", "bars"), data_series=trace.get("name"))
        found += [made] if made is not None else []
    return found


def _bar_place(
    where: str, trace: Mapping, mode: str, x: float, number_: int, of: int, gap: float
) -> tuple[float, float]:
    """Left end and width of a bar, in the units of its axis."""
    if mode == "stack":
        if "width" not in trace:
            raise Undrawable(f"{where}: a bar in a stack needs its width")
        return x - trace["width"] / 2, trace["width"]
    wide = (1 - gap) / of
    return x - (1 - gap) / 2 + number_ * wide, wide


def _bar_fill(where: str, marker: Mapping, patterns: list[Element], id: str) -> dict[str, object]:
    pattern = marker.get("pattern")
    if pattern is None:
        return paint("fill", marker["color"])
    check(f"{where}.marker.pattern", pattern, PATTERN)
    one_of(f"{where}.marker.pattern.shape", pattern["shape"], ("/", "x"))
    if all(one.attributes["id"] != id for one in patterns):
        patterns.append(_pattern(pattern, marker["color"], id))
    return {"fill": f"url(#{id})"}


def _pattern(said: Mapping, ground: str, id: str) -> Element:
    size = said["size"]
    up = f"M{number(-size / 4)} {number(size / 4)}l{number(size / 2)} {number(-size / 2)}M0 {size}l{size} -{size}"
    up += f"M{number(size * 3 / 4)} {number(size * 5 / 4)}l{number(size / 2)} {number(-size / 2)}"
    wide = said["solidity"] * size / math.sqrt(2)
    path = up
    if said["shape"] == "x":
        wide = size * (1 - math.sqrt(1 - said["solidity"])) / math.sqrt(2)
        path += f"M0 0l{size} {size}M{number(-size / 4)} {number(size * 3 / 4)}l{number(size / 2)} {number(size / 2)}"
        path += f"M{number(size * 3 / 4)} {number(-size / 4)}l{number(size / 2)} {number(size / 2)}"
    marks = Element("path", {"d": path, **paint("stroke", said["fgcolor"]), "stroke-width": round(wide, 2)})
    tile = {"id": id, "width": size, "height": size, "patternUnits": "userSpaceOnUse"}
    return Element("pattern", tile, [Element("rect", {"width": size, "height": size, **paint("fill", ground)}), marks])
