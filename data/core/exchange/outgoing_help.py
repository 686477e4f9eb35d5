"""The rows of an export that are self-help: articles before the tickets, and after them who read and judged them."""

from collections.abc import Iterator
from itertools import count

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange.outgoing_rows import Record, columns, paged, told
from models.article import Article, ArticleRead, ArticleVote
from models.product import Product
from models.ticket import Ticket
from models.user import User


def articles(desk: OpenDesk) -> Iterator[Record]:
    """Drafts, too. Each is numbered by its place among all."""
    author, changed_by = aliased(User), aliased(User)
    elsewhere = {
        "product": col(Product.name),
        "position": col(Article.place),
        "subject": col(Article.title),
        "link": col(Article.video_link),
        "name": col(Article.video_name),
        "size": func.nullif(col(Article.video_size), 0),
        "sha256": col(Article.video_sha256),
        "author_email": col(author.email),
        "changed_by_email": col(changed_by.email),
    }
    listed = (
        scope.every_article()
        .outerjoin(Product, col(Product.id) == col(Article.product_id))
        .outerjoin(author, col(author.id) == col(Article.author_id))
        .outerjoin(changed_by, col(changed_by.id) == col(Article.changed_by_id))
        .with_only_columns(*columns("article", Article, **elsewhere))
    )
    numbers = count(1)
    for rows in paged(desk, listed, Article.id):
        yield from (told("article", row, article=next(numbers)) for row in rows)


def reactions(desk: OpenDesk) -> Iterator[Record]:
    listed = scope.every_article().with_only_columns(col(Article.id)).order_by(col(Article.id))
    numbers = {id_: number for number, id_ in enumerate(desk.session.scalars(listed), 1)}  # all are written by hand
    reads = columns("article_read", ArticleRead, email=col(User.email), reference=col(Ticket.reference))
    reads.append(col(ArticleRead.article_id))
    read = select(*reads).join(User, col(User.id) == col(ArticleRead.user_id))
    read = read.outerjoin(Ticket, col(Ticket.id) == col(ArticleRead.ticket_id))
    for rows in paged(desk, read, ArticleRead.article_id, ArticleRead.day, ArticleRead.user_id):
        yield from (told("article_read", row, article=numbers[row.article_id]) for row in rows)
    votes = columns("article_vote", ArticleVote, email=col(User.email))
    votes.append(col(ArticleVote.article_id))
    voted = select(*votes).join(User, col(User.id) == col(ArticleVote.user_id))
    for rows in paged(desk, voted, ArticleVote.article_id, ArticleVote.user_id):
        yield from (told("article_vote", row, article=numbers[row.article_id]) for row in rows)
