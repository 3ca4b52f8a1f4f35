"""docs/adding-an-indicator.md, done to the letter in a copy of the project, and every page opened with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "adding-an-indicator.md").read_text(encoding="utf-8")
COPIED = ("assets", "data", "exports", "figures", "indicators", "layouts", "reports", "results", "server", "survival",
          "tests", "words", "app.py", "pyproject.toml")  # fmt: skip
ID, TITLE = "surgery_within_30_days", "Operation inden for 30 dage"

#: Runs in the copy: opens each address and prints status, whether the indicator is named there, and the address.
OPEN = """
import sys
from pathlib import Path
from tests.support.clients import client
from data.store import Store
for address in sys.argv[2:]:
    answer = client(Store(Path(sys.argv[1]))).get(address)
    text = answer.get_data().decode("utf-8", "replace")
    print(answer.status_code, TITLE in text or ID in text, address)
""".replace("TITLE", repr(TITLE)).replace("ID in", f"{ID!r} in")
NAMED = (
    "/", "/?koen=F", f"/indikator/{ID}", f"/indikator/{ID}?vis=tragt", f"/indikator/{ID}?vis=sammenlignet",
    f"/indikator/{ID}?vis=justeret", f"/indikator/{ID}?lang=en", "/variation", "/variation?aar=3&niveau=hospital",
    "/afdeling/HER-KIR", "/tvaergaaende", "/om", "/forbedringer/ny", "/hent/overblik.csv",
    f"/hent/sammenligning.csv?emne={ID}", f"/hent/enheder.csv?emne={ID}", "/hent/definitioner.csv",
)  # fmt: skip
OTHERS = ("/afdeling", "/overlevelse", "/varsler", "/ventetider", "/datakvalitet", "/forbedringer")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOC, re.S)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project with what the page says added: the declaration to its family, the rows to its examples."""
    place = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", ".demo*"))
        else:
            shutil.copy(source, place / name)
    [declaration] = blocks("python")
    [rows] = blocks("text")
    family = place / "indicators" / "surgery.py"
    text = family.read_text(encoding="utf-8").rstrip()
    assert text.endswith(")")
    family.write_text(f"{text[:-1]}    {declaration.strip()},\n)\n", encoding="utf-8")
    examples = place / "tests" / "spec" / "surgery.txt"
    examples.write_text(f"{examples.read_text(encoding='utf-8').rstrip()}\n\n{rows}", encoding="utf-8")
    return place, declaration, rows


def test_it_is_short(copy):
    _, declaration, rows = copy
    assert len(declaration.splitlines()) + len(rows.splitlines()) <= 45


@pytest.mark.slow
def test_its_examples_are_counted(copy):
    run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/spec/test_indicator_spec.py"], copy[0])


@pytest.mark.slow
def test_every_page_opens_and_names_it(copy, synthetic_store):
    said = run([sys.executable, "-c", OPEN, str(synthetic_store.root), *NAMED, *OTHERS], copy[0]).splitlines()
    found = {address: (status, named) for status, named, address in (line.split(" ", 2) for line in said)}
    assert found == {**dict.fromkeys(NAMED, ("200", "True")), **{one: ("200", found[one][1]) for one in OTHERS}}


@pytest.mark.slow
def test_the_command_counts_it(copy, synthetic_store):
    words = ["table", "--store", str(synthetic_store.root), "--database", "DCCG", "--indicator", ID, "--format", "csv"]
    head, row = run([sys.executable, "-m", "indicators", *words], copy[0]).splitlines()
    counts = dict(zip(head.split(","), row.split(","), strict=True))
    assert int(counts["numerator"]) > 0 and int(counts["denominator"]) > int(counts["numerator"])


def run(command: list[str], place: Path) -> str:
    done = subprocess.run(
        command, cwd=place, env=os.environ | {"PYTHONPATH": str(place)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
