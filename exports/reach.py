"""The list of patients whom a department can still reach, as its page and file show it."""

from __future__ import annotations

from exports.files import Sheet
from results.audit import indicator_title
from results.case_states import STATE_WORDS, CaseStates
from results.reach import ReachedPatient, ReachList
from results.table import Kind, Named, Table, TableRow, of
from words import reach as text
from words.reader import Reader

EXPORT = "handl"
WHY = "handl-hvorfor"


def of_patients(context: Reader, found: ReachList, patients: tuple[ReachedPatient, ...], id: str = "handl") -> Table:
    """Days left, deadline, what is missing, whom and for which indicator."""
    t = context.t
    columns = (
        *of(Kind.DAYS, t("Tilbage", "Left"), keys="left"),
        *of(Kind.DATE, t("Frist", "Deadline"), keys="due"),
        *of(Kind.TEXT, t("Mangler", "Missing"), t("Indikator", "Indicator"), keys="missing indicator"),
        *of(Kind.CODE, t("Forløb", "Case"), t("Database", "Database"), keys="case database"),
    )
    rows = tuple(
        TableRow(
            (
                one.days_left,
                one.due,
                Named(one.missing, one.missing_text.in_(context.lang)),
                Named(one.indicator.id if one.indicator else f"waits_{one.leg}", text.subject(context, one)),
                one.case_id,
                one.database,
            ),
            key=f"{one.database}.{one.case_id}.{one.missing}",
        )
        for one in patients
    )
    title = t(f"{found.place.name}: patienter, der kan nås", f"{found.place.name}: patients within reach")
    return Table(title, columns, rows, id=id)


def of_cases(context: Reader, found: CaseStates, state: str = "") -> Table:
    """The cases of a result (those of one ``state``): id, index date, state and why."""
    t = context.t
    columns = (
        *of(Kind.CODE, t("Forløb", "Case"), keys="case"),
        *of(Kind.DATE, t("Dato", "Date"), keys="day"),
        *of(Kind.TEXT, t("Tæller som", "Counts as"), t("Hvorfor", "Why"), keys="state reason"),
    )
    rows = tuple(
        TableRow(
            (one.case_id, one.day, Named(one.state, STATE_WORDS[one.state].in_(context.lang)), one.reason),
            key=f"{one.state}.{number}",
        )
        for number, one in enumerate(found.cases)
        if state in ("", one.state)
    )
    title = indicator_title(found.indicator, found.site).in_(context.lang)
    return Table(title, columns, rows, id=f"hvorfor-{state.replace('_', '-')}" if state else "hvorfor")


def sheet(context: Reader, found: ReachList, stamp: tuple[tuple[str, str], ...]) -> Sheet:
    """The whole list as a file."""
    return Sheet(context.t("Kan nås", "Within reach"), of_patients(context, found, found.patients), stamp)
