"""Tables of /datakvalitet: coverage, delay, completeness, what the load found, the extract's tables."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from data import reference
from data.delivered import not_delivered
from indicators.catalogue import indicator as indicator_of
from indicators.catalogue import why_not_reported
from layouts.frame import shell
from layouts.parts import html, marks, tables
from layouts.parts.downloads import line
from results.audit import UnitTable
from results.quality import SMALLEST_FOR_MEDIAN, Delay, Filled, Variable, undelivered_variables
from words import format as fmt
from words import verdicts, whom
from words.indicator import shown_units, unit_name
from words.quality import LOW, delay_name, ordered
from words.reader import Reader

HIGH = 0.05  # above this share the uoplyste stand in amber


def hidden_word(context: Reader) -> str:
    """'skjult'."""
    return context.t("skjult", "hidden")


def _name(context: Reader, level: str, code: str, text: str) -> object:
    """A row's name: departments link to their page."""
    if level == "department" and code:
        name: list = [dcc.Link(text, href=context.to(f"/afdeling/{code}"))]
        if code == context.state.unit:
            name.append(tables.own_tag(context.lang))
        return html.Span(name)
    return text


def _kind(level: str) -> str:
    return {"nation": "total", "region": "region"}.get(level, "unit")


# --- coverage --------------------------------------------------------------------------------------


def coverage(context: Reader, table: UnitTable | None) -> html.Section:
    """Coverage by unit, or why there is none."""
    t, lang = context.t, context.lang
    heading = t("Dækningsgrad", "Coverage")
    if table is None:
        return shell.section(heading, html.P(_why_no_coverage(context), className="quality-text"), id="daekning")
    rows = []
    for unit in shown_units(table):
        cell = table.cell(unit)
        if cell.rate is None:
            values: list = [hidden_word(context) if cell.hidden else fmt.NONE, fmt.NONE, fmt.NONE]
        else:
            values = [
                html.Strong(fmt.percent(cell.rate, 1, lang)),
                fmt.interval(cell.lower, cell.upper, 1, lang),
                fmt.fraction(cell.numerator, cell.denominator, lang),
            ]
        shape = [marks.mark(cell.state)] if cell.rate is not None else []
        verdict = html.Span(
            [*shape, html.Span(verdicts.verdict_text(cell.state, lang, context.threshold), className="visually-hidden")]
        )
        own = unit.level == "department" and unit.code == context.state.unit
        name = _name(context, unit.level, unit.code, unit_name(context, unit))
        rows.append(tables.Row(name, [verdict, *values], kind=_kind(unit.level), own=own))
    standard = table.standard
    sub = f"standard {fmt.standard(standard.operator, standard.value, lang)}" if standard is not None else None
    columns = [
        tables.Heading(t("Enhed", "Unit"), "left", sub=sub),
        tables.Heading(html.Span(t("Vurdering", "Verdict"), className="visually-hidden"), css="quality-mark"),
        tables.Heading("%"),
        tables.Heading(t("95 % CI", "95% CI"), wide_only=True),
        tables.Heading("n/N"),
    ]
    caption = t(f"Dækningsgrad {context.period_label}", f"Coverage {context.period_label}")
    words = [marks.verdict(name, lang) for name in ("met", "uncertain", "not_met")]
    return shell.section(
        f"{heading}{whom.suffix(context)}",
        marks.key(*words),
        tables.table(caption, columns, rows, css="dense quality-table"),
        shell.caption(
            t(
                "Andel af de forventede forløb (Landspatientregisteret eller Patologiregisteret), der er i databasen.",
                "Share of the expected cases (Patient Register or Pathology Register) that are in the database.",
            )
        ),
        html.P(line(context, "enheder", "coverage"), className="section-links"),
        id="daekning",
    )


def _why_no_coverage(context: Reader) -> list:
    reason = why_not_reported(indicator_of("coverage"), context.view.info)
    if reason is not None:
        return [context.t("Ikke opgjort. ", "Not reported. "), reason.in_(context.lang)]
    text = context.t(
        "Dækningsgraden kendes kun for alle patienter efter behandlende afdeling. ",
        "Coverage is known for all patients by treating department only. ",
    )
    link = context.here(sex=None, age_group=None, stage=None, place="treating")
    return [text, dcc.Link(context.t("Vis den for alle patienter", "Show it for all patients"), href=link)]


