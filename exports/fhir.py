"""Results as FHIR R4: a MeasureReport (summary) of one indicator, period and unit, and the Measure that it is of.

The values are those of the unit table, past disclosure: what is hidden is a data-absent-reason "masked". Populations
have FHIR's codes; what it has none for (missing, not yet mature) has ours. A denominator is after exclusion and without
the missing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

from data.period import period_end, period_start, years_before
from indicators.declaration import Indicator
from indicators.standards import printed
from results.audit import Cell, Unit, UnitTable
from results.cube import DEFINITION_VERSION
from words import indicator as words
from words.reader import Reader

CONTENT_TYPE = "application/fhir+json"
#: Below the dashboard's own address: resources, and the names that are ours.
ROOT, OURS = "/api/v1/fhir", "/api/v1/fhir/names"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
_NOTATION = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
_SCORING = "http://terminology.hl7.org/CodeSystem/measure-scoring"
_TEST = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST", "display": "test health data"}
_MASKED = {"extension": [{"url": _ABSENT, "valueCode": "masked"}]}
#: Our populations by FHIR's code, "" where it has none.
_CODES = {
    "population": ("initial-population", "Initial Population"),
    "denominator": ("denominator", "Denominator"),
    "excluded": ("denominator-exclusion", "Denominator Exclusion"),
    "numerator": ("numerator", "Numerator"),
}


def measure_id(indicator: Indicator) -> str:
    """FHIR's ids have no "_"."""
    return indicator.id.replace("_", "-")


def measure(indicator: Indicator, here: str, lang: str) -> dict[str, object]:
    """The Measure of an indicator; ``here``: the dashboard's address without a slash at its end."""
    said = indicator.definition
    texts = {
        "population": said.population,
        "excluded": said.excluded,
        "missing": said.missing,
        "denominator": said.denominator,
        "numerator": said.numerator,
    }
    return {
        "resourceType": "Measure",
        "id": measure_id(indicator),
        "language": lang,
        "url": f"{here}{ROOT}/Measure/{measure_id(indicator)}",
        "identifier": [{"system": f"{here}{OURS}/indicator", "value": indicator.id}],
        "version": DEFINITION_VERSION,
        "name": "".join(part.capitalize() for part in indicator.id.split("_")),
        "title": indicator.title.in_(lang),
        "status": "active",
        "description": said.population.in_(lang),
        "scoring": {"coding": [{"system": _SCORING, "code": "proportion", "display": "Proportion"}]},
        "improvementNotation": _improvement(indicator),
        "group": [
            {
                "population": [
                    {"code": _code(name, here), "description": text.in_(lang), "criteria": _criteria(text.in_(lang))}
                    for name, text in texts.items()
                ]
            }
        ],
    }


def bundle(context: Reader, table: UnitTable, units: Sequence[Unit], here: str, asked: str) -> dict[str, object]:
    """A searchset of the MeasureReports of these units in the reader's period; ``asked``: the address of the search."""
    entries = [
        {"fullUrl": f"urn:uuid:{_uuid(context, table, unit)}", "resource": measure_report(context, table, unit, here),
         "search": {"mode": "match"}}
        for unit in units
    ]  # fmt: skip
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        "link": [{"relation": "self", "url": asked}],
        "entry": entries,
    }


def measure_report(context: Reader, table: UnitTable, unit: Unit, here: str) -> dict[str, object]:
    """The MeasureReport of one unit; Denmark, a region or a department."""
    indicator, cell = table.indicator, table.cell(unit)
    cohort = years_before(context.period, indicator.survival_years)
    first = period_start(cohort, context.first_month)
    last = period_end(cohort, context.first_month) - dt.timedelta(days=1)
    site = dict(table.view.where).get("site", "")
    tags = [{"system": f"{here}{OURS}/edition", "code": context.edition}]
    return {
        "resourceType": "MeasureReport",
        "meta": {"tag": tags, **({"security": [_TEST]} if context.synthetic else {})},
        "language": context.lang,
        "extension": [
            {"url": f"{here}{OURS}/data-cut", "valueDate": context.data_cut.isoformat()},
            {"url": f"{here}{OURS}/snapshot", "valueString": context.snapshot_id},
            {"url": f"{here}{OURS}/patients", "valueString": context.patients_text()},
            *([{"url": f"{here}{OURS}/site", "valueString": site}] if site else []),
        ],
        "identifier": [{"system": f"{here}{OURS}/report", "value": str(_uuid(context, table, unit))}],
        "status": "complete",
        "type": "summary",
        "measure": f"{here}{ROOT}/Measure/{measure_id(indicator)}|{DEFINITION_VERSION}",
        "subject": _place(context, unit, here),
        "date": table.view.snapshot.created.isoformat(timespec="seconds"),
        "reporter": {
            "type": "Organization",
            "identifier": {"system": f"{here}{OURS}/database", "value": context.database},
            "display": context.database_label,
        },
        "period": {"start": first.isoformat(), "end": last.isoformat()},
        "improvementNotation": _improvement(indicator),
        "group": [
            {
                "extension": list(_verdict(cell, here)),
                "code": {"text": words.title(context, table)},
                "population": list(_populations(context, table, cell, here)),
                **_score(cell, here),
            }
        ],
    }


