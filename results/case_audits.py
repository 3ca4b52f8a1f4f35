"""Audits of case records: a drawn sample, a form of questions for each case, and the results as a table of shares.

An audit stands in the registers (data/registers.py): what it asks and of whom, its sample and each answer are subjects
of their own, only added to, so that nothing is lost and anything can be taken back. The sample is drawn once and kept;
the same words and seed draw it again from the same snapshot. Personal data (pseudonymous ids): there is nothing of it
in the public edition; the caller says whose cases the reader may see. Addresses name a case by its number in the
sample, never by its id.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data import persons, reference
from data.registers import Entry, Moved, Registers
from data.selection import Selection
from data.store import Snapshot
from indicators.case_sample import STRATA, CannotDraw, DrawnSample, draw, population
from indicators.cases import STATE_WORDS, STATES
from indicators.catalogue import BY_ID, why_not_reported
from indicators.statistics.intervals import exact
from indicators.statistics.stratified import StratumCounts, stratified_share
from results.reach import NotForAll
from results.view import Edition

AUDITS, SAMPLES, ANSWERS = "case_audits", "case_samples", "case_answers"
#: Cases that an audit holds, questions that it asks, characters of a text.
MOST_CASES, MOST_QUESTIONS, LONGEST = 500, 20, 2000
#: Cases in one entry of the register.
_CHUNK = 200
#: What every question but a text can be answered by, beside its own options: it does not concern the case, and the
#: record does not tell.
NOT_RELEVANT, MISSING = "not_relevant", "missing"
YES, NO = "yes", "no"
_TEXT = re.compile(r"(?:tekst|text)\s*:\s*(.+)", re.IGNORECASE)


class AuditRefused(ValueError):
    """An audit or an answer that cannot be taken; ``errors``: the field, and what is wrong in Danish and English."""

    def __init__(self, *errors: tuple[str, str, str]) -> None:
        super().__init__("; ".join(f"{name}: {english}" for name, _, english in errors))
        self.errors = errors


@dataclass(frozen=True)
class AuditQuestion:
    """A question of the form. ``kind``: yes_no, choice (of ``options``) or text (which no share is made of)."""

    id: str
    text: str
    kind: str
    options: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """As it is written: 'Var konferencen før behandlingen?', 'Årsag: travlhed | patientens valg', 'Tekst: …'."""
        if self.kind == "choice":
            return f"{self.text}: {' | '.join(self.options)}"
        return f"Tekst: {self.text}" if self.kind == "text" else self.text


@dataclass(frozen=True)
class SampledCase:
    """A case of the sample: its number from 1, pseudonymous id, department, date, and the stratum it was drawn of."""

    number: int
    case_id: str
    unit: str
    index_date: dt.date
    stratum: int


@dataclass(frozen=True)
class CaseAnswer:
    """What the form of a case says now: question → answer, a note, by whom. ``revision``: of the register."""

    answers: Mapping[str, str]
    note: str
    at: dt.datetime
    author: str
    role: str
    revision: int


@dataclass(frozen=True)
class CaseAudit:
    """An audit of case records. ``indicator`` "": of every case; ``state``: of its cases those alone.

    ``start`` ≤ index date < ``end``. ``by``: names of the strata; ``strata``: (values, cases in the population, drawn).
    ``each`` or ``size``: what was asked for. ``status``: open, closed (no answers any more) or withdrawn.
    """

    database: str
    id: str
    title: str
    purpose: str
    indicator: str
    state: str
    start: dt.date
    end: dt.date
    where: tuple[tuple[str, str], ...]
    by: tuple[str, ...]
    strata: tuple[tuple[tuple[str, ...], int, int], ...]
    each: int
    size: int
    seed: str
    snapshot: str
    questions: tuple[AuditQuestion, ...]
    status: str
    at: dt.datetime
    author: str
    revision: int
    cases: tuple[SampledCase, ...] = field(repr=False, default=())

    @property
    def population(self) -> int:
        return sum(many for _, many, _ in self.strata)

    @property
    def drawn(self) -> int:
        return sum(many for _, _, many in self.strata)


@dataclass(frozen=True)
class AuditShare:
    """A line of the results: of a question (and of one ``option``), in a stratum or, ``stratum`` None, the population.

    ``denominator``: those answered whom it concerns, ``missing``: whose record does not tell. The share of the
    population weighs each stratum by the cases that it stands for; ``rate`` None: nobody, or a
    stratum has no answer yet.
    """

    question: AuditQuestion
    option: str
    stratum: int | None
    population: int
    drawn: int
    answered: int
    numerator: int
    denominator: int
    missing: int
    not_relevant: int
    rate: float | None
    lower: float | None
    upper: float | None


STATUSES = ("open", "closed", "withdrawn")


# --- what is asked -------------------------------------------------------------------------------------------------


def questions(text: str) -> tuple[AuditQuestion, ...]:
    """The questions of a form, one a line; raises AuditRefused naming the line.

    'Var konferencen holdt?' is answered by yes or no, 'Årsag: travlhed | patientens valg' by one of its options,
    'Tekst: Hvad gik galt?' in words.
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines:
        raise AuditRefused(("questions", "mangler: skriv mindst ét spørgsmål, ét på hver linje",
                            "missing: write at least one question, each on a line"))  # fmt: skip
    if len(lines) > MOST_QUESTIONS:
        many = len(lines)
        raise AuditRefused(("questions", f"{many} spørgsmål; højst {MOST_QUESTIONS}",
                            f"{many} questions; at most {MOST_QUESTIONS}"))  # fmt: skip
    return tuple(_question(number, line) for number, line in enumerate(lines, start=1))


