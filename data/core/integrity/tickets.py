"""Checks every ticket against its history, its messages and its promise, a thousand in a short transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from data.core import subscriptions
from data.core.desk import OpenDesk, opened
from data.core.integrity import clock_rules, history_rules, references, ticket_rows, ticket_rules
from data.core.integrity.findings import Fault, Job, Repair, Section, counted, quoted, reason
from data.core.integrity.references import Numbers
from data.core.integrity.ticket_rows import TicketRow
from models.client import StarLevel
from models.timeline import instant, micros

_TRUSTED = {ticket_rules.HOLDER, ticket_rules.NO_COLLEAGUE, ticket_rules.RELATED, history_rules.OUT_OF_ORDER}


class Found(NamedTuple):
    row: TicketRow
    fault: Fault


@dataclass
class Checked:
    """What came of all tickets."""

    section: Section
    numbers: Numbers


def check(job: Job) -> Checked:
    with Session(job.engine) as session:
        section, numbers = job.section("Tickets and their history"), Numbers(references.counters(session))
        imported = references.imported(session)
    checked, count, entries = Checked(section, numbers), 0, 0
    for rows, found in parts(job):
        count += len(rows)
        entries += sum(len(row.history) for row in rows)
        for row in rows:
            numbers.add(row.reference)
        for one in found:
            problem = one.fault.problem
            if problem == history_rules.NO_HISTORY and imported:
                problem = history_rules.NO_HISTORY_OF_IMPORT
            repair = "; ".join(map(_said, one.fault.repairs))
            section.add(problem, one.fault.text, repair=repair)
    section.scope = f"{counted(count, 'ticket')}, {entries} entries of their history"
    return checked


def parts(job: Job) -> Iterator[tuple[list[TicketRow], list[Found]]]:
    """All tickets, some at a time: each part in a transaction of its own, whose rows are of one moment."""
    desk, after = job.desk, 0
    with opened(desk, "integrity.check", writes=False) as looking:
        total = _last_id(looking.session)
    while True:
        with opened(desk, "integrity.check", writes=False, still=True) as looking:
            rows = ticket_rows.parts(looking.session, after)
            found = list(faults(looking, rows))
        if not rows:
            return
        after = rows[-1].id
        job.progress(after, max(total, after))
        yield rows, found


def faults(desk: OpenDesk, rows: Sequence[TicketRow]) -> Iterator[Found]:
    """Everything that is wrong with these tickets; their deadlines, where nothing else is."""
    others, sound = ticket_rows.others(desk.session, rows), []
    for row in rows:
        star_level = partial(_star_level, desk.session, row)
        try:
            found = list(ticket_rules.faults(row, others, micros(desk.now), star_level))
        except (TypeError, ValueError, LookupError, AttributeError) as error:  # SQLite takes anything anywhere
            found = [Fault(ticket_rules.UNREADABLE, f"{row.reference}: {reason(error)}")]
        yield from (Found(row, fault) for fault in found)
        if _clocks_are_certain(row, found):
            sound.append(row)
    for row, fault in clock_rules.faults(desk.session, sound, desk.now):
        yield Found(row, fault)


def _said(repair: Repair) -> str:
    """What it makes of the row, and why."""
    columns = {name: value for name, value in repair.after.items() if name not in ("ticket_id", "change")}
    changes = (f"{name} becomes {_value(name, value)}" for name, value in columns.items())
    return f"{'a new entry: ' if repair.row_id is None else ''}{', '.join(changes)} ({repair.why})"


def _value(name: str, value: object) -> str:
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return ticket_rows.shown(value)
    return "none" if value is None else quoted(value)


def _clocks_are_certain(row: TicketRow, found: Sequence[Fault]) -> bool:
    wrong = {fault.problem for fault in found} - _TRUSTED
    about_values = {history_rules.UNKNOWN_VALUE, history_rules.BROKEN_CHAIN, history_rules.OTHER_END}
    return wrong <= about_values and history_rules.tells_pauses(row)


def _star_level(session: Session, row: TicketRow) -> StarLevel:
    return subscriptions.star_level(session, row.client_id, instant(row.filed_at))


def _last_id(session: Session) -> int:
    found: int | None = session.execute(select(func.max(ticket_rows.TICKET.c.id))).scalar()
    return found or 0
