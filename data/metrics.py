"""The desk in figures, exact: each is counted from facts, and the facts behind it can be had.

What happened on a day that is over is sealed and never counted again; today, and days not sealed yet, are counted from
the rows. A manager sees all, sales all but who of the desk did what, a technician what was in his own hands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from data import lookups
from data.core import audit, fact_lists, figures, seals
from data.core.days import day_of
from data.core.desk import OpenDesk, command, query
from data.core.exchange import ticket_imports
from data.core.measured import measured
from data.lookups import Option
from models.figures import Figures
from models.metrics import PAGE, Chart, Filters, Measure, Row, Rows
from models.period import Period
from models.permission import STAFF, Permission, Role
from models.seal import Recounted
from models.ticket_import import UnfinishedImport
from models.user import User

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Options:
    """Which day it is at the desk, and what narrows its figures; technicians for managers alone, the former too.

    `own`: all figures are of tickets while they were in the user's own hands. With an import that is not over they are
    of a part of its tickets.
    """

    today: date
    products: tuple[Option, ...]
    technicians: tuple[Option, ...]
    own: bool
    unfinished_import: UnfinishedImport | None


@query(Permission.READ_METRICS)
def options(desk: OpenDesk) -> Options:
    people = select(User.id, User.name).where(col(User.role).in_(STAFF)).order_by(col(User.name), col(User.id))
    technicians = desk.session.exec(people) if desk.user.role == Role.MANAGER else ()
    today = day_of(desk.now)
    own = desk.user.role == Role.TECHNICIAN
    unfinished = ticket_imports.unfinished(desk.session, desk.now)
    return Options(today, lookups.products(desk), tuple(Option(*row) for row in technicians), own, unfinished)


@query(Permission.READ_METRICS)
def days_to_seal(desk: OpenDesk) -> int:
    """How many days are over and not sealed yet; with many of them the page is slow, so seal them first."""
    return seals.unsealed(desk.session, desk.now)


@command(Permission.READ_METRICS, alone=True)
def seal(desk: OpenDesk) -> int:
    """Seal a month of the days that are over, the oldest first: how many are left. Call it until none is."""
    return seals.seal(desk.session, desk.now)


@command(Permission.MANAGE_SERVICE_LEVELS, alone=True)
def seal_again(desk: OpenDesk, first: date | None, last: date | None) -> Recounted:
    """Count a month of the sealed days from the first to the last again; None is no bound. Call it from `following` on
    until there is none. The audit trail has each day that has changed, before and after."""
    done = seals.seal_again(desk.session, first, last, desk.now)
    audit.batch(desk.session, "day_seal", days=done.days, changed_days=len(done.changed))
    for one in done.changed:
        audit.deed(desk.session, "day_seal", one.day.isoformat(), one.before, one.after)
    return done


@query(Permission.READ_METRICS, still=True)
def page(
    desk: OpenDesk, period: Period, filters: Filters | None = None, measure: Measure = Measure.BUSINESS
) -> Figures:
    """All figures of a period, as of one moment. `measure` is what the distributions are of.

    It grows with what happened from the beginning of the period before until now, and with the open tickets. Raises
    NotAllowed for a technician whom the user may not ask about.
    """
    return figures.figures(measured(desk, period, filters), measure)


@query(Permission.READ_METRICS, still=True)
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
    listed = fact_lists.listed(measured(desk, period, filters), chart, part)
    return Rows(tuple(listed.some(offset, PAGE)), offset, listed.total)


@query(Permission.READ_METRICS, still=True)
def hand_out(
    desk: OpenDesk,
    chart: Chart,
    period: Period,
    filters: Filters | None = None,
    *,
    part: int | None = None,
    take: Callable[[Sequence[Row]], None],
) -> int:
    """Give all of these rows to `take`, a thousand at a time, and tell how many they were: for a file, which is on the
    audit trail."""
    listed = fact_lists.listed(measured(desk, period, filters), chart, part)
    for first in range(0, listed.total, AT_A_TIME):
        take(listed.some(first, AT_A_TIME))
    audit.export(desk, "ticket", listed.total, chart.value)
    return listed.total
