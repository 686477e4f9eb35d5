"""What the figures must be, told from the rows in plain Python: slowly, one ticket and one moment after the other.

It shares with the desk the opening hours of a calendar, and nothing of how facts are found, sealed or counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from data.core import calendars
from models.calendar import Span
from models.service_level import CalendarVersion
from models.ticket import Change, HistoryEntry, Kind, Resolution, Service, Status, Ticket, Urgency

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Fact:
    """What happened is "filed", "came", "went", "responded", "resolved", "response broken" or "resolution broken"."""

    at: datetime
    what: str
    ticket: Ticket
    star_level: int
    urgency: int
    technician: int
    kind: str
    service: str
    product: int
    met: bool | None = None
    business: timedelta | None = None
    wall: timedelta | None = None

    def passes(self, filters) -> bool:
        wanted = {
            "star_level": self.star_level,
            "urgency": self.urgency,
            "technician": self.technician,
            "kind": self.kind,
            "service": self.service,
            "product": self.product,
            "client": self.ticket.client_id,
        }
        return all(getattr(filters, name) in (None, value) for name, value in wanted.items())


def facts(engine, now: datetime) -> list[Fact]:
    """All that happened up to now, in the order of time."""
    with Session(engine) as session:
        told = []
        for ticket in session.exec(select(Ticket)):
            entries = session.exec(select(HistoryEntry).where(HistoryEntry.ticket_id == ticket.id)).all()
            history = sorted(entries, key=lambda entry: (entry.at, entry.id))
            told += _life(session, ticket, history, now)
    return sorted((fact for fact in told if fact.at <= now), key=lambda fact: fact.at)


def _life(session, ticket, history, now):
    def like(at, *, before=False):
        """Stars, urgency, technician, kind, service and product at a moment, or just before it, by undoing what came
        after."""
        star_level, urgency, technician = int(ticket.star_level), int(ticket.urgency), ticket.assignee_id or 0
        kind, service, product = ticket.kind, ticket.service, ticket.product_id or 0
        given = [entry for entry in history if entry.change == Change.ASSIGNEE]
        for entry in reversed(history):
            if entry.at < at or (entry.at == at and not before):
                break
            if entry.change == Change.STAR_LEVEL:
                star_level = int(entry.before)
            if entry.change == Change.URGENCY:
                urgency = int(Urgency[entry.before.upper()])
            if entry.change == Change.ASSIGNEE:
                place = given.index(entry)
                technician = (given[place - 1].assignee_id or 0) if place else 0
            if entry.change == Change.KIND:
                kind = Kind(entry.before)
            if entry.change == Change.SERVICE:
                service = Service(entry.before)
            if entry.change == Change.PRODUCT:
                product = entry.former_product_id or 0
        return star_level, urgency, technician, kind, service, product

    yield Fact(ticket.filed_at, "filed", ticket, *like(ticket.filed_at))
    for at in sorted({entry.at for entry in history if entry.at > ticket.filed_at}):
        if like(at, before=True) != like(at) and (ticket.resolved_at is None or at <= ticket.resolved_at):
            yield Fact(at, "went", ticket, *like(at, before=True))
            yield Fact(at, "came", ticket, *like(at))
    pauses, since = [], None
    for entry in history:
        if entry.change == Change.STATUS:
            if entry.after == Status.WAITING:
                since = entry.at
            elif since:
                pauses.append(Span(since, entry.at))
                since = None
    if since:
        pauses.append(Span(since, now + timedelta(days=9)))
    for name, stop, rests in (
        ("response", ticket.first_responded_at, []),
        ("resolution", ticket.resolved_at, pauses),
    ):
        clock = "first_response" if name == "response" else "resolution"
        target = getattr(ticket, f"{clock}_target")
        version = session.get(CalendarVersion, getattr(ticket, f"{clock}_calendar_id"))
        calendar = calendars.calendar(session, version.id)

        def used(at, calendar=calendar, rests=rests):
            return calendar.elapsed(ticket.filed_at, at, rests)

        end = stop or ticket.resolved_at or now
        if stop:
            what = "responded" if name == "response" else "resolved"
            yield Fact(stop, what, ticket, *like(stop), used(stop) <= target, used(stop), stop - ticket.filed_at)
        if used(end) > target:
            low, high = ticket.filed_at, end
            while low + MICROSECOND < high:
                middle = low + (high - low) // 2
                low, high = (low, middle) if used(middle) > target else (middle, high)
            moved = [
                entry.at
                for entry in history
                if getattr(entry, f"{clock}_due_before") != getattr(entry, f"{clock}_due_after")
            ]
            at = max([high, version.valid_from, *moved])
            yield Fact(at, f"{name} broken", ticket, *like(at))


def attainment(told, clock):
    stop = {"response": "responded", "resolution": "resolved"}[clock]
    met = [fact for fact in told if fact.what == stop and fact.met]
    return len(met), len([fact for fact in told if fact.what == f"{clock} broken"])


def nearest_rank(values, percent):
    """The smallest value that at least so many % are not above."""
    ordered = sorted(values)
    return next((one for n, one in enumerate(ordered, 1) if n * 100 >= percent * len(ordered)), None)


def duplicates(told):
    return len([fact for fact in told if fact.what == "resolved" and fact.ticket.resolution == Resolution.DUPLICATE])
