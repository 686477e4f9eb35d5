"""Finds clients as one types: by the beginnings of words of their name, number, contacts' names and addresses.

A word's beginning is one stretch of an index, whatever the number of clients. The flush keeps the words, so that no
command can forget them; whoever writes rows past it, as imports do, calls `index`.
"""

import re
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    inspect,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import col

from data.core.database import insert_into
from models import writing
from models.client import LONGEST_WORD, Client, ClientWord
from models.user import User

FEW = 1000  # clients that are quickly put in any order
LONGEST_KEY = 400
_AT_A_TIME = 500
_LAST = "\U0010ffff"  # no text goes on with a later sign
_WORD = re.compile(r"[^\W_]+")
_CLIENT: Any = Client.__table__  # type: ignore[attr-defined]
_USER: Any = User.__table__  # type: ignore[attr-defined]
_WORDS: Any = ClientWord.__table__  # type: ignore[attr-defined]


def words(text: str, longest: int = writing.LONGEST_FOLDED) -> list[str]:
    """The different words of a text, folded; the longest first, for it says most. `longest`: characters that count."""
    found = {word[:LONGEST_WORD] for word in _WORD.findall(writing.folded(text, longest))}
    return sorted(found, key=lambda word: (-len(word), word))


def begins(column: Any, text: str) -> ColumnElement[bool]:
    """Of a folded column."""
    begun: ColumnElement[bool] = (column >= text) & (column < text + _LAST)
    return begun


def few(session: Session, sought: Sequence[str]) -> list[int] | None:
    """The clients that have the first of these words which only few have, begun at least; None when each has many."""
    for one in sought:
        found = select(col(ClientWord.client_id)).where(begins(col(ClientWord.word), one)).limit(FEW + 1)
        ids = session.scalars(found).all()
        if len(ids) <= FEW:
            return sorted(set(ids))
    return None


def having(sought: Sequence[str]) -> list[ColumnElement[bool]]:
    """Conditions on a client: it has all these words, begun at least."""
    own = [(word, _WORDS.alias()) for word in sought]
    return [_exists(one, col(Client.id), begins(one.c.word, word)) for word, one in own]


def by_word(listed: Select[Any], word: str, after: tuple[str, int] | None) -> Select[Any]:
    """The ids of those clients of the list that have this word, in the order of what they go on to: an index has it.

    A client with several such words stands where its first one does; `after` is the place of the client before."""
    one, former = _WORDS.alias(), _WORDS.alias()
    is_first = ~_exists(former, one.c.client_id, (former.c.word >= word) & (former.c.word < one.c.word))
    found = listed.join(one, one.c.client_id == col(Client.id)).where(begins(one.c.word, word), is_first)
    if after is not None:
        found = found.where(tuple_(one.c.word, one.c.client_id) > tuple_(*after))
    return found.with_only_columns(one.c.client_id).order_by(one.c.word, one.c.client_id)


def place(session: Session, client_id: int, word: str) -> tuple[str, int] | None:
    """Where a client stands in that order."""
    own = col(ClientWord.client_id) == client_id, begins(col(ClientWord.word), word)
    found = session.scalar(select(func.min(ClientWord.word)).where(*own))
    return None if found is None else (found, client_id)


def _exists(own: Any, client_id: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The client has such a word: looked up for one client after the other. Without the offset PostgreSQL would look
    at every client with such a word first, to show fifty of them."""
    return select(own.c.client_id).where(own.c.client_id == client_id, condition).offset(0).exists()


def keep(session: Session, _context: object) -> None:
    """Called by the flush: the words of the clients, and of those whose contacts, it has written."""
    touched = set[int]()
    for row in (*session.new, *session.dirty):
        if isinstance(row, Client) and _changed(row, "name", "number"):
            touched.add(row.id)
        elif isinstance(row, User) and row.client_id is not None and _changed(row, "name", "email", "client_id"):
            touched.add(row.client_id)
    if touched:
        index(session.connection(), touched)


def _changed(row: Client | User, *columns: str) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[column].history.has_changes() for column in columns)


def index(connection: Connection, client_ids: Collection[int] | None = None) -> None:
    """Have these clients found by what they are called now; all of them by default."""
    wanted = select(_CLIENT.c.id).order_by(_CLIENT.c.id)
    ids = sorted(client_ids) if client_ids is not None else connection.scalars(wanted).all()
    for first in range(0, len(ids), _AT_A_TIME):
        _index(connection, ids[first : first + _AT_A_TIME])


def _index(connection: Connection, ids: Sequence[int]) -> None:
    clients = connection.execute(select(_CLIENT.c.id, _CLIENT.c.name, _CLIENT.c.number).where(_CLIENT.c.id.in_(ids)))
    rows = clients.all()
    if not rows:
        return
    contacts = select(_USER.c.client_id, _USER.c.name, _USER.c.email).where(_USER.c.client_id.in_(ids))
    called = groupby(connection.execute(contacts.order_by(_USER.c.client_id)), key=lambda row: row.client_id)
    people = {client_id: " ".join(f"{row.name} {row.email}" for row in found) for client_id, found in called}
    keys = [{"row": row.id, "name_key": writing.folded(row.name)[:LONGEST_KEY]} for row in rows]
    connection.execute(
        update(_CLIENT).where(_CLIENT.c.id == bindparam("row")).values(name_key=bindparam("name_key")), keys
    )
    connection.execute(delete(_WORDS).where(_WORDS.c.client_id.in_(ids)))
    told = [
        {"word": word, "client_id": row.id}
        for row in rows
        for word in {*words(f"{row.name} {row.number or ''} {people.get(row.id, '')}"), *_joined(row.number)}
    ]
    if told:  # a name may have no word, such as "[]"
        # Another command may add the same word to the same client at this moment.
        connection.execute(insert_into(connection, ClientWord).on_conflict_do_nothing(), told)


def _joined(number: str | None) -> list[str]:
    """A number as it is typed without its signs between: "C-00123" is found by "c00123", too."""
    return words("".join(_WORD.findall(writing.folded(number or ""))))
