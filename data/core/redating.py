"""Gives running clocks new terms and dates them anew from filing; what is decided stays as it was judged.

PRODUCT, "The service level", rule 6. A preview and the save after it come from the same computation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from sqlalchemy import ColumnElement
from sqlmodel import Session

from data.core import running_rows
from data.core.columns import NEVER
from data.core.running import Clocks, Hours, Mask, Running, Terms
from models.calendar import Calendar
from models.client import StarLevel
from models.errors import Refused
from models.sla import State
from models.timeline import Micros

STATES = (State.FINE, State.AT_RISK, State.BREACHED, State.PAUSED)  # by number, as `_states` gives them
FINE, AT_RISK, BREACHED, PAUSED = range(4)


@dataclass(frozen=True)
class Asked:
    """What shall hold for the open tickets of which `which` is true.

    `terms` gives the terms wished for the clocks of first response and of resolution, `calendars` are those that the
    wish may name, by number. `star_level` is the new one of all of them, None where it stays.
    """

    which: ColumnElement[bool]
    terms: Callable[[Running], tuple[Terms, Terms]]
    calendars: Mapping[int, Calendar]
    star_level: StarLevel | None = None


@dataclass(frozen=True)
class Side:
    """The same promise of all tickets, before and after: of the clocks that are `given` other terms."""

    clocks: Clocks
    after: Terms  # what each clock has from now on
    undecided: Mask
    given: Mask

    @cached_property
    def reached(self) -> tuple[Micros, Micros]:
        """The deadlines before and after, of clocks that stand still as if they ran on now."""
        before, rows = self.clocks.due.copy(), self.clocks.paused_since != NEVER
        still = rows & (before == NEVER) & self.given
        if still.any():
            before = np.where(still, self.clocks.reach(self.clocks.terms, self.clocks.terms.targets), before)
        return before, np.where(self.given, self.clocks.reach(self.after, self.after.targets), before)

    @cached_property
    def moved(self) -> Mask:
        before, after = self.reached
        moved: Mask = self.given & (before != after)
        return moved

    @cached_property
    def due(self) -> Micros:
        """The deadlines to keep and show."""
        return np.where(self.given, self.clocks.shown(self.reached[1]), self.clocks.due)

    @cached_property
    def states(self) -> tuple[Micros, Micros]:
        return _states(self.clocks, self.clocks.terms), _states(self.clocks, self.after)

    def turned(self, before: int | None, after: int) -> Mask:
        """Those that go from a state (any) to another one."""
        was, is_now = self.states
        turned: Mask = self.given & (is_now == after) & (was != after)
        return turned if before is None else turned & (was == before)


@dataclass(frozen=True)
class Redated:
    running: Running
    first: Side
    resolution: Side

    @property
    def given(self) -> Mask:
        return self.first.given | self.resolution.given

    @property
    def moved(self) -> Mask:
        return self.first.moved | self.resolution.moved


def redate(session: Session, asked: Asked, now: datetime) -> Redated:
    """Raises Refused when a deadline would lie more than 50 years ahead."""
    found = running_rows.read(session, asked.which, now)
    hours = Hours({**found.first.hours, **asked.calendars})
    first, resolution = (replace(clocks, hours=hours) for clocks in (found.first, found.resolution))
    found = replace(found, first=first, resolution=resolution)
    wished = asked.terms(found)
    try:
        sides = [_side(clocks, terms) for clocks, terms in zip((first, resolution), wished, strict=True)]
        for side in sides:
            assert side.due is not None  # computed here, where a refusal can be told
    except ValueError:
        raise _too_far() from None
    return Redated(found, *sides)


def require_reachable(calendar: Calendar, target: timedelta, now: datetime) -> None:
    """Raises Refused when so much of these opening hours takes more than 50 years: no ticket could be filed."""
    try:
        calendar.due(now, target)
    except ValueError:
        raise _too_far() from None


def _too_far() -> Refused:
    return Refused("A deadline would lie more than 50 years ahead. Open more hours, or promise less time.")


def _side(clocks: Clocks, wished: Terms) -> Side:
    undecided = ~clocks.stopped & (clocks.left(clocks.terms) >= 0)
    other = (wished.calendars != clocks.terms.calendars) | (wished.targets != clocks.terms.targets)
    given: Mask = undecided & other
    return Side(clocks, clocks.terms.where(given, wished), undecided, given)


def _states(clocks: Clocks, terms: Terms) -> Micros:
    """As `Clock.state` has it, of clocks that are not stopped."""
    left = clocks.left(terms)
    risky = np.where(left * 4 < terms.targets, AT_RISK, FINE)
    return np.where(left < 0, BREACHED, np.where(clocks.paused_since <= clocks.now, PAUSED, risky))