def _populations(context: Reader, table: UnitTable, cell: Cell, here: str) -> Iterator[dict[str, object]]:
    survival = bool(table.indicator.survival_years)
    counts: dict[str, int | None] = {
        "excluded": cell.excluded,
        "not_mature": cell.not_mature,
        "missing": cell.missing,
        "denominator": cell.denominator,
        "numerator": cell.numerator,
    }
    whole = [cell.not_mature, cell.excluded, cell.missing, cell.denominator]
    if context.edition == "working" and None not in whole and not survival:
        counts = {"population": sum(whole), **counts}
    for name, count in counts.items():
        if survival and name == "numerator":  # an estimate, not a number of patients
            continue
        shown: dict[str, object] = {"_count": _MASKED} if count is None else {"count": count}
        yield {"code": _code(name, here), **shown}


def _score(cell: Cell, here: str) -> dict[str, object]:
    if cell.hidden:
        return {"measureScore": _MASKED}
    if cell.rate is None:
        return {}
    ucum = {"system": "http://unitsofmeasure.org", "code": "1"}
    limits = [
        {"url": name, "valueDecimal": value}
        for name, value in (("lower", cell.lower), ("upper", cell.upper))
        if value is not None
    ]
    interval = [{"url": f"{here}{OURS}/interval-95", "extension": limits}] if limits else []
    return {"measureScore": {**({"extension": interval} if interval else {}), "value": cell.rate, **ucum}}


def _verdict(cell: Cell, here: str) -> Iterator[dict[str, object]]:
    yield {"url": f"{here}{OURS}/verdict", "valueCode": cell.state.replace("_", "-")}
    if cell.standard is not None:
        yield {"url": f"{here}{OURS}/{cell.standard.kind}", "valueString": printed(cell.standard)}


def _place(context: Reader, unit: Unit, here: str) -> dict[str, object]:
    known = {"system": "urn:iso:std:iso:3166", "value": "DK"}
    if unit.level != "nation":
        known = {"system": f"{here}{OURS}/{unit.level}", "value": unit.code} if unit.code else {}
    return {
        "type": "Location",
        **({"identifier": known} if known else {}),
        "display": words.full_name(context, unit),
    }


def _code(name: str, here: str) -> dict[str, object]:
    if name in _CODES:
        code, display = _CODES[name]
        return {"coding": [{"system": _POPULATION, "code": code, "display": display}]}
    return {"coding": [{"system": f"{here}{OURS}/population", "code": name.replace("_", "-")}]}


def _improvement(indicator: Indicator) -> dict[str, object]:
    code = "increase" if indicator.higher_is_better else "decrease"
    return {"coding": [{"system": _NOTATION, "code": code}]}


def _criteria(text: str) -> dict[str, str]:
    """R4 asks for an expression: the definition in words, which no machine evaluates."""
    return {"language": "text/plain", "expression": text}


def _uuid(context: Reader, table: UnitTable, unit: Unit) -> uuid.UUID:
    """The same for the same result of the same snapshot and edition."""
    of = (context.snapshot_id, context.edition, context.database, table.indicator.id, context.period, table.view.place,
          table.view.regions, table.view.where, unit.level, unit.region, unit.code)  # fmt: skip
    return uuid.uuid5(uuid.NAMESPACE_URL, "kraeftkvalitet " + "/".join(map(str, of)))
