"""Figures drawn by the server: places against pixels worked out by hand, texts, cuts, and what is refused."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET

import pytest

from figures import label_places, svg, theme
from figures.svg import letters, symbols
from figures.svg.element import Element, group, number, paint
from figures.svg.words import lines

SVG = "{http://www.w3.org/2000/svg}"


def figure(*data: dict, **layout: object) -> dict:
    """A figure 100 px high with a plot area from 20 px under its top to 30 px above its foot: 50 px for 0–10."""
    axes = {
        "xaxis": theme.axis(range=[0, 4], tickvals=[1], ticktext=["en"], showgrid=False),
        "yaxis": theme.axis(range=[0, 10], tickvals=[5], ticktext=["fem"]),
    }
    margin = {"l": 40, "r": 60, "t": 20, "b": 30}
    return {"data": list(data), "layout": theme.layout(100, margin=margin, **{**axes, **layout})}


def in_file(fig: dict, width: int = 300) -> ET.Element:
    """The file's drawing: 200 px for 0–4, from 40 px."""
    return ET.fromstring(str(svg.in_file(fig, "f", width)))


def on_page(fig: dict) -> ET.Element:
    return ET.fromstring(svg.on_page(fig, "f"))


def texts(root: ET.Element) -> dict[str, ET.Element]:
    return {"".join(one.itertext()): one for one in root.iter() if one.tag.removeprefix(SVG) == "text"}


def path(root: ET.Element, cls: str) -> str:
    return next(one for one in root.iter() if one.get("class") == cls).get("d")


def line(x: list, y: list, **more: object) -> dict:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": "#123456", "width": 2}, **more}


def dots(x: list, y: list, **more: object) -> dict:
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": {"color": "#123456", "size": 8}, **more}


# --- places ------------------------------------------------------------------------------------------


def test_a_point_stands_where_its_numbers_say():
    # x: 40 + 3/4 · 200 = 190. y: 20 + (1 − 2/10) · 50 = 60.
    disc = next(in_file(figure(dots([3], [2]))).iter(f"{SVG}circle"))
    assert (disc.get("cx"), disc.get("cy"), disc.get("r")) == ("190", "60", "4")
    disc = next(one for one in on_page(figure(dots([3], [2]))).iter("circle"))
    assert (disc.get("cx"), disc.get("cy")) == ("75%", "60")


def test_a_page_gives_the_plot_all_but_the_margins():
    box = on_page(figure(dots([3], [2])))
    assert box.get("style") == "padding:0 60px 0 40px"
    assert (box[0].get("width"), box[0].get("height")) == ("100%", "100")


def test_a_curve_goes_through_its_points_and_breaks_at_gaps():
    curve = line([0, 1, 2, None, 3, 4], [0, 10, 5, None, 5, 0])
    # px: (40, 70) (90, 20) (140, 45) | (190, 45) (240, 70)
    assert path(in_file(figure(curve)), "line") == "M40 70l50-50 50 25M190 45l50 25"
    page = on_page(figure(curve))
    inner = next(one for one in page.iter("svg") if one.get("class") == "curves free")
    assert inner.get("viewBox") == "0 20 1000 50" and inner.get("preserveAspectRatio") == "none"
    assert path(page, "line") == "M0 70l250-50 250 25M750 45l250 25"


def test_steps_go_across_first_or_change_half_way():
    hv = line([0, 2, 4], [10, 8, 0]) | {"line": {"color": "#123456", "shape": "hv"}}
    assert path(in_file(figure(hv)), "line") == "M40 20h100v10h100v40"
    hvh = line([0, 2, 4], [10, 8, 0]) | {"line": {"color": "#123456", "shape": "hvh"}}
    assert path(in_file(figure(hvh)), "line") == "M40 20h50v10h100v40h50"


def test_bands_end_at_the_line_before_them_or_at_zero():
    low = line([0, 4], [2, 2]) | {"line": {"width": 0, "color": "#123456"}}
    high = line([0, 4], [6, 8], fill="tonexty", fillcolor="rgba(1,2,3,.5)") | {"line": {"width": 0}}
    root = in_file(figure(low, high))
    assert path(root, "area") == "M40 40l200-10v30h-200Z"
    area = next(one for one in root.iter() if one.get("class") == "area")
    assert (area.get("fill"), area.get("fill-opacity"), area.get("stroke")) == ("#010203", ".5", "none")
    ground = line([0, 4], [6, 8], fill="tozeroy", fillcolor="#123456")
    assert path(in_file(figure(ground)), "area") == "M40 70v-30l200-10v40Z"


