"""Writes tickets many at a time: what `tickets.file` does to one, without its questions."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col

from data.core import calendar_years, recount, references, scope
from data.core.database import insert_into
from models.base import Table
from models.client import Client
from models.ticket import Kind, Ticket, TicketLink

GENERATED = {"id", "urgency_rank", "star_rank"}
RUNNING = (
    "filed_at",
    "first_responded_at",
    "resolved_at",
    "first_response_due_at",
    "resolution_due_at",
    "next_late_at",
)


def there(session: Session, source: str, numbers: Collection[str]) -> set[str]:
    """Which numbers of another desk have been imported already."""
    listed = scope.every_ticket().where(col(Ticket.source) == source, col(Ticket.source_id).in_(numbers))
    return set(session.execute(listed.with_only_columns(col(Ticket.source_id))).scalars())


def number(session: Session, tickets: Sequence[Ticket]) -> None:
    """Give them our references, in their order, of the year each was filed."""
    kinds = sorted({ticket.kind for ticket in tickets})
    for kind in kinds:
        of_kind = [ticket for ticket in tickets if ticket.kind == kind]
        for year, filed in groupby(of_kind, lambda ticket: references.year_of(ticket.filed_at)):
            batch = list(filed)
            for ticket, reference in zip(batch, references.block(session, Kind(kind), year, len(batch)), strict=True):
                ticket.reference = reference


def insert_tickets(session: Session, tickets: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Their ids by reference. What happened to them changes days that may be sealed already."""
    recount.drop(session, min(ticket["filed_at"] for ticket in tickets))
    _store_years(session, tickets)
    statement = insert(Ticket).returning(col(Ticket.reference), col(Ticket.id), sort_by_parameter_order=True)
    return {row.reference: row.id for row in session.execute(statement, tickets)}


def _store_years(session: Session, tickets: Sequence[dict[str, Any]]) -> None:
    """The public holidays of the years in which their clocks run, where the calendars do not have them yet."""
    used = {ticket[name] for ticket in tickets for name in ("first_response_calendar_id", "resolution_calendar_id")}
    ran = [ticket[name] for ticket in tickets for name in RUNNING if ticket[name] is not None]
    calendar_years.store(session, used - {None}, min(ran), max(ran))


def heard(session: Session, moments: Iterable[tuple[int, datetime]]) -> None:
    """Clients and when they spoke: the latest is when we last heard of each, unless that was later still."""
    latest: dict[int, datetime] = {}
    for client_id, at in moments:
        latest[client_id] = max(at, latest.get(client_id, at))
    known = col(Client.last_contact_at)
    later = (col(Client.id) == bindparam("client")) & (known.is_(None) | (known < bindparam("heard")))
    statement = update(Client).where(later).values(last_contact_at=bindparam("heard"))
    if latest:
        rows = [{"client": client_id, "heard": at} for client_id, at in sorted(latest.items())]
        session.connection().execute(statement, rows)


def insert_many(session: Session, table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def link(session: Session, ticket_id: int, other_id: int, at: datetime) -> None:
    """Both ways at once; they may be linked already."""
    first, second = sorted((ticket_id, other_id))
    row = insert_into(session, TicketLink).values(ticket_id=first, other_id=second, at=at)
    session.execute(row.on_conflict_do_nothing())


def columns(row: Table) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).model_fields if name not in GENERATED}
