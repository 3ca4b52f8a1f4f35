"""A page's way to its surroundings and data: ``view(path, query, extras)``.

The app puts a source into its configuration (server/application.py); pages only know this function.
``StoreSource`` is the real one; tests put in their own. ``Reader.view`` is the results.view.View of the reader's
choices: pages hand it to the functions of results/ and get results that have passed disclosure.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import flask

from data import reference
from data.delivered import not_delivered
from data.improvements import Register
from data.once import BeingMade, Frame
from data.period import as_year, is_span, latest_months, period_end, period_start
from data.published import Published
from data.reads import INITIATIVES, Read
from data.registers import BrokenRegisters, Registers
from data.store import BrokenDatabase
from indicators.catalogue import BY_ID
from indicators.declaration import Indicator
from layouts.frame import public, visitor
from results.improvements import why_unreadable
from results.nodes import active_units
from results.publishing import frames
from results.view import FIRST_DATABASE, Edition, View, default_period, mature_months, months, nobody, periods
from words import format as fmt
from words.choices import LATEST, LATEST_12, Choices, Problem, State, written_period
from words.reader import Reader

if TYPE_CHECKING:
    from data.store import Snapshot, Store

CONFIG_KEY = "KRAEFT_SOURCE"
_SHOWN = "former_shown"
#: Instead of a register's version, where it cannot be read.
UNREADABLE = "unreadable"
#: The only cookie, set in the browser by the reader's own choice: a department's code.
COOKIE = "min_afdeling"
_LONGEST_CODE = 40
_log = logging.getLogger("kraeftkvalitet")
Source = Callable[[str, State, list[Problem]], Reader]


def view(
    path: str, query: Mapping[str, object], extras: Mapping[str, Choices] | None = None, months: bool = False
) -> Reader:
    """The surroundings of the page at ``path`` for a parsed query string; ``extras``: its own parameters.

    ``months``: the page counts spans of months too. One that does not shows its usual year, says so, and keeps the span
    in its links for the next page.
    """
    state, problems = State.from_query(query, extras)
    asked = state.period
    if months or asked is None or not (asked in LATEST or is_span(asked)):
        return flask.current_app.config[CONFIG_KEY](path, state, problems)
    context = flask.current_app.config[CONFIG_KEY](path, replace(state, period=None), problems)
    if context.edition == "public":
        return replace(context, problems=(*context.problems, _years_only(context, state)))
    said = Problem(
        "periode",
        written_period(state),
        f"Her opgøres kun hele opgørelsesår; perioden fra den forrige side er ikke brugt, og siden viser "
        f"{context.period_label}.",
        f"Only whole reporting years are counted here; the period of the page before was not used, and this page shows "
        f"{context.period_label}.",
    )
    kept = replace(context.state, period=asked)
    return replace(context, state=kept, problems=(*context.problems, said))


def _everybody(state: State) -> Problem:
    return Problem(
        "patienter",
        " ".join(state.where().values()),
        "Den offentlige udgave viser alle patienter: Et udvalg kunne trækkes fra alle, så enkelte patienter kom frem.",
        "The public edition shows all patients: some of them could be subtracted from all, which would show single "
        "patients.",
    )


def _years_only(context: Reader, state: State) -> Problem:
    return Problem(
        "periode",
        written_period(state),
        "I den offentlige udgave kan kun hele opgørelsesår vælges: To perioder, der næsten er ens, kunne trækkes fra "
        f"hinanden, så enkelte patienter kom frem. Siden viser {context.period_label}.",
        "In the public edition only whole reporting years can be chosen: two periods that are nearly alike could be "
        f"subtracted, which would show single patients. This page shows {context.period_label}.",
    )


def former(context: Reader, kept: Callable[[Snapshot, str], bool]) -> Reader | None:
    """The same choices in the latest former snapshot that has the database and for which ``kept(snapshot, database)``.

    None where there is none, and of what is of a former snapshot already.
    """
    there = flask.current_app.config[CONFIG_KEY]
    return there.former(context, kept) if isinstance(there, StoreSource) and context.newest is None else None


@dataclass(frozen=True)
class _Shown:
    """That the present request shows a former snapshot; ``awaited``: frames of the current one that it waits for."""

    snapshot: Snapshot
    awaited: Sequence[Frame]


def remembered() -> str:
    """The department that the reader chose to have this device remember (assets/menus.js), else ""."""
    return unquote(flask.request.cookies.get(COOKIE, ""))[:_LONGEST_CODE] if flask.has_request_context() else ""


def formers() -> Iterator[Snapshot]:
    """The snapshots that the current one followed, the latest first."""
    there = flask.current_app.config[CONFIG_KEY]
    if isinstance(there, StoreSource):
        yield from there.store.before(there.store.served())


@contextlib.contextmanager
def showing(snapshot: Snapshot, awaited: Sequence[Frame]) -> Iterator[None]:
    """Within it ``view`` is of this former snapshot; ``awaited``: the frames of the current one that the reader awaits.

    ``view`` then raises BeingMade where the snapshot does not have what the address asks for.
    """
    setattr(flask.g, _SHOWN, _Shown(snapshot, tuple(awaited)))
    try:
        yield
    finally:
        flask.g.pop(_SHOWN)


def served() -> Snapshot | Published:
    """The current snapshot, also while pages still show a former one; to the public edition, as it has it."""
    return flask.current_app.config[CONFIG_KEY].served()


def stored() -> Snapshot | Published:
    """The current snapshot as the store has it, whoever asks: beside it lie the frames that pages wait for."""
    return flask.current_app.config[CONFIG_KEY].store.served()


class StoreSource:
    """Contexts from a store: resolves database and period against the current snapshot."""

    def __init__(self, store: Store, edition: Edition) -> None:
        self.store, self.edition = store, edition
        self._unreadable = ""

    def served(self) -> Snapshot | Published:
        """See the function ``served``."""
        found = visitor.current()
        hides = self.edition.hides if found is None else found.scope == "public"
        return self._published(self.store.served()) if hides else self.store.served()

    def _published(self, snapshot: Snapshot | Published) -> Published:
        """The snapshot as the public edition has it, one for each."""
        return frames.public_of(snapshot, self.edition)

    def version(self) -> str:
        """What every page is made of: ``made_of``, then the versions of the initiatives and of the registers."""
        unreadable = why_unreadable(self.store.root)
        register = UNREADABLE if unreadable else Register(self.store.root).version()
        if unreadable != self._unreadable:  # once, not at every view
            self._unreadable = unreadable
            _log.error("%s", unreadable or f"{self.store.root}: the register of improvements can be read again")
        return f"{self.made_of()}+{register}+{_written(self.store.root)}"

    def made_of(self) -> str:
        """The snapshot's id and what of it cannot be read."""
        snapshot = self.store.served()
        return f"{snapshot.id}+{' '.join(snapshot.broken)}+{bool(self.store.trouble)}"

    def moved(self, read: Collection[Read], then: str) -> bool:
        """Whether what was ``read`` of initiatives and registers at the version ``then`` may say something else now."""
        (_, initiatives, written), (_, before, since) = (one.rsplit("+", 2) for one in (self.version(), then))
        if (initiatives, written) == (before, since):
            return False
        if any(one.startswith(UNREADABLE) for one in (initiatives, before, written, since)):
            return True
        if initiatives != before and INITIATIVES in read:
            return True
        try:
            return written != since and Registers(self.store.root).moved(read, since)
        except BrokenRegisters:
            return True

    def __call__(self, path: str, state: State, problems: list[Problem]) -> Reader:
        current = self._of(self.store.served(), path, state, problems)
        shown = flask.g.get(_SHOWN) if flask.has_request_context() else None
        if shown is None:
            return current
        if current.database not in shown.snapshot.databases:
            raise BeingMade(f"{shown.snapshot.id} has no {current.database}", shown.awaited)
        found = self._of(shown.snapshot, path, replace(state, database=current.database), problems)
        known = {(one.parameter, one.value) for one in current.problems}
        if any((one.parameter, one.value) not in known for one in found.problems):
            raise BeingMade(f"{shown.snapshot.id} does not have what the address asks for", shown.awaited)
        return replace(found, problems=current.problems, newest=current.view, awaited=shown.awaited)

    def former(self, context: Reader, kept: Callable[[Snapshot, str], bool]) -> Reader | None:
        """See the function ``former``."""
        code = context.database
        for snapshot in self.store.before(context.view.snapshot):
            if code in snapshot.databases and kept(snapshot, code):
                state = replace(context.state, database=code)
                found = self._of(snapshot, context.path, state, list(context.problems))
                return replace(found, newest=context.view, whole=context.whole)
        return None

    def _edition(self, database: str, path: str, state: State) -> Edition:
        """The server's edition; where log-in is on, the one that the visitor may see of this page."""
        found = visitor.current()
        if found is None:
            return self.edition
        subject = flask.request.args.get("emne", "")
        everything = "alle" in (state.choice("omfang"), state.choice("vis"))
        seen = found.sees_all(database, path, subject, everything)
        return replace(self.edition, name="working" if seen else "public")

    def _of(self, snapshot: Snapshot, path: str, state: State, problems: list[Problem]) -> Reader:
        codes = [row.code for row in reference.databases() if row.code in snapshot.databases]
        problems = list(problems)
        if state.database in snapshot.broken:
            raise BrokenDatabase(state.database, snapshot.broken[state.database])
        if state.database is not None and state.database not in codes:
            problems.append(_absent("database", state.database, ", ".join(codes)))
            state = replace(state, database=None)
        database = state.database or (FIRST_DATABASE if FIRST_DATABASE in codes else codes[0])
        edition = self._edition(database, path, state)
        if edition.hides:
            snapshot = self._published(snapshot)
            if state.filtered:
                problems.append(_everybody(state))
                state = state.cleared()
        about, info = reference.database(database), snapshot.info(database)
        years = tuple(reversed(periods(snapshot, database)))
        there = None if edition.hides else months(snapshot, database)
        asked, span = state, None
        if state.period is not None and (state.period in LATEST or is_span(state.period)):
            span = _span(snapshot, database, state.period, there)
            if span is None:
                if there is not None:
                    problems.append(_absent("periode", written_period(state), _months_there(there)))
                state = replace(state, period=None)
            elif as_year(span, about.year_start) in years:  # the months of a reporting year are that year
                span = as_year(span, about.year_start)
        elif state.period is not None and state.period not in years:
            problems.append(_absent("periode", str(state.period), f"{years[-1]}–{years[0]}"))
            state = replace(state, period=None)
        if state.stage is not None and about.has_stages and "stage" not in info.columns["cases"]:
            problems.append(_without_stages(state.stage))
            state = replace(state, stage=None)
        state = replace(state, first_month=about.year_start)
        latest = default_period(snapshot, database, _indicator(path))
        period = span or state.period or latest
        danish = state.lang == "da"
        rows = [reference.database(code) for code in codes]
        where = tuple(sorted(state.where().items()))
        seen = View(snapshot, edition, database, period, state.place, where, state.regions)
        listed = active_units(seen)
        # A file is what its address says, whoever asks for it.
        mine = remembered() if state.unit is None and not path.startswith("/hent/") else ""
        if mine in dict(listed):
            state = replace(state, unit=mine)
        if state.unit is not None and state.unit not in dict(listed):
            problems.append(_absent("egen", state.unit, ", ".join(code for code, _ in listed)))
            state = replace(state, unit=None)
        found = Reader(
            state=state,
            path=path,
            snapshot_id=snapshot.id,
            data_cut=info.data_cut,
            synthetic=info.synthetic,
            edition=edition.name,
            threshold=edition.threshold,
            database=database,
            databases=tuple((row.code, f"{row.code} · {row.title_da if danish else row.title_en}") for row in rows),
            period=period,
            periods=years,
            latest=latest,
            first_month=about.year_start,
            problems=tuple(problems),
            faults=(*_faults(self.store.trouble, snapshot), *_without_register(path, self.store.root)),
            view=seen,
            units=listed,
            nobody=nobody(seen),
            stages=seen.has_stages or not about.has_stages,
            remembered=state.unit is not None and state.unit == mine,
            months=there,
            mature=None if there is None else mature_months(snapshot, database),
        )
        if edition.hides and not public.has(path) and not public.refuses_itself(path):
            raise public.NotInEdition(found)
        if edition.hides and asked.period is not None and (asked.period in LATEST or is_span(asked.period)):
            found = replace(found, problems=(*found.problems, _years_only(found, asked)))
        return found


