"""Brings in the quotes, orders and invoices of an export. Their files are stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange import filing
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from models import writing
from models.document import Document
from models.permission import STAFF

Once = tuple[int, str, str]  # a client, a number and a file, of which there is one that is not removed


class There:
    """Documents that are there already. One that has been removed here does not come back."""

    def __init__(self, desk: OpenDesk, digests: Sequence[str]) -> None:
        self._all, self._in_use = set[tuple[Once, datetime]](), set[Once]()
        listed = scope.every_document().where(col(Document.sha256).in_(digests))
        for one in desk.session.exec(listed):
            self.add((one.client_id, one.number, one.sha256), one.at, one.removed_at)

    def has(self, once: Once, at: datetime, removed_at: datetime | None) -> bool:
        return (once, at) in self._all or (removed_at is None and once in self._in_use)

    def add(self, once: Once, at: datetime, removed_at: datetime | None) -> None:
        self._all.add((once, at))
        if removed_at is None:
            self._in_use.add(once)


def documents(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    directory = Directory(desk, batch.sums)
    clients = directory.known_clients({row.values["client"] for row in rows})
    people = directory.known_users({row.values["author_email"] for row in rows})
    there = There(desk, [row.values["sha256"] for row in rows])
    new: list[dict[str, Any]] = []
    for row in rows:
        values = row.values
        try:
            client_id, author = clients.get(values["client"]), people.get(values["author_email"])
            if client_id is None:
                raise Bad("unknown client")
            if values["author_email"] and (author is None or author.role not in STAFF):
                raise Bad("an author who is no colleague")
            this = (client_id, values["number"], values["sha256"]), values["at"], values["removed_at"]
            known = there.has(*this)
            if not known:
                new.append(_columns(values) | {"client_id": client_id, "added_by_id": author and author.id})
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        batch.sums.count(new=not known)
        there.add(*this)
    filing.insert_many(desk.session, Document, new)
    batch.sums.documents += len(new)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    names = ("kind", "number", "title", "dated", "name", "mime", "size", "sha256", "at", "removed_at")
    more = {"sought": writing.folded(f"{values['number']} {values['title']}"), "removed_because": values["reason"]}
    return {name: values[name] for name in names} | more
