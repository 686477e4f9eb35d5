"""Reads tickets as columns, as raw as the driver gives them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from data.core import calendars, scope
from data.core.columns import moment, moments, numbers
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
    first, resolution = (Terms(numbers(one[0]), numbers(one[1])) for one in (promises[:3], promises[3:]))
    used = np.union1d(first.calendars, resolution.calendars)
    hours = Hours(calendars.several(session, used.tolist()))
    found, started, at, never = numbers(ids), moments(filed), micros(now), np.full(len(ids), NEVER)
    over, paused_since = _pauses(session, listed, found)
    replied, ended = moments(answered), moments(resolved)
    unneeded = (replied == NEVER) & (ended != NEVER)
    replied = np.minimum(replied, ended)
    running = Running(
        found,
        kinds,
        urgencies,
        numbers(stars),
        Clocks(hours, started, first, moments(promises[2]), replied != NEVER, (), never, at),
        Clocks(hours, started, resolution, moments(promises[5]), ended != NEVER, over, paused_since, at),
    )
    return Lives(running, replied, ended, unneeded)


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
        moment(session, ticket.filed_at),
        moment(session, ticket.first_responded_at),
        moment(session, ticket.resolved_at),
    ]
    for clock in ("first_response", "resolution"):
        target, due_at = getattr(ticket, f"{clock}_target"), getattr(ticket, f"{clock}_due_at")
        columns += [getattr(ticket, f"{clock}_calendar_id"), type_coerce(target, BigInteger), moment(session, due_at)]
    promised = col(ticket.first_response_calendar_id).is_not(None), col(ticket.resolution_calendar_id).is_not(None)
    rows = session.connection().execute(listed.where(*promised).with_only_columns(*columns)).all()
    return list(zip(*rows, strict=True)) if rows else [()] * len(columns)


def _pauses(session: Session, listed: Select[Any], ids: Micros) -> tuple[list[Gap], Micros]:
    places = {int(one): place for place, one in enumerate(ids)}
    told = ((entry.ticket_id, entry.at, entry.after == Status.WAITING) for entry in _status_history(session, listed))
    return gaps(places, told)


def gaps(places: Mapping[int, int], told: Iterable[tuple[int, datetime, bool]]) -> tuple[list[Gap], Micros]:
    """Every pause that is over, the first of each ticket together, then the second; and since when one lasts.

    Told are the changes of status, each with whether the ticket waits from then on; those of a ticket together.
    """
    ranks: list[list[tuple[int, int, int]]] = []
    paused_since = np.full(len(places), NEVER)
    for ticket_id, entries in groupby(told, key=lambda entry: entry[0]):
        if ticket_id not in places:
            continue  # filed, or promised something, since the tickets were read
        found = sla.pauses((at, waiting) for _, at, waiting in entries)
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
