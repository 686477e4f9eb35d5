"""How far somebody has read a ticket, and what is news to them."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col

from data.core import scope
from data.core.database import insert_into
from data.core.desk import OpenDesk
from models.message import Message, TicketSeen
from models.ticket import Resolution, Ticket


def seen(desk: OpenDesk, user_id: int, ticket: Ticket, until: datetime) -> None:
    """They have read everything up to this moment; never less than before."""
    insert = insert_into(desk.session, TicketSeen).values(user_id=user_id, ticket_id=ticket.id, seen_at=until)
    later = insert.excluded.seen_at > col(TicketSeen.seen_at)
    key = ["user_id", "ticket_id"]
    upsert = insert.on_conflict_do_update(index_elements=key, set_={"seen_at": insert.excluded.seen_at}, where=later)
    desk.session.execute(upsert)


def mine(desk: OpenDesk) -> ColumnElement[bool]:
    """What joins a ticket with how far the user has read it."""
    return and_(col(TicketSeen.ticket_id) == col(Ticket.id), col(TicketSeen.user_id) == desk.user.id)


def news(desk: OpenDesk) -> ColumnElement[bool]:
    """Has somebody else written on the ticket, or ended it, since the user looked? To be asked beside `mine`."""
    newer = scope.public_messages(col(Ticket.id)).where(
        col(Message.at) > col(TicketSeen.seen_at),
        or_(col(Message.author_id).is_(None), col(Message.author_id) != desk.user.id),
    )
    ended = and_(col(Ticket.resolved_at) > col(TicketSeen.seen_at), col(Ticket.resolution) != Resolution.WITHDRAWN)
    return func.coalesce(or_(newer.exists(), ended), False)
