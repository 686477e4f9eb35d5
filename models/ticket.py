"""The ticket: its words, its life, and its history."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum, auto
from typing import ClassVar

from sqlalchemy import Column, Computed, Index, Integer, UniqueConstraint, text
from sqlmodel import Field

from models.base import Choice, Table, choice, duration, instant
from models.client import StarLevel
from models.errors import Refused


class Kind(StrEnum):
    INCIDENT = auto()
    REQUEST = auto()
    ENQUIRY = auto()  # a message to a service other than the technical one


class Service(StrEnum):
    TECHNICAL = auto()
    LOGISTICS = auto()
    ACCOUNTING = auto()
    SALES = auto()


class Urgency(IntEnum):
    """Chosen by the client for an incident; the other kinds have none."""

    NONE = 0
    LOW = 1
    SERIOUS = 2
    CRITICAL = 3


class Status(StrEnum):
    NEW = auto()
    IN_PROGRESS = auto()
    WAITING = auto()  # for the client: the resolution clock stands still
    RESOLVED = auto()  # final


class Channel(StrEnum):
    PORTAL = auto()
    PHONE = auto()
    MAIL = auto()
    VISIT = auto()
    IMPORT = auto()


class Resolution(StrEnum):
    SOLVED = auto()
    DUPLICATE = auto()
    WITHDRAWN = auto()


PREFIX = {Kind.INCIDENT: "INC", Kind.REQUEST: "REQ", Kind.ENQUIRY: "ENQ"}

_MAY_BECOME = {
    Status.NEW: {Status.IN_PROGRESS, Status.WAITING, Status.RESOLVED},
    Status.IN_PROGRESS: {Status.WAITING, Status.RESOLVED},
    Status.WAITING: {Status.IN_PROGRESS, Status.RESOLVED},
    Status.RESOLVED: set[Status](),
}

IN_QUEUE = "status IN ('new', 'in_progress')"  # as text: an index serves only a query that repeats its words
OPEN = "status != 'resolved'"
RESOLVED = "status = 'resolved'"
RESPONSE_MAY_BREAK = "(first_responded_at IS NULL OR first_responded_at > first_response_due_at)"  # or is broken
RESOLUTION_MAY_BREAK = "(resolved_at IS NULL OR resolved_at > resolution_due_at)"


def _partial(name: str, where: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Ticket(Table, table=True):
    """One incident, service request or enquiry.

    `star_level`, the targets and their calendars are a snapshot: what was promised, in which opening hours.
    `resolution_due_at` is None while the clock stands still. `next_due_at` is the deadline that comes first of
    those still running; after `next_warning_at` less than a quarter of that target is left, and after `next_late_at`
    it is broken: that is later than the deadline only where the deadline falls at closing.
    `urgency_rank` and `star_rank` turn "highest first" into ascending columns, so that an index can be walked.
    """

    __table_args__ = (
        _partial(
            "queue_recommended", IN_QUEUE, "next_due_at", "urgency_rank", "star_rank", "filed_at", "id", "service"
        ),
        _partial("queue_urgency", IN_QUEUE, "urgency_rank", "star_rank", "filed_at", "id", "service"),
        _partial("queue_stars", IN_QUEUE, "star_rank", "urgency_rank", "filed_at", "id", "service"),
        _partial("queue_arrival", IN_QUEUE, "filed_at", "urgency_rank", "star_rank", "id", "service"),
        _partial("ticket_open", OPEN, "status", "assignee_id", "next_warning_at", "next_late_at", "service"),
        _partial("ticket_resolved_at", RESOLVED, "resolved_at", "id"),
        _partial("ticket_open_by_client", OPEN, "client_id", "filed_at", "id"),
        _partial("ticket_resolved_by_client", RESOLVED, "client_id", "resolved_at", "id"),
        _partial(
            "ticket_open_figures",
            OPEN,
            *("status", "assignee_id", "star_level", "urgency", "kind", "service", "product_id", "client_id"),
            *("filed_at", "first_responded_at", "next_due_at", "next_late_at"),
            *("first_response_calendar_id", "first_response_due_at", "resolution_calendar_id", "resolution_due_at"),
        ),
        _partial("ticket_response_may_break", RESPONSE_MAY_BREAK, "first_response_due_at"),
        _partial("ticket_resolution_may_break", RESOLUTION_MAY_BREAK, "resolution_due_at"),
        Index("ticket_first_responded_at", "first_responded_at"),
        Index("ticket_by_client", "client_id", "filed_at", "id"),
        Index("ticket_filed_at", "filed_at"),
        Index("ticket_form_key", "form_key", unique=True),
        UniqueConstraint("source", "source_id", name="ticket_source"),
    )

    id: int = Field(default=None, primary_key=True)
    reference: str = Field(max_length=20, unique=True)
    kind: Kind = choice(Kind)
    service: Service = choice(Service, default=Service.TECHNICAL)
    channel: Channel = choice(Channel, default=Channel.PORTAL)
    caller_verified: bool | None = None  # by the client's access code; None: nobody called the direct line
    caller_name: str = Field(default="", max_length=120)  # who called, where it was no contact
    caller_phone: str = Field(default="", max_length=40)
    subject: str = Field(max_length=200)
    description: str
    client_id: int = Field(foreign_key="client.id")
    contact_id: int | None = Field(default=None, foreign_key="user.id")
    product_id: int | None = Field(default=None, foreign_key="product.id")
    assignee_id: int | None = Field(default=None, foreign_key="user.id")
    urgency: Urgency = choice(Urgency, default=Urgency.NONE)
    star_level: StarLevel = choice(StarLevel, default=StarLevel.NONE)
    status: Status = choice(Status, default=Status.NEW)
    filed_at: datetime = instant()
    changed_at: datetime = instant()

    first_response_calendar_id: int | None = Field(default=None, foreign_key="calendar.id")
    first_response_target: timedelta | None = duration(default=None)
    first_response_due_at: datetime | None = instant(default=None)
    first_responded_at: datetime | None = instant(default=None)
    resolution_calendar_id: int | None = Field(default=None, foreign_key="calendar.id")
    resolution_target: timedelta | None = duration(default=None)
    resolution_due_at: datetime | None = instant(default=None)
    resolved_at: datetime | None = instant(default=None)
    next_due_at: datetime | None = instant(default=None)
    next_warning_at: datetime | None = instant(default=None)
    next_late_at: datetime | None = instant(default=None)

    resolution: Resolution | None = choice(Resolution, default=None)
    solution: str = ""
    duplicate_of_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    follows_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    source: str | None = Field(default=None, max_length=40)  # the desk it was imported from
    source_id: str | None = Field(default=None, max_length=80)  # its number there
    form_key: str | None = Field(default=None, max_length=80)  # of the form it was sent with: one form, one ticket

    urgency_rank: int | None = Field(default=None, sa_column=Column(Integer, Computed("-urgency", persisted=True)))
    star_rank: int | None = Field(default=None, sa_column=Column(Integer, Computed("-star_level", persisted=True)))

    def become(self, status: Status) -> None:
        """Change status as a ticket's life allows (PRODUCT, "Life of a ticket").

        Raises Refused when the ticket is resolved, or cannot go there from where it is.
        """
        self.require_open()
        if status not in _MAY_BECOME[self.status]:
            raise Refused("Ticket {reference} cannot go back to that status.", reference=self.reference)
        self.status = status

    def next_moment(self, now: datetime) -> datetime:
        """When something that is done now happens to the ticket: after all that happened to it before.

        The clock may have been set back, or another server's may be some seconds ahead.
        """
        return max(now, self.changed_at)

    def require_open(self) -> None:
        if self.status == Status.RESOLVED:
            raise Refused(
                "Ticket {reference} is resolved, and that is final. Create a follow-up instead.",
                reference=self.reference,
            )


class TicketLink(Table, table=True):
    """Two tickets that have to do with each other; kept once, the lower id first."""

    __tablename__ = "ticket_link"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    other_id: int = Field(foreign_key="ticket.id", primary_key=True, index=True)
    at: datetime = instant()


class ReferenceCounter(Table, table=True):
    """The last number given, for each kind and year. Locked by the filing transaction, so that no number is lost."""

    __tablename__ = "reference_counter"

    audited: ClassVar[bool] = False

    kind: Kind = Field(sa_column=Column(Choice(Kind), primary_key=True))
    year: int = Field(primary_key=True)
    last: int


class Change(StrEnum):
    """What an entry of a ticket's history is about."""

    STATUS = auto()
    URGENCY = auto()
    ASSIGNEE = auto()
    LINK = auto()
    STAR_LEVEL = auto()
    CALENDAR = auto()
    TARGET = auto()
    KIND = auto()
    SERVICE = auto()
    SUBJECT = auto()
    PRODUCT = auto()
    CONTACT = auto()


