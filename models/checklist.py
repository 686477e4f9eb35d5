"""What a new desk needs before its first client can be served."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Step(StrEnum):
    PRODUCTS = auto()
    PEOPLE = auto()
    SERVICES = auto()
    CALENDARS = auto()
    TARGETS = auto()
    CLIENTS = auto()


# A new desk has calendars and targets that may suit it: a manager says so, or changes them.
CONFIRMABLE = (Step.CALENDARS, Step.TARGETS)


@dataclass(frozen=True, slots=True)
class Checklist:
    done: frozenset[Step]

    @property
    def whole(self) -> bool:
        return self.done == frozenset(Step)
