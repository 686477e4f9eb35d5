"""Why somebody who was signed in is no longer: said on the sign-in page, so that it is no riddle."""

import hashlib
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.user import User, UserSession


class SessionEnd(StrEnum):
    ENDED = auto()  # signed out in another tab, or ended from another browser or with a new password
    EXPIRED = auto()
    DISABLED = auto()  # the account, not the session


def why(engine: Engine, session_id: int, now: datetime) -> SessionEnd | None:
    """None for a session that goes on, or is unknown."""
    with Session(engine) as session:
        found = session.exec(
            select(UserSession.ended_at, UserSession.expires_at, User.active)
            .join(User, col(User.id) == col(UserSession.user_id))
            .where(col(UserSession.id) == session_id)
        ).first()
    if found is None:
        return None
    ended_at, expires_at, active = found
    if not active:
        return SessionEnd.DISABLED
    if ended_at is not None:
        return SessionEnd.ENDED
    return SessionEnd.EXPIRED if expires_at <= now else None


def of_token(engine: Engine, token: str, now: datetime) -> SessionEnd | None:
    """The same for the session that a browser's cookie belongs to."""
    token_hash = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    with Session(engine) as session:
        session_id = session.exec(select(UserSession.id).where(col(UserSession.token_hash) == token_hash)).first()
    return None if session_id is None else why(engine, session_id, now)
