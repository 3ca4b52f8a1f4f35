"""The model card: what the case-mix adjustment knows of the patients, how well it predicts, and what it cannot do."""

from __future__ import annotations

from figures import units as drawing
from layouts.frame import shell
from layouts.parts import figure as figures
from layouts.parts import html, tables
from results.variation.comparison import MISSING, Category, Comparison, ModelCard
from words import format as fmt
from words import variation as words
from words.answer import of_band
from words.chosen.comparison import ChosenComparison
from words.reader import Reader, age_text, sex_text, stage_text

LIMITS_OF_SENSE = 0.6  # an AUC below this: the patients' case mix explains little


def section(chosen: ChosenComparison, found: Comparison) -> html.Section:
    """The card of a model that stands; else why there is none."""
    t, card = chosen.context.t, found.card
    title = t("Modelkort for justeringen", "Model card of the adjustment")
    if card is None or not card.stands:
        return shell.section(title, html.P(refusal(chosen.context, card)))
    parts: list = [
        html.P(_words(chosen.context, card) + _validated(chosen.context, found), className="caption"),
        _variables(chosen.context, card),
    ]
    if any(band.patients for band in card.bands):
        figure = figures.figure(
            "kalibrering",
            drawing.calibration(chosen, found),
            context=chosen.pinned,
            title=t("Kalibrering", "Calibration"),
            export_title=f"{words.title(chosen.context, found.indicator)}. {t('Kalibrering', 'Calibration')}",
            level=3,
            caveat="",
            height=drawing.CALIBRATION,
            alt=t("Observeret mod forventet andel", "Observed against expected share"),
            caption=t(
                "Patienter med omtrent samme forventede risiko. På linjen svarer det observerede til det forventede.",
                "Patients of about the same expected risk. On the line the observed equals the expected.",
            ),
            twin=_bands(chosen.context, card),
            cards={
                drawing.band_known_as(number): of_band(chosen.context, card, number)
                for number in drawing.calibrated(found)
            },
        )
        parts.append(html.Div(figure, className="calibration"))
    return shell.section(title, html.Div(parts, className="model-card"), of=chosen.pinned)


def refusal(context: Reader, card: ModelCard | None) -> str:
    """'Resultatet kan ikke case-mix-justeres: …'."""
    start = context.t("Resultatet kan ikke case-mix-justeres.", "The result cannot be adjusted for case mix.")
    return start if card is None or card.refused is None else f"{start} {card.refused.in_(context.lang)}"


def _words(context: Reader, card: ModelCard) -> str:
    t, lang = context.t, context.lang
    kind = t("Logistisk regression", "Logistic regression")
    events = t("hændelser", "events")
    if card.kind == "poisson":
        kind = t("Stykvis eksponentiel model (Poisson-regression på persontid)",
                 "Piecewise exponential model (Poisson regression on person-time)")  # fmt: skip
        events = t("dødsfald", "deaths")
    auc = fmt.number(round(card.auc, 2), 2, lang)
    data = ""
    if card.patients == card.patients:  # else hidden
        rows, happened = fmt.count(round(card.patients), lang), fmt.count(round(card.events), lang)
        data = t(f" på {rows} rækker med {happened} {events}", f" on {rows} rows with {happened} {events}")
    text = t(
        f"{kind}{data}, {card.parameters} parametre. AUC {auc}.",
        f"{kind}{data}, {card.parameters} parameters. AUC {auc}.",
    )
    if card.auc < LIMITS_OF_SENSE:
        text += t(
            " Modellen skelner kun lidt mellem patienterne: Justeringen flytter ikke meget.",
            " The model hardly tells patients apart: the adjustment moves little.",
        )
    text += t(
        " Kategorier med samme ratio er slået sammen, fordi de er små.",
        " Categories with the same ratio are merged, because they are small.",
    )
    if card.ridge:
        text += t(" Estimaterne er straffet mod separation.", " The estimates are penalised against separation.")
    return text


