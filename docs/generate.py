"""Reference pages made from the code: ``python -m docs.generate`` writes them, ``--check`` says which are stale."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from data import reference
from data.extract import BYTES_PER_ROW, MOST_COLUMNS, MOST_ROWS, ROWS_SETTING
from data.extract_toml import EXAMPLE as TOML_EXAMPLE
from data.extract_toml import KEYS
from data.findings import RULES, SEVERITIES, Rule
from data.persons import IDENTIFYING_WORDS
from data.scan import NOTHING
from data.schema import FORMAT, TABLES, SchemaColumn, SchemaTable
from indicators.catalogue import CATALOGUE
from indicators.declaration import FAMILIES, Family, Indicator
from indicators.standards import printed

FOLDER = Path(__file__).parent
COMMAND = "python -m docs.generate"


def data_dictionary() -> str:
    """docs/data-dictionary.md: the tables of an extract and the rules of the import."""
    return _page(
        "Data dictionary",
        "data/schema.py, data/extract_toml.py and data/findings.py",
        [
            f"The tables of an extract, format {FORMAT}. *Column* required: the table must have it; optional: without "
            "it, nothing is registered in any row. *Value* required: in each row. Dates are YYYY-MM-DD and not after "
            "the data cut unless said.",
            "## extract.toml",
            "TOML in utf-8, one file in each folder. Text stands in quotes, dates and numbers do not. "
            "What is wrong is told at once: missing keys with a ready file to fill in, a line that is no TOML with its "
            "number, its text and the likely fix, a misspelt key with the one that is meant.",
            "```toml\n" + TOML_EXAMPLE + "```",
            _grid(
                ("key", "written", "must be there", "meaning"),
                (
                    (f"`{one.name}`", f"`{one.example.replace(chr(10), ' ⏎ ')}`", "yes" if one.required else "", one.en)
                    for one in KEYS
                ),
            ),
            "A database in several deliveries: each with the same `database` and a `part` of its own. All tables and "
            "columns that the database is to have must be in every part, a case in one part only; the database stands "
            "as on the earliest of the data cuts.",
            *(line for table in TABLES for line in _table(table)),
            "## Rules of the import",
            "An error refuses the whole extract and leaves the store as it was; a warning imports it and shows the "
            "finding on the data-quality page; an info says what was read as meant. One run shows all that can be "
            "known, errors first, one line a cause. A finding names table, column, rule, number of rows, the first "
            "data rows (from 1) and their lines in a CSV file. Of a closed list, a date, a number or a diagnosis it "
            "shows the offending values in quotation marks, most frequent first, with their rows and the permitted "
            "value that is likely meant. It never shows the value of an identifier: of `case_id`, `course_id`, "
            "`wait_id`, whatever is shaped like a person number, one of the extract's identifiers in a wrong column.",
            _grid(
                ("rule", "severity", "English", "Danish", "to mend it"),
                (
                    (f"`{one.id}`", one.severity, one.en, one.da, one.mend.en or "the message says")
                    for one in _by_severity()
                ),
            ),
            "`icd10_outside_database` is an error where more than 20 % of the cases with a diagnosis are outside, "
            "`header_differs` where one of the columns is required.",
            "## Read as meant",
            f"Before any rule is applied: blanks of all kinds around a value are taken away; in text columns "
            f"{', '.join(f'`{word}`' for word in NOTHING)} alone are empty (in any case, but for "
            "identifiers); `icd10` is read in capitals, "
            "without dots and without the `D` of the SKS form where a letter follows it (`DC20.9` is C209, D46 stays). "
            "Columns whose name differs only in case, blanks, hyphens or underscores are read as meant, and said.",
            "## Files",
            "Encodings utf-8 (with or without its mark), latin-1, windows-1252; line ends of one kind or several. A "
            "byte that the encoding does not have is named with its line and the likely encoding. A table has at most "
            f"{MOST_ROWS:,} rows, {BYTES_PER_ROW:,} bytes a row on average and {MOST_COLUMNS:,} columns: a compressed "
            f"file of a megabyte can hold rows that fill the disk. The setting `{ROWS_SETTING}` allows more. A link "
            "that leads out of the folder is not followed.",
            "## What identifies a person",
            "In every text column, in whole numbers without an upper bound, in columns that are unknown or ignored, "
            "and in column names: Danish numbers (six digits that are a date, and four; up to three blanks, "
            "hyphens, dots or slashes between or none, with the century, letters around them or not), the Swedish, "
            "Norwegian and Finnish forms, and nine digits in more than half of a column: a spreadsheet took the zero. "
            "The finding says the share of rows: a running number that happens to look like a date has a small one, "
            "and needs a letter in it. Hexadecimal hashes and UUIDs are let pass.",
            "No table may have a column with one of these words in its name, nor one of a person's name "
            "(`departments.name` is allowed). Case, blanks, hyphens, underscores and digits make no difference.",
            ", ".join(f"`{name}`" for name in sorted(IDENTIFYING_WORDS)),
        ],
    )


def indicator_catalogue() -> str:
    """docs/indicator-catalogue.md: every indicator with its definition and standards."""
    return _page(
        "Indicator catalogue",
        "indicators/ and data/reference/standards.csv",
        [
            f"{len(CATALOGUE)} indicators. Order of judgement of a row: population, not mature, excluded, missing, "
            "denominator and numerator. Missing (uoplyst) stands outside the denominator and is always shown.",
            *(line for family in FAMILIES for line in _family(family)),
        ],
    )


def code_lists() -> str:
    """docs/code-lists.md: the lists that a mapping may name, with their sources and codes."""
    rows: dict[str, list[reference.ListedCode]] = {}
    for one in reference.code_lists():
        rows.setdefault(one.list, []).append(one)
    return _page(
        "Code lists",
        "data/reference/code_lists.csv and code_list_sources.csv",
        [
            'What a mapping may name ([converting.md](converting.md)): `stage = { column = "std", list = "stage" }`. '
            "Upper and lower case are alike; `KJ*` stands for all codes that begin so. A value that a list does not "
            "know is refused with its count; what it has *nothing* for becomes empty. Of a dated list the row of the "
            "day in `on` holds, else the first.",
            _grid(
                ("list", "what", "source", "as of", "all of it read there"),
                (
                    (f"`{one.list}`", one.title_en, one.source, one.date.isoformat(), "yes" if one.verified else "no")
                    for one in reference.code_list_sources()
                ),
            ),
            *(part for name, codes in rows.items() for part in _code_list(name, codes)),
        ],
    )


def _code_list(name: str, codes: list[reference.ListedCode]) -> Iterator[str]:
    """A list's heading and its codes; those with the same value in one line where they are many."""
    yield f"## {name}"
    if len(codes) > 60:  # the municipalities
        values: dict[tuple[str, str], list[str]] = {}
        for one in codes:
            values.setdefault((one.value, _days(one)), []).append(one.code)
        yield _grid(("value", "valid", "codes"), ((f"`{v}`", days, ", ".join(c)) for (v, days), c in values.items()))
        return
    yield _grid(
        ("code", "value", "meaning", "verified"),
        (
            (f"`{one.code}`", f"`{one.value}`" if one.value else "*nothing*", one.meaning, "" if one.verified else "no")
            for one in codes
        ),
    )


