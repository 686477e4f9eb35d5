"""One's own account: name, language, password, and the browsers that are signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import accounts, passwords, sign_in
from data.core.desk import OpenDesk, command, query
from models import writing
from models.errors import NotFound, Refused
from models.permission import Permission
from models.user import LONGEST_PHONE, Language, User, UserSession


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in; `this` is the one that asks."""

    id: int
    browser: str
    address: str
    started_at: datetime
    seen_at: datetime
    this: bool


@dataclass(frozen=True, slots=True, repr=False)
class NewPassword:
    """A password that was agreed to: what to keep, and what it replaces."""

    former_hash: str
    hash: str


@query(Permission.USE_ACCOUNT)
def sessions(desk: OpenDesk) -> list[OpenSession]:
    """The latest seen first."""
    return [
        OpenSession(
            found.id or 0, found.browser, found.address, found.created_at, found.seen_at, found.id == desk.session_id
        )
        for found in desk.session.exec(_live(desk).order_by(col(UserSession.seen_at).desc(), col(UserSession.id)))
    ]


@command(Permission.USE_ACCOUNT)
def update(desk: OpenDesk, name: str, language: Language, phone: str | None = None) -> None:
    """The telephone number stays as it is without one."""
    user = desk.session.get_one(User, desk.user.id)
    user.name, user.language = accounts.clean_name(name), language
    if phone is not None:
        user.phone = writing.line(phone, LONGEST_PHONE)
    desk.session.add(user)


@query(Permission.USE_ACCOUNT)
def phone(desk: OpenDesk) -> str:
    """One's own telephone number."""
    return desk.session.get_one(User, desk.user.id).phone


@query(Permission.USE_ACCOUNT)
def agree_password(desk: OpenDesk, present: str, new: str) -> NewPassword:
    """Check the present password and judge the new one: half a second of arithmetic, which locks no row.

    Wrong guesses count as failed sign-ins do. Raises Refused, in the same words while the brake is on.
    """
    passwords.require_good(new, desk.user.name, desk.user.email)
    found = sign_in.account(desk.engine, desk.user.email, "", desk.now)
    if not passwords.matches(present, found.password_hash):
        raise Refused("The present password is not right. After several refusals, wait a while.")
    return NewPassword(found.password_hash, passwords.hashed(new))


@command(Permission.USE_ACCOUNT)
def change_password(desk: OpenDesk, agreed: NewPassword) -> None:
    """All other sessions of the user end. Raises Refused when the password was changed in the meantime."""
    user = desk.session.exec(select(User).where(col(User.id) == desk.user.id).with_for_update()).one()
    if user.password_hash != agreed.former_hash:
        raise Refused("Your password was changed elsewhere in the meantime.")
    user.password_hash = agreed.hash
    desk.session.add(user)
    sign_in.release(desk.session, user.email, "", desk.now)
    sign_in.end_sessions(desk, desk.me, but=desk.session_id)


@command(Permission.USE_ACCOUNT)
def end_session(desk: OpenDesk, session_id: int) -> None:
    """Raises NotFound for one that is not there, over, or somebody else's."""
    found = desk.session.exec(_live(desk).where(col(UserSession.id) == session_id)).first()
    if found is None:
        raise NotFound("This session has ended already.")
    found.ended_at = desk.now
    desk.session.add(found)


@command(Permission.USE_ACCOUNT)
def end_other_sessions(desk: OpenDesk) -> None:
    sign_in.end_sessions(desk, desk.user.id or 0, but=desk.session_id)


def _live(desk: OpenDesk) -> SelectOfScalar[UserSession]:
    return select(UserSession).where(
        col(UserSession.user_id) == desk.user.id,
        col(UserSession.ended_at).is_(None),
        col(UserSession.expires_at) > desk.now,
    )
