"""The tickets of a client, as its contacts follow them: the list, what is new in one, and how far it was read.

The list comes from an index, a page at a time; a search reads the client's own tickets and no other's.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from data.core import life, queue_lines, reading, scope, ticket_words
from data.core.days import beginning, day_of
from data.core.desk import OpenDesk, command, query
from models import writing
from models.errors import Refused
from models.followed import Followed, FollowedLine, FollowedPage, Front, Stage
from models.message import Message, TicketSeen
from models.permission import Permission
from models.queue import PAGE
from models.ticket import OPEN, RESOLVED, Kind, Status, Ticket, Urgency
from models.user import User

_KEYS: tuple[Any, ...] = (Ticket.filed_at, Ticket.id)
_Filer = aliased(User)
LONGEST_REASON = 300  # characters
FIRST, LAST = 6, 3  # how many the home shows of the open ones, and of those resolved last


@query(Permission.USE_CLIENT_SPACE)
def page(desk: OpenDesk, wanted: Followed | None = None, *, after: str = "", before: str = "") -> FollowedPage:
    """Fifty tickets of the company, newest first, beyond the one whose reference is given. Two queries at most."""
    backward = bool(before)
    listed = scope.tickets(desk).where(*_conditions(desk, wanted or Followed()))
    anchor = _anchor(desk, before or after)
    if anchor is not None:
        listed = listed.where(tuple_(*_KEYS) > tuple_(*anchor) if backward else tuple_(*_KEYS) < tuple_(*anchor))
    order = [key.asc() if backward else key.desc() for key in _KEYS]
    found = _lines(desk, listed, order, PAGE + 1)
    more = len(found) > PAGE
    lines = found[:PAGE][::-1] if backward else found[:PAGE]
    return FollowedPage(lines, more if backward else anchor is not None, True if backward else more)


@query(Permission.USE_CLIENT_SPACE)
def front(desk: OpenDesk) -> Front:
    """Three queries; reads the company's open tickets, and of the others those resolved last."""
    open_ones = scope.tickets(desk).where(scope.in_words(OPEN))
    waits = col(Ticket.status) == Status.WAITING
    counts = func.count(), func.count(case((waits, 1)))
    count, waiting = desk.session.execute(open_ones.with_only_columns(*counts, maintain_column_froms=True)).one()
    first = [waits.desc(), reading.news(desk).desc(), *(key.desc() for key in _KEYS)]
    over = scope.tickets(desk).where(scope.in_words(RESOLVED))
    last = [col(Ticket.resolved_at).desc(), col(Ticket.id).desc()]
    return Front(_lines(desk, open_ones, first, FIRST), count, waiting, _lines(desk, over, last, LAST))


@query(Permission.USE_CLIENT_SPACE)
def pulse(desk: OpenDesk, reference: str) -> tuple[object, ...]:
    """What changes whenever there is something new to read in a ticket. Two queries. Raises NotFound."""
    ticket = scope.ticket(desk, reference)
    last = scope.messages(desk, ticket).with_only_columns(func.max(col(Message.id)))
    dues = ticket.first_response_due_at, ticket.resolution_due_at
    return desk.session.execute(last).scalar_one(), ticket.status, ticket.urgency, *dues


@command(Permission.USE_CLIENT_SPACE)
def seen(desk: OpenDesk, reference: str, until: datetime) -> None:
    """I have read everything up to this moment. Raises NotFound."""
    reading.seen(desk, desk.me, scope.ticket(desk, reference), until)


@command(Permission.USE_CLIENT_SPACE)
def raise_urgency(desk: OpenDesk, reference: str, urgency: Urgency, reason: str) -> None:
    """The client says that its incident has become more urgent: the deadlines of running clocks are computed again.

    Raises Refused without a reason, for anything but a higher urgency of an open incident, and after the desk has set
    the urgency: from then on it is agreed with the technician.
    """
    ticket = scope.ticket(desk, reference)
    ticket.require_open()
    if ticket.kind != Kind.INCIDENT:
        raise Refused("Only an incident has an urgency; {reference} is none.", reference=ticket.reference)
    why = writing.line(reason, LONGEST_REASON)
    if not why:
        raise Refused("Say why it has become more urgent: the technician reads it.")
    if urgency <= ticket.urgency:
        raise Refused("Choose a higher urgency than the present one.")
    if life.urgency_was_set_by_staff(desk, ticket):
        raise Refused("Our technician has set the urgency of this ticket. Write a message on it to have it changed.")
    life.change_urgency(desk, ticket, urgency, why)
    life.heard(desk, ticket.client_id)


@query(Permission.USE_CLIENT_SPACE)
def years(desk: OpenDesk) -> tuple[int, ...]:
    """From that of the newest ticket back to that of the first; none where there is no ticket."""
    ends = func.min(Ticket.filed_at), func.max(Ticket.filed_at)
    first, last = desk.session.execute(scope.tickets(desk).with_only_columns(*ends, maintain_column_froms=True)).one()
    return tuple(range(day_of(last).year, day_of(first).year - 1, -1)) if first else ()


def _lines(desk: OpenDesk, listed: Select[Any], order: Sequence[Any], most: int) -> tuple[FollowedLine, ...]:
    shown = (
        queue_lines.shown(listed)
        .outerjoin(_Filer, col(_Filer.id) == col(Ticket.contact_id))
        .outerjoin(TicketSeen, reading.mine(desk))
        .add_columns(col(_Filer.name).label("contact"), reading.news(desk).label("news"))
    )
    rows = desk.session.execute(shown.order_by(*order).limit(most)).all()
    return tuple(FollowedLine(queue_lines.line(desk, row), row.contact or "", bool(row.news)) for row in rows)


def _conditions(desk: OpenDesk, wanted: Followed) -> list[ColumnElement[bool]]:
    found: list[Any] = []
    if wanted.stage == Stage.OPEN:
        found.append(scope.in_words(OPEN))
    elif wanted.stage == Stage.WAITING:
        found.append(col(Ticket.status) == Status.WAITING)
    elif wanted.stage == Stage.RESOLVED:
        found.append(col(Ticket.status) == Status.RESOLVED)
    if wanted.mine:
        found.append(col(Ticket.contact_id) == desk.user.id)
    if wanted.kind is not None:
        found.append(col(Ticket.kind) == wanted.kind)
    if wanted.service is not None:
        found.append(col(Ticket.service) == wanted.service)
    if wanted.product is not None:
        found.append(col(Ticket.product_id) == wanted.product)
    if wanted.year is not None:
        begins, ends = (beginning(date(year, 1, 1)) for year in (wanted.year, wanted.year + 1))
        found += [col(Ticket.filed_at) >= begins, col(Ticket.filed_at) < ends]
    if text := writing.key(wanted.text):
        columns = (col(Ticket.reference), col(Ticket.subject))
        typed = [column.icontains(text, autoescape=True) for column in columns]
        found.append(or_(*typed, ticket_words.having(desk.user.client_id, text)))
    return found


def _anchor(desk: OpenDesk, reference: str) -> tuple[Any, ...] | None:
    if not reference:
        return None
    statement = scope.tickets(desk).with_only_columns(*_KEYS).where(col(Ticket.reference) == writing.key(reference))
    row = desk.session.execute(statement).first()
    return tuple(row) if row else None
