"""Brings in what an export tells after its tickets: calls on the direct line, and how far contacts have read."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from data.core.database import insert_into
from data.core.desk import OpenDesk
from data.core.exchange import filing
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from data.core.exchange.ticket_lookup import TicketLookup
from models.hotline import HotlineCall
from models.message import TicketSeen
from models.permission import STAFF, Role


def calls(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    directory = Directory(desk, batch.sums)
    people = directory.known_users({row.values["author_email"] for row in rows})
    clients = directory.known_clients({row.values["client"] for row in rows} - {""})
    tickets = TicketLookup(desk, (row.values["reference"] for row in rows))
    there = _there(desk, rows)
    new: list[dict[str, Any]] = []
    for row in rows:
        values = row.values
        try:
            technician, client_id = people.get(values["author_email"]), clients.get(values["client"])
            if technician is None or technician.role not in STAFF:
                raise Bad("a call that no colleague took")
            if values["client"] and client_id is None:
                raise Bad("unknown client")
            ticket_id = tickets.of_client(values["reference"], client_id)
            alike, edition = (values["at"], technician.id, client_id), values["edition"] or 1
            if edition > there[alike] + 1:
                raise Bad("one of the same moment is missing before it")
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        batch.sums.count(new=edition > there[alike])
        if edition > there[alike]:
            there[alike] = edition
            told = {name: values[name] for name in ("at", "star_level", "caller_name", "caller_phone")}
            new.append(
                told
                | {"user_id": technician.id, "client_id": client_id, "ticket_id": ticket_id}
                | {"verified": values["caller_verified"]}
            )
    filing.insert_many(desk.session, HotlineCall, new)
    batch.sums.calls += len(new)


def seen(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Told of what is there already, this desk knows better."""
    people = Directory(desk, batch.sums).known_users({row.values["email"] for row in rows})
    tickets = TicketLookup(desk, (row.values["reference"] for row in rows))
    for row in rows:
        try:
            reader = people.get(row.values["email"])
            if reader is None or reader.role != Role.CONTACT:
                raise Bad("a reader who is no contact")
            ticket_id = tickets.of_client(row.values["reference"], reader.client_id)
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        told = {"user_id": reader.id, "ticket_id": ticket_id, "seen_at": row.values["at"]}
        written = insert_into(desk.session, TicketSeen).values(told).on_conflict_do_nothing()
        batch.sums.count(new=desk.session.connection().execute(written).rowcount > 0)


def _there(desk: OpenDesk, rows: Sequence[Read]) -> Counter[tuple[Any, int, int | None]]:
    """How many calls there are at each moment of these, by who took them and of which client."""
    shown = (col(HotlineCall.at), col(HotlineCall.user_id), col(HotlineCall.client_id))
    listed = select(*shown).where(col(HotlineCall.at).in_([row.values["at"] for row in rows]))
    return Counter((at, user_id, client_id) for at, user_id, client_id in desk.session.exec(listed))
