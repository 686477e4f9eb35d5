"""Corrects what a ticket is about and hands it over, each with its line in the history; the clocks follow."""

from sqlmodel import col, select

from data.core import filing, life, promises, scope, services, subscriptions
from data.core.desk import OpenDesk
from models.errors import Refused
from models.product import Product
from models.ticket import Change, Kind, Service, Ticket, Urgency
from models.user import User


def set_subject(desk: OpenDesk, ticket: Ticket, subject: str) -> None:
    if subject != ticket.subject:
        life.tell(desk, ticket, Change.SUBJECT, ticket.subject, subject)
        ticket.subject = subject


def set_product(desk: OpenDesk, ticket: Ticket, product_id: int | None) -> None:
    """Raises Refused for one that the client does not own, or that is retired."""
    former_id = ticket.product_id
    if product_id == former_id:
        return
    filing.set_product(desk, ticket, product_id)
    names = dict(desk.session.exec(select(Product.id, Product.name)).all())
    before, after = (names[one] if one else None for one in (former_id, product_id))
    life.tell(desk, ticket, Change.PRODUCT, before, after, former_product_id=former_id)


def set_contact(desk: OpenDesk, ticket: Ticket, contact_id: int | None) -> None:
    """Raises Refused for somebody who is no active contact of the client."""
    former = desk.session.get(User, ticket.contact_id) if ticket.contact_id else None
    if contact_id == ticket.contact_id:
        return
    contact = filing.contact(desk, ticket.client_id, contact_id)
    if contact is not None and not contact.active:
        raise Refused("The account of {name} is disabled.", name=contact.name)
    ticket.contact_id = contact_id
    names = former.name if former else None, contact.name if contact else None
    life.tell(desk, ticket, Change.CONTACT, *names)


def set_kind(desk: OpenDesk, ticket: Ticket, service: Service, kind: Kind, urgency: Urgency) -> None:
    """Re-dates the running clocks from filing. The reference stays as it is: it was said to the client.

    Raises Refused where these do not go together, or where no subscription promises what is asked for.
    """
    if (service, kind) == (ticket.service, ticket.kind):
        return
    dues = ticket.first_response_due_at, ticket.resolution_due_at
    before = ticket.service, ticket.kind, ticket.urgency
    ticket.service, ticket.kind = service, kind
    ticket.urgency = urgency if kind == Kind.INCIDENT else Urgency.NONE
    filing.require_whole(ticket)
    if before[0] != service == Service.TECHNICAL and not _subscribes(desk, ticket):
        raise Refused("A technical ticket needs a running subscription. The sales service can start one.")
    if service != before[0]:
        life.tell(desk, ticket, Change.SERVICE, before[0].value, service.value)
    if kind != before[1]:
        promises.promise(desk.session, ticket, ticket.next_moment(desk.now))
        life.tell(desk, ticket, Change.KIND, before[1].value, kind.value, dues=dues)
    if ticket.urgency != before[2]:
        life.tell(desk, ticket, Change.URGENCY, before[2].name.lower(), ticket.urgency.name.lower())


def _subscribes(desk: OpenDesk, ticket: Ticket) -> bool:
    return bool(subscriptions.star_level(desk.session, ticket.client_id, desk.now))


def unassign_who_cannot_work(desk: OpenDesk, ticket: Ticket) -> None:
    holder = desk.session.get(User, ticket.assignee_id) if ticket.assignee_id else None
    if holder is not None and not services.works(desk.session, holder, ticket.service):
        life.give_to(desk, ticket, None)


def contacts(desk: OpenDesk, ticket: Ticket) -> list[User]:
    """The active contacts of the client, and the ticket's own."""
    theirs = select(User).where(col(User.client_id) == scope.client(desk, ticket.client_id).id)
    people = desk.session.exec(theirs.order_by(col(User.name), col(User.id)))
    return [one for one in people if one.active or one.id == ticket.contact_id]
