"""The desk in figures, exact: each is counted from facts, and the facts behind it can be had.

What happened on a day that is over is sealed and never counted again; today, and days not sealed yet, are counted from
the rows. A manager sees all, sales all but who of the desk did what, a technician what was in his own hands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from data.core.desk import OpenDesk, command, query
from data.lookups import Option
from models.figures import Figures
from models.metrics import Chart, Filters, Measure, Row, Rows
from models.period import Period
from models.permission import Permission


@dataclass(frozen=True, slots=True)
class Options:
    """Which day it is at the desk, and what narrows its figures; no technicians for those they are not for."""

    today: date
    products: tuple[Option, ...]
    technicians: tuple[Option, ...]


@query(Permission.READ_METRICS)
def options(desk: OpenDesk) -> Options:
    raise NotImplementedError


@query(Permission.READ_METRICS)
def days_to_seal(desk: OpenDesk) -> int:
    """How many days are over and not sealed yet; with many of them the page is slow, so seal them first."""
    raise NotImplementedError


@command(Permission.READ_METRICS, alone=True)
def seal(desk: OpenDesk) -> int:
    """Seal a month of the days that are over, the oldest first: how many are left. Call it until none is."""
    raise NotImplementedError


@query(Permission.READ_METRICS)
def page(
    desk: OpenDesk, period: Period, filters: Filters | None = None, measure: Measure = Measure.BUSINESS
) -> Figures:
    """All figures of a period, as of one moment. `measure` is what the distributions are of.

    Raises NotAllowed for a technician asked for by those it is not for.
    """
    raise NotImplementedError


@query(Permission.READ_METRICS)
def rows(
    desk: OpenDesk,
    chart: Chart,
    period: Period,
    filters: Filters | None = None,
    *,
    part: int | None = None,
    offset: int = 0,
) -> Rows:
    """Fifty of the rows behind a chart, or behind a part of it (see Chart), in the order of time."""
    raise NotImplementedError


@query(Permission.READ_METRICS)
def hand_out(
    desk: OpenDesk,
    chart: Chart,
    period: Period,
    filters: Filters | None = None,
    *,
    part: int | None = None,
    take: Callable[[Sequence[Row]], None],
) -> int:
    """Give all of these rows to `take`, a thousand at a time, and tell how many they were: for a file."""
    raise NotImplementedError
