"""Deliveries in words: what came, what was refused, what it changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from data import reference
from data.text import Text
from results.audit import NATION, Cell, Unit, full_name
from results.deliveries import CHANGED, NEW, RESOLVED, Delivery, ExtractChange, MovedResult
from words import format as fmt
from words.indicator import unit_name
from words.reader import Reader
from words.verdicts import target_text, verdict_text

OUTCOMES = {
    "loaded": Text("indlæst", "loaded"),
    "unchanged": Text("uændret", "unchanged"),
    "refused": Text("afvist", "refused"),
    "held": Text(
        "ikke indlæst: en anden i samme kørsel blev afvist", "not loaded: another of the same run was refused"
    ),
}
CHANGES = {NEW: Text("nyt", "new"), RESOLVED: Text("løst", "resolved"), CHANGED: Text("ændret", "changed")}
#: Outcomes that left the store without what was delivered.
KEPT_OUT = ("refused", "held")


def moment(when: dt.datetime) -> str:
    """'2026-11-29 01:21': UTC, the same in every language, so that it sorts."""
    return f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


def when(context: Reader, said: str) -> str:
    """A ``moment`` for people: '29.11.2026 kl. 01.21 UTC'."""
    at = dt.datetime.fromisoformat(said)
    day = fmt.date(at.date(), context.lang)
    return context.t(f"{day} kl. {at:%H.%M} UTC", f"{day}, {at:%H:%M} UTC")


def outcome(context: Reader, one: Delivery) -> str:
    """'indlæst', 'afvist' …"""
    return OUTCOMES[one.outcome].in_(context.lang)


def verdict(context: Reader, cell: Cell) -> str:
    """The verdict's word; of a development target whether it is reached."""
    words = target_text if cell.standard is not None and cell.standard.kind == "target" else verdict_text
    return words(cell.state, context.lang, context.threshold)


def place(context: Reader, one: MovedResult) -> str:
    """'Danmark', a region's or a department's name."""
    if one.level == NATION:
        return context.t("Danmark", "Denmark")
    if one.level == "region":
        name = reference.region_name(one.code) if one.code else context.t("Uoplyst", "Not registered")
        return unit_name(context, Unit(one.level, one.code, name, name))
    return full_name(context.view, one.code) or context.t("Uden afdeling", "Without department")


def why(context: Reader, one: Delivery) -> str:
    """The first finding that refused a delivery: 'cases.stage: koden står ikke på listen'; "" of others."""
    found = next((each for each in one.findings if each.severity == "error"), None) or next(iter(one.findings), None)
    if found is None:
        return ""
    where = f"{found.table}.{found.column}" if found.column else found.table
    text = found.text.in_(context.lang)
    more = (one.errors or len(one.findings) + one.more) - 1
    if not more:
        return f"{where}: {text}"
    return f"{where}: {text} " + context.t(f"(og {fmt.count(more, 'da')} til)", f"(and {fmt.count(more, 'en')} more)")


def all_finding(context: Reader, latest: Iterable[Delivery]) -> str:
    """What the last deliveries of all databases came to, as a headline."""
    t = context.t
    found = list(latest)
    if not found:
        return t("Loggen over leverancer er tom", "The log of deliveries is empty")
    out = [one for one in found if one.outcome in KEPT_OUT]
    if not out:
        when = fmt.date(max(one.time for one in found).date(), context.lang)
        return t(f"Alle leverancer er taget ind; den seneste kom {when}",
                 f"All deliveries were taken in; the latest came on {when}")  # fmt: skip
    names = fmt.listed([one.database or one.folder for one in out[:4]], context.lang)
    if len(out) > 4:
        names = t(f"{fmt.count(len(out), 'da')} databaser", f"{fmt.count(len(out), 'en')} databases")
    return t(f"Den seneste leverance fra {names} kom ikke ind", f"The latest delivery of {names} did not come in")


def one_finding(context: Reader, latest: Delivery | None, found: ExtractChange | None) -> str:
    """What the last delivery of a database came to, as a headline."""
    t, name = context.t, context.database
    if latest is not None and latest.outcome in KEPT_OUT:
        when = fmt.date(latest.time.date(), context.lang)
        said = t("blev afvist", "was refused") if latest.outcome == "refused" else t("kom ikke ind", "did not come in")
        return t(f"Leverancen fra {name} {when} {said}", f"The delivery of {name} of {when} {said}")
    if found is None:
        return t(f"Der er intet tidligere udtræk fra {name} at sammenligne med",
                 f"There is no earlier extract of {name} to compare with")  # fmt: skip
    turned, moved = len(found.turned), len({(one.indicator.id, one.site) for one in found.moved})
    if not turned and not moved:
        return t(f"Det nye udtræk fra {name} flytter ingen resultater for hele landet",
                 f"The new extract of {name} moves no result of the country")  # fmt: skip
    many = fmt.number_word(moved, context.lang)
    noun = t("indikator" if moved == 1 else "indikatorer", "indicator" if moved == 1 else "indicators")
    said = t(f"Det nye udtræk fra {name} flytter {many} {noun}", f"The new extract of {name} moves {many} {noun}")
    if not turned:
        return said
    verdicts = t("vurdering" if turned == 1 else "vurderinger", "verdict" if turned == 1 else "verdicts")
    number = fmt.number_word(turned, context.lang)
    return said + t(f" og ændrer {number} {verdicts}", f" and changes {number} {verdicts}")


def compared(context: Reader, found: ExtractChange) -> str:
    """Which two extracts stand against each other."""
    old, new = fmt.date(found.cut, context.lang), fmt.date(context.view.info.data_cut, context.lang)
    return context.t(
        f"Det gældende udtræk (data til og med {new}) mod det forrige (udtræk {found.before}, data til og med {old}).",
        f"The current extract (data up to and including {new}) against the one before it (snapshot {found.before}, "
        f"data up to and including {old}).",
    )
