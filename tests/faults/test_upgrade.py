"""A store of another version of the program: what is kept, what is made anew, in both languages; nothing is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import app
from data.__main__ import main
from data.improvements import Register
from data.opening import open_store
from data.registers import Registers
from data.schema import STORE_VERSION
from data.sent_reports import FOLDER, keep, latest
from data.store import OutdatedStore, Store
from tests.faults.test_register_sums import Q3, put_earlier, sent
from tests.store.test_improvements import GOOD, KNOWN
from tests.support.stores import extract, versions
from tests.support.whole import bytes_below

EARLIER = range(1, STORE_VERSION)


def of_version(root: Path, version: int) -> None:
    """Make the store's manifests those of another version, which had no sums until 6."""
    for path in (root / "snapshots").iterdir():
        content = json.loads(path.read_text())
        if version < STORE_VERSION:
            del content["sum"]
        path.write_text(json.dumps({**content, "store_version": version}))


@pytest.mark.parametrize("version", [1, STORE_VERSION - 1])
def test_an_earlier_store_says_what_is_kept_and_what_is_made_anew(version, root, delivered, capsys):
    Register(root).add(GOOD, KNOWN)
    keep(root, sent())
    of_version(root, version)
    before = bytes_below(root)
    assert app.main(["--store", str(root)]) == 1
    said = capsys.readouterr().err
    for text in (
        f"skrevet af lagerversion {version}; dette program læser {STORE_VERSION}",
        "Indlæs udtrækkene i et nyt lager",
        "følger med: improvements.sqlite (registret over forbedringsprojekter) og reports (de indberetninger",
        f"written by store version {version}, this program reads {STORE_VERSION}",
        "Load the extracts into a new store",
        "is taken over: improvements.sqlite (the register of improvement initiatives) and reports (the reports",
        "Nothing here was changed",
    ):
        assert text in said, text
    assert "Traceback" not in said
    for words in (["load", str(delivered["DCCG 2"])], ["use", Store(root).current_id()]):
        assert main([*words, "--store", str(root)]) == 1
        assert "Load the extracts into a new store" in capsys.readouterr().err
    assert main(["load", str(delivered["DCCG 2"]), "--store", str(root), "--lang", "da"]) == 1
    assert "afvist: " in (said := capsys.readouterr().err) and "Indlæs udtrækkene i et nyt lager" in said
    after = bytes_below(root)
    assert {name: content for name, content in after.items() if name != ".lock"} == before


def test_doing_what_it_says_keeps_what_people_wrote(root, delivered, tmp_path):
    made = Register(root).add(GOOD, KNOWN)
    keep(root, sent())
    Registers(root).write("comments", "DCCG/2025", 0, {"text": "Slagelse redegør"}, "Ane", "")
    of_version(root, 5)
    with pytest.raises(OutdatedStore) as raised:
        Store(root).manifests()
    for said in (str(raised.value), raised.value.da):
        assert all(name in said for name in ("improvements.sqlite (", ", registers.sqlite (", FOLDER))
    new = tmp_path / "new"
    extracts = [str(delivered[one]) for one in ("DCCG 1", "DLCR 1")]
    before = bytes_below(root)
    assert main(["migrate", *extracts, "--store", str(root), "--to", str(new)]) == 0
    assert bytes_below(root) == before
    assert versions(new) == {"DCCG": ("v1", 4), "DLCR": ("v1", 4)}
    assert Register(new).all() == (made,) and latest(new, "DCCG", Q3) == sent()
    assert Registers(new).latest("comments")["DCCG/2025"].body["text"] == "Slagelse redegør"


def test_without_registers_none_is_named(root):
    of_version(root, 5)
    with pytest.raises(OutdatedStore) as raised:
        Store(root).manifests()
    assert "følger med" not in raised.value.da and "taken over" not in str(raised.value)


def test_a_database_without_an_extract_is_not_forgotten(root, delivered, tmp_path, capsys):
    of_version(root, 5)
    words = ["migrate", str(delivered["DLCR 1"]), "--store", str(root), "--to"]
    assert main([*words, str(tmp_path / "new")]) == 1
    assert "has no DCCG, which" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "new")]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "other"), "--force"]) == 0


def test_a_store_of_this_version_needs_nothing_but_sums_of_its_register(root, capsys):
    assert main(["migrate", "--store", str(root)]) == 0
    assert "nothing had to be changed" in capsys.readouterr().out
    put_earlier(root, ())
    assert main(["migrate", "--store", str(root)]) == 0
    assert "has sums from now on" in capsys.readouterr().out


def test_migrate_says_what_to_do_and_what_is_missing(root, delivered, capsys):
    assert main(["migrate", str(delivered["DCCG 1"]), "--store", str(root)]) == 2
    assert main(["migrate", "--store", str(root), "--to", str(root)]) == 2
    of_version(root, 5)
    assert main(["migrate", "--store", str(root)]) == 1
    assert f"python -m data migrate EXTRACTS --store {root} --to NEW" in capsys.readouterr().err


def test_a_newer_store_asks_for_the_newer_program(root, capsys):
    Register(root).add(GOOD, KNOWN)
    of_version(root, STORE_VERSION + 1)
    assert app.main(["--store", str(root)]) == 1
    said = capsys.readouterr().err
    assert "Opdatér programmet. Intet i lageret er ændret." in said and "Update the program." in said
    assert "new store" not in said, "loading anew would not bring back what the newer program keeps"


@pytest.mark.some(3)
@pytest.mark.parametrize("moment", ["whole", "emptied half"])
@pytest.mark.parametrize("version", [*EARLIER, STORE_VERSION + 1])
def test_demonstration_data_of_another_version_are_made_anew(version, moment, tmp_path, monkeypatch):
    """The command of the README goes on working after an update, by itself; what people wrote stays."""
    made = []

    def small(folder: Path, *_, **more) -> list[Path]:
        made.append(folder)
        return [extract(folder, "DCCG", f"v{len(made)}")]

    monkeypatch.setenv("KRAEFT_DEMO", str(tmp_path))
    monkeypatch.delenv("KRAEFT_STORE", raising=False)
    monkeypatch.setattr("data.synthetic.synthesise", small)
    root = open_store().root
    register = Register(root)
    register.add(GOOD, KNOWN)
    wanted = register.all()
    register.path.unlink()
    put_earlier(root, wanted)
    keep(root, sent())
    assert versions(open_store().root) == {"DCCG": ("v1", 3)} and len(made) == 1
    of_version(root, version)
    if moment == "emptied half":  # it was killed while it took the earlier data away
        (root / "current").unlink()
    old = set((root / "databases").iterdir()) | set((root / "snapshots").iterdir())
    assert versions(open_store().root) == {"DCCG": ("v2", 3)}
    assert not any(path.exists() for path in old)
    assert set(register.all()) == set(wanted) and latest(root, "DCCG", Q3) == sent()
    assert versions(open_store().root) == {"DCCG": ("v2", 3)} and len(made) == 2, "made once"
