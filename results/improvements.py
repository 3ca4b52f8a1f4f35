"""Improvement initiatives for people: the register's texts with the effect of each, through the door.

In the public edition an effect is shown only where the department's patients before and after, with and without the
outcome, are safe counts; points are then joined into longer ones until each of them is safe as well, or not shown. It
gives rates and estimates rounded to a tenth of a percentage point and no counts: with the yearly counts of other pages
exact ones could tell what is hidden there.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.improvements import BrokenRegister, Initiative, Register
from data.published import Published
from data.store import Snapshot
from data.text import Text
from indicators.catalogue import BY_ID, why_not_reported
from indicators.declaration import Indicator
from indicators.effect import DESIGNS, FEWEST, Effect, EffectPoint, effect, warnings, with_initiative
from indicators.statistics.before_after import LEAST_POINTS, EffectEstimate
from results.audit import short_names
from results.disclosure import unsafe
from results.nodes import units
from results.view import View

#: worked / worsened: both designs leave out zero on the same side. uncertain: one of them. none: neither.
STATES = ("worked", "worsened", "uncertain", "none", "thin", "hidden", "unknown")
#: How many points the public edition may join into one.
_JOINED = (1, 2, 4, 6, 12, 36)
#: Decimals of a fraction in the public edition.
_DIGITS = 3


@dataclass(frozen=True)
class EffectShare:
    """The department's patients on one side of the date; the public edition has the rate alone."""

    rate: float
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True)
class Moment:
    """A point of the figure, [start, end): the department's and the other departments' rate, None without patients.

    ``denominator``: the department's patients; None in the public edition.
    """

    start: dt.date
    end: dt.date
    rate: float | None
    others: float | None
    denominator: int | None
    after: bool
    used: bool


@dataclass(frozen=True)
class FittedLine:
    """A straight piece of the fitted line between two days."""

    start: dt.date
    end: dt.date
    first: float
    last: float


@dataclass(frozen=True)
class Improvement:
    """An initiative with what may be shown of its effect. ``names``: the departments' short names.

    ``reasons``: why a design (a name of DESIGNS) is refused; without ``estimates`` nothing of the numbers is shown.
    ``others``: the mean change of the ``controls`` other departments, ``left_out``: those with an
    initiative of their own. ``lines``: before, after, and the trend before
    carried on. ``width``: months in a point as analysed; ``joined``: analysed points in a point shown. ``lag``: the
    days that reporting is given, ``lag_known``: whether measured.
    """

    initiative: Initiative
    indicator: Indicator | None
    names: tuple[str, ...]
    regions: tuple[str, ...]
    state: str
    why: Text | None = None
    estimates: dict[str, EffectEstimate | None] | None = None
    reasons: dict[str, Text] | None = None
    before: EffectShare | None = None
    after: EffectShare | None = None
    others: float | None = None
    controls: int = 0
    left_out: int = 0
    smallest_p: float | None = None
    own_trend: EffectEstimate | None = None
    pre_trend: EffectEstimate | None = None
    warnings: tuple[Text, ...] = ()
    moments: tuple[Moment, ...] = ()
    lines: tuple[FittedLine, ...] = ()
    points_before: int = 0
    points_after: int = 0
    width: int = 1
    joined: int = 1
    last: dt.date | None = None
    lag: int = 0
    lag_known: bool = True

    @property
    def change(self) -> float | None:
        """After less before, in fractions."""
        return None if self.before is None or self.after is None else self.after.rate - self.before.rate

    @property
    def cannot_exclude(self) -> tuple[int, bool] | None:
        """Where no effect is seen: the whole percentage points that the interval does not exclude, and whether for the
        better. Of the difference where it is estimated, else of the jump; 0 where not even one point is left.
        """
        if self.state != "none" or self.estimates is None:
            return None
        one = self.estimates["difference"] or self.estimates["segmented_level"]
        if one is None:
            return None
        good, bad = (one.upper, -one.lower) if self.better > 0 else (-one.lower, one.upper)
        points = [math.floor(round(100 * max(side, 0.0), 6)) for side in (good, bad)]
        return (points[0], True) if points[0] >= 1 or points[1] < 1 else (points[1], False)

    @property
    def better(self) -> int:
        """1 where a rise is an improvement, −1 where a fall is."""
        return 1 if self.indicator is None or self.indicator.higher_is_better else -1


def improvements(view: View, everywhere: bool = False) -> tuple[Improvement, ...]:
    """The initiatives of the view's database (or of all), newest start first, with their effects.

    Period and patient filters of the view are not used: an effect needs all patients of several years.
    """
    found = Register(view.snapshot.root).all(None if everywhere else view.database)
    return tuple(improvement(view, one) for one in found)


