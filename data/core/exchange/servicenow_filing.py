"""Makes tickets of ServiceNow incidents, with the people and things around them.

Locations become clients, ★3 unless told otherwise, subscribed from the beginning of the year of their first ticket;
callers their contacts; categories products they own; groups technicians. The log has no messages: the first response
is the first change away from New. Both clocks are judged from the history, by the terms that held then.
An incident that is there already stays as it is, even when the file knows more of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from data.core import life, references, ticket_words
from data.core.desk import OpenDesk, Steps
from data.core.exchange import filing, spool
from data.core.exchange.batch import Batch, Part
from data.core.exchange.directory import Directory, star_level, undeliverable
from data.core.exchange.incidents import AFTER_CLOSING, NO_CLIENT, SOURCE, Incident, incident, until_closed
from data.core.exchange.lives import lived
from data.core.exchange.servicenow import read
from data.core.exchange.spool import Group
from data.core.exchange.terms import Terms
from data.core.settings import settings
from models.client import StarLevel
from models.permission import Role
from models.ticket import HistoryEntry, Kind, Ticket
from models.user import Language

AT_A_TIME = 250


def parts(steps: Steps, batch: Batch) -> Iterator[Part]:
    for groups in spool.parts(batch.spool.groups(batch.reject_surplus), AT_A_TIME):
        incidents = list(_incidents(batch, groups))
        with steps.query() as desk:
            new = _new(desk, incidents)
        yield Part(sum(map(len, groups)), partial(_write, batch=batch, incidents=new) if new else None)


def _new(desk: OpenDesk, incidents: Sequence[Incident]) -> Sequence[Incident]:
    known = filing.there(desk.session, SOURCE, [one.number for one in incidents])
    return [one for one in incidents if one.number not in known]


def _write(desk: OpenDesk, batch: Batch, incidents: Sequence[Incident]) -> None:
    new = _new(desk, incidents)  # the same file may be imported elsewhere at this moment
    if not new:
        return
    terms = Terms(desk.session)
    tickets, histories = [], []
    directory = Directory(desk, batch.sums)
    addressed = list(_addressed(directory, batch, new))
    staff = _staff(directory, new)
    for one, ticket in zip(new, addressed, strict=True):
        histories.append(lived(desk.session, terms, ticket, one, staff))
        tickets.append(ticket)
    filing.number(desk.session, tickets)
    ids = filing.insert_tickets(desk.session, [filing.columns(ticket) for ticket in tickets])
    for ticket, history in zip(tickets, histories, strict=True):
        for entry in history:
            entry.ticket_id = ids[ticket.reference]
    entries = [filing.columns(entry) for history in histories for entry in history]
    filing.insert_many(desk.session, HistoryEntry, entries)
    ticket_words.index(desk.session.connection(), ids.values())
    filing.heard(desk.session, ((one.client_id, one.filed_at) for one in tickets if one.channel in life.HEARD))
    batch.sums.tickets += len(new)
    batch.sums.imported += len(new)
    batch.sums.merged -= len(new)


def _incidents(batch: Batch, groups: Sequence[Group]) -> Iterator[Incident]:
    """Those that can be told; the rows that cannot go to the rejects, the others count as merged for now."""
    for rows in groups:
        cells = {row.line: row.cells for row in rows}
        events, after = until_closed([read(line, dict(zip(batch.header, cells[line], strict=True))) for line in cells])
        told = incident(events)
        rejected = [(event.line, AFTER_CLOSING) for event in after]
        if not told.client:
            rejected += [(event.line, NO_CLIENT) for event in events]
        for line, reason in rejected:
            batch.rejects.add(line, reason, cells[line])
        batch.sums.merged += len(rows) - len(rejected)
        if told.client:
            yield told


def _addressed(directory: Directory, batch: Batch, incidents: Sequence[Incident]) -> Iterator[Ticket]:
    """A ticket for each, as it was filed; the clients, contacts and products are made where they are new."""
    clients = _clients(directory, batch, incidents)
    contacts = directory.users(
        {
            undeliverable(one.caller, one.client): _user(one.caller, Role.CONTACT, one.filed_at, clients[one.client])
            for one in incidents
            if one.caller
        }
    )
    products = directory.products([one.product for one in incidents if one.product])
    directory.own({(clients[one.client], products[one.product]) for one in incidents if one.product})
    subscriptions = directory.subscriptions(set(clients.values()))
    for one in incidents:
        client_id = clients[one.client]
        contact = contacts.get(undeliverable(one.caller, one.client)) if one.caller else None
        yield Ticket(
            reference="",
            kind=Kind.INCIDENT,
            channel=one.first.channel,
            subject=one.subject,
            description=one.description,
            client_id=client_id,
            contact_id=contact.id if contact and contact.client_id == client_id else None,
            product_id=products.get(one.product),
            urgency=one.steps[0].urgency,
            star_level=star_level(subscriptions[client_id], one.filed_at),
            filed_at=one.filed_at,
            changed_at=one.filed_at,
            source=SOURCE,
            source_id=one.number,
        )


def _clients(directory: Directory, batch: Batch, incidents: Sequence[Incident]) -> dict[str, int]:
    first: dict[str, datetime] = {}
    for one in incidents:
        first.setdefault(one.client, one.filed_at)
    known = directory.known_clients(first)
    clients = directory.clients(first)
    directory.subscribe(
        [
            {
                "client_id": clients[name],
                "star_level": batch.stars.get(name, StarLevel.THREE),
                "starts_at": datetime(references.year_of(first[name]), 1, 1, tzinfo=settings().zone),
                "ends_at": None,
            }
            for name in first
            if name not in known
        ]
    )
    return clients


def _staff(directory: Directory, incidents: Sequence[Incident]) -> dict[str, int]:
    """The groups' ids by name; new ones are made."""
    groups = {step.technician: one.filed_at for one in incidents for step in one.steps if step.technician}
    found = directory.users(
        {undeliverable(name): _user(name, Role.TECHNICIAN, at) for name, at in sorted(groups.items())}
    )
    return {name: found[undeliverable(name)].id for name in groups}


def _user(name: str, role: Role, at: datetime, client_id: int | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "role": role, "client_id": client_id, "created_at": at}
    return told | {"language": Language.FRENCH, "active": True, "password_hash": None}
