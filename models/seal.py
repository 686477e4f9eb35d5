"""What happened on a day that is over, put away so that it is never counted again."""

from datetime import date
from typing import ClassVar, NamedTuple

from sqlmodel import Field

from models.base import Table


class DaySeal(Table, table=True):
    """The facts of one day of the zone, as `data/core/facts.py` writes them in that version.

    The same day sealed again gives the same bytes; `digest` is theirs, by which a copy in memory is known to be true.
    There is one for every day from the first ticket on, without a gap, up to the last that is sealed.
    """

    __tablename__ = "day_seal"

    audited: ClassVar[bool] = False

    day: date = Field(primary_key=True)
    zone: str = Field(max_length=60)
    version: int
    digest: str = Field(max_length=32)
    facts: bytes


class DayChange(NamedTuple):
    """A day that came out otherwise when it was counted again: how many of each kind of fact it had, and has now."""

    day: date
    before: dict[str, int]
    after: dict[str, int]


class Recounted(NamedTuple):
    """How many days were counted again, those that have changed, and the day that follows where some are left."""

    days: int
    changed: tuple[DayChange, ...]
    following: date | None
