"""The conversation on a ticket as it is read: messages, internal notes and the changes between them."""

from dataclasses import dataclass
from datetime import datetime

from models.ticket import Change

MESSAGES_SHOWN = 50  # at a time on a page
CHARACTERS_SHOWN = 200_000  # in these, so that a page of the longest messages stays a page
PAGES_SHOWN = 10  # so often one can ask for earlier ones; the print has the rest
MESSAGES_PRINTED, CHARACTERS_PRINTED = 1_000, 1_000_000  # at a time: some 300 pages
MESSAGES_READ = 100  # at a time while a ticket is printed


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in the conversation."""

    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Outline:
    """Which messages are shown, in order and without their words; how many come earlier; and, where they are not the
    latest ones, when the message after them was written.
    """

    places: tuple[Place, ...]
    earlier: int
    until: datetime | None = None
