"""Overruns: days over the limit by reason, and those to which the patient consented."""

from __future__ import annotations

from exports import waits as exports
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import tables as tables_part
from layouts.waits.now import hidden_note, shown_only
from results.table import Line, Said
from results.waits import legs as tables
from results.waits import weeks as data
from words import format as fmt
from words import whom
from words.chosen.waits import ChosenWaits, weeks_text
from words.waits import REASONS, days

_LISTED = 8


def days_over(chosen: ChosenWaits) -> html.Section:
    """Number, mean, median and longest by reason, of the ended legs of the complete weeks."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    title = t("Dage over maksimum", "Days over the maximum")
    table = exports.overruns(chosen)

    def reason(line: Line) -> str:
        status = line.row.key
        name = t("Alle overskridelser", "All overruns") if status == "all" else t(*REASONS[status])
        return name[:1].upper() + name[1:]

    def mean(key: str) -> tables_part.Draw:
        return shown_only(lambda line: fmt.NONE if line[key] is None else fmt.number(line[key], 1, lang))

    columns = [
        tables_part.Heading(t("Årsag", "Reason"), "left", of="reason", draw=reason),
        tables_part.Heading(t("Antal", "Number"), of="legs"),
        tables_part.Heading(t("Gns.", "Mean"), of="mean", draw=mean("mean")),
        tables_part.Heading("Median", of="median", draw=mean("median")),
    ]
    if not chosen.scope.public:
        columns.append(tables_part.Heading(t("Længst", "Longest"), of="longest"))
    weeks = weeks_text(tables.period(chosen.scope), lang)
    notes = [
        t(
            f"Afsluttede forløb, {weeks}. Dage over den frist, der er brudt mest.",
            f"Ended cases, {weeks}. Days past the limit that was broken most.",
        )
    ]
    if any(line["legs"] is Said.HIDDEN for line in table.lines):
        notes.append(hidden_note(chosen))
    drawn = tables_part.drawn(context, table, columns, css="dense", footnotes=notes)
    links = html.Div(downloads.line(context, "overskridelser"), className="figure-links")
    return html.Section(
        [html.Div([html.H2(f"{title}{whom.suffix(context)}"), links], className="section-head"), drawn],
        className="section",
    )


def section(chosen: ChosenWaits) -> html.Section:
    """How many overruns had the patient's consent, and whether an offer elsewhere is documented."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    title = t("Samtykke til at vente længere", "Consent to wait longer")
    found = data.consents(chosen.scope)
    if found is None:
        return shell.panel(title, html.P(t("Skjult: antallene er for små.", "Hidden: the numbers are too small.")))
    weeks = weeks_text(tables.period(chosen.scope), lang)
    over = fmt.count(found.over, lang)
    share = f" ({fmt.percent(found.legs / found.over, 1, lang)})" if found.over else ""
    text = t(f" af {over} overskridelser, afsluttet {weeks}", f" of {over} overruns, ended {weeks}")
    parts: list = [html.P([html.Strong(fmt.count(found.legs, lang), className="waits-big"), text, share])]
    if found.legs:
        parts.append(_split(found.documented / found.legs))
    parts += [
        _line(
            "over-capacity-informed", t("med dokumenteret tilbud", "with a documented offer"), found.documented, lang
        ),
        _line(
            "rules-broken",
            t("uden dokumenteret tilbud", "without a documented offer"),
            found.undocumented,
            lang,
            "waits-red" if found.undocumented else "",
        ),
        html.P(
            t(
                "Samtykke alene er ikke nok. Patienten skal have et konkret, dokumenteret tilbud et andet sted.",
                "Consent alone is not enough. The patient must have a concrete, documented offer elsewhere.",
            )
        ),
    ]
    if found.mean is not None:
        most = "" if found.most is None else t(", højst ", ", at most ") + days(found.most, context)
        mean = fmt.number(found.mean, 1, lang)
        parts.append(
            html.P(
                t(
                    f"De ventede i gennemsnit {mean} dage over maksimum{most}.",
                    f"They waited {mean} days past the maximum on average{most}.",
                )
            )
        )
    if found.halves:
        (before, early), (after, late) = found.halves
        parts.append(
            html.P(
                t(
                    f"Uden tilbud: {early} af {before} i periodens første halvdel, {late} af {after} i den anden.",
                    f"Without an offer: {early} of {before} in the first half, {late} of {after} in the second half.",
                )
            )
        )
    if found.listed:
        parts += _undocumented(chosen, found.listed)
    return shell.panel(title, html.Div(parts, className="waits-consent"))


def _split(share: float) -> html.Div:
    widths = (("with", share), ("without", 1 - share))
    boxes = [html.I(className=name, style={"width": f"{part * 100:.2f}%"}) for name, part in widths if part]
    return html.Div(boxes, className="waits-split", **{"aria-hidden": "true"})


def _line(shape: str, text: str, value: int, lang: str, css: str = "") -> html.P:
    left = html.Span([html.I(className=f"waits-square {shape}"), text])
    return html.P([left, html.Strong(fmt.count(value, lang))], className=f"waits-line {css}".strip())


def _undocumented(chosen: ChosenWaits, listed: tuple[data.Undocumented, ...]) -> list:
    context, t = chosen.context, chosen.context.t
    rows = []
    for one in listed[:_LISTED]:
        over = f"{days(one.over_days, context)} over"
        rows.append(html.Li([html.Span(one.department), html.Span(over), html.Code(one.wait_id)]))
    parts: list = [html.Ul(rows, className="waits-undocumented")]
    if len(listed) > _LISTED:
        rest = fmt.count(len(listed) - _LISTED, context.lang)
        parts.append(html.P(t(f"og {rest} til, se filen.", f"and {rest} more, see the file.")))
    return [*parts, html.P(downloads.line(context, "samtykke"))]
