"""Tables of /leverancer: the log, why a delivery was refused, what the last one changed, the snapshots.

The registry's alone: the public edition has none of these files.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.output import UsageError
from exports.files import Sheet
from exports.registry import export, stamp
from results import deliveries as data
from results.deliveries import Delivery, ExtractChange, MovedResult, StoredSnapshot
from results.table import Kind, Link, Named, Table, TableRow, of
from words import deliveries as text
from words import format as fmt
from words.quality import column_title, severity, table_title
from words.reader import Reader

LOG, REFUSED, FINDINGS = "leverancer", "leverancer-afvist", "leverancer-fund"
TURNED, MOVED, SNAPSHOTS = "leverancer-vurderinger", "leverancer-flyttet", "leverancer-udtraek"
_RANK = {"refused": 0, "held": 1, "unchanged": 2, "loaded": 3}


def _outcome(context: Reader, one: Delivery) -> Named:
    return Named(one.outcome, text.outcome(context, one), _RANK[one.outcome])


def of_log(context: Reader, found: Sequence[Delivery], id: str = "leverancer-log", title: str = "") -> Table:
    """One row for each delivery: when it came, what became of it, why not."""
    t = context.t
    columns = (
        *of(Kind.CODE, t("Kom (UTC)", "Came (UTC)"), t("Database", "Database"), keys="time database"),
        *of(Kind.TEXT, t("Del", "Part"), t("Mappe", "Folder"), t("Udfald", "Outcome"), keys="part folder outcome"),
        *of(Kind.DATE, t("Data til", "Data cut"), keys="cut"),
        *of(Kind.COUNT, t("Forløb", "Cases"), t("Fejl", "Errors"), t("Advarsler", "Warnings"),
            keys="cases errors warnings"),
        *of(Kind.CODE, t("Gældende udtræk bagefter", "Current snapshot afterwards"), keys="snapshot"),
        *of(Kind.TEXT, t("Afvist, fordi", "Refused because"), keys="why"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (text.moment(one.time), one.database, one.part, one.folder, _outcome(context, one), one.cut, one.cases,
             one.errors, one.warnings, one.snapshot, text.why(context, one)),
            key=f"{one.time:%Y%m%dT%H%M%S%f}.{one.folder}",
            link=Link("database", one.database) if one.database else None,
        )
        for one in found
    )  # fmt: skip
    title = title or t("Leverancer, den seneste først", "Deliveries, the latest first")
    return Table(title, columns, rows, id=id)


def of_refused(context: Reader, one: Delivery) -> Table:
    """Why a delivery was refused: its findings, errors first, as the command said them."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.TEXT, t("Art", "Kind"), t("Fund", "Finding"), t("Tabel", "Table"), keys="kind finding table_title"),
        *of(Kind.CODE, t("Tabelnavn", "Table name"), keys="table"),
        *of(Kind.TEXT, t("Kolonne", "Column"), keys="column_title"),
        *of(Kind.CODE, t("Kolonnenavn", "Column name"), keys="column"),
        *of(Kind.COUNT, t("Rækker", "Rows"), keys="rows"),
        *of(Kind.TEXT, t("Første rækker", "First rows"), t("Linjer i filen", "Lines of the file"),
            t("Værdier", "Values"), t("Råd", "Advice"), keys="first_rows lines values advice"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (severity(context, each.severity), each.text.in_(lang), table_title(each.table, lang), each.table,
             column_title(each.table, each.column, lang), each.column, each.rows, each.first_rows, each.lines,
             each.values.in_(lang), each.advice.in_(lang)),
            key=f"{number}",
        )
        for number, each in enumerate(data.why_refused(one), start=1)
    )  # fmt: skip
    when = text.when(context, text.moment(one.time))
    title = t(f"Fund i {one.folder}, der kom {when}", f"Findings in {one.folder}, which came {when}")
    more = t(f"{fmt.count(one.more, 'da')} fund til er ikke gemt.", f"{fmt.count(one.more, 'en')} more are not kept.")
    return Table(title, columns, rows, id="leverancer-afvist", footnotes=(more,) if one.more else ())


