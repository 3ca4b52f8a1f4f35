"""Style sheets: every page loads all of them, so what one page's sheet says must not reach another page's parts."""

from __future__ import annotations

import re
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def rules(path: Path) -> set[str]:
    """The selectors of a sheet that are one class and nothing else."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = (one.strip() for heads in re.findall(r"([^{}]+)\{", text) for one in heads.split(","))
    return {one for one in found if re.fullmatch(r"\.[a-z0-9-]+", one)}


def test_a_pages_sheet_styles_no_class_of_the_shared_parts_or_of_another_page():
    # The tokens hold the dark theme, which is of every part.
    sheets = {path.name: rules(path) for path in sorted(ASSETS.glob("*.css")) if path.name != "tokens.css"}
    assert len(sheets) > 10 and sheets["page-compare.css"]
    twice = [
        f"{page} and {other}: {name}"
        for page in (name for name in sheets if name.startswith("page-"))
        for other in sheets
        if other != page
        for name in sheets[page] & sheets[other]
    ]
    assert not twice, "\n".join(twice)
