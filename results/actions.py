"""The action loop: what needs a plan and has none, the plans with owner, date and status, and the outlier process.

Plans and the steps of the outlier process stand in the registers (data/registers.py), only added to: the history of
each is there, and a load never touches them. Of the working edition alone; the caller says whose departments the
reader may see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data import persons
from data.improvement_texts import Initiative
from data.improvements import Register
from data.registers import Entry, Registers
from data.store import Snapshot
from data.text import Text
from data.toolbox import Step, Tool, outlier_steps, toolbox, tools_for
from indicators.catalogue import BY_ID
from results.audit import Cell, indicator_title
from results.compare.matrix import matrix
from results.department import DepartmentUnit
from results.improvements import Improvement, improvement
from results.reach import NotForAll
from results.variation.comparison import comparisons
from results.view import View, mature_on
from results.warnings import signals

PLANS, OUTLIERS = "plans", "outliers"
STATUSES = ("not_begun", "partly", "running", "done", "stopped")
OPEN = ("not_begun", "partly", "running")
#: Why a cell needs a plan, the worst first.
WHY = ("not_met", "probably_not_met", "declining")
#: Characters of a plan's texts, at most.
LONGEST = {"barrier": 200, "action": 200, "owner": 120, "note": 2000, "author": 120}
#: Days from the saved plan to its first review, where nobody says another.
REVIEW = 91
_SLOTS = 99


class UnitPlanRefused(ValueError):
    """A plan or step that cannot be taken; ``errors``: the field, and what is wrong in Danish and English."""

    def __init__(self, *errors: tuple[str, str, str]) -> None:
        super().__init__("; ".join(f"{name}: {english}" for name, _, english in errors))
        self.errors = errors


@dataclass(frozen=True)
class UnitPlan:
    """What a department has decided to do. ``key``: the indicator, with its site ('anastomotic_leak_30d.C18').

    ``tool``: its id in the toolbox, "" for one's own; ``start``: when the new way begins (or began); ``due``: when it
    is looked at again; ``revision``: of the register.
    """

    database: str
    unit: str
    key: str
    number: int
    barrier: str
    action: str
    tool: str
    owner: str
    start: dt.date
    due: dt.date
    status: str
    note: str
    at: dt.datetime
    author: str
    revision: int

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def indicator(self) -> str:
        return self.key.partition(".")[0]

    @property
    def title(self) -> Text:
        """The indicator's title, with its site; the key itself where the indicator is no more."""
        found = BY_ID.get(self.indicator)
        return Text(self.key, self.key) if found is None else indicator_title(found, self.key.partition(".")[2])

    def overdue(self, day: dt.date) -> bool:
        """Whether it should have been looked at before ``day``."""
        return self.is_open and self.due < day


@dataclass(frozen=True)
class NeedsPlan:
    """A department's result that calls for a plan, and the open plans that it has. ``why``: of WHY."""

    unit: DepartmentUnit
    key: str
    title: Text
    why: str
    cell: Cell
    plans: tuple[UnitPlan, ...]


def subject(database: str, unit: str, key: str, number: int) -> str:
    """The name of a plan in the register."""
    return f"{database}/{unit}/{key}/{number}"


def plans(snapshot: Snapshot, database: str, unit: str | None = None) -> tuple[UnitPlan, ...]:
    """The plans of a database (of one department), those still open first, by the day they are due."""
    start = f"{database}/" if unit is None else f"{database}/{unit}/"
    found = [_plan(entry) for entry in Registers(snapshot.root).latest(PLANS, start).values()]
    return tuple(sorted(found, key=lambda one: (not one.is_open, one.due, one.unit, one.key, one.number)))


def plan(snapshot: Snapshot, database: str, unit: str, key: str, number: int) -> UnitPlan | None:
    """One plan, None where there is none."""
    name = subject(database, unit, key, number)
    found = Registers(snapshot.root).latest(PLANS, name).get(name)
    return None if found is None else _plan(found)


