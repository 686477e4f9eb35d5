"""Stores the public holidays of each year with the calendar versions that count them, so that the past does not move.

A year is stored when a deadline is first computed with it, or when it begins. What is stored never changes: a version
of the `holidays` package that knows other days moves no promise, no judgement and no figure. What it knows of days to
come is taken by a new version of the calendar, when a manager asks for it. Days that have begun stay as they are.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from data.core import calendars
from data.core.calendars import Holidays, StoredYears
from data.core.database import insert_into
from data.core.days import day_of
from data.core.desk import Desk, OpenDesk, command, query
from models.calendar import Calendar
from models.calendar_sheet import HolidayChange
from models.permission import Permission
from models.service_level import CalendarVersion, CalendarYear

Years = Mapping[int, CalendarYear]


def store(session: Session, calendar_ids: Collection[int], since: datetime, until: datetime) -> bool:
    """Store the years from one moment to the other, for every version that lacks them. True if there were any.

    The caller then computes again: another process may have stored another list first.
    """
    found = calendars.several(session, calendar_ids).values()
    lacking = {year for calendar in found for year in _not_stored(calendar, since, until)}
    if lacking:
        _store(session, sorted(lacking))
    return bool(lacking)


def store_this_year(desk: Desk) -> None:
    """Every process calls this now and then: the first one in a new year stores it."""
    if _this_year_is_missing(desk):
        _store_this_year(desk)


def of_version(session: Session, calendar_id: int) -> dict[int, CalendarYear]:
    """What a version stores, by year."""
    years = select(CalendarYear).where(CalendarYear.calendar_id == calendar_id).order_by(col(CalendarYear.year))
    return {one.year: one for one in session.exec(years)}


def inherited(
    former: CalendarVersion, years: Years, version: CalendarVersion, now: datetime, *, newest: bool
) -> StoredYears:
    """What a version takes over from the one before it, of the same country.

    That is all of it. With `newest`, it is the days that have begun, and the days to come as the library knows them.
    """
    if version.country != former.country:
        return {}
    if not newest:
        return {year: one.holidays for year, one in years.items()}
    today = _today(version, now)
    return {
        year: {day: name for day, name in one.holidays.items() if day <= today} | _to_come(version.country, year, today)
        for year, one in years.items()
    }


def inherit(session: Session, version_id: int, taken: StoredYears, former: Years, now: datetime) -> None:
    """Store what a version takes over. A year without a change stays known since the moment it was."""
    rows = [
        {
            "calendar_id": version_id,
            "year": year,
            "holidays": dict(found),
            "known_at": former[year].known_at if found == former[year].holidays else now,
        }
        for year, found in taken.items()
    ]
    if rows:
        session.execute(insert_into(session, CalendarYear), rows)
        calendars.forget(session)


def changes(version: CalendarVersion, years: Years, now: datetime) -> tuple[HolidayChange, ...]:
    """Where the library and the stored years disagree about days to come, in order."""
    found: list[HolidayChange] = []
    today = _today(version, now)
    for year, one in years.items():
        with suppress(ValueError):  # the library knows the country no more
            new = _to_come(version.country, year, today)
            old = {day: name for day, name in one.holidays.items() if day > today}
            found += [HolidayChange(date.fromisoformat(day), new[day], True) for day in new.keys() - old]
            found += [HolidayChange(date.fromisoformat(day), old[day], False) for day in old.keys() - new]
    return tuple(sorted(found, key=lambda one: one.date))


def listed(country: str, year: int) -> dict[str, str]:
    """What the library knows now: names by date. ValueError for a country it does not know."""
    return {day.isoformat(): name for day, name in sorted(calendars.public_holidays(country, year).items())}


def _today(version: CalendarVersion, now: datetime) -> str:
    return now.astimezone(ZoneInfo(version.zone)).date().isoformat()


def _to_come(country: str, year: int, today: str) -> dict[str, str]:
    return {day: name for day, name in listed(country, year).items() if day > today}


def _not_stored(calendar: Calendar, since: datetime, until: datetime) -> list[int]:
    if not isinstance(calendar.holidays, Holidays):
        return []
    first, last = (moment.astimezone(calendar.zone).year for moment in (since, until))
    return calendar.holidays.not_stored(first, last)


def _store(session: Session, years: Collection[int]) -> None:
    """For every version, in one order, so that no two commands wait for each other."""
    versions = select(CalendarVersion.id, CalendarVersion.country).where(CalendarVersion.country != "")
    rows = []
    for calendar_id, country in session.exec(versions.order_by(col(CalendarVersion.id))):
        for year in years:
            with suppress(ValueError):  # the library knows the country no more
                row = {"calendar_id": calendar_id, "year": year, "holidays": listed(country, year)}
                rows.append(row | {"known_at": session.info["now"]})
    if rows:
        session.execute(insert_into(session, CalendarYear).on_conflict_do_nothing(), rows)
    calendars.forget(session)


@query(Permission.MANAGE_SERVICE_LEVELS)
def _this_year_is_missing(desk: OpenDesk) -> bool:
    this_year = select(CalendarYear.calendar_id).where(CalendarYear.year == day_of(desk.now).year)
    versions = select(CalendarVersion.id).where(CalendarVersion.country != "")
    return desk.session.exec(versions.where(col(CalendarVersion.id).not_in(this_year)).limit(1)).first() is not None


@command(Permission.MANAGE_SERVICE_LEVELS)
def _store_this_year(desk: OpenDesk) -> None:
    _store(desk.session, [day_of(desk.now).year])
