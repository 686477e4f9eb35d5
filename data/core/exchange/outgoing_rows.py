"""Reads the rows of an export a few hundred at a time: on by key, never by offset."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.orm import aliased

from data.core.desk import OpenDesk
from data.core.exchange.shape import RECORDS

AT_A_TIME = 200

Record = tuple[str, dict[str, Any]]


def paged(desk: OpenDesk, statement: Select[Any], *key: Any) -> Iterator[list[Row[Any]]]:
    """Its rows some at a time, in the order of these columns, which together tell them apart."""
    listed = statement.add_columns(*(column.label(f"key_{n}") for n, column in enumerate(key))).order_by(*key)
    following = listed
    while rows := list(desk.session.execute(following.limit(AT_A_TIME)).all()):
        yield rows
        last = [getattr(rows[-1], f"key_{n}") for n in range(len(key))]
        following = listed.where(tuple_(*key) > tuple_(*last) if len(key) > 1 else key[0] > last[0])


def columns(record: str, table: Any, **elsewhere: Any) -> list[Any]:
    """The columns of that kind of row, from the table but for those told."""
    names = {name: elsewhere.get(name, getattr(table, name, None)) for name in RECORDS[record]}
    return [column.label(name) for name, column in names.items() if column is not None]


def edition(row: Any, table: Any, *alike: str) -> Any:
    """The number of a row of the table among those that are alike in these columns; of the first it is None.

    What may be empty is compared in a way that no index serves, for an index of the others finds the few that meet.
    """
    other = aliased(table)
    same = []
    for name in alike:
        one, another = getattr(other, name), getattr(row, name)
        may_be_empty = table.__table__.c[name].nullable
        same.append(func.coalesce(one, 0) == func.coalesce(another, 0) if may_be_empty else one == another)
    return func.nullif(select(func.count()).select_from(other).where(*same, other.id <= row.id).scalar_subquery(), 1)


def told(record: str, row: Row[Any], **more: Any) -> Record:
    values = {name: value for name, value in row._mapping.items() if name in RECORDS[record]}
    return record, values | more


def every(desk: OpenDesk, record: str, statement: Select[Any], *key: Any) -> Iterator[Record]:
    for rows in paged(desk, statement, *key):
        yield from (told(record, row) for row in rows)
