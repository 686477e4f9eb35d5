"""Reads the user behind a session, afresh for every call: a disabled account or a changed role counts at once."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.user import Actor, User, UserSession


def actor(user: User) -> Actor:
    return Actor(user.id, user.name, user.role, user.email, user.client_id, user.language)


def of_session(session: Session, session_id: int, now: datetime) -> Actor | None:
    """The user of a session that has neither ended nor expired, if the account is active; None otherwise."""
    user = session.exec(
        select(User)
        .join(UserSession, col(UserSession.user_id) == col(User.id))
        .where(
            col(UserSession.id) == session_id,
            col(UserSession.ended_at).is_(None),
            col(UserSession.expires_at) > now,
            col(User.active),
        )
    ).first()
    return None if user is None else actor(user)
