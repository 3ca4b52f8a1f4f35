"""Waiting times in the report: ended legs in time, and those over the maximum, for each leg delivered."""

from __future__ import annotations

from dataclasses import replace

from exports import waits as exports
from exports.waits_quarters import of_quarters
from reports.content import Block, Paragraph, Part, PrintedTable, column, fraction, interval, unit
from results.waits import legs
from words import format as fmt
from words.chosen import waits as choices
from words.reader import Reader


def part(context: Reader) -> Part:
    """The section; one sentence where the database delivers no waiting times."""
    t, blocks = context.t, []
    for word in choices.LEGS:
        extra = (("ben", word),) if word != "behandling" else ()
        chosen = choices.read(replace(context, state=replace(context.state, extra=extra)))
        if chosen.scope is None:
            break
        if legs.ended(chosen.scope).coarse.legs != 0:
            blocks += _leg(chosen)
    if not blocks:
        none = t(f"{context.database} leverer ikke ventetider i dette udtræk.",
                 f"{context.database} delivers no waiting times in this extract.")  # fmt: skip
        blocks = [Paragraph(none)]
    return Part("ventetider", t("Ventetider", "Waiting times"), 1, tuple(blocks), new_page=True)


def quarters(context: Reader) -> Part:
    """The section of the public edition: the latest complete quarter, by leg and region of residence."""
    t, lang = context.t, context.lang
    found = of_quarters(context)
    lines = tuple(line for line in found.lines if line["quarter"] == max(one["quarter"] for one in found.lines))
    blocks: list[Block] = [Paragraph(t(f"{context.database} har ingen ventetider med en lovbestemt frist.",
                                       f"{context.database} has no waiting times with a legal maximum."))]  # fmt: skip
    if lines:
        columns = (
            column(found, "leg", lang, t("Ventetid til", "Wait for"), width=1.6),
            column(found, "place", lang, t("Bopæl", "Residence"), width=2.0),
            column(found, "legs", lang, t("Forløb", "Cases")),
            interval(
                t("Til tiden", "In time"), "rate lower upper", lang, sub=t("% (95 % CI)", "% (95% CI)"), width=1.8
            ),
        )
        caption = t(
            f"Afsluttede forløb til tiden, {lines[0]['quarter']}.", f"Ended cases in time, {lines[0]['quarter']}."
        )
        blocks = [PrintedTable("ventetid-kvartal", found, columns, caption, lines=lines)]
    return Part("ventetider", t("Ventetider", "Waiting times"), 1, tuple(blocks), new_page=True)


def _leg(chosen: choices.ChosenWaits) -> list[Block]:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    found = legs.ended(chosen.scope)
    weeks = exports.context_weeks(chosen)
    title = t(f"Ventetid til {chosen.leg_word}", f"Wait for {chosen.leg_word}")
    table = exports.units(chosen)
    columns = (
        unit(t("Enhed", "Unit"), "name"),
        fraction(t("Til tiden/", "In time/"), "within", "legs", lang, sub=t("forløb", "cases"), width=1.3),
        interval(t("Andel", "Share"), "in_time lower upper", lang, sub=t("% (95 % CI)", "% (95% CI)"), width=1.6),
        column(table, "median", lang, t("Median", "Median"), sub=t("dage", "days")),
        column(table, "p90", lang, t("90 %", "90%"), sub=t("dage", "days")),
    )
    caption = t(f"{title}: afsluttede forløb til tiden, {weeks}.", f"{title}: ended cases in time, {weeks}.")
    note = t(
        "Til tiden: inden for den maksimale ventetid. Tallene er data til og med "
        f"{fmt.date(context.data_cut, lang)} og følger uger, ikke rapportens år.",
        f"In time: within the maximum wait. The numbers are of data up to and including "
        f"{fmt.date(context.data_cut, lang)} and go by weeks, not by the report's year.",
    )
    notes = [note, *chosen.notices]
    if chosen.scope.public:
        notes.append(t(f"Skjult: antallet er under {context.threshold}, eller kan ellers regnes ud.",
                       f"Hidden: the number is below {context.threshold}, or could be found otherwise."))  # fmt: skip
    return [
        Paragraph(title, "heading"),
        Paragraph(_sentence(chosen, found, weeks)),
        PrintedTable(f"ventetid-{chosen.scope.leg}", table, columns, caption, tuple(notes)),
    ]


def _sentence(chosen: choices.ChosenWaits, found: legs.Ended, weeks: str) -> str:
    t, lang = chosen.context.t, chosen.context.lang
    if found.coarse.legs is None or found.in_time is None:
        return t(f"Hvor mange forløb der blev afsluttet til tiden i {weeks}, er skjult.",
                 f"How many cases ended in time in {weeks} is hidden.")  # fmt: skip
    of = fmt.of(found.coarse["within"], found.coarse.legs, lang)
    rate = fmt.percent(found.in_time, 1, lang)
    text = t(f"{of} forløb blev afsluttet til tiden i {weeks}: {rate}.",
             f"{of} cases ended in time in {weeks}: {rate}.")  # fmt: skip
    over = legs.waiting(chosen.scope).counts["waiting_over"]
    if over is None:
        return text
    now = fmt.count(over, lang)
    return text + t(f" Ved dataskæringen ventede {now} forløb længere end maksimum.",
                    f" At the data cut {now} cases had waited longer than the maximum.")  # fmt: skip
