"""The service level: how long we may take, how long we took, and what that says.

PRODUCT, "The service level". All amounts are business time of the clock's calendar; all moments are aware. Pure
arithmetic: what now is, the caller says.

Business time stands still at night, so a target used up exactly at closing is due at the closing instant but not yet
exceeded until the next opening: an answer in the night still took no more than the target. Whether a clock is at risk,
breached, met or missed follows from the time it took, and so agrees before and after it is stopped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from models.calendar import Calendar, Span
from models.timeline import MICROSECOND

NONE = timedelta()


class State(StrEnum):
    """A running clock is fine, at risk or breached, or paused while within its target; a stopped one met or missed, or
    within its target when nobody needed it any more."""

    FINE = "fine"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    UNNEEDED = "unneeded"


class Pauses(NamedTuple):
    """The pauses that are over, in order, and since when one lasts, if one does."""

    over: tuple[Span, ...]
    since: datetime | None


def pauses(changes: Iterable[tuple[datetime, bool]]) -> Pauses:
    """The pauses that a status history tells: each change is its moment and whether the ticket waits from then on."""
    over, since = [], None
    for at, waiting in sorted(changes, key=lambda change: change[0]):
        if waiting:
            since = since or at
        elif since:
            if since < at:
                over.append(Span(since, at))
            since = None
    return Pauses(tuple(over), since)


@dataclass(frozen=True)
class Clock:
    """A clock that runs from `started` in the calendar's hours, not in its pauses nor since `paused_since`.

    It is decided for good once stopped: answered, or resolved. One that is `unneeded` stopped for another reason: the
    ticket was withdrawn before anybody answered, which keeps no promise and breaks none that was not broken already.
    """

    calendar: Calendar
    started: datetime
    target: timedelta
    pauses: Sequence[Span] = ()
    paused_since: datetime | None = None
    stopped_at: datetime | None = None
    unneeded: bool = False

    def due(self) -> datetime | None:
        """The deadline; None while the clock stands still before its target has run out."""
        return self._used_up(self.target)

    def late_after(self) -> datetime | None:
        """The last moment at which stopping still meets the target; None while the clock stands still before.

        It is the deadline or, when that falls at closing or at the beginning of a pause, the moment the clock runs on.
        """
        return self._exceeded(self.target)

    def warn_at(self) -> datetime | None:
        """The moment after which less than a quarter of the target is left; None while it stands still before."""
        return self._exceeded(self.target * 3 // 4)

    def used(self, until: datetime) -> timedelta:
        """The business time taken by then; a stopped clock takes no more."""
        end = min(filter(None, (until, self.paused_since, self.stopped_at)))
        return self.calendar.elapsed(self.started, end, self.pauses)

    def left(self, now: datetime) -> timedelta:
        """What is left of the target; negative, the overrun."""
        return self.target - self.used(now)

    def overrun(self, now: datetime) -> timedelta:
        """The business time taken beyond the target; 0 while within it."""
        return max(-self.left(now), NONE)

    def state(self, now: datetime) -> State:
        """What the clock says at that moment; what happened to it later is not considered, but for pauses' ends."""
        left = self.left(now)
        if self.stopped_at and self.stopped_at <= now:
            return State.MISSED if left < NONE else State.UNNEEDED if self.unneeded else State.MET
        if left < NONE:
            return State.BREACHED
        if self._paused(now):
            return State.PAUSED
        return State.AT_RISK if left * 4 < self.target else State.FINE

    def _paused(self, now: datetime) -> bool:
        lasting = self.paused_since is not None and self.paused_since <= now
        return lasting or any(pause.start <= now < pause.end for pause in self.pauses)

    def _used_up(self, amount: timedelta) -> datetime | None:
        at = self.calendar.due(self.started, amount, self.pauses)
        return None if self.paused_since and at > self.paused_since else at

    def _exceeded(self, amount: timedelta) -> datetime | None:
        """The last moment at which no more than the amount is used."""
        at = self._used_up(amount + MICROSECOND)
        return at - MICROSECOND if at else None


class Line(StrEnum):
    """What a line of the ledger tells of."""

    OPEN = "open"
    PAUSE = "pause"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class LedgerLine:
    """A stretch of a clock's life, what of it counted, and what had counted by its end.

    The end is None for the pause that still lasts. A holiday spans the hours it took away.
    """

    kind: Line
    start: datetime
    end: datetime | None
    counted: timedelta
    total: timedelta


def ledger(clock: Clock, until: datetime | None = None) -> list[LedgerLine]:
    """How the deadline came about: openings, pauses and holidays in order.

    What counted adds up exactly to the target, and the last line ends at the deadline; for a clock standing still it
    adds up to the time used. With `until`, the ledger ends there if the deadline lies later.
    """
    due = clock.due()
    end = min(filter(None, (due or clock.paused_since, until)))
    lines, total = [], NONE
    for kind, span in sorted(_stretches(clock, end), key=lambda stretch: stretch[1]):
        counted = span.end - span.start if kind is Line.OPEN else NONE
        total += counted
        lines.append(LedgerLine(kind, *span, counted, total))
    if clock.paused_since and due is None and end == clock.paused_since:
        lines.append(LedgerLine(Line.PAUSE, end, None, NONE, total))
    return lines


def _stretches(clock: Clock, end: datetime) -> Iterable[tuple[Line, Span]]:
    calendar, start = clock.calendar, clock.started
    yield from ((Line.OPEN, span) for span in calendar.openings(start, end, clock.pauses))
    yield from ((Line.HOLIDAY, span) for span in calendar.holidays_between(start, end).values())
    for pause in clock.pauses:
        if pause.start < end and pause.end > start:
            yield Line.PAUSE, Span(max(pause.start, start), min(pause.end, end))
    if clock.target == NONE:
        yield Line.OPEN, Span(end, end)
