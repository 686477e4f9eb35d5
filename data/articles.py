"""Self-help as its readers have it: what there is for a product, searching it, and whether it helped."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core import article_index, excerpts, scope
from data.core.database import insert_into
from data.core.days import day_of
from data.core.desk import OpenDesk, command, query
from data.core.excerpts import Piece
from data.core.products import IN_ORDER
from models import writing
from models.article import HELPED_AFTER, Article, ArticleKind, ArticleRead, ArticleStatus, ArticleVote
from models.permission import Permission
from models.user import Language

MOST_SIMILAR = 3
MOST_HITS = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product of the client's, and how many published articles of each kind there are about it."""

    product_id: int
    product: str
    counts: dict[ArticleKind, int]
    active: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One article as it is read. `helpful` is what the reader has answered, if anything."""

    id: int
    kind: ArticleKind
    language: Language
    title: str
    body: str
    video_link: str
    has_file: bool
    helpful: bool | None


@dataclass(frozen=True, slots=True)
class Help:
    """Everything for one product, by kind; the reader's own language first, then by place."""

    product_id: int
    product: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that answers, and the passage that does; `product_id` None is about all products."""

    id: int
    product_id: int | None
    kind: ArticleKind
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The best first. `whole`: they have every word asked for, otherwise some. `words` are folded, for marking."""

    hits: tuple[Hit, ...]
    words: frozenset[str]
    whole: bool


@query(Permission.USE_CLIENT_SPACE)
def shelves(desk: OpenDesk) -> tuple[Shelf, ...]:
    """The products the client owns, in the order of the managers. Two statements, however many."""
    counted = scope.articles(desk).where(_published()).group_by(col(Article.product_id), col(Article.kind))
    columns = counted.with_only_columns(col(Article.product_id), col(Article.kind), func.count())
    counts = {(product, kind): number for product, kind, number in desk.session.execute(columns)}
    return tuple(
        Shelf(
            one.id,
            one.name,
            {kind: counts.get((one.id, kind), 0) + counts.get((None, kind), 0) for kind in ArticleKind},
            one.active,
        )
        for one in desk.session.exec(scope.products(desk).order_by(*IN_ORDER))
    )


@query(Permission.READ_ARTICLES)
def about(desk: OpenDesk, product_id: int, language: Language) -> Help:
    """Raises NotFound for a product that a contact's company does not own, in the same words as for none."""
    product = scope.product(desk, product_id)
    votes = select(ArticleVote.article_id, ArticleVote.helpful).where(col(ArticleVote.user_id) == desk.user.id)
    helpful = dict(desk.session.exec(votes).all())
    kinds = list(ArticleKind)
    found = sorted(
        desk.session.exec(_for(desk, product.id)),
        key=lambda one: (kinds.index(one.kind), one.language != language, one.place, one.id),
    )
    return Help(product.id, product.name, tuple(_page(one, helpful.get(one.id)) for one in found))


@query(Permission.READ_ARTICLES)
def search(desk: OpenDesk, product_id: int, text: str) -> Hits:
    """In the published articles for a product, as one types. Raises NotFound as `about` does."""
    product = scope.product(desk, product_id)
    return _search(desk, text, product.id, typing=True, forgiving=True, most=MOST_HITS)


@query(Permission.READ_ARTICLES)
def similar(desk: OpenDesk, text: str, product_id: int | None) -> tuple[Hit, ...]:
    """The few articles that may answer what a ticket is about; of any product one may read while none is chosen.

    At least half of the words that say something must be there.
    """
    return _search(desk, text, product_id, typing=False, most=MOST_SIMILAR, share=0.5).hits


@command(Permission.USE_CLIENT_SPACE)
def read(desk: OpenDesk, article_ids: Iterable[int]) -> None:
    """Note that I have read them today; those I may not read are passed by."""
    wanted = [id_ for id_ in article_ids if 0 < id_ < 2**31]
    ids = scope.articles(desk).where(_published(), col(Article.id).in_(wanted)).with_only_columns(col(Article.id))
    day = day_of(desk.now)
    rows = [
        {"article_id": id_, "day": day, "user_id": desk.me, "at": desk.now, "decided_at": desk.now + HELPED_AFTER}
        for id_ in desk.session.scalars(ids).all()
    ]
    if rows:
        desk.session.execute(insert_into(desk.session, ArticleRead).values(rows).on_conflict_do_nothing())


@command(Permission.USE_CLIENT_SPACE)
def vote(desk: OpenDesk, article_id: int, helpful: bool) -> None:
    """Did it help me? One answer each, the latest. Raises NotFound."""
    article = scope.article(desk, article_id)
    said = desk.session.get(ArticleVote, (article.id, desk.me))
    said = said or ArticleVote(article_id=article.id, user_id=desk.me, helpful=helpful, at=desk.now)
    said.helpful, said.at = helpful, desk.now
    desk.session.add(said)


def _published() -> ColumnElement[bool]:
    return col(Article.status) == ArticleStatus.PUBLISHED


def _for(desk: OpenDesk, product_id: int | None) -> SelectOfScalar[Article]:
    """The published articles the user may read, about this product or about all; about any without one."""
    statement = scope.articles(desk).where(_published())
    if product_id is None:
        return statement
    return statement.where(col(Article.product_id).is_(None) | (col(Article.product_id) == product_id))


def _page(article: Article, helpful: bool | None) -> Page:
    return Page(
        id=article.id,
        kind=article.kind,
        language=article.language,
        title=article.title,
        body=article.body,
        video_link=article.video_link,
        has_file=article.video_sha256 is not None,
        helpful=helpful,
    )


def _search(
    desk: OpenDesk,
    text: str,
    product_id: int | None,
    *,
    typing: bool,
    most: int,
    forgiving: bool = False,
    share: float = 0,
) -> Hits:
    """The index is asked about what the user may read only, so that no other text tells by its absence."""
    columns = (col(Article.id), col(Article.product_id), col(Article.kind))
    readable = {row[0]: row for row in desk.session.execute(_for(desk, product_id).with_only_columns(*columns))}
    indexed = article_index.of(desk)
    among = readable.keys() & indexed.texts.keys()
    found = indexed.index.find(writing.key(text), among, typing=typing, forgiving=forgiving)
    matches = [match for match in found.matches if match.share >= share][:most]
    hits = tuple(
        Hit(
            id=match.id,
            product_id=readable[match.id][1],
            kind=readable[match.id][2],
            title=excerpts.pieces(indexed.texts[match.id].title, found.words),
            excerpt=excerpts.excerpt(indexed.texts[match.id].body, found.words),
        )
        for match in matches
    )
    return Hits(hits, found.words if hits else frozenset(), all(match.share == 1 for match in matches))
