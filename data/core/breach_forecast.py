"""Forecasts how many running promises will be missed, and compares its forecasts of past weeks with what happened.

A promise that has used some part of its target is missed as often as those of the last four weeks that came so far:
some of these were met later, the others were missed. All comes from the facts of past days and from the open tickets:
the cost does not grow with the tickets that are closed. The part is measured by the targets that hold now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import numpy as np
from numpy.typing import NDArray

from data.core import calendars, open_figures, opening_days
from data.core.counting import CLOCKS
from data.core.days import day_of
from data.core.facts import Numbers
from data.core.lifelines import KINDS
from data.core.measured import Measured
from data.core.opening_days import Ahead
from data.core.running import Hours, Mask
from models.breach_forecast import Forecast, Outlook, PastForecast
from models.client import StarLevel
from models.metrics import AHEAD, FEW, PACE
from models.service_level import promised_level
from models.ticket import Kind, Urgency
from models.timeline import MICROSECOND, Micros, micros

WEEK = timedelta(weeks=1)
WEEKS = PACE // WEEK  # past weeks whose forecast is compared with what happened

Parts = NDArray[np.float64]  # of a target: 0 to 1


def forecast(found: Measured, days: Sequence[Ahead]) -> Forecast:
    """`days` are the opening days to come. Too few decided promises make no forecast: None."""
    terms, now = _Terms(found), micros(found.desk.now)
    past = [_Past.of(found, terms, clock) for clock in (0, 1)]
    odds = [one.odds(now) for one in past]
    outlook: tuple[Outlook, ...] = ()
    if days:
        running = open_figures.due(found.desk, found.filters, days[-1].end)
        sides = [
            _ahead(columns[0], one.missed_of(terms.used(clock, columns, now)), days)
            for clock, (columns, one) in enumerate(zip(running, odds, strict=True))
        ]
        outlook = tuple(Outlook(day.day, *first, *last) for day, first, last in zip(days, *sides, strict=True))
    return Forecast(outlook, odds[0].count, odds[1].count, _compared(found, terms, past))


class _Terms:
    """The targets and the calendar of each kind, stars and urgency, as they hold now."""

    def __init__(self, found: Measured) -> None:
        session, shape = found.desk.session, (len(KINDS), max(StarLevel) + 1, max(Urgency) + 1)
        self.hours = Hours(calendars.several(session, [one.id for one in found.versions.values()]))
        self._targets = np.zeros((2, *shape), np.int64)
        self._calendars = np.zeros(shape, np.int64)
        levels = {(one.kind, one.star_level, one.urgency): one for one in found.levels}
        for (place, kind), star_level, urgency in product(enumerate(KINDS), StarLevel, Urgency):
            case = promised_level(star_level), urgency
            level = levels.get((kind, *case)) or levels[Kind.INCIDENT, *case]
            here = place, int(star_level), int(urgency)
            self._calendars[here] = found.versions[level.calendar].id
            self._targets[:, *here] = level.first_response // MICROSECOND, level.resolution // MICROSECOND

    def targets(self, clock: int, cases: Numbers) -> Micros:
        """`cases` has three rows: the place among the kinds, the stars, the urgency."""
        found: Micros = self._targets[clock][tuple(cases)]
        return found

    def used(self, clock: int, running: Sequence[Micros], now: int) -> Parts:
        """What part of its target each promise has used that runs now: of columns as `open_figures.due` gives them."""
        due, cases = running[0], np.array(running[1:])
        left = self.hours.elapsed(self.calendars(cases), np.full(len(due), now, np.int64), due)
        used: Parts = np.clip(1 - left / np.maximum(self.targets(clock, cases), 1), 0, 1)
        return used

    def calendars(self, cases: Numbers) -> Micros:
        found: Micros = self._calendars[tuple(cases)]
        return found


@dataclass(frozen=True)
class _Odds:
    """Promises decided in some weeks: what part of its target each one met had used in the end, rising, and how many
    were missed."""

    met: Parts
    missed: int

    @property
    def count(self) -> int:
        return len(self.met) + self.missed

    def missed_of(self, used: Parts) -> Parts | None:
        """The share that is missed of those that have used so much; None of too few to tell.

        A stage that fewer than twenty reached is judged as the last that twenty did.
        """
        if self.count < FEW:
            return None
        later = np.maximum(len(self.met) - np.searchsorted(self.met, used), FEW - self.missed)
        share: Parts = self.missed / (self.missed + later)
        return share


@dataclass(frozen=True)
class _Past:
    """One promise of the tickets for which it was decided in the last eight weeks, in no order.

    `taken` is the opening time used when it was decided; of one that was missed, the target.
    """

    at: Micros
    met: Mask
    taken: Micros
    wall: Micros
    target: Micros
    calendar: Micros

    @classmethod
    def of(cls, found: Measured, terms: _Terms, clock: int) -> "_Past":
        stops, missed = (found.recent.of(event) for event in CLOCKS[clock])
        stops = stops.where(stops.met)
        columns = [
            np.concatenate([stops.column(name), missed.column(name)])
            for name in ("at", "business", "wall", "kind", "star_level", "urgency")
        ]
        at, business, wall, *cases = columns
        target, met = terms.targets(clock, np.array(cases)), np.arange(len(at)) < len(stops)
        return cls(at, met, np.where(met, business, target), wall, target, terms.calendars(np.array(cases)))

    def odds(self, until: int) -> _Odds:
        """Of the four weeks before that moment. One met after more than the target of today counts as missed."""
        lately = (self.at < until) & (self.at >= until - PACE // MICROSECOND)
        within = lately & self.met & (self.taken <= self.target)
        used = np.sort(self.taken[within] / np.maximum(self.target[within], 1))
        return _Odds(used, int(np.count_nonzero(lately)) - len(used))

    def running(self, hours: Hours, moment: int, until: int) -> tuple[Parts, Mask]:
        """What part of its target each promise had used that ran at the moment and was due until then; and whether it
        was missed. A pause counts as if it lay before the moment."""
        later = np.flatnonzero(self.at >= moment)
        begin = np.full(len(later), moment, np.int64)
        used = self.taken[later] - hours.elapsed(self.calendar[later], begin, self.at[later])
        began = np.where(self.met[later], self.at[later] - self.wall[later] < moment, used > 0)
        used = np.clip(used, 0, self.target[later])
        due = hours.due(self.calendar[later], begin, self.target[later] - used)
        ran = began & (due < until)
        return (used / np.maximum(self.target[later], 1))[ran], ~self.met[later][ran]


def _ahead(due: Micros, missed: Parts | None, days: Sequence[Ahead]) -> list[tuple[int, float | None]]:
    """Of each day how many promises are due, and how many of them are expected to be missed."""
    day = np.searchsorted([micros(one.end) for one in days], due, side="right")
    counts = np.bincount(day, minlength=len(days)).tolist()
    if missed is None:
        return [(count, None) for count in counts]
    return list(zip(counts, np.bincount(day, missed, minlength=len(days)).tolist(), strict=True))


def _compared(found: Measured, terms: _Terms, past: Sequence[_Past]) -> tuple[PastForecast, ...]:
    """The forecast of each of the last weeks, the oldest first, made of what was known when it began."""
    told = []
    for weeks in range(WEEKS, 0, -1):
        moment = found.desk.now - weeks * WEEK
        days = opening_days.ahead(found.calendar, moment, found.zone, AHEAD)
        if not days:
            continue
        until = min(micros(days[-1].end), micros(found.desk.now))
        due, expected, missed = 0, 0.0, 0
        for one in past:
            used, lost = one.running(terms.hours, micros(moment), until)
            share = one.odds(micros(moment)).missed_of(used)
            if share is not None:
                due, expected, missed = due + len(used), expected + float(share.sum()), missed + int(lost.sum())
        if due:
            told.append(PastForecast(day_of(moment), due, expected, missed))
    return tuple(told)
