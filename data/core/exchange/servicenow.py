"""Reads the rows of a ServiceNow event log: each is the state of an incident after an update.

Moments are day-first local times of Paris; `?` is unknown, and so is `-100` but for the state, which must be known.

The log's own column `resolved_at` is not read: it is empty for some 7 % of the resolved incidents. A ticket counts as
resolved from the first row of its last run of `Resolved` and `Closed`. In the log that this was tried on, the two agree
for 98.6 % of the incidents that have one; where they differ ours is nearly always the earlier, by 27 h in the median.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from data.core.cells import unguarded
from data.core.exchange.batch import Batch
from data.core.exchange.rejects import Bad
from data.core.exchange.spool import Spooled
from models import writing
from models.errors import Refused
from models.ticket import Channel, Status, Urgency
from models.timeline import micros, moment

ZONE = ZoneInfo("Europe/Paris")
UNKNOWN = {"", "?", "-100"}
COLUMNS = (
    "number",
    "incident_state",
    "sys_mod_count",
    "opened_at",
    "sys_updated_at",
    "caller_id",
    "contact_type",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "urgency",
    "assignment_group",
    "closed_code",
)

# Waiting for a vendor, a problem or evidence is no business of the client's: its clock runs on.
STATES = {
    "New": Status.NEW,
    "Active": Status.IN_PROGRESS,
    "Awaiting User Info": Status.WAITING,
    "Awaiting Vendor": Status.IN_PROGRESS,
    "Awaiting Problem": Status.IN_PROGRESS,
    "Awaiting Evidence": Status.IN_PROGRESS,
    "Resolved": Status.RESOLVED,
    "Closed": Status.RESOLVED,
}
CLOSED = "Closed"
CHANNELS = {
    "Phone": Channel.PHONE,
    "Email": Channel.MAIL,
    "Self service": Channel.PORTAL,
    "Self-service": Channel.PORTAL,
    "Walk-in": Channel.VISIT,
}
# The urgency, and not the priority made of it and of the impact: ours is what the client says, too.
URGENCIES = {"1 - High": Urgency.CRITICAL, "2 - Medium": Urgency.SERIOUS, "3 - Low": Urgency.LOW}

_MOMENT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Event:
    """None or empty for what the row does not know."""

    line: int
    number: str
    opened_at: datetime
    at: datetime
    order: int  # its place among events of the same moment
    status: Status
    closed: bool
    urgency: Urgency | None
    channel: Channel
    caller: str
    location: str
    category: str
    subcategory: str
    symptom: str
    group: str
    code: str


def spooled(batch: Batch) -> Iterator[Spooled]:
    """The good rows; the bad ones go to the rejects."""
    for line, cells, event in batch.good_rows(COLUMNS, lambda line, _cells, row: _read_past(batch, line, row)):
        at = micros(event.at) + event.order
        yield Spooled(line, event.number, micros(event.opened_at), at, cells)


def _read_past(batch: Batch, line: int, row: Mapping[str, str]) -> Event:
    event = read(line, row)
    batch.require_past(event.at)  # it was opened before
    return event


def read(line: int, row: Mapping[str, str]) -> Event:
    """Raises Bad."""
    number = _text(row["number"], 80)
    state, urgency = row["incident_state"].strip(), row["urgency"].strip()
    if not number:
        raise Bad("no number")
    if state not in STATES:
        raise Bad("unknown state")
    if urgency not in URGENCIES and urgency not in UNKNOWN:
        raise Bad("unknown urgency")
    opened_at, at = _moment(row["opened_at"]), _moment(row["sys_updated_at"])
    if at < opened_at:
        raise Bad("updated before it was opened")
    return Event(
        line=line,
        number=number,
        opened_at=opened_at,
        at=at,
        order=_order(row["sys_mod_count"]),
        status=STATES[state],
        closed=state == CLOSED,
        urgency=URGENCIES.get(urgency),
        channel=CHANNELS.get(row["contact_type"].strip(), Channel.IMPORT),
        caller=_text(row["caller_id"], 120),
        location=_text(row["location"], 200),
        category=_text(row["category"], 120),
        subcategory=_text(row["subcategory"], 120),
        symptom=_text(row["u_symptom"], 120),
        group=_text(row["assignment_group"], 120),
        code=_text(row["closed_code"], 120),
    )


def _moment(text: str) -> datetime:
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise Bad("unreadable moment")
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - of the zone that comes next
    except ValueError:
        raise Bad("unreadable moment") from None
    if not 1971 <= year < 2100:
        raise Bad("a moment out of all reason")
    return moment(local, ZONE)


def _order(text: str) -> int:
    """At most a second's worth: moments are whole seconds."""
    return min(int(text), 999_999) if text.strip().isdecimal() and len(text) < 12 else 0


def _text(text: str, longest: int) -> str:
    try:
        line = writing.line(unguarded(text), longest)
    except Refused:
        raise Bad("a field is too long") from None
    return "" if line in UNKNOWN else line
