"""Who the patients of the chosen units are, side by side with the country."""

from __future__ import annotations

from exports.compare import EXPORT
from layouts.department.patients import hidden_note
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from results import department as data
from results.compare.departments import NOT_PUBLIC
from results.compare.units import cases_of, mix_of
from words import format as fmt
from words import whom
from words.chosen.compare import ChosenUnits


def section(chosen: ChosenUnits) -> html.Section | None:
    """Cases and shares of the case-mix variables; None where none of the units is responsible for any case."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    if not chosen.shows_patients:
        return shell.section(t("Case-mix", "Case mix"), html.P(NOT_PUBLIC.in_(lang)), id="casemix")
    cases = [cases_of(context.view, one) for one in chosen.units]
    if not any(count is None or count for count in cases):
        return None
    mixes = [mix_of(context.view, one) for one in chosen.units]
    gone = t("skjult", "hidden")
    every = (*cases, data.national_volume(context.view, context.period))
    counts = [gone if count is None else fmt.count(count, lang) for count in every]
    rows: list = [tables.Row(t("Forløb", "Cases"), counts, kind="total")]
    for variable in zip(*mixes, strict=True):
        labels = {one.category: one.label.in_(lang) for mix in variable for one in mix.shares}
        order = [one.category for mix in variable for one in mix.shares]
        lines = []
        for category in sorted(labels, key=order.index):
            shares = [next((one for one in mix.shares if one.category == category), None) for mix in variable]
            own = [fmt.NONE if one is None else _share(chosen, one.own, one.own_count) for one in shares]
            known = next(one for one in shares if one is not None)
            nation = gone if known.nation is None else fmt.percent(known.nation, 1, lang)
            label = labels[category]
            lines.append(tables.Row(label[:1].upper() + label[1:], [*own, nation]))
        rows.append(tables.Group(variable[0].title.in_(lang), lines))
    columns = [
        tables.Heading(html.Span(t("Patienter", "Patients"), className="visually-hidden"), "left"),
        *[
            tables.Heading(chosen.names[one.code], css="is-own" if one.code == chosen.own else "")
            for one in chosen.units
        ],
        tables.Heading(t("Danmark", "Denmark")),
    ]
    title = f"{t('Case-mix', 'Case mix')} {context.period_label}"
    notes = [
        t(f"Andele af de forløb, {chosen.noun.all} er ansvarlige for, diagnosticeret i {context.period_label}.",
          f"Shares of the cases under the responsibility of {chosen.noun.all}, diagnosed in {context.period_label}.")
    ]  # fmt: skip
    if None in cases or any(one.own_count is None for each in mixes for mix in each for one in mix.shares):
        notes.append(hidden_note(context))
    head = html.Div(
        [html.H2(f"{title}{whom.suffix(context)}"),
         html.Div(downloads.line(context, EXPORT, "casemix"), className="figure-links")],
        className="section-head",
    )  # fmt: skip
    table = tables.table(title, columns, rows, css="plain dense-rows compare-mix")
    return html.Section([head, table, shell.caption(" ".join(notes))], className="section", id="casemix")


def _share(chosen: ChosenUnits, share: float | None, count: int | None) -> object:
    t, lang = chosen.context.t, chosen.context.lang
    if count is None:
        return t("skjult", "hidden")
    if share is None:
        return fmt.NONE
    return html.Span(
        [fmt.percent(share, 1, lang), html.Span(f" {fmt.count(count, lang)}", className="light mix-count")]
    )
