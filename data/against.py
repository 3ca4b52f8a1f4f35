"""What a load would replace: the checks of an extract against what the store holds of the same database or part.

Refused unless the load is forced: what would take something away that was there. A forced load keeps the finding, as
a warning, so that the data-quality page says what it cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from data import reference
from data.checks import Inspection
from data.derive import as_of
from data.extract_toml import TOML
from data.findings import WARNING, Finding, Words
from data.schema import BY_NAME, TABLES
from data.store import DatabaseInfo, PartInfo

#: Fewer cases than this share of the previous extract is a warning.
CASES_SHARE = 0.70
#: Rules that refuse an extract unless the load is forced.
REFUSALS = frozenset({"older_data_cut", "table_gone", "period_shrinks", "part_or_whole"})
#: How many regions, departments or values a message names.
_NAMED = 8


@dataclass(frozen=True)
class Held:
    """What the store holds of a database, the folder of its files, and those that are damaged."""

    info: DatabaseInfo
    folder: Path
    broken: frozenset[str] = frozenset()

    def of(self, part: str) -> DatabaseInfo | PartInfo | None:
        """What a delivery of this part ("" the whole) would replace; None where there is nothing of it yet."""
        if part and self.info.parts:
            return self.info.part(part)
        return self.info


def against(
    con: duckdb.DuckDBPyConnection, inspection: Inspection, held: Held, replaced: frozenset[str], force: bool
) -> list[Finding]:
    """The findings of a staged extract against the store; ``replaced``: the parts that this command delivers anew."""
    manifest = inspection.manifest
    findings: list[Finding] = []
    before = held.of(manifest.part)
    if before is not None and before.file not in held.broken:
        _attach(con, held.folder / before.file)
        try:
            findings += _losses(con, inspection, before)
        finally:
            con.execute("DETACH held")
    for other in held.info.parts:
        if manifest.part and other.file not in held.broken and other.name not in replaced | {manifest.part}:
            _attach(con, held.folder / other.file)
            try:
                findings += _shared(con, inspection, other.name)
            finally:
                con.execute("DETACH held")
    if not force:
        return findings
    return [replace(one, level=WARNING) if one.rule in REFUSALS else one for one in findings]


def shared_with(con: duckdb.DuckDBPyConnection, inspection: Inspection, part: str, path: Path) -> list[Finding]:
    """What a staged part has in common with another part's file that no two parts may both hold."""
    _attach(con, path)
    try:
        return list(_shared(con, inspection, part))
    finally:
        con.execute("DETACH held")


