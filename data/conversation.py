"""What is said on a ticket: replies, internal notes, and the thread in which they stand with every change."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, not_
from sqlmodel import col

from data.core import life, promises, quotas, scope, threads
from data.core.desk import OpenDesk, command, query
from data.core.uploads import StoredFile, attach
from models import writing
from models.errors import Refused
from models.message import LONGEST, Message
from models.permission import Permission, Role
from models.thread import (
    CHARACTERS_PRINTED,
    CHARACTERS_SHOWN,
    MESSAGES_PRINTED,
    MESSAGES_READ,
    MESSAGES_SHOWN,
    Changed,
    Outline,
    Said,
    Thread,
)
from models.ticket import Status, Ticket
from models.user import User

SAME_WORDS_WITHIN = timedelta(minutes=10)


@command(Permission.ANSWER_TICKETS)
def reply(
    desk: OpenDesk,
    reference: str,
    text: str,
    files: Sequence[StoredFile] = (),
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
        ticket.first_responded_at = ticket.changed_at
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
    files: Sequence[StoredFile] = (),
    *,
    caller_verified: bool | None = None,
) -> None:
    """Write for the staff alone; stops no clock. Of a call on the direct line, say whether the caller gave the code."""
    ticket = scope.ticket_to_work(desk, reference)
    ticket.require_open()
    _write(desk, ticket, text, files, internal=True, caller_verified=caller_verified)


@query(Permission.READ_TICKETS)
def thread(desk: OpenDesk, reference: str, latest: int = MESSAGES_SHOWN, characters: int = CHARACTERS_SHOWN) -> Thread:
    """The latest messages, at most so many and so long together, and the changes among them.

    As many queries, and as much text, however long the conversation is.
    """
    ticket = scope.ticket(desk, reference)
    shown = threads.outline(desk, ticket, latest, characters)
    since = shown.places[0].at if shown.earlier else None
    return Thread(
        entries=threads.entries(desk, ticket, shown.places, since=since),
        earlier=shown.earlier,
        files=threads.files_of_description(desk, ticket),
        last_message_id=shown.places[-1].id if shown.places else 0,
    )


@query(Permission.READ_TICKETS)
def outline(desk: OpenDesk, reference: str, *, notes: bool, before: int = 0) -> Outline:
    """Which messages one print holds: the latest, or those before the message of that id. The rest is `earlier`."""
    ticket = scope.ticket(desk, reference)
    return threads.outline(desk, ticket, MESSAGES_PRINTED, CHARACTERS_PRINTED, notes=notes, before=before)


@query(Permission.READ_TICKETS)
def part(desk: OpenDesk, reference: str, whole: Outline, begin: int, *, notes: bool) -> tuple[Said | Changed, ...]:
    """A hundred messages of what `outline` found, from that place on, and the changes up to the next part."""
    ticket = scope.ticket(desk, reference)
    end = begin + MESSAGES_READ
    since = whole.places[begin].at if begin or whole.earlier else None
    until = whole.places[end].at if end < len(whole.places) else whole.until
    places = whole.places[begin:end]
    return threads.entries(desk, ticket, places, notes=notes, since=since, until=until)


@query(Permission.READ_TICKETS)
def has_notes(desk: OpenDesk, reference: str) -> bool:
    """Are there internal notes that the reader may see?"""
    return threads.has_notes(desk, scope.ticket(desk, reference))


def _to_answer(desk: OpenDesk, reference: str) -> Ticket:
    find = scope.ticket if desk.user.role == Role.CONTACT else scope.ticket_to_work
    ticket = find(desk, reference)
    ticket.require_open()
    return ticket


def _write(
    desk: OpenDesk,
    ticket: Ticket,
    text: str,
    files: Sequence[StoredFile],
    *,
    internal: bool,
    caller_verified: bool | None = None,
) -> None:
    body = writing.body(text, LONGEST)
    if not body and not files:
        raise Refused("Write something, or attach a file.")
    quotas.require_message(desk)
    quotas.require_room(desk, files)
    ticket.changed_at = ticket.next_moment(desk.now)
    message = Message(
        ticket_id=ticket.id,
        at=ticket.changed_at,
        author_id=desk.user.id,
        body=body,
        internal=internal,
        caller_verified=caller_verified,
    )
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
        author = threads.name_of(desk, message.author_id)
        raise Refused("{name} has just written on this ticket. Read it above, then send again.", name=author)


def _require_other_words(desk: OpenDesk, ticket: Ticket, text: str, files: Sequence[StoredFile]) -> None:
    """Nobody has written since, and the same goes out again: a tab left open, and no new answer."""
    public = scope.messages(desk, ticket).where(~col(Message.internal)).order_by(col(Message.id).desc()).limit(1)
    last = desk.session.exec(public).first()
    if last is None or last.author_id != desk.user.id or desk.now - last.at > SAME_WORDS_WITHIN or files:
        return
    if last.body == writing.body(text, LONGEST):
        raise Refused("You have just sent these very words: they stand above.")
