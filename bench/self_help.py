"""What clients of that desk read and how they call: a call for ten tickets, a reading for five, over the same years."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, func, select

from bench.world import CHUNK, CLIENTS, TECHNICIANS, star_levels, table
from data.core import clock
from models.article import HELPED_AFTER, Article, ArticleKind, ArticleRead, ArticleStatus
from models.client import StarLevel
from models.hotline import HotlineCall
from models.ticket import Ticket
from models.user import Language

ARTICLES, CALLS, READINGS = 60, 10, 5  # articles; tickets for one call, and for one reading
YEARS = timedelta(days=4 * 365)


def write(session: Session, tickets: int) -> None:
    now, stars = clock.now(), star_levels()
    count = session.exec(select(func.count()).select_from(Ticket)).one()
    session.execute(insert(table(Article)), [_article(number, now - YEARS) for number in range(ARTICLES)])
    calls, readings = tickets // CALLS, tickets // READINGS
    for first in range(0, calls, CHUNK):
        rows = [_call(number, calls, count, stars, now) for number in range(first, min(first + CHUNK, calls))]
        session.execute(insert(table(HotlineCall)), rows)
    for first in range(0, readings, CHUNK):
        rows = [_reading(number, readings, count, now) for number in range(first, min(first + CHUNK, readings))]
        session.execute(insert(table(ArticleRead)), rows)


def _call(number: int, of: int, tickets: int, stars: list[StarLevel], now: datetime) -> dict[str, Any]:
    client = number * 7 % CLIENTS
    return {
        "at": now - YEARS * (1 - number / of),
        "user_id": number % TECHNICIANS + 1,
        "client_id": client + 1,
        "star_level": stars[client],
        "verified": True,
        "ticket_id": number * CALLS % tickets + 1,
    }


def _reading(number: int, of: int, tickets: int, now: datetime) -> dict[str, Any]:
    at, followed = now - YEARS * (1 - number / of), number % 4 == 0
    return {
        "article_id": number % ARTICLES + 1,
        "day": at.date(),
        "user_id": TECHNICIANS + number // ARTICLES % CLIENTS + 1,
        "at": at,
        "decided_at": at + (HELPED_AFTER / 9 if followed else HELPED_AFTER),
        "ticket_id": number * READINGS % tickets + 1 if followed else None,
    }


def _article(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "product_id": number % 8 + 1,
        "kind": ArticleKind.FAQ,
        "language": Language.FRENCH,
        "place": number,
        "title": f"Comment régler l’écran {number} ?",
        "body": "Ouvrez les réglages.",
        "video_link": "",
        "video_name": "",
        "video_mime": "",
        "video_size": 0,
        "status": ArticleStatus.PUBLISHED,
        "version": 1,
        "created_at": at,
        "changed_at": at,
        "published_at": at,
    }
