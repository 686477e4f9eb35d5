"""The service a client has received, and what it would have been under another programme."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.client import StarLevel
from models.decision import Attainment
from models.target import Target
from models.ticket import Kind, Urgency


@dataclass(frozen=True, slots=True)
class Quarter:
    """The promises decided in one quarter of a year of the desk's zone."""

    year: int
    number: int
    first_response: Attainment
    resolution: Attainment


@dataclass(frozen=True, slots=True)
class Received:
    """The quarters in order, the current one last; the clocks that still run are in none of them."""

    quarters: tuple[Quarter, ...]
    running: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Real tickets under one programme: their promises that every programme has decided, so that all are of as many.

    `first_response_within` and `resolution_within` are what half of them would have been promised at most, by the
    clock on the wall: what a client waits. None of no tickets.
    """

    star_level: StarLevel
    first_response: Attainment
    resolution: Attainment
    first_response_within: timedelta | None
    resolution_within: timedelta | None


@dataclass(frozen=True, slots=True)
class Case:
    """What tickets of this kind and urgency are promised under each programme, and how many of them there were."""

    kind: Kind
    urgency: Urgency
    count: int
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket that one programme would have seen in time and another would not: of each whether it was met, and None
    while that is not decided."""

    reference: str
    subject: str
    kind: Kind
    urgency: Urgency
    filed_at: datetime
    first_response: tuple[bool | None, ...]
    resolution: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The tickets filed since then, under ★3, ★4 and ★5 in this order.

    `differing` are those that the programmes tell apart, of which `judged` are the latest.
    """

    since: datetime
    tickets: int
    verdicts: tuple[Verdict, ...]
    cases: tuple[Case, ...]
    differing: int
    judged: tuple[Judged, ...]
