"""Parts of the variation page: the order, the blocks of each indicator, the table, how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from dash import dcc

from figures import tones
from figures import variation as drawing
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import answers, downloads, html, marks, tables
from layouts.parts import figure as figures
from layouts.variation import marks as mini
from layouts.variation import table as numbers
from results.cube import DEFINITION_VERSION
from results.table import Line
from results.variation.comparison import CLEAR, COVERED, ComparedPlace, Comparison
from words import format as fmt
from words import variation as words
from words.chosen import comparison as choices
from words.chosen.comparison import WORD, ChosenComparison
from words.reader import Reader

#: Named below an uncertain variation: no more false ones than this share.
FALSE_SHARE = 0.05
_ORDER = ("real", "uncertain", "none", "one", "hidden", "no_data")


def ordered(found: Mapping[str, Comparison]) -> list[Comparison]:
    """Care before registration; those that differ by more than chance first; among alike, by the patients concerned."""
    return sorted(
        found.values(),
        key=lambda one: (words.of_registration(one.indicator), _ORDER.index(one.verdict), -one.patients),
    )


def notices(context: Reader) -> list[str]:
    """What was chosen elsewhere and is not used here."""
    if context.state.filtered and not choices.filters_answer(context):
        return [
            context.t(
                "Sammenligningen gælder alle patienter; de valgte filtre er ikke brugt her. ",
                "The comparison is of all patients; the chosen filters are not used here. ",
            )
            + choices.why_all(context)
        ]
    return []


def own(chosen: ChosenComparison) -> list:
    """The menu of the reader's own department, where departments are compared."""
    return [select.unit(chosen.context)] if chosen.by == "department" else []


def link(chosen: ChosenComparison, found: Comparison, form: str = "tragt") -> str:
    """The indicator's own page with the same units and years."""
    extra = [("vis", form)]
    if chosen.by != "department":
        extra.append(("niveau", WORD[chosen.by]))
    if chosen.years != 1:
        extra.append(("aar", str(chosen.years)))
    return chosen.context.to(f"/indikator/{found.indicator.id}", extra=tuple(sorted(extra)))


def lead(chosen: ChosenComparison, every: Sequence[Comparison]) -> str:
    """Which period, what chance alone would give, and what is not judged."""
    context, t = chosen.context, chosen.context.t
    care = [one for one in every if not words.of_registration(one.indicator)] or every
    judged = sum(one.verdict in ("real", "uncertain", "none") for one in care)
    hidden = sum(one.verdict == "hidden" for one in every)
    parts = [f"{context.database} {chosen.span}."]
    if judged:
        false = fmt.number(round(judged * CLEAR, 1), 1, context.lang)
        parts.append(
            t(f"Tilfældet alene ville give {false} sådanne indikatorer.", f"Chance alone would give {false} of them.")
        )  # fmt: skip
        parts.append(t("Ikke case-mix-justeret, hvor intet andet står.", "Not adjusted for case mix unless stated."))
    if any(not words.of_registration(one.indicator) for one in every):
        parts.append(words.registration(context, every))
    if context.state.filtered and choices.filters_answer(context):
        parts.append(t("Indikatorer, der kun kan opgøres for alle patienter, er ikke med.",
                       "Indicators that are counted for all patients only are left out."))  # fmt: skip
    if hidden:
        noun = t("indikator" if hidden == 1 else "indikatorer", "indicator" if hidden == 1 else "indicators")
        some = words.number(context, hidden, True)
        parts.append(
            t(f"{some} {noun} kan ikke vurderes i den offentlige udgave.",
              f"{some} {noun} cannot be judged in the public edition.")
        )  # fmt: skip
    return " ".join(part for part in parts if part)


