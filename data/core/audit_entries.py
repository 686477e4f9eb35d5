"""Finds entries of the audit trail: the newest first, from an index, whatever the number of entries.

One condition chooses the index. The others are looked at within as many entries of it as a page may cost; the page then
says how far it has searched.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlmodel import col

from data.core.days import beginning
from data.core.desk import OpenDesk
from models.audit import AuditEntry
from models.audit_trail import THE_DESK, AuditFilters

SEARCHED = 10_000  # entries that one page looks at
_PLACE = (col(AuditEntry.at).desc(), col(AuditEntry.id).desc())


class Found(NamedTuple):
    ids: list[int]
    searched: int | None  # the last entry that was looked at, where that was the limit


def find(desk: OpenDesk, filters: AuditFilters, after: int | None, most: int) -> Found:
    """At most so many, those before the entry `after` in time."""
    chosen, others = _conditions(filters)
    listed = select(col(AuditEntry.id)).where(*chosen, *_period(filters), *_before(desk, after)).order_by(*_PLACE)
    if not others:
        return Found(list(desk.session.scalars(listed.limit(most))), None)
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.user_id, AuditEntry.table_name, AuditEntry.action)
    window = listed.with_only_columns(*map(col, columns)).limit(SEARCHED).subquery()
    matching = select(window.c.id).where(*(window.c[name] == value for name, value in others))
    ids = list(desk.session.scalars(matching.order_by(window.c.at.desc(), window.c.id.desc()).limit(most)))
    return Found(ids, None if len(ids) == most else _last(desk, listed))


def _last(desk: OpenDesk, listed: Select[Any]) -> int | None:
    found: int | None = desk.session.scalar(listed.offset(SEARCHED - 1).limit(1))
    return found


def _conditions(filters: AuditFilters) -> tuple[list[ColumnElement[bool]], list[tuple[str, object]]]:
    """Those of one index, and the others by column."""
    user_id = None if filters.person in {None, THE_DESK} else filters.person
    asked: list[tuple[str, object]] = []
    if filters.table and filters.row:
        asked += [("table_name", filters.table), ("row_id", filters.row)]
    if filters.person is not None:
        asked.append(("user_id", user_id))
    if filters.action:
        asked.append(("action", filters.action))
    if filters.table and not filters.row:
        asked.append(("table_name", filters.table))
    together = 2 if filters.table and filters.row else 1
    chosen = [getattr(AuditEntry, name) == value for name, value in asked[:together]]
    return chosen, asked[together:]


def _period(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found = []
    if filters.first:
        found.append(col(AuditEntry.at) >= beginning(filters.first))
    if filters.last:
        found.append(col(AuditEntry.at) < beginning(filters.last + timedelta(days=1)))
    return found


def _before(desk: OpenDesk, after: int | None) -> list[ColumnElement[bool]]:
    entry = desk.session.get(AuditEntry, after) if after is not None else None
    return [tuple_(col(AuditEntry.at), col(AuditEntry.id)) < (entry.at, entry.id)] if entry else []
