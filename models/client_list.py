"""The list of clients: what narrows it, how it is ordered, and what one line of it tells; the parts of one's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.client import StarLevel

PAGE = 50


class Sort(StrEnum):
    NAME = "name"
    UNTIL = "until"  # the end that comes first; of the expired ones, the latest end
    CONTACT = "contact"  # the latest first


class Only(StrEnum):
    """The clients that somebody has to see to."""

    EXPIRING_30 = "expiring-30"
    EXPIRING_60 = "expiring-60"
    EXPIRING_90 = "expiring-90"
    EXPIRED = "expired"
    WITHOUT_CODE = "without-code"  # though entitled to one

    @property
    def within(self) -> timedelta | None:
        """How soon the subscription ends without another to follow."""
        return timedelta(days=int(self.rpartition("-")[2])) if self.startswith("expiring") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFilters:
    """What narrows the list; nothing does by default."""

    text: str = ""
    star_level: StarLevel | None = None
    only: Only | None = None
    product: int | None = None  # that they own


@dataclass(frozen=True, slots=True)
class ClientLine:
    """`until` is the end of what is subscribed without a gap, or was; None: without end, or never anything."""

    id: int
    name: str
    number: str
    star_level: StarLevel
    until: datetime | None
    open_tickets: int
    last_contact_at: datetime | None
    has_code: bool
    phone: str = ""

    @property
    def lacks_code(self) -> bool:
        return self.star_level.has_direct_line and not self.has_code


@dataclass(frozen=True, slots=True)
class ClientPage:
    """`more` tells whether there is a page after it."""

    lines: tuple[ClientLine, ...]
    more: bool


class Which(StrEnum):
    """Of a client's tickets."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


class Section(StrEnum):
    """Of a client's page; its address names it."""

    OVERVIEW = "overview"
    SUBSCRIPTION = "subscription"
    TICKETS = "tickets"
    SERVICE = "service"
    DOCUMENTS = "documents"
