"""Downloads of the page of waiting times: the report to Sundhedsstyrelsen, and the package times.

The subject of the report's files is a period, ``2026-Q3`` or ``2026-W40``, with ``-alle`` behind it for all databases;
without one it is the last complete quarter. The public edition gives quarters of one database: weeks
or sums over databases beside them would give hidden results away by subtraction.
"""

from __future__ import annotations

from urllib.parse import urlencode

from data import reference
from data.output import UsageError
from layouts import _format as fmt
from layouts._downloads import export, stamp
from layouts._source import PageContext
from tables import nodes as tree
from tables.export import Sheet, Value
from tables.view import Edition
from tables.waits_packages import MEASURES, NATION_LEVEL, package_nodes, package_standards
from tables.waits_period import WaitPeriod, last_quarters, last_weeks, wait_period
from tables.waits_report import Report
from tables.waits_report_files import make
from tables.waits_report_sheets import case_sheet, obstacle_sheet, table_sheet

ALL = "-alle"
#: How many complete quarters the package times are given for.
QUARTERS = 8


def periods_offered(context: PageContext) -> tuple[WaitPeriod, ...]:
    """The periods a page offers a report of: the last four complete quarters and, in the working edition, weeks."""
    cut = context.view.info.data_cut
    weeks = () if context.view.edition.hides else last_weeks(cut)
    return (*reversed(last_quarters(cut)), *reversed(weeks))


def report_address(context: PageContext, name: str, period: WaitPeriod, form: str = "xlsx", every: bool = False) -> str:
    """The address of ``sst``, ``sst-mangler`` or ``sst-sagsliste`` for a period; ``every``: of all databases."""
    subject = period.text + (ALL if every else "")
    own = context.state.cleared().with_(extra=(), database=context.database).query()
    return f"/hent/{name}.{form}?{own}&{urlencode({'emne': subject})}"


@export("sst")
def table(context: PageContext, subject: str) -> Sheet:
    """The report's table: exact in the working edition, through disclosure control in the public one."""
    return table_sheet(_report(context, subject), _edition(context), context.lang)


@export("sst-mangler")
def obstacles(context: PageContext, subject: str) -> Sheet:
    """What stands in the way of the report; working edition only."""
    _refuse_public(context)
    return obstacle_sheet(_report(context, subject), _edition(context), context.lang)


@export("sst-sagsliste")
def cases(context: PageContext, subject: str) -> Sheet:
    """The legs behind the report, for internal control; working edition only."""
    _refuse_public(context)
    return case_sheet(_report(context, subject), _edition(context), context.lang)


def _edition(context: PageContext) -> Edition:
    return context.view.edition


def _report(context: PageContext, subject: str) -> Report:
    every = subject.endswith(ALL)
    text = subject.removesuffix(ALL)
    period = wait_period(text) if text else last_quarters(context.view.info.data_cut, 1)[0]
    if context.view.edition.hides and (every or period.is_week):
        raise UsageError("the public edition gives the report by quarter and database")
    if context.view.edition.hides and not period.complete_on(context.view.info.data_cut):
        raise UsageError(f"the quarter {period.text} had not ended on {context.view.info.data_cut}")
    found = make(context.view.snapshot, "all" if every else context.database, period)
    if not found.databases:
        raise UsageError(f"{context.database} has no waiting times")
    return found


def _refuse_public(context: PageContext) -> None:
    if context.view.edition.hides:
        raise UsageError("lists behind the report are for the working edition alone")


@export("pakketider")
def packages(context: PageContext, subject: str) -> Sheet:
    """Share within the package time OF1–OF4 in the last complete quarters, by region and department."""
    t, view = context.t, context.view
    if subject:
        raise UsageError(f"package times have no subject '{subject}'; leave emne out")
    if "waits" not in view.info.tables:
        raise UsageError(f"{context.database} has no waiting times")
    hidden, listed = t("skjult", "hidden"), tree.units(view)
    quarters = last_quarters(view.info.data_cut, QUARTERS)
    rows: list[tuple[Value, ...]] = []
    for node in package_nodes(view, quarters).to_dict("records"):
        code = node["code"]
        if node["level"] == NATION_LEVEL:
            name = t("Danmark", "Denmark")
        elif node["level"] == "region":
            name = reference.region_name(code) if code else t("Region uoplyst", "Region not registered")
        else:
            name = listed.loc[code, "name"] if code in listed.index else code
        values = [node["denominator"], node["numerator"], node["rate"], node["lower"], node["upper"]]
        cells = [hidden] * 5 if node["hidden"] else [*(int(one) for one in values[:2]), *map(_share, values[2:])]
        missing = hidden if node["missing_hidden"] else int(node["missing"])
        measure = MEASURES[node["indicator"]].in_(context.lang)
        rows.append((node["indicator"], measure, node["period"], name, code, *cells, missing))
    columns = (
        t("Mål", "Measure"), t("Del af forløbet", "Part of the course"), t("Kvartal", "Quarter"), t("Enhed", "Unit"),
        t("Kode", "Code"), t("Forløb", "Courses"), t("Inden for pakketiden", "Within the package time"),
        t("Andel", "Share"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%"), t("Uoplyst", "Missing"),
    )  # fmt: skip
    title = t(
        f"Pakkeforløbstider, {context.database}: faglig vejledning, ikke en rettighed",
        f"Package times, {context.database}: a professional guideline, not a right",
    )
    span = f"{quarters[0].text}{fmt.EN_DASH}{quarters[-1].text}"
    return Sheet(t("Pakketider", "Package times"), title, columns, tuple(rows), _package_stamp(context, span), span)


def _share(value: float) -> float | None:
    """A share for a file: None where there is nothing to divide by."""
    return None if value != value else float(value)


def _package_stamp(context: PageContext, span: str) -> tuple[tuple[str, str], ...]:
    t = context.t
    period = t("Periode", "Period")
    rows = [(label, span if label == period else value) for label, value in stamp(context)]
    for one in package_standards(context.view):
        parts = (one.package, one.measure, one.modality, t(f"{one.days} dage", f"{one.days} days"))
        verified = t("verificeret", "verified") if one.verified else t("ikke verificeret", "not verified")
        text = f"{' '.join(part for part in parts if part)} ({one.source}; {verified})"
        rows.append((t("Standard", "Standard"), text))
    return tuple(rows)
