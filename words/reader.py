"""What every page knows besides its own numbers: the snapshot, the edition and the reader's choices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Self

from data.once import Frame
from results.view import View
from words import format as fmt
from words.choices import Problem, State

EDITIONS = ("working", "public")


@dataclass(frozen=True)
class Reader:
    """One page view's surroundings. Pairs are (value in the URL, text in the reader's language).

    ``database`` and ``period`` are resolved: what the page shows, also when the URL names neither.
    ``nobody``: the filters leave no patient in the database. ``whole``: what is shown is of all patients, whatever the
    filters; they stay in the links, for the next page.
    ``period`` may be a span of months (data.period); ``periods`` are reporting years, newest first. ``threshold``: the
    public edition hides results on fewer patients.
    ``faults``: what of the store cannot be read, Danish and English: it stands on every page.
    ``view``: the same choices as results/ takes them; None on a page that shows no results (forms, errors).
    ``newest``: where all this is of a former snapshot, the view of the current one, whose results are being made.
    ``awaited``: of a whole page or file of a former snapshot, the results that it waits for; None of others.
    ``remembered``: the own department is the one that the reader's device remembers, not one of the address.
    ``stages``: whether patients can be chosen by stage. ``latest``: the period shown to who has chosen none.
    ``months``: the first and last month that a span may hold, None where there is none to choose; ``mature``: the last
    one in which everybody has been followed as long as every indicator asks.
    """

    state: State
    path: str
    snapshot_id: str
    data_cut: dt.date | None
    synthetic: bool
    edition: str
    threshold: int
    database: str
    databases: tuple[tuple[str, str], ...]
    period: int
    periods: tuple[int, ...]
    first_month: int = 1
    units: tuple[tuple[str, str], ...] = ()
    stages: bool = True
    latest: int | None = None
    problems: tuple[Problem, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    nobody: bool = False
    whole: bool = False
    view: View | None = None
    newest: View | None = None
    awaited: tuple[Frame, ...] | None = None
    remembered: bool = False
    months: tuple[dt.date, dt.date] | None = None
    mature: dt.date | None = None

    def __post_init__(self) -> None:
        if self.edition not in EDITIONS:
            raise ValueError(f"edition {self.edition!r} is none of {', '.join(EDITIONS)}")

    @property
    def lang(self) -> str:
        return self.state.lang

    def t(self, da: str, en: str) -> str:
        """The text in the reader's language."""
        return da if self.state.lang == "da" else en

    @property
    def database_label(self) -> str:
        return dict(self.databases).get(self.database, self.database)

    @property
    def period_label(self) -> str:
        return fmt.period(self.period, self.first_month, self.lang)

    def here(self, **changes: object) -> str:
        """A link to this page with other choices; the page's own choices stay."""
        return self.state.url(self.path, **changes)

    def to(self, path: str, **changes: object) -> str:
        """A link to another page: common choices go along, this page's own do not."""
        return self.state.url(path, **{"extra": (), "sort": "", **changes})

    def permalink(self) -> str:
        """This view with database and period written out, so that it stays the same when data arrive."""
        return self.here(database=self.database, period=self.period)

    def edition_text(self) -> str:
        """Which edition the page belongs to, as a sentence."""
        if self.edition == "working":
            return self.t(
                "Arbejdsudgave med alle tællinger, kun til styregruppe, regioner og afdelinger.",
                "Working edition with all counts, for the steering group, regions and departments only.",
            )
        return self.t(
            f"Offentlig udgave: resultater på færre end {self.threshold} er skjult.",
            f"Public edition: results on fewer than {self.threshold} are hidden.",
        )

    def data_text(self) -> str:
        """'Data til og med 31.10.2026', or empty without a data cut."""
        if self.data_cut is None:
            return ""
        return f"{self.t('Data til og med', 'Data up to and including')} {fmt.date(self.data_cut, self.lang)}"

    def former_text(self) -> str:
        """What page, figure and file say of numbers of a former snapshot; "" of others."""
        if self.newest is None:
            return ""
        if self.awaited is not None:
            return self.outdated_text()
        day = fmt.date(self.data_cut, self.lang)
        return self.t(
            f"Varslerne er fra udtræk {self.snapshot_id} (data til og med {day}); de nye beregnes.",
            f"The warnings are of extract {self.snapshot_id} (data up to and including {day}); "
            "the new ones are being computed.",
        )

    def outdated_text(self) -> str:
        """What stands above numbers of this snapshot while those of a newer one are made."""
        if self.data_cut is None:
            return ""
        day = fmt.date(self.data_cut, self.lang)
        return self.t(
            f"Tallene er fra udtræk {self.snapshot_id} (data til og med {day}); de nye beregnes.",
            f"The numbers are of extract {self.snapshot_id} (data up to and including {day}); "
            "the new ones are being computed.",
        )

    def of_all_patients(self) -> Self:
        """The surroundings of a page, figure or file that is of all patients, whatever the filters."""
        return replace(self, whole=True)

    def patients_text(self) -> str:
        """Which patients the view concerns: 'alle patienter' or the filters in words."""
        words = [value for _, _, value in self.filters()]
        return ", ".join(words) if words else self.t("alle patienter", "all patients")

    def filters(self) -> list[tuple[str, str, str]]:
        """The patient filters that what is shown answers: (field, label, value in words)."""
        if self.whole:
            return []
        state = self.state
        rows = (
            ("sex", self.t("Køn", "Sex"), sex_text(state.sex, self.lang)),
            ("age_group", self.t("Alder", "Age"), age_text(state.age_group, self.lang)),
            ("stage", self.t("Stadie", "Stage"), stage_text(state.stage, self.lang)),
        )
        return [row for row in rows if getattr(state, row[0]) is not None]


def _unregistered(lang: str) -> str:
    return "uoplyst" if lang == "da" else "not registered"


def sex_text(value: str | None, lang: str) -> str:
    """'kvinder', 'mænd', 'køn uoplyst' (and in English); empty for None."""
    da = {"F": "kvinder", "M": "mænd", "": "køn uoplyst"}
    en = {"F": "women", "M": "men", "": "sex not registered"}
    return "" if value is None else (da if lang == "da" else en)[value]


def age_text(value: str | None, lang: str) -> str:
    """'65–74 år'; empty for None."""
    if value is None:
        return ""
    return f"{value.replace('-', fmt.EN_DASH)} {'år' if lang == 'da' else 'years'}"


def stage_text(value: str | None, lang: str) -> str:
    """'stadie III', 'stadie uoplyst'; empty for None."""
    if value is None:
        return ""
    return f"{'stadie' if lang == 'da' else 'stage'} {value or _unregistered(lang)}"


Reader = Reader
