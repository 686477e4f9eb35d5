"""Which star level a client has at a moment."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.client import StarLevel, Subscription


def star_level(session: Session, client_id: int, now: datetime) -> StarLevel:
    """That of the running subscription; NONE without one."""
    found = session.exec(
        select(Subscription.star_level).where(
            col(Subscription.client_id) == client_id,
            col(Subscription.starts_at) <= now,
            col(Subscription.ends_at).is_(None) | (col(Subscription.ends_at) > now),
        )
    ).first()
    return StarLevel.NONE if found is None else StarLevel(found)
