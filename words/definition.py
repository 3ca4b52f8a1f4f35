"""What an indicator is, in words: population to guidance, with the country's counts where they are shown."""

from __future__ import annotations

from data.reference import Standard
from indicators.declaration import Indicator
from results.audit import UnitTable
from words import format as fmt
from words.reader import Reader


def facts(
    context: Reader, indicator: Indicator, table: UnitTable | None, standard: Standard | None
) -> list[tuple[str, str]]:
    """(label, text) in the order of the definition box; ``table`` None where the indicator is not shown."""
    t, lang = context.t, context.lang
    words = indicator.definition
    cell = None if table is None else table.cell(table.nation)
    rows: list[tuple[str, str]] = [
        (t("Population", "Population"), words.population.in_(lang)),
        (t("Udeladt", "Excluded"), _counted(context, words.excluded.in_(lang), cell.excluded if cell else None)),
        (t("Nævner", "Denominator"), words.denominator.in_(lang)),
        (t("Tæller", "Numerator"), words.numerator.in_(lang)),
        (t("Uoplyst", "Missing"), words.missing.in_(lang)),
        (t("Tilhører", "Attributed to"), _attribution(context, words.unit.in_(lang))),
    ]
    if indicator.follow_up:
        text = t(f"{indicator.follow_up} dage. Kortere fulgte er ikke med",
                 f"{indicator.follow_up} days. Those followed for less are left out")  # fmt: skip
        rows.append((t("Opfølgning", "Follow-up"), _counted(context, text, cell.not_mature if cell else None)))
    if indicator.survival_years:
        years = indicator.survival_years
        plural = "s" if years > 1 else ""
        one = t(
            f"{years} år; kohorten er diagnosticeret {years} år før perioden",
            f"{years} year{plural}; the cohort was diagnosed {years} year{plural} earlier",
        )
        rows.append((t("Opfølgning", "Follow-up"), one))
    rows.append((t("Standard", "Standard"), _standard(context, standard)))
    rows.append((t("Interval", "Interval"), _interval(context, indicator)))
    if indicator.recommendation is not None:
        rows.append((t("Anbefaling", "Guidance"), indicator.recommendation.in_(lang)))
    return rows


def _counted(context: Reader, text: str, count: int | None) -> str:
    """The words with the country's count, where it is shown and not 0."""
    return f"{text} ({fmt.count(count, context.lang)})" if count else text


def _attribution(context: Reader, unit: str) -> str:
    if context.state.place == "treating":
        return unit
    return context.t("Patientens bopælsregion (valgt under Sted)", "The patient's region of residence (chosen)")


def _standard(context: Reader, standard: Standard | None) -> str:
    t = context.t
    if standard is None:
        return t("Ingen", "None")
    value = fmt.standard(standard.operator, standard.value, context.lang)
    if standard.kind == "target":
        value = t(f"Udviklingsmål {value}", f"Development target {value}")
    whose = standard.database if standard.database != "*" else t("alle databaser", "all databases")
    if standard.verified:
        return t(f"{value} ({whose}, verificeret)", f"{value} ({whose}, verified)")
    return t(
        f"{value} ({whose}, ikke verificeret, projektets standardværdi)",
        f"{value} ({whose}, not verified, the project's default)",
    )


def _interval(context: Reader, indicator: Indicator) -> str:
    if indicator.survival_years:
        return context.t("Kaplan-Meier, log-log, 95 %", "Kaplan–Meier, log-log, 95%")
    return context.t("Eksakt binomialt (Clopper-Pearson), 95 %", "Exact binomial (Clopper–Pearson), 95%")
