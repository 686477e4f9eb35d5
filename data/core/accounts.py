"""Creates, invites, shuts out, disables and enables accounts. Callers check first whose accounts these may be."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import known_browsers, life, notices, one_time_links, scope, sign_in
from data.core.desk import OpenDesk
from models import addresses, writing
from models.errors import NotFound, Refused
from models.permission import Role
from models.user import LONGEST_NAME, Ending, Language, LinkPurpose, NoticeKind, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to invite. A contact belongs to a client, and nobody else does."""

    email: str
    name: str
    role: Role
    language: Language = Language.FRENCH
    client_id: int | None = None


def invite(desk: OpenDesk, invitation: Invitation) -> str:
    """The token of the link to send. Raises Refused for an address that has an account, or cannot be one."""
    address, called = addresses.email(invitation.email), writing.line(invitation.name, LONGEST_NAME)
    if not called:
        raise Refused("Please give a name.")
    client_id = None
    if invitation.role == Role.CONTACT:
        if invitation.client_id is None:
            raise Refused("A contact belongs to a client: please choose which.")
        client_id = scope.client(desk, invitation.client_id).id
    taken = Refused("{email} has an account already.", email=address)
    if desk.session.exec(select(User.id).where(col(User.email) == address)).first():
        raise taken
    user = User(
        email=address,
        name=called,
        role=invitation.role,
        client_id=client_id,
        language=invitation.language,
        created_at=desk.now,
    )
    desk.session.add(user)
    try:
        desk.session.flush()
    except IntegrityError as race:
        raise taken from race
    return one_time_links.issue(desk, LinkPurpose.INVITATION, user)


def find(desk: OpenDesk, among: SelectOfScalar[User], user_id: int) -> User:
    """Locked for this transaction when it writes. Raises NotFound for one that is not among them."""
    statement = among.where(col(User.id) == user_id)
    user = desk.session.exec(statement.with_for_update() if desk.writes else statement).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user


def reset(desk: OpenDesk, user: User) -> str:
    """The token of a link that sets a new password; the old one counts until then. Who never came is invited again,
    and who did learns who made the link."""
    _require_active(user)
    if user.is_used:
        notices.of_others(desk, user, NoticeKind.PASSWORD_LINK)
    return one_time_links.issue(desk, purpose_of_link(user), user)


def shut_out(desk: OpenDesk, user: User) -> str:
    """For a password that somebody else may know: it opens nothing any more, nor does any session or link that was
    given out. The token of a link by which the owner comes back."""
    _require_active(user)
    purpose = purpose_of_link(user)
    _forget_what_opens(desk, user)
    notices.of_others(desk, user, NoticeKind.SHUT_OUT)
    return one_time_links.issue(desk, purpose, user)


def disable(desk: OpenDesk, user: User) -> int:
    """Their password, sessions and links open nothing from now on; what they wrote stays. The number of their open
    tickets, which go back to nobody."""
    user.active = False
    _forget_what_opens(desk, user)
    one_time_links.withdraw(desk, user)
    return life.let_go(desk, user)


def enable(desk: OpenDesk, user: User) -> str:
    """The token of a link that sets a new password: the one from before may be why the account was disabled."""
    purpose = purpose_of_link(user)
    user.active = True
    _forget_what_opens(desk, user)
    return one_time_links.issue(desk, purpose, user)


def purpose_of_link(user: User) -> LinkPurpose:
    """A week for a person's first time, an hour for one who waits for it."""
    return LinkPurpose.RESET if user.is_used else LinkPurpose.INVITATION


def _forget_what_opens(desk: OpenDesk, user: User) -> None:
    user.password_hash = None
    desk.session.add(user)
    sign_in.end_sessions(desk, user.id, Ending.SHUT_OUT)
    known_browsers.forget(desk, user.id)


def _require_active(user: User) -> None:
    if not user.active:
        raise Refused("The account of {name} is disabled. Enable it first.", name=user.name)
