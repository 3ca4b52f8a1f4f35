"""The checks of an import: values, keys, references between tables, dates, plausibility.

A check is a condition in SQL that is TRUE for a row at fault; ``data.scan`` looks for the rows. All checks run that
can: one run shows all that is wrong, and each cause has one line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from data import nearest, persons, reference
from data.extract import Staged, find_files, links_outside, named_extra, quoted, stage
from data.extract_toml import PART, TOML, ExtractManifest, read_manifest
from data.findings import ERROR, FIRST_ROWS, FIRST_VALUES, IMPRECISE, INFO, RULE, Finding, Value, Words, by_severity
from data.normalise import normalise
from data.scan import Check, first_rows, run, stage_case_days, with_lines, with_values
from data.schema import SchemaColumn, SchemaTable
from data.waiting import clock_start, covered, days_over

#: A required variable filled in less often than this is a warning.
COMPLETE_SHARE = 0.90
#: More cases than this share outside the database's own diagnoses: another database's file was delivered.
OUTSIDE_SHARE = 0.20
#: A department of so many cases in the last full year is missed when it has none.
MISSED_CASES = 20
#: More than this share of a column's values is a column of person numbers without their first zero.
LOST_ZERO_SHARE = 0.50
FIRST_YEAR = 1900

#: Pairs of dates of one row whose order is given: table, later, earlier, days that the later may lie before it.
ORDERED: tuple[tuple[str, str, str, int], ...] = (
    ("cases", "registered_date", "diagnosis_date", 30),
    ("palliative", "received_date", "referred_date", 0),
    ("palliative", "screened_date", "referred_date", 0),
    ("pro", "answered_date", "sent_date", 0),
    ("waits", "notified_date", "referral_date", 0),
    ("waits", "booked_date", "referral_date", 0),
    ("waits", "decision_date", "referral_date", 0),
    ("waits", "accepted_wait_date", "referral_date", 0),
    ("waits", "registered_date", "referral_date", 0),
    ("departments", "valid_to", "valid_from", 0),
)
#: What nobody does after death: table and dates.
OF_THE_LIVING: tuple[tuple[str, str], ...] = (
    ("treatments", "start_date"),
    ("conferences", "date"),
    ("complications", "date"),
    ("palliative", "referred_date"),
    ("palliative", "received_date"),
    ("palliative", "screened_date"),
    ("trials", "date"),
    ("pro", "sent_date"),
    ("pro", "answered_date"),
    ("waits", "referral_date"),
)
_AFTER_DEATH_OPERATED = Words(
    "Ret den ene af de to datoer ved kilden; et dødsfald før en operation regnes ikke som følge af den",
    "Correct one of the two dates at the source; a death before an operation is no death after it",
)
#: Dates that lie at most 30 days before the diagnosis.
AFTER_DIAGNOSIS = {"treatments": "start_date", "conferences": "date", "complications": "date"}


@dataclass(frozen=True)
class Inspection:
    """A checked extract: its manifest (None if unreadable), the staged tables and all findings."""

    folder: Path
    manifest: ExtractManifest | None
    staged: dict[str, Staged]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    @property
    def rows(self) -> dict[str, int]:
        return {name: staged.rows for name, staged in self.staged.items()}


def _imprecise(manifest: ExtractManifest) -> list[Finding]:
    """What extract.toml says is less precise than it looks, with what is lost by it."""
    found = []
    for name, units in manifest.precision.items():
        table, _, column = name.partition(".")
        lost = [IMPRECISE[unit] for unit in units]
        da, en = ("; ".join(one.in_(lang) for one in lost) for lang in ("da", "en"))
        said = Words(da[0].upper() + da[1:], en[0].upper() + en[1:])
        found.append(Finding("imprecise", table, column, sum(units.values()), detail=said))
    return found


def inspect(con: duckdb.DuckDBPyConnection, folder: Path) -> Inspection:
    """Stage and check a whole extract on ``con``; the staged tables stay there for the load."""
    findings = links_outside(folder)
    outside = frozenset(finding.table for finding in findings)
    if TOML in outside:
        return Inspection(folder, None, {}, tuple(findings))
    manifest, more = read_manifest(folder)
    findings += more
    if manifest is None:
        return Inspection(folder, None, {}, tuple(findings))
    findings += _imprecise(manifest)
    files, more = find_files(folder, manifest, outside)
    findings += more
    staged: dict[str, Staged] = {}
    for file in files:
        one, more = stage(con, file, manifest)
        findings += more
        if one is not None:
            staged[file.table.name] = one
    unreadable = {file.table.name for file in files} | {Path(name).stem for name in outside}
    unreadable = (unreadable | {one.table for one in findings if one.rule == "unreadable"}) - set(staged)
    for name in staged:
        findings += _line_breaks(con, staged[name])
        findings += normalise(con, staged, name)
    _stage_units(con, staged)
    if "cases" in staged:
        stage_case_days(con)
    for one in staged.values():
        findings += check_table(con, one, manifest, staged, unreadable)
    if "cases" in staged:
        cases = staged["cases"].rows
        if cases == 0:
            findings.append(Finding("empty_cases", "cases"))
    return Inspection(folder, manifest, staged, tuple(by_severity(with_lines(staged, findings))))


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
    con.execute(
        "CREATE OR REPLACE TEMP TABLE reference_units (code VARCHAR, hospital VARCHAR, region VARCHAR, valid_to DATE)"
    )
    units = [(unit.code, unit.hospital, unit.region, unit.valid_to) for unit in reference.departments()]
    insert_rows(con, "reference_units", units)
    own = (
        f"UNION ALL SELECT code, {day('valid_to')} FROM stage_departments s WHERE code IS NOT NULL"
        if "departments" in staged
        else ""
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE known_units AS SELECT code, min(valid_to) AS valid_to "
        f"FROM (SELECT code, valid_to FROM reference_units {own}) GROUP BY code"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE known_regions (code VARCHAR, valid_from DATE, valid_to DATE)")
    regions = [(region.code, region.valid_from, region.valid_to) for region in reference.regions()]
    insert_rows(con, "known_regions", regions)


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple]) -> None:
    """Insert a reference list in one statement; executemany takes a third of a second for it."""
    columns = list(zip(*rows, strict=True))
    con.execute(f"INSERT INTO {table} SELECT {', '.join('unnest(?)' for _ in columns)}", [list(c) for c in columns])


def check_table(
    con: duckdb.DuckDBPyConnection,
    one: Staged,
    manifest: ExtractManifest,
    staged: dict[str, Staged],
    unreadable: set[str],
) -> list[Finding]:
    """All findings on one staged table."""
    table, name = one.table, one.table.name
    checks = [*_value_checks(table, manifest), *_row_checks(table, manifest, staged)]
    findings = run(con, staged, name, [check for check in checks if _applies(check, one)])
    if "departments" in unreadable:
        # Units that could not be read are not unknown: the finding on their own file says what is wrong.
        findings = [finding for finding in findings if finding.rule != "unknown_department"]
    broken = {finding.column for finding in findings if finding.is_error}
    unknown = []
    if name != "cases" and "case_id" in one.columns and "cases" in staged and "case_id" in staged["cases"].columns:
        unknown = _unknown_cases(con, table)
        findings += unknown
    texts = {column.name for column in table.columns if _may_hold_a_person(column, table)}
    # A person number in a column of codes or dates is already an error; say the graver thing about it.
    suspects = broken | {finding.column for finding in unknown}
    known = [(quoted(column), column) for column in table.names if column in one.columns & (texts | suspects)]
    findings += _persons(con, name, known + list(named_extra(one)))
    if table.key and set(table.key) <= one.columns and not broken & set(table.key):
        findings += _duplicates(con, table)
    if manifest.database:
        findings += _delivered(one, manifest)
        findings += _completeness(con, staged, one, manifest)
    if name == "cases":
        found = {(finding.rule, finding.column) for finding in findings}
        if manifest.database and ("not_anonymised", "icd10") not in found:
            findings += _other_diagnoses(con, staged, manifest)
        findings += _departments_gone(con, manifest)
    if name == "coverage" and "cases" in staged:
        findings += _more_than_expected(con)
    return findings


def _applies(check: Check, one: Staged) -> bool:
    """A column that was not delivered has its own finding; what follows from it would be the same cause again."""
    return check.column in one.columns or (RULE[check.rule].severity == ERROR and check.rule != "required_value")


def _may_hold_a_person(column: SchemaColumn, table: SchemaTable) -> bool:
    """Text, and whole numbers without an upper bound. A child's case_id must be one of cases, where it is checked."""
    unbounded = column.kind == "integer" and column.high is None
    return (column.kind == "text" or unbounded) and not (column.name == "case_id" and table.name != "cases")


