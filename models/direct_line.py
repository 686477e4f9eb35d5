"""When the direct line is open, and what a change of programme does to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from models.calendar import Calendar

Week = Mapping[str, Sequence[Sequence[str]]]  # the openings of each weekday ("mon" …)


@dataclass(frozen=True, slots=True)
class DirectLine:
    """Open `until` it closes next (None: not within a year), or closed until it `opens_at` (None: never again)."""

    open: bool
    until: datetime | None = None
    opens_at: datetime | None = None

    @classmethod
    def of(cls, calendar: Calendar, now: datetime) -> Self:
        if calendar.is_open(now):
            return cls(True, until=calendar.closing(now))
        try:
            return cls(False, opens_at=calendar.next_opening(now))
        except ValueError:
            return cls(False)


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a change of programme does to the direct line: what becomes of the access code, and the hours of the line
    before and after it, empty without the line."""

    code: Literal["issued", "ended", ""]
    before: Week
    after: Week
