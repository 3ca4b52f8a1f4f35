"""The words of an indicator's page, made from the same cells as its figure and tables."""

from __future__ import annotations

from collections.abc import Sequence

from data.period import before, years_before
from data.reference import Standard
from data.text import Text
from results.across import GRADED
from results.audit import SITE_NAMES, Cell, Unit, UnitTable
from results.foundation import LEAST, TOO_FEW, bears, both_bear
from results.indicator.change import change
from words import delivered, stamps, verdicts
from words import format as fmt
from words.reader import Reader

NAMED = 3  # units named in the finding; the figure names all
HIGH_MISSING = 0.05
LINE = 76  # characters that the finding's line holds on a laptop
_DEPARTMENT = " afdeling, "
_SPECIALTIES = {
    "Børneonkologisk": "paediatric oncology", "Dermatologisk": "dermatology", "Gynækologisk": "gynaecology",
    "Hæmatologisk": "haematology", "Kirurgisk": "surgery", "Lungemedicinsk": "lung medicine",
    "Mammakirurgisk": "breast surgery", "Neurokirurgisk": "neurosurgery", "Onkologisk": "oncology",
    "Ortopædkirurgisk": "orthopaedic surgery", "Plastikkirurgisk": "plastic surgery",
    "Thoraxkirurgisk": "thoracic surgery", "Urologisk": "urology", "Øre-næse-halskirurgisk": "ear, nose and throat",
}  # fmt: skip


def unit_name(context: Reader, unit: Unit, prose: bool = False) -> str:
    """A unit's short name: 'Herlev, kirurgisk' where a hospital has several, in prose 'Herlev (kirurgisk)'.

    In English 'Herlev (surgery)', where the specialty is a known one.
    """
    if unit.level == "nation":
        return context.t("Danmark", "Denmark")
    if not unit.code:
        return context.t("Uoplyst", "Not registered")
    return short_name(unit.name, context.lang, prose)


def short_name(name: str, lang: str, prose: bool = False) -> str:
    """'Kirurgisk afdeling, Herlev' → 'Herlev, kirurgisk', in prose 'Herlev (kirurgisk)'; another name as it is."""
    if _DEPARTMENT not in name:
        return name
    kind, hospital = name.split(_DEPARTMENT, 1)
    kind = _SPECIALTIES.get(kind, kind) if lang == "en" else kind
    return f"{hospital} ({kind.lower()})" if prose else f"{hospital}, {kind.lower()}"


def full_name(context: Reader, unit: Unit) -> str:
    """A unit's whole name, the same in every file and in the annual report's table: 'Kirurgisk afdeling, Herlev'."""
    if unit.level == "nation" or not unit.code:
        return unit_name(context, unit)
    return unit.full_name


def title(context: Reader, table: UnitTable) -> str:
    """'MDT før første behandling', 'Anastomoselækage, kolon (30 dage)'."""
    indicator = table.indicator
    text = indicator.title.in_(context.lang)
    site = dict(table.view.where).get("site", "")
    if site:
        text += f", {SITE_NAMES.get(site, Text(site, site)).in_(context.lang)}"
    if indicator.days_in_title:
        text += f" ({indicator.qualifier.in_(context.lang)})"
    return text


def standard_words(context: Reader, standard: Standard) -> str:
    """'Standarden på 90 %', 'Udviklingsmålet på 15 %', with højst/over/under where the operator says so."""
    t = context.t
    value = fmt.standard(standard.operator, standard.value, context.lang).split(fmt.NBSP, 1)[1]
    bound = {
        ">=": t(f"på {value}", f"of {value}"),
        ">": t(f"på over {value}", f"of more than {value}"),
        "<=": t(f"på højst {value}", f"of at most {value}"),
        "<": t(f"på under {value}", f"of less than {value}"),
    }[standard.operator]
    if standard.kind == "target":
        return f"{t('Udviklingsmålet', 'The development target')} {bound}"
    return f"{t('Standarden', 'The standard')} {bound}"


