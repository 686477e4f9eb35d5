"""Keeps a ticket's deadlines: computed from filing by the rules that hold, and never anew for a decided clock.

PRODUCT, "The service level", rules 4 to 7.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from data.core import calendar_years, calendars
from models import sla
from models.service_level import CalendarVersion, ServiceLevel
from models.sla import Clock
from models.ticket import Change, HistoryEntry, Status, Ticket

NOTHING = timedelta()


def promise(session: Session, ticket: Ticket, now: datetime) -> None:
    """Give the running clocks the terms of now for the ticket's kind, stars and urgency, and date them from filing."""
    level = calendars.service_level(session, ticket.kind, ticket.star_level, ticket.urgency, now)
    agree(session, ticket, level, calendars.calendar_version(session, level.calendar, now), now=now)


def agree(
    session: Session,
    ticket: Ticket,
    level: ServiceLevel,
    version: CalendarVersion,
    *,
    now: datetime,
    history: Sequence[HistoryEntry] | None = None,
) -> None:
    """Give the running clocks these terms. A decided clock (answered, or broken already) keeps those it was judged by.

    `history` is the status history so far, where the database does not hold it.
    """
    first, resolution = clocks(session, ticket, history)
    if not _decided(first, now):
        ticket.first_response_calendar_id, ticket.first_response_target = version.id, level.first_response
    if not _decided(resolution, now):
        ticket.resolution_calendar_id, ticket.resolution_target = version.id, level.resolution
    date(session, ticket, history)


def date(session: Session, ticket: Ticket, history: Sequence[HistoryEntry] | None = None) -> None:
    """Date both clocks after a pause, an answer, a resolution or new terms. A decided one comes out as it was.

    The holidays of the years that this takes are stored with the calendars, if they are not yet.
    """
    first, resolution = _promised(session, ticket, history)
    while calendar_years.store(session, _calendar_ids(ticket), ticket.filed_at, _last_moment(first, resolution)):
        first, resolution = _promised(session, ticket, history)
    ticket.first_response_due_at, ticket.resolution_due_at = first.due(), resolution.due()
    running = [(due, clock) for clock in (first, resolution) if not clock.stopped_at and (due := clock.due())]
    due, following = min(running, key=lambda pair: pair[0], default=(None, None))
    ticket.next_due_at = due
    ticket.next_warning_at = following.warn_at() if following else None
    ticket.next_late_at = following.late_after() if following else None


def clocks(
    session: Session, ticket: Ticket, history: Sequence[HistoryEntry] | None = None
) -> tuple[Clock | None, Clock | None]:
    """The clocks of first response and of resolution, None before they are promised; pauses are read from `history`.

    A ticket that was withdrawn before anybody answered needs no answer any more: that clock stops, unneeded.
    """
    if history is None:
        history = status_history(session, ticket) if ticket.id is not None else []
    paused = sla.pauses((entry.at, entry.after == Status.WAITING) for entry in history)
    first = resolution = None
    if ticket.first_response_calendar_id is not None and ticket.first_response_target is not None:
        calendar = calendars.calendar(session, ticket.first_response_calendar_id)
        answered = ticket.first_responded_at or ticket.resolved_at
        unneeded = ticket.first_responded_at is None and answered is not None
        target = ticket.first_response_target
        first = Clock(calendar, ticket.filed_at, target, stopped_at=answered, unneeded=unneeded)
    if ticket.resolution_calendar_id is not None and ticket.resolution_target is not None:
        calendar = calendars.calendar(session, ticket.resolution_calendar_id)
        resolution = Clock(
            calendar, ticket.filed_at, ticket.resolution_target, paused.over, paused.since, ticket.resolved_at
        )
    return first, resolution


def status_history(session: Session, ticket: Ticket) -> Sequence[HistoryEntry]:
    return session.exec(
        select(HistoryEntry)
        .where(col(HistoryEntry.ticket_id) == ticket.id, col(HistoryEntry.change) == Change.STATUS)
        .order_by(col(HistoryEntry.at), col(HistoryEntry.id))
    ).all()


def _promised(session: Session, ticket: Ticket, history: Sequence[HistoryEntry] | None) -> tuple[Clock, Clock]:
    first, resolution = clocks(session, ticket, history)
    if first is None or resolution is None:
        raise ValueError(f"Ticket {ticket.reference} has no promise yet.")
    return first, resolution


def _calendar_ids(ticket: Ticket) -> set[int]:
    return {one for one in (ticket.first_response_calendar_id, ticket.resolution_calendar_id) if one is not None}


def _last_moment(first: Clock, resolution: Clock) -> datetime:
    """The latest one that these clocks were computed with."""
    moments = (
        moment
        for clock in (first, resolution)
        for moment in (clock.started, clock.late_after(), clock.paused_since, clock.stopped_at)
    )
    return max(moment for moment in moments if moment is not None)


def _decided(clock: Clock | None, now: datetime) -> bool:
    return clock is not None and (clock.stopped_at is not None or clock.left(now) < NOTHING)
