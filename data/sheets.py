"""Reads one ticket whole, for its page. A dozen queries, whatever the ticket has been through."""

from sqlalchemy import or_
from sqlmodel import col, select

from data import queue
from data.core import promises, scope
from data.core.desk import OpenDesk, query
from models import sla
from models.permission import Permission, Role
from models.product import Product
from models.sheet import ClockSheet, Move, Related, TicketSheet
from models.sla import Clock
from models.ticket import PROMISED, HistoryEntry, Ticket, TicketLink
from models.user import User


@query(Permission.READ_TICKETS)
def sheet(desk: OpenDesk, reference: str) -> TicketSheet:
    """Raises NotFound in the same words for a ticket that is not there and one that is not yours."""
    ticket = scope.ticket(desk, reference)
    client = scope.client(desk, ticket.client_id)
    contact = desk.session.get(User, ticket.contact_id) if ticket.contact_id else None
    product = desk.session.get(Product, ticket.product_id) if ticket.product_id else None
    assignee = desk.session.get(User, ticket.assignee_id) if ticket.assignee_id else None
    history = promises.status_history(desk.session, ticket)
    first, resolution = promises.clocks(desk.session, ticket, history)
    last = history[-1] if history else None
    resolver = desk.session.get(User, last.author_id) if last and last.author_id and ticket.resolved_at else None
    assert first and resolution
    moves = _moves(desk, ticket)
    return TicketSheet(
        reference=ticket.reference,
        kind=ticket.kind,
        service=ticket.service,
        channel=ticket.channel,
        caller_verified=ticket.caller_verified if desk.user.is_staff else None,
        urgency=ticket.urgency,
        status=ticket.status,
        subject=ticket.subject,
        description=ticket.description,
        client_id=ticket.client_id,
        client=client.name,
        star_level=ticket.star_level,
        contact=contact.name if contact else "",
        contact_id=ticket.contact_id,
        contact_email=contact.email if contact else "",
        contact_phone=contact.phone if contact and desk.user.is_staff else "",
        caller_name=ticket.caller_name,
        caller_phone=ticket.caller_phone if desk.user.is_staff else "",
        product_id=ticket.product_id,
        product=product.name if product else "",
        assignee_id=ticket.assignee_id,
        assignee=assignee.name if assignee else "",
        filed_at=ticket.filed_at,
        resolved_at=ticket.resolved_at,
        resolution=ticket.resolution,
        solution=ticket.solution,
        resolver=resolver.name if resolver else "",
        first_response=_clock(desk, first, moves[0]),
        resolution_clock=_clock(desk, resolution, moves[1]),
        duplicate_of=next(iter(_related(desk, ticket.duplicate_of_id)), None),
        duplicates=_where(desk, col(Ticket.duplicate_of_id) == ticket.id),
        follows=next(iter(_related(desk, ticket.follows_id)), None),
        followed_by=_where(desk, col(Ticket.follows_id) == ticket.id),
        linked=_linked(desk, ticket),
        before=queue.place(desk, ticket.reference),
        workable=desk.user.works(ticket.service),
        mine=desk.user.id is not None and ticket.contact_id == desk.user.id,
    )


def _clock(desk: OpenDesk, clock: Clock, moves: tuple[Move, ...]) -> ClockSheet:
    return ClockSheet(
        target=clock.target,
        due_at=clock.due(),
        left=clock.left(desk.now),
        state=clock.state(desk.now),
        stopped_at=clock.stopped_at,
        ledger=tuple(sla.ledger(clock)),
        moves=moves,
    )


def _moves(desk: OpenDesk, ticket: Ticket) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """What moved the deadline of the first response, and that of the resolution.

    A resolution that stood still has none, before and after: it is dated by the new terms once it runs on.
    """
    entry = HistoryEntry
    dated = col(entry.change).in_(PROMISED) & col(entry.first_response_due_after).is_not(None)
    statement = select(entry, User.name).join(User, isouter=True).where(col(entry.ticket_id) == ticket.id, dated)
    found = desk.session.exec(statement.order_by(col(entry.at), col(entry.id))).all()

    def of(promise: str) -> tuple[Move, ...]:
        dues = [
            (one, name, *(getattr(one, f"{promise}_due_{side}") for side in ("before", "after"))) for one, name in found
        ]
        return tuple(
            Move(one.at, name or "", one.change, one.before or "", one.after or "", before, after)
            for one, name, before, after in dues
            if before != after or after is None
        )

    return of("first_response"), of("resolution")


def _related(desk: OpenDesk, ticket_id: int | None) -> tuple[Related, ...]:
    return _where(desk, col(Ticket.id) == ticket_id) if ticket_id is not None else ()


def _linked(desk: OpenDesk, ticket: Ticket) -> tuple[Related, ...]:
    """For the staff: what its tickets have to do with others' is nothing for a client to read."""
    if desk.user.role == Role.CONTACT:
        return ()
    pairs = select(TicketLink.ticket_id, TicketLink.other_id)
    pairs = pairs.where(or_(col(TicketLink.ticket_id) == ticket.id, col(TicketLink.other_id) == ticket.id))
    ids = {one for pair in desk.session.exec(pairs) for one in pair} - {ticket.id}
    return _where(desk, col(Ticket.id).in_(ids)) if ids else ()


def _where(desk: OpenDesk, condition: object) -> tuple[Related, ...]:
    statement = scope.tickets(desk).where(condition).order_by(col(Ticket.filed_at)).limit(50)  # type: ignore[arg-type]
    return tuple(Related(one.reference, one.subject, one.status) for one in desk.session.exec(statement))
