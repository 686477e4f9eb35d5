"""The open tickets as columns, so that fifty thousand clocks are dated in one sweep.

It says what `models.sla.Clock` says of each, in microseconds; there is no second rule here, only a second form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from data.core import calendars, scope
from models import sla
from models.calendar import Calendar
from models.ticket import OPEN, Change, HistoryEntry, Status, Ticket
from models.timeline import MICROSECOND, Micros, micros

Mask = NDArray[np.bool_]
NEVER = np.iinfo(np.int64).max  # no deadline, no pause


class Gap(NamedTuple):
    """One pause of each of these tickets, numbered by their place in the columns."""

    rows: NDArray[np.int64]
    starts: Micros
    ends: Micros


class Hours(dict[int, Calendar]):
    """Calendars by number, asked for vectors in which each says whose hours it means."""

    def due(self, ids: Micros, starts: Micros, amounts: Micros) -> Micros:
        due = np.empty_like(starts)
        for one in np.unique(ids):
            rows = ids == one
            due[rows] = self[int(one)].due_many(starts[rows], amounts[rows])
        return due

    def elapsed(self, ids: Micros, starts: Micros, ends: Micros) -> Micros:
        elapsed = np.empty_like(starts)
        for one in np.unique(ids):
            rows = ids == one
            elapsed[rows] = self[int(one)].elapsed_many(starts[rows], ends[rows])
        return elapsed


@dataclass(frozen=True)
class Terms:
    """The calendar (its number) and the target of every ticket's clock."""

    calendars: Micros
    targets: Micros

    def where(self, mask: Mask, other: "Terms") -> "Terms":
        """The other's where the mask says so."""
        return Terms(np.where(mask, other.calendars, self.calendars), np.where(mask, other.targets, self.targets))


@dataclass(frozen=True)
class Clocks:
    """The same promise of every ticket: since when it runs, under which terms, and when it stood still."""

    hours: Hours
    started: Micros
    terms: Terms
    due: Micros  # as it is kept and shown; NEVER while it stands still
    stopped: Mask
    gaps: Sequence[Gap]
    paused_since: Micros  # NEVER while it runs
    now: int

    def used(self, terms: Terms) -> Micros:
        ends = np.minimum(self.now, self.paused_since)
        used = self.hours.elapsed(terms.calendars, self.started, ends)
        for gap in self.gaps:
            begins, until = np.maximum(gap.starts, self.started[gap.rows]), np.minimum(gap.ends, ends[gap.rows])
            used[gap.rows] -= self.hours.elapsed(terms.calendars[gap.rows], begins, until)
        return used

    def left(self, terms: Terms) -> Micros:
        return terms.targets - self.used(terms)

    def reach(self, terms: Terms, amounts: Micros) -> Micros:
        """When so much is used up, were the clocks that stand still to run on now."""
        at, left = self.started.copy(), amounts.copy()
        due = self.hours.due(terms.calendars, at, left)
        for gap in [*self.gaps, self._lasting()]:
            crossed = (due[gap.rows] > gap.starts) & (gap.ends > at[gap.rows])
            rows = gap.rows[crossed]
            left[rows] -= self.hours.elapsed(terms.calendars[rows], at[rows], gap.starts[crossed])
            at[rows] = gap.ends[crossed]
            due[rows] = self.hours.due(terms.calendars[rows], at[rows], left[rows])
        return due

    def shown(self, at: Micros) -> Micros:
        """NEVER for what lies beyond the beginning of a pause that lasts."""
        return np.where(at > self.paused_since, NEVER, at)

    def exceeded(self, terms: Terms, amounts: Micros) -> Micros:
        """The last moment at which no more than the amount is used; NEVER while it stands still before."""
        at = self.shown(self.reach(terms, amounts + 1))
        return np.where(at == NEVER, NEVER, at - 1)

    def _lasting(self) -> Gap:
        rows = np.flatnonzero(self.paused_since < self.now)
        return Gap(rows, self.paused_since[rows], np.full(len(rows), self.now))


@dataclass(frozen=True)
class Running:
    """Open tickets in order of their ids; `rows` has id, reference, kind, star_level and urgency."""

    rows: Sequence[Any]
    first: Clocks
    resolution: Clocks


