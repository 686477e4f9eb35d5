"""When the events of one ticket happen, in the opening hours promised to its client."""

from datetime import datetime, timedelta
from random import Random

from data.demo.plots import Plot
from data.demo.terms import Promise, Terms
from models.calendar import Span

MOMENT = timedelta(minutes=3)  # the least between two events


class Pacing:
    """Every method gives the moment of the next event, always later than the one before."""

    def __init__(self, plot: Plot, terms: Terms, rng: Random) -> None:
        self._plot, self._terms, self._rng = plot, terms, rng
        self.urgency = plot.urgency
        self.at = plot.filed_at
        self._paused_since: datetime | None = None
        self._pauses: list[Span] = []

    @property
    def promise(self) -> Promise:
        return self._terms.of(self._plot.story.kind, self._plot.company.stars(self._plot.filed_at), self.urgency)

    @property
    def waiting(self) -> bool:
        return self._paused_since is not None

    def is_open(self) -> bool:
        return self.promise[0].is_open(self.at)

    def after_filing(self, share: float) -> datetime:
        """At that share of the first-response target."""
        calendar, first, _ = self.promise
        return self._next(calendar.due(self._plot.filed_at, first * share))

    def in_time(self, steps_left: int) -> datetime:
        """So that the desk's steps left fill what is left until the moment of resolution that the plot sets."""
        calendar, _, resolution = self.promise
        left = resolution * self._plot.pace.resolved - calendar.elapsed(self._plot.filed_at, self.at, self._pauses)
        share = self._rng.uniform(0.5, 1) if steps_left > 1 else 1
        return self._next(calendar.due(self.at, max(left / steps_left * share, MOMENT)))

    def answer(self) -> datetime:
        """When the client writes: it takes its time when asked, in the hours of an office."""
        span = self._plot.pace.patience if self.waiting else timedelta(hours=self._rng.uniform(0.2, 3))
        return self._next(self._terms.standard.due(self.at, span))

    def soon(self) -> datetime:
        return self._next(self.at)

    def pause(self) -> None:
        self._paused_since = self.at

    def resume(self) -> None:
        if self._paused_since is not None:
            self._pauses.append(Span(self._paused_since, self.at))
            self._paused_since = None

    def _next(self, at: datetime) -> datetime:
        self.at = max(at, self.at + MOMENT)
        return self.at
