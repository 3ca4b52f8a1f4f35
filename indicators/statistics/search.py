"""Searches for one number, alone or many at once.

A search is a generator: it yields what it wants to know and is sent the answer, and returns what it has found. So the
searches of many indicators go on side by side, and each round of their questions is answered by one array.
Importing scipy.optimize for one search takes longer than the page that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from math import sqrt
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Found = TypeVar("Found")
Search = Generator[Question, Answer, Found]

_RATIO = (sqrt(5) - 1) / 2


def together(
    searches: Sequence[Search[Question, Answer, Found]],
    answers: Callable[[list[int], list[Question]], Sequence[Answer]],
) -> list[Found]:
    """What each search finds. ``answers(places, questions)``: the answers to those that still ask, by their places."""
    found: dict[int, Found] = {}
    asking: dict[int, Question] = {}

    def go_on(place: int, first: bool, answer: Answer | None = None) -> None:
        try:
            asking[place] = next(searches[place]) if first else searches[place].send(answer)
        except StopIteration as end:
            asking.pop(place, None)
            found[place] = end.value

    for place in range(len(searches)):
        go_on(place, True)
    while asking:
        places = list(asking)
        for place, answer in zip(places, answers(places, list(asking.values())), strict=True):
            go_on(place, False, answer)
    return [found[place] for place in range(len(searches))]


def alone(search: Search[Question, Answer, Found], answer: Callable[[Question], Answer]) -> Found:
    """What one search finds."""
    return together([search], lambda _, questions: [answer(questions[0])])[0]


def golden(low: float, high: float, tolerance: float) -> Search[float, float, float]:
    """Where a function, which falls and then rises between ``low`` and ``high``, is lowest, to within ``tolerance``.

    Asks for values of the function. Closer than about 1e-8 of the answer the function itself has no more digits to
    tell by. Kiefer, Proceedings of the AMS 1953.
    """
    left, right = high - _RATIO * (high - low), low + _RATIO * (high - low)
    at_left = yield left
    at_right = yield right
    while high - low > tolerance:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _RATIO * (high - low)
            at_left = yield left
        else:
            low, left, at_left = left, right, at_right
            right = low + _RATIO * (high - low)
            at_right = yield right
    return (low + high) / 2


def lowest(function: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """``golden`` of one function."""
    return alone(golden(low, high, tolerance), function)