PROMISED = (Change.URGENCY, Change.STAR_LEVEL, Change.CALENDAR, Change.TARGET, Change.KIND)  # what may move a deadline
CORRECTED = (Change.SERVICE, Change.SUBJECT, Change.PRODUCT, Change.CONTACT)
CLIENT_SEES = (Change.STATUS, *PROMISED, *CORRECTED)  # who holds a ticket and its links are the desk's affair


class HistoryEntry(Table, table=True):
    """One change in a ticket's life. The entries about status are the status history that pauses are read from.

    `before` and `after` hold values (a status, an urgency, a number of stars, a kind, a service), names of assignees,
    contacts, products or calendars (the same twice when its hours have changed), subjects, references of tickets, or
    both targets in words ("4 h / 16 h"). Where the change moved a deadline, the old and the new ones are kept beside
    it; where it is one of the assignee, so is who has the ticket from then on, for names are not unique; where it is
    one of the product, so is the one before, for names may change.
    """

    __tablename__ = "history_entry"
    __table_args__ = (
        Index("history_by_ticket", "ticket_id", "at", "id"),
        Index("history_by_moment", "at", "ticket_id"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    at: datetime = instant()
    author_id: int | None = Field(default=None, foreign_key="user.id")
    change: Change = choice(Change)
    before: str | None = None
    after: str | None = None
    assignee_id: int | None = None
    former_product_id: int | None = None
    reason: str = ""
    first_response_due_before: datetime | None = instant(default=None)
    first_response_due_after: datetime | None = instant(default=None)
    resolution_due_before: datetime | None = instant(default=None)
    resolution_due_after: datetime | None = instant(default=None)


def reference(kind: Kind, year: int, number: int) -> str:
    return f"{PREFIX[kind]}-{year}-{number:06d}"
