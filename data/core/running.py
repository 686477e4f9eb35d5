"""The open tickets as columns, so that fifty thousand clocks are dated in one sweep.

It says what `models.sla.Clock` says of each, in microseconds; there is no second rule here, only a second form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.calendar import Calendar
from models.timeline import NEVER, Micros

Mask = NDArray[np.bool_]


class Gap(NamedTuple):
    """One pause of each of these tickets, numbered by their place in the columns."""

    rows: NDArray[np.int64]
    starts: Micros
    ends: Micros


class Hours(dict[int, Calendar]):
    """Calendars by number, asked for vectors in which each says whose hours it means."""

    def due(self, ids: Micros, starts: Micros, amounts: Micros) -> Micros:
        due = np.empty_like(starts)
        for one in np.unique(ids):
            rows = ids == one
            due[rows] = self[int(one)].due_many(starts[rows], amounts[rows])
        return due

    def elapsed(self, ids: Micros, starts: Micros, ends: Micros) -> Micros:
        elapsed = np.empty_like(starts)
        for one in np.unique(ids):
            rows = ids == one
            elapsed[rows] = self[int(one)].elapsed_many(starts[rows], ends[rows])
        return elapsed


@dataclass(frozen=True)
class Terms:
    """The calendar (its number) and the target of every ticket's clock."""

    calendars: Micros
    targets: Micros

    def where(self, mask: Mask, other: "Terms") -> "Terms":
        """The other's where the mask says so."""
        return Terms(np.where(mask, other.calendars, self.calendars), np.where(mask, other.targets, self.targets))


@dataclass(frozen=True)
class Clocks:
    """The same promise of every ticket: since when it runs, under which terms, and when it stood still."""

    hours: Hours
    started: Micros
    terms: Terms
    due: Micros  # as it is kept and shown; NEVER while it stands still
    stopped: Mask
    gaps: Sequence[Gap]
    paused_since: Micros  # NEVER while it runs
    now: int

    def used(self, terms: Terms) -> Micros:
        ends = np.minimum(self.now, self.paused_since)
        used = self.hours.elapsed(terms.calendars, self.started, ends)
        for gap in self.gaps:
            begins, until = np.maximum(gap.starts, self.started[gap.rows]), np.minimum(gap.ends, ends[gap.rows])
            used[gap.rows] -= self.hours.elapsed(terms.calendars[gap.rows], begins, until)
        return used

    def left(self, terms: Terms) -> Micros:
        return terms.targets - self.used(terms)

    def reach(self, terms: Terms, amounts: Micros) -> Micros:
        """When so much is used up, were the clocks that stand still to run on now."""
        at, left = self.started.copy(), amounts.copy()
        due = self.hours.due(terms.calendars, at, left)
        for gap in [*self.gaps, self._lasting()]:
            crossed = (due[gap.rows] > gap.starts) & (gap.ends > at[gap.rows])
            rows = gap.rows[crossed]
            left[rows] -= self.hours.elapsed(terms.calendars[rows], at[rows], gap.starts[crossed])
            at[rows] = gap.ends[crossed]
            due[rows] = self.hours.due(terms.calendars[rows], at[rows], left[rows])
        return due

    def shown(self, at: Micros) -> Micros:
        """NEVER for what lies beyond the beginning of a pause that lasts."""
        return np.where(at > self.paused_since, NEVER, at)

    def exceeded(self, terms: Terms, amounts: Micros) -> Micros:
        """The last moment at which no more than the amount is used; NEVER while it stands still before."""
        at = self.shown(self.reach(terms, amounts + 1))
        return np.where(at == NEVER, NEVER, at - 1)

    def _lasting(self) -> Gap:
        rows = np.flatnonzero(self.paused_since < self.now)
        return Gap(rows, self.paused_since[rows], np.full(len(rows), self.now))


@dataclass(frozen=True)
class Running:
    """Tickets in no order; kinds and urgencies as the database keeps them."""

    ids: Micros
    kinds: Sequence[str]
    urgencies: Sequence[int]
    stars: Micros
    first: Clocks
    resolution: Clocks


@dataclass(frozen=True)
class Lives:
    """Tickets, open or not, and when their clocks stopped (NEVER while they run).

    A ticket that was withdrawn before anybody answered needs no answer any more: that clock stops then, unneeded.
    """

    running: Running
    answered: Micros
    resolved: Micros
    unneeded: Mask  # the answer
