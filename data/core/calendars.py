"""Reads what is promised: the calendar and the service level that hold at a moment."""

from datetime import date, datetime
from functools import lru_cache

import holidays as public_holidays
from sqlmodel import Session, col, select

from models.calendar import Calendar
from models.client import StarLevel
from models.service_level import CalendarVersion, ServiceLevel, promised_level
from models.ticket import Kind, Urgency


class Holidays:
    """The days a calendar is closed: the country's public holidays, corrected by hand. Years are made as asked for."""

    def __init__(self, country: str, added: tuple[date, ...], removed: tuple[date, ...]) -> None:
        self._country = public_holidays.country_holidays(country) if country else {}
        self._added, self._removed = frozenset(added), frozenset(removed)

    def __contains__(self, day: object) -> bool:
        return day in self._added or (day in self._country and day not in self._removed)


def calendar(session: Session, calendar_id: int) -> Calendar:
    """A version never changes: it is read once a call, and one object of it serves the whole process."""
    known: dict[int, Calendar] = session.info.setdefault("calendars", {})
    if calendar_id not in known:
        known[calendar_id] = _of(session.get_one(CalendarVersion, calendar_id))
    return known[calendar_id]


def _of(version: CalendarVersion) -> Calendar:
    hours = tuple((day, tuple(map(tuple, intervals))) for day, intervals in sorted(version.hours.items()))
    return _build(version.zone, hours, version.country, tuple(version.added), tuple(version.removed))


@lru_cache(maxsize=256)
def _build(
    zone: str,
    hours: tuple[tuple[str, tuple[tuple[str, str], ...]], ...],
    country: str,
    added: tuple[str, ...],
    removed: tuple[str, ...],
) -> Calendar:
    closed = Holidays(country, tuple(map(date.fromisoformat, added)), tuple(map(date.fromisoformat, removed)))
    return Calendar.parse(zone, {day: [list(pair) for pair in pairs] for day, pairs in hours}, closed)


def calendar_version(session: Session, name: str, now: datetime) -> CalendarVersion:
    return session.exec(
        select(CalendarVersion)
        .where(col(CalendarVersion.name) == name, col(CalendarVersion.valid_from) <= now)
        .order_by(col(CalendarVersion.valid_from).desc(), col(CalendarVersion.id).desc())
        .limit(1)
    ).one()


def service_level(session: Session, kind: Kind, star_level: StarLevel, urgency: Urgency, now: datetime) -> ServiceLevel:
    return session.exec(
        select(ServiceLevel)
        .where(
            col(ServiceLevel.kind) == kind,
            col(ServiceLevel.star_level) == promised_level(star_level),
            col(ServiceLevel.urgency) == urgency,
            col(ServiceLevel.valid_from) <= now,
        )
        .order_by(col(ServiceLevel.valid_from).desc(), col(ServiceLevel.id).desc())
        .limit(1)
    ).one()