def _value_checks(table: SchemaTable, manifest: ExtractManifest) -> Iterator[Check]:
    for column in table.columns:
        name = f"s.{quoted(column.name)}"
        if column.filled:
            yield Check("required_value", column.name, f"{name} IS NULL")
        yield from _kind_checks(column, name, manifest)
    if table.name == "departments":
        yield from _unit_checks(table)


def day(column: str) -> str:
    """A staged column as a date, NULL where it is none. Ten characters, so that 'infinity' and years BC are none."""
    return f"TRY_CAST(CASE WHEN length(s.{column}) = 10 THEN s.{column} END AS DATE)"


def _kind_checks(column: SchemaColumn, name: str, manifest: ExtractManifest) -> Iterator[Check]:
    if column.kind == "date":
        date = day(column.name)
        yield Check(
            "date",
            column.name,
            f"{name} IS NOT NULL AND coalesce({date}::VARCHAR <> {name}, TRUE)",
            shows=name,
            meant=nearest.date,
        )
        if not column.future:
            cut = Words(f"data_cut er {manifest.data_cut}", f"data_cut is {manifest.data_cut}")
            yield Check("future_date", column.name, f"{date} > DATE '{manifest.data_cut}'", cut, shows=name)
    elif column.kind == "integer":
        number = f"TRY_CAST({name} AS INTEGER)"
        low = -(2**31) if column.low is None else column.low
        high = 2**31 - 1 if column.high is None else column.high
        bounded = column.high is not None
        yield Check(
            "number",
            column.name,
            f"{name} IS NOT NULL AND coalesce(NOT regexp_full_match({name}, '-?[0-9]+') "
            f"OR {number} NOT BETWEEN {low} AND {high}, TRUE)",
            Words(
                f"Skriv hele tal fra {low}" + (f" til {high}" if bounded else ""),
                f"Write whole numbers from {low}" + (f" to {high}" if bounded else ""),
            ),
            shows=name,
            meant=nearest.whole,
        )
    elif column.kind == "boolean":
        yield Check("boolean", column.name, f"{name} NOT IN ('true', 'false')", shows=name, meant=nearest.boolean)
    elif column.kind == "code":
        values = ", ".join(f"'{code}'" for code in column.codes)
        yield Check(
            "code",
            column.name,
            f"{name} NOT IN ({values})",
            Words(f"Listen er {', '.join(column.codes)}", f"The list is {', '.join(column.codes)}"),
            shows=name,
            meant=_near_code(column.codes),
        )
    elif column.kind == "department":
        yield Check(
            "unknown_department",
            column.name,
            f"{name} IS NOT NULL AND {name} NOT IN (SELECT code FROM known_units)",
            shows=name,
            meant=_near_code([one.code for one in reference.departments()]),
        )
    elif column.kind == "region":
        codes = ", ".join(sorted(region.code for region in reference.regions()))
        yield Check(
            "region",
            column.name,
            f"{name} NOT IN (SELECT code FROM known_regions)",
            Words(f"Listen er {codes}", f"The list is {codes}"),
            shows=name,
            meant=_near_region,
        )


