"""What a server does with its store before the first reader comes."""

from __future__ import annotations

import logging
from pathlib import Path

from data.improvements import Register
from data.store import StoreError

_log = logging.getLogger("kraeftkvalitet")


def renew_registers(root: Path) -> None:
    """Give a register of an earlier format its sums; one that may not be written to is served as it is."""
    try:
        if Register(root).renew():
            _log.warning("%s: the register of improvements has sums from now on; all it held is kept", root)
    except StoreError as error:
        _log.warning("%s", error)
