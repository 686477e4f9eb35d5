"""Signing in and out: sessions, their cookie, and the account asked for. Nobody is signed in yet here.

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

from sqlalchemy import Engine, or_, update
from sqlmodel import Session, col, select

from data.core import audit, brakes, known_browsers, notices, passwords, users
from data.core.desk import SYSTEM, Desk, OpenDesk, opened
from data.core.settings import settings
from models import addresses
from models.errors import Refused
from models.networks import network
from models.permission import STAFF
from models.user import Ending, User, UserSession

LIFETIME = timedelta(hours=12)
TICKET_LIFETIME = timedelta(seconds=60)
NO_WAIT = timedelta()
REFUSED = "E-mail address or password refused. After several refusals, wait a while before the next try."


@dataclass(frozen=True)
class Found:
    """What the sign-in form needs of an account; `password_hash` is nobody's where sign-in is refused anyway.

    A try that comes too early has to `wait`. `next_wait` is what comes after this one, if it is refused, and
    `tried_id` the account that it was about: these are for the audit trail.
    """

    id: int | None
    password_hash: str
    name: str = ""
    email: str = ""
    wait: timedelta = NO_WAIT
    next_wait: timedelta = NO_WAIT
    tried_id: int | None = None


def wait(engine: Engine, email: str, address: str, now: datetime, *, browser_token: str = "") -> timedelta:
    """How long the next try has to wait. A try that comes too early costs two reads: no lock, and no bcrypt."""
    name = addresses.sign_in_name(email)
    with Session(engine) as session:
        return brakes.wait(session, brakes.of_sign_in(session, name, address, browser_token, now), now)


def account(engine: Engine, email: str, address: str, now: datetime, *, browser_token: str = "") -> Found:
    """The one row asked for. Unknown, disabled and uninvited accounts all give the same answer.

    It is found by the very name that its brakes count by. A try counts as refused until it has succeeded.
    """
    nobody = passwords.nobodys_hash()
    name = addresses.sign_in_name(email)
    with _writing(engine, "sign_in.try", now) as session:
        early, later = brakes.count(session, brakes.of_sign_in(session, name, address, browser_token, now), now)
        if early:
            return Found(None, nobody, wait=early)
        user = session.exec(select(User).where(col(User.email) == name)).first()
    if user is None or not user.active or user.password_hash is None:
        return Found(None, nobody, next_wait=later, tried_id=user.id if user else None)
    return Found(user.id, user.password_hash, user.name, user.email, next_wait=later, tried_id=user.id)


def give_back(engine: Engine, email: str, address: str, now: datetime, *, browser_token: str = "") -> None:
    """A try whose password was not looked at, because too many were."""
    name = addresses.sign_in_name(email)
    with _writing(engine, "sign_in.give_back", now) as session:
        brakes.give_back(session, brakes.of_sign_in(session, name, address, browser_token, now))


def own_account(engine: Engine, user_id: int, now: datetime) -> Found:
    """One's own, for who is signed in and gives the present password: with a brake that nobody else can hold."""
    with _writing(engine, "sign_in.try", now) as session:
        early, later = brakes.count(session, brakes.of_owner(user_id), now)
        user = session.get_one(User, user_id)
        password_hash = user.password_hash if not early else None
        return Found(user.id, password_hash or passwords.nobodys_hash(), wait=early, next_wait=later, tried_id=user.id)


def release_owner(engine: Engine, user_id: int, now: datetime) -> None:
    with _writing(engine, "sign_in.release", now) as session:
        brakes.release(session, brakes.of_owner(user_id), now)


def note_refusal(engine: Engine, found: Found, address: str, now: datetime) -> None:
    """A refused try, on the audit trail. Of a name that is nobody's only that it was: people type passwords there.

    The brakes bound how many there can be; what comes too early is not noted.
    """
    with _writing(engine, "sign_in.refused", now) as session:
        after = {"network": network(address), "next_wait": found.next_wait.total_seconds()}
        audit.deed(session, "user", str(found.tried_id or ""), after=after)