def _attach(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS held (READ_ONLY)")


def _losses(
    con: duckdb.DuckDBPyConnection, inspection: Inspection, before: DatabaseInfo | PartInfo
) -> Iterator[Finding]:
    manifest = inspection.manifest
    parts = before.parts if isinstance(before, DatabaseInfo) else ()
    delivered_whole = isinstance(before, DatabaseInfo) and not parts
    unreadable = {one.table for one in inspection.findings if one.is_error} - set(inspection.staged)
    cases, now = before.rows["cases"], inspection.rows.get("cases", 0)
    if manifest.part and delivered_whole:
        yield _finding(
            "part_or_whole",
            "part",
            f"Delen {manifest.part} ville afløse hele {manifest.database}: {_cases(cases, 'da')} til og med "
            f"{before.data_cut}. Levér hele databasen",
            f"Part {manifest.part} would replace the whole of {manifest.database}: {_cases(cases, 'en')} up to "
            f"{before.data_cut}. Deliver the whole",
        )
    elif parts and not manifest.part:
        names = ", ".join(one.name for one in parts)
        yield _finding(
            "part_or_whole",
            "part",
            f"Udtrækket har ingen part og ville afløse alle dele af {manifest.database}: {names}. Skriv part, hvis det "
            "er en af dem",
            f"The extract has no part and would replace all parts of {manifest.database}: {names}. Write part if it is "
            "one of them",
        )
    if manifest.data_cut < before.data_cut:
        later = _count(con, f"diagnosis_date > DATE '{manifest.data_cut}'")
        da = f", herunder {_cases(later, 'da')}" if later else ""
        en = f", with {_cases(later, 'en')}" if later else ""
        yield _finding(
            "older_data_cut",
            "data_cut",
            f"data_cut er {manifest.data_cut}; lageret har data til og med {before.data_cut}. Det, der er sket eller "
            f"diagnosticeret derimellem, ville gå tabt{da}",
            f"data_cut is {manifest.data_cut}; the store holds data up to {before.data_cut}. What happened or was "
            f"diagnosed in between would be lost{en}",
        )
    for table in TABLES:
        had, has = before.rows.get(table.name, 0), inspection.rows.get(table.name, 0)
        if had and not has and table.name not in {"cases", *unreadable}:
            yield Finding(
                "table_gone",
                table.name,
                detail=Words(
                    f"Lageret har {_rows(had, 'da')}, udtrækket ingen. Levér {table.name} med",
                    f"The store holds {_rows(had, 'en')}, the extract none. Deliver {table.name} too",
                ),
            )
        elif has:
            yield from _columns_gone(table.name, before, inspection)
    end, held_end = min(manifest.end, manifest.data_cut), min(before.period_end, before.data_cut)
    # A database's end follows its data cut; told once, as the older cut, where that is all there is to it.
    follows = end == manifest.data_cut and held_end == before.data_cut
    if manifest.start > before.period_start or (end < held_end and not follows):
        outside = _count(con, f"diagnosis_date NOT BETWEEN DATE '{manifest.start}' AND DATE '{end}'")
        yield _finding(
            "period_shrinks",
            "period",
            f"[period] er {manifest.start} til {manifest.end}; lageret dækker {before.period_start} til "
            f"{before.period_end}. {_cases(outside, 'da')} i lageret er diagnosticeret uden for den nye periode",
            f"[period] is {manifest.start} to {manifest.end}; the store covers {before.period_start} to "
            f"{before.period_end}. {_cases(outside, 'en')} of the store are diagnosed outside the new period",
        )
    if "cases" not in inspection.staged:
        return
    yield from _places_gone(con)
    if now < CASES_SHARE * cases:
        yield Finding(
            "fewer_cases",
            "cases",
            detail=Words(
                f"{_cases(now, 'da')}; det forrige udtræk havde {cases}",
                f"{now} cases; the previous extract had {cases}",
            ),
        )


def _finding(rule: str, key: str, da: str, en: str) -> Finding:
    return Finding(rule, TOML, key, detail=Words(da, en))


def _cases(count: int, lang: str) -> str:
    if lang == "da":
        return f"{count} forløb"
    return f"{count} case{'' if count == 1 else 's'}"


def _rows(count: int, lang: str) -> str:
    if lang == "da":
        return f"{count} {'række' if count == 1 else 'rækker'}"
    return f"{count} row{'' if count == 1 else 's'}"


def _count(con: duckdb.DuckDBPyConnection, condition: str) -> int:
    return con.execute(f"SELECT count(*) FROM held.cases WHERE {condition}").fetchone()[0]


def _columns_gone(table: str, before: DatabaseInfo | PartInfo, inspection: Inspection) -> Iterator[Finding]:
    gone = before.columns.get(table, frozenset()) - inspection.staged[table].columns
    for column in (name for name in BY_NAME[table].names if name in gone):
        yield Finding("column_gone", table, column)


def _places_gone(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Regions and departments that had cases and have none any more."""
    for column, da, en in (("residence_region", "Region", "Region"), ("department", "Afdeling", "Department")):
        rows = con.execute(
            f"SELECT {column}, count(*) AS n FROM held.cases WHERE {column} IS NOT NULL "
            f"AND {column} NOT IN (SELECT {column} FROM stage_cases WHERE {column} IS NOT NULL) "
            "GROUP BY 1 ORDER BY n DESC, 1"
        ).fetchall()
        if rows:
            names = {code: _name(column, code) for code, _ in rows}
            shown = rows[:_NAMED]
            more = len(rows) - len(shown)
            texts = []
            for word, lang in ((da, "da"), (en, "en")):
                listed = ", ".join(f"{word} {names[code]} ({_cases(count, lang)})" for code, count in shown)
                tail = (f" og {more} til" if lang == "da" else f" and {more} more") if more else ""
                texts.append(listed + tail)
            yield Finding("places_gone", "cases", column, detail=Words(*texts))


def _name(column: str, code: str) -> str:
    if column == "department":
        return code
    regions = {one.code: one.name for one in reference.regions()}
    return f"{code} {regions[code]}" if code in regions else code


def _shared(con: duckdb.DuckDBPyConnection, inspection: Inspection, part: str) -> Iterator[Finding]:
    """Keys that the staged part and the attached one both hold, and units that they describe differently."""
    for name in inspection.staged:
        table = BY_NAME[name]
        if not table.key:
            continue
        if name == "departments":
            condition = (
                "EXISTS (SELECT 1 FROM held.departments h WHERE h.code = s.code "
                "AND (h.hospital <> s.hospital OR h.region <> s.region))"
            )
            rule, da, en = "department_conflict", "beskrevet anderledes i delen", "described differently in part"
        else:
            # Types differ: staged columns are text.
            same = " AND ".join(f'h."{key}"::VARCHAR = s."{key}"' for key in table.key)
            condition = f"EXISTS (SELECT 1 FROM held.{name} h WHERE {same})"
            rule, da, en = "in_two_parts", "også i delen", "also in part"
        rows = con.execute(f"SELECT s.rowid + 1 FROM stage_{name} s WHERE {condition} ORDER BY 1").fetchall()
        if rows:
            yield Finding(
                rule,
                name,
                "+".join(table.key),
                len(rows),
                tuple(row[0] for row in rows[:5]),
                Words(f"{da} {part}", f"{en} {part}"),
            )


def together(con: duckdb.DuckDBPyConnection, attached: Mapping[str, PartInfo]) -> Iterator[tuple[str, Finding]]:
    """What is to be said of parts that are to be one database: (name of the part concerned, finding).

    ``attached``: the parts by the catalogue under which their files are attached to ``con``.
    """
    parts = tuple(attached.values())
    start, end = max(part.period_start for part in parts), min(part.period_end for part in parts)
    cut = min(part.data_cut for part in parts)
    if start > end:
        spans = ", ".join(f"{part.name} {part.period_start}–{part.period_end}" for part in parts)
        yield parts[-1].name, _finding("no_common_period", "period", spans, spans)
    elif len({(part.period_start, min(part.period_end, cut)) for part in parts}) > 1:
        spans = "; ".join(f"{part.name} {part.period_start}–{part.period_end}" for part in parts)
        da, en = f"{spans}. Fælles er {start}–{end}", f"{spans}. Common is {start}–{end}"
        for part in parts:
            if (part.period_start, min(part.period_end, cut)) != (start, min(end, cut)):
                yield part.name, _finding("parts_differ", "period", da, en)
    for table in TABLES:
        having = [part for part in parts if table.name in part.rows]
        if not having or table.name == "departments":
            continue
        for part in parts:
            if part not in having:
                names = ", ".join(one.name for one in having)
                yield part.name, _lacking(table.name, "", part.name, names)
        for column in table.names:
            with_it = [part for part in having if column in part.columns[table.name]]
            for part in having if with_it else ():
                if part not in with_it:
                    yield part.name, _lacking(table.name, column, part.name, ", ".join(one.name for one in with_it))
    for catalogue, part in attached.items():
        if part.data_cut > cut:
            waiting = {
                name: rows
                - con.execute(f"SELECT count(*) FROM ({as_of(name, catalogue, part.data_cut, cut)})").fetchone()[0]
                for name, rows in part.rows.items()
            }
            cases, rows = waiting.pop("cases"), sum(waiting.values())
            yield (
                part.name,
                _finding(
                    "waits_for_other_parts",
                    "data_cut",
                    f"{part.name} går til og med {part.data_cut}; databasen vises, som den stod {cut}. "
                    f"{_cases(cases, 'da')} og {_rows(rows, 'da')} i andre tabeller venter, og det gør senere dødsfald "
                    "også",
                    f"{part.name} goes up to {part.data_cut}; the database is shown as it stood on {cut}. "
                    f"{_cases(cases, 'en')} and {_rows(rows, 'en')} of other tables wait, and so do later deaths",
                ),
            )


def _lacking(table: str, column: str, part: str, others: str) -> Finding:
    words = Words(f"Mangler i delen {part}; leveret i {others}", f"Missing in part {part}; delivered in {others}")
    return Finding("not_in_all_parts", table, column, detail=words)
