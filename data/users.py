"""The people of the desk and of its clients, as managers keep them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, func, select, tuple_

from data.core import accounts, life, one_time_links, scope, services
from data.core.accounts import AccountForm, Invitation
from data.core.desk import OpenDesk, command, query
from models import addresses, writing
from models.client import Client
from models.errors import NotFound, Refused
from models.permission import STAFF, Permission, Role
from models.user import Language, User

__all__ = [
    "AccountForm",
    "Invitation",
    "Link",
    "People",
    "Person",
    "change",
    "change_role",
    "disable",
    "enable",
    "holds",
    "invite",
    "link",
    "people",
    "person",
    "reset",
    "shut_out",
]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """`invited` until the first password is set, `expected` until a new one is; `client` is empty for staff.

    `seen_at`: when a browser of theirs was last signed in and used; None: never.
    """

    id: int
    name: str
    email: str
    phone: str
    role: Role
    language: Language
    client: str
    active: bool
    invited: bool
    expected: bool
    seen_at: datetime | None

    @property
    def form(self) -> AccountForm:
        return AccountForm(name=self.name, email=self.email, phone=self.phone, language=self.language)


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link's token, whose it is, and until when it can be followed."""

    token: str
    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class People:
    """A page of them by name; `after` is what to ask for the next one, None on the last."""

    page: list[Person]
    after: tuple[str, int] | None


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
    return _with_client(desk, _user(desk, user_id))


@query(Permission.MANAGE_USERS)
def holds(desk: OpenDesk, user_id: int) -> int:
    """How many open tickets are in these hands."""
    user = _user(desk, user_id)
    return int(desk.session.execute(life.held(user.id).with_only_columns(func.count())).scalar_one())


@command(Permission.MANAGE_USERS)
def invite(desk: OpenDesk, invitation: Invitation) -> str:
    """The token of the link to send. Raises Refused for an address that has an account, or cannot be one."""
    return accounts.invite(desk, invitation)


@command(Permission.MANAGE_USERS)
def change(desk: OpenDesk, user_id: int, wanted: AccountForm, seen: AccountForm) -> None:
    """`seen` is what the form showed at first; what another e-mail address means, `accounts.change` says."""
    accounts.change(desk, _user(desk, user_id), wanted, seen)


@command(Permission.MANAGE_USERS)
def reset(desk: OpenDesk, user_id: int) -> str:
    """The token of a link that sets a new password; the old one counts until then, and its owner learns who made the
    link. Who has never come is invited again."""
    return accounts.reset(desk, _user(desk, user_id))


@command(Permission.MANAGE_USERS)
def shut_out(desk: OpenDesk, user_id: int) -> str:
    """For a password that somebody else may know: it and all sessions and links end at once. The token of a link by
    which the owner comes back. Raises Refused for oneself, and for the last manager."""
    if user_id == desk.user.id:
        raise Refused("Change your own password instead: that ends all your sessions.")
    return accounts.shut_out(desk, _user_who_may_go(desk, user_id))


@command(Permission.MANAGE_USERS)
def link(desk: OpenDesk, email: str, *, enable: bool = False, shut_out: bool = False) -> Link:
    """A link for the owner of this address, even for the only manager, from the command line: see `reset`, `shut_out`
    and `enable`. Raises NotFound, and Refused for a disabled account that is not to be enabled."""
    name = addresses.sign_in_name(email)
    user = desk.session.exec(select(User).where(col(User.email) == name).with_for_update()).first()
    if user is None:
        raise NotFound("No account has the e-mail address {email}.", email=name)
    lasts = one_time_links.LIFETIME[accounts.purpose_of_link(user)]
    if enable and not user.active:
        token = accounts.enable(desk, user)
    else:
        token = accounts.shut_out(desk, user) if shut_out else accounts.reset(desk, user)
    return Link(token, _with_client(desk, user), desk.now + lasts)


@command(Permission.MANAGE_USERS)
def disable(desk: OpenDesk, user_id: int) -> int:
    """Their password, sessions and links end at once; what they wrote stays. The number of their open tickets, which
    go back to nobody."""
    return accounts.disable(desk, _user_who_may_go(desk, user_id))


@command(Permission.MANAGE_USERS)
def enable(desk: OpenDesk, user_id: int) -> str:
    """The token of a link that sets a new password: the one from before opens nothing."""
    return accounts.enable(desk, _user(desk, user_id))


@command(Permission.MANAGE_USERS)
def change_role(desk: OpenDesk, user_id: int, role: Role) -> None:
    """Counts at their next click; from then on they work the service of the new role, and hold nothing else.

    Raises Refused between staff and contacts: those are different people's accounts.
    """
    user = _user_who_may_go(desk, user_id)
    if user.role not in STAFF or role not in STAFF:
        raise Refused("A contact stays a contact, and staff stays staff. Invite them anew at another address.")
    user.role = role
    desk.session.add(user)
    services.choose(desk.session, user, ())
    life.let_go(desk, user)


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
    return accounts.find(desk, select(User), user_id)


def _with_client(desk: OpenDesk, user: User) -> Person:
    return _person(user, {user.client_id: scope.client(desk, user.client_id).name} if user.client_id else {})


def _person(user: User, clients: dict[int | None, str]) -> Person:
    return Person(
        user.id or 0,
        user.name,
        user.email,
        user.phone,
        user.role,
        user.language,
        clients.get(user.client_id, ""),
        user.active,
        not user.is_used,
        user.is_used and user.password_hash is None,
        user.seen_at,
    )
