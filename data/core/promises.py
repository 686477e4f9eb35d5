"""Keeps a ticket's deadlines: computed from filing by the rules that hold, and never for a decided clock.

PRODUCT, "The service level", rules 4 to 7.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from data.core import calendars
from models import sla
from models.sla import Clock
from models.ticket import Change, HistoryEntry, Status, Ticket


def promise(session: Session, ticket: Ticket, now: datetime) -> None:
    """Take the service level of now for the ticket's kind, stars and urgency, and date its running clocks by it."""
    level = calendars.service_level(session, ticket.kind, ticket.star_level, ticket.urgency, now)
    version = calendars.calendar_version(session, level.calendar, now)
    ticket.service_level_id, ticket.calendar_id = level.id, version.id
    if not _decided(ticket.first_responded_at, ticket.first_response_due_at, now):
        ticket.first_response_target = level.first_response
    if not _decided(ticket.resolved_at, ticket.resolution_due_at, now):
        ticket.resolution_target = level.resolution
    date(session, ticket, now)


def date(session: Session, ticket: Ticket, now: datetime) -> None:
    """Date the running clocks anew: after a pause began or ended, an answer, a resolution, or a new promise."""
    first, resolution = clocks(session, ticket)
    if not _decided(ticket.first_responded_at, ticket.first_response_due_at, now):
        ticket.first_response_due_at = first.due()
    if not _decided(ticket.resolved_at, ticket.resolution_due_at, now):
        ticket.resolution_due_at = resolution.due()
    running = [clock for clock in (first, resolution) if clock.stopped_at is None and clock.due() is not None]
    following = min(running, key=lambda clock: clock.due() or now, default=None)
    ticket.next_due_at = following.due() if following else None
    ticket.next_warning_at = following.warn_at() if following else None


def clocks(session: Session, ticket: Ticket, history: Sequence[HistoryEntry] | None = None) -> tuple[Clock, Clock]:
    """The clocks of first response and of resolution; pauses are read from the status history."""
    if ticket.calendar_id is None or ticket.first_response_target is None or ticket.resolution_target is None:
        raise ValueError(f"Ticket {ticket.reference} has no promise yet.")
    calendar = calendars.calendar(session, ticket.calendar_id)
    if history is None:
        history = status_history(session, ticket) if ticket.id is not None else []
    pauses, paused_since = sla.pauses([(entry.at, entry.after == Status.WAITING) for entry in history])
    first = Clock(calendar, ticket.filed_at, ticket.first_response_target, stopped_at=ticket.first_responded_at)
    resolution = Clock(
        calendar, ticket.filed_at, ticket.resolution_target, tuple(pauses), paused_since, ticket.resolved_at
    )
    return first, resolution


def status_history(session: Session, ticket: Ticket) -> Sequence[HistoryEntry]:
    return session.exec(
        select(HistoryEntry)
        .where(col(HistoryEntry.ticket_id) == ticket.id, col(HistoryEntry.change) == Change.STATUS)
        .order_by(col(HistoryEntry.at), col(HistoryEntry.id))
    ).all()


def _decided(stopped_at: datetime | None, due_at: datetime | None, now: datetime) -> bool:
    """Met, or breached: its deadline is no longer moved (rule 6)."""
    return stopped_at is not None or (due_at is not None and due_at < now)
