"""/afdeling: the departments of a database by region, each with its cases and the verdicts of its indicators."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from dash import dcc

from layouts.frame import shell
from layouts.parts import html, marks, pick, tables
from results.department import Listed, Listing
from results.table import Kind, Line, Link, Said, Table, TableRow, of
from words import format as fmt
from words import verdicts
from words.overview import counted, digits
from words.reader import Reader
from words.verdicts import GRADES

#: The columns of a department's verdicts: what is settled stands at the ends.
JUDGED = GRADES[::-1]


def everyone(listing: Listing) -> list[Listed]:
    """All listed departments."""
    return [one for _, _, members in listing.regions for one in members]


def finding(context: Reader, listing: Listing) -> str:
    """'Seks af 17 afdelinger i DCCG har mindst én indikator klart uden for standarden'."""
    t, lang, rows = context.t, context.lang, everyone(listing)
    if not rows:
        return t(f"Ingen afdelinger har forløb i {context.database}", f"No department has cases in {context.database}")
    if not any(one.verdicts.judged for one in rows):
        if any(one.verdicts.hidden for one in rows):
            return t("Afdelingernes resultater bygger på få patienter og er skjult",
                     "The departments' results are on few patients and are hidden")  # fmt: skip
        return t(f"{context.database} har ingen standarder for afdelingernes resultater",
                 f"{context.database} has no standards for the departments' results")  # fmt: skip
    wrong = sum(one.verdicts.not_met > 0 for one in rows)
    total = len(rows)
    of = digits(total, lang) if wrong < 10 else fmt.count(total, lang)
    where = t(f"i {context.database} {context.period_label}", f"in {context.database} {context.period_label}")
    if total == 1:
        return t(f"Den ene afdeling {where} opfylder ikke mindst én standard",
                 f"The one department {where} does not meet at least one standard") if wrong else t(
            f"Den ene afdeling {where} har ingen klart uopfyldt standard",
            f"The one department {where} has no clearly unmet standard")  # fmt: skip
    if wrong == total:
        return t(f"Alle {of} afdelinger {where} har mindst én klart uopfyldt standard",
                 f"All {of} departments {where} have at least one clearly unmet standard")  # fmt: skip
    if not wrong:
        return t(f"Ingen af de {of} afdelinger {where} har en klart uopfyldt standard",
                 f"None of the {of} departments {where} has a clearly unmet standard")  # fmt: skip
    does = "does" if wrong == 1 else "do"
    many = counted(wrong, lang)
    return t(
        f"{many} af {of} afdelinger {where} opfylder ikke mindst én standard",
        f"{many} of {of} departments {where} {does} not meet at least one standard",
    )


def lead(context: Reader, listing: Listing) -> list:
    """What the list holds, and where to find the others."""
    t = context.t
    texts = [
        t(
            "Tallene er forløb, som afdelingen er ansvarlig for, og antal indikatorer i hver vurdering. Små afdelinger "
            "ligger oftere midt imellem; rækkefølgen er ikke en rangliste. Ikke case-mix-justeret.",
            "The numbers are the cases under the department's responsibility and the number of indicators with each "
            "verdict. Small departments are more often between the two; the order is no ranking. "
            "Not case-mix adjusted.",
        )
    ]
    if context.state.place != "treating":
        texts.append(
            t(
                " Afdelinger opgøres altid efter behandlende sted, ikke efter bopæl.",
                " Departments are always counted by place of treatment, not by residence.",
            )
        )
    return texts


def body(context: Reader, listing: Listing) -> list:
    """Anchors per region, the table, the departments without anything."""
    t = context.t
    if not listing.regions:
        return []
    jumps = [html.A(name, href=f"#region-{code}") for code, name, _ in listing.regions]
    parts: list = [
        html.Nav([*jumps, pick.start(context)], className="region-jumps", **{"aria-label": t("Regioner", "Regions")})
    ]
    hides = context.view.edition.hides
    table, lang = of_departments(context, listing), context.lang

    def number(key: str) -> tables.Draw:
        return lambda line: _number(context, line[key], key)

    columns = [
        tables.Heading(t("Afdeling", "Department"), "left", width="30%", of="name", draw=_name(context)),
        tables.Heading(t("Forløb", "Cases"), css="list-cases", of="cases", draw=_cases(context)),
        *[
            tables.Heading(
                [marks.mark(name), html.Span(verdicts.verdict_text(name, lang), className="list-word")],
                css=f"list-count list-{name}",
                of=name,
                draw=number(name),
            )
            for name in JUDGED
        ],
        tables.Heading(wide_only=True, of="no_standard", draw=number("no_standard")),
        *([tables.Heading(wide_only=True, of="hidden", draw=number("hidden"))] if hides else []),
    ]
    codes = {name: code for code, name, _ in listing.regions}

    def region(name: str) -> html.Span:
        return html.Span(name, id=f"region-{codes[name]}")

    caption = t(
        f"Afdelinger i {context.database} {context.period_label} efter region",
        f"Departments of {context.database} {context.period_label} by region",
    )
    words = [marks.verdict(name, context.lang) for name in JUDGED]
    parts.append(html.Div(marks.key(*words), className="only-phone list-key"))
    parts.append(tables.drawn(context, table, columns, css="departments", caption=caption, group=region))
    if listing.without:
        names = fmt.listed([unit.name for unit in listing.without], context.lang)
        first, _, last = context.view.three_periods
        span = fmt.periods(first, last, context.first_month, context.lang)
        parts.append(shell.caption(t(f"Uden forløb i {span}: {names}.", f"Without cases in {span}: {names}.")))
    return parts


def of_departments(context: Reader, listing: Listing) -> Table:
    """The departments by region: cases, and how many indicators have which verdict."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.CODE, t("Kode", "Code"), keys="code"),
        *of(Kind.TEXT, t("Afdeling", "Department"), keys="name"),
        *of(Kind.COUNT, t("Forløb", "Cases"), keys="cases"),
        *of(Kind.COUNT, *(verdicts.verdict_text(name, lang) for name in JUDGED),
            keys=" ".join(JUDGED)),
        *of(Kind.COUNT, t("uden standard", "no standard"), t("skjult", "hidden"), keys="no_standard hidden"),
    )  # fmt: skip
    rows = []
    for _, region, members in listing.regions:
        for one in members:
            counts = one.verdicts
            values = (
                one.unit.code, one.unit.name, Said.HIDDEN if one.cases is None else one.cases or None,
                *(getattr(counts, name) for name in JUDGED), counts.no_standard + counts.target, counts.hidden,
            )  # fmt: skip
            own = one.unit.code == context.state.unit
            rows.append(TableRow(values, own=own, key=one.unit.code, group=region, link=Link("unit", one.unit.code)))
    return Table(t("Afdelinger", "Departments"), columns, tuple(rows), id="afdelinger")