def test_what_leaves_the_plot_is_cut_at_its_edge():
    rising = line([0, 1, 4], [0, 20, 20])
    # y = 10 is reached at x = ½: 65 px.
    assert path(in_file(figure(rising)), "line") == "M40 70l25-50"
    assert 'class="curves"' in svg.on_page(figure(rising), "f"), "the inner <svg> cuts it off"
    area = line([0, 4, 4, 0], [-5, -5, 5, 5], fill="toself", fillcolor="#123456") | {"line": {"width": 0}}
    assert set(re.findall(r"[\d.]+", path(in_file(figure(area)), "area"))) <= {"40", "240", "70", "45", "200", "25"}


def test_an_axis_may_run_backwards_be_of_logarithms_or_of_days():
    back = figure(dots([1], [2]), yaxis=theme.axis(range=[10, 0], visible=False))
    assert next(in_file(back).iter(f"{SVG}circle")).get("cy") == "30"
    logs = theme.axis(type="log", range=[-1, 1], tickvals=[0.1, 1, 10], ticktext=["", "1", ""])
    notes = [theme.text_at(0, 5, "én")]  # an annotation has its place as a logarithm
    shapes = [theme.line(x0=10, x1=10, y0=0, y1=10)]
    root = in_file(figure(dots([10], [2]), xaxis=logs, annotations=notes, shapes=shapes))
    assert next(root.iter(f"{SVG}circle")).get("cx") == "240"
    assert texts(root)["én"].get("x") == texts(root)["1"].get("x") == "140"
    assert [one.get("x1") for one in root.iter(f"{SVG}line")][-1] == "240"
    days = theme.axis(type="date", range=["2025-01-01", "2025-01-05"], tickvals=["2025-01-03"], ticktext=["3."])
    root = in_file(figure(dots(["2025-01-02"], [2]), xaxis=days))
    assert next(root.iter(f"{SVG}circle")).get("cx") == "90" and texts(root)["3."].get("x") == "140"


def test_panels_have_their_part_of_the_plot():
    panels = {
        "xaxis": theme.axis(range=[0, 4], domain=[0, 0.4], visible=False),
        "xaxis2": theme.axis(range=[0, 4], domain=[0.5, 1], anchor="y2", visible=False),
        "yaxis2": theme.axis(range=[0, 10], domain=[0.5, 1], anchor="x2", tickvals=[5], ticktext=["fem"]),
    }
    second = {"xaxis": "x2", "yaxis": "y2"}
    root = in_file(figure(dots([2], [5]), dots([2], [5], **second), **panels))
    found = [(one.get("cx"), one.get("cy")) for one in root.iter(f"{SVG}circle")]
    assert found == [("80", "45"), ("190", "32.5")]
    assert [one.get("x1") for one in root.iter(f"{SVG}line")] == ["40", "140"], "each grid line begins at its panel"


def test_bars_stand_on_each_other_or_beside_each_other():
    bars = [{"type": "bar", "x": [1, 2], "y": [4, None], "width": 0.5, "marker": {"color": "#111111"}},
            {"type": "bar", "x": [1, 2], "y": [2, 10], "width": 0.5, "marker": {"color": "#222222"}}]  # fmt: skip
    places = [[one.get(key) for key in ("x", "y", "width", "height")] for one in
              in_file(figure(*bars, barmode="stack")).iter(f"{SVG}rect")]  # fmt: skip
    assert places == [["77.5", "50", "25", "20"], ["77.5", "40", "25", "10"], ["127.5", "20", "25", "50"]]
    side = [{key: value for key, value in one.items() if key != "width"} for one in bars]
    places = [[one.get(key) for key in ("x", "y", "width", "height")] for one in
              in_file(figure(*side, barmode="group", bargap=0.2)).iter(f"{SVG}rect")]  # fmt: skip
    assert places == [["70", "50", "20", "20"], ["90", "60", "20", "10"], ["140", "20", "20", "50"]]


def test_shapes_refer_to_axes_to_the_paper_or_are_of_pixels():
    half = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 2, "yanchor": 5, "line": {"width": 0}}
    root = in_file(figure(shapes=[
        {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": -3, "y1": 5, "fillcolor": "#eeeeee",
         "line": {"width": 0}, "layer": "below"},
        {"type": "path", **half, "path": "M0,4L-6,0L0,-4Z", "fillcolor": "#111111"},
        {"type": "circle", **half, "x0": 2, "x1": 8, "y0": -3, "y1": 3, "fillcolor": "#111111"},
    ]))  # fmt: skip
    rect = next(root.iter(f"{SVG}rect"))
    assert [rect.get(key) for key in ("x", "y", "width", "height")] == ["40", "45", "200", "25"], "cut at its axis"
    shape = next(root.iter(f"{SVG}path"))
    assert (shape.get("transform"), shape.get("d")) == ("translate(140,45)", "M0-4L-6 0L0 4Z"), "y counts upwards"
    disc = next(root.iter(f"{SVG}circle"))
    assert (disc.get("cx"), disc.get("cy"), disc.get("r")) == ("145", "45", "3")


