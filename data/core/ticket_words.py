"""Finds a client's tickets by the words of subject, description, solution and public messages.

Accents and word forms are forgiven: a word matches where it begins like the word asked for, or like its stem. The
flush maintains the words, so that no command can forget them; code that writes rows past it, as imports do, calls
`index`. An internal note never gets in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, false, func, inspect, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from data.core import finding
from data.core.database import insert_into
from models import search
from models.client import LONGEST_WORD
from models.message import Message
from models.ticket import Ticket
from models.ticket_words import TicketWords

MOST_WORDS = 2_000  # of one ticket
MOST_CHARACTERS = 20_000  # of one text
_MOST_ASKED = 8  # words of one question
_SHORTEST_STEM = 4
_AT_A_TIME = 500
_TEXTS = ("subject", "description", "solution")
_TICKET: Any = Ticket.__table__  # type: ignore[attr-defined]
_MESSAGE: Any = Message.__table__  # type: ignore[attr-defined]
_WORDS: Any = TicketWords.__table__  # type: ignore[attr-defined]


def having(client_id: int | None, asked: str) -> ColumnElement[bool]:
    """A condition on a ticket of this client: it has every word asked for."""
    words = list(search.words(asked))[:_MOST_ASKED]
    matches = [_has(asked[word.start : word.end], word.folded[:LONGEST_WORD]) for word in words]
    found = select(col(TicketWords.ticket_id)).where(col(TicketWords.client_id) == client_id, *matches)
    return col(Ticket.id).in_(found) if words else false()


def keep(session: Session, _context: object) -> None:
    """Called by the flush: adds the words of new texts; reads a ticket again when one of its texts is replaced."""
    texts: dict[int, list[str]] = defaultdict(list)
    changed = set[int]()
    for row in session.new:
        if isinstance(row, Ticket):
            texts[row.id] += [row.subject, row.description, row.solution or ""]
        elif isinstance(row, Message) and not row.internal:
            texts[row.ticket_id].append(row.body)
    for row in session.dirty:
        if isinstance(row, Ticket) and _changed(row, "subject", "description", "client_id"):
            changed.add(row.id)
        elif isinstance(row, Ticket) and _changed(row, "solution"):
            texts[row.id].append(row.solution or "")
    if changed:
        index(session.connection(), changed)
    _add(session.connection(), {id_: said for id_, said in texts.items() if id_ not in changed})


def index(connection: Connection, ticket_ids: Collection[int]) -> None:
    """Have these tickets found by what they say now."""
    ids = sorted(ticket_ids)
    for first in range(0, len(ids), _AT_A_TIME):
        some = ids[first : first + _AT_A_TIME]
        tickets = select(_TICKET.c.id, *(_TICKET.c[name] for name in _TEXTS)).where(_TICKET.c.id.in_(some))
        texts = {row[0]: [text or "" for text in row[1:]] for row in connection.execute(tickets)}
        beginning = func.substr(_MESSAGE.c.body, 1, MOST_CHARACTERS)
        messages = select(_MESSAGE.c.ticket_id, beginning).where(_MESSAGE.c.ticket_id.in_(some))
        for ticket_id, body in connection.execute(messages.where(~_MESSAGE.c.internal).order_by(_MESSAGE.c.id)):
            texts[ticket_id].append(body)
        connection.execute(delete(_WORDS).where(_WORDS.c.ticket_id.in_(some)))
        _add(connection, texts)


def _changed(row: Ticket, *columns: str) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in columns)


def _has(written: str, folded: str) -> ColumnElement[bool]:
    beginnings = {folded} | {stem for stem in search.stems(written) if len(stem) >= _SHORTEST_STEM}
    shortest = [one for one in beginnings if not any(one != other and one.startswith(other) for other in beginnings)]
    return or_(*(col(TicketWords.words).contains(f" {one}", autoescape=True) for one in sorted(shortest)))


def _add(connection: Connection, texts: dict[int, list[str]]) -> None:
    if not texts:
        return
    known = select(_WORDS.c.ticket_id, _WORDS.c.words).where(_WORDS.c.ticket_id.in_(texts))
    before = {row.ticket_id: row.words for row in connection.execute(known)}
    owners = select(_TICKET.c.id, _TICKET.c.client_id).where(_TICKET.c.id.in_(texts))
    rows = [
        {"ticket_id": id_, "client_id": client_id, "words": _joined(before.get(id_, "").split(), texts[id_])}
        for id_, client_id in connection.execute(owners)
    ]
    if rows:
        insert = insert_into(connection, TicketWords)
        changes = {"client_id": insert.excluded.client_id, "words": insert.excluded.words}
        connection.execute(insert.on_conflict_do_update(index_elements=["ticket_id"], set_=changes), rows)


def _joined(known: Iterable[str], texts: Iterable[str]) -> str:
    """What is known stays: a ticket with too many words is found by its first ones."""
    found = dict.fromkeys(known)
    for text in texts:
        found |= dict.fromkeys(finding.words(text, MOST_CHARACTERS))
    return f" {' '.join(list(found)[:MOST_WORDS])} "
