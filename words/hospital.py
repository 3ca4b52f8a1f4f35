"""The sentences of a hospital's page."""

from __future__ import annotations

from results.hospital import HospitalColumn, HospitalTable
from words import format as fmt
from words import indicator as words
from words import verdicts
from words.overview import counted, digits
from words.reader import Reader


def column_name(context: Reader, column: HospitalColumn) -> str:
    """'DCCG, kirurgisk': the database and what tells the hospital's departments apart."""
    return f"{column.database}, {specialty(context, column)}"


def specialty(context: Reader, column: HospitalColumn) -> str:
    """'kirurgisk'; the unit's own name where it is named otherwise (a hospice, a palliative team)."""
    name = words.short_name(column.department.name, context.lang)
    hospital = f"{column.department.hospital}, "
    return name.removeprefix(hospital) if name.startswith(hospital) else name


def finding(context: Reader, table: HospitalTable) -> list[str]:
    """'Odense: fire af 90 standarder er klart ikke opfyldt.' and where most of them are."""
    t, found, name = context.t, table.verdicts, table.place.name
    if not table.columns:
        return [t(f"{name} har ingen resultater i de seneste opgørelsesår",
                  f"{name} has no results in the latest reporting years")]  # fmt: skip
    if not found.judged:
        if found.hidden:
            return [t(f"{name}: resultaterne bygger på få patienter og er skjult",
                      f"{name}: the results are on few patients and are hidden")]  # fmt: skip
        return [t(f"{name}: ingen resultater har en standard", f"{name}: no result has a standard")]
    total = digits(found.judged, context.lang) if found.not_met < 10 else fmt.count(found.judged, context.lang)
    if not found.not_met:
        return [t(f"{name}: ingen af {total} standarder er klart ikke opfyldt",
                  f"{name}: none of {total} standards is clearly unmet")]  # fmt: skip
    many = counted(found.not_met, context.lang).lower()
    be = "is" if found.not_met == 1 else "are"
    lines = [t(f"{name}: {many} af {total} standarder er klart ikke opfyldt.",
               f"{name}: {many} of {total} standards {be} clearly unmet.")]  # fmt: skip
    worst = max(table.columns, key=lambda column: column.verdicts.not_met)
    if worst.verdicts.not_met > 1 and len([one for one in table.columns if one.verdicts.not_met]) > 1:
        part = fmt.number_word(worst.verdicts.not_met, context.lang, capital=True)
        where = f"{specialty(context, worst)} ({worst.database})"
        lines.append(t(f"{part} af dem ligger i {where}.", f"{part} of them are in {where}."))
    return lines


def lead(context: Reader, table: HospitalTable) -> str:
    """How many are met and not decided, of how many indicators and databases."""
    t, lang, found = context.t, context.lang, table.verdicts
    lines, there = len(table.lines), len({one.database for one in table.columns})
    met, uncertain = fmt.count(found.met, lang), fmt.count(found.uncertain, lang)
    between = verdicts.verdict_text("uncertain", lang)
    graded = f": {said}" if (said := verdicts.between(context, vars(found))) else ""
    indicators = t("indikator" if lines == 1 else "indikatorer", "indicator" if lines == 1 else "indicators")
    databases = t("database" if there == 1 else "databaser", "database" if there == 1 else "databases")
    return " ".join(
        (
            t(
                f"{met} er klart opfyldt, {uncertain} er {between}{graded}.",
                f"{met} are clearly met, {uncertain} are {between}{graded}.",
            ),
            f"{fmt.count(lines, lang)} {indicators}, {fmt.count(there, lang)} {databases}.",
            t("Ikke case-mix-justeret.", "Not adjusted for case mix."),
        )
    )


def years(context: Reader, table: HospitalTable) -> str:
    """'Seneste opgørelsesår: 2025 (DCCG, DLCR), 2024-25 (DaBlaCa).'"""
    by_year: dict[str, list[str]] = {}
    for one in table.columns:
        label = fmt.period(one.view.period, one.view.first_month)
        if one.database not in by_year.setdefault(label, []):
            by_year[label].append(one.database)
    text = "; ".join(f"{label} ({', '.join(codes)})" for label, codes in sorted(by_year.items(), reverse=True))
    return context.t(f"Hver database i sit seneste modne opgørelsesår: {text}.",
                     f"Each database in its latest mature reporting year: {text}.")  # fmt: skip
