"""A publication: the protected frames of every database of a snapshot, attacked before anybody sees them.

``publish`` writes it after the one that is shown now, with ``report.json`` and ``report.md``: what is hidden, which
years stay as they were, and what each attack found. Where an attack finds anything, nothing is published.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from data import reference
from data.published import Publications, Publishing
from data.store import Snapshot, StoreError
from data.text import Text
from results.publishing import attack, changes, frames
from results.publishing.attack import AttackResult
from results.view import Edition, View


class PublicationRefused(RuntimeError):
    """An attack found what is hidden; nothing is published."""


@dataclass(frozen=True)
class Hiding:
    """Of a database: cells with patients by level, and how many of them are hidden; by place of treatment."""

    level: str
    cells: int
    hidden: int


@dataclass(frozen=True)
class DatabaseReport:
    """What is published of one database. ``kept``: the years that stay as they were published before."""

    database: str
    hiding: tuple[Hiding, ...]
    kept: tuple[int, ...]
    attacks: tuple[AttackResult, ...]


@dataclass(frozen=True)
class PublicationReport:
    """What a publication says of itself. ``after``: the publication before it, "" where it is the first."""

    id: str
    snapshot: str
    threshold: int
    after: str
    yearly: bool
    databases: tuple[DatabaseReport, ...] = field(default=())

    @property
    def recovered(self) -> int:
        """Hidden numbers that an attack found, or found to be fewer than k."""
        return sum(one.exact + one.below for row in self.databases for one in row.attacks)


def publish(
    snapshot: Snapshot, out: Path, edition: Edition, yearly: bool = False, told: Callable[[str], None] = lambda _: None
) -> PublicationReport:
    """Publish a snapshot in the folder ``out``.

    Raises PublicationRefused where an attack finds something: then nothing has changed.

    ``yearly``: every year anew, also where it differs by small numbers from the former publication.
    """
    there = Publications(out)
    before = there.served() if (out / "current").is_file() else None
    if before is not None and before.threshold != edition.threshold and not yearly:
        raise StoreError(
            f"{out}: published with k {before.threshold}, now {edition.threshold}: two thresholds tell more than one; "
            "publish in a new folder, or with --yearly"
        )
    id = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S-%f")[:22]
    making, rows = Publishing(out, id), []
    try:
        for database in (row.code for row in reference.databases() if row.code in snapshot.databases):
            told(database)
            old = None
            if before is not None and not yearly and database in before.databases:
                old = {name: before.frame(database, name) for name in frames.NAMES}
            made, row = _database(snapshot, edition, database, old)
            rows.append(row)
            for name, frame in made.items():
                making.frame(database, name, frame)
        after = before.id if before is not None else ""
        report = PublicationReport(id, snapshot.id, edition.threshold, after, yearly, tuple(rows))
        if report.recovered:
            found = [f"{one.database}: {a.attack}: {a.cells[:3]}" for one in rows for a in one.attacks if a.cells]
            raise PublicationRefused(
                f"{report.recovered} hidden numbers can be worked out; nothing is published. {found[:3]}"
            )
        making.text("report.json", json.dumps(asdict(report), indent=1, default=list))
        for lang, name in (("da", "report.md"), ("en", "report.en.md")):
            making.text(name, written(report, lang))
        making.done(snapshot, edition.threshold)
    except BaseException:
        making.given_up()
        raise
    return report


def _database(
    snapshot: Snapshot, edition: Edition, database: str, old: changes.Frames | None
) -> tuple[dict[str, pd.DataFrame], DatabaseReport]:
    new = {name: frames.frame(snapshot, edition, database, name) for name in frames.NAMES}
    attacks = attacks_on(snapshot, edition, database, new)
    made, kept = changes.together(new, old, edition.threshold)
    if old is not None:
        attacks.append(between(old, made, edition.threshold))
    return made, DatabaseReport(database, hiding(made["nodes"]), kept, tuple(attacks))


def attacks_on(snapshot: Snapshot, edition: Edition, database: str, made: changes.Frames) -> list[AttackResult]:
    """Every attack on one database's frames, by place of treatment and by residence."""
    found: list[AttackResult] = []
    for place in ("treating", "residence"):
        truth = frames.whole(View(snapshot, edition, database, 0, place))
        nodes = made["nodes"]
        nodes = nodes[(nodes["place"] == place) & (nodes["regions"] == 5)]
        cases = made["cases"] if place == "treating" else None
        for one in attack.attacked(nodes, truth, edition.threshold, cases):
            found.append(
                AttackResult(f"{place}: {one.attack}", one.hidden, one.unsafe, one.exact, one.below, one.cells)
            )
    return found