def improvement(view: View, one: Initiative) -> Improvement:
    """One initiative with its effect as the view's edition may show it."""
    if one.database not in view.snapshot.databases:
        why = Text(f"{one.database} er ikke i dette udtræk.", f"{one.database} is not in this extract.")
        return Improvement(one, BY_ID.get(one.indicator), one.departments, (), "unknown", why)
    there = View(view.snapshot, view.edition, one.database, view.period)
    named = short_names(there, set(one.departments))
    names = tuple(named.get(code, (code,))[0] for code in one.departments)
    regions = _regions(there, one.departments)
    indicator = BY_ID.get(one.indicator)
    if indicator is None:
        why = Text(f"Indikatoren {one.indicator} findes ikke.", f"There is no indicator {one.indicator}.")
        return Improvement(one, None, names, regions, "unknown", why)
    reason = why_not_reported(indicator, view.snapshot.info(one.database))
    if reason is not None:
        return Improvement(one, indicator, names, regions, "unknown", reason)
    return _shown(there, one, indicator, names, regions, _effect(view.snapshot, one, indicator))


def starts(view: View, indicator: str) -> tuple[Improvement, ...]:
    """The initiatives of the view's database on one indicator, oldest first, for trend figures; without effects.

    None where the register cannot be read: the figure stands without them, and its page says so (``why_unreadable``).
    """
    # The public edition has none: an effect would tell of single months.
    if isinstance(view.snapshot, Published) or why_unreadable(view.snapshot.root):
        return ()
    found = [one for one in Register(view.snapshot.root).all(view.database) if one.indicator == indicator]
    named = short_names(view, {code for one in found for code in one.departments})
    return tuple(
        Improvement(
            one,
            BY_ID.get(indicator),
            tuple(named.get(code, (code,))[0] for code in one.departments),
            _regions(view, one.departments),
            "unknown",
        )
        for one in reversed(found)
    )


def why_unreadable(root: Path) -> str:
    """Why the register of a store cannot be read; "" where it can, or where there is none."""
    try:
        Register(root).all()
    except BrokenRegister as error:
        return str(error)
    return ""


def prepare(snapshot: Snapshot) -> None:
    """Estimate every effect beforehand, so that no reader has to wait."""
    for one in Register(snapshot.root).all():
        indicator, there = BY_ID.get(one.indicator), one.database in snapshot.databases
        if indicator and there and why_not_reported(indicator, snapshot.info(one.database)) is None:
            _effect(snapshot, one, indicator)


def _effect(snapshot: Snapshot, one: Initiative, indicator: Indicator) -> Effect:
    busy = with_initiative(snapshot, one.database, one.indicator)  # the register changes while the snapshot stands
    key = ("effect", one.database, one.indicator, one.departments, one.start, one.washout, busy)
    return snapshot.remember(
        key, lambda: effect(snapshot, one.database, indicator, one.departments, one.start, one.washout), slow=True
    )


def _shown(
    view: View, one: Initiative, indicator: Indicator, names: tuple[str, ...], regions: tuple[str, ...], found: Effect
) -> Improvement:
    estimates = {design: found.estimate(design) for design in DESIGNS}
    refused = all(estimate is None for estimate in estimates.values())
    if refused:
        reasons = _without_counts(found) if view.edition.hides else found.reasons
        why = reasons[DESIGNS[0]]
        return Improvement(one, indicator, names, regions, "thin", why, reasons=reasons, last=found.last)
    if view.edition.hides and not _safe((found.before, found.after), view.edition.threshold):
        return Improvement(one, indicator, names, regions, "hidden")
    joined, hides = _joined(found, view), view.edition.hides
    between = found.difference.others if found.difference else None
    return Improvement(
        one,
        indicator,
        names,
        regions,
        state_of(estimates, indicator.higher_is_better),
        estimates={design: _rounded(estimate, hides) for design, estimate in estimates.items()},
        reasons=found.reasons,
        before=_share(*found.before, hides),
        after=_share(*found.after, hides),
        others=round(between, _DIGITS) if hides and between is not None else between,
        controls=found.controls,
        left_out=len(found.left_out),
        smallest_p=found.difference.smallest_p if found.difference else None,
        own_trend=_rounded(found.segmented.pre_slope if found.segmented else None, hides),
        pre_trend=_rounded(found.pre_trend, hides),
        warnings=tuple(warnings(found)),
        moments=tuple(_moment(group, hides) for group in _groups(found.points, joined)) if joined else (),
        lines=_lines(found, hides),
        points_before=found.points_before,
        points_after=found.points_after,
        width=found.width,
        joined=joined,
        last=found.last,
        lag=found.lag,
        lag_known=found.lag_known,
    )


