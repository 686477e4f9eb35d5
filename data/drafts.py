"""What somebody is typing on a ticket, and who else has it open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk, command, query
from models import writing
from models.message import LONGEST, Draft, Message, Presence
from models.permission import Permission
from models.user import User

PRESENT_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Company:
    """Who of the staff has the ticket open besides me, and what has happened on it."""

    others: tuple[str, ...]
    last_message_id: int
    last_author: str
    changed_at: datetime


@command(Permission.ANSWER_TICKETS)
def save(desk: OpenDesk, reference: str, body: str) -> None:
    """Keep what is typed; nothing typed keeps nothing. Raises NotFound, or Refused when it is too long."""
    ticket = scope.ticket(desk, reference)
    text = writing.body(body, LONGEST)
    draft = desk.session.get(Draft, (desk.me, ticket.id))
    if text:
        draft = draft or Draft(user_id=desk.me, ticket_id=ticket.id, body="", saved_at=desk.now)
        draft.body, draft.saved_at = text, desk.now
        desk.session.add(draft)
    elif draft is not None:
        desk.session.delete(draft)


@query(Permission.ANSWER_TICKETS)
def saved(desk: OpenDesk, reference: str) -> str:
    ticket = scope.ticket(desk, reference)
    draft = desk.session.get(Draft, (desk.me, ticket.id))
    return draft.body if draft else ""


@command(Permission.WORK_TICKETS)
def look_in(desk: OpenDesk, reference: str) -> Company:
    """Say that I have this ticket open, and see who else has it and what came last."""
    ticket = scope.ticket(desk, reference)
    presence = desk.session.get(Presence, (desk.me, ticket.id))
    presence = presence or Presence(user_id=desk.me, ticket_id=ticket.id, seen_at=desk.now)
    presence.seen_at = desk.now
    desk.session.add(presence)
    here = col(Presence.ticket_id) == ticket.id
    desk.session.execute(delete(Presence).where(here, col(Presence.seen_at) < desk.now - PRESENT_FOR))
    others = select(User.name).join(Presence, col(Presence.user_id) == col(User.id))
    others = others.where(here, col(User.id) != desk.me, col(Presence.seen_at) >= desk.now - PRESENT_FOR)
    newest = scope.messages(desk, ticket).order_by(col(Message.at).desc(), col(Message.id).desc()).limit(1)
    message = desk.session.exec(newest).first()
    author = desk.session.get(User, message.author_id) if message and message.author_id else None
    return Company(
        tuple(desk.session.exec(others.order_by(col(User.name)))),
        message.id if message else 0,
        author.name if author else "",
        ticket.changed_at,
    )
