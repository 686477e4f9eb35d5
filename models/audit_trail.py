"""What the audit trail is narrowed by, and its entries as people read them."""

from dataclasses import dataclass
from datetime import date, datetime

from models.permission import Role

PAGE = 50
EXPORTED = 50_000  # entries of one file
THE_DESK = 0  # as a person: what time, the command line or the server has done


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """`row` is one thing of the kind `table`. `first` and `last` are days of the desk, both included."""

    person: int | None = None
    table: str = ""
    row: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Thing:
    """What an entry is about, where people know it by a name: `kind` is a ticket, a client, a user and so on."""

    kind: str
    id: int
    label: str


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """Values are of the column's type; an id of another row is what that row is called."""

    column: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One changed row. `row` is empty for many at once, whose counts are the changes."""

    id: int
    at: datetime
    person: Person | None  # None: the desk itself
    action: str
    table: str
    row: str
    thing: Thing | None
    changes: tuple[ColumnChange, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The newest first. `following` is the entry that the next page begins after, None on the last one.

    `searched_to`: so far the trail was searched, and there may be more before.
    """

    lines: tuple[AuditLine, ...]
    following: int | None
    searched_to: datetime | None
