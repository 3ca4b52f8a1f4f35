"""A department's early warnings: under the indicator concerned, and in one quiet sentence."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from data.once import BeingMade
from layouts.frame import being_made
from layouts.overview.parts import link_to
from layouts.parts import cards, html
from layouts.warnings import figures
from results.department import DepartmentRow, DepartmentUnit
from results.warnings import charts
from results.warnings import signals as data
from results.warnings.signals import ShownSignal, Watch
from words import format as fmt
from words import warnings as text
from words.overview import counted
from words.reader import Reader

#: How many older signals the quiet sentence names.
_NAMED = 3


class Warned:
    """The warnings of one department, each to be shown once: under the first row of its indicator."""

    def __init__(self, context: Reader, unit: DepartmentUnit) -> None:
        self.context, self.unit = context, unit
        self.found, self.being_made, self.former = None, None, False
        self._public = context.edition == "public"  # which has no warnings
        try:
            self.found = None if self._public else watched(context, (unit.code,))
        except BeingMade as error:
            self.being_made = error
            if (before := being_made.former(context)) is not None:
                self.context, self.former = before, True
                self.found = watched(before, (unit.code,))
        self._strong = {one.indicator.id: one for one in (self.found.some(True) if self.found else ())}
        self._left = dict(self._strong)

    def alarms(self, row: DepartmentRow) -> bool:
        """Whether the row's indicator has a strong warning of decline; one of former data orders nothing."""
        signal = self._strong.get(row.indicator.id)
        return signal is not None and signal.worse and not self.former

    def under(self, row: DepartmentRow) -> list:
        """What stands under the row: the sentence, with the chart where it shows enough; [] without a warning."""
        signal = self._left.pop(row.indicator.id, None)
        if signal is None:
            return []
        parts: list = [block(self.context, signal)]
        if self.former:  # the row's own numbers are new
            return [html.P(self.context.former_text(), className="warning-quiet"), *parts]
        try:
            curve = charts.curve(self.context.view, signal.unit, signal.indicator.id)
        except BeingMade as error:  # the charts come some seconds after the list
            return [*parts, html.P(being_made.told(self.context, error, True), className="warning-quiet")]
        if curve is not None and sum(point.rate is not None for point in curve.points) >= 6:
            goal = row.now.standard
            standard = goal.value if goal is not None and goal.kind == "standard" else None
            picture = figures.short(self.context, curve, standard, f"varsel-{signal.indicator.id}")
            parts.append(html.Div(picture, className="warning-figure"))
        return parts

    def quiet(self) -> html.P | None:
        """The sentence of what else is watched: weak signals, or that there is nothing."""
        context, t, lang = self.context, self.context.t, self.context.lang
        if self._public:
            return None
        if self.being_made and (self.found is None or not (self.found.watched or self.found.silent)):
            return _soon(self.context, self.being_made)
        if self.found is None:
            said = t("Tidligt varsel gælder alle patienter i de nyeste data.",
                     "Early warning is of all patients in the newest data.")  # fmt: skip
            return html.P([said, " ", _link(context, t("Se varslerne", "See the warnings"))], className="warning-quiet")
        found = self.found
        if not found.watched and not found.silent:
            return None
        before = [being_made.former_told(context), " "] if self.former else []
        parts = [*before, f"{t('Tidligt varsel', 'Early warning')}: "]
        if not found.signals:
            parts.append(t("intet. ", "none. "))
        weak = found.some(False)
        if weak:
            worse = sum(one.worse for one in weak)
            parts.append(_weak_text(context, worse, len(weak) - worse, bool(found.some(True))))
        parts.append(text.charts(context, found))
        if weak:
            parts.append(f" {text.chance(context, found, False)}")
        if found.standing:
            shown = [f"{text.title(context, one.indicator)} ({text.since_first(context, one)})"
                     for one in found.standing[:_NAMED]]  # fmt: skip
            if len(found.standing) > _NAMED:
                shown.append(t(f"{len(found.standing) - _NAMED} andre", f"{len(found.standing) - _NAMED} others"))
            parts.append(
                t(f" Ældre signaler, der står stadig: {fmt.listed(shown, lang)}.",
                  f" Older signals that still stand: {fmt.listed(shown, lang)}.")
            )  # fmt: skip
        parts += [
            f" {text.title(context, one.indicator)}: {text.absorbed(context, one)}" for one in found.absorbed[:_NAMED]
        ]
        parts += [" ", _link(context, t("Se alle varsler", "See all warnings"))]
        return html.P(parts, className="warning-quiet", id="varsel")

    def patients(self, rows: Sequence[DepartmentRow]) -> html.Div | None:
        """The row 'Patienter uden MDT før behandling 37 ›' of what to look at first; None where nothing is known."""
        counted_rows = [row for row in rows if not row.indicator.survival_years and row.now.numerator is not None]
        chosen = [row for row in counted_rows if self.alarms(row)]
        chosen += [row for row in counted_rows if row.kind == "not_met"]
        chosen += [row for row in counted_rows if row.indicator.id == "mdt_before_treatment"]
        if not chosen:
            return None
        row = next((row for row in chosen if row.indicator.id == "mdt_before_treatment"), chosen[0])
        better = row.indicator.higher_is_better
        number = row.now.denominator - row.now.numerator if better else row.now.numerator
        title = text.patients_without(self.context, row.indicator)
        return cards.onward(title, link_to(self.context, row), fmt.count(number, self.context.lang))


