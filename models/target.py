"""One cell of the grid of service levels."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from models.client import StarLevel
from models.service_level import ServiceLevel
from models.ticket import Kind, Urgency

Case = tuple[Kind, StarLevel, Urgency]


@dataclass(frozen=True)
class Target:
    """What a ticket of this kind, star level and urgency is promised, in the hours of this calendar."""

    kind: Kind
    star_level: StarLevel
    urgency: Urgency
    calendar: str
    first_response: timedelta
    resolution: timedelta

    @classmethod
    def of(cls, level: ServiceLevel) -> Self:
        case = level.kind, level.star_level, level.urgency
        return cls(*case, level.calendar, level.first_response, level.resolution)

    @property
    def case(self) -> Case:
        return self.kind, self.star_level, self.urgency
