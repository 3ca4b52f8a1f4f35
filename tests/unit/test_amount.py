"""What a plain run leaves to CI, and that CI leaves nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support import amount

HERE = Path("/project/tests")


def item(name, *marks):
    found = {mark.name: mark for mark in marks}
    return SimpleNamespace(nodeid=name, path=HERE / name.split("::")[0], get_closest_marker=found.get)


def config(*args, markexpr=""):
    return SimpleNamespace(
        args=args, option=SimpleNamespace(markexpr=markexpr), invocation_params=SimpleNamespace(dir=HERE)
    )


ITEMS = [
    item("a.py::quick"),
    item("a.py::slow", pytest.mark.slow.mark),
    item("b.py::page", pytest.mark.browser.mark, pytest.mark.some(1).mark),
    *(item(f"b.py::case[{number}]", pytest.mark.some(3).mark) for number in range(9)),
    item("b.py::few[only]", pytest.mark.some(3).mark),
]


def names(config):
    chosen, left = amount.left_out(config, list(ITEMS))
    assert len(chosen) + left.total() == len(ITEMS)
    return [one.nodeid for one in chosen], dict(left)


def test_a_plain_run_takes_a_few_cases_spread_over_all(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    chosen, left = names(config())
    assert chosen == ["a.py::quick", "b.py::case[0]", "b.py::case[3]", "b.py::case[6]", "b.py::few[only]"]
    assert left == {"slow": 1, "browser": 1, "some": 6}
    assert set(left) <= set(amount.LEFT)


@pytest.mark.parametrize(
    ("full", "args", "markexpr"), [(True, (), ""), (False, (), "slow"), (False, ("a.py", "b.py"), "")]
)
def test_ci_a_mark_and_a_named_file_take_all(full, args, markexpr, monkeypatch):
    monkeypatch.setattr(amount, "FULL", full)
    assert names(config(*args, markexpr=markexpr)) == ([one.nodeid for one in ITEMS], {})


def test_a_named_file_takes_only_its_own(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    assert names(config("a.py::slow"))[1] == {"browser": 1, "some": 6}


def test_examples(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    assert [amount.examples(400), amount.examples(25), amount.examples(2), amount.examples(3, 1)] == [40, 3, 2, 1]
    monkeypatch.setattr(amount, "FULL", True)
    assert [amount.examples(400), amount.examples(3, 1)] == [400, 3]
