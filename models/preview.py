"""What a change of the rules does to the running tickets, told before it is saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.client import StarLevel
from models.sla import State

ClockName = Literal["first_response", "resolution"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose deadline moves. The deadline of one that stands still is None: it moves once the clock runs on."""

    reference: str
    subject: str
    client: str
    star_level: StarLevel
    clock: ClockName
    due_before: datetime | None
    due_after: datetime | None
    state_before: State
    state_after: State


@dataclass(frozen=True, slots=True)
class Preview:
    """Numbers of tickets, each counted once.

    `running` have a clock that the change concerns, `moved` one whose deadline moves: `earlier` or `later`, as that of
    the resolution does if it moves. `saved` have a clock that was at risk and is fine after the change; a clock that is
    broken already is decided, and never saved. `tickets` are the clocks that matter most, at most 200: newly breached,
    newly at risk, saved, then the largest moves.
    """

    running: int = 0
    moved: int = 0
    newly_at_risk: int = 0
    newly_breached: int = 0
    saved: int = 0
    earlier: int = 0
    later: int = 0
    tickets: tuple[Moved, ...] = ()
