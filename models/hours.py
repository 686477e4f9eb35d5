"""Opening hours: read from texts, checked, and what of them holds on a date.

An interval that ends at or before its start runs past midnight and belongs to the day it began on.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Interval = tuple[timedelta, timedelta]  # both since midnight of the day it begins on, the end up to a day later
Times = Sequence[tuple[time, time]]  # openings and closings of a day
Texts = Sequence[Sequence[str]]  # the same, written [["09:00", "12:30"], ["13:30", "24:00"]]


@dataclass(frozen=True)
class Dates:
    """What is open on a date: the hours of a special day, else nothing on a holiday, else those of its weekday."""

    week: Mapping[int, Sequence[Interval]]
    special: Mapping[date, Sequence[Interval]]
    holidays: Container[date]

    def on(self, day: date) -> Sequence[Interval]:
        if day in self.special:
            return self.special[day]
        return () if day in self.holidays else self.usual(day)

    def usual(self, day: date) -> Sequence[Interval]:
        """What would be open if the day were like any other of its weekday."""
        return self.week.get(day.weekday(), ())


def parse(hours: Mapping[str, Texts]) -> dict[int, list[tuple[time, time]]]:
    """The hours written `{"mon": [["09:00", "12:30"], ["13:30", "24:00"]]}`, by number of weekday (Monday is 0).

    ValueError names the weekday and the interval it cannot read.
    """
    if not isinstance(hours, Mapping):
        raise ValueError(f"Hours are intervals by weekday ({', '.join(DAYS)}), not {hours!r}.")
    if unknown := [day for day in hours if day not in DAYS]:
        raise ValueError(f"Unknown weekday {unknown[0]!r}; they are {', '.join(DAYS)}.")
    return {DAYS.index(day): times(day, pairs) for day, pairs in hours.items()}


def times(day: str, pairs: Texts) -> list[tuple[time, time]]:
    """The intervals of one day, which an error (ValueError) calls by this name."""
    if isinstance(pairs, str) or not isinstance(pairs, Sequence):
        raise ValueError(f"{day}: intervals are a list of pairs, not {pairs!r}.")
    return [_pair(day, pair) for pair in pairs]


def week(hours: Mapping[int, Times]) -> dict[int, list[Interval]]:
    """The intervals of each weekday in order, those of one day that touch made one.

    ValueError when there are none, or when one overlaps another, also across midnight and from Sunday to Monday.
    """
    if wrong := [day for day in hours if day not in range(7)]:
        raise ValueError(f"Unknown weekday {wrong[0]!r}; Monday is 0, Sunday is 6.")
    intervals = sorted((day, *_offsets(*pair)) for day, pairs in hours.items() for pair in pairs)
    if not intervals:
        raise ValueError("A calendar must open some time.")
    first_day, opens, closes = intervals[0]
    for one, other in pairwise([*intervals, (first_day + 7, opens, closes)]):
        if one[0] * DAY + one[2] > other[0] * DAY + other[1]:
            raise ValueError(f"{_weekday(*one)} overlaps {_weekday(*other)}.")
    return {day: _joined([(start, end) for at, start, end in intervals if at == day]) for day, *_ in intervals}


def special(days: Mapping[date, Times]) -> dict[date, list[Interval]]:
    """The intervals of each special day in order, none when it is closed.

    ValueError when two of one day overlap. One that runs past midnight may meet the next day's: open is open.
    """
    return {day: _apart(day, sorted(_offsets(*pair) for pair in pairs)) for day, pairs in days.items()}


def _apart(day: date, intervals: list[Interval]) -> list[Interval]:
    for one, other in pairwise(intervals):
        if one[1] > other[0]:
            raise ValueError(f"{day} {_name(*one)} overlaps {day} {_name(*other)}.")
    return _joined(intervals) if intervals else []


def _joined(intervals: Sequence[Interval]) -> list[Interval]:
    joined = [intervals[0]]
    for start, end in intervals[1:]:
        touches = start == joined[-1][1]
        joined.append((joined.pop()[0] if touches else start, end))
    return joined


def _offsets(opens: time, closes: time) -> Interval:
    start, end = (timedelta(0, at.second, at.microsecond, 0, at.minute, at.hour) for at in (opens, closes))
    return start, end if end > start else end + DAY


def _pair(day: str, pair: Sequence[str]) -> tuple[time, time]:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise ValueError(f"{day}: an interval is two times, opening and closing, not {pair!r}.")
    opens, closes = pair
    return _time(day, pair, opens), time() if closes == "24:00" else _time(day, pair, closes)


def _time(day: str, pair: Sequence[str], text: str) -> time:
    if not isinstance(text, str) or not CLOCK_TIME.fullmatch(text):
        raise ValueError(f"{day} {'-'.join(map(str, pair))}: {text!r} is not a time from 00:00 to 23:59 (end: 24:00).")
    return time.fromisoformat(text)


def _weekday(day: int, start: timedelta, end: timedelta) -> str:
    return f"{DAYS[day % 7]} {_name(start, end)}"


def _name(start: timedelta, end: timedelta) -> str:
    def shown(at: timedelta) -> str:
        minutes = (at - DAY if at > DAY else at) // timedelta(minutes=1)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    return f"{shown(start)}-{shown(end)}"
