"""The hearing round: where the registry makes the regions' links, and what a region meets behind its own.

Who has a link has no account: the page stands alone, of the public edition, and leads nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from data import reference
from layouts.comments.form import LONGEST_NAME, LONGEST_TEXT
from layouts.frame import shell
from layouts.frame.bare import bare
from layouts.parts import html, marks, tables
from layouts.parts.input import Input
from results.audit import Unit, UnitTable
from results.comments import Comment
from results.hearings import Hearing
from words import comments as text
from words import format as fmt
from words import indicator as words
from words.reader import Reader
from words.verdicts import GRADES


def rounds(context: Reader, found: Sequence[tuple[Hearing, str]], today: dt.date, notice: str = "") -> html.Div:
    """The registry's page: each region with its deadline, its link (``found``: with the address, "" without one)."""
    t, lang = context.t, context.lang
    action = context.to("/rapport/hoering", database=context.database, period=context.period)
    parts: list = []
    for one, address in found:
        name = reference.region_name(one.region)
        id = f"hoering-{one.region}"
        if one.revision == 0:
            state = t("ikke i høring", "not asked")
        elif one.is_open(today):
            state = t(f"i høring til og med {fmt.date(one.until, lang)}", f"open until {fmt.date(one.until, lang)}")
        elif one.state == "open":
            state = t(f"fristen udløb {fmt.date(one.until, lang)}", f"the deadline was {fmt.date(one.until, lang)}")
        else:
            state = t("linket er trukket tilbage", "the link was withdrawn")
        block: list = [html.H2(name, id=id), html.P(state, className="light")]
        if address:
            label = t(f"Link til {name}", f"Link for {name}")
            block.append(html.Div([html.Label(label, htmlFor=f"link-{one.region}"),
                                   Input(type="text", id=f"link-{one.region}", value=address, readOnly=True)],
                                  className="field"))  # fmt: skip
        again = (
            t("Nyt link med ny frist", "New link with a new deadline") if one.revision else t("Lav link", "Make a link")
        )
        until = one.until if one.is_open(today) else today + dt.timedelta(days=28)
        buttons = [html.Button(again, type="submit", className="button")]
        if address:
            buttons.append(html.Button(t("Træk linket tilbage", "Withdraw the link"), type="submit", name="handling",
                                       value="luk", className="button quiet"))  # fmt: skip
        block.append(html.Form([
            Input(type="hidden", name="base", value=str(one.revision)),
            Input(type="hidden", name="region", value=one.region),
            html.Div([html.Label(t("Frist (til og med)", "Deadline (inclusive)"), htmlFor=f"frist-{one.region}"),
                      Input(type="date", id=f"frist-{one.region}", name="until", value=until.isoformat())],
                     className="field"),
            html.Div(buttons, className="buttons"),
        ], method="post", action=action, className="entry"))  # fmt: skip
        parts.append(html.Div(block))
    heading = t(f"Høring af årsrapport {context.period_label}", f"Hearing of the annual report {context.period_label}")
    lead = t("Hver region får sit eget link. Det virker uden bruger til og med fristen, viser regionens tal i den "
             "offentlige "
             "udgave og tager imod regionens kommentarer. Et nyt link afløser det gamle.",
             "Each region has a link of its own. It works without an account until the deadline, shows the region's "
             "numbers in the public edition and takes its comments. A new link replaces the old one.")  # fmt: skip
    return shell.page(
        context,
        active="report",
        finding=heading,
        lead=lead,
        notices=[notice] if notice else [],
        breadcrumbs=[(t("Årsrapport", "Annual report"), "/rapport"), (t("Høring", "Hearing"), None)],
        body=html.Div(parts, className="improvements improvement-form comments"),
        title=heading,
    )


def page(
    context: Reader, one: Hearing, address: str, rows: Sequence[tuple[UnitTable, Unit | None, Comment | None]],
    general: Comment | None, saved: bool,
) -> html.Div:  # fmt: skip
    """What a region meets: its results beside the country's, what it has written, and the way to write."""
    t, lang, name = context.t, context.lang, reference.region_name(one.region)
    link = f"{address}{'&' if '?' in address else '?'}"
    lines = []
    for table, unit, said in rows:
        id, site = table.indicator.id, dict(table.view.where).get("site", "")
        cells = [table.cell(table.nation), None if unit is None else table.cell(unit)]
        label = t("Ret kommentaren", "Change the comment") if said else t("Kommentér", "Comment")
        href = f"{link}emne={id}" + (f"&lokalisation={site}" if site else "")
        title = words.title(context, table)
        lines.append(tables.Row(
            tables.cell(title, *(text.paragraphs(said) if said else ()),
                        html.A(label, href=href, className="text-link", **{"aria-label": f"{label}: {title}"})),
            [_result(context, cell) for cell in (cells[1], cells[0])],
        ))  # fmt: skip
    heads = [
        tables.Heading(t("Indikator og jeres kommentar", "Indicator and your comment"), align="left"),
        tables.Heading(name), tables.Heading(t("Danmark", "Denmark"), wide_only=True),
    ]  # fmt: skip
    until = fmt.date(one.until, lang)
    sentence = t(
        f"Kommentarer kan skrives og rettes til og med {until}. De optages i rapporten med navn og rolle.",
        f"Comments can be written and changed until {until}. They are put into the report with name and role.",
    )
    whole: list = [html.H2(t("Om rapporten som helhed", "On the report as a whole"))]
    if general is not None:
        whole += [html.Div([html.P(one_) for one_ in text.paragraphs(general)], className="comment")]
    label = t("Ret den generelle kommentar", "Change the general comment") if general else t(
        "Skriv en generel kommentar", "Write a general comment")  # fmt: skip
    whole.append(html.P(html.A(label, href=f"{link}emne=alt")))
    notes = t(f"Tallene er den offentlige udgaves: færre end {context.threshold} patienter er skjult. "
              f"{context.data_text()}.",
              f"The numbers are those of the public edition: fewer than {context.threshold} patients are hidden. "
              f"{context.data_text()}.")  # fmt: skip
    kept = (
        [html.P(t("Kommentaren er gemt.", "The comment is saved."), className="saved", role="status")] if saved else []
    )
    title = t(f"Høring: årsrapport {context.period_label}, {context.database_label}, {name}",
              f"Hearing: annual report {context.period_label}, {context.database_label}, {name}")  # fmt: skip
    body = html.Div([
        *kept, html.P(sentence, className="lead"), *_invented(context), *whole,
        html.H2(t("Indikatorerne", "The indicators")),
        tables.table(t("Regionens og landets resultater", "The region's and the country's results"), heads, lines),
        html.P(notes, className="caption"),
    ], className="comments improvements")  # fmt: skip
    return bare(lang, title, sentence, body, home=False)


