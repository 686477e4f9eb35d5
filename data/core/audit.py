"""Writes the audit trail as the session flushes, so that no command can forget to."""

from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.audit import MASK, SECRETS, AuditEntry
from models.base import Table

if TYPE_CHECKING:
    from data.core.desk import OpenDesk

LONGEST = 300  # signs of one value; the row itself keeps the rest
READ_AGAIN_AFTER = timedelta(hours=1)


def record(session: Session, _context: object) -> None:
    entries = [entry for row in [*session.new, *session.dirty, *session.deleted] for entry in _changes(session, row)]
    if entries:
        session.execute(insert(AuditEntry), entries)


def batch(session: Session, table: str, **sums: int) -> None:
    """One entry for a bulk import, whose rows are too many to be told one by one."""
    session.execute(insert(AuditEntry), [_entry(session, table, "", {}, dict(sums))])


def deed(
    session: Session, table: str, row_id: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """One entry for what changed no row that is told: a secret that was shown (never what it says), what time has
    brought."""
    session.execute(insert(AuditEntry), [_entry(session, table, row_id, before or {}, after or {})])


def changed(session: Session, table: str, row_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """One entry for a row that a statement has changed past the flush; columns as they were and are."""
    told = ({column: _told(column, value) for column, value in columns.items()} for columns in (before, after))
    deed(session, table, row_id, *told)


def reading(desk: "OpenDesk", table: str, row_id: int, once_in: timedelta = READ_AGAIN_AFTER) -> None:
    """One entry for one row that was read. The same read again by the same person within `once_in` tells nothing new,
    and keeps no writer waiting."""
    session = desk.session
    former = select(col(AuditEntry.id)).where(
        col(AuditEntry.table_name) == table,
        col(AuditEntry.row_id) == str(row_id),
        col(AuditEntry.user_id).is_not_distinct_from(desk.user.id),
        col(AuditEntry.action) == session.info["action"],
        col(AuditEntry.at) > desk.now - once_in,
    )
    if session.execute(former.limit(1)).first() is None:
        _note(desk, table, str(row_id))


def export(desk: "OpenDesk", table: str, rows: int, what: str = "") -> None:
    """One entry for a whole list that was taken out as a file."""
    _note(desk, table, what, rows=rows)


def _note(desk: "OpenDesk", table: str, row_id: str, **facts: Any) -> None:
    """By a query, which writes nothing itself: in a transaction of its own."""
    with desk.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(AuditEntry), [_entry(desk.session, table, row_id, {}, facts)])


def _changes(session: Session, row: Any) -> list[dict[str, Any]]:
    if not isinstance(row, Table) or not row.audited:
        return []
    state = inspect(row)
    deleted = row in session.deleted
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for column in (attribute.key for attribute in state.mapper.column_attrs if attribute.key not in row.derived):
        history = state.attrs[column].history
        new = None if deleted else next(iter(history.added or ()), None)
        old = getattr(row, column) if deleted else next(iter(history.deleted or ()), None)
        if old != new:
            before[column], after[column] = _told(column, old), _told(column, new)
    if not after:
        return []
    key = ",".join(str(part) for part in state.identity or state.mapper.primary_key_from_instance(row))
    known = {name: value for name, value in before.items() if value is not None}
    return [_entry(session, str(state.mapper.local_table.name), key, known, {} if deleted else after)]


def _entry(session: Session, table: str, key: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    info = session.info
    return {
        "at": info["now"],
        "user_id": info["user"].id,
        "action": info["action"],
        "table_name": table,
        "row_id": key,
        "before": before,
        "after": after,
    }


def _told(column: str, value: Any) -> Any:
    match value:
        case None:
            return None
        case _ if column in SECRETS:
            return MASK
        case date():  # or a moment
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case str() if len(value) > LONGEST:
            return f"{value[:LONGEST]}… ({len(value)} signs)"
        case _:
            return value