def open_session(
    engine: Engine,
    user_id: int,
    address: str,
    browser: str,
    now: datetime,
    *,
    browser_token: str = "",
    announce: bool = True,
    proven_by: str | None = None,
) -> tuple[int, str]:
    """A new session's id, for the server to remember, and the one-time ticket for its cookie.

    The owner gets a notice of a sign-in in a browser that is not known, unless it need not be `announce`d. `proven_by`
    is the hash that a password was compared with: Refused where it was taken away or replaced meanwhile.
    """
    ticket = secrets.token_urlsafe(32)
    with _writing(engine, "sign_in.open", now) as session:
        user = session.get_one(User, user_id, with_for_update=True)
        if proven_by is not None and (not user.active or user.password_hash != proven_by):
            raise Refused(REFUSED)
        counted = brakes.of_sign_in(session, user.email, address, browser_token, now)
        brakes.release(session, counted, now)
        known = known_browsers.knows(session, browser_token, user.email, now)
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
        if announce and user.seen_at is not None and not known:
            notices.of_new_browser(session, opened_session)
        session.execute(update(User).where(col(User.id) == user_id).values(seen_at=now))
        return opened_session.id, ticket


def redeem(engine: Engine, ticket: str, now: datetime) -> str | None:
    """The cookie's token for a ticket, once; None for one that is unknown, used, late, or of an ended session."""
    token = secrets.token_urlsafe(32)
    due = (
        col(UserSession.ticket_hash) == _hash(ticket),
        col(UserSession.ticket_expires_at) > now,
        col(UserSession.ended_at).is_(None),
    )
    with Session(engine) as session:  # first without a lock: anybody may ask
        if session.exec(select(UserSession.id).where(*due)).first() is None:
            return None
    with engine.execution_options(writes=True).begin() as connection:
        used = {"ticket_hash": None, "ticket_expires_at": None, "token_hash": _hash(token)}
        redeemed = connection.execute(update(UserSession).where(*due).values(used))
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
    """A person did something there. Once a minute at most: nothing that reads it need be finer."""
    stale = col(UserSession.seen_at) < now - timedelta(minutes=1)
    with Session(engine) as session:
        user_id = session.exec(select(UserSession.user_id).where(col(UserSession.id) == session_id, stale)).first()
        if user_id is None:
            return
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(UserSession).where(col(UserSession.id) == session_id, stale).values(seen_at=now))
        connection.execute(update(User).where(col(User.id) == user_id).values(seen_at=now))


def end_session(engine: Engine, session_id: int, now: datetime, ending: Ending = Ending.SIGNED_OUT) -> None:
    with _writing(engine, "sign_in.end", now) as session:
        found = session.get(UserSession, session_id)
        if found is not None and found.ended_at is None:
            found.ended_at, found.ending = now, ending
            session.add(found)


def why_ended(engine: Engine, session_id: int, now: datetime) -> Ending | None:
    """For the person who sat there; None where it goes on, was purged, or ended before this was recorded."""
    with Session(engine) as session:
        found = session.get(UserSession, session_id)
        if found is None or found.ended_at is not None:
            return found.ending if found else None
        user = session.get_one(User, found.user_id)
        if found.expires_at <= now:
            return Ending.EXPIRED
        return Ending.IDLE if user.role in STAFF and found.seen_at <= now - settings().staff_idle else None


def why_token_ended(engine: Engine, token: str, now: datetime) -> Ending | None:
    """The same of the session that a browser's cookie belonged to."""
    with Session(engine) as session:
        session_id = session.exec(select(UserSession.id).where(col(UserSession.token_hash) == _hash(token))).first()
    return None if session_id is None else why_ended(engine, session_id, now)


def end_sessions(desk: OpenDesk, user_id: int, ending: Ending, *, but: int | None = None) -> None:
    """All sessions of a user that have not ended, save one, within the caller's transaction."""
    live = select(UserSession).where(col(UserSession.user_id) == user_id, col(UserSession.ended_at).is_(None))
    for found in desk.session.exec(live.where(col(UserSession.id).is_distinct_from(but))):
        found.ended_at, found.ending = desk.now, ending
        desk.session.add(found)


def anybody(engine: Engine) -> bool:
    """Can anybody sign in at all? If not, the first-run page is shown instead: imported people have no password."""
    with Session(engine) as session:
        return anybody_yet(session)


def anybody_yet(session: Session) -> bool:
    """Of the staff, who are few: without them no contact was ever invited. Who was shut out comes back by a link."""
    used = or_(col(User.password_hash).is_not(None), col(User.seen_at).is_not(None))
    staff = select(User.id).where(col(User.role).in_(STAFF), used)
    return session.exec(staff.limit(1)).first() is not None


@contextmanager
def _writing(engine: Engine, action: str, now: datetime) -> Iterator[Session]:
    with opened(Desk(SYSTEM, engine, clock=lambda: now), action, writes=True) as desk:
        yield desk.session


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
