"""Browsers in which a person has signed in before. Their tries at the sign-in are braked by themselves, so that nobody
elsewhere can keep the owner of an account out; and a sign-in in any other is told to the owner.

The cookie holds a random token, the database its hash. It opens no session.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col, select

from data.core.database import insert_into
from data.core.desk import OpenDesk
from models.user import KnownBrowser, User, UserSession

LIFETIME = timedelta(days=180)  # since it was last signed in
_LONGEST_TOKEN = 100


def knows(session: Session, token: str, name: str, now: datetime) -> bool:
    """Is this the token of a browser that the person of this sign-in name has used?"""
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return False
    live = col(KnownBrowser.token_hash) == _hash(token), col(KnownBrowser.seen_at) > now - LIFETIME
    one = select(KnownBrowser.user_id).join(User, col(User.id) == col(KnownBrowser.user_id))
    return session.exec(one.where(*live, col(User.email) == name)).first() is not None


def remember(engine: Engine, session_id: int, token: str, now: datetime) -> str:
    """The browser of this session is known from now on; the token for its cookie.

    One that it already has goes on only where it is known for this very person: another may have been planted by
    somebody who knows it. Colleagues who share the browser go on under the new one.
    """
    with engine.execution_options(writes=True).begin() as connection:
        mine = col(UserSession.id) == session_id
        user_id = connection.execute(select(UserSession.user_id).where(mine)).scalar_one()
        former = _hash(token[:_LONGEST_TOKEN])
        same = col(KnownBrowser.token_hash) == former, col(KnownBrowser.user_id) == user_id
        live = col(KnownBrowser.seen_at) > now - LIFETIME
        if connection.execute(update(KnownBrowser).where(*same, live).values(seen_at=now)).rowcount == 0:
            token = secrets.token_urlsafe(32)
            connection.execute(delete(KnownBrowser).where(*same))
            others = update(KnownBrowser).where(col(KnownBrowser.token_hash) == former)
            connection.execute(others.values(token_hash=_hash(token)))
            new = insert_into(connection, KnownBrowser)
            connection.execute(new.values(token_hash=_hash(token), user_id=user_id, seen_at=now))
        connection.execute(update(UserSession).where(mine).values(browser_hash=_hash(token)))
    return token


def forget(desk: OpenDesk, user_id: int, *, but_of: int | None = None) -> None:
    """All those of a person, save the one of a session, within the caller's transaction."""
    theirs = delete(KnownBrowser).where(col(KnownBrowser.user_id) == user_id)
    if but_of is not None:
        found = select(UserSession.browser_hash).where(col(UserSession.id) == but_of)
        theirs = theirs.where(col(KnownBrowser.token_hash) != (desk.session.exec(found).first() or ""))
    desk.session.execute(theirs)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
