"""Downloads of the improvement initiatives: results, and the points of one figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.improvements import DESIGNS, Improvement, improvements
from results.table import Kind, Said, Table, Value, of
from words import format as fmt
from words import improvements as text
from words.reader import Reader

EXTRAS = {"vis": ("alle",)}


@export("forbedringer", EXTRAS, whole=True)
def results(context: Reader, subject: str) -> Sheet:
    """One row for each initiative and design; it has no subject."""
    found = improvements(context.view, context.state.choice("vis") == "alle")
    return Sheet("forbedringer", of_initiatives(context, found), stamp(context, ""))


def of_initiatives(context: Reader, found: Sequence[Improvement]) -> Table:
    """One row for each initiative and design, or one where nothing is estimated."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.CODE, "id", "database", keys="id database"),
        *of(Kind.TEXT, t("projekt", "initiative"), keys="initiative"),
        *of(Kind.CODE, t("afdelinger", "departments"), t("indikator", "indicator"), keys="departments indicator"),
        *of(Kind.DATE, "start", keys="start"),
        *of(Kind.DAYS, t("indkøring, dage", "washout, days"), keys="washout"),
        *of(Kind.DATE, t("afsluttet", "ended"), keys="ended"),
        *of(Kind.FLAG, t("opdigtet", "invented"), keys="invented"),
        *of(Kind.TEXT, t("vurdering", "verdict"), t("opgørelse", "design"), keys="verdict design"),
        *of(Kind.POINTS, t("ændring", "change"), t("nedre", "lower"), t("øvre", "upper"), keys="change lower upper"),
        *of(Kind.P, "p", keys="p"),
        *of(Kind.TEXT, t("bemærkning", "note"), keys="note"),
    )
    rows = tuple((*_facts(one, lang), *numbers) for one in found for numbers in _numbers(context, one))
    return Table(t("Forbedringsprojekter og deres effekt", "Improvement initiatives and their effect"), columns, rows)


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
    table = of_points(context, found)
    span = ""
    if found.moments:
        first, last = min(one.start for one in found.moments), max(one.end for one in found.moments)
        span = f"{first.isoformat()}{fmt.EN_DASH}{(last - dt.timedelta(days=1)).isoformat()}"
    return Sheet("punkter", table, stamp(context, span))


def of_points(context: Reader, found: Improvement) -> Table:
    """The points of an initiative's figure."""
    t = context.t
    columns = (
        *of(Kind.DATE, t("fra", "from"), t("til", "to"), keys="start end"),
        *of(Kind.SHARE, t("andel", "rate"), keys="rate"),
        *of(Kind.COUNT, t("patienter", "patients"), keys="patients"),
        *of(Kind.SHARE, t("andre afdelinger", "other departments"), keys="others"),
        *of(Kind.FLAG, t("efter", "after"), t("tæller med", "counted"), keys="after counted"),
    )
    rows = tuple(
        (one.start, one.end, one.rate, Said.HIDDEN if one.denominator is None else one.denominator, one.others,
         one.after, one.used)
        for one in found.moments
    )  # fmt: skip
    return Table(f"{found.initiative.title}: {text.sentence(context, found)}", columns, rows)
