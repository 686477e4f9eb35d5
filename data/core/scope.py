"""Which rows a user may see or work on. Every query on these tables begins here, and only here."""

from dataclasses import replace

from sqlalchemy import ColumnElement, TextClause, false, text, true
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core.desk import OpenDesk
from models import writing
from models.article import Article, ArticleStatus
from models.attachment import Attachment
from models.client import Client
from models.document import Document
from models.errors import NotAllowed, NotFound
from models.message import Message
from models.metrics import Filters
from models.permission import Permission, Role
from models.product import Ownership, Product
from models.ticket import Service, Ticket
from models.user import User

LARGEST_ID = 2**31  # an integer column of PostgreSQL takes no more


def every_ticket() -> SelectOfScalar[Ticket]:
    """For rules that hold whoever acts, such as deadlines; never for showing."""
    return select(Ticket)


def tickets(desk: OpenDesk) -> SelectOfScalar[Ticket]:
    """The tickets that the user may read."""
    match desk.user.role:
        case Role.MANAGER | Role.TECHNICIAN | Role.SALES:
            return every_ticket()
        case Role.CONTACT:
            return every_ticket().where(col(Ticket.client_id) == desk.user.client_id)
        case _:
            return every_ticket().where(false())


def in_words(condition: str) -> TextClause:
    """A condition of a partial index, word for word: SQLite uses the index for nothing else."""
    return text(condition)


def workable(desk: OpenDesk) -> ColumnElement[bool]:
    """Which of the tickets are the user's to work, by the services that are theirs."""
    mine = [service for service in Service if desk.user.works(service)]
    return true() if len(mine) == len(Service) else col(Ticket.service).in_(mine)


def ticket(desk: OpenDesk, reference: str) -> Ticket:
    """A ticket the user may read; locked for this transaction when it writes. Raises NotFound."""
    statement = tickets(desk).where(col(Ticket.reference) == writing.key(reference).upper())
    if desk.writes:
        statement = statement.with_for_update()
    found = desk.session.exec(statement).first()
    if found is None:
        raise NotFound("There is no ticket {reference}.", reference=reference)
    return found


def ticket_to_work(desk: OpenDesk, reference: str) -> Ticket:
    """Raises NotFound, or NotAllowed when the ticket is another service's to work."""
    found = ticket(desk, reference)
    if not desk.user.works(found.service):
        raise NotAllowed("Ticket {reference} is another service's to work.", reference=reference)
    return found


def may_read_notes(desk: OpenDesk, ticket: Ticket) -> bool:
    """Internal notes are for those who work the ticket; never for a contact."""
    return desk.user.works(ticket.service)


def messages(desk: OpenDesk, ticket: Ticket) -> SelectOfScalar[Message]:
    statement = select(Message).where(col(Message.ticket_id) == ticket.id)
    return statement if may_read_notes(desk, ticket) else statement.where(col(Message.internal).is_(False))


def public_messages(ticket_id: Mapped[int]) -> SelectOfScalar[Message]:
    """What both sides may read of a ticket: for conditions on a list of tickets that is narrowed already."""
    return select(Message).where(col(Message.ticket_id) == ticket_id, col(Message.internal).is_(False))


def attachments(desk: OpenDesk, ticket: Ticket) -> SelectOfScalar[Attachment]:
    """What came with the description and with the messages that the user may read."""
    statement = (
        select(Attachment)
        .outerjoin(Message, col(Attachment.message_id) == col(Message.id))
        .where(col(Attachment.ticket_id) == ticket.id)
    )
    if may_read_notes(desk, ticket):
        return statement
    return statement.where(col(Message.internal).is_(None) | col(Message.internal).is_(False))


def attachment(desk: OpenDesk, attachment_id: int) -> Attachment:
    refusal = NotFound("There is no attachment {id}.", id=attachment_id)
    if not 0 < attachment_id < LARGEST_ID:
        raise refusal
    owner = desk.session.exec(
        tickets(desk)
        .join(Attachment, col(Attachment.ticket_id) == col(Ticket.id))
        .where(col(Attachment.id) == attachment_id)
    ).first()
    if owner is None:
        raise refusal
    found = desk.session.exec(attachments(desk, owner).where(col(Attachment.id) == attachment_id)).first()
    if found is None:
        raise refusal
    return found


def sent_messages(desk: OpenDesk) -> SelectOfScalar[Message]:
    """What the contacts of the user's company have written, for counting."""
    return select(Message).where(col(Message.author_id).in_(_colleagues(desk)))


