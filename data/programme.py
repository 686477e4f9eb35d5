"""What a contact's own company has subscribed to, and what each programme gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col

from data import tickets
from data.core import calendars, desk_settings, direct_line, scope, subscriptions
from data.core.days import day_of, last_day
from data.core.desk import OpenDesk, command, query
from data.tickets import TicketForm
from models.client import Client, StarLevel
from models.direct_line import DirectLine
from models.errors import Refused
from models.permission import Permission
from models.subscription import Outlook
from models.target import Target
from models.ticket import OPEN, Kind, Service, Ticket, Urgency

ENDS_SOON = timedelta(days=60)  # long enough to order a renewal
_CODE = "access-code"  # what the key of the form begins with by which a code is asked for


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`until` is the last day of the present programme, renewals of it included; None without an end or without a
    programme. `ends_soon`: nothing follows it, and its end is near. `next_level` begins on the day `next_begins`.

    `line` and `line_number` are those of the direct line; none below four stars.
    `asked` is the reference of the enquiry by which an access code was asked for, as long as it is open.
    """

    client: str
    client_id: int
    star_level: StarLevel
    until: date | None
    ends_soon: bool
    next_level: StarLevel
    next_begins: date | None
    line: DirectLine | None
    line_number: str
    asked: str


@dataclass(frozen=True, slots=True)
class Programme:
    """What one star level gives: `hours` by weekday ("mon" …), in which its targets count and, from four stars on, the
    direct line is open; `targets` of incidents, the most urgent first, and then of service requests.

    `begins` is the day on which it becomes the client's own, where that is planned."""

    star_level: StarLevel
    mine: bool
    begins: date | None
    hours: Mapping[str, Sequence[Sequence[str]]]
    targets: tuple[Target, ...]


@query(Permission.USE_CLIENT_SPACE)
def mine(desk: OpenDesk) -> Subscribed:
    client = scope.client(desk, desk.user.client_id)
    outlook = _outlook(desk, client.id)
    level, ends_at, begins_at = outlook.star_level, outlook.ends_at, outlook.next_starts_at
    followed = begins_at is not None and begins_at == ends_at
    return Subscribed(
        client=client.name,
        client_id=client.id,
        star_level=level,
        until=last_day(ends_at),
        ends_soon=ends_at is not None and not followed and ends_at - desk.now <= ENDS_SOON,
        next_level=outlook.next_level,
        next_begins=day_of(begins_at) if begins_at else None,
        line=direct_line.line(desk.session, level, desk.now),
        line_number=desk_settings.direct_line_number(desk.session) if level.has_direct_line else "",
        asked=_asked(desk, client),
    )


@query(Permission.USE_CLIENT_SPACE)
def every(desk: OpenDesk) -> tuple[Programme, ...]:
    """The three of them, as the service levels promise them now."""
    own = _outlook(desk, desk.user.client_id or 0)
    held = [Target.of(one) for one in calendars.service_levels(desk.session, desk.now)]
    return tuple(_programme(desk, level, own, held) for level in StarLevel if level != StarLevel.NONE)


@command(Permission.USE_CLIENT_SPACE)
def ask_for_code(desk: OpenDesk, subject: str, description: str) -> str:
    """Ask the sales service for the access code that four and five stars bring; the reference of the enquiry.

    As long as one is open, asking again gives its reference; of two who ask at once, the second gets the first's.
    Raises Refused below four stars.
    """
    own = scope.clients(desk).where(col(Client.id) == desk.user.client_id).with_for_update(key_share=True)
    client = desk.session.exec(own).one()
    if client.star_level < StarLevel.FOUR:
        raise Refused("Access codes are for clients with four or five stars.")
    if asked := _asked(desk, client):
        return asked
    form = TicketForm(
        kind=Kind.ENQUIRY,
        service=Service.SALES,
        subject=subject,
        description=description,
        form_key=f"{_CODE}-{desk.now.timestamp():.0f}",
    )
    return tickets.file(desk, form)


def _asked(desk: OpenDesk, client: Client) -> str:
    asked = col(Ticket.form_key).contains(f"-{_CODE}-", autoescape=True)
    open_ones = scope.tickets(desk).where(scope.in_words(OPEN), col(Ticket.client_id) == client.id, asked)
    found = desk.session.exec(open_ones.order_by(col(Ticket.filed_at).desc()).limit(1)).first()
    return found.reference if found else ""


def _outlook(desk: OpenDesk, client_id: int) -> Outlook:
    return Outlook.of(subscriptions.held(desk.session, [client_id])[client_id], desk.now)


def _programme(desk: OpenDesk, level: StarLevel, own: Outlook, held: Sequence[Target]) -> Programme:
    """The hours are those of an incident of no urgency, as they are for the direct line."""
    theirs = [target for target in held if target.star_level == level and target.kind != Kind.ENQUIRY]
    theirs.sort(key=lambda one: (one.kind == Kind.REQUEST, -one.urgency))
    usual = next(one for one in theirs if (one.kind, one.urgency) == (Kind.INCIDENT, Urgency.NONE))
    hours = calendars.calendar_version(desk.session, usual.calendar, desk.now).hours
    begins = day_of(own.next_starts_at) if own.next_starts_at and level == own.next_level else None
    return Programme(level, level == own.star_level, begins, hours, tuple(theirs))
