"""What people wrote, in the report: under each indicator, the recommendations together, the regions' comments."""

from __future__ import annotations

from collections.abc import Sequence

from data import reference
from reports.annual.indicators import Measured
from reports.content import Block, Bullets, Paragraph, Part, Remark
from results.comments import Comment
from words import comments as words
from words.reader import Reader
from words.runs import TextPart

Said = tuple[Measured, Comment]


def of(context: Reader, found: Sequence[Comment]) -> tuple[Remark, ...]:
    """The comments under an indicator; the regional ones have a chapter of their own."""
    return tuple(_remark(context, one, words.heading(context, one)) for one in found if one.kind != "regional")


def _remark(context: Reader, one: Comment, heading: str) -> Remark:
    by = words.by(context, one)
    if one.other_definition:
        by += context.t(" · definitionen er ændret siden", " · the definition has changed since")
    return Remark(heading, words.paragraphs(one), by, words.moved(context, one))


def recommendations(context: Reader, every: Sequence[Said]) -> tuple[Block, ...]:
    """The recommendations of all indicators as one list, for the conclusions; () where there are none."""
    items = tuple(
        [TextPart(f"{section.title}: ", strong=True), " ".join(words.paragraphs(one))]
        for section, one in every
        if one.kind == "recommendation"
    )
    if not items:
        return ()
    return (Paragraph(context.t("Anbefalinger", "Recommendations"), "heading"), Bullets(items))


def regional(context: Reader, every: Sequence[Said], general: Sequence[Comment]) -> tuple[Part, ...]:
    """The chapter of regional comments, region by region, those on the whole report first; () where there are none."""
    t, parts = context.t, []
    for code in reference.region_order():
        whole = t("Om rapporten som helhed", "On the report as a whole")
        said = [(whole, one) for one in general if one.region == code]
        said += [(section.title, one) for section, one in every if one.kind == "regional" and one.region == code]
        if said:
            blocks = tuple(_remark(context, one, heading) for heading, one in said)
            parts.append(Part(f"regional-{code}", reference.region_name(code), 2, blocks))
    if not parts:
        return ()
    title = t("Regionale kommentarer", "Regional comments")
    return (Part("regionale-kommentarer", title, 1, (), tuple(parts), new_page=True),)
