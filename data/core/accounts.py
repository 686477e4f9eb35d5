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
from models.user import LONGEST_NAME, LONGEST_PHONE, Ending, Language, LinkPurpose, NoticeKind, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to invite. A contact belongs to a client, and nobody else does."""

    email: str
    name: str
    role: Role
    language: Language = Language.FRENCH
    client_id: int | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """Who somebody is, and how they are reached. The e-mail address is the name that they sign in with."""

    name: str
    email: str
    phone: str = ""
    language: Language = Language.FRENCH


def invite(desk: OpenDesk, invitation: Invitation) -> str:
    """The token of the link to send. Raises Refused for an address that has an account, or cannot be one."""
    address, called = addresses.email(invitation.email), clean_name(invitation.name)
    client_id = None
    if invitation.role == Role.CONTACT:
        if invitation.client_id is None:
            raise Refused("A contact belongs to a client: please choose which.")
        client_id = scope.client(desk, invitation.client_id).id
    user = User(
        email=address,
        name=called,
        phone=writing.line(invitation.phone, LONGEST_PHONE),
        role=invitation.role,
        client_id=client_id,
        language=invitation.language,
        created_at=desk.now,
    )
    _save(desk, user, address)
    return one_time_links.issue(desk, LinkPurpose.INVITATION, user)


def form(user: User) -> AccountForm:
    return AccountForm(name=user.name, email=user.email, phone=user.phone, language=user.language)


def change(desk: OpenDesk, user: User, wanted: AccountForm, seen: AccountForm) -> None:
    """`seen` is what the form showed at first: Refused where somebody has changed it meanwhile.

    With another e-mail address they sign in by that from now on; their password and their sessions stay, links that
    were sent to the old address are withdrawn.
    """
    if form(user) != seen:
        raise Refused("Somebody has changed this account meanwhile. Look at it again, then change it.")
    address, former = addresses.email(wanted.email), user.email
    user.name, user.language = clean_name(wanted.name), wanted.language
    user.phone = writing.line(wanted.phone, LONGEST_PHONE)
    if address != former:
        one_time_links.withdraw(desk, user)
    _save(desk, user, address)


def clean_name(text: str) -> str:
    """Raises Refused where nothing is left of it."""
    name = writing.line(text, LONGEST_NAME)
    if not name:
        raise Refused("Please give a name.")
    return name


def _save(desk: OpenDesk, user: User, address: str) -> None:
    """Raises Refused where the address is somebody else's."""
    taken = Refused("{email} has an account already.", email=address)
    with desk.session.no_autoflush:
        others = select(User.id).where(col(User.email) == address, col(User.id) != (user.id or 0))
        if desk.session.exec(others).first():
            raise taken
    user.email = address
    desk.session.add(user)
    try:
        desk.session.flush()
    except IntegrityError as race:
        raise taken from race


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
