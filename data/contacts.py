"""The people of one client, as sales and managers keep them; the accounts of staff are in other hands."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import accounts, scope
from data.core.accounts import AccountForm, Invitation
from data.core.desk import OpenDesk, command, query
from models.permission import Permission, Role
from models.user import Language, User


@dataclass(frozen=True, slots=True)
class Contact:
    """`invited` until the first password is set, `expected` until a new one is."""

    id: int
    name: str
    email: str
    phone: str
    language: Language
    active: bool
    invited: bool
    expected: bool

    @property
    def form(self) -> AccountForm:
        return AccountForm(name=self.name, email=self.email, phone=self.phone, language=self.language)


@query(Permission.READ_CLIENTS)
def of(desk: OpenDesk, client_id: int) -> tuple[Contact, ...]:
    """By name, those who left last; a company has some dozens. Raises NotFound for the client."""
    theirs = _contacts().where(col(User.client_id) == scope.client(desk, client_id).id)
    people = desk.session.exec(theirs.order_by(col(User.active).desc(), col(User.name), col(User.id)))
    return tuple(
        Contact(
            one.id,
            one.name,
            one.email,
            one.phone,
            one.language,
            one.active,
            not one.is_used,
            one.is_used and one.password_hash is None,
        )
        for one in people
    )


@command(Permission.MANAGE_CLIENTS)
def invite(
    desk: OpenDesk, client_id: int, email: str, name: str, language: Language = Language.FRENCH, *, phone: str = ""
) -> str:
    """The token of the link to send. Raises Refused for an address that has an account, or cannot be one."""
    whom = Invitation(email=email, name=name, role=Role.CONTACT, language=language, client_id=client_id, phone=phone)
    return accounts.invite(desk, whom)


@command(Permission.MANAGE_CLIENTS)
def change(desk: OpenDesk, user_id: int, wanted: AccountForm, seen: AccountForm) -> None:
    """`seen` is what the form showed at first; what another e-mail address means, `accounts.change` says."""
    accounts.change(desk, accounts.find(desk, _contacts(), user_id), wanted, seen)


@command(Permission.MANAGE_CLIENTS)
def reset(desk: OpenDesk, user_id: int) -> str:
    """The token of a link that sets a new password; the old one counts until then, and the contact learns who made
    the link. Who has never come is invited again."""
    return accounts.reset(desk, _contact(desk, user_id))


@command(Permission.MANAGE_CLIENTS)
def shut_out(desk: OpenDesk, user_id: int) -> str:
    """For a password that somebody else may know: it and all sessions and links end at once. The token of a link by
    which the contact comes back."""
    return accounts.shut_out(desk, _contact(desk, user_id))


@command(Permission.MANAGE_CLIENTS)
def disable(desk: OpenDesk, user_id: int) -> None:
    """Their password, sessions and links end at once; what they wrote stays."""
    accounts.disable(desk, _contact(desk, user_id))


@command(Permission.MANAGE_CLIENTS)
def enable(desk: OpenDesk, user_id: int) -> str:
    """The token of a link that sets a new password: the one from before opens nothing."""
    return accounts.enable(desk, _contact(desk, user_id))


def _contact(desk: OpenDesk, user_id: int) -> User:
    return accounts.find(desk, _contacts(), user_id)


def _contacts() -> SelectOfScalar[User]:
    return select(User).where(col(User.role) == Role.CONTACT)
