"""The summary of the annual report, at most two pages: what went well, what did not, variation, what is worth
spreading, what to know of the data, what changed since last year. Goal 8 of the action plan.

Every sentence is a rule over results that pages show, with its number and its uncertainty, and leads to the indicator
it came from (``href`` '#<id of its section>'). Nothing is said of results that bear no sentence
(results.foundation), and each heading has at most so many sentences that two pages hold them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indicators.declaration import Indicator
from reports.annual.indicators import Measured, trend_of
from reports.content import Block, Bullets, Paragraph, Part
from results import quality as data
from results.audit import unit_table
from results.comments import ReportVersion
from results.foundation import bears, both_bear
from results.improvements import improvements
from results.indicator.change import Change, change
from results.summaries import HEADINGS, edits
from results.variation.comparison import Comparison, divided, in_short
from results.warnings import signals
from words import format as fmt
from words import improvements as words_of_improvements
from words import indicator as words
from words import overview
from words import quality as words_of_quality
from words import report as text
from words import summaries as words_of_edits
from words import variation as words_of_variation
from words import warnings as words_of_warnings
from words.chosen import comparison as choices
from words.reader import Reader
from words.runs import Runs, TextPart, plain

#: Sentences of each heading.
_MOST = 3
#: A missing share that the data remark names.
_MUCH = 0.05


@dataclass(frozen=True)
class SummaryHeading:
    """A heading of the summary with the sentences that the rules make; ``id``: one of results.summaries.HEADINGS."""

    id: str
    title: str
    items: tuple[Runs, ...]

    @property
    def said(self) -> str:
        """The sentences as plain text, one a line."""
        return "\n".join(plain(item) for item in self.items)


def headings(context: Reader, sections: Sequence[Measured]) -> tuple[SummaryHeading, ...]:
    """What the rules say, heading by heading."""
    t = context.t
    made = (
        (t("Vigtigste resultater", "Most important results"), _met(context, sections)),
        (t("Vigtigste udfordringer", "Most important challenges"), _not_met(context, sections)),
        (t("Uønsket variation", "Unwanted variation"), _variation(context, sections)),
        (t("Værd at sprede", "Worth spreading"), _worth_spreading(context)),
        (t("Siden sidste årsrapport", "Since last year's report"), _since(context, sections)),
        (t("Om data", "On the data"), _data(context, sections)),
    )
    return tuple(SummaryHeading(id, title, tuple(items)) for id, (title, items) in zip(HEADINGS, made, strict=True))


def part(
    context: Reader, sections: Sequence[Measured], alone: bool = False, final: ReportVersion | None = None
) -> Part:
    """The summary as the report's first chapter; ``alone``: as a document, where there is nothing to lead to.

    Where people have edited a heading, their text stands, with who and when, and that its numbers have changed since.
    """
    t = context.t
    blocks: list[Block] = [Paragraph(overview.finding(context, [one.row for one in sections]), "finding")]
    edited = edits(context.view, context.lang, final)
    for one in headings(context, sections):
        blocks.append(Paragraph(one.title, "heading"))
        if (edit := edited.get(one.id)) is not None:
            blocks.append(Bullets(words_of_edits.lines(edit)))
            note = words_of_edits.by(context, edit)
            # What a final version, or the public edition, says was read through by who published it.
            warning = "" if final is not None or context.view.edition.hides else words_of_edits.moved(
                context, edit, one.said)  # fmt: skip
            blocks.append(Paragraph(
                [note, *([" · ", TextPart(warning, strong=True, tone="warning")] if warning else [])], "note",
            ))  # fmt: skip
            continue
        none = t("Intet, der kan siges med sikkerhed.", "Nothing that can be said with certainty.")
        shown = tuple(_unlinked(item) for item in one.items) if alone else one.items
        blocks.append(Bullets(shown) if one.items else Paragraph(none))
    if (one := _told_most(sections)) is not None and (drawn := trend_of(one, "-sammenfatning")) is not None:
        blocks.append(drawn)
    return Part("sammenfatning", t("Sammenfatning", "Summary"), 1, tuple(blocks), new_page=True)


def _unlinked(item: Runs) -> Runs:
    return [replace(one, href="") if isinstance(one, TextPart) else one for one in item]


def _lead(section: Measured) -> TextPart:
    """The indicator's name, which leads to its section."""
    return TextPart(section.title, strong=True, href=f"#{section.id}")


