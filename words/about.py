"""The methods in plain words, Danish and English side by side; numbers that can change are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from data import reference
from data.text import Text
from words import format as fmt
from words.reader import Reader


@dataclass(frozen=True)
class Method:
    """A part of the methods: anchor, heading, paragraphs."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...]


FIXED: tuple[Method, ...] = (
    Method(
        "antal",
        Text("De fem antal bag en indikator", "The five counts behind an indicator"),
        (
            Text(
                "Hvert forløb i populationen placeres ét sted, i denne rækkefølge: ikke modent (opfølgningstiden er "
                "ikke gået ved dataskæringen), ekskluderet, uoplyst (det kan hverken bekræftes eller afvises) eller i "
                "nævneren. Tælleren er de forløb i nævneren, der opfylder indikatoren. De fire grupper giver altid "
                "tilsammen hele populationen.",
                "Every case of the population has one place, in this order: not mature (the follow-up has not passed "
                "at the data cut), excluded, missing (it can be neither confirmed nor denied) or in the denominator. "
                "The numerator is the cases of the denominator that fulfil the indicator. The four groups always add "
                "up to the population.",
            ),
            Text(
                "Uoplyste står uden for nævneren og vises altid ved siden af. Deres andel er uoplyste / (uoplyste + "
                "nævner); over 5 % står den med fed.",
                "The missing stand outside the denominator and are always shown beside it. Their share is missing / "
                "(missing + denominator); above 5% it is bold.",
            ),
        ),
    ),
    Method(
        "intervaller",
        Text("Intervaller", "Intervals"),
        (
            Text(
                "Alle andele har et eksakt binomialt 95 %-interval (Clopper og Pearson, Biometrika 1934;26:404). "
                "Intervallet siger, hvor meget tallet kunne flytte sig alene ved tilfældighed, og det er bredt, når "
                "der er få patienter. Beslutninger træffes på de uafrundede tal; skærmen viser én decimal.",
                "All shares have an exact binomial 95% interval (Clopper and Pearson, Biometrika 1934;26:404). The "
                "interval says how far the number could move by chance alone; it is wide with few patients. Decisions "
                "are made on the unrounded numbers; the screen shows one decimal.",
            ),
        ),
    ),
    Method(
        "vurdering",
        Text("Opfyldt, sandsynligvis opfyldt, uafklaret", "Met, probably met, unsettled"),
        (
            Text(
                "● opfyldt og ○ ikke opfyldt bruges kun, når hele 95 %-intervallet ligger på samme side af standarden, "
                "og manglende oplysninger ikke kan ændre vurderingen, hverken hvis alle uoplyste opfyldte "
                "indikatoren, eller hvis ingen "
                "gjorde. Alt derimellem er ikke afgjort, og mærket siger, hvad tallene taler for.",
                "● met and ○ not met are used only when the whole 95% interval lies on one side of the standard and "
                "missing data could not change the verdict, neither if all of the missing fulfilled the "
                "indicator nor if none "
                "did. All between is not decided, and the mark says what the numbers speak for.",
            ),
            Text(
                "◕ sandsynligvis opfyldt og ◔ sandsynligvis ikke opfyldt: sandsynligheden er mindst 80 %, beregnet af "
                "afdelingens egne tal (betafordeling med Jeffreys' prior, Brown m.fl., Stat Sci 2001;16:101–133), også "
                "når alle uoplyste regnes som det modsatte. Procenten er den ringeste af de tre. Ved ◐ uafklaret står, "
                "hvad der ville afgøre det: uoplyste, der kan findes, tre år samlet, eller hvor mange patienter mere "
                "ved samme andel.",
                "◕ probably met and ◔ probably not met: the probability is at least 80%, from the department's own "
                "numbers (beta distribution with Jeffreys' prior, Brown et al., Stat Sci 2001;16:101–133), also when "
                "all of the missing are taken as the opposite. The per cent is the poorest of the three. Beside ◐ "
                "unsettled stands what would settle it: missing that can be found, three years together, or how many "
                "patients more at the same share.",
            ),
            Text(
                "Tre år samlet er opgørelsesåret og de to før, vurderet mod årets standard.",
                "Three years together are the reporting year and the two before, judged against the year's standard.",
            ),
            Text(
                "Ja og Nej står kun i årsrapportens tabel, hvor de gælder det uafrundede punktestimat. Udviklingsmål "
                "tegnes og nævnes, men tæller aldrig som standarder.",
                "Yes and No stand only in the annual report's table, where they concern the unrounded point estimate. "
                "Development targets are drawn and named, but never counted as standards.",
            ),
            Text(
                "Resultaterne er ikke case-mix-justeret. Forskelle mellem afdelinger kan skyldes, at patienterne er "
                "forskellige i alder, stadie og komorbiditet.",
                "Results are not adjusted for case mix. Differences between departments may come from patients who "
                "differ in age, stage and comorbidity.",
            ),
        ),
    ),
    Method(
        "overlevelse",
        Text("Overlevelse", "Survival"),
        (
            Text(
                "Tiden regnes fra diagnosedagen til død eller sidste kontakt; et år er 365,25 dage. Overlevelse er "
                "Kaplan-Meier-estimater med log-log-interval (Greenwoods varians). Risikoen for at dø af kræft og af "
                "andre årsager er kumulerede incidenser efter Aalen og Johansen, hvor den ene dødsårsag konkurrerer "
                "med den anden; de tre andele giver altid tilsammen 100 %.",
                "Time runs from the day of diagnosis to death or last contact; a year is 365.25 days. Survival is "
                "estimated with Kaplan–Meier and log-log limits (Greenwood's variance). The risks of dying from cancer "
                "and from other causes are Aalen–Johansen cumulative incidences, in which one cause competes with the "
                "other; the three shares always add up to 100%.",
            ),
            Text(
                "Dødsfald med ukendt årsag regnes som kræftdødsfald. Siden om overlevelse viser også den anden grænse, "
                "hvor de alle regnes som død af andet, så læseren kan se, hvor meget valget betyder.",
                "Deaths of unknown cause count as cancer deaths. The survival page also shows the other bound, with "
                "all of them as other deaths, so that the reader sees what the choice means.",
            ),
            Text(
                "1-års overlevelse gælder patienter diagnosticeret året før perioden, 5-års overlevelse dem fra fem år "
                "før: kun de er fulgt længe nok.",
                "1-year survival concerns patients diagnosed the year before the period, 5-year survival those from "
                "five years before: only they have been followed long enough.",
            ),
        ),
    ),
    Method(
        "steder",
        Text(
            "Behandlende sted eller bopæl, fem eller fire regioner",
            "Place of treatment or residence, five or four regions",
        ),
        (
            Text(
                "Behandlende sted er regionen for den afdeling, som indikatoren tilhører. Bopæl er patientens region "
                "på diagnosetidspunktet. Afdelinger vises kun efter behandlende sted. Dækningsgraden kendes kun efter "
                "afdeling.",
                "Place of treatment is the region of the department that the indicator belongs to. Residence is the "
                "patient's region at diagnosis. Departments are shown by place of treatment only. Coverage is known by "
                "department only.",
            ),
            Text(
                "1. januar 2027 bliver Hovedstaden og Sjælland til Region Østdanmark. Læseren kan skifte mellem fem og "
                "fire regioner; historikken regnes om fra antallene, aldrig ved gennemsnit af procenter.",
                "On 1 January 2027 Hovedstaden and Sjælland become Region Østdanmark. The reader can choose five or "
                "four regions; history is recomputed from the counts, never by averaging percentages.",
            ),
        ),
    ),
)


