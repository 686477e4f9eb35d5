"""Which star level a client has at a moment."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.client import StarLevel, Subscription


def star_level(session: Session, client_id: int, now: datetime) -> StarLevel:
    """That of the running subscription; NONE without one."""
    found = running(session, client_id, now)
    return StarLevel.NONE if found is None else found.star_level


def running(session: Session, client_id: int, now: datetime) -> Subscription | None:
    return session.exec(
        select(Subscription).where(
            col(Subscription.client_id) == client_id,
            col(Subscription.starts_at) <= now,
            col(Subscription.ends_at).is_(None) | (col(Subscription.ends_at) > now),
        )
    ).first()


def change(session: Session, client_id: int, star_level: StarLevel, now: datetime) -> None:
    """End the running subscription and begin one of this star level, or none.

    The new one ends when the old one would have, or when the next begins. One that began this very moment held for
    no time: it is changed itself.
    """
    old = running(session, client_id, now)
    if old is not None and old.starts_at == now:
        if star_level:
            old.star_level = star_level
        else:
            session.delete(old)
        session.flush()
        return
    ends_at = old.ends_at if old else _next_begin(session, client_id, now)
    if old is not None:
        old.ends_at = now
    if star_level:
        session.add(Subscription(client_id=client_id, star_level=star_level, starts_at=now, ends_at=ends_at))
    session.flush()


def _next_begin(session: Session, client_id: int, now: datetime) -> datetime | None:
    later = col(Subscription.client_id) == client_id, col(Subscription.starts_at) > now
    return session.exec(select(func.min(Subscription.starts_at)).where(*later)).one()