def sent_attachments(desk: OpenDesk) -> SelectOfScalar[Attachment]:
    """The files that the contacts of the user's company have sent, for counting."""
    return select(Attachment).where(col(Attachment.author_id).in_(_colleagues(desk)))


def _colleagues(desk: OpenDesk) -> SelectOfScalar[int]:
    """All contacts of the user's company; nobody for the staff."""
    return select(User.id).where(col(User.client_id) == desk.user.client_id)


def measured(desk: OpenDesk, filters: Filters) -> Filters:
    """What of the figures the user may see: sales not who of the desk did what, a technician what was in his hands.

    Raises NotAllowed for somebody else's.
    """
    match desk.user.role:
        case Role.MANAGER:
            return filters
        case Role.TECHNICIAN if filters.technician in {None, desk.user.id}:
            return replace(filters, technician=desk.user.id)
        case Role.SALES if filters.technician is None:
            return filters
        case _:
            raise NotAllowed("These figures are not for you.")


def clients(desk: OpenDesk) -> SelectOfScalar[Client]:
    match desk.user.role:
        case Role.MANAGER | Role.TECHNICIAN | Role.SALES:
            return select(Client)
        case Role.CONTACT:
            return select(Client).where(col(Client.id) == desk.user.client_id)
        case _:
            return select(Client).where(false())


def client(desk: OpenDesk, client_id: int | None) -> Client:
    found = desk.session.exec(clients(desk).where(col(Client.id) == client_id)).first()
    if found is None:
        raise NotFound("There is no client {id}.", id=client_id)
    return found


def products(desk: OpenDesk) -> SelectOfScalar[Product]:
    """All of them for the staff, the retired ones too; a contact's are those its company owns."""
    match desk.user.role:
        case Role.MANAGER | Role.TECHNICIAN | Role.SALES:
            return select(Product)
        case Role.CONTACT:
            owned = col(Ownership.client_id) == desk.user.client_id
            return select(Product).join(Ownership, col(Ownership.product_id) == col(Product.id)).where(owned)
        case _:
            return select(Product).where(false())


def product(desk: OpenDesk, product_id: int) -> Product:
    refusal = NotFound("There is no product {id}.", id=product_id)
    if not 0 < product_id < LARGEST_ID:
        raise refusal
    found = desk.session.exec(products(desk).where(col(Product.id) == product_id)).first()
    if found is None:
        raise refusal
    return found


def every_article() -> SelectOfScalar[Article]:
    """For the search index, which is asked about some of them; never for showing."""
    return select(Article)


def articles(desk: OpenDesk) -> SelectOfScalar[Article]:
    """Drafts are for those who write; a contact reads what is about its own products, or about all of them."""
    if desk.may(Permission.WRITE_ARTICLES):
        return select(Article)
    published = select(Article).where(col(Article.status) == ArticleStatus.PUBLISHED)
    if desk.user.role == Role.SALES:
        return published
    own = products(desk).with_only_columns(col(Product.id))
    return published.where(col(Article.product_id).is_(None) | col(Article.product_id).in_(own))


def article(desk: OpenDesk, article_id: int) -> Article:
    """An article the user may read; locked for this transaction when it writes. Raises NotFound."""
    refusal = NotFound("There is no article {id}.", id=article_id)
    if not 0 < article_id < LARGEST_ID:
        raise refusal
    statement = articles(desk).where(col(Article.id) == article_id)
    found = desk.session.exec(statement.with_for_update() if desk.writes else statement).first()
    if found is None:
        raise refusal
    return found


def every_document() -> SelectOfScalar[Document]:
    """Those removed, too: for an export; never for showing."""
    return select(Document)


def documents(desk: OpenDesk, client_id: int) -> SelectOfScalar[Document]:
    """The papers of a client the user may see, without those removed. Raises NotFound for another's client."""
    of = client(desk, client_id).id
    return select(Document).where(col(Document.client_id) == of, col(Document.removed_at).is_(None))


def document(desk: OpenDesk, document_id: int) -> Document:
    """A paper of a client the user may see; locked for this transaction when it writes. Raises NotFound."""
    theirs = clients(desk).with_only_columns(col(Client.id))
    statement = select(Document).where(col(Document.id) == document_id, col(Document.client_id).in_(theirs))
    statement = statement.where(col(Document.removed_at).is_(None))
    if desk.writes:
        statement = statement.with_for_update()
    found = desk.session.exec(statement).first() if 0 < document_id < LARGEST_ID else None
    if found is None:
        raise NotFound("There is no document {id}.", id=document_id)
    return found
