"""/varsler?kurve=…: one chart with its signal in words, when it could be known, and what to do."""

from __future__ import annotations

import datetime as dt

from dash import dcc

from layouts.frame import shell
from layouts.parts import html
from layouts.warnings import figures
from layouts.warnings import list as listed
from results.audit import goal
from results.warnings import charts
from results.warnings.charts import ShownChart
from results.warnings.signals import LISTED_MONTHS
from words import format as fmt
from words import warnings as text
from words.reader import Reader


def read(context: Reader, day: dt.date) -> ShownChart | None:
    """The chart that the address asks for, None where there is none."""
    unit, _, indicator = context.state.choice("kurve").rpartition(".")
    return charts.curve(context.view, unit, indicator, day, limits=True)


def standard_of(context: Reader, indicator: str) -> float | None:
    """The standard in the view's period, None where there is none or it is a development target."""
    found = goal(context.view, indicator, context.period)
    return found.value if found is not None and found.kind == "standard" else None


def finding(context: Reader, curve: ShownChart) -> str:
    """'Kirurgisk afdeling, Slagelse: 15 patienter flere end ventet uden MDT før behandling siden september 2025'."""
    name = figures.unit_name(context, curve)
    if curve.signal is None:
        what = text.title(context, curve.indicator)
        if context.edition == "public" and curve.judged in {"few", "new"}:
            return context.t(f"{name}: intet varsel, der kan vises, for {what}",
                             f"{name}: no warning that can be shown for {what}")  # fmt: skip
        return context.t(f"{name}: intet varsel for {what}", f"{name}: no warning for {what}")
    said = text.sentence(context, curve.signal).rstrip(".")
    return f"{name}: {said[:1].lower()}{said[1:]}"


def lead(context: Reader, curve: ShownChart) -> str:
    """Seen against expected, how strong, when it could be known."""
    t, lang, signal = context.t, context.lang, curve.signal
    if signal is None:
        until = text.day_text(context, curve.until)
        said = t(f"Kurven følges; patienter til og med {until} er talt med.",
                 f"The chart is watched; patients up to {until} are counted.")  # fmt: skip
        after = text.absorbed(context, curve.absorbed) if curve.absorbed is not None else ""
        return " ".join(part for part in (said, text.judged(context, curve), after) if part)
    parts = []
    if signal.observed is not None:
        seen, hoped = fmt.count(signal.observed, lang), fmt.number(signal.expected, 1, lang)
        parts.append(t(f"Der er set {seen}, hvor {hoped} var ventet.", f"{seen} seen where {hoped} were expected."))
    strong = t("Signalet er stærkt.", "The signal is strong.") if signal.strong else t(
        "Signalet er svagt.", "The signal is weak.")  # fmt: skip
    if curve.standing:
        parts.append(t(f"Uden nyt i {LISTED_MONTHS} måneder, men signalet står stadig.",
                       f"No news for {LISTED_MONTHS} months, but the signal still stands."))  # fmt: skip
    parts += [strong, text.judged(context, curve), text.history(context, signal)]
    parts += [text.false_alarm(context, signal), text.known(context, signal)]
    if curve.absorbed is not None:
        parts.append(text.absorbed(context, curve.absorbed))
    return " ".join(part for part in parts if part)


def body(context: Reader, curve: ShownChart) -> list:
    """Both figures, what to do, the ways onward."""
    t = context.t
    standard = standard_of(context, curve.indicator.id)
    parts = [figures.p_chart(context, curve, standard), figures.sums(context, curve)]
    links = [
        (t("Alle varsler", "All warnings"), context.here(kurve=None)),
        (figures.unit_name(context, curve), context.to(f"/afdeling/{curve.unit}", unit=None)),
        (text.title(context, curve.indicator), context.to(f"/indikator/{curve.indicator.id}", unit=curve.unit)),
    ]
    onward = html.Ul([html.Li(dcc.Link(words, href=href)) for words, href in links], className="link-list")
    return [
        *[part for part in parts if part is not None],
        *([listed.what_to_do(context, curve.signal)] if curve.signal is not None else []),
        shell.section(t("Videre", "Onward"), onward),
    ]
