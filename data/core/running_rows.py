"""Reads tickets as columns, as raw as the driver gives them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, cast, extract, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from data.core import calendars, scope
from data.core.running import Clocks, Gap, Hours, Lives, Running, Terms
from models import sla
from models.ticket import OPEN, Change, HistoryEntry, Status, Ticket
from models.timeline import NEVER, Micros, micros


def read(session: Session, which: ColumnElement[bool], now: datetime) -> Running:
    """The open tickets of which this holds, with their clocks. A query for them, one for those that ever waited."""
    return lives(session, scope.every_ticket().where(scope.in_words(OPEN), which), now).running


def lives(session: Session, listed: Select[Any], now: datetime) -> Lives:
    """These tickets, open or resolved. Two queries."""
    ids, kinds, urgencies, stars, filed, answered, resolved, *promises = _columns(session, listed)
    first, resolution = (Terms(_numbers(one[0]), _numbers(one[1])) for one in (promises[:3], promises[3:]))
    used = np.union1d(first.calendars, resolution.calendars)
    hours = Hours({int(one): calendars.calendar(session, int(one)) for one in used})
    numbers, started, at, never = _numbers(ids), _moments(filed), micros(now), np.full(len(ids), NEVER)
    gaps, paused_since = _pauses(session, listed, numbers)
    ended = _moments(resolved)
    replied = np.minimum(_moments(answered), ended)
    running = Running(
        numbers,
        kinds,
        urgencies,
        _numbers(stars),
        Clocks(hours, started, first, _moments(promises[2]), replied != NEVER, (), never, at),
        Clocks(hours, started, resolution, _moments(promises[5]), ended != NEVER, gaps, paused_since, at),
    )
    return Lives(running, replied, ended)


def _columns(session: Session, listed: Select[Any]) -> list[Sequence[Any]]:
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
        _moment(session, ticket.resolved_at),
    ]
    for clock in ("first_response", "resolution"):
        target, due_at = getattr(ticket, f"{clock}_target"), getattr(ticket, f"{clock}_due_at")
        columns += [getattr(ticket, f"{clock}_calendar_id"), type_coerce(target, BigInteger), _moment(session, due_at)]
    promised = col(ticket.first_response_calendar_id).is_not(None), col(ticket.resolution_calendar_id).is_not(None)
    rows = session.connection().execute(listed.where(*promised).with_only_columns(*columns)).all()
    return list(zip(*rows, strict=True)) if rows else [()] * len(columns)


def _pauses(session: Session, listed: Select[Any], ids: Micros) -> tuple[list[Gap], Micros]:
    """Every pause that is over, the first of each ticket together, then the second; and since when one lasts."""
    places = {int(one): place for place, one in enumerate(ids)}
    ranks: list[list[tuple[int, int, int]]] = []
    paused_since = np.full(len(ids), NEVER)
    for ticket_id, entries in groupby(_status_history(session, listed), key=lambda entry: entry.ticket_id):
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


def _status_history(session: Session, listed: Select[Any]) -> list[Any]:
    """Of those tickets that ever waited, each in order. Not as a join, for which SQLite would read all of history."""
    entry, waited = HistoryEntry, aliased(HistoryEntry)
    pause = waited.ticket_id == Ticket.id, waited.change == Change.STATUS, waited.after == Status.WAITING.value
    ever = listed.where(select(waited.id).where(*pause).exists())
    told = select(entry.ticket_id, entry.at, entry.id, entry.after).where(
        col(entry.change) == Change.STATUS, col(entry.ticket_id).in_(ever.with_only_columns(col(Ticket.id)))
    )
    return sorted(session.connection().execute(told))


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