def _question(number: int, line: str) -> AuditQuestion:
    id = f"q{number}"
    if len(line) > 300:
        raise AuditRefused(("questions", f"linje {number}: {len(line)} tegn; højst 300",
                            f"line {number}: {len(line)} characters; at most 300"))  # fmt: skip
    if found := _TEXT.fullmatch(line):
        return AuditQuestion(id, found[1], "text")
    if "|" not in line:
        return AuditQuestion(id, line, "yes_no")
    head, colon, tail = line.rpartition(":")
    options = tuple(one.strip() for one in tail.split("|") if one.strip())
    if not colon or not head.strip() or len(options) < 2 or len(set(options)) != len(options):
        raise AuditRefused((
            "questions",
            f"linje {number}: '{line}' har svar med | imellem, men ikke et spørgsmål med kolon og mindst to "
            "forskellige "
            "svar; skriv fx Årsag: travlhed | patientens valg",
            f"line {number}: '{line}' has answers between | but no question with a colon and two different answers; "
            "write e.g. Reason: no time | the patient's choice",
        ))  # fmt: skip
    return AuditQuestion(id, head.strip(), "choice", options)


# --- drawing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AuditPlan:
    """What an audit is to be: checked, and not drawn yet."""

    title: str
    purpose: str
    indicator: str
    state: str
    start: dt.date
    end: dt.date
    where: tuple[tuple[str, str], ...]
    by: tuple[str, ...]
    each: int
    size: int
    seed: str
    questions: tuple[AuditQuestion, ...]


def check(snapshot: Snapshot, database: str, plan: AuditPlan) -> None:
    """Raise AuditRefused where the plan cannot be drawn as its words stand."""
    errors = []
    for name, text, most in (("title", plan.title, 160), ("purpose", plan.purpose, LONGEST), ("seed", plan.seed, 40)):
        if name != "purpose" and not text:
            errors.append((name, "mangler", "missing"))
        if len(text) > most:
            errors.append((name, f"{len(text)} tegn; højst {most}", f"{len(text)} characters; at most {most}"))
    errors += _persons(("title", plan.title), ("purpose", plan.purpose),
                       *(("questions", one.line) for one in plan.questions))  # fmt: skip
    if plan.indicator and plan.indicator not in BY_ID:
        errors.append(("indicator", f"'{plan.indicator}' findes ikke", f"there is no '{plan.indicator}'"))
    elif plan.indicator and (why := why_not_reported(BY_ID[plan.indicator], snapshot.info(database))) is not None:
        errors.append(("indicator", why.da, why.en))
    if plan.state and (plan.state not in STATES or not plan.indicator):
        listed = ", ".join(STATES)
        errors.append(("state", f"'{plan.state}': vælg en indikator og en af {listed}",
                       f"'{plan.state}': choose an indicator and one of {listed}"))  # fmt: skip
    if plan.start >= plan.end:
        errors.append(("end", f"{plan.end} er ikke efter {plan.start}", f"{plan.end} is not after {plan.start}"))
    for name, many in (("each", plan.each), ("size", plan.size)):
        if many > MOST_CASES or many < 0:
            errors.append((name, f"{many}: højst {MOST_CASES} forløb", f"{many}: at most {MOST_CASES} cases"))
    if errors:
        raise AuditRefused(*errors)


