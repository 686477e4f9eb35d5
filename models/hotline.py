"""Calls on the direct line, and the tries to open it."""

from datetime import datetime, timedelta

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, choice, instant
from models.client import StarLevel

TRIES, WITHIN = 10, timedelta(hours=1)  # failed codes that one person may type


class HotlineCall(Table, table=True):
    """Somebody called, and said a code or a name. `client_id` is None where the code was nobody's: a failed try.

    `verified` by the code of the client; False for one that was found by name. `star_level` is that of the moment.
    `ticket_id` is the ticket that the call became, or the first it was noted on.
    """

    __tablename__ = "hotline_call"
    __table_args__ = (Index("hotline_call_by_user", "user_id", "at"),)

    id: int = Field(default=None, primary_key=True)
    at: datetime = instant(index=True)
    user_id: int = Field(foreign_key="user.id")
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    star_level: StarLevel | None = choice(StarLevel, default=None)
    verified: bool = False
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
