"""Findings of an import: every rule as a literal row, and one finding as a value, in Danish and English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

ERROR = "error"
WARNING = "warning"
INFO = "info"
#: Gravest first: the order in which findings are said.
SEVERITIES = (ERROR, WARNING, INFO)

#: How many row numbers a finding names.
FIRST_ROWS = 5
#: How many offending values a finding names.
FIRST_VALUES = 5


class Words(NamedTuple):
    """One sentence in both languages."""

    da: str
    en: str

    def in_(self, lang: str) -> str:
        return self.da if lang == "da" else self.en


_NOTHING = Words("", "")


@dataclass(frozen=True)
class Rule:
    """One import rule: what it says, whether it refuses the extract, and how its fault is mended."""

    id: str
    severity: str
    da: str
    en: str
    mend: Words = _NOTHING

    def in_(self, lang: str) -> str:
        return self.da if lang == "da" else self.en


RULES: tuple[Rule, ...] = (
    Rule(
        "extract_toml",
        ERROR,
        "extract.toml mangler eller har fejl",
        "extract.toml is missing, incomplete or wrong",
    ),
    Rule("unknown_key_refused", ERROR, "Ukendt nøgle i extract.toml", "unknown key in extract.toml"),
    Rule("unknown_key", WARNING, "Ukendt nøgle i extract.toml; den er ikke læst", "unknown key; it was not read"),
    Rule("future_data_cut", ERROR, "Dataskæringen ligger efter i dag", "data_cut lies after today"),
    Rule(
        "period_after_cut",
        WARNING,
        "Perioden i extract.toml slutter efter dataskæringen",
        "[period] ends after data_cut",
    ),
    Rule("format", ERROR, "Formatet understøttes ikke", "the format is not supported"),
    Rule("unknown_database", ERROR, "Ukendt database", "unknown database"),
    Rule(
        "not_anonymised",
        ERROR,
        "Udtrækket er ikke anonymiseret",
        "the extract is not anonymised",
        Words("Fjern det, eller erstat det med et pseudonym", "Remove it, or replace it by a pseudonym"),
    ),
    Rule(
        "missing_table",
        ERROR,
        "Tabellen mangler",
        "the table is missing",
        Words("Levér tabellen", "Deliver the table"),
    ),
    Rule(
        "two_files",
        ERROR,
        "Tabellen findes både som CSV og Parquet",
        "the table is there both as CSV and as Parquet",
        Words("Behold den ene af de to filer", "Keep one of the two files"),
    ),
    Rule(
        "unknown_file",
        WARNING,
        "Ukendt fil; den er ikke læst",
        "unknown file; it was not read",
        Words("Giv filen tabellens navn, eller fjern den", "Give the file the table's name, or remove it"),
    ),
    Rule(
        "missing_column",
        ERROR,
        "En påkrævet kolonne mangler",
        "a required column is missing",
        Words("Levér kolonnen", "Deliver the column"),
    ),
    Rule(
        "unknown_column_refused",
        ERROR,
        "Ukendt kolonne",
        "unknown column",
        Words(
            "Ret navnet, fjern kolonnen, eller skriv den i ignore i extract.toml",
            "Correct the name, remove the column, or write it in ignore in extract.toml",
        ),
    ),
    Rule(
        "unknown_column",
        WARNING,
        "Ukendt kolonne; den er ikke læst",
        "unknown column; it was not read",
        Words(
            "Ret navnet, fjern kolonnen, eller skriv den i ignore i extract.toml",
            "Correct the name, remove the column, or write it in ignore in extract.toml",
        ),
    ),
    Rule(
        "duplicate_column",
        ERROR,
        "Kolonnenavnet optræder to gange",
        "the column name occurs twice",
        Words("Skriv hver kolonne én gang", "Name each column once"),
    ),
    Rule(
        "encoding",
        ERROR,
        "Forkert tegnsæt",
        "wrong encoding",
        Words(
            "Skriv filens tegnsæt i extract.toml, eller gem filen om",
            "Write the file's encoding in extract.toml, or save the file anew",
        ),
    ),
    Rule(
        "delimiter",
        ERROR,
        "Forkert skilletegn",
        "wrong delimiter",
        Words("Skriv filens skilletegn i extract.toml", "Write the file's delimiter in extract.toml"),
    ),
    Rule(
        "unreadable",
        ERROR,
        "Filen kan ikke læses",
        "the file cannot be read",
        Words("Ret filen", "Mend the file"),
    ),
    Rule(
        "row_count",
        ERROR,
        "Antallet af rækker passer ikke",
        "the row count does not hold",
        Words("Levér hele filen igen", "Deliver the file again, whole"),
    ),
    Rule(
        "sha256",
        ERROR,
        "Kontrolsummen passer ikke",
        "the sha256 sum does not hold",
        Words(
            "Filen er ikke den, som kontrolsummen hører til. Levér den igen",
            "The file is not the one that was signed. Deliver it again",
        ),
    ),
    Rule(
        "empty_cases",
        ERROR,
        "Der er ingen forløb",
        "there are no cases",
        Words(
            "Et udtræk har mindst ét forløb. Levér tabellen igen",
            "An extract has at least one case. Deliver the table again",
        ),
    ),
    Rule(
        "required_value",
        ERROR,
        "En påkrævet værdi mangler",
        "a required value is missing",
        Words("Hver række skal have en værdi", "Each row needs a value"),
    ),
    Rule(
        "date",
        ERROR,
        "Datoen findes ikke eller har forkert form",
        "unparsable or impossible date",
        Words("Skriv ÅÅÅÅ-MM-DD", "Write YYYY-MM-DD"),
    ),
    Rule(
        "future_date",
        ERROR,
        "Datoen ligger efter dataskæringen",
        "a date after data_cut",
        Words("Ret datoen, eller data_cut i extract.toml", "Correct the date, or data_cut in extract.toml"),
    ),
    Rule(
        "number",
        ERROR,
        "Ikke et helt tal i det tilladte interval",
        "not a whole number in its range",
        Words("Skriv hele tal", "Write whole numbers"),
    ),
    Rule(
        "boolean",
        ERROR,
        "Ikke true eller false",
        "neither true nor false",
        Words("Skriv true eller false", "Write true or false"),
    ),
    Rule(
        "code",
        ERROR,
        "Koden findes ikke i sin liste",
        "code outside its list",
        Words("Skriv en kode fra listen", "Write a code of the list"),
    ),
    Rule(
        "region",
        ERROR,
        "Regionen findes ikke på den dato",
        "region outside the list valid on that date",
        Words("Skriv regionens kode, der gælder på datoen", "Write the region's code that is valid on the date"),
    ),
    Rule(
        "unknown_department",
        ERROR,
        "Ukendt afdeling",
        "unknown department",
        Words(
            "Brug en kode fra referencelisten, eller levér afdelingen i departments",
            "Use a code of the reference list, or deliver the unit in departments",
        ),
    ),
    Rule(
        "department_conflict",
        ERROR,
        "Afdelingskoden står i referencelisten med et andet hospital eller en anden region",
        "the code stands in the reference list with another hospital or region",
        Words("Vælg en anden kode", "Choose another code"),
    ),
    Rule(
        "duplicate_key",
        ERROR,
        "Nøglen forekommer flere gange",
        "duplicate key",
        Words(
            "Hver nøgle må kun stå én gang; de nævnte rækker gentager en tidligere række",
            "Each key once; the rows named repeat an earlier one",
        ),
    ),
    Rule(
        "unknown_case",
        ERROR,
        "Forløbet findes ikke i cases",
        "the case_id is unknown in cases",
        Words("Levér forløbet, eller fjern rækken", "Deliver the case, or remove the row"),
    ),
    Rule(
        "death_before_diagnosis",
        ERROR,
        "Død før diagnosen",
        "death before diagnosis",
        Words("Ret datoerne ved kilden", "Correct the dates at the source"),
    ),
    Rule(
        "contact_before_diagnosis",
        ERROR,
        "Udrejst eller sidst kendt i live før diagnosen",
        "emigration or last contact before diagnosis",
        Words("Ret datoerne ved kilden", "Correct the dates at the source"),
    ),
    Rule(
        "stop_without_end",
        ERROR,
        "stop_date uden end",
        "stop_date with no end",
        Words("Skriv, hvordan ventetiden sluttede", "Say how the wait ended"),
    ),
    Rule(
        "end_without_stop",
        ERROR,
        "end uden stop_date",
        "an end without stop_date",
        Words("Skriv datoen", "Give the date"),
    ),
    Rule(
        "outside_period",
        WARNING,
        "Diagnosen ligger uden for perioden i extract.toml",
        "a diagnosis outside [period]",
        Words("Ret datoerne, eller [period] i extract.toml", "Correct the dates, or [period] in extract.toml"),
    ),
    Rule(
        "before_diagnosis",
        WARNING,
        "Mere end 30 dage før diagnosen",
        "more than 30 days before diagnosis",
        Words("Ret datoerne ved kilden", "Correct the dates at the source"),
    ),
    Rule(
        "cause_missing",
        WARNING,
        "Død uden registreret dødsårsag",
        "cause_of_death missing for the dead",
        Words(
            "De regnes som døde af kræften, med grænser. Registrér dødsårsagen",
            "They are counted as deaths of the cancer, with bounds. Register the cause",
        ),
    ),
    Rule(
        "older_data_cut",
        ERROR,
        "Lageret har nyere data",
        "the store holds newer data",
    ),
    Rule("table_gone", ERROR, "Tabellen havde rækker og er væk", "the table had rows and is gone"),
    Rule("period_shrinks", ERROR, "Perioden er kortere end før", "[period] is shorter than before"),
    Rule(
        "part_or_whole",
        ERROR,
        "En del ville erstatte hele databasen, eller omvendt",
        "a part would replace the whole, or the other way round",
    ),
    Rule(
        "in_two_parts",
        ERROR,
        "Nøglen findes i to dele af databasen",
        "the key is in two parts of the database",
        Words("Hver nøgle hører til én del", "Each key belongs to one part"),
    ),
    Rule(
        "no_common_period",
        ERROR,
        "Delenes perioder har ingen dag til fælles",
        "the parts' periods have no day in common",
    ),
    Rule(
        "places_gone",
        WARNING,
        "Havde forløb i det forrige udtræk og har ingen nu",
        "had cases in the previous extract and has none now",
    ),
    Rule(
        "column_gone",
        WARNING,
        "Kolonnen var med i det forrige udtræk og er væk",
        "the column was in the previous extract and is gone",
        Words("Det, der bygger på den, bliver ikke opgjort", "What rests on it is not reported"),
    ),
    Rule(
        "not_in_all_parts",
        WARNING,
        "Ikke leveret i alle dele; det, der bygger på det, bliver ikke opgjort",
        "not delivered in all parts; what rests on it is not reported",
    ),
    Rule(
        "parts_differ",
        WARNING,
        "Delene dækker ikke samme periode; den fælles regnes",
        "the parts do not cover the same period; the common one counts",
    ),
    Rule(
        "waits_for_other_parts",
        INFO,
        "Delen rækker længere end de andre; det seneste venter på dem",
        "the part reaches further than the others; the latest waits for them",
    ),
    Rule(
        "fewer_cases",
        WARNING,
        "Mere end 30 % færre forløb end i forrige udtræk",
        "case count more than 30 % below the previous extract",
    ),
    Rule(
        "incomplete",
        WARNING,
        "Udfyldt i under 90 % af rækkerne",
        "filled in less than 90 % of the rows",
        Words("Registrér variablen", "Register the variable"),
    ),
    Rule(
        "stop_before_start",
        WARNING,
        "Slut før start",
        "stop before start",
        Words("Ret datoerne ved kilden", "Correct the dates at the source"),
    ),
    Rule(
        "consent_after_stop",
        WARNING,
        "Samtykke efter slut",
        "consent after stop",
        Words("Ret datoerne ved kilden", "Correct the dates at the source"),
    ),
    Rule(
        "started_without_consent",
        WARNING,
        "Behandling startet uden samtykkedato",
        "treatment started without consent_date",
        Words(
            "Registrér samtykkedatoen; uden den regnes fra henvisningen",
            "Register the consent; without it the clock starts at the referral",
        ),
    ),
    Rule(
        "overrun_without_reason",
        WARNING,
        "Overskridelse uden årsag",
        "overrun without reason",
        Words(
            "Registrér årsagen; uden den er forløbet uafklaret", "Register the reason; without it the wait is unsettled"
        ),
    ),
    Rule(
        "reason_without_documentation",
        WARNING,
        "Årsag uden dokumentation",
        "reason without documentation",
        Words(
            "Kapacitet som årsag kræver tilbud, dokumentation og samtykkets dato",
            "Capacity as a reason needs the offer, its documentation and the date of the consent",
        ),
    ),
    Rule(
        "link_outside",
        ERROR,
        "Et link i mappen fører ud af den",
        "a link in the folder leads out of it",
        Words("Læg selve filen i mappen", "Put the file itself into the folder"),
    ),
    Rule(
        "too_large",
        ERROR,
        "Tabellen er større, end den må være",
        "the table is larger than it may be",
        Words("Levér kun denne databases rækker", "Deliver the rows of this database only"),
    ),
    Rule(
        "no_header",
        ERROR,
        "Første række har ingen af tabellens kolonnenavne",
        "the first row has none of the table's column names",
        Words("Skriv kolonnernes navne i første række", "Write the columns' names in the first row"),
    ),
    Rule(
        "header_differs",
        WARNING,
        "Kolonnens navn afviger kun i store og små bogstaver eller blanktegn; den er læst, som den må være ment",
        "the column's name differs only in case or blanks; it was read as meant",
        Words(
            "Skriv navnet, som formatet gør; er kolonnen påkrævet, afvises udtrækket",
            "Write the name as the format does; where the column is required, the extract is refused",
        ),
    ),
    Rule(
        "before_1900",
        ERROR,
        "Diagnosen ligger før 1900",
        "a diagnosis before 1900",
        Words("Ret datoen ved kilden", "Correct the date at the source"),
    ),
    Rule(
        "department_code",
        ERROR,
        "Afdelingskoden har tegn, som den ikke må have, eller er for lang",
        "the department code has characters that it may not have, or is too long",
        Words(
            "Tilladt er 1 til 40 af bogstaverne A–Å, cifre, _ . og -, dog ikke punktummer alene",
            "Permitted are 1 to 40 of the letters A–Å, digits, _ . and -, but not dots alone",
        ),
    ),
    Rule(
        "control_character",
        ERROR,
        "Navnet har styretegn eller tegn, der vender skriveretningen",
        "the name has control characters or characters that turn the direction of writing",
        Words("Skriv navnet igen uden dem", "Write the name again without them"),
    ),
    Rule(
        "icd10_outside_database",
        WARNING,
        "Diagnosen er ikke en af databasens egne",
        "the diagnosis is not one of the database's own",
        Words(
            "Fjern forløbene, eller ret koderne; er det mere end 20 % af forløbene, afvises udtrækket",
            "Remove the cases, or correct the codes; more than 20 % of the cases refuse the extract",
        ),
    ),
    Rule(
        "reversed_dates",
        WARNING,
        "Datoen ligger før den, som den skal følge efter",
        "the date lies before the one that it must follow",
        Words(
            "Ret datoerne ved kilden; dagene imellem regnes som uoplyst",
            "Correct the dates at the source; the days between count as missing",
        ),
    ),
    Rule(
        "after_death",
        WARNING,
        "Datoen ligger efter patientens død",
        "the date lies after the patient's death",
        Words(
            "Ret den ene af de to datoer ved kilden",
            "Correct one of the two dates at the source",
        ),
    ),
    Rule(
        "line_break_in_value",
        WARNING,
        "Værdien rummer linjeskift; et løst anførselstegn kan have slugt rækker",
        "the value holds line breaks; a stray quotation mark may have swallowed rows",
        Words("Ret anførselstegnene, og levér filen igen", "Mend the quotation marks, and deliver the file again"),
    ),
    Rule(
        "department_gone",
        WARNING,
        "Afdelingen havde mange forløb sidste år og ingen nu",
        "the department had many cases last year and none now",
        Words(
            "Spørg afdelingen, om indberetningen er holdt op, eller om koden er ny",
            "Ask the department whether the reporting has stopped, or whether its code is new",
        ),
    ),
    Rule(
        "more_than_expected",
        WARNING,
        "Afdelingen har flere forløb, end registret forventer",
        "the department has more cases than the register expects",
        Words("Sammenhold afdeling og år med registret", "Compare department and year with the register"),
    ),
    Rule(
        "column_not_delivered",
        WARNING,
        "Kolonnen er ikke leveret; det, som hviler på den, er ikke opgjort",
        "the column was not delivered; what rests on it is not reported",
        Words("Levér kolonnen, hvis databasen har den", "Deliver the column if the database has it"),
    ),
    Rule(
        "imprecise",
        WARNING,
        "Værdien er mindre præcis, end den ser ud",
        "the value is less precise than it looks",
        Words("Levér den hele værdi, hvis registret har den", "Deliver the whole value if the registry has it"),
    ),
    Rule(
        "blanks",
        INFO,
        "Blanktegn før eller efter værdien",
        "blanks before or after the value",
        Words("De er udeladt", "They were not read"),
    ),
    Rule(
        "empty_word",
        INFO,
        "Et ord, der betyder, at der ikke er nogen værdi",
        "a word that means that there is no value",
        Words("Læst som tom, ikke registreret", "Read as empty, not registered"),
    ),
    Rule(
        "icd10_form",
        INFO,
        "ICD-10-koden er skrevet på en anden måde",
        "the ICD-10 code is written in another form",
        Words(
            "Læst uden prik, uden SKS-formens D og med store bogstaver",
            "Read in capitals, without the dot and without the D of the SKS form",
        ),
    ),
)
RULE = {rule.id: rule for rule in RULES}


_SEVERITY_WORDS = {
    ERROR: Words("fejl", "error"),
    WARNING: Words("advarsel", "warning"),
    INFO: Words("oplysning", "info"),
}


#: What is lost where only that much of a value is known (``[precision]`` of extract.toml).
IMPRECISE = {
    "month": Words(
        "dagen kendes ikke, og den 15. er brugt: dage mellem to datoer er op til 16 dage forkerte",
        "the day is not known, and the 15th is used: days between two dates are up to 16 days wrong",
    ),
    "year": Words(
        "måneden kendes ikke, og 1. juli er brugt: tid mellem to datoer er op til et halvt år forkert, og det, der har "
        "en frist i dage, kan ikke bedømmes",
        "the month is not known, and 1 July is used: time between two dates is up to half a year wrong, and what has a "
        "limit in days cannot be judged",
    ),
    "birth_month": Words(
        "fødselsdagen kendes ikke: alderen kan være ét år for høj i den måned, patienten fylder år",
        "the day of birth is not known: the age may be one year too high in the month of the birthday",
    ),
    "birth_year": Words(
        "kun fødselsåret kendes: alderen kan være ét år for høj, og forløb nær en aldersgrænse kan stå i gruppen over",
        "only the year of birth is known: the age may be one year too high, and cases near a limit may stand in the "
        "age group above",
    ),
    "age_group": Words(
        "kun aldersgruppen kendes, og dens midte er brugt: den enkeltes alder kendes ikke, og justering for alder er "
        "grovere",
        "only the age group is known, and its middle is used: nobody's own age is known, and adjusting for age is "
        "coarser",
    ),
    "constant": Words(
        "datoen er ikke leveret, og den samme dag står i alle rækker: kun tiden derfra gælder, ikke år og måneder",
        "the date was not delivered, and the same day stands in all rows: only the time from it holds, not years and "
        "months",
    ),
}


class Value(NamedTuple):
    """An offending value with its number of rows, and the permitted value that it is nearest to ("": none)."""

    text: str
    rows: int
    meant: str = ""


@dataclass(frozen=True)
class Finding:
    """What a rule found in one column of one table.

    ``first_rows`` count data rows from 1; ``lines`` are the lines of the file on which these rows begin (none for
    Parquet and for findings about a whole table). ``of_rows``: how many rows could have been at fault, where a share
    is to be said. ``values``: offending values, most frequent first, never of an identifier; ``more_values`` further
    ones are not named. ``detail`` says what was expected or how to mend it, in both languages; the rule's own advice
    stands in for an empty one. ``level``: the severity, where it is another than the rule's.
    """

    rule: str
    table: str
    column: str = ""
    rows: int = 0
    first_rows: tuple[int, ...] = ()
    detail: Words | str = ""
    lines: tuple[int, ...] = ()
    of_rows: int = 0
    values: tuple[Value, ...] = ()
    more_values: int = 0
    level: str = ""

    @property
    def severity(self) -> str:
        return self.level or RULE[self.rule].severity

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    @property
    def is_warning(self) -> bool:
        return self.severity == WARNING

    @property
    def place(self) -> str:
        """``table.column``, or the table where the finding is about the whole of it."""
        return f"{self.table}.{self.column}" if self.column else self.table

    def advice(self, lang: str = "en") -> str:
        """What was expected or how to mend it."""
        detail = self.detail.in_(lang) if isinstance(self.detail, Words) else self.detail
        return detail or RULE[self.rule].mend.in_(lang)

    def values_text(self, lang: str = "en") -> str:
        """The offending values, quoted, with their numbers of rows: '"IIIB" 120 (did you mean "III"?), "NA" 41'."""
        meant = ("mente du" if lang == "da" else "did you mean") + ' "{}"?'
        if self.severity == INFO:
            meant = ("læst som" if lang == "da" else "read as") + ' "{}"'
        more = f"{self.more_values} andre" if lang == "da" else f"{self.more_values} more"
        named = [
            " ".join(
                [
                    f'"{value.text}"',
                    *([str(value.rows)] if value.rows else []),
                    *([f"({meant.format(value.meant)})"] if value.meant else []),
                ]
            )
            for value in self.values
        ]
        return ", ".join(named + ([more] if self.more_values else []))

    def rows_text(self, lang: str = "en") -> str:
        """'3 rows of 12, 25.0 % (first: 1, 2, 5; lines of the file: 2, 3, 6)', "" without rows."""
        da = lang == "da"
        if not self.rows:
            return ""
        unit = ("række" if self.rows == 1 else "rækker") if da else ("row" if self.rows == 1 else "rows")
        text = f"{self.rows} {unit}"
        if self.of_rows:
            share = f"{100 * self.rows / self.of_rows:.1f} %"
            text += f" af {self.of_rows}, {share.replace('.', ',')}" if da else f" of {self.of_rows}, {share}"
        if self.first_rows:
            text += f" ({'første' if da else 'first'}: {', '.join(map(str, self.first_rows))}"
            if self.lines:
                text += f"; {'linje i filen' if da else 'line of the file'}: {', '.join(map(str, self.lines))}"
            text += ")"
        return text

    def sentence(self, lang: str = "en") -> str:
        """The finding as one line: severity, place, rule, what it is, rows, values, advice."""
        parts = [RULE[self.rule].in_(lang), self.rows_text(lang), self.values_text(lang)]
        text = "; ".join(part for part in parts if part)
        advice = self.advice(lang)
        start = f"{_SEVERITY_WORDS[self.severity].in_(lang)}: {self.place}: {self.rule}: {text}"
        return start + (f". {advice}" if advice else "")

    def as_object(self, lang: str = "en") -> dict[str, object]:
        """The finding for JSON; every field is always there, ``message`` is the sentence in ``lang``."""
        return {
            "severity": self.severity,
            "rule": self.rule,
            "table": self.table,
            "column": self.column,
            "rows": self.rows,
            "of_rows": self.of_rows or None,
            "first_rows": list(self.first_rows),
            "lines": list(self.lines),
            "values": [{"value": one.text, "rows": one.rows, "did_you_mean": one.meant or None} for one in self.values],
            "more_values": self.more_values,
            "text": RULE[self.rule].in_(lang),
            "advice": self.advice(lang),
            "message": self.sentence(lang),
        }


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, errors first, then warnings, then what was normalised; otherwise in their own order."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
