"""The access code, which opens the direct line: its signs, its check sign, and how it is kept."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models import writing
from models.base import Table, instant

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, no 1, I and L: 31 signs, which is a prime number
SIGNS, GROUP = 8, 4  # the last sign is the check sign
LIVE = "ended_at IS NULL"


class AccessCode(Table, table=True):
    """A code that was issued to a client, who has one live code at most.

    The live one is kept encrypted, and found by a keyed hash; of an ended one nothing is left but that it was.
    """

    __tablename__ = "access_code"
    __table_args__ = (
        CheckConstraint(
            "(ended_at IS NULL) = (cipher IS NOT NULL) AND (ended_at IS NULL) = (lookup IS NOT NULL)",
            name="only_a_live_code_can_be_read",
        ),
        Index("access_code_live", "client_id", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
        Index("access_code_by_client", "client_id", "issued_at"),
    )

    id: int = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    lookup: str | None = Field(default=None, max_length=64, unique=True)
    cipher: str | None = Field(default=None, max_length=80)
    issued_at: datetime = instant()
    issued_by_id: int | None = Field(default=None, foreign_key="user.id")
    ended_at: datetime | None = instant(default=None)
    ended_by_id: int | None = Field(default=None, foreign_key="user.id")


class CodeKey(Table, table=True):
    """Which secret key all live codes are kept under, by its fingerprint: one row, once there was a key."""

    __tablename__ = "code_key"

    audited: ClassVar[bool] = False  # a change of key is told as one entry for all codes

    id: int = Field(default=1, primary_key=True)
    fingerprint: str = Field(max_length=32)
    since: datetime = instant()


def complete(signs: str) -> str:
    """Seven signs and their check sign.

    The weighted sum of a code's values is a multiple of 31. No two weights are equal, nor any of them a multiple of
    31: so one wrong sign changes the sum, and so do any two different signs that have changed places.
    """
    weighted = sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, 2))
    return signs + ALPHABET[-weighted % len(ALPHABET)]  # the check sign weighs 1


def is_code(plain: str) -> bool:
    """Could these be the signs of a code? False wherever one sign is wrong, or two have changed places."""
    return len(plain) == SIGNS and set(plain) <= set(ALPHABET) and complete(plain[:-1]) == plain


def signs(typed: str) -> str:
    """What is looked up: without blanks and dashes, in capitals. Whether it is a code is not asked here."""
    return "".join(sign for sign in writing.key(typed).upper() if sign.isalnum())


def spoken(code: str) -> str:
    """In groups, as it is read out and written down."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
