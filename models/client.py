"""Clients and what they subscribed to."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import Table, choice, instant


class StarLevel(IntEnum):
    """The programme a client subscribed to; NONE while no subscription runs."""

    NONE = 0
    THREE = 3
    FOUR = 4
    FIVE = 5

    @property
    def stars(self) -> str:
        return "★" * self


class Client(Table, table=True):
    """A company. Its star level is that of the subscription that runs, see `Subscription`."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    created_at: datetime = instant()


class Subscription(Table, table=True):
    """A client's programme from one moment until another (excluded); without end while `ends_at` is None.

    Never two at once; kept by `data/core/subscriptions.py`. History is kept, rows are not deleted.
    """

    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
        Index("subscription_by_client", "client_id", "starts_at"),
    )

    id: int = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    star_level: StarLevel = choice(StarLevel)
    starts_at: datetime = instant()
    ends_at: datetime | None = instant(default=None)
