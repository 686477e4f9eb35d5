"""Keeps what the desk writes readable by its own account alone: the database, the attachments, the secret key."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger("guichet")

UMASK = 0o077  # the group and others get nothing
_OTHERS = 0o077


def restrict_new_files() -> None:
    """Call it first thing in a process: every file and folder made from then on is private."""
    os.umask(UMASK)


def restrict(folder: Path) -> None:
    """Create the folder, or close what an earlier start left open; warn of what cannot be closed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, *_sensitive(folder)):
        mode = path.stat().st_mode
        if not mode & _OTHERS:
            continue
        try:
            if mode & stat.S_ISVTX:
                raise PermissionError("a folder that many accounts share")
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
        except OSError as error:
            log.warning(
                "Other accounts of this machine can read %s, and it cannot be closed to them (%s). "
                "Run the desk with a folder of its own: GUICHET_VAR.",
                path,
                error.strerror or error,
            )


def _sensitive(folder: Path) -> Iterator[Path]:
    for pattern in ("guichet.db*", "secret.key*", "files"):
        yield from folder.glob(pattern)
