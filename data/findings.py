"""Findings of an import: every rule as a literal row, and one finding as a value."""

from __future__ import annotations

from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"

#: How many row numbers a finding names.
FIRST_ROWS = 5


@dataclass(frozen=True)
class Rule:
    """One import rule: what it says and whether it refuses the extract."""

    id: str
    severity: str
    da: str
    en: str


RULES: tuple[Rule, ...] = (
    Rule(
        "extract_toml",
        ERROR,
        "extract.toml mangler eller kan ikke læses",
        "extract.toml is missing or unreadable",
    ),
    Rule("format", ERROR, "Formatet understøttes ikke", "the format is not supported"),
    Rule("unknown_database", ERROR, "Ukendt database", "unknown database"),
    Rule("not_anonymised", ERROR, "Udtrækket er ikke anonymiseret", "the extract is not anonymised"),
    Rule("missing_table", ERROR, "Tabellen mangler", "the table is missing"),
    Rule(
        "two_files",
        ERROR,
        "Tabellen findes både som CSV og Parquet",
        "the table is there both as CSV and as Parquet",
    ),
    Rule("unknown_file", WARNING, "Ukendt fil; den er ikke læst", "unknown file; it was not read"),
    Rule("missing_column", ERROR, "En påkrævet kolonne mangler", "a required column is missing"),
    Rule("unknown_column_refused", ERROR, "Ukendt kolonne", "unknown column"),
    Rule("unknown_column", WARNING, "Ukendt kolonne; den er ikke læst", "unknown column; it was not read"),
    Rule("duplicate_column", ERROR, "Kolonnenavnet optræder to gange", "the column name occurs twice"),
    Rule("encoding", ERROR, "Forkert tegnsæt", "wrong encoding"),
    Rule("delimiter", ERROR, "Forkert skilletegn", "wrong delimiter"),
    Rule("unreadable", ERROR, "Filen kan ikke læses", "the file cannot be read"),
    Rule("row_count", ERROR, "Antallet af rækker passer ikke", "the row count does not hold"),
    Rule("sha256", ERROR, "Kontrolsummen passer ikke", "the sha256 sum does not hold"),
    Rule("empty_cases", ERROR, "Der er ingen forløb", "there are no cases"),
    Rule("required_value", ERROR, "En påkrævet værdi mangler", "a required value is missing"),
    Rule("date", ERROR, "Datoen findes ikke eller har forkert form", "unparsable or impossible date"),
    Rule("future_date", ERROR, "Datoen ligger efter dataskæringen", "a date after data_cut"),
    Rule("number", ERROR, "Ikke et helt tal i det tilladte interval", "not a whole number in its range"),
    Rule("boolean", ERROR, "Ikke true eller false", "neither true nor false"),
    Rule("code", ERROR, "Koden findes ikke i sin liste", "code outside its list"),
    Rule("region", ERROR, "Regionen findes ikke på den dato", "region outside the list valid on that date"),
    Rule("unknown_department", ERROR, "Ukendt afdeling", "unknown department"),
    Rule(
        "department_conflict",
        ERROR,
        "Afdelingskoden står i referencelisten med et andet hospital eller en anden region",
        "the code stands in the reference list with another hospital or region",
    ),
    Rule("duplicate_key", ERROR, "Nøglen forekommer flere gange", "duplicate key"),
    Rule("unknown_case", ERROR, "Forløbet findes ikke i cases", "the case_id is unknown in cases"),
    Rule("death_before_diagnosis", ERROR, "Død før diagnosen", "death before diagnosis"),
    Rule(
        "contact_before_diagnosis",
        ERROR,
        "Udrejst eller sidst kendt i live før diagnosen",
        "emigration or last contact before diagnosis",
    ),
    Rule("stop_without_end", ERROR, "stop_date uden end", "stop_date with no end"),
    Rule("end_without_stop", ERROR, "end uden stop_date", "an end without stop_date"),
    Rule(
        "outside_period",
        WARNING,
        "Diagnosen ligger uden for perioden i extract.toml",
        "a diagnosis outside [period]",
    ),
    Rule("before_diagnosis", WARNING, "Mere end 30 dage før diagnosen", "more than 30 days before diagnosis"),
    Rule("cause_missing", WARNING, "Død uden registreret dødsårsag", "cause_of_death missing for the dead"),
    Rule(
        "fewer_cases",
        WARNING,
        "Mere end 30 % færre forløb end i forrige udtræk",
        "case count more than 30 % below the previous extract",
    ),
    Rule("incomplete", WARNING, "Udfyldt i under 90 % af rækkerne", "filled in less than 90 % of the rows"),
    Rule("stop_before_start", WARNING, "Slut før start", "stop before start"),
    Rule("consent_after_stop", WARNING, "Samtykke efter slut", "consent after stop"),
    Rule(
        "started_without_consent",
        WARNING,
        "Behandling startet uden samtykkedato",
        "treatment started without consent_date",
    ),
    Rule("overrun_without_reason", WARNING, "Overskridelse uden årsag", "overrun without reason"),
    Rule("reason_without_documentation", WARNING, "Årsag uden dokumentation", "reason without documentation"),
)
RULE = {rule.id: rule for rule in RULES}


@dataclass(frozen=True)
class Finding:
    """What a rule found in one column of one table; ``first_rows`` count data rows from 1.

    ``detail`` names what was expected and the fix; never the value of an identifier.
    """

    rule: str
    table: str
    column: str = ""
    rows: int = 0
    first_rows: tuple[int, ...] = ()
    detail: str = ""

    @property
    def severity(self) -> str:
        return RULE[self.rule].severity

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    def sentence(self) -> str:
        """The finding as one English line for the terminal."""
        place = f"{self.table}.{self.column}" if self.column else self.table
        text = f"{self.severity}: {place}: {self.rule}: {RULE[self.rule].en}"
        if self.rows:
            text += f"; {self.rows} row{'s' if self.rows != 1 else ''}"
        if self.first_rows:
            text += f" (first: {', '.join(map(str, self.first_rows))})"
        return text + (f". {self.detail}" if self.detail else "")
