"""Reads the conversation on a ticket: first which messages fit, by number and length, then those with their words."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select, tuple_

from data.core import scope
from data.core.desk import OpenDesk
from models.attachment import PREVIEWED, Attachment
from models.message import Message
from models.permission import Role
from models.thread import Changed, File, Outline, Place, Said
from models.ticket import CLIENT_SEES, HistoryEntry, Ticket
from models.user import User


def outline(
    desk: OpenDesk, ticket: Ticket, messages: int, characters: int, *, notes: bool = True, before: int = 0
) -> Outline:
    """The latest messages, at most so many and so long together, one at least; before that one where it is given.

    Reads no message's words, however long the conversation is.
    """
    readable = scope.messages(desk, ticket)
    if not notes:
        readable = readable.where(col(Message.internal).is_(False))
    keys, until = (col(Message.at), col(Message.id)), None
    if before:
        anchor = desk.session.execute(readable.with_only_columns(*keys).where(col(Message.id) == before)).first()
        if anchor is not None:
            until = anchor[0]
            readable = readable.where(tuple_(*keys) < tuple_(*anchor))
    columns = *keys, func.length(Message.body), func.count().over()
    newest_first = readable.with_only_columns(*columns).order_by(*(key.desc() for key in keys))
    places: list[Place] = []
    count = 0
    for at, id_, length, count in desk.session.execute(newest_first.limit(messages)):  # noqa: B007
        characters -= length
        if characters < 0 and places:
            break
        places.append(Place(id_, at))
    return Outline(tuple(places[::-1]), count - len(places), until)


def has_notes(desk: OpenDesk, ticket: Ticket) -> bool:
    """Are there internal notes that the reader may see?"""
    notes = scope.messages(desk, ticket).where(col(Message.internal)).with_only_columns(col(Message.id))
    return desk.session.execute(notes.limit(1)).first() is not None


def entries(
    desk: OpenDesk,
    ticket: Ticket,
    places: Sequence[Place],
    *,
    notes: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Said | Changed, ...]:
    """These messages with the changes from `since` on and before `until`. Four queries, however many there are."""
    ids = [place.id for place in places]
    messages = desk.session.exec(scope.messages(desk, ticket).where(col(Message.id).in_(ids))).all()
    files = _files(desk, ticket, ids)
    history = _history(desk, ticket, since, until, notes=notes)
    names = _authors(desk, {message.author_id for message in messages} | {entry.author_id for entry in history})
    said = [_said(desk, message, *names.get(message.author_id, ("", False)), files) for message in messages]
    said.sort(key=lambda one: (one.at, one.id))
    changed = [_changed(entry, names.get(entry.author_id, ("", False))[0]) for entry in history]
    found: list[Said | Changed] = [*changed, *said]
    return tuple(sorted(found, key=lambda entry: (entry.at, isinstance(entry, Changed))))


def files_of_description(desk: OpenDesk, ticket: Ticket) -> tuple[File, ...]:
    found = scope.attachments(desk, ticket).where(col(Attachment.message_id).is_(None)).order_by(col(Attachment.id))
    return tuple(map(_file, desk.session.exec(found)))


def name_of(desk: OpenDesk, user_id: int | None) -> str:
    return _authors(desk, {user_id}).get(user_id, ("Guichet", True))[0]


def _said(desk: OpenDesk, message: Message, author: str, by_staff: bool, files: dict[int | None, list[File]]) -> Said:
    return Said(
        id=message.id,
        at=message.at,
        author=author,
        by_staff=by_staff,
        mine=message.author_id == desk.user.id,
        body=message.body,
        internal=message.internal,
        caller_verified=message.caller_verified,
        files=tuple(files.get(message.id, ())),
    )


def _files(desk: OpenDesk, ticket: Ticket, ids: Sequence[int]) -> dict[int | None, list[File]]:
    """By the message they came with."""
    files: dict[int | None, list[File]] = {}
    sent = scope.attachments(desk, ticket).where(col(Attachment.message_id).in_(ids)).order_by(col(Attachment.id))
    for file in desk.session.exec(sent):
        files.setdefault(file.message_id, []).append(_file(file))
    return files


def _file(file: Attachment) -> File:
    return File(file.id, file.name, file.size, file.mime in PREVIEWED)


def _history(
    desk: OpenDesk, ticket: Ticket, since: datetime | None, until: datetime | None, *, notes: bool
) -> Sequence[HistoryEntry]:
    """A client sees statuses and what moved a deadline."""
    statement = select(HistoryEntry).where(col(HistoryEntry.ticket_id) == ticket.id)
    if desk.user.role == Role.CONTACT or not notes:
        statement = statement.where(col(HistoryEntry.change).in_(CLIENT_SEES))
    if since is not None:
        statement = statement.where(col(HistoryEntry.at) >= since)
    if until is not None:
        statement = statement.where(col(HistoryEntry.at) < until)
    return desk.session.exec(statement.order_by(col(HistoryEntry.at), col(HistoryEntry.id))).all()


def _authors(desk: OpenDesk, ids: set[int | None]) -> dict[int | None, tuple[str, bool]]:
    wanted = [one for one in ids if one is not None]
    rows = desk.session.exec(select(User.id, User.name, User.role).where(col(User.id).in_(wanted)))
    return {user_id: (name, role != Role.CONTACT) for user_id, name, role in rows}


def _changed(entry: HistoryEntry, author: str) -> Changed:
    moved = entry.first_response_due_before, entry.first_response_due_after
    moved_resolution = entry.resolution_due_before, entry.resolution_due_after
    return Changed(
        at=entry.at,
        author=author,
        change=entry.change,
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
        first_response_due=moved if moved[0] != moved[1] else None,
        resolution_due=moved_resolution if moved_resolution[0] != moved_resolution[1] else None,
    )
