"""/overlevelse: survival curves of one cohort, 1- and 5-year survival by place, death from cancer and other causes."""

import dash
from dash import dcc

from data.delivered import not_delivered
from data.output import UsageError
from exports import registry, survival_curves
from exports.files import Sheet
from figures import survival as drawing
from layouts.frame import shell, source
from layouts.parts import downloads, html
from layouts.parts import figure as figures
from layouts.parts import whom as whom_links
from layouts.survival import adjusted, bar, joined, net, progress, public, two_numbers
from layouts.survival import tables as parts
from results.survival import curves as tables
from survival.endpoints import BY_ID
from words import answer, whom
from words import survival as text
from words.chosen import survival as choices

EXTRAS = choices.EXTRAS

dash.register_page(__name__, path="/overlevelse", title="Kræftkvalitet")


def layout(**query: object):
    """The page for a parsed query string."""
    context = source.view("/overlevelse", query, EXTRAS)
    if context.edition == "public":
        return public.page(context)
    if context.state.choice("vis", "kurver") != "kurver":
        chosen = choices.read(context)
        answered = {"justeret": adjusted, "netto": net, "udvikling": progress}[chosen.view]
        return answered.page(chosen, _notices(chosen, causes_missing=False))
    chosen, result, regions, one, five = _results(context)
    t, notices = context.t, _notices(chosen, result.causes_missing)
    lines, left_out = drawing.drawn(result, context)
    table = html.Section(
        [
            html.Div(
                [
                    html.H2(f"{parts.title(one, context)}{whom.suffix(context)}"),
                    html.Div(
                        downloads.line(chosen.pinned, "overlevelse", picks=chosen.by == "department"),
                        className="figure-links",
                    ),
                ],
                className="section-head",
            ),
            parts.two_years(one, five, chosen),
        ],
        className="section survival-table",
        id="tabel",
    )
    main, causes, test = _curves(chosen, result, lines, left_out), _causes(chosen, result), _test(chosen, result)
    three = joined.section(chosen)
    if chosen.by == "department":  # a long table: everything else stands beside it
        body = [html.Div([main, table, *causes, *three, *test], className="survival-long"), _meanings(chosen)]
    else:
        body = [shell.columns(main, table), *causes, *three, *test, _meanings(chosen)]
    return shell.page(
        context,
        active="survival",
        filtered=True,
        finding=text.finding(result, context, chosen.cohort_text),
        lead=text.lead(result, regions, context, chosen.cohort_text),
        notices=notices,
        selections=bar.selections(chosen),
        summary=(
            context.database_label,
            f"{t('Diagnosticeret', 'Diagnosed')} {chosen.cohort_text} · {context.patients_text()}",
        ),
        body=html.Div([adjusted.nav(chosen), *body], className="survival"),
    )


def _notices(chosen: choices.ChosenSurvival, causes_missing: bool) -> list[str]:
    context, t = chosen.context, chosen.context.t
    notices = [problem.text(context.lang) for problem in chosen.problems]
    if not tables.causes_delivered(context.view):
        gone = t(*not_delivered(BY_ID["cancer_specific"].needs))
        notices.append(f"{gone} {t('Kun samlet overlevelse kan opgøres.', 'Only overall survival can be reported.')}")
    elif causes_missing:
        notices.append(
            t(
                f"{context.database} har ingen dødsårsager i udtrækket. Kun samlet overlevelse kan opgøres.",
                f"{context.database} has no causes of death in the extract. Only overall survival can be reported.",
            )
        )
    return notices


def _results(context: source.Reader):
    """The choices, and the results of the figure, of the regions, and of the table's two columns."""
    chosen, view = choices.read(context), context.view
    result = tables.survival(view, chosen.by, chosen.endpoint, chosen.cohort)
    endpoint = "overall" if result.causes_missing else chosen.endpoint
    if endpoint != chosen.endpoint:
        result = tables.survival(view, chosen.by, endpoint, chosen.cohort)
    regions = tables.survival(view, "region", endpoint, chosen.cohort)
    by = "region" if chosen.by in ("stage", "none") else chosen.by
    one, five = (tables.survival(view, by, endpoint, cohort) for cohort in (chosen.first, chosen.cohort))
    return chosen, result, regions, one, five


