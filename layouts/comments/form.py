"""The form of one comment, with every version that it has had: plain HTML, written by the server alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data import reference
from data.registers import Entry
from layouts.frame import shell, visitor
from layouts.parts import html
from layouts.parts.input import Input
from results.audit import Cell
from results.comments import KIND_NAMES, KINDS
from words import format as fmt
from words.reader import Reader

LONGEST_TEXT, LONGEST_NAME = 20_000, 120


@dataclass(frozen=True)
class CommentForm:
    """What the form is of: the indicator's title, the kind, the region of a regional one, the country's result now."""

    title: str
    kind: str
    region: str
    cell: Cell
    back: str
    action: str
    regions: tuple[str, ...]


def page(
    context: Reader,
    of: CommentForm,
    text: str,
    base: int,
    author: str,
    role: str,
    history: Sequence[Entry] = (),
    notice: str = "",
    theirs: Entry | None = None,
) -> html.Div:
    """The form. ``theirs``: what somebody else wrote meanwhile, beside which ``text`` is to be read and saved again."""
    t, lang = context.t, context.lang
    heading = f"{KIND_NAMES[of.kind].in_(lang)}: {of.title}"
    parts: list = [html.P(notice, className="notice", role="alert")] if notice else []
    if theirs is not None:
        parts.append(version_block(context, theirs, t("Det, der står nu", "What stands now"), ""))
    fields: list = [
        Input(type="hidden", name="base", value=str(base)),
        field(t("Tekst", "Text"), "text", html.Textarea(text, id="felt-text", name="text", rows=9,
               maxLength=LONGEST_TEXT), t("Et tomt felt fjerner kommentaren; det, der stod, kan hentes igen.",
               "An empty field removes the comment; what stood there can be fetched again.")),
    ]  # fmt: skip
    found = visitor.current()
    if found is None:
        fields.append(html.Div([
            field(t("Navn", "Name"), "author", line("author", author, True)),
            field(t("Rolle", "Role"), "role", line("role", role)),
        ], className="pair"))  # fmt: skip
    buttons = html.Div([
        html.Button(t("Gem", "Save"), type="submit", className="button"),
        html.A(t("Fortryd", "Cancel"), href=of.back, className="text-link"),
    ], className="buttons")  # fmt: skip
    parts.append(html.Form([*fields, buttons], method="post", action=of.action, className="entry", noValidate=""))
    if history:
        parts.append(html.H2(t("Tidligere udgaver", "Earlier versions")))
        parts += [version_block(context, one, "", of.action, base) for one in history]
    if of.kind == "regional":
        parts.insert(0, _regions(context, of))
    lead = _number(context, of)
    return shell.page(
        context,
        active="report",
        finding=heading,
        lead=lead,
        breadcrumbs=[(t("Årsrapport", "Annual report"), "/rapport"), (heading, None)],
        body=html.Div(parts, className="improvements improvement-form comments"),
        title=heading,
    )


def _number(context: Reader, of: CommentForm) -> str:
    t, lang = context.t, context.lang
    where = f", {reference.region_name(of.region)}" if of.region else ""
    if of.cell.rate is None:
        return t(f"{context.database} {context.period_label}{where}. Intet resultat for landet.",
                 f"{context.database} {context.period_label}{where}. No result for the country.")  # fmt: skip
    rate = fmt.percent(of.cell.rate, 1, lang)
    return t(f"{context.database} {context.period_label}{where}. Landet er på {rate}; kommentaren husker tallet og "
             "siger til, hvis det ændrer sig.",
             f"{context.database} {context.period_label}{where}. The country is at {rate}; the comment remembers the "
             "number and tells where it changes.")  # fmt: skip


def _regions(context: Reader, of: CommentForm) -> html.Nav:
    items = [
        html.Li(html.A(reference.region_name(code), href=f"{of.action.split('&hvor=')[0]}&hvor={code}",
                       **({"aria-current": "page"} if code == of.region else {})))
        for code in of.regions
    ]  # fmt: skip
    return html.Nav(html.Ul(items, className="link-list"), **{"aria-label": context.t("Region", "Region")})


def line(name: str, value: str, required: bool = False) -> Input:
    """A field of one line."""
    more = {"required": True} if required else {}
    return Input(type="text", id=f"felt-{name}", name=name, value=value, maxLength=LONGEST_NAME, **more)


def field(label: str, name: str, control: object, help_text: str = "") -> html.Div:
    """A field with its label and help."""
    more = [html.Span(help_text, className="field-help", id=f"hjaelp-{name}")] if help_text else []
    return html.Div([html.Label(label, htmlFor=f"felt-{name}"), control, *more], className="field")


def version_block(context: Reader, one: Entry, heading: str, action: str, base: int = 0) -> html.Div:
    """A version of a text, with who and when; ``action``: where it can be used again, "" where it cannot."""
    t = context.t
    who = ", ".join(part for part in (one.author, one.role) if part)
    when = f"{fmt.date(one.at.date(), context.lang)} {one.at:%H.%M} UTC"
    said = " · ".join(part for part in (who, when) if part)
    if one.beside:
        said += t(" · skrevet samtidig med en anden, ikke brugt", " · written while somebody else wrote, not used")
    text = str(one.body.get("text", ""))
    shown = [html.P(part) for part in text.split("\n") if part.strip()] or [html.P(t("(tom)", "(empty)"))]
    parts: list = [html.H3(heading)] if heading else []
    parts += [*shown, html.P(said, className="comment-by")]
    if action:
        parts.append(html.Form([
            Input(type="hidden", name="base", value=str(base)),
            Input(type="hidden", name="brug", value=str(one.number)),
            html.Button(t("Brug denne igen", "Use this one again"), type="submit", className="button quiet"),
        ], method="post", action=action))  # fmt: skip
    return html.Div(parts, className="comment")


__all__ = ["KINDS", "CommentForm", "page"]
