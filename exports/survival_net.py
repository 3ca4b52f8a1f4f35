"""Net survival as tables and files: of a cohort by group, and over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data import reference
from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.audit import full_name
from results.survival.curves import HORIZON
from results.survival.net import TIMES, NetPoint, NetSurvival, Progress, Window, net_survival, progress, why_not
from results.table import Column, Kind, Link, Role, Table, TableRow, Value, of
from words import net as text
from words.chosen import survival as choices
from words.chosen.survival import ChosenSurvival
from words.reader import Reader


@export("netto", choices.EXTRAS)
def net_file(context: Reader, subject: str) -> Sheet:
    """Net, overall and the population's survival of each group of the cohort."""
    chosen = _chosen(context, subject)
    found = net_survival(context.view, chosen.by, chosen.cohort)
    period = chosen.pinned.period_label.replace(" ", "-")
    said = (context.t("Livstabel", "Life table"), text.table_text(found.table, context))
    return Sheet("netto", of_groups(found, chosen), (*stamp(chosen.pinned), said), period=period)


@export("udvikling", choices.EXTRAS)
def progress_file(context: Reader, subject: str) -> Sheet:
    """Net survival by three calendar years, sex and region."""
    chosen = _chosen(context, subject)
    found = progress(context.view)
    said = (context.t("Livstabel", "Life table"), text.table_text(found.table, context))
    return Sheet("udvikling", of_windows(found, chosen), (*stamp(context), said))


def _chosen(context: Reader, subject: str) -> ChosenSurvival:
    chosen = choices.read(context)
    if subject:
        raise UsageError(f"emne={subject}: this file has no such subject; leave emne out")
    if chosen.problems:
        raise UsageError("; ".join(one.text(context.lang) for one in chosen.problems))
    if (why := why_not(context.view)) is not None:
        raise UsageError(why.in_(context.lang))
    return chosen


def of_groups(found: NetSurvival, chosen: ChosenSurvival) -> Table:
    """One row for each group: net survival at all times, overall and expected survival beside it."""
    t = chosen.context.t
    columns = [
        *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("navn", "name"), keys="name"),
        *of(Kind.PERIOD, t("diagnosticeret", "diagnosed"), keys="diagnosed"),
        *of(Kind.COUNT, t("patienter", "patients"), keys="cases"),
    ]
    for year in TIMES:
        span = t(f"{year} år", f"{year} year{'s' * (year > 1)}")
        columns += _estimates(chosen.context, f"net{year}", t("netto", "net"), span)
        columns += of(Kind.SHARE, t(f"befolkningen, {span}", f"population, {span}"), keys=f"expected{year}")
        columns += of(Kind.COUNT, t(f"døde, {span}", f"deaths, {span}"), t(f"i risiko, {span}", f"at risk, {span}"),
                      keys=f"events{year} at_risk{year}")  # fmt: skip
        if year <= HORIZON:
            columns += _estimates(chosen.context, f"overall{year}", t("samlet", "overall"), span)
    rows = tuple(_group_row(found, group, chosen) for group in found.groups)
    return Table(t("Netto-overlevelse", "Net survival"), tuple(columns), rows, id="netto")


def _estimates(context: Reader, key: str, name: str, span: str) -> tuple[Column, ...]:
    t = context.t
    names = (f"{name}, {span}", t(f"{name}, {span}, nedre 95 %", f"{name}, {span}, lower 95%"),
             t(f"{name}, {span}, øvre 95 %", f"{name}, {span}, upper 95%"))  # fmt: skip
    return of(Kind.SHARE, *names, keys=f"{key} {key}_lower {key}_upper")


def _group_row(found: NetSurvival, group, chosen: ChosenSurvival) -> TableRow:
    t = chosen.context.t
    values: list[Value] = []
    for year in TIMES:
        one = found.point(group, year)
        values += [one.estimate, one.lower, one.upper, one.expected, one.events, one.at_risk]
        if year <= HORIZON:
            overall = found.overall.point(group, year)
            values += [overall.estimate, overall.lower, overall.upper]
    name = full_name(chosen.pinned.view, group.code) or t(group.name.da, group.name.en)
    above = Role.REGION if found.by == "department" else Role.PLAIN
    department = group.level == "department" and group.code != ""
    return TableRow(
        (group.code, name, chosen.cohort_text, found.point(group, 1).cases, *values),
        {"nation": Role.TOTAL, "department": Role.UNIT}.get(group.level, above),
        own=department and group.code == chosen.context.state.unit,
        key=f"{group.level}.{group.code}.{group.region}",
        link=Link("unit", group.code) if department else None,
    )


def of_windows(found: Progress, chosen: ChosenSurvival) -> Table:
    """One row for each three years, region and sex: as NORDCAN prints relative survival, and standardised for age."""
    t = chosen.context.t
    columns = [
        *of(Kind.PERIOD, t("periode", "period"), keys="window"),
        *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("sted", "place"), t("køn", "sex"), keys="place sex"),
        *of(Kind.COUNT, t("patienter", "patients"), keys="cases"),
    ]
    for year in TIMES:
        span = t(f"{year} år", f"{year} year{'s' * (year > 1)}")
        columns += _estimates(chosen.context, f"net{year}", t("netto", "net"), span)
        columns += of(Kind.COUNT, t(f"i risiko, {span}", f"at risk, {span}"), keys=f"at_risk{year}")
    columns += _estimates(
        chosen.context, "standard", t("aldersstandardiseret", "age-standardised"), t("5 år", "5 years")
    )
    rows = tuple(_window_row(one, chosen) for one in _newest_first(found.windows))
    return Table(t("Overlevelse over tid", "Survival over time"), tuple(columns), rows, id="udvikling")


def _newest_first(windows: Sequence[Window]) -> list[Window]:
    return sorted(windows, key=lambda one: -one.first)  # places and sexes stay in their order


def _window_row(one: Window, chosen: ChosenSurvival) -> TableRow:
    t = chosen.context.t
    place = t("Danmark", "Denmark") if not one.region else reference.region_name(one.region)
    sex = {"": t("Begge", "Both"), "F": t("Kvinder", "Women"), "M": t("Mænd", "Men")}[one.sex]
    values: list[Value] = []
    for point in one.points:
        values += [*_three(point), point.at_risk]
    return TableRow(
        (text.window_text(one), one.region, place, sex, one.point(1).cases, *values, *_three(one.standardised)),
        key=f"{one.first}.{one.region}.{one.sex}",
    )


def _three(point: NetPoint) -> tuple[Value, Value, Value]:
    return point.estimate, point.lower, point.upper


def renamed(table: Table, id: str) -> Table:
    """The same table under another name, where a page draws it twice."""
    return replace(table, id=id)
