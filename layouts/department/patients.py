"""Who the department's patients are: survival, cases per year, case mix against the country, registration."""

from __future__ import annotations

from collections.abc import Sequence

from exports import department as exports
from layouts.department.rows import HIGH, title_of, value_text
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results import department as data
from results.department import DepartmentRow, DepartmentUnit
from results.quality import SMALLEST_FOR_MEDIAN, delays
from results.table import Line, Said, Table
from words import format as fmt
from words import values
from words.reader import Reader


def survival(context: Reader, unit: DepartmentUnit, rows: Sequence[DepartmentRow]) -> html.Section | None:
    """1- and 5-year survival of the department's cases beside the region and the country."""
    t = context.t
    found = [row for row in rows if row.indicator.survival_years]
    if not found:
        return None
    lines = []
    for row in found:
        cell = row.now
        below = f"n {fmt.count(cell.denominator, context.lang)}" if cell.denominator else None
        cohort = title_of(context, row).split(", ", 1)
        head = tables.cell(cohort[0], *cohort[1:])
        own = tables.cell(html.Strong(value_text(context, cell)), *_limits(context, cell, below))
        others = [
            tables.cell(value_text(context, one), *_limits(context, one, None))
            for one in (row.region[row.period], row.nation[row.period])
        ]
        lines.append(tables.Row(head, [own, *others]))
    columns = [
        tables.Heading(t("Andel i live", "Proportion alive"), "left"),
        tables.Heading(t("Afdelingen", "Department")),
        tables.Heading(unit.region_name),
        tables.Heading(t("Danmark", "Denmark")),
    ]
    caption = t(
        f"Overlevelse: {unit.name}, {unit.region_name} og Danmark",
        f"Survival: {unit.name}, {unit.region_name} and Denmark",
    )
    return shell.section(
        t("Overlevelse", "Survival"),
        tables.table(caption, columns, lines, css="plain"),
        shell.caption(
            t(
                "Alle patienter med afdelingen som ansvarlig, uanset dødsårsag (Kaplan-Meier). Alder, stadie og "
                "komorbiditet forklarer en del af forskellene.",
                "All patients under the department's responsibility, any cause of death (Kaplan–Meier). Age, stage and "
                "comorbidity explain part of the differences.",
            )
        ),
        id="overlevelse",
    )


def _limits(context: Reader, cell, below: str | None) -> list[str]:
    parts = []
    if cell.lower is not None and cell.upper is not None:
        parts.append(fmt.interval(cell.lower, cell.upper, 1, context.lang))
    return parts + ([below] if below else [])


def registration(context: Reader, unit: DepartmentUnit, rows: Sequence[DepartmentRow]) -> html.Section | None:
    """Coverage, delay and completeness with region and country, then the indicators that lack information."""
    t = context.t
    lines = []
    for row in rows:
        if row.indicator.family == "data":
            cells = [value_text(context, one[row.period]) for one in (row.own, row.region, row.nation)]
            lines.append(tables.Row(title_of(context, row), [html.Strong(cells[0]), *cells[1:]]))
    if context.edition != "public":
        lines += _delay_rows(context, unit)
    missing = [row for row in rows if row.now.missing is None or row.now.missing]
    missing.sort(key=lambda row: -(row.now.missing_share or 0))
    groups: list = [tables.Group(None, tuple(lines))] if lines else []
    if missing:
        title = t("Uoplyst, flest først", "Missing, most first")
        groups.append(tables.Group(title, tuple(_missing_row(context, row) for row in missing[:8])))
    if not groups:
        return None
    columns = [
        tables.Heading(html.Span(t("Oplysning", "Item"), className="visually-hidden"), "left"),
        tables.Heading(t("Afdelingen", "Department")),
        tables.Heading(unit.region_name, wide_only=True),
        tables.Heading(t("Danmark", "Denmark")),
    ]
    caption = t(f"Registrering og uoplyste i {unit.name}", f"Registration and missing information in {unit.name}")
    notes = []
    if not missing:
        notes.append(t("Ingen indikator har uoplyste.", "No indicator lacks information."))
    elif len(missing) > 8:
        others = len(missing) - 8
        notes.append(
            t(
                f"Yderligere {others} {'indikator' if others == 1 else 'indikatorer'} har uoplyste.",
                f"{others} more {'indicator lacks' if others == 1 else 'indicators lack'} information.",
            )
        )
    return shell.section(
        t("Registrering", "Registration"),
        tables.table(caption, columns, groups, css="plain dense-rows", footnotes=notes),
        id="registrering",
        of=context,
    )


def _delay_rows(context: Reader, unit: DepartmentUnit) -> list[tables.Row]:
    """Median and 90th percentile of the days from diagnosis to the first report."""
    t = context.t
    found = {(one.level, one.code): one for one in delays(data.treating(context.view))}
    places = [found.get(key) for key in (("department", unit.code), ("region", unit.region), ("nation", ""))]
    own = places[0]
    if own is None:
        return []

    def days(value: float | None, hidden: bool) -> str:
        if value is None:
            return t("skjult", "hidden") if hidden else f"n < {SMALLEST_FOR_MEDIAN}"
        return fmt.number(round(value), 0, context.lang)

    rows = []
    for name, text in (("median", t("Dage til indberetning, median", "Days to report, median")),
                       ("p90", t("Dage til indberetning, 90 %-fraktil", "Days to report, 90th centile"))):  # fmt: skip
        cells = [fmt.NONE if one is None else days(getattr(one, name), one.hidden) for one in places]
        rows.append(tables.Row(text, [html.Strong(cells[0]), *cells[1:]]))
    return rows


