"""The report's first pages: what it concludes, and all indicators on one table."""

from __future__ import annotations

from collections.abc import Sequence

from data import reference
from exports import overview as exports
from reports.annual.indicators import Measured
from reports.content import Block, Bullets, Paragraph, Part, PrintedTable, Remark, Shown, column, fraction, interval
from results.across import JUDGED
from results.audit import NATION, OverviewRow
from results.table import Line, Role, Table
from words import format as fmt
from words import overview as words
from words import report as text
from words import values, verdicts
from words.indicator import hidden_note
from words.reader import Reader
from words.runs import Runs, TextPart


def conclusions(context: Reader, rows: tuple[OverviewRow, ...], more: Sequence[Block]) -> Part:
    """What the year's results are: every standard by verdict, what is settled first; then ``more``."""
    t = context.t
    blocks: list[Block] = [
        Paragraph(words.finding(context, rows), "finding"),
        Paragraph(words.lead(context, rows)),
    ]
    for kind in verdicts.IN_ORDER:
        head = verdicts.verdict_text(kind, context.lang).capitalize()
        of = [row for row in rows if words.kind(row) in JUDGED and words.current(row).said == kind]
        if of:
            blocks.append(Paragraph(f"{head} ({fmt.count(len(of), context.lang)})", "heading"))
            blocks.append(Bullets(tuple(_linked(context, row, rows) for row in of)))
    return Part("konklusioner", t("Konklusioner og anbefalinger", "Conclusions and recommendations"), 1,
                (*blocks, *more), new_page=True)  # fmt: skip


def _linked(context: Reader, row: OverviewRow, among: Sequence[OverviewRow]) -> Runs:
    return [text.judged(context, row, among)]


def table_of(context: Reader, rows: tuple[OverviewRow, ...], sections: Sequence[Measured], more: Remark | None) -> Part:
    """All indicators on one table: the country in three years, the regions now."""
    t, lang = context.t, context.lang
    shown = exports.of_indicators(context, rows)
    places = _by_place(shown)
    periods = [fmt.period(one, context.first_month, context.lang) for one in reversed(context.view.three_periods)]
    numbers = {(one.row.indicator.id, one.row.site): one.number for one in sections}

    def nation(period: str):
        def draw(line: Line) -> str:
            there = places.get((line["id"], line["site"], NATION, period))
            return fmt.NONE if there is None else values.with_limits(there, "rate", "lower", "upper", lang)

        return draw

    def region(code: str):
        def draw(line: Line) -> Runs:
            there = places.get((line["id"], line["site"], code, periods[0]))
            if there is None or there.number("rate") is None:
                return [fmt.NONE if there is None else values.percent_number(there, "rate", lang)]
            tone = there["verdict"].key
            share = values.percent_number(there, "rate", lang)
            shown = f"{share}{fmt.NBSP}{verdicts.SIGNS.get(tone, '')}".rstrip()
            return [TextPart(shown, tone=tone if tone == "not_met" else "")]

        return draw

    def verdict(line: Line) -> Runs:
        said = line["verdict"]
        mark = verdicts.SIGNS.get(said.key, "")
        likely = line.number("probability")
        more = "" if likely is None else f" {verdicts.probability_text(likely, lang)}"
        # What would settle it stands with the indicator: here it would take the table over its page.
        word = TextPart(f"{mark} {said.text}{more}".strip(), strong=said.key == "not_met",
                        tone="not_met" if said.key == "not_met" else "")  # fmt: skip
        return [word]

    there = {code for _, _, code, period in places if period == periods[0]}
    codes = [code for code in reference.region_order() if code in there]
    columns = [
        Shown(t("Nr.", "No."), lambda line: str(numbers.get((line["id"], line["site"]), fmt.NONE)), width=0.42),
        column(shown, "indicator", lang, width=2.5),
        column(shown, "standard", lang, left=False, width=0.96),
        interval(t(f"Danmark {periods[0]}", f"Denmark {periods[0]}"), "rate lower upper", lang,
                 sub=t("% (95 % CI)", "% (95% CI)"), width=1.65, current=True),
        Shown(periods[1], nation(periods[1]), t("% (95 % CI)", "% (95% CI)"), width=1.65),
        Shown(periods[2], nation(periods[2]), t("% (95 % CI)", "% (95% CI)"), width=1.65),
        fraction(t("Tæller/", "Numerator/"), "numerator", "denominator", lang, sub=t("nævner", "denominator"),
                 width=1.47),
        column(shown, "missing", lang, width=0.84),
        *(Shown(reference.region_name(code).removeprefix("Region "), region(code), "%", width=1.31) for code in codes),
        Shown(t("Vurdering", "Verdict"), verdict, t("landet", "the country"), left=True, width=1.6),
    ]  # fmt: skip
    kept = tuple(line for line in shown.lines if (line["id"], line["site"]) in {
        (row.indicator.id, row.site) for row in words.shown(rows)})  # fmt: skip
    caption = t(
        f"Alle indikatorer i {context.database}, {context.period_label}: Danmark i tre år og regionerne.",
        f"All indicators of {context.database}, {context.period_label}: Denmark in three years, and the regions.",
    )
    note = " ".join(
        (
            verdicts.how_in_a_line(context),
            t("Regioner uden mærke har ingen standard. Ikke case-mix-justeret.",
              "Regions without a mark have no standard. Not adjusted for case mix."),
            hidden_note(context) if context.view.edition.hides else "",
        )
    ).rstrip()  # fmt: skip
    # One paragraph: the table fills its page.
    printed = PrintedTable("oversigt", shown, tuple(columns), caption, (note,), wide=True, lines=kept)
    blocks: list[Block] = [printed]
    for reason, titles in words.left_out(context, rows):
        blocks.append(Paragraph([TextPart(t("Ikke opgjort: ", "Not reported: "), strong=True),
                                 f"{fmt.listed(titles, lang)}. {reason}"], "note"))  # fmt: skip
    return Part("oversigt", t("Oversigt over indikatorer", "All indicators"), 1, (*blocks, *([more] if more else [])),
                new_page=True)  # fmt: skip


def _by_place(shown: Table) -> dict[tuple[str, str, str, str], Line]:
    """(indicator, site, region or nation, period) → row; results without a region have none of their own here."""
    found = {}
    for row in shown.rows:
        line = Line(row, shown.places)
        nation = row.role is not Role.REGION
        if nation or line["code"]:
            found[line["id"], line["site"], NATION if nation else line["code"], line["period"]] = line
    return found
