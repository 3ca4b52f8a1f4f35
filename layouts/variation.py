"""/variation: the indicators by how much unwarranted variation they carry, and how many patients it concerns."""

import dash

from layouts import _comparison_choices as choices
from layouts import _comparison_words as words
from layouts import _delivered as delivered
from layouts import _selections as select
from layouts import _shell as shell
from layouts import _source as source
from layouts import _variation as parts
from layouts import _variation_table as numbers
from layouts._downloads import export
from tables.comparison import comparisons
from tables.export import Sheet

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
        selections=[*select.standard(context, *names), *choices.switches(chosen), *parts.own(chosen)],
        summary=(context.database_label, f"{chosen.span} · {chosen.pinned.patients_text()}"),
        filtered=choices.filters_answer(context),
        title=f"Variation · {context.database} {chosen.span}",
        body=parts.body(chosen, every, regions),
        foot=[*parts.how_to_read(context), *delivered.notes(context)],
    )


@export("variation", EXTRAS)
def rows_of(context: source.PageContext, subject: str) -> Sheet:
    """The table of the page; it has no subject."""
    chosen = choices.read(context)
    return numbers.sheet(chosen, parts.ordered(comparisons(choices.seen(context), chosen.by, chosen.years)))
