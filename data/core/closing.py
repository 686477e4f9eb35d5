"""When the desk closes: at the end of the day's last opening of all the calendars in use, and what breaks before."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import col

from data.core import calendars
from data.core.days import day_of
from data.core.desk import OpenDesk
from models.calendar import Calendar
from models.period import DAY
from models.ticket import Ticket

FAR = 3660  # days; a calendar may open hardly ever


def next_closing(desk: OpenDesk) -> datetime:
    """The end of today's last opening or, once that is over, of the next day that has one; a midday break is none.

    A day ahead where one of the calendars stays open for longer than a day. An opening that runs past midnight belongs
    to the day it began on.
    """
    in_use = {level.calendar for level in calendars.service_levels(desk.session, desk.now)}
    versions = [calendars.calendar_version(desk.session, name, desk.now) for name in sorted(in_use)]
    found = [calendars.calendar(desk.session, version.id) for version in versions]
    first = day_of(desk.now) - DAY
    for n in range(FAR):
        ends = [end for one in found for end in _ends(one, first + n * DAY, desk.now)]
        if ends and max(ends) > desk.now:
            return max(ends)
    return desk.now + DAY


def breaking(until: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """That the next promise of a ticket in the queue is in time now and breaks before `until`."""
    late = col(Ticket.next_late_at)
    return col(Ticket.next_due_at) < until, late >= now, late < until


def _ends(calendar: Calendar, day: date, now: datetime) -> Iterator[datetime]:
    """When the openings that begin on the day end."""
    for opening in calendar.on(day):
        end = calendar.closing(opening.start)
        yield now + DAY if end is None or end - max(opening.start, now) > DAY else end