def history(snapshot: Snapshot, one: UnitPlan) -> tuple[UnitPlan, ...]:
    """Every version of a plan that stood, newest first."""
    name = subject(one.database, one.unit, one.key, one.number)
    return tuple(_plan(entry) for entry in Registers(snapshot.root).history(PLANS, name) if not entry.beside)


def _plan(entry: Entry) -> UnitPlan:
    database, unit, key, number = entry.subject.split("/")
    body = {name: str(value) for name, value in entry.body.items()}
    return UnitPlan(
        database, unit, key, int(number), body["barrier"], body["action"], body["tool"], body["owner"],
        dt.date.fromisoformat(body["start"]), dt.date.fromisoformat(body["due"]), body["status"], body["note"],
        entry.at, entry.author, entry.revision,
    )  # fmt: skip


def add(
    snapshot: Snapshot, database: str, unit: str, key: str, values: Mapping[str, str], author: str, role: str
) -> UnitPlan:
    """Take a new plan from the texts of a form. Raises UnitPlanRefused with what is wrong, NotSaved of the disk."""
    body = _body(values, "not_begun", key)
    taken = {one.number for one in plans(snapshot, database, unit) if one.key == key}
    number = next((one for one in range(1, _SLOTS + 1) if one not in taken), None)
    if number is None:
        raise UnitPlanRefused(
            ("action", f"der er allerede {_SLOTS} planer her", f"there are {_SLOTS} plans here already")
        )
    return _plan(Registers(snapshot.root).write(PLANS, subject(database, unit, key, number), 0, body, author, role))


def change(snapshot: Snapshot, one: UnitPlan, values: Mapping[str, str], base: int, author: str, role: str) -> UnitPlan:
    """Write what is changed of a plan (status, owner, due, note …). Raises Moved, UnitPlanRefused, NotSaved."""
    stood = {
        "barrier": one.barrier, "action": one.action, "tool": one.tool, "owner": one.owner,
        "start": one.start.isoformat(), "due": one.due.isoformat(), "status": one.status, "note": one.note,
    }  # fmt: skip
    body = _body({**stood, **values}, one.status, one.key)
    name = subject(one.database, one.unit, one.key, one.number)
    return _plan(Registers(snapshot.root).write(PLANS, name, base, body, author, role))


def _body(values: Mapping[str, str], status: str, key: str) -> dict[str, str]:
    """The body of an entry from the texts of a form; a tool of the toolbox brings its barrier and action."""
    text = {name: values.get(name, "").strip() for name in ("barrier", "action", "tool", "owner", "note")}
    errors = []
    if text["tool"]:
        tool = next((one for one in offered(key) if one.id == text["tool"]), None)
        if tool is None:
            errors.append(("tool", f"'{text['tool']}' er ikke i værktøjskassen", f"'{text['tool']}' is no tool"))
        else:
            text["barrier"], text["action"] = tool.barrier.da, tool.action.da
    if not text["action"] and not errors:
        errors.append(("action", "vælg en handling, eller skriv en", "choose an action, or write one"))
    if not text["owner"]:
        errors.append(("owner", "skriv, hvem der er ansvarlig", "write who is responsible"))
    for name, most in LONGEST.items():
        if len(text.get(name, "")) > most:
            errors.append((name, f"højst {most} tegn", f"at most {most} characters"))
        if persons.holds(text.get(name, "")):
            errors.append((name, "ligner et CPR-nummer: slet det", "looks like a person number: remove it"))
    days = {}
    for name in ("start", "due"):
        try:
            days[name] = dt.date.fromisoformat(values.get(name, "").strip())
        except ValueError:
            value = values.get(name, "")
            errors.append((name, f"'{value}' er ikke en dato; skriv fx 2026-12-31",
                           f"'{value}' is no date; write e.g. 2026-12-31"))  # fmt: skip
    if len(days) == 2 and days["due"] < days["start"]:
        errors.append(("due", "ligger før planen begynder", "lies before the plan begins"))
    chosen = values.get("status", status) or status
    if chosen not in STATUSES:
        errors.append(("status", f"'{chosen}' er ikke en status", f"'{chosen}' is no status"))
    if errors:
        raise UnitPlanRefused(*errors)
    return {**text, **{name: day.isoformat() for name, day in days.items()}, "status": chosen}


