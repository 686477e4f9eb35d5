"""What this process has read of sealed days: one stretch of them in memory, shared by all who ask.

A day is known by its digest, so that what is kept is true whoever sealed it anew meanwhile, and of whichever database.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func
from sqlmodel import Session, col, select

from data.core.facts import WIDTH, Facts
from models.period import DAY
from models.seal import DaySeal

LONGEST = 8_000_000  # facts that are kept, some 370 MB; a longer stretch is read anew each time
SOME = 31  # days read at a time


class Sealed(NamedTuple):
    """A day, what its facts are known by, and how many bytes they are."""

    day: date
    digest: str
    size: int


class _Stretch(NamedTuple):
    """Days in a row, their facts, and where those of each begin; the last is where they end."""

    days: tuple[Sealed, ...]
    begins: tuple[int, ...]
    facts: Facts

    def part(self, first: int, last: int) -> Facts:
        """From one place among the days to another, no longer in it; nothing is copied."""
        return self.facts.where(slice(self.begins[first], self.begins[last]))


_NOTHING = _Stretch((), (0,), Facts.of(()))
_reading = Lock()
_kept = [_NOTHING]


def sealed(session: Session, since: date, zone: str, version: int) -> tuple[Sealed, ...]:
    """The days from that one on that are sealed so, in order."""
    shown: list[Any] = [DaySeal.day, DaySeal.digest, func.length(DaySeal.facts)]
    current = col(DaySeal.zone) == zone, col(DaySeal.version) == version
    listed = select(*shown).where(col(DaySeal.day) >= since, *current).order_by(col(DaySeal.day))
    return tuple(Sealed(*row) for row in session.execute(listed))


def read(session: Session, days: tuple[Sealed, ...]) -> Facts:
    """The facts of these days, which are in a row. What is not in memory yet is read, and kept for all."""
    if not days:
        return Facts.of(())
    with _reading:
        kept = _kept[0]
        place = _place(kept, days)
        if place is None:
            kept = _grown(session, kept, days)
            place = len(kept.days) - len(days)
            if len(kept.facts) <= LONGEST:
                _kept[0] = kept
    return kept.part(place, place + len(days))


def clear() -> None:
    """Forget what was read."""
    _kept[0] = _NOTHING


def _place(kept: _Stretch, days: Sequence[Sealed]) -> int | None:
    """Where these days begin among those kept, if all of them are."""
    if not kept.days:
        return None
    place = (days[0].day - kept.days[0].day).days
    return place if place >= 0 and kept.days[place : place + len(days)] == days else None


def _grown(session: Session, kept: _Stretch, days: tuple[Sealed, ...]) -> _Stretch:
    """These days, and before them those kept that lead up to them."""
    earlier = [one for one in kept.days if one.day < days[0].day]
    wanted = (*earlier, *days) if earlier and earlier[-1].day + DAY == days[0].day else days
    begins = (0, *np.cumsum([one.size // WIDTH for one in wanted]).tolist())
    facts, known = Facts.empty(begins[-1]), {one: place for place, one in enumerate(kept.days)}
    for here, run in groupby(enumerate(wanted), lambda pair: pair[1] in known):
        places = [place for place, _ in run]
        if here:
            first = known[wanted[places[0]]]
            facts.put(begins[places[0]], kept.part(first, first + len(places)))
        else:
            for place, part in zip(places, _written(session, [wanted[place] for place in places]), strict=True):
                facts.put(begins[place], part)
    return _Stretch(wanted, begins, facts)


def _written(session: Session, days: Sequence[Sealed]) -> Iterator[Facts]:
    """Some at a time, so that they are not in memory twice."""
    for place in range(0, len(days), SOME):
        some = [one.day for one in days[place : place + SOME]]
        listed = select(DaySeal.facts).where(col(DaySeal.day).between(some[0], some[-1])).order_by(col(DaySeal.day))
        yield from map(Facts.from_bytes, session.exec(listed))
