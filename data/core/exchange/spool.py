"""Rows put aside in a temporary database and taken out again in order, however many they are and however they lay.

The database has no name: the operating system removes it with the process, even with one that is killed.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple, TypeVar

from models.errors import Refused

Item = TypeVar("Item")

MOST_ROWS = 10_000  # of one group: no ticket has so many
MOST_TEXT = 32_000_000  # characters of one group
PART_TEXT = 4_000_000  # characters of a part, unless its first group alone has more


class Spooled(NamedTuple):
    """A row of the group `key`. Groups follow their smallest `first`, rows within one `at` and then the line."""

    line: int
    key: str
    first: int
    at: int
    cells: list[str]


Group = list[Spooled]


class Relation(NamedTuple):
    """A row that relates two groups."""

    line: int
    cells: list[str]
    key: str
    other: str


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

    def groups(self, reject: Callable[[Spooled], None]) -> Iterator[Group]:
        """`reject` gets the rows that a group has too many of."""
        rows = self._connection.execute(
            "SELECT line, key, first, at, cells FROM (SELECT key, min(first) AS began FROM spooled GROUP BY key)"
            " JOIN spooled USING (key) ORDER BY began, key, at, line"
        )
        spooled = (Spooled(line, key, first, at, json.loads(cells)) for line, key, first, at, cells in rows)
        for _, of_key in groupby(spooled, attrgetter("key")):
            group: Group = []
            room = MOST_TEXT
            for row in of_key:
                room -= _text(row)
                if room < 0 or len(group) == MOST_ROWS:
                    reject(row)
                else:
                    group.append(row)
            yield group

    def starting(self, word: str) -> Iterator[Spooled]:
        """The rows of the groups whose key starts with this word and a blank."""
        found = self._connection.execute(
            "SELECT * FROM spooled WHERE key > ? AND key < ? ORDER BY first", (f"{word} ", f"{word}!")
        )
        for line, key, first, at, cells in found:
            yield Spooled(line, key, first, at, json.loads(cells))

    def heads(self, keys: Collection[str]) -> list[Spooled]:
        """The rows of these groups that have no place before them, at 0."""
        marks = ", ".join("?" * len(keys))
        found = self._connection.execute(f"SELECT * FROM spooled WHERE at = 0 AND key IN ({marks})", [*keys])  # noqa: S608
        return [Spooled(line, key, first, at, json.loads(cells)) for line, key, first, at, cells in found]

    def put_off(self, row: Relation) -> None:
        """Keep a relation until both of its groups are there."""
        self._connection.execute(
            "INSERT INTO later VALUES (?, ?, ?, ?)", (row.line, json.dumps(row.cells), row.key, row.other)
        )

    def take_out(self, keys: Collection[str]) -> list[Relation]:
        """The relations put off that name one of these groups; they are not put off any more."""
        marks = ", ".join("?" * len(keys))
        lines = f"SELECT line FROM later WHERE key IN ({marks}) UNION SELECT line FROM later WHERE other IN ({marks})"  # noqa: S608
        return self._taken(f"WHERE line IN ({lines})", [*keys, *keys])

    def take_out_some(self, most: int) -> list[Relation]:
        """The first of the relations put off; they are not put off any more."""
        return self._taken("WHERE line IN (SELECT line FROM later ORDER BY line LIMIT ?)", [most])

    def _taken(self, where: str, values: Sequence[object]) -> list[Relation]:
        found = self._connection.execute(f"SELECT * FROM later {where} ORDER BY line", values).fetchall()  # noqa: S608
        self._connection.executemany("DELETE FROM later WHERE line = ?", [row[:1] for row in found])
        return [Relation(line, json.loads(cells), key, other) for line, cells, key, other in found]


@contextmanager
def spool() -> Iterator[Spool]:
    """Raises Refused where the temporary folder has no room for it."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        try:
            # A crash loses the file anyway: nothing is worth a sync, nor a journal.
            connection.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
                "CREATE TABLE spooled (line INTEGER PRIMARY KEY, key TEXT, first INTEGER, at INTEGER, cells TEXT);"
                "CREATE TABLE later (line INTEGER PRIMARY KEY, cells TEXT, key TEXT, other TEXT);"
                "CREATE INDEX later_by_key ON later (key);"
                "CREATE INDEX later_by_other ON later (other)"
            )
            connection.execute("BEGIN")
            yield Spool(connection)
        except sqlite3.OperationalError as error:
            raise Refused("The rows cannot be put aside in the temporary folder: {why}.", why=str(error)) from None


def parts(groups: Iterable[Group], most: int) -> Iterator[list[Group]]:
    """So many groups at a time, fewer where they are long."""
    part: list[Group] = []
    text = 0
    for group in groups:
        length = sum(map(_text, group))
        if part and (len(part) == most or text + length > PART_TEXT):
            yield part
            part, text = [], 0
        part.append(group)
        text += length
    if part:
        yield part


def batches(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _text(row: Spooled) -> int:
    return sum(map(len, row.cells))
