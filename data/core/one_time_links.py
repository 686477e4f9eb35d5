"""Links that let one person set a password, once, before they expire. Nobody is signed in yet where they are followed.

The database keeps a hash; the link itself is shown once, to whoever asked for it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import known_browsers, passwords, sign_in
from data.core.desk import SYSTEM, Desk, OpenDesk, opened
from models import addresses, writing
from models.errors import Refused
from models.permission import Role
from models.user import LONGEST_NAME, Ending, Language, LinkPurpose, OneTimeLink, User

LIFETIME = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.FIRST_RUN: timedelta(days=1),
}
_LONGEST_TOKEN = 100  # characters; ours have 43


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be followed; the first-run link belongs to nobody yet."""

    purpose: LinkPurpose
    name: str = ""
    email: str = ""
    language: Language | None = None


def issue(desk: OpenDesk, purpose: LinkPurpose, user: User | None = None) -> str:
    """A new link's token, in the caller's transaction; the links before it count no more."""
    withdraw(desk, user)
    token, token_hash = new_token()
    desk.session.add(
        OneTimeLink(
            user_id=user.id if user else None,
            purpose=purpose,
            token_hash=token_hash,
            created_at=desk.now,
            expires_at=desk.now + LIFETIME[purpose],
        )
    )
    return token


def new_token() -> tuple[str, str]:
    """A token that nobody guesses, and the hash that the desk keeps of it."""
    token = secrets.token_urlsafe(32)
    return token, _hash(token)


def withdraw(desk: OpenDesk, user: User | None) -> None:
    """The links that were given out for a user, or for the first manager, count no more."""
    user_id = user.id if user else None
    for former in desk.session.exec(unused(desk.now).where(col(OneTimeLink.user_id).is_not_distinct_from(user_id))):
        former.expires_at = desk.now
        desk.session.add(former)


def unused(now: datetime) -> SelectOfScalar[OneTimeLink]:
    """The links that still open."""
    return select(OneTimeLink).where(col(OneTimeLink.used_at).is_(None), col(OneTimeLink.expires_at) > now)


def first_run(engine: Engine, now: datetime) -> str:
    """The token that creates the first manager of an empty desk; the one of the start before counts no more."""
    with opened(_system(engine, now), "one_time_links.first_run", writes=True) as desk:
        return issue(desk, LinkPurpose.FIRST_RUN)


def look(engine: Engine, token: str, now: datetime) -> Link:
    """Raises Refused, in the same words for a link that is unknown, used, replaced or expired."""
    with Session(engine) as session:
        found, user = _valid(session, token, now)
        return Link(found.purpose, user.name, user.email, user.language) if user else Link(found.purpose)


def follow(engine: Engine, token: str, password: str, now: datetime) -> int:
    """Set the password of the link's user, end all sessions and forget all browsers of the former one. The user's id,
    to sign in. No brake stands before it: a link is not guessed, and lets in whoever is kept out elsewhere."""
    link = look(engine, token, now)
    with passwords.turn():  # before the transaction: it takes a quarter of a second
        passwords.require_good(password, link.name, link.email)
        password_hash = passwords.hashed(password)
    with opened(_system(engine, now), "one_time_links.follow", writes=True) as desk:
        found, user = _valid(desk.session, token, now, lock=True)
        if user is None or user.id is None:
            raise _refusal()
        user.password_hash = password_hash
        found.used_at = now
        desk.session.add_all([user, found])
        sign_in.end_sessions(desk, user.id, Ending.PASSWORD)
        known_browsers.forget(desk, user.id)
        return user.id


def create_desk(  # noqa: PLR0917
    engine: Engine, token: str, email: str, name: str, language: Language, password: str, now: datetime
) -> int:
    """The first manager of an empty desk, by the first-run link. Raises Refused once anybody can sign in."""
    address, called = addresses.email(email), writing.line(name, LONGEST_NAME)
    if not called:
        raise Refused("Please give a name.")
    look(engine, token, now)
    with passwords.turn():
        passwords.require_good(password, called, address)
        password_hash = passwords.hashed(password)
    with opened(_system(engine, now), "one_time_links.create_desk", writes=True) as desk:
        link, user = _valid(desk.session, token, now, lock=True)
        if user or sign_in.anybody_yet(desk.session) or link.purpose != LinkPurpose.FIRST_RUN:
            raise _refusal()
        if desk.session.exec(select(User.id).where(col(User.email) == address)).first():
            raise Refused("{email} has an account already.", email=address)
        link.used_at = now
        manager = User(
            email=address,
            name=called,
            role=Role.MANAGER,
            language=language,
            password_hash=password_hash,
            created_at=now,
        )
        desk.session.add_all([manager, link])
        desk.session.flush()
        assert manager.id is not None
        return manager.id


def _valid(session: Session, token: str, now: datetime, *, lock: bool = False) -> tuple[OneTimeLink, User | None]:
    if len(token) > _LONGEST_TOKEN:
        raise _refusal()
    statement = unused(now).where(col(OneTimeLink.token_hash) == _hash(token))
    link = session.exec(statement.with_for_update() if lock else statement).first()
    if link is None:
        raise _refusal()
    if link.user_id is None:
        return link, None
    user = session.get(User, link.user_id)
    if user is None or not user.active:
        raise _refusal()
    return link, user


def _refusal() -> Refused:
    return Refused("This link is not valid: it may be used, replaced or too old. Ask for a new one.")


def _system(engine: Engine, now: datetime) -> Desk:
    return Desk(SYSTEM, engine, clock=lambda: now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
