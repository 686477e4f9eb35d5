"""How much a contact, and its company, may send in a while: counted from what is there, read from an index.

Only what comes through a browser counts: neither the staff nor an import or the demo has a quota.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk
from data.core.uploads import StoredFile
from models.attachment import Attachment
from models.errors import Refused
from models.message import Message
from models.permission import Role
from models.quota import DAY, HOUR, MEGABYTE, PER_CLIENT, PER_CONTACT
from models.ticket import Channel, Ticket
from models.user import User


def require_ticket(desk: OpenDesk) -> None:
    """Raises Refused, with the moment from which on it goes on, when enough tickets were created within an hour."""
    if not _holds_for(desk):
        return
    created, at = scope.tickets(desk).where(col(Ticket.channel) == Channel.PORTAL), col(Ticket.filed_at)
    mine = created.where(col(Ticket.contact_id) == desk.me)
    if free := _free_at(desk, mine, at, PER_CONTACT.tickets):
        raise Refused(
            "You have created {count} tickets within an hour; that is the most. You can create another one from {at}"
            " on. Until then, write on a ticket that is open.",
            count=PER_CONTACT.tickets,
            at=free,
        )
    if free := _free_at(desk, created, at, PER_CLIENT.tickets):
        raise Refused(
            "Your company has created {count} tickets within an hour; that is the most. You can create another one from"
            " {at} on. Until then, write on a ticket that is open.",
            count=PER_CLIENT.tickets,
            at=free,
        )


def require_message(desk: OpenDesk) -> None:
    """Raises Refused, with the moment from which on it goes on, when enough messages were sent within an hour."""
    if not _holds_for(desk):
        return
    sent, at = scope.sent_messages(desk), col(Message.at)
    mine = sent.where(col(Message.author_id) == desk.me)
    if free := _free_at(desk, mine, at, PER_CONTACT.messages):
        raise Refused(
            "You have sent {count} messages within an hour; that is the most. You can send another one from {at} on.",
            count=PER_CONTACT.messages,
            at=free,
        )
    if free := _free_at(desk, sent, at, PER_CLIENT.messages):
        raise Refused(
            "Your company has sent {count} messages within an hour; that is the most. You can send another one from"
            " {at} on.",
            count=PER_CLIENT.messages,
            at=free,
        )


def require_room(desk: OpenDesk, files: Sequence[StoredFile]) -> None:
    """Raises Refused, with the moment from which on they fit, when too many megabytes were sent within a day."""
    if not files or not _holds_for(desk):
        return
    sent, size = scope.sent_attachments(desk), sum(file.size for file in files)
    if size > PER_CONTACT.megabytes * MEGABYTE:
        raise Refused(
            "You can send {limit} MB of files within a day, and these are more. Send fewer or smaller ones.",
            limit=PER_CONTACT.megabytes,
        )
    mine = sent.where(col(Attachment.author_id) == desk.me)
    if free := _room_at(desk, mine, size, PER_CONTACT.megabytes):
        raise Refused(
            "You can send {limit} MB of files within a day. These files fit from {at} on; fewer or smaller ones may fit"
            " now.",
            limit=PER_CONTACT.megabytes,
            at=free,
        )
    if free := _room_at(desk, sent, size, PER_CLIENT.megabytes):
        raise Refused(
            "Your company can send {limit} MB of files within a day. These files fit from {at} on; fewer or smaller"
            " ones may fit now.",
            limit=PER_CLIENT.megabytes,
            at=free,
        )


def _holds_for(desk: OpenDesk) -> bool:
    """For contacts in a browser. Their row is locked, so that many requests side by side count one after the other."""
    if desk.user.role != Role.CONTACT or desk.session_id is None:
        return False
    desk.session.exec(select(User.id).where(col(User.id) == desk.me).with_for_update(key_share=True)).one()
    return True


def _free_at(desk: OpenDesk, sent: Any, at: Any, most: int) -> datetime | None:
    """When the oldest of the latest so many is an hour old; None where there are fewer."""
    recent = sent.with_only_columns(at).where(at > desk.now - HOUR).order_by(at.desc())
    oldest: datetime | None = desk.session.execute(recent.offset(most - 1).limit(1)).scalar()
    return oldest + HOUR if oldest else None


def _room_at(desk: OpenDesk, sent: Any, size: int, megabytes: int) -> datetime | None:
    """When enough of the files sent within a day are older than that; None where there is room now."""
    at = col(Attachment.at)
    recent = sent.with_only_columns(at, col(Attachment.size)).where(at > desk.now - DAY)
    left = megabytes * MEGABYTE - size
    rows = desk.session.execute(recent.order_by(at.desc())).all()
    for sent_at, sent_size in rows:
        left -= sent_size
        if left < 0:
            free: datetime = sent_at + DAY
            return free
    return None
