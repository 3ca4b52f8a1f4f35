"""The other views of an indicator: funnel, shrunken estimates with ranks, crude beside case-mix adjusted."""

from __future__ import annotations

from dataclasses import replace

from dash import dcc

from data.period import is_span
from figures import funnel, theme
from figures import units as drawing
from indicators.declaration import Indicator
from layouts.frame import shell
from layouts.parts import downloads, html, marks
from layouts.parts import figure as figures
from layouts.variation import card, numbers
from layouts.variation import marks as mini
from results.audit import goal, unit_table
from results.cube import DEFINITION_VERSION
from results.variation.comparison import RANKABLE, Comparison, comparison, divided, in_short
from results.view import View
from words import answer, delivered
from words import variation as words
from words.chosen import comparison as choices
from words.chosen.comparison import ChosenComparison
from words.indicator import hidden_note
from words.reader import Reader

#: The view's word in the URL, in Danish and in English.
VIEWS = {
    "oversigt": ("oversigt", "overview"),
    "tragt": ("tragt", "funnel"),
    "sammenlignet": ("sammenlignet", "compared"),
    "justeret": ("justeret", "adjusted"),
}
EXTRAS = {**choices.EXTRAS, "vis": tuple(VIEWS)}


def nav(context: Reader) -> list:
    """'Se som: oversigt · tragt · sammenlignet · justeret'; [] in the public edition, which has the first alone."""
    if context.edition == "public":
        return []
    t, now = context.t, context.state.choice("vis", "oversigt")
    links: list = []
    for word, texts in VIEWS.items():
        chosen = word == now
        more = {"aria-current": "page"} if chosen else {}
        href = context.here(vis=None if word == "oversigt" else word)
        links.append(html.Li(dcc.Link(t(*texts), href=href, className="is-active" if chosen else "", **more)
                             if not more else html.Span(t(*texts), className="is-active", **more)))  # fmt: skip
    parts = [html.Span(t("Se som", "View as"), className="views-label"), html.Ul(links)]
    return [html.Nav(parts, className="views", **{"aria-label": t("Se som", "View as")})]


def unusable(context: Reader, indicator: Indicator) -> str | None:
    """Why the indicator cannot be compared with the choices made; None where it can."""
    t = context.t
    if (context.state.filtered or context.state.choice("lokalisation")) and not choices.filters_answer(context):
        return t("Sammenligningen opgøres kun for alle patienter i den offentlige udgave.",
                 "In the public edition the comparison is made for all patients only.")  # fmt: skip
    by, where = choices.read(context).by, choices.seen(context).where
    if divided(indicator, by) and not divided(indicator, by, where):
        return t("Opgørelsen findes kun for alle patienter.", "It is counted for all patients only.")
    if not divided(indicator, by):
        return t("Indikatoren kan ikke opgøres efter bopælsregion.",
                 "The indicator cannot be counted by region of residence.")  # fmt: skip
    return None


def refused(context: Reader) -> list:
    """The view's body where the choices do not allow it, as the heading says: the reason, and the way out."""
    everyone = {
        "sex": None,
        "age_group": None,
        "stage": None,
        "place": "treating",
        "lokalisation": None,
        "niveau": None,
    }
    link = dcc.Link(
        context.t("Vis for alle patienter efter afdeling", "Show all patients by department"),
        href=context.here(**everyone),
    )
    why = context.t(
        "De valgte filtre er ikke brugt.",
        "The chosen filters were not used.",
    )
    filtered = context.state.filtered or context.state.choice("lokalisation")
    if filtered and not choices.filters_answer(context):
        why = f"{why} {choices.why_all(context)}"
    return [html.P([*([why, " "] if filtered else []), link], className="caption")]


def failing(chosen: ChosenComparison, view: View, indicator: Indicator) -> int | None:
    """Departments that for certain do not meet the standard in the period; None where it does not judge these."""
    context = chosen.context
    if chosen.by != "department" or chosen.years != 1 or indicator.survival_years:
        return None
    if goal(context.view, indicator.id, context.period) is None:
        return None
    table = unit_table(view, indicator.id)
    return sum(table.cell(unit).state == "not_met" for unit in table.of_level("department"))


