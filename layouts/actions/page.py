"""/indsats: what calls for a plan, the plans and the outlier cases of a database; /indsats/<code>: of one department.

Of the working edition alone, by role: the registry all, a steering group its databases, a clinician the own department.
"""

from __future__ import annotations

import dash

from data.once import BeingMade
from data.output import UsageError
from exports import actions as exports
from exports.files import Sheet
from exports.registry import export, stamp
from layouts.actions import parts
from layouts.frame import being_made, shell, source
from layouts.frame import selections as select
from layouts.parts import html
from results import actions as data
from results.nodes import active_units, units
from words import actions as text
from words.reader import Reader

dash.register_page(__name__, path="/indsats", path_template="/indsats/<path_code>", title=shell.BRAND)


def layout(path_code: str | None = None, **query: object) -> html.Div:
    """The list of a database or of one department; 404 for a code that does not exist."""
    path = f"{parts.HERE}/{path_code}" if path_code else parts.HERE
    known = {key: value for key, value in query.items() if key != "egen"}
    being_made.keep_nothing()  # what is late depends on the day
    context = source.view(path, known).of_all_patients()
    names = dict(active_units(context.view))
    if path_code and path_code not in names:
        if path_code in units(context.view).index:
            names[path_code] = units(context.view).loc[path_code]["name"]
        else:
            what = context.t(f"Der er ingen afdeling {path_code}.", f"There is no department {path_code}.")
            return shell.not_found(context, what)
    if not parts.sees(context, path_code or ""):
        return parts.not_here(context)
    return _page(context, path_code, names)


def _page(context: Reader, code: str | None, names: dict[str, str]) -> html.Div:
    t, of_one = context.t, code is not None
    notices: list = []
    try:
        cases = data.outliers(context.view, code)
    except BeingMade as error:
        cases = ()
        notices.append(being_made.told(context, error))
    try:
        needed = data.needing(context.view, code)
    except BeingMade as error:
        needed = ()
        if not notices:
            notices.append(being_made.told(context, error))
    made = data.plans(context.view.snapshot, context.database, code)
    where = names[code] if code else context.database
    body = [
        *parts.outliers(context, cases, of_one),
        *parts.needing(context, needed, of_one),
        *parts.planned(context, made, names, of_one),
    ]
    crumbs = [(t("Indsatser", "Actions"), parts.HERE), (where, None)] if code else None
    return shell.page(
        context,
        active="actions",
        finding=text.finding(context, needed, cases, where) if not notices else text.not_yet(context, where),
        lead=text.lead(context, made),
        notices=notices,
        breadcrumbs=crumbs,
        selections=select.standard(context, "database", "period"),
        summary=(where, f"{context.database} · {context.period_label}"),
        title=f"{t('Indsatser', 'Actions')} · {where}",
        body=html.Div(body, className="improvements actions"),
        foot=[
            t("Sager uden for 99,8 %-grænsen: afdelingen afviger sikkert fra landet til den dårlige side i "
              "opgørelsesåret, ikke case-mix-justeret. Fristerne tæller fra den dag, hvor alle årets patienter er "
              "fulgt; de står i data/reference/outlier_steps.csv.",
              "Cases outside the 99.8% limits: the department deviates for certain from the country to the bad side in "
              "the reporting year, not adjusted for case mix. Deadlines count from the day on which all of the year's "
              "patients had been followed; they stand in data/reference/outlier_steps.csv."),
            t("Effekt hidtil er beregnet som for forbedringsprojekter: før og efter planens første dag, mod de andre "
              "afdelinger. En tidsserie beviser ikke årsag.",
              "The effect so far is estimated as for improvement initiatives: before and after the plan's first day, "
              "against the other departments. A series over time proves no cause."),
        ],
    )  # fmt: skip


@export(exports.EXPORT, whole=True)
def plans(context: Reader, subject: str) -> Sheet:
    """The plans of a database, or of the department ``subject``."""
    if not parts.sees(context, subject):
        raise UsageError(f"there are no plans of '{subject or context.database}' here")
    made = data.plans(context.view.snapshot, context.database, subject or None)
    table = exports.of_plans(context, made, dict(active_units(context.view)))
    return Sheet(context.t("Planer", "Plans"), table, stamp(context, period=""))
