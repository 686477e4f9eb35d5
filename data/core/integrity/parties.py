"""Checks clients, their subscriptions and codes, people, and the words by which tickets are found."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Integer, String, func, or_, select, type_coerce
from sqlmodel import Session, col

from data.core import codes, finding, keys, subscriptions
from data.core.desk import Desk, OpenDesk, opened
from data.core.integrity.findings import Job, Problem, Section, counted, quoted
from models import access_code, writing
from models.access_code import AccessCode, CodeKey
from models.attachment import Attachment
from models.base import Table
from models.client import DIRECT_LINE_FROM, Client, ClientWord
from models.message import Message
from models.permission import Role
from models.subscription import Standing
from models.ticket import Ticket, TicketLink
from models.ticket_words import TicketWords
from models.user import User

AT_A_TIME = 500

STANDING = Problem("client whose star level or dates are not those of its subscriptions")
NOT_FOUND = Problem("client or ticket that a search does not find")
NO_KEY = Problem(
    "access codes whose key this process does not have",
    "Put back the secret.key of your backup, or set GUICHET_SECRET_KEY. If it is lost for good, “python -m data "
    "replace-lost-key” ends the codes and issues new ones.",
)
UNREADABLE_CODE = Problem(
    "access code that cannot be read, or not be found by what the client says",
    "Issue a new code on the page of the client; the client has to be informed.",
)
ENDED_CODE = Problem("access code of a client below four stars")
PERSON = Problem(
    "account that belongs to no client, or should not belong to one",
    "Disable the account on the page “Users” and invite the person again.",
)
MIXED_UP = Problem("file of another ticket's message, or link that is none", "Compare with a backup.")


def check(job: Job) -> Section:
    section, desk = job.section("Clients, people and codes"), job.desk
    count = 0
    for clients in client_ids(desk):
        count += len(clients)
        with opened(desk, "integrity.check", writes=False, still=True) as looking:
            names = _names(looking.session, clients)
            for client_id in not_settled(looking, clients):
                section.add(STANDING, names[client_id], repair="as its subscriptions say")
            for client_id in not_indexed(looking.session, clients):
                section.add(NOT_FOUND, names[client_id], repair="its words are indexed")
            for client_id in codes_to_end(looking.session, clients):
                section.add(ENDED_CODE, names[client_id], repair="it ends")
            for client_id in _unreadable(looking.session, section, clients):
                section.add(UNREADABLE_CODE, names[client_id])
    with opened(desk, "integrity.check", writes=False, still=True) as looking:
        _rows(looking.session, section)
    section.scope = counted(count, "client")
    return section


def client_ids(desk: Desk) -> Iterator[list[int]]:
    after = 0
    while True:
        with opened(desk, "integrity.check", writes=False) as looking:
            table = _table(Client)
            listed = select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(AT_A_TIME)
            found = list(looking.session.scalars(listed))
        if not found:
            return
        after = found[-1]
        yield found


def repairable(desk: Desk, ids: Sequence[int]) -> bool:
    with opened(desk, "integrity.check", writes=False, still=True) as looking:
        session = looking.session
        return bool(not_settled(looking, ids) or not_indexed(session, ids) or codes_to_end(session, ids))


def not_settled(desk: OpenDesk, ids: Sequence[int]) -> list[int]:
    """Those that are not as their subscriptions are now; or, where the next change is overdue, as they were before it:
    time brings it when the desk starts."""
    table, held = _table(Client), subscriptions.held(desk.session, ids)
    level = type_coerce(table.c.star_level, Integer)
    listed = select(table.c.id, level, table.c.next_change_at, table.c.subscribed_until)
    wrong = []
    for client_id, *standing in desk.session.execute(listed.where(table.c.id.in_(ids)).order_by(table.c.id)):
        overdue = standing[1] is not None and standing[1] <= desk.now
        at = standing[1] - timedelta.resolution if overdue else desk.now
        if tuple(standing) != Standing.of(held[client_id], at):
            wrong.append(client_id)
    return wrong


def not_indexed(session: Session, ids: Sequence[int]) -> list[int]:
    table, word = _table(Client), _table(ClientWord)
    has_words = select(word.c.word).where(word.c.client_id == table.c.id).exists()
    listed = select(table.c.id, table.c.name, table.c.name_key, has_words).where(table.c.id.in_(ids))
    return [
        client_id
        for client_id, name, key, found in session.execute(listed.order_by(table.c.id))
        if key != writing.folded(name)[: finding.LONGEST_KEY] or (not found and finding.words(name))
    ]


def codes_to_end(session: Session, ids: Sequence[int]) -> list[int]:
    """Clients that have left the direct line, and still have a code."""
    table, code = _table(Client), _table(AccessCode)
    live = select(table.c.id).join(code, code.c.client_id == table.c.id).where(code.c.ended_at.is_(None))
    below = type_coerce(table.c.star_level, Integer) < int(DIRECT_LINE_FROM)
    return list(session.scalars(live.where(table.c.id.in_(ids), below).order_by(table.c.id)))


def tickets_without_words() -> Any:
    """Their ids, in order."""
    ticket, words = _table(Ticket), _table(TicketWords)
    missing = select(ticket.c.id).outerjoin(words, words.c.ticket_id == ticket.c.id).where(words.c.ticket_id.is_(None))
    return missing.order_by(ticket.c.id)


def _unreadable(session: Session, section: Section, ids: Sequence[int]) -> Iterator[int]:
    code = _table(AccessCode)
    listed = select(code.c.client_id, code.c.cipher, code.c.lookup).where(code.c.ended_at.is_(None))
    live = session.execute(listed.where(code.c.client_id.in_(ids)).order_by(code.c.client_id)).all()
    fingerprint = session.scalar(select(col(CodeKey.fingerprint)))
    if not live:
        return
    try:
        key = codes.of(keys.ring(), fingerprint or "")
    except (ValueError, OSError):
        section.add(NO_KEY, "the fingerprint of the database is another one", count=len(live))
        return
    for client_id, cipher, lookup in live:
        try:
            plain = key.decrypt(cipher, codes.owner(client_id))
        except (InvalidTag, ValueError):
            yield client_id
        else:
            if key.lookup(plain) != lookup or not access_code.is_code(plain):
                yield client_id


def _rows(session: Session, section: Section) -> None:
    """Invariants of single rows, which no constraint of the database keeps."""
    user, file, message, link = (_table(one) for one in (User, Attachment, Message, TicketLink))
    is_contact = type_coerce(user.c.role, String) == Role.CONTACT.value
    astray: ColumnElement[bool] = or_(
        is_contact & user.c.client_id.is_(None), ~is_contact & user.c.client_id.is_not(None)
    )
    for email, role in session.execute(select(user.c.email, type_coerce(user.c.role, String)).where(astray)):
        section.add(PERSON, f"{email} ({role})")
    for email in session.scalars(select(user.c.email).where(user.c.email != func.lower(user.c.email))):
        section.add(PERSON, f"{email}: an address is written in small letters, or nobody can sign in with it")
    others = file.join(message, message.c.id == file.c.message_id)
    astray = message.c.ticket_id != file.c.ticket_id
    for number, name in session.execute(select(file.c.id, file.c.name).select_from(others).where(astray)):
        section.add(MIXED_UP, f"attachment {number}, {quoted(name)}")
    for one, other in session.execute(
        select(link.c.ticket_id, link.c.other_id).where(link.c.ticket_id >= link.c.other_id)
    ):
        section.add(MIXED_UP, f"link of ticket {one} with {other}")
    missing = session.scalar(select(func.count()).select_from(tickets_without_words().order_by(None).subquery()))
    if missing:
        section.add(NOT_FOUND, f"{missing} tickets", repair="their words are indexed", count=missing)


def _names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    table = _table(Client)
    return {row[0]: row[1] for row in session.execute(select(table.c.id, table.c.name).where(table.c.id.in_(ids)))}


def _table(table: type[Table]) -> Any:
    return table.__table__  # type: ignore[attr-defined]
