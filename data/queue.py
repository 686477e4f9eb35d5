"""The queue: what waits for the desk, in which order, and why each ticket stands where it stands.

Every list comes from a partial index over the open tickets, a page at a time: its cost does not know how many
tickets were ever closed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, tuple_
from sqlmodel import col, select

from data.core import closing, queue_lines, scope
from data.core.desk import OpenDesk, query
from data.core.settings import settings
from models import writing
from models.client import Client
from models.permission import Permission
from models.queue import ORDER_COLUMNS, PAGE, Counts, Filters, Holder, Line, Order, Page, Tab
from models.ticket import IN_QUEUE, OPEN, RESOLVED, Status, Ticket


@query(Permission.WORK_TICKETS)
def page(
    desk: OpenDesk,
    tab: Tab = Tab.TO_DO,
    order: Order = Order.RECOMMENDED,
    filters: Filters | None = None,
    *,
    after: str = "",
    before: str = "",
) -> Page:
    """Fifty tickets after, or before, the one whose reference is given; the first fifty without one.

    Two queries, three with a narrow filter, four on a later page.
    """
    filters = filters or Filters()
    keys, backward = _keys(tab, order), bool(before)
    anchor = _anchor(desk, keys, before or after)
    listed = _listed(desk, tab, filters)
    if anchor is not None:
        # One row value against another: the index is entered at the anchor, however deep the page.
        falling = tab == Tab.RESOLVED_TODAY
        past = tuple_(*keys) < tuple_(*anchor) if backward != falling else tuple_(*keys) > tuple_(*anchor)
        listed = listed.where(past)
    rows = desk.session.execute(
        queue_lines.shown(listed).order_by(*_ordered(tab, keys, backward)).limit(PAGE + 1)
    ).all()
    more = len(rows) > PAGE
    rows = rows[:PAGE][::-1] if backward else rows[:PAGE]
    lines = [queue_lines.line(desk, row) for row in rows]
    if tab == Tab.TO_DO:
        lines = _placed(desk, order, filters, rows, lines, first=anchor is None)
    return Page(tuple(lines), more if backward else anchor is not None, True if backward else more)


@query(Permission.WORK_TICKETS)
def board(
    desk: OpenDesk, tab: Tab, order: Order, filters: Filters, *, after: str = "", before: str = ""
) -> tuple[Counts, Page]:
    """The tiles and a page in one transaction: they tell of the same moment."""
    return counts(desk), page(desk, tab, order, filters, after=after, before=before)


@query(Permission.WORK_TICKETS)
def lines(desk: OpenDesk, references: Sequence[str]) -> tuple[Line, ...]:
    """These tickets in this order, as they are now, whether they still belong to the list or not."""
    rows = desk.session.execute(
        queue_lines.shown(scope.tickets(desk).where(col(Ticket.reference).in_(references[:PAGE])))
    ).all()
    found = {row.reference: queue_lines.line(desk, row) for row in rows}
    return tuple(found[reference] for reference in references if reference in found)


@query(Permission.WORK_TICKETS)
def newest(desk: OpenDesk, count: int) -> tuple[Line, ...]:
    """So many of the queue's tickets, the last filed first: the order of arrival read from its end."""
    listed = scope.tickets(desk).where(scope.in_words(IN_QUEUE), scope.workable(desk))
    keys = [getattr(Ticket, name).desc() for name in ORDER_COLUMNS[Order.ARRIVAL]]
    rows = desk.session.execute(queue_lines.shown(listed).order_by(*keys).limit(count)).all()
    return tuple(queue_lines.line(desk, row) for row in rows)


@query(Permission.WORK_TICKETS)
def counts(desk: OpenDesk) -> Counts:
    """The tiles, of the tickets that are mine to work. One pass over the open ones, one over today's."""
    now, today = desk.now, _today(desk.now)
    queued = col(Ticket.status).in_([Status.NEW, Status.IN_PROGRESS])
    late = and_(queued, col(Ticket.next_late_at) < now)
    risky = and_(queued, col(Ticket.next_late_at) >= now, col(Ticket.next_warning_at) < now)
    of_open = scope.tickets(desk).with_only_columns(
        func.count(),
        _count(and_(queued, col(Ticket.assignee_id).is_(None))),
        _count(risky),
        _count(late),
        _count(queued),
        _count(col(Ticket.status) == Status.WAITING),
        maintain_column_froms=True,
    )
    row = desk.session.execute(of_open.where(scope.in_words(OPEN), scope.workable(desk))).one()
    mine = scope.tickets(desk).with_only_columns(func.count(), maintain_column_froms=True).where(scope.workable(desk))
    filed = desk.session.execute(mine.where(col(Ticket.filed_at) >= today)).scalar_one()
    resolved = mine.where(scope.in_words(RESOLVED), col(Ticket.resolved_at) >= today)
    return Counts(row[0], row[1], row[2], row[3], filed, desk.session.execute(resolved).scalar_one(), row[4], row[5])