def state_of(estimates: dict[str, EffectEstimate | None], higher_is_better: bool) -> str:
    """The word for what the two designs say together (see STATES)."""
    sides = []
    for design in ("segmented_level", "difference"):
        one = estimates[design]
        sides.append(0 if one is None or not one.clear else (1 if one.value > 0 else -1))
    better = 1 if higher_is_better else -1
    if sides[0] == sides[1] != 0:
        return "worked" if sides[0] == better else "worsened"
    return "uncertain" if any(sides) else "none"


def _without_counts(found: Effect) -> dict[str, Text]:
    """The reasons of a refusal; those of thin data, which say how few patients there are, in other words."""
    if not found.points:
        return found.reasons
    thin = Text(
        f"for få data før eller efter datoen: der skal være {LEAST_POINTS} måneder eller kvartaler på hver side med "
        f"mindst {FEWEST} patienter i gennemsnit",
        f"too few data before or after the date: {LEAST_POINTS} months or quarters are needed on each side, with "
        f"{FEWEST} patients on average",
    )
    return dict.fromkeys(DESIGNS, thin)


def _safe(sides: Sequence[tuple[int, int]], threshold: int) -> bool:
    return not any(unsafe((n, x, n - x), threshold) for x, n in sides)


def _joined(found: Effect, view: View) -> int:
    """How many analysed points a shown point holds; 0 where none may be shown."""
    if not view.edition.hides:
        return 1
    for size in _JOINED:
        sums = [_sum(group) for group in _groups(found.points, size)]
        if all(_safe((own, others), view.edition.threshold) for own, others in sums):
            return size
    return 0


def _groups(points: Sequence[EffectPoint], size: int) -> list[Sequence[EffectPoint]]:
    """Neighbouring points of the same kind, ``size`` together; what is left over joins the group farthest away."""
    runs: list[list[EffectPoint]] = []
    for point in points:
        if runs and (runs[-1][-1].after, runs[-1][-1].used) == (point.after, point.used):
            runs[-1].append(point)
        else:
            runs.append([point])
    groups: list[Sequence[EffectPoint]] = []
    for run in runs:
        rest = len(run) % size if len(run) > size else 0
        if len(run) <= size:
            groups.append(run)
        elif run[0].after:
            cuts = list(range(0, len(run) - rest, size))
            groups += [run[a : a + size] for a in cuts[:-1]] + [run[cuts[-1] :]]
        else:
            cuts = list(range(rest + size, len(run) + 1, size))
            groups += [run[: cuts[0]]] + [run[a - size : a] for a in cuts[1:]]
    return groups


def _sum(group: Sequence[EffectPoint]) -> tuple[tuple[int, int], tuple[int, int]]:
    own = sum(point.numerator for point in group), sum(point.denominator for point in group)
    others = sum(point.others_numerator for point in group), sum(point.others_denominator for point in group)
    return own, others


def _share(x: int, n: int, hides: bool) -> EffectShare:
    return EffectShare(round(x / n, _DIGITS), None, None) if hides else EffectShare(x / n, x, n)


def _rounded(one: EffectEstimate | None, hides: bool) -> EffectEstimate | None:
    if one is None or not hides:
        return one
    return EffectEstimate(*(round(value, _DIGITS) for value in (one.value, one.lower, one.upper, one.p)))


def _moment(group: Sequence[EffectPoint], hides: bool) -> Moment:
    (x, n), (others_x, others_n) = _sum(group)
    digits = _DIGITS if hides else 15
    return Moment(
        group[0].start,
        group[-1].end,
        round(x / n, digits) if n else None,
        round(others_x / others_n, digits) if others_n else None,
        None if hides else n,
        group[0].after,
        group[0].used,
    )


def _lines(found: Effect, hides: bool) -> tuple[FittedLine, ...]:
    if found.segmented is None:
        return ()
    used = found.used
    before = [k for k, point in enumerate(used) if not point.after]
    after = [k for k, point in enumerate(used) if point.after]

    def line(values, ks: list[int]) -> FittedLine:
        first, last = used[ks[0]], used[ks[-1]]
        ends = [round(float(values[k]), _DIGITS if hides else 15) for k in (ks[0], ks[-1])]
        return FittedLine(_middle(first), _middle(last), *ends)

    fitted, continued = found.segmented.fitted, found.segmented.continued
    return line(fitted, before), line(fitted, after), line(continued, after)


def _middle(point: EffectPoint) -> dt.date:
    return point.start + (point.end - point.start) / 2


def _regions(view: View, departments: Sequence[str]) -> tuple[str, ...]:
    """The departments' regions by the database's own list, which also holds the extract's units."""
    homes = units(view)["region"].to_dict()
    return tuple(dict.fromkeys(homes[code] for code in departments if code in homes))
