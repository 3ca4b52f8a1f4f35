"""Tables of /datakvalitet: coverage, delay, completeness, what the load found, the extract's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dash import dcc

from data import reference
from data.delivered import not_delivered
from exports import quality as exports
from exports.indicator import of_units
from indicators.catalogue import indicator as indicator_of
from indicators.catalogue import why_not_reported
from layouts.frame import shell
from layouts.parts import html, marks, tables
from layouts.parts.downloads import line
from results.audit import UnitTable
from results.quality import SMALLEST_FOR_MEDIAN, Delay, Variable, undelivered_variables
from results.table import Line, Said, Table, Value
from words import format as fmt
from words import values, verdicts, whom
from words.indicator import cohort, shown_units
from words.quality import LOW
from words.reader import Reader
from words.verdicts import GRADES

HIGH = 0.05  # above this share the uoplyste stand in amber


def hidden_word(context: Reader) -> str:
    """'skjult'."""
    return context.t("skjult", "hidden")


def _name(context: Reader, line: Line) -> object:
    """A row's name: departments link to their page."""
    if line.row.link is None:
        return line["short"]
    name: list = [dcc.Link(line["short"], href=context.to(f"/afdeling/{line['code']}"))]
    if line.row.own:
        name.append(tables.own_tag(context.lang))
    return html.Span(name)


# --- coverage --------------------------------------------------------------------------------------


