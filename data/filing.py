"""What a form for a new ticket needs to know: the client's products and contacts, what would be promised, and what
looks like the subject being typed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from data.core import calendars, scope, subscriptions
from data.core.desk import OpenDesk, query
from data.core.products import IN_ORDER
from data.lookups import Option
from models import search, writing
from models.client import StarLevel
from models.followed import Alike
from models.permission import Permission
from models.product import Ownership, Product
from models.sla import Clock
from models.ticket import OPEN, Kind, Ticket, Urgency
from models.user import User

_MOST_COMPARED, _MOST_SHOWN = 200, 3
SHORTEST = 4  # signs of a subject that say something
_CLOSE = 0.5  # of the words that count


@dataclass(frozen=True, slots=True)
class Promised:
    """What a ticket of this urgency would be promised if it were filed now: opening time, and until when."""

    urgency: Urgency
    first_response: timedelta
    resolution: timedelta
    first_response_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """For whom one creates a ticket, and about what; `promises` is empty where there is no subscription to promise by.

    New tickets cannot be about `retired` products; old ones may be.
    """

    client_id: int
    client: str
    star_level: StarLevel
    products: tuple[Option, ...]
    retired: tuple[Option, ...]
    promises: tuple[Promised, ...]


@query(Permission.FILE_TICKETS)
def offer(desk: OpenDesk, kind: Kind, client_id: int | None = None) -> Offer:
    """A contact is offered its own client's, whatever it asks for. Raises NotFound."""
    client = scope.client(desk, client_id if desk.user.is_staff else desk.user.client_id)
    star_level = subscriptions.star_level(desk.session, client.id, desk.now)
    owned = select(Product).join(Ownership, col(Ownership.product_id) == col(Product.id))
    products = desk.session.exec(owned.where(col(Ownership.client_id) == client.id).order_by(*IN_ORDER)).all()
    urgencies = list(Urgency) if kind == Kind.INCIDENT else [Urgency.NONE]
    promised = bool(star_level) or kind == Kind.ENQUIRY
    promises = tuple(_promised(desk, kind, star_level, urgency) for urgency in urgencies if promised)
    return Offer(
        client_id=client.id,
        client=client.name,
        star_level=star_level,
        products=tuple(Option(one.id, one.name) for one in products if one.active),
        retired=tuple(Option(one.id, one.name) for one in products if not one.active),
        promises=promises,
    )


@query(Permission.READ_CLIENTS)
def contacts(desk: OpenDesk, client_id: int) -> tuple[Option, ...]:
    """The client's people who have an account, by name. Raises NotFound."""
    client = scope.client(desk, client_id)
    people = select(User.id, User.name).where(col(User.client_id) == client.id, col(User.active))
    return tuple(Option(*row) for row in desk.session.exec(people.order_by(col(User.name), col(User.id))))


@query(Permission.FILE_TICKETS)
def alike(desk: OpenDesk, subject: str, client_id: int | None = None) -> tuple[Alike, ...]:
    """The client's open tickets, three at most, whose subject says what this one says, in whatever form of its words.

    Among the newest two hundred; that many are read, however many were ever closed.
    """
    asked = writing.key(subject)
    if len(asked) < SHORTEST:
        return ()
    client = scope.client(desk, client_id if desk.user.is_staff else desk.user.client_id)
    listed = scope.tickets(desk).where(col(Ticket.client_id) == client.id, scope.in_words(OPEN))
    listed = listed.order_by(col(Ticket.filed_at).desc(), col(Ticket.id).desc()).limit(_MOST_COMPARED)
    columns = Ticket.id, Ticket.reference, Ticket.subject, Ticket.status, Ticket.filed_at
    tickets = {row.id: row for row in desk.session.execute(listed.with_only_columns(*map(col, columns)))}
    index = search.Index(search.Text(id_, ticket.subject, "") for id_, ticket in tickets.items())
    matches = index.find(asked, tickets.keys()).matches
    close = [match.id for match in matches if match.share >= _CLOSE]
    found = (tickets[id_] for id_ in close[:_MOST_SHOWN])
    return tuple(Alike(one.reference, one.subject, one.status, one.filed_at) for one in found)


def _promised(desk: OpenDesk, kind: Kind, star_level: StarLevel, urgency: Urgency) -> Promised:
    level = calendars.service_level(desk.session, kind, star_level, urgency, desk.now)
    version = calendars.calendar_version(desk.session, level.calendar, desk.now)
    clock = Clock(calendars.calendar(desk.session, version.id), desk.now, level.first_response)
    due = clock.due()
    assert due is not None
    return Promised(urgency, level.first_response, level.resolution, due)
