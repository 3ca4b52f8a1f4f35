"""The ended legs beside those who started waiting: three shares, each of its own population."""

from __future__ import annotations

from layouts.parts import html
from results.foundation import LEAST, thin
from results.waits import legs as tables
from results.waits.legs import Ended
from results.waits.started import Started
from words import format as fmt
from words import whom
from words.chosen.waits import ChosenWaits, weeks_text
from words.waits import number

TREATED = {
    "treatment": ("Behandlet", "Treated", "påbegyndte behandlinger", "treatments started"),
    "examination": ("Udredning startet", "Examined", "påbegyndte udredninger", "examinations started"),
    "aftercare": ("Efterbehandling startet", "Aftercare started", "påbegyndte efterbehandlinger", "aftercare started"),
}


def heads(chosen: ChosenWaits, ended: Ended, started: Started) -> html.Div:
    """The two shares of the ended legs and, apart from them, the share of those who started waiting."""
    t, lang = chosen.context.t, chosen.context.lang
    complete = tables.period(chosen.scope)
    weeks = weeks_text(complete, lang)
    legs = ended.coarse.legs
    word = t(*TREATED[chosen.scope.leg][2:])
    of = t("antal skjult", "number hidden") if legs is None else f"{fmt.count(legs, lang)} {word}"
    left = html.Section(
        [
            html.Div(
                [
                    html.H2(t(f"Afsluttede forløb, {weeks}", f"Ended cases, {weeks}") + whom.suffix(chosen.context)),
                    html.Span(
                        t(f"{of}, foreløbige uger ikke talt med", f"{of}, provisional weeks left out"),
                        className="waits-of",
                    ),
                ],
                className="section-head",
            ),
            html.Div([_in_time(chosen, ended), _kept(chosen, ended)], className="waits-shares"),
            _difference(chosen, ended),
        ],
        className="waits-ended",
    )
    right = html.Section(
        [
            html.Div(
                html.H2(t(f"Startede at vente, {weeks}", f"Started waiting, {weeks}") + whom.suffix(chosen.context)),
                className="section-head",
            ),
            _started(chosen, started),
        ],
        className="waits-cohort",
    )
    return html.Div([left, right], className="waits-heads", id="andele")


def _block(title: str, value: str, *lines: str) -> html.Div:
    return html.Div(
        [html.H3(title), html.P(html.Strong(value, className="key-figure")), *[html.P(one) for one in lines if one]],
        className="waits-share",
    )


def _in_time(chosen: ChosenWaits, ended: Ended) -> html.Div:
    t, lang = chosen.context.t, chosen.context.lang
    title = t("Til tiden", "In time")
    if ended.in_time is None:
        return _block(title, _absent(chosen, ended.coarse.legs))
    limits = fmt.interval(ended.lower, ended.upper, 1, lang)
    if thin(ended.coarse.legs, ended.lower, ended.upper):
        few = fmt.of(ended.coarse["within"], ended.coarse.legs, lang)
        return _block(title, few, f"{_too_few(chosen)} · {t('95 %-interval', '95% interval')} {limits}")
    return _block(
        title,
        fmt.percent(ended.in_time, 1, lang),
        f"{fmt.fraction(ended.coarse['within'], ended.coarse.legs, lang)} · "
        f"{t('95 %-interval', '95% interval')} {limits}",
        t("inden for alle gældende frister", "within every limit that applies"),
    )


def _absent(chosen: ChosenWaits, legs: int | None) -> str:
    t = chosen.context.t
    return t("ingen forløb", "no cases") if legs == 0 else t("skjult", "hidden")


