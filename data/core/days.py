"""Days of the desk's zone, and when they begin."""

from datetime import date, datetime, time

from data.core.settings import settings


def day_of(moment: datetime) -> date:
    return moment.astimezone(settings().zone).date()


def beginning(day: date) -> datetime:
    """Midnight; where the clock is put forward at midnight, the moment it is, and the first of two midnights."""
    return datetime.combine(day, time(), settings().zone)
