"""What happened since the last sealed day, kept by the process as far as it cannot change any more.

Commands act now, so that what is some minutes past is settled. Where a clock was set back, a change takes effect late,
or a batch tells of the past, the audit trail has entries of a moment that was read already, or of the batch.
"""

from datetime import datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from data.core import telling
from data.core.facts import Facts
from data.core.recount import SETTLED
from models.audit import AuditEntry
from models.timeline import MICROSECOND, micros

MANY = 20_000  # entries of the trail: to look through more takes as long as to read the facts again


class _Known(NamedTuple):
    """Facts of the database `whose` from one moment to another, as they were after the `last` entry of its trail."""

    whose: str
    last: int
    since: datetime
    until: datetime
    facts: Facts


_reading = Lock()
_kept: list[_Known] = []


def since(session: Session, moment: datetime, now: datetime) -> Facts:
    """All facts from that moment on, up to now."""
    whose, last = str(session.get_bind().engine.url), _last_entry(session)
    with _reading:
        found = next((one for one in _kept if (one.whose, one.since) == (whose, moment) and one.until <= now), None)
    if found is None or not _still_holds(session, found, last):
        found = _Known(whose, last, moment, moment, Facts.of(()))
    known = found._replace(last=last)
    facts = Facts.joined([known.facts, telling.facts(session, known.until, now + MICROSECOND)])
    settled = max(now - SETTLED, known.until)
    with _reading:
        _kept[:] = [known._replace(until=settled, facts=facts.between(micros(moment), micros(settled)))]
    return facts


def clear() -> None:
    """Forget what was read."""
    with _reading:
        _kept.clear()


def _last_entry(session: Session) -> int:
    found: int | None = session.execute(select(func.max(AuditEntry.id))).scalar()
    return found or 0


def _still_holds(session: Session, known: _Known, last: int) -> bool:
    """Nothing was written since of a moment that was read, and no batch, whose entry is of now."""
    if last - known.last > MANY:
        return False
    batch = and_(col(AuditEntry.table_name) == "ticket", col(AuditEntry.row_id) == "")
    late = or_(col(AuditEntry.at) < known.until, batch)
    return session.execute(select(AuditEntry.id).where(col(AuditEntry.id) > known.last, late).limit(1)).first() is None