@query(Permission.READ_TICKETS)
def place(desk: OpenDesk, reference: str) -> int | None:
    """How many tickets the desk takes before this one, in the recommended order; None outside the queue.

    A contact may ask it of its own ticket, and is told of those of the same service, whose people it waits for: the
    number says nothing of whose the others are.
    """
    ticket = scope.ticket(desk, reference)
    if ticket.status not in (Status.NEW, Status.IN_PROGRESS):
        return None
    names = ORDER_COLUMNS[Order.RECOMMENDED]
    within = scope.workable(desk) if desk.user.is_staff else col(Ticket.service) == ticket.service
    return _count_before(desk, Order.RECOMMENDED, tuple(getattr(ticket, name) for name in names), within)


def _listed(desk: OpenDesk, tab: Tab, filters: Filters) -> Select[Any]:
    listed = scope.tickets(desk).where(scope.workable(desk))
    match tab:
        case Tab.TO_DO:
            listed = listed.where(scope.in_words(IN_QUEUE))
        case Tab.WAITING:
            listed = listed.where(scope.in_words(OPEN), col(Ticket.status) == Status.WAITING)
        case Tab.RESOLVED_TODAY:
            listed = listed.where(scope.in_words(RESOLVED), col(Ticket.resolved_at) >= _today(desk.now))
    return listed.where(*_conditions(desk, filters))


def _conditions(desk: OpenDesk, filters: Filters) -> list[ColumnElement[bool]]:
    exact = {
        "service": filters.service,
        "product_id": filters.product,
        "kind": filters.kind,
        "urgency": filters.urgency,
        "star_level": filters.star_level,
        "assignee_id": filters.assignee,
        "client_id": filters.client,
    }
    found = [getattr(Ticket, name) == value for name, value in exact.items() if value is not None]
    if filters.holder == Holder.MINE:
        found.append(col(Ticket.assignee_id) == desk.user.id)
    elif filters.holder == Holder.NOBODY:
        found.append(col(Ticket.assignee_id).is_(None))
    if filters.overdue:
        found.append(col(Ticket.next_late_at) < desk.now)
    if filters.before_closing:
        found += closing.breaking(closing.next_closing(desk), desk.now)
    if text := writing.key(filters.text):
        columns = (col(Ticket.reference), col(Ticket.subject), col(Client.name))
        found.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return found


def _keys(tab: Tab, order: Order) -> list[Any]:
    match tab:
        case Tab.TO_DO:
            return [getattr(Ticket, name) for name in ORDER_COLUMNS[order]]
        case Tab.WAITING:
            return [Ticket.filed_at, Ticket.id]
        case Tab.RESOLVED_TODAY:
            return [Ticket.resolved_at, Ticket.id]


def _ordered(tab: Tab, keys: Sequence[Any], backward: bool) -> list[Any]:
    falling = (tab == Tab.RESOLVED_TODAY) != backward
    return [key.desc() if falling else key.asc() for key in keys]


def _anchor(desk: OpenDesk, keys: Sequence[Any], reference: str) -> tuple[Any, ...] | None:
    """Where a ticket stands, or stood before it left the list; None for no or an unknown reference."""
    if not reference:
        return None
    statement = scope.tickets(desk).with_only_columns(*keys).where(col(Ticket.reference) == writing.key(reference))
    row = desk.session.execute(statement).first()
    return None if row is None or None in row else tuple(row)


def _placed(
    desk: OpenDesk, order: Order, filters: Filters, rows: Sequence[Any], lines: list[Line], *, first: bool
) -> list[Line]:
    """Each with the number of tickets before it in the whole queue, whatever the filter shows of it."""
    if not rows:
        return lines
    if not filters.narrow:
        anchor = None if first else _anchor(desk, _keys(Tab.TO_DO, order), lines[0].reference)
        start = _count_before(desk, order, anchor, scope.workable(desk))
        return [replace(line, before=start + n) for n, line in enumerate(lines)]
    place = func.row_number().over(order_by=_keys(Tab.TO_DO, order)).label("place")
    queued = scope.tickets(desk).where(scope.in_words(IN_QUEUE), scope.workable(desk))
    numbered = queued.with_only_columns(col(Ticket.id), place).subquery()
    wanted = numbered.c.id.in_([row.id for row in rows])
    places = dict(desk.session.execute(select(numbered.c.id, numbered.c.place).where(wanted)).all())
    return [replace(line, before=places[row.id] - 1) for row, line in zip(rows, lines, strict=True)]


def _count_before(desk: OpenDesk, order: Order, anchor: tuple[Any, ...] | None, within: ColumnElement[bool]) -> int:
    if anchor is None:
        return 0
    keys = [getattr(Ticket, name) for name in ORDER_COLUMNS[order]]
    counted = scope.every_ticket().with_only_columns(func.count(), maintain_column_froms=True)
    before = counted.where(scope.in_words(IN_QUEUE), within, tuple_(*keys) < tuple_(*anchor))
    return int(desk.session.execute(before).scalar_one())


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _today(now: datetime) -> datetime:
    """When the day began where the desk is."""
    zone = settings().zone
    return datetime.combine(now.astimezone(zone).date(), time(), zone)
