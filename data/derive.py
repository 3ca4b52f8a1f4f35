"""From staged text to the tables of a database file: types, and the words of the indicator set.

"First treatment", "first surgery", "latest conference" and the like are derived here once, at load, as columns
of ``cases``, so that every indicator is a condition on a row. The words are those of the indicator definitions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import duckdb

from data import reference
from data.checks import Inspection, insert_rows, required_variables
from data.findings import Finding
from data.schema import BY_NAME, TABLES
from data.store import DatabaseInfo

_TYPES = {"date": "DATE", "integer": "INTEGER", "boolean": "BOOLEAN"}

#: Columns of the case that every child row source carries, so that all groupings work on it.
CASE_DIMENSIONS = (
    *("diagnosis_date", "department", "region", "sex", "age_group", "stage", "site"),
    *("performance_status", "charlson", "registered_date"),
)

AGE_GROUP = """CASE WHEN age < 45 THEN '0-44' WHEN age < 55 THEN '45-54' WHEN age < 65 THEN '55-64'
    WHEN age < 75 THEN '65-74' WHEN age < 85 THEN '75-84' ELSE '85+' END"""

# A tie is the same date and the same kind: one treatment, true where any of its rows is, with the smallest
# department code registered among them. Whether a treatment is major or of curative intent is asked of the whole.
_MERGED = """
CREATE TEMP TABLE merged AS
SELECT case_id, start_date, kind, min(department) AS department,
    coalesce(bool_or(acute), FALSE) AS acute,
    coalesce(bool_or(major), FALSE) AS major,
    coalesce(bool_or(intent = 'curative'), FALSE) AS curative,
    coalesce(bool_or(complications_registered), FALSE) AS complications_registered,
    datediff('day', DATE '1800-01-01', start_date) * 4
        + CASE kind WHEN 'surgery' THEN 0 WHEN 'systemic' THEN 1 WHEN 'radiotherapy' THEN 2 ELSE 3 END AS place
FROM treatments GROUP BY case_id, start_date, kind
"""

_FIRSTS = """
CREATE TEMP TABLE firsts AS
WITH chosen AS (
    SELECT case_id,
        min(place) FILTER (kind <> 'other') AS treatment,
        min(place) FILTER (major) AS major,
        min(place) FILTER (kind = 'surgery') AS surgery,
        min(place) FILTER (kind = 'surgery' AND curative) AS curative
    FROM merged GROUP BY case_id
)
SELECT c.case_id,
    f.start_date AS first_treatment_date, f.kind AS first_treatment_kind,
    f.department AS first_treatment_department, f.acute AS first_treatment_acute,
    m.start_date AS first_major_date, m.department AS first_major_department, m.acute AS first_major_acute,
    s.start_date AS first_surgery_date, s.department AS first_surgery_department, s.acute AS first_surgery_acute,
    s.complications_registered AS first_surgery_complications_registered,
    k.start_date AS first_curative_surgery_date, k.department AS first_curative_surgery_department
FROM chosen c
LEFT JOIN merged f ON f.case_id = c.case_id AND f.place = c.treatment
LEFT JOIN merged m ON m.case_id = c.case_id AND m.place = c.major
LEFT JOIN merged s ON s.case_id = c.case_id AND s.place = c.surgery
LEFT JOIN merged k ON k.case_id = c.case_id AND k.place = c.curative
"""

_ADJUVANT = """
CREATE TEMP TABLE adjuvants AS
SELECT f.case_id, min(o.start_date) AS oncology_after_surgery_date
FROM firsts f JOIN merged o ON o.case_id = f.case_id
WHERE o.kind IN ('systemic', 'radiotherapy') AND o.start_date > f.first_curative_surgery_date
GROUP BY f.case_id
"""

_COMPLICATED = """
CREATE TEMP TABLE complicated AS
SELECT x.case_id, TRUE AS any_complication_30d,
    bool_or(x.kind = 'reoperation') AS reoperation_30d,
    bool_or(x.kind = 'readmission') AS readmission_30d,
    bool_or(x.kind = 'higher_level_of_care') AS higher_level_of_care_30d,
    bool_or(x.kind = 'interventional_radiology') AS interventional_radiology_30d,
    bool_or(x.kind = 'anastomotic_leak') AS anastomotic_leak_30d
