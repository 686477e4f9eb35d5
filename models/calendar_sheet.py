"""A calendar as its page shows it and takes it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from models.client import StarLevel

Week = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class CalendarForm:
    """What a calendar shall say from now on; see `CalendarVersion` for the texts."""

    zone: str
    hours: Week
    country: str = ""
    exceptions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    removed: Sequence[str] = ()
    newest_holidays: bool = False  # of days to come, in years that are stored; else they stay as they are


@dataclass(frozen=True, slots=True)
class StoredYear:
    """The public holidays of a year as the calendar counts them (names by ISO date), and since when."""

    known_at: datetime
    holidays: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HolidayChange:
    """A day to come that the library of public holidays now counts, or counts no more, unlike the calendar."""

    date: date
    name: str
    added: bool


@dataclass(frozen=True)
class CalendarSheet:
    """A calendar as it holds now, the star levels that are promised its hours, and when it was changed by whom.

    `versions` has the newest first; the author is empty for the desk itself. `years` are those that the calendar
    stores, `changes` is what `newest_holidays` of a form would take over.
    """

    name: str
    valid_from: datetime
    zone: str
    hours: Week
    country: str
    exceptions: Mapping[str, Mapping[str, Any]]
    removed: Sequence[str]
    star_levels: tuple[StarLevel, ...]
    versions: tuple[tuple[datetime, str], ...]
    years: Mapping[int, StoredYear]
    changes: tuple[HolidayChange, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year: what it is, what it is called if it is a holiday or special, and how long it is open.

    A public holiday on which the desk works is `open` and keeps its name. What runs past midnight counts on the day
    it began on.
    """

    date: date
    kind: Literal["open", "closed", "holiday", "special"]
    name: str
    hours: timedelta
