"""What is planted in the demonstration data, so that methods can be checked against a known answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.synthetic import places
from data.synthetic.draws import day


@dataclass(frozen=True)
class PlantedSignal:
    """One planted deviation of one department.

    ``topic`` names what is moved; ``effect`` is added to the log odds (hazards: to the log hazard; waits: days
    added at the peak) for events from ``start`` until the day before ``end`` (None: open). ``effect`` 0 marks
    a project without effect.
    """

    id: str
    database: str
    department: str
    topic: str
    indicator: str
    effect: float
    start: dt.date | None
    end: dt.date | None
    da: str
    en: str


_D = dt.date

SIGNALS: tuple[PlantedSignal, ...] = (
    PlantedSignal("mdt_level", "DCCG", "SLA-KIR", "mdt", "mdt_before_treatment", -0.5, None, None,
           "Slagelse ligger lidt under landet på MDT før behandling (ca. 92 %).",
           "Slagelse is a little below the country on MDT before treatment (about 92 %)."),
    PlantedSignal("mdt_falls", "DCCG", "SLA-KIR", "mdt", "mdt_before_treatment", -1.9, _D(2025, 9, 1), None,
           "Andelen med MDT-konference før behandling falder i Slagelse fra september 2025 (fra ca. 92 til 60–65 %).",
           "MDT before treatment falls in Slagelse from September 2025 (from about 92 to 60–65 %)."),
    PlantedSignal("leaks_doubled", "DCCG", "KOE-KIR", "leak", "anastomotic_leak_30d", 0.85, None, None,
           "Køge har dobbelt så mange anastomoselækager som landet.",
           "Køge has twice the country's anastomotic leaks."),
    PlantedSignal("late_registration", "DCCG", "VIB-KIR", "registered", "registered_30d", -2.3, _D(2024, 3, 1), None,
           "Viborg indberetter sent fra marts 2024 (inden 30 dage: fra ca. 92 til 55 %).",
           "Viborg reports late from March 2024 (within 30 days: from about 92 to 55 %)."),
    PlantedSignal("project_worked_before", "DCCG", "AAB-KIR", "tnm", "tnm_complete", -1.6, None, _D(2023, 7, 1),
           "Aabenraa registrerede TNM ringe (ca. 75 %) indtil forbedringsprojektet 1. juli 2023.",
           "Aabenraa registered TNM poorly (about 75 %) until the improvement project of 1 July 2023."),
    PlantedSignal("project_worked", "DCCG", "AAB-KIR", "tnm", "tnm_complete", 0.5, _D(2023, 7, 1), None,
           "Forbedringsprojektet i Aabenraa virkede: TNM komplet ca. 97 % fra 1. juli 2023.",
           "The improvement project in Aabenraa worked: TNM complete about 97 % from 1 July 2023."),
    PlantedSignal("project_failed_level", "DCCG", "ESB-KIR", "mdt", "mdt_before_treatment", -0.95, None, None,
           "Esbjerg ligger lavt på MDT før behandling (ca. 86 %) i hele perioden.",
           "Esbjerg is low on MDT before treatment (about 86 %) throughout."),
    PlantedSignal("project_failed", "DCCG", "ESB-KIR", "mdt", "mdt_before_treatment", 0.0, _D(2024, 1, 1), None,
           "Forbedringsprojektet i Esbjerg 1. januar 2024 ændrede intet.",
           "The improvement project in Esbjerg of 1 January 2024 changed nothing."),
    PlantedSignal("small_and_low", "DCCG", "HJO-KIR", "mdt", "mdt_before_treatment", -1.6, None, None,
           "Hjørring, en lille afdeling, ligger lavt på MDT før behandling (ca. 78 %) i hele perioden.",
           "Hjørring, a small department, is low on MDT before treatment (about 78 %) throughout."),
    PlantedSignal("lower_survival", "DLCR", "NAE-LUN", "survival", "survival_1y", 0.45, None, None,
           "Næstved har lavere 1-års overlevelse ved lungekræft, end patienternes sammensætning forklarer "
           "(kræftdødelighed × 1,6).",
           "Næstved has lower 1-year lung cancer survival than its case mix explains (cancer mortality × 1.6)."),
    PlantedSignal("backlog_grows", "DCCG", "VEJ-KIR", "waits_grow", "waits", 14.0, _D(2026, 4, 1), None,
           "Ventelisten til behandling i Vejle vokser fra april 2026.",
           "The queue for treatment in Vejle grows from April 2026."),
    PlantedSignal("backlog_cleared", "DCCG", "AAL-KIR", "waits_clear", "waits", 18.0, _D(2026, 2, 1), _D(2026, 7, 1),
           "Ventelisten i Aalborg vokser fra februar 2026 og er afviklet i juli 2026.",
           "The queue in Aalborg grows from February 2026 and is cleared by July 2026."),
    PlantedSignal("consent_without_offer", "DCCG", "SLA-KIR", "waits_offer", "waits", 0.0, _D(2024, 1, 1), None,
           "Slagelse indhenter samtykke til at vente længere uden et dokumenteret tilbud et andet sted.",
           "Slagelse takes consent to wait longer without a documented offer elsewhere."),
)  # fmt: skip


def describe_signals() -> list[PlantedSignal]:
    """The planted signals, as a list of their descriptions."""
    return list(SIGNALS)


def of(database: str, topic: str) -> list[PlantedSignal]:
    """The signals of one database on one topic."""
    return [signal for signal in SIGNALS if signal.database == database and signal.topic == topic]


def shifts(database: str, topic: str, units: np.ndarray, days: np.ndarray) -> np.ndarray:
    """What the signals add for events at ``units`` (department indices) on ``days``."""
    out = np.zeros(len(units))
    for signal in of(database, topic):
        out += np.where(applies(signal, units, days), signal.effect, 0.0)
    return out


def applies(signal: PlantedSignal, units: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Whether the signal holds for events at ``units`` on ``days``."""
    hit = units == places.index_of(signal.department)
    if signal.start is not None:
        hit = hit & (days >= day(signal.start))
    if signal.end is not None:
        hit = hit & (days < day(signal.end))
    return hit


def planted_units(database: str, topic: str) -> Iterable[int]:
    """Units that carry a signal on the topic; they get no random effect there."""
    return {places.index_of(signal.department) for signal in of(database, topic)}