def _said(section: Measured, sentence: str) -> Runs:
    return [_lead(section), f": {sentence}"]


def _judged(sections: Sequence[Measured], kind: str) -> list[Measured]:
    found = [one for one in sections if overview.kind(one.row) == kind and bears(overview.current(one.row))]
    return [one for one in found if one.row.standard is not None]


def _distance(section: Measured) -> float:
    """How far the nearer limit of the interval lies from the standard."""
    cell, goal = overview.current(section.row), section.row.standard.value
    return min(abs(cell.lower - goal), abs(cell.upper - goal))


def _number(context: Reader, section: Measured) -> str:
    """'93,9 % (93,0–94,7) mod standarden ≥ 90 %'."""
    said = text.judged(context, section.row)
    return said.partition(": ")[2].removesuffix(".")


def _met(context: Reader, sections: Sequence[Measured]) -> list[Runs]:
    """Clearly met, those that improved since last year first, then by distance to the standard."""
    t = context.t
    ranked = sorted(
        _judged(sections, "met"), key=lambda one: (not _better(one), -_distance(one))
    )  # fmt: skip
    items = []
    for one in ranked[:_MOST]:
        more = f"; {_moved(context, one)}" if _better(one) else ""
        none = " " + t(
            "Ingen afdeling ligger klart på den forkerte side.", "No department is clearly on the wrong side."
        )
        quiet = none if not words.clearly_wrong(one.table) and words.with_result(one.table) else ""
        items.append(_said(one, f"{_number(context, one)}, {t('klart opfyldt', 'clearly met')}{more}.{quiet}"))
    return items


def _not_met(context: Reader, sections: Sequence[Measured]) -> list[Runs]:
    """Clearly not met, then those where departments clearly are not, by their number."""
    t = context.t
    items = []
    failed = sorted(_judged(sections, "not_met"), key=lambda one: -_distance(one))
    for one in failed[:_MOST]:
        items.append(_said(one, f"{_number(context, one)}, {t('klart ikke opfyldt', 'clearly not met')}."))
    others = [one for one in sections if one not in failed and words.clearly_wrong(one.table)]
    for one in sorted(others, key=lambda one: -len(words.clearly_wrong(one.table)))[: _MOST - len(items)]:
        lines = words.finding(context, one.table)
        items.append(_said(one, " ".join(lines).partition(": ")[2] or " ".join(lines)))
    return items


def _variation(context: Reader, sections: Sequence[Measured]) -> list[Runs]:
    """Differences beyond chance, by how many patients they concern; the range with its units."""
    found: list[tuple[float, Measured, Comparison]] = []
    for one in () if context.edition == "public" else sections:
        seen = choices.seen(context)
        if one.row.site or not divided(one.row.indicator, "department", seen.where):
            continue
        compared = in_short(seen, one.row.indicator.id, "department")
        if compared.verdict == "real" and compared.concerned:
            found.append((compared.patients, one, compared))
    items = []
    for _, one, compared in sorted(found, key=lambda row: -row[0])[:_MOST]:
        parts = (text.spread(context, one.table), words_of_variation.gain(context, compared))
        if any(parts):
            items.append(_said(one, " ".join(part for part in parts if part)))
    return items


def _worth_spreading(context: Reader) -> list[Runs]:
    """Initiatives with a proven effect, and what they did; then departments with a strong signal of improvement."""
    t, items = context.t, []
    if context.edition == "public":
        return items
    for one in improvements(context.view):
        if one.state == "worked":
            done = " ".join(one.initiative.done.split())
            first = done.split(". ")[0].rstrip(".")
            what = f" {t('Det blev gjort', 'What was done')}: {first}." if first else ""
            said = words_of_improvements.sentence(context, one)
            items.append([TextPart(one.initiative.title, strong=True, href=f"#projekt-{one.initiative.id}"),
                          f": {said}{what}"])  # fmt: skip
    for one in signals.watch(context.view).some(True, "better"):
        said = words_of_warnings.sentence(context, one)
        items.append([TextPart(words.short_name(one.unit_name, context.lang, True), strong=True, href="#varsler-nu"),
                      f", {_lowered(context, one.indicator)}: {said}"])  # fmt: skip
    return items[:_MOST]