def _name(context: Reader) -> tables.Draw:
    def draw(line: Line) -> html.Span:
        address = context.to(f"/afdeling/{line['code']}", unit=line["code"])
        tag = [tables.own_tag(context.lang)] if line.row.own else []
        return html.Span([dcc.Link(line["name"], href=address), *tag])

    return draw


def _cases(context: Reader) -> tables.Draw:
    def draw(line: Line) -> object:
        if line["cases"] is None:
            return html.Span(fmt.NONE, className="light")
        return context.t("skjult", "hidden") if line["cases"] is Said.HIDDEN else fmt.count(line["cases"], context.lang)

    return draw


def _number(context: Reader, value: int, kind: str) -> html.Span:
    if not value:
        return html.Span(fmt.count(0, context.lang), className="light")
    return html.Span(fmt.count(value, context.lang), className=f"number-{kind.replace('_', '-')}")


def foot(context: Reader, listing: Listing) -> Sequence:
    """How to read the columns."""
    t = context.t
    parts = [
        t(
            "Streg i kolonnen Forløb: afdelingen er ikke ansvarlig for forløb i databasen, men behandler patienter, "
            "der tæller i en eller flere indikatorer. Uden standard omfatter også udviklingsmål.",
            "A dash under Cases: the department is responsible for no cases of the database, but treats patients who "
            "count in one or more indicators. No standard includes development targets.",
        )
    ]
    if context.view.edition.hides:
        parts.append(
            t(
                f"Skjult: færre end {context.threshold} patienter, eller et tal, der kunne røbe et sådant.",
                f"Hidden: fewer than {context.threshold} patients, or a number that could give such a one away.",
            )
        )
    return parts


def near_codes(code: str, known: dict[str, str]) -> list[str]:
    """At most five known codes like ``code``: by code, else departments whose name holds the word."""
    near = difflib.get_close_matches(code.upper(), list(known), n=5, cutoff=0.6)
    word = code.casefold()
    return near or [one for one, name in known.items() if len(word) > 2 and word in name.casefold()][:5]
