"""The demo world's clock: every life in it goes on at its own moments, and all of them in one order of time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush

from sqlalchemy import Engine

from data.core.desk import Desk
from data.demo.cast import Cast
from data.demo.stories import Story
from data.demo.terms import Terms
from models.user import Actor


class World:
    def __init__(self, engine: Engine, cast: Cast, terms: Terms) -> None:
        self.cast, self.terms = cast, terms
        self.filed: list[tuple[Story, str]] = []  # the story and reference of every ticket, in order
        self._engine = engine
        self._moment: datetime  # of the event that happens; there is none before the first
        self._coming: list[tuple[datetime, int, Iterator[datetime]]] = []
        self._begun = 0

    def desk(self, user: Actor) -> Desk:
        """The desk as the user holds it at this moment of the world."""
        moment = self._moment
        return Desk(user, self._engine, clock=lambda: moment)

    def begin(self, life: Iterable[datetime]) -> None:
        self._begun += 1
        self._await(iter(life), self._begun)

    def run(self, until: datetime) -> Iterator[datetime]:
        """Let happen what happens until then, event by event; what would come later never does."""
        while self._coming and self._coming[0][0] <= until:
            self._moment, number, life = heappop(self._coming)
            self._await(life, number)
            yield self._moment

    def _await(self, life: Iterator[datetime], number: int) -> None:
        following = next(life, None)
        if following is not None:
            heappush(self._coming, (following, number, life))
