"""The parts of the pages with mock numbers, to look at: ``python -m tests.support.gallery [PORT]``. Not shipped.

/ imitates the overview, /afdeling a department on a phone, /figur a figure, the map, bars and problem notices.
"""

from __future__ import annotations

import datetime as dt
import sys

import dash
from dash import html

from figures import map as maps
from figures import theme
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import cards, marks, tables
from layouts.parts import figure as figures
from words import format as fmt
from words.choices import State
from words.reader import Reader

DATABASES = (
    ("DCCG", "DCCG · tyk- og endetarmskræft"),
    ("DLCR", "DLCR · lungekræft"),
    *((f"D{n:02d}", f"D{n:02d} · opdigtet database {n}") for n in range(3, 26)),
)
UNITS = (("SLA-KIR", "Slagelse"), ("KOE-KIR", "Køge"))


def mock_context(path, state, problems, **changes):
    """A Reader for a page view, without a store."""
    values = {
        "state": state,
        "path": path,
        "snapshot_id": "2026-11-03 · a41f9c",
        "data_cut": dt.date(2026, 10, 31),
        "synthetic": True,
        "edition": "working",
        "threshold": 5,
        "database": state.database or "DCCG",
        "databases": DATABASES,
        "period": state.period or 2025,
        "periods": tuple(range(2025, 2013, -1)),
        "units": UNITS,
        "problems": tuple(problems),
    }
    return Reader(**{**values, **changes})


def context(path, query, extras=None):
    state, problems = State.from_query(query, extras)
    return mock_context(path, state, problems)


E_, S_ = marks.Estimate, None
# name, aside, operator, standard, kind, value, lower, upper, verdict, regions, trend, n, N, missing
ROWS = {
    "Udredning og MDT-konference": [
        ("TNM komplet", "klinisk", ">=", 0.95, "standard", 0.950, 0.943, 0.956, "unsettled",
         (0.956, 0.921, 0.949, 0.964, 0.944), (0.937, 0.943, 0.950), 4097, 4312, 0),
        ("Stadie oplyst", "", ">=", 0.90, "standard", 0.948, 0.941, 0.955, "met",
         (0.931, 0.939, 0.948, 0.951, 0.957), (0.944, 0.945, 0.948), 4089, 4312, 0),
        ("MDT før første behandling", "ikke akut", ">=", 0.90, "standard", 0.936, 0.928, 0.944, "met",
         (0.953, 0.896, 0.938, 0.949, 0.904), (0.934, 0.936, 0.936), 3727, 3981, 72),
        ("MDT før større indgreb", "ikke akut", ">=", 0.95, "standard", 0.967, 0.960, 0.973, "met",
         (0.974, 0.950, 0.969, 0.971, 0.956), (0.960, 0.963, 0.967), 2779, 2874, 22),
        ("MDT-beslutning fulgt", "", "", None, "", 0.915, 0.905, 0.923, "no_standard",
         (0.903, 0.906, 0.912, 0.915, 0.921), (0.905, 0.912, 0.915), 3487, 3812, 148),
    ],
    "Planlagt kirurgi": [
        ("Anastomoselækage, kolon", "30 dage", "<=", 0.03, "standard", 0.031, 0.023, 0.040, "unsettled",
         (0.024, 0.0295, 0.031, 0.040, 0.041), (0.036, 0.034, 0.031), 52, 1688, 19),
        ("Anastomoselækage, rektum", "30 dage", "<=", 0.10, "standard", 0.129, 0.104, 0.159, "not_met",
         (0.107, 0.198, 0.111, 0.118, 0.135), (0.112, 0.127, 0.129), 79, 611, 9),
        ("Inkluderet i forsøgsprotokol", "", ">=", 0.15, "target", 0.114, 0.104, 0.124, "unsettled",
         (0.092, 0.100, 0.124, 0.127, 0.096), (0.099, 0.106, 0.114), 444, 3905, 402),
    ],
}  # fmt: skip
REGIONS = ("Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland")


