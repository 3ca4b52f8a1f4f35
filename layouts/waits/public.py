"""/ventetider in the public edition: the share in time of complete quarters, by leg and region of residence."""

from __future__ import annotations

from exports.waits_quarters import leg_name, of_quarters
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results.table import Line, Role, Table
from results.waits.period import wait_period
from results.waits.published import quarters
from words import format as fmt
from words import values
from words.reader import Reader

#: So many quarters stand on the page; the file has all.
SHOWN = 4


def page(context: Reader) -> html.Div:
    """The whole page."""
    t = context.t
    periods, rows = quarters(context.view)
    table = of_quarters(context)
    shown = [one.text for one in periods[:SHOWN]]
    legs = list(dict.fromkeys(row.leg for row in rows))
    body: list = [_section(context, table, leg, shown) for leg in legs]
    if not body:
        body = [html.P(t(f"{context.database} har ingen ventetider med en lovbestemt frist.",
                         f"{context.database} has no waiting times with a legal maximum."))]  # fmt: skip
    else:
        body.append(html.P(line(context, "kvartaler"), className="section-links"))
    return shell.page(
        context,
        active="waits",
        finding=_finding(context, table, legs, shown),
        lead=t(
            "Andel af de forløb, der sluttede i kvartalet, som blev sat i gang inden for den maksimale ventetid, efter "
            "bopælsregion.",
            "Share of the cases that ended in the quarter that started within the maximum wait, by region of "
            "residence.",
        ),
        selections=select.standard(context, "database"),
        body=html.Div(body, className="waits"),
        foot=[
            t(
                f"Offentlig udgave: hele kvartaler. Resultater, hvor færre end {context.threshold} forløb er til tiden "
                "eller over, er skjult sammen med dem, de kunne regnes ud af. Hvem der venter nu, uger, afdelinger og "
                "pakketider vises i arbejdsudgaven.",
                f"Public edition: whole quarters. Results with fewer than {context.threshold} cases in time or over "
                "are hidden, with those from which they could be worked out. Who waits now, weeks, departments and "
                "package times are shown in the working edition.",
            )
        ],
    )


def _finding(context: Reader, table: Table, legs: list[str], quarters_: list[str]) -> str:
    t, said = context.t, []
    for leg in legs:
        name = leg_name(context, leg)
        found = [one for one in table.lines if one["leg"] == name and one.row.role is Role.TOTAL
                 and one["quarter"] == quarters_[0]]  # fmt: skip
        if found and found[0].number("rate") is not None:
            said.append(f"{name.lower()} {fmt.percent(found[0].number('rate'), 1, context.lang)}")
    if not said:
        return t("Ventetider kan ikke vises.", "Waiting times cannot be shown.")
    when = fmt.listed(said, context.lang)
    quarter = wait_period(quarters_[0]).label(context.lang)
    return t(f"Til tiden i {quarter}: {when}.", f"In time in {quarter}: {when}.")


def _section(context: Reader, table: Table, leg: str, shown: list[str]) -> html.Section:
    name, lang = leg_name(context, leg), context.lang
    mine = [one for one in table.lines if one["leg"] == name]
    known = {(one["quarter"], one.row.key): one for one in mine}

    def text(quarter: str) -> tables.Draw:
        def draw(of: Line) -> object:
            cell = known.get((quarter, of.row.key))
            if cell is None:
                return fmt.NONE
            if cell.number("rate") is None:
                return values.percent_number(cell, "rate", lang)
            return tables.cell(values.percent_number(cell, "rate", lang), values.limits(cell, "lower", "upper", lang),
                               f"n {fmt.count(cell['legs'], lang)}")  # fmt: skip

        return draw

    heads = [tables.Heading(context.t("Bopæl", "Residence"), "left", of="place")]
    named = {one: wait_period(one).label(lang) for one in shown}
    heads += [tables.Heading(named[one], draw=text(one), wide_only=n > 1) for n, one in enumerate(shown)]
    first = list({one.row.key: one for one in mine}.values())
    title = context.t(f"{name}: til tiden, %", f"{name}: in time, %")
    drawn = tables.drawn(context, table, heads, caption=f"{title} (95 % CI)", lines=first)
    return shell.section(title, drawn, id=f"ben-{leg}")
