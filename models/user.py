"""People who sign in, their sessions, their one-time links, and the brake on guessing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import ClassVar

from sqlmodel import Field

from models import addresses
from models.base import Table, choice, instant
from models.permission import GRANTED, STAFF, Permission, Role
from models.service_member import worked
from models.ticket import Service

LONGEST_NAME = 120
LONGEST_PHONE = 40


class Language(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


class User(Table, table=True):
    """A member of staff, or the contact of one client. The e-mail address, in lower case, is the sign-in name."""

    id: int = Field(default=None, primary_key=True)
    email: str = Field(max_length=addresses.LONGEST, unique=True)
    name: str = Field(max_length=LONGEST_NAME)
    phone: str = Field(default="", max_length=LONGEST_PHONE)
    role: Role = choice(Role, index=True)
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    language: Language = choice(Language)
    active: bool = True
    password_hash: str | None = Field(default=None)  # None until a link is followed, and again when shut out
    created_at: datetime = instant()
    seen_at: datetime | None = instant(default=None)  # None until the first sign-in

    @property
    def is_used(self) -> bool:
        """Does this person have a password, or did they ever sign in? Then a link that others make is news to them."""
        return self.seen_at is not None or self.password_hash is not None


class Ending(StrEnum):
    """Why a session ended. The last two follow from its moments and are never stored."""

    SIGNED_OUT = auto()
    ENDED_ELSEWHERE = auto()  # by its owner, in another browser
    REPLACED = auto()  # by a later sign-in in the same browser
    PASSWORD = auto()  # a new password was set
    SHUT_OUT = auto()  # somebody else shut the person out, or disabled the account
    IDLE = auto()
    EXPIRED = auto()


class UserSession(Table, table=True):
    """One signed-in browser. The cookie's token is kept as a hash; so is the one-time ticket that fetches it."""

    __tablename__ = "user_session"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    ticket_hash: str | None = Field(default=None, unique=True)
    ticket_expires_at: datetime | None = instant(default=None)
    token_hash: str | None = Field(default=None, unique=True)
    created_at: datetime = instant()
    seen_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(default=None)
    ending: Ending | None = choice(Ending, default=None)
    browser_hash: str | None = Field(default=None, max_length=64)  # of the known browser it is in
    address: str = Field(default="", max_length=64)
    browser: str = Field(default="", max_length=300)


class LinkPurpose(StrEnum):
    INVITATION = auto()
    RESET = auto()
    FIRST_RUN = auto()  # creates the first manager of an empty desk; belongs to nobody yet


class OneTimeLink(Table, table=True):
    """A link that lets one person set a password, once, before it expires. Kept as a hash."""

    __tablename__ = "one_time_link"

    id: int = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    purpose: LinkPurpose = choice(LinkPurpose)
    token_hash: str = Field(unique=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(default=None)


class KnownBrowser(Table, table=True):
    """A browser in which a person has signed in before: its cookie holds a token of which this keeps the hash.

    Several people may share one browser, and so one token.
    """

    __tablename__ = "known_browser"
    audited: ClassVar[bool] = False

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user.id", primary_key=True, index=True)
    seen_at: datetime = instant()


class NoticeKind(StrEnum):
    NEW_BROWSER = auto()  # somebody signed in from a browser that was not known
    PASSWORD_LINK = auto()  # somebody else made a link that sets a new password
    SHUT_OUT = auto()  # somebody else took the password away and ended the sessions
    CLOCK_SET_BACK = auto()  # to managers: the server's clock shows a moment that is over


class AccountNotice(Table, table=True):
    """News for a person about their own account, or for a manager about the server, until they have read it."""

    __tablename__ = "account_notice"
    audited: ClassVar[bool] = False

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    kind: NoticeKind = choice(NoticeKind)
    at: datetime = instant()
    by: str = Field(default="", max_length=LONGEST_NAME)  # who did it; empty for the command line
    session_id: int | None = None  # the new sign-in, which is not told of itself; the session may be purged before
    browser: str = Field(default="", max_length=300)
    address: str = Field(default="", max_length=64)
    read_at: datetime | None = instant(default=None)


class SignInBrake(Table, table=True):
    """Refused sign-ins by one name, address or browser, known or not: the next try waits until `not_before`."""

    __tablename__ = "sign_in_brake"
    audited: ClassVar[bool] = False

    key: str = Field(primary_key=True, max_length=80)
    failures: int = 0
    failed_at: datetime = instant()
    not_before: datetime = instant()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: what the desk needs to know of a user, read afresh for every call."""

    id: int | None
    name: str
    role: Role
    email: str = ""
    client_id: int | None = None
    language: Language = Language.FRENCH
    services: tuple[Service, ...] = ()  # those chosen by a manager

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    def may(self, permission: Permission) -> bool:
        return permission in GRANTED[self.role]

    @property
    def sees_technicians(self) -> bool:
        """May they see who of the desk did what? Sales is told of clients."""
        return self.role in {Role.MANAGER, Role.TECHNICIAN}

    def works(self, service: Service) -> bool:
        """Are this service's tickets theirs to work?"""
        return service in worked(self.role, self.services)
