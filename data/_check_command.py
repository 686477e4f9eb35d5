"""`python -m data check`: what it is called with, what it does, and what it prints."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from data.core.exchange.sums import Progress
from data.core.integrity import check, findings, parties, references, repair, tickets
from data.core.integrity import database as database_check
from data.core.integrity.findings import Job, Report
from models.errors import DeskError

Bar = Callable[..., AbstractContextManager[list[Progress]]]
Say = Callable[[str], None]
AT_A_TIME = 100  # tickets that are repaired in one transaction


def add_to(commands: Any, database: Callable[[], Engine], bar: Bar, say: Say) -> None:
    one = commands.add_parser(
        "check",
        help="check that everything stored is whole, and repair what can be",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Checks the database, every stored file, the history of every ticket against the ticket, the deadlines\n"
            "against what they are computed from, the references, the stored days of the figures, clients, people and\n"
            "access codes, and the service-level arithmetic (as check-sla does). The desk may run meanwhile.\n\n"
            "Run it after a crash, after a backup was put back, and each night.\n"
            "Exit code: 0 all right, 1 something is wrong, 2 it could not be checked."
        ),
    )
    one.add_argument("--quick", action="store_true", help="sizes of files only, and no stored day is counted again")
    one.add_argument(
        "--repair",
        action="store_true",
        help="say what can be repaired without guessing, repair it, and check again; make a backup before",
    )
    one.add_argument(
        "--answer",
        metavar="ID.before=VALUE",
        action="append",
        default=[],
        help="with --repair: the value of a ticket's history (or ID.after=) that follows from no other row",
    )
    one.add_argument("--all", action="store_true", help="name all that is wrong, not only the first of each kind")
    one.set_defaults(run=lambda asked: run(asked, database, bar, say))


def run(asked: argparse.Namespace, database: Callable[[], Engine], bar: Bar, say: Say) -> int:
    try:
        answers = [_answer(text) for text in asked.answer]
        if answers and not asked.repair:
            raise ValueError("--answer goes with --repair.")
        engine = database()
        job = Job(engine, quick=asked.quick, most=None if asked.all else findings.EXAMPLES)
        check.require_checkable(job)
        for answer in answers:
            repair.answer(job.desk, *answer)
    except (DeskError, ValueError, SQLAlchemyError) as error:
        sys.stderr.write(f"Not checked. {findings.reason(error)}\n")
        return 2
    report = _check(job, bar, say)
    if asked.repair and any(database_check.DAMAGED in section.found for section in report.sections):
        say("Nothing was repaired: the database itself is damaged, and each change could damage more.")
    elif asked.repair and report.repairable:
        say(f"\nRepairing {report.repairable} of these, as said above …")
        try:
            with bar("Repairing") as (progress,):
                repaired = repair_all(job, progress)
        except KeyboardInterrupt:
            say("Stopped. What was repaired so far stays, and is on the audit trail; run it again for the rest.")
            return 1
        say(f"{repaired} rows repaired; the audit trail has each before and after. Checking once more:\n")
        report = _check(job, bar, say)
    return 1 if report.wrong else 0


def _check(job: Job, bar: Bar, say: Say) -> Report:
    parts = list(check.parts())
    sections = []
    with bar(*(part.name for part in parts)) as steps:
        for part, step in zip(parts, steps, strict=True):
            step(0, 1)
            sections.append(check.run(part, replace(job, progress=step)))
            step(1, 1)
    report = Report(tuple(sections))
    say("\n".join(_lines(report)))
    return report


def _lines(report: Report) -> Iterator[str]:
    for section in report.sections:
        yield from section.lines()
    if not report.wrong:
        yield "All right."
    elif report.repairable:
        yield f"{report.wrong} wrong, {report.repairable} repairable: python -m data check --repair"
    else:
        yield f"{report.wrong} wrong. None of it can be repaired without guessing: see what to do, above."


def repair_all(job: Job, progress: Progress) -> int:
    """Part by part, some rows in a transaction, so that others can write in between."""
    desk, done = job.desk, 0
    numbers = references.Numbers()
    for rows, found in tickets.parts(replace(job, progress=progress)):
        for row in rows:
            numbers.add(row.reference)
        ids = sorted({one.row.id for one in found if one.fault.repairs})
        for begin in range(0, len(ids), AT_A_TIME):
            done += repair.tickets(desk, ids[begin : begin + AT_A_TIME])
    done += repair.counters(desk, numbers.last)
    for ids in parties.client_ids(desk):
        if parties.repairable(desk, ids):
            done += repair.clients(desk, ids)
    while indexed := repair.index_tickets(desk):
        done += indexed
    return done


def _answer(text: str) -> tuple[int, str, str]:
    """Raises ValueError."""
    place, _, value = text.partition("=")
    number, _, side = place.partition(".")
    if not number.isascii() or not number.isdecimal() or len(number) > 18 or side not in ("before", "after"):
        raise ValueError(f"“{text[:60]}” is not such as 123.before=low.")
    return int(number), side, value
