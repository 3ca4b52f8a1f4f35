"""How long those waiting now have waited, against the limit."""

from __future__ import annotations

from figures import theme
from figures.axis import counts
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import figure as figures
from results.waits import legs as tables
from results.waits.legs import Waiting
from words import answer_waits as answer
from words import format as fmt
from words.chosen.waits import ChosenWaits
from words.waits import STATUS, days

_HEIGHT = 224


def figure(chosen: ChosenWaits, found: Waiting) -> html.Section:
    """The histogram of days waited by status; a sentence in the public edition."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    title = t("Hvor længe har de ventet?", "How long have they waited?")
    ages = tables.ages(chosen.scope)
    if ages is None:
        text = t(
            "Fordelingen på dage vises kun i arbejdsudgaven, fordi de enkelte dage er få forløb.",
            "The distribution by day is shown in the working edition only: single days are few cases.",
        )
        return shell.section(title, html.P(text))
    if not ages.bins:
        text = t("Ingen venter nu, hvis ventetid kan måles i dage.", "Nobody waits now whose wait is known in days.")
        return shell.section(title, html.P(text))
    clock = {
        "treatment": t("samtykke", "consent"),
        "examination": t("henvisning", "referral"),
        "aftercare": t("henvisning og samtykke", "referral and consent"),
    }[chosen.scope.leg]
    longest = max((day for day, _ in ages.bins), default=0)
    end = max(29, min(longest, 45)) + 1
    series: dict[str, list[int]] = {name: [0] * (end + 1) for name in STATUS}
    for day, statuses in ages.bins:
        for status, count in statuses.items():
            series[status][min(day, end)] += count
    x = list(range(end + 1))
    tops = [sum(series[name][day] for name in STATUS) for day in x]
    fills = {
        "waiting_over": {"color": theme.RED},
        "waiting_booked_over": {"color": theme.AMBER_MARK},
        "waiting_unbooked": {"color": "#ffffff", "line": {"color": theme.AMBER_MARK, "width": 2}},
        "waiting_within": {"color": theme.GREY_SOFT},
    }
    data = [
        {
            "type": "bar",
            "x": x,
            "y": [count or None for count in series[name]],
            "marker": fills[name],
            "width": 0.78,
            "ids": [str(day) for day in x],
            "name": name,
        }
        for name in ("waiting_over", "waiting_booked_over", "waiting_unbooked", "waiting_within")
    ]
    top = max(max(tops, default=1), 4)
    ceiling = top * 1.35
    limit = theme.line(x0=14.5, x1=14.5, y0=0, y1=ceiling, line={"color": theme.INK, "width": 1.5})
    notes = [
        theme.text_at(
            14.9, ceiling, t(f"<b>maksimum 14 dage</b><br>fra {clock}", f"<b>maximum 14 days</b><br>from {clock}"),
            xanchor="left", yanchor="top", align="left", font={"color": theme.INK},
        )
    ]  # fmt: skip
    over, furthest = found.counts["waiting_over"], found.longest.get((chosen.scope.level, chosen.scope.code), 0)
    if over:
        words = t(f"<b>{over} over maksimum</b>", f"<b>{over} over the maximum</b>")
        notes.append(theme.text_at(15.2, ceiling * 0.64, words, xanchor="left", font={"color": theme.RED}))
        if furthest:
            more = t(f"længst: {days(furthest, context)} over", f"furthest: {days(furthest, context)} over")
            notes.append(theme.text_at(15.2, ceiling * 0.53, more, xanchor="left"))
    ticks = [0, 7, 14, 21, 28]
    labels = [str(day) for day in ticks[:-1]] + [t("28 dage", "28 days")]
    if longest > end:
        ticks.append(end)
        labels.append(f"{end}+")
    drawn = {
        "data": data,
        "layout": theme.layout(
            _HEIGHT,
            barmode="stack",
            margin={"l": 32, "r": 8, "t": 8, "b": 28},
            xaxis=theme.axis(tickvals=ticks, ticktext=labels, range=[-0.8, end + 0.8], showgrid=False,
                               showline=True, linecolor=theme.GREY),
            yaxis=theme.axis(**counts(0, ceiling, 4, lang)),
            shapes=[limit],
            annotations=notes,
        ),
    }  # fmt: skip
    caption = [
        t(f"Dage siden {clock}, {fmt.count(ages.legs, lang)} forløb. Fyldt gul: booket over fristen. Gul kant: "
          "uden tid. Rød: over maksimum. Grå: inden for. ",
          f"Days since {clock}, {fmt.count(ages.legs, lang)} cases. Filled amber: booked beyond the limit. Amber edge: "
          "no date. Red: over the maximum. Grey: within. ")
    ]  # fmt: skip
    if ages.not_measured:
        many = fmt.count(ages.not_measured, lang)
        caption.append(
            t(f"{many} uden samtykkedato måles på 28 dage fra henvisning og er ikke vist. ",
              f"{many} without a date of consent {'is' if ages.not_measured == 1 else 'are'} measured against 28 days "
              "from referral and not shown. ")
        )  # fmt: skip
    caption.append(t("Køens alder er ikke ventetiden.", "The age of the queue is not the waiting time."))
    alt = t(f"{title} {fmt.count(ages.legs, lang)} forløb.", f"{title} {fmt.count(ages.legs, lang)} cases.")
    return figures.figure(
        "alder", drawn, context=context, title=title, height=_HEIGHT, alt=alt, caption="".join(caption),
        export_title=chosen.titled(title),
        caveat="",
        downloads=downloads.links(context, "alder"),
        cards={
            str(day): answer.of_age(context, day, {name: series[name][day] for name in STATUS}, clock, day == end)
            for day in x
            if tops[day]
        },
    )  # fmt: skip
