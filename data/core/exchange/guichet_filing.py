"""Brings in the tickets of an export as they were: references, clocks, conversation, history, files and relations.

Deadlines are taken as they are told: what was promised, and judged, is never judged again.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from data.core.desk import OpenDesk, Steps
from data.core.exchange import guichet_files, guichet_parts, guichet_relations, guichet_tickets, spool
from data.core.exchange.batch import Batch, Part
from data.core.exchange.guichet import TICKET, Read, read
from data.core.exchange.guichet_names import There
from data.core.exchange.rejects import Bad
from data.core.exchange.spool import Group, Spooled
from data.core.uploads import plain_name

AT_A_TIME = 200  # tickets
SURROUNDINGS_AT_A_TIME = 500  # rows

Rows = list[Read]


def parts(steps: Steps, batch: Batch) -> Iterator[Part]:
    """Raises Refused, before anything is written, for calendars and targets that contradict the desk's."""
    with steps.query() as desk:
        for record in guichet_parts.RULES:
            guichet_parts.require_same(desk, record, (_read(batch, row) for row in batch.spool.starting(record)))
    for record, groups in groupby(batch.spool.groups(batch.reject_surplus), _section):
        if record != TICKET:
            for some in spool.parts(groups, SURROUNDINGS_AT_A_TIME):
                rows = _store(batch, [_read(batch, row) for group in some for row in group])
                yield Part(sum(map(len, some)), partial(guichet_parts.bring_in, batch=batch, record=record, rows=rows))
            continue
        for some in spool.parts(groups, AT_A_TIME):
            with steps.query() as desk:
                new = _new(desk, batch, [[_read(batch, row) for row in group] for group in some])
            stored = [_store(batch, rows) if rows[0].record == TICKET else rows for rows in new]
            write = partial(guichet_tickets.file, batch=batch, groups=stored) if stored else None
            yield Part(sum(map(len, some)), write)
    with steps.query() as desk:
        guichet_relations.settle(desk, batch)


def _read(batch: Batch, row: Spooled) -> Read:
    return read(batch, row.line, row.cells)


def _section(group: Group) -> str:
    return group[0].key.partition(" ")[0] if " " in group[0].key else TICKET


def _new(desk: OpenDesk, batch: Batch, groups: Sequence[Rows]) -> list[Rows]:
    """Those to be filed; the others are counted."""
    there = There(desk, groups)
    new = [rows for rows in groups if not there.has(rows)]
    batch.sums.merged += sum(map(len, groups)) - sum(map(len, new))
    return new


def _store(batch: Batch, rows: Rows) -> Rows:
    """The rows, with type and size of the files that they name, whose bytes the desk has from now on; those that it
    cannot have are rejected. Before the transaction, for it may take long."""
    kept = []
    for row in rows:
        if row.values.get("sha256"):
            name = plain_name(row.values["name"])
            try:
                mime, size = guichet_files.bring_in(batch.path, name, row.values["sha256"])
            except Bad as bad:
                batch.rejects.add(row.line, str(bad), row.cells)
                continue
            row.values.update(name=name, mime=mime, size=size)
        kept.append(row)
    return kept
