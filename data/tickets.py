"""What is done to a ticket from its filing to its resolution."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col

from data.core import filing, life, promises, quotas, reading, scope, subscriptions
from data.core.desk import OpenDesk, command
from data.core.uploads import StoredFile, attach
from models import writing
from models.errors import NotFound, Refused
from models.message import LONGEST
from models.permission import Permission, Role
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
    """What is asked of whoever files. `follows` is the reference of a resolved ticket that this one goes on from.

    `form_key` is the same however often, and from however many tabs, one form is sent.
    """

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
    form_key: str = ""


@command(Permission.FILE_TICKETS)
def file(desk: OpenDesk, form: TicketForm, files: Sequence[StoredFile] = ()) -> str:
    """File a ticket and give its reference; that of the first time when the same form is sent again.

    Raises Refused when a field is missing or does not go with the others, or when a technical ticket is asked for
    without a running subscription; SentBefore when the form was sent already with other words in it.
    """
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
        form_key=filing.own_key(desk, form.form_key),
    )
    filing.require_whole(ticket)
    filing.address(desk, ticket, form.client_id, form.contact_id, form.product_id)
    followed = life.same_client(desk, ticket, form.follows) if form.follows else None
    ticket.follows_id = followed.id if followed else None
    if again := filing.sent_before(desk, ticket, files):
        return again
    ticket.star_level = subscriptions.star_level(desk.session, ticket.client_id, desk.now)
    if ticket.service == Service.TECHNICAL and not ticket.star_level:
        raise Refused("A technical ticket needs a running subscription. The sales service can start one.")
    if followed and followed.status != Status.RESOLVED:
        raise Refused("{reference} is not resolved yet: write on it instead.", reference=followed.reference)
    quotas.require_ticket(desk)
    quotas.require_room(desk, files)
    promises.promise(desk.session, ticket, desk.now)
    if not filing.keep(desk, ticket):
        return filing.sent_before(desk, ticket, files) or ""
    life.tell(desk, ticket, Change.STATUS, None, Status.NEW.value)
    attach(desk, ticket, None, files)
    reading.did_not_help(desk, ticket)
    if ticket.contact_id is not None:
        reading.seen(desk, ticket.contact_id, ticket, desk.now)
    filing.drop_draft(desk, form.form_key)
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
