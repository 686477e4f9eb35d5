"""What a ticket must have to be filed, for whom it is, and that one form gives one ticket however often it is sent."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from data.core import references, scope
from data.core.desk import OpenDesk
from data.core.uploads import StoredFile
from models.attachment import Attachment
from models.errors import Refused, SentBefore
from models.message import FormDraft
from models.permission import Role
from models.product import Ownership, Product
from models.ticket import Kind, Service, Ticket, Urgency
from models.user import User

_WRITTEN = (
    "kind",
    "service",
    "subject",
    "description",
    "client_id",
    "contact_id",
    "product_id",
    "urgency",
    "follows_id",
)


def require_whole(ticket: Ticket) -> None:
    if not ticket.subject:
        raise Refused("Give the ticket a subject.")
    if not ticket.description:
        raise Refused("Describe the matter: the more we know, the sooner we can help.")
    if (ticket.kind == Kind.ENQUIRY) == (ticket.service == Service.TECHNICAL):
        raise Refused("Incidents and service requests go to the technical service, enquiries to another one.")
    if ticket.kind != Kind.INCIDENT and ticket.urgency != Urgency.NONE:
        raise Refused("Only an incident has an urgency.")


def address(
    desk: OpenDesk, ticket: Ticket, client_id: int | None, contact_id: int | None, product_id: int | None
) -> None:
    """A contact files for itself and its own client; the staff for any client, and one of its contacts."""
    if desk.user.role == Role.CONTACT:
        ticket.client_id, ticket.contact_id = desk.user.client_id or 0, desk.user.id
    else:
        ticket.client_id, ticket.contact_id = scope.client(desk, client_id).id, contact_id
        contact(desk, ticket.client_id, contact_id)
    set_product(desk, ticket, product_id)


def contact(desk: OpenDesk, client_id: int, contact_id: int | None) -> User | None:
    """Raises Refused for somebody else's."""
    if contact_id is None:
        return None
    found = desk.session.get(User, contact_id) if 0 < contact_id < scope.LARGEST_ID else None
    if found is None or found.client_id != client_id:
        raise Refused("This contact belongs to another client.")
    return found


def set_product(desk: OpenDesk, ticket: Ticket, product_id: int | None) -> None:
    """Raises Refused for one that the ticket's client does not own, or that is retired."""
    ticket.product_id = product_id
    if product_id is not None:
        owned = select(Product).join(Ownership, col(Ownership.product_id) == col(Product.id))
        owned = owned.where(col(Ownership.client_id) == ticket.client_id, col(Product.id) == product_id)
        product = desk.session.exec(owned).first() if 0 < product_id < scope.LARGEST_ID else None
        if product is None:
            raise Refused("The client does not own this product.")
        if not product.active:
            raise Refused("{product} is retired: new tickets cannot be about it.", product=product.name)


def keep(desk: OpenDesk, ticket: Ticket) -> bool:
    """Give the ticket its reference and keep it; False when its form has just been sent by another click or tab."""
    try:
        with desk.session.begin_nested():  # where it fails, the number goes back
            ticket.reference = references.give(desk.session, ticket.kind, desk.now)
            desk.session.add(ticket)
            desk.session.flush()
    except IntegrityError:
        if ticket.form_key is None:
            raise
        return False
    return True


def own_key(desk: OpenDesk, key: str) -> str | None:
    """The key of a form as it is kept with the ticket: nobody meets another's."""
    return f"{desk.me}-{key}" if key else None


def sent_before(desk: OpenDesk, ticket: Ticket, files: Sequence[StoredFile]) -> str | None:
    """The reference that this very form was given before, if it was. Raises SentBefore where other words were sent."""
    if ticket.form_key is None:
        return None
    statement = scope.tickets(desk).where(col(Ticket.form_key) == ticket.form_key)
    filed = desk.session.exec(statement).first()
    if filed is None:
        return None
    with_it = scope.attachments(desk, filed).where(col(Attachment.message_id).is_(None))
    names = sorted(attachment.name for attachment in desk.session.exec(with_it))
    same = all(getattr(filed, name) == getattr(ticket, name) for name in _WRITTEN)
    if not same or names != sorted(file.name for file in files):
        raise SentBefore(
            "This form was sent already, as {reference}, with other words. "
            "To file what you see here as a ticket of its own, send it once more.",
            reference=filed.reference,
        )
    return filed.reference


def drop_draft(desk: OpenDesk, key: str) -> None:
    """What was typed has been sent."""
    if key:
        desk.session.execute(delete(FormDraft).where(col(FormDraft.user_id) == desk.me, col(FormDraft.key) == key))
