"""A ticket corrected by those who work it, and handed over to another service: each change stands in its history."""

from dataclasses import dataclass

from sqlmodel import col, select

from data.core import corrections, scope, services
from data.core.desk import OpenDesk, command, query
from data.core.products import IN_ORDER
from data.lookups import Option
from data.tickets import SUBJECT_LONGEST
from models import writing
from models.errors import Refused
from models.message import LONGEST, Message
from models.permission import Permission
from models.product import Ownership, Product
from models.ticket import Kind, Service, Ticket, Urgency
from models.user import User

NAMED = 5  # of those who see a ticket next


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What can be corrected; of `urgency` only where the ticket becomes an incident."""

    subject: str
    kind: Kind
    product_id: int | None
    contact_id: int | None
    urgency: Urgency = Urgency.NONE


@dataclass(frozen=True, slots=True)
class Choices:
    """How the ticket is now, and what it may become; what it has is among them, even if it is offered no longer."""

    present: Correction
    kinds: tuple[Kind, ...]
    products: tuple[Option, ...]
    contacts: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class NextReaders:
    """Who works a service: some of them by name, and how many there are. `own`: without managers, who work all."""

    names: tuple[str, ...]
    count: int
    own: bool


@query(Permission.WORK_TICKETS)
def choices(desk: OpenDesk, reference: str) -> Choices:
    ticket = scope.ticket_to_work(desk, reference)
    owned = select(Product).join(Ownership, col(Ownership.product_id) == col(Product.id))
    owned = owned.where(col(Ownership.client_id) == ticket.client_id)
    products = {one.id: one for one in desk.session.exec(owned.order_by(*IN_ORDER)) if one.active}
    if ticket.product_id is not None and ticket.product_id not in products:
        products[ticket.product_id] = desk.session.get_one(Product, ticket.product_id)
    kinds = (Kind.INCIDENT, Kind.REQUEST) if ticket.service == Service.TECHNICAL else (Kind.ENQUIRY,)
    return Choices(
        present=_present(ticket),
        kinds=kinds,
        products=tuple(Option(one.id, one.name) for one in products.values()),
        contacts=tuple(Option(one.id, one.name) for one in corrections.contacts(desk, ticket)),
    )


@query(Permission.WORK_TICKETS)
def next_readers(desk: OpenDesk, service: Service) -> NextReaders:
    """Whose tickets those of the service are, once handed over."""
    own = services.unattended(desk.session)
    people = select(User.name).where(col(User.active), services.work_any([service]))
    names = desk.session.exec(people.order_by(col(User.name), col(User.id))).all()
    return NextReaders(tuple(names[:NAMED]), len(names), service not in own)


@command(Permission.WORK_TICKETS)
def correct(desk: OpenDesk, reference: str, wanted: Correction, seen: Correction) -> None:
    """`seen` is what the form showed at first: Refused where somebody has changed it meanwhile."""
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    _require_unchanged(_present(ticket) == seen)
    subject = writing.line(wanted.subject, SUBJECT_LONGEST)
    if not subject:
        raise Refused("Give the ticket a subject.")
    corrections.set_kind(desk, ticket, ticket.service, wanted.kind, wanted.urgency)
    corrections.set_subject(desk, ticket, subject)
    corrections.set_product(desk, ticket, wanted.product_id)
    corrections.set_contact(desk, ticket, wanted.contact_id)


@command(Permission.WORK_TICKETS)
def hand_over(
    desk: OpenDesk,
    reference: str,
    service: Service,
    *,
    kind: Kind = Kind.ENQUIRY,
    urgency: Urgency = Urgency.NONE,
    note: str = "",
) -> None:
    """Give a ticket to another service, whose people see all of it, internal notes too; who cannot work it there has it
    no longer. `kind` and `urgency` count for the technical service alone: elsewhere a ticket is an enquiry.
    """
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    if service == ticket.service:
        raise Refused("{reference} is with this service already.", reference=ticket.reference)
    text = writing.body(note, LONGEST)
    if text:
        now = ticket.next_moment(desk.now)
        desk.session.add(Message(ticket_id=ticket.id, at=now, author_id=desk.user.id, body=text, internal=True))
    corrections.set_kind(desk, ticket, service, kind if service == Service.TECHNICAL else Kind.ENQUIRY, urgency)
    corrections.unassign_who_cannot_work(desk, ticket)


def _present(ticket: Ticket) -> Correction:
    return Correction(
        subject=ticket.subject,
        kind=ticket.kind,
        product_id=ticket.product_id,
        contact_id=ticket.contact_id,
        urgency=ticket.urgency,
    )


def _require_unchanged(same: bool) -> None:
    if not same:
        raise Refused("Somebody has changed this ticket meanwhile. Close this form, look, and open it again.")
