"""NAACCR XML: a row for each tumor, with the items of its patient and of the file, by their naaccrId."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from data.convert.refusal import FileRefused

_SPACE = "{http://naaccr.org/naaccrxml}"
#: No NAACCR file has a document type; one with entities can grow without end.
_UNWANTED = (b"<!DOCTYPE", b"<!ENTITY")


def rows(path: Path) -> list[dict[str, str]]:
    """The tumors of a file as dicts of texts. Raises FileRefused for a file of another form.

    The elements are those of NAACCR XML (NaaccrData, Patient, Tumor, Item); what other registries add beside them is
    left out.
    """
    with path.open("rb") as stream:
        if any(one in stream.read(4096) for one in _UNWANTED):
            raise FileRefused(f"{path.name}: has a document type, which NAACCR XML does not; remove it")
    try:
        return list(_tumors(path))
    except ElementTree.ParseError as error:
        raise FileRefused(f"{path.name}: is no whole XML ({error}); deliver it again") from error


def _tumors(path: Path) -> Iterator[dict[str, str]]:
    root, of_file = None, {}
    for event, element in ElementTree.iterparse(path, events=("start", "end")):
        if root is None:
            root = element
            if element.tag != f"{_SPACE}NaaccrData":
                raise FileRefused(f"{path.name}: begins with {element.tag}, not with NaaccrData; it is no NAACCR XML")
        if event == "end" and element.tag == f"{_SPACE}Patient":
            of_file = of_file or _items(root)
            patient = {**of_file, **_items(element)}
            yield from ({**patient, **_items(tumor)} for tumor in element.iterfind(f"{_SPACE}Tumor"))
            element.clear()


def _items(element: ElementTree.Element) -> dict[str, str]:
    """The items that stand directly in an element."""
    found = element.iterfind(f"{_SPACE}Item")
    return {str(one.get("naaccrId")): (one.text or "").strip() for one in found if one.get("naaccrId")}
