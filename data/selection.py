"""Which rows a count concerns and how they are grouped: period, filters, grouping names.

The names are the contract's ``--by`` and ``--where`` names; indicators and survival share them, so that a
group means the same thing everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.schema import LEGS, SEXES, STAGES, WAIT_MODALITIES

AGE_GROUPS = ("0-44", "45-54", "55-64", "65-74", "75-84", "85+")


class SelectionError(ValueError):
    """A grouping, filter or period that does not exist; the message says which do."""


@dataclass(frozen=True)
class Dimension:
    """A grouping name. ``sql`` may name {index}, {unit}, {shift}; ``r`` is the rows, ``u`` the unit list."""

    name: str
    sql: str
    da: str
    en: str
    values: tuple[str, ...] = ()
    pattern: str = ""
    whole_number: bool = False
    internal: bool = False


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("year", "year({index})::INTEGER", "År", "Year", pattern=r"\d{4}", whole_number=True),
    Dimension("month", "strftime({index}, '%Y-%m')", "Måned", "Month", pattern=r"\d{4}-(0[1-9]|1[0-2])"),
    Dimension("region", "r.region", "Bopælsregion", "Region of residence", pattern=r"\d{4}"),
    Dimension("treating_region", "u.region", "Behandlende region", "Treating region", pattern=r"\d{4}"),
    Dimension("hospital", "u.hospital", "Hospital", "Hospital"),
    Dimension("department", "{unit}", "Afdeling", "Department"),
    # Longer values can match nothing: C187 would count no one without a word.
    Dimension("site", "r.site", "Lokalisation (ICD-10)", "Site (ICD-10)", pattern=r".{1,3}"),
    Dimension("week", "strftime({index}, '%G-W%V')", "Uge (ISO)", "ISO week", pattern=r"\d{4}-W\d{2}", internal=True),
    Dimension("leg", "r.leg", "Ventetid til", "Leg", values=LEGS, internal=True),
    Dimension("modality", "r.modality", "Behandlingsform", "Modality", values=WAIT_MODALITIES, internal=True),
    Dimension("package", "r.package", "Pakkeforløb", "Cancer pathway", internal=True),
    Dimension("sex", "r.sex", "Køn", "Sex", values=SEXES),
    Dimension("age_group", "r.age_group", "Aldersgruppe", "Age group", values=AGE_GROUPS),
    Dimension("stage", "r.stage", "Stadie", "Stage", values=STAGES),
    Dimension("performance_status", "r.performance_status", "Performancestatus", "Performance status", internal=True),
    # Charlson 3 and more are one group, as the databases' reports print it.
    Dimension("comorbidity", "least(r.charlson, 3)", "Komorbiditet (Charlson)", "Comorbidity", internal=True),
    Dimension("day", "{index}", "Dag", "Day", internal=True),
    # The first calendar year of the database's reporting year; the pages' period, not a command's name.
    Dimension(
        "period",
        "year({index} - INTERVAL ({shift}) MONTH)::INTEGER",
        "Opgørelsesår",
        "Reporting year",
        pattern=r"\d{4}",
        whole_number=True,
        internal=True,
    ),
)
#: A value of each name that has a form, for messages.
EXAMPLES = {"year": "2025", "month": "2025-03", "region": "1084", "treating_region": "1084", "site": "C18"}
BY_NAME = {dimension.name: dimension for dimension in DIMENSIONS}
PUBLIC_NAMES = tuple(dimension.name for dimension in DIMENSIONS if not dimension.internal)


@dataclass(frozen=True)
class Compiled:
    """SQL parts of a selection: select list, conditions, join and parameters ($-named)."""

    columns: tuple[str, ...]  # 'expression AS "name"'
    conditions: tuple[str, ...]
    join: str  # "" or the join with the unit list
    params: dict[str, object]

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions) or "TRUE"


@dataclass(frozen=True)
class Selection:
    """A half-open period [start, end) of the index date, filters and grouping names.

    ``where`` pairs a name with one value; "" means not registered; a tuple means any of its values.
    ``registered_by``: only cases reported to the database on that day or before. ``registered_within``: only cases
    reported at most so many days after the index date. A case without a registration date is in neither.
    ``known_after``: the ``day`` of a case reported more than so many days after its index date is that much later.
    """

    by: tuple[str, ...] = ()
    where: tuple[tuple[str, object], ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    registered_by: dt.date | None = None
    registered_within: int | None = None
    known_after: int | None = None

    def grouped(self, *names: str) -> Selection:
        """The same rows in other groups."""
        return replace(self, by=names)

    def filtered(self, **values: object) -> Selection:
        """The same selection with more conditions."""
        return replace(self, where=self.where + tuple(values.items()))

    def within(self, start: dt.date | None, end: dt.date | None) -> Selection:
        """The same selection in another period."""
        return replace(self, start=start, end=end)

    @property
    def names(self) -> tuple[str, ...]:
        return self.by + tuple(name for name, _ in self.where)

    def compile(self, index: str = "r.diagnosis_date", unit: str = "r.department", first_month: int = 1) -> Compiled:
        """SQL parts for rows aliased ``r``, with the given index date and attributed unit."""

        params: dict[str, object] = {}

        def sql(name: str) -> str:
            if name == "day" and self.known_after is not None:
                params["known_after"] = self.known_after
                return f"greatest({index}, r.registered_date - $known_after)"
            return BY_NAME[name].sql.format(index=index, unit=unit, shift=first_month - 1)

        conditions = []
        if self.start is not None:
            conditions.append(f"{index} >= $from_date")
            params["from_date"] = self.start
        if self.end is not None:
            conditions.append(f"{index} < $to_date")
            params["to_date"] = self.end
        if self.registered_by is not None:
            conditions.append("r.registered_date <= $registered_by")
            params["registered_by"] = self.registered_by
        if self.registered_within is not None:
            conditions.append(f"r.registered_date <= {index} + $registered_within")
            params["registered_within"] = self.registered_within
        for number, (name, value) in enumerate(self.where):
            if value == "":
                conditions.append(f"{sql(name)} IS NULL")
                continue
            values = value if isinstance(value, tuple) else (value,)
            slots = []
            for place, one in enumerate(values):
                key = f"where_{number}_{place}"
                slots.append(f"${key}")
                params[key] = int(one) if BY_NAME[name].whole_number else one
            conditions.append(f"{sql(name)} IN ({', '.join(slots)})")
        needs_units = {"treating_region", "hospital"} & set(self.names)
        join = f"LEFT JOIN units u ON u.code = {unit}" if needs_units else ""
        columns = tuple(f'{sql(name)} AS "{name}"' for name in self.by)
        return Compiled(columns, tuple(conditions), join, params)


def parse(
    by: str | None = None,
    where: str | None = None,
    start: str | None = None,
    end: str | None = None,
    allowed: Iterable[str] = PUBLIC_NAMES,
) -> Selection:
    """A Selection from the words of a command line.

    Raises SelectionError for an unknown or repeated name, a value outside a closed list, or a bad date.
    """
    allowed = tuple(allowed)

    def known(name: str, option: str) -> str:
        if name not in allowed:
            raise SelectionError(f"{option}: unknown name '{name}'; it takes {', '.join(allowed)}")
        return name

    names = tuple(known(name.strip(), "--by") for name in by.split(",")) if by else ()
    for name in names:
        if names.count(name) > 1:
            raise SelectionError(f"--by: '{name}' is named twice; name it once")
    pairs = []
    for part in where.split(",") if where else ():
        name, sign, value = part.partition("=")
        if not sign:
            raise SelectionError(f"--where: '{part}' has no value; write name=value, e.g. sex=F,region=1084")
        name, value = known(name.strip(), "--where"), value.strip()
        if name in dict(pairs):
            raise SelectionError(f"--where: '{name}' is named twice; name it once")
        dimension = BY_NAME[name]
        if value and dimension.values and value not in dimension.values:
            raise SelectionError(f"--where: {name} has no value '{value}'; it takes {', '.join(dimension.values)}")
        if value and dimension.pattern and not re.fullmatch(dimension.pattern, value):
            like = EXAMPLES.get(name, dimension.pattern)
            raise SelectionError(f"--where: {name}='{value}' is not of the right form; write {name}={like}")
        pairs.append((name, value))
    first, last = _day(start, "--from"), _day(end, "--to")
    if first and last and first > last:
        raise SelectionError(f"--from {first} is after --to {last}; the period is [from, to)")
    return Selection(names, tuple(pairs), first, last)


def _day(text: str | None, option: str) -> dt.date | None:
    return None if text is None else parse_day(text, option)


def parse_day(text: str, option: str) -> dt.date:
    """The day of YYYY-MM-DD; raises SelectionError naming the option."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise SelectionError(f"{option}: '{text}' is not a date; write YYYY-MM-DD")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise SelectionError(f"{option}: '{text}' is not a date ({error}); write YYYY-MM-DD") from error
