"""Notices what is written on a day that is over: the day is counted again.

Commands act now, and a day is sealed when it is over. So what a command writes lies on a sealed day only where a clock
was set back, or had run ahead when the day was sealed, or where a change takes effect late. Its facts would be counted
nowhere. The seals from that day on are dropped; the days are sealed again once they are over.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from data.core import audit
from data.core.days import beginning, day_of
from models.period import DAY
from models.seal import DaySeal
from models.ticket import HistoryEntry, Ticket

SETTLED = timedelta(minutes=5)  # the clock of another machine may be late, a command may take its time
TABLE = "day_seal"

log = logging.getLogger("guichet")


def after_flush(session: Session, _context: object) -> None:
    """For every command that changes a ticket: one query, once."""
    changed = [*session.new, *session.dirty, *session.deleted]
    if "recounted" not in session.info and any(isinstance(row, (Ticket, HistoryEntry)) for row in changed):
        session.info["recounted"] = True
        since(session, session.info["now"])


def since(session: Session, at: datetime) -> int:
    """Facts of this moment are written now: how many days are counted again for them. It is on the audit trail."""
    until = sealed_until(session)
    days = drop(session, at) if until and at < until else 0
    if days:
        log.info("Something was written on %s, which was counted already: %d days are counted again.", day_of(at), days)
        audit.batch(session, TABLE, days=days)
    return days


def sealed_until(session: Session) -> datetime | None:
    """When the last sealed day ends."""
    day = session.execute(select(func.max(DaySeal.day))).scalar()
    return beginning(day + DAY) if day else None


def drop(session: Session, at: datetime) -> int:
    """Drop the seals from the day of this moment on. In order, so that no two commands wait for each other."""
    later = select(col(DaySeal.day)).where(col(DaySeal.day) >= day_of(at)).order_by(col(DaySeal.day)).with_for_update()
    days = session.execute(later).scalars().all()
    if days:
        session.execute(delete(DaySeal).where(col(DaySeal.day) >= days[0]))
    return len(days)
