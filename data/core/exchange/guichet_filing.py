"""Brings in the tickets of an export as they were: references, clocks, conversation, history, files and relations.

Deadlines are taken as they are told: what was promised, and judged, is never judged again.
"""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import update
from sqlmodel import col

from data.core import audit, scope
from data.core.desk import OpenDesk
from data.core.exchange import guichet_parts, guichet_tickets
from data.core.exchange.batch import Batch
from data.core.exchange.filing import link
from data.core.exchange.guichet import TICKET, Read, read
from data.core.exchange.spool import Spooled, batches
from models.ticket import Ticket

AT_A_TIME = 200


def write(desk: OpenDesk, batch: Batch) -> None:
    total, done = len(batch.spool), 0
    for record, groups in groupby(batch.spool.groups(), _section):
        for some in batches(groups, AT_A_TIME):
            rows = [[read(batch, row.line, row.cells) for row in group] for group in some]
            if record != TICKET:
                guichet_parts.bring_in(desk, batch, record, [row for group in rows for row in group])
            else:
                guichet_tickets.file(desk, batch, rows)
            done += sum(map(len, rows))
            batch.progress(done, total)
    for put_off in batches(batch.spool.put_off_rows(), AT_A_TIME):
        _relate(desk, batch, [read(batch, line, cells) for line, cells in put_off])
    audit.batch(desk.session, TICKET, read=batch.sums.read, imported=batch.sums.imported, rejected=batch.sums.bad)


def _section(group: list[Spooled]) -> str:
    return group[0].key.partition(" ")[0] if " " in group[0].key else TICKET


def _relate(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Relations of tickets that this import filed, once all of them are there."""
    named = {row.values[end] for row in rows for end in ("reference", "other")}
    listed = scope.every_ticket().where(col(Ticket.reference).in_(named))
    found = desk.session.execute(listed.with_only_columns(col(Ticket.reference), col(Ticket.id)))
    ids = {row.reference: row.id for row in found}
    for row in rows:
        ticket_id, other_id = ids[row.values["reference"]], ids.get(row.values["other"])
        if other_id is None or other_id == ticket_id:
            batch.rejects.add(row.line, "the other ticket is not there", row.cells)
            continue
        batch.sums.merged += 1
        if row.record == "link":
            link(desk.session, ticket_id, other_id, row.values["at"])
        else:
            column = "duplicate_of_id" if row.record == "duplicate" else "follows_id"
            desk.session.execute(update(Ticket).where(col(Ticket.id) == ticket_id).values({column: other_id}))
