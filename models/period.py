"""A stretch of days that figures are about, and the one before it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto
from typing import Self
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class Preset(StrEnum):
    """Those that go on end with today."""

    TODAY = auto()
    LAST_7_DAYS = auto()
    LAST_30_DAYS = auto()
    LAST_90_DAYS = auto()
    THIS_MONTH = auto()
    LAST_MONTH = auto()
    THIS_QUARTER = auto()
    THIS_YEAR = auto()
    LAST_12_MONTHS = auto()


_DAYS = {Preset.TODAY: 1, Preset.LAST_7_DAYS: 7, Preset.LAST_30_DAYS: 30, Preset.LAST_90_DAYS: 90}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both in it; days of the desk's zone. ValueError when the last lies before."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} lies before {self.first}.")

    @classmethod
    def of(cls, preset: Preset, today: date) -> Self:
        """The period that the preset means on this day."""
        match preset:
            case Preset.THIS_MONTH:
                return cls(today.replace(day=1), today)
            case Preset.LAST_MONTH:
                last = today.replace(day=1) - DAY
                return cls(last.replace(day=1), last)
            case Preset.THIS_QUARTER:
                return cls(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today)
            case Preset.THIS_YEAR:
                return cls(date(today.year, 1, 1), today)
            case Preset.LAST_12_MONTHS:
                return cls(_months_later(today + DAY, -12), today)
            case _:
                return cls(today - (_DAYS[preset] - 1) * DAY, today)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period that ends the day before, to compare with: as many whole months, else as many days."""
        last = self.first - DAY
        if self.first.day == 1 and (self.last + DAY).day == 1:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            return Period(_months_later(self.first, -months), last)
        return Period(self.first - self.days * DAY, last)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From which moment to which (no longer in it): a day of 23 or 25 hours is one day."""
        return midnight(self.first, zone), midnight(self.last + DAY, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins there."""
    return datetime.combine(day, time(), zone)


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
