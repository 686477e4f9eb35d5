"""The rows of an export, one after the other, a few hundred in memory at a time; read on by key, never by offset."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, union
from sqlmodel import col, select

from data.core import scope, services
from data.core.desk import OpenDesk
from data.core.exchange.shape import RECORDS
from models.attachment import Attachment
from models.client import Client, Subscription
from models.message import Message
from models.service_level import CalendarVersion
from models.ticket import HistoryEntry, Ticket
from models.user import User

AT_A_TIME = 200

Record = tuple[str, dict[str, Any]]


def surroundings(desk: OpenDesk) -> Iterator[Record]:
    """What tickets name, told before them: calendars, clients and what they subscribed to, people."""
    yield from _calendars(desk)
    yield from _clients(desk)
    yield from _people(desk)


def paged(desk: OpenDesk, statement: Select[Any], key: Any) -> Iterator[list[Row[Any]]]:
    """Its rows some at a time, in the order of `key`, which is among its columns as `id`."""
    last = 0
    while rows := list(desk.session.execute(statement.where(key > last).order_by(key).limit(AT_A_TIME)).all()):
        yield rows
        last = rows[-1].id


def columns(record: str, table: Any, **elsewhere: Any) -> list[Any]:
    """The columns of that kind of row, from the table but for those told; and the id."""
    names = {name: elsewhere.get(name, getattr(table, name, None)) for name in RECORDS[record]}
    return [table.id, *(column.label(name) for name, column in names.items() if column is not None)]


def told(record: str, row: Row[Any], **more: Any) -> Record:
    values = {name: value for name, value in row._mapping.items() if name in RECORDS[record]}
    return record, values | more


def _calendars(desk: OpenDesk) -> Iterator[Record]:
    every = scope.tickets(desk)
    kept = (Ticket.first_response_calendar_id, Ticket.resolution_calendar_id)
    promised = union(*(every.with_only_columns(col(one)) for one in kept))
    names = {"calendar": col(CalendarVersion.name), "calendar_from": col(CalendarVersion.valid_from)}
    listed = select(*columns("calendar", CalendarVersion, **names)).where(col(CalendarVersion.id).in_(promised))
    yield from _each(desk, "calendar", listed, CalendarVersion.id)


def _clients(desk: OpenDesk) -> Iterator[Record]:
    clients = scope.clients(desk)
    clients = clients.where(col(Client.id).in_(scope.tickets(desk).with_only_columns(col(Ticket.client_id))))
    listed = clients.with_only_columns(*columns("client", Client, client=col(Client.name)))
    yield from _each(desk, "client", listed, Client.id)
    listed = clients.join(Subscription).with_only_columns(
        *columns("subscription", Subscription, client=col(Client.name))
    )
    yield from _each(desk, "subscription", listed, Subscription.id)


def _people(desk: OpenDesk) -> Iterator[Record]:
    every = scope.tickets(desk)
    named = [every.with_only_columns(col(one)) for one in (Ticket.contact_id, Ticket.assignee_id)]
    named_by: list[tuple[Any, str]] = [(Message, "author_id"), (Attachment, "author_id")]
    for table, who in [*named_by, (HistoryEntry, "author_id"), (HistoryEntry, "assignee_id")]:
        written = every.join(table, col(table.ticket_id) == col(Ticket.id))
        named.append(written.with_only_columns(col(getattr(table, who))))
    shown = columns("person", User, client=col(Client.name))
    people = select(*shown).outerjoin(Client, col(Client.id) == col(User.client_id))
    for rows in paged(desk, people.where(col(User.id).in_(union(*named))), User.id):
        chosen = services.chosen(desk.session, [row.id for row in rows])
        yield from (told("person", row, services=sorted(chosen[row.id])) for row in rows)


def _each(desk: OpenDesk, record: str, statement: Select[Any], key: Any) -> Iterator[Record]:
    for rows in paged(desk, statement, key):
        yield from (told(record, row) for row in rows)