def sample(snapshot: Snapshot, database: str, plan: AuditPlan) -> DrawnSample:
    """The cases that the plan draws from a snapshot, always the same; raises AuditRefused, SelectionError."""
    check(snapshot, database, plan)
    selection = Selection((), plan.where, plan.start, plan.end)
    indicator = BY_ID[plan.indicator] if plan.indicator else None
    try:
        found = population(snapshot, database, indicator, plan.state, selection, plan.by)
        drawn = draw(found, plan.by, plan.seed, plan.each, plan.size)
    except CannotDraw as error:
        raise AuditRefused(("sample", f"stikprøven kan ikke trækkes: {error}", str(error))) from error
    if len(drawn.cases) > MOST_CASES:
        many = len(drawn.cases)
        raise AuditRefused(("sample", f"{many} forløb; højst {MOST_CASES}: færre i hvert lag eller færre lag",
                            f"{many} cases; at most {MOST_CASES}: fewer of each stratum, or fewer strata"))  # fmt: skip
    return drawn


def add(snapshot: Snapshot, database: str, plan: AuditPlan, author: str, role: str) -> CaseAudit:
    """Draw the sample and write the audit; it is there when this returns. Raises AuditRefused, NotSaved."""
    drawn, registers = sample(snapshot, database, plan), Registers(snapshot.root)
    known = registers.latest(AUDITS, f"{database}/")
    number = 1 + max((int(name.rpartition("/")[2]) for name in known), default=0)
    keys = [key for key, _, _ in drawn.strata]
    listed = [
        [row.case_id, row.unit, row.index_date.isoformat(), keys.index(row.stratum)]
        for row in drawn.cases.itertuples(index=False)
    ]
    body = {
        "title": plan.title, "purpose": plan.purpose, "indicator": plan.indicator, "state": plan.state,
        "start": plan.start.isoformat(), "end": plan.end.isoformat(), "where": [list(one) for one in plan.where],
        "by": list(plan.by), "strata": [[list(key), many, taken] for key, many, taken in drawn.strata],
        "each": plan.each, "size": plan.size, "seed": plan.seed, "snapshot": snapshot.id, "status": "open",
        "questions": [one.line for one in plan.questions],
    }  # fmt: skip
    while True:
        name = f"{database}/{number}"
        try:
            # The audit last: there is none without its sample. Two who draw at once get a number each.
            for chunk in range(0, len(listed), _CHUNK):
                part = {"cases": listed[chunk : chunk + _CHUNK]}
                registers.write(SAMPLES, f"{name}/{chunk // _CHUNK}", 0, part, author, role)
            registers.write(AUDITS, name, 0, body, author, role)
        except Moved:
            number += 1
            continue
        return audit(snapshot, database, str(number))


# --- reading -------------------------------------------------------------------------------------------------------


def audits(snapshot: Snapshot, database: str) -> tuple[CaseAudit, ...]:
    """The audits of a database, newest first, without their cases; those withdrawn stand last."""
    found = Registers(snapshot.root).latest(AUDITS, f"{database}/").values()
    made = [_audit(one) for one in found]
    return tuple(sorted(made, key=lambda one: (one.status == "withdrawn", -int(one.id))))


def audit(snapshot: Snapshot, database: str, id: str) -> CaseAudit | None:
    """One audit with its cases; None where there is none of that id."""
    registers, name = Registers(snapshot.root), f"{database}/{id}"
    found = registers.latest(AUDITS, name).get(name)
    if found is None:
        return None
    chunks = registers.latest(SAMPLES, f"{name}/")
    listed = [row for key in sorted(chunks, key=lambda key: int(key.rpartition("/")[2])) for row in
              chunks[key].body["cases"]]  # fmt: skip
    cases = tuple(
        SampledCase(number, id_, unit, dt.date.fromisoformat(day), stratum)
        for number, (id_, unit, day, stratum) in enumerate(listed, start=1)
    )
    return _audit(found, cases)


