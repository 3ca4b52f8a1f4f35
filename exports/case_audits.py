"""Audits of case records as tables: their results as shares, and the cases with their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exports.files import Sheet
from results.case_audits import AuditShare, CaseAnswer, CaseAudit, SampledCase
from results.table import Kind, Named, Role, Table, TableRow, of
from words import case_audits as text
from words.reader import Reader

#: The files' names: of results, of cases.
RESULTS, CASES = "journalaudit", "journalaudit-forloeb"


def of_results(context: Reader, one: CaseAudit, found: Sequence[AuditShare]) -> Table:
    """One row for each question (a choice: each answer) of the population and of each stratum."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.TEXT, t("Spørgsmål", "Question"), t("Lag", "Stratum"), keys="question stratum"),
        *of(Kind.COUNT, t("Population", "Population"), t("Trukket", "Drawn"), t("Besvaret", "Answered"),
            t("Tæller", "Numerator"), t("Nævner", "Denominator"), t("Kan ikke ses", "Cannot be seen"),
            t("Ikke relevant", "Not relevant"),
            keys="population drawn answered numerator denominator missing not_relevant"),
        *of(Kind.SHARE, t("Andel", "Share"), t("Nedre", "Lower"), t("Øvre", "Upper"), keys="rate lower upper"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (
                Named(f"{row.question.id}.{row.option}", text.asked(row, lang)),
                text.stratum(context, one, row.stratum), row.population, row.drawn, row.answered, row.numerator,
                row.denominator, row.missing, row.not_relevant, row.rate, row.lower, row.upper,
            ),
            Role.TOTAL if row.stratum is None else Role.UNIT,
            key=f"{row.question.id}.{row.option}.{'' if row.stratum is None else row.stratum}",
        )
        for row in found
    )  # fmt: skip
    note = t(
        "Andel: af de besvarede, som spørgsmålet vedrører. »Alle« vægter hvert lag med de forløb, det står for, og "
        "vises, "
        "når hvert lag har svar. 95 %-interval: eksakt i et lag, for alle med stikprøvens effektive størrelse.",
        "Share: of those answered whom the question concerns. 'All' weighs each stratum by the cases it stands for, "
        "and "
        "is shown once each stratum has answers. 95% interval: exact in a stratum, for all at the sample's effective "
        "size.",
    )
    title = f"{one.title}: {t('resultat', 'results')}"
    return Table(title, columns, rows, id="journalaudit", footnotes=(note,))


def of_cases(
    context: Reader, one: CaseAudit, found: Mapping[int, CaseAnswer], cases: Sequence[SampledCase]
) -> Table:  # fmt: skip
    """One row for each case of the sample that the reader may see, with what its form says."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.COUNT, t("Nr.", "No."), keys="number"),
        *of(Kind.CODE, t("Forløb", "Case"), t("Afdelingskode", "Department code"), keys="case unit"),
        *of(Kind.TEXT, t("Afdeling", "Department"), keys="department"),
        *of(Kind.DATE, t("Dato", "Date"), keys="date"),
        *of(Kind.TEXT, t("Lag", "Stratum"), keys="stratum"),
        *of(Kind.FLAG, t("Besvaret", "Answered"), keys="answered"),
        *of(Kind.TEXT, *(question.text for question in one.questions),
            keys=" ".join(question.id for question in one.questions)),
        *of(Kind.TEXT, t("Bemærkning", "Note"), t("Besvaret af", "Answered by"), keys="note by"),
        *of(Kind.DATE, t("Besvaret den", "Answered on"), keys="at"),
    )  # fmt: skip

    def said(case: SampledCase) -> tuple:
        there = found.get(case.number)
        if there is None:
            return (*(None for _ in one.questions), None, None, None)
        by = ", ".join(part for part in (there.author, there.role) if part)
        return (*(_said(there, question.id, lang) for question in one.questions), there.note or None, by or None,
                there.at.date())  # fmt: skip

    rows = tuple(
        TableRow(
            (case.number, case.case_id, case.unit, text.value(context, "department", case.unit), case.index_date,
             text.stratum(context, one, case.stratum), case.number in found, *said(case)),
            key=str(case.number),
        )
        for case in cases
    )  # fmt: skip
    return Table(f"{one.title}: {t('forløb', 'cases')}", columns, rows, id="journalaudit-forloeb")


def _said(there: CaseAnswer, question: str, lang: str) -> Named | None:
    value = there.answers.get(question, "")
    return Named(value, text.answer(value, lang)) if value else None


def sheet(context: Reader, table: Table, one: CaseAudit, said: tuple[tuple[str, str], ...]) -> Sheet:
    """A table of an audit as a file; the stamp says whom it is of and how they were drawn."""
    t = context.t
    kept = tuple(row for row in said if row[0] not in (t("Periode", "Period"), t("Sted", "Place")))
    more = (
        (t("Audit", "Audit"), f"{one.id}. {one.title}"),
        (t("Population", "Population"), text.whom(context, one)),
        (t("Stikprøve", "Sample"), text.drawn(context, one)),
    )
    return Sheet(t("Journalaudit", "Case audit"), table, (*more, *kept), period=one.id)
