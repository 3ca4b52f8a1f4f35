"""What an indicator is: a few lines of data from which everything else is derived.

Terms follow FHIR Measure: initial population, denominator exclusion, denominator, numerator, improvement notation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from data.text import Text

#: What a patient brings, under the names of data.selection.
CASE_MIX = ("age_group", "sex", "stage", "performance_status", "comorbidity")
NOTHING = Text("Ingen", "None")


@dataclass(frozen=True)
class Family:
    """A heading of the overview."""

    id: str
    title: Text


FAMILIES = (
    Family("workup", Text("Udredning og MDT-konference", "Work-up and MDT conference")),
    Family("surgery", Text("Planlagt kirurgi", "Elective surgery")),
    Family("oncology", Text("Onkologisk behandling og forsøg", "Oncological treatment and trials")),
    Family("palliation", Text("Palliation og patientens stemme", "Palliative care and the patient's voice")),
    Family("survival", Text("Overlevelse", "Survival")),
    Family("data", Text("Datakvalitet", "Data quality")),
)


@dataclass(frozen=True)
class Definition:
    """The definition in words, as the page's box and the catalogue print it."""

    population: Text
    denominator: Text
    numerator: Text
    missing: Text = NOTHING
    excluded: Text = NOTHING
    unit: Text = field(default=Text("Patientens ansvarlige afdeling", "The department responsible for the case"))


_PATIENT, _PATIENTS = Text("patient", "patient"), Text("patienter", "patients")


@dataclass(frozen=True)
class Phrases:
    """How sentences speak of an indicator's patients.

    ``met``: what those of the numerator meet, after '41 flere patienter om året ville' ('41 more patients a year would
    have'). ``against``: who counts against the department, after 'patienter' ('patients'). ``one`` and ``many``: what
    is counted.
    """

    met: Text
    against: Text
    one: Text = _PATIENT
    many: Text = _PATIENTS


@dataclass(frozen=True)
class WhyNot:
    """Why the numerator was not met: the values of ``column`` that mean no, in the order shown; ``question``: the
    heading; ``share``: what the shares are of, a sentence."""

    column: str
    values: tuple[str, ...]
    question: Text
    share: Text


@dataclass(frozen=True)
class Days:
    """A number of days in a reason: SQL over the indicator's rows, shown without its sign as '12 dage'."""

    sql: str


@dataclass(frozen=True)
class Because:
    """Why a row counts as it does: the first of an indicator's that fits says it.

    ``state``: fulfilled, not_fulfilled, missing or excluded; ``when``: SQL over the rows; ``text``: the reason, each
    ``{}`` filled with the next of ``values`` (Days, or SQL of a text). A state that no Because fits is told in the
    definition's words.
    """

    state: str
    text: Text
    values: tuple[Days | str, ...] = ()
    when: str = "TRUE"


@dataclass(frozen=True)
class Reach:
    """Which patients can still be reached before the indicator has failed for them, on the day ``$data_cut``.

    ``when``: SQL over the rows that picks them; ``due``: SQL of the last day, "" where the definition sets none;
    ``missing``: what is to happen or to be registered; ``unit``: SQL of the department to act, "": the indicator's.
    """

    when: str
    missing: str
    due: str = ""
    unit: str = ""


#: What ``Reach.missing`` can be, in words for a list: 'mangler: MDT-konference'.
MISSING = {
    "adjuvant_start": Text("start på adjuverende behandling", "start of adjuvant treatment"),
    "received_date": Text("modtagelse i palliativ enhed", "being received by the palliative unit"),
    "answered_date": Text("besvaret spørgeskema", "an answered questionnaire"),
    "conference": Text("MDT-konference", "MDT conference"),
    "trial_status": Text("svar på, om et forsøg er tilbudt", "word on whether a trial was offered"),
    "follow_up": Text("registreret 30-dages opfølgning", "a registered 30-day follow-up"),
    "booking": Text("en dato", "a booked date"),
    "start": Text("start inden fristen", "start within the limit"),
}


@dataclass(frozen=True)
class Indicator:
    """One indicator. SQL expressions are over the columns of ``rows`` (a table or view of a database file).

    ``numerator`` is TRUE (fulfilled), FALSE (not fulfilled) or NULL (missing, "uoplyst"). ``follow_up``: a row is
    mature when index date + follow_up days <= data cut. ``needs``: tables, and optional columns (``table.column``),
    without which a database does not report the indicator. ``uses``: optional columns without which it is reported but
    counts or divides otherwise, which is said beside the result. ``staging``: "TNM", "grouping" (any stage grouping) or
    "" (every database). ``groups``: the grouping names it takes, () = all. ``survival_years``: a result indicator read
    from the survival tables. ``measures``: the case-mix variables whose registration it measures itself, which it can
    therefore not be adjusted by. ``unbounded``: the dates in its SQL to which the definition sets no end; early warning
    counts them to the end of its window only, so that the past does not change. ``because``: the clauses a row can fall
    on, in words (``indicators.cases``). ``reach``: who can still be reached (``indicators.reach``).
    """

    id: str
    family: str
    title: Text
    definition: Definition
    phrases: Phrases
    numerator: str
    improvement: str = "increase"
    qualifier: Text | None = None
    rows: str = "cases"
    index_date: str = "diagnosis_date"
    unit: str = "department"
    population: str = "TRUE"
    exclusion: str = "FALSE"
    follow_up: int = 0
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    staging: str = ""
    groups: tuple[str, ...] = ()
    recommendation: Text | None = None
    why_not: WhyNot | None = None
    rare: bool = False
    survival_years: int = 0
    measures: tuple[str, ...] = ()
    unbounded: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()
    reach: Reach | None = None

    @property
    def case_mix(self) -> tuple[str, ...]:
        """The grouping names by which its rows can be adjusted: what the patient brings, never what the unit does."""
        if self.rows == "coverage_cases":  # expected cases have no patient
            return ()
        return CASE_MIX

    @property
    def days_in_title(self) -> bool:
        """Whether the qualifier is a span that belongs to the name wherever it stands: 'Reoperation (30 dage)'."""
        return self.family == "surgery" and self.qualifier is not None

    @property
    def higher_is_better(self) -> bool:
        return self.improvement == "increase"