def _missing_row(context: Reader, row: DepartmentRow) -> tables.Row:
    t = context.t
    cells: list = []
    for cell in (row.now, row.region[row.period], row.nation[row.period]):
        if cell.missing is None:
            cells.append(t("skjult", "hidden"))
            continue
        text, share = fmt.count(cell.missing, context.lang), cell.missing_share
        if cell.missing and share is not None:
            text += f" ({fmt.percent(share, 1, context.lang)})"
        cells.append(html.Span(text, className="is-high") if share is not None and share > HIGH else text)
    return tables.Row(title_of(context, row), cells)


# --- case mix --------------------------------------------------------------------------------------


def patients(context: Reader, unit: DepartmentUnit) -> html.Section | None:
    """Cases per year and the case mix against the country; None where the department is responsible for no cases."""
    t = context.t
    years = exports.of_years(context, unit)
    if not any(line["cases"] for line in years.lines):
        return None
    boxes = [html.Div(_volumes(context, unit, years), className="mix")]
    downloads: list = [html.Span([t("Forløb pr. år: ", "Cases per year: "), line(context, "forloeb", unit.code)])]
    public = context.edition == "public"  # which has all patients alone
    mixes = None if public else exports.of_patients(context, unit)
    notes = []
    if mixes is not None and any(one["cases"] for one in mixes.lines):
        variables = dict.fromkeys(one["variable"] for one in mixes.lines)
        boxes += [html.Div(_mix_table(context, unit, mixes, variable), className="mix") for variable in variables]
        text = t("Patientsammensætning: ", "Case mix: ")
        downloads.append(html.Span([text, line(context, "casemix", unit.code)]))
        notes.append(
            t(
                f"Forløb diagnosticeret i {context.period_label}. Blå: afdelingen, grå: Danmark.",
                f"Cases diagnosed in {context.period_label}. Blue: the department, grey: Denmark.",
            )
        )
    if any(one["cases"] is Said.HIDDEN for one in (*years.lines, *(() if mixes is None else mixes.lines))):
        notes.append(hidden_note(context))
    return shell.section(
        t("Patienterne mod hele landet", "The patients against the country"),
        html.Div(boxes, className="mixes"),
        shell.caption(" ".join(notes)),
        html.P(downloads, className="section-links"),
        id="patienter",
        of=context,
    )


def _volumes(context: Reader, unit: DepartmentUnit, years: Table) -> html.Div:
    """Cases diagnosed per reporting year as bars from zero."""
    t = context.t
    top = max((one.number("cases") or 0 for one in years.lines), default=1) or 1

    def now(one: Line) -> bool:
        return one["period"] == context.period_label

    def bar(one: Line) -> html.Span:
        part = html.I(className="own" if now(one) else None, style=_width((one.number("cases") or 0) / top))
        return html.Span(part, className="pair single")

    def number(one: Line) -> object:
        text = values.text(years.column("cases"), one["cases"], context.lang)
        return html.Strong(text) if now(one) else text

    columns = [
        tables.Heading(t("Forløb pr. år", "Cases per year"), "left", css="mix-label", of="period"),
        tables.Heading(html.Span(t("Søjle", "Bar"), className="visually-hidden"), "left", css="mix-bars", draw=bar),
        tables.Heading("n", css="mix-own", of="cases", draw=number),
    ]
    caption = t(f"Forløb pr. år: {unit.name}", f"Cases per year: {unit.name}")
    return tables.drawn(context, years, columns, css="plain mix-table volumes", caption=caption)


def _mix_table(context: Reader, unit: DepartmentUnit, mixes: Table, variable: str) -> html.Div:
    t, lang = context.t, context.lang
    lines = [one for one in mixes.lines if one["variable"] == variable]
    shares = [share for one in lines for share in (one.number("own"), one.number("nation")) if share is not None]
    top = max(shares, default=1) or 1

    def label(one: Line) -> str:
        return one["category"][:1].upper() + one["category"][1:]

    def bars(one: Line) -> html.Span:
        both = [_bar(one.number("own"), top, "own"), _bar(one.number("nation"), top, "")]
        return html.Span(both, className="pair", **{"aria-hidden": "true"})

    def own(one: Line) -> html.Strong:
        return html.Strong(values.text(mixes.column("own"), one["own"], lang))

    def count(one: Line) -> str | None:  # 'skjult' stands beside it
        return None if one["cases"] is Said.HIDDEN else fmt.count(one["cases"], lang)

    columns = [
        tables.Heading(variable, "left", css="mix-label", of="category", draw=label),
        tables.Heading(
            html.Span(t("Andele", "Shares"), className="visually-hidden"), "left", css="mix-bars", draw=bars
        ),
        tables.Heading(t("Afd.", "Dept."), css="mix-own", of="own", draw=own),
        tables.Heading("n", css="mix-n", of="cases", draw=count),
        tables.Heading(t("Danmark", "Denmark"), css="mix-nation", of="nation"),
    ]
    caption = t(f"{variable}: {unit.name} og Danmark", f"{variable}: {unit.name} and Denmark")
    return tables.drawn(context, mixes, columns, css="plain mix-table", caption=caption, lines=lines)


def _bar(share: float | None, top: float, css: str) -> html.I:
    return html.I(className=css or None, style=_width((share or 0) / top))


def _width(part: float) -> dict[str, str]:
    return {"width": f"{round(part * 100, 2):g}%"}


def hidden_note(context: Reader) -> str:
    """What 'skjult' means on this page."""
    k = context.threshold
    return context.t(
        f"Skjult: færre end {k} patienter, eller et tal, der kunne røbe et sådant.",
        f"Hidden: fewer than {k} patients, or a number that could give such a one away.",
    )