def test_a_map_keeps_its_scale_in_the_middle():
    axes = {"xaxis": theme.axis(range=[0, 2], scaleanchor="y", scaleratio=1, visible=False),
            "yaxis": theme.axis(range=[0, 10], visible=False)}  # fmt: skip
    none = {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}}
    whole = figure(dots([1.5], [5]))
    whole["layout"] = theme.layout(100, **axes, **none)
    root = in_file(whole)
    assert root.find(f"{SVG}g").get("transform") == "translate(150,0)"
    assert next(root.iter(f"{SVG}circle")).get("cx") == "5", "10 px a unit, the middle at 1"
    page = svg.on_page(whole, "f")
    assert '<svg x="50%">' in page and 'cx="5"' in page


# --- texts -------------------------------------------------------------------------------------------


def test_names_are_said_as_they_are():
    name = '<b>&" Æ'
    notes = [theme.text_at(1, 5, f"<b>{theme.plain(name)}</b>")]
    for root in (in_file(figure(annotations=notes)), on_page(figure(annotations=notes))):
        assert texts(root)[name].get("font-weight") == "700"
    assert "<script>" in texts(in_file(figure(annotations=[theme.text_at(1, 5, "<script>")])))


def test_lines_of_a_label_each_have_their_place():
    small = "<span style='font-size:10px;color:#ff0000'>n = 3</span>"
    note = theme.text_at(1, 5, f"<b>Navn</b><br>{small}", xanchor="left", align="left")
    root = in_file(figure(annotations=[note]))
    first, second = texts(root)["Navn"], texts(root)["n = 3"]
    assert first.get("x") == second.get("x") == "92", "90 px and plotly's rim of 2 px"
    assert float(second.get("y")) - float(first.get("y")) == pytest.approx(1.3 * 12, abs=0.01)
    assert (second.get("font-size"), second.get("fill")) == ("10", "#f00")


def test_in_a_file_no_text_has_parts():
    note = theme.text_at(1, 5, "<b>12</b> patienter", xanchor="right")
    root = in_file(figure(annotations=[note]))
    first, second = texts(root)["12"], texts(root)["patienter"]
    assert not list(root.iter(f"{SVG}tspan"))
    between = letters.width("12", 12, 700) + letters.width(" ", 12)
    assert float(second.get("x")) - float(first.get("x")) == pytest.approx(between, abs=0.02)
    assert float(second.get("x")) + letters.width("patienter", 12) == pytest.approx(88, abs=0.02)


def test_blanks_at_the_start_are_kept():
    assert [run.text for run in lines("    Vejle", 12, "#000000")[0]] == ["\u00a0\u00a0\u00a0\u00a0Vejle"]


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [("left", 92), ("center", 90), ("right", 88), ("auto", 90)],
)
def test_a_label_stands_on_the_side_of_its_place_that_it_says(anchor, expected):
    root = in_file(figure(annotations=[theme.text_at(1, 5, "her", xanchor=anchor)]))
    assert float(texts(root)["her"].get("x")) == expected


def test_a_labels_ground_is_as_wide_as_its_words():
    note = theme.text_at(1, 5, "Vejle", bgcolor="#ffffff", borderpad=0, xanchor="left")
    ground = next(in_file(figure(annotations=[note])).iter(f"{SVG}path")).get("d")
    across = float(re.search(r"h([\d.]+)", ground)[1])
    assert across == pytest.approx(letters.width("Vejle", 12) + 2, abs=0.06)


# --- what marks are ----------------------------------------------------------------------------------


def test_marks_carry_what_they_are():
    points = dots([1, 2], [3, 4], name="DK", ids=["HER-KIR", "VEJ-KIR"], meta="units", customdata=["a", "b"])
    intervals = line([1, 2, None, 2, 3], [3, 3, None, 4, 4], ids=["a", "a", None, "b", "b"], meta="intervals")
    for root in (in_file(figure(points, intervals)), on_page(figure(points, intervals))):
        held = next(one for one in root.iter() if one.get("class") == "units")
        assert held.get("data-series") == "DK"
        assert [one.get("data-id") for one in held] == ["HER-KIR", "VEJ-KIR"]
        assert [one.get("data-of") for one in held] == ["a", "b"]
        lines_ = next(one for one in root.iter() if one.get("class") == "intervals")
        assert [one.get("data-id") for one in lines_] == ["a", "b"] and lines_.get("stroke-width") == "2"


