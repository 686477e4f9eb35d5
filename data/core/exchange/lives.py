"""Leads an imported ticket through the life its steps tell, by the rules that hold for every ticket."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from data.core import promises
from data.core.exchange.incidents import Incident, Step
from data.core.exchange.terms import Terms
from models.ticket import Change, HistoryEntry, Resolution, Status, Ticket


def lived(
    session: Session, terms: Terms, ticket: Ticket, one: Incident, staff: Mapping[str, int]
) -> list[HistoryEntry]:
    """The ticket's history; the ticket comes out with the status, urgency and deadlines that it led to.

    `staff` are ids by name. Whoever had it when it was resolved has it for good.
    """
    statuses = [_changed(ticket.filed_at, Change.STATUS, "", Status.NEW.value)]
    history, technician = [*statuses], ""
    terms.promise(ticket, ticket.filed_at, statuses)
    for step in one.steps:
        if step.technician != technician:
            history.append(_changed(step.at, Change.ASSIGNEE, technician, step.technician))
            history[-1].assignee_id = staff[step.technician]
            technician = step.technician
        if step.urgency != ticket.urgency:
            history.append(_urgency(session, terms, ticket, step, statuses))
        if step.status != ticket.status:
            statuses.append(_changed(step.at, Change.STATUS, ticket.status.value, step.status.value))
            history.append(statuses[-1])
            ticket.status = step.status
            ticket.first_responded_at = ticket.first_responded_at or step.at
        ticket.changed_at = history[-1].at
        if step.status == Status.RESOLVED:
            ticket.resolved_at, ticket.resolution, ticket.solution = step.at, Resolution.SOLVED, one.solution
            break
    ticket.assignee_id = staff.get(technician)
    promises.date(session, ticket, statuses)
    return history


def _urgency(session: Session, terms: Terms, ticket: Ticket, step: Step, statuses: list[HistoryEntry]) -> HistoryEntry:
    """New terms for the clocks still running; the entry keeps the deadlines that moved."""
    promises.date(session, ticket, statuses)
    entry = _changed(step.at, Change.URGENCY, ticket.urgency.name.lower(), step.urgency.name.lower())
    dues = ticket.first_response_due_at, ticket.resolution_due_at
    ticket.urgency = step.urgency
    terms.promise(ticket, step.at, statuses)
    if dues != (ticket.first_response_due_at, ticket.resolution_due_at):
        entry.first_response_due_before, entry.resolution_due_before = dues
        entry.first_response_due_after = ticket.first_response_due_at
        entry.resolution_due_after = ticket.resolution_due_at
    return entry


def _changed(at: datetime, change: Change, before: str, after: str) -> HistoryEntry:
    return HistoryEntry(ticket_id=0, at=at, change=change, before=before or None, after=after or None)
