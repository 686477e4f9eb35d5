"""One's own account: name, language, password, the browsers that are signed in, and what happened to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import accounts, known_browsers, notices, passwords, sign_in, users
from data.core.desk import OpenDesk, command, query
from models import writing
from models.errors import NotFound, Refused
from models.permission import Permission
from models.user import LONGEST_PHONE, Ending, Language, NoticeKind, User, UserSession


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in; `this` is the one that asks."""

    id: int
    browser: str
    address: str
    started_at: datetime
    seen_at: datetime
    this: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened to the account; `by` is empty where the command line did it, or where it was a sign-in."""

    id: int
    kind: NoticeKind
    at: datetime
    by: str
    browser: str
    address: str
    session_id: int | None


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

    Wrong guesses are braked, in the same words, before the new one is judged. Raises Refused.
    """
    passwords.require_length(new)
    with passwords.turn():
        found = sign_in.own_account(desk.engine, desk.me, desk.now)
        if found.wait or not passwords.matches(present, found.password_hash):
            if not found.wait:
                sign_in.note_refusal(desk.engine, found, "", desk.now)
            raise Refused("The present password is not right. After several refusals, wait a while.")
        sign_in.release_owner(desk.engine, desk.me, desk.now)
        passwords.require_good(new, desk.user.name, desk.user.email)
        return NewPassword(found.password_hash, passwords.hashed(new))


@command(Permission.USE_ACCOUNT)
def change_password(desk: OpenDesk, agreed: NewPassword) -> None:
    """All sessions of the user end, the present one as well, and no browser is known any more: a thief who has copied
    this browser's cookie is out, too. The page opens a new session at once.

    Raises Refused when the password was changed in the meantime.
    """
    user = desk.session.exec(select(User).where(col(User.id) == desk.user.id).with_for_update()).one()
    if user.password_hash != agreed.former_hash:
        raise Refused("Your password was changed elsewhere in the meantime.")
    user.password_hash = agreed.hash
    desk.session.add(user)
    sign_in.end_sessions(desk, desk.me, Ending.PASSWORD)
    known_browsers.forget(desk, desk.me)


@query(Permission.USE_ACCOUNT)
def shown_notices(desk: OpenDesk) -> tuple[Notice, ...]:
    """What happened to my account and I have not read yet, the newest first."""
    return tuple(
        Notice(one.id, one.kind, one.at, one.by, one.browser, one.address, one.session_id)
        for one in notices.shown(desk)
    )


@command(Permission.USE_ACCOUNT)
def put_notices_away(desk: OpenDesk, kinds: Collection[NoticeKind]) -> None:
    """I have read those of these kinds."""
    notices.put_away(desk, kinds)


@command(Permission.USE_ACCOUNT)
def end_session(desk: OpenDesk, session_id: int) -> None:
    """Raises NotFound for one that is not there, over, or somebody else's."""
    found = desk.session.exec(_live(desk).where(col(UserSession.id) == session_id)).first()
    if found is None:
        raise NotFound("This session has ended already.")
    found.ended_at, found.ending = desk.now, Ending.ENDED_ELSEWHERE
    desk.session.add(found)


@command(Permission.USE_ACCOUNT)
def end_other_sessions(desk: OpenDesk) -> None:
    """Those other browsers are not known any more, either."""
    sign_in.end_sessions(desk, desk.me, Ending.ENDED_ELSEWHERE, but=desk.session_id)
    known_browsers.forget(desk, desk.me, but_of=desk.session_id)


def _live(desk: OpenDesk) -> SelectOfScalar[UserSession]:
    mine = select(UserSession).join(User, col(User.id) == col(UserSession.user_id))
    return mine.where(col(UserSession.user_id) == desk.user.id, *users.live(desk.now))