def offered(key: str) -> tuple[Tool, ...]:
    """The toolbox of an indicator (of a site)."""
    found = BY_ID.get(key.partition(".")[0])
    return () if found is None else tools_for(found.id, found.family)


def tool_of(one: UnitPlan) -> Tool | None:
    """The tool that a plan was made with, None for one's own."""
    return next((tool for tool in toolbox() if tool.id == one.tool), None)


def needing(view: View, unit: str | None = None) -> tuple[NeedsPlan, ...]:
    """The results of a database's departments (of one) that call for a plan, those without one first.

    Not met, probably not met, or a strong warning of decline that stands; development targets and results that are not
    judged call for none. Raises data.once.BeingMade while the warnings are being made.
    """
    _only_working(view)
    declining = {
        (one.unit, one.indicator.id): one for one in signals.watch(view).some(True, signals.WORSE)
    }  # fmt: skip
    made: dict[tuple[str, str], list[UnitPlan]] = {}
    for one in plans(view.snapshot, view.database, unit):
        if one.is_open:
            made.setdefault((one.unit, one.key), []).append(one)
    found, table = [], matrix(view)
    for _, _, members in table.regions:
        for place in members:
            if unit is not None and place.code != unit:
                continue
            for column in table.columns:
                cell = table.cell(place, column)
                why = _why(cell, (place.code, column.indicator.id) in declining)
                if why:
                    key = ".".join(one for one in column.key if one)
                    there = tuple(made.get((place.code, key), ()))
                    found.append(NeedsPlan(place, key, column.title, why, cell, there))
    return tuple(sorted(found, key=lambda one: (bool(one.plans), WHY.index(one.why))))


def _why(cell: Cell, declining: bool) -> str:
    if cell.rate is None:
        return ""
    judged = cell.standard is not None and cell.standard.kind == "standard"
    if judged and cell.said in ("not_met", "probably_not_met"):
        return cell.said
    return "declining" if declining else ""


def effect_of(view: View, one: UnitPlan) -> Improvement | None:
    """What has come of a plan that has begun, by the engine of improvement initiatives; None before its first day.

    Raises data.once.BeingMade while it is being estimated.
    """
    _only_working(view)
    if one.start > view.info.data_cut or one.status == "not_begun" or one.indicator not in BY_ID:
        return None
    made = Initiative(
        subject(one.database, one.unit, one.key, one.number), one.database, one.action, (one.unit,), one.indicator,
        one.start, 0, one.note, one.owner, None, False, one.at, one.revision,
    )  # fmt: skip
    return improvement(view, made)


def what_worked(view: View, indicator: str) -> tuple[Improvement, ...]:
    """The initiatives on an indicator in the view's database after which things got better for certain."""
    _only_working(view)
    found = [one for one in Register(view.snapshot.root).all(view.database) if one.indicator == indicator]
    return tuple(one for one in (improvement(view, each) for each in found) if one.state == "worked")


def _only_working(view: View) -> None:
    if view.edition.hides:
        raise NotForAll(f"the {view.edition.name} edition has no plans")


# --- the outlier process ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutlierStep:
    """A step that was taken, by whom and with which words."""

    step: str
    at: dt.datetime
    author: str
    text: str
    owner: str


@dataclass(frozen=True)
class Outlier:
    """A department outside its 99.8 % limits on the bad side in a reporting year, and how far its case is.

    ``known``: the first day on which every patient of the year had been followed; the deadlines count from it.
    ``taken``: the steps in the order taken; ``revision``: of the register, 0 where nobody has written.
    """

    database: str
    code: str
    name: str
    indicator: str
    period: int
    known: dt.date
    rate: float
    numerator: int
    denominator: int
    nation: float
    taken: tuple[OutlierStep, ...]
    owner: str
    revision: int

    @property
    def state(self) -> Step:
        """The last step that was taken."""
        steps = outlier_steps()
        names = [one.step for one in self.taken]
        return next((one for one in reversed(steps) if one.id in names), steps[0])

    @property
    def next(self) -> Step | None:
        """The step that is due now, None where all are taken."""
        steps = outlier_steps()
        place = steps.index(self.state) + 1
        return steps[place] if place < len(steps) else None

    def due(self, step: Step) -> dt.date:
        """The last day of a step."""
        return self.known + dt.timedelta(days=step.days)

    def overdue(self, day: dt.date) -> bool:
        """Whether the step that is due now should have been taken before ``day``."""
        return self.next is not None and self.due(self.next) < day


