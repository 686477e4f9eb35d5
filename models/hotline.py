"""Calls on the direct line, and the tries to open it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, choice, instant
from models.client import StarLevel
from models.direct_line import DirectLine
from models.queue import Line

TRIES, WITHIN = 10, timedelta(hours=1)  # failed codes that one person may type
LONGEST_CALL = timedelta(hours=4)  # after that, whoever called calls again
OPEN_SHOWN, RESOLVED_SHOWN, RECENT = 20, 5, timedelta(days=30)


class HotlineCall(Table, table=True):
    """Somebody called, and said a code or a name. `client_id` is None where the code was nobody's: a failed try.

    `verified` by the code of the client; False for one that was found by name. `star_level` is that of the moment.
    `ticket_id` is the ticket that the call became, or the first it was noted on.
    """

    __tablename__ = "hotline_call"
    __table_args__ = (
        Index("hotline_call_by_user", "user_id", "at"),
        Index("hotline_call_by_moment", "at", "star_level", "client_id", "user_id"),
    )

    id: int = Field(default=None, primary_key=True)
    at: datetime = instant()
    user_id: int = Field(foreign_key="user.id")
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    star_level: StarLevel | None = choice(StarLevel, default=None)
    verified: bool = False
    caller_name: str = Field(default="", max_length=120)  # as the caller said, where it is no contact
    caller_phone: str = Field(default="", max_length=40)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what they are entitled to. `line` is None below four stars.

    `open` are the newest twenty tickets that are not resolved, `resolved` the last five of thirty days. `workable` are
    the open ones that a note can be added to; `ticket` is what the call became, if it did.
    """

    call_id: int
    at: datetime
    verified: bool
    client_id: int
    client: str
    phone: str
    star_level: StarLevel
    line: DirectLine | None
    contacts: tuple[Contact, ...]
    products: tuple[tuple[int, str], ...]
    open: tuple[Line, ...]
    resolved: tuple[Line, ...]
    workable: frozenset[str]
    ticket: str