def methods(context: Reader) -> tuple[Method, ...]:
    """All parts in page order, with those that depend on database and edition."""
    return (*FIXED, _years(context), _breaks(), _editions(context))


def _years(context: Reader) -> Method:
    about = context.view.about
    month = _month(about.year_start)
    da = "" if about.verified else " (projektets antagelse, ikke verificeret)"
    en = "" if about.verified else " (the project's assumption, not verified)"
    example = fmt.period(context.period, about.year_start)
    return Method(
        "aar",
        Text("Opgørelsesår", "Reporting years"),
        (
            Text(
                f"Et opgørelsesår begynder i {month.da} i {context.database}{da} og skrives {example}. Siderne "
                "tilbyder de år, der er hele ved dataskæringen. Perioden bestemmes af indikatorens dato, som regel "
                "diagnosedatoen.",
                f"A reporting year of {context.database} begins in {month.en}{en} and is written {example}. Pages "
                "offer the years that are complete at the data cut. The period goes by the indicator's date, usually "
                "the diagnosis.",
            ),
        ),
    )


def _month(number: int) -> Text:
    import datetime as dt

    day = dt.date(2025, number, 1)
    return Text(fmt.month(day, "da"), fmt.month(day, "en"))


def _breaks() -> Method:
    rows = reference.breaks()
    da = "; ".join(f"{one.letter}: {one.title_da}" for one in rows)
    en = "; ".join(f"{one.letter}: {one.title_en}" for one in rows)
    return Method(
        "brud",
        Text("Brud i data", "Breaks in the data"),
        (
            Text(
                f"Tidsakser markerer ændringer i registreringen med bogstaver ({da}). Hvor data ikke kan sammenlignes "
                "hen over et brud, er linjen afbrudt.",
                f"Time axes mark changes of registration with letters ({en}). Where data cannot be compared across a "
                "break, the line is broken.",
            ),
        ),
    )


