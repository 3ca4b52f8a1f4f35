"""/variation: the indicators by how much unwarranted variation they carry, and how many patients it concerns."""

import dash

from exports.files import Sheet
from exports.registry import export
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.variation import bar, parts
from layouts.variation import table as numbers
from results.variation.comparison import comparisons
from words import delivered
from words import variation as words
from words.chosen import comparison as choices

EXTRAS = choices.EXTRAS

dash.register_page(__name__, path="/variation", title="Kræftkvalitet")


def layout(**query: object):
    """The page for a parsed query string."""
    context = source.view("/variation", query, EXTRAS)
    chosen = choices.read(context)
    view = choices.seen(context)
    every = parts.ordered(comparisons(view, chosen.by, chosen.years))
    regions = comparisons(view, "region", chosen.years)
    names = ("database", "period", "sex", "age", "stage") if choices.filters_answer(context) else ("database", "period")
    return shell.page(
        context,
        active="variation",
        finding=words.head(context, every),
        lead=parts.lead(chosen, every),
        notices=parts.notices(context),
        selections=[*select.standard(context, *names), *bar.switches(chosen), *parts.own(chosen)],
        summary=(context.database_label, f"{chosen.span} · {chosen.pinned.patients_text()}"),
        filtered=choices.filters_answer(context),
        title=f"Variation · {context.database} {chosen.span}",
        body=parts.body(chosen, every, regions),
        foot=[*parts.how_to_read(context), *delivered.notes(context)],
    )


@export("variation", EXTRAS, whole=choices.of_all)
def rows_of(context: source.Reader, subject: str) -> Sheet:
    """The table of the page; it has no subject."""
    chosen = choices.read(context)
    return numbers.sheet(chosen, parts.ordered(comparisons(choices.seen(context), chosen.by, chosen.years)))