def _validated(context: Reader, found: Comparison) -> str:
    """' Rettet for optimisme er AUC 0,61, kalibreringshældningen 0,95 …'; empty where it is not known."""
    known = found.validation
    if known is None or known.auc != known.auc or known.slope != known.slope:
        return ""
    auc, slope = (fmt.number(round(value, 2), 2, context.lang) for value in (known.auc, known.slope))
    return context.t(
        f" På nye patienter af samme slags ventes AUC {auc} (rettet for optimisme) og kalibreringshældning {slope} "
        "(1 er bedst; bootstrap).",
        f" On new patients of the same kind AUC {auc} (corrected for optimism) and a calibration slope of {slope} are "
        "expected (1 is best; bootstrap).",
    )


def _variables(context: Reader, card: ModelCard) -> html.Div:
    t, lang = context.t, context.lang
    ratio = t("Hazard ratio", "Hazard ratio") if card.kind == "poisson" else t("Odds ratio", "Odds ratio")
    columns = [
        tables.Heading(t("Kategori", "Category"), "left"),
        tables.Heading(t("Rækker", "Rows")),
        tables.Heading(t("Hændelser", "Events")),
        tables.Heading(ratio, sub=t("95 % CI", "95% CI")),
    ]
    groups = []
    for variable in card.variables:
        heading = variable.title.in_(lang)
        if variable.left_out is not None:
            heading += f": {t('ikke med i modellen', 'not in the model')}. {variable.left_out.in_(lang)}"
        rows = tuple(_category(context, variable.id, one, variable.left_out is None) for one in variable.categories)
        groups.append(tables.Group(heading, rows))
    caption = t("Variablerne i modellen", "The variables of the model")
    return tables.table(caption, columns, groups, css="dense card")


def _category(context: Reader, variable: str, one: Category, used: bool) -> tables.Row:
    lang, hidden = context.lang, context.t("skjult", "hidden")
    secret = one.patients != one.patients
    ratio = fmt.NONE
    if used and one.ratio == 1.0 and one.lower != one.lower:
        ratio = context.t("reference", "reference")
    elif used and one.ratio == one.ratio:
        low, high = (fmt.number(round(value, 2), 2, lang) for value in (one.lower, one.upper))
        ratio = f"{fmt.number(round(one.ratio, 2), 2, lang)} ({low}{fmt.EN_DASH}{high})"
    counts = [hidden, hidden] if secret else [fmt.count(round(value), lang) for value in (one.patients, one.events)]
    return tables.Row(category_name(context, variable, one.name), [*counts, ratio])


def category_name(context: Reader, variable: str, name: str) -> str:
    """'65–74 år', 'stadie III', 'uoplyst', 'performancestatus 2' …"""
    t, lang = context.t, context.lang
    if name == MISSING:
        return t("uoplyst", "missing")
    if variable == "age_group":
        return age_text(name, lang)
    if variable == "sex":
        return sex_text(name, lang)
    if variable == "stage":
        return stage_text(name, lang)
    if variable == "comorbidity":
        return t("3 eller mere", "3 or more") if name == "3" else name
    return name


def _bands(context: Reader, card: ModelCard) -> html.Div:
    t, lang, hidden = context.t, context.lang, context.t("skjult", "hidden")
    columns = [
        tables.Heading(t("Gruppe", "Band"), "left"), tables.Heading(t("Rækker", "Rows")),
        tables.Heading(t("Observeret", "Observed")), tables.Heading(t("Forventet", "Expected")),
    ]  # fmt: skip
    rows = []
    for number, band in enumerate(card.bands, start=1):
        if not band.patients:
            rows.append(tables.Row(str(number), [hidden, hidden, hidden]))
            continue
        observed = fmt.count(round(band.observed), lang)
        expected = fmt.number(round(band.expected, 1), 1, lang)
        rows.append(tables.Row(str(number), [fmt.count(band.patients, lang), observed, expected]))
    return tables.table(t("Kalibrering", "Calibration"), columns, rows, css="dense")
