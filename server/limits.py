"""How many connections the server keeps open: as many as this process has files for."""

from __future__ import annotations

import logging
import sys

#: Open files that the server asks the system for.
WANTED = 4096
#: Files that stay for databases, kept frames and the log when every connection is in use: 26 databases, and the frames
#: that eight threads read at the same time.
OWN_FILES = 256
#: Where there are fewer, connections get this part of them.
SMALL_SHARE = 0.25
#: Connections that are kept open at most, some six for each reader; the longest idle one goes for a new one.
MOST_CONNECTIONS = 1000
#: Sockets that one process can watch where the system limits no files (Windows).
WATCHED = 512
_log = logging.getLogger("kraeftkvalitet")


def open_files() -> int:
    """How many files this process may have open, after asking for more: WANTED, or what the system allows."""
    if sys.platform == "win32":
        return WATCHED
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return WANTED
    allowed = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(soft, allowed)


def connections(files: int) -> int:
    """How many connections may be open in a process with so many files."""
    return min(MOST_CONNECTIONS, max(int(files * SMALL_SHARE), files - OWN_FILES))


def connection_limit() -> int:
    """The limit of this process; the log says where the system leaves too few files for all."""
    files = open_files()
    found = connections(files)
    if found < MOST_CONNECTIONS:
        _log.warning(
            "the system lets this process open %d files: at most %d connections stay open; for %d, let it open %d "
            "(ulimit -Hn)",
            files,
            found,
            MOST_CONNECTIONS,
            MOST_CONNECTIONS + OWN_FILES,
        )
    return found
