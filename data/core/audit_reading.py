"""Reads entries of the audit trail: values of their own types, and names instead of ids. A few queries for a page.

It looks names up in every table: whoever may read the trail may see what any row was.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Date, select
from sqlmodel import col

from data.core.desk import OpenDesk
from models.audit import AuditEntry
from models.audit_trail import AuditLine, ColumnChange, Person, Thing
from models.base import Choice, Duration, Instant, Table
from models.permission import Role
from models.user import User

_LABELS = {  # by which column people know a row
    "article": "title",
    "calendar": "name",
    "client": "name",
    "document": "number",
    "product": "name",
    "ticket": "reference",
    "user": "name",
}
_OWNERS = {  # what a row is about that people know by no name of its own
    "access_code": ("client_id",),
    "attachment": ("ticket_id",),
    "history_entry": ("ticket_id",),
    "hotline_call": ("ticket_id", "client_id"),
    "message": ("ticket_id",),
    "one_time_link": ("user_id",),
    "ownership": ("client_id",),
    "service_member": ("user_id",),
    "subscription": ("client_id",),
    "ticket_link": ("ticket_id",),
    "user_session": ("user_id",),
}
_LARGEST_ID = 2**31

Key = tuple[str, int]  # a row: its table and its id


def read(desk: OpenDesk, entries: Sequence[AuditEntry]) -> list[AuditLine]:
    owners = _owners(desk, entries)
    wanted = {owner for owner in owners.values() if owner} | {key for entry in entries for key in _mentioned(entry)}
    names = _names(desk, wanted)
    people = _people(desk, {entry.user_id for entry in entries if entry.user_id})
    return [_line(entry, owners[entry.id], names, people) for entry in entries]


def _line(entry: AuditEntry, owner: Key | None, names: Mapping[Key, str], people: Mapping[int, Person]) -> AuditLine:
    thing = Thing(*owner, names[owner]) if owner in names and owner else None
    columns = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    changes = (
        ColumnChange(
            name,
            _value(entry.table_name, name, entry.before.get(name), names),
            _value(entry.table_name, name, entry.after.get(name), names),
        )
        for name in columns
    )
    who = entry.user_id
    person = people.get(who, Person(who, f"#{who}", Role.CONTACT)) if who else None
    shown = tuple(change for change in changes if change.before is not None or change.after is not None)
    return AuditLine(entry.id, entry.at, person, entry.action, entry.table_name, entry.row_id, thing, shown)


def _owners(desk: OpenDesk, entries: Iterable[AuditEntry]) -> dict[int, Key | None]:
    """What each entry is about, by its id. Told by the entry, or by the row as it is now."""
    found: dict[int, Key | None] = {}
    asked: dict[str, dict[int, int]] = defaultdict(dict)  # table: entry to row
    for entry in entries:
        row = _number(entry.row_id.partition(",")[0])
        if entry.table_name in _LABELS:
            found[entry.id] = (entry.table_name, row) if row else None
            continue
        columns = _OWNERS.get(entry.table_name, ())
        found[entry.id] = _owner(columns, {**entry.before, **{k: v for k, v in entry.after.items() if v is not None}})
        if found[entry.id] is None and row and columns:
            if "id" in _columns(entry.table_name):
                asked[entry.table_name][entry.id] = row
            else:  # the first part of its key is the owner
                found[entry.id] = _owner(columns, {columns[0]: row})
    for table, rows in asked.items():
        columns = _OWNERS[table]
        given = _columns(table)
        known = {
            one["id"]: one
            for one in desk.session.execute(
                select(given["id"], *(given[name] for name in columns)).where(given["id"].in_(rows.values()))
            ).mappings()
        }
        found |= {entry_id: _owner(columns, known.get(row, {})) for entry_id, row in rows.items()}
    return found


def _owner(columns: Sequence[str], values: Mapping[Any, Any]) -> Key | None:
    for name in columns:
        number = _number(values.get(name))
        if number:
            return name.removesuffix("_id"), number
    return None


def _mentioned(entry: AuditEntry) -> Iterable[Key]:
    """The rows that its values name."""
    for values in (entry.before, entry.after):
        for name, value in values.items():
            table, number = _target(entry.table_name, name), _number(value)
            if table and number:
                yield table, number


def _names(desk: OpenDesk, keys: Collection[Key]) -> dict[Key, str]:
    by_table: dict[str, set[int]] = defaultdict(set)
    for table, number in keys:
        by_table[table].add(number)
    found: dict[Key, str] = {}
    for table, ids in by_table.items():
        columns = _columns(table)
        rows = desk.session.execute(select(columns["id"], columns[_LABELS[table]]).where(columns["id"].in_(ids)))
        found |= {(table, number): name for number, name in rows}
    return found


def _people(desk: OpenDesk, ids: Collection[int]) -> dict[int, Person]:
    rows = desk.session.execute(select(col(User.id), col(User.name), col(User.role)).where(col(User.id).in_(ids)))
    return {number: Person(number, name, role) for number, name, role in rows}


def _value(table: str, name: str, value: object, names: Mapping[Key, str]) -> object:
    """Of the column's type, as far as it still can be: the trail is older than the columns of today."""
    target, number = _target(table, name), _number(value)
    if target and number:
        return names.get((target, number), f"#{number}")
    column = _columns(table).get(name) if value is not None else None
    try:
        match column.type if column is not None else None:
            case Instant():
                return datetime.fromisoformat(str(value))
            case Date():
                return date.fromisoformat(str(value))
            case Duration():
                return timedelta(seconds=float(str(value)))
            case Choice() as choice:
                return choice.options(value)
    except ValueError:
        pass
    return value


def _target(table: str, name: str) -> str:
    """The table whose rows are known by a name that the column refers to."""
    column = _columns(table).get(name)
    found = next((key.column.table.name for key in column.foreign_keys), "") if column is not None else ""
    return found if found in _LABELS else ""


def _columns(table: str) -> Mapping[str, Column[Any]]:
    known = Table.metadata.tables.get(table)
    return dict(known.c) if known is not None else {}


def _number(value: object) -> int:
    """An id; 0 for what cannot be one."""
    if isinstance(value, bool):
        return 0
    text = str(value)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 10 else 0
    return number if number < _LARGEST_ID else 0
