"""Checks the days of the figures that are stored: without a gap, and the same when they are counted again from rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from itertools import pairwise

from sqlmodel import Session, col, select

from data.core import fact_rows, scope, shelf, telling
from data.core.days import beginning, day_of
from data.core.desk import opened
from data.core.facts import VERSION, WIDTH, Facts, digest
from data.core.integrity.findings import Job, Problem, Section, counted, reason
from data.core.settings import settings
from models.errors import DeskError
from models.period import DAY
from models.seal import DaySeal
from models.ticket import Ticket
from models.timeline import micros

AT_A_TIME = 31  # days
_SHOWN = 5  # tickets

_AGAIN = "Run “python -m data seal --again”: it counts these days again from the tickets."
OTHER_FACTS = Problem("stored day that is not what its tickets and their history come to", _AGAIN)
DAMAGED = Problem("stored day whose content is damaged", _AGAIN)
NO_DAY = Problem("day that is missing among those that are stored", _AGAIN)
NOT_OVER = Problem(
    "stored day that is not over: the clock of the server was set back", f"Correct the clock, then: {_AGAIN}"
)
UNCOUNTED = Problem("days that cannot be counted again", "Repair the tickets first, then run this check again.")


def check(job: Job) -> Section:
    section = job.section("Stored days of the figures")
    desk, zone = job.desk, settings().zone
    with opened(desk, "integrity.check", writes=False, still=True) as looking:
        first = fact_rows.first_filed(looking.session)
        days = [one.day for one in shelf.sealed(looking.session, date.min, zone.key, VERSION)]
        _require_row(section, days, day_of(first) if first else None)
        over = [day for day in days if day < day_of(looking.now)]
    for day in days[len(over) :]:
        section.add(NOT_OVER, str(day))
    for begin in range(0, len(over), AT_A_TIME):
        some = over[begin : begin + AT_A_TIME]
        with opened(desk, "integrity.check", writes=False, still=True) as looking:
            _some(looking.session, section, some, quick=job.quick)
        job.progress(begin + len(some), len(over))
    section.scope = counted(len(days), "day") + (", not counted again" if job.quick else "")
    return section


def _require_row(section: Section, days: Sequence[date], first: date | None) -> None:
    """There is one for every day from the first ticket on."""
    if days and first and first < days[0]:
        section.add(NO_DAY, f"{first} to {days[0] - DAY}", count=(days[0] - first).days)
    for day, following in pairwise(days):
        if following - day > DAY:
            section.add(NO_DAY, f"{day + DAY} to {following - DAY}", count=(following - day).days - 1)


def _some(session: Session, section: Section, days: Sequence[date], *, quick: bool) -> None:
    stored = session.exec(select(DaySeal).where(col(DaySeal.day).in_(days)).order_by(col(DaySeal.day))).all()
    damaged = {one.day for one in stored if digest(one.facts) != one.digest or len(one.facts) % WIDTH}
    for day in sorted(damaged):
        section.add(DAMAGED, str(day))
    if quick or not stored:
        return
    try:
        found = telling.facts(session, beginning(days[0]), beginning(days[-1] + DAY))
    except DeskError as error:
        section.add(UNCOUNTED, f"{days[0]} to {days[-1]}: {reason(error)}", count=len(days))
        return
    for one in stored:
        counted = found.between(micros(beginning(one.day)), micros(beginning(one.day + DAY)))
        if one.day not in damaged and counted.to_bytes() != one.facts:
            section.add(OTHER_FACTS, f"{one.day}: {_difference(session, Facts.from_bytes(one.facts), counted)}")


def _difference(session: Session, stored: Facts, counted: Facts) -> str:
    """The tickets whose facts differ."""
    before, now = (Counter(zip(*(column.tolist() for column in one.columns), strict=True)) for one in (stored, counted))
    place = [one.name for one in fields(Facts)].index("ticket")
    ids = sorted({fact[place] for fact in [*(before - now), *(now - before)]})
    listed = scope.every_ticket().where(col(Ticket.id).in_(ids[:_SHOWN])).with_only_columns(col(Ticket.reference))
    named = ", ".join(session.execute(listed).scalars())
    return f"{len(stored)} facts, now {len(counted)}; {named}{' …' if len(ids) > _SHOWN else ''}"
