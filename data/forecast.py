"""What will break before the desk closes if nothing is done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func

from data.core import closing, queue_lines, scope
from data.core.desk import OpenDesk, query
from models.permission import Permission
from models.queue import ORDER_COLUMNS, PAGE, Line, Order
from models.ticket import IN_QUEUE, Ticket


@dataclass(frozen=True, slots=True)
class Forecast:
    """`until` is the next closing time; `lines` the first fifty of `count` tickets, the next deadline first."""

    until: datetime
    lines: tuple[Line, ...]
    count: int


@query(Permission.WORK_TICKETS)
def will_breach(desk: OpenDesk) -> Forecast:
    """The tickets that I may work and whose next promise breaks before the desk closes, see `data/core/closing.py`.

    What is broken already is not among them, nor what falls due exactly at closing: that breaks at the next opening.
    """
    until = closing.next_closing(desk)
    coming = scope.tickets(desk).where(
        scope.in_words(IN_QUEUE), scope.workable(desk), *closing.breaking(until, desk.now)
    )
    counted = coming.with_only_columns(func.count(), maintain_column_froms=True)
    order = [getattr(Ticket, name) for name in ORDER_COLUMNS[Order.RECOMMENDED]]
    rows = desk.session.execute(queue_lines.shown(coming).order_by(*order).limit(PAGE)).all()
    lines = tuple(queue_lines.line(desk, row) for row in rows)
    return Forecast(until, lines, desk.session.execute(counted).scalar_one())
