"""The rows of an export that are told after the tickets they name: calls, and how far contacts have read."""

from collections.abc import Iterator

from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange.outgoing_rows import Record, columns, edition, every
from models.client import Client
from models.hotline import HotlineCall
from models.message import TicketSeen
from models.ticket import Ticket
from models.user import User


def calls(desk: OpenDesk) -> Iterator[Record]:
    elsewhere = {
        "author_email": col(User.email),
        "client": col(Client.name),
        "edition": edition(HotlineCall, HotlineCall, "at", "user_id", "client_id"),
        "caller_verified": col(HotlineCall.verified),
        "reference": col(Ticket.reference),
    }
    listed = select(*columns("call", HotlineCall, **elsewhere)).join(User, col(User.id) == col(HotlineCall.user_id))
    listed = listed.outerjoin(Client, col(Client.id) == col(HotlineCall.client_id))
    listed = listed.outerjoin(Ticket, col(Ticket.id) == col(HotlineCall.ticket_id))
    yield from every(desk, "call", listed, HotlineCall.id)


def seen(desk: OpenDesk) -> Iterator[Record]:
    listed = scope.tickets(desk).join(TicketSeen, col(TicketSeen.ticket_id) == col(Ticket.id))
    listed = listed.join(User, col(User.id) == col(TicketSeen.user_id))
    shown = columns("seen", TicketSeen, email=col(User.email), reference=col(Ticket.reference), at=TicketSeen.seen_at)
    yield from every(desk, "seen", listed.with_only_columns(*shown), TicketSeen.user_id, TicketSeen.ticket_id)
