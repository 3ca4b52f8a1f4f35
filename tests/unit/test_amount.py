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
    *(item(f"pages/c.py::page[{number}]") for number in range(6)),
    *(item(f"unit/c.py::value[{number}]") for number in range(6)),
]


@pytest.fixture(autouse=True)
def measured(tmp_path, monkeypatch):
    monkeypatch.setattr(amount, "MEASURED", tmp_path / "slow.tsv")


def names(config):
    chosen, left = amount.left_out(config, list(ITEMS))
    assert len(chosen) + left.total() == len(ITEMS)
    return [one.nodeid for one in chosen], dict(left)


def test_a_plain_run_takes_a_few_cases_spread_over_all(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    chosen, left = names(config())
    assert chosen[:5] == ["a.py::quick", "b.py::case[0]", "b.py::case[3]", "b.py::case[6]", "b.py::few[only]"]
    assert chosen[5:] == ["pages/c.py::page[0]", "pages/c.py::page[3]", *(f"unit/c.py::value[{n}]" for n in range(6))]
    assert left == {"slow": 1, "browser": 1, "some": 10}
    assert set(left) <= set(amount.LEFT)


@pytest.mark.parametrize(
    ("full", "args", "markexpr"), [(True, (), ""), (False, (), "slow"), (False, ("a.py", "b.py", "pages/c.py"), "")]
)
def test_ci_a_mark_and_a_named_file_take_all(full, args, markexpr, monkeypatch):
    monkeypatch.setattr(amount, "FULL", full)
    assert names(config(*args, markexpr=markexpr)) == ([one.nodeid for one in ITEMS], {})


def test_a_named_file_takes_only_its_own(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    assert names(config("a.py::slow"))[1] == {"browser": 1, "some": 10}


def test_what_was_measured_to_be_slow_is_left_to_ci(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    amount.write_slow({"b.py::case[1]": 1.2, "b.py::case[2]": 0.1, "a.py::quick": 0.7, "b.py::few[only]": 7.0})
    assert amount.MEASURED.read_text() == "1.2\tb.py::case\n7.0\tb.py::few\n"
    chosen, left = names(config())
    assert chosen[:3] == ["a.py::quick", "pages/c.py::page[0]", "pages/c.py::page[3]"] and left["measured"] == 10


def test_examples(monkeypatch):
    monkeypatch.setattr(amount, "FULL", False)
    assert [amount.examples(400), amount.examples(25), amount.examples(2), amount.examples(3, 1)] == [40, 3, 2, 1]
    monkeypatch.setattr(amount, "FULL", True)
    assert [amount.examples(400), amount.examples(3, 1)] == [400, 3]
