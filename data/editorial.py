"""Articles as their writers have them: drafted, saved, published, and taken back."""

from dataclasses import dataclass
from datetime import datetime

from data.core import scope
from data.core.desk import OpenDesk, command, query
from data.core.uploads import StoredFile
from models import writing
from models.article import (
    HIGHEST_PLACE,
    LONGEST,
    VIDEO_MIMES,
    Article,
    ArticleKind,
    ArticleStatus,
    secure_link,
)
from models.errors import Refused
from models.permission import Permission
from models.user import Language, User


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a writer decides. `product_id` None is for all products."""

    product_id: int | None
    kind: ArticleKind
    language: Language
    title: str
    body: str
    place: int = 0
    video_link: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article at its desk; `version` is what a save must name."""

    id: int
    version: int
    text: Manuscript
    status: ArticleStatus
    video_name: str
    video_size: int
    changed_at: datetime
    changed_by: str


@query(Permission.WRITE_ARTICLES)
def draft(desk: OpenDesk, article_id: int) -> Draft:
    """Raises NotFound."""
    return _draft(desk, scope.article(desk, article_id))


@command(Permission.WRITE_ARTICLES)
def begin(desk: OpenDesk, text: Manuscript) -> Draft:
    """A new article, as a draft that its writers alone see. Raises Refused for what `save` refuses."""
    article = Article(
        kind=text.kind,
        language=text.language,
        title="",
        body="",
        author_id=desk.user.id,
        changed_by_id=desk.user.id,
        created_at=desk.now,
        changed_at=desk.now,
    )
    _write(desk, article, text)
    desk.session.add(article)
    desk.session.flush()
    return _draft(desk, article)


@command(Permission.WRITE_ARTICLES)
def save(desk: OpenDesk, article_id: int, text: Manuscript, *, seen: int) -> Draft:
    """Save what was written upon the version `seen`; a published article shows it at once.

    Raises NotFound, or Refused when a colleague has saved it meanwhile, the title is missing, a text is too long, or a
    link is no https address.
    """
    article = _seen(desk, article_id, seen)
    _write(desk, article, text)
    return _saved(desk, article)


@command(Permission.WRITE_ARTICLES)
def keep_video(desk: OpenDesk, article_id: int, video: StoredFile | None, *, seen: int) -> Draft:
    """Put this file in the place of the one before; take it away with None.

    Raises Refused for a file that browsers do not play, and as `save` does.
    """
    article = _seen(desk, article_id, seen)
    digest, name, mime, size = None, "", "", 0
    if video is not None:
        digest, name, mime, size = video.sha256, video.name, video.mime, video.size
        if mime not in VIDEO_MIMES:
            raise Refused("“{name}” is no video that every browser plays: MP4 or WebM, please.", name=name)
    article.video_sha256, article.video_name, article.video_mime, article.video_size = digest, name, mime, size
    return _saved(desk, article)


@command(Permission.WRITE_ARTICLES)
def publish(desk: OpenDesk, article_id: int, *, seen: int) -> Draft:
    """Show it to the clients. Raises Refused when there is nothing to show, and as `save` does."""
    article = _seen(desk, article_id, seen)
    article.status, article.published_at = ArticleStatus.PUBLISHED, desk.now
    return _saved(desk, article)


@command(Permission.WRITE_ARTICLES)
def unpublish(desk: OpenDesk, article_id: int, *, seen: int) -> Draft:
    """Make it a draft again: no client sees it any more. Raises as `save` does."""
    article = _seen(desk, article_id, seen)
    article.status, article.published_at = ArticleStatus.DRAFT, None
    return _saved(desk, article)


def _seen(desk: OpenDesk, article_id: int, seen: int) -> Article:
    article = scope.article(desk, article_id)
    if article.version != seen:
        by = desk.session.get(User, article.changed_by_id) if article.changed_by_id else None
        raise Refused(
            "{name} has saved this article since you opened it. What you wrote is still here: compare, then decide.",
            name=by.name if by else "Guichet",
        )
    return article


def _write(desk: OpenDesk, article: Article, text: Manuscript) -> None:
    if text.product_id is not None:
        scope.product(desk, text.product_id)
    article.title = writing.line(text.title, 200)
    if not article.title:
        raise Refused("Please give the article a title.")
    article.body = writing.body(text.body, LONGEST)
    article.product_id, article.kind, article.language = text.product_id, text.kind, text.language
    article.place, article.video_link = max(0, min(text.place, HIGHEST_PLACE)), secure_link(text.video_link)


def _saved(desk: OpenDesk, article: Article) -> Draft:
    """Under a new version. Raises Refused where clients would see an article that has nothing to show."""
    if article.status == ArticleStatus.PUBLISHED:
        if article.kind == ArticleKind.VIDEO and not (article.video_link or article.video_sha256):
            raise Refused("A video needs a link or a file before it is published.")
        if article.kind != ArticleKind.VIDEO and not article.body:
            raise Refused("An article needs a text before it is published.")
    article.version += 1
    article.changed_at, article.changed_by_id = desk.now, desk.user.id
    return _draft(desk, article)


def _draft(desk: OpenDesk, article: Article) -> Draft:
    by = desk.session.get(User, article.changed_by_id) if article.changed_by_id else None
    return Draft(
        id=article.id,
        version=article.version,
        text=Manuscript(
            product_id=article.product_id,
            kind=article.kind,
            language=article.language,
            title=article.title,
            body=article.body,
            place=article.place,
            video_link=article.video_link,
        ),
        status=article.status,
        video_name=article.video_name,
        video_size=article.video_size,
        changed_at=article.changed_at,
        changed_by=by.name if by else "Guichet",
    )
