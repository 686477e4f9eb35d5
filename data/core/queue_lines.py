"""How a ticket becomes a line of the queue: one row of columns, no live objects, no query of its own."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import col

from data.core import calendars
from data.core.desk import OpenDesk
from models.client import Client
from models.product import Product
from models.queue import Line
from models.sla import State
from models.ticket import Status, Ticket
from models.user import User

NOTHING = timedelta()

_Colleague = aliased(User)
_COLUMNS: tuple[Any, ...] = (
    Ticket.id,
    Ticket.reference,
    Ticket.subject,
    col(Client.name).label("client"),
    Ticket.client_id,
    Ticket.star_level,
    col(Product.name).label("product"),
    Ticket.kind,
    Ticket.service,
    Ticket.urgency,
    Ticket.status,
    col(_Colleague.name).label("assignee"),
    Ticket.filed_at,
    Ticket.resolved_at,
    Ticket.first_responded_at,
    Ticket.first_response_calendar_id,
    Ticket.first_response_due_at,
    Ticket.first_response_target,
    Ticket.resolution_calendar_id,
    Ticket.resolution_due_at,
    Ticket.resolution_target,
    Ticket.next_due_at,
    Ticket.next_warning_at,
    Ticket.next_late_at,
)


def shown(listed: Select[Any]) -> Select[Any]:
    joined: Select[Any] = (
        listed.join(Client, col(Client.id) == col(Ticket.client_id))
        .outerjoin(Product, col(Product.id) == col(Ticket.product_id))
        .outerjoin(_Colleague, col(_Colleague.id) == col(Ticket.assignee_id))
    )
    return joined.with_only_columns(*_COLUMNS)


def line(desk: OpenDesk, row: Any) -> Line:
    """The clock shown is the one whose deadline comes next; of a resolved ticket, that of its resolution."""
    answered = row.first_responded_at is not None or row.next_due_at != row.first_response_due_at
    due_at = row.next_due_at or row.resolution_due_at
    calendar = calendars.calendar(
        desk.session, row.resolution_calendar_id if answered else row.first_response_calendar_id
    )
    left = None
    if row.next_due_at is not None and row.status != Status.WAITING:
        left = calendar.elapsed(desk.now, due_at) or -calendar.elapsed(due_at, desk.now)
    if row.status == Status.RESOLVED:
        late = due_at is not None and calendar.elapsed(due_at, row.resolved_at) > NOTHING
        state = State.MISSED if late else State.MET
    elif row.next_late_at is not None and row.next_late_at < desk.now:
        state = State.BREACHED
    elif row.status == Status.WAITING:
        state = State.PAUSED
    else:
        risky = row.next_warning_at is not None and row.next_warning_at < desk.now
        state = State.AT_RISK if risky else State.FINE
    return Line(
        reference=row.reference,
        subject=row.subject,
        client=row.client,
        client_id=row.client_id,
        star_level=row.star_level,
        product=row.product or "",
        kind=row.kind,
        service=row.service,
        urgency=row.urgency,
        status=row.status,
        assignee=row.assignee or "",
        filed_at=row.filed_at,
        resolved_at=row.resolved_at,
        due_at=due_at,
        answered=answered,
        target=row.resolution_target if answered else row.first_response_target,
        left=left,
        state=state,
    )