def _near_code(codes: Sequence[str]) -> Callable[[str], str]:
    return lambda value: nearest.code(value, codes)


def _near_region(value: str) -> str:
    by_name = {region.code: reference.region_name(region.code) for region in reference.regions()}
    return nearest.column(value.lower().removeprefix("region "), {code: (name,) for code, name in by_name.items()})


def _unit_checks(table: SchemaTable) -> Iterator[Check]:
    """Codes that stand in addresses of pages and files, names that are printed."""
    yield Check(
        "department_code",
        "code",
        f"NOT regexp_full_match(s.code, '{PART.pattern}') OR regexp_full_match(s.code, '[.]+')",
        shows="s.code",
        meant=_writable_code,
    )
    for name in ("name", "hospital", "kind"):
        control = r"[\p{Cc}\p{Cf}\x{2028}\x{2029}]"
        yield Check(
            "control_character",
            name,
            f"regexp_matches(s.{name}, '{control}')",
            shows=f"printf('U+%04X', unicode(regexp_extract(s.{name}, '{control}')))",
        )
    yield Check(
        "department_conflict",
        "code",
        "EXISTS (SELECT 1 FROM reference_units k WHERE k.code = s.code "
        "AND (k.hospital <> s.hospital OR k.region <> s.region))",
        shows="s.code",
    )


