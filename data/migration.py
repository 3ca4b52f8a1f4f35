"""``python -m data migrate``: a store of an earlier version of the program for this one.

Database files are not converted: what an extract says is read anew by the present program, with its checks. What cannot
be made again (registers, users, logs, sent reports, keys) is taken over.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from data.backup import written
from data.improvements import Register
from data.load import Progress, Rules, load_extracts
from data.schema import STORE_VERSION
from data.store import Store, StoreError


def renew(root: Path) -> str:
    """Bring the registers of a store of the present version to their present form; returns what was done.

    Raises OutdatedStore, whose message says what to do, for the store of another version.
    """
    store = Store(root)
    store.manifest(store.current_id())
    renewed = Register(root).renew()
    done = "the register of improvement initiatives has sums from now on" if renewed else "nothing had to be changed"
    return f"{root}: store version {STORE_VERSION}, as this program reads it; {done}"


def migrate(root: Path, to: Path, folders: Sequence[Path], rules: Rules, progress: Progress | None = None) -> list[str]:
    """Load the extracts into a new store and take over what people wrote; the old store stays as it is.

    Returns the names of what was taken over. Raises StoreError where a database of the old store has no extract among
    ``folders`` or the new one is there already, and what a load raises.
    """
    if to.exists() and any(to.iterdir()):
        raise StoreError(f"{to}: is not empty; name a new directory with --to")
    done = load_extracts(folders, to, progress, rules)
    missing = sorted(set(_databases(root)) - set(done.manifest.databases))
    if missing and not rules.force:
        raise StoreError(
            f"{to}: has no {', '.join(missing)}, which {root} holds; empty it and name their extracts, or --force"
        )
    taken = []
    with tempfile.TemporaryDirectory(prefix=".kraeft-load-migrate-", dir=to) as place:
        for name, copy in written(root, Path(place)):
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy.chmod(0o600)
            copy.rename(target)
            taken.append(name)
    return taken


def _databases(root: Path) -> list[str]:
    """The databases of a store's current snapshot, whatever its version."""
    path = root / "snapshots" / f"{Store(root).current_id()}.json"
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["databases"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: which databases the store holds cannot be read ({error}); use --force") from error