def _audit(entry: Entry, cases: tuple[SampledCase, ...] = ()) -> CaseAudit:
    body, (database, _, id) = entry.body, entry.subject.partition("/")
    strata = tuple((tuple(key), many, taken) for key, many, taken in body["strata"])
    return CaseAudit(
        database, id, body["title"], body["purpose"], body["indicator"], body["state"],
        dt.date.fromisoformat(body["start"]), dt.date.fromisoformat(body["end"]),
        tuple((name, value) for name, value in body["where"]), tuple(body["by"]), strata, body["each"], body["size"],
        body["seed"], body["snapshot"], questions("\n".join(body["questions"])), body["status"], entry.at, entry.author,
        entry.revision, cases,
    )  # fmt: skip


def history(snapshot: Snapshot, database: str, id: str, number: int | None = None) -> tuple[Entry, ...]:
    """Every version of an audit's words, or of the answers of one of its cases, newest first."""
    name = f"{database}/{id}" if number is None else f"{database}/{id}/{number}"
    return Registers(snapshot.root).history(AUDITS if number is None else ANSWERS, name)


def answers(snapshot: Snapshot, one: CaseAudit) -> dict[int, CaseAnswer]:
    """number of the case → what its form says; those never filled in, and those emptied again, are not among them."""
    start = f"{one.database}/{one.id}/"
    made = {}
    for name, entry in Registers(snapshot.root).latest(ANSWERS, start).items():
        if entry.body["answers"]:
            made[int(name.removeprefix(start))] = answer_of(entry)
    return made


def answer_of(entry: Entry) -> CaseAnswer:
    return CaseAnswer(dict(entry.body["answers"]), str(entry.body["note"]), entry.at, entry.author, entry.role,
                      entry.revision)  # fmt: skip


def only_full(edition: Edition) -> None:
    """Raises NotForAll in an edition that hides: it has no cases and no results of audits."""
    if edition.hides:
        raise NotForAll(f"the {edition.name} edition has no audits of case records")


# --- writing -------------------------------------------------------------------------------------------------------


def settings(
    snapshot: Snapshot, one: CaseAudit, title: str, purpose: str, status: str, base: int, author: str, role: str
) -> None:
    """Change an audit's title, purpose and status; what it asks and of whom stays. Raises AuditRefused, Moved."""
    errors = _persons(("title", title), ("purpose", purpose))
    if not title or len(title) > 160:
        errors.append(("title", "mangler, eller er længere end 160 tegn", "missing, or longer than 160 characters"))
    if len(purpose) > LONGEST:
        errors.append(("purpose", f"højst {LONGEST} tegn", f"at most {LONGEST} characters"))
    if status not in STATUSES:
        errors.append(("status", f"vælg en af {', '.join(STATUSES)}", f"choose one of {', '.join(STATUSES)}"))
    if errors:
        raise AuditRefused(*errors)
    registers, name = Registers(snapshot.root), f"{one.database}/{one.id}"
    body = dict(registers.latest(AUDITS, name)[name].body)
    registers.write(AUDITS, name, base, {**body, "title": title, "purpose": purpose, "status": status}, author, role)


def checked_answers(one: CaseAudit, given: Mapping[str, str], note: str) -> dict[str, str]:
    """The answers that fit their questions, those not given left out. Raises AuditRefused naming question and value."""
    errors, kept = [], {}
    for question in one.questions:
        value = " ".join(given.get(question.id, "").split())
        if not value:
            continue
        if question.kind == "text":
            if len(value) > LONGEST:
                errors.append((question.id, f"{len(value)} tegn; højst {LONGEST}",
                               f"{len(value)} characters; at most {LONGEST}"))  # fmt: skip
            errors += _persons((question.id, value))
        elif value not in possible(question):
            listed = ", ".join(possible(question))
            errors.append((question.id, f"'{value}' er ikke et svar; der er {listed}",
                           f"'{value}' is no answer; there are {listed}"))  # fmt: skip
        kept[question.id] = value
    if len(note) > LONGEST:
        errors.append(("note", f"højst {LONGEST} tegn", f"at most {LONGEST} characters"))
    errors += _persons(("note", note))
    if errors:
        raise AuditRefused(*errors)
    return kept


