"""The words of the figures: what narrows them, and the rows behind each. What they are is `models/figures.py`.

Every figure counts facts: a ticket came, was answered, was resolved, a promise broke. A fact has the ticket's urgency,
stars and technician as they were at that moment, and never moves again. PRODUCT, "The service level", rule 8.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from models.client import StarLevel
from models.ticket import Kind, Service, Urgency

NOBODY = 0  # as a technician: nobody has it; as a product: none is named
AGES = (1, 3, 7, 30)  # where the ages of the backlog are parted, in opening days
AHEAD = 5  # opening days that are forecast
PACE = timedelta(weeks=4)  # the past that a forecast is made of
CALLERS: tuple[StarLevel | None, ...] = (*reversed(StarLevel), None)  # None: somebody whose code was nobody's
FEW = 20  # fewer than so many decided clocks say little
PAGE = 50


class Measure(StrEnum):
    """Time in opening hours, pauses left out of resolution; or all the time on the wall."""

    BUSINESS = auto()
    WALL = auto()


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows the figures; nothing does by default. NOBODY as a technician or a product means without one."""

    star_level: StarLevel | None = None
    urgency: Urgency | None = None
    kind: Kind | None = None
    product: int | None = None
    service: Service | None = None
    technician: int | None = None
    client: int | None = None

    @property
    def of_one_technician(self) -> bool:
        return self.technician is not None and self.technician != NOBODY


class Chart(StrEnum):
    """Whose rows are asked for. The charts of a promise have a row for each clock decided, met or not; those of times
    one for each clock stopped; `FLOW` one for each ticket that came or went, filed and resolved among them."""

    FIRST_RESPONSE = auto()
    RESOLUTION = auto()
    RESPONSE_TIMES = auto()
    RESOLUTION_TIMES = auto()
    FLOW = auto()
    FILED = auto()
    GIVEN = auto()  # filed to the technician asked about, or given to them later
    RESOLVED = auto()
    FOLLOW_UPS = auto()
    DUPLICATES = auto()
    ARRIVALS = auto()  # part: weekday * 24 + hour
    BACKLOG = auto()  # what is open now; part: its place in the ageing
    WAITING = auto()
    OVERDUE = auto()
    FIRST_RESPONSES_DUE = auto()  # part: the day's place in the forecast
    RESOLUTIONS_DUE = auto()
    CALLS = auto()  # part: place in CALLERS * 24 + hour
    READINGS = auto()  # part: article * 2, and 1 more for those that a ticket followed


class Happened(StrEnum):
    """What a row tells of."""

    FILED = auto()
    CAME = auto()
    WENT = auto()
    RESPONDED = auto()
    RESOLVED = auto()
    RESPONSE_BROKEN = auto()
    RESOLUTION_BROKEN = auto()
    OPEN = auto()  # is open now; `at` is when it was filed
    WAITING = auto()
    OVERDUE = auto()
    FIRST_RESPONSE_DUE = auto()  # is open now; `at` is the deadline
    RESOLUTION_DUE = auto()
    FOLLOW_UP = auto()  # filed, naming a resolved one
    DUPLICATE = auto()  # resolved, as the same as another
    CALLED = auto()
    READ_ALONE = auto()  # an article was read, and no ticket followed within the time; `at` is when that was over
    READ_THEN_FILED = auto()  # and its reader filed a ticket about the product


@dataclass(frozen=True, slots=True)
class Row:
    """One fact, with the ticket as it was at that moment. `met` and the times only where a clock was decided.

    A call and a reading have the reference of the ticket that came of it, if one did, and of a ticket nothing else; the
    technician is who took the call, and who wrote the article.
    """

    reference: str
    happened: Happened
    at: datetime
    product: str
    client: str
    technician: str
    article: str = ""
    met: bool | None = None
    business: timedelta | None = None
    wall: timedelta | None = None
    kind: Kind | None = None
    service: Service | None = None
    star_level: StarLevel | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Some of the rows, from `offset` on in the order of time, and how many there are."""

    rows: tuple[Row, ...]
    offset: int
    total: int
