"""Demonstration data: invented extracts of every database, lifelike and with planted signals.

Nothing here describes a real patient, department or result. docs/demonstration-data.md tells what was built in.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from data import reference
from data.synthetic import care, cases, support, waits
from data.synthetic.draws import day
from data.synthetic.profiles import BY_CODE, PROFILES, Profile
from data.synthetic.signals import PlantedSignal, describe_signals
from data.synthetic.write import connect, write_manifest, write_table

__all__ = ["PlantedSignal", "SynthesisError", "describe_signals", "synthesise"]

FORMATS = ("csv", "parquet")
#: Days of waiting times before the data cut.
WAITS_DAYS = 3 * 365
#: Growth of the yearly volumes; the last year has the profile's.
GROWTH = 0.007


class SynthesisError(ValueError):
    """The demonstration data cannot be made as asked; the message says what to change."""


def synthesise(
    out: Path,
    databases: Sequence[str] | None = None,
    cases_per_year: int | None = None,
    years: tuple[int, int] = (2014, 2025),
    seed: int = 1,
    format: str = "csv",
    progress: Callable[[str], None] | None = None,
    to_cut: bool = False,
) -> list[Path]:
    """Writes one synthetic extract per database below ``out`` and returns the folders.

    ``databases`` None: all. ``cases_per_year`` per database; None: near the real Danish numbers. ``years``: first
    and last year of diagnosis; the data cut is 31 October of the year after. ``to_cut``: diagnoses also of the months
    between, up to the cut. The same seed gives the same bytes,
    whichever other databases are made. ``progress`` is called with a line of text after each database.
    An earlier synthetic extract in the way is replaced. Raises SynthesisError for a wrong choice.
    """
    codes = [profile.code for profile in PROFILES] if databases is None else list(databases)
    unknown = [code for code in codes if code not in BY_CODE]
    if unknown:
        raise SynthesisError(f"databases: {', '.join(unknown)} unknown; there are {', '.join(BY_CODE)}")
    if years[0] > years[1] or years[0] < 2007:
        raise SynthesisError(f"years: {years[0]}-{years[1]}; give a first and last year from 2007 on, e.g. 2014-2025")
    if cases_per_year is not None and not 1 <= cases_per_year <= 50_000:
        raise SynthesisError(f"cases per year: {cases_per_year}; give 1 to 50000")
    if seed < 0:
        raise SynthesisError(f"seed: {seed}; give 0 or more")
    if format not in FORMATS:
        raise SynthesisError(f"format: '{format}'; give csv or parquet")
    out.mkdir(parents=True, exist_ok=True)
    cut = dt.date(years[1] + 1, 10, 31)
    folders = [out / f"{code.lower()}-{cut:%Y-%m}" for code in codes]
    for folder in folders:
        _refuse_foreign(folder)
    with connect() as con:
        for number, (code, folder) in enumerate(zip(codes, folders, strict=True), start=1):
            rows = _extract(con, folder, BY_CODE[code], cases_per_year, years, cut, seed, format, to_cut)
            if progress is not None:
                progress(f"{code} ({number} of {len(codes)}): {rows['cases']} cases in {folder}")
    return folders


def _refuse_foreign(folder: Path) -> None:
    """Only an earlier synthetic extract may be replaced."""
    if not folder.exists():
        return
    manifest = folder / "extract.toml"
    synthetic = manifest.is_file() and tomllib.loads(manifest.read_text("utf-8")).get("synthetic") is True
    if not synthetic:
        raise SynthesisError(f"{folder} exists and is not a synthetic extract; choose another folder")


def _extract(
    con, folder: Path, profile: Profile, per_year, years, cut: dt.date, seed: int, form: str, to_cut: bool
) -> dict:
    """Makes one extract beside its place and moves it there; returns the row counts."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    start, end = dt.date(years[0], 1, 1), cut if to_cut else dt.date(years[1], 12, 31)
    counts = {
        year: per_year or max(1, round(profile.volume * (1 + GROWTH * (year - years[1]))))
        for year in range(years[0], end.year + 1)
    }
    rows = {
        name: write_table(con, partial, profile.code, name, columns, form)
        for name, columns in tables(profile, counts, cut, seed, dt.date(years[1], 12, 31))
    }
    write_manifest(partial, profile.code, cut, start, end, rows, form)
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)
    return rows


def tables(profile: Profile, counts: dict[int, int], cut: dt.date, seed: int, end: dt.date):
    """Yields (table name, columns) for every table that the database delivers and that has rows.

    ``end``: waits that begin later are copies, also where there are cases then: a queue needs waits that go on.
    """
    patients = cases.make(profile, counts, day(cut), seed)
    treated = care.treat(patients, seed)  # moves deaths, so it comes before everything that is shown
    staging = reference.database(profile.code).staging
    makers = {
        "cases": lambda: cases.columns(patients, staging, seed),
        "treatments": lambda: care.treatment_columns(patients, treated),
        "conferences": lambda: care.conference_columns(patients, treated, seed),
        "complications": lambda: care.complication_columns(patients, treated, seed),
        "palliative": lambda: support.palliative_columns(patients, seed),
        "trials": lambda: support.trial_columns(patients, seed),
        "pro": lambda: support.pro_columns(patients, seed),
        "waits": lambda: waits.columns(patients, treated, seed, day(cut) - WAITS_DAYS, day(end)),
        "coverage": lambda: cases.coverage(patients, seed),
    }
    for name, make in makers.items():
        if name not in profile.omits:
            yield name, make()
