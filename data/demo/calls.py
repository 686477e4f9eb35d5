"""The direct line of the demo world: whoever filed by telephone called, and some called again about a ticket."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Engine
from sqlmodel import col, select

from data.core import scope
from data.core.desk import SYSTEM, Desk, opened
from models.hotline import HotlineCall
from models.permission import Role
from models.ticket import Channel, Ticket
from models.user import User

AGAIN = 0.4  # of the tickets
_BEFORE, _LATER = timedelta(minutes=3), timedelta(hours=1)


def call(engine: Engine, now: datetime) -> None:
    """The same calls for the same tickets; only those who have the direct line."""
    rng = Random("calls")
    with opened(Desk(SYSTEM, engine, clock=lambda: now), "demo.call", writes=True) as desk:
        answering = list(desk.session.exec(select(User.id).where(User.role == Role.TECHNICIAN).order_by(col(User.id))))
        for ticket in desk.session.exec(scope.every_ticket().order_by(col(Ticket.filed_at), col(Ticket.id))).all():
            moments = [ticket.filed_at - _BEFORE] if ticket.channel == Channel.PHONE else []
            if rng.random() < AGAIN:
                moments.append(ticket.filed_at + rng.random() * _LATER)
            if ticket.star_level.has_direct_line:
                desk.session.add_all(
                    HotlineCall(
                        at=at,
                        user_id=rng.choice(answering),
                        client_id=ticket.client_id,
                        star_level=ticket.star_level,
                        verified=True,
                        ticket_id=ticket.id,
                    )
                    for at in moments
                    if at <= now
                )
