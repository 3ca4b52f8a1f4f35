"""/varsler/<hospital>: one hospital's quarter on one sheet of paper, over all databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dash import dcc

from exports import warnings as exports
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from layouts.warnings.list import card, difference, since_cell, still, triangle, worse
from layouts.warnings.list import said as full
from results.table import Line, Table
from results.warnings import digest as digests
from results.warnings.digest import Digest, Hospital, Quarter
from results.warnings.signals import FALSE_ALARM_YEARS, STRONG_ALARM_YEARS, ShownSignal
from words import format as fmt
from words import warnings as text
from words.overview import counted
from words.reader import Reader

#: Rows that fit on the sheet with everything else.
ROWS = 16


def quarter_name(context: Reader, quarter: Quarter) -> str:
    """'3. kvartal 2026' ('third quarter 2026')."""
    words = ("first", "second", "third", "fourth")
    return context.t(f"{quarter.number}. kvartal {quarter.year}", f"{words[quarter.number - 1]} quarter {quarter.year}")


def menus(context: Reader, hospital: Hospital, quarter: Quarter) -> list[select.Menu]:
    """The hospital and the quarter."""
    t = context.t
    kept = context.state.extra
    places = tuple(
        select.Choice(one.name, context.to(f"/varsler/{one.code}", extra=kept), one == hospital)
        for one in digests.hospitals(context.view)
    )
    times = tuple(
        select.Choice(quarter_name(context, one), context.here(kvartal=str(one)), one == quarter)
        for one in digests.quarters(context.view)
    )
    return [
        select.Menu("hospital", "Hospital", hospital.name, places),
        select.Menu("kvartal", t("Kvartal", "Quarter"), quarter_name(context, quarter), times),
    ]


def finding(context: Reader, found: Digest) -> str:
    """'Slagelse: ét nyt stærkt varsel, og to fortsætter'; 'Herlev: ingen stærke varsler blandt 42 kurver'."""
    t, lang, name = context.t, context.lang, found.hospital.name
    watched = found.watch.watched
    if not watched:
        return t(f"{name}: ingen kurver at følge", f"{name}: no charts to watch")
    new = sum(one.strong and one.worse for one in found.new)
    old = sum(one.strong and one.worse for one in found.continuing)
    charts = t(f"{fmt.count(watched, lang)} kurve{'' if watched == 1 else 'r'}",
               f"{fmt.count(watched, lang)} chart{'' if watched == 1 else 's'}")  # fmt: skip
    if not new and not old:
        if not found.watch.signals:
            return t(f"{name}: ingen signaler blandt {charts}", f"{name}: no signals among {charts}")
        return t(f"{name}: ingen stærke varsler blandt {charts}", f"{name}: no strong warnings among {charts}")
    fresh = counted(new, lang, "Ét").lower() if new else t("ingen", "no")
    said = t(f"{fresh} ny{'t stærkt varsel' if new == 1 else 'e stærke varsler'}",
             f"{fresh} new strong warning{'' if new == 1 else 's'}")  # fmt: skip
    if old:
        both, many = t("og", "and") if new else t("men", "but"), counted(old, lang, "Ét").lower()
        said += f", {both} {many} {t('fortsætter', 'continues' if old == 1 else 'continue')}"
    return f"{name}: {said}"


def lead(context: Reader, found: Digest) -> str:
    """Which quarter, how many charts, what chance alone would give."""
    t, lang, watch = context.t, context.lang, found.watch
    when = quarter_name(context, found.quarter).capitalize()
    if not found.complete:
        day = fmt.date(watch.as_of, lang)
        when += t(f", foreløbigt til {day}", f", so far to {day}")
    number = len(found.databases)
    said = t(
        f"{when}. {counted(number, lang, 'Én')} database{'' if number == 1 else 'r'}.",
        f"{when}. {counted(number, lang)} database{'' if number == 1 else 's'}.",
    )
    parts = [said, text.charts(context, watch)]
    if watch.watched:
        parts.append(text.chance_of_both(context, watch))
    if watch.standing:
        parts.append(text.standing(context, watch))
    return " ".join(parts)


def body(context: Reader, found: Digest) -> list:
    """New, continuing and ended, the strong ones first, as many as the sheet holds."""
    t = context.t
    groups = (
        ("nye", "new", t("Nye i kvartalet", "New this quarter"), found.new),
        ("fortsat", "continuing", t("Fortsætter", "Continuing"), found.continuing),
        ("ophoert", "ended", t("Ophørt i kvartalet", "Ended this quarter"), found.ended),
    )
    table = exports.of_digest(context, found)
    shares = _shares([members for *_, members in groups])
    parts: list = []
    for (id, status, title, members), most in zip(groups, shares, strict=True):
        lines = [one for one in table.lines if one["status"].key == status]
        parts.append(_group(context, id, title, members[:most], table, lines))
    older = (*found.watch.standing, *found.absorbed)
    if not any(members for *_, members in groups) and not older:
        number = fmt.count(found.watch.watched, context.lang)
        parts = [html.P(t(f"Der er intet fundet blandt {number} kurver, hverken dårligere eller bedre end ventet.",
                          f"Nothing was found among {number} charts, neither worse nor better than expected."),
                        className="digest-none")]  # fmt: skip
    if older:
        parts.append(still(context, table, found.watch.standing, found.absorbed, with_database=True))
    parts.append(html.P(line(context, "varselsbrev", found.hospital.code), className="warnings-links"))
    return [html.Div(parts, className="digest")]


def _shares(groups: Sequence[Sequence[ShownSignal]]) -> list[int]:
    """How many rows each group gets of ROWS: strong rows of all groups before weak ones."""
    strong = [sum(one.strong for one in group) for group in groups]
    left, given = ROWS, []
    for number in strong:
        given.append(min(number, left))
        left -= given[-1]
    for place, group in enumerate(groups):
        more = min(len(group) - given[place], left)
        given[place] += more
        left -= more
    return given


def _group(
    context: Reader, id: str, title: str, members: Sequence[ShownSignal], table: Table, lines: Sequence[Line]
) -> html.Section:
    """The ``members`` of the sheet, and how many more ``lines`` there are."""
    t, lang = context.t, context.lang
    if not lines:
        return shell.section(title, html.P(t("Ingen.", "None."), className="digest-none"), id=id)

    def name(one: Line) -> html.Span:
        unit = html.Span(f"{one['unit']} · {one['database']}")
        return html.Span([triangle(worse(one)), unit], className="warning-unit")

    def chart(one: Line) -> str:
        extra = (("kurve", f"{one['code']}.{one['id']}"),)
        return context.to("/varsler", database=one["database"], period=None, extra=extra)

    def what(one: Line) -> html.Span:
        more = t("flere", "more") if worse(one) else t("færre", "fewer")
        parts: list = [dcc.Link(f"{more} {one['unwanted']}", href=chart(one))]
        if one["strength"].key == "weak":
            parts.append(html.Span(t("svagt", "weak"), className="weak-tag"))
        if one["judged"].key != "own":
            parts.append(html.Span(one["judged"].text, className="cell-sub"))
        return html.Span(parts)

    columns = [
        tables.Heading(t("Afdeling", "Department"), "left", width="30%", of="unit database", draw=name),
        tables.Heading(t("Hvad", "What"), "left", of="unwanted", draw=what),
        tables.Heading(t("Siden", "Since"), "left", width="18%", of="since", draw=lambda one: since_cell(context, one)),
        tables.Heading(
            t("Forskel", "Difference"), sub=t("patienter", "patients"), width="10%", of="excess",
            draw=lambda one: html.Strong(difference(context, one)),
        ),
    ]  # fmt: skip
    phone = []
    for one, shown in zip(members, lines, strict=False):
        said = full(context, one) + ("" if one.strong else f" {t('Svagt.', 'Weak.')}")
        phone.append(card(f"{one.unit_name} · {one.database}", one, said, chart(shown)))
    left = len(lines) - len(members)
    notes = []
    if left:
        said = t(f"Desuden {fmt.count(left, lang)} {'signal' if left == 1 else 'signaler'}; alle står i filen.",
                 f"And {fmt.count(left, lang)} more; all are in the file.")  # fmt: skip
        notes = [shell.caption(said)]
    drawn = tables.drawn(context, table, columns, css="dense digest-table", caption=title, lines=lines[: len(members)])
    wide = html.Div(drawn, className="only-wide")
    return shell.section(title, wide, html.Div(phone, className="only-phone"), *notes, id=id)


def foot(context: Reader, found: Digest) -> list:
    """How to read the sheet, and which databases are not in it."""
    t = context.t
    parts = [
        t(
            "▲ dårligere end afdelingens eget niveau de tre år før (eller det, der er nævnt); ↗ bedre. Stærkt: så "
            f"kraftigt, som tilfældet giver én gang på {STRONG_ALARM_YEARS} år i en kurve; svagt: én gang på "
            f"{FALSE_ALARM_YEARS} år. Se først på registreringen, så på patienterne, og tag det med til audit.",
            "▲ worse than the department's own level of the three years before (or what is named); ↗ better. Strong: "
            f"as large as chance gives once in {STRONG_ALARM_YEARS} years in a chart; weak: once in "
            f"{FALSE_ALARM_YEARS} years. Look at the registration first, then at the patients, and bring it to the "
            "audit.",
        )
    ]
    if found.watch.quiet:
        reasons = Counter(text.quiet(context, one) for one in found.watch.quiet)
        said = " ".join(f"{why} ({fmt.count(many, context.lang)})" for why, many in reasons.items())
        parts.append(t(f"Kurver, der ikke kan følges: {said}", f"Charts that cannot be watched: {said}"))
    if found.watch.refused:
        names = fmt.listed(found.watch.refused, context.lang)
        parts.append(t(f"Uden indberetningsdatoer og derfor ikke med for et tidligere kvartal: {names}.",
                       f"Without dates of reporting and so not included for a past quarter: {names}."))  # fmt: skip
    if found.not_yet:
        names = fmt.listed(found.not_yet, context.lang)
        parts.append(t(f"Endnu ikke opdateret til kvartalet: {names}.",
                       f"Not yet updated to the quarter: {names}."))  # fmt: skip
    return parts