def overview(**query):
    c = context("/", query)
    key = marks.key(
        marks.verdict("met", c.lang, number="10"),
        marks.verdict("unsettled", c.lang, number="3"),
        marks.verdict("not_met", c.lang, number="2"),
        html.Span("uden standard 4", className="light"),
        html.Span("udviklingsmål 1", className="light"),
        html.Span(
            [
                marks.key_entry("point", "Danmark, 95 %-interval"),
                marks.key_entry("region", "region"),
                marks.key_entry("region-bad", "region, der klart ikke opfylder"),
                marks.key_entry("standard", "standard"),
            ],
            className="key key-push",
        ),
    )
    heading = html.Span(
        [html.Span("← dårligere"), html.Span("standard"), html.Span("bedre →")], className="strip-heading"
    )
    columns = [
        tables.Heading("Indikator", "left", width="284px"),
        tables.Heading("Standard", "left", width="96px"),
        tables.Heading("Danmark 2025", "left", sub="% (95 %-interval)", width="135px"),
        tables.Heading(heading, "left", css="has-strip", width="337px"),
        tables.Heading("2023–2025", "left", width="108px"),
        tables.Heading("Tæller/nævner"),
        tables.Heading("Uoplyst", width="92px"),
        tables.Heading("Vurdering", "left", width="106px"),
    ]
    groups = [tables.Group(title, [_row(c, row) for row in rows]) for title, rows in ROWS.items()]
    return shell.page(
        c,
        active="overview",
        finding=[
            "10 af 15 standarder er klart opfyldt i 2025. To er det ikke:",
            "lækage efter rektumkirurgi og palliation inden for 10 dage.",
        ],
        lead="Tre standarder er usikre: TNM komplet, kolonlækage og adjuverende kemoterapi. Rektumlækagen er højest i "
        "Sjælland: 19,8 %, mod 10,7 % i Hovedstaden. Resultaterne er ikke case-mix-justeret.",
        body=[key, tables.table("Indikatorer i DCCG 2025", columns, groups, css="overview")],
        selections=select.standard(c),
        foot=[
            [
                html.Strong("Sådan læses listen. "),
                "Standarden ligger på samme lodrette linje i alle rækker; højre er altid bedre.",
            ]
        ],
    )


def _row(c, row):
    name, aside, operator, standard, kind, value, lower, upper, verdict, regions, trend, n, total, missing = row
    better = "lower" if operator == "<=" else "higher"
    national = marks.Estimate(value, lower, upper, verdict, "Danmark")
    bad = {("TNM komplet", "Sjælland"), ("Anastomoselækage, rektum", "Sjælland")}
    places = [
        marks.Estimate(v, verdict="not_met" if (name, r) in bad else "met", name=r)
        for r, v in zip(REGIONS, regions, strict=True)
    ]
    scale = (
        marks.scale_around(standard, better) if standard else marks.scale_over([*regions, lower, upper], better, 0.2)
    )
    share = missing / (missing + total)
    missing_cell = (
        tables.cell(fmt.count(missing), html.Span(fmt.percent(share), className="is-high" if share > 0.05 else ""))
        if missing
        else html.Span("0", className="light")
    )
    return tables.Row(
        [dash.dcc.Link(name, href=c.to("/figur")), html.Span(aside, className="aside")],
        [
            tables.cell(fmt.standard(operator, standard), "udviklingsmål")
            if kind == "target"
            else (fmt.standard(operator, standard) if standard else fmt.NONE),
            [
                html.Span(fmt.percent_number(value), className="value-main"),
                " ",
                html.Span(f"({fmt.interval(lower, upper)})", className="value-interval"),
            ],
            marks.strip(scale, national, places, standard=standard, kind=kind or "standard"),
            marks.sparkline(
                trend,
                ", ".join(fmt.percent(v) for v in trend),
                standard=standard,
                least=abs(scale.right - scale.left) / 4,
            ),
            fmt.fraction(n, total),
            missing_cell,
            marks.verdict(verdict, c.lang),
        ],
    )


