"""Room on the server's disk: how much there is, and words for where there is none.

Files are refused while less than a reserve is free, so that texts, which are small, still go in.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from shutil import disk_usage
from tempfile import gettempdir

import fsspec
from fsspec.implementations.local import LocalFileSystem

from data.core.settings import settings
from models.errors import DiskFull

MEGABYTE = 1024 * 1024
_PAGES = 64 * 1024  # bytes that SQLite needs to begin a transaction: where less is free, its errors mean a full disk
_NO_ROOM = {ENOSPC, EDQUOT}
_POSTGRESQL_FULL = "53100"
# SQLite says that the disk is full, or that it could not write or open one of its files, which may mean the same.
_FULL, _PERHAPS = {sqlite3.SQLITE_FULL}, {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def require_room(size: int) -> None:
    """For files of so many bytes in all. Raises DiskFull when the reserve would not be free after them."""
    if not has_room(size):
        raise no_files()


def has_room(size: int = 0) -> bool:
    """Would the reserve still be free where files are stored? A store that is no disk of this machine has room."""
    system, root = fsspec.core.url_to_fs(settings().files_url)
    return not isinstance(system, LocalFileSystem) or keeps_reserve(Path(root), size)


def keeps_reserve(path: Path, size: int = 0) -> bool:
    """Would the reserve still be free on that disk?"""
    return free(path) - size >= settings().keep_free_mb * MEGABYTE


def has_room_to_receive(size: int) -> bool:
    """Files pass through the temporary folder on their way."""
    return has_room(size) and free(Path(gettempdir())) > size


def free(path: Path) -> int:
    """Bytes that this process may still write there; the folders need not exist yet."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return disk_usage(place).free


def no_files() -> DiskFull:
    return DiskFull(
        "The server has too little disk space left to store files. Texts can still be sent: send yours without files,"
        " and tell the administrator of Guichet."
    )


def nothing_saved() -> DiskFull:
    return DiskFull(
        "The server’s disk is full: nothing can be saved. Keep this page open, tell the administrator of Guichet, and"
        " try again once there is room."
    )


def is_full(error: BaseException, place: Path | None = None) -> bool:
    """Does the error of a file or a database say that there is no room? `place` is where the database lies."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    if isinstance(error, sqlite3.Error):
        kind = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
        return kind in _FULL or (kind in _PERHAPS and place is not None and free(place) < _PAGES)
    return bool(getattr(error, "sqlstate", "") == _POSTGRESQL_FULL)


@contextmanager
def in_words() -> Iterator[None]:
    """Raises DiskFull where the disk is full."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_full(error, Path(gettempdir())):
            raise nothing_saved() from None
        raise
