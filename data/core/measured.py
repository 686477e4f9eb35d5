"""The facts that a page of figures is made of: of its period, the one before, and a forecast's weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from data.core import calendars, scope, seals
from data.core.days import beginning, day_of
from data.core.desk import OpenDesk
from data.core.picking import Stretch
from data.core.settings import settings
from models.calendar import Calendar
from models.metrics import PACE, Filters
from models.period import Period
from models.service_level import CalendarVersion, ServiceLevel
from models.timeline import MICROSECOND, Micros, micros

STANDARD = "standard"  # the calendar by which the desk itself comes and goes


@dataclass(frozen=True)
class Measured:
    """`filters` are those asked for, narrowed to what the user may see."""

    desk: OpenDesk
    period: Period
    filters: Filters
    zone: ZoneInfo
    calendar: Calendar
    inside: Stretch
    before: Stretch
    since: Stretch  # from the beginning of the period to now
    recent: Stretch  # twice the past that a forecast is made of, up to now

    @cached_property
    def levels(self) -> list[ServiceLevel]:
        """What is promised now."""
        return calendars.service_levels(self.desk.session, self.desk.now)

    @cached_property
    def versions(self) -> dict[str, CalendarVersion]:
        """What holds now of each calendar in whose hours something is promised, by name."""
        names = sorted({level.calendar for level in self.levels})
        return {name: calendars.calendar_version(self.desk.session, name, self.desk.now) for name in names}

    def edges(self, periods: Sequence[Period]) -> Micros:
        """Where each begins, and where the last ends."""
        ends = [periods[0].moments(self.zone)[0], *(one.moments(self.zone)[1] for one in periods)]
        return np.array(list(map(micros, ends)), np.int64)


def measured(desk: OpenDesk, period: Period, filters: Filters | None) -> Measured:
    """Raises NotAllowed for figures that are not for the user."""
    narrowed, zone = scope.measured(desk, filters or Filters()), settings().zone
    version = calendars.calendar_version(desk.session, STANDARD, desk.now)
    calendar = calendars.calendar(desk.session, version.id)
    end = micros(desk.now + MICROSECOND)
    recent = day_of(desk.now - 2 * PACE)
    first = min(period.before.first, recent)
    parts = seals.happened(desk.session, first, desk.now)

    def stretch(since: date, until: int) -> Stretch:
        return Stretch(parts, narrowed, micros(beginning(since)), min(until, end))

    return Measured(
        desk,
        period,
        narrowed,
        zone,
        calendar,
        inside=(inside := stretch(period.first, micros(period.moments(zone)[1]))),
        before=stretch(period.before.first, inside.since),
        since=inside if inside.until == end else stretch(period.first, end),
        recent=stretch(recent, end),
    )
