"""Signing in and out: sessions, their cookie, and the brake on guessing. Nobody is signed in yet here.

The browser's cookie holds a random token; the database holds its hash. The page that signs a user in opens
a session and gets a one-time ticket; the browser posts the ticket to our own route, which gives it the token
in an HttpOnly cookie. Neither the database nor a script in the page ever holds the token.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from data.core import passwords, users
from data.core.database import insert_into
from data.core.desk import SYSTEM, Desk, OpenDesk, opened
from models.permission import STAFF
from models.user import SignInBrake, User, UserSession

LIFETIME = timedelta(hours=12)
TICKET_LIFETIME = timedelta(seconds=60)
FREE_TRIES, LONGEST_WAIT, FORGOTTEN_AFTER = 4, timedelta(minutes=15), timedelta(hours=1)
TRIES_PER_ADDRESS = 30  # many people can sit behind one address


@dataclass(frozen=True)
class Found:
    """What the sign-in form needs of an account; `password_hash` is nobody's where sign-in is refused anyway."""

    id: int | None
    password_hash: str
    name: str = ""
    email: str = ""


def account(engine: Engine, email: str, address: str, now: datetime) -> Found:
    """The one row asked for. Unknown, disabled, uninvited and braked accounts all give the same answer.

    A try counts as failed until it has succeeded: many made side by side find the brake as those made in turn do.
    The fourth makes the next one wait for 1 second, then 2, 4, … 15 minutes; after an hour without any, all is
    forgotten. A try that comes too early is not looked at, and so does not make the wait longer.
    """
    nobody = Found(None, passwords.nobodys_hash())
    with _writing(engine, "sign_in.try", now) as session:
        brakes = [_brake(session, key, now) for key in _keys(email, address)]
        if any(brake.not_before > now for brake in brakes):
            return nobody
        for brake, free in zip(brakes, (FREE_TRIES, TRIES_PER_ADDRESS), strict=False):
            brake.failures = 1 if brake.failed_at < now - FORGOTTEN_AFTER else brake.failures + 1
            brake.failed_at = now
            wait = timedelta(seconds=2 ** min(brake.failures - free, 20)) if brake.failures >= free else timedelta()
            brake.not_before = now + min(wait, LONGEST_WAIT)
        user = session.exec(select(User).where(col(User.email) == email.replace("\0", ""))).first()
    if user is None or not user.active or user.password_hash is None:
        return nobody
    return Found(user.id, user.password_hash, user.name, user.email)


def release(session: Session, email: str, address: str, now: datetime) -> None:
    """The right password was given: the name's tries are forgotten, and the address gets its one back."""
    name, *place = (session.get(SignInBrake, key, with_for_update=True) for key in _keys(email, address))
    if name is not None:
        session.delete(name)
    for brake in filter(None, place):
        brake.failures, brake.not_before = max(brake.failures - 1, 0), now


def open_session(engine: Engine, user_id: int, address: str, browser: str, now: datetime) -> tuple[int, str]:
    """A new session's id, for the server to remember, and the one-time ticket for its cookie."""
    ticket = secrets.token_urlsafe(32)
    with _writing(engine, "sign_in.open", now) as session:
        user = session.get_one(User, user_id)
        release(session, user.email, address, now)
        opened_session = UserSession(
            user_id=user_id,
            ticket_hash=_hash(ticket),
            ticket_expires_at=now + TICKET_LIFETIME,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            address=address[:64],
            browser=browser[:300],
        )
        session.add(opened_session)
        session.flush()
        assert opened_session.id is not None
        return opened_session.id, ticket


def redeem(engine: Engine, ticket: str, now: datetime) -> str | None:
    """The cookie's token for a ticket, once; None for one that is unknown, used, late, or of an ended session."""
    token = secrets.token_urlsafe(32)
    with engine.execution_options(writes=True).begin() as connection:
        redeemed = connection.execute(
            update(UserSession)
            .where(
                col(UserSession.ticket_hash) == _hash(ticket),
                col(UserSession.ticket_expires_at) > now,
                col(UserSession.ended_at).is_(None),
            )
            .values(ticket_hash=None, ticket_expires_at=None, token_hash=_hash(token))
        )
        return token if redeemed.rowcount == 1 else None


def session_of_token(engine: Engine, token: str, now: datetime) -> int | None:
    """The live session a cookie's token belongs to; that its user is active, the desk asks at each call."""
    with Session(engine) as session:
        return session.exec(
            select(UserSession.id).where(
                col(UserSession.token_hash) == _hash(token),
                col(UserSession.ended_at).is_(None),
                col(UserSession.expires_at) > now,
            )
        ).first()


def desk_of_session(engine: Engine, session_id: int, now: datetime) -> Desk | None:
    """The desk of a session that has neither ended nor expired, if its user is active."""
    with Session(engine) as session:
        user = users.of_session(session, session_id, now)
    return Desk(user, engine, session_id) if user else None


def note_seen(engine: Engine, session_id: int, now: datetime) -> None:
    """Once a minute at most: a look at one's sessions need not be finer."""
    stale = col(UserSession.seen_at) < now - timedelta(minutes=1)
    with Session(engine) as session:
        if session.exec(select(UserSession.id).where(col(UserSession.id) == session_id, stale)).first() is None:
            return
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(UserSession).where(col(UserSession.id) == session_id, stale).values(seen_at=now))


def end_session(engine: Engine, session_id: int, now: datetime) -> None:
    with _writing(engine, "sign_in.end", now) as session:
        found = session.get(UserSession, session_id)
        if found is not None and found.ended_at is None:
            found.ended_at = now
            session.add(found)


def end_sessions(desk: OpenDesk, user_id: int, *, but: int | None = None) -> None:
    """All live sessions of a user, save one, within the caller's transaction."""
    live = select(UserSession).where(col(UserSession.user_id) == user_id, col(UserSession.ended_at).is_(None))
    for found in desk.session.exec(live.where(col(UserSession.id).is_distinct_from(but))):
        found.ended_at = desk.now
        desk.session.add(found)


def anybody(engine: Engine) -> bool:
    """Can anybody sign in at all? If not, the first-run page is shown instead: imported people have no password."""
    with Session(engine) as session:
        return anybody_yet(session)


def anybody_yet(session: Session) -> bool:
    """Of the staff, who are few: without them no contact was ever invited."""
    staff = select(User.id).where(col(User.role).in_(STAFF), col(User.password_hash).is_not(None))
    return session.exec(staff.limit(1)).first() is not None


@contextmanager
def _writing(engine: Engine, action: str, now: datetime) -> Iterator[Session]:
    with opened(Desk(SYSTEM, engine, clock=lambda: now), action, writes=True) as desk:
        yield desk.session


def _brake(session: Session, key: str, now: datetime) -> SignInBrake:
    """Made where it is not there yet; locked until the try is counted."""
    new = insert_into(session, SignInBrake).values(key=key, failures=0, failed_at=now, not_before=now)
    session.execute(new.on_conflict_do_nothing())
    return session.get_one(SignInBrake, key, with_for_update=True)


def _keys(email: str, address: str) -> list[str]:
    """Hashes: whoever reads the brakes learns no name that was tried."""
    return [_hash(f"name {email}")] + ([_hash(f"address {address}")] if address else [])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
