"""The checks of an import: values, keys, references between tables, dates, plausibility.

A check is a condition in SQL that is TRUE for a row at fault. One scan counts all conditions of a table;
only for the conditions that hit, a second query fetches the first row numbers. No value is ever fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data import reference
from data.extract import CPR, Staged, extra_columns, find_files, stage
from data.extract_toml import Manifest, read_manifest
from data.findings import FIRST_ROWS, Finding, by_severity
from data.schema import Column, Table
from data.waiting import clock_start, days_over

#: A required variable filled in less often than this is a warning.
COMPLETE_SHARE = 0.90


@dataclass(frozen=True)
class Check:
    """``condition`` is TRUE for a row at fault, on table ``s`` and with {joins} already made."""

    rule: str
    column: str
    condition: str
    detail: str = ""


@dataclass(frozen=True)
class Inspection:
    """A checked extract: its manifest (None if unreadable), the staged tables and all findings."""

    folder: Path
    manifest: Manifest | None
    staged: dict[str, Staged]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    @property
    def rows(self) -> dict[str, int]:
        return {name: staged.rows for name, staged in self.staged.items()}


def inspect(con: duckdb.DuckDBPyConnection, folder: Path) -> Inspection:
    """Stage and check a whole extract on ``con``; the staged tables stay there for the load."""
    manifest, findings = read_manifest(folder)
    if manifest is None:
        return Inspection(folder, None, {}, tuple(findings))
    files, more = find_files(folder, manifest)
    findings += more
    staged: dict[str, Staged] = {}
    for file in files:
        one, more = stage(con, file, manifest)
        findings += more
        if one is not None:
            staged[file.table.name] = one
    unreadable = {file.table.name for file in files} - set(staged)
    _stage_units(con, staged)
    for one in staged.values():
        findings += check_table(con, one, manifest, staged, unreadable)
    if "cases" in staged:
        cases = staged["cases"].rows
        if cases == 0:
            findings.append(Finding("empty_cases", "cases", detail="an extract has at least one case"))
    return Inspection(folder, manifest, staged, tuple(by_severity(findings)))


def required_variables(staging: str, delivered: Collection[str]) -> tuple[str, ...]:
    """The case variables whose completeness a database answers for (indicator variables_complete).

    ``delivered``: the columns that cases came with; one that was not delivered is left out.
    """
    tnm = ("t", "n", "m") if staging == "TNM" else ()
    grouping = ("stage",) if staging != "none" else ()
    names = ("sex", "residence_region", "department", *tnm, *grouping, "performance_status", "charlson")
    return tuple(name for name in names if name in delivered)


def _stage_units(con: duckdb.DuckDBPyConnection, staged: dict[str, Staged]) -> None:
    """Temporary tables ``known_units`` (reference and the extract's own) and ``known_regions`` (dated)."""
    con.execute("CREATE OR REPLACE TEMP TABLE reference_units (code VARCHAR, hospital VARCHAR, region VARCHAR)")
    insert_rows(con, "reference_units", [(unit.code, unit.hospital, unit.region) for unit in reference.departments()])
    own = "UNION SELECT code FROM stage_departments WHERE code IS NOT NULL" if "departments" in staged else ""
    con.execute(f"CREATE OR REPLACE TEMP TABLE known_units AS SELECT code FROM reference_units {own}")
    con.execute("CREATE OR REPLACE TEMP TABLE known_regions (code VARCHAR, valid_from DATE, valid_to DATE)")
    regions = [(region.code, region.valid_from, region.valid_to) for region in reference.regions()]
    insert_rows(con, "known_regions", regions)


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple]) -> None:
    """Insert a reference list in one statement; executemany takes a third of a second for it."""
    columns = list(zip(*rows, strict=True))
    con.execute(f"INSERT INTO {table} SELECT {', '.join('unnest(?)' for _ in columns)}", [list(c) for c in columns])


def check_table(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    manifest: Manifest,
    others: dict[str, Staged],
    unreadable: set[str],
) -> list[Finding]:
    """All findings on one staged table."""
    table = staged.table
    findings = _run(con, table, [*_value_checks(con, table, manifest), *_row_checks(table, manifest, others)], others)
    if "departments" in unreadable:
        # Units that could not be read are not unknown: the finding on their own file says what is wrong.
        findings = [finding for finding in findings if finding.rule != "unknown_department"]
    broken = {finding.column for finding in findings if finding.is_error}
    # A CPR number in a column of codes or dates is already an error; say the graver thing about it.
    suspects = [column for column in table.columns if column.name in broken and column.kind != "text"]
    findings += _run(con, table, [_anonymity(column.name) for column in suspects], others)
    if table.key and not broken & set(table.key):
        findings += _duplicates(con, table)
    findings += _completeness(con, staged, manifest)
    if table.name != "cases" and "case_id" in table.names and "cases" not in unreadable and "cases" in others:
        findings += _unknown_cases(con, table)
    return findings


def _anonymity(column: str) -> Check:
    return Check(
        "not_anonymised",
        column.removeprefix("extra_"),
        f"regexp_matches(s.\"{column}\", '{CPR}')",
        "a value is shaped like a CPR number; replace it by a pseudonym",
    )


