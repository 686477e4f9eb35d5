"""What is wrong with a desk after a fault: what it acknowledged and lost, and what is there by half only."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data.core import codes, files
from models.access_code import AccessCode, signs
from models.attachment import Attachment
from models.audit import AuditEntry
from models.client import Client
from models.errors import DeskError
from models.message import Message
from models.ticket import Change, HistoryEntry, ReferenceCounter, Status, Ticket, reference

_COUNTED = re.compile(r" has (\d) files$")


@dataclass
class Said:
    """What processes of `load` have said, each whole line of it."""

    facts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, text: bytes) -> None:
        self.facts += [json.loads(line) for line in text.splitlines() if line.endswith(b"}")]

    def all(self, name: str) -> list[dict[str, Any]]:
        return [fact for fact in self.facts if name in fact]


def problems(engine: Engine, said: Said) -> list[str]:
    """None where all is well."""
    with Session(engine) as session:
        return [*_integrity(session), *_half(session), *_lost(session, said)]


def _integrity(session: Session) -> Iterator[str]:
    if session.connection().dialect.name == "sqlite":
        cursor = session.connection().exec_driver_sql
        yield from (str(row) for row in cursor("PRAGMA integrity_check") if row != ("ok",))
        yield from (f"foreign key: {row}" for row in cursor("PRAGMA foreign_key_check"))
    given = sorted(session.exec(select(Ticket.reference)))
    counters = session.exec(select(ReferenceCounter))
    expected = sorted(reference(one.kind, one.year, n) for one in counters for n in range(1, one.last + 1))
    if given != expected:
        yield f"references: {sorted(set(given) ^ set(expected))}"


def _half(session: Session) -> Iterator[str]:
    """Rows without those that belong to them, and files without their bytes."""
    attached = list(session.exec(select(Attachment)))
    on_message = Counter(one.message_id for one in attached)
    on_ticket = Counter(one.ticket_id for one in attached if one.message_id is None)
    history = {
        (entry.ticket_id, entry.after)
        for entry in session.exec(select(HistoryEntry).where(HistoryEntry.change == Change.STATUS))
    }
    audited = set(session.exec(select(AuditEntry.table_name, AuditEntry.row_id)))
    for ticket in session.exec(select(Ticket)):
        if on_ticket[ticket.id] != _count(ticket.subject):
            yield f"{ticket.reference} lacks files"
        if (ticket.id, Status.NEW) not in history or (ticket.id, ticket.status) not in history:
            yield f"{ticket.reference} lacks history"
        if ("ticket", str(ticket.id)) not in audited:
            yield f"{ticket.reference} is not on the audit trail"
        if (ticket.status == Status.RESOLVED) != bool(ticket.solution and ticket.resolved_at):
            yield f"{ticket.reference} is resolved by half"
    for message in session.exec(select(Message)):
        if on_message[message.id] != _count(message.body):
            yield f"message {message.id} lacks files"
    for sha256, size in {(one.sha256, one.size) for one in attached}:
        if fault := _fault(sha256, size):
            yield f"file {sha256}: {fault}"
    for client_id in session.exec(select(Client.id)):
        codes.read(session, client_id)  # raises where the key is lost


def _lost(session: Session, said: Said) -> Iterator[str]:
    tickets = {one.reference: one for one in session.exec(select(Ticket))}
    bodies = set(session.exec(select(Message.body)))
    files_there = set(session.exec(select(Attachment.sha256)))
    for fact in said.all("ticket"):
        if fact["ticket"] not in tickets or tickets[fact["ticket"]].subject != fact["subject"]:
            yield f"lost: {fact}"
    yield from (f"lost: {fact}" for fact in said.all("message") if fact["message"] not in bodies)
    for fact in said.facts:
        yield from (f"lost: file {sha256}" for sha256 in fact.get("files", ()) if sha256 not in files_there)
    taken = Counter(fact["taken"] for fact in said.all("taken"))
    yield from (f"taken twice: {one}" for one, times in taken.items() if times > 1)
    yield from (f"lost: {one} was taken" for one in taken if one not in tickets or not tickets[one].assignee_id)
    for fact in said.all("resolved"):
        if fact["resolved"] not in tickets or tickets[fact["resolved"]].status != Status.RESOLVED:
            yield f"lost: {fact}"
    yield from _lost_codes(session, [fact["code"] for fact in said.all("code")])


def _lost_codes(session: Session, issued: list[str]) -> Iterator[str]:
    """The last one opens, unless a later one was issued that nobody heard of."""
    rows = session.exec(select(AccessCode.id).where(col(AccessCode.issued_by_id).is_not(None))).all()
    if len(rows) < len(issued):
        yield f"lost: {len(issued) - len(rows)} access codes"
    elif issued and len(rows) == len(issued) and codes.find(session, signs(issued[-1])) is None:
        yield "the access code opens nothing"


def _fault(sha256: str, size: int) -> str:
    try:
        with files.read(sha256) as stream:
            content = stream.read()
    except (OSError, DeskError) as error:
        return f"cannot be read: {error}"
    if len(content) != size:
        return f"{len(content)} bytes instead of {size}"
    return "" if hashlib.sha256(content).hexdigest() == sha256 else "other bytes"


def _count(text: str) -> int:
    found = _COUNTED.search(text)
    return int(found[1]) if found else 0