def _kept(chosen: ChosenWaits, ended: Ended) -> html.Div:
    t, lang = chosen.context.t, chosen.context.lang
    title = t("Regler overholdt", "Rules kept")
    if ended.rules_kept is None:
        return _block(title, _absent(chosen, ended.counts.legs))
    (low, high), (least, most) = ended.rules_kept, ended.kept
    other = _lenient(chosen, ended)
    unsettled = ended.counts["over_unsettled"]
    if ended.counts.legs < LEAST:
        counted = fmt.of(least, ended.counts.legs, lang)
        if unsettled:
            counted = t(f"{fmt.count(least)} til {fmt.of(most, ended.counts.legs)}",
                        f"{fmt.count(least, 'en')} to {fmt.of(most, ended.counts.legs, 'en')}")  # fmt: skip
        return _block(title, counted, _too_few(chosen))
    if unsettled == 0:
        return _block(
            title,
            fmt.percent(low, 1, lang),
            fmt.of(least, ended.counts.legs, lang),
            t("alle overskridelser har en årsag", "every overrun has a reason"),
            other,
        )
    one = t("1 overskridelse", "1 overrun")
    many = t(f"{fmt.count(unsettled, lang)} overskridelser", f"{fmt.count(unsettled, lang)} overruns")
    return _block(
        title,
        f"{fmt.percent_number(low, 1, lang)}{fmt.EN_DASH}{fmt.percent(high, 1, lang)}",
        t(f"{fmt.count(least, lang)} til {fmt.count(most, lang)} af {fmt.count(ended.counts.legs, lang)}",
          f"{fmt.count(least, lang)} to {fmt.count(most, lang)} of {fmt.count(ended.counts.legs, lang)}"),
        t(f"spændet er {one if unsettled == 1 else many} uden registreret årsag",
          f"the range is {one if unsettled == 1 else many} without a registered reason"),
        other,
    )  # fmt: skip


def _lenient(chosen: ChosenWaits, ended: Ended) -> str:
    """The lenient reading beside the strict one that decides the status, as in the report; empty where not shown."""
    t, lang = chosen.context.t, chosen.context.lang
    found = tables.lenient(chosen.scope)
    if found is None:
        return ""
    low, high = (one / ended.counts.legs for one in found)
    share = fmt.percent(low, 1, lang)
    if low != high:
        share = f"{fmt.percent_number(low, 1, lang)}{fmt.EN_DASH}{fmt.percent(high, 1, lang)}"
    return t(
        f"lempelig læsning, hvor et tilbud er nok: {share}; her kræves også dokumentation og dateret samtykke",
        f"lenient reading, where an offer is enough: {share}; here documentation and a dated consent are asked too",
    )


def _too_few(chosen: ChosenWaits) -> str:
    return chosen.context.t("for få forløb til en andel", "too few cases for a share")


def _difference(chosen: ChosenWaits, ended: Ended) -> html.P | None:
    """Why the two shares differ, in the numbers of the reasons."""
    t, lang = chosen.context.t, chosen.context.lang
    counts = ended.counts
    over = None if counts.legs is None or counts["within"] is None else counts.legs - counts["within"]
    values = [counts[name] for name in ("over_health", "over_wish", "over_capacity_informed")]
    if not over or None in values:
        return None
    health, wish, informed = (number(one, chosen.context) for one in values)
    broken = number(counts["rules_broken"], chosen.context)
    kept = fmt.count(sum(values), lang)
    return html.P(
        t(
            f"Forskellen: {kept} af {fmt.count(over, lang)} overskridelser er lovlige – {health} af helbredsgrunde, "
            f"{wish} efter patientens ønske og {informed} af kapacitetsgrunde, hvor patienten fik et konkret, "
            f"dokumenteret tilbud andetsteds og valgte at vente. Reglerne er brudt i {broken}.",
            f"The difference: {kept} of {fmt.count(over, lang)} overruns are lawful – {health} for health, {wish} at "
            f"the patient's wish and {informed} for lack of capacity where the patient had a concrete, documented "
            f"offer elsewhere and chose to wait. The rules were broken in {broken}.",
        ),
        className="waits-difference",
    )


def _started(chosen: ChosenWaits, found: Started) -> html.Div:
    t, lang = chosen.context.t, chosen.context.lang
    title = t(f"{TREATED[chosen.scope.leg][0]} inden 14 dage", f"{TREATED[chosen.scope.leg][1]} within 14 days")
    if found.share is None:
        if found.hidden:
            return _block(title, t("skjult", "hidden"))
        why = t("ingen er fulgt i 14 dage", "nobody was followed for 14 days")
        return _block(title, t("ikke opgjort", "not reported"), why)
    if thin(found.legs, found.lower, found.upper):
        return _block(
            title,
            t("for få forløb", "too few cases"),
            f"n = {fmt.count(found.legs, lang)}",
        )
    median = ""
    if found.median is not None:
        one = found.median == 1
        median = f" · median {found.median} {t('dag' if one else 'dage', 'day' if one else 'days')}"
    return _block(
        title,
        fmt.percent(found.share, 1, lang),
        f"{t('95 %-interval', '95% interval')} {fmt.interval(found.lower, found.upper, 1, lang)} · "
        f"n = {fmt.count(found.legs, lang)}{median}",
        t("tæller også dem, der stadig venter (Aalen-Johansen)", "also counts those still waiting (Aalen–Johansen)"),
    )
