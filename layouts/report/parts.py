"""Parts of the page of the annual report: what can be fetched, and how far a report is."""

from __future__ import annotations

from data.registers import BrokenRegisters
from layouts.comments.section import writes
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import html
from layouts.parts.input import Input
from reports.formats import FORMATS, OF_SUMMARY
from results.comments import version
from words import format as fmt
from words.comments import version_name
from words.reader import Reader

EDITIONS = {"arbejds": "working", "offentlig": "public"}
EXTRAS = {"format": tuple(FORMATS), "udgave": tuple(EDITIONS), "version": ("endelig",), "del": ("sammenfatning",)}
_WORDS = {edition: word for word, edition in EDITIONS.items()}
_MB = 1_000_000


def edition(context: Reader) -> str:
    """The edition of the report: the page's own, of the working one also the public."""
    if context.edition == "public":
        return "public"
    return EDITIONS[context.state.choice("udgave", "arbejds")]


def edition_switch(context: Reader) -> list[select.Switch]:
    """Which edition the report is of; the public edition has no choice."""
    if context.edition == "public":
        return []
    now, t = edition(context), context.t
    names = {"working": t("Arbejdsudgave", "Working"), "public": t("Offentlig", "Public")}
    choices = tuple(
        select.Choice(names[one], context.here(udgave=None if one == "working" else _WORDS[one], format=None),
                      one == now)
        for one in ("working", "public")
    )  # fmt: skip
    return [select.Switch("udgave", t("Udgave", "Edition"), choices)]


def address(context: Reader, form: str, path: str = "/rapport/lav", final: bool = False, part: str = "") -> str:
    """Where a report is made, or fetched; ``final``: its final version; ``part``: sammenfatning, that alone."""
    chosen = edition(context)
    udgave = {"udgave": None if chosen == context.edition else _WORDS[chosen]}
    state = context.state.with_(database=context.database, period=context.period, unit=None)
    if final or context.state.choice("version"):
        udgave["version"] = "endelig"
    if part or context.state.choice("del"):
        udgave["del"] = "sammenfatning"
    return state.url(path, format=form, **udgave)


def formats(context: Reader) -> html.Ul:
    """A link for each form of file."""
    return html.Ul(
        [
            html.Li(
                [
                    html.A(f"{context.database} {context.period_label}, {form.upper()}", href=address(context, form)),
                    html.Span(f" {known.title.in_(context.lang)}", className="light"),
                ]
            )
            for form, known in FORMATS.items()
        ],
        className="report-formats",
    )


def summaries(context: Reader) -> html.Ul:
    """A link for each form of the summary alone."""
    name = context.t("Sammenfatning", "Summary")
    links = [
        html.Li(html.A(f"{name}, {form.upper()}", href=address(context, form, part="sammenfatning")))
        for form in OF_SUMMARY
    ]
    if writes(context):
        href = context.to("/rapport/sammenfatning", database=context.database, period=context.period)
        links.append(html.Li(html.A(context.t("Læs og ret den", "Read and edit it"), href=href)))
    return html.Ul(links, className="report-formats")


def under_way(context: Reader, form: str, before: int, told: str) -> html.Div:
    """The page while the report is made; it asks again by itself."""
    t = context.t
    if before:
        many = fmt.count(before, context.lang)
        text = t(f"Der er {many} rapport{'' if before == 1 else 'er'} foran i køen.",
                 f"{many} report{'' if before == 1 else 's'} come{'s' if before == 1 else ''} first.")  # fmt: skip
    else:
        began = t("Den er begyndt.", "It has begun.")
        text = f"{t('Nu', 'Now')}: {told}." if told else began
    body = html.Div([
        html.P(text, className="report-told", role="status"),
        html.P(t("Siden opdaterer sig selv, til filen er klar. En hel rapport tager omkring et minut.",
                 "The page renews itself until the file is ready. A whole report takes about a minute.")),
    ], className="report")  # fmt: skip
    return _page(context, t("Rapporten laves", "The report is being made"), body, form)


def done(context: Reader, form: str, name: str, size: int) -> html.Div:
    """The page with the finished file."""
    t = context.t
    text = fmt.number(max(0.1, round(size / _MB, 1)), 1, context.lang)
    link = html.A(name, href=address(context, form, f"/rapport/fil/{name}"), className="button", download=name)
    return _page(context, t("Rapporten er klar", "The report is ready"),
                 html.Div([html.P([link, f" {text} MB"], role="status")], className="report"), form)  # fmt: skip


def failed(context: Reader, form: str, why: str) -> html.Div:
    """The page where the report could not be made, with what the command said."""
    t = context.t
    body = html.Div([
        html.P(t(f"Kommandoen svarede: {why}", f"The command said: {why}"), role="alert"),
        html.P(html.A(t("Prøv igen", "Try again"), href=address(context, form))),
    ], className="report")  # fmt: skip
    return _page(context, t("Rapporten kunne ikke laves", "The report could not be made"), body, form)


def _page(context: Reader, finding: str, body: object, form: str) -> html.Div:
    t = context.t
    what = FORMATS[form].title.in_(context.lang)
    lead = f"{context.database_label}, {context.period_label}: {what}."
    return shell.page(
        context,
        active="report",
        finding=finding,
        lead=lead,
        breadcrumbs=[(t("Rapport", "Report"), "/rapport"), (form.upper(), None)],
        body=body,
        title=f"{finding} · {context.database}",
    )


def version_section(context: Reader) -> list:
    """How far the report is, and for who writes the way to make it final or open again."""
    t = context.t
    title = t("Udgave", "Version")
    try:
        found = version(context.view)
    except BrokenRegisters:
        said = t("Kommentarerne kan ikke læses for tiden.", "The comments cannot be read at present.")
        return [shell.section(title, html.P(said), id="udgave")]
    lines: list = [html.P(version_name(context, found))]
    if found.state == "final":
        frozen = t(f"Fastfrosset på udtræk {found.snapshot}. Hent den:",
                   f"Frozen at snapshot {found.snapshot}. Fetch it:")  # fmt: skip
        links = [html.Li(html.A(form.upper(), href=address(context, form, final=True))) for form in FORMATS]
        lines += [html.P(frozen), html.Ul(links, className="link-list")]
    if writes(context):
        is_open = found.state != "final"
        label = t("Gør udgaven endelig", "Make the version final") if is_open else t("Åbn den igen", "Open it again")
        action = context.to("/rapport/endelig", database=context.database, period=context.period)
        fields = [
            Input(type="hidden", name="base", value=str(found.revision)),
            Input(type="hidden", name="handling", value="endelig" if is_open else "aabn"),
            html.Button(label, type="submit", className="button"),
        ]
        lines.append(html.Form(fields, method="post", action=action))
        if is_open:
            href = context.to("/rapport/hoering", database=context.database, period=context.period)
            lines.append(html.P(html.A(t("Høring i regionerne: lav links", "Hearing in the regions: make links"),
                                       href=href)))  # fmt: skip
    return [shell.section(title, *lines, id="udgave")]
