"""Whether the direct line is open, as one says it on the telephone."""

from datetime import datetime, time, timedelta

from data.core.days import day_of
from data.core.settings import settings
from models.direct_line import DirectLine
from pages.components.text import _, clock_time, day, weekday

_DAY = timedelta(days=1)


def line_said(line: DirectLine | None, now: datetime) -> str:
    """ "yes, until 18:00", "no, opens Monday 09:00"; None is what a client has below four stars."""
    if line is None:
        return _("no: the direct line is for four and five stars")
    if line.open:
        return _open(line.until, now) if line.until else _("yes, day and night")
    if line.opens_at is None:
        return _("no")
    at, today = clock_time(line.opens_at), day_of(now)
    on = day_of(line.opens_at)
    if on == today:
        return _("no, opens at {time}", time=at)
    if on == today + _DAY:
        return _("no, opens tomorrow at {time}", time=at)
    if on < today + 7 * _DAY:
        return _("no, opens {weekday} {time}", weekday=weekday(on), time=at)
    return _("no, opens on {date} at {time}", date=day(on), time=at)


def _open(until: datetime, now: datetime) -> str:
    """With the day where it is not today; midnight is the end of the day that it closes."""
    closes, closes_on = until.astimezone(settings().zone), day_of(until)
    at = clock_time(until)
    if closes.time() == time():
        at, closes_on = _("midnight"), closes_on - _DAY
    if closes_on == day_of(now):
        return _("yes, until {time}", time=at)
    if closes_on < day_of(now) + 7 * _DAY:
        return _("yes, until {weekday} {time}", weekday=weekday(closes_on), time=at)
    return _("yes, until {date} at {time}", date=day(closes_on), time=at)
