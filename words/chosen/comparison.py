"""The choices of a comparison: which units, one year or three pooled, read from the URL."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from results.audit import SITE_NAMES
from results.view import View
from words import format as fmt
from words.reader import Reader

#: The units' words in the URL and on the page (singular, plural, definite plural).
LEVELS = {
    "afdeling": ("department", ("Afdelinger", "Departments")),
    "hospital": ("hospital", ("Hospitaler", "Hospitals")),
    "region": ("region", ("Bopælsregioner", "Regions of residence")),
}
WORD = {by: word for word, (by, _) in LEVELS.items()}
EXTRAS = {"niveau": tuple(LEVELS), "aar": ("1", "3")}


@dataclass(frozen=True)
class SpanContext(Reader):
    """The page's surroundings with all years compared as its period, for stamps and files."""

    span: str = ""

    @property
    def period_label(self) -> str:
        return self.span


@dataclass(frozen=True)
class ChosenComparison:
    """What the reader chose; ``pinned`` for figures, stamps and files."""

    context: Reader
    pinned: SpanContext
    by: str
    years: int

    @property
    def span(self) -> str:
        return self.pinned.span


def read(context: Reader, years_before: int = 0) -> ChosenComparison:
    """The choices of the URL; ``years_before``: how long before the period a survival cohort was diagnosed."""
    by = LEVELS[context.state.choice("niveau", "afdeling")][0]
    years = int(context.state.choice("aar", "1"))
    if context.state.place == "residence" and not context.state.choice("niveau"):
        by = "region"
    named = {one.name: getattr(context, one.name) for one in fields(Reader)}
    state = context.state if filters_answer(context) else context.state.cleared().with_(lokalisation=None)
    named["state"] = state.with_(place="treating", niveau=WORD[by])
    text = span_text(context, years, years_before)
    return ChosenComparison(context, SpanContext(**named, span=text), by, years)


def filters_answer(context: Reader) -> bool:
    """Whether a comparison of some patients is made: in the public edition it would tell what is hidden."""
    return context.edition == "working"


def of_all(context: Reader) -> bool:
    """Whether a comparison is of all patients, whatever the filters."""
    return not filters_answer(context)


def why_all(context: Reader) -> str:
    """Why the public edition compares all patients only."""
    return context.t(
        "Forskellen mellem en sammenligning af alle og af nogle patienter ville vise resultater, der er skjult, fordi "
        "de bygger på få.",
        "The difference between a comparison of all and of some patients would show results that are hidden because "
        "they are of few.",
    )


def file_note(context: Reader) -> tuple[tuple[str, str], ...]:
    """The line of a file that says which chosen filters it does not answer, and why; none where it answers all."""
    filtered = context.state.filtered or context.state.choice("lokalisation")
    if not filtered or filters_answer(context):
        return ()
    said = [value for _, _, value in replace(context, whole=False).filters()]
    if site := context.state.choice("lokalisation"):
        said.append(SITE_NAMES[site].in_(context.lang) if site in SITE_NAMES else site)
    words = fmt.listed(said, context.lang)
    not_used = context.t(f"Ikke brugt: {words}. {why_all(context)}", f"Not used: {words}. {why_all(context)}")
    return ((context.t("Filtre", "Filters"), not_used),)


def seen(context: Reader) -> View:
    """The view whose patients are compared: the filters' and the site's."""
    if not filters_answer(context):
        return context.view.of_all_patients()
    return context.view.for_site(context.state.choice("lokalisation"))


def whose(context: Reader) -> str:
    """'Kvinder, 65–74 år, endetarm: ' before the title of a figure or file; empty where it is of all patients."""
    words = [value for _, _, value in context.filters()] if filters_answer(context) else []
    text = ", ".join([*words, *([site_word(context)] if site_word(context) else [])])
    return f"{text[:1].upper()}{text[1:]}: " if text else ""


def site_word(context: Reader) -> str:
    """The site chosen, in words; empty where none is (the shell says the other filters)."""
    site = context.state.choice("lokalisation")
    if not site or not filters_answer(context):
        return ""
    return SITE_NAMES[site].in_(context.lang) if site in SITE_NAMES else site


def span_text(context: Reader, years: int, years_before: int = 0) -> str:
    """'2025', '2023–2025', '2023/24–2025/26'."""
    last = context.period - years_before
    ends = [fmt.period(year, context.first_month, context.lang) for year in (last - years + 1, last)]
    return ends[1] if years == 1 else fmt.EN_DASH.join(ends)