def coverage(context: Reader, table: UnitTable | None) -> html.Section:
    """Coverage by unit, or why there is none."""
    t, lang = context.t, context.lang
    heading = t("Dækningsgrad", "Coverage")
    if table is None:
        return shell.section(heading, html.P(_why_no_coverage(context), className="quality-text"), id="daekning")
    shown = of_units(context, table)
    now = {line.row.key: line for line in shown.lines if line["period"] == cohort(context, table, table.view.period)}
    lines = [now[f"{unit.level}.{unit.code}"] for unit in shown_units(table)]
    standard = table.standard
    sub = f"standard {fmt.standard(standard.operator, standard.value, lang)}" if standard is not None else None

    def verdict(line: Line) -> html.Span:
        shape = [marks.mark(line["verdict"].key)] if line.number("rate") is not None else []
        word = verdicts.verdict_text(line["verdict"].key, lang, context.threshold)
        return html.Span([*shape, html.Span(word, className="visually-hidden")])

    def known(draw: tables.Draw) -> tables.Draw:
        return lambda line: fmt.NONE if line.number("rate") is None else draw(line)

    def share(line: Line) -> object:
        text = values.text(shown.column("rate"), line["rate"], lang)
        return text if line.number("rate") is None else html.Strong(text)

    columns = [
        tables.Heading(t("Enhed", "Unit"), "left", sub=sub, of="unit", draw=lambda line: _name(context, line)),
        tables.Heading(
            html.Span(t("Vurdering", "Verdict"), className="visually-hidden"), css="quality-mark", of="verdict",
            draw=verdict,
        ),
        tables.Heading("%", of="rate", draw=share),
        tables.Heading(
            t("95 % CI", "95% CI"), wide_only=True, of="lower upper",
            draw=known(lambda line: values.limits(line, "lower", "upper", lang)),
        ),
        tables.Heading(
            "n/N", of="denominator numerator",
            draw=known(lambda line: values.fraction(line, "numerator", "denominator", lang)),
        ),
    ]  # fmt: skip
    caption = t(f"Dækningsgrad {context.period_label}", f"Coverage {context.period_label}")
    words = [marks.verdict(name, lang) for name in GRADES]
    return shell.section(
        f"{heading}{whom.suffix(context)}",
        marks.key(*words),
        tables.drawn(context, shown, columns, css="dense quality-table", caption=caption, lines=lines),
        shell.caption(
            t(
                "Andel af de forventede forløb (Landspatientregisteret eller Patologiregisteret), der er i databasen.",
                "Share of the expected cases (Patient Register or Pathology Register) that are in the database.",
            )
        ),
        html.P(line(context, "enheder", "coverage", picks=True), className="section-links"),
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
    shown = exports.of_delays(context)

    def share(line: Line) -> html.Span:
        width = {"width": f"{round((line.number('within_30') or 0) * 100, 2):g}%"}
        bar = html.Span(html.I(style=width), className="quality-bar", **{"aria-hidden": "true"})
        text = html.Strong(values.text(shown.column("within_30"), line["within_30"], lang))
        return html.Span([bar, text], className="with-bar")

    columns = [
        tables.Heading(t("Enhed", "Unit"), "left", of="unit", draw=lambda line: _name(context, line)),
        tables.Heading(of="within_30", css="quality-share", draw=share),
        tables.Heading("Median", sub=t("dage", "days"), of="median"),
        tables.Heading(t(f"90{fmt.NBSP}%", "90%"), sub=t("dage", "days"), of="p90"),
        tables.Heading("n", wide_only=True, of="cases"),
        tables.Heading(t("Uoplyst", "Missing"), of="missing", draw=lambda line: _missing(context, shown, line)),
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
        tables.drawn(context, shown, columns, css="dense quality-table", caption=caption),
        shell.caption(*notes),
        html.P(line(context, "forsinkelse", picks=True), className="section-links"),
        id="forsinkelse",
        of=context,
    )


def _missing(context: Reader, shown: Table, line: Line) -> object:
    text = values.text(shown.column("missing"), line["missing"], context.lang)
    missing, cases = line.number("missing"), line.number("cases")
    if missing and cases is not None:
        share = missing / (missing + cases)
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
    t = context.t
    if not any("nation" in one.places for one in variables):
        return None
    codes = regions_of(variables)
    shown = exports.of_variables(context)
    cells = shown.index("column", "place")
    lines = [line for line in shown.lines if line["place"] == "nation"]
    lowest = {one.name: _lowest(context, one) for one in variables}

    def name(line: Line) -> html.Span:
        below = lowest[line["column"]]
        more = [html.Span(below, className="cell-sub only-phone")] if below else []
        return html.Span([line["variable"], *more] if more else line["variable"])

    def nation(line: Line) -> html.Span:
        share = line.number("share")
        tone = "quality-bar low" if share is not None and share < LOW else "quality-bar"
        width = {"width": f"{round((share or 0) * 100, 2):g}%"}
        bar = html.Span(html.I(style=width), className=tone, **{"aria-hidden": "true"})
        return html.Span([bar, html.Strong(_filled(context, line))], className="with-bar")

    def region(code: str) -> tables.Draw:
        return lambda line: _filled(context, cells.get((line["column"], code)))

    def share_in(code: str) -> Callable[[Line], Value]:
        return lambda line: cells[line["column"], code]["share"] if (line["column"], code) in cells else None

    columns = [
        tables.Heading(t("Variabel", "Variable"), "left", of="variable", draw=name),
        tables.Heading(t("Danmark", "Denmark"), css="quality-share", of="share", draw=nation),
        tables.Heading(
            t("mangler", "lacking"), of="cases registered", draw=lambda line: _lacking(context, line)
        ),
        *[
            tables.Heading(
                reference.region_name(code) if code else t("Uden region", "No region"), wide_only=True,
                draw=region(code), value=share_in(code), key=f"region_{code.lower() or 'none'}",
            )
            for code in codes
        ],
    ]  # fmt: skip
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
        tables.drawn(context, shown, columns, css="dense quality-table completeness", caption=caption, lines=lines),
        shell.caption(*notes),
        html.P(line(context, "komplethed"), className="section-links"),
        id="komplethed",
        of=context,
    )


def _filled(context: Reader, line: Line | None) -> object:
    share = None if line is None else line.number("share")
    if share is None:
        word = hidden_word(context) if line is not None and line["share"] is Said.HIDDEN else fmt.NONE
        return html.Span(word, className="light")
    text = fmt.percent(share, 1, context.lang)
    return html.Span(text, className="is-high") if share < LOW else text


def _lacking(context: Reader, line: Line) -> str:
    cases, registered = line.number("cases"), line.number("registered")
    if cases is None or registered is None:
        return hidden_word(context)
    return fmt.count(cases - registered, context.lang)


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
