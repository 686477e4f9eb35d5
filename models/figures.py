"""What the desk did, in numbers, each exact: see `models/metrics.py` for what is counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.breach_forecast import Forecast
from models.client import StarLevel
from models.metrics import FEW, Measure
from models.period import Period
from models.ticket import Urgency


@dataclass(frozen=True, slots=True)
class Attainment:
    """Clocks decided: within their target, or broken. Running ones are not among them."""

    met: int
    breached: int

    @property
    def n(self) -> int:
        return self.met + self.breached

    @property
    def rate(self) -> float | None:
        """met ÷ (met + breached), 0 to 1; None where nothing was decided."""
        return self.met / self.n if self.n else None

    @property
    def few(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Kept:
    """How far both promises were kept."""

    first_response: Attainment
    resolution: Attainment


@dataclass(frozen=True, slots=True)
class Times:
    """Median and 90th percentile, by nearest rank: each is a time that a ticket really took. None of no ticket."""

    n: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    n: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.n / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Tiles:
    """A period in numbers; the backlog is what was open at its end, or is now.

    `given` are the tickets that a technician was given, whoever they were filed to; None of all technicians.
    """

    kept: Kept
    filed: int
    given: int | None
    resolved: int
    backlog: int
    response_times: dict[Measure, Times]
    resolution_times: dict[Measure, Times]
    follow_ups: Share  # of the tickets filed, those that name a resolved one
    duplicates: Share  # of the tickets resolved, those that were the same as another


@dataclass(frozen=True, slots=True)
class Week:
    """From Monday on, or from where the period begins in it."""

    period: Period
    kept: Kept


@dataclass(frozen=True, slots=True)
class Cell:
    star_level: StarLevel
    urgency: Urgency
    kept: Kept


@dataclass(frozen=True, slots=True)
class Named:
    """Of a product or a technician; NOBODY has no name."""

    id: int
    name: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class Flow:
    """A day or a week: backlog at its end = backlog before + filed + came - resolved - went.

    `came` and `went` are tickets that changed into and out of what the filters let through: the urgency was raised,
    a technician was given the ticket. Without filters they are the same number and left out. `given` is as in Tiles.
    """

    period: Period
    filed: int
    given: int | None
    came: int
    resolved: int
    went: int
    backlog: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The times of these stars and this urgency: `at[k]` is what k % of the tickets took at most (nearest rank).

    `target` is the one that holds now, in business time: of the kind asked for, of an incident where all are.
    """

    star_level: StarLevel
    urgency: Urgency
    n: int
    at: tuple[timedelta, ...]  # 0 to 100 %
    target: timedelta


@dataclass(frozen=True, slots=True)
class Opened:
    """The share of each hour that a calendar is open, by weekday (Monday is 0): 0 to 1; as its week is now, without
    holidays. `star_levels` are those promised something in its hours now."""

    calendar: str
    star_levels: tuple[StarLevel, ...]
    shares: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Tickets filed by weekday (Monday is 0) and hour of the desk's zone, beside the opening hours."""

    filed: tuple[tuple[int, ...], ...]
    opened: tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """What a technician has now, and resolved in the period. `overdue` have a promise that is broken, and run on."""

    id: int
    name: str
    open: int
    waiting: int
    overdue: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Running:
    """Open clocks now, which count in no attainment: those still in time, and those that are broken already."""

    in_time: int
    broken: int


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of the hotline, and how many there were in the period before. They know no urgency, kind, service, product.

    `by_hour` has a row for each of CALLERS, with a number for each hour of the day in the desk's zone.
    """

    by_hour: tuple[tuple[int, ...], ...]
    before: int

    @property
    def n(self) -> int:
        return sum(map(sum, self.by_hour))


@dataclass(frozen=True, slots=True)
class Reading:
    """Of an article: how often it was read, decided in the period, and how often no ticket followed.

    `title` is empty of one that the user may not read.
    """

    id: int
    title: str
    alone: Share


@dataclass(frozen=True, slots=True)
class Readings:
    """Of each article, and of all in the period before. They know no stars, urgency, kind, service."""

    articles: tuple[Reading, ...]
    before: Share

    @property
    def alone(self) -> Share:
        return Share(sum(one.alone.n for one in self.articles), sum(one.alone.of for one in self.articles))


@dataclass(frozen=True, slots=True)
class Figures:
    """All of the page, at one moment. `technicians` and `workload` are empty for whom they are not for.

    `unsealed` days of the period were counted from the rows: sealing them makes the next page fast.
    """

    at: datetime
    period: Period
    tiles: Tiles
    tiles_before: Tiles  # of the period before
    running_first_responses: Running
    running_resolutions: Running
    weeks: tuple[Week, ...]
    grid: tuple[Cell, ...]
    products: tuple[Named, ...]
    technicians: tuple[Named, ...]
    flow: tuple[Flow, ...]
    ageing: tuple[int, ...]  # of what is open now: below each of AGES, and beyond
    response_distributions: tuple[Distribution, ...]
    resolution_distributions: tuple[Distribution, ...]
    arrivals: Arrivals
    workload: tuple[Workload, ...]
    forecast: Forecast
    calls: Calls
    readings: Readings
    unsealed: int
