"""Writes the audit trail as the session flushes, so that no command can forget to."""

from datetime import date, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from models.audit import MASK, SECRETS, AuditEntry
from models.base import Table

LONGEST = 300  # signs of one value; the row itself keeps the rest


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
