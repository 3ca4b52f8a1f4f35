"""What stands in the way of the report to Sundhedsstyrelsen: counts of a period, kept for the last complete quarter."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.cache import kept_frame, kept_rows
from data.store import Snapshot
from indicators.waits import legs_sql
from results.cube import DEFINITION_VERSION
from results.waits.period import WaitPeriod, last_quarters

#: What stands in the way of the report, as SQL of a leg that ended in the period.
OBSTACLES = {
    "overrun_without_reason": "status = 'over_unsettled'",
    # Offer, documentation or consent to wait may be there and only not registered.
    "capacity_without_documentation": "status = 'rules_broken'",
    "negative_interval": "wait_days < 0",
    "treatment_without_consent": "leg = 'treatment' AND \"end\" = 'started' AND consent_date IS NULL",
}
_KEY = f"waits-obstacles-1-{DEFINITION_VERSION}"


def last_quarter(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """period, obstacle, legs of the last quarter that had ended at the database's data cut."""
    return kept_frame(snapshot, database, _KEY, lambda: _counted(snapshot, database))


def obstacle_counts(snapshot: Snapshot, databases: Sequence[str], period: WaitPeriod) -> dict[str, int]:
    """How many legs of the databases each obstacle stands for; for the working edition."""

    def count() -> dict[str, int]:
        kept = [one for one in databases if last_quarters(snapshot.info(one).data_cut, 1)[0].text == period.text]
        frames = [_count(snapshot, one, period) for one in databases if one not in kept]
        if kept:
            wanted = dict.fromkeys(kept, (period.text,))
            last = kept_rows(snapshot, _KEY, "period", wanted, lambda code: _counted(snapshot, code), slow=True)
            frames.append(last)
        found = dict.fromkeys(OBSTACLES, 0)
        for frame in frames:
            for name, legs in zip(frame["obstacle"].tolist(), frame["legs"].tolist(), strict=True):
                found[name] += legs
        return found

    return snapshot.remember(("waits obstacles", tuple(databases), period.text), count)


def _counted(snapshot: Snapshot, database: str) -> pd.DataFrame:
    return _count(snapshot, database, last_quarters(snapshot.info(database).data_cut, 1)[0])


def _count(snapshot: Snapshot, database: str, period: WaitPeriod) -> pd.DataFrame:
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in OBSTACLES.values())
    sql = f"SELECT {counts} FROM {legs_sql()} WHERE stop_date >= $from_date AND stop_date < $to_date"
    params = {"data_cut": snapshot.info(database).data_cut, "from_date": period.start, "to_date": period.end}
    legs = snapshot.rows(database, sql, params)[0]
    return pd.DataFrame({"period": period.text, "obstacle": list(OBSTACLES), "legs": [int(one) for one in legs]})
