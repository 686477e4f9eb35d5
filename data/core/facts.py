"""Facts as columns: what happened to tickets, and what they were like at that moment."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.timeline import Micros

VERSION = 1  # of the bytes; others are made anew
Numbers = NDArray[Any]


class Event(IntEnum):
    """`CAME` and `WENT` are changes of stars, urgency, technician, product, kind or service: into, and out of."""

    FILED = 0
    CAME = 1
    WENT = 2
    RESPONDED = 3
    RESOLVED = 4
    RESPONSE_BROKEN = 5
    RESOLUTION_BROKEN = 6


# What a fact says besides, as bits.
MET, FOLLOWS, DUPLICATE = 1, 2, 4

COLUMNS = {
    "at": "<i8",  # microseconds since 1970, as are the two times
    "business": "<i8",  # the time taken, of RESPONDED and RESOLVED
    "wall": "<i8",
    "ticket": "<i4",
    "client": "<i4",
    "product": "<i4",  # 0: none
    "technician": "<i4",  # 0: nobody
    "event": "u1",
    "kind": "u1",  # its place among the kinds
    "service": "u1",
    "star_level": "u1",
    "urgency": "u1",
    "bits": "u1",
}
WIDTH = sum(np.dtype(kind).itemsize for kind in COLUMNS.values())


@dataclass(frozen=True, eq=False)
class Facts:
    """In the order of time, then of tickets. Never written to once others see them: threads share them."""

    at: Micros
    business: Micros
    wall: Micros
    ticket: Numbers
    client: Numbers
    product: Numbers
    technician: Numbers
    event: Numbers
    kind: Numbers
    service: Numbers
    star_level: Numbers
    urgency: Numbers
    bits: Numbers

    def __len__(self) -> int:
        return len(self.at)

    @property
    def columns(self) -> list[Numbers]:
        return [getattr(self, one.name) for one in fields(self)]

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Self:
        """From rows of numbers in the order of the columns."""
        table = np.array(rows, np.int64).reshape(len(rows), len(COLUMNS))
        table = table[np.lexsort((table[:, _PLACE["event"]], table[:, _PLACE["ticket"]], table[:, _PLACE["at"]]))]
        return cls(*(table[:, place].astype(kind) for place, kind in enumerate(COLUMNS.values())))

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """Each later than the one before."""
        found = [part.columns for part in parts]
        if len(found) == 1:
            return cls(*found[0])
        return cls(*map(np.concatenate, zip(*found, strict=True))) if found else cls.of(())

    @classmethod
    def empty(cls, count: int) -> Self:
        """Room for so many, to `put` others in before anybody sees it."""
        return cls(*(np.empty(count, kind) for kind in COLUMNS.values()))

    def put(self, place: int, part: Self) -> None:
        for column, values in zip(self.columns, part.columns, strict=True):
            column[place : place + len(part)] = values

    def between(self, since: int, until: int) -> Self:
        """Those from one moment to another, no longer in it; without copying them."""
        first, last = np.searchsorted(self.at, [since, until])
        return type(self)(*(column[first:last] for column in self.columns))

    def where(self, which: Any) -> Self:
        """Those of a mask, or at these places."""
        return type(self)(*(column[which] for column in self.columns))

    def to_bytes(self) -> bytes:
        """Column by column."""
        return b"".join(column.tobytes() for column in self.columns)

    @classmethod
    def from_bytes(cls, written: bytes) -> Self:
        count, at, columns = len(written) // WIDTH, 0, []
        for kind in COLUMNS.values():
            columns.append(np.frombuffer(written, kind, count, at))
            at += columns[-1].nbytes
        return cls(*columns)


_PLACE = {name: place for place, name in enumerate(COLUMNS)}


def digest(written: bytes) -> str:
    return hashlib.blake2b(written, digest_size=16).hexdigest()