def body(chosen: ChosenComparison, every: Sequence[Comparison], regions: Mapping[str, Comparison]) -> list:
    """Key, blocks by verdict, the rest as a table, the whole as a table and a figure."""
    context, t = chosen.context, chosen.context.t
    drawn = [one for one in every if one.verdict in ("real", "uncertain")]
    scale = tones.scale_of([*drawn, *(regions[one.indicator.id] for one in drawn if one.indicator.id in regions)])
    if not every:
        return []
    parts: list = []
    titles = {
        "real": t("Varierer mere, end tilfældet kan forklare", "Vary by more than chance can explain"),
        "uncertain": t("Variationen kan være tilfældig", "The variation may be chance"),
    }
    both = {words.of_registration(one.indicator) for one in every} == {False, True}
    for registered in (False, True):
        for verdict, title in titles.items():
            some = [
                one for one in every if one.verdict == verdict and words.of_registration(one.indicator) == registered
            ]
            if not some:
                continue
            apart = registered and both
            if apart:
                title = f"{t('Registrering', 'Registration')}: {title[:1].lower()}{title[1:]}"
            blocks = [_block(chosen, one, regions, scale) for one in some]
            heads = [_heads(chosen, scale)] if not parts else []
            note = false_ones(context, some) if verdict == "uncertain" else ""
            heads = [*([html.P(note, className="caption")] if note else []), *heads]
            made = shell.section(
                title, *heads, *blocks, note=_order_note(context, verdict), kind="variation-part", of=chosen.pinned
            )
            id = f"del-{'registrering-' if apart else ''}{verdict}"
            parts.append(shell.behind(f"{title} ({len(some)})", made, id=id) if parts else made)
    shown: object = html.Div(parts) if parts else None
    out: list = [_key(context)] if parts else []
    if shown is not None:
        out.append(_narrow_note(chosen))
        out.append(
            figures.figure(
                "variation", drawing.drawn(chosen, drawn, scale), context=chosen.pinned, shown=shown,
                title=t("Indikatorerne efter variation", "The indicators by variation"),
                export_title=t(f"Variation mellem enheder, {context.database} {chosen.span}",
                               f"Variation between units, {context.database} {chosen.span}"),
                height=drawing.height(drawn), width=drawing.WIDTH,
                alt=" ".join(words.head(context, every)), definition=f"definition {DEFINITION_VERSION}",
                downloads=downloads.links(chosen.pinned, "variation"),
            )
        )  # fmt: skip
    rest = [one for one in every if one.verdict not in ("real", "uncertain")]
    if rest:
        name = t("Ingen påviselig forskel, eller kan ikke vurderes", "No detectable difference, or cannot be judged")
        out.append(shell.behind(f"{name} ({len(rest)})", _rest(chosen, rest), id="del-resten"))
    out.append(numbers.twin(chosen, every))
    return out


def _order_note(context: Reader, verdict: str) -> str | None:
    if verdict != "real":
        return None
    return context.t("flest patienter øverst", "most patients first")


def _key(context: Reader) -> html.Div:
    t, sign = context.t, fmt.percent_sign(context.lang)
    level = fmt.percent(0.998, 1, context.lang)
    entries = (
        ("alarm", t(f"alarm: uden for {level}", f"alarm: outside {level}")),
        ("attention", t(f"opmærksomhed: uden for 95{sign}", f"attention: outside 95{sign}")),
        ("better", t("afviger til den gode side", "deviates to the good side")),
        ("within", t("inden for grænserne", "within the limits")),
        ("unsettled", t("kan ikke afgøres (for få, eller uoplyste)", "cannot be told (too few, or missing)")),
    )
    return marks.key(
        *[html.Span([mini.key_mark(kind), text], className="key-entry") for kind, text in entries], of="variation"
    )


def _heads(chosen: ChosenComparison, scale: tones.PointsScale) -> html.Div:
    """The columns' headings, with the common scale."""
    context, t = chosen.context, chosen.context.t
    points = fmt.number(round(scale.half * 100), 0, context.lang)
    units = t(*{"department": ("Afdelinger", "Departments"), "hospital": ("Hospitaler", "Hospitals"),
                "region": ("Bopælsregioner", "Regions of residence")}[chosen.by])  # fmt: skip
    ends = html.Span(
        [
            html.Span(f"{fmt.MINUS}{points}"),
            html.Span(t("landet", "country")),
            html.Span(f"+{points} {t('point', 'points')}"),
        ],
        className="mini-scale",
    )
    first = html.Span(t("Om året", "A year"))
    region = html.Span([html.Span(t("Bopælsregioner", "Regions of residence")),
                        html.Span(t(", % og 95 %-interval", ", % and 95% interval"), className="light")])  # fmt: skip
    return html.Div(
        [first, html.Span(), region if chosen.by != "region" else html.Span(),
         html.Span([html.Span([units, t(", største øverst; bedre →", ", largest on top; better →")]), ends])],
        className="variation-heads", **{"aria-hidden": "true"},
    )  # fmt: skip


def _narrow_note(chosen: ChosenComparison) -> html.P:
    """How the small figures are read, where there is no room for the columns' headings."""
    da, en = {"department": ("afdelinger", "departments"), "hospital": ("hospitaler", "hospitals"),
              "region": ("bopælsregioner", "regions of residence")}[chosen.by]  # fmt: skip
    said = chosen.context.t(
        f"Mærker: {da}, største øverst; bedre mod højre. Lodret prikket linje: landet.",
        f"Marks: {en}, largest on top; better to the right. Dotted vertical line: the country.",
    )
    return html.P(said, className="caption variation-narrow")


