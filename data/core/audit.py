"""Writes the audit trail as the session flushes, so that no command can forget to."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from models.audit import SECRETS, AuditEntry
from models.base import Table

LONGEST = 300  # signs of one value; the row itself keeps the rest


def record(session: Session, _context: object) -> None:
    entries = [entry for row in [*session.new, *session.dirty, *session.deleted] for entry in _changes(session, row)]
    if entries:
        session.execute(insert(AuditEntry), entries)


def batch(session: Session, table: str, **sums: int) -> None:
    """One entry for a bulk import, whose rows are too many to be told one by one."""
    session.execute(insert(AuditEntry), [_entry(session, table, "", {}, dict(sums))])


def _changes(session: Session, row: Any) -> list[dict[str, Any]]:
    if not isinstance(row, Table) or not row.audited:
        return []
    state = inspect(row)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes() or row in session.deleted:
            old, new = [*history.deleted, None][0], [*history.added, None][0]
            if old != new:
                before[attribute.key] = _told(attribute.key, old)
                after[attribute.key] = _told(attribute.key, new)
    if not after and row not in session.deleted:
        return []
    key = ",".join(str(part) for part in state.identity or state.mapper.primary_key_from_instance(row))
    known = {name: value for name, value in before.items() if value is not None}
    return [_entry(session, str(state.mapper.local_table.name), key, known, after)]


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
            return "•••"
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case str() if len(value) > LONGEST:
            return f"{value[:LONGEST]}… ({len(value)} signs)"
        case _:
            return value
