"""Where a desk lies: is it usable, and does a former desk lie there already?

A new database beside the key, the files or the write-ahead log of an old one would be mixed up with it, and what the
old desk still held would be lost. So a start never makes a database there.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwuid
from uuid import uuid4

import fsspec
from sqlalchemy import Engine, inspect

from data.core import disk
from data.core.settings import Settings
from models.errors import DiskFull, ReadOnly

CHECKED_WHOLE = 512 * 1024 * 1024  # bytes of database that are checked page by page after a crash
PROBE = ".probe"
_HEAD = 100  # bytes of a SQLite file that describe it
_BESIDE = ("-wal", "-shm", "-journal")


def require_usable(settings: Settings, engine: Engine) -> None:
    """Raises ValueError, saying what to do, where the folder, the database's or the file store cannot be written."""
    path = _path(engine)
    if path is not None and not settings.embedded:
        try:
            probe(f"file://{path.absolute().parent}")
        except OSError as error:
            raise ValueError(f"{path.parent} cannot be written ({_why(error)}). Check DATABASE_URL.") from None
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        probe(f"file://{settings.var.absolute()}")
    except OSError as error:
        if disk.is_full(error):
            raise ValueError(f"The disk of {settings.var} is full. Make room, and start again.") from None
        raise ValueError(
            f"{settings.var} cannot be written ({_why(error)}). Give the user who starts Guichet the right to write "
            "there, or choose another folder in GUICHET_VAR."
        ) from None
    for one in _own_files(settings, path):
        require_open(one, os.R_OK | os.W_OK)
    require_open(settings.var / "secret.key", os.R_OK)
    try:
        probe(settings.files_url)
    except Exception as error:  # each file system has exceptions of its own
        if disk.is_full(error):
            return  # texts go in all the same
        raise ValueError(
            f"Attachments cannot be stored at {settings.files_url} ({_why(error)}). Check GUICHET_FILES."
        ) from None


@contextmanager
def in_words(engine: Engine) -> Iterator[None]:
    """Raises ValueError, saying what to do, where the database turns out to be full or read-only during a start."""
    try:
        yield
    except DiskFull:
        raise ValueError(f"The disk of {_name(engine)} is full. Make room, and start again.") from None
    except ReadOnly:
        raise ValueError(
            f"{_name(engine)} can be read but not written. Give Guichet's user the right to write; a PostgreSQL standby"
            " cannot be served, nor a database with default_transaction_read_only."
        ) from None


def require_whole(engine: Engine) -> None:
    """Raises ValueError for a file that is no SQLite database, or that lacks its end: a copy that was interrupted.

    A database with a write-ahead log is looked at with it (`require_own_log`): its own end may be in there.
    """
    path = _path(engine)
    if path is None or is_new(engine):
        return
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(b"SQLite format 3\0") or len(head) < _HEAD:
        raise ValueError(
            f"{path} is not a SQLite database. Nothing was changed. Restore a backup, or correct DATABASE_URL."
        )
    size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    whole = pages * (65536 if size == 1 else size)  # as the file format has it
    if path.stat().st_size < whole and not any(one.name.endswith(("-wal", "-journal")) for one in _beside(path)):
        raise ValueError(
            f"{path} lacks its end: it has {path.stat().st_size} of {whole} bytes. Nothing was changed. Restore a "
            "backup, or copy it once more."
        )


def is_new(engine: Engine) -> bool:
    """Is there no database yet? Does not open a SQLite file: that would take in whatever lies beside it."""
    path = _path(engine)
    if path is not None:
        return not path.exists() or path.stat().st_size == 0
    return not inspect(engine).get_table_names()


def require_no_former_desk(settings: Settings, engine: Engine) -> None:
    """For a start that is about to make a database. Raises ValueError where a former desk lies."""
    found = [*_beside(_path(engine)), *_marks(settings)]
    if found:
        raise ValueError(
            f"There is no database at {_name(engine)}, but a former desk left these: "
            f"{', '.join(map(str, found))}. Nothing was changed. To go on with that desk, put its database back where "
            "it was, or correct DATABASE_URL. To begin a new desk, choose an empty folder in GUICHET_VAR."
        )


def require_own_log(engine: Engine) -> None:
    """After a crash, SQLite takes in the write-ahead log beside its file. Raises ValueError for the log of another one.

    A log fits the file that it was written for and no older copy of it: both together are a damaged database. They are
    opened for reading alone, so that nothing is taken in before it is known that they fit.
    """
    path = _path(engine)
    if path is None or not path.exists() or path.stat().st_size == 0:
        return
    log = path.with_name(path.name + "-wal")
    if not log.exists() or log.stat().st_size == 0:
        return
    check = "integrity_check(1)" if path.stat().st_size < CHECKED_WHOLE else "quick_check(1)"
    try:
        connection = sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True, timeout=10)
        try:
            fits = connection.execute(f"PRAGMA {check}").fetchone() == ("ok",)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        fits = "locked" in str(error)  # somebody serves it, and has looked
    if not fits:
        raise ValueError(
            f"{path.name} and {log.name} do not belong together, or the database is damaged. Nothing was changed. If "
            f"you put an older {path.name} back, move {log.name} and {path.name}-shm away first. Otherwise restore a "
            "backup."
        )


def _own_files(settings: Settings, path: Path | None) -> Iterator[Path]:
    """What a start reads and writes, or makes; whatever lies there under these names must be ours."""
    if path is not None:
        yield path
        yield from (path.with_name(path.name + ending) for ending in (*_BESIDE, ".lock"))
    yield settings.var / "start.lock"


def require_open(path: Path, access: int) -> None:
    """Raises ValueError for a folder, and for a file without that access for this process, such as another user's."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder; a file must lie there. Check DATABASE_URL and GUICHET_VAR.")
    if not path.exists() or os.access(path, access):
        return
    verb = "read and written" if access & os.W_OK else "read"
    owner = path.stat().st_uid
    why = f"it belongs to {_user(owner)}" if owner != os.geteuid() else "it, or the disk, is for reading alone"
    raise ValueError(
        f"{path} cannot be {verb} by {_user(os.geteuid())}: {why}. Start Guichet as the user who owns the files of the "
        "desk, or give the files to this one."
    )


def _user(number: int) -> str:
    try:
        return getpwuid(number).pw_name
    except KeyError:
        return f"the user {number}"


def _marks(settings: Settings) -> list[Path]:
    if (settings.var / "demo.part").exists():  # the first start of a demo was killed: the next one makes it anew
        return []
    key, files = settings.var / "secret.key", settings.var / "files"
    return [one for one in (key, files) if one.is_file() or (one.is_dir() and any(one.iterdir()))]


def _beside(path: Path | None) -> list[Path]:
    beside = [path.with_name(path.name + ending) for ending in _BESIDE] if path else []
    return [one for one in beside if one.exists() and one.stat().st_size]


def _name(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _path(engine: Engine) -> Path | None:
    """The file of a SQLite database."""
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def probe(url: str, *, make_folder: bool = True) -> None:
    """Write a file and take it away again. Raises what the file system raises."""
    system, root = fsspec.core.url_to_fs(url)
    if make_folder:
        system.makedirs(root, exist_ok=True)
    path = f"{root}/{uuid4().hex}{PROBE}"
    try:
        system.pipe_file(path, b"Guichet")
    finally:
        if system.exists(path):
            system.rm_file(path)


def _why(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
