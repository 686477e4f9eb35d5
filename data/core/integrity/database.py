"""Checks the database itself: that its pages are whole, its rows fit together, and its values are such as we write."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    String,
    and_,
    cast,
    func,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from data.core import start, tables
from data.core.integrity.findings import Job, Problem, Section, quoted, reason
from models.base import Choice, Duration, Instant, Table

RESTORE = (
    "Stop every process of Guichet, put the last good backup back, and run this check again. Keep the damaged files: "
    "what is newer than the backup may be read from them."
)
DAMAGED = Problem("damaged place in the database", RESTORE)
UNCHECKED = Problem("part that could not be checked", "Repair what is said above, then run this check again.")
NO_PARENT = Problem("row that belongs to one that is not there", "Compare with a backup: the other row was there.")
NOT_VALID = Problem("index or rule that the database does not keep", "REINDEX the index, or VALIDATE the constraint.")
NO_CHECKSUMS = Problem(
    "database without checksums, in which damage of its pages is not noticed",
    "With the server stopped, “pg_checksums --enable” adds them.",
    harmless=True,
)
BAD_VALUE = Problem("value that no row can have", "Compare with a backup, or with the audit trail of the row.")
TOO_LONG = Problem("text longer than its column", "PostgreSQL would not take it. Shorten it where it was written.")

_MOMENT = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]*"
_DAY = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]"
_ELSEWHERE = {("ticket", name) for name in ("status", "kind", "service", "urgency", "star_level", "resolution")}

assert tables.__all__  # the metadata is whole


def revision(engine: Engine) -> tuple[str | None, str | None]:
    """That of the database, and the newest that this program knows."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present, ScriptDirectory(str(start.MIGRATIONS)).get_current_head()


def problem_of(error: Exception) -> Problem:
    """Is it the database that is damaged, or could it just not be read now?"""
    words = "malformed", "not a database", "invalid page", "could not read block", "checksum"
    return DAMAGED if any(one in reason(error) for one in words) else UNCHECKED


def check(job: Job) -> Section:
    section = job.section("Database")
    with job.engine.connect() as connection:
        (_sqlite if connection.dialect.name == "sqlite" else _postgresql)(connection, section, quick=job.quick)
    section.scope = f"{job.engine.dialect.name}, revision {revision(job.engine)[0]}"
    return section


def check_values(job: Job) -> Section:
    """Every table once, in a statement of its own. What tickets say is checked with their history."""
    section = job.section("Values")
    rows = list(Table.metadata.sorted_tables)
    for done, table in enumerate(rows):
        try:
            with job.engine.connect().execution_options(stream_results=True) as connection:
                _values(connection, table, section)
        except SQLAlchemyError as error:
            section.add(problem_of(error), f"{table.name} cannot be read: {reason(error)}")
        job.progress(done + 1, len(rows))
    section.scope = f"{len(rows)} tables"
    return section


def _sqlite(connection: Connection, section: Section, *, quick: bool) -> None:
    try:
        for row in connection.exec_driver_sql(f"PRAGMA {'quick_check' if quick else 'integrity_check'}(1000)"):
            if row[0] != "ok":
                section.add(DAMAGED, str(row[0]))
    except DatabaseError as error:  # so damaged that it cannot even be checked
        section.add(DAMAGED, reason(error))
    for table, rowid, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        section.add(NO_PARENT, f"{table}, row {rowid}: its {parent}")


def _postgresql(connection: Connection, section: Section, *, quick: bool) -> None:
    """The server checks its pages by itself as it reads them; here, what it has found, and what it does not keep."""
    if connection.scalar(text("SHOW data_checksums")) != "on":
        section.add(NO_CHECKSUMS, "data_checksums is off")
    counted = text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")
    if failures := connection.scalar(counted):
        section.add(DAMAGED, f"{failures} pages failed their checksum, as the server says")
    indexes = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    rules = "SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint WHERE NOT convalidated"
    for name in connection.scalars(text(f"{indexes} UNION ALL {rules}")):
        section.add(NOT_VALID, name)


def _values(connection: Connection, table: SqlTable, section: Section) -> None:
    keys = list(table.primary_key.columns)
    for problem, conditions in (
        (BAD_VALUE, dict(_bad_values(connection, table))),
        (TOO_LONG, dict(_too_long(connection, table))),
    ):
        if not conditions:
            continue
        shown = [_as_text(table.c[name]).label(f"value_{name}") for name in conditions]
        flags = [condition.label(f"bad_{name}") for name, condition in conditions.items()]
        bad = select(*map(_as_text, keys), *shown, *flags).where(or_(*conditions.values()))
        for row in connection.execute(bad):
            key, rest = row[: len(keys)], row[len(keys) :]
            for name, value, is_bad in zip(conditions, rest, rest[len(conditions) :], strict=False):
                if is_bad:
                    section.add(problem, f"{table.name} {', '.join(map(str, key))}: {name} is {quoted(value)}")


def _bad_values(connection: Connection, table: SqlTable) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """On PostgreSQL only choices can hold what the models do not know; SQLite takes anything anywhere."""
    sqlite = connection.dialect.name == "sqlite"
    for column in table.c:
        if (table.name, column.name) in _ELSEWHERE or column.computed is not None:
            continue
        plain = _as_text(column)
        condition: Any = None
        if isinstance(column.type, Choice):
            values = [str(option.value) for option in _options(column)]
            condition = plain.not_in(values)
        elif sqlite and isinstance(column.type, Instant):
            condition = or_(not_(_like(plain, _MOMENT)), func.julianday(plain).is_(None))
        elif sqlite and isinstance(column.type, JSON):
            condition = func.json_valid(plain) == 0
        elif sqlite and isinstance(column.type, Duration):
            condition = func.typeof(column) != "integer"
        elif sqlite:
            condition = _sqlite_type(column)
        if condition is not None:
            yield column.name, and_(column.is_not(None), condition)


def _sqlite_type(column: Column[Any]) -> ColumnElement[bool] | None:
    kind, python = func.typeof(column), column.type.python_type
    if python is int or python is bool:
        return kind != "integer"
    if python is bytes:
        return kind != "blob"
    if getattr(python, "__name__", "") == "date":
        return not_(_like(_as_text(column), _DAY))
    return None


def _too_long(connection: Connection, table: SqlTable) -> Iterator[tuple[str, ColumnElement[bool]]]:
    if connection.dialect.name == "sqlite":
        for column in table.c:
            if longest := getattr(column.type, "length", None):
                yield column.name, func.length(column) > longest


def _options(column: Column[Any]) -> list[Enum]:
    assert isinstance(column.type, Choice)
    return list(column.type.options)


def _like(text_: Any, pattern: str) -> ColumnElement[bool]:
    matches: ColumnElement[bool] = text_.op("GLOB", is_comparison=True)(pattern)
    return matches


def _as_text(column: Column[Any]) -> Any:
    """Whatever it is, read as it is."""
    return cast(column, String)
