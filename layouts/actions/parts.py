"""Parts of the action loop: what needs a plan, the plans, the outlier cases, and the way to a new plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dash import dcc

from data.once import BeingMade
from data.toolbox import outlier_steps
from exports import actions as exports
from layouts.frame import shell, visitor
from layouts.parts import html, marks, tables
from layouts.parts.downloads import line
from results import actions as data
from results.actions import NeedsPlan, Outlier, UnitPlan
from results.department import DepartmentRow
from words import actions as text
from words import format as fmt
from words.reader import Reader

HERE = "/indsats"


def writes(context: Reader, unit: str) -> bool:
    """Whether the reader may write a department's plans: who writes for the database, and its own clinicians."""
    found = visitor.current()
    if found is None:
        return context.edition == "working"
    return found.may_write(context.database) or (found.role == "clinician" and unit in found.departments)


def sees(context: Reader, unit: str = "") -> bool:
    """Whether the reader sees the plans of a department ("": of the whole database)."""
    found = visitor.current()
    if found is None:
        return context.edition == "working"
    if found.role == "clinician":
        return unit in found.departments
    return found.may_write(context.database)


def not_here(context: Reader) -> html.Div:
    """What a reader meets whom the plans do not concern."""
    t = context.t
    return shell.not_theirs(
        context,
        "actions",
        t("Planer vises ikke her", "Plans are not shown here"),
        t("De er kun for den afdeling, det gælder, styregruppen og registret, i arbejdsudgaven.",
          "They are for the department concerned, the steering group and the registry, in the working edition."),
        t("Indsatser", "Actions"),
    )  # fmt: skip


def address(context: Reader, *parts: object, **more: str) -> str:
    """An address below /indsats of the page's database and year."""
    state = context.state.cleared().with_(database=context.database, period=context.period, extra=(), sort="",
                                          unit=None)  # fmt: skip
    return state.with_(**more).url("/".join((HERE, *(str(one) for one in parts))))


def square(kind: str) -> html.I:
    """The mark of a state: full, half or empty."""
    return html.I(className=f"square square-{kind}", **{"aria-hidden": "true"})


def status(context: Reader, one: UnitPlan) -> html.Span:
    """Mark and word of a plan's state."""
    return html.Span([square(text.STATUSES[one.status][1]), " ", text.status(one, context.lang)],
                     className=f"plan-status status-{one.status.replace('_', '-')}")  # fmt: skip


# --- under a row of the department's page --------------------------------------------------------------------------


class Planned:
    """The plans of one department, each shown under the row of its indicator."""

    def __init__(self, context: Reader, unit: str) -> None:
        self.context, self.unit = context, unit
        self._shown = sees(context, unit) and not context.state.filtered
        self._plans = data.plans(context.view.snapshot, context.database, unit) if self._shown else ()

    def under(self, row: DepartmentRow, alarms: bool) -> list:
        """What stands under a row that calls for a plan: its open plans, or the way to one; [] elsewhere."""
        if not self._shown:
            return []
        context, t = self.context, self.context.t
        key = f"{row.indicator.id}.{row.site}" if row.site else row.indicator.id
        found = [one for one in self._plans if one.key == key and one.is_open]
        parts = [
            html.P([t("Plan: ", "Plan: "), html.A(one.action, href=_one(context, one)), f" · {one.owner} · ",
                    status(context, one)], className="row-plan")
            for one in found
        ]  # fmt: skip
        judged = row.kind == "not_met" or row.now.said == "probably_not_met"
        if not parts and ((judged and not row.is_target) or alarms) and writes(context, self.unit):
            link = html.A(t("Læg en plan ›", "Make a plan ›"), href=address(context, self.unit, "ny", indikator=key),
                          **{"aria-label": t(f"Læg en plan: {row.title.da}",
                                             f"Make a plan: {row.title.en}")})  # fmt: skip
            parts = [html.P([t("Ingen plan endnu. ", "No plan yet. "), link], className="row-plan is-missing")]
        return parts


def _one(context: Reader, one: UnitPlan) -> str:
    return address(context, one.unit, f"{one.key}/{one.number}")


# --- the lists -----------------------------------------------------------------------------------------------------