FROM complications x JOIN firsts f ON f.case_id = x.case_id
WHERE x.date BETWEEN f.first_surgery_date AND f.first_surgery_date + 30
GROUP BY x.case_id
"""

# The latest dated conference decides whether the decision was followed; on the same day no beats yes beats empty.
_CONFERRED = """
CREATE TEMP TABLE conferred AS
SELECT case_id, count(*)::INTEGER AS conferences, min(date) AS first_conference_date,
    CASE max(datediff('day', DATE '1800-01-01', date) * 4
        + CASE followed WHEN 'no' THEN 2 WHEN 'yes' THEN 1 ELSE 0 END) % 4
        WHEN 2 THEN FALSE WHEN 1 THEN TRUE END AS last_conference_followed
FROM conferences GROUP BY case_id
"""

_ON_TRIAL = """
CREATE TEMP TABLE on_trial AS
SELECT case_id, CASE min(CASE status WHEN 'included' THEN 1 WHEN 'declined' THEN 2 WHEN 'deselected' THEN 3
        WHEN 'not_invited' THEN 4 WHEN 'no_protocol' THEN 5 ELSE 6 END)
    WHEN 1 THEN 'included' WHEN 2 THEN 'declined' WHEN 3 THEN 'deselected' WHEN 4 THEN 'not_invited'
    WHEN 5 THEN 'no_protocol' ELSE 'unknown' END AS trial_status
FROM trials GROUP BY case_id
"""

_RELIEVED = """
CREATE TEMP TABLE relieved AS
SELECT case_id, min(received_date) AS palliative_received_date
FROM typed_palliative WHERE case_id IS NOT NULL GROUP BY case_id
"""

_CASES = f"""
CREATE TABLE cases AS
SELECT c.*, c.residence_region AS region, c.icd10[1:3] AS site, {AGE_GROUP} AS age_group,
    datediff('day', c.diagnosis_date, c.vital_date)::INTEGER AS followup_days,
    f.* EXCLUDE (case_id), a.* EXCLUDE (case_id), x.* EXCLUDE (case_id), k.* EXCLUDE (case_id),
    o.trial_status, p.palliative_received_date
