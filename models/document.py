"""A client's papers: quotes, orders and invoices. Their bytes lie in the file store, named by their hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto

from sqlalchemy import Index, text
from sqlmodel import Field

from models import writing
from models.base import Table, choice, instant
from models.errors import Refused

SHOWN_IN_A_TAB = {"application/pdf"}  # by the browser's own viewer, which no page of ours can be reached from
LONGEST_NUMBER, LONGEST_TITLE, LONGEST_REASON = 60, 200, 300
_EARLIEST, _AHEAD = date(1980, 1, 1), timedelta(days=366)  # what is dated before or later was mistyped


class DocumentKind(StrEnum):
    QUOTE = auto()
    ORDER = auto()
    INVOICE = auto()


@dataclass(frozen=True, slots=True)
class Paper:
    """What is said of a file before it is added; None or empty where that is not known yet.

    `said_kind` and `said_date` are what somebody wrote there that could not be read.
    """

    kind: DocumentKind | None = None
    number: str = ""
    title: str = ""
    dated: date | None = None
    said_kind: str = ""
    said_date: str = ""


def problems(paper: Paper, today: date) -> Iterator[Refused]:
    """Everything that keeps the paper from being added, not only the first of it."""
    if paper.kind is None and paper.said_kind:
        yield Refused("“{text}” is neither a quote nor an order nor an invoice.", text=paper.said_kind)
    elif paper.kind is None:
        yield Refused("Say what it is: a quote, an order or an invoice.")
    if not paper.number.strip():
        yield Refused("Give the number of the document.")
    for text_, longest in ((paper.number, LONGEST_NUMBER), (paper.title, LONGEST_TITLE)):
        try:
            writing.line(text_, longest)
        except Refused as too_long:
            yield too_long
    if paper.dated is None and paper.said_date:
        yield Refused("“{text}” is no date: write it like 2026-03-31 or 31/03/2026.", text=paper.said_date)
    elif paper.dated is None:
        yield Refused("Give the date written on the document.")
    elif not _EARLIEST <= paper.dated <= today + _AHEAD:
        yield Refused("The date {date} cannot be right.", date=paper.dated)


_KEPT = text("removed_at IS NULL")


class Document(Table, table=True):
    """`dated` is the date written on it, `at` when it was added; `mime` is what the content says, not its name.

    One that is removed is seen by nobody any more; who did it and why stay on the audit trail.
    """

    __table_args__ = (
        # A client's papers from the newest on, all of them or those of a kind.
        Index("document_by_client", "client_id", "dated", "id", sqlite_where=_KEPT, postgresql_where=_KEPT),
        Index("document_by_kind", "client_id", "kind", "dated", "id", sqlite_where=_KEPT, postgresql_where=_KEPT),
        Index(
            "document_once",
            *("client_id", "number", "sha256"),
            unique=True,
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    kind: DocumentKind = choice(DocumentKind)
    number: str = Field(max_length=LONGEST_NUMBER)
    title: str = Field(default="", max_length=LONGEST_TITLE)
    sought: str  # number and title as a search sees them: no accents, no capitals
    dated: date
    name: str = Field(max_length=255)
    mime: str = Field(max_length=120)
    size: int
    sha256: str = Field(max_length=64, index=True)
    added_by_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = instant()
    removed_at: datetime | None = instant(default=None)
    removed_because: str = Field(default="", max_length=LONGEST_REASON)