def needing(context: Reader, found: Sequence[NeedsPlan], of_one: bool) -> list:
    """The results without a plan; ``of_one``: of a single department."""
    t, lang = context.t, context.lang
    without = [one for one in found if not one.plans]
    if not without:
        return []
    columns = [
        *([] if of_one else [tables.Heading(t("Afdeling", "Department"), align="left")]),
        tables.Heading(t("Indikator", "Indicator"), align="left"),
        tables.Heading("%"),
        tables.Heading(t("Hvorfor", "Why"), align="left"),
        tables.Heading(t("Plan", "Plan"), align="left"),
    ]
    rows = []
    for one in without:
        title = html.Span(one.title.in_(lang))
        link: object = fmt.NONE
        if writes(context, one.unit.code):
            name = f"{one.unit.name}, {one.title.in_(lang)}"
            link = html.A(t("Læg en plan", "Make a plan"),
                          href=address(context, one.unit.code, "ny", indikator=one.key), className="plan-button",
                          **{"aria-label": t(f"Læg en plan: {name}", f"Make a plan: {name}")})  # fmt: skip
        mark = one.cell.said if one.why != "declining" else "no_standard"
        why = [marks.mark(mark), " ", text.why(context, one)] if one.why != "declining" else [text.why(context, one)]
        place = dcc.Link(one.unit.name, href=address(context, one.unit.code))
        cells = [fmt.percent_number(one.cell.rate, 1, lang), html.Span(why), link]
        rows.append(tables.Row(title if of_one else place, cells if of_one else [title, *cells]))
    title = t("Mangler en plan", "Without a plan")
    return [shell.section(title, tables.table(title, columns, rows, css="dense plans"),
                          note=text.plural(context, len(without)), id="mangler")]  # fmt: skip


def planned(context: Reader, made: Sequence[UnitPlan], names: dict[str, str], of_one: bool) -> list:
    """The plans: open ones by the day they are due, then those closed and stopped."""
    t = context.t
    if not made:
        return []
    today = dt.date.today()
    columns = [
        *([] if of_one else [tables.Heading(t("Afdeling", "Department"), align="left")]),
        tables.Heading(t("Indikator", "Indicator"), align="left"),
        tables.Heading(t("Handling", "Action"), align="left"),
        tables.Heading(t("Ansvarlig", "Owner"), align="left"),
        tables.Heading(t("Status", "Status"), align="left"),
        tables.Heading(t("Ses på igen", "Next review"), align="left"),
        tables.Heading(t("Effekt hidtil", "Effect so far"), align="left", wide_only=True),
    ]
    rows = []
    for one in made:
        late = one.overdue(today)
        day = html.Span(text.due(context, one.due) if one.is_open else fmt.date(one.due, context.lang),
                        className="is-late" if late else "")  # fmt: skip
        action = html.A(one.action, href=_one(context, one))
        cells = [action, one.owner, status(context, one), day, _effect(context, one)]
        title = one.title.in_(context.lang)
        first = title if of_one else names.get(one.unit, one.unit)
        rows.append(tables.Row(first, cells if of_one else [title, *cells]))
    title = t("Planer", "Plans")
    links = line(context, exports.EXPORT, made[0].unit if of_one else "")
    drawn = tables.table(title, columns, rows, css="dense plans")
    return [shell.section(title, drawn, html.P(links, className="section-links"), id="planer")]


def _effect(context: Reader, one: UnitPlan) -> str:
    try:
        return text.effect(context, data.effect_of(context.view, one))
    except BeingMade:
        return context.t("beregnes", "being computed")


def outliers(context: Reader, found: Sequence[Outlier], of_one: bool) -> list:
    """The cases outside the 99.8 % limits with the step each has come to."""
    t = context.t
    if not found:
        return []
    today = dt.date.today()
    columns = [
        *([] if of_one else [tables.Heading(t("Afdeling", "Department"), align="left")]),
        tables.Heading(t("Indikator", "Indicator"), align="left"),
        tables.Heading(t("Resultat, landet", "Result, the country")),
        tables.Heading(t("Trin", "Step"), align="left"),
        tables.Heading(t("Næste frist", "Next deadline"), align="left"),
        tables.Heading(t("Ansvarlig", "Owner"), align="left", wide_only=True),
    ]
    rows = []
    for one in found:
        link = html.A(text.title_of(context, one.indicator), href=address(context, one.code, "varsel", one.indicator))
        rate, nation = (fmt.percent(value, 1, context.lang) for value in (one.rate, one.nation))
        due: object = fmt.NONE
        if one.next is not None:
            said = f"{text.step(context, one.next)}: {text.due(context, one.due(one.next))}"
            due = html.Span(said, className="is-late" if one.overdue(today) else "")
        cells = [f"{rate} · {nation}", ladder(context, one), due, one.owner or fmt.NONE]
        rows.append(tables.Row(link if of_one else one.name, cells if of_one else [link, *cells]))
    title = t("Uden for 99,8 %-grænsen", "Outside the 99.8% limits")
    note = t(f"opgørelsesåret {context.period_label}", f"reporting year {context.period_label}")
    return [shell.section(title, tables.table(title, columns, rows, css="dense plans"), note=note, id="varsler")]


def ladder(context: Reader, one: Outlier) -> html.Span:
    """The steps of a case as squares, and the word of the one that stands."""
    steps = outlier_steps()
    at = steps.index(one.state)
    shapes = [square("full" if place <= at else "half" if place == at + 1 else "empty") for place in range(len(steps))]
    return html.Span([*shapes, " ", text.step(context, one.state)], className="ladder")
