"""Downloads of /om: the standards of a database, and every definition with its SQL conditions."""

from __future__ import annotations

from data import reference
from data.reference import Standard
from exports.files import Sheet
from exports.registry import export, stamp
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.declaration import FAMILIES, Indicator
from results.table import Kind, Link, Named, Table, TableRow, Value, of
from words.about import source_text
from words.reader import Reader


def standards_of(database: str) -> list[Standard]:
    """The standards that hold for a database, in catalogue order; its own replace those of every database."""
    rows = [one for one in reference.standards() if one.database in (database, "*") and one.indicator in BY_ID]
    own = {(one.indicator, one.kind, one.site, one.stage) for one in rows if one.database == database}
    kept = [one for one in rows if one.database != "*" or (one.indicator, one.kind, one.site, one.stage) not in own]
    order = list(BY_ID)
    return sorted(kept, key=lambda one: (order.index(one.indicator), one.kind, one.site, one.stage))


def title_of(indicator: Indicator, lang: str) -> str:
    """Title with qualifier."""
    more = f", {indicator.qualifier.in_(lang)}" if indicator.qualifier is not None else ""
    return indicator.title.in_(lang) + more


@export("standarder", whole=True)
def standards_sheet(context: Reader, subject: str) -> Sheet:
    """The standards of the chosen database; there is no subject."""
    return Sheet(context.t("Standarder", "Standards"), of_standards(context), stamp(context))


def of_standards(context: Reader) -> Table:
    """The standards of the chosen database: value, validity, source, and whether they are verified."""
    t, lang = context.t, context.lang
    rows: list[TableRow] = []
    for one in standards_of(context.database):
        indicator = BY_ID[one.indicator]
        known = why_not_reported(indicator, context.view.info) is None
        kinds = {"standard": "standard", "target": t("udviklingsmål", "target")}
        values = (
            title_of(indicator, lang), one.indicator, one.site, one.stage, one.operator, one.value,
            Named(one.kind, kinds[one.kind]),
            t("alle databaser", "all databases") if one.database == "*" else one.database,
            one.valid_from, one.valid_to, source_text(one.source, lang), one.verified, known,
        )  # fmt: skip
        rows.append(TableRow(values, key=one.indicator, link=Link("indicator", one.indicator)))
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator"), keys="indicator"),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site"), t("Stadie", "Stage"),
            keys="id site stage"),
        *of(Kind.TEXT, t("Tegn", "Operator"), keys="operator"), *of(Kind.SHARE, t("Værdi", "Value"), keys="value"),
        *of(Kind.TEXT, t("Art", "Kind"), t("Gælder", "Holds for"), keys="kind holds_for"),
        *of(Kind.DATE, t("Fra", "From"), t("Til", "Until"), keys="valid_from valid_to"),
        *of(Kind.TEXT, t("Kilde", "Source"), keys="source"),
        *of(Kind.FLAG, t("Verificeret", "Verified"), t("Opgøres", "Reported"), keys="verified reported"),
    )  # fmt: skip
    title = t(f"Standarder for {context.database}", f"Standards of {context.database}")
    return Table(title, columns, tuple(rows), id="standarder-liste")


@export("definitioner", whole=True)
def definitions_sheet(context: Reader, subject: str) -> Sheet:
    """Every definition of the catalogue with its SQL conditions; there is no subject."""
    t, lang = context.t, context.lang
    families = {one.id: one.title.in_(lang) for one in FAMILIES}
    rows: list[tuple[Value, ...]] = []
    for one in CATALOGUE:
        words = one.definition
        parts = (words.population, words.excluded, words.denominator, words.numerator, words.missing, words.unit)
        better = (
            t("højere er bedre", "higher is better")
            if one.higher_is_better
            else t("lavere er bedre", "lower is better")
        )
        sql = ("", "", "", "", "")
        if not one.survival_years:
            sql = (one.rows, one.index_date, one.population, one.exclusion, one.numerator)
        recommendation = one.recommendation.in_(lang) if one.recommendation is not None else ""
        texts = tuple(text.in_(lang) for text in parts)
        rows.append(
            (title_of(one, lang), one.id, families[one.family], better, *texts, one.follow_up, recommendation, *sql)
        )
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator")), *of(Kind.CODE, t("Indikatorkode", "Indicator code")),
        *of(Kind.TEXT, t("Gruppe", "Family"), t("Retning", "Direction"), "Population", t("Ekskluderet", "Excluded"),
            t("Nævner", "Denominator"), t("Tæller", "Numerator"), t("Uoplyst", "Missing"),
            t("Tilhører", "Attributed to")),
        *of(Kind.DAYS, t("Opfølgning (dage)", "Follow-up (days)")),
        *of(Kind.TEXT, t("Anbefaling", "Recommendation"), t("SQL: rækker", "SQL: rows"), t("SQL: dato", "SQL: date"),
            "SQL: population", t("SQL: ekskluderet", "SQL: excluded"), t("SQL: tæller", "SQL: numerator")),
    )  # fmt: skip
    title = t("Definitioner af alle indikatorer", "Definitions of all indicators")
    return Sheet(t("Definitioner", "Definitions"), Table(title, columns, tuple(rows)), stamp(context))
