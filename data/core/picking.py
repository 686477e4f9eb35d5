"""Facts narrowed to those that count: of some kinds, in a stretch of time, that the filters let through."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from data.core.facts import MET, Event, Facts, Numbers
from data.core.lifelines import KINDS, SERVICES
from data.core.running import Mask
from models.metrics import Filters
from models.timeline import Micros


class Picked:
    """Some facts, in the order of time; a column is fetched when it is asked for."""

    def __init__(self, found: Sequence[tuple[Facts, Numbers]]) -> None:
        self._found = found
        self._columns: dict[str, Numbers] = {}

    def __len__(self) -> int:
        return sum(len(places) for _, places in self._found)

    def column(self, name: str) -> Numbers:
        if name not in self._columns:
            self._columns[name] = np.concatenate([getattr(facts, name)[places] for facts, places in self._found])
        return self._columns[name]

    @cached_property
    def at(self) -> Micros:
        return self.column("at")

    @cached_property
    def met(self) -> Mask:
        return self.has(MET)

    def has(self, bit: int) -> Mask:
        which: Mask = self.column("bits") & bit != 0
        return which

    def where(self, which: Any) -> "Picked":
        """Those of a mask over them."""
        kept, begin = [], 0
        for facts, places in self._found:
            kept.append((facts, places[which[begin : begin + len(places)]]))
            begin += len(places)
        return Picked(kept)

    def some(self, first: int, count: int) -> Facts:
        """So many from one place among them on, whole."""
        taken, begin = [], 0
        for facts, places in self._found:
            taken.append(facts.where(places[max(first - begin, 0) : max(first + count - begin, 0)]))
            begin += len(places)
        return Facts.joined(taken)


class Stretch:
    """All that happened from one moment to another (no longer in it), narrowed by filters; the parts follow in time."""

    def __init__(self, parts: Sequence[Facts], filters: Filters, since: int, until: int) -> None:
        self.since, self.until = since, until
        self._parts = [part.between(since, until) for part in parts]
        self._passing = [_passing(part, filters) for part in self._parts]
        self._picked: dict[tuple[Event, ...], Picked] = {}

    def of(self, *events: Event) -> Picked:
        if events not in self._picked:
            found = []
            for part, passing in zip(self._parts, self._passing, strict=True):
                which = np.logical_or.reduce([part.event == event for event in events])
                found.append((part, np.flatnonzero(which if passing is None else which & passing)))
            self._picked[events] = Picked(found)
        return self._picked[events]


def _passing(facts: Facts, filters: Filters) -> Mask | None:
    """None where nothing is narrowed."""
    exact = {
        "star_level": filters.star_level,
        "urgency": filters.urgency,
        "kind": None if filters.kind is None else KINDS.index(filters.kind),
        "service": None if filters.service is None else SERVICES.index(filters.service),
        "product": filters.product,
        "technician": filters.technician,
        "client": filters.client,
    }
    masks = [getattr(facts, name) == int(value) for name, value in exact.items() if value is not None]
    return np.logical_and.reduce(masks) if masks else None
