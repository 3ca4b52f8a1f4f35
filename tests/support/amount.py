"""How much is tested: a plain run leaves to CI what is slow or needs a browser, and draws fewer generated extracts.

``KRAEFT_TESTS=full`` runs everything (.ci/run does). Nothing is skipped: what a plain run leaves out is deselected by
its mark, counted, and named at its end with the words that run it. Whoever names a file or a mark gets all of it.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

FULL = os.environ.get("KRAEFT_TESTS") == "full"
#: Why a plain run leaves tests with these marks to CI.
LEFT = {
    "browser": "need a real Chromium",
    "live": "start or kill processes",
    "slow": "take long; what they hold is held in small by others",
    "some": "are further cases of tests of which a plain run takes a few",
}


def examples(full: int, few: int | None = None) -> int:
    """How many examples hypothesis draws: ``full`` in CI, ``few`` (a tenth, at least 3) in a plain run."""
    return full if FULL else min(full, max(3, full // 10)) if few is None else few


def left_out(config: pytest.Config, items: list[pytest.Item]) -> tuple[list[pytest.Item], Counter[str]]:
    """The tests of a run, and how many it leaves to CI by the mark that says why."""
    if FULL or config.option.markexpr:
        return items, Counter()
    named = [_place(config, argument) for argument in config.args if ".py" in argument]
    cases = Counter(_test(item) for item in items)
    chosen, left, seen = [], Counter(), Counter()
    for item in items:
        why = next((mark for mark in ("browser", "live", "slow") if item.get_closest_marker(mark)), None)
        some = item.get_closest_marker("some")
        if why is None and some is not None:
            test, few = _test(item), min(some.args[0], cases[_test(item)])
            spread = {number * cases[test] // few for number in range(few)}
            why = None if seen[test] in spread else "some"
            seen[test] += 1
        if why is None or item.path in named:
            chosen.append(item)
        else:
            left[why] += 1
    return chosen, left


def _test(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


def _place(config: pytest.Config, argument: str) -> Path:
    return (config.invocation_params.dir / argument.split("::")[0]).resolve()