def test_one_drawing_is_always_the_same():
    fig = figure(dots([1, 2], [3, 4]), line([0, 4], [1, 9]))
    assert svg.on_page(fig, "f") == svg.on_page(copy.deepcopy(fig), "f")


# --- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"data": [{"type": "pie"}]}, r"trace 0\.type: 'pie' cannot be drawn; known are 'scatter', 'bar'"),
        ({"data": [dots([1], [1], stackgroup="a")]}, r"trace 0 \(scatter\): 'stackgroup' cannot be drawn"),
        ({"data": [dots([1], [1]) | {"marker": {"size": 3, "color": "#000", "symbol": "star"}}]}, "symbol: 'star'"),
        ({"data": [dots([1], [1]) | {"marker": {"size": [3], "color": "#000"}}]}, "need a marker.opacity"),
        ({"data": [dots([1], [1], xaxis="x3")]}, "there is no axis 'x3'; there are x, y, paper"),
        ({"data": [dots([1, 2], [1])]}, "2 x for 1 y"),
        ({"data": [dots([1, 2], [1, 2], ids=["a"])]}, "1 ids for 2 points"),
        ({"data": [line([1, 2], [1, 2], fill="tonexty", fillcolor="#000")]}, "tonexty needs a line before it"),
        ({"xaxis": theme.axis(range=[0, 1])}, "xaxis: its ticks are not said"),
        ({"xaxis": theme.axis(tickvals=[], ticktext=[])}, "xaxis: its ends are not said"),
        ({"xaxis": theme.axis(range=[1, 1], visible=False)}, "has no width"),
        ({"xaxis": theme.axis(range=[0, 1], nticks=3)}, "xaxis: 'nticks' cannot be drawn"),
        ({"xaxis": theme.axis(range=[0, 1], tickvals=[0], ticktext=["0"], tickangle=45)}, "tickangle: 45"),
        ({"title": "x"}, "layout: 'title' cannot be drawn"),
        ({"showlegend": True}, "no legend is drawn"),
        ({"shapes": [{"type": "circle", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]}, "shape 0: a circle is drawn in pixels"),
        ({"annotations": [{"x": 0, "y": 0, "text": "a", "showarrow": True}]}, "annotation 0: a label with an arrow"),
        ({"annotations": [theme.text_at(0, 0, "a", textangle=3)]}, "annotation 0: 'textangle'"),
        ({"annotations": [theme.text_at(0, 0, "<span style='top:1px'>a</span>")]}, "style 'top:1px'"),
        ({"annotations": [theme.text_at(float("nan"), 0, "a")]}, "nan has no place on an axis"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(changed, says):
    fig = figure(*changed.pop("data", [])) if "data" in changed else figure(**changed)
    for draw in (lambda: svg.on_page(fig, "f"), lambda: svg.in_file(fig, "f", 300)):
        with pytest.raises(svg.Undrawable, match=says):
            draw()


# --- the writing -------------------------------------------------------------------------------------


def test_numbers_and_colours_are_short():
    assert [number(one) for one in (12.0, 0.5, -0.25, -0.04, 1.06, 100)] == ["12", ".5", "-.2", "0", "1.1", "100"]
    assert paint("fill", "#ffffff") == {"fill": "#fff"} and paint("fill", "#c9d7e6") == {"fill": "#c9d7e6"}
    assert paint("fill", "rgba(255,255,255,.85)") == {"fill": "#fff", "fill-opacity": ".85"}
    assert paint("stroke", "rgba(0,0,0,0)") == {"stroke": "none"}


def test_what_all_of_a_group_say_is_said_once():
    made = group([Element("circle", {"r": "1", "fill": "red"}), Element("circle", {"r": "2", "fill": "red"})])
    assert str(made) == '<g fill="red"><circle r="1"/><circle r="2"/></g>'
    mixed = group([Element("circle", {"fill": "red"}), Element("circle", {"fill": "blue"})])
    assert str(mixed) == '<g><circle fill="red"/><circle fill="blue"/></g>'
    assert group([]) is None


def test_symbols_have_the_sizes_of_plotlys():
    assert symbols.shape("f", "diamond", 10)[0] == "M6.5 0L0 6.5L-6.5 0L0-6.5Z".replace("L0-", "L0 -")
    assert symbols.shape("f", "triangle-up-open", 12) == ("M-6.93 3L6.93 3L0 -6Z", True)
    assert symbols.shape("f", "circle", 12) == (None, False)


def test_a_name_at_the_top_of_a_figure_stays_in_it():
    taken = [label_places.mark(0.5, 260)]
    for number_ in range(4):  # all at one point, 8 px below the top
        box, keys = label_places.around(0.5, 260, f"Hillerød {number_}", taken, 278)
        taken.append(box)
        assert box.high <= 278 and box.low >= 0 and {"xanchor"} <= set(keys)
