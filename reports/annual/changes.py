"""Early warnings and improvement initiatives in the report: what changed, and what came of what was done."""

from __future__ import annotations

from exports import improvements as tables
from exports import warnings as exports
from figures import effect
from reports.annual.indicators import WIDTH
from reports.content import Block, Bullets, Illustration, Paragraph, Part, PrintedTable, Shown, column
from results.improvements import Improvement, improvements
from results.table import Line
from results.warnings import signals as data
from words import format as fmt
from words import improvements as text
from words import warnings as words
from words.overview import lowered
from words.reader import Reader


def part(context: Reader) -> Part:
    """The section with its two halves."""
    t = context.t
    title = t("Tidlige varsler og forbedringer", "Early warnings and improvements")
    return Part("varsler", title, 1, (), (_warnings(context), _improvements(context)), new_page=True)


def _warnings(context: Reader) -> Part:
    t, lang = context.t, context.lang
    found = data.watch(context.view)
    title = t("Varsler ved dataskæringen", "Warnings at the data cut")
    blocks: list[Block] = [Paragraph(f"{words.finding(context, found)}.", "finding")]
    strong = found.some(True)
    if strong:
        blocks.append(Bullets(tuple(f"{one.unit_name}, {_title(context, one)}: {words.sentence(context, one)}"
                                    for one in strong)))  # fmt: skip
    blocks.append(Paragraph(words.chance_of_both(context, found)))
    if found.signals or found.standing:
        table = exports.of_signals(context, found)
        columns = (
            column(table, "unit", lang, width=2.2),
            column(table, "indicator", lang, width=2.4),
            column(table, "direction", lang),
            column(table, "strength", lang, width=1.0),
            column(table, "since", lang, left=False, width=1.2),
            column(table, "observed", lang, width=1.2),
            column(table, "expected", lang, width=0.9),
            column(table, "excess", lang, t("Flere end ventet", "More than expected"), width=1.1),
        )
        caption = t("Varsler på listen ved dataskæringen.", "Warnings listed at the data cut.")
        note = t(
            "Observeret og ventet: uønskede udfald siden ændringen begyndte. Mod enhedens eget niveau, hvor det "
            "kendes; case-mix-justeret, hvor modellen holder.",
            "Observed and expected: unwanted outcomes since the change began. Against the unit's own level where it is "
            "known; case-mix adjusted where the model stands.",
        )
        blocks.append(PrintedTable("varsler-liste", table, columns, caption, (note,)))
    return Part("varsler-nu", title, 2, tuple(blocks))


def _title(context: Reader, one: data.ShownSignal) -> str:
    return lowered(words.title(context, one.indicator))


def _improvements(context: Reader) -> Part:
    t = context.t
    found = improvements(context.view)
    title = t("Forbedringsprojekter og deres effekt", "Improvement initiatives and their effect")
    if not found:
        none = t(f"Der er ingen forbedringsprojekter i {context.database}.",
                 f"There are no improvement initiatives in {context.database}.")  # fmt: skip
        return Part("forbedringer", title, 2, (Paragraph(none),))
    parts = tuple(_one(context, one) for one in found)
    table = _table(context, found)
    blocks = (Paragraph(f"{text.finding(context, found, False)}.", "finding"), Paragraph(text.lead(context, found)),
              table)  # fmt: skip
    return Part("forbedringer", title, 2, blocks, parts)


def _table(context: Reader, found: tuple[Improvement, ...]) -> PrintedTable:
    t, lang = context.t, context.lang
    table = tables.of_initiatives(context, found)

    def change(line: Line) -> str:
        value, low, high = (line.number(key) for key in ("change", "lower", "upper"))
        if value is None or low is None or high is None:
            return fmt.NONE
        ends = f"{fmt.percent_number(low, 1, lang)}{t(' til ', ' to ')}{fmt.percent_number(high, 1, lang)}"
        return f"{fmt.percent_number(value, 1, lang)} ({ends})"

    columns = (
        column(table, "initiative", lang, t("Projekt", "Initiative"), width=2.4),
        column(table, "departments", lang, t("Afdelinger", "Departments"), width=1.3),
        column(table, "start", lang, left=False, width=1.1),
        column(table, "verdict", lang, t("Vurdering", "Verdict"), width=1.6),
        column(table, "design", lang, t("Opgørelse", "Design"), width=1.6),
        Shown(t("Ændring", "Change"), change, t("point (95 % CI)", "points (95% CI)"), width=2.0),
        column(table, "p", lang, width=0.7),
    )
    caption = t("Forbedringsprojekternes effekt, i procentpoint med 95 %-interval.",
                "The initiatives' effect, in percentage points with 95% interval.")  # fmt: skip
    note = t("Ikke case-mix-justeret.", "Not adjusted for case mix.")
    return PrintedTable("forbedringer-tal", table, columns, caption, (note,))


def _one(context: Reader, one: Improvement) -> Part:
    t, lang, it = context.t, context.lang, one.initiative
    what = one.indicator.title.in_(lang) if one.indicator else it.indicator
    facts = [fmt.listed(one.names, lang), what, f"{t('fra', 'from')} {fmt.date(it.start, lang)}"]
    if it.ended:
        facts.append(f"{t('afsluttet', 'ended')} {fmt.date(it.ended, lang)}")
    if it.synthetic:
        facts.append(t("opdigtet projekt", "invented initiative"))
    blocks: list[Block] = [Paragraph(" · ".join(facts), "note"), Paragraph(text.sentence(context, one))]
    if it.done:
        blocks.append(Paragraph(f"{t('Hvad blev gjort', 'What was done')}: {' '.join(it.done.split())}"))
    blocks += [Paragraph(line) for line in text.sentences(one.warnings, lang)]
    if effect.drawable(one):
        caption = t(f"{it.title}: før og efter.", f"{it.title}: before and after.")
        note = t("Stiplet lodret linje: projektets start. Grå: de andre afdelinger.",
                 "Dashed upright line: the initiative's start. Grey: the other departments.")  # fmt: skip
        blocks.append(Illustration(f"effekt-{it.id}", effect.figure(context, one, "wide"), WIDTH, caption,
                              text.sentence(context, one), note))  # fmt: skip
    return Part(f"projekt-{it.id}", it.title, 3, tuple(blocks))
