"""/afdeling: the departments of a database by region, each with its cases and the verdicts of its indicators."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from dash import dcc

from layouts.frame import shell
from layouts.parts import html, marks, tables
from results.department import Listed, Listing
from words import format as fmt
from words import verdicts
from words.overview import counted, digits
from words.reader import Reader


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
            "har oftere usikre resultater; rækkefølgen er ikke en rangliste. Ikke case-mix-justeret.",
            "The numbers are the cases under the department's responsibility and the number of indicators with each "
            "verdict. Small departments have more uncertain results; the order is no ranking. Not case-mix adjusted.",
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
    parts: list = [html.Nav(jumps, className="region-jumps", **{"aria-label": t("Regioner", "Regions")})]
    hides = context.view.edition.hides
    columns = [
        tables.Heading(t("Afdeling", "Department"), "left", width="40%"),
        tables.Heading(t("Forløb", "Cases"), css="list-cases"),
        *[
            tables.Heading(
                [marks.mark(name), html.Span(verdicts.verdict_text(name, context.lang), className="list-word")],
                css=f"list-count list-{name}",
            )
            for name in ("not_met", "uncertain", "met")
        ],
        tables.Heading(t("uden standard", "no standard"), wide_only=True),
        *([tables.Heading(t("skjult", "hidden"), wide_only=True)] if hides else []),
    ]
    bodies = [
        tables.Group(html.Span(name, id=f"region-{code}"), tuple(_row(context, one, hides) for one in members))
        for code, name, members in listing.regions
    ]
    caption = t(
        f"Afdelinger i {context.database} {context.period_label} efter region",
        f"Departments of {context.database} {context.period_label} by region",
    )
    words = [marks.verdict(name, context.lang) for name in ("not_met", "uncertain", "met")]
    parts.append(html.Div(marks.key(*words), className="only-phone list-key"))
    parts.append(tables.table(caption, columns, bodies, css="departments"))
    if listing.without:
        names = fmt.listed([unit.name for unit in listing.without], context.lang)
        first, _, last = context.view.three_periods
        span = f"{fmt.period(first, context.first_month)}{fmt.EN_DASH}{fmt.period(last, context.first_month)}"
        parts.append(shell.caption(t(f"Uden forløb i {span}: {names}.", f"Without cases in {span}: {names}.")))
    return parts


def _row(context: Reader, one: Listed, hides: bool) -> tables.Row:
    own = one.unit.code == context.state.unit
    name: list = [dcc.Link(one.unit.name, href=context.to(f"/afdeling/{one.unit.code}", unit=one.unit.code))]
    if own:
        name.append(tables.own_tag(context.lang))
    counts = one.verdicts
    cases = context.t("skjult", "hidden") if one.cases is None else fmt.count(one.cases, context.lang)
    if one.cases == 0:
        cases = html.Span(fmt.NONE, className="light")
    cells = [_number(context, getattr(counts, kind), kind) for kind in ("not_met", "uncertain", "met")]
    cells.append(_number(context, counts.no_standard + counts.target, "no_standard"))
    if hides:
        cells.append(_number(context, counts.hidden, "hidden"))
    return tables.Row(html.Span(name), [cases, *cells], own=own)


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
