"""Rows put aside in a temporary database and taken out again in order, however many they are and however they lay."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")


class Spooled(NamedTuple):
    """A row of the group `key`. Groups follow their smallest `first`, rows within one `at` and then the line."""

    line: int
    key: str
    first: int
    at: int
    cells: list[str]


class Spool:
    """Its memory is a few megabytes of cache; the rest lies on disk."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def fill(self, rows: Iterable[Spooled]) -> None:
        self._connection.executemany(
            "INSERT INTO spooled VALUES (?, ?, ?, ?, ?)",
            ((row.line, row.key, row.first, row.at, json.dumps(row.cells)) for row in rows),
        )
        self._connection.execute("CREATE INDEX by_key ON spooled (key, first)")

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM spooled").fetchone()[0])

    def groups(self) -> Iterator[list[Spooled]]:
        rows = self._connection.execute(
            "SELECT line, key, began, at, cells FROM (SELECT key, min(first) AS began FROM spooled GROUP BY key)"
            " JOIN spooled USING (key) ORDER BY began, key, at, line"
        )
        spooled = (Spooled(line, key, first, at, json.loads(cells)) for line, key, first, at, cells in rows)
        for _, group in groupby(spooled, attrgetter("key")):
            yield list(group)

    def put_off(self, line: int, cells: list[str]) -> None:
        """Keep a row for the time after the groups."""
        self._connection.execute("INSERT INTO later VALUES (?, ?)", (line, json.dumps(cells)))

    def put_off_rows(self) -> Iterator[tuple[int, list[str]]]:
        for line, cells in self._connection.execute("SELECT line, cells FROM later ORDER BY line"):
            yield line, json.loads(cells)


@contextmanager
def spool() -> Iterator[Spool]:
    """SQLite's own temporary database: its file has no name from the first moment on, so that a kill leaves none."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        # A crash loses the file anyway: nothing is worth a sync, nor a journal.
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
            "CREATE TABLE spooled (line INTEGER PRIMARY KEY, key TEXT, first INTEGER, at INTEGER, cells TEXT);"
            "CREATE TABLE later (line INTEGER PRIMARY KEY, cells TEXT)"
        )
        connection.execute("BEGIN")
        yield Spool(connection)
    finally:
        connection.close()


def batches(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