def of_finding_changes(context: Reader, found: ExtractChange) -> Table:
    """Findings that are new, resolved, or of other rows or values than before."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.TEXT, t("Ændring", "Change"), t("Art", "Kind"), t("Fund", "Finding"), t("Tabel", "Table"),
            keys="change kind finding table_title"),
        *of(Kind.CODE, t("Tabelnavn", "Table name"), keys="table"),
        *of(Kind.TEXT, t("Kolonne", "Column"), keys="column_title"),
        *of(Kind.CODE, t("Kolonnenavn", "Column name"), keys="column"),
        *of(Kind.COUNT, t("Rækker før", "Rows before"), t("Rækker nu", "Rows now"), keys="before rows"),
        *of(Kind.TEXT, t("Værdier før", "Values before"), t("Værdier nu", "Values now"), t("Del", "Part"),
            keys="values_before values part"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (Named(one.change, text.CHANGES[one.change].in_(lang)), severity(context, one.finding.severity),
             one.finding.text.in_(lang), table_title(one.finding.table, lang), one.finding.table,
             column_title(one.finding.table, one.finding.column, lang), one.finding.column, one.before, one.rows,
             one.values_before.in_(lang), one.values.in_(lang), one.finding.part),
            key=f"{number}",
        )
        for number, one in enumerate(found.findings, start=1)
    )  # fmt: skip
    title = t(f"Nye og løste fund, {context.database}", f"New and resolved findings, {context.database}")
    return Table(title, columns, rows, id="leverancer-fund")


def of_moved(context: Reader, found: Sequence[MovedResult], title: str, id: str) -> Table:
    """Results before and after: counts, rate and verdict, by unit, indicator and reporting year."""
    t, lang, first_month = context.t, context.lang, context.first_month
    columns = (
        *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"), *of(Kind.CODE, t("Enhedskode", "Unit code"), keys="code"),
        *of(Kind.TEXT, t("Indikator", "Indicator"), keys="indicator"),
        *of(Kind.PERIOD, t("Opgørelsesår", "Reporting year"), keys="period"),
        *of(Kind.COUNT, t("Tæller før", "Numerator before"), t("Nævner før", "Denominator before"),
            keys="old_numerator old_denominator"),
        *of(Kind.SHARE, t("Andel før", "Rate before"), keys="old_rate"),
        *of(Kind.COUNT, t("Tæller nu", "Numerator now"), t("Nævner nu", "Denominator now"),
            keys="numerator denominator"),
        *of(Kind.SHARE, t("Andel nu", "Rate now"), keys="rate"),
        *of(Kind.POINTS, t("Forskel", "Difference"), keys="difference"),
        *of(Kind.TEXT, t("Vurdering før", "Verdict before"), t("Vurdering nu", "Verdict now"),
            keys="old_verdict verdict"),
    )  # fmt: skip
    rows = []
    for one in found:
        old, new = one.before, one.after
        both = None if old.rate is None or new.rate is None else new.rate - old.rate
        named = (Named(cell.state, text.verdict(context, cell)) for cell in (old, new))
        indicator = Named(one.indicator.id, one.title.in_(lang))
        values = (old.numerator, old.denominator, old.rate, new.numerator, new.denominator, new.rate, both)
        rows.append(
            TableRow(
                (text.place(context, one), one.code, indicator, fmt.period(one.period, first_month, lang), *values,
                 *named),
                key=f"{one.indicator.id}.{one.site}.{one.level}.{one.code}.{one.period}",
                link=Link("indicator", one.indicator.id, one.site),
            )
        )  # fmt: skip
    return Table(title, columns, tuple(rows), id=id)


def moved(context: Reader, found: ExtractChange, most: int | None = None) -> Table:
    """Results of the country that another extract moved; the first ``most`` of them."""
    title = context.t(f"Indikatorer, der har flyttet sig, {context.database}, Danmark",
                      f"Indicators that moved, {context.database}, Denmark")  # fmt: skip
    return of_moved(context, found.moved[:most], title, "leverancer-flyttet")


def turned(context: Reader, found: ExtractChange, most: int | None = None) -> Table:
    """Verdicts that another extract turned; the first ``most`` of them."""
    title = context.t(f"Vurderinger, der er ændret, {context.database}", f"Verdicts that changed, {context.database}")
    return of_moved(context, found.turned[:most], title, "leverancer-vurderinger")


def of_snapshots(context: Reader, found: Sequence[StoredSnapshot]) -> Table:
    """The snapshots of the store, the newest first, with the extracts that came with each."""
    t = context.t
    columns = (
        *of(Kind.CODE, t("Udtræk", "Snapshot"), t("Lavet (UTC)", "Made (UTC)"), keys="id created"),
        *of(Kind.FLAG, t("Gældende", "Current"), keys="current"),
        *of(Kind.COUNT, t("Databaser", "Databases"), keys="databases"),
        *of(Kind.TEXT, t("Nyt i udtrækket", "New in the snapshot"), keys="brought"),
    )
    rows = tuple(
        TableRow(
            (one.id, text.moment(one.created), one.current, one.databases,
             ", ".join(f"{code} {cut.isoformat()}" for code, cut in one.brought)),
            key=one.id,
        )
        for one in found
    )  # fmt: skip
    return Table(t("Udtræk i lageret", "Snapshots of the store"), columns, rows, id="leverancer-udtraek")


# --- files ------------------------------------------------------------------------------------------------------------


@export(LOG, whole=True)
def log(context: Reader, database: str) -> Sheet:
    """The whole log; of one database where the subject names it."""
    found = data.deliveries(context.view.snapshot, _known(context, database))
    return Sheet(context.t("Leverancer", "Deliveries"), of_log(context, found), stamp(context, period=""))


@export(REFUSED, whole=True)
def refused(context: Reader, subject: str) -> Sheet:
    """Why the last delivery of the page's database was refused."""
    latest = next(iter(data.deliveries(context.view.snapshot, context.database, most=1)), None)
    if latest is None or latest.outcome != "refused":
        raise UsageError(f"the last delivery of {context.database} was not refused")
    return Sheet(context.t("Afvist", "Refused"), of_refused(context, latest), stamp(context, period=""))


