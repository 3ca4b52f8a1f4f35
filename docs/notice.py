"""NOTICE: the licences of everything that is shipped. ``python -m docs.notice`` writes it, ``--check`` tells its age.

What is shipped: this repository, and the packages of requirements.lock, which a container holds. Their licences are
read from the installed packages, their texts lie beside each of them (``*.dist-info``).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, NOTICE = ROOT / "requirements.lock", ROOT / "NOTICE"
COMMAND = "python -m docs.notice"
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
#: What lies in the repository and is not ours; ``path``: what is of it.
OTHERS = (
    ("Inter", "assets/fonts/", "SIL Open Font License 1.1", "https://rsms.me/inter/"),
    ("Natural Earth: outlines of the regions", "assets/geo/", "public domain", "https://www.naturalearthdata.com/"),
    (
        "lung, colon and mgus2 (survival package of R), in the tests alone",
        "tests/support/oracles/",
        "LGPL-2.0-or-later",
        "https://cran.r-project.org/package=survival",
    ),
)
#: Packages whose files hold others' scripts, which a browser gets.
HOLDS = {
    "dash": "React, React DOM and PropTypes (MIT)",
    "plotly": "Plotly.js (MIT) with D3 (BSD-3-Clause) and MapLibre GL JS (BSD-3-Clause)",
}

#: Packages whose metadata leave it out: by the file of their licence.
SAID = {"resvg_py": "MIT (its resvg: Apache-2.0 OR MIT)"}


def locked() -> dict[str, str]:
    """The version of each package of requirements.lock."""
    return dict(_LOCKED.findall(LOCK.read_text(encoding="utf-8")))


def licence(package: metadata.PackageMetadata) -> str:
    """What a package says of its licence: the expression, else the classifiers, else the field."""
    said = package.get("License-Expression") or SAID.get(package["Name"])
    if said:
        return said
    found = [one.rpartition(" :: ")[2] for one in package.get_all("Classifier", []) if one.startswith("License :: ")]
    found = [one for one in found if one != "OSI Approved"]
    if found:
        return ", ".join(dict.fromkeys(found))
    return (package.get("License") or "").strip().partition("\n")[0][:80] or "not said"


def notice() -> str:
    """The text of NOTICE. Raises PackageNotFoundError where a package of the lock is not installed."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "Kræftkvalitet: Copyright its authors, MIT licence (LICENSE)."
    yield f"Made by `{COMMAND}`; do not edit."
    yield ""
    yield "In this repository"
    yield ""
    for name, path, terms, where in OTHERS:
        yield f"- {name} ({path}): {terms}. {where}"
    yield ""
    yield "Packages of requirements.lock"
    yield ""
    for name, version in sorted(locked().items(), key=lambda one: one[0].lower()):
        about = metadata.metadata(name)
        holds = f" Holds {HOLDS[name]}." if name in HOLDS else ""
        yield f"- {name} {version}: {licence(about)}.{holds}"


def main(words: list[str] | None = None) -> int:
    """Write NOTICE, or with ``--check`` say whether it is as it should be (exit code 1: it is not)."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="NOTICE: the licences of everything that is shipped.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where it is old")
    options = parser.parse_args(words)
    text = notice()
    if options.check:
        if NOTICE.exists() and NOTICE.read_text(encoding="utf-8") == text:
            return 0
        print(f"NOTICE is not what the packages say; run {COMMAND}", file=sys.stderr)
        return 1
    NOTICE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
