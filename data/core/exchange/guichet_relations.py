"""Relates the tickets of an export: duplicates, follow-ups and links.

A relation is written in the transaction that files the later of its two tickets. So none is lost when an import is
stopped and goes on; and none comes back that somebody has changed since, for between tickets that were both there
nothing is written.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import update
from sqlmodel import col

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.filing import link
from data.core.exchange.guichet import Read, read
from data.core.exchange.guichet_names import There
from data.core.exchange.spool import Relation
from models.ticket import Ticket

AT_A_TIME = 200


def write(desk: OpenDesk, batch: Batch, filed: Collection[str]) -> None:
    """Those of the tickets that were filed just now, as far as the others are there."""
    relations = batch.spool.take_out(filed)
    ids = _ids(desk, batch, relations, filed)
    for one in relations:
        if one.key in ids and one.other in ids:
            batch.sums.merged += 1
            _relate(desk, read(batch, one.line, one.cells), ids[one.key], ids[one.other])
        else:
            batch.spool.put_off(one)


def settle(desk: OpenDesk, batch: Batch) -> None:
    """Count what is still put off at the end: nothing new, or of a ticket that never came."""
    while relations := batch.spool.take_out_some(AT_A_TIME):
        ids = _ids(desk, batch, relations)
        for one in relations:
            if one.key in ids and one.other in ids:
                batch.sums.merged += 1
            else:
                batch.rejects.add(one.line, "the other ticket is not there", one.cells)


def _relate(desk: OpenDesk, row: Read, ticket_id: int, other_id: int) -> None:
    if row.record == "link":
        link(desk.session, ticket_id, other_id, row.values["at"])
        return
    column = Ticket.duplicate_of_id if row.record == "duplicate" else Ticket.follows_id
    unset = update(Ticket).where(col(Ticket.id) == ticket_id, col(column).is_(None))
    desk.session.execute(unset.values({col(column): other_id}))


def _ids(desk: OpenDesk, batch: Batch, relations: Sequence[Relation], filed: Collection[str] = ()) -> dict[str, int]:
    """By reference, but for those that are another ticket's here than in the file."""
    named = {reference for one in relations for reference in (one.key, one.other)}
    listed = scope.every_ticket().where(col(Ticket.reference).in_(named))
    found = desk.session.execute(listed.with_only_columns(col(Ticket.reference), col(Ticket.id)))
    ids = {row.reference: row.id for row in found}
    heads = [[read(batch, row.line, row.cells)] for row in batch.spool.heads(named.difference(filed))]
    there = There(desk, heads)
    for head in heads:
        if there.has_another(head):
            del ids[head[0].values["reference"]]
    return ids