@export(FINDINGS, whole=True)
def finding_changes(context: Reader, subject: str) -> Sheet:
    """New and resolved findings of the page's database."""
    return Sheet(
        context.t("Fund", "Findings"), of_finding_changes(context, _change(context)), stamp(context, period="")
    )


@export(TURNED, whole=True)
def turned_file(context: Reader, subject: str) -> Sheet:
    """Verdicts that turned in the page's database."""
    return Sheet(context.t("Vurderinger", "Verdicts"), turned(context, _change(context)), stamp(context, period=""))


@export(MOVED, whole=True)
def moved_file(context: Reader, subject: str) -> Sheet:
    """Results of the page's database that moved."""
    return Sheet(context.t("Flyttet", "Moved"), moved(context, _change(context)), stamp(context, period=""))


@export(SNAPSHOTS, whole=True)
def snapshots_file(context: Reader, subject: str) -> Sheet:
    """The store's snapshots."""
    found = data.snapshots(context.view.snapshot)
    return Sheet(context.t("Udtræk", "Snapshots"), of_snapshots(context, found), stamp(context, period=""))


def _change(context: Reader) -> ExtractChange:
    found = data.change(context.view)
    if found is None:
        raise UsageError(f"there is no earlier extract of {context.database} to compare with")
    return found


def _known(context: Reader, database: str) -> str:
    if database and database not in dict(context.databases):
        raise UsageError(f"there is no database '{database}'")
    return database
