"""What is promised to whom: opening hours and targets, each version from a moment on, none ever edited.

The defaults are those of PRODUCT, "The service level".
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, choice, document, duration, instant
from models.client import StarLevel
from models.ticket import Kind, Urgency


class CalendarVersion(Table, table=True):
    """The opening hours called `name` from `valid_from` on, until a later version of that name.

    `hours` maps "mon" … "sun" to intervals such as ["09:00", "12:30"]; `country` is an ISO code whose public
    holidays close the desk, but for those `removed` (dates), on which the weekly hours hold. `exceptions` maps dates to
    what they are called and their own hours, `{"name": …, "hours": [["09:00", "12:00"]]}`: none, the desk is closed.
    """

    __tablename__ = "calendar"
    __table_args__ = (Index("calendar_by_name", "name", "valid_from"),)

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    valid_from: datetime = instant()
    zone: str = Field(max_length=60)
    hours: dict[str, list[list[str]]] = document()
    country: str = Field(default="", max_length=2)
    exceptions: dict[str, dict[str, Any]] = document(default_factory=dict)
    removed: list[str] = document(default_factory=list)


class CalendarYear(Table, table=True):
    """The public holidays of one year, as a calendar version counts them from the first time it needs that year.

    `holidays` maps dates to names, those `removed` from the version included. A row never changes: a list of the
    holidays, known later, moves no promise. It is one row a year, so that one of two processes stores all of it.
    """

    __tablename__ = "calendar_year"
    audited: ClassVar[bool] = False  # nobody writes it; a version that takes a newer list is on the audit trail

    calendar_id: int = Field(foreign_key="calendar.id", primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    holidays: dict[str, str] = document()
    known_at: datetime = instant()


class ServiceLevel(Table, table=True):
    """From `valid_from` on, a ticket of this kind, star level and urgency has these two targets in these hours."""

    __tablename__ = "service_level"
    __table_args__ = (Index("service_level_by_case", "kind", "star_level", "urgency", "valid_from"),)

    id: int = Field(default=None, primary_key=True)
    kind: Kind = choice(Kind)
    star_level: StarLevel = choice(StarLevel)
    urgency: Urgency = choice(Urgency)
    valid_from: datetime = instant()
    calendar: str = Field(max_length=60)
    first_response: timedelta = duration()
    resolution: timedelta = duration()


_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")

DEFAULT_CALENDARS: dict[str, dict[str, Any]] = {
    "standard": {"zone": "Europe/Paris", "country": "FR"}
    | {"hours": {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in _WORKDAYS}},
    "extended": {"zone": "Europe/Paris", "country": "FR"}
    | {"hours": {day: [["08:00", "20:00"]] for day in _WORKDAYS} | {"sat": [["09:00", "13:00"]]}},
}

CALENDAR_OF = {StarLevel.THREE: "standard", StarLevel.FOUR: "standard", StarLevel.FIVE: "extended"}

DEFAULT_HOURS: dict[StarLevel, dict[Urgency, tuple[int, int]]] = {  # first response, resolution
    StarLevel.THREE: {
        Urgency.CRITICAL: (4, 16),
        Urgency.SERIOUS: (8, 24),
        Urgency.LOW: (16, 40),
        Urgency.NONE: (24, 80),
    },
    StarLevel.FOUR: {
        Urgency.CRITICAL: (2, 8),
        Urgency.SERIOUS: (4, 16),
        Urgency.LOW: (8, 32),
        Urgency.NONE: (16, 64),
    },
    StarLevel.FIVE: {
        Urgency.CRITICAL: (1, 4),
        Urgency.SERIOUS: (2, 8),
        Urgency.LOW: (4, 24),
        Urgency.NONE: (8, 48),
    },
}


def promised_level(star_level: StarLevel) -> StarLevel:
    """A client without a subscription can still send enquiries; they are promised what ★3 is."""
    return max(star_level, StarLevel.THREE)


def defaults(now: datetime) -> list[Table]:
    """The calendars and the grid of a new desk, valid since the epoch so that imported history has them too."""
    return [
        *(CalendarVersion(name=name, valid_from=now, **rules) for name, rules in DEFAULT_CALENDARS.items()),
        *(
            ServiceLevel(
                kind=kind,
                star_level=star_level,
                urgency=urgency,
                valid_from=now,
                calendar=CALENDAR_OF[star_level],
                first_response=timedelta(hours=first_response),
                resolution=timedelta(hours=resolution),
            )
            for kind in Kind
            for star_level, row in DEFAULT_HOURS.items()
            for urgency, (first_response, resolution) in row.items()
            if kind == Kind.INCIDENT or urgency == Urgency.NONE
        ),
    ]
