"""Reads the tickets to which something happened in a stretch of time, as columns, with their history; by indexes.

Their rows betray them: they were filed, answered or resolved in it, their history has a change in it, or a deadline
that may break lies in it. A deadline that falls at closing breaks when the desk opens again, so that the stretch begins
where the desk was last open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CompoundSelect, Integer, String, type_coerce, union
from sqlmodel import Session, col, select

from data.core import calendars, scope
from data.core.columns import moment, moments, numbers
from data.core.lifelines import REMEMBERED, Told
from models.ticket import PROMISED, RESOLUTION_MAY_BREAK, RESOLVED, RESPONSE_MAY_BREAK, Change, HistoryEntry, Ticket
from models.timeline import Micros, micros

AT_A_TIME = 5000  # tickets; a statement takes no more than 32,766 values


class Promise(NamedTuple):
    """The terms of one clock of every ticket, and its deadline as it is kept."""

    calendars: Micros
    targets: Micros
    due: Micros


class Moved(NamedTuple):
    """A change of a promise: when, and both deadlines before and after (first response, resolution)."""

    at: int
    before: tuple[datetime | None, datetime | None]
    after: tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class Lives:
    """Tickets as they are now, in no order, each with its history in order by its id."""

    ids: Micros
    clients: Micros
    products: Micros
    technicians: Micros
    star_levels: Micros
    urgencies: Micros
    kinds: Sequence[str]
    services: Sequence[str]
    resolutions: Sequence[str | None]
    follow: Sequence[int | None]
    filed: Micros
    responded: Micros
    resolved: Micros
    first_response: Promise
    resolution: Promise
    history: dict[int, list[Told]]
    moved: dict[int, list[Moved]]
    versions: dict[int, int]  # from when on each calendar holds


def read(session: Session, since: datetime, until: datetime) -> Lives:
    """The tickets that may have facts from one moment to another, no longer in it. Four queries for 5,000 tickets."""
    versions = calendars.every_version(session)
    start = min((_last_open(session, one, since) for one in versions), default=since)
    which = sorted(session.connection().execute(_touched(start, until)).scalars())
    columns = _columns(session, which)
    ids, client, product, assignee, star_level, urgency, kind, service, resolution, follows, *rest = columns
    filed, responded, resolved, *promises = rest
    first_response, of_resolution = (
        Promise(numbers(one[0]), numbers(one[1]), moments(one[2])) for one in (promises[:3], promises[3:])
    )
    return Lives(
        ids=numbers(ids),
        clients=numbers(client),
        products=numbers(product),
        technicians=numbers(assignee),
        star_levels=numbers(star_level),
        urgencies=numbers(urgency),
        kinds=kind,
        services=service,
        resolutions=resolution,
        follow=follows,
        filed=moments(filed),
        responded=moments(responded),
        resolved=moments(resolved),
        first_response=first_response,
        resolution=of_resolution,
        history=_history(session, which),
        moved=_moved(session, which),
        versions={one: micros(valid_from) for one, valid_from in versions.items()},
    )


def first_filed(session: Session) -> datetime | None:
    """There is no fact before. None of an empty desk."""
    listed = scope.every_ticket().with_only_columns(col(Ticket.filed_at))
    found: datetime | None = session.execute(listed.order_by(col(Ticket.filed_at)).limit(1)).scalar()
    return found


def _last_open(session: Session, calendar_id: int, at: datetime) -> datetime:
    return calendars.calendar(session, calendar_id).back(at, timedelta())


def _touched(since: datetime, until: datetime) -> CompoundSelect[Any]:
    """The words are those of partial indexes, without which all tickets would be read."""
    happened: list[tuple[Any, str]] = [
        (Ticket.filed_at, ""),
        (Ticket.first_responded_at, ""),
        (Ticket.resolved_at, RESOLVED),
        (Ticket.first_response_due_at, RESPONSE_MAY_BREAK),
        (Ticket.resolution_due_at, RESOLUTION_MAY_BREAK),
    ]
    changed = select(HistoryEntry.ticket_id).where(*_within(HistoryEntry.at, since, until))
    every = scope.every_ticket().with_only_columns(col(Ticket.id))
    return union(
        changed,
        *(
            every.where(*_within(column, since, until), *([scope.in_words(words)] if words else []))
            for column, words in happened
        ),
    )


def _within(column: Any, since: datetime, until: datetime) -> tuple[Any, Any]:
    return col(column) >= since, col(column) < until


def _of(session: Session, listed: Any, key: Any, which: Sequence[int]) -> list[Any]:
    """The rows of these tickets. By their numbers: PostgreSQL cannot guess how few a union is, and would read all."""
    rows: list[Any] = []
    for begin in range(0, len(which), AT_A_TIME):
        rows += session.connection().execute(listed.where(col(key).in_(which[begin : begin + AT_A_TIME])))
    return rows


def _columns(session: Session, which: Sequence[int]) -> list[Sequence[Any]]:
    ticket = Ticket
    columns: list[Any] = [
        *(ticket.id, ticket.client_id, ticket.product_id, ticket.assignee_id),
        *(type_coerce(one, Integer) for one in (ticket.star_level, ticket.urgency)),
        *(type_coerce(one, String) for one in (ticket.kind, ticket.service, ticket.resolution)),
        ticket.follows_id,
        *(moment(session, one) for one in (ticket.filed_at, ticket.first_responded_at, ticket.resolved_at)),
    ]
    for clock in ("first_response", "resolution"):
        target, due_at = getattr(ticket, f"{clock}_target"), getattr(ticket, f"{clock}_due_at")
        columns += [getattr(ticket, f"{clock}_calendar_id"), type_coerce(target, BigInteger), moment(session, due_at)]
    promised = col(ticket.first_response_calendar_id).is_not(None), col(ticket.resolution_calendar_id).is_not(None)
    rows = _of(session, scope.every_ticket().where(*promised).with_only_columns(*columns), ticket.id, which)
    return list(zip(*rows, strict=True)) if rows else [()] * len(columns)


def _history(session: Session, which: Sequence[int]) -> dict[int, list[Told]]:
    entry = HistoryEntry
    columns: list[Any] = [entry.ticket_id, moment(session, entry.at), entry.id, type_coerce(entry.change, String)]
    columns += [entry.before, entry.after, entry.assignee_id, entry.former_product_id]
    changes = Change.STATUS, *REMEMBERED
    rows = sorted(_of(session, select(*columns).where(col(entry.change).in_(changes)), entry.ticket_id, which))
    told: dict[int, list[Told]] = defaultdict(list)
    for row, at in zip(rows, moments([row[1] for row in rows]).tolist(), strict=True):
        told[row[0]].append(Told(at, *row[3:]))
    return told


def _moved(session: Session, which: Sequence[int]) -> dict[int, list[Moved]]:
    entry = HistoryEntry
    before = col(entry.first_response_due_before), col(entry.resolution_due_before)
    after = col(entry.first_response_due_after), col(entry.resolution_due_after)
    columns: list[Any] = [entry.ticket_id, entry.at, *before, *after]
    listed = select(*columns).where(col(entry.change).in_(PROMISED))
    moved: dict[int, list[Moved]] = defaultdict(list)
    for ticket_id, at, *dues in _of(session, listed, entry.ticket_id, which):
        moved[ticket_id].append(Moved(micros(at), (dues[0], dues[1]), (dues[2], dues[3])))
    return moved