def between(old: changes.Frames, new: changes.Frames, k: int) -> AttackResult:
    """Cells shown in two publications whose numbers differ by 1 to k − 1."""
    keys = ["indicator", "period", "place", "regions", "level", "region", "code"]
    counts = ["denominator", "events", "missing"]
    pair = old["nodes"].merge(new["nodes"], on=keys, suffixes=("", "_new"))
    small = pd.Series(False, index=pair.index)
    for name in counts:
        apart = (pair[f"{name}_new"].astype("Float64") - pair[name].astype("Float64")).abs().fillna(0)
        small |= (apart > 0) & (apart < k)
    cells = tuple(tuple(row) for row in pair.loc[small, keys].itertuples(index=False))
    return AttackResult("the former publication", len(pair), len(pair), int(small.sum()), 0, cells)


def hiding(nodes: pd.DataFrame) -> tuple[Hiding, ...]:
    """How many cells are hidden, by level, of five regions by place of treatment."""
    shown = nodes[(nodes["place"] == "treating") & (nodes["regions"] == 5)]
    shown = shown[shown["hidden"] | (shown["denominator"].astype("Float64").fillna(0) > 0)]
    return tuple(
        Hiding(level, int((shown["level"] == level).sum()), int(shown.loc[shown["level"] == level, "hidden"].sum()))
        for level in ("nation", "region", "department")
    )


_LEVELS = {"nation": Text("landet", "the country"), "region": Text("regioner", "regions"),
           "department": Text("afdelinger", "departments")}  # fmt: skip


def written(report: PublicationReport, lang: str) -> str:
    """The report as Markdown."""

    def t(da: str, en: str) -> str:
        return da if lang == "da" else en

    lines = [
        f"# {t('Offentliggørelse', 'Publication')} {report.id}",
        "",
        t(f"Udtræk {report.snapshot}. Et tal er skjult, hvor 1 til {report.threshold - 1} patienter står bag det, og "
          "hvor det kunne bruges til at regne et sådant tal ud.",
          f"Extract {report.snapshot}. A number is hidden where 1 to {report.threshold - 1} patients stand behind it, "
          "and where it could be used to work out such a number."),
        "",
        t("## Hvad der er skjult", "## What is hidden"),
        "",
        f"| database | {t('niveau', 'level')} | {t('felter', 'cells')} | {t('skjult', 'hidden')} | % |",
        "|---|---|---:|---:|---:|",
    ]  # fmt: skip
    for row in report.databases:
        for one in row.hiding:
            share = f"{100 * one.hidden / one.cells:.0f}" if one.cells else "–"
            level = _LEVELS[one.level].in_(lang)
            lines.append(f"| {row.database} | {level} | {one.cells} | {one.hidden} | {share} |")
    kept = [(row.database, row.kept) for row in report.databases if row.kept]
    if kept:
        lines += ["", t("## År, der står, som de blev offentliggjort", "## Years that stay as they were published"), ""]
        lines += [f"- {database}: {', '.join(map(str, years))}" for database, years in kept]
    lines += [
        "",
        t("## Angreb", "## Attacks"),
        "",
        f"| database | {t('angreb', 'attack')} | {t('skjulte tal', 'hidden numbers')} | "
        f"{t('heraf små', 'of them small')} | {t('fundet', 'found')} | "
        f"{t('fundet at være under', 'found to be below')} {report.threshold} |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for row in report.databases:
        lines += [f"| {row.database} | {one.attack} | {one.hidden} | {one.unsafe} | {one.exact} | {one.below} |"
                  for one in row.attacks]  # fmt: skip
    return "\n".join(lines) + "\n"
