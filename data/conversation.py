"""What is said on a ticket: replies, internal notes, and the thread in which they stand with every change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, not_
from sqlmodel import col, select

from data.core import life, promises, scope
from data.core.desk import OpenDesk, command, query
from data.core.uploads import Upload, attach
from models import writing
from models.attachment import PREVIEWED, Attachment
from models.errors import Refused
from models.message import LONGEST, Message
from models.permission import Permission, Role
from models.ticket import PROMISED, Change, HistoryEntry, Status, Ticket
from models.user import User

SAME_WORDS_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class File:
    id: int
    name: str
    size: int
    previewed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A message or an internal note."""

    id: int
    at: datetime
    author: str
    by_staff: bool
    mine: bool
    body: str
    internal: bool
    caller_verified: bool | None  # None: nobody called
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A change in the ticket's life; see HistoryEntry for what `before` and `after` hold."""

    at: datetime
    author: str
    change: Change
    before: str | None
    after: str | None
    reason: str
    first_response_due: tuple[datetime | None, datetime | None] | None
    resolution_due: tuple[datetime | None, datetime | None] | None


@dataclass(frozen=True, slots=True)
class Thread:
    """The latest entries in order, how many messages came earlier, and the files sent with the description."""

    entries: tuple[Said | Changed, ...]
    earlier: int
    files: tuple[File, ...]
    last_message_id: int


@command(Permission.ANSWER_TICKETS)
def reply(
    desk: OpenDesk,
    reference: str,
    text: str,
    files: Sequence[Upload] = (),
    *,
    ask: bool = False,
    seen: int | None = None,
) -> None:
    """Write to the other side. `ask` makes the ticket wait for the client, which pauses its resolution clock.

    `seen` is the id of the last message the writer has read: Refused when another has come since, be it the writer's
    own from another tab, and when the very same words were sent a moment ago.
    """
    ticket = _to_answer(desk, reference)
    if seen is not None:
        _require_nothing_newer(desk, ticket, seen)
        _require_other_words(desk, ticket, text, files)
    _write(desk, ticket, text, files, internal=False)
    if desk.user.role == Role.CONTACT:
        if ticket.status == Status.WAITING:
            life.change_status(desk, ticket, Status.IN_PROGRESS)
        life.heard(desk, ticket.client_id)
        return
    if ticket.assignee_id is None:
        life.give_to(desk, ticket, desk.session.get_one(User, desk.me))
    if ticket.first_responded_at is None:
        ticket.first_responded_at = desk.now
    if ask and ticket.status != Status.WAITING:
        life.change_status(desk, ticket, Status.WAITING)
    elif ticket.status == Status.NEW:
        life.change_status(desk, ticket, Status.IN_PROGRESS)
    else:
        promises.date(desk.session, ticket)


@command(Permission.WORK_TICKETS)
def note(
    desk: OpenDesk,
    reference: str,
    text: str,
    files: Sequence[Upload] = (),
    *,
    caller_verified: bool | None = None,
) -> None:
    """Write for the staff alone; stops no clock. Of a call on the direct line, say whether the caller gave the code."""
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    _write(desk, ticket, text, files, internal=True, caller_verified=caller_verified)


@query(Permission.READ_TICKETS)
def thread(desk: OpenDesk, reference: str, latest: int = 50) -> Thread:
    """The conversation and the changes among its latest messages. Five queries, however long it is."""
    ticket = scope.ticket(desk, reference)
    readable = scope.messages(desk, ticket)
    count = desk.session.exec(select(func.count()).select_from(readable.subquery())).one()
    newest_first = readable.order_by(col(Message.at).desc(), col(Message.id).desc()).limit(latest)
    messages = list(desk.session.exec(newest_first))[::-1]
    files = _files(desk, ticket)
    earlier = count - len(messages)
    history = _history(desk, ticket, messages[0].at if earlier else None)
    names = _authors(desk, {message.author_id for message in messages} | {entry.author_id for entry in history})
    said = [
        Said(
            id=message.id,
            at=message.at,
            author=names.get(message.author_id, ("", False))[0],
            by_staff=names.get(message.author_id, ("", False))[1],
            mine=message.author_id == desk.user.id,
            body=message.body,
            internal=message.internal,
            caller_verified=message.caller_verified,
            files=tuple(files.get(message.id, ())),
        )
        for message in messages
    ]
    changed = [_changed(entry, names.get(entry.author_id, ("", False))[0]) for entry in history]
    entries: list[Said | Changed] = sorted([*changed, *said], key=lambda entry: (entry.at, isinstance(entry, Changed)))
    return Thread(tuple(entries), earlier, tuple(files.get(None, ())), messages[-1].id if messages else 0)


