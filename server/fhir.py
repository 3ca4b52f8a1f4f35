"""Results as FHIR R4 for other systems: ``/api/v1/fhir/MeasureReport?database=…&emne=<indicator>``, ``Measure/<id>``.

The same door, roles, protection and limits as the other tables for programs (server/api.py).
"""

from __future__ import annotations

import json
import re

import flask

from data.output import UsageError
from exports.fhir import CONTENT_TYPE, ROOT, bundle, measure, measure_id
from indicators.catalogue import CATALOGUE
from layouts.indicator.report import EXTRAS, subject_of
from results.audit import Unit, UnitTable, unit_table
from server.downloads import NOT_KEPT, of_address
from words.reader import Reader

#: The file that has the same numbers: what the public edition's list and the roles say of that holds here too.
FILE = "/hent/enheder"
#: One unit: a department's or region's code, or "DK". Without it all of them.
_UNIT = {"enhed": re.compile(r"[A-Za-zÆØÅæøå0-9_.-]{1,40}")}
_DENMARK = "DK"


def register_routes(server: flask.Flask) -> None:
    """Answer the searches for MeasureReports, and each Measure."""

    @server.get(f"{ROOT}/MeasureReport")
    def measure_reports() -> flask.Response:
        context, (table, units) = of_address(FILE, _found, {**EXTRAS, **_UNIT}, months=True)
        return _sent(bundle(context, table, units, _here(), flask.request.url))

    @server.get(f"{ROOT}/Measure/<id>")
    def fhir_measure(id: str) -> flask.Response:
        found = next((one for one in CATALOGUE if measure_id(one) == id), None)
        if found is None:
            flask.abort(404, f"Measure/{id}: there is none; there are {', '.join(map(measure_id, CATALOGUE))}")
        return _sent(measure(found, _here(), "en" if flask.request.args.get("lang") == "en" else "da"))


def _found(context: Reader, subject: str) -> tuple[UnitTable, tuple[Unit, ...]]:
    seen, id = subject_of(context, subject)
    table = unit_table(seen, id, (context.period,))
    wanted = context.state.choice("enhed")
    units = tuple(
        one for one in table.units if not wanted or wanted == (one.code or _DENMARK * (one.level == "nation"))
    )
    if not units:
        there = ", ".join((_DENMARK, *dict.fromkeys(one.code for one in table.units if one.code)))
        raise UsageError(f"enhed={wanted}: there is no such unit; there are {there}")
    return table, units


def _here() -> str:
    """The dashboard's address, as the request has reached it."""
    return flask.request.url_root.rstrip("/")


def _sent(resource: dict[str, object]) -> flask.Response:
    text = json.dumps(resource, ensure_ascii=False)
    return flask.Response(text, content_type=f"{CONTENT_TYPE}; charset=utf-8", headers=NOT_KEPT)
