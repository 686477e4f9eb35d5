"""What was promised when, looked up in memory: an import asks for every one of its tickets."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from data.core import promises
from models.service_level import CalendarVersion, ServiceLevel, promised_level
from models.ticket import HistoryEntry, Ticket


class Terms:
    """Service levels and calendars are few. Those that come later do not count for this part of an import."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._levels = defaultdict(list)
        self._versions = defaultdict(list)
        for level in session.exec(select(ServiceLevel).order_by(col(ServiceLevel.valid_from), col(ServiceLevel.id))):
            self._levels[level.kind, level.star_level, level.urgency].append(level)
        versions = select(CalendarVersion).order_by(col(CalendarVersion.valid_from), col(CalendarVersion.id))
        for version in session.exec(versions):
            self._versions[version.name].append(version)

    def promise(self, ticket: Ticket, now: datetime, history: Sequence[HistoryEntry]) -> None:
        """As `promises.promise`, with the status history so far."""
        levels = self._levels[ticket.kind, promised_level(ticket.star_level), ticket.urgency]
        level = next(one for one in reversed(levels) if one.valid_from <= now)
        version = next(one for one in reversed(self._versions[level.calendar]) if one.valid_from <= now)
        promises.agree(self._session, ticket, level, version, now=now, history=history)
