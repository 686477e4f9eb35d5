"""Whether the direct line is open for a client: in the hours of its incidents, from four stars on."""

from datetime import datetime

from sqlmodel import Session

from data.core import calendars
from models.client import StarLevel
from models.direct_line import DirectLine, Week
from models.service_level import CalendarVersion
from models.ticket import Kind, Urgency


def line(session: Session, star_level: StarLevel, now: datetime) -> DirectLine | None:
    """None below four stars. Two queries."""
    version = _version(session, star_level, now)
    return DirectLine.of(calendars.calendar(session, version.id), now) if version else None


def hours(session: Session, star_level: StarLevel, now: datetime) -> Week:
    """When the line is open in a week without holidays, by weekday ("mon" …); never below four stars."""
    version = _version(session, star_level, now)
    return version.hours if version else {}


def _version(session: Session, star_level: StarLevel, now: datetime) -> CalendarVersion | None:
    """The hours are those of an incident of no urgency: the line is open when anything may be asked."""
    if not star_level.has_direct_line:
        return None
    level = calendars.service_level(session, Kind.INCIDENT, star_level, Urgency.NONE, now)
    return calendars.calendar_version(session, level.calendar, now)
