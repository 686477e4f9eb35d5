"""What happens to files and databases: ways to damage a stored file, and to make a database read-only."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

CONTENT = bytes(range(256)) * 3000  # more than is read at a time


def _rewrite(path: Path, content: bytes) -> None:
    """Tests are faster than the clock of the file system, so the file is told apart by its time."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    _rewrite(path, bytes(content))


def truncate(path: Path) -> None:
    _rewrite(path, path.read_bytes()[:-1])


def empty(path: Path) -> None:
    _rewrite(path, b"")


def lengthen(path: Path) -> None:
    _rewrite(path, path.read_bytes() + b"x")


def remove(path: Path) -> None:
    path.unlink()


DAMAGES: tuple[Callable[[Path], None], ...] = (flip, truncate, empty, lengthen, remove)


def make_read_only(engine: Engine) -> None:
    """All connections of this engine to come: the databases of PostgreSQL are used again by other tests."""

    def connected(connection: Any, _record: object) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.read_only = True

    event.listen(engine, "connect", connected)
    engine.dispose()
