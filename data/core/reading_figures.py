"""Counts what was read in the client space and whether a ticket followed; `models.article.ArticleRead` has the rule."""

from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk
from data.core.listed import Listed
from data.core.measured import Measured
from data.core.picking import Stretch
from models.article import Article, ArticleRead
from models.client import Client
from models.figures import Reading, Readings, Share
from models.metrics import Filters, Happened, Row
from models.product import Product
from models.ticket import Ticket
from models.timeline import instant
from models.user import User

_FOLLOWED = col(ArticleRead.ticket_id).is_not(None)


def count(found: Measured) -> Readings:
    desk = found.desk
    asked = _within(found.inside, found.filters).group_by(col(ArticleRead.article_id))
    columns = col(ArticleRead.article_id), func.count().filter(~_FOLLOWED), func.count()
    rows = [tuple(row) for row in desk.session.execute(asked.with_only_columns(*columns))]
    titles = scope.articles(desk).where(col(Article.id).in_([row[0] for row in rows]))
    names = dict(desk.session.execute(titles.with_only_columns(col(Article.id), col(Article.title))).all())
    before = _within(found.before, found.filters).with_only_columns(*columns[1:])
    told = (Reading(id, names.get(id, ""), Share(alone, of)) for id, alone, of in rows)
    return Readings(
        tuple(sorted(told, key=lambda one: (-one.alone.of, one.id))), Share(*desk.session.execute(before).one())
    )


def listed(found: Measured, part: int | None) -> Listed:
    readings = _within(found.inside, found.filters)
    if part is not None:
        readings = readings.where(col(ArticleRead.article_id) == part // 2, _FOLLOWED if part % 2 else ~_FOLLOWED)
    total = found.desk.session.execute(readings.with_only_columns(func.count())).scalar_one()
    return Listed(total, lambda first, most: _told(found.desk, readings, first, most))


def _within(stretch: Stretch, filters: Filters) -> Select[Any]:
    """A technician's are those of the articles that he wrote. NOBODY, which is 0, is the product or author of none."""
    readings: Select[Any] = select(ArticleRead).where(
        col(ArticleRead.decided_at) >= instant(stretch.since), col(ArticleRead.decided_at) < instant(stretch.until)
    )
    asked = (Article.product_id, filters.product), (Article.author_id, filters.technician)
    about = [col(column).is_not_distinct_from(value or None) for column, value in asked if value is not None]
    if about:
        articles = scope.every_article().where(*about).with_only_columns(col(Article.id))
        readings = readings.where(col(ArticleRead.article_id).in_(articles))
    if filters.client is not None:
        people = select(User.id).where(col(User.client_id) == filters.client)
        readings = readings.where(col(ArticleRead.user_id).in_(people))
    return readings


def _told(desk: OpenDesk, readings: Select[Any], first: int, most: int) -> list[Row]:
    """In the order in which they were decided."""
    author = aliased(User)
    key = col(ArticleRead.decided_at), col(ArticleRead.article_id), col(ArticleRead.user_id), col(ArticleRead.day)
    may_read = scope.articles(desk).with_only_columns(col(Article.id), col(Article.title)).subquery()
    shown: Select[Any] = (
        readings.join(User, col(User.id) == col(ArticleRead.user_id))
        .join(Client, col(Client.id) == col(User.client_id))
        .join(Article, col(Article.id) == col(ArticleRead.article_id))
        .outerjoin(may_read, may_read.c.id == col(Article.id))
        .outerjoin(Product, col(Product.id) == col(Article.product_id))
        .outerjoin(author, col(author.id) == col(Article.author_id))
        .outerjoin(Ticket, col(Ticket.id) == col(ArticleRead.ticket_id))
        .with_only_columns(
            col(Ticket.reference),
            col(ArticleRead.decided_at).label("at"),
            may_read.c.title,
            col(Product.name).label("product"),
            col(Client.name).label("client"),
            col(author.name).label("author"),
        )
        .order_by(*key)
    )
    return [
        Row(
            reference=row.reference or "",
            happened=Happened.READ_THEN_FILED if row.reference else Happened.READ_ALONE,
            at=row.at,
            product=row.product or "",
            client=row.client,
            technician=(row.author or "") if desk.user.sees_technicians else "",
            article=row.title or "",
        )
        for row in desk.session.execute(shown.offset(first).limit(most))
    ]
