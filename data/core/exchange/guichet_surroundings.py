"""Brings in the clients of an export, what they subscribed to, and people.

What is there already stays as it is: its rows count as merged.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from models import addresses
from models.client import Subscription
from models.errors import Refused
from models.permission import Role
from models.ticket import Service
from models.user import LONGEST_NAME, LONGEST_PHONE

_WORKED_BEFORE = frozenset(Service) - {Service.SALES}  # by technicians, until services were chosen for people


def clients(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
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
        told = {column: row.values[column] for column in ("phone", "address", "last_contact_at", "next_change_at")}
        details.setdefault(name, {"number": number} | told)
        batch.sums.count(new=name not in there)
        there.add(name)
    directory.clients(wanted, details)


def subscriptions(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
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
            batch.sums.count(new=False)
        elif meeting or not one.star_level or (one.ends_at and one.ends_at <= one.starts_at):
            batch.rejects.add(row.line, "a subscription that cannot be beside the others", row.cells)
        else:
            held[client_id].append(one)
            more = {"cuts_short": row.values["cuts_short"] or False, "former_ends_at": row.values["former_ends_at"]}
            new.append({"client_id": client_id, **told, **more})
            batch.sums.count(new=True)
    directory.subscribe(new)


def people(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
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
        batch.sums.count(new=email not in there)
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
