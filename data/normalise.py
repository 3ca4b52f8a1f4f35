"""What the import reads as meant: blanks around a value, words for nothing, ICD-10 codes in other forms.

Counted before it is changed, and said: nothing is normalised in silence.
"""

from __future__ import annotations

import re

import duckdb

from data.extract import Staged, quoted
from data.findings import Finding
from data.scan import IDENTIFIERS, NOTHING, Check, run
from data.schema import SchemaColumn

#: Blanks: space, tabulator, line ends, the fixed, thin and ideographic spaces of other programs, and what has no width.
BLANKS = " \t\r\n\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
BLANKS += "\u200b\u200c\u200d\u200e\u200f\u2060"
#: Text columns whose values say nothing about who the patient is.
_OPEN = frozenset(["icd10", "t", "n", "m", "timepoint", "package", "kind"])


def normalise(con: duckdb.DuckDBPyConnection, staged: dict[str, Staged], name: str) -> list[Finding]:
    """Change the staged table ``name`` to the values that are meant; one finding for each column and rule."""
    one = staged[name]
    columns = [column for column in one.table.columns if column.name in one.columns]
    texts = [column for column in columns if column.kind == "text"]
    findings = []
    for rule, chosen, change in (
        ("blanks", columns if one.blanks else [], _trimmed),
        ("empty_word", texts, _without_words),
        ("icd10_form", [column for column in texts if column.name == "icd10"], _icd10),
    ):
        checks = [_check(rule, column, change(f"s.{quoted(column.name)}")) for column in chosen]
        found = run(con, staged, name, checks)
        findings += found
        for column in [finding.column for finding in found]:
            value = quoted(column)
            con.execute(
                f"UPDATE stage_{name} SET {value} = {change(value)} WHERE {value} IS DISTINCT FROM {change(value)}"
            )
    return findings


def _check(rule: str, column: SchemaColumn, changed: str) -> Check:
    value = f"s.{quoted(column.name)}"
    open_value = column.kind != "text" or column.name in _OPEN or rule != "blanks"
    # Of a text that may identify, only what is blank and nothing else is shown.
    shows = value if open_value else f"CASE WHEN {changed} IS NULL THEN {value} END"
    differs = f"{value} IS DISTINCT FROM {changed}"
    if rule == "blanks":  # the trimming itself takes ten times as long as this look at both ends
        blank = r"[\s\p{Z}\x{feff}\x{200b}-\x{200f}\x{2060}]"
        ends = f"regexp_matches({value}, '^{blank}|{blank}$')"
        differs = f"CASE WHEN {ends} THEN {differs} END"
    return Check(rule, column.name, differs, shows=shows, meant=_meant(rule))


def _meant(rule: str):
    return icd10 if rule == "icd10_form" else None


def _trimmed(value: str) -> str:
    return f"nullif(trim({value}, '{BLANKS}'), '')"


def _without_words(value: str) -> str:
    exact = value.removeprefix("s.").strip('"') in IDENTIFIERS
    words = ", ".join(f"'{word if exact else word.lower()}'" for word in NOTHING)
    plain = value if exact else f"lower({value})"
    return f"CASE WHEN length({value}) > 4 THEN {value} WHEN {plain} NOT IN ({words}) THEN {value} END"


def _icd10(value: str) -> str:
    return f"nullif(regexp_replace(replace(upper({value}), '.', ''), '^D([A-Z])', '\\1'), '')"


def icd10(code: str) -> str:
    """An ICD-10 code as it is stored: ``DC20.9`` is C209; D46 is no SKS form, its D is its chapter's."""
    return re.sub(r"^D([A-Z])", r"\1", code.upper().replace(".", ""))
