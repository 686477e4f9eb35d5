"""What the desk picks from: a product, a colleague, a client, each by its id and its name."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlmodel import col, select

from data.core import client_lists, scope, services
from data.core.desk import OpenDesk, query
from data.core.products import IN_ORDER
from models.client import Client
from models.client_list import ClientFilters, Sort
from models.permission import STAFF, Permission
from models.product import Product
from models.ticket import OPEN, Service, Status, Ticket
from models.user import User


@dataclass(frozen=True, slots=True)
class Option:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Assignee:
    """Somebody who has tickets, or may have them."""

    id: int
    name: str
    active: bool


@query(Permission.WORK_TICKETS)
def products(desk: OpenDesk, *, active: bool = False) -> tuple[Option, ...]:
    """All of them in the order of the managers, the retired ones too: tickets about those may still be open.

    `active`: those alone that something new may be about.
    """
    rows = select(Product.id, Product.name).order_by(*IN_ORDER)
    return tuple(Option(*row) for row in desk.session.exec(rows.where(col(Product.active)) if active else rows))


@query(Permission.WORK_TICKETS)
def colleagues(desk: OpenDesk, of: Collection[Service]) -> tuple[Option, ...]:
    """Whom a ticket could be given to: the active staff who may work every one of these services."""
    people = select(User.id, User.name).where(col(User.active), *(services.work_any([one]) for one in of))
    return tuple(Option(*row) for row in desk.session.exec(people.order_by(col(User.name), col(User.id))))


@query(Permission.WORK_TICKETS)
def assignees(desk: OpenDesk) -> tuple[Assignee, ...]:
    """Whose tickets I may look for: the active staff who may work some of what I may work, me among them; and those
    whose account is disabled, as long as they have open tickets."""
    mine = [service for service in Service if desk.user.works(service)]
    status = col(Ticket.status).in_([one for one in Status if one != Status.RESOLVED])
    held = scope.tickets(desk).where(scope.in_words(OPEN), status, col(Ticket.assignee_id) == col(User.id))
    left = and_(col(User.active).is_(False), col(User.role).in_(STAFF), held.exists())
    people = select(User.id, User.name, User.active).where(or_(and_(col(User.active), services.work_any(mine)), left))
    return tuple(Assignee(*row) for row in desk.session.exec(people.order_by(col(User.name), col(User.id))))


@query(Permission.WORK_TICKETS)
def filters(desk: OpenDesk) -> tuple[tuple[Option, ...], tuple[Assignee, ...]]:
    """What the queue is narrowed by: products and who has tickets, in one transaction."""
    return products(desk), assignees(desk)


@query(Permission.READ_CLIENTS)
def client(desk: OpenDesk, client_id: int) -> Option:
    """Raises NotFound."""
    found = scope.client(desk, client_id)
    return Option(found.id, found.name)


@query(Permission.READ_CLIENTS)
def clients(desk: OpenDesk, text: str = "") -> tuple[Option, ...]:
    """The first twenty of those found by the text, see `data/core/finding.py`; nobody picks from a longer list."""
    ids = client_lists.ids(desk, ClientFilters(text=text), Sort.NAME, None, 20)
    named = scope.clients(desk).where(col(Client.id).in_(ids)).with_only_columns(col(Client.id), col(Client.name))
    names = dict(desk.session.execute(named).all())
    return tuple(Option(one, names[one]) for one in ids)