# --- delay -----------------------------------------------------------------------------------------


def delay(context: Reader, rows: Sequence[Delay]) -> html.Section | None:
    """Days from diagnosis to the first report."""
    t, lang = context.t, context.lang
    if not rows or not any(one.hidden or one.within_30 is not None or one.missing for one in rows):
        return None
    heading = t("Registreringsforsinkelse", "Registration delay")
    if (reason := why_not_reported(indicator_of("registered_30d"), context.view.info)) is not None:
        text = [t("Ikke opgjort. ", "Not reported. "), reason.in_(lang)]
        return shell.section(heading, html.P(text, className="quality-text"), id="forsinkelse")
    lines = []
    for one in ordered(rows):
        if one.level == "department" and not one.code:
            continue  # without department there is no region either; the region's row says it
        share = one.within_30
        text = hidden_word(context) if one.hidden else fmt.NONE if share is None else fmt.percent(share, 1, lang)
        bar = html.Span(
            [
                html.Span(html.I(style={"width": f"{round((share or 0) * 100, 2):g}%"}), className="quality-bar",
                          **{"aria-hidden": "true"}),
                html.Strong(text),
            ],
            className="with-bar",
        )  # fmt: skip
        own = one.level == "department" and bool(one.code) and one.code == context.state.unit
        name = _name(context, one.level, one.code, delay_name(context, one))
        cells = [bar, _days(context, one, one.median), _days(context, one, one.p90), count(context, one.cases)]
        lines.append(tables.Row(name, [*cells, _missing(context, one)], kind=_kind(one.level), own=own))
    columns = [
        tables.Heading(t("Enhed", "Unit"), "left"),
        tables.Heading(t("Inden for 30 dage", "Within 30 days"), css="quality-share"),
        tables.Heading("Median", sub=t("dage", "days")),
        tables.Heading(t(f"90{fmt.NBSP}%", "90%"), sub=t("dage", "days")),
        tables.Heading("n", wide_only=True),
        tables.Heading(t("Uoplyst", "Missing")),
    ]
    caption = t(f"Registreringsforsinkelse {context.period_label}", f"Registration delay {context.period_label}")
    notes = [
        t(
            "Dage fra diagnose til første indberetning; 90 %: ni af ti forløb er indberettet inden for så mange dage. "
            f"n: forløb med kendt dato. Median og 90 % vises fra {SMALLEST_FOR_MEDIAN} forløb.",
            "Days from diagnosis to the first report; 90%: nine of ten cases are reported within so many days. n: "
            f"cases with a known date. Median and 90% are shown from {SMALLEST_FOR_MEDIAN} cases.",
        )
    ]
    return shell.section(
        heading,
        tables.table(caption, columns, lines, css="dense quality-table"),
        shell.caption(*notes),
        html.P(line(context, "forsinkelse"), className="section-links"),
        id="forsinkelse",
        of=context,
    )


def _days(context: Reader, one: Delay, value: float | None) -> str:
    if value is None:
        return hidden_word(context) if one.hidden else fmt.NONE
    return fmt.number(round(value), 0, context.lang)


def count(context: Reader, value: int | None) -> str:
    """A count, or 'skjult'."""
    return hidden_word(context) if value is None else fmt.count(value, context.lang)


def _missing(context: Reader, one: Delay) -> object:
    if one.missing is None:
        return hidden_word(context)
    text = fmt.count(one.missing, context.lang)
    total = one.missing + (one.cases or 0)
    if one.missing and total and one.cases is not None:
        share = one.missing / total
        part = html.Span(f" ({fmt.percent(share, 1, context.lang)})", className="only-wide")
        return html.Span([text, part], className="is-high" if share > HIGH else None)
    return text


# --- completeness ----------------------------------------------------------------------------------


def regions_of(variables: Sequence[Variable]) -> list[str]:
    """The region codes of the columns, in table order."""
    there = {code for one in variables for code in one.places}
    return [code for code in (*reference.region_order(), "") if code in there]


