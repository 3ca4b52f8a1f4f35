"""Downloads of the improvement initiatives: results, and the points of one figure."""

from __future__ import annotations

from data.output import UsageError
from layouts import _improvements_text as text
from layouts._downloads import export, stamp
from layouts._source import PageContext
from tables.export import Sheet, Value
from tables.improvements import DESIGNS, Improvement, improvements

EXTRAS = {"vis": ("alle",)}


@export("forbedringer", EXTRAS)
def results(context: PageContext, subject: str) -> Sheet:
    """One row for each initiative and design; it has no subject."""
    t, lang = context.t, context.lang
    columns = (
        "id", "database", t("projekt", "initiative"), t("afdelinger", "departments"), t("indikator", "indicator"),
        "start", t("indkøring", "washout"), t("afsluttet", "ended"), t("opdigtet", "invented"),
        t("vurdering", "verdict"), t("opgørelse", "design"), t("ændring", "change"), t("nedre", "lower"),
        t("øvre", "upper"), "p", t("bemærkning", "note"),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one in improvements(context.view, context.state.choice("vis") == "alle"):
        rows += [(*_facts(one, lang), *numbers) for numbers in _numbers(context, one)]
    title = t("Forbedringsprojekter og deres effekt", "Improvement initiatives and their effect")
    return Sheet("forbedringer", title, columns, tuple(rows), stamp(context))


def _facts(one: Improvement, lang: str) -> tuple[Value, ...]:
    it = one.initiative
    ended = it.ended.isoformat() if it.ended else None
    words = text.WORDS[one.state].in_(lang)
    where = " ".join(it.departments)
    return (
        it.id,
        it.database,
        it.title,
        where,
        it.indicator,
        it.start.isoformat(),
        it.washout,
        ended,
        it.synthetic,
        words,
    )


def _numbers(context: PageContext, one: Improvement) -> list[tuple[Value, ...]]:
    if one.estimates is None:
        return [(None, None, None, None, None, text.sentence(context, one))]
    rows: list[tuple[Value, ...]] = []
    for design in DESIGNS:
        estimate = one.estimates[design]
        found = (None,) * 4 if estimate is None else (estimate.value, estimate.lower, estimate.upper, estimate.p)
        rows.append((design, *found, text.verdict_note(context, design, one)))
    return rows


@export("forbedring-punkter", EXTRAS)
def points(context: PageContext, subject: str) -> Sheet:
    """The points of the figure of the initiative ``subject``."""
    found = next((one for one in improvements(context.view, True) if one.initiative.id == subject), None)
    if found is None:
        raise UsageError(f"there is no initiative '{subject}'")
    t = context.t
    columns = (
        t("fra", "from"), t("til", "to"), t("andel", "rate"), t("patienter", "patients"),
        t("andre afdelinger", "other departments"), t("efter", "after"), t("tæller med", "counted"),
    )  # fmt: skip
    rows = tuple(
        (one.start.isoformat(), one.end.isoformat(), one.rate, one.denominator, one.others, one.after, one.used)
        for one in found.moments
    )
    title = f"{found.initiative.title}: {text.sentence(context, found)}"
    return Sheet("punkter", title, columns, rows, stamp(context))
