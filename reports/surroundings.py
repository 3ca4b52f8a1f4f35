"""Who reads a report: a Reader without a page, of a snapshot, an edition, a database and a reporting year."""

from __future__ import annotations

from data import reference
from data.output import UsageError, known_database
from data.store import Snapshot
from results.nodes import active_units
from results.publishing import frames
from results.view import Edition, View, periods
from words import format as fmt
from words.choices import State, parse_period
from words.reader import Reader


def reader(snapshot: Snapshot, edition: Edition, database: str, period: str, lang: str) -> Reader:
    """The surroundings of a report. Raises UsageError for a database or period that does not exist, naming those that
    do."""
    known_database(database, snapshot.databases)
    if edition.hides:
        snapshot = frames.public_of(snapshot, edition)
    about, info = reference.database(database), snapshot.info(database)
    years = periods(snapshot, database)
    named = f"{fmt.period(years[0], about.year_start)}–{fmt.period(years[-1], about.year_start)}"
    try:
        year = parse_period(period)
    except ValueError:
        raise UsageError(f"--period: '{period}' is no reporting year; {database} has {named}") from None
    if year not in years:
        raise UsageError(f"--period: {database} has no reporting year {period}; it has {named}")
    state = State(database=database, period=year, lang=lang, first_month=about.year_start)
    view = View(snapshot, edition, database, year)
    codes = [row for row in reference.databases() if row.code in snapshot.databases]
    return Reader(
        state=state,
        path="/rapport",
        snapshot_id=snapshot.id,
        data_cut=info.data_cut,
        synthetic=info.synthetic,
        edition=edition.name,
        threshold=edition.threshold,
        database=database,
        databases=tuple((one.code, f"{one.code} · {one.title_da if lang == 'da' else one.title_en}") for one in codes),
        period=year,
        periods=tuple(reversed(years)),
        first_month=about.year_start,
        view=view,
        units=active_units(view),
        stages=view.has_stages or not about.has_stages,
    )
