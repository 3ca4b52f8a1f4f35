"""How much is tested: a plain run leaves to CI what is slow or needs a browser, and draws fewer generated extracts.

``KRAEFT_TESTS=full`` runs everything (.ci/run does). Nothing is skipped: what a plain run leaves out is deselected by
its mark, counted, and named at its end with the words that run it. Whoever names a file or a mark gets all of it.
What is slow is measured: ``KRAEFT_TESTS=measure`` runs everything and writes ``slow.tsv``, whose tests a plain run
leaves to CI.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

MEASURE = os.environ.get("KRAEFT_TESTS") == "measure"
FULL = MEASURE or os.environ.get("KRAEFT_TESTS") == "full"
#: Seconds of the slowest case of each test function that took longer than these seconds when all were measured.
MEASURED, LONGEST = Path(__file__).with_name("slow.tsv"), 0.8
#: Folders whose tests load stores or make pages: a plain run takes so many cases of a test with more of them.
CASES = {"faults": 2, "generative": 2, "pages": 2, "results": 2, "store": 2}
#: Why a plain run leaves tests with these marks to CI.
LEFT = {
    "browser": "need a real Chromium",
    "live": "start or kill processes",
    "slow": "take long; what they hold is held in small by others",
    "some": "are further cases of tests of which a plain run takes a few",
    "measured": f"took longer than {LONGEST:g} s when all were measured (tests/support/slow.tsv)",
}


def examples(full: int, few: int | None = None) -> int:
    """How many examples hypothesis draws: ``full`` in CI, ``few`` (a tenth, at least 3) in a plain run."""
    return full if FULL else min(full, max(3, full // 10)) if few is None else few


def left_out(config: pytest.Config, items: list[pytest.Item]) -> tuple[list[pytest.Item], Counter[str]]:
    """The tests of a run, and how many it leaves to CI by the mark that says why."""
    if FULL or config.option.markexpr:
        return items, Counter()
    named = [_place(config, argument) for argument in config.args if ".py" in argument]
    measured = slow()
    cases = Counter(_test(item) for item in items)
    chosen, left, seen = [], Counter(), Counter()
    for item in items:
        why = next((mark for mark in ("browser", "live", "slow") if item.get_closest_marker(mark)), None)
        test, some = _test(item), item.get_closest_marker("some")
        if why is None and test in measured:
            why = "measured"
        most = some.args[0] if some is not None else CASES.get(item.path.parent.name, cases[test])
        if why is None and cases[test] > most:
            spread = {number * cases[test] // most for number in range(most)}
            why = None if seen[test] in spread else "some"
            seen[test] += 1
        if why is None or item.path in named:
            chosen.append(item)
        else:
            left[why] += 1
    return chosen, left


def slow() -> set[str]:
    """The test functions that were measured to be slow."""
    rows = MEASURED.read_text(encoding="utf-8").splitlines() if MEASURED.exists() else []
    return {row.split("\t")[1] for row in rows}


def write_slow(seconds: Mapping[str, float]) -> None:
    """Keep the test functions that took long; ``seconds``: of each case, by its id."""
    slowest: dict[str, float] = {}
    for case, took in seconds.items():
        test = case.split("[")[0]
        slowest[test] = max(took, slowest.get(test, 0.0))
    rows = [f"{took:.1f}\t{test}" for test, took in sorted(slowest.items()) if took > LONGEST]
    MEASURED.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _test(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


def _place(config: pytest.Config, argument: str) -> Path:
    return (config.invocation_params.dir / argument.split("::")[0]).resolve()
