"""The days on which the desk opens, counted back and ahead; days of the desk's zone, hours of its standard calendar."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.calendar import Calendar
from models.period import DAY, midnight

FAR = 3660  # days; a calendar may open hardly ever


class Ahead(NamedTuple):
    """A day on which the desk opens, and when it ends."""

    day: date
    end: datetime


def ago(calendar: Calendar, now: datetime, zone: ZoneInfo, counts: tuple[int, ...]) -> list[datetime]:
    """The moments so many opening days ago: the same time of day, so many of them earlier.

    On a day off it is still the end of the last opening day.
    """
    here = now.astimezone(zone)
    today = here.date()
    if calendar.on(today):
        earlier, time = _back(calendar, today - DAY), here.time()
        days = list(islice(earlier, max(counts)))
        return [datetime.combine(_reached(days, count - 1, today), time, zone) for count in counts]
    days = list(islice(_back(calendar, today), max(counts) + 1))
    return [midnight(_reached(days, count, today) + DAY, zone) for count in counts]


def ahead(calendar: Calendar, now: datetime, zone: ZoneInfo, count: int) -> list[Ahead]:
    """The next opening days, today among them while the desk has not closed."""
    today = now.astimezone(zone).date()
    found: list[Ahead] = []
    for n in range(FAR):
        if len(found) == count:
            break
        day = today + n * DAY
        begin, end = midnight(day, zone), midnight(day + DAY, zone)
        if calendar.elapsed(max(begin, now), end) > timedelta():
            found.append(Ahead(day, end))
    return found


def _back(calendar: Calendar, day: date) -> Iterator[date]:
    return (one for n in range(FAR) if calendar.on(one := day - n * DAY))


def _reached(days: list[date], place: int, today: date) -> date:
    return days[place] if place < len(days) else today - FAR * DAY
