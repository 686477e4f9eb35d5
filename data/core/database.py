"""The engine: SQLite by default, PostgreSQL by URL, the same code on both."""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from data.core.settings import settings
from models.base import Table


@cache
def engine() -> Engine:
    """The engine of this process."""
    return open_engine(settings().database_url)


def answers(engine: Engine) -> bool:
    """Does the database take a question?"""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def insert_into(bind: Session | Connection, table: type[Table]) -> Any:
    """An INSERT that can say what to do on a conflict: both databases can, each by its own construct."""
    bound = bind.get_bind() if isinstance(bind, Session) else bind
    dialect = postgresql if bound.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def open_engine(url: str) -> Engine:
    """Its errors name no value: what people write, and hashes of passwords, never reach a log."""
    if not url.startswith("sqlite"):
        server = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
        event.listen(server, "handle_error", _hide_detail)
        return server
    path = url.removeprefix("sqlite:///")
    with suppress(OSError):  # the start says in words what is wrong with it
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # Without isolation_level the driver would begin transactions by itself, and never IMMEDIATE ones.
    connecting = {"isolation_level": None, "check_same_thread": False}
    made = create_engine(url, connect_args=connecting, pool_size=20, hide_parameters=True)
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _hide_detail(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row that broke a rule in the lines after the first."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLite's own folds A to Z only; searches must find "Écran" when somebody types "écran".
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    # NORMAL is durable but for a power cut, and safe with WAL. 16 MiB of page cache for each connection: more, or a map
    # of the file, makes nothing faster that is measured, for the system keeps the file in memory anyway.
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "busy_timeout = 60000",  # no command takes so long; imports are written in steps, see desk.long_command
        "foreign_keys = ON",
        "cache_size = -16384",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A command takes the write lock at once: upgrading a read transaction later fails when two race.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
