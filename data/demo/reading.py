"""How far the demo's contacts have read: everything but the answers of the last day."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, update
from sqlmodel import col

from data.core.desk import SYSTEM, Desk, opened
from models.message import TicketSeen

_UNREAD = timedelta(days=1)


def read(engine: Engine, now: datetime) -> None:
    with opened(Desk(SYSTEM, engine, clock=lambda: now), "demo.read", writes=True) as desk:
        until = now - _UNREAD
        desk.session.execute(update(TicketSeen).where(col(TicketSeen.seen_at) < until).values(seen_at=until))
