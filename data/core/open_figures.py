"""Counts the open tickets, in one pass over an index that holds all that is asked; its cost knows no closed ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, func, not_, type_coerce
from sqlmodel import col

from data.core import calendars, scope
from data.core.columns import moment, moments, numbers
from data.core.desk import OpenDesk
from data.core.lifelines import KIND_PLACES
from models.figures import Running
from models.metrics import NOBODY, Filters
from models.ticket import OPEN, Status, Ticket
from models.timeline import Micros

_CLOCKS = (
    (Ticket.first_response_calendar_id, Ticket.first_response_due_at, col(Ticket.first_responded_at).is_(None)),
    (Ticket.resolution_calendar_id, Ticket.resolution_due_at, col(Ticket.resolution_due_at).is_not(None)),
)


@dataclass(frozen=True)
class Open:
    """`by_technician` has of each how many are open, waiting, and overdue; `ages` how many were filed since each of the
    moments that were asked for."""

    count: int
    ages: list[int]
    running: tuple[Running, Running]
    by_technician: dict[int, tuple[int, int, int]]


def count(desk: OpenDesk, filters: Filters, ages: Sequence[datetime]) -> Open:
    broken = broken_clocks(desk)
    queued = col(Ticket.status) != Status.WAITING
    asked: list[ColumnElement[bool]] = [
        not_(queued),
        and_(queued, col(Ticket.next_late_at) < desk.now),
        *(col(Ticket.filed_at) >= at for at in ages),
    ]
    for (_, _, runs), late in zip(_CLOCKS, broken, strict=True):
        asked += [runs, and_(runs, late)]
    listed = open_ones(desk, filters).with_only_columns(
        col(Ticket.assignee_id), func.count(), *(func.count().filter(one) for one in asked), maintain_column_froms=True
    )
    rows = [tuple(row) for row in desk.session.execute(listed.group_by(col(Ticket.assignee_id)))]
    sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)] or [0] * (1 + len(asked))
    first, first_late, resolution, resolution_late = sums[3 + len(ages) :]
    return Open(
        sums[0],
        sums[3 : 3 + len(ages)],
        (Running(first - first_late, first_late), Running(resolution - resolution_late, resolution_late)),
        {row[0] or NOBODY: row[1:4] for row in rows},
    )


def due(desk: OpenDesk, filters: Filters, until: datetime) -> tuple[list[Micros], list[Micros]]:
    """Of each clock those of open tickets that run in time and are due before that moment, as columns: the deadline,
    the place of the kind among all, the stars, the urgency."""
    broken = broken_clocks(desk)
    return _due(desk, filters, 0, broken[0], until), _due(desk, filters, 1, broken[1], until)


def _due(desk: OpenDesk, filters: Filters, clock: int, broken: ColumnElement[bool], until: datetime) -> list[Micros]:
    columns = [moment(desk.session, due_at(clock)), type_coerce(Ticket.kind, String)]
    columns += [type_coerce(one, Integer) for one in (Ticket.star_level, Ticket.urgency)]
    listed = open_ones(desk, filters).where(runs(clock), ~broken, due_at(clock) < until)
    rows = desk.session.execute(listed.with_only_columns(*columns)).all()
    deadlines, kinds, star_levels, urgencies = zip(*rows, strict=True) if rows else ((), (), (), ())
    return [moments(deadlines), numbers([KIND_PLACES[one] for one in kinds]), numbers(star_levels), numbers(urgencies)]


def open_ones(desk: OpenDesk, filters: Filters) -> Select[Any]:
    exact = {
        "star_level": filters.star_level,
        "urgency": filters.urgency,
        "kind": filters.kind,
        "service": filters.service,
        "product_id": filters.product,
        "assignee_id": filters.technician,
        "client_id": filters.client,
    }
    narrowed = [
        getattr(Ticket, name).is_(None) if value == NOBODY and name in _NULLABLE else getattr(Ticket, name) == value
        for name, value in exact.items()
        if value is not None
    ]
    return scope.tickets(desk).where(scope.in_words(OPEN), *narrowed)


_NULLABLE = {"product_id", "assignee_id"}


def runs(clock: int) -> ColumnElement[bool]:
    """Whether the clock of first response (0) or of resolution (1) of an open ticket runs now."""
    return _CLOCKS[clock][2]


def due_at(clock: int) -> Any:
    return col(_CLOCKS[clock][1])


def broken_clocks(desk: OpenDesk) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether each running clock has used more than its target: its deadline lies before the last open moment.

    One that falls at closing is kept until the desk opens; so is one at which a pause began, as the ticket tells of the
    clock that comes first.
    """
    last_open: dict[datetime, list[int]] = {}
    for one in calendars.every_version(desk.session):
        found = calendars.calendar(desk.session, one).back(desk.now, timedelta())
        last_open.setdefault(found, []).append(one)
    return _broken(desk, 0, last_open), _broken(desk, 1, last_open)


def _broken(desk: OpenDesk, clock: int, last_open: dict[datetime, list[int]]) -> ColumnElement[bool]:
    calendar_id, due, _ = _CLOCKS[clock]
    *others, last = last_open.items()
    whens = [(col(calendar_id).in_(ids), at) for at, ids in others]
    limit = case(*whens, else_=last[0]) if whens else last[0]
    kept = and_(col(Ticket.next_due_at) == col(due), col(Ticket.next_late_at) >= desk.now)
    return and_(col(due) < limit, not_(kept))
