"""The rows of an export that are tickets and what belongs to them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange.outgoing_rows import Record, columns, edition, paged, told
from models.attachment import Attachment
from models.client import Client
from models.message import Message
from models.product import Product
from models.service_level import CalendarVersion
from models.ticket import HistoryEntry, Ticket, TicketLink
from models.user import User

Parts = dict[int, list[Record]]

_Contact, _Assignee, _Given = aliased(User), aliased(User), aliased(User)
_Original, _Former = aliased(Ticket), aliased(Ticket)
_First, _Last = aliased(CalendarVersion), aliased(CalendarVersion)
_ELSEWHERE: dict[str, Any] = {
    "client": Client.name,
    "contact_email": _Contact.email,
    "contact_name": _Contact.name,
    "product": Product.name,
    "assignee_email": _Assignee.email,
    "assignee_name": _Assignee.name,
    "assignee_role": _Assignee.role,
    "first_response_calendar": _First.name,
    "first_response_calendar_from": _First.valid_from,
    "first_response_calendar_edition": edition(_First, CalendarVersion, "name", "valid_from"),
    "resolution_calendar": _Last.name,
    "resolution_calendar_from": _Last.valid_from,
    "resolution_calendar_edition": edition(_Last, CalendarVersion, "name", "valid_from"),
}


def tickets(desk: OpenDesk) -> Iterator[list[Record]]:
    """Each ticket with its messages and notes, attachments, history and relations, in this order."""
    for rows in paged(desk, _listed(desk), Ticket.id):
        references = {row.id: row.reference for row in rows}
        parts: Parts = defaultdict(list)
        _said(desk, references, parts)
        _lived(desk, references, parts)
        for row in rows:
            for relation, other in (("duplicate", row.original), ("follows", row.former)):
                if other:
                    parts[row.id].append((relation, {"reference": row.reference, "other": other}))
        _linked(desk, references, parts)
        yield from ([told("ticket", row), *parts[row.id]] for row in rows)


def _listed(desk: OpenDesk) -> Select[Any]:
    shown = columns("ticket", Ticket, **_ELSEWHERE)
    shown += [col(Ticket.id), col(_Original.reference).label("original"), col(_Former.reference).label("former")]
    return (
        scope.tickets(desk)
        .join(Client, col(Client.id) == col(Ticket.client_id))
        .outerjoin(_Contact, col(_Contact.id) == col(Ticket.contact_id))
        .outerjoin(Product, col(Product.id) == col(Ticket.product_id))
        .outerjoin(_Assignee, col(_Assignee.id) == col(Ticket.assignee_id))
        .outerjoin(_First, col(_First.id) == col(Ticket.first_response_calendar_id))
        .outerjoin(_Last, col(_Last.id) == col(Ticket.resolution_calendar_id))
        .outerjoin(_Original, col(_Original.id) == col(Ticket.duplicate_of_id))
        .outerjoin(_Former, col(_Former.id) == col(Ticket.follows_id))
        .with_only_columns(*shown)
    )


def _said(desk: OpenDesk, references: dict[int, str], parts: Parts) -> None:
    """Messages are numbered within their ticket, for the attachments to say which one they came with."""
    numbers: dict[int | None, int | None] = {None: None}
    spoken: dict[int, int] = defaultdict(int)
    for row in _of(desk, "message", Message, references, col(Message.internal), order=(Message.at, Message.id)):
        spoken[row.ticket_id] += 1
        number = numbers[row.id] = spoken[row.ticket_id]
        record = "note" if row.internal else "message"
        parts[row.ticket_id].append(told(record, row, reference=references[row.ticket_id], message=number))
    for row in _of(desk, "attachment", Attachment, references, col(Attachment.message_id), order=(Attachment.id,)):
        more = {"reference": references[row.ticket_id], "message": numbers[row.message_id]}
        parts[row.ticket_id].append(told("attachment", row, **more))


def _lived(desk: OpenDesk, references: dict[int, str], parts: Parts) -> None:
    former = select(Product.name).where(Product.id == HistoryEntry.former_product_id).scalar_subquery()
    given = {
        "assignee_email": select(_Given.email).where(_Given.id == HistoryEntry.assignee_id).scalar_subquery(),
        "former_product": former,
    }
    for row in _of(desk, "history", HistoryEntry, references, order=(HistoryEntry.at, HistoryEntry.id), **given):
        parts[row.ticket_id].append(told("history", row, reference=references[row.ticket_id]))


def _linked(desk: OpenDesk, references: dict[int, str], parts: Parts) -> None:
    """Kept with the one that was filed later, so that both are there when the link is read."""
    other = scope.tickets(desk).with_only_columns(col(Ticket.id), col(Ticket.reference)).subquery()
    links = select(TicketLink.other_id, other.c.reference, TicketLink.at).join(
        other, other.c.id == col(TicketLink.ticket_id)
    )
    for link in desk.session.execute(links.where(col(TicketLink.other_id).in_(references)).order_by(other.c.id)):
        values = {"reference": references[link.other_id], "other": link.reference, "at": link.at}
        parts[link.other_id].append(("link", values))


def _of(
    desk: OpenDesk,
    record: str,
    table: Any,
    references: dict[int, str],
    *more: Any,
    order: tuple[Any, ...],
    **elsewhere: Any,
) -> Iterator[Any]:
    author = aliased(User)
    shown = [*columns(record, table, author_email=col(author.email), **elsewhere), table.id, table.ticket_id, *more]
    rows = scope.tickets(desk).join(table, table.ticket_id == col(Ticket.id))
    rows = rows.outerjoin(author, col(author.id) == table.author_id).where(table.ticket_id.in_(references))
    return iter(desk.session.execute(rows.with_only_columns(*shown).order_by(table.ticket_id, *order)))
