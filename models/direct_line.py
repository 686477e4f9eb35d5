"""When the direct line is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from models.calendar import Calendar


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
