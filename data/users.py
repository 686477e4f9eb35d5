"""The people of the desk and of its clients, as managers keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import col, select, tuple_

from data.core import accounts, life, scope, services
from data.core.accounts import AccountForm, Invitation
from data.core.desk import OpenDesk, command, query
from models import writing
from models.client import Client
from models.errors import Refused
from models.permission import STAFF, Permission, Role
from models.user import Language, User, UserSession

__all__ = [
    "AccountForm",
    "Invitation",
    "People",
    "Person",
    "change",
    "change_role",
    "disable",
    "enable",
    "invite",
    "people",
    "person",
    "reset",
]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """`invited` as long as no password was set; `client` is empty for staff. `seen_at`: when a browser of theirs was
    last signed in and used; None: never."""

    id: int
    name: str
    email: str
    phone: str
    role: Role
    language: Language
    client: str
    active: bool
    invited: bool
    seen_at: datetime | None

    @property
    def form(self) -> AccountForm:
        return AccountForm(name=self.name, email=self.email, phone=self.phone, language=self.language)


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
    seen = _seen(desk, [user.id for user in page])
    found_people = [_person(user, clients, seen) for user in page]
    return People(found_people, (last.name, last.id or 0) if last and more else None)


@query(Permission.MANAGE_USERS)
def person(desk: OpenDesk, user_id: int) -> Person:
    user = _user(desk, user_id)
    clients: dict[int | None, str] = {}
    if user.client_id:
        clients[user.client_id] = scope.client(desk, user.client_id).name
    return _person(user, clients, _seen(desk, [user.id]))


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
    """The token of a link that sets a new password; the old one counts until then. Who has none is invited anew."""
    return accounts.reset(desk, _user(desk, user_id))


@command(Permission.MANAGE_USERS)
def disable(desk: OpenDesk, user_id: int) -> None:
    """Their sessions and links end at once; what they wrote stays."""
    accounts.disable(desk, _user_who_may_go(desk, user_id))


@command(Permission.MANAGE_USERS)
def enable(desk: OpenDesk, user_id: int) -> None:
    accounts.enable(desk, _user(desk, user_id))


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


def _seen(desk: OpenDesk, user_ids: Sequence[int]) -> dict[int, datetime]:
    latest = select(UserSession.user_id, func.max(UserSession.seen_at)).where(col(UserSession.user_id).in_(user_ids))
    return dict(desk.session.exec(latest.group_by(col(UserSession.user_id))).all())


def _person(user: User, clients: dict[int | None, str], seen: Mapping[int, datetime]) -> Person:
    return Person(
        user.id or 0,
        user.name,
        user.email,
        user.phone,
        user.role,
        user.language,
        clients.get(user.client_id, ""),
        user.active,
        user.password_hash is None,
        seen.get(user.id),
    )