def _days(one: reference.ListedCode) -> str:
    start, end = (day.isoformat() if day else "" for day in (one.valid_from, one.valid_to))
    return f"{start} – {end}".strip(" –") if not end else f"{start} – {end}"


PAGES = {
    "data-dictionary.md": data_dictionary,
    "indicator-catalogue.md": indicator_catalogue,
    "code-lists.md": code_lists,
}


def stale() -> list[str]:
    """The names of the pages that are not what the code says."""
    return [name for name, make in PAGES.items() if _written(FOLDER / name) != make()]


def main(words: list[str] | None = None) -> int:
    """Write the pages, or with ``--check`` only name the stale ones; returns 0, or 1 where a page is stale."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Reference pages made from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page is stale")
    check = parser.parse_args(words).check
    names = stale()
    for name in names:
        if check:
            print(f"docs/{name} is stale; run {COMMAND}", file=sys.stderr)
        else:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
            print(f"docs/{name} written")
    return 1 if check and names else 0


def _page(title: str, source: str, parts: Iterable[str]) -> str:
    first = f"<!-- Made by {COMMAND} from {source}; edit those. -->"
    return "\n\n".join([first, f"# {title}", *parts]) + "\n"


def _grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _written(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _table(table: SchemaTable) -> Iterator[str]:
    yield f"## {table.name}"
    notes = [
        f"{table.en} ({table.da}).",
        "The table must be there." if table.required else "Optional: without it, its indicators are not reported.",
        f"Key: {', '.join(f'`{name}`' for name in table.key)}, each once." if table.key else "",
        "An unknown column is an error." if table.unknown_column_is_error else "An unknown column is a warning.",
    ]
    yield " ".join(note for note in notes if note)
    yield _grid(
        ("name", "holds", "column", "value", "English", "Danish"),
        (
            (
                f"`{column.name}`",
                _holds(table, column),
                "required" if column.required else "optional",
                "required" if column.filled else "may be empty",
                column.en,
                column.da,
            )
            for column in table.columns
        ),
    )


def _holds(table: SchemaTable, column: SchemaColumn) -> str:
    if column.kind == "code":
        return " ".join(f"`{code}`" for code in column.codes)
    if column.kind == "integer":
        return f"whole number {column.low}–{column.high}" if column.high is not None else f"whole number ≥ {column.low}"
    if column.kind == "boolean":
        return "`true` `false`"
    if column.kind == "date":
        return "date, may lie after the data cut" if column.future else "date"
    if column.kind == "region":
        return "region code" + (" valid on the date" if table.name in ("cases", "waits") else "")
    if column.kind == "department":
        return "department code of the reference list or of table departments"
    return "text, a case of table cases" if column.name == "case_id" and table.name != "cases" else "text"


def _by_severity() -> list[Rule]:
    return sorted(RULES, key=lambda rule: SEVERITIES.index(rule.severity))


def _family(family: Family) -> Iterator[str]:
    yield f"## {family.title.en} ({family.title.da})"
    for one in CATALOGUE:
        if one.family == family.id:
            yield from _indicator(one)


def _indicator(one: Indicator) -> Iterator[str]:
    yield f"### {one.id}"
    qualifier = f", {one.qualifier.en} ({one.qualifier.da})" if one.qualifier else ""
    yield f"**{one.title.en}** ({one.title.da}){qualifier}. {'Higher' if one.higher_is_better else 'Lower'} is better."
    words = one.definition
    rows = [("Population", words.population), ("Excluded", words.excluded), ("Missing", words.missing)]
    rows += [("Denominator", words.denominator), ("Numerator", words.numerator), ("Counts for", words.unit)]
    yield _grid(("", "English", "Danish"), ((name, text.en, text.da) for name, text in rows))
    facts = [
        ("Rows", one.rows),
        ("Index date", one.index_date),
        ("Department", one.unit),
        ("Population", one.population),
        ("Excluded", one.exclusion),
        ("Fulfilled (NULL: missing)", one.numerator),
    ]
    if one.survival_years:
        yield f"Read from the survival tables: Kaplan–Meier at {one.survival_years} × 365.25 days."
    else:
        yield _grid(("in SQL", ""), ((name, f"`{_one_line(sql)}`") for name, sql in facts))
    yield " ".join(_conditions(one))
    if one.recommendation:
        yield f"Recommendation: {one.recommendation.en} / {one.recommendation.da}"


def _conditions(one: Indicator) -> Iterator[str]:
    if one.follow_up:
        yield f"Follow-up {one.follow_up} days: a row is mature when index date + {one.follow_up} ≤ data cut."
    if one.needs:
        yield f"Reported where the extract has {', '.join(f'`{name}`' for name in one.needs)}."
    if one.uses:
        yield f"Where {' or '.join(f'`{name}`' for name in one.uses)} was not delivered, the result says so."
    if one.staging:
        yield "Only databases that stage by TNM." if one.staging == "TNM" else "Only databases with a stage grouping."
    if one.groups:
        yield f"Divided by {', '.join(one.groups)} only."
    yield f"Standards: {'; '.join(_standards(one)) or 'none'}."


def _standards(one: Indicator) -> Iterator[str]:
    for standard in reference.standards():
        if standard.indicator == one.id:
            place = "all" if standard.database == "*" else standard.database
            narrower = [text for text in (standard.site, standard.stage and f"stage {standard.stage}") if text]
            days = [f"from {standard.valid_from}" if standard.valid_from else ""]
            days += [f"to {standard.valid_to}" if standard.valid_to else ""]
            kind = "" if standard.kind == "standard" else f" ({standard.kind})"
            mark = "" if standard.verified else " (unverified)"
            words = " ".join(word for word in [place, *narrower, f"`{printed(standard)}`", *days] if word)
            yield words + kind + mark


def _one_line(sql: str) -> str:
    return " ".join(sql.split())


if __name__ == "__main__":
    sys.exit(main())