def watched(context: Reader, among: Sequence[str] | None = None) -> Watch | None:
    """What is watched now; None where the reader looks at an earlier period or at a part of the patients."""
    if context.period != context.latest or context.state.filtered:
        return None
    return data.watch(context.view, None, among)


def block(context: Reader, signal: ShownSignal) -> html.P:
    """'▲ Tidligt varsel. 20 patienter flere end ventet … Falsk alarm …'; an improvement calmly."""
    extra = (("kurve", f"{signal.unit}.{signal.indicator.id}"),)
    link = dcc.Link(context.t("Se kurven", "See the chart"), href=context.to("/varsler", period=None, extra=extra))
    said = [text.sentence(context, signal), " ", text.false_alarm(context, signal), " ", link]
    if signal.worse:
        return cards.warning(context.t("Tidligt varsel.", "Early warning."), html.Span(said))
    arrow = html.Span("↗", className="better-mark", **{"aria-hidden": "true"})
    strong = html.Strong(context.t("Fremgang.", "Improvement."))
    return html.P([arrow, html.Span([strong, " ", *said])], className="warning is-better")


def _soon(context: Reader, error: BeingMade) -> html.P:
    """In place of the page's one sentence about warnings."""
    return html.P(being_made.told(context, error), className="warning-quiet", id="varsel")


def _link(context: Reader, words: str) -> dcc.Link:
    return dcc.Link(words, href=context.to("/varsler", period=None))


def _weak_text(context: Reader, worse: int, better: int, also: bool) -> str:
    """'desuden to svage signaler om tilbagegang og ét om fremgang. '"""
    t, lang = context.t, context.lang

    def many(number: int) -> str:
        return counted(number, lang, "Ét").lower()

    head = t("desuden ", "besides ") if also else ""
    if worse:
        word = t("svagt signal" if worse == 1 else "svage signaler", "weak signal" if worse == 1 else "weak signals")
        said = f"{head}{many(worse)} {word} {t('om tilbagegang', 'of decline')}"
        if better:
            said += t(f" og {many(better)} om fremgang", f" and {many(better)} of improvement")
    else:
        word = t("svagt signal" if better == 1 else "svage signaler", "weak signal" if better == 1 else "weak signals")
        said = f"{head}{many(better)} {word} {t('om fremgang', 'of improvement')}"
    return f"{said}. "


def overview_line(context: Reader) -> list:
    """One line on the overview where there are signals: strong decline by hospital, else quietly; [] without."""
    try:
        return _overview_line(context, watched(context))
    except BeingMade as error:
        before = being_made.former(context)
        if before is None:
            return [_soon(context, error)]
        said = html.P(being_made.former_told(before), className="warning-quiet overview-warning", id="varsel")
        return [said, *_overview_line(before, watched(before))]


def _overview_line(context: Reader, found: Watch | None) -> list:
    if found is None or not (found.signals or found.standing):
        return []
    t, lang = context.t, context.lang
    worse = found.some(True, "worse")
    link = _link(context, t("Se varslerne", "See the warnings"))
    if not found.signals:
        said = t("Tidligt varsel: intet nyt. ", "Early warning: no news. ")
        said += f"{text.standing(context, found)} "
        return [html.P([said, link], className="warning-quiet overview-warning")]
    if not worse:
        number = len(found.signals)
        said = t(f"Tidligt varsel: ingen stærke varsler om tilbagegang, {fmt.count(number, lang)} andre "
                 f"signal{'' if number == 1 else 'er'}. ",
                 f"Early warning: no strong warnings of decline, {fmt.count(number, lang)} other "
                 f"signal{'' if number == 1 else 's'}. ")  # fmt: skip
        return [html.P([said, link], className="warning-quiet overview-warning")]
    places = list(dict.fromkeys(one.hospital or one.unit_name for one in worse))
    shown = places if len(places) <= 4 else [*places[:3], t(f"{len(places) - 3} andre", f"{len(places) - 3} others")]
    one = len(worse) == 1
    said = t(
        f"{counted(len(worse), lang, 'Ét')} stærk{'t varsel' if one else 'e varsler'} om tilbagegang: "
        f"{fmt.listed(shown, lang)}. {text.chance(context, found, True, 'worse')} ",
        f"{counted(len(worse), lang)} strong warning{'' if one else 's'} of decline: {fmt.listed(shown, lang)}. "
        f"{text.chance(context, found, True, 'worse')} ",
    )
    line = cards.warning(t("Tidligt varsel.", "Early warning."), html.Span([said, link]))
    return [html.Div(line, className="overview-warning")]