def cohort(context: Reader, table: UnitTable, period: int | None = None) -> str:
    """The period as printed; of a survival indicator the period of diagnosis."""
    shown = table.view.period if period is None else period
    return fmt.period(years_before(shown, table.indicator.survival_years), context.first_month, context.lang)


def period_words(context: Reader, table: UnitTable, period: int | None = None) -> str:
    """'2025', of a survival indicator 'diagnosticeret 2024'."""
    text = cohort(context, table, period)
    return context.t(f"diagnosticeret {text}", f"diagnosed {text}") if table.indicator.survival_years else text


def shown_units(table: UnitTable) -> list[Unit]:
    """The units of the figure: those with anything to say in the period, the country always."""
    return [unit for unit in table.units if unit.level == "nation" or not _empty(table.cell(unit))]


def _empty(cell: Cell) -> bool:
    return not cell.hidden and not cell.missing_hidden and not cell.denominator and not cell.missing


def counts_text(table: UnitTable, cell: Cell, lang: str) -> str:
    """'188/225', or the number of cases for survival."""
    return counts_text_of(not table.indicator.survival_years, cell, lang)


def counts_text_of(has_numerator: bool, cell: Cell, lang: str) -> str:
    """Numerator and denominator, or the denominator alone; a dash where it is not shown."""
    if cell.denominator is None or (has_numerator and cell.numerator is None):
        return fmt.NONE
    return fmt.fraction(cell.numerator, cell.denominator, lang) if has_numerator else fmt.count(cell.denominator, lang)


def of_units(table: UnitTable) -> bool:
    """Whether the table's departments are palliative teams and hospices, which are called units."""
    return table.indicator.unit == "unit"


def with_result(table: UnitTable) -> list[Unit]:
    """The departments (by residence the regions) that show a result, registered ones only."""
    level = "department" if table.view.place == "treating" else "region"
    return [unit for unit in table.of_level(level) if unit.code and table.cell(unit).rate is not None]


def clearly_wrong(table: UnitTable) -> list[Unit]:
    """Those whose whole interval lies on the wrong side of the goal, worst first."""
    sign = 1 if table.indicator.higher_is_better else -1
    found = [unit for unit in with_result(table) if table.cell(unit).state == "not_met"]
    return sorted(found, key=lambda unit: sign * table.cell(unit).rate)


def finding(context: Reader, table: UnitTable) -> list[str]:
    """The one finding: the country against the standard, then the units that deviate.

    Two lines; sentences too long for a line each run on as one text.
    """
    lines = [_nation(context, table)]
    if bears(table.cell(table.nation)) or table.cell(table.nation).hidden:
        lines += [line for line in (_units(context, table),) if line]
    return lines if all(len(line) <= LINE for line in lines) else [" ".join(lines)]


def _nation(context: Reader, table: UnitTable) -> str:
    t, cell, name = context.t, table.cell(table.nation), title(context, table)
    when = cohort(context, table)
    if cell.hidden:
        return t(f"{name}: resultatet for {when} er skjult.", f"{name}: the result for {when} is hidden.")
    if cell.state == "not_mature" and not bears(cell):
        return f"{name}, {when}: {_low(not_mature(context, cell))}"
    if cell.rate is None:
        return t(f"{name}: ingen data i {when}.", f"{name}: no data in {when}.")
    if not bears(cell):
        return _too_few(context, name, when, cell)
    rate = fmt.percent(cell.rate, 1, context.lang)
    if table.indicator.survival_years:
        start = t(
            f"{name}: {rate} af patienter diagnosticeret i {when}.", f"{name}: {rate} of those diagnosed in {when}."
        )
    else:
        start = f"{name}: {rate} i {when}." if context.lang == "da" else f"{name}: {rate} in {when}."
    return f"{start} {_against(context, table, cell)}".strip()


