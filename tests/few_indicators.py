"""Comparisons of a few indicators, for tests that need no more: one high, one with much missing, one rare, …"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indicators.catalogue import BY_ID
from tables import comparison

FEW = (
    "mdt_before_treatment",
    "trial_offered",
    "anastomotic_leak_30d",
    "mortality_90d",
    "palliative_received",
    "survival_1y",
    "coverage",
)


@pytest.fixture(scope="module", autouse=True)
def few_indicators() -> Iterator[None]:
    """Import it into a test module; frames of all indicators that other tests keep are not read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "CATALOGUE", tuple(BY_ID[id] for id in FEW))
        patch.setattr(comparison, "_VERSION", "few")
        yield
