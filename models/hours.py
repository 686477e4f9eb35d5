"""Weekly opening hours: read from texts, checked, and made ready to be laid on a date.

An interval that ends at or before its start runs past midnight and belongs to the day it began on.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from itertools import pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Interval = tuple[timedelta, timedelta]  # both since midnight of the day it begins on, the end up to a day later


def parse(hours: Mapping[str, Sequence[Sequence[str]]]) -> dict[int, list[tuple[time, time]]]:
    """The hours written `{"mon": [["09:00", "12:30"], ["13:30", "24:00"]]}`, by number of weekday (Monday is 0).

    ValueError names the weekday and the interval it cannot read.
    """
    if not isinstance(hours, Mapping):
        raise ValueError(f"Hours are intervals by weekday ({', '.join(DAYS)}), not {hours!r}.")
    if unknown := [day for day in hours if day not in DAYS]:
        raise ValueError(f"Unknown weekday {unknown[0]!r}; they are {', '.join(DAYS)}.")
    return {DAYS.index(day): [_pair(day, pair) for pair in _listed(day, pairs)] for day, pairs in hours.items()}


def week(hours: Mapping[int, Sequence[tuple[time, time]]]) -> dict[int, list[Interval]]:
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
            raise ValueError(f"{_name(*one)} overlaps {_name(*other)}.")
    return {day: _joined([(start, end) for at, start, end in intervals if at == day]) for day, *_ in intervals}


def _joined(intervals: Sequence[Interval]) -> list[Interval]:
    joined = [intervals[0]]
    for start, end in intervals[1:]:
        touches = start == joined[-1][1]
        joined.append((joined.pop()[0] if touches else start, end))
    return joined


def _offsets(opens: time, closes: time) -> Interval:
    start, end = (timedelta(0, at.second, at.microsecond, 0, at.minute, at.hour) for at in (opens, closes))
    return start, end if end > start else end + DAY


def _listed(day: str, pairs: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    if isinstance(pairs, str) or not isinstance(pairs, Sequence):
        raise ValueError(f"{day}: intervals are a list of pairs, not {pairs!r}.")
    return pairs


def _pair(day: str, pair: Sequence[str]) -> tuple[time, time]:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise ValueError(f"{day}: an interval is two times, opening and closing, not {pair!r}.")
    opens, closes = pair
    return _time(day, pair, opens), time() if closes == "24:00" else _time(day, pair, closes)


def _time(day: str, pair: Sequence[str], text: str) -> time:
    if not isinstance(text, str) or not CLOCK_TIME.fullmatch(text):
        raise ValueError(f"{day} {'-'.join(map(str, pair))}: {text!r} is not a time from 00:00 to 23:59 (end: 24:00).")
    return time.fromisoformat(text)


def _name(day: int, start: timedelta, end: timedelta) -> str:
    def shown(at: timedelta) -> str:
        minutes = (at - DAY if at > DAY else at) // timedelta(minutes=1)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    return f"{DAYS[day % 7]} {shown(start)}-{shown(end)}"
