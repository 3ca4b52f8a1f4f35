"""Survival of groups as a table: on its page, as a file and in the report."""

from __future__ import annotations

from collections.abc import Sequence

from exports.files import Sheet
from results.audit import full_name
from results.survival.curves import YEARS, Survival, SurvivalGroup
from results.table import Kind, Link, Named, On, Role, Said, Table, TableRow, of
from words import survival as text
from words.chosen.survival import ChosenSurvival, cohort_text

_LEVELS = {"nation": ("land", "country"), "group": ("gruppe", "group"), "department": ("afdeling", "department")}


def of_estimates(chosen: ChosenSurvival, results: Sequence[Survival]) -> Table:
    """Every estimate of the page: one row per group and year, hidden ones as such."""
    t = chosen.context.t
    columns = (
        *of(Kind.TEXT, t("mål", "measure"), t("opdelt efter", "divided by"), t("niveau", "level"),
            keys="measure by level"),
        *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("navn", "name"), keys="name"),
        *of(Kind.PERIOD, t("diagnosticeret", "diagnosed"), keys="diagnosed"),
        *of(Kind.YEARS, t("år fra diagnosen", "years since diagnosis"), decimals=0, keys="years"),
        *of(Kind.COUNT, t("forløb", "cases"), t("hændelser", "events"), t("i risiko", "at risk"),
            keys="cases events at_risk"),
        *of(Kind.SHARE, t("skøn", "estimate"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="estimate lower upper"),
        *of(Kind.TEXT, t("note", "note"), keys="note"),
        *of(Kind.TEXT, t("kort navn", "short name"), keys="short", on=On.PAGE),
        *of(Kind.CODE, t("tilstand", "state"), keys="state", on=On.PAGE),
        *of(Kind.COUNT, "n", keys="n", on=On.PAGE),
    )  # fmt: skip
    rows = []
    for result in results:
        years = YEARS[1:] if result.cohort == chosen.cohort else (1,)
        for group in result.groups:
            rows += [_estimate_row(result, group, year, chosen) for year in years]
    return Table(t("Overlevelse", "Survival"), columns, tuple(rows), id="overlevelse")


def sheet(chosen: ChosenSurvival, results: Sequence[Survival], stamp) -> Sheet:
    """The estimates as a file."""
    period = chosen.pinned.period_label.replace(" ", "-")
    return Sheet("overlevelse", of_estimates(chosen, results), stamp, period=period)


def _estimate_row(result: Survival, group: SurvivalGroup, year: int, chosen: ChosenSurvival) -> TableRow:
    context, t = chosen.context, chosen.context.t
    point = result.point(group, year)
    hidden = Said.HIDDEN if point.state == "hidden" else None
    note = text.reason(point, context) if point.state else ""
    if point.unknown:
        note = t(
            f"{point.unknown} dødsfald af ukendt årsag regnes som kræft",
            f"{point.unknown} deaths of unknown cause count as cancer",
        )
    numbers = (point.cases, point.events, point.at_risk, point.estimate, point.lower, point.upper)
    title_ = result.endpoint.title
    by = {
        "stage": t("stadie", "stage"),
        "region": t("region", "region"),
        "department": t("afdeling", "department"),
        "age_group": t("alder", "age"),
        "sex": t("køn", "sex"),
        "period": t("diagnoseår", "year of diagnosis"),
        "none": t("ingen", "none"),
    }[result.by]
    short = t(group.name.da, group.name.en)
    above = Role.REGION if result.by == "department" else Role.PLAIN
    own = group.level == "department" and group.code != "" and group.code == context.state.unit
    return TableRow(
        (
            t(title_.da, title_.en),
            Named(result.by, by),
            Named(group.level, t(*_LEVELS[group.level])),
            group.code,
            full_name(chosen.pinned.view, group.code) or short,
            cohort_text(context, result.cohort),
            year,
            *(hidden if hidden and value is None else value for value in numbers),
            note,
            short,
            point.state,
            Said.HIDDEN if (n := result.point(group, 0).cases) is None else n,
        ),
        {"nation": Role.TOTAL, "department": Role.UNIT}.get(group.level, above),
        own=own,
        key=key_of(result.by, group, year),
        link=Link("unit", group.code) if group.level == "department" and group.code else None,
    )


def key_of(by: str, group: SurvivalGroup, year: int) -> str:
    """The key of a row: a group at a year."""
    return f"{by}.{group.level}.{group.code}.{year}"
