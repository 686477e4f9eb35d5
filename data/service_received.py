"""How the promises made to a client were kept, quarter by quarter."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from sqlalchemy import or_
from sqlmodel import col

from data.core import days, decided, running_rows, scope
from data.core.desk import OpenDesk, query
from models.decision import Attainment, Decided
from models.permission import Permission
from models.received import Quarter, Received
from models.ticket import Status, Ticket
from models.timeline import micros

QUARTERS = 8


@query(Permission.READ_CLIENTS)
def by_quarter(desk: OpenDesk, client_id: int) -> Received:
    """The last two years, the current quarter the last. Each promise counts on the day it was decided, see
    `models.decision`: what a quarter that is over says never changes. Raises NotFound.

    Reads every ticket that was open in these two years, once.
    """
    starts = _quarters(desk.now)
    since = days.beginning(starts[0])
    listed = scope.tickets(desk).where(
        col(Ticket.client_id) == scope.client(desk, client_id).id,
        or_(col(Ticket.status) != Status.RESOLVED, col(Ticket.resolved_at) >= since),
    )
    lives = running_rows.lives(desk.session, listed, desk.now)
    first, resolution = decided.as_promised(desk.session, lives, listed)
    kept = zip(starts, _counted(first, starts), _counted(resolution, starts), strict=True)
    running = sum(decided.counted(side).running for side in (first, resolution))
    return Received(tuple(Quarter(day.year, (day.month + 2) // 3, *sides) for day, *sides in kept), running)


def _quarters(now: datetime) -> list[date]:
    """The first days of the last eight."""
    today = days.day_of(now)
    last = today.year * 4 + (today.month - 1) // 3
    return [date(number // 4, number % 4 * 3 + 1, 1) for number in range(last - QUARTERS + 1, last + 1)]


def _counted(side: Decided, starts: Sequence[date]) -> list[Attainment]:
    edges = np.array([micros(days.beginning(day)) for day in starts])
    quarters = np.searchsorted(edges, side.at, side="right") - 1
    met, broken = (
        np.bincount(quarters[mask & (quarters >= 0)], minlength=QUARTERS) for mask in (side.met, side.broken)
    )
    return [Attainment(int(kept), int(lost)) for kept, lost in zip(met, broken, strict=True)]
