"""The open tickets as columns, so that fifty thousand clocks are dated in one sweep.

It says what `models.sla.Clock` says of each, in microseconds; there is no second rule here, only a second form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Integer, String, cast, extract, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from data.core import calendars, scope
from models import sla
from models.calendar import Calendar
from models.ticket import OPEN, Change, HistoryEntry, Status, Ticket
from models.timeline import Micros, micros

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
    """Open tickets, in no order; kinds and urgencies as the database keeps them."""

    ids: Micros
    kinds: Sequence[str]
    urgencies: Sequence[int]
    stars: Micros
    first: Clocks
    resolution: Clocks


def read(session: Session, which: ColumnElement[bool], now: datetime) -> Running:
    """The open tickets of which this holds, with their clocks. A query for them, one for those that ever waited."""
    ids, kinds, urgencies, stars, filed, answered, *promises = _columns(session, which)
    first, resolution = (Terms(_numbers(one[0]), _numbers(one[1])) for one in (promises[:3], promises[3:]))
    used = np.union1d(first.calendars, resolution.calendars)
    hours = Hours({int(one): calendars.calendar(session, int(one)) for one in used})
    started, at, never, none = _moments(filed), micros(now), np.full(len(ids), NEVER), np.zeros(len(ids), bool)
    numbers = _numbers(ids)
    gaps, paused_since = _pauses(session, which, numbers)
    stopped = _moments(answered) != NEVER
    return Running(
        numbers,
        kinds,
        urgencies,
        _numbers(stars),
        Clocks(hours, started, first, _moments(promises[2]), stopped, (), never, at),
        Clocks(hours, started, resolution, _moments(promises[5]), none, gaps, paused_since, at),
    )


def _columns(session: Session, which: ColumnElement[bool]) -> list[Sequence[Any]]:
    """As the driver gives them: fifty thousand rows of objects would take longer than all the arithmetic.

    Without an order, for which SQLite would leave the index of the open ones.
    """
    ticket = Ticket
    columns: list[Any] = [
        ticket.id,
        type_coerce(ticket.kind, String),
        type_coerce(ticket.urgency, Integer),
        type_coerce(ticket.star_level, Integer),
        _moment(session, ticket.filed_at),
        _moment(session, ticket.first_responded_at),
    ]
    for clock in ("first_response", "resolution"):
        target, due_at = getattr(ticket, f"{clock}_target"), getattr(ticket, f"{clock}_due_at")
        columns += [getattr(ticket, f"{clock}_calendar_id"), type_coerce(target, BigInteger), _moment(session, due_at)]
    promised = col(ticket.first_response_calendar_id).is_not(None), col(ticket.resolution_calendar_id).is_not(None)
    listed = scope.every_ticket().where(scope.in_words(OPEN), which, *promised).with_only_columns(*columns)
    rows = session.connection().execute(listed).all()
    return list(zip(*rows, strict=True)) if rows else [()] * len(columns)


def _pauses(session: Session, which: ColumnElement[bool], ids: Micros) -> tuple[list[Gap], Micros]:
    """Every pause that is over, the first of each ticket together, then the second; and since when one lasts."""
    places = {int(one): place for place, one in enumerate(ids)}
    ranks: list[list[tuple[int, int, int]]] = []
    paused_since = np.full(len(ids), NEVER)
    for ticket_id, entries in groupby(_status_history(session, which), key=lambda entry: entry.ticket_id):
        if ticket_id not in places:
            continue  # filed, or promised something, since the tickets were read
        found = sla.pauses((entry.at, entry.after == Status.WAITING) for entry in entries)
        place = places[ticket_id]
        if found.since:
            paused_since[place] = micros(found.since)
        for rank, pause in enumerate(found.over):
            if rank == len(ranks):
                ranks.append([])
            ranks[rank].append((place, micros(pause.start), micros(pause.end)))
    return [Gap(*np.array(rank, np.int64).T) for rank in ranks], paused_since


def _status_history(session: Session, which: ColumnElement[bool]) -> list[Any]:
    """Of those tickets that ever waited, each in order. Not as a join, for which SQLite would read all of history."""
    entry, waited = HistoryEntry, aliased(HistoryEntry)
    pause = waited.ticket_id == Ticket.id, waited.change == Change.STATUS, waited.after == Status.WAITING.value
    ever = scope.every_ticket().where(scope.in_words(OPEN), which, select(waited.id).where(*pause).exists())
    listed = select(entry.ticket_id, entry.at, entry.id, entry.after).where(
        col(entry.change) == Change.STATUS, col(entry.ticket_id).in_(ever.with_only_columns(col(Ticket.id)))
    )
    return sorted(session.connection().execute(listed))


def _moment(session: Session, column: Any) -> Any:
    """The text that SQLite keeps, or the microseconds since 1970."""
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(column, String)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)


def _moments(values: Sequence[str | int | None]) -> Micros:
    """NEVER for those that are not there."""
    if any(isinstance(value, str) for value in values):
        read = np.array([value or "NaT" for value in values], "datetime64[us]")
        return np.where(np.isnat(read), NEVER, read.astype(np.int64))
    return np.array([NEVER if value is None else value for value in values], np.int64)


def _numbers(values: Sequence[Any]) -> Micros:
    return np.array(values, np.int64)
