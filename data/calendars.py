"""The opening hours, as managers keep them: looked at, tried out, and changed from a moment on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import func, or_
from sqlmodel import col, select

from data.core import audit, calendar_forms, calendar_years, calendars, previews, redated_rows
from data.core.calendars import StoredYears
from data.core.desk import OpenDesk, command, query
from data.core.redating import Asked, require_reachable
from data.core.running import Clocks, Running, Terms
from models import writing
from models.audit import AuditEntry
from models.calendar import Calendar
from models.calendar_sheet import CalendarForm, CalendarSheet, Day, HolidayChange, StoredYear
from models.client import StarLevel
from models.errors import NotFound, Refused
from models.permission import Permission
from models.preview import Preview
from models.service_level import CalendarVersion, CalendarYear
from models.ticket import Ticket
from models.user import User

__all__ = [
    "CalendarForm",
    "CalendarSheet",
    "Day",
    "HolidayChange",
    "StoredYear",
    "all",
    "create",
    "preview",
    "save",
    "year",
]

_FIRST: Any = col(Ticket.first_response_calendar_id)
_RESOLUTION: Any = col(Ticket.resolution_calendar_id)
TRIED = 0  # the number of a calendar that is not kept yet


@query(Permission.MANAGE_SERVICE_LEVELS)
def all(desk: OpenDesk) -> tuple[CalendarSheet, ...]:
    """By name, each as it holds now."""
    newest_first = select(CalendarVersion).where(col(CalendarVersion.valid_from) <= desk.now)
    newest_first = newest_first.order_by(
        col(CalendarVersion.name), col(CalendarVersion.valid_from).desc(), col(CalendarVersion.id).desc()
    )
    versions: dict[str, list[CalendarVersion]] = {}
    for version in desk.session.exec(newest_first):
        versions.setdefault(version.name, []).append(version)
    authors = _authors(desk)
    years = {name: calendar_years.of_version(desk.session, found[0].id) for name, found in versions.items()}
    used: dict[str, set[StarLevel]] = {}
    for level in calendars.service_levels(desk.session, desk.now):
        used.setdefault(level.calendar, set()).add(level.star_level)
    return tuple(
        CalendarSheet(
            name=name,
            valid_from=found[0].valid_from,
            zone=found[0].zone,
            hours=found[0].hours,
            country=found[0].country,
            exceptions=found[0].exceptions,
            removed=found[0].removed,
            star_levels=tuple(sorted(used.get(name, ()))),
            versions=tuple((one.valid_from, authors.get(str(one.id), "")) for one in found),
            years={year: StoredYear(one.known_at, one.holidays) for year, one in years[name].items()},
            changes=calendar_years.changes(found[0], years[name], desk.now),
        )
        for name, found in versions.items()
    )


@query(Permission.MANAGE_SERVICE_LEVELS)
def year(desk: OpenDesk, name: str, year: int, form: CalendarForm | None = None) -> tuple[Day, ...]:
    """Every day of the year, of the calendar as it holds or as the form would have it. Raises Refused as `preview`."""
    wanted = _wanted(desk, name, form)
    version, first = wanted.version, date(year, 1, 1)
    public = wanted.stored.get(year)
    if public is None:
        public = calendar_years.listed(version.country, year)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(_day(version, wanted.calendar, day, public.get(day.isoformat(), "")) for day in days)


@query(Permission.MANAGE_SERVICE_LEVELS)
def preview(desk: OpenDesk, name: str, form: CalendarForm) -> Preview:
    """What saving would do to the running tickets. Raises Refused naming the row of the form that makes no sense."""
    wanted = _wanted(desk, name, form)
    if wanted.changes_nothing:
        return Preview()
    return previews.preview(desk, _asked(desk, name, TRIED, wanted.calendar))


@command(Permission.MANAGE_SERVICE_LEVELS, alone=True)
def save(desk: OpenDesk, name: str, form: CalendarForm, seen: datetime | None = None) -> int:
    """Let the form hold from now on, and date the running clocks of this calendar anew: how many tickets moved.

    Saving what holds already changes nothing. `seen` is when the version began that the manager has changed: Refused
    when another has been saved since.
    """
    wanted = _wanted(desk, name, form)
    current, version = wanted.current, wanted.version
    if seen is not None and current.valid_from != seen:
        raise Refused("{name} has been changed meanwhile. Look at it again, then change it.", name=name)
    if wanted.changes_nothing:
        return 0
    version.valid_from = max(desk.now, current.valid_from)
    desk.session.add(version)
    desk.session.flush()
    calendar_years.inherit(desk.session, version.id, wanted.stored, wanted.years, desk.now)
    if form.newest_holidays and version.country == current.country:
        changes = calendar_years.changes(current, wanted.years, desk.now)
        removed, added = ([one.date.isoformat() for one in changes if one.added is which] for which in (False, True))
        audit.deed(desk.session, "calendar", str(version.id), {"holidays": removed}, {"holidays": added})
    return redated_rows.save(desk, _asked(desk, name, version.id, wanted.calendar))


@command(Permission.MANAGE_SERVICE_LEVELS, alone=True)
def create(desk: OpenDesk, name: str, form: CalendarForm) -> None:
    """A new calendar that the service levels may then use. Raises Refused for a name in use, upper case or not."""
    called = writing.line(name, calendar_forms.LONGEST_NAME)
    if not called:
        raise Refused("Give the calendar a name.")
    taken = select(CalendarVersion.name).where(func.lower(col(CalendarVersion.name)) == called.lower())
    if (there := desk.session.exec(taken).first()) is not None:
        raise Refused("There is a calendar {name} already.", name=there)
    desk.session.add(calendar_forms.version(called, form, desk.now))


@dataclass(frozen=True)
class _Wanted:
    """The version that holds with the years it stores, and the one that a form would have in its place."""

    current: CalendarVersion
    years: Mapping[int, CalendarYear]
    version: CalendarVersion
    stored: StoredYears

    @property
    def calendar(self) -> Calendar:
        return calendar_forms.built(self.version, self.stored)

    @property
    def changes_nothing(self) -> bool:
        same_days = self.stored == {year: one.holidays for year, one in self.years.items()}
        return same_days and calendar_forms.same(self.version, self.current)


def _wanted(desk: OpenDesk, name: str, form: CalendarForm | None) -> _Wanted:
    """Without a form, what holds. Raises NotFound, and Refused for a form that makes no sense."""
    current = _current(desk, name)
    years = calendar_years.of_version(desk.session, current.id)
    version = calendar_forms.version(name, form, desk.now) if form else current
    newest = form is not None and form.newest_holidays
    return _Wanted(current, years, version, calendar_years.inherited(current, years, version, desk.now, newest=newest))


def _current(desk: OpenDesk, name: str) -> CalendarVersion:
    found = calendars.find_version(desk.session, name, desk.now)
    if found is None:
        raise NotFound("There is no calendar {name}.", name=name)
    return found


def _asked(desk: OpenDesk, name: str, number: int, calendar: Calendar) -> Asked:
    """This calendar for every clock that has one of that name. Refused when it cannot keep what is promised in it."""
    for level in calendars.service_levels(desk.session, desk.now):
        if level.calendar == name:
            require_reachable(calendar, level.resolution, desk.now)
    former = list(desk.session.exec(select(CalendarVersion.id).where(col(CalendarVersion.name) == name)))
    which = or_(*(column.in_(former) for column in (_FIRST, _RESOLUTION)))
    return Asked(which, partial(_wished, former, number), {number: calendar})


def _wished(former: list[int], number: int, running: Running) -> tuple[Terms, Terms]:
    def changed(clocks: Clocks) -> Terms:
        concerned = np.isin(clocks.terms.calendars, former)
        return Terms(np.where(concerned, number, clocks.terms.calendars), clocks.terms.targets)

    return changed(running.first), changed(running.resolution)


def _day(version: CalendarVersion, calendar: Calendar, day: date, public: str) -> Day:
    open_for = sum((span.end - span.start for span in calendar.on(day)), timedelta())
    if day.isoformat() in version.exceptions:
        own = version.exceptions[day.isoformat()]
        return Day(day, "special" if own.get("hours") else "holiday", own.get("name") or public, open_for)
    if public and day.isoformat() not in version.removed:
        return Day(day, "holiday", public, open_for)
    return Day(day, "open" if open_for else "closed", public, open_for)


def _authors(desk: OpenDesk) -> dict[str, str]:
    """Who made each version, as the audit trail has it; the desk itself is not told."""
    made = select(AuditEntry.row_id, User.name).join(User, col(User.id) == col(AuditEntry.user_id))
    return dict(desk.session.exec(made.where(col(AuditEntry.table_name) == "calendar")).all())