def _block(
    chosen: ChosenComparison, found: Comparison, regions: Mapping[str, Comparison], scale: tones.PointsScale
) -> html.Article:
    context, t = chosen.context, chosen.context.t
    real = found.verdict == "real"
    amount = round(found.concerned or 0)
    number = [
        html.Span(fmt.count(amount, context.lang), className="variation-number"),
        html.Span(words.counted(context, found.indicator, amount), className="variation-unit"),
    ]
    sentence = words.gain(context, found) or words.difference(context, found)
    text: list = [
        html.H3(dcc.Link(words.title(context, found.indicator), href=link(chosen, found))),
        html.P(sentence, className="variation-sentence"),
    ]
    away = found.deviating if real else tuple(place for place in found.deviating if stands_out(place))
    if away:
        text.append(html.Ul([_deviating(context, found, place) for place in away], className="variation-units"))
    elif real:
        many = words.units_word(context, found)
        text.append(html.P(t(f"Ingen enkelte {many} skiller sig sikkert ud; forskellen er spredt over mange.",
                             f"No single {words.units_word(context, found, 1)} stands out for certain; the difference "
                             "is spread over many."), className="variation-none"))  # fmt: skip
    details = [f"{fmt.count(len(found.shown), context.lang)} {words.units_word(context, found, len(found.shown))}"]
    if not real and found.summary.mor == found.summary.mor:  # where it is real, it is told in words
        name = "median hazard ratio" if found.indicator.survival_years else "median odds ratio"
        ends = (found.summary.mor_lower, found.summary.mor_upper)
        limits = fmt.EN_DASH.join(fmt.number(round(one, 2), 2, context.lang) for one in ends if np.isfinite(one))
        details.append(f"{name} {fmt.number(round(found.summary.mor, 2), 2, context.lang)} ({limits})")
    details.append(words.outside(context, found))
    if found.summary.adjusted:
        details.append(
            t(
                "grænser udvidet, fordi enhederne spreder sig mere end tilfældigt (overspredning)",
                "limits widened because the units spread more than by chance (overdispersion)",
            )
        )
    notes = [words.unsettled(context, found), words.hidden(context, found)]
    text += [html.P(note, className="variation-details") for note in notes if note]
    behind = [" · ".join(details) + ".", words.odds(context, found) if real else ""]
    lines = [html.P(line, className="variation-details") for line in behind if line]
    show = t("Tallene bag", "The numbers behind")
    spoken = {"aria-label": f"{show}: {words.title(context, found.indicator)}"}
    text.append(html.Details([html.Summary(show, **spoken), *lines], className="twin variation-behind"))
    divided = regions.get(found.indicator.id)
    panel: object = html.Div(
        t("Kan ikke opgøres efter bopælsregion.", "Cannot be counted by region of residence."), className="light"
    )
    if chosen.by == "region":
        panel = html.Div()
    elif divided is not None and divided.verdict not in ("hidden", "no_data"):
        panel = mini.regions(context, divided, scale)
    elif divided is not None:
        panel = html.Div(words.difference(context, divided), className="light")
    if chosen.by == "region":
        name = {"aria-label": words.title(context, found.indicator)}
        units = html.Div(mini.regions(context, found, scale), className="graph", role="group", **name)
    else:
        units = mini.funnel(context, found, scale)
    drawn = [found] if divided is None or divided is found else [found, divided]
    return html.Article(
        [
            html.Div(number, className="variation-amount"),
            html.Div(text, className="variation-text"),
            panel,
            units,
            answers.cards(context, mini.cards(context, chosen.span, drawn)),
        ],
        className=f"variation-block answers {'is-real' if real else 'is-uncertain'}",
        id=found.indicator.id,
    )


def _deviating(context: Reader, found: Comparison, place: ComparedPlace) -> html.Li:
    higher = found.indicator.higher_is_better
    name: object = html.Strong(words.unit_name(context, place))
    if place.unit.level == "department":
        name = dcc.Link(name, href=context.to(f"/afdeling/{place.unit.code}"))
    rate = fmt.percent(place.rate, 1, context.lang)
    word = words.zone_word(context, place, higher)
    own_tag = [tables.own_tag(context.lang)] if place.unit.code == context.state.unit else []
    # Where the units may not differ at all, an adjusted result confirms nothing.
    adjusted = f"; {words.adjusted_word(context, found, place)}" if found.verdict == "real" else ""
    return html.Li([mini.mark(found, place), name, *own_tag, f" {rate}, {word}{adjusted}"])


def stands_out(place: ComparedPlace) -> bool:
    """Whether a unit is named where the units may not differ: beyond 99.8 %, or q ≤ 5 %."""
    return place.deviates and (place.alarm or (place.q is not None and place.q <= FALSE_SHARE))


