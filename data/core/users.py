"""Reads the user behind a session, afresh for every call: a disabled account or a changed role counts at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from data.core.settings import settings
from models.permission import Role
from models.service_member import ServiceMember
from models.ticket import Service
from models.user import Actor, User, UserSession


def actor(user: User, services: Sequence[Service] = ()) -> Actor:
    """`services` are those that a manager chose for them."""
    return Actor(user.id, user.name, user.role, user.email, user.client_id, user.language, tuple(services))


def of_session(session: Session, session_id: int, now: datetime) -> Actor | None:
    """The user of a session that has neither ended nor expired, if the account is active; None otherwise."""
    rows = session.exec(
        select(User, col(ServiceMember.service))
        .join(UserSession, col(UserSession.user_id) == col(User.id))
        .outerjoin(ServiceMember, col(ServiceMember.user_id) == col(User.id))
        .where(
            col(UserSession.id) == session_id,
            *live(now),
            col(User.active),
        )
        .order_by(col(ServiceMember.service))
    ).all()
    return actor(rows[0][0], [service for _, service in rows if service is not None]) if rows else None


def live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which sessions go on, of those joined with their users: the staff's end when nobody sits there any more."""
    in_use = col(UserSession.seen_at) > now - settings().staff_idle
    lasting = col(UserSession.ended_at).is_(None), col(UserSession.expires_at) > now
    return *lasting, or_(col(User.role) == Role.CONTACT, in_use)
