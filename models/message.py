"""The conversation on a ticket, its drafts, and who is looking at it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, document, instant

LONGEST = 50_000  # signs in one message


class Message(Table, table=True):
    """One message. An internal note is never shown to a contact; an automatic one is no first response.

    `caller_verified` is None where nobody called; False where the caller did not say the client's access code.
    """

    __table_args__ = (
        Index("message_by_ticket", "ticket_id", "at", "id"),
        Index("message_by_author", "author_id", "at"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    at: datetime = instant()
    author_id: int | None = Field(default=None, foreign_key="user.id")
    body: str
    internal: bool = False
    automatic: bool = False
    caller_verified: bool | None = None


class Draft(Table, table=True):
    """What somebody has typed on a ticket and not sent yet: it outlives a reload, a restart and a change of machine."""

    audited: ClassVar[bool] = False

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    body: str
    saved_at: datetime = instant()


class FormDraft(Table, table=True):
    """What somebody has typed into a form that is about no ticket yet.

    `form` says which form it is, `fields` hold its texts by name. `key` is the same in every tab that has the form
    open: what is sent with it twice is filed once.
    """

    __tablename__ = "form_draft"

    audited: ClassVar[bool] = False

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    form: str = Field(primary_key=True, max_length=80)
    key: str = Field(max_length=32)
    fields: dict[str, str] = document(default_factory=dict)
    saved_at: datetime = instant()


class TicketSeen(Table, table=True):
    """How far a contact has read a ticket. Whoever neither filed nor opened it has no row: nothing in it is news."""

    __tablename__ = "ticket_seen"

    audited: ClassVar[bool] = False

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    seen_at: datetime = instant()


class Presence(Table, table=True):
    """Somebody of the staff has a ticket open; an entry older than a minute no longer counts."""

    audited: ClassVar[bool] = False

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, index=True)
    seen_at: datetime = instant()