def _editions(context: Reader) -> Method:
    k = context.threshold
    return Method(
        "udgaver",
        Text("To udgaver og få patienter", "Two editions and few patients"),
        (
            Text(
                "Arbejdsudgaven viser alle tællinger og er til styregruppe, regioner og afdelinger. I den offentlige "
                "udgave er et resultat skjult, hvis nævneren, tælleren, resten eller de uoplyste er mellem 1 og "
                f"{k - 1}; desuden skjules så mange naboer, at det skjulte ikke kan regnes ud fra det viste. Filer til "
                "hentning er lavet af de samme beskyttede tal som siden.",
                "The working edition shows all counts and is for the steering group, regions and departments. The "
                f"public edition hides a result when denominator, numerator, the rest or the missing are between 1 and "
                f"{k - 1}, and as many neighbours as it takes to keep the hidden from being worked out from the shown. "
                "Downloads are made from the same protected numbers as the page.",
            ),
            Text(
                "Beskyttelsen gælder alle sider og filer under ét: Den offentlige udgave har hele opgørelsesår for "
                "alle patienter og intet andet, så ingen sider kan trækkes fra hinanden. Køn, alder, stadie, måneder, "
                "kurver og case-mix findes kun i arbejdsudgaven.",
                "The protection holds for all pages and files together: the public edition has whole reporting years "
                "of all patients and nothing else, so that no pages can be subtracted from each other. Sex, age, "
                "stage, months, curves and case mix are in the working edition only.",
            ),
        ),
    )


_SOURCES = {
    "project default": "projektets standardværdi",
    "RKKP requirement for clinical databases": "RKKP's krav til kliniske databaser",
    "indicator set": "indikatorsæt",
    "standard": "standard",
    "complete clinical TNM": "komplet klinisk TNM",
    "colon": "kolon",
    "rectum": "rektum",
    "no complication at least 90 %": "mindst 90 % uden komplikation",
    "adjuvant referral": "henvisning til adjuverende behandling",
    "reporting": "indberetning",
    "cervix": "livmoderhals",
}


def source_text(source: str, lang: str) -> str:
    """A standard's source in the reader's language; the list itself is in English."""
    if lang == "en" or source in _SOURCES:
        return source if lang == "en" else _SOURCES[source]
    if not source.startswith("published "):
        return source
    whose, _, detail = source.removeprefix("published ").partition(": ")
    database, _, kind = whose.partition(" ")
    text = f"offentliggjort {database}-{_SOURCES.get(kind, kind)}"
    return f"{text}: {_SOURCES.get(detail, detail)}" if detail else text


def accessibility(context: Reader) -> list[str]:
    """What is done for readers who do not see the figures or do not use a mouse."""
    t = context.t
    return [
        t(
            "Målet er WCAG 2.2, niveau AA. Farve bærer aldrig betydning alene: hver vurdering har form og ord. Alle "
            "valg er almindelige links og kan bruges med tastatur og uden JavaScript. Hver figur har en tekst og de "
            "samme tal som tabel, og intet vises kun, når musen holdes over det.",
            "The aim is WCAG 2.2, level AA. Colour never carries meaning alone: each verdict has a shape and a word. "
            "All choices are plain links and work with the keyboard and without JavaScript. Each figure has a text and "
            "the same numbers as a table, and nothing appears only on hover.",
        ),
        t(
            "Siderne er ikke afprøvet systematisk med skærmlæsere og af brugere med handicap. Hentning af figurer som "
            "PNG og SVG kræver JavaScript.",
            "The pages have not been tested systematically with screen readers or by users with disabilities. "
            "Downloading figures as PNG and SVG needs JavaScript.",
        ),
    ]
