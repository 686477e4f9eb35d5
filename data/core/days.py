"""Days of the desk's zone, and when they begin."""

from datetime import date, datetime, timedelta

from data.core.settings import settings
from models.period import midnight


def day_of(moment: datetime) -> date:
    return moment.astimezone(settings().zone).date()


def last_day(end: datetime | None) -> date | None:
    """Of what lasts until then: an end at midnight belongs to the day before. None for what has no end."""
    return None if end is None else day_of(end - timedelta.resolution)


def beginning(day: date) -> datetime:
    """Midnight; where the clock is put forward at midnight, the moment it is, and the first of two midnights."""
    return midnight(day, settings().zone)
