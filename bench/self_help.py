"""What clients of that desk read and how they call: a call for ten tickets, a reading for five, over the same years."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, func, select

from bench.world import CLIENTS, TECHNICIANS, star_levels, table
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
    rows: list[dict[str, Any]] = [
        {
            "at": now - YEARS * (1 - number / calls),
            "user_id": number % TECHNICIANS + 1,
            "client_id": (client := number * 7 % CLIENTS) + 1,
            "star_level": StarLevel(stars[client]),
            "verified": True,
            "ticket_id": number * CALLS % count + 1,
        }
        for number in range(calls)
    ]
    session.execute(insert(table(HotlineCall)), rows)
    rows = []
    for number in range(readings):
        at, followed = now - YEARS * (1 - number / readings), number % 4 == 0
        rows.append(
            {
                "article_id": number % ARTICLES + 1,
                "day": at.date(),
                "user_id": TECHNICIANS + number // ARTICLES % CLIENTS + 1,
                "at": at,
                "decided_at": at + (HELPED_AFTER / 9 if followed else HELPED_AFTER),
                "ticket_id": number * READINGS % count + 1 if followed else None,
            }
        )
    session.execute(insert(table(ArticleRead)), rows)


def _article(number: int, at: Any) -> dict[str, Any]:
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
