"""The articles as a list for their writers, with how they are received."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func
from sqlmodel import col, select

from data.core import scope
from data.core.days import day_of
from data.core.desk import OpenDesk, query
from models.article import Article, ArticleKind, ArticleRead, ArticleStatus, ArticleVote
from models.permission import Permission
from models.product import Product
from models.user import Language, User

PAGE = 50
READS_OF = timedelta(days=90)
_COLUMNS = (
    col(Article.id),
    col(Article.title),
    col(Article.kind),
    col(Article.language),
    col(Article.status),
    col(Article.changed_at),
)


@dataclass(frozen=True, slots=True)
class Line:
    """`reads` are those of the last ninety days, one a contact and day."""

    id: int
    title: str
    product: str
    kind: ArticleKind
    language: Language
    status: ArticleStatus
    helpful: int
    unhelpful: int
    reads: int
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Listed:
    """`after` continues the list; None at its end."""

    lines: tuple[Line, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed by; None is everything. `product_id` 0 asks for those of all products."""

    product_id: int | None = None
    kind: ArticleKind | None = None
    language: Language | None = None
    status: ArticleStatus | None = None


@query(Permission.WRITE_ARTICLES)
def listed(desk: OpenDesk, wanted: Filter, after: int | None = None) -> Listed:
    """A page, the newest first, by the primary key; three statements however many there are."""
    statement = scope.articles(desk).order_by(col(Article.id).desc()).limit(PAGE + 1)
    if wanted.product_id is not None:
        statement = statement.where(col(Article.product_id).is_not_distinct_from(wanted.product_id or None))
    for column, value in (
        (col(Article.kind), wanted.kind),
        (col(Article.language), wanted.language),
        (col(Article.status), wanted.status),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(col(Article.id) < after)
    rows = desk.session.execute(
        statement.outerjoin(Product, col(Product.id) == col(Article.product_id))
        .outerjoin(User, col(User.id) == col(Article.changed_by_id))
        .with_only_columns(*_COLUMNS, col(Product.name), col(User.name))
    ).all()
    ids = [row[0] for row in rows[:PAGE]]
    votes, reads = _votes(desk, ids), _reads(desk, ids)
    lines = tuple(
        Line(
            id_, title, product or "", kind, language, status, *votes.get(id_, (0, 0)), reads.get(id_, 0), at, by or ""
        )
        for id_, title, kind, language, status, at, product, by in rows[:PAGE]
    )
    return Listed(lines, ids[-1] if len(rows) > PAGE else None)


def _votes(desk: OpenDesk, ids: list[int]) -> dict[int, tuple[int, int]]:
    yes, no = (func.sum(case((col(ArticleVote.helpful).is_(wanted), 1), else_=0)) for wanted in (True, False))
    counted = select(ArticleVote.article_id, yes, no).where(col(ArticleVote.article_id).in_(ids))
    return {id_: (yes, no) for id_, yes, no in desk.session.exec(counted.group_by(col(ArticleVote.article_id)))}


def _reads(desk: OpenDesk, ids: list[int]) -> dict[int, int]:
    since = day_of(desk.now - READS_OF)
    counted = select(ArticleRead.article_id, func.count()).where(
        col(ArticleRead.article_id).in_(ids), col(ArticleRead.day) >= since
    )
    return dict(desk.session.exec(counted.group_by(col(ArticleRead.article_id))).all())
