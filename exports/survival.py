"""Downloads of the adjusted view of survival."""

from __future__ import annotations

from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results.audit import full_name
from results.survival.adjusted import GROUPINGS, Adjusted, AdjustedRow, Ratio, SurvivalDifference, adjusted
from results.survival.curves import HIDDEN, causes_delivered
from results.table import Kind, Link, Named, On, Role, Said, Table, TableRow, Value, of
from words import adjusted as text
from words import format as fmt
from words.chosen import survival as choices
from words.chosen.survival import ChosenSurvival
from words.reader import Reader
from words.survival import p_text


def of_page(chosen: ChosenSurvival) -> Adjusted | None:
    """The result that the page shows: of all deaths where causes are not delivered; None where nothing is divided."""
    if chosen.by not in GROUPINGS:
        return None
    endpoint = chosen.endpoint if causes_delivered(chosen.context.view) else "overall"
    return adjusted(chosen.context.view, chosen.by, endpoint, chosen.cohort)


@export("justeret", choices.EXTRAS)
def table(context: Reader, subject: str) -> Sheet:
    """Every hazard ratio of the adjusted view, before and after adjustment."""
    chosen = choices.read(context)
    if subject:
        raise UsageError(f"emne={subject}: this file has no such subject; leave emne out")
    if chosen.problems:
        raise UsageError("; ".join(one.text(context.lang) for one in chosen.problems))
    found = of_page(chosen)
    if found is None:
        raise UsageError("efter=ingen: nothing is divided; use stadie, region, afdeling, alder, koen or periode")
    period = chosen.pinned.period_label.replace(" ", "-")
    return Sheet("justeret", of_groups(found, chosen), _stamp(found, chosen), period=period)


#: The order in which verdicts are sorted.
_RANKS = {"higher": 0, "none": 1, "lower": 2}


def of_groups(found: Adjusted, chosen: ChosenSurvival) -> Table:
    """One row for each group: hazard ratios before and after adjustment, differences in survival and in days lived."""
    t = chosen.context.t
    spans = (
        ("crude", t("ujusteret", "crude")),
        ("adjusted", t("justeret", "adjusted")),
        ("early", t("justeret, første år", "adjusted, first year")),
        ("late", t("justeret, andet til femte år", "adjusted, second to fifth year")),
    )
    columns = (
        *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("navn", "name"), keys="name"),
        *of(Kind.PERIOD, t("diagnosticeret", "diagnosed"), keys="diagnosed"),
        *of(Kind.COUNT, t("patienter", "patients"), t("dødsfald inden for fem år", "deaths within five years"),
            keys="patients deaths"),
    )  # fmt: skip
    parts = (t("skøn", "estimate"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"))
    for key, span in spans:
        ratio, low, high = t("hazard ratio", "hazard ratio"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%")
        columns += of(Kind.RATIO, *(f"{name}, {span}" for name in (ratio, low, high)), keys=_three(key))
        columns += of(Kind.P, f"p, {span}", keys=f"{key}_p")
    for key, name in (
        ("one_year", t("forskel efter 1 år", "difference after 1 year")),
        ("five_years", t("forskel efter 5 år", "difference after 5 years")),
    ):
        columns += of(Kind.POINTS, *(f"{name}, {part}" for part in parts), keys=_three(key))
        columns += of(Kind.P, f"p, {name}", keys=f"{key}_p")
    lived, gap = t("dage levet inden for 5 år", "days lived within 5 years"), t("forskel i dage", "difference in days")
    columns += of(
        Kind.DAYS,
        lived,
        t("standardfejl", "standard error"),
        *(f"{gap}, {part}" for part in parts),
        decimals=1,
        keys=f"lived lived_error {_three('gap')}",
    )
    columns += of(Kind.P, f"p, {gap}", keys="gap_p")
    alike = t("når patienterne er ens", "if patients were alike")
    for key, name in (
        ("alike_one", t("forskel til landet efter 1 år", "difference from the country after 1 year")),
        ("alike_five", t("forskel til landet efter 5 år", "difference from the country after 5 years")),
    ):
        columns += of(Kind.POINTS, *(f"{name}, {alike}, {part}" for part in parts), keys=_three(key))
    days = t("dage levet inden for 5 år, forskel til landet", "days lived within 5 years, difference from the country")
    columns += of(Kind.DAYS, *(f"{days}, {alike}, {part}" for part in parts), decimals=1, keys=_three("alike_lived"))
    columns += of(Kind.TEXT, t("vurdering", "verdict"), keys="verdict")
    columns += of(Kind.TEXT, t("kort navn", "short name"), keys="short", on=On.PAGE)
    rows = tuple(_row(row, found, chosen) for row in found.rows)
    return Table(t("Justeret overlevelse", "Adjusted survival"), columns, rows, id="justeret")


def _three(key: str) -> str:
    return f"{key} {key}_lower {key}_upper"


def _row(row: AdjustedRow, found: Adjusted, chosen: ChosenSurvival) -> TableRow:
    t = chosen.context.t
    hidden = Said.HIDDEN if row.state == HIDDEN else None
    values: list[Value] = []
    for one in (row.crude, row.adjusted, row.early, row.late):
        values += _four(one, hidden)
    for one in (row.one_year, row.five_years):
        values += _four(one, hidden)
    values += [hidden] * 2 if row.lived is None else [row.lived.days, row.lived.error]
    values += _four(row.lived_gap, hidden)
    for one in (row.alike_one, row.alike_five, row.alike_lived):
        values += _four(one, hidden)[:3]
    key = row.verdict or row.state
    short = t(row.group.name.da, row.group.name.en)
    departments = found.by == "department"
    code = row.group.code
    return TableRow(
        (
            code,
            full_name(chosen.pinned.view, code) or short,
            chosen.cohort_text,
            row.patients if row.patients is not None else hidden,
            row.deaths if row.deaths is not None else hidden,
            *values,
            Named(key, text.verdict(row, chosen.context).lstrip("▲▼ "), _RANKS.get(key), absent=key not in _RANKS),
            short,
        ),
        Role.UNIT if departments else Role.PLAIN,
        own=departments and code == chosen.context.state.unit,
        key=code,
        link=Link("unit", code) if departments and code else None,
    )


def _four(one: Ratio | SurvivalDifference | None, hidden: Said | None) -> list[Value]:
    if one is None:
        return [hidden] * 4
    return [one.value, one.lower, one.upper, None if one.p != one.p else one.p]


def _stamp(found: Adjusted, chosen: ChosenSurvival) -> tuple[tuple[str, str], ...]:
    context, t = chosen.pinned, chosen.context.t
    rows = list(stamp(context, caveat=text.caveat(found, context)))
    if found.refused is None:
        against = (t("Sammenlignet med", "Compared with"), text.others(found, context))
        test = found.proportional
        told = f"χ² = {fmt.number(test.statistic, 2, context.lang)}, {p_text(test.p, context.lang)}"
        rows += [against, (t("Test af proportionale hazarder", "Test of proportional hazards"), told)]
    return tuple(rows)
