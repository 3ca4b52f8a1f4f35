"""``python -m benchmarks [--large] [--simulations] [--store DIR] [--out FILE]``: every bound of the project.

Ratios are taken within the run, so they hold on another machine; seconds are of the machine that ran it.
``--large`` adds the pages on a store of ten million cases (about half an hour and 10 GB of disk).
``--store`` measures pages, readers and clicks alone, on a store that ``python -m results prepare`` has prepared.
``--simulations`` runs the methods alone on invented data whose truth is known (no store, some minutes).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import (
    bench_net,
    bench_survival,
    browser,
    counting,
    loading,
    pages,
    readers,
    simulate_comparison,
    simulate_cusum,
    simulate_effect,
    simulate_net,
    simulate_verdicts,
    waits,
)
from benchmarks.report import Result, markdown
from data.load import load
from data.store import Snapshot, Store
from data.synthetic import synthesise
from results import prepare
from results.variation import comparison
from results.view import Edition
from results.waits import frames as waits_frames
from results.warnings import charts as warning_charts
from results.warnings import signals as warnings

YEARS = (2014, 2025)
SIMULATIONS = (simulate_comparison, simulate_cusum, simulate_effect, simulate_net, simulate_verdicts)
_SIMULATED = """# Simulations

`python -m benchmarks --simulations --out docs/simulations.md`: the methods of comparison, early warning and effect on
invented data whose truth is known. Fixed seeds, so the figures can be made again.

Where a bound does not hold, docs/methods-comparison.md (alarms of one side) and docs/methods-effect.md (p where there
is no effect) and docs/decisions/0047-verdicts-that-decide.md (calibration of verdicts) say why.

"""
LARGE_CASES_PER_YEAR = 32_100  # × 26 databases × 12 years = 10 million


def main() -> int:
    """Measure and print; returns 1 when a bound does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--large", action="store_true", help="pages on ten million cases too")
    parser.add_argument("--simulations", action="store_true", help="the simulations of the methods instead")
    parser.add_argument("--store", type=Path, metavar="DIR", help="pages, clicks and readers of a prepared store alone")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table there as well")
    options = parser.parse_args()
    if options.simulations:
        results = [result for module in SIMULATIONS for result in module.run()]
        text = _SIMULATED + markdown(results)
    elif options.store:
        text = markdown(results := _seen(options.store))
    else:
        place = Path(tempfile.mkdtemp(prefix="kraeft-bench-"))
        try:
            results = _measured(place)
            if options.large:
                results += _large(place)
        finally:
            shutil.rmtree(place)
        text = _text(results)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return 1 if any(one.holds is False for one in results) else 0


def _measured(place: Path) -> list[Result]:
    started = time.perf_counter()
    _say("synthesising")
    synthesise(place / "extracts", None, None, YEARS, 1, "csv")
    made = time.perf_counter() - started
    _say("loading")
    results = [Result("synthesise all demonstration extracts", f"{made:.1f} s", "", None)]
    loaded, more = loading.measure(place / "extracts", place / "store")
    results += more
    snapshot = Store(place / "store").current()
    answered = pages.first_answer(place / "store")
    whole = made + loaded + answered
    note = "synthesise, load, and the overview's first answer with nothing kept"
    results.append(Result("the very first run", f"{whole:.0f} s", "≤ 90 s", whole <= 90, note))
    _say("counting")
    started = time.perf_counter()
    prepare.counts(snapshot, Edition(), tuple(snapshot.databases))
    waits_frames.prepare(snapshot)
    prepared = time.perf_counter() - started
    results.append(Result("kept counts of all databases, made once in the background", f"{prepared:.1f} s", "", None))
    started = time.process_time()
    every = tuple(snapshot.databases)
    warnings.prepare(snapshot, every)
    warning_charts.prepare(snapshot, every)
    warned = time.process_time() - started
    comparison.prepare(snapshot, Edition(), every)
    compared = time.process_time() - started
    results.append(
        Result(
            "comparisons, warnings and those of all past quarters, all databases, made once",
            f"{compared:.0f} s processor",
            "≤ 60 s",
            compared <= 60,
            f"warnings {warned:.0f} s, comparisons {compared - warned:.0f} s",
        )
    )
    results += counting.measure(snapshot, "DCCG")
    results += bench_survival.results(snapshot)
    results += bench_net.results()
    return results + _seen(place / "store")


def _seen(store: Path) -> list[Result]:
    """What readers wait for, on a store whose frames are kept."""
    _say("pages")
    results = [*pages.measure(store), *pages.serve(store)]
    _say("clicks in a browser")
    results += browser.measure(store)
    _say("many readers")
    return results + readers.measure(store)


def _large(place: Path) -> list[Result]:
    _say("ten million cases: synthesising")
    folders = synthesise(place / "large", None, LARGE_CASES_PER_YEAR, YEARS, 1, "parquet")
    _say("ten million cases: loading")
    started = time.perf_counter()
    load(folders, place / "large-store")
    seconds = time.perf_counter() - started
    snapshot = Store(place / "large-store").current()
    cases = sum(info.rows["cases"] for info in snapshot.databases.values())
    started = time.perf_counter()
    prepare.counts(snapshot, Edition(), tuple(snapshot.databases))
    waits_frames.prepare(snapshot)
    kept = time.perf_counter() - started
    _compared(snapshot, ("DCCG",))
    note = f"{cases:,} cases"
    results = [
        Result("large: load", f"{seconds:.0f} s", "", None, note),
        Result("large: kept counts, made once", f"{kept:.0f} s", "", None, note),
    ]
    _say("ten million cases: pages")
    one_database = tuple(page for page in pages.PAGES if page != "/varsler/slagelse")  # needs the boards of all
    found = pages.measure(place / "large-store", factor=2.0, wanted=one_database)
    results += [Result(f"large: {one.what}", one.figure, one.bound, one.holds, f"{note}; {one.note}") for one in found]
    _say("two million legs of waiting times")
    return results + waits.measure(place / "waits")


def _compared(snapshot: Snapshot, databases: tuple[str, ...]) -> None:
    """What the background makes after the counts; on the large store only of the database whose pages are measured."""
    comparison.prepare(snapshot, Edition(), databases)
    warnings.prepare(snapshot, databases)
    warning_charts.prepare(snapshot, databases)


def _text(results: list[Result]) -> str:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    return (
        "# Benchmarks\n\n"
        f"`python -m benchmarks`, {dt.date.today():%Y-%m-%d}, {machine}. Demonstration data of all databases "
        f"({YEARS[0]}–{YEARS[1]}). Pages: server time of the page's HTML, first and again, in a process that has "
        "answered one other page, with kept counts on disk; payload gzipped. Clicks: milliseconds in a browser "
        "until the new content is painted / its figures are drawn, and what crosses the wire; the median of clicks "
        "whose page the server has made before, and the first one, which waits for the server too; the "
        "phone's processor is slowed four times.\n\n" + markdown(results)
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
