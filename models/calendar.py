"""When a desk is open, and what that makes of a target: business time.

Business time is elapsed time inside the opening hours, daylight saving included: an all-day opening lasts 23 or 25
hours on the days the clocks change. Hours are meant in the calendar's zone; every moment taken must be aware (else
TypeError), every moment given is in UTC; nothing is rounded. Pure: no database, and nobody asks what time it is.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from threading import Lock
from types import MappingProxyType
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from models import hours as opening_hours
from models.hours import Dates, Interval, Texts, Times
from models.timeline import MICROSECOND, Micros, Span, Timeline, instant, merge, micros, moment, without

__all__ = ["Calendar", "Span", "instant", "micros", "moment"]

DAY = timedelta(days=1)
YEAR = 366 * DAY // MICROSECOND
REACHES = (0, YEAR, 8 * YEAR, 50 * YEAR)  # how far we look, in steps: a calendar may be closed for ever
NEVER_GROWN = Timeline.of((), since=2**62, until=-(2**62))
GROWING = Lock()  # one for all calendars, which may share a holidays object that fills itself


@dataclass(frozen=True, eq=False)
class Calendar:
    """Opening hours by weekday (Monday is 0), holidays, special days, and the zone all are meant in.

    An interval that ends at or before its start runs past midnight and belongs to the day it began on; a holiday takes
    away the intervals that begin on it, a special day puts its own (or none) in their place, on a holiday too.
    ValueError without any weekly hours, or when intervals overlap.
    Threads share a calendar: what they read is one immutable timeline, replaced by a longer one when it is too short.
    """

    zone: ZoneInfo
    hours: Mapping[int, Times]
    holidays: Container[date] = frozenset()
    special: Mapping[date, Times] = field(default_factory=dict)
    _dates: Dates = field(init=False, repr=False)
    _line: Timeline = field(init=False, repr=False, default=NEVER_GROWN)

    def __post_init__(self) -> None:
        week, special = opening_hours.week(self.hours), opening_hours.special(self.special)
        object.__setattr__(self, "_dates", Dates(week, special, self.holidays))

    @classmethod
    def parse(
        cls,
        zone: str,
        hours: Mapping[str, Texts],
        holidays: Container[date] = (),
        special: Mapping[date, Texts] = MappingProxyType({}),
    ) -> Self:
        """A calendar from the IANA name of its zone and from texts: `{"mon": [["09:00", "17:00"]], "fri": []}`.

        ValueError names the zone, the weekday, the date or the interval that is no good.
        """
        try:
            found = ZoneInfo(zone)
        except (KeyError, ValueError, OSError, TypeError):
            raise ValueError(f"Unknown time zone {zone!r}.") from None
        special_times = {day: opening_hours.times(str(day), pairs) for day, pairs in special.items()}
        return cls(found, opening_hours.parse(hours), holidays, special_times)

    def due(self, start: datetime, target: timedelta, pauses: Iterable[Span] = ()) -> datetime:
        """When a target of business time runs out; one used up exactly at closing runs out at the closing instant.

        A start outside hours counts from the next opening. Pauses don't count; they may overlap, come in any order and
        begin before the start. ValueError when it would lie more than 50 years ahead.
        """
        at, left = micros(start), target // MICROSECOND
        for pause_start, pause_end in _merged(pauses):
            if pause_end > at:
                due = self._reach(at, left)
                if due <= pause_start:
                    return instant(due)
                left -= self._elapsed(at, pause_start)
                at = pause_end
        return instant(self._reach(at, left))

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
        """The business time from start to end, pauses left out; 0 when the end lies before the start."""
        since, until = micros(start), micros(end)
        total = self._elapsed(since, until)
        for pause_start, pause_end in _merged(pauses):
            total -= self._elapsed(max(pause_start, since), min(pause_end, until))
        return total * MICROSECOND

    def back(self, at: datetime, by: timedelta) -> datetime:
        """The last moment from which so much business time leads to `at`; by nothing, the last open one (or closing).

        ValueError when it would lie more than 50 years back.
        """
        end, amount = micros(at), by // MICROSECOND
        if amount < 0:
            raise ValueError(f"Business time cannot be negative: {by}.")
        for reach in REACHES:
            found = self._knowing(end - reach, end).back(end, amount)
            if found is not None and found >= end - REACHES[-1]:
                return instant(found)
        raise ValueError(f"Not {by} of opening hours in the 50 years before {at}.")

    def is_open(self, at: datetime) -> bool:
        """Whether it is open; at the closing instant it no longer is."""
        now = micros(at)
        return self._knowing(now, now).under_way(now) is not None

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while it is open, else when it opens next. ValueError when it does not within 50 years."""
        return instant(self._reach(micros(at), 1) - 1)  # the first open microsecond begins there

    def closing(self, at: datetime) -> datetime | None:
        """The end of the opening under way; None when it is closed, or when it stays open for a year to come."""
        now = micros(at)
        opening = self._knowing(now, now + YEAR).under_way(now)
        return instant(opening[1]) if opening and opening[1] <= now + YEAR else None

    def openings(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> list[Span]:
        """What of start to end is open and not paused, in order; openings that touch are one."""
        since, until = micros(start), micros(end)
        spans, line = [], self._knowing(since, max(since, until))
        for gap_start, gap_end in [*_merged(pauses), (until, until)]:
            spans += line.between(since, min(gap_start, until))
            since = max(since, gap_end)
        return [Span(instant(a), instant(b)) for a, b in spans]

    def on(self, day: date) -> list[Span]:
        """The openings that begin on this day, in order: the last may end on the next."""
        return [Span(instant(opens), instant(closes)) for opens, closes in merge(self._laid(day, self._dates.on(day)))]

    def holidays_between(self, start: datetime, end: datetime) -> dict[date, Span]:
        """The holidays and special days that took opening hours away from start to end.

        Each with the first and the last moment of what it took: of a closed day its first opening and last closing, of
        one that closes at noon the afternoon.
        """
        first, last = start.astimezone(self.zone).date() - DAY, end.astimezone(self.zone).date()
        days = (first + n * DAY for n in range((last - first).days + 1))
        lost = {day: taken for day in days if (taken := self._lost(day))}
        spans = {day: Span(instant(taken[0][0]), instant(taken[-1][1])) for day, taken in lost.items()}
        return {day: span for day, span in spans.items() if span.start < end and span.end > start}

    def due_many(self, starts: Micros, targets: Micros | int) -> Micros:
        """`due` of vectors, moments and amounts in microseconds. ValueError when one lies more than 50 years ahead."""
        at, target = np.broadcast_arrays(np.asarray(starts, np.int64), np.asarray(targets, np.int64))
        if not at.size:
            return at.copy()
        if target.min() < 0:
            raise ValueError("Business time cannot be negative.")
        for reach in REACHES:
            due = self._knowing(int(at.min()), int(at.max()) + reach).reach_many(at, target)
            if due is not None and (due - at).max() <= REACHES[-1]:
                return due
        raise ValueError("Not so much of opening hours within 50 years.")

    def elapsed_many(self, starts: Micros, ends: Micros) -> Micros:
        """`elapsed` of vectors, moments and amounts in microseconds."""
        since, until = np.broadcast_arrays(np.asarray(starts, np.int64), np.asarray(ends, np.int64))
        if not since.size:
            return since.copy()
        line = self._knowing(int(min(since.min(), until.min())), int(max(since.max(), until.max())))
        elapsed: Micros = np.maximum(line.count_many(until) - line.count_many(since), 0)
        return elapsed

    def _reach(self, start: int, target: int) -> int:
        if target < 0:
            raise ValueError(f"Business time cannot be negative: {target * MICROSECOND}.")
        for reach in REACHES:
            due = self._knowing(start, start + reach).reach(start, target)
            if due is not None and due <= start + REACHES[-1]:
                return due
        raise ValueError(f"Not {target * MICROSECOND} of opening hours in the 50 years after {instant(start)}.")

    def _elapsed(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        line = self._knowing(start, end)
        return line.count(end) - line.count(start)

    def _knowing(self, since: int, until: int) -> Timeline:
        line = self._line
        return line if line.since <= since and until <= line.until else self._grown(since, until)

    def _grown(self, since: int, until: int) -> Timeline:
        """A timeline that knows so much, some years on either side, and all that was known before."""
        with GROWING:
            line = self._line
            if line.since <= since and until <= line.until:
                return line  # somebody was faster
            low, high = min(since - YEAR, line.since), max(until + 3 * YEAR, line.until)
            try:
                first, last = instant(low).date() - 3 * DAY, instant(high).date() + 2 * DAY  # past midnight, any zone
            except OverflowError:
                raise ValueError("A calendar knows the years 10 to 9990.") from None
            days = (first + n * DAY for n in range((last - first).days + 1))
            laid = (span for day in days for span in self._laid(day, self._dates.on(day)))
            line = Timeline.of(laid, low, high)
            object.__setattr__(self, "_line", line)
            return line

    def _lost(self, day: date) -> list[tuple[int, int]]:
        usual, kept = self._dates.usual(day), self._dates.on(day)
        return without(merge(self._laid(day, usual)), merge(self._laid(day, kept))) if kept != usual else []

    def _laid(self, day: date, hours: Sequence[Interval]) -> list[tuple[int, int]]:
        midnight = datetime.combine(day, time())
        return [(self._at(midnight + opens), self._at(midnight + closes)) for opens, closes in hours]

    def _at(self, local: datetime) -> int:
        return micros(moment(local, self.zone))


def _merged(pauses: Iterable[Span]) -> list[tuple[int, int]]:
    return merge((micros(start), micros(end)) for start, end in pauses) if pauses else []
