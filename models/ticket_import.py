"""An import of tickets: it is written in many transactions, and may be stopped between two of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlmodel import Field

from models.base import Table, instant

STOPPED_AFTER = timedelta(minutes=2)  # without a step; each takes a second or so
REMEMBERED_FOR = timedelta(days=7)  # whoever has not gone on by then will not


class TicketImport(Table, table=True):
    """A file, and how far it has been written. The same file goes on with the same row until it is finished."""

    __tablename__ = "ticket_import"
    audited: ClassVar[bool] = False  # the audit trail says that it begins and what it has done, not each of its steps

    id: int = Field(default=None, primary_key=True)
    file: str = Field(max_length=255)
    sha256: str = Field(max_length=64, index=True)
    rows: int  # that are good
    written_rows: int = 0
    begun_at: datetime = instant()
    written_at: datetime = instant()  # when the last step was
    finished_at: datetime | None = instant(default=None)


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """What is known of an import that is not over: the figures are of a part of its tickets."""

    file: str
    begun_at: datetime
    stopped: bool
