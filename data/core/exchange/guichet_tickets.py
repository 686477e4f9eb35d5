"""Files some tickets of an export at a time, each with all of its rows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import col

from data.core import life, references, ticket_words
from data.core.desk import OpenDesk
from data.core.exchange import filing, guichet_relations
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory
from data.core.exchange.guichet import TICKET, Read, created_as, numbered
from data.core.exchange.guichet_names import Names, There
from data.core.exchange.rejects import Bad
from models.attachment import Attachment
from models.message import Message
from models.permission import Role
from models.ticket import HistoryEntry, Kind

Columns = dict[str, Any]


@dataclass
class Whole:
    """A ticket that is new here, with its parts as columns; messages by their number."""

    ticket: Columns
    product: str
    messages: dict[int, Columns] = field(default_factory=dict)
    attachments: list[tuple[int | None, Columns]] = field(default_factory=list)
    history: list[Columns] = field(default_factory=list)
    heard: list[datetime] = field(default_factory=list)  # when the client filed or wrote


def file(desk: OpenDesk, batch: Batch, groups: Sequence[Sequence[Read]]) -> None:
    """The rows of each group are of one reference, its ticket first; their files are stored."""
    directory = Directory(desk, batch.sums)
    names = Names(desk, directory, [row for group in groups for row in group])
    new = list(_new(desk, batch, names, groups))
    if new:
        named = {one.product for one in new} | {entry["former_product"] for one in new for entry in one.history}
        products = directory.products(sorted(named - {""}))
        for one in new:
            one.ticket["product_id"] = products.get(one.product)
            for entry in one.history:
                entry["former_product_id"] = products.get(entry.pop("former_product"))
        directory.own({(one.ticket["client_id"], products[one.product]) for one in new if one.product})
        _insert(desk, new)
        guichet_relations.write(desk, batch, [one.ticket["reference"] for one in new])
        filing.heard(desk.session, ((one.ticket["client_id"], at) for one in new for at in one.heard))
        batch.sums.tickets += len(new)


def _new(desk: OpenDesk, batch: Batch, names: Names, groups: Sequence[Sequence[Read]]) -> Iterator[Whole]:
    there = There(desk, groups)  # the same file may be imported elsewhere at this moment
    sources = _sources(desk, groups)
    for group in groups:
        head, *parts = group
        if there.has(group):
            batch.sums.merged += len(group)
            continue
        try:
            if head.record != TICKET:
                raise Bad("its ticket is not in the file")
            if there.has_another(group):
                raise Bad("the reference is another ticket’s")
            history = [part.values for part in parts if part.record == "history"]
            if numbered(head.values["reference"])[0] not in created_as(head.values, history):
                raise Bad("the reference is of another kind")
            source = head.values["source"], head.values["source_id"]
            if source[0] and source in sources:
                raise Bad("imported before, under another reference")
            whole = Whole(names.ticket(head.values), head.values["product"])
            if head.values["channel"] in life.HEARD:
                whole.heard.append(head.values["filed_at"])
        except Bad as bad:
            for row in group:
                batch.rejects.add(row.line, str(bad), row.cells)
            continue
        sources.add(source)
        batch.sums.imported += 1
        _add_parts(batch, names, whole, parts)
        yield whole


def _sources(desk: OpenDesk, groups: Sequence[Sequence[Read]]) -> set[tuple[str, str]]:
    numbers: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        numbers[group[0].values.get("source", "")].add(group[0].values.get("source_id", ""))
    named = [(source, ids) for source, ids in numbers.items() if source]
    return {(source, one) for source, ids in named for one in filing.there(desk.session, source, ids)}


def _add_parts(batch: Batch, names: Names, whole: Whole, parts: Sequence[Read]) -> None:
    """Attachments come last: they name the message they came with."""
    for row in sorted(parts, key=lambda part: part.record == "attachment"):
        try:
            _add(names, whole, row)
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
        else:
            batch.sums.merged += 1


def _add(names: Names, whole: Whole, row: Read) -> None:
    values = {name: value for name, value in row.values.items() if name not in ("reference", "message")}
    if row.record == TICKET:
        raise Bad("a ticket told twice")
    if values["at"] < whole.ticket["filed_at"]:
        raise Bad("something happened before it was filed")
    author = names.author(values.pop("author_email"))
    columns, number = values | {"author_id": author and author.id}, row.values.get("message")
    if row.record == "history":
        columns["assignee_id"] = names.assignee(columns.pop("assignee_email"))
        texts = {name: values[name] or None for name in ("before", "after")}
        whole.history.append(columns | texts)
    elif row.record == "attachment":
        if number is not None and number not in whole.messages:
            raise Bad("an attachment of a message that is not there")
        whole.attachments.append((number, columns))
    elif number is None or number in whole.messages:
        raise Bad("a message told twice")
    else:
        whole.messages[number] = columns | {"internal": row.record == "note"}
        if author and author.role == Role.CONTACT:
            whole.heard.append(values["at"])


def _insert(desk: OpenDesk, new: Sequence[Whole]) -> None:
    session = desk.session
    last: dict[tuple[Kind, int], int] = {}
    for kind, year, count in (numbered(one.ticket["reference"]) for one in new):
        last[kind, year] = max(count, last.get((kind, year), 0))
    for (kind, year), count in sorted(last.items()):
        references.reserve(session, kind, year, count)
    ids = filing.insert_tickets(session, [one.ticket for one in new])
    message_ids = _insert_messages(desk, ids, new)
    for one in new:
        ticket_id = ids[one.ticket["reference"]]
        for entry in one.history:
            entry["ticket_id"] = ticket_id
        for number, columns in one.attachments:
            columns |= {"ticket_id": ticket_id, "message_id": message_ids.get((ticket_id, number))}
    filing.insert_many(session, HistoryEntry, [entry for one in new for entry in one.history])
    filing.insert_many(session, Attachment, [columns for one in new for _, columns in one.attachments])
    ticket_words.index(session.connection(), ids.values())


def _insert_messages(
    desk: OpenDesk, ids: dict[str, int], new: Sequence[Whole]
) -> dict[tuple[int, int | None], int | None]:
    """Their ids, by ticket and number."""
    said = {(ids[one.ticket["reference"]], n): columns for one in new for n, columns in one.messages.items()}
    if not said:
        return {}
    rows = [columns | {"ticket_id": ticket_id} for (ticket_id, _), columns in said.items()]
    statement = insert(Message).returning(col(Message.id), sort_by_parameter_order=True)
    return dict(zip(said, desk.session.execute(statement, rows).scalars(), strict=True))
