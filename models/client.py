"""Clients and what they subscribed to."""

from datetime import datetime
from enum import IntEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import Table, choice, folded, instant

LONGEST_WORD = 40


class StarLevel(IntEnum):
    """The programme a client subscribed to; NONE while no subscription runs."""

    NONE = 0
    THREE = 3
    FOUR = 4
    FIVE = 5

    @property
    def has_direct_line(self) -> bool:
        """And, with it, the access code that opens it: PRODUCT, "Stars and access codes"."""
        return self >= DIRECT_LINE_FROM

    @property
    def stars(self) -> str:
        return "★" * self


DIRECT_LINE_FROM = StarLevel.FOUR


class Client(Table, table=True):
    """A company.

    What its subscriptions come to is kept with it, so that a list of a hundred thousand needs no other table; see
    `models.subscription.Standing` and, for who keeps it, `data/core/subscriptions.py`.
    """

    derived: ClassVar[frozenset[str]] = frozenset(
        {"name_key", "star_level", "next_change_at", "subscribed_until", "last_contact_at"}
    )
    __table_args__ = (
        Index("client_by_number", "number", unique=True),
        Index("client_by_name", "name_key", "id"),
        Index("client_by_stars", "star_level", "name_key", "id"),
        Index("client_by_contact", "last_contact_at", "id"),
        Index("client_by_end", "subscribed_until", "id"),
        Index("client_by_change", "next_change_at"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    name_key: str = folded(400, default="")  # the name as it is sorted and searched; `data/core/finding.py` keeps it
    number: str | None = Field(default=None, max_length=40)  # in the publisher's books
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=500)  # as it is written on a letter, in lines
    created_at: datetime = instant()
    star_level: StarLevel = choice(StarLevel, default=StarLevel.NONE)
    next_change_at: datetime | None = instant(default=None)
    subscribed_until: datetime | None = instant(default=None)
    last_contact_at: datetime | None = instant(default=None)


class ClientWord(Table, table=True):
    """One of the words by which a client is found: of its name, its number, its contacts' names and addresses."""

    __tablename__ = "client_word"
    audited: ClassVar[bool] = False

    word: str = folded(LONGEST_WORD, primary_key=True)
    client_id: int = Field(foreign_key="client.id", primary_key=True, index=True)


class Subscription(Table, table=True):
    """A client's programme from one moment until another (excluded); without end while `ends_at` is None.

    Never two at once, which the database keeps, too. What has begun is history and stays; only one that is still to
    come may go. If its beginning cut the one before it short, it knows when that was to end (None: never).
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
    cuts_short: bool = False
    former_ends_at: datetime | None = instant(default=None)