def department(**query):
    c = context("/afdeling", query)

    def card(title, verdict, value, lower, upper, standard, country, facts, more=()):
        estimate = marks.Estimate(value, lower, upper, verdict, title)
        scale = marks.Scale(0.7 if standard < 0.95 else 0.8, 1.0)
        return cards.attention(
            title,
            c.to("/figur"),
            verdict_name=verdict,
            standard=f"standard {fmt.standard('>=', standard)}",
            value=fmt.percent(value),
            interval=fmt.interval(lower, upper),
            strip=marks.own_strip(scale, estimate, standard=standard, reference=("landet", country)),
            facts=facts,
            more=more,
        )

    alarm = cards.warning(
        "Tidligt varsel.",
        "20 patienter flere end ventet uden MDT før behandling siden september. Falsk alarm ventes højst én gang "
        "på 10 år.",
    )
    return shell.page(
        c,
        active="departments",
        finding=["Tre af 11 indikatorer ligger", "klart under standarden"],
        lead="MDT før behandling faldt i september 2025 og er ikke kommet op igen. To indikatorer er klart opfyldt, "
        "seks er usikre, fordi der er få patienter.",
        selections=select.standard(c, "database", "period", "sex", "age", "stage", "unit"),
        summary=("Kirurgisk afdeling, Slagelse", f"DCCG · {c.period_label} · {c.patients_text()}"),
        body=[
            shell.section(
                "Se på disse først",
                card("MDT før første behandling", "not_met", 0.836, 0.781, 0.881, 0.9, 0.936,
                     ["188 af 225", "uoplyst 11 (4,7 %)", "2024: 91,6 %"], [alarm]),
                card("Registreret inden 30 dage", "not_met", 0.789, 0.733, 0.838, 0.9, 0.925,
                     ["198 af 251", "uoplyst 3 (1,2 %)", "2024: 88,4 %"]),
                card("TNM komplet, klinisk", "not_met", 0.905, 0.862, 0.938, 0.95, 0.950,
                     ["228 af 252", "uoplyst 0", "2024: 92,1 %"]),
                note="streg: 95 %-interval",
                kind="lead-section",
            ),
            shell.section(
                "Resten",
                cards.compact_head("unsettled", "6 indikatorer krydser standarden"),
                cards.compact("MDT før større indgreb", c.to("/figur"), "≥ 95 % · 133 af 138 · uoplyst 1", "96,4 %",
                              "91,7–98,8"),
                cards.compact("Anastomoselækage, kolon", c.to("/figur"), "≤ 3 % · 3 af 88 · uoplyst 1", "3,4 %",
                              "0,7–9,6"),
                cards.compact_head("met", "2 indikatorer"),
                cards.compact("Stadie oplyst", c.to("/figur"), "≥ 90 % · 244 af 252 · uoplyst 0", "96,8 %",
                              "93,8–98,6"),
                cards.onward("Patienter uden MDT før behandling", c.to("/figur"), "37"),
                cards.onward("Ventetider i afdelingen", c.to("/figur")),
                note="andel, 95 %-interval",
                kind="lead-section",
            ),
        ],
    )  # fmt: skip


VALUES = {
    "1084": maps.MapRegion(0.953, "met"),
    "1085": maps.MapRegion(0.896, "unsettled"),
    "1083": maps.MapRegion(0.938, "met"),
    "1082": maps.MapRegion(0.949, "met"),
    "1081": maps.MapRegion(0.904, "unsettled"),
}


