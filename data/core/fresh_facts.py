"""What happened since the last sealed day, kept by the process as far as it cannot change any more.

Commands act now, so that what is some minutes past is settled. Only a batch tells of the past, and the trail of it.
"""

from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.core import telling
from data.core.facts import Facts
from models.audit import AuditEntry
from models.timeline import MICROSECOND, micros

SETTLED = timedelta(minutes=5)  # the clock of another machine may be late, a command may take its time


class _Known(NamedTuple):
    """Facts of the database `whose`, as told after the `batch`, from one moment to another."""

    whose: str
    batch: int | None
    since: datetime
    until: datetime
    facts: Facts


_reading = Lock()
_kept: list[_Known] = []


def since(session: Session, moment: datetime, now: datetime) -> Facts:
    """All facts from that moment on, up to now."""
    whose, batch = str(session.get_bind().engine.url), _last_batch(session)
    with _reading:
        found = next((one for one in _kept if one[:3] == (whose, batch, moment) and one.until <= now), None)
    known = found or _Known(whose, batch, moment, moment, Facts.of(()))
    facts = Facts.joined([known.facts, telling.facts(session, known.until, now + MICROSECOND)])
    settled = max(now - SETTLED, known.until)
    with _reading:
        _kept[:] = [known._replace(until=settled, facts=facts.between(micros(moment), micros(settled)))]
    return facts


def clear() -> None:
    """Forget what was read."""
    with _reading:
        _kept.clear()


def _last_batch(session: Session) -> int | None:
    of_tickets = col(AuditEntry.table_name) == "ticket", col(AuditEntry.row_id) == ""
    found: int | None = session.execute(select(func.max(AuditEntry.id)).where(*of_tickets)).scalar()
    return found