def _writable_code(code: str) -> str:
    """The code with a hyphen for each character that it may not have, "" where nothing else is left."""
    plain = "".join(letter if PART.fullmatch(letter) else "-" for letter in code.strip())[:40]
    return plain if plain[:1].isalnum() else ""


def _row_checks(table: SchemaTable, manifest: ExtractManifest, staged: dict[str, Staged]) -> Iterator[Check]:
    if table.name == "cases":
        yield from _case_checks(manifest, {"kind", "start_date"} <= _columns(staged, "treatments"))
    for name, later, earlier, days in ORDERED:
        if name == table.name:
            da = f"Mere end {days} dage før {earlier}" if days else f"Før {earlier}"
            en = f"More than {days} days before {earlier}" if days else f"Before {earlier}"
            yield Check(
                "reversed_dates",
                later,
                f"{day(later)} < {day(earlier)}{f' - {days}' if days else ''}",
                Words(f"{da}. {RULE['reversed_dates'].mend.da}", f"{en}. {RULE['reversed_dates'].mend.en}"),
                shows=f"s.{later}",
            )
    if "cases" in staged and {"case_id", "vital_date", "vital_status"} <= staged["cases"].columns:
        for name, date in OF_THE_LIVING:
            if name == table.name:
                yield Check(
                    "after_death",
                    date,
                    f"{day(date)} > c.death_date",
                    _AFTER_DEATH_OPERATED if name == "treatments" else "",
                    shows=f"s.{date}",
                    of_case=True,
                )
    first = AFTER_DIAGNOSIS.get(table.name)
    if first and "cases" in staged:
        yield Check(
            "before_diagnosis",
            first,
            f"{day(first)} < c.diagnosis_date - 30",
            shows=f"s.{first}",
            of_case=True,
        )
    if table.name == "waits":
        yield from _wait_checks(manifest.database)


def _columns(staged: dict[str, Staged], table: str) -> frozenset[str]:
    return staged[table].columns if table in staged else frozenset()


def _case_checks(manifest: ExtractManifest, operated: bool) -> Iterator[Check]:
    diagnosis, vital = day("diagnosis_date"), day("vital_date")
    yield _region_on(diagnosis, "residence_region")
    yield Check("before_1900", "diagnosis_date", f"{diagnosis} < DATE '{FIRST_YEAR}-01-01'", shows="s.diagnosis_date")
    yield Check(
        "death_before_diagnosis",
        "vital_date",
        f"s.vital_status = 'dead' AND {vital} < {diagnosis}",
        shows="s.vital_date",
    )
    yield Check(
        "contact_before_diagnosis",
        "vital_date",
        f"s.vital_status <> 'dead' AND {vital} < {diagnosis}",
        shows="s.vital_date",
    )
    yield Check(
        "outside_period",
        "diagnosis_date",
        f"{diagnosis} >= DATE '{FIRST_YEAR}-01-01' "
        f"AND {diagnosis} NOT BETWEEN DATE '{manifest.start}' AND DATE '{manifest.end}'",
        Words(f"[period] er {manifest.start} til {manifest.end}", f"[period] is {manifest.start} to {manifest.end}"),
        shows="s.diagnosis_date",
    )
    if operated:
        yield Check(
            "reversed_dates",
            "vital_date",
            f"s.vital_status <> 'dead' AND EXISTS (SELECT 1 FROM stage_treatments o WHERE o.case_id = s.case_id "
            f"AND o.kind = 'surgery' AND TRY_CAST(o.start_date AS DATE) > {vital})",
            Words(
                "Opereret efter den dag, patienten sidst er kendt i live eller er udrejst. Ret den ene af de to datoer "
                "ved kilden; dødeligheden efter operationen regnes som uoplyst",
                "Operated after the day of emigration or of last contact. Correct one of the two dates at the source; "
                "death after the operation counts as missing",
            ),
            shows="s.vital_date",
        )
    yield Check("cause_missing", "cause_of_death", "s.vital_status = 'dead' AND s.cause_of_death IS NULL")