def _too_few(context: Reader, name: str, when: str, cell: Cell) -> str:
    """The country's own result bears no sentence: how many patients it is on, and no rate."""
    t, many = context.t, cell.denominator
    if many is None:
        return t(f"{name}: for få patienter i {when} til et sikkert tal.",
                 f"{name}: too few patients in {when} for a firm figure.")  # fmt: skip
    shown = fmt.count(many, context.lang)
    if many >= LEAST and cell.lower == cell.upper:  # survival where none or all have died
        return t(f"{name}: samme udfald for alle {shown} patienter i {when}, så der er intet interval.",
                 f"{name}: the same outcome for all {shown} patients in {when}, so there is no interval.")  # fmt: skip
    if many >= LEAST:
        return t(f"{name}: {shown} patienter i {when} er for få til et sikkert tal.",
                 f"{name}: {shown} patients in {when} are too few for a firm figure.")  # fmt: skip
    one, word = many == 1, fmt.number_word(many, context.lang)
    return t(
        f"{name}: kun {'én patient' if one else f'{word} patienter'} i {when}, for få til et sikkert tal.",
        f"{name}: only {'one patient' if one else f'{word} patients'} in {when}, too few for a firm figure.",
    )


def _against(context: Reader, table: UnitTable, cell: Cell) -> str:
    t = context.t
    if cell.state == "not_mature":
        return not_mature(context, cell)
    if table.standard is None:
        return ""
    goal = standard_words(context, table.standard)
    if cell.said in ("uncertain", "unsettled"):
        da, en = ("nået", "reached") if table.standard.kind == "target" else ("opfyldt", "met")
        would = verdicts.settling(cell, context.lang)
        unsettled = verdicts.verdict_text("unsettled", context.lang)
        tail = f": {would}" if would else ""
        return t(
            f"Om {_low(goal)} er {da}, er {unsettled}{tail}.", f"Whether {_low(goal)} is {en} is {unsettled}{tail}."
        )
    said = verdicts.cell_word(cell, context.lang)
    if cell.probability is not None:
        said = f"{said} ({verdicts.probability_text(cell.probability, context.lang)})"
    return t(f"{goal} er {said}.", f"{goal} is {said}.")


def not_mature(context: Reader, cell: Cell) -> str:
    """'Ikke modent endnu (132 forløb er ikke fulgt længe nok). Vurderes fra 29.01.2027.'"""
    t, day = context.t, fmt.date(cell.mature_on, context.lang)
    few = ""
    if cell.not_mature:
        many, have = fmt.count(cell.not_mature, context.lang), "case has" if cell.not_mature == 1 else "cases have"
        few = t(f" ({many} forløb er ikke fulgt længe nok)", f" ({many} {have} not been followed long enough)")
    return t(f"Ikke modent endnu{few}. Vurderes fra {day}.", f"Not yet mature{few}. Judged from {day}.")


def _units(context: Reader, table: UnitTable) -> str:
    t = context.t
    shown = with_result(table)
    if table.cell(table.nation).state == "not_mature":
        return ""
    if table.standard is None:
        return _spread(context, table)
    if not shown:
        return _none_shown(context, table)
    wrong = clearly_wrong(table)
    side = t("under", "below") if table.indicator.higher_is_better else t("over", "above")
    if len(shown) == 1:
        return _only(context, table, shown[0])
    if not wrong:
        return t(
            f"Ingen af de {_of(context, table, len(shown))} ligger klart {side}.",
            f"None of the {_of(context, table, len(shown))} is clearly {side}.",
        )
    if len(wrong) == len(shown):
        return t(
            f"Alle {_of(context, table, len(shown))} ligger klart {side}.",
            f"All {_of(context, table, len(shown))} are clearly {side}.",
        )
    names = fmt.listed((unit_name(context, unit, prose=True) for unit in wrong[:NAMED]), context.lang)
    many = _count_word(context, len(wrong), capital=True)
    start = t(
        f"{many} af {_of(context, table, len(shown))} ligger klart {side}",
        f"{many} of {_of(context, table, len(shown))} {'is' if len(wrong) == 1 else 'are'} clearly {side}",
    )
    if len(wrong) <= NAMED:
        return _stopped(f"{start}: {names}")
    furthest = t("lavest", "lowest") if table.indicator.higher_is_better else t("højest", "highest")
    return _stopped(f"{start}, {furthest} {names}")


