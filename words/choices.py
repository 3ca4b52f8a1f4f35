"""The reader's choices: one value that comes from the URL and goes back into it.

Every choice on a page is a link to ``state.url(path, name=value)``; there is no other state. Unknown
parameters are ignored (mail programs add their own). A bad value of a known parameter is never replaced in
silence: the choice stays at its default and a Problem says so on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from data.period import parsed, written
from data.schema import SEXES, STAGES
from data.selection import AGE_GROUPS

NOT_REGISTERED = ""  # the value of a filter for rows where nothing is registered, as in data.selection
_UNKNOWN_WORD = "uoplyst"
#: Periods that move with the data, as no period's number, and their words in the address: the latest twelve months, and
#: the latest twelve in which all patients have been followed as long as every indicator asks.
LATEST_12, MATURE_12 = -12, -112
LATEST = {LATEST_12: "seneste-12", MATURE_12: "modne-12"}
Choices = tuple[str, ...] | re.Pattern[str]


@dataclass(frozen=True)
class Problem:
    """A parameter whose value does not exist; ``text(lang)`` tells the reader."""

    parameter: str
    value: str
    da: str
    en: str

    def text(self, lang: str) -> str:
        return self.da if lang == "da" else self.en


@dataclass(frozen=True)
class State:
    """The choices of one page view. None is the page's default; "" in sex and stage is not registered.

    ``period``: a period of ``data.period``, or one of LATEST, which is another one with each data cut. ``first_month``
    (of the database's reporting year) only decides how the period is written: 2025 or 2024-25. ``sort``: how the page's
    tables are sorted (words.chosen.sorting). ``display``: projektor, where all is larger. ``extra`` holds choices that
    one page owns, as sorted pairs.
    """

    database: str | None = None
    period: int | None = None
    place: str = "treating"
    sex: str | None = None
    age_group: str | None = None
    stage: str | None = None
    regions: int = 5
    unit: str | None = None
    lang: str = "da"
    extra: tuple[tuple[str, str], ...] = ()
    first_month: int = 1
    sort: str = ""
    display: str = ""

    @classmethod
    def from_query(
        cls, query: Mapping[str, object], extras: Mapping[str, Choices] | None = None
    ) -> tuple[State, list[Problem]]:
        """The state in a parsed query string and what could not be read.

        ``extras`` names the page's own parameters, each with its values (a tuple of words) or a compiled
        pattern that the whole value must match. A parameter given twice is a problem.
        """
        values: dict[str, object] = {}
        extra: dict[str, str] = {}
        problems: list[Problem] = []
        readers = dict(_READERS)
        for name, choices in (extras or {}).items():
            if name in readers:
                raise ValueError(f"the page's own parameter '{name}' is one of the common ones; rename it")
            readers[name] = ("", _reader_of(choices), _meaning(choices))
        for name, (field, read, meaning) in readers.items():
            if name not in query:
                continue
            text = query[name]
            try:
                if not isinstance(text, str):
                    raise ValueError("given more than once")
                value = read(text.strip())
            except ValueError:
                problems.append(_problem(name, text, meaning))
                continue
            if field:
                values[field] = value
            else:
                extra[name] = str(value)
        return cls(**values, extra=tuple(sorted(extra.items()))), problems

    def with_(self, **changes: object) -> State:
        """The state with other choices; a name that is no common choice is one of the page's own."""
        own = dict(self.extra)
        common = {}
        for name, value in changes.items():
            if name in _FIELDS:
                common[name] = value
            elif value is None:
                own.pop(name, None)
            else:
                own[name] = str(value)
        common.setdefault("extra", tuple(sorted(own.items())))
        return replace(self, **common)

    def choice(self, name: str, default: str = "") -> str:
        """The page's own choice ``name``, or its default."""
        return dict(self.extra).get(name, default)

    def query(self) -> str:
        """The query string without '?': common choices in a fixed order, then the page's own; no
        defaults.
        """
        pairs = []
        for name, (field, _, _) in _READERS.items():
            value = getattr(self, field)
            if value != _DEFAULTS[field]:
                pairs.append((name, _WRITERS.get(field, _plain)(value, self)))
        return urlencode(pairs + list(self.extra))

    def url(self, path: str, **changes: object) -> str:
        """A link to ``path`` with these choices and the changes, e.g. ``state.url('/', sex='F')``.

        The page's own choices go along: pass ``extra=()`` on the way to another page.
        """
        query = self.with_(**changes).query() if changes else self.query()
        return f"{path}?{query}" if query else path

    @property
    def filtered(self) -> bool:
        """Whether the patients are a part of all: sex, age or stage chosen."""
        return any(value is not None for value in (self.sex, self.age_group, self.stage))

    def cleared(self) -> State:
        """The same view of all patients."""
        return replace(self, sex=None, age_group=None, stage=None)

    def where(self) -> dict[str, str]:
        """The patient filters as data.selection names and values ('' is not registered)."""
        pairs = (("sex", self.sex), ("age_group", self.age_group), ("stage", self.stage))
        return {name: value for name, value in pairs if value is not None}


def parse_period(text: str) -> int:
    """A period of ``data.period``, or one of LATEST. Raises ValueError for anything else."""
    found = next((code for code, word in LATEST.items() if word == text), None)
    return parsed(text) if found is None else found


def _one_of(*values: str, unknown: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        if unknown and text == _UNKNOWN_WORD:
            return NOT_REGISTERED
        if text not in values:
            raise ValueError(text)
        return text

    return read


def _reader_of(choices: Choices) -> Callable[[str], str]:
    if isinstance(choices, tuple):
        return _one_of(*choices)

    def read(text: str) -> str:
        if not choices.fullmatch(text):
            raise ValueError(text)
        return text

    return read


def _meaning(choices: Choices) -> tuple[str, str]:
    words = ", ".join(choices) if isinstance(choices, tuple) else choices.pattern
    return words, words


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-zÆØÅæøå0-9_.-]{1,40}", text):
        raise ValueError(text)
    return text


def _sorts(text: str) -> str:
    if not re.fullmatch(r"(?:[a-z0-9-]{1,40}\.-?[a-z0-9_.]{1,40}(?:,(?!$)|$)){1,10}", text):
        raise ValueError(text)
    return text


def _place(text: str) -> str:
    return {"behandlende": "treating", "bopael": "residence"}[_one_of("behandlende", "bopael")(text)]


def _problem(name: str, value: object, meaning: tuple[str, str]) -> Problem:
    shown = " og ".join(map(str, value)) if isinstance(value, list) else str(value)
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    return Problem(
        name,
        shown,
        f"Valget {name}={shown} findes ikke og er ikke brugt. Mulige værdier: {meaning[0]}.",
        f"The choice {name}={shown} does not exist and was not used. Possible values: {meaning[1]}.",
    )


def _plain(value: object, _: State) -> str:
    return _UNKNOWN_WORD if value == NOT_REGISTERED else str(value)


def _write_period(value: int, state: State) -> str:
    return LATEST[value] if value in LATEST else written(value, state.first_month)


def written_period(state: State) -> str:
    """The chosen period as it stands in the address."""
    return "" if state.period is None else _write_period(state.period, state)


def _both(text: str) -> tuple[str, str]:
    return text, text


#: URL name: (field, reader that raises ValueError, (possible values in Danish, in English)).
_READERS: dict[str, tuple[str, Callable[[str], object], tuple[str, str]]] = {
    "database": ("database", _code, ("en databases kode, fx DCCG", "the code of a database, e.g. DCCG")),
    "periode": (
        "period",
        parse_period,
        (
            "et år som 2025 eller 2024-25, et kvartal som 2026K2, måneder som 2025-07..2026-06, seneste-12, modne-12",
            "a year such as 2025 or 2024-25, a quarter such as 2026K2, months such as 2025-07..2026-06, seneste-12, "
            "modne-12",
        ),
    ),
    "sted": ("place", _place, _both("behandlende, bopael")),
    "koen": ("sex", _one_of(*SEXES, unknown=True), _both(f"{', '.join(SEXES)}, {_UNKNOWN_WORD}")),
    "alder": ("age_group", _one_of(*AGE_GROUPS), _both(", ".join(AGE_GROUPS))),
    "stadie": ("stage", _one_of(*STAGES, unknown=True), _both(f"{', '.join(STAGES)}, {_UNKNOWN_WORD}")),
    "regioner": ("regions", lambda text: int(_one_of("4", "5")(text)), _both("4, 5")),
    "egen": ("unit", _code, ("en afdelings kode", "the code of a department")),
    "lang": ("lang", _one_of("da", "en"), _both("da, en")),
    "visning": ("display", _one_of("projektor"), _both("projektor")),
    "sort": ("sort", _sorts, _both("tabel.kolonne, tabel.-kolonne")),
}
_WRITERS: dict[str, Callable[..., str]] = {
    "period": _write_period,
    "place": lambda value, _: "behandlende" if value == "treating" else "bopael",
}
_FIELDS = {field.name for field in fields(State)}
_DEFAULTS = {field.name: field.default for field in fields(State)}