def outliers(view: View, unit: str | None = None) -> tuple[Outlier, ...]:
    """The cases of the view's reporting year, those longest over their deadline first.

    Of all patients, by department. Raises data.once.BeingMade while the comparisons are being made.
    """
    _only_working(view)
    whole = view.of_all_patients()
    start = f"{view.database}/{view.period}/"
    written = {
        name.removeprefix(start): entry for name, entry in Registers(view.snapshot.root).latest(OUTLIERS, start).items()
    }
    found = []
    for id, compared in comparisons(whole, "department").items():
        higher = compared.indicator.higher_is_better
        for place in compared.places:
            if not (place.alarm and place.worse(higher)) or (unit is not None and place.unit.code != unit):
                continue
            entry = written.get(f"{place.unit.code}/{id}")
            steps = _steps(view.snapshot, view.database, view.period, place.unit.code, id) if entry else ()
            found.append(
                Outlier(
                    view.database, place.unit.code, place.unit.full_name, id, view.period,
                    mature_on(view.period, view.first_month, compared.indicator), place.rate, place.numerator or 0,
                    place.denominator or 0, compared.summary.national, steps,
                    str(entry.body.get("owner", "")) if entry else "", entry.revision if entry else 0,
                )
            )  # fmt: skip
    last = dt.date.max
    return tuple(sorted(found, key=lambda one: (one.due(one.next) if one.next else last, one.name, one.indicator)))


def outlier(view: View, unit: str, indicator: str) -> Outlier | None:
    """One case of the view's reporting year, None where the department does not lie outside."""
    return next((one for one in outliers(view, unit) if one.indicator == indicator), None)


def _steps(snapshot: Snapshot, database: str, period: int, unit: str, indicator: str) -> tuple[OutlierStep, ...]:
    entries = Registers(snapshot.root).history(OUTLIERS, f"{database}/{period}/{unit}/{indicator}")
    return tuple(
        OutlierStep(str(one.body["step"]), one.at, one.author, str(one.body["text"]), str(one.body.get("owner", "")))
        for one in reversed(entries)
        if not one.beside
    )


def take_step(view: View, one: Outlier, step: str, text: str, owner: str, base: int, author: str, role: str) -> None:
    """Write the next step of a case, or the words on it. Raises UnitPlanRefused, Moved, NotSaved.

    Steps are taken in their order; the one that stands may be written again, with other words.
    """
    wanted = next((each for each in outlier_steps() if each.id == step), None)
    errors = []
    if wanted is None or wanted not in (one.state, one.next):
        errors.append(("step", "trinene tages i rækkefølge", "steps are taken in their order"))
    text, owner = text.strip(), owner.strip()
    if not text:
        errors.append(("text", "skriv, hvad der er fundet eller besluttet", "write what was found or decided"))
    for name, value, most in (("text", text, LONGEST["note"]), ("owner", owner, LONGEST["owner"])):
        if len(value) > most:
            errors.append((name, f"højst {most} tegn", f"at most {most} characters"))
        if persons.holds(value):
            errors.append((name, "ligner et CPR-nummer: slet det", "looks like a person number: remove it"))
    if errors:
        raise UnitPlanRefused(*errors)
    name = f"{one.database}/{one.period}/{one.code}/{one.indicator}"
    body = {"step": step, "text": text, "owner": owner}
    Registers(view.snapshot.root).write(OUTLIERS, name, base, body, author, role)


def share_with_plan(found: Sequence[NeedsPlan]) -> tuple[int, int]:
    """How many of the results that call for a plan have one, and how many there are."""
    return sum(bool(one.plans) for one in found), len(found)
