"""How far somebody has read a ticket, what is news to them, and which articles did not help."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, literal, or_, update
from sqlmodel import col

from data.core import scope
from data.core.database import insert_into
from data.core.desk import OpenDesk
from models.article import HELPED_AFTER, Article, ArticleRead
from models.base import Instant
from models.message import Message, TicketSeen
from models.ticket import Kind, Resolution, Ticket

NEWS_FOR = timedelta(days=14)  # to somebody who has never opened the ticket


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
    """Has somebody else written on the ticket, or ended it, since the user looked? To be asked beside `mine`.

    A colleague who has never opened the ticket gets its news, too: those of the last days, so that a new contact does
    not find the whole past unread.
    """
    seen_at = func.coalesce(col(TicketSeen.seen_at), literal(desk.now - NEWS_FOR, Instant()))
    newer = scope.public_messages(col(Ticket.id)).where(
        col(Message.at) > seen_at,
        or_(col(Message.author_id).is_(None), col(Message.author_id) != desk.user.id),
    )
    ended = and_(col(Ticket.resolved_at) > seen_at, col(Ticket.resolution) != Resolution.WITHDRAWN)
    return func.coalesce(or_(newer.exists(), ended), False)


def did_not_help(desk: OpenDesk, ticket: Ticket) -> None:
    """What the contact had read about the product in the days before it filed this, see `ArticleRead`."""
    if ticket.contact_id is None or ticket.kind == Kind.ENQUIRY:
        return
    recent = (
        update(ArticleRead)
        .where(col(ArticleRead.user_id) == ticket.contact_id, col(ArticleRead.at) > ticket.filed_at - HELPED_AFTER)
        .where(col(ArticleRead.decided_at) > ticket.filed_at)
    )
    if ticket.product_id is not None:
        about = col(Article.product_id).is_(None) | (col(Article.product_id) == ticket.product_id)
        articles = scope.every_article().where(about).with_only_columns(col(Article.id))
        recent = recent.where(col(ArticleRead.article_id).in_(articles))
    desk.session.execute(recent.values(decided_at=ticket.filed_at, ticket_id=ticket.id))
