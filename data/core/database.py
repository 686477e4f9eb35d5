"""The engine: SQLite by default, PostgreSQL by URL, the same code on both."""

import json
import logging
import sqlite3
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from data.core import disk, durable
from data.core.settings import settings
from models.base import Table
from models.errors import DeskError, DiskFull, ReadOnly

SELDOM = 60  # seconds between two lines of the log about the same
_POSTGRESQL_READ_ONLY, _POSTGRESQL_LOCKED = "25006", "55P03"
_logged_at: float | None = None

log = logging.getLogger("guichet")

_json = partial(json.dumps, separators=(",", ":"))  # no blanks: the audit trail is most of a database

POOL_TIMEOUT = 10  # seconds for a connection that others use
PATIENCE = {  # with a PostgreSQL server; psycopg hands them to libpq
    "connect_timeout": "5",  # seconds
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",  # milliseconds
}


@cache
def engine() -> Engine:
    """The engine of this process."""
    return open_engine(settings().database_url)


def answers(engine: Engine) -> bool:
    """Does the database take a question?"""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, DeskError):
        return False
    return True


def require_writable(engine: Engine) -> None:
    """Commits a change that leaves nothing behind. Raises DiskFull or ReadOnly, or what the driver raises.

    Only a commit proves it: what is rolled back may never have left the memory, nor does an UPDATE on SQLite that
    changes nothing. Where another holds the write lock, somebody else writes: that is busy, not broken.
    """
    if engine.dialect.name == "sqlite":
        _write_version(engine)
        return
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            connection.execute(text("UPDATE installation SET demo = demo"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != _POSTGRESQL_LOCKED:
            raise


def _write_version(engine: Engine) -> None:
    """A number in the head of a SQLite file, which nobody else uses."""
    pooled = engine.raw_connection()
    try:
        connection = cast(sqlite3.Connection, pooled.driver_connection)
        [patience] = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {(version + 1) % 2**31}")
        finally:
            connection.execute(f"PRAGMA busy_timeout = {patience}")
    except sqlite3.Error as error:
        if _kind(error) not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise (_in_words(error, engine) or error) from error
    finally:
        pooled.close()


def insert_into(bind: Session | Connection, table: type[Table]) -> Any:
    """An INSERT that can say what to do on a conflict: both databases can, each by its own construct."""
    bound = bind.get_bind() if isinstance(bind, Session) else bind
    dialect = postgresql if bound.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def open_engine(url: str) -> Engine:
    """Its errors name no value: what people write, and hashes of passwords, never reach a log."""
    if not url.startswith("sqlite"):
        server = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
            pool_timeout=POOL_TIMEOUT,
            connect_args=_patience(url),
            hide_parameters=True,
            json_serializer=_json,
        )
        event.listen(server, "handle_error", _hide_detail)
        event.listen(server, "handle_error", _say_in_words)
        return server
    path = url.removeprefix("sqlite:///")
    with suppress(OSError):  # the start says in words what is wrong with it
        durable.make_folder(Path(path).parent)
    # Without isolation_level the driver would begin transactions by itself, and never IMMEDIATE ones.
    connecting = {"isolation_level": None, "check_same_thread": False}
    made = create_engine(url, connect_args=connecting, pool_size=20, hide_parameters=True, json_serializer=_json)
    event.listen(made, "handle_error", _say_in_words)
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _patience(url: str) -> dict[str, str]:
    """How long we wait for a server, or a network, that has gone; what the URL says of it counts more."""
    given = make_url(url).query
    return {name: value for name, value in PATIENCE.items() if name not in given}


def _hide_detail(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row that broke a rule in the lines after the first."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _say_in_words(context: ExceptionContext) -> DeskError | None:
    """Instead of an error that a person can do something about."""
    refusal = _in_words(context.original_exception, context.engine)
    if refusal is not None:
        _log_seldom(context.original_exception)
    return refusal


def _in_words(error: BaseException, engine: Engine | None) -> DeskError | None:
    """Of a full disk, and of a database that cannot be written."""
    if disk.is_full(error, Path(engine.url.database or "") if engine else None) or _follows_from_full(error):
        return disk.nothing_saved()
    if _is_read_only(error):
        return ReadOnly(
            "The database can be read but not written: nothing can be saved. Keep this page open, tell the"
            " administrator of Guichet, and try again later."
        )
    return None


def _follows_from_full(error: BaseException | None) -> bool:
    """Where the disk is full, SQLite ends the whole transaction, and there is no savepoint left to go back to."""
    if "no such savepoint" not in str(error):
        return False
    while error is not None and not isinstance(error, DiskFull):
        error = error.__context__
    return error is not None


def _log_seldom(error: BaseException) -> None:
    """Everybody who writes meets it, and the log may lie on the same disk."""
    global _logged_at  # noqa: PLW0603
    if _logged_at is None or monotonic() - _logged_at > SELDOM:
        _logged_at = monotonic()
        log.error("The database cannot be written: %s", error)


def _is_read_only(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _kind(error) == sqlite3.SQLITE_READONLY
    return bool(getattr(error, "sqlstate", "") == _POSTGRESQL_READ_ONLY)


def _kind(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLite's own folds A to Z only; searches must find "Écran" when somebody types "écran".
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    # FULL syncs the write-ahead log before a COMMIT returns: what was acknowledged survives a power cut. NORMAL only
    # keeps the database whole, without its last commits. 16 MiB of page cache for each connection: more, or a map of
    # the file, makes nothing faster that is measured, for the system keeps the file in memory anyway.
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "busy_timeout = 60000",  # no command takes so long; imports are written in steps, see desk.long_command
        "foreign_keys = ON",
        "cache_size = -16384",
        f"journal_size_limit = {64 * disk.MEGABYTE}",  # a long import gives the disk back
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A command takes the write lock at once: upgrading a read transaction later fails when two race.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