def joined(context: Reader, indicator: Indicator) -> str:
    """The sentence that joins standard, funnel and adjustment, for the overview; empty without a comparison."""
    context = replace(context, state=context.state.with_(niveau=None, aar=None))
    if is_span(context.period) or unusable(context, indicator) is not None:  # comparisons are of years
        return ""
    chosen, view = choices.read(context, indicator.survival_years), choices.seen(context)
    found = in_short(view, indicator.id, chosen.by, chosen.years)
    return words.joined(context, found, failing(chosen, view, indicator))


class IndicatorView:
    """One view: its finding, lead and body, made from one comparison."""

    def __init__(self, context: Reader, indicator: Indicator):
        self.context, self.indicator = context, indicator
        self.chosen: ChosenComparison = choices.read(context, indicator.survival_years)
        self.view = choices.seen(context)
        self.found: Comparison = comparison(self.view, indicator.id, self.chosen.by, self.chosen.years)
        self.form = context.state.choice("vis", "oversigt")

    @property
    def title(self) -> str:
        when = self.chosen.span
        if self.indicator.survival_years:
            when = self.context.t(f"diagnosticeret {when}", f"diagnosed {when}")
        site = choices.site_word(self.context)
        return f"{words.title(self.context, self.indicator)}{f', {site}' if site else ''}, {when}"

    @property
    def drawable(self) -> bool:
        return bool(self.found.shown) and self.found.limits is not None

    def finding(self) -> list[str]:
        """The view's one finding in two lines."""
        return [f"{self.title}.", {"tragt": self._outside, "sammenlignet": self._order, "justeret": self._adjusted}[
            self.form]()]  # fmt: skip

    def _outside(self) -> str:
        context, found, t = self.context, self.found, self.context.t
        shown = len(found.shown)
        if not self.drawable or found.verdict in ("one", "no_data"):
            return words.difference(context, found)
        noun = words.units_word(context, found, shown)
        away = found.deviating
        seen = t("viste ", "shown ") if found.hidden else ""
        if not away:
            return t(
                f"Ingen af de {words.number(context, shown)} {seen}{noun} ligger uden for grænserne.",
                f"None of the {words.number(context, shown)} {seen}{noun} lies outside the limits.",
            )
        named = words.by_word(context, found, away[: words.NAMED])
        more = len(away) - words.NAMED
        rest = t(f", og {more} til", f", and {more} more") if more > 0 else ""
        some = words.number(context, len(away), True, "ét" if found.by == "hospital" else "én")
        verb = "lies" if len(away) == 1 else "lie"
        return (
            t(
                f"{some} af {words.number(context, shown)} {seen}{noun} ligger uden for grænserne. ",
                f"{some} of {words.number(context, shown)} {seen}{noun} {verb} outside the limits. ",
            )
            + f"{named[:1].upper()}{named[1:]}{rest}."
        )

    def _order(self) -> str:
        """Whether the units differ; where they do but cannot be put in order, that."""
        found = self.found
        if found.verdict == "real" and found.summary.rankability >= RANKABLE:
            return words.difference(self.context, found)
        return words.order(self.context, found)

    def _adjusted(self) -> str:
        context, found, t = self.context, self.found, self.context.t
        if found.card is None or not found.card.stands:
            return card.refusal(context, found.card)
        states = [one.adjusted() for one in found.shown]
        judged = [one for one in states if one is not None]
        if not judged:
            return words.difference(context, found)
        away = sum(one in ("high", "low") for one in judged)
        noun = words.units_word(context, found, len(judged))
        of = words.number(context, len(judged))
        if not away:
            return t(
                f"Når patienternes sammensætning er regnet fra, afviger ingen af {of} {noun} fra det forventede.",
                f"With the patients' case mix allowed for, none of {of} {noun} differs from what is expected.",
            )
        some = words.number(context, away, gender="ét" if found.by == "hospital" else "én")
        return t(
            f"Når patienternes sammensætning er regnet fra, afviger {some} af {of} {noun} fra det forventede.",
            f"With the patients' case mix allowed for, {some} of {of} {noun} "
            f"{'differs' if away == 1 else 'differ'} from what is expected.",
        )

    def lead(self) -> list:
        """The sentences below the finding."""
        context, found, t = self.context, self.found, self.context.t
        parts: list[str] = []
        if self.form == "tragt" and self.drawable:
            parts.append(words.unsettled(context, found))
        if found.verdict in ("real", "uncertain", "none"):
            if self.form == "sammenlignet":
                both = (words.difference(context, found), words.order(context, found))
                parts += [one for one in both if one != self._order()]
            parts.insert(0, words.gain(context, found) if self.form != "justeret" else "")
        if self.form != "sammenlignet":
            parts.append(words.joined(context, found, failing(self.chosen, self.view, self.indicator)))
        parts += [words.hidden(context, found), *delivered.notes(context, [self.indicator])]
        out: list = [" ".join(part for part in parts if part)]
        if self.form != "justeret":
            see = t("Ikke case-mix-justeret: se justeret.", "Not adjusted for case mix: see adjusted.")
            out += [" ", dcc.Link(html.unbroken(see), href=context.here(vis="justeret"))]
        return out

    def body(self) -> list:
        """Figures, their captions and the numbers."""
        parts = {"tragt": self._funnel, "sammenlignet": self._caterpillar, "justeret": self._crude_and_adjusted}[
            self.form
        ]()
        if self.found.places:
            picks = self.found.by == "department"
            links = downloads.line(self.chosen.pinned, numbers.EXPORT, self.indicator.id, picks)
            heading = self.context.t("Alle tal", "All numbers")
            notes = [html.P(hidden_note(self.context), className="footnote")] if self.found.hidden else []
            table = numbers.twin(self.chosen, self.found)
            parts.append(
                shell.section(
                    heading,
                    table,
                    *notes,
                    html.P(self._columns(), className="caption only-wide"),
                    note=links,
                    of=self.chosen.pinned,
                )
            )
        return parts

    def _cards(self, id: str) -> dict[str, answer.Answer]:
        """Every unit of the figure, in the order of the table below."""
        about = f"{words.title(self.context, self.indicator)} · {self.chosen.span}"
        ratios = id == "justeret"
        cards = {}
        for one in self.found.shown:
            ratio = drawing.ratio_drawn(self.found, one) if ratios else None
            if ratios and ratio is None:
                continue
            cards[theme.known_as(one.unit)] = answer.of_place(
                self.context, self.found, one, about, shrunken=id == "sammenlignet", ratio=ratio
            )
        return cards

    def _figure(self, id: str, drawn: dict, title: str, caption: str, caveat: str | None = None) -> html.Section:
        export_title = f"{self.title}. {title}"  # the figure itself says whose patients they are
        return figures.figure(
            id, drawn, context=self.chosen.pinned, title=title, export_title=export_title,
            height=drawn["layout"]["height"], alt=" ".join(self.finding()), caption=caption,
            definition=f"definition {DEFINITION_VERSION}", caveat=caveat,
            downloads=downloads.links(self.chosen.pinned, numbers.EXPORT, self.indicator.id), cards=self._cards(id),
        )  # fmt: skip

    def _funnel(self) -> list:
        context, found, t = self.context, self.found, self.context.t
        if not self.drawable:
            return []
        standard = goal(context.view, self.indicator.id, context.period)
        title, outside = t("Tragtplot", "Funnel plot"), words.outside(context, found)
        caption = " ".join(
            part for part in (
                t("Jo større enhed, desto smallere grænser: Små enheder svinger mere tilfældigt.",
                  "The larger the unit, the narrower the limits: small units swing more by chance."),
                words.limits_word(context, found),
                words.large(context, found),
                t("Fuld linje 95 %, stiplet 99,8 %.", "Solid line 95%, dashed 99.8%."),
                t("En enhed fremhæves kun, når også en eksakt beregning viser det, og manglende oplysninger "
                  "ikke kan ændre det.",
                  "A unit is marked only when an exact calculation shows it too, and missing data cannot change it."),
                f"{outside[:1].upper()}{outside[1:]}.",
                funnel.funnel_axes(self.chosen, found, standard),
            ) if part
        )  # fmt: skip
        ring = t("kan ikke afgøres (for få, eller uoplyste)", "cannot be told (too few, or missing)")
        return [
            self._key("tragt", ring),
            self._figure("tragt", funnel.funnel(self.chosen, found, standard), title, caption),
        ]

    def _key(self, of: str, ring: str = "") -> html.Div:
        """The marks of the figures ``of`` (ids); ``ring``: what an open ring is, empty where there are none."""
        t = self.context.t
        kinds = [
            ("alarm", t("alarm", "alarm")), ("attention", t("opmærksomhed", "attention")),
            ("better", t("afviger til den gode side", "deviates to the good side")),
            ("within" if self.form == "tragt" else "within-row", t("inden for grænserne", "within the limits")),
        ]  # fmt: skip
        if ring:
            kinds.append(("unsettled", ring))
        return marks.key(
            *[html.Span([mini.key_mark(kind), text], className="key-entry") for kind, text in kinds], of=of
        )

    def _caterpillar(self) -> list:
        found, t = self.found, self.context.t
        if found.verdict not in ("real", "uncertain", "none") or not any(p.shrunken is not None for p in found.shown):
            return []
        title = t("Enhederne i rækkefølge, med 95 %-interval", "The units in order, with 95% interval")
        caption = " ".join(
            (
                t("Fyldt: andelen trukket mod landet (krympet), mest for små enheder, som svinger mest tilfældigt. "
                  "Åben: den rå andel (små enheders kan ligge på aksens kant). Plads: 95 %-interval for pladsen i "
                  "rækken; hvor intervallerne overlapper, kan rækkefølgen ikke læses.",
                  "Filled: the rate drawn towards the country (shrunken), most for small units, which swing most by "
                  "chance. Open: the raw rate (that of small units may stand at the edge). Rank: 95% interval of "
                  "the place in the order; where they overlap the order cannot be read."),
                words.odds(self.context, found),
            )
        ).rstrip()  # fmt: skip
        ring = t("rå andel", "raw rate")
        return [
            self._key("sammenlignet", ring),
            self._figure("sammenlignet", drawing.caterpillar(self.chosen, found), title, caption),
        ]

    def _crude_and_adjusted(self) -> list:
        found, t = self.found, self.context.t
        parts: list = []
        if found.card is not None and found.card.stands and found.shown and self.drawable:
            what = t("dødsfald", "deaths") if self.indicator.survival_years else t("hændelser", "events")
            if drawing.turned(found):  # nearly all have it: what tells is those who do not
                what = t("patienter uden hændelsen", "patients without the event")
            warn = t("Sammenlign aldrig to enheders observeret/forventet med hinanden: Hver er "
                     "regnet på sine egne patienter.",
                     "Never compare two units' observed/expected with each other: each is made on its own "
                     "patients.")  # fmt: skip
            left = self._figure(
                "raa", drawing.crude(self.chosen, found), t("Rå andel", "Crude rate"),
                t("Som patienterne er, med eksakt 95 %-interval. Stiplet: landet.",
                  "As the patients are, with exact 95% interval. Dotted: the country."),
            )  # fmt: skip
            right = self._figure(
                "justeret", drawing.adjusted(self.chosen, found),
                t("Justeret: observeret/forventet", "Adjusted: observed/expected"),
                t(f"Observerede {what} over dem, som patienter af samme slags i hele landet ville have haft, med "
                  "95 %-interval. Mærker og interval følger samme regel som tragtplottet: En enhed er fremhævet, når "
                  "intervallet ikke rummer 1,0, som er det forventede. ",
                  f"Observed {what} over those that patients of the same kind would have had in the whole country, "
                  "with 95% interval. Marks and interval follow the funnel's rule: a unit is marked where the interval "
                  "leaves out 1.0, which is what is expected. ") + warn, caveat="",
            )  # fmt: skip
            parts += [self._key("raa justeret"), shell.columns(left, right, kind="halves")]
        parts.append(card.section(self.chosen, found))
        return parts

    def _columns(self) -> str:
        return self.context.t(
            "Danmark: alle patienter, også uden registreret afdeling. Uoplyst imod–med: andelen, hvis alle uoplyste "
            "talte imod eller med. Grænser: om landets niveau. "
            "Trukket mod landet (krympet): skønnet, når små enheders tilfældige udsving dæmpes mest. "
            "Plads: nummer i rækken. Observeret/forventet (O/E): efter case-mix. "
            "p: enheden mod resten af landet; q: p rettet for de mange sammenligninger (Benjamini-Hochberg).",
            "Denmark: all patients, also those under no department. Missing against–for: the rate if all missing "
            "counted against or for. Limits: about the national level. "
            "Drawn to the country (shrunken): the estimate when the chance swings of small units are damped most. "
            "Rank: place in the order. Observed/expected (O/E): for the case mix. p: the unit against the rest of "
            "the country; q: p corrected for the many comparisons (Benjamini–Hochberg).",
        )