def _of(context: Reader, table: UnitTable, total: int) -> str:
    """'17 afdelinger', '15 viste afdelinger' where some are hidden, 'fem regioner'."""
    t = context.t
    by_department = table.view.place == "treating"
    level = "department" if by_department else "region"
    hides = any(table.cell(unit).hidden for unit in table.of_level(level))
    if not by_department:
        noun = t("regioner", "regions")
    elif of_units(table):
        noun = t("enheder", "units")
    else:
        noun = t("afdelinger", "departments")
    shown = t("viste ", "shown ") if hides else ""
    return f"{_count_word(context, total)} {shown}{noun}"


def _count_word(context: Reader, value: int, capital: bool = False) -> str:
    if value == 1:
        return context.t("Én" if capital else "én", "One" if capital else "one")
    return fmt.number_word(value, context.lang, capital)


def _only(context: Reader, table: UnitTable, unit: Unit) -> str:
    name = unit_name(context, unit, prose=True)
    if any(table.cell(one).hidden for one in table.of_level(unit.level)):
        return context.t(f"Kun resultatet for {name} kan vises.", f"Only the result of {name} can be shown.")
    return context.t(f"Kun {name} har patienter.", f"Only {name} has patients.")


def _none_shown(context: Reader, table: UnitTable) -> str:
    if table.cell(table.nation).rate is None or not any(table.cell(unit).hidden for unit in table.units):
        return ""
    return context.t("De enkelte steders resultater er skjult.", "The results of the single places are hidden.")


def _spread(context: Reader, table: UnitTable) -> str:
    """Without a standard: between which regions the rate lies."""
    t = context.t
    known = [unit for unit in table.of_level("region") if unit.code and table.cell(unit).rate is not None]
    regions = [unit for unit in known if bears(table.cell(unit))]
    if not known:
        return _none_shown(context, table)
    if len(known) == 1:
        return _only(context, table, known[0])
    if len(regions) < 2:
        return t(f"Der er {TOO_FEW.da} regionerne.", f"There are {TOO_FEW.en} the regions.")
    ordered = sorted(regions, key=lambda unit: table.cell(unit).rate)
    low, high = ordered[0], ordered[-1]
    low_rate, high_rate = (fmt.percent(table.cell(one).rate, 1, context.lang) for one in (low, high))
    if low_rate == high_rate:
        return t(f"Alle viste regioner ligger på {low_rate}.", f"All shown regions are at {low_rate}.")
    some = any(table.cell(unit).hidden for unit in table.of_level("region"))
    da, en = ("De viste regioner", "The shown regions") if some else ("Regionerne", "The regions")
    if len(regions) < len(known):
        da, en = "Regioner med patienter nok", "Regions with enough patients"
    least, most = f"{low_rate} ({unit_name(context, low)})", f"{high_rate} ({unit_name(context, high)})"
    return t(f"{da} ligger mellem {least} og {most}.", f"{en} lie between {least} and {most}.")


def lead(context: Reader, table: UnitTable, sites: Sequence[str] = ()) -> str:
    """The most notable clear change, regions that are wrong or not decided, much missing, no case-mix adjustment.

    ``sites``: those that have standards of their own, where the page shows them together.
    """
    parts = [_changed(context, table), *_regions(context, table), _missing(context, table)]
    if sites:
        names = fmt.listed((SITE_NAMES[site].in_(context.lang) for site in sites), context.lang)
        parts.insert(
            0, context.t(f"Standarderne gælder {names} hver for sig.", f"The standards are for {names} separately.")
        )
    elif table.standard is None:
        parts.append(context.t("Der er ingen standard.", "There is no standard."))
    parts += [*delivered.notes(context, [table.indicator]), stamps.not_adjusted(context)]
    return " ".join(part for part in parts if part)


def deviating(table: UnitTable) -> list[Unit]:
    """Departments and regions off the goal; without one those whose interval excludes the country's rate."""
    national = table.cell(table.nation).rate
    found = []
    for unit in table.units[1:]:
        cell = table.cell(unit)
        if not unit.code or cell.rate is None:
            continue
        off = bears(cell) and national is not None and not cell.lower <= national <= cell.upper
        if cell.state == "not_met" or (table.standard is None and off):
            found.append(unit)
    return found


