"""Counts the calls of the hotline, by an index of their moments that holds all that is asked."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlmodel import col, select

from data.core import day_hours
from data.core.columns import hour_of_day
from data.core.desk import OpenDesk
from data.core.listed import Listed
from data.core.measured import Measured
from data.core.picking import Stretch
from models.client import Client
from models.figures import Calls
from models.hotline import HotlineCall
from models.metrics import CALLERS, Filters, Happened, Row
from models.ticket import Ticket
from models.timeline import instant
from models.user import User


def count(found: Measured) -> Calls:
    hour = _hour(found)
    level = col(HotlineCall.star_level)
    asked = _within(found.inside, found.filters).with_only_columns(level, hour, func.count()).group_by(level, hour)
    rows = {(row[0], row[1]): row[2] for row in found.desk.session.execute(asked)}
    before = _within(found.before, found.filters).with_only_columns(func.count())
    return Calls(
        tuple(tuple(rows.get((level, at), 0) for at in range(24)) for level in CALLERS),
        found.desk.session.execute(before).scalar_one(),
    )


def listed(found: Measured, part: int | None) -> Listed:
    calls = _within(found.inside, found.filters)
    if part is not None:
        level, hour = CALLERS[part // 24], part % 24
        calls = calls.where(_of(level), _hour(found) == hour)
    total = found.desk.session.execute(calls.with_only_columns(func.count())).scalar_one()
    return Listed(total, lambda first, most: _told(found.desk, calls, first, most))


def _within(stretch: Stretch, filters: Filters) -> Select[Any]:
    calls: Select[Any] = select(HotlineCall).where(
        col(HotlineCall.at) >= instant(stretch.since), col(HotlineCall.at) < instant(stretch.until)
    )
    if filters.star_level is not None:
        calls = calls.where(_of(filters.star_level))
    if filters.client is not None:
        calls = calls.where(col(HotlineCall.client_id) == filters.client)
    if filters.technician is not None:
        calls = calls.where(col(HotlineCall.user_id) == filters.technician)
    return calls


def _of(level: Any) -> ColumnElement[bool]:
    return col(HotlineCall.star_level).is_(None) if level is None else col(HotlineCall.star_level) == level


def _hour(found: Measured) -> Any:
    changes, ahead = day_hours.offsets(found.inside.since, found.inside.until, found.zone)
    seconds = [one // 1_000_000 for one in ahead]
    return hour_of_day(found.desk.session, col(HotlineCall.at), list(map(instant, changes)), seconds)


def _told(desk: OpenDesk, calls: Select[Any], first: int, most: int) -> list[Row]:
    """In the order of time."""
    named = desk.user.sees_technicians
    columns: list[Any] = [Ticket.reference, HotlineCall.at, col(Client.name).label("client")]
    columns += [col(HotlineCall.star_level).label("stars"), col(User.name).label("technician")]
    shown = (
        calls.join(User, col(User.id) == col(HotlineCall.user_id))
        .outerjoin(Client, col(Client.id) == col(HotlineCall.client_id))
        .outerjoin(Ticket, col(Ticket.id) == col(HotlineCall.ticket_id))
        .with_only_columns(*columns)
        .order_by(col(HotlineCall.at), col(HotlineCall.id))
    )
    return [
        Row(
            reference=row.reference or "",
            happened=Happened.CALLED,
            at=row.at,
            product="",
            client=row.client or "",
            star_level=row.stars,
            technician=row.technician if named else "",
        )
        for row in desk.session.execute(shown.offset(first).limit(most))
    ]