FROM typed_cases c
LEFT JOIN firsts f ON f.case_id = c.case_id
LEFT JOIN adjuvants a ON a.case_id = c.case_id
LEFT JOIN complicated x ON x.case_id = c.case_id
LEFT JOIN conferred k ON k.case_id = c.case_id
LEFT JOIN on_trial o ON o.case_id = c.case_id
LEFT JOIN relieved p ON p.case_id = c.case_id
ORDER BY c.diagnosis_date
"""


#: The dates that decide whether a row was there on a day; its other dates are only empty until they come.
_THERE = {
    "cases": ("diagnosis_date", "registered_date"),
    "treatments": ("start_date",),
    "conferences": ("date",),
    "complications": ("date",),
    "palliative": ("referred_date",),
    "trials": ("date",),
    "pro": ("sent_date",),
    "waits": ("referral_date", "registered_date"),
}
#: What was known on the day {cut} of values that later events replace.
_KNOWN = {
    ("cases", "vital_status"): "CASE WHEN vital_date > {cut} THEN 'alive' ELSE vital_status END",
    ("cases", "vital_date"): "least(vital_date, {cut})",
    ("cases", "cause_of_death"): "CASE WHEN vital_date <= {cut} THEN cause_of_death END",
    ("waits", "end"): 'CASE WHEN stop_date <= {cut} THEN "end" END',
}

_FINDINGS = (
    "CREATE TABLE findings (rule VARCHAR, severity VARCHAR, table_name VARCHAR, column_name VARCHAR, "
    "rows INTEGER, of_rows INTEGER, first_rows VARCHAR, lines VARCHAR, values_da VARCHAR, values_en VARCHAR, "
    "advice_da VARCHAR, advice_en VARCHAR, part VARCHAR)"
)


def build(con: duckdb.DuckDBPyConnection, inspection: Inspection, loaded_at: dt.datetime) -> None:
    """Write the tables and views of a database file from the staged, accepted extract on ``con``."""
    manifest = inspection.manifest
    sources = {
        table.name: f"SELECT {_typed_columns(table.name)} FROM {_stage(table.name, inspection)}" for table in TABLES
    }
    columns = {name: staged.columns for name, staged in inspection.staged.items()}
    _build(con, sources, columns, manifest.database, manifest.data_cut, loaded_at)
    con.execute(_FINDINGS)
    add_findings(con, inspection.findings, manifest.part)


def build_part(con: duckdb.DuckDBPyConnection, inspection: Inspection) -> None:
    """Write the file of a part: the tables as delivered, typed and not yet derived, and what was found."""
    for table in TABLES:
        source = _stage(table.name, inspection)
        con.execute(f"CREATE TABLE {table.name} AS SELECT {_typed_columns(table.name)} FROM {source}")
    con.execute(_FINDINGS)
    add_findings(con, inspection.findings, inspection.manifest.part)


def build_union(
    con: duckdb.DuckDBPyConnection,
    parts: Mapping[str, dt.date],
    columns: Mapping[str, Collection[str]],
    database: str,
    loaded_at: dt.datetime,
) -> None:
    """Write the tables and views of a database file from its parts, attached to ``con``: catalogue → data cut.

    ``columns``: the tables and columns that count as delivered. The database stands as it stood on the earliest of
    the cuts: what later parts know of the time after it waits.
    """
    cut = min(parts.values())
    sources = {
        table.name: " UNION ALL ".join(as_of(table.name, part, own, cut) for part, own in parts.items())
        for table in TABLES
    }
    _build(con, sources, columns, database, cut, loaded_at)
    con.execute(_FINDINGS)
    for part in parts:
        con.execute(f'INSERT INTO findings SELECT * FROM "{part}".findings')


def as_it_stood(con: duckdb.DuckDBPyConnection, whole: str, info: DatabaseInfo, day: dt.date) -> None:
    """Write into ``con`` the tables and views of a database as of ``day`` from its file, attached as ``whole``."""
    sources = {table.name: as_of(table.name, whole, info.data_cut, day) for table in TABLES}
    own = ", ".join(f'"{name}"' for name in BY_NAME["departments"].names)
    sources["departments"] = f'SELECT {own} FROM "{whole}".units'
    _build(con, sources, info.columns, info.code, day, info.loaded_at)


def as_of(name: str, part: str, own_cut: dt.date, cut: dt.date) -> str:
    """The rows of a table of an attached part as an extract of the day ``cut`` would have held them, as a SELECT.

    Left out: cases diagnosed or first registered later, with their rows, and rows dated later. Later dates are empty;
    who died or emigrated later was alive on the day. Of a year that had not ended, coverage is left out.
    """
    table, source = BY_NAME[name], f'"{part}".{name}'
    if own_cut == cut:
        return f"SELECT {', '.join(map(_quoted, table.names))} FROM {source}"
    day = f"DATE '{cut}'"
    deciding = _THERE.get(name, ())
    conditions = [f'("{column}" IS NULL OR "{column}" <= {day})' for column in deciding]
    there = " AND ".join(f"({column} IS NULL OR {column} <= {day})" for column in _THERE["cases"])
    kept = f'case_id IN (SELECT case_id FROM "{part}".cases WHERE {there})'
    if name == "coverage":
        ended = cut.year if (cut.month, cut.day) == (12, 31) else cut.year - 1
        conditions.append(f"year <= {ended}")
    columns = []
    for column in table.columns:
        text = _quoted(column.name)
        if (name, column.name) in _KNOWN:
            text = f"{_KNOWN[name, column.name].format(cut=day)} AS {text}"
        elif column.name == "case_id" and name != "cases":
            if column.filled:
                conditions.append(kept)
            else:
                text = f"CASE WHEN {kept} THEN case_id END AS case_id"
        elif column.kind == "date" and not column.future and column.name not in deciding:
            text = f"CASE WHEN {text} <= {day} THEN {text} END AS {text}"
        columns.append(text)
    return f"SELECT {', '.join(columns)} FROM {source} WHERE {' AND '.join(conditions or ['TRUE'])}"


def add_findings(con: duckdb.DuckDBPyConnection, findings: Iterable[Finding], part: str) -> None:
    """Add findings to the table of them; ``part``: which delivery they are about, "" for the whole.

    What the command says of them is kept in both languages. Their values are those that a message may show
    (``scan.showable``): no identifier and no person number is among them.
    """
    for one in findings:
        rows, lines = (", ".join(map(str, numbers)) for numbers in (one.first_rows, one.lines))
        said = [text(lang) for text in (one.values_text, one.advice) for lang in ("da", "en")]
        con.execute(
            "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [one.rule, one.severity, one.table, one.column, one.rows, one.of_rows, rows, lines, *said, part],
        )


def _build(
    con: duckdb.DuckDBPyConnection,
    sources: Mapping[str, str],
    columns: Mapping[str, Collection[str]],
    database: str,
    data_cut: dt.date,
    loaded_at: dt.datetime,
) -> None:
    """All tables and views but the findings, from one SELECT of typed columns for each table of the format."""
    for table in TABLES:
        if table.name == "departments":
            continue
        temporary = table.name in ("cases", "palliative", "pro", "coverage")
        target = f"TEMP TABLE typed_{table.name}" if temporary else f"TABLE {table.name}"
        known = _known_of_waits(columns.get("waits", ())) if table.name == "waits" else ""
        con.execute(f"CREATE {target} AS SELECT *{known} FROM ({sources[table.name]})")
    for statement in (_MERGED, _FIRSTS, _ADJUVANT, _COMPLICATED, _CONFERRED, _ON_TRIAL, _RELIEVED, _CASES):
        con.execute(statement)
    dimensions = ", ".join(f"c.{name}" for name in CASE_DIMENSIONS)
    con.execute(
        f"CREATE TABLE palliative AS SELECT p.*, {dimensions} FROM typed_palliative p "
        "LEFT JOIN cases c ON c.case_id = p.case_id ORDER BY p.referred_date"
    )
    con.execute(
        f"CREATE TABLE pro AS SELECT p.*, {dimensions} FROM typed_pro p JOIN cases c ON c.case_id = p.case_id "
        "ORDER BY p.sent_date"
    )
    _coverage(con)
    _variables(con, database, columns["cases"])
    _units(con, sources["departments"])
    con.execute(
        "CREATE TABLE meta AS SELECT $database AS database, $data_cut AS data_cut, $loaded_at AS loaded_at",
        {"database": database, "data_cut": data_cut, "loaded_at": loaded_at},
    )


def _stage(name: str, inspection: Inspection) -> str:
    """The staged table, or an empty one of the same columns where the extract lacks it."""
    if name in inspection.staged:
        return f"stage_{name}"
    empty = ", ".join(f'NULL::VARCHAR AS "{column}"' for column in BY_NAME[name].names)
    return f"(SELECT {empty} WHERE FALSE)"


def _typed_columns(name: str) -> str:
    return ", ".join(
        f'"{column.name}"::{_TYPES[column.kind]} AS "{column.name}"' if column.kind in _TYPES else f'"{column.name}"'
        for column in BY_NAME[name].columns
    )


def _known_of_waits(delivered: Collection[str]) -> str:
    """SQL of what a leg's status can rest on: a reason or date that was not delivered tells nothing by being empty."""
    known = {
        "offers_delivered": {"alternative_offered", "offer_documented", "accepted_wait_date"} <= set(delivered),
        "booked_delivered": "booked_date" in delivered,
        "notified_delivered": "notified_date" in delivered,
    }
    return "".join(f', {value} AS "{name}"' for name, value in known.items())