def _lowered(context: Reader, indicator: Indicator) -> str:
    return overview.lowered(words_of_warnings.title(context, indicator))


def _change(section: Measured) -> Change | None:
    """From last year to this, of the country, where both results bear it and the change is beyond chance."""
    table = section.table
    before, now = table.cell(table.nation, table.view.period - 1), table.cell(table.nation)
    if not both_bear(before, now):
        return None
    found = change(before, now)
    return found if found is not None and found.clear else None


def _better(section: Measured) -> bool:
    found = _change(section)
    return found is not None and (found.difference > 0) == section.row.indicator.higher_is_better


def _moved(context: Reader, section: Measured) -> str:
    """'steg fra 92,0 % til 94,0 %, 2,0 %-point (0,5 til 3,5)'."""
    t, lang, table, found = context.t, context.lang, section.table, _change(section)
    rates = [
        fmt.percent(table.cell(table.nation, period).rate, 1, lang)
        for period in (table.view.period - 1, table.view.period)
    ]
    verb = t("steg", "rose") if found.difference > 0 else t("faldt", "fell")
    limits = f"{fmt.percent_number(found.lower, 1, lang)} {t('til', 'to')} {fmt.percent_number(found.upper, 1, lang)}"
    size = f"{fmt.points(found.difference, 1, lang)} {t('procentpoint', 'percentage points')}"
    return t(f"{verb} fra {rates[0]} til {rates[1]}, {size} (95 %-interval {limits})",
             f"{verb} from {rates[0]} to {rates[1]}, {size} (95% interval {limits})")  # fmt: skip


def _since(context: Reader, sections: Sequence[Measured]) -> list[Runs]:
    """The clear changes of the country since the year before, those for the worse first."""
    t = context.t
    changed = [(one, found) for one in sections if (found := _change(one)) is not None]
    changed.sort(key=lambda pair: (_better(pair[0]), -pair[1].least))
    items = []
    for one, _ in changed[:_MOST]:
        side = t("til det bedre", "for the better") if _better(one) else t("til det værre", "for the worse")
        items.append(_said(one, f"{_moved(context, one)}, {side}."))
    return items


def _data(context: Reader, sections: Sequence[Measured]) -> list[Runs]:
    """What needs mending first, and the indicators with much missing."""
    t, lang = context.t, context.lang
    by_id = {one.row.indicator.id: one for one in sections}
    items: list[Runs] = []
    if context.edition != "public":
        items = _mended_first(context, by_id)
    much = []
    for one in sections:
        share = one.table.cell(one.table.nation).missing_share
        if share is not None and share > _MUCH:
            much.append((share, one))
    for share, one in sorted(much, key=lambda pair: -pair[0])[: _MOST - 1]:
        part = fmt.percent(share, 1, lang)
        items.append(_said(one, t(f"{part} er uoplyst og står uden for nævneren.",
                                  f"{part} are missing and stand outside the denominator.")))  # fmt: skip
    return items


def _told_most(sections: Sequence[Measured]) -> Measured | None:
    """The indicator whose trend the summary shows: the clearest change, else the clearest that is not met."""
    changed = [(found.least, one) for one in sections if (found := _change(one)) is not None]
    if changed:
        return max(changed, key=lambda pair: pair[0])[1]
    failed = sorted(_judged(sections, "not_met"), key=_distance)
    return failed[-1] if failed else None


def _mended_first(context: Reader, by_id: Mapping[str, Measured]) -> list[Runs]:
    """What of the data needs mending first."""
    view = context.view
    tables = [unit_table(view, id) if id in by_id else None for id in ("coverage", "registered_30d")]
    found = words_of_quality.Quality(*tables, data.completeness(view), data.delays(view))
    said = words_of_quality.finding(context, found).rstrip(".")
    return [[TextPart(f"{said}.", href="#datagrundlag")]]
