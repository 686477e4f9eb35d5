"""The tickets that a client follows: what narrows the list, and what one line of it tells."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from models.queue import Line
from models.ticket import Kind, Service, Status


class Stage(StrEnum):
    """Which of the tickets, by how far they have come."""

    ALL = auto()
    OPEN = auto()
    WAITING = auto()  # for the client's answer
    RESOLVED = auto()


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What narrows the list; nothing does by default. `mine`: filed by me, or for me; `year`: filed in it."""

    stage: Stage = Stage.ALL
    mine: bool = False
    kind: Kind | None = None
    service: Service | None = None
    product: int | None = None
    year: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """A ticket, whose it is, and whether something has been said on it that the reader has not read."""

    line: Line
    contact: str
    news: bool


@dataclass(frozen=True, slots=True)
class FollowedPage:
    """Newest first; `earlier` tells whether a page of newer tickets lies before, `later` whether one of older ones."""

    lines: tuple[FollowedLine, ...]
    earlier: bool
    later: bool


@dataclass(frozen=True, slots=True)
class Front:
    """What a client sees first: some of its `count` open tickets, those before the others of which `waiting` wait for
    its answer, then those with news; and what was resolved last."""

    open: tuple[FollowedLine, ...]
    count: int
    waiting: int
    resolved: tuple[FollowedLine, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """An open ticket that looks like what is being typed."""

    reference: str
    subject: str
    status: Status
    filed_at: datetime
