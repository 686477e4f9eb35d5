"""The queue's words: its four orders, what narrows it, and what one line of it tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from models.client import StarLevel
from models.sla import State
from models.ticket import Kind, Service, Status, Urgency

PAGE = 50


class Order(StrEnum):
    """The four orders of the queue (PRODUCT, "The queue")."""

    RECOMMENDED = auto()
    URGENCY = auto()
    STARS = auto()
    ARRIVAL = auto()


ORDER_COLUMNS: dict[Order, Sequence[str]] = {  # all ascending; each ends on the id, so it is total and stable
    Order.RECOMMENDED: ("next_due_at", "urgency_rank", "star_rank", "filed_at", "id"),
    Order.URGENCY: ("urgency_rank", "star_rank", "filed_at", "id"),
    Order.STARS: ("star_rank", "urgency_rank", "filed_at", "id"),
    Order.ARRIVAL: ("filed_at", "urgency_rank", "star_rank", "id"),
}


class Tab(StrEnum):
    TO_DO = auto()
    WAITING = auto()
    RESOLVED_TODAY = auto()


class Holder(StrEnum):
    """Whose tickets: anyone's, mine, or nobody's yet."""

    ANYONE = auto()
    MINE = auto()
    NOBODY = auto()


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows the queue; nothing does by default. `assignee` names one colleague; `before_closing` lets through
    what breaks before the desk closes."""

    service: Service | None = None
    product: int | None = None
    kind: Kind | None = None
    urgency: Urgency | None = None
    star_level: StarLevel | None = None
    holder: Holder = Holder.ANYONE
    assignee: int | None = None
    client: int | None = None
    overdue: bool = False
    before_closing: bool = False
    text: str = ""

    @property
    def narrow(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of the list, with the facts of why it stands there.

    `clock` tells which promise `due_at`, `target` and `left` (opening time) are about; `before` is how many
    tickets the desk takes before it, None outside the queue.
    """

    reference: str
    subject: str
    client: str
    client_id: int
    star_level: StarLevel
    product: str
    kind: Kind
    service: Service
    urgency: Urgency
    status: Status
    assignee: str
    filed_at: datetime
    resolved_at: datetime | None
    due_at: datetime | None
    answered: bool
    target: timedelta | None
    left: timedelta | None
    state: State
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`earlier` and `later` tell whether there is a page before and after."""

    lines: tuple[Line, ...]
    earlier: bool
    later: bool


@dataclass(frozen=True, slots=True)
class Counts:
    open: int
    unassigned: int
    at_risk: int
    breached: int
    filed_today: int
    resolved_today: int
    to_do: int
    waiting: int
