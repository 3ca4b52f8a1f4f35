"""The paragraphs that tell the two measures of death from cancer apart."""

from __future__ import annotations

from layouts.parts import html
from results.survival.curves import Competing
from words import format as fmt
from words.reader import Reader
from words.survival import reason, years_word


def two_numbers(found: Competing, context: Reader) -> list:
    """'To tal, to spørgsmål': the paragraphs that tell the two measures of death from cancer apart."""
    t, lang, span = context.t, context.lang, years_word(found.years, context.lang)
    if found.cancer.estimate is None or found.specific.estimate is None:
        why = reason(found.cancer if found.cancer.estimate is None else found.specific, context)
        return [html.P(t(f"Tallene kan ikke vises: {why}.", f"The figures cannot be shown: {why}."))]
    cancer, other, specific = (
        fmt.percent(one.estimate, 1, lang) for one in (found.cancer, found.other, found.specific)
    )
    net = fmt.percent(1 - found.specific.estimate, 1, lang)
    first = t(
        f" Inden for {span} er {cancer} døde af kræft og {other} af andre årsager. Det er den kumulerede incidens. "
        "Sammen med de levende giver de 100\u00a0%. Brug den til at tale med patienter og planlægge.",
        f" Within {span}, {cancer} have died of cancer and {other} of other causes. That is the cumulative incidence. "
        "Together with those alive they make 100%. Use it to talk with patients and to plan.",
    )
    second = t(
        f" Den kræftspecifikke overlevelse er {specific}. Den forudsætter, at ingen kunne dø af andet, og dens "
        f"modstykke, {net} (stiplet), overvurderer derfor andelen, der faktisk dør af kræft. Brug den til at "
        "sammenligne grupper med forskellig alder.",
        f" Cancer-specific survival is {specific}. It assumes that nobody could die of anything else, and its "
        f"complement, {net} (dashed), therefore overstates the share who actually die of cancer. Use it to compare "
        "groups of different age.",
    )
    return [
        html.P([html.Strong(t("Hvor mange dør af kræften?", "How many die of the cancer?")), first]),
        html.P([html.Strong(t("Hvor farlig er kræften i sig selv?", "How dangerous is the cancer itself?")), second]),
        unknown_causes(found, context),
    ]


def unknown_causes(found: Competing, context: Reader) -> html.P:
    """Deaths of unknown cause: how many, what share, and what the estimate would be the other way."""
    t, lang = context.t, context.lang
    label = html.Strong(t("Uoplyst dødsårsag:", "Unknown cause of death:"))
    if found.deaths is None or found.unknown is None:
        return html.P(
            [label, t(" antallet er skjult. De regnes som kræft.", " the number is hidden. They count as cancer.")],
            className="survival-unknown",
        )
    if found.unknown == 0:
        none = t(
            f" ingen af {fmt.count(found.deaths, lang)} dødsfald.", f" none of {fmt.count(found.deaths, lang)} deaths."
        )
        return html.P(
            [label, none if found.deaths else t(" ingen dødsfald.", " no deaths.")], className="survival-unknown"
        )
    share = found.unknown / found.deaths
    counted = f"{fmt.of(found.unknown, found.deaths, lang)} {t('dødsfald', 'deaths')} ({fmt.percent(share, 1, lang)})."
    amount = html.Strong(counted, className="is-high") if share > 0.05 else counted
    main, bound = fmt.percent(found.cancer.estimate, 1, lang), found.cancer.other_way
    rest = t(" De regnes som kræft.", " They count as cancer.")
    if bound is not None:
        rest += t(
            f" Hvis alle var af andre årsager, ville andelen døde af kræft være {fmt.percent(bound, 1, lang)} i stedet "
            f"for {main}.",
            f" If all were of other causes, the share dead of cancer would be {fmt.percent(bound, 1, lang)} instead of "
            f"{main}.",
        )
    return html.P([label, " ", amount, rest], className="survival-unknown")
