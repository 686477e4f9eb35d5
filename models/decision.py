"""When a clock was decided, and how: what attainment counts, each clock on one day that never changes.

PRODUCT, "The service level", rule 8. A clock is met at the moment it stopped with no more than its target taken, and
broken at the first moment at which that can no longer be: its deadline or, where that falls at closing, the next
opening, for an answer in the night has still taken no more than the target. New terms may put a deadline into the
past: the clock is broken then at the moment they were given, so that no month that is over ever counts another clock.

One by one for a page, and as columns (microseconds) for a client's or the desk's whole year.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.sla import Clock, State
from models.ticket import PROMISED, HistoryEntry
from models.timeline import NEVER, Micros


@dataclass(frozen=True, slots=True)
class Decision:
    at: datetime
    met: bool


class Decided(NamedTuple):
    """Decisions as columns: NEVER for a clock that is not decided yet, or never will be: `unneeded`."""

    at: Micros
    met: NDArray[np.bool_]
    unneeded: NDArray[np.bool_]

    @property
    def broken(self) -> NDArray[np.bool_]:
        broken: NDArray[np.bool_] = (self.at != NEVER) & ~self.met
        return broken

    def where(self, counts: NDArray[np.bool_]) -> "Decided":
        """Those that do not count are taken as not decided."""
        return self._replace(at=np.where(counts, self.at, NEVER), met=self.met & counts)


@dataclass(frozen=True, slots=True)
class Attainment:
    """How many clocks were met and broken; those that still run are apart."""

    met: int = 0
    broken: int = 0
    running: int = 0

    @property
    def decided(self) -> int:
        return self.met + self.broken

    @property
    def share(self) -> float | None:
        """From 0 to 1; None while nothing is decided."""
        return self.met / self.decided if self.decided else None


def decision(clock: Clock, now: datetime, redated_at: datetime | None = None) -> Decision | None:
    """None while it runs or stands still within its target, and of one that nobody needed any more.

    `redated_at` is when it was last given other terms.
    """
    match clock.state(now):
        case State.MET:
            assert clock.stopped_at
            return Decision(clock.stopped_at, met=True)
        case State.MISSED | State.BREACHED:
            late = clock.late_after()
            assert late
            return Decision(max(late, redated_at) if redated_at else late, met=False)
        case _:
            return None


def decided(stopped: Micros, late: Micros, redated: Micros, unneeded: NDArray[np.bool_], now: int) -> Decided:
    """`decision` of whole columns: when each stopped (NEVER while it runs), after which moment it is broken (NEVER
    while it stands still), when it was last given other terms (0 where it never was), and which stopped unneeded."""
    within = (stopped <= now) & (stopped <= late)
    met, broken = within & ~unneeded, ~within & (late < now)
    at = np.where(met, stopped, np.where(broken, np.maximum(late, redated), NEVER))
    return Decided(at, met, within & unneeded)


def redated_at(history: Iterable[HistoryEntry]) -> tuple[datetime | None, datetime | None]:
    """When the deadlines of the first response and of the resolution last moved by other terms; None: never."""
    first = resolution = None
    for entry in sorted(history, key=lambda one: one.at):
        if entry.change not in PROMISED:
            continue
        if entry.first_response_due_before != entry.first_response_due_after:
            first = entry.at
        if entry.resolution_due_before != entry.resolution_due_after:
            resolution = entry.at
    return first, resolution
