"""Changes of definitions in words: sentences for the report's data basis."""

from __future__ import annotations

from collections.abc import Iterable

from data.reference import Standard
from data.text import Text
from indicators.catalogue import BY_ID
from results.audit import indicator_title
from results.definitions import DefinitionChanges
from words import format as fmt
from words.reader import Reader

_PARTS = {
    "population": Text("populationen", "the population"),
    "excluded": Text("hvem der udelades", "who is excluded"),
    "numerator": Text("tælleren", "the numerator"),
    "date": Text("den dato, der tælles efter", "the date that counts"),
    "attribution": Text("hvilken afdeling forløbet tilhører", "the department that a case belongs to"),
    "follow_up": Text("opfølgningens længde", "the length of follow-up"),
    "standard": Text("standarden", "the standard"),
}
_LEGS = {
    "examination": Text("udredning", "work-up"),
    "treatment": Text("behandling", "treatment"),
    "aftercare": Text("efterbehandling", "aftercare"),
}
_CLOCKS = {
    "referral": Text("fra henvisning", "from referral"),
    "consent": Text("fra samtykke", "from consent"),
}
#: Columns that one sentence names.
_NAMED = 12


def sentences(context: Reader, found: DefinitionChanges) -> list[str]:
    """One sentence for each change, those of the indicators first; without any, the one that says so."""
    t, lang = context.t, context.lang
    said = [*_redefined(context, found), *_standards(context, found)]
    for one in found.limits:
        clock = f" {_CLOCKS[one.clock].in_(lang)}" if one.clock in _CLOCKS else ""
        leg, day = f"{_LEGS[one.leg].in_(lang)}{clock}", fmt.date(one.valid_from, lang)
        said.append(t(f"Maksimal ventetid til {leg}: {one.days} dage gælder fra {day}.",
                      f"Maximum wait to {leg}: {one.days} days hold from {day}."))  # fmt: skip
    for one in found.places:
        day = fmt.date(one.day, lang)
        if one.opened:
            said.append(t(f"{one.name} findes fra {day}.", f"{one.name} exists from {day}."))
        else:
            then = t(f"; derefter {one.successor}", f"; from then on {one.successor}") if one.successor else ""
            said.append(t(f"{one.name} findes til og med {day}{then}.", f"{one.name} exists until {day}{then}."))
    said += _delivered(context, found)
    if not said:
        first, last = (fmt.date(day, lang) for day in found.span)
        said = [t(f"Ingen erklærede ændringer mellem {first} og {last}.",
                  f"No declared changes between {first} and {last}.")]  # fmt: skip
    if not found.redefined.known:
        said.append(t("Der er ingen endelig rapport af et tidligere år at sammenligne definitionerne med.",
                      "There is no final report of an earlier year to compare the definitions with."))  # fmt: skip
    return said


def _redefined(context: Reader, found: DefinitionChanges) -> list[str]:
    t, lang, one = context.t, context.lang, found.redefined
    if not one.known:
        return []
    year = fmt.period(one.period, context.first_month, lang)
    of = t(f"den endelige rapport for {year}", f"the final report of {year}")
    said = [
        t(f"{_title(id, lang)}: {fmt.listed((_PARTS[part].in_(lang) for part in parts), lang)} er defineret anderledes "
          f"end i {of}.",
          f"{_title(id, lang)}: {fmt.listed((_PARTS[part].in_(lang) for part in parts), lang)} "
          f"{'is' if len(parts) == 1 else 'are'} defined otherwise than in {of}.")
        for id, parts in one.changed
    ]  # fmt: skip
    if one.new:
        said.append(t(f"Nye siden {of}: {_titles(one.new, lang)}.", f"New since {of}: {_titles(one.new, lang)}."))
    if one.gone:
        said.append(t(f"Udgået siden {of}: {_titles(one.gone, lang)}.",
                      f"No longer there since {of}: {_titles(one.gone, lang)}."))  # fmt: skip
    if not (one.changed or one.new or one.gone):
        said.append(t(f"Alle indikatorer er defineret som i {of}.", f"All indicators are defined as in {of}."))
    return said


def _standards(context: Reader, found: DefinitionChanges) -> list[str]:
    t, lang, said = context.t, context.lang, []
    for one in found.standards:
        title, day = indicator_title(BY_ID[one.indicator], one.site).in_(lang), fmt.date(one.day, lang)
        now, before = _standard(one.now, context), _standard(one.before, context)
        said.append(t(f"{title}: Standarden er {now} fra {day}, før {before}.",
                      f"{title}: the standard is {now} from {day}, before that {before}."))  # fmt: skip
    return said


def _standard(one: Standard | None, context: Reader) -> str:
    return context.t("ingen", "none") if one is None else fmt.standard(one.operator, one.value, context.lang)


def _delivered(context: Reader, found: DefinitionChanges) -> list[str]:
    t, lang, one = context.t, context.lang, found.delivered
    said = []
    if one.gained:
        said.append(t(f"Leveres nu og ikke i udtræk {one.snapshot}: {_columns(one.gained, lang)}.",
                      f"Delivered now and not in snapshot {one.snapshot}: {_columns(one.gained, lang)}."))  # fmt: skip
    if one.lost:
        said.append(t(f"Blev leveret i udtræk {one.snapshot} og ikke nu: {_columns(one.lost, lang)}.",
                      f"Delivered in snapshot {one.snapshot} and not now: {_columns(one.lost, lang)}."))  # fmt: skip
    return said


def _columns(names: tuple[str, ...], lang: str) -> str:
    more = len(names) - _NAMED
    if more <= 0:
        return fmt.listed(names, lang)
    return f"{', '.join(names[:_NAMED])} {f'og {more} andre' if lang == 'da' else f'and {more} others'}"


def _title(id: str, lang: str) -> str:
    return BY_ID[id].title.in_(lang) if id in BY_ID else id


def _titles(ids: Iterable[str], lang: str) -> str:
    return fmt.listed((_title(id, lang) for id in ids), lang)