_COLUMNS: tuple[Any, ...] = (
    Ticket.id,
    Ticket.kind,
    Ticket.star_level,
    Ticket.urgency,
    Ticket.filed_at,
    Ticket.first_responded_at,
    Ticket.first_response_calendar_id,
    Ticket.first_response_target,
    Ticket.first_response_due_at,
    Ticket.resolution_calendar_id,
    Ticket.resolution_target,
    Ticket.resolution_due_at,
)


def read(session: Session, which: ColumnElement[bool], now: datetime) -> Running:
    """The open tickets of which this holds, with their clocks. Three queries, however many there are."""
    promised = col(Ticket.first_response_calendar_id).is_not(None), col(Ticket.resolution_calendar_id).is_not(None)
    listed = scope.every_ticket().where(scope.in_words(OPEN), which, *promised)
    rows = session.execute(listed.with_only_columns(*_COLUMNS).order_by(col(Ticket.id))).all()
    filed, answered = (
        _moments(row.filed_at for row in rows),
        np.array([row.first_responded_at is not None for row in rows], bool),
    )
    first = Terms(
        _numbers(row.first_response_calendar_id for row in rows), _spans(row.first_response_target for row in rows)
    )
    resolution = Terms(
        _numbers(row.resolution_calendar_id for row in rows), _spans(row.resolution_target for row in rows)
    )
    used = {int(one) for one in np.union1d(first.calendars, resolution.calendars)}
    hours = Hours({one: calendars.calendar(session, one) for one in used})
    gaps, paused_since = _pauses(session, which, rows)
    never, none = np.full(len(rows), NEVER), np.zeros(len(rows), bool)
    return Running(
        rows,
        Clocks(
            hours, filed, first, _moments(row.first_response_due_at for row in rows), answered, (), never, micros(now)
        ),
        Clocks(
            hours,
            filed,
            resolution,
            _moments(row.resolution_due_at for row in rows),
            none,
            gaps,
            paused_since,
            micros(now),
        ),
    )


def _pauses(session: Session, which: ColumnElement[bool], rows: Sequence[Any]) -> tuple[list[Gap], Micros]:
    """Every pause that is over, the first of each ticket together, then the second; and since when one lasts."""
    places = {row.id: place for place, row in enumerate(rows)}
    ranks: list[list[tuple[int, int, int]]] = []
    paused_since = np.full(len(rows), NEVER)
    for ticket_id, entries in groupby(_status_history(session, which), key=lambda entry: entry.ticket_id):
        place = places[ticket_id]
        found = sla.pauses((entry.at, entry.after == Status.WAITING) for entry in entries)
        if found.since:
            paused_since[place] = micros(found.since)
        for rank, pause in enumerate(found.over):
            if rank == len(ranks):
                ranks.append([])
            ranks[rank].append((place, micros(pause.start), micros(pause.end)))
    return [Gap(*np.array(rank, np.int64).T) for rank in ranks], paused_since


def _status_history(session: Session, which: ColumnElement[bool]) -> Iterator[Any]:
    """Of those tickets that ever waited."""
    entry, waited = HistoryEntry, aliased(HistoryEntry)
    ever = (
        select(waited.id)
        .where(waited.ticket_id == Ticket.id, waited.change == Change.STATUS, waited.after == Status.WAITING.value)
        .exists()
    )
    listed = scope.every_ticket().join(entry, col(entry.ticket_id) == col(Ticket.id))
    listed = listed.where(scope.in_words(OPEN), which, ever, col(entry.change) == Change.STATUS)
    columns: tuple[Any, ...] = (entry.ticket_id, entry.at, entry.after)
    return iter(
        session.execute(listed.with_only_columns(*columns).order_by(col(entry.ticket_id), col(entry.at), col(entry.id)))
    )


def _moments(values: Iterator[datetime | None]) -> Micros:
    return np.array([NEVER if value is None else micros(value) for value in values], np.int64)


def _spans(values: Iterator[Any]) -> Micros:
    return np.array([value // MICROSECOND for value in values], np.int64)


def _numbers(values: Iterator[int]) -> Micros:
    return np.array(list(values), np.int64)