def _value_checks(con: duckdb.DuckDBPyConnection, table: Table, manifest: Manifest) -> Iterator[Check]:
    for column in table.columns:
        name = f"s.{column.name}"
        if column.filled:
            yield Check("required_value", column.name, f"{name} IS NULL", "each row needs a value")
        unbounded = column.kind == "integer" and column.high is None
        if (column.kind == "text" or unbounded) and not (column.name == "case_id" and table.name != "cases"):
            # A child's case_id must be one of cases, where it is checked. Codes and dates cannot hold a CPR number,
            # a whole number without an upper bound can.
            yield _anonymity(column.name)
        yield from _kind_checks(column, name, manifest)
    for name in extra_columns(con, table):
        yield _anonymity(name)


def _day(column: str) -> str:
    """A staged column as a date, NULL where it is none. Ten characters, so that 'infinity' and years BC are none."""
    return f"TRY_CAST(CASE WHEN length(s.{column}) = 10 THEN s.{column} END AS DATE)"


def _kind_checks(column: Column, name: str, manifest: Manifest) -> Iterator[Check]:
    if column.kind == "date":
        day = _day(column.name)
        yield Check(
            "date", column.name, f"{name} IS NOT NULL AND coalesce({day}::VARCHAR <> {name}, TRUE)", "write YYYY-MM-DD"
        )
        if not column.future:
            yield Check(
                "future_date", column.name, f"{day} > DATE '{manifest.data_cut}'", f"data_cut is {manifest.data_cut}"
            )
    elif column.kind == "integer":
        number = f"TRY_CAST({name} AS INTEGER)"
        low = -(2**31) if column.low is None else column.low
        high = 2**31 - 1 if column.high is None else column.high
        yield Check(
            "number",
            column.name,
            f"{name} IS NOT NULL AND coalesce(NOT regexp_full_match({name}, '-?[0-9]+') "
            f"OR {number} NOT BETWEEN {low} AND {high}, TRUE)",
            f"whole numbers from {low} to {high}" if column.high is not None else f"whole numbers from {low}",
        )
    elif column.kind == "boolean":
        yield Check("boolean", column.name, f"{name} NOT IN ('true', 'false')", "write true or false")
    elif column.kind == "code":
        values = ", ".join(f"'{code}'" for code in column.codes)
        yield Check("code", column.name, f"{name} NOT IN ({values})", f"the list is {', '.join(column.codes)}")
    elif column.kind == "department":
        yield Check(
            "unknown_department",
            column.name,
            f"{name} IS NOT NULL AND {name} NOT IN (SELECT code FROM known_units)",
            "use a code of the reference list or deliver the unit in departments",
        )
    elif column.kind == "region":
        codes = ", ".join(sorted(region.code for region in reference.regions()))
        yield Check("region", column.name, f"{name} NOT IN (SELECT code FROM known_regions)", f"the list is {codes}")


def _row_checks(table: Table, manifest: Manifest, others: dict[str, Staged]) -> Iterator[Check]:
    if table.name == "cases":
        diagnosis, vital = _day("diagnosis_date"), _day("vital_date")
        yield _region_on(diagnosis, "residence_region")
        yield Check(
            "death_before_diagnosis",
            "vital_date",
            f"s.vital_status = 'dead' AND {vital} < {diagnosis}",
            "correct the dates",
        )
        yield Check(
            "contact_before_diagnosis",
            "vital_date",
            f"s.vital_status <> 'dead' AND {vital} < {diagnosis}",
            "correct the dates",
        )
        yield Check(
            "outside_period",
            "diagnosis_date",
            f"{diagnosis} NOT BETWEEN DATE '{manifest.start}' AND DATE '{manifest.end}'",
            f"[period] is {manifest.start} to {manifest.end}",
        )
        yield Check(
            "cause_missing",
            "cause_of_death",
            "s.vital_status = 'dead' AND s.cause_of_death IS NULL",
            "they are counted as deaths of cancer, with bounds",
        )
    day = {"treatments": "start_date", "conferences": "date", "complications": "date"}.get(table.name)
    if day and "cases" in others:
        yield Check("before_diagnosis", day, f"{_day(day)} < TRY_CAST(c.diagnosis_date AS DATE) - 30")
    if table.name == "departments":
        yield Check(
            "department_conflict",
            "code",
            "EXISTS (SELECT 1 FROM reference_units k WHERE k.code = s.code "
            "AND (k.hospital <> s.hospital OR k.region <> s.region))",
            "choose another code",
        )
    if table.name == "waits":
        yield from _wait_checks()


def _region_on(day: str, column: str) -> Check:
    return Check(
        "region",
        column,
        f"s.{column} IN (SELECT code FROM known_regions) AND {day} IS NOT NULL AND NOT EXISTS ("
        f"SELECT 1 FROM known_regions k WHERE k.code = s.{column} "
        f"AND ({day} >= k.valid_from OR k.valid_from IS NULL) AND ({day} <= k.valid_to OR k.valid_to IS NULL))",
        "the code is not valid on the date; see data/reference/regions.csv",
    )


