"""When a desk is open, and what that makes of a target: business time.

Business time is elapsed time inside the opening hours, daylight saving included: an all-day opening lasts 23 or 25
hours on the days the clocks change. Hours are meant in the calendar's zone; every moment taken must be aware (else
TypeError), every moment given is in UTC; nothing is rounded. Pure: no database, and nobody asks what time it is.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import numpy as np

from models.timeline import Micros, Timeline, merge

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, YEAR = timedelta(days=1), timedelta(days=366)
REACH = 50 * YEAR  # no deadline is looked for beyond: a calendar may be closed for ever
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GROWING = Lock()  # one for all calendars, since they may share a holidays object that is filled lazily

Interval = tuple[timedelta, timedelta]  # since local midnight; the end may lie in the next day


class Span(NamedTuple):
    """From start to end, aware moments in UTC; the end is no longer in it."""

    start: datetime
    end: datetime


def micros(at: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exact. TypeError for a naive moment."""
    return (at - EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """The moment in UTC so many microseconds after 1970-01-01 UTC, exact."""
    return EPOCH + at * MICROSECOND


def moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the clocks of the zone show `local`, a naive datetime.

    A time the clocks skip moves forward by the gap; of a time they show twice it is the first.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Opening hours by weekday (Monday is 0), holidays, and the zone both are meant in.

    An interval that ends at or before its start runs past midnight and belongs to the day it began on; a holiday takes
    away the intervals that begin on it. ValueError without any hours, or when intervals overlap.
    Threads share a calendar: what they read is one immutable timeline, replaced by a longer one when it is too short.
    """

    zone: ZoneInfo
    hours: Mapping[int, Sequence[tuple[time, time]]]
    holidays: Container[date] = frozenset()
    _week: Mapping[int, Sequence[Interval]] = field(init=False, repr=False)
    _line: Timeline = field(init=False, repr=False, default=Timeline.of((), 1, 0))  # knows nothing

    def __post_init__(self) -> None:
        object.__setattr__(self, "_week", _week(self.hours))

    @classmethod
    def parse(cls, zone: str, hours: Mapping[str, Sequence[Sequence[str]]], holidays: Container[date] = ()) -> Self:
        """A calendar from texts: `{"mon": [["09:00", "12:30"], ["13:30", "24:00"]]}`, and the IANA name of its zone.

        ValueError names the zone, the weekday or the interval it cannot read.
        """
        try:
            found = ZoneInfo(zone)
        except (KeyError, ValueError, OSError, TypeError):
            raise ValueError(f"Unknown time zone: {zone!r}.") from None
        if unknown := [day for day in hours if day not in DAYS]:
            raise ValueError(f"Unknown weekday: {unknown[0]!r}; they are {', '.join(DAYS)}.")
        week = {DAYS.index(day): [_interval(day, texts) for texts in intervals] for day, intervals in hours.items()}
        return cls(found, week, holidays)

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
        for reach in (YEAR, REACH):
            found = self._knowing(end - reach // MICROSECOND, end).back(end, amount)
            if found is not None:
                return instant(found)
        raise ValueError(f"Not so much open time in the 50 years before {at}.")

    def is_open(self, at: datetime) -> bool:
        """Whether it is open; at the closing instant it no longer is."""
        return self._under_way(micros(at)) is not None

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while it is open, else when it opens next. ValueError when it does not within 50 years."""
        return instant(self._reach(micros(at), 1) - 1)

    def closing(self, at: datetime) -> datetime | None:
        """The end of the opening under way; None when it is closed, or when it stays open for a year to come."""
        limit = micros(at + YEAR)
        opening = self._under_way(micros(at))
        return instant(opening[1]) if opening and opening[1] <= limit else None

    def openings(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> list[Span]:
        """What of start to end is open and not paused, in order; openings that touch are one."""
        since, until = micros(start), micros(end)
        spans, line = [], self._knowing(since, max(since, until))
        for gap_start, gap_end in [*_merged(pauses), (until, until)]:
            spans += line.between(since, min(gap_start, until))
            since = max(since, gap_end)
        return [Span(instant(a), instant(b)) for a, b in spans]

    def holidays_between(self, start: datetime, end: datetime) -> dict[date, Span]:
        """The holidays that took opening hours away from start to end: each with its first opening and last closing."""
        first, last = start.astimezone(self.zone).date() - DAY, end.astimezone(self.zone).date()
        days = (first + n * DAY for n in range((last - first).days + 1))
        closed = {day: self._hours_of(day) for day in days if day in self.holidays and self._week.get(day.weekday())}
        spans = {day: Span(hours[0].start, hours[-1].end) for day, hours in closed.items()}
        return {day: span for day, span in spans.items() if span.start < end and span.end > start}
