"""Self-help: the chapters of a manual, frequent questions and tutorial videos, by product."""

from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from typing import ClassVar
from urllib.parse import urlsplit

from sqlalchemy import Index
from sqlmodel import Field

from models import writing
from models.base import Table, choice, instant
from models.errors import Refused
from models.user import Language

LONGEST = 100_000  # signs in one article
LONGEST_LINK = 500
HIGHEST_PLACE = 999
VIDEO_MIMES = ("video/mp4", "video/webm")  # what every browser plays


class ArticleKind(StrEnum):
    MANUAL = auto()  # one chapter of it
    FAQ = auto()
    VIDEO = auto()


class ArticleStatus(StrEnum):
    DRAFT = auto()  # for its writers only
    PUBLISHED = auto()


class Article(Table, table=True):
    """Without a product it belongs to all of them. `body` is Markdown.

    `place` orders the articles of one kind, lowest first; equal ones by id. `version` counts the saves: whoever saves
    says which one they read. A video is a link, or a file of ours, or both.
    Rows are never deleted, so that the sum of all versions tells whether any article has changed; the index has it.
    """

    __table_args__ = (Index("article_by_status", "status", "id", "version"),)

    id: int = Field(default=None, primary_key=True)
    product_id: int | None = Field(default=None, foreign_key="product.id", index=True)
    kind: ArticleKind = choice(ArticleKind)
    language: Language = choice(Language)
    place: int = 0
    title: str = Field(max_length=200)
    body: str
    video_link: str = Field(default="", max_length=LONGEST_LINK)
    video_name: str = Field(default="", max_length=255)
    video_mime: str = Field(default="", max_length=120)
    video_size: int = 0
    video_sha256: str | None = Field(default=None, max_length=64)
    status: ArticleStatus = choice(ArticleStatus, default=ArticleStatus.DRAFT)
    version: int = 1
    author_id: int | None = Field(default=None, foreign_key="user.id")
    changed_by_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = instant()
    changed_at: datetime = instant()
    published_at: datetime | None = instant(default=None)


HELPED_AFTER = timedelta(days=3)


class ArticleRead(Table, table=True):
    """A contact read an article: once a day, of the desk's zone, at most. `at` is the first time of that day.

    It helped where its reader filed no technical ticket about the product within HELPED_AFTER; an article about all
    products, and a ticket about none, meet any. `ticket_id` is the first such ticket; `decided_at` is when it is known:
    when that was filed, or when the time is over.
    """

    __tablename__ = "article_read"
    __table_args__ = (
        Index("article_read_by_user", "user_id", "at"),
        Index("article_read_decided", "decided_at", "article_id", "ticket_id", "user_id"),
    )

    audited: ClassVar[bool] = False

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    day: date = Field(primary_key=True)
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    at: datetime = instant()
    decided_at: datetime = instant()
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")


class ArticleVote(Table, table=True):
    """Did it help? One answer a contact, which may change."""

    __tablename__ = "article_vote"

    audited: ClassVar[bool] = False

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    helpful: bool
    at: datetime = instant()


def secure_link(text: str) -> str:
    """The address of a video elsewhere, or nothing. Raises Refused for what is no https address."""
    link = writing.line(text, LONGEST_LINK)
    try:
        parts = urlsplit(link)
        fine = not link or bool(parts.scheme == "https" and parts.hostname and not parts.username and " " not in link)
    except ValueError:
        fine = False
    if not fine:
        raise Refused("The link of a video begins with https://, such as https://videos.example.org/…")
    return link
