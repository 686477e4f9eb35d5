"""Files sent with a ticket or a message. Their bytes lie in the file store, named by their hash."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, instant

PREVIEWED = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # safe to draw in a page; SVG can carry script


class Attachment(Table, table=True):
    """`message_id` is None for a file sent with the description. `mime` is what the content says, not its name."""

    __table_args__ = (Index("attachment_by_author", "author_id", "at", "size"),)

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    name: str = Field(max_length=255)
    mime: str = Field(max_length=120)
    size: int
    sha256: str = Field(max_length=64, index=True)
    author_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = instant()