def possible(question: AuditQuestion) -> tuple[str, ...]:
    """The answers of a question that is not a text."""
    own = (YES, NO) if question.kind == "yes_no" else question.options
    return (*own, NOT_RELEVANT, MISSING)


def answer(
    snapshot: Snapshot, one: CaseAudit, number: int, given: Mapping[str, str], note: str, base: int, author: str,
    role: str,
) -> None:  # fmt: skip
    """Write the form of a case. Raises AuditRefused (also where the audit is closed), Moved, NotSaved."""
    if one.status != "open":
        raise AuditRefused(("status", "auditten er lukket; åbn den igen for at svare",
                            "the audit is closed; open it again to answer"))  # fmt: skip
    body = {"answers": checked_answers(one, given, note), "note": note}
    Registers(snapshot.root).write(ANSWERS, f"{one.database}/{one.id}/{number}", base, body, author, role)


def _persons(*texts: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [
        (name, "ligner et CPR-nummer: slet det; registret må ikke rumme personoplysninger",
         "is shaped like a CPR number: remove it; the register may not hold personal data")
        for name, text in texts if persons.holds(text)
    ]  # fmt: skip


# --- results -------------------------------------------------------------------------------------------------------


def shares(one: CaseAudit, found: Mapping[int, CaseAnswer]) -> tuple[AuditShare, ...]:
    """The results: each question (a choice: each option), the population first and then every stratum."""
    made: list[AuditShare] = []
    for question in one.questions:
        if question.kind == "text":
            continue
        for option in (YES,) if question.kind == "yes_no" else question.options:
            parts = [_share(one, found, question, option, place) for place in _in_order(one)]
            made.append(_whole(one, question, option, parts))
            if len(parts) > 1:
                made += parts
    return tuple(made)


def _in_order(one: CaseAudit) -> list[int]:
    """The strata as tables have them: regions from east to west, the rest by their values."""
    regions = {code: f"{place:02d}" for place, code in enumerate(reference.region_order())}

    def key(place: int) -> tuple[str, ...]:
        values = one.strata[place][0]
        return tuple(
            regions.get(value, value) if name == "treating_region" else value
            for name, value in zip(one.by, values, strict=True)
        )

    return sorted(range(len(one.strata)), key=key)


def _share(
    one: CaseAudit, found: Mapping[int, CaseAnswer], question: AuditQuestion, option: str, place: int
) -> AuditShare:
    said = [
        found[case.number].answers.get(question.id, "")
        for case in one.cases
        if case.stratum == place and case.number in found
    ]
    said = [value for value in said if value]
    missing, apart = said.count(MISSING), said.count(NOT_RELEVANT)
    top, bottom = said.count(option), len(said) - missing - apart
    rate = lower = upper = None
    if bottom:
        rate, (low, high) = top / bottom, exact(top, bottom)
        lower, upper = float(low), float(high)
    _, many, taken = one.strata[place]
    return AuditShare(
        question, option, place, many, taken, len(said), top, bottom, missing, apart, rate, lower, upper
    )  # fmt: skip


def _whole(one: CaseAudit, question: AuditQuestion, option: str, parts: Sequence[AuditShare]) -> AuditShare:
    weighted = stratified_share(
        [StratumCounts(part.population, part.answered, part.numerator, part.denominator) for part in parts]
    )

    def total(name: str) -> int:
        return sum(getattr(part, name) for part in parts)

    limits = (None, None, None) if weighted is None else (weighted.share, weighted.lower, weighted.upper)
    return AuditShare(
        question, option, None, one.population, one.drawn,
        *(total(name) for name in ("answered", "numerator", "denominator", "missing", "not_relevant")), *limits,
    )  # fmt: skip


__all__ = [
    "MOST_CASES", "STATES", "STATE_WORDS", "STRATA", "AuditPlan", "AuditRefused", "CaseAudit", "add", "audit", "audits",
]  # fmt: skip
