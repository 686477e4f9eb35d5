"""Brings in the articles of an export, who read them, and whether they helped."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import col

from data.core import products, scope
from data.core.database import insert_into
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory, Known
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from data.core.exchange.ticket_lookup import TicketLookup
from models import writing
from models.article import VIDEO_MIMES, Article, ArticleRead, ArticleStatus, ArticleVote
from models.base import Table
from models.permission import STAFF, Role

Told = Callable[[dict[str, Any], Known], dict[str, Any]]

_ALIKE = ("kind", "language", "created_at", "title")  # what tells an article that is there already


def articles(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    people = Directory(desk, batch.sums).known_users(
        {row.values[name] for row in rows for name in ("author_email", "changed_by_email")}
    )
    about = products.known(desk.session, {row.values["product"] for row in rows} - {""})
    there = _there(desk, [row.values["created_at"] for row in rows])
    new: dict[int, dict[str, Any]] = {}
    for row in rows:
        number = row.values["article"]
        try:
            if number in batch.articles or number in new:
                raise Bad("an article told twice")
            told = _columns(row.values, people, about)
            found = there.get(tuple(told[name] for name in _ALIKE))
            if found is None:
                new[number] = told | _video(row.values)
            else:
                batch.articles[number] = found
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
        else:
            batch.sums.count(new=found is None)
    if new:
        statement = insert(Article).returning(col(Article.id), sort_by_parameter_order=True)
        ids = desk.session.execute(statement, list(new.values())).scalars()
        batch.articles |= zip(new, ids, strict=True)
        batch.sums.articles += len(new)


def reads(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    tickets = TicketLookup(desk, (row.values["reference"] for row in rows))

    def told(values: dict[str, Any], reader: Known) -> dict[str, Any]:
        ticket_id = tickets.of_client(values["reference"], reader.client_id)
        return {name: values[name] for name in ("day", "at", "decided_at")} | {"ticket_id": ticket_id}

    _react(desk, batch, rows, ArticleRead, told)


def votes(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    def told(values: dict[str, Any], _reader: Known) -> dict[str, Any]:
        return {name: values[name] for name in ("at", "helpful")}

    _react(desk, batch, rows, ArticleVote, told)


def _react(desk: OpenDesk, batch: Batch, rows: Sequence[Read], table: type[Table], told: Told) -> None:
    """Contacts, and what they did with an article: told twice, the first counts."""
    people = Directory(desk, batch.sums).known_users({row.values["email"] for row in rows})
    for row in rows:
        try:
            reader, article_id = people.get(row.values["email"]), batch.articles.get(row.values["article"])
            if reader is None or reader.role != Role.CONTACT:
                raise Bad("a reader who is no contact")
            if article_id is None:
                raise Bad("unknown article")
            columns = told(row.values, reader) | {"article_id": article_id, "user_id": reader.id}
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        written = insert_into(desk.session, table).values(columns).on_conflict_do_nothing()
        batch.sums.count(new=desk.session.connection().execute(written).rowcount > 0)


def _columns(values: dict[str, Any], people: dict[str, Known], about: dict[str, int]) -> dict[str, Any]:
    """All but for the file of a video."""
    if values["product"] and values["product"] not in about:
        raise Bad("unknown product")
    told = {name: values[name] for name in ("kind", "language", "body", "version", "created_at", "changed_at")}
    for column, name in (("author_id", "author_email"), ("changed_by_id", "changed_by_email")):
        writer = people.get(values[name])
        if values[name] and (writer is None or writer.role not in STAFF):
            raise Bad("an author who is no colleague")
        told[column] = writer and writer.id
    published_at = values["published_at"]
    return told | {
        "product_id": about.get(values["product"]),
        "place": values["position"],
        "title": writing.line(values["subject"], 200),
        "video_link": values["link"],
        "status": ArticleStatus.PUBLISHED if published_at else ArticleStatus.DRAFT,
        "published_at": published_at,
    }


def _video(values: dict[str, Any]) -> dict[str, Any]:
    """Its file is stored."""
    if not values["sha256"]:
        return {"video_name": "", "video_mime": "", "video_size": 0, "video_sha256": None}
    if values["mime"] not in VIDEO_MIMES:
        raise Bad("a video that not every browser plays")
    return {f"video_{name}": values[name] for name in ("name", "mime", "size", "sha256")}


def _there(desk: OpenDesk, created: Sequence[Any]) -> dict[tuple[Any, ...], int]:
    shown = (*(col(getattr(Article, name)) for name in _ALIKE), col(Article.id))
    listed = scope.every_article().where(col(Article.created_at).in_(created)).with_only_columns(*shown)
    return {tuple(alike): id_ for *alike, id_ in desk.session.execute(listed)}