def _changed(context: Reader, table: UnitTable) -> str:
    earlier = before(table.view.period)
    changes = []
    for unit in deviating(table):
        if not both_bear(table.cell(unit, earlier), table.cell(unit)):
            continue
        moved = change(table.cell(unit, earlier), table.cell(unit))
        if moved is not None and moved.clear:
            changes.append((moved.least, unit.code, unit, moved))
    if not changes:
        return ""
    _, _, unit, moved = max(changes, key=lambda one: one[:2])
    rates = [fmt.percent(table.cell(unit, period).rate, 1, context.lang) for period in (earlier, table.view.period)]
    old, new = (cohort(context, table, period) for period in (earlier, table.view.period))
    name = unit_name(context, unit, prose=True)
    verb = context.t("steg", "rose") if moved.difference > 0 else context.t("faldt", "fell")
    return context.t(
        f"{name} {verb} fra {rates[0]} i {old} til {rates[1]} i {new}.",
        f"{name} {verb} from {rates[0]} in {old} to {rates[1]} in {new}.",
    )


def _regions(context: Reader, table: UnitTable) -> list[str]:
    if table.standard is None:
        return []
    t = context.t
    side = t("under", "below") if table.indicator.higher_is_better else t("over", "above")
    goal = t("standarden", "the standard") if table.standard.kind == "standard" else t("målet", "the target")

    def of_state(state: str) -> list[Unit]:
        return [unit for unit in table.of_level("region") if unit.code and table.cell(unit).said == state]

    def named(units: list[Unit]) -> str:
        texts = (
            f"{unit_name(context, unit)} ({fmt.percent(table.cell(unit).rate, 1, context.lang)})" for unit in units
        )
        return fmt.listed(texts, context.lang)

    wrong, sentences = of_state("not_met"), []
    every = len([unit for unit in table.of_level("region") if unit.code and table.cell(unit).rate is not None])
    some = any(table.cell(unit).hidden for unit in table.of_level("region"))
    da, en = ("Alle viste regioner", "All shown regions") if some else ("Alle regioner", "All regions")
    if table.view.place != "treating":
        wrong = []  # the finding names them
    if wrong and len(wrong) == every > 1:
        sentences.append(t(f"{da} ligger klart {side} {goal}.", f"{en} are clearly {side} {goal}."))
    elif wrong:
        whole = t(" som helhed", " as a whole") if len(wrong) == 1 else ""
        be = "is" if len(wrong) == 1 else "are"
        sentences.append(
            t(
                f"{named(wrong)}{whole} ligger klart {side} {goal}.",
                f"{named(wrong)}{whole} {be} clearly {side} {goal}.",
            )
        )
    told = verdicts.target_text if table.standard.kind == "target" else verdicts.verdict_text
    for grade in GRADED:
        between = of_state(grade)
        word, be = told(grade, context.lang), "is" if len(between) == 1 else "are"
        if between and len(between) == every > 1:
            sentences.append(t(f"{da}: {word}.", f"{en}: {word}."))
        elif between:
            word = f"{word[:1].upper()}{word[1:]}"
            sentences.append(f"{word}: {named(between)}.")
    return sentences


def _missing(context: Reader, table: UnitTable) -> str:
    cell = table.cell(table.nation)
    share = cell.missing_share
    if share is None or share <= HIGH_MISSING:
        return ""
    count, part = fmt.count(cell.missing, context.lang), fmt.percent(share, 1, context.lang)
    return context.t(f"Uoplyst: {count} ({part}).", f"Missing: {count} ({part}).")


def _stopped(text: str) -> str:
    """The sentence with its full stop; a name such as 'Nykøbing F.' brings its own."""
    return text if text.endswith(".") else f"{text}."


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def hidden_note(context: Reader) -> str:
    """What 'skjult' means."""
    k = context.threshold
    return context.t(
        f"Skjult: færre end {k} patienter, eller et tal, der kunne røbe et sådant.",
        f"Hidden: fewer than {k} patients, or a number that could give such a one away.",
    )
