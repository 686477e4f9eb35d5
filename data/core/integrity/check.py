"""The whole check: one part after the other, each in short transactions, so that a desk goes on meanwhile.

| part                        | cost                                                                         |
|-----------------------------|------------------------------------------------------------------------------|
| database                    | reads every page (`quick`: without the indexes' order)                       |
| values                      | reads every row of every table once                                          |
| files                       | reads every file (`quick`: asks for its size)                                |
| tickets and their history   | a thousand tickets at a time, with their history                             |
| references                  | nothing: they were counted with the tickets                                  |
| stored days of the figures  | counts them again, a month at a time (`quick`: checks only their digests)    |
| clients, people and codes   | five hundred clients at a time                                               |
| service-level arithmetic    | some seconds                                                                 |

The memory does not grow with the tickets, but for the first examples of what is wrong.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from data import self_check
from data.core import calendars, storage
from data.core.database import answers
from data.core.desk import opened
from data.core.integrity import database, parties, references, stored_days, stored_files, tickets
from data.core.integrity.findings import Job, Problem, Section, counted, reason
from data.core.integrity.tickets import Checked
from models.errors import DeskError
from models.service_level import ServiceLevel, defaults

_UNREADABLE = ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError
ARITHMETIC = Problem("rule of arithmetic that does not hold", "The calendar or the program is wrong: report it.")
NO_TARGET = Problem("kind, stars and urgency without a target", "Save the targets on the page “Service levels”.")


class Part(NamedTuple):
    name: str
    run: Callable[[Job], Section]


def require_checkable(job: Job) -> None:
    """Raises ValueError where there is no database, or one of another version."""
    if storage.is_new(job.engine):
        raise ValueError(f"There is no database at {job.engine.url.render_as_string()}. Check DATABASE_URL.")
    storage.require_own_log(job.engine)
    if not answers(job.engine):
        raise ValueError(f"The database at {job.engine.url.render_as_string()} does not answer.")
    present, newest = database.revision(job.engine)
    if present != newest:
        raise ValueError(
            f"The database is of revision {present or 'none'}, this program is of revision {newest}. Bring it up to "
            "date with “python -m data migrate”, or run the check of its own version."
        )


def parts() -> Iterator[Part]:
    """In order: what a later part relies on is checked before. Run each once."""
    checked: list[Checked] = []

    def check_tickets(job: Job) -> Section:
        checked.append(tickets.check(job))
        return checked[0].section

    def check_references(job: Job) -> Section:
        if not checked:
            raise ValueError("the tickets could not be read")
        return references.check(job, checked[0].numbers)

    yield Part("Database", database.check)
    yield Part("Values", database.check_values)
    yield Part("Files", stored_files.check)
    yield Part("Tickets", check_tickets)
    yield Part("References", check_references)
    yield Part("Days", stored_days.check)
    yield Part("Clients", parties.check)
    yield Part("Arithmetic", check_arithmetic)


def run(part: Part, job: Job) -> Section:
    """What cannot be checked is a finding, too: a damaged page must not hide what is wrong elsewhere."""
    try:
        return part.run(job)
    except (DeskError, SQLAlchemyError, *_UNREADABLE) as error:
        section = job.section(part.name)
        section.add(database.problem_of(error), reason(error))
        return section


def check_arithmetic(job: Job) -> Section:
    section, desk = job.section("Service-level arithmetic"), job.desk
    report = self_check.run(desk)
    for finding in report.findings:
        for line in finding.lines:
            name = f"calendar {finding.calendar}, from {finding.since:%Y-%m-%d}: " if finding.calendar else ""
            section.add(ARITHMETIC, name + line)
    with opened(desk, "integrity.check", writes=False) as looking:
        found = calendars.service_levels(looking.session, looking.now)
        there = {(one.kind, one.star_level, one.urgency) for one in found}
        expected = [one for one in defaults(looking.now) if isinstance(one, ServiceLevel)]
        for kind, stars, urgency in sorted({(one.kind, one.star_level, one.urgency) for one in expected} - there):
            section.add(NO_TARGET, f"{kind.value}, {int(stars)} stars, {urgency.name.lower()}")
        names = set(calendars.names(looking.session))
        for name in sorted({one.calendar for one in found} - names):
            section.add(NO_TARGET, f"the calendar {name} is promised, and is not there")
    section.scope = counted(report.passed + report.failed, "check")
    return section