def _invented(context: Reader) -> list:
    return [html.P(html.Span(context.t("Syntetiske data", "Synthetic data"), className="badge"))] if (
        context.synthetic) else []  # fmt: skip


def _result(context: Reader, cell) -> object:
    if cell is None or cell.rate is None:
        hidden = cell is not None and cell.hidden
        return context.t("skjult", "hidden") if hidden else fmt.NONE
    shown = fmt.percent(cell.rate, 1, context.lang)
    judged = cell.said in GRADES
    value = marks.verdict(cell.said, context.lang, number=shown) if judged else shown
    limits = () if cell.lower is None else (f"({fmt.interval(cell.lower, cell.upper, 1, context.lang)})",)
    return tables.cell(value, *limits)


def form(
    context: Reader, one: Hearing, title: str, action: str, back: str, typed: Mapping[str, str], base: int,
    notice: str = "", theirs: str = "",
) -> html.Div:  # fmt: skip
    """The form of one comment; ``theirs``: what somebody else of the region wrote meanwhile."""
    t, lang = context.t, context.lang
    name = reference.region_name(one.region)
    heading = f"{title}: {t('kommentar fra', 'comment of')} {name}"
    parts: list = [html.P(notice, className="notice", role="alert")] if notice else []
    if theirs:
        parts.append(html.Div([html.H3(t("Det, der står nu", "What stands now")), html.P(theirs)], className="comment"))

    def line(key: str, label: str) -> html.Div:
        control = Input(type="text", id=f"felt-{key}", name=key, value=typed.get(key, ""), maxLength=LONGEST_NAME,
                        required=True)  # fmt: skip
        return html.Div([html.Label(label, htmlFor=f"felt-{key}"), control], className="field")

    help_text = t("Skriv ikke navne på patienter eller CPR-numre. Et tomt felt fjerner kommentaren.",
                  "Write no names of patients or CPR numbers. An empty field removes the comment.")  # fmt: skip
    parts.append(html.Form([
        Input(type="hidden", name="base", value=str(base)),
        html.Div([html.Label(t("Tekst", "Text"), htmlFor="felt-text"),
                  html.Textarea(typed.get("text", ""), id="felt-text", name="text", rows=9, maxLength=LONGEST_TEXT),
                  html.Span(help_text, className="field-help")], className="field"),
        html.Div([line("author", t("Navn", "Name")), line("role", t("Rolle", "Role"))], className="pair"),
        html.Div([html.Button(t("Gem", "Save"), type="submit", className="button"),
                  html.A(t("Tilbage", "Back"), href=back, className="text-link")], className="buttons"),
    ], method="post", action=action, className="entry", noValidate=""))  # fmt: skip
    body = html.Div(parts, className="comments improvements improvement-form")
    return bare(lang, heading, heading, body, home=False)


def closed(lang: str, why: str, until: dt.date | None = None) -> html.Div:
    """A link that does not hold: ``why`` is expired, withdrawn, final or forged."""
    danish = lang == "da"
    day = "" if until is None else fmt.date(until, lang)
    heading, sentence = {
        "expired": (
            ("Høringsfristen er udløbet", f"Fristen var {day}. Det, regionen har skrevet, er gemt.")
            if danish
            else ("The deadline has passed", f"It was {day}. What the region wrote is kept.")
        ),
        "withdrawn": (
            ("Linket gælder ikke længere", "Det er trukket tilbage eller afløst af et nyere.")
            if danish
            else ("The link no longer holds", "It was withdrawn, or replaced by a newer one.")
        ),
        "final": (
            ("Rapporten er endelig", "Høringen er slut, og kommentarerne står i rapporten.")
            if danish
            else ("The report is final", "The hearing has ended; the comments stand in the report.")
        ),
        "forged": (
            ("Linket er ikke gyldigt", "Det er ikke lavet her, eller en del af det mangler. Kopiér hele linket.")
            if danish
            else ("The link is not valid", "It was not made here, or a part of it is missing. Copy the whole link.")
        ),
    }[why]
    ask = "Spørg registrets team, hvis I vil skrive mere." if danish else "Ask the registry's team to write more."
    said = f"{sentence} {ask}"
    return bare(lang, heading, said, html.P(said, className="lead"), home=False)
