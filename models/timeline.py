"""Open time on one axis of integers, where a deadline is two binary searches.

Every number is a microsecond: moments since 1970-01-01 UTC, amounts of open time. No rounding.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Micros = NDArray[np.int64]
MICROSECOND = timedelta(microseconds=1)
NEVER = np.iinfo(np.int64).max  # in a column of moments: none
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time in order, overlapping and touching spans made one; empty and reversed ones are dropped."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def without(spans: Iterable[tuple[int, int]], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of the spans lies in none of those taken; both in order, none overlapping."""
    left, gaps = [], list(taken)
    for start, end in spans:
        rest = start
        for gap_start, gap_end in gaps:
            if rest < min(gap_start, end):
                left.append((rest, min(gap_start, end)))
            rest = max(rest, gap_end)
        if rest < end:
            left.append((rest, end))
    return left


class Timeline(NamedTuple):
    """Openings in order, none touching the next, with the open time `before` and `after` each (its end included).

    It knows the moments from `since` to `until`; what it says of others is not to be believed.
    Readers share it without a lock, for nothing in it ever changes.
    """

    since: int
    until: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    after: list[int]
    arrays: tuple[Micros, Micros, Micros, Micros]  # the four lists again, for vectors

    @classmethod
    def of(cls, openings: Iterable[tuple[int, int]], since: int, until: int) -> Self:
        starts, ends, before, after, total = [], [], [], [], 0
        for start, end in merge(openings):
            starts.append(start)
            ends.append(end)
            before.append(total)
            total += end - start
            after.append(total)
        columns = np.array([starts, ends, before, after], dtype=np.int64)
        return cls(since, until, starts, ends, before, after, tuple(columns))

    def count(self, at: int) -> int:
        """The open time from the beginning of the timeline to `at`."""
        index = bisect_right(self.starts, at) - 1
        return min(self.before[index] + at - self.starts[index], self.after[index]) if index >= 0 else 0

    def reach(self, start: int, target: int) -> int | None:
        """The first moment, not before `start`, of an opening (its end included) at which the target is used up.

        None when it lies beyond what this timeline knows.
        """
        goal = self.count(start) + target
        index = max(bisect_left(self.after, goal), bisect_left(self.ends, start))
        if index == len(self.ends):
            return None
        due = self.ends[index] - self.after[index] + goal
        return due if due <= self.until else None

    def back(self, at: int, by: int) -> int | None:
        """The last moment, not after `at`, of an opening (its end included) from which `by` leads to `at`.

        None when it lies before what this timeline knows.
        """
        goal = self.count(at) - by
        index = min(bisect_right(self.before, goal), bisect_right(self.starts, at)) - 1
        if index < 0:
            return None
        moment = self.starts[index] + goal - self.before[index]
        return moment if moment >= self.since else None

    def under_way(self, at: int) -> tuple[int, int] | None:
        """The opening that `at` lies in; the closing instant is no longer in it."""
        index = bisect_right(self.starts, at) - 1
        return (self.starts[index], self.ends[index]) if index >= 0 and at < self.ends[index] else None

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The openings from `start` to `end`, cut to them; none when the end lies before the start."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return [(max(self.starts[i], start), min(self.ends[i], end)) for i in range(first, last) if start < end]

    def count_many(self, at: Micros) -> Micros:
        """`count` of a whole vector."""
        starts, _, before, after = self.arrays
        if not len(starts):
            return np.zeros_like(at)
        index = np.searchsorted(starts, at, side="right") - 1
        counted = np.minimum(before[index] + at - starts[index], after[index])
        return np.where(index < 0, 0, counted)

    def reach_many(self, start: Micros, target: Micros) -> Micros | None:
        """`reach` of a whole vector; None when one of them lies beyond what this timeline knows."""
        _, ends, _, after = self.arrays
        goal = self.count_many(start) + target
        index = np.maximum(np.searchsorted(after, goal), np.searchsorted(ends, start))
        if index.max() == len(ends):
            return None
        due = ends[index] - after[index] + goal
        return due if due.max() <= self.until else None
