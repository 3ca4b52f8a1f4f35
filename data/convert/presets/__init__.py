"""Mappings of layouts that registries share (``data convert --from NAME``), one TOML file each."""

from __future__ import annotations

from pathlib import Path

#: The presets, by the name of their file.
PRESETS = ("cbioportal", "encr", "naaccr-xml", "omop", "kip-fhir")


def preset(name: str) -> Path:
    """The mapping of a preset; KeyError where there is none of that name."""
    if name not in PRESETS:
        raise KeyError(f"there is no preset '{name}'; there are {', '.join(PRESETS)}")
    return Path(__file__).parent / f"{name}.toml"
