"""FHIR bundles: a row for each resource of one type, its elements by their paths.

``code.coding[0].code`` is the column ``code.coding.code``, that of the second ``code.coding.1.code``. A coding is also
there by its system's short name where that is known (``code.sks``), a reference without its type (``subject`` of
``Patient/7`` is ``7``), an answer of a questionnaire by its linkId (``item.<linkId>``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from data.convert.refusal import FileRefused

#: Code systems whose codes are columns of their own.
SYSTEMS = {
    "urn:oid:1.2.208.176.2.4": "sks",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://snomed.info/sct": "snomed",
}
#: Most characters of a path: what nests deeper is not read.
_DEEPEST = 12


def rows(path: Path, resource: str | None) -> list[dict[str, str]]:
    """The resources of a type (``sheet`` of the mapping) in a bundle, a list of resources, or one a line (.ndjson)."""
    if not resource:
        raise FileRefused(f'{path.name}: say which resource is meant, e.g. sheet = "Condition", in its [files] entry')
    return [_flat(one) for one in _resources(path) if one.get("resourceType") == resource]


def _resources(path: Path) -> Iterator[dict]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = [json.loads(line) for line in text.splitlines() if line.strip()] if path.suffix == ".ndjson" else None
        found = [json.loads(text)] if found is None else found
    except (UnicodeDecodeError, ValueError) as error:
        raise FileRefused(f"{path.name}: is no JSON ({error}); deliver it again") from error
    for one in found[0] if len(found) == 1 and isinstance(found[0], list) else found:
        yield from _opened(one, path)


def _opened(one: object, path: Path) -> Iterator[dict]:
    """The resource itself, or those of a bundle."""
    if not isinstance(one, dict) or "resourceType" not in one:
        raise FileRefused(f"{path.name}: holds something that is no FHIR resource; each has a resourceType")
    if one["resourceType"] != "Bundle":
        yield one
        return
    for entry in one.get("entry", []):
        if isinstance(entry, dict) and "resource" in entry:
            yield from _opened(entry["resource"], path)


def _flat(resource: dict) -> dict[str, str]:
    found: dict[str, str] = {}
    _into(found, "", resource, 0)
    for item in _items(resource.get("item", [])):
        name, answers = item.get("linkId"), item.get("answer")
        for number, answer in enumerate(answers if name and isinstance(answers, list) else []):
            _into(found, f"item.{name}" if not number else f"item.{name}.{number}", _value_of(answer), 0)
    return found


def _items(items: object) -> Iterator[dict]:
    """The items of a questionnaire's response, those within others too."""
    for one in items if isinstance(items, list) else []:
        if isinstance(one, dict):
            yield one
            yield from _items(one.get("item", []))
            for answer in one.get("answer", []) if isinstance(one.get("answer"), list) else []:
                yield from _items(answer.get("item", []) if isinstance(answer, dict) else [])


def _value_of(answer: object) -> object:
    """The value of an answer, whatever its type: valueDate, valueCoding …; of a coding its code."""
    if not isinstance(answer, dict):
        return answer
    value = next((one for name, one in answer.items() if name.startswith("value")), None)
    return value.get("code") if isinstance(value, dict) and "code" in value else value


def _into(found: dict[str, str], path: str, value: object, depth: int) -> None:
    if depth > _DEEPEST or value is None:
        return
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            found[path] = value["reference"].rpartition("/")[2]
        for name, one in value.items():
            if name not in ("item", "text", "meta", "extension") or depth:
                _into(found, f"{path}.{name}" if path else name, one, depth + 1)
        short = SYSTEMS.get(str(value.get("system")))
        if short and "code" in value:
            found.setdefault(f"{path.rpartition('.coding')[0] or path}.{short}", str(value["code"]))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _into(found, path if not number else f"{path}.{number}", one, depth + 1)
    else:
        found.setdefault(path, str(value).lower() if isinstance(value, bool) else str(value))
