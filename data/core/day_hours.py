"""When things happen in the week: the clocks on the wall of many moments at once."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from data.core.facts import Numbers
from models.hours import Interval
from models.timeline import MICROSECOND, Micros, instant

HOUR, DAY = (span // MICROSECOND for span in (timedelta(hours=1), timedelta(days=1)))
THURSDAY = 3  # 1970-01-01


def hour_of_week(at: Micros, zone: ZoneInfo) -> Numbers:
    """From 0, Monday at midnight, to 167, by the clocks of the zone; moments in order."""
    if not len(at):
        return np.zeros(0, np.int64)
    local = at + _offsets(at, zone)
    found: Numbers = ((local // DAY + THURSDAY) % 7) * 24 + local // HOUR % 24
    return found


def offsets(first: int, last: int, zone: ZoneInfo) -> tuple[list[int], list[int]]:
    """What the clocks are ahead of UTC, in microseconds: since which moments, and by how much since each.

    They are asked once a day, and where they changed it is sought when.
    """
    days = np.arange(first, last + DAY, DAY).tolist()
    changes, ahead = [first], [_offset(days[0], zone)]
    for low, high in pairwise(days):
        if (after := _offset(high, zone)) != ahead[-1]:
            changes.append(_changed(low, high, zone))
            ahead.append(after)
    return changes, ahead


def _offsets(at: Micros, zone: ZoneInfo) -> Micros:
    changes, ahead = offsets(int(at[0]), int(at[-1]), zone)
    found: Micros = np.array(ahead, np.int64)[np.searchsorted(changes, at, side="right") - 1]
    return found


def _changed(low: int, high: int, zone: ZoneInfo) -> int:
    """The moment, after the one and up to the other, at which the clocks change."""
    before = _offset(low, zone)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(at: int, zone: ZoneInfo) -> int:
    ahead = instant(at).astimezone(zone).utcoffset() or timedelta()
    return ahead // MICROSECOND


def opened(week: dict[int, list[Interval]]) -> tuple[tuple[float, ...], ...]:
    """What share of each hour is open, by weekday (Monday is 0)."""
    shares = np.zeros(168)
    hours = np.arange(168)
    for day, intervals in week.items():
        for opens, closes in intervals:
            begin, end = (day * 24 + span / timedelta(hours=1) for span in (opens, closes))
            for shift in (0, -168):  # a Sunday night runs into Monday
                shares += np.clip(np.minimum(end + shift, hours + 1) - np.maximum(begin + shift, hours), 0, None)
    return tuple(map(tuple, shares.reshape(7, 24).tolist()))
