"""Downloads: every table of a page as CSV and XLSX, from the same protected results as the page.

A page module registers what it offers with ``@export("name")``; the address is
``/hent/<name>.csv?<the page's own query>&emne=<subject>`` and so a permalink.
"""

from __future__ import annotations

from collections.abc import Callable

from exports.files import Sheet
from results.cube import DEFINITION_VERSION
from words import delivered
from words.choices import Choices
from words.reader import Reader

Export = Callable[[Reader, str], Sheet]
#: Whether a file is of all patients whatever the filters: always, never, or as the surroundings have it.
Whole = bool | Callable[[Reader], bool]
_EXPORTS: dict[str, tuple[Export, dict[str, Choices], Whole]] = {}
#: Files that count spans of months too, as their pages do.
OF_MONTHS = {
    "overblik", "enheder", "rkkp", "indikator-udvikling", "afdeling", "forloeb", "casemix", "sammenlign", "matrix",
    "forsoeg-grunde", "maaneder",
}  # fmt: skip


def export(name: str, extras: dict[str, Choices] | None = None, whole: Whole = False) -> Callable[[Export], Export]:
    """Register a download: the function gets the page context and the subject ("" where there is none).

    It returns a Sheet and raises UsageError for a subject that does not exist. ``extras``: the page's own parameters.
    ``whole``: the file is of all patients, whatever the filters in its address, and says so.
    """

    def register(function: Export) -> Export:
        if name in _EXPORTS and _EXPORTS[name][0].__module__ != function.__module__:
            raise ValueError(f"download '{name}' is registered twice")
        _EXPORTS[name] = (function, extras or {}, whole)
        return function

    return register


def stamp(context: Reader, period: str | None = None, caveat: str = "") -> tuple[tuple[str, str], ...]:
    """What every file says of its numbers, as (label, value) pairs. ``period``: the file's own, where it is not the
    page's; empty where its rows have periods of their own. ``caveat``: instead of "not adjusted for case mix"."""
    t = context.t
    place = (
        t("behandlende region", "treating region")
        if context.state.place == "treating"
        else t("bopælsregion", "region of residence")
    )
    rows = [
        (t("Database", "Database"), context.database_label),
        *([(t("Periode", "Period"), context.period_label if period is None else period)] if period != "" else []),
        (t("Patienter", "Patients"), context.patients_text()),
        (t("Sted", "Place"), place),
        (t("Data til og med", "Data up to and including"), context.data_cut.isoformat()),
        (t("Udtræk", "Snapshot"), context.snapshot_id),
        (t("Definitionsversion", "Definition version"), DEFINITION_VERSION),
        (t("Udgave", "Edition"), context.edition_text()),
        (t("Forbehold", "Caveat"), caveat or t("Ikke case-mix-justeret", "Not adjusted for case mix")),
    ]
    if before := context.former_text():
        rows.append((t("Bemærk", "Note"), before))
    if said := delivered.notes(context):
        rows.append((t("Ikke leveret", "Not delivered"), " ".join(said)))
    if context.synthetic:
        rows.append((t("Data", "Data"), t("syntetiske data", "synthetic data")))
    return tuple(rows)