def false_ones(context: Reader, every: Sequence[Comparison]) -> str:
    """Where the variation may be chance: how many units are outside 95 %, and how many would be anyway."""
    outside = sum(one.outside95 for one in every)
    if not outside:
        return ""
    expected = sum(one.chance95 for one in every if one.chance95 == one.chance95)
    number = fmt.number(round(expected, 1), 1, context.lang)
    level, share = fmt.percent(0.998, 1, context.lang), fmt.number(FALSE_SHARE, 2, context.lang)
    sign = fmt.percent_sign(context.lang)
    return context.t(
        f"Her ligger {outside} resultater uden for 95{sign}; omkring {number} ventes, selv om ingen skiller sig ud. "
        f"Derfor nævnes kun de, der ligger uden for {level} eller har q ≤ {share}.",
        f"Here {outside} results are outside 95{sign}; about {number} are expected where none stands out. So only "
        f"those outside {level} or with q ≤ {share} are named.",
    )


def _rest(chosen: ChosenComparison, rest: Sequence[Comparison]) -> html.Section:
    """Those without a detectable difference and those that cannot be judged, a line each."""
    context, t = chosen.context, chosen.context.t
    alike = all(one.verdict == "none" for one in rest)  # then the heading says it for all
    known = {found.indicator.id: found for found in rest}
    table = replace(numbers.of_indicators(chosen, rest), id="variation-resten")

    def head(line: Line) -> dcc.Link:
        found = known[line["id"]]
        return dcc.Link(words.title(context, found.indicator), href=link(chosen, found))

    def outside(line: Line) -> str:
        if line.number("expected95") is None:
            return fmt.NONE
        return f"{line['outside95']} ({fmt.number(round(line['expected95'], 2), 2, context.lang)})"

    verdict = tables.Heading(of="verdict", align="left", draw=lambda line: words.difference(context, known[line["id"]]))
    columns = [
        tables.Heading(t("Indikator", "Indicator"), "left", width="30%", of="indicator", draw=head),
        *([] if alike else [verdict]),
        tables.Heading(wide_only=True, of="national"),
        tables.Heading(wide_only=True, of="units"),
        tables.Heading(
            t("Uden for 95 %", "Outside 95%"), sub=t("(ventet)", "(expected)"), wide_only=True,
            of="outside95 expected95", draw=outside,
        ),
    ]  # fmt: skip
    heading = t("Ingen påviselig forskel, eller kan ikke vurderes", "No detectable difference, or cannot be judged")
    if alike:
        heading = t("Ingen påviselig forskel", "No detectable difference")
    return shell.section(
        heading,
        tables.drawn(context, table, columns, css="dense", caption=heading),
        kind="variation-part",
        of=chosen.pinned,
    )


def how_to_read(context: Reader) -> list:
    """What the words and numbers mean, and what they do not say."""
    t, lang = context.t, context.lang
    level = fmt.number(CLEAR, 2, lang)
    parts = [
        t(
            "Sådan læses siden. Forskellen er større, end tilfældet kan forklare, når ens enheder ville variere "
            f"så meget med en sandsynlighed under {level}, også hvis alle uoplyste talte med eller imod. Berørte "
            "om året: summen over enheder under landets niveau af patienter gange afstanden op til landet, regnet "
            "af andele trukket mod landet (krympede), så tilfældige udsving ikke tæller med. Det er et "
            "regnestykke over variationen; "
            "det siger ikke, hvad der er årsagen, og lover ingen effekt. En enhed nævnes kun, når den ligger uden "
            "for sine grænser, aldrig på grund af sin plads i en rækkefølge. Skalaen i de små figurer er fælles; "
            "en enhed længere ude står ved kanten.",
            "How to read the page. The difference is more than chance can explain when units that are alike would vary "
            f"so much with a probability below {level}, also if all missing counted for or against. Concerned a year: "
            "the sum over units below the national level of patients times the distance to the country, from rates "
            "drawn towards the country (shrunken), so that chance swings do not count. It is an account of the "
            "variation; it does not give its cause "
            "and promises no effect. A unit is named only when it lies outside its limits, never for its place in an "
            "order. The small figures share one scale; a unit further out stands at the edge.",
        )
    ]
    if context.edition == "public":
        share = fmt.percent(COVERED, 0, lang)
        parts.append(
            t(
                "Offentlig udgave: Alt er regnet af de viste tal. Skjulte enheder indgår ikke, og der vurderes kun, "
                f"hvor de viste har mindst {share} af patienterne.",
                "Public edition: everything is made from the numbers shown. Hidden units are left out, and a judgement "
                f"is made only where those shown have at least {share} of the patients.",
            )
        )
    return parts