def _quoted(name: str) -> str:
    return f'"{name}"'


def _coverage(con: duckdb.DuckDBPyConnection) -> None:
    """Coverage with the cases found, and a view with one row per expected case: the engine counts it as any other."""
    con.execute(
        "CREATE TABLE coverage AS SELECT v.*, coalesce(c.cases, 0)::INTEGER AS found FROM typed_coverage v "
        "LEFT JOIN (SELECT year(diagnosis_date) AS year, department, count(*) AS cases FROM cases GROUP BY 1, 2) c "
        "ON c.year = v.year AND c.department = v.department ORDER BY v.year, v.department"
    )
    con.execute(
        "CREATE VIEW coverage_cases AS "
        "SELECT make_date(year, 1, 1) AS coverage_date, department, number <= found AS covered "
        "FROM (SELECT year, department, found, unnest(range(1, expected + 1)) AS number FROM coverage)"
    )


def _variables(con: duckdb.DuckDBPyConnection, database: str, delivered: Collection[str]) -> None:
    names = required_variables(reference.database(database).staging, delivered)
    dimensions = ", ".join(CASE_DIMENSIONS)
    # A row for each variable, of which the first so many are registered: which ones is asked of the cases themselves.
    filled = " + ".join(f'("{name}" IS NOT NULL)::INTEGER' for name in names)
    con.execute(
        f"CREATE VIEW case_variables AS SELECT {dimensions}, number <= filled AS registered "
        f"FROM (SELECT {dimensions}, {filled} AS filled FROM cases) CROSS JOIN range(1, {len(names) + 1}) n(number)"
    )


def _units(con: duckdb.DuckDBPyConnection, own: str) -> None:
    """The reference list and the units that the extract brings, of which parts may bring the same."""
    con.execute(
        "CREATE TABLE units (code VARCHAR, name VARCHAR, hospital VARCHAR, region VARCHAR, kind VARCHAR, "
        "valid_from DATE, valid_to DATE, successor VARCHAR)"
    )
    listed = [
        (one.code, one.name, one.hospital, one.region, one.kind, one.valid_from, one.valid_to, one.successor)
        for one in reference.departments()
    ]
    insert_rows(con, "units", listed)
    con.execute(
        f"INSERT INTO units SELECT DISTINCT ON (code) * FROM ({own}) "
        "WHERE code NOT IN (SELECT code FROM units) ORDER BY code"
    )