def _curves(chosen: choices.ChosenSurvival, result: tables.Survival, lines: list, left_out: list[str]) -> html.Div:
    context, title = chosen.context, _title(chosen, result)
    if not lines:
        return _no_curves(chosen, result, title, left_out)
    forms = []
    answers = [(one.known, one.colour, answer.of_curve(context, result, one.group)) for one in lines]
    links = downloads.links(chosen.pinned, "kurver")
    for form, kind in ((drawing.WIDE, "wide"), (drawing.PHONE, "phone")):
        wide = kind == "wide"
        forms.append(
            html.Div(
                figures.figure(
                    "kurver" if wide else "kurver-telefon",
                    drawing.curves(result, lines, context, form),
                    context=chosen.pinned,
                    title=title,
                    height=drawing.height(lines, form),
                    alt=f"{title}. {' '.join(text.finding(result, context, chosen.cohort_text))}",
                    caption=_caption(chosen, result, left_out) if wide else None,
                    downloads=links,
                    twin=parts.twin(result, chosen, [each.group for each in lines]) if wide else None,
                    curves=(answer.months(context, 12 * tables.HORIZON), answers),
                ),
                className=f"only-{kind}",
            )
        )
    phone = html.Div(
        [
            parts.phone_list(result, lines, chosen),
            shell.caption(_caption(chosen, result, left_out), of="kurver-telefon"),
        ],
        className="only-phone",
    )
    return html.Div([*forms, phone])


def _no_curves(chosen: choices.ChosenSurvival, result: tables.Survival, title: str, left_out: list[str]) -> html.Div:
    """Instead of a figure without a curve: why there is none, and the way to all years."""
    context, t = chosen.context, chosen.context.t
    if result.nobody:
        said = t(
            f"Der er ingen patienter diagnosticeret {chosen.cohort_text} at tegne kurver for. ",
            f"There are no patients diagnosed {chosen.cohort_text} to draw curves of. ",
        )
        years = context.periods
        every = t("Vis alle patienter, uanset diagnoseår", "Show all patients, whatever the year of diagnosis")
        link = dcc.Link(every, href=context.here(diagnose=f"{years[-1]}-{years[0]}", **whom_links.EVERYONE))
        words: list = [said, link]
    elif result.view.edition.hides:
        words = [
            t("Kurverne er skjult: der er for få patienter.", "The curves are hidden: there are too few patients.")
        ]
    else:
        words = [t("For få patienter er fulgt til at tegne kurver.", "Too few patients are followed to draw curves.")]
    return html.Div(shell.section(title, html.P(words), html.P(" ".join(left_out), className="caption")))


def _title(chosen: choices.ChosenSurvival, result: tables.Survival) -> str:
    t = chosen.context.t
    what = (
        t("alle dødsårsager", "all causes of death")
        if result.endpoint.id == "overall"
        else t("kun død af kræft", "death from cancer only")
    )
    by = {
        "stage": t("efter stadie", "by stage"),
        "region": t("efter region", "by region"),
        "department": t("i afdeling, region og land", "in department, region and country"),
        "age_group": t("efter alder", "by age"),
        "sex": t("efter køn", "by sex"),
        "period": t("efter diagnoseår", "by year of diagnosis"),
        "none": "",
    }[result.by]
    return f"{t('Overlevelse', 'Survival')} {by}".strip() + f", {what}"


def _caption(chosen: choices.ChosenSurvival, result: tables.Survival, left_out: list[str]) -> str:
    context, t = chosen.context, chosen.context.t
    cut = context.data_text()
    pieces = [
        t("År fra diagnosen. Kaplan-Meier med 95 %-bånd (log-log).", "Years since diagnosis. Kaplan–Meier with 95% "
          "band (log-log)."),
        t(f"Tallene ved kurvernes ende gælder {text.years_word(result.labelled, 'da')}.",
          f"The numbers at the ends of the curves are at {text.years_word(result.labelled, 'en')}."),
        f"{cut}; {t('udrejste er fulgt til udrejsen.', 'those who emigrated are followed until then.')}",
        *left_out,
    ]  # fmt: skip
    if context.edition == "public":
        pieces.append(
            t(
                f"Offentlig udgave: kurverne er tegnet pr. måned og ændrer sig først, når mindst {context.threshold} "
                f"er døde; de stopper, hvor færre end {tables.LEAST_AT_RISK} er i risiko. "
                "Antal i risiko er afrundet, – er skjult.",
                f"Public edition: the curves are drawn by month and change only when at least {context.threshold} have "
                f"died; they stop where fewer than {tables.LEAST_AT_RISK} are at risk. "
                "Numbers at risk are rounded; – is hidden.",
            )
        )
    elif tables.followed_years(context.view, chosen.cohort) < tables.HORIZON:
        pieces.append(
            t(
                f"Kurverne stopper, hvor færre end {tables.LEAST_AT_RISK} er fulgt så længe.",
                f"The curves stop where fewer than {tables.LEAST_AT_RISK} have been followed that long.",
            )
        )
    return " ".join(piece for piece in pieces if piece)


