"""The stages at which the open tickets of the demo world are found, and how fast each ticket goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

NEVER = timedelta(days=365)
OPEN_SHARE = 1 / 8  # of all tickets: those that are put at a stage


@dataclass(frozen=True)
class Pace:
    """When it is taken and first answered, as a share of the first-response target; when it is resolved, as one of the
    resolution target; and how much time in opening hours the client takes to answer."""

    taken: float
    first: float
    resolved: float
    patience: timedelta
    pauses: bool = True  # does the desk, asking, make the ticket wait?


def hours(rng: Random, low: float, high: float) -> timedelta:
    return timedelta(hours=rng.uniform(low, high))


def _some(rng: Random) -> float:
    return rng.uniform(0.3, 0.9)


@dataclass(frozen=True)
class Stage:
    """A stage to be found at now: its share of the open tickets; how long ago it was filed, in minutes or as a share of
    the first-response or resolution target; and the pace that leads there and stays, given that."""

    share: int
    measure: str
    spent: tuple[float, float]
    pace: Callable[[float, Random], Pace]


STAGES = (
    # nobody's: filed some minutes ago, in good time, at risk, broken
    Stage(12, "minutes", (2, 55), lambda _, rng: Pace(0.7, 0.9, 0.8, hours(rng, 1, 9))),
    Stage(12, "first", (0.05, 0.6), lambda spent, rng: Pace(spent + 0.2, spent + 0.3, 0.8, hours(rng, 1, 9))),
    Stage(8, "first", (0.78, 0.97), lambda spent, rng: Pace(1.5, 1.6, 2, NEVER)),
    Stage(6, "first", (1.05, 1.5), lambda spent, rng: Pace(2, 2.1, 2.5, NEVER)),
    # somebody's, not answered yet
    Stage(8, "first", (0.3, 0.9), lambda spent, rng: Pace(spent * 0.6, spent + 0.4, 2, NEVER)),
    # answered: in good time, at risk, broken
    Stage(20, "resolution", (0.4, 0.7), lambda spent, rng: Pace(0.2, _some(rng), 0.95, NEVER, False)),
    Stage(8, "resolution", (0.78, 0.96), lambda spent, rng: Pace(0.2, _some(rng), spent + 0.3, NEVER, False)),
    Stage(6, "resolution", (1.05, 1.4), lambda spent, rng: Pace(0.3, _some(rng), spent * 1.5, NEVER, False)),
    # the client's turn
    Stage(20, "resolution", (0.4, 0.9), lambda spent, rng: Pace(0.2, _some(rng), spent, NEVER)),
)