def _to_answer(desk: OpenDesk, reference: str) -> Ticket:
    find = scope.ticket if desk.user.role == Role.CONTACT else scope.ticket_to_work
    ticket = find(desk, reference)
    ticket.require_open()
    return ticket


def _write(
    desk: OpenDesk,
    ticket: Ticket,
    text: str,
    files: Sequence[Upload],
    *,
    internal: bool,
    caller_verified: bool | None = None,
) -> None:
    body = writing.body(text, LONGEST)
    if not body and not files:
        raise Refused("Write something, or attach a file.")
    message = Message(
        ticket_id=ticket.id,
        at=desk.now,
        author_id=desk.user.id,
        body=body,
        internal=internal,
        caller_verified=caller_verified,
    )
    ticket.changed_at = desk.now
    desk.session.add(message)
    desk.session.flush()
    attach(desk, ticket, message, files)
    life.drop_draft(desk, ticket)


def _require_nothing_newer(desk: OpenDesk, ticket: Ticket, seen: int) -> None:
    """The ticket is locked for this command: of two tabs that send at once, the second finds what the first sent."""
    own_note = and_(col(Message.author_id) == desk.user.id, col(Message.internal))
    newer = scope.messages(desk, ticket).where(col(Message.id) > seen, not_(own_note))
    message = desk.session.exec(newer.order_by(col(Message.id).desc()).limit(1)).first()
    if message is not None and message.author_id == desk.user.id:
        raise Refused("You have just answered from another tab. Read that above, then send again if need be.")
    if message is not None:
        author = _authors(desk, {message.author_id}).get(message.author_id, ("Guichet", True))[0]
        raise Refused("{name} has just written on this ticket. Read it above, then send again.", name=author)


def _require_other_words(desk: OpenDesk, ticket: Ticket, text: str, files: Sequence[Upload]) -> None:
    """Nobody has written since, and the same goes out again: a tab left open, and no new answer."""
    public = scope.messages(desk, ticket).where(~col(Message.internal)).order_by(col(Message.id).desc()).limit(1)
    last = desk.session.exec(public).first()
    if last is None or last.author_id != desk.user.id or desk.now - last.at > SAME_WORDS_WITHIN or files:
        return
    if last.body == writing.body(text, LONGEST):
        raise Refused("You have just sent these very words: they stand above.")


def _files(desk: OpenDesk, ticket: Ticket) -> dict[int | None, list[File]]:
    files: dict[int | None, list[File]] = {}
    for file in desk.session.exec(scope.attachments(desk, ticket).order_by(col(Attachment.id))):
        shown = File(file.id, file.name, file.size, file.mime in PREVIEWED)
        files.setdefault(file.message_id, []).append(shown)
    return files


def _history(desk: OpenDesk, ticket: Ticket, since: datetime | None) -> Sequence[HistoryEntry]:
    """A contact sees statuses and what moved a deadline; who holds a ticket and its links are the desk's affair."""
    statement = select(HistoryEntry).where(col(HistoryEntry.ticket_id) == ticket.id)
    if desk.user.role == Role.CONTACT:
        statement = statement.where(col(HistoryEntry.change).in_([Change.STATUS, *PROMISED]))
    if since is not None:
        statement = statement.where(col(HistoryEntry.at) >= since)
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
