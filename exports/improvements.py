"""Downloads of the improvement initiatives: results, and the points of one figure."""

from __future__ import annotations

import datetime as dt

from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.improvements import DESIGNS, Improvement, improvements
from results.table import Kind, Said, Value, of
from words import format as fmt
from words import improvements as text
from words.reader import Reader

EXTRAS = {"vis": ("alle",)}


@export("forbedringer", EXTRAS, whole=True)
def results(context: Reader, subject: str) -> Sheet:
    """One row for each initiative and design; it has no subject."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.CODE, "id", "database"), *of(Kind.TEXT, t("projekt", "initiative")),
        *of(Kind.CODE, t("afdelinger", "departments"), t("indikator", "indicator")), *of(Kind.DATE, "start"),
        *of(Kind.DAYS, t("indkøring, dage", "washout, days")), *of(Kind.DATE, t("afsluttet", "ended")),
        *of(Kind.FLAG, t("opdigtet", "invented")), *of(Kind.TEXT, t("vurdering", "verdict"), t("opgørelse", "design")),
        *of(Kind.POINTS, t("ændring", "change"), t("nedre", "lower"), t("øvre", "upper")), *of(Kind.P, "p"),
        *of(Kind.TEXT, t("bemærkning", "note")),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one in improvements(context.view, context.state.choice("vis") == "alle"):
        rows += [(*_facts(one, lang), *numbers) for numbers in _numbers(context, one)]
    title = t("Forbedringsprojekter og deres effekt", "Improvement initiatives and their effect")
    return Sheet("forbedringer", title, columns, tuple(rows), stamp(context, ""))


def _facts(one: Improvement, lang: str) -> tuple[Value, ...]:
    it = one.initiative
    words = text.verdict(one, lang)
    where = " ".join(it.departments)
    return (
        it.id,
        it.database,
        it.title,
        where,
        it.indicator,
        it.start,
        it.washout,
        it.ended,
        it.synthetic,
        words,
    )


def _numbers(context: Reader, one: Improvement) -> list[tuple[Value, ...]]:
    if one.estimates is None:
        return [(None, None, None, None, None, text.sentence(context, one))]
    rows: list[tuple[Value, ...]] = []
    for design in DESIGNS:
        estimate = one.estimates[design]
        found = (None,) * 4 if estimate is None else (estimate.value, estimate.lower, estimate.upper, estimate.p)
        rows.append((design, *found, text.verdict_note(context, design, one)))
    return rows


@export("forbedring-punkter", EXTRAS, whole=True)
def points(context: Reader, subject: str) -> Sheet:
    """The points of the figure of the initiative ``subject``."""
    found = next((one for one in improvements(context.view, True) if one.initiative.id == subject), None)
    if found is None:
        raise UsageError(f"there is no initiative '{subject}'")
    t = context.t
    columns = (
        *of(Kind.DATE, t("fra", "from"), t("til", "to")), *of(Kind.SHARE, t("andel", "rate")),
        *of(Kind.COUNT, t("patienter", "patients")), *of(Kind.SHARE, t("andre afdelinger", "other departments")),
        *of(Kind.FLAG, t("efter", "after"), t("tæller med", "counted")),
    )  # fmt: skip
    rows = tuple(
        (one.start, one.end, one.rate, Said.HIDDEN if one.denominator is None else one.denominator, one.others,
         one.after, one.used)
        for one in found.moments
    )  # fmt: skip
    title = f"{found.initiative.title}: {text.sentence(context, found)}"
    span = ""
    if found.moments:
        first, last = min(one.start for one in found.moments), max(one.end for one in found.moments)
        span = f"{first.isoformat()}{fmt.EN_DASH}{(last - dt.timedelta(days=1)).isoformat()}"
    return Sheet("punkter", title, columns, rows, stamp(context, span))