def _causes(chosen: choices.ChosenSurvival, result: tables.Survival) -> list:
    context, t = chosen.context, chosen.context.t
    years = result.headline
    found = tables.competing(context.view, chosen.cohort, years) if years else None
    if found is None:
        return []
    title = t("Død af kræft og af andre årsager", "Death from cancer and from other causes")
    forms = []
    read_off = [(id, drawing.INCIDENCES[id], one) for id, one in answer.of_incidence(context, found).items()]
    for form, kind in ((drawing.WIDE, "wide"), (drawing.PHONE, "phone")):
        figure, top = drawing.incidence(found, context, form)
        included = context.patients_text()
        included = included[:1].upper() + included[1:]
        if not context.state.filtered and context.view.has_stages:
            included = t("Alle stadier", "All stages")
        counted = "" if found.cases is None else f", n = {text.fmt.count(found.cases, context.lang)}"
        sign = text.fmt.percent_sign(context.lang)
        caption = t(
            f"{included}{counted}. Kumuleret incidens (Aalen-Johansen), lagt oven på hinanden. Aksen slutter ved "
            f"{top}{sign}.",
            f"{included}{counted}. Cumulative incidence (Aalen–Johansen), stacked. The axis ends at {top}{sign}.",
        )
        forms.append(
            html.Div(
                figures.figure(
                    "incidens" if kind == "wide" else "incidens-telefon",
                    figure,
                    context=chosen.pinned,
                    title=title,
                    height=figure["layout"]["height"],
                    alt=title,
                    caption=caption,
                    downloads=downloads.links(chosen.pinned, "kurver", "incidens"),
                    curves=(answer.months(context, 12 * found.years), read_off),
                ),
                className=f"only-{kind}",
            )
        )
    words = html.Section(
        [
            html.Div(html.H2(t("To tal, to spørgsmål", "Two numbers, two questions")), className="section-head"),
            *two_numbers.two_numbers(found, context),
        ],
        className="section survival-words",
    )
    return [html.Div(shell.columns(html.Div(forms), words, kind="halves"), className="ruled")]


def _test(chosen: choices.ChosenSurvival, result: tables.Survival) -> list:
    sentences = text.log_rank(result, chosen.context)
    if not sentences:
        return []
    t = chosen.context.t
    groups = text.all_of(result.by, chosen.context)
    heading = t(f"Er forskellen mellem {groups} tilfældig?", f"Could the difference between {groups} be chance?")
    first, *rest = sentences
    return [shell.section(heading, html.P(html.Strong(first)), *[html.P(one) for one in rest], id="test")]


def _meanings(chosen: choices.ChosenSurvival) -> html.Section:
    t = chosen.context.t
    rows = [
        (t(one.title.da, one.title.en), [html.Strong(t(one.question.da, one.question.en)), " ",
                                         t(one.meaning.da, one.meaning.en), " ", f"({one.method})"])
        for one in tables.MEASURES
    ]  # fmt: skip
    return shell.section(t("Hvad målene betyder", "What the measures mean"), shell.facts(rows), id="definition")


def _checked(context: source.Reader):
    found = _results(context)
    if found[0].problems:
        # A file must never hold other numbers than its address asks for.
        raise UsageError("; ".join(one.text(context.lang) for one in found[0].problems))
    return found


@registry.export("overlevelse", EXTRAS)
def table_file(context: source.Reader, subject: str) -> Sheet:
    """Every estimate of the page."""
    _no_subject(subject)
    chosen, result, _, one, five = _checked(context)
    results = [result, *([five] if five.by != result.by else []), *([one] if one.cohort != five.cohort else [])]
    return survival_curves.sheet(chosen, results, registry.stamp(chosen.pinned))


@registry.export("kurver", EXTRAS)
def curves_file(context: source.Reader, subject: str) -> Sheet:
    """The points of the curves; subject ``incidens``: those of the cumulative incidences."""
    chosen, result, *_ = _checked(context)
    stamp = registry.stamp(chosen.pinned)
    if subject == "incidens":
        found = tables.competing(context.view, chosen.cohort, result.headline) if result.headline else None
        return parts.incidence_sheet(chosen, found, stamp)
    _no_subject(subject)
    lines, _ = drawing.drawn(result, context)
    return parts.curve_sheet(chosen, result, [one.group for one in lines], stamp)


def _no_subject(subject: str) -> None:
    if subject:
        raise UsageError(f"emne={subject}: this file has no such subject; leave emne out")
