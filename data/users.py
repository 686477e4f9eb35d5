"""The people of the desk and of its clients, as managers keep them."""

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, tuple_

from data.core import one_time_links, scope, sign_in
from data.core.desk import OpenDesk, command, query
from models import addresses, writing
from models.client import Client
from models.errors import NotFound, Refused
from models.permission import STAFF, Permission, Role
from models.user import LONGEST_NAME, Language, LinkPurpose, User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """`invited` as long as no password was set; `client` is empty for staff."""

    id: int
    name: str
    email: str
    role: Role
    language: Language
    client: str
    active: bool
    invited: bool


@dataclass(frozen=True, slots=True)
class People:
    """A page of them by name; `after` is what to ask for the next one, None on the last."""

    page: list[Person]
    after: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to invite. A contact belongs to a client, and nobody else does."""

    email: str
    name: str
    role: Role
    language: Language = Language.FRENCH
    client_id: int | None = None


@query(Permission.MANAGE_USERS)
def people(
    desk: OpenDesk, *, text: str = "", roles: tuple[Role, ...] = (), after: tuple[str, int] | None = None
) -> People:
    """Those whose name, address or client has `text` in it, of any of `roles`; of all when there are none."""
    statement = select(User).order_by(col(User.name), col(User.id)).limit(PAGE + 1)
    if sought := writing.line(text, 200):
        named = scope.clients(desk).where(col(Client.name).icontains(sought, autoescape=True))
        statement = statement.where(
            or_(
                col(User.name).icontains(sought, autoescape=True),
                col(User.email).icontains(sought, autoescape=True),
                col(User.client_id).in_(named.with_only_columns(col(Client.id))),
            )
        )
    if roles:
        statement = statement.where(col(User.role).in_(roles))
    if after:
        statement = statement.where(tuple_(col(User.name), col(User.id)) > after)
    found = list(desk.session.exec(statement))
    page, more = found[:PAGE], len(found) > PAGE
    ids = {user.client_id for user in page if user.client_id}
    theirs = desk.session.exec(scope.clients(desk).where(col(Client.id).in_(ids)))
    clients: dict[int | None, str] = {client.id: client.name for client in theirs}
    last = page[-1] if page else None
    return People([_person(user, clients) for user in page], (last.name, last.id or 0) if last and more else None)


@query(Permission.MANAGE_USERS)
def person(desk: OpenDesk, user_id: int) -> Person:
    user = _user(desk, user_id)
    return _person(user, {user.client_id: scope.client(desk, user.client_id).name} if user.client_id else {})


@command(Permission.MANAGE_USERS)
def invite(desk: OpenDesk, invitation: Invitation) -> str:
    """The token of the link to send. Raises Refused for an address that has an account, or cannot be one."""
    email, name = addresses.email(invitation.email), writing.line(invitation.name, LONGEST_NAME)
    if not name:
        raise Refused("Please give a name.")
    client_id = None
    if invitation.role == Role.CONTACT:
        if invitation.client_id is None:
            raise Refused("A contact belongs to a client: please choose which.")
        client_id = scope.client(desk, invitation.client_id).id
    taken = Refused("{email} has an account already.", email=email)
    if desk.session.exec(select(User.id).where(col(User.email) == email)).first():
        raise taken
    user = User(
        email=email,
        name=name,
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


@command(Permission.MANAGE_USERS)
def reset(desk: OpenDesk, user_id: int) -> str:
    """The token of a link that sets a new password; the old one counts until then. Who has none is invited anew."""
    user = _user(desk, user_id)
    if not user.active:
        raise Refused("The account of {name} is disabled. Enable it first.", name=user.name)
    purpose = LinkPurpose.RESET if user.password_hash else LinkPurpose.INVITATION
    return one_time_links.issue(desk, purpose, user)


@command(Permission.MANAGE_USERS)
def disable(desk: OpenDesk, user_id: int) -> None:
    """Their sessions and links end at once; what they wrote stays."""
    user = _user_who_may_go(desk, user_id)
    user.active = False
    desk.session.add(user)
    sign_in.end_sessions(desk, user_id)
    one_time_links.withdraw(desk, user)


@command(Permission.MANAGE_USERS)
def enable(desk: OpenDesk, user_id: int) -> None:
    user = _user(desk, user_id)
    user.active = True
    desk.session.add(user)


@command(Permission.MANAGE_USERS)
def change_role(desk: OpenDesk, user_id: int, role: Role) -> None:
    """Counts at their next click. Raises Refused between staff and contacts: those are different people's accounts."""
    user = _user_who_may_go(desk, user_id)
    if user.role not in STAFF or role not in STAFF:
        raise Refused("A contact stays a contact, and staff stays staff. Invite them anew at another address.")
    user.role = role
    desk.session.add(user)


def _user_who_may_go(desk: OpenDesk, user_id: int) -> User:
    """The desk never loses its last manager, nor a manager their own desk by a slip of the hand."""
    able = select(User).where(col(User.role) == Role.MANAGER, col(User.active), col(User.password_hash).is_not(None))
    # Locked, in order, so that two managers cannot put each other out at the same moment.
    managers = desk.session.exec(able.order_by(col(User.id)).with_for_update()).all()
    user = _user(desk, user_id)
    if user.id == desk.user.id:
        raise Refused("You cannot disable yourself or change your own role. Ask another manager.")
    if managers == [user]:
        raise Refused("{name} is the last manager who can sign in.", name=user.name)
    return user


def _user(desk: OpenDesk, user_id: int) -> User:
    statement = select(User).where(col(User.id) == user_id)
    user = desk.session.exec(statement.with_for_update() if desk.writes else statement).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user


def _person(user: User, clients: dict[int | None, str]) -> Person:
    return Person(
        user.id or 0,
        user.name,
        user.email,
        user.role,
        user.language,
        clients.get(user.client_id, ""),
        user.active,
        user.password_hash is None,
    )
