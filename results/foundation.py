"""Whether a result bears a sentence: one rule for every generated finding, lead, trend and difference.

A result of few patients is shown in its table with its interval, but no sentence is built on it: fewer than
:data:`LEAST` patients (at risk, or in the denominator), an interval wider than :data:`WIDEST`, or one that has fallen
together with the estimate (none or all) says nothing of the place; such a sentence would be about chance.
"""

from __future__ import annotations

from typing import Protocol

from data.text import Text
from indicators.statistics.verdict import LEAST_PATIENTS as LEAST
from indicators.statistics.verdict import WIDEST  # the whole width of the 95 % interval, as a fraction

#: What is found where the results do not bear a sentence.
TOO_FEW = Text("for få patienter til at skelne", "too few patients to tell apart")


class Share(Protocol):
    """A share with its interval, as ``results.audit.Cell``."""

    denominator: int | None
    rate: float | None
    lower: float | None
    upper: float | None


def thin(number: int | None, lower: float | None, upper: float | None) -> bool:
    """Whether an estimate on ``number`` patients with the 95 % limits (fractions) bears no sentence.

    None for ``number`` or a limit is one that is not shown or does not exist: it bears none either.
    """
    if number is None or number < LEAST or lower is None or upper is None:
        return True
    return upper - lower > WIDEST + 1e-9 or lower >= upper


def bears(result: Share | None) -> bool:
    """Whether a share bears a sentence of its own: it is there, and not thin."""
    return result is not None and result.rate is not None and not thin(result.denominator, result.lower, result.upper)


def both_bear(before: Share | None, after: Share | None) -> bool:
    """Whether two shares bear 'from … to …' or 'the one against the other': both ends do."""
    return bears(before) and bears(after)
