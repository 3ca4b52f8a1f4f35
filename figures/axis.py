"""The common scale of an indicator's figures: whole steps around everything that must be seen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from words import format as fmt

_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_MOST = 6  # steps between the ends


@dataclass(frozen=True)
class Axis:
    """A scale of fractions from ``low`` to ``high`` with a tick at every ``step``."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> tuple[float, ...]:
        count = round((self.high - self.low) / self.step)
        return tuple(round(self.low + number * self.step, 6) for number in range(count + 1))

    def place(self, value: float) -> float:
        """The value's place in per cent of the scale, kept within its ends."""
        return round(min(100.0, max(0.0, (value - self.low) / (self.high - self.low) * 100)), 2)

    def label(self, value: float, lang: str) -> str:
        """A tick's number without its sign."""
        whole = abs(value * 100 - round(value * 100)) < 1e-9
        return fmt.percent_number(value, 0 if whole else 1, lang)

    def sentence(self, lang: str) -> str:
        """'Akse 60–100 %.'"""
        ends = f"{self.label(self.low, lang)}{fmt.EN_DASH}{self.label(self.high, lang)}{fmt.percent_sign(lang)}"
        return f"{'Akse' if lang == 'da' else 'Axis'} {ends}."


def axis_over(values: Iterable[float]) -> Axis:
    """The finest scale of at most six whole steps within 0–100 % that holds all values; 0–100 % without any."""
    known = list(values)
    if not known:
        return Axis(0.0, 1.0, 0.25)
    low, high = max(0.0, min(known)), min(1.0, max(known))
    for step in _STEPS:
        start = math.floor(low / step + 1e-9) * step
        end = min(1.0, max(math.ceil(high / step - 1e-9) * step, start + step))
        start = min(start, end - step)
        if round((end - start) / step) <= _MOST:
            return Axis(round(start, 6), round(end, 6), step)
    return Axis(0.0, 1.0, 0.25)


def ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Round values between two ends, at most about ``most``: every 1, 2 or 5 of a power of ten; ``whole``: of whole
    numbers."""
    rough = (high - low) / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * (1 - 1e-9))
    step = max(1, step) if whole else step
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]


def counts(low: float, high: float, most: int, lang: str) -> dict:
    """Keys of an axis of whole numbers: where its ticks are, and their texts."""
    values = ticks(low, high, most, whole=True)
    return {"range": [low, high], "tickvals": values, "ticktext": [fmt.count(round(one), lang) for one in values]}