def figure_page(**query):
    c = context("/figur", query, {"vis": ("tragt", "liste")})
    trend = {
        "data": [
            {"type": "scatter", "mode": "lines+markers", "x": list(range(2013, 2026)),
             "y": [85 + n * 0.7 for n in range(13)], "line": {"color": theme.BLUE, "width": 2}},
        ],
        "layout": theme.layout(
            240,
            xaxis=theme.axis(range=[2012.5, 2025.5], tickvals=[2013, 2019, 2025], ticktext=["2013", "2019", "2025"]),
            yaxis=theme.axis(range=[80, 100], tickvals=[80, 90, 100], ticktext=["80", "90", "100 %"]),
            shapes=[theme.line(x0=0, x1=1, xref="paper", y0=90, y1=90)],
            annotations=[theme.text_at(2025, 90, "standard 90", xanchor="right", yanchor="top")],
        ),
    }  # fmt: skip
    words = select.Switch(
        "vis",
        "Vis",
        tuple(
            select.Choice(text, c.here(vis=value), c.state.choice("vis", "liste") == value)
            for value, text in (("liste", "Liste"), ("tragt", "Tragtplot"))
        ),
    )
    histogram = [marks.Bar(str(n), v, fmt.count(v), "red" if n > 14 else "") for n, v in enumerate(
        (20, 19, 16, 15, 11, 17, 14, 16, 12, 13, 11, 14, 11, 5, 6, 0, 2, 1, 1, 0, 2))]  # fmt: skip
    return shell.page(
        c,
        active="overview",
        breadcrumbs=[("Overblik", "/"), ("Udredning og MDT-konference", None), ("MDT før første behandling", None)],
        finding=[
            "MDT før første behandling: 93,6 % i 2025. Standarden på 90 % er opfyldt.",
            "Tre af 17 afdelinger ligger klart under: Hjørring, Slagelse og Aabenraa.",
        ],
        lead="Slagelse faldt fra 91,6 % i 2024 til 83,6 % i 2025. Ikke case-mix-justeret.",
        selections=[*select.standard(c, "database", "period", "sex"), words],
        body=[
            shell.columns(
                figures.figure(
                    "udvikling", trend, context=c, title="Udvikling 2013–2025", height=240,
                    alt="Andelen steg fra 85 % i 2013 til 93 % i 2025.",
                    caption="Akse 80–100 %.", definition="MDT før første behandling, version 1",
                    downloads=[figures.Download("Data (CSV)", "/hent/trend.csv")],
                    twin=html.P("2013: 85 %, 2025: 93 %"), answers=True,
                ),
                html.Div([
                    figures.figure(
                        "kort", maps.regions(VALUES, c.lang), context=c, title="Regioner", height=maps.HEIGHT,
                        alt=maps.alt(VALUES, c.lang),
                        caption="Behandlende region. Mørkere flade = højere andel. Bornholm (i indsat felt) hører til "
                        "Hovedstaden.",
                    ),
                    shell.panel(
                        "Sådan er indikatoren defineret",
                        shell.facts([("Population", "Forløb med en første behandling i 2025"),
                                     ("Betingelse", html.Code("mdt_first_date <= first_treatment_date"))]),
                    ),
                ]),
            ),
            shell.section(
                "Bjælker",
                marks.bars([marks.Bar("Slagelse", 24, "24", "own"), marks.Bar("Køge", 12, "12"),
                            marks.Bar("Aabenraa", 19, "19", "red")]),
                marks.histogram(histogram, "Ventetid i dage", every=7),
            ),
            shell.section(
                "Tabel til årsrapporten",
                tables.table(
                    "MDT-konference før første behandling. Behandlende afdeling, DCCG 2025.",
                    [tables.Heading("", "left"), tables.Heading("Standard ≥ 90 %", "left", sub="opfyldt"),
                     tables.Heading("Tæller/", sub="nævner"), tables.Heading("Uoplyst", sub="antal (%)"),
                     tables.Heading("Aktuelle år 2025", sub="% (95 % CI)", css="is-current"),
                     tables.Heading("2024", sub="% (95 % CI)"), tables.Heading("2023", sub="% (95 % CI)")],
                    [tables.Row("Danmark", ["Ja", "3.727/3.981", "72 (2)", "94 (93–94)", "94 (93–94)", "93 (92–94)"],
                                "total"),
                     tables.Row("Sjælland", ["Nej", "463/517", "18 (3)", "90 (87–92)", "93 (90–95)", "93 (90–95)"],
                                "region"),
                     tables.Row(["Slagelse", tables.own_tag()],
                                ["Nej", "188/225", "11 (5)", "84 (78–88)", "92 (87–95)", "92 (88–95)"], "unit",
                                own=True)],
                    css="dense", show_caption=True, footnotes=["Uoplyst % = uoplyste / (uoplyste + nævner)."],
                ),
            ),
        ],
    )  # fmt: skip


def not_found(**query):
    return shell.not_found(context("/findes-ikke", query))


def gallery_app():
    """A Dash application with the gallery's pages and the real app's settings."""
    from server.application import create_app

    dash.page_registry.clear()
    app = create_app(mock_context, lambda: "gallery", pages_folder="", register=register)
    return app


def register():
    """Register the gallery's pages in Dash's registry."""
    dash.register_page("gallery.overview", path="/", layout=overview, title=shell.BRAND)
    dash.register_page("gallery.department", path="/afdeling", layout=department, title=shell.BRAND)
    dash.register_page("gallery.figure", path="/figur", layout=figure_page, title=shell.BRAND)
    dash.register_page("gallery.not_found_404", path="/404", layout=not_found, title=shell.BRAND)


if __name__ == "__main__":
    import waitress

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8099
    waitress.serve(gallery_app().server, host="127.0.0.1", port=port, threads=4)
