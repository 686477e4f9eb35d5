"""What every change of a ticket does besides: its history, its deadlines, who may follow."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import promises, scope, services
from data.core.desk import OpenDesk
from models.client import Client
from models.errors import Refused
from models.message import Draft
from models.permission import Role
from models.ticket import OPEN, Change, Channel, HistoryEntry, Resolution, Status, Ticket, Urgency
from models.user import User

HEARD = frozenset({Channel.PORTAL, Channel.PHONE, Channel.MAIL})  # what comes from the client itself


def change_status(desk: OpenDesk, ticket: Ticket, status: Status) -> None:
    """Move a ticket along, tell its history, and date its clocks: they pause and stop by the history alone."""
    before = ticket.status
    ticket.become(status)
    tell(desk, ticket, Change.STATUS, before.value, status.value)
    desk.session.flush()
    promises.date(desk.session, ticket)


def change_urgency(desk: OpenDesk, ticket: Ticket, urgency: Urgency, reason: str) -> None:
    dues = ticket.first_response_due_at, ticket.resolution_due_at
    before, ticket.urgency = ticket.urgency, urgency
    promises.promise(desk.session, ticket, ticket.next_moment(desk.now))
    tell(desk, ticket, Change.URGENCY, before.name.lower(), urgency.name.lower(), reason=reason, dues=dues)


def urgency_was_set_by_staff(desk: OpenDesk, ticket: Ticket) -> bool:
    changed = select(HistoryEntry.id).outerjoin(User, col(User.id) == col(HistoryEntry.author_id))
    changed = changed.where(col(HistoryEntry.ticket_id) == ticket.id, col(HistoryEntry.change) == Change.URGENCY)
    by_staff = col(User.role).is_(None) | (col(User.role) != Role.CONTACT)
    return desk.session.exec(changed.where(by_staff).limit(1)).first() is not None


def give_to(desk: OpenDesk, ticket: Ticket, assignee: User | None) -> None:
    """Raises Refused for somebody who could not work the ticket."""
    ticket.require_open()
    if assignee is not None and not _could_work(desk, assignee, ticket):
        raise Refused("{name} cannot work this ticket.", name=assignee.name)
    former = desk.session.get(User, ticket.assignee_id) if ticket.assignee_id else None
    ticket.assignee_id = assignee.id if assignee else None
    names = former.name if former else None, assignee.name if assignee else None
    tell(desk, ticket, Change.ASSIGNEE, *names, assignee_id=ticket.assignee_id)


def close(desk: OpenDesk, ticket: Ticket, resolution: Resolution, solution: str) -> None:
    """Resolved is final. The solution is a public word of the staff: it counts as the first response if none came."""
    ticket.require_open()
    now = ticket.next_moment(desk.now)
    if ticket.first_responded_at is None and resolution != Resolution.WITHDRAWN:
        ticket.first_responded_at = now
    ticket.resolved_at, ticket.resolution, ticket.solution = now, resolution, solution
    change_status(desk, ticket, Status.RESOLVED)


def heard(desk: OpenDesk, client_id: int) -> None:
    """A contact has filed, written or called: when we last heard of the client. Past the audit trail, for what was
    said is on it; last of all that a command does, for commands of the same client wait for each other from here on."""
    desk.session.execute(update(Client).where(col(Client.id) == client_id).values(last_contact_at=desk.now))


def let_go(desk: OpenDesk, user: User) -> int:
    """What somebody holds and can no longer work goes back to nobody; how many tickets that were."""
    given_back = 0
    for ticket in desk.session.exec(held(user.id).order_by(col(Ticket.reference)).with_for_update()).all():
        if not _could_work(desk, user, ticket):
            give_to(desk, ticket, None)
            given_back += 1
    return given_back


def held(user_id: int) -> SelectOfScalar[Ticket]:
    """The open tickets in somebody's hands, for any asker."""
    return scope.every_ticket().where(scope.in_words(OPEN), col(Ticket.assignee_id) == user_id)


def drop_draft(desk: OpenDesk, ticket: Ticket) -> None:
    """What was typed has been sent."""
    mine = col(Draft.user_id) == desk.user.id, col(Draft.ticket_id) == ticket.id
    desk.session.execute(delete(Draft).where(*mine))


def tell(
    desk: OpenDesk,
    ticket: Ticket,
    change: Change,
    before: str | None,
    after: str | None,
    *,
    reason: str = "",
    assignee_id: int | None = None,
    former_product_id: int | None = None,
    dues: tuple[datetime | None, datetime | None] | None = None,
) -> None:
    """Add to the ticket's history; `dues` are the deadlines as they were, where the change is one of the promises."""
    now = ticket.next_moment(desk.now)
    entry = HistoryEntry(
        ticket_id=ticket.id,
        at=now,
        author_id=desk.user.id,
        change=change,
        before=before,
        after=after,
        reason=reason,
        assignee_id=assignee_id,
        former_product_id=former_product_id,
    )
    if dues:
        entry.first_response_due_before, entry.resolution_due_before = dues
        entry.first_response_due_after = ticket.first_response_due_at
        entry.resolution_due_after = ticket.resolution_due_at
    ticket.changed_at = now
    desk.session.add(entry)


def same_client(desk: OpenDesk, ticket: Ticket, other_reference: str) -> Ticket:
    """Another ticket of the same client. Raises NotFound, or Refused for the ticket itself or another client's."""
    other = scope.ticket(desk, other_reference)
    if other.id == ticket.id:
        raise Refused("A ticket cannot refer to itself.")
    if other.client_id != ticket.client_id:
        raise Refused("{reference} is another client's ticket. Link the two instead.", reference=other.reference)
    return other


def _could_work(desk: OpenDesk, user: User, ticket: Ticket) -> bool:
    return user.active and services.works(desk.session, user, ticket.service)
