"""Brings in what an export tells before its tickets: calendars, clients and what they subscribed to, people.

What is there already stays as it is: its rows count as merged.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from data.core import calendars
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from models import addresses
from models.client import Subscription
from models.errors import Refused
from models.permission import Role
from models.service_level import CalendarVersion
from models.ticket import Service
from models.user import LONGEST_NAME, LONGEST_PHONE

_WORKED_BEFORE = frozenset(Service) - {Service.SALES}  # by technicians, until services were chosen for people
_RULES = ("zone", "hours", "country", "exceptions", "removed")


def bring_in(desk: OpenDesk, batch: Batch, record: str, rows: Sequence[Read]) -> None:
    """Rows of one kind, after all rows of those before it."""
    deed = {"calendar": _calendars, "client": _clients, "subscription": _subscriptions, "person": _people}[record]
    deed(desk, batch, rows)


def require_same_calendars(desk: OpenDesk, rows: Iterable[Read]) -> None:
    """Raises Refused for one that contradicts the desk's: the promises of the file would not be those it tells."""
    for row in rows:
        _same_calendar(desk, _told(row))


def _told(row: Read) -> dict[str, Any]:
    told = {"name": row.values["calendar"], "valid_from": row.values["calendar_from"]}
    return told | {name: row.values[name] for name in _RULES}


def _same_calendar(desk: OpenDesk, told: dict[str, Any]) -> bool:
    """Does the desk have it? Raises Refused where it has another in its place."""
    named = col(CalendarVersion.name) == told["name"], col(CalendarVersion.valid_from) == told["valid_from"]
    there = desk.session.exec(select(CalendarVersion).where(*named)).first()
    if there and any(getattr(there, name) != value for name, value in told.items()):
        raise Refused(
            "The calendar {name} of {at} is not the one of this desk: its deadlines would not be the same.",
            name=there.name,
            at=there.valid_from.date(),
        )
    return there is not None


def _calendars(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    for row in rows:
        told = _told(row)
        there = _same_calendar(desk, told)
        if not there:
            try:
                calendars.build(*(told[name] for name in _RULES))
            except (ValueError, TypeError, AttributeError):
                batch.rejects.add(row.line, "no calendar", row.cells)
                continue
            desk.session.add(CalendarVersion(**told))
            desk.session.flush()
        _count(batch, new=not there)


def _clients(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    directory = Directory(desk, batch.sums)
    wanted: dict[str, datetime] = {}
    details: dict[str, dict[str, Any]] = {}
    there = set(directory.known_clients({row.values["client"] for row in rows}))
    numbers = directory.numbered({row.values["number"] for row in rows})
    for row in rows:
        name, number = row.values["client"], row.values["number"] or None
        if not name:
            batch.rejects.add(row.line, "no client", row.cells)
            continue
        if name not in there and number and numbers.setdefault(number, name) != name:
            batch.rejects.add(row.line, "another client has this number", row.cells)
            continue
        wanted.setdefault(name, row.values["created_at"])
        told = {column: row.values[column] for column in ("phone", "address", "last_contact_at")}
        details.setdefault(name, {"number": number} | told)
        _count(batch, new=name not in there)
        there.add(name)
    directory.clients(wanted, details)


def _subscriptions(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Never two at once: one that meets another of the client is none, unless it is the same."""
    directory = Directory(desk, batch.sums)
    clients = directory.known_clients({row.values["client"] for row in rows})
    held = directory.subscriptions(set(clients.values()))
    new: list[dict[str, Any]] = []
    for row in rows:
        client_id = clients.get(row.values["client"])
        if client_id is None:
            batch.rejects.add(row.line, "unknown client", row.cells)
            continue
        told = {name: row.values[name] for name in ("star_level", "starts_at", "ends_at")}
        one = Subscription(client_id=client_id, **told)
        meeting = [other for other in held[client_id] if _meet(one, other)]
        if any(all(getattr(other, name) == value for name, value in told.items()) for other in meeting):
            _count(batch, new=False)
        elif meeting or not one.star_level or (one.ends_at and one.ends_at <= one.starts_at):
            batch.rejects.add(row.line, "a subscription that cannot be beside the others", row.cells)
        else:
            held[client_id].append(one)
            new.append({"client_id": client_id, **told})
            _count(batch, new=True)
    directory.subscribe(new)


def _people(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    directory = Directory(desk, batch.sums)
    clients = directory.known_clients({row.values["client"] for row in rows})
    wanted: dict[str, dict[str, Any]] = {}
    good = []
    older = "services" not in batch.header
    for row in rows:
        try:
            email, told = _person(row.values, clients)
        except (Bad, Refused) as bad:
            batch.rejects.add(row.line, str(bad) if isinstance(bad, Bad) else "no e-mail address", row.cells)
        else:
            if older and told["role"] == Role.TECHNICIAN:
                told["services"] = _WORKED_BEFORE
            wanted.setdefault(email, told)
            good.append(email)
    there = set(directory.known_users(wanted))
    directory.users(wanted)
    for email in good:
        _count(batch, new=email not in there)
        there.add(email)


def _person(values: dict[str, Any], clients: dict[str, int]) -> tuple[str, dict[str, Any]]:
    email = addresses.email(values["email"])
    told = {name: values[name] for name in ("name", "phone", "role", "language", "active", "created_at", "services")}
    told["client_id"] = clients.get(values["client"])
    if not 0 < len(told["name"]) <= LONGEST_NAME:
        raise Bad("no name, or too long a one")
    if len(told["phone"]) > LONGEST_PHONE:
        raise Bad("phone is too long")
    if (told["role"] == Role.CONTACT) != (told["client_id"] is not None):
        raise Bad("a contact without client, or a colleague with one")
    if told["role"] == Role.CONTACT and told["services"]:
        raise Bad("a contact works no service")
    return email, told


def _meet(one: Subscription, other: Subscription) -> bool:
    before = one.ends_at is not None and one.ends_at <= other.starts_at
    after = other.ends_at is not None and other.ends_at <= one.starts_at
    return not before and not after


def _count(batch: Batch, *, new: bool) -> None:
    batch.sums.imported += new
    batch.sums.merged += not new