def _wait_checks() -> Iterator[Check]:
    """The rules of the waiting-time table."""

    def column(name: str) -> str:
        return f"TRY_CAST(s.{name} AS DATE)" if name.endswith("_date") else f"s.{name}"

    referral, consent, stop = column("referral_date"), column("consent_date"), column("stop_date")
    start, over = clock_start(column), f"{days_over(stop, column)} > 0"
    yield _region_on(referral, "residence_region")
    yield Check("stop_without_end", "end", 's.stop_date IS NOT NULL AND s."end" IS NULL', "say how the wait ended")
    yield Check("end_without_stop", "stop_date", 's."end" IS NOT NULL AND s.stop_date IS NULL', "give the date")
    yield Check("stop_before_start", "stop_date", f"{stop} < ({start})")
    yield Check("consent_after_stop", "consent_date", f"{consent} > {stop}")
    yield Check(
        "started_without_consent",
        "consent_date",
        "s.leg = 'treatment' AND s.\"end\" = 'started' AND s.consent_date IS NULL",
    )
    yield Check(
        "overrun_without_reason", "overrun_reason", f"s.\"end\" = 'started' AND s.overrun_reason IS NULL AND {over}"
    )
    yield Check(
        "reason_without_documentation",
        "offer_documented",
        "s.overrun_reason = 'capacity' AND NOT (coalesce(s.alternative_offered, 'false') = 'true' "
        "AND coalesce(s.offer_documented, 'false') = 'true' AND s.accepted_wait_date IS NOT NULL)",
    )


def _run(con, table: Table, checks: list[Check], others: dict[str, Staged]) -> list[Finding]:
    if not checks:
        return []
    joined = any("c.diagnosis_date" in check.condition for check in checks)
    source = f"stage_{table.name} s" + (
        " LEFT JOIN (SELECT case_id, any_value(diagnosis_date) AS diagnosis_date FROM stage_cases GROUP BY 1) c "
        "ON c.case_id = s.case_id"
        if joined
        else ""
    )
    counts = ", ".join(f"countif({check.condition})" for check in checks)
    hits = con.execute(f"SELECT {counts} FROM {source}").fetchone()
    findings = []
    for check, hit in zip(checks, hits, strict=True):
        if hit:
            rows = con.execute(
                f"SELECT s.rowid + 1 FROM {source} WHERE {check.condition} ORDER BY 1 LIMIT {FIRST_ROWS}"
            ).fetchall()
            findings.append(
                Finding(check.rule, table.name, check.column, hit, tuple(row[0] for row in rows), check.detail)
            )
    return findings


def _duplicates(con, table: Table) -> list[Finding]:
    key = ", ".join(f'"{name}"' for name in table.key)
    filled = " AND ".join(f'"{name}" IS NOT NULL' for name in table.key)
    total, distinct = con.execute(
        f"SELECT count(*), count(DISTINCT ({key})) FROM stage_{table.name} WHERE {filled}"
    ).fetchone()
    if total == distinct:
        return []
    rows = con.execute(
        f"SELECT row FROM (SELECT rowid + 1 AS row, row_number() OVER (PARTITION BY {key} ORDER BY rowid) AS place "
        f"FROM stage_{table.name} WHERE {filled}) WHERE place > 1 ORDER BY 1 LIMIT {FIRST_ROWS}"
    ).fetchall()
    return [
        Finding(
            "duplicate_key",
            table.name,
            "+".join(table.key),
            total - distinct,
            tuple(row[0] for row in rows),
            "each key once; the rows named repeat an earlier one",
        )
    ]


def _unknown_cases(con, table: Table) -> list[Finding]:
    source = f"stage_{table.name} s ANTI JOIN stage_cases c ON c.case_id = s.case_id WHERE s.case_id IS NOT NULL"
    count = con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
    if not count:
        return []
    rows = con.execute(f"SELECT s.rowid + 1 FROM {source} ORDER BY 1 LIMIT {FIRST_ROWS}").fetchall()
    found = [
        Finding(
            "unknown_case",
            table.name,
            "case_id",
            count,
            tuple(row[0] for row in rows),
            "deliver the case or remove the row",
        )
    ]
    return found + _run(con, table, [_anonymity("case_id")], {})


def _completeness(con, staged: Staged, manifest: Manifest) -> list[Finding]:
    table = staged.table
    names = [column.name for column in table.columns if column.required and not column.filled]
    if table.name == "cases":
        needed = required_variables(reference.database(manifest.database).staging, staged.columns)
        names = list(dict.fromkeys([*names, *needed]))
    if not names or not staged.rows:
        return []
    counts = con.execute(
        f"SELECT {', '.join(f'count({chr(34)}{name}{chr(34)})' for name in names)} FROM stage_{table.name}"
    ).fetchone()
    poor = [(name, count) for name, count in zip(names, counts, strict=True) if count < COMPLETE_SHARE * staged.rows]
    checks = [
        Check("incomplete", name, f's."{name}" IS NULL', f"filled in {100 * count / staged.rows:.1f} %")
        for name, count in poor
    ]
    return _run(con, table, checks, {})