def _span(snapshot: Snapshot, database: str, asked: int, there: tuple[dt.date, dt.date] | None) -> int | None:
    """The span of months that is asked for, None where the extract does not hold all of it."""
    if there is None:
        return None
    first, last = there
    if asked in LATEST:
        last = last if asked == LATEST_12 else mature_months(snapshot, database)
        asked = None if last is None else latest_months(last, 12)
    if asked is None or period_start(asked) < first or period_end(asked) > period_end(latest_months(there[1], 1)):
        return None
    return asked


def _months_there(there: tuple[dt.date, dt.date]) -> str:
    return f"{there[0]:%Y-%m}..{there[1]:%Y-%m}"


def _written(root: Path) -> str:
    """The version of what people wrote; where that cannot be read, pages without it are served all the same."""
    try:
        return Registers(root).version()
    except BrokenRegisters as error:
        return f"{UNREADABLE} {hashlib.sha256(str(error).encode()).hexdigest()[:12]}"


def _faults(trouble: str, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """What a reader must know of files that cannot be read."""
    faults = []
    if trouble:
        faults.append(
            (
                f"Lagerets gældende data kan ikke læses. Siden viser det seneste, der kan: udtræk {snapshot.id}. Sig "
                "det til dem, der driver dashboardet.",
                f"The store's current data cannot be read. The page shows the latest that can be: extract "
                f"{snapshot.id}. Tell those who run the dashboard.",
            )
        )
    if snapshot.broken:
        codes = sorted(snapshot.broken)
        faults.append(
            (
                f"Data fra {fmt.listed(codes, 'da')} kan ikke læses for tiden og er ikke med. Sig det til dem, der "
                "driver dashboardet.",
                f"The data of {fmt.listed(codes, 'en')} cannot be read at present and are left out. Tell those who run "
                "the dashboard.",
            )
        )
    return tuple(faults)


def _without_register(path: str, root: Path) -> tuple[tuple[str, str], ...]:
    """What the reader of a page that shows initiatives must know where their register cannot be read."""
    if not path.startswith("/indikator/") or not why_unreadable(root):
        return ()
    return (
        (
            "Registret over forbedringsprojekter kan ikke læses for tiden; projekter er ikke tegnet ind.",
            "The register of improvement initiatives cannot be read at present; initiatives are not drawn.",
        ),
    )


def _indicator(path: str) -> Indicator | None:
    """The indicator whose page it is, which may open on another year than the database's other pages."""
    return BY_ID.get(path.removeprefix("/indikator/"))


def _without_stages(value: str) -> Problem:
    da, en = (text.removesuffix(".") for text in not_delivered(["cases.stage"]))
    return Problem(
        "stadie",
        value,
        f"{da}: valget stadie={value} er ikke brugt.",
        f"{en}: the choice stadie={value} was not used.",
    )


def _absent(parameter: str, value: str, known: str) -> Problem:
    return Problem(
        parameter,
        value,
        f"Valget {parameter}={value} findes ikke i dette udtræk og er ikke brugt. Der findes: {known}.",
        f"The choice {parameter}={value} is not in this extract and was not used. There are: {known}.",
    )
