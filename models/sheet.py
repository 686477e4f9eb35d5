"""A ticket as its page shows it, whole."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.client import StarLevel
from models.sla import LedgerLine, State
from models.ticket import Change, Channel, Kind, Resolution, Service, Status, Urgency


@dataclass(frozen=True, slots=True)
class Move:
    """Why a deadline moved: what was changed (see HistoryEntry), by whom, and the deadline before and after."""

    at: datetime
    author: str
    change: Change
    before: str
    after: str
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, slots=True)
class ClockSheet:
    """One promise: its target and what is left of it (opening time), its deadline, and how that came about."""

    target: timedelta
    due_at: datetime | None
    left: timedelta
    state: State
    stopped_at: datetime | None
    ledger: tuple[LedgerLine, ...]
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """Another ticket that this one has to do with."""

    reference: str
    subject: str
    status: Status


@dataclass(frozen=True, slots=True)
class TicketSheet:
    reference: str
    kind: Kind
    service: Service
    channel: Channel
    caller_verified: bool | None  # None: nobody called the direct line
    urgency: Urgency
    status: Status
    subject: str
    description: str
    client_id: int
    client: str
    star_level: StarLevel
    contact: str
    contact_id: int | None
    contact_email: str
    contact_phone: str  # for the staff, as is the caller's
    caller_name: str
    caller_phone: str
    product_id: int | None
    product: str
    assignee_id: int | None
    assignee: str
    filed_at: datetime
    resolved_at: datetime | None
    resolution: Resolution | None
    solution: str
    resolver: str
    first_response: ClockSheet
    resolution_clock: ClockSheet
    duplicate_of: Related | None
    duplicates: tuple[Related, ...]
    follows: Related | None
    followed_by: tuple[Related, ...]
    linked: tuple[Related, ...]
    before: int | None  # tickets the desk takes first; None outside the queue
    workable: bool  # may I work it?
    mine: bool  # did I file it, or was it filed for me?

    @property
    def is_resolved(self) -> bool:
        return self.status == Status.RESOLVED
