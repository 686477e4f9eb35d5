"""What is done to a ticket from its filing to its resolution."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from data.core import life, promises, references, scope, subscriptions
from data.core.desk import OpenDesk, command
from data.core.uploads import Upload, attach
from models import writing
from models.errors import NotFound, Refused
from models.message import LONGEST
from models.permission import Permission, Role
from models.product import Ownership, Product
from models.queue import ORDER_COLUMNS, Order
from models.ticket import (
    IN_QUEUE,
    Change,
    Channel,
    Kind,
    Resolution,
    Service,
    Status,
    Ticket,
    TicketLink,
    Urgency,
)
from models.user import User

SUBJECT_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class TicketForm:
    """What is asked of whoever files. `follows` is the reference of a resolved ticket that this one goes on from."""

    kind: Kind
    subject: str
    description: str
    client_id: int | None = None  # a contact's own client whatever it says
    contact_id: int | None = None
    product_id: int | None = None
    urgency: Urgency = Urgency.NONE
    service: Service = Service.TECHNICAL
    channel: Channel = Channel.PORTAL
    follows: str | None = None


@command(Permission.FILE_TICKETS)
def file(desk: OpenDesk, form: TicketForm, files: Sequence[Upload] = ()) -> str:
    """File a ticket and give its reference. Raises Refused when a field is missing or does not go with the others,
    or when a technical ticket is asked for without a running subscription."""
    ticket = Ticket(
        reference="",
        kind=form.kind,
        service=form.service,
        channel=Channel.PORTAL if desk.user.role == Role.CONTACT else form.channel,
        subject=writing.line(form.subject, SUBJECT_LONGEST),
        description=writing.body(form.description, LONGEST),
        client_id=0,
        urgency=form.urgency,
        status=Status.NEW,
        filed_at=desk.now,
        changed_at=desk.now,
    )
    _require_whole(ticket)
    _for_whom(desk, ticket, form)
    ticket.star_level = subscriptions.star_level(desk.session, ticket.client_id, desk.now)
    if ticket.service == Service.TECHNICAL and not ticket.star_level:
        raise Refused("A technical ticket needs a running subscription. The sales service can start one.")
    if form.follows:
        followed = life.same_client(desk, ticket, form.follows)
        if followed.status != Status.RESOLVED:
            raise Refused("{reference} is not resolved yet: write on it instead.", reference=followed.reference)
        ticket.follows_id = followed.id
    promises.promise(desk.session, ticket, desk.now)
    ticket.reference = references.give(desk.session, ticket.kind, desk.now)
    desk.session.add(ticket)
    desk.session.flush()
    life.tell(desk, ticket, Change.STATUS, None, Status.NEW.value)
    attach(desk, ticket, None, files)
    if ticket.channel in life.HEARD:
        life.heard(desk, ticket.client_id)
    return ticket.reference


@command(Permission.WORK_TICKETS)
def take(desk: OpenDesk, reference: str) -> None:
    """Raises Refused when somebody else has it already."""
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    if ticket.assignee_id not in (None, desk.me):
        holder = desk.session.get_one(User, ticket.assignee_id)
        raise Refused("{name} already has {reference}.", name=holder.name, reference=ticket.reference)
    _take(desk, ticket)


@command(Permission.WORK_TICKETS)
def take_next(desk: OpenDesk, order: Order = Order.RECOMMENDED) -> str:
    """Take the first ticket of the queue that nobody has, and give its reference.

    Two never get the same: on PostgreSQL a row that another takes is skipped, SQLite lets one command in at a time.
    """
    statement = (
        scope.tickets(desk)
        .where(scope.in_words(IN_QUEUE), scope.workable(desk), col(Ticket.assignee_id).is_(None))
        .order_by(*(getattr(Ticket, name) for name in ORDER_COLUMNS[order]))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    ticket = desk.session.exec(statement).first()
    if ticket is None:
        raise Refused("Every ticket of the queue is in somebody's hands.")
    _take(desk, ticket)
    return ticket.reference


@command(Permission.WORK_TICKETS)
def assign(desk: OpenDesk, reference: str, user_id: int | None) -> None:
    """Give a ticket to a colleague, or to nobody. Raises Refused for one who could not work it."""
    ticket = scope.ticket_to_work(desk, reference)
    if ticket.assignee_id != user_id:
        colleague = desk.session.get(User, user_id) if user_id is not None else None
        if user_id is not None and colleague is None:
            raise NotFound("There is no such colleague.")
        life.give_to(desk, ticket, colleague)


@command(Permission.WORK_TICKETS)
def assign_all(desk: OpenDesk, references: Sequence[str], user_id: int | None) -> None:
    """All of them or, when one is refused, none. In one order for everybody, so that two cannot block each other."""
    for reference in sorted(references):
        assign(desk, reference, user_id)


@command(Permission.WORK_TICKETS)
def set_urgency(desk: OpenDesk, reference: str, urgency: Urgency, reason: str) -> None:
    """Re-dates the running clocks from filing. Raises Refused without a reason, or for anything but an incident."""
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    if ticket.kind != Kind.INCIDENT:
        raise Refused("Only an incident has an urgency; {reference} is none.", reference=ticket.reference)
    why = writing.line(reason, 300)
    if not why:
        raise Refused("Say why the urgency changes: the client can read it.")
    if urgency != ticket.urgency:
        life.change_urgency(desk, ticket, urgency, why)


@command(Permission.WORK_TICKETS)
def set_urgency_all(desk: OpenDesk, references: Sequence[str], urgency: Urgency, reason: str) -> None:
    """All of them or, when one is refused, none."""
    for reference in sorted(references):
        set_urgency(desk, reference, urgency, reason)


@command(Permission.WORK_TICKETS)
def link(desk: OpenDesk, reference: str, other_reference: str) -> None:
    """Note that two tickets have to do with each other; both show it. Linking them again changes nothing."""
    ticket, other = scope.ticket_to_work(desk, reference), scope.ticket(desk, other_reference)
    ticket.require_open()
    if ticket.id == other.id:
        raise Refused("A ticket cannot refer to itself.")
    first, second = sorted((ticket, other), key=lambda one: one.id)
    if desk.session.get(TicketLink, (first.id, second.id)) is None:
        desk.session.add(TicketLink(ticket_id=first.id, other_id=second.id, at=desk.now))
        life.tell(desk, ticket, Change.LINK, None, other.reference)


@command(Permission.WORK_TICKETS)
def mark_duplicate(desk: OpenDesk, reference: str, of: str) -> None:
    """Resolve a ticket as the duplicate of another of the same client, where the matter goes on or was solved."""
    ticket = scope.ticket_to_work(desk, reference)
    original = life.same_client(desk, ticket, of)
    if original.duplicate_of_id is not None:
        raise Refused("{reference} is itself a duplicate. Name the original.", reference=original.reference)
    ticket.duplicate_of_id = original.id
    life.close(desk, ticket, Resolution.DUPLICATE, "")


@command(Permission.WORK_TICKETS)
def resolve(desk: OpenDesk, reference: str, solution: str) -> None:
    """Raises Refused without a solution: it is what the client reads first."""
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    text = writing.body(solution, LONGEST)
    if not text:
        raise Refused("Write the solution: it is what the client reads first.")
    life.close(desk, ticket, Resolution.SOLVED, text)
    life.drop_draft(desk, ticket)


@command(Permission.ANSWER_TICKETS)
def withdraw(desk: OpenDesk, reference: str) -> None:
    """The contact who filed it no longer needs it, or told the staff so."""
    if desk.user.role == Role.CONTACT:
        ticket = scope.ticket(desk, reference)
        if ticket.contact_id != desk.user.id:
            raise Refused("Only the person who filed a ticket can withdraw it.")
    else:
        ticket = scope.ticket_to_work(desk, reference)
    life.close(desk, ticket, Resolution.WITHDRAWN, "")


def _take(desk: OpenDesk, ticket: Ticket) -> None:
    if ticket.assignee_id != desk.me:
        life.give_to(desk, ticket, desk.session.get_one(User, desk.me))
    if ticket.status == Status.NEW:
        life.change_status(desk, ticket, Status.IN_PROGRESS)


def _require_whole(ticket: Ticket) -> None:
    if not ticket.subject:
        raise Refused("Give the ticket a subject.")
    if not ticket.description:
        raise Refused("Describe the matter: the more we know, the sooner we can help.")
    if (ticket.kind == Kind.ENQUIRY) == (ticket.service == Service.TECHNICAL):
        raise Refused("Incidents and service requests go to the technical service, enquiries to another one.")
    if ticket.kind != Kind.INCIDENT and ticket.urgency != Urgency.NONE:
        raise Refused("Only an incident has an urgency.")


def _for_whom(desk: OpenDesk, ticket: Ticket, form: TicketForm) -> None:
    """A contact files for itself and its own client; the staff for any client, and one of its contacts."""
    if desk.user.role == Role.CONTACT:
        ticket.client_id, ticket.contact_id = desk.user.client_id or 0, desk.user.id
    else:
        ticket.client_id, ticket.contact_id = scope.client(desk, form.client_id).id, form.contact_id
        contact = desk.session.get(User, form.contact_id) if form.contact_id is not None else None
        if form.contact_id is not None and (contact is None or contact.client_id != ticket.client_id):
            raise Refused("This contact belongs to another client.")
    ticket.product_id = form.product_id
    if form.product_id is not None:
        owned = select(Product.id).join(Ownership, col(Ownership.product_id) == col(Product.id))
        owned = owned.where(col(Ownership.client_id) == ticket.client_id, col(Product.id) == form.product_id)
        if desk.session.exec(owned).first() is None:
            raise Refused("The client does not own this product.")