def _region_on(date: str, column: str) -> Check:
    return Check(
        "region",
        column,
        f"s.{column} IN (SELECT code FROM known_regions) AND {date} IS NOT NULL AND NOT EXISTS ("
        f"SELECT 1 FROM known_regions k WHERE k.code = s.{column} "
        f"AND ({date} >= k.valid_from OR k.valid_from IS NULL) AND ({date} <= k.valid_to OR k.valid_to IS NULL))",
        Words(
            "Koden gælder ikke på datoen; se data/reference/regions.csv",
            "The code is not valid on the date; see data/reference/regions.csv",
        ),
        shows=f"s.{column}",
    )


def _wait_checks(database: str) -> Iterator[Check]:
    """The rules of the waiting-time table."""

    def column(name: str) -> str:
        return f"TRY_CAST(s.{name} AS DATE)" if name.endswith("_date") else f"s.{name}"

    referral, consent, stop = column("referral_date"), column("consent_date"), column("stop_date")
    # A leg without a legal maximum is never over it.
    has_limit = covered(column, f"'{database}'")
    over = f"{days_over(stop, column)} > 0 AND {has_limit}"
    start = clock_start(column)
    yield _region_on(referral, "residence_region")
    yield Check("stop_without_end", "end", 's.stop_date IS NOT NULL AND s."end" IS NULL')
    yield Check("end_without_stop", "stop_date", 's."end" IS NOT NULL AND s.stop_date IS NULL')
    yield Check("stop_before_start", "stop_date", f"{stop} < ({start})", shows="s.stop_date")
    yield Check("consent_after_stop", "consent_date", f"{consent} > {stop}", shows="s.consent_date")
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


def _persons(con, name: str, columns: list[tuple[str, str]]) -> list[Finding]:
    """Columns (SQL name, name to show) with person numbers, with the share of the filled rows that hold one."""
    if not columns:
        return []
    counts = ", ".join(
        f"count(*) FILTER ({persons.likely(f's.{alias}')}), count(*) FILTER ({_lost_zero(alias)}), count(s.{alias})"
        for alias, _ in columns
    )
    hits = con.execute(f"SELECT {counts} FROM stage_{name} s").fetchone()
    found = []
    for place, (alias, shown) in enumerate(columns):
        likely_rows, lost_rows, filled = hits[3 * place : 3 * place + 3]
        advice = Words("Erstat tallene af pseudonymer", "Replace the numbers by pseudonyms")
        condition, rows = "", 0
        if likely_rows:
            condition = persons.condition(f"s.{alias}", _hash_length(con, name, alias, filled))
            rows = con.execute(f"SELECT count(*) FROM stage_{name} s WHERE {condition}").fetchone()[0]
        if not rows and lost_rows > LOST_ZERO_SHARE * filled:
            condition, rows = _lost_zero(alias), lost_rows
            advice = Words(
                "Ni cifre: et regneark har taget det første nul. Erstat tallene af pseudonymer",
                "Nine digits: a spreadsheet has taken the leading zero. Replace the numbers by pseudonyms",
            )
        if rows:
            first = first_rows(con, f"stage_{name} s", condition)
            found.append(Finding("not_anonymised", name, shown, rows, first, advice, of_rows=filled))
    return found


def _lost_zero(alias: str) -> str:
    value = f"s.{alias}"
    return f"CASE WHEN length({value}) >= {persons.SHORTEST} THEN regexp_full_match({value}, '{persons.LOST_ZERO}') END"


