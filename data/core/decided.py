"""Which promises of many tickets were kept and which broken, and when; as columns."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, func
from sqlmodel import Session, col, select

from data.core.running import Clocks, Hours, Lives, Terms
from models import decision
from models.calendar import Calendar
from models.decision import Attainment, Decided
from models.ticket import PROMISED, HistoryEntry, Ticket
from models.timeline import Micros, micros

Sides = tuple[Decided, Decided]  # of the first response, of the resolution


def as_promised(session: Session, lives: Lives, listed: Select[Any]) -> Sides:
    """By the terms that each clock had in the end. One query: when these were given."""
    redated = _redated(session, listed, lives.running.ids)
    return _decided(lives, (lives.running.first, lives.running.resolution), redated)


def under(lives: Lives, terms: tuple[Terms, Terms], calendars: Mapping[int, Calendar]) -> Sides:
    """As if these terms had held from filing on; `calendars` are those that they name."""
    first, resolution = (with_hours(clocks, calendars) for clocks in (lives.running.first, lives.running.resolution))
    never = np.zeros_like(lives.running.ids)
    return _decided(lives, (replace(first, terms=terms[0]), replace(resolution, terms=terms[1])), (never, never))


def with_hours(clocks: Clocks, calendars: Mapping[int, Calendar]) -> Clocks:
    return replace(clocks, hours=Hours({**clocks.hours, **calendars}))


def counted(decided: Decided) -> Attainment:
    met, broken = int(np.count_nonzero(decided.met)), int(np.count_nonzero(decided.broken))
    return Attainment(met, broken, len(decided.at) - met - broken - int(np.count_nonzero(decided.unneeded)))


def _decided(lives: Lives, clocks: tuple[Clocks, Clocks], redated: tuple[Micros, Micros]) -> Sides:
    late = [one.exceeded(one.terms, one.terms.targets) for one in clocks]
    now = clocks[0].now
    return (
        decision.decided(lives.answered, late[0], redated[0], lives.unneeded, now),
        decision.decided(lives.resolved, late[1], redated[1], np.zeros_like(lives.unneeded), now),
    )


def _redated(session: Session, listed: Select[Any], ids: Micros) -> tuple[Micros, Micros]:
    """When the deadlines last moved by other terms, as `models.decision.redated_at` has it; 0: never."""
    entry = HistoryEntry
    first = col(entry.first_response_due_before).is_distinct_from(col(entry.first_response_due_after))
    resolution = col(entry.resolution_due_before).is_distinct_from(col(entry.resolution_due_after))
    moved = (
        select(entry.ticket_id, _last(first), _last(resolution))
        .where(col(entry.ticket_id).in_(listed.with_only_columns(col(Ticket.id))), col(entry.change).in_(PROMISED))
        .group_by(col(entry.ticket_id))
    )
    found = {row[0]: row[1:] for row in session.execute(moved)}
    columns = [[micros(at) if at else 0 for at in found.get(int(one), (None, None))] for one in ids]
    both = np.array(columns, np.int64).reshape(-1, 2).T
    return both[0], both[1]


def _last(where: ColumnElement[bool]) -> Any:
    return func.max(HistoryEntry.at).filter(where)
