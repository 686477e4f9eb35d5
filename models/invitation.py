"""Contacts who have no password yet, and the links that invite many of them at once."""

from dataclasses import dataclass, field
from datetime import datetime

from models.user import Language


@dataclass(frozen=True, slots=True)
class Whom:
    """Which contacts: of one client, or created at one moment, as those of an import are; without either, all."""

    client_id: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Uninvited:
    """How many contacts have no password: `without` have no link that opens either, `waiting` have one."""

    without: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Invited:
    """A contact and its link, which nothing else holds. Its text says nothing of the token."""

    client: str
    number: str
    name: str
    email: str
    language: Language
    token: str = field(repr=False)
    expires_at: datetime