def _hash_length(con, name: str, alias: str, filled: int) -> int | None:
    """The length of nearly all values of a column, where these are hexadecimal and some have letters."""
    row = con.execute(
        f"SELECT length({alias}), count(*), countif(regexp_matches({alias}, '(?i)[a-f]')) FROM stage_{name} "
        f"WHERE regexp_full_match({alias}, '(?i)[0-9a-f-]{{{persons.SHORTEST},}}') GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()
    return row[0] if row and row[1] >= 0.9 * filled and row[2] >= 0.5 * row[1] else None


def _line_breaks(con, one: Staged) -> list[Finding]:
    """Values that hold line breaks: a stray quotation mark has joined rows. Looked for before blanks are trimmed."""
    if one.path is None or (one.lines and one.one_line_a_row) or not one.rows:
        return []
    name = one.table.name
    columns = [(quoted(column), column) for column in one.table.names if column in one.columns] + list(named_extra(one))
    checks = [
        Check("line_break_in_value", shown, f"contains(s.{alias}, chr(10)) OR contains(s.{alias}, chr(13))")
        for alias, shown in columns
    ]
    found = []
    for finding in run(con, {}, name, checks):
        spans = one.spans(finding.first_rows)
        if set(finding.first_rows) <= set(spans):
            row = finding.first_rows[0]
            first, last = spans[row]
            more = last - first
            said = Words(
                f"Række {row} går fra linje {first} til linje {last}: {more} {'linje' if more == 1 else 'linjer'} er "
                "læst som en del af værdien. Ret anførselstegnene",
                f"Row {row} runs from line {first} to line {last}: {more} {'line was' if more == 1 else 'lines were'} "
                "read as part of the value. Mend the quotation marks",
            )
            lines = tuple(spans[row][0] for row in finding.first_rows)
            finding = replace(finding, detail=said, lines=lines)
        found.append(finding)
    return found


def _duplicates(con, table: SchemaTable) -> list[Finding]:
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
    return [Finding("duplicate_key", table.name, "+".join(table.key), total - distinct, tuple(row[0] for row in rows))]


def _unknown_cases(con, table: SchemaTable) -> list[Finding]:
    source = f"stage_{table.name} s ANTI JOIN stage_cases c ON c.case_id = s.case_id WHERE s.case_id IS NOT NULL"
    count = con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
    if not count:
        return []
    rows = con.execute(f"SELECT s.rowid + 1 FROM {source} ORDER BY 1 LIMIT {FIRST_ROWS}").fetchall()
    return [Finding("unknown_case", table.name, "case_id", count, tuple(row[0] for row in rows))]


def _delivered(one: Staged, manifest: ExtractManifest) -> list[Finding]:
    """Optional columns that the file lacks: what rests on them is not reported, and that is said."""
    absent = [column.name for column in one.table.columns if not column.required and column.name not in one.columns]
    staging = reference.database(manifest.database).staging
    answered = required_variables(staging, one.table.names) if one.table.name == "cases" else ()
    found = []
    for names, level in (
        ([name for name in absent if name in answered], ""),
        ([name for name in absent if name not in answered], INFO),
    ):
        if names:
            values = tuple(Value(name, 0) for name in names)
            column = names[0] if len(names) == 1 else ""
            found.append(Finding("column_not_delivered", one.table.name, column, values=values, level=level))
    return found


def _completeness(con, staged: dict[str, Staged], one: Staged, manifest: ExtractManifest) -> list[Finding]:
    table = one.table
    names = [column.name for column in table.columns if column.required and not column.filled]
    if table.name == "cases":
        needed = required_variables(reference.database(manifest.database).staging, one.columns)
        names = list(dict.fromkeys([*names, *needed]))
    names = [name for name in names if name in one.columns]
    if not names or not one.rows:
        return []
    counts = con.execute(
        f"SELECT {', '.join(f'count({quoted(name)})' for name in names)} FROM stage_{table.name}"
    ).fetchone()
    poor = [(name, count) for name, count in zip(names, counts, strict=True) if count < COMPLETE_SHARE * one.rows]
    checks = []
    for name, count in poor:
        share = f"{100 * count / one.rows:.1f} %"
        said = Words(f"Udfyldt i {share.replace('.', ',')}", f"Filled in {share}")
        checks.append(Check("incomplete", name, f"s.{quoted(name)} IS NULL", said))
    return run(con, staged, table.name, checks)


def _other_diagnoses(con, staged: dict[str, Staged], manifest: ExtractManifest) -> list[Finding]:
    """Diagnoses that are not the database's own; an error where they are so many that the file is another's."""
    database = reference.database(manifest.database)
    if "icd10" not in staged["cases"].columns:
        return []
    own = " OR ".join(f"starts_with(s.icd10, '{prefix}')" for prefix in database.icd10)
    condition = f"s.icd10 IS NOT NULL AND NOT ({own})"
    filled, outside = con.execute(f"SELECT count(s.icd10), count(*) FILTER ({condition}) FROM stage_cases s").fetchone()
    if not outside:
        return []
    source = "stage_cases s"
    check = Check("icd10_outside_database", "icd10", condition, shows="s.icd10")
    level = ERROR if outside > OUTSIDE_SHARE * filled else ""
    listed = ", ".join(database.icd10)
    found = Finding(
        "icd10_outside_database",
        "cases",
        "icd10",
        outside,
        first_rows(con, source, condition),
        of_rows=filled,
        level=level,
    )
    found = with_values(con, staged, found, source, check)
    da, en = f"{manifest.database} har {listed}", f"{manifest.database} holds {listed}"
    owner = _owner(found.values[0].text) if found.values else ""
    if owner:
        da, en = f"{da}; {found.values[0].text} hører til {owner}", f"{en}; {found.values[0].text} is {owner}'s"
    if level:
        da, en = f"{da}. Er det den rigtige fil?", f"{en}. Is it the right file?"
    return [replace(found, detail=Words(da, en))]


def _owner(code: str) -> str:
    """The database whose own the diagnosis is, "" where it is none's or several databases'."""
    owners = [one.code for one in reference.databases() if any(code.startswith(p) for p in one.icd10 if len(p) > 1)]
    return owners[0] if len(owners) == 1 else ""


def _departments_gone(con, manifest: ExtractManifest) -> list[Finding]:
    """Departments with many cases in the last full year and none since; those that were closed are not missed."""
    last = min(manifest.data_cut, manifest.end)  # after it nobody's diagnoses are delivered
    year = last.year - 1
    date = day("diagnosis_date")
    gone = con.execute(
        f"SELECT department, countif({date} < DATE '{year + 1}-01-01') AS before FROM stage_cases s "
        f"WHERE department IS NOT NULL AND {date} >= DATE '{year}-01-01' GROUP BY 1 "
        f"HAVING before >= {MISSED_CASES} AND before = count(*) ORDER BY before DESC, department"
    ).fetchall()
    closed = {row[0] for row in con.execute("SELECT code FROM known_units WHERE valid_to < ?", [last]).fetchall()}
    gone = [(code, count) for code, count in gone if code not in closed]
    if not gone:
        return []
    values = tuple(Value(code, count) for code, count in gone[:FIRST_VALUES])
    said = Words(
        f"Antal forløb i {year}; ingen fra {year + 1}-01-01 til {last}. Er indberetningen holdt op, eller "
        "har afdelingen fået en ny kode?",
        f"Cases in {year}; none from {year + 1}-01-01 to {last}. Has the reporting stopped, or has the "
        "department a new code?",
    )
    return [Finding("department_gone", "cases", "department", detail=said, values=values,
                    more_values=len(gone) - len(values))]  # fmt: skip


def _more_than_expected(con) -> list[Finding]:
    """Rows of coverage whose department has more cases in the year than the registers expect."""
    source = (
        f"stage_coverage s JOIN (SELECT year({day('diagnosis_date')}) AS year, department, count(*) AS found "
        "FROM stage_cases s GROUP BY 1, 2) f ON f.year = TRY_CAST(s.year AS INTEGER) AND f.department = s.department"
    )
    condition = "f.found > TRY_CAST(s.expected AS INTEGER)"
    count, found, expected = con.execute(
        f"SELECT count(*), sum(f.found)::BIGINT, sum(TRY_CAST(s.expected AS INTEGER))::BIGINT FROM {source} "
        f"WHERE {condition}"
    ).fetchone()
    if not count:
        return []
    said = Words(
        f"I disse rækker venter registret {expected} forløb, og udtrækket har {found}. Dækningen regnes højst som "
        "100 %",
        f"In these rows the register expects {expected} cases, the extract has {found}. Coverage counts as 100 % at "
        "most",
    )
    return [Finding("more_than_expected", "coverage", "expected", count, first_rows(con, source, condition), said)]
