"""Repairs what follows from other rows: each command some rows, in a short transaction, on the audit trail.

Each looks again at what it is given, within its own transaction: somebody may have changed it since the check.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Integer, insert, select, type_coerce, update

from data.core import audit, codes, finding, recount, redated_rows, subscriptions, ticket_words
from data.core import references as numbers
from data.core.desk import OpenDesk, command
from data.core.integrity import history_rules, parties, references, ticket_rows, ticket_rules
from data.core.integrity import tickets as ticket_checks
from data.core.integrity.findings import Repair
from data.core.integrity.tickets import Found
from models.base import Instant
from models.client import DIRECT_LINE_FROM, Client
from models.errors import Refused
from models.permission import Permission
from models.subscription import Standing
from models.ticket import Change, HistoryEntry, Kind, ReferenceCounter, Ticket
from models.timeline import instant

_TABLES: dict[str, Any] = {
    "ticket": Ticket.__table__,  # type: ignore[attr-defined]
    "history_entry": HistoryEntry.__table__,  # type: ignore[attr-defined]
}
_COUNTED = {ticket_rules.HOLDER, ticket_rules.RESOLVED, ticket_rules.ANSWERED, history_rules.UNKNOWN_STATE}


@command(Permission.IMPORT)
def tickets(desk: OpenDesk, ids: Sequence[int]) -> int:
    """How many rows were repaired: what their history and messages determine, then their deadlines.

    Where the figures of past days change with it, these days are counted again.
    """
    repaired, since = 0, set[int]()
    for _ in range(2):  # a deadline follows from what the first round has repaired
        found = [one for one in ticket_checks.faults(desk, ticket_rows.some(desk.session, ids)) if one.fault.repairs]
        since |= {moment for one in found if (moment := _counted_since(one)) is not None}
        repaired += _apply(desk, (repair for one in found for repair in one.fault.repairs))
    if since:
        recount.drop(desk.session, instant(min(since)))
    if repaired:
        audit.batch(desk.session, "ticket", repaired=repaired)  # every process then reads them again
    return repaired


@command(Permission.IMPORT)
def answer(desk: OpenDesk, entry_id: int, side: str, value: str) -> None:
    """What somebody found out about a value of a ticket's history that was unknown. Raises Refused for other values."""
    entry = _TABLES["history_entry"]
    listed = select(entry.c.ticket_id).where(entry.c.id == entry_id)
    ticket_id = desk.session.scalar(listed) if 0 < entry_id < 2**31 else None
    found = ticket_rows.some(desk.session, [ticket_id]) if ticket_id is not None else []
    entry_row = next((one for row in found for one in row.history if one.id == entry_id), None)
    by_name = {change.value: facts for change, facts in history_rules.CHAINED.items()}
    facts = by_name.get(entry_row.change) if entry_row else None
    if entry_row is None or facts is None or facts.known is None or side not in ("before", "after"):
        raise Refused("There is no entry {id} with a value that can be answered for.", id=entry_id)
    if history_rules.known(facts, getattr(entry_row, side)):
        raise Refused("The value of entry {id} is known: nothing was changed.", id=entry_id)
    if not history_rules.known(facts, value):
        known = ", ".join(sorted(str(one) for one in facts.known))
        raise Refused("“{value}” is none of: {known}.", value=value[:40], known=known)
    repair = Repair("history_entry", entry_id, {side: getattr(entry_row, side)}, {side: value}, "as somebody answered")
    _apply(desk, [repair])
    audit.batch(desk.session, "ticket", repaired=1)


@command(Permission.IMPORT)
def index_tickets(desk: OpenDesk) -> int:
    """Some of the tickets that no search finds; 0 when there is none."""
    ids = list(desk.session.scalars(parties.tickets_without_words().limit(parties.AT_A_TIME)))
    ticket_words.index(desk.session.connection(), ids)
    return len(ids)


@command(Permission.IMPORT, alone=True)
def clients(desk: OpenDesk, ids: Sequence[int]) -> int:
    """How many clients were repaired: what their subscriptions come to, their words, a code that should have ended.

    A code that is live stays, for the client knows it by heart; one who has none gets one with four stars.
    """
    unsettled, unindexed = parties.not_settled(desk, ids), parties.not_indexed(desk.session, ids)
    _settle(desk, unsettled)
    finding.index(desk.session.connection(), unindexed)
    ended = parties.codes_to_end(desk.session, ids)
    for client_id in ended:
        codes.end(desk, client_id)
    return len({*unsettled, *unindexed, *ended})


@command(Permission.IMPORT)
def counters(desk: OpenDesk, last: dict[tuple[Kind, int], int]) -> int:
    """How many counters of references and sequences of ids were raised, so that no number is given twice."""
    present, raised = references.counters(desk.session), 0
    for (kind, year), number in sorted(last.items()):
        before = present.get((kind, year), 0)
        if before < number:
            numbers.reserve(desk.session, kind, year, number)
            key = f"{kind.value},{year}"
            audit.changed(desk.session, str(ReferenceCounter.__tablename__), key, {"last": before}, {"last": number})
            raised += 1
    for table, before, greatest in references.raise_sequences(desk.session.connection()):
        audit.changed(desk.session, table, "", {"last": before}, {"last": greatest})
        raised += 1
    return raised


def _settle(desk: OpenDesk, ids: Sequence[int]) -> None:
    table: Any = Client.__table__  # type: ignore[attr-defined]
    held = subscriptions.held(desk.session, ids)
    for client_id in ids:
        standing = Standing.of(held[client_id], desk.now)
        after = standing._asdict()
        raw = (type_coerce(table.c[name], Integer) if name == "star_level" else table.c[name] for name in after)
        former = desk.session.execute(select(*raw).where(table.c.id == client_id)).one()
        desk.session.execute(update(table).where(table.c.id == client_id).values(after))
        audit.changed(desk.session, "client", str(client_id), dict(zip(after, former, strict=True)), after)
        redated_rows.save(desk, subscriptions.asked(desk, [client_id], standing.star_level))
        entered = standing.star_level.has_direct_line and former[0] < DIRECT_LINE_FROM
        if entered and codes.live(desk.session, client_id) is None:
            codes.issue(desk, client_id)


def _apply(desk: OpenDesk, repairs: Iterable[Repair]) -> int:
    done = 0
    for repair in repairs:
        table = _TABLES[repair.table]
        before, after = (_moments(table, columns) for columns in (repair.before, repair.after))
        if repair.row_id is None:
            made = desk.session.execute(insert(table).values(reason="", **after).returning(table.c.id))
            row_id = made.scalar_one()
        else:
            row_id = repair.row_id
            desk.session.execute(update(table).where(table.c.id == row_id).values(after))
        audit.changed(desk.session, repair.table, str(row_id), before, after)
        done += 1
    return done


def _moments(table: Any, columns: dict[str, Any]) -> dict[str, Any]:
    return {
        name: instant(value) if isinstance(value, int) and isinstance(table.c[name].type, Instant) else value
        for name, value in columns.items()
    }


def _counted_since(found: Found) -> int | None:
    """From when on the figures count something else after this repair; None where they do not."""
    row, fault = found
    if fault.problem not in _COUNTED or not fault.repairs:
        return None
    since: int = row.filed_at
    if fault.problem == ticket_rules.ANSWERED:
        columns = (columns for repair in fault.repairs for columns in (repair.before, repair.after))
        since = min(at for one in columns for at in one.values() if at is not None)
    if fault.problem == ticket_rules.HOLDER:
        since = row.of(Change.ASSIGNEE)[-1].at
    return since
