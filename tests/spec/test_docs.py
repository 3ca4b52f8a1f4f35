"""The reference pages in docs/ are what the code says."""

from __future__ import annotations

import pytest

from data import reference
from data.findings import RULES
from data.schema import TABLES
from docs import generate
from indicators.catalogue import CATALOGUE


def test_no_page_is_stale():
    names = generate.stale()
    assert not names, f"{', '.join(names)} in docs/ stale; run {generate.COMMAND} and commit the result"


def test_the_pages_name_everything():
    dictionary = generate.data_dictionary()
    for table in TABLES:
        assert f"\n## {table.name}\n" in dictionary
        for column in table.columns:
            assert f"| `{column.name}` |" in dictionary
    for rule in RULES:
        assert f"| `{rule.id}` | {rule.severity} |" in dictionary
    lists = generate.code_lists()
    for one in reference.code_list_sources():
        assert f"| `{one.list}` | {one.title_en} | {one.source} |" in lists
    catalogue = generate.indicator_catalogue()
    for indicator in CATALOGUE:
        assert f"\n### {indicator.id}\n" in catalogue
        assert indicator.title.da in catalogue and indicator.definition.numerator.en in catalogue


def test_every_line_of_a_table_has_as_many_cells():
    for make in generate.PAGES.values():
        for block in make().split("\n\n"):
            if block.startswith("|"):
                assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1, block


@pytest.mark.parametrize("name", generate.PAGES)
def test_check_names_a_stale_page_and_writes_nothing(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    assert generate.main([]) == 0 and generate.main(["--check"]) == 0
    changed = (tmp_path / name).read_text(encoding="utf-8") + "x"
    (tmp_path / name).write_text(changed, encoding="utf-8")
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().err == f"docs/{name} is stale; run python -m docs.generate\n"
    assert (tmp_path / name).read_text(encoding="utf-8") == changed
    assert generate.main([]) == 0 and generate.stale() == []
