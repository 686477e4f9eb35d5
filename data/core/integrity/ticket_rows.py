"""Reads tickets with their history as raw as the database holds them: no bad value stops the reading of the others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, func, select, type_coerce
from sqlmodel import Session

from data.core.columns import moment, moments
from models.base import Choice, Duration, Instant
from models.message import Message
from models.permission import STAFF
from models.product import Product
from models.ticket import Change, HistoryEntry, Status, Ticket
from models.timeline import NEVER, instant
from models.user import User

AT_A_TIME = 1000  # tickets
UNREADABLE = -(2**62)  # a moment that is none

TICKET: Any = Ticket.__table__  # type: ignore[attr-defined]
_ENTRY: Any = HistoryEntry.__table__  # type: ignore[attr-defined]
_MESSAGE: Any = Message.__table__  # type: ignore[attr-defined]
_USER: Any = User.__table__  # type: ignore[attr-defined]
_PRODUCT: Any = Product.__table__  # type: ignore[attr-defined]
_LEFT_OUT = {"description", "form_key", "caller_name", "caller_phone", "caller_verified", "urgency_rank", "star_rank"}
_TICKET_COLUMNS = tuple(column for column in TICKET.c if column.name not in _LEFT_OUT)
_ENTRY_COLUMNS = tuple(
    _ENTRY.c[name]
    for name in ("ticket_id", "id", "at", "change", "before", "after", "assignee_id", "former_product_id")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a ticket's history; the moment in microseconds."""

    ticket_id: int
    id: int
    at: int
    change: str
    before: str | None
    after: str | None
    assignee_id: int | None
    former_product_id: int | None


@dataclass(slots=True)
class TicketRow:
    """A ticket's columns by name, moments in microseconds, and what other rows say of it.

    `answered_at` is the first public message of the staff; `answered_by_unknown` says that there are public messages
    of which nobody knows the author.
    """

    columns: dict[str, Any]
    history: list[Entry] = field(default_factory=list)
    answered_at: int | None = None
    answered_by_unknown: bool = False

    def __getattr__(self, name: str) -> Any:
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def readable(self) -> bool:
        moments_ = (self.columns[name] for name in _MOMENTS)
        return UNREADABLE not in moments_ and all(entry.at != UNREADABLE for entry in self.history)

    def of(self, change: Change) -> list[Entry]:
        return [entry for entry in self.history if entry.change == change]


@dataclass(frozen=True, slots=True)
class Others:
    """Who and what some tickets name: the role and the client of each user, and which products there are."""

    users: dict[int, tuple[str, int | None]]
    products: set[int]


_MOMENTS = tuple(column.name for column in _TICKET_COLUMNS if isinstance(column.type, Instant))


def parts(session: Session, after: int, limit: int = AT_A_TIME) -> list[TicketRow]:
    """The next tickets by their ids, each with its history in order of time. Three statements."""
    return read(session, TICKET.c.id > after, limit)


def some(session: Session, ids: Sequence[int]) -> list[TicketRow]:
    """These tickets; locked where the transaction writes."""
    session.execute(select(TICKET.c.id).where(TICKET.c.id.in_(ids)).order_by(TICKET.c.id).with_for_update())
    return read(session, TICKET.c.id.in_(ids), len(ids))


def read(session: Session, which: ColumnElement[bool], limit: int) -> list[TicketRow]:
    listed = select(*(_raw(session, column) for column in _TICKET_COLUMNS)).where(which)
    tickets = _rows(session, listed.order_by(TICKET.c.id).limit(limit), _TICKET_COLUMNS)
    rows = {columns["id"]: TicketRow(columns) for columns in tickets}
    if not rows:
        return []
    for ticket_id, entries in _history(session, list(rows)).items():
        rows[ticket_id].history = entries
    for ticket_id, answered_at, unknown in _answers(session, list(rows)):
        rows[ticket_id].answered_at = _moments([answered_at])[0]
        rows[ticket_id].answered_by_unknown = bool(unknown)
    return list(rows.values())


def others(session: Session, rows: Sequence[TicketRow]) -> Others:
    people = {one for row in rows for one in (row.assignee_id, row.contact_id)}
    people |= {entry.assignee_id for row in rows for entry in row.history}
    products = {entry.former_product_id for row in rows for entry in row.history} - {None}
    found = select(_USER.c.id, type_coerce(_USER.c.role, String), _USER.c.client_id)
    named = session.execute(found.where(_USER.c.id.in_(people - {None})))
    there = session.execute(select(_PRODUCT.c.id).where(_PRODUCT.c.id.in_(products))) if products else ()
    return Others({row[0]: (row[1], row[2]) for row in named}, {row[0] for row in there})


def pauses(row: TicketRow) -> Iterator[tuple[int, Any, bool]]:
    """The status history of a ticket that ever waited, as `data.core.running_rows.gaps` takes it."""
    statuses = row.of(Change.STATUS)
    if any(entry.after == Status.WAITING for entry in statuses):
        for entry in statuses:
            yield row.id, instant(entry.at), entry.after == Status.WAITING


def shown(at: int | None) -> str:
    if at is None:
        return "none"
    try:
        return "unreadable" if at == UNREADABLE else f"{instant(at):%Y-%m-%d %H:%M:%S} UTC"
    except OverflowError:
        return "unreadable"


def _history(session: Session, ids: Sequence[int]) -> dict[int, list[Entry]]:
    listed = select(*(_raw(session, column) for column in _ENTRY_COLUMNS)).where(_ENTRY.c.ticket_id.in_(ids))
    found: dict[int, list[Entry]] = defaultdict(list)
    for columns in _rows(session, listed, _ENTRY_COLUMNS):
        found[columns["ticket_id"]].append(Entry(**columns))
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.at, entry.id))
    return found


def _answers(session: Session, ids: Sequence[int]) -> Any:
    """Of each ticket with public messages: when the staff wrote the first, and whether some are nobody's."""
    staff = type_coerce(_USER.c.role, String).in_([role.value for role in STAFF])
    first = func.min(moment(session, _MESSAGE.c.at)).filter(staff)
    unknown = func.count().filter(_MESSAGE.c.author_id.is_(None))
    said = select(_MESSAGE.c.ticket_id, first, unknown).select_from(
        _MESSAGE.outerjoin(_USER, _USER.c.id == _MESSAGE.c.author_id)
    )
    public = ~_MESSAGE.c.internal, ~_MESSAGE.c.automatic
    return session.execute(said.where(_MESSAGE.c.ticket_id.in_(ids), *public).group_by(_MESSAGE.c.ticket_id)).all()


def _raw(session: Session, column: Any) -> Any:
    if isinstance(column.type, Instant):
        return moment(session, column)
    if isinstance(column.type, Choice):
        return type_coerce(column, Integer if isinstance(column.type.impl, Integer) else String)
    return type_coerce(column, BigInteger) if isinstance(column.type, Duration) else column


def _rows(session: Session, listed: Any, columns: Sequence[Any]) -> Iterator[dict[str, Any]]:
    names = [column.name for column in columns]
    found: list[Any] = list(zip(*session.connection().execute(listed).all(), strict=True))
    for place, column in enumerate(columns):
        if found and isinstance(column.type, Instant):
            found[place] = _moments(found[place])
    return (dict(zip(names, row, strict=True)) for row in zip(*found, strict=True))


def _moments(values: Sequence[Any]) -> list[int | None]:
    try:
        return [None if at == NEVER else at for at in moments(values).tolist()]
    except (ValueError, TypeError, OverflowError):
        if len(values) == 1:
            return [UNREADABLE]
        return [_moments([value])[0] for value in values]