def completeness(context: Reader, variables: Sequence[Variable]) -> html.Section | None:
    """Each needed variable: the country with bar and count, then the regions."""
    t, lang = context.t, context.lang
    if not any("nation" in one.places for one in variables):
        return None
    codes = regions_of(variables)
    rows = []
    for one in variables:
        nation = one.places["nation"]
        rest = _lacking(context, nation)
        lowest = _lowest(context, one)
        share = nation.share or 0
        tone = "quality-bar low" if nation.share is not None and nation.share < LOW else "quality-bar"
        bar = html.Span(
            [
                html.Span(
                    html.I(style={"width": f"{round(share * 100, 2):g}%"}), className=tone, **{"aria-hidden": "true"}
                ),
                html.Strong(_filled(context, nation)),
            ],
            className="with-bar",
        )
        cells = [bar, rest, *[_filled(context, one.places.get(code)) for code in codes]]
        title = one.title.in_(lang)
        head = [title, html.Span(lowest, className="cell-sub only-phone")] if lowest else title
        rows.append(tables.Row(html.Span(head), cells))
    columns = [
        tables.Heading(t("Variabel", "Variable"), "left"),
        tables.Heading(t("Danmark", "Denmark"), css="quality-share"),
        tables.Heading(t("mangler", "lacking")),
        *[
            tables.Heading(reference.region_name(code) if code else t("Uden region", "No region"), wide_only=True)
            for code in codes
        ],
    ]
    where = t("behandlende region", "treating region")
    if context.state.place != "treating":
        where = t("bopælsregion", "region of residence")
    caption = t(
        f"Andel af forløbene, hvor variablen er registreret, {context.period_label}, efter {where}",
        f"Share of cases with the variable registered, {context.period_label}, by {where}",
    )
    notes = [
        t(
            f"Andel af forløbene diagnosticeret i {context.period_label}, hvor værdien er registreret, efter {where}. "
            "Dødsårsag: blandt de døde. Fed gult: under 90 %.",
            f"Share of the cases diagnosed in {context.period_label} with the value registered, by {where}. Cause of "
            "death: among the dead. Bold amber: below 90%.",
        )
    ]
    if gone := undelivered_variables(context.view):
        notes.append(f" {t('Ikke opgjort:', 'Not reported:')} {t(*not_delivered(gone))}")
    if any(one.hidden for variable in variables for one in variable.places.values()):
        notes.append(" " + hidden_note(context))
    return shell.section(
        t("Datakomplethed", "Completeness"),
        tables.table(caption, columns, rows, css="dense quality-table completeness"),
        shell.caption(*notes),
        html.P(line(context, "komplethed"), className="section-links"),
        id="komplethed",
        of=context,
    )


def _filled(context: Reader, one: Filled | None) -> object:
    if one is None or (one.share is None and not one.hidden):
        return html.Span(fmt.NONE, className="light")
    if one.hidden:
        return html.Span(hidden_word(context), className="light")
    text = fmt.percent(one.share, 1, context.lang)
    return html.Span(text, className="is-high") if one.share < LOW else text


def _lacking(context: Reader, one: Filled) -> str:
    if one.cases is None or one.registered is None:
        return hidden_word(context)
    return fmt.count(one.cases - one.registered, context.lang)


def _lowest(context: Reader, one: Variable) -> str:
    """'lavest: Sjælland 94,5 %', for the phone; empty where fewer than two regions are shown."""
    shown = [
        (place.share, code)
        for code, place in one.places.items()
        if code not in ("nation", "") and place.share is not None
    ]
    if len(shown) < 2:
        return ""
    share, code = min(shown)
    word = context.t("lavest", "lowest")
    return f"{word}: {reference.region_name(code)} {fmt.percent(share, 1, context.lang)}"


def hidden_note(context: Reader) -> str:
    """What 'skjult' means on this page."""
    k = context.threshold
    return context.t(
        f"Skjult: færre end {k} forløb, eller et tal, der kunne røbe et sådant.",
        f"Hidden: fewer than {k} cases, or a number that could give such a one away.",
    )
