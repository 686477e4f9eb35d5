"""Days that are over, sealed: each once, the oldest first, without a gap; and what happened, sealed or not.

A day's facts never change, but when tickets of long ago come in, and where the clock was not right: `recount` drops the
seals from the first day on that is touched. Days are also counted again on demand.
"""

from datetime import date, datetime

import numpy as np
from sqlalchemy import ColumnElement, and_, delete, func, insert
from sqlmodel import Session, col, select

from data.core import fact_rows, fresh_facts, recount, shelf, telling
from data.core.days import beginning, day_of
from data.core.facts import MET, VERSION, Event, Facts, digest
from data.core.recount import SETTLED
from data.core.settings import settings
from models.period import DAY
from models.seal import DayChange, DaySeal, Recounted
from models.timeline import micros

AT_A_TIME = 31  # days, in one transaction


def happened(session: Session, since: date, now: datetime) -> tuple[Facts, Facts]:
    """All facts from a day on, up to now: those of sealed days, which are only looked up, and those since."""
    zone = settings().zone
    days = shelf.sealed(session, since, zone.key, VERSION)
    begin = max(since, _following(session) or since)
    return shelf.read(session, days), fresh_facts.since(session, beginning(begin), now)


def unsealed(session: Session, now: datetime) -> int:
    """How many days are over and not sealed."""
    begin = _following(session)
    return max((day_of(now - SETTLED) - begin).days, 0) if begin else 0


def seal(session: Session, now: datetime) -> int:
    """Seal a month of the days that are over: how many are left. Nobody else may be writing meanwhile."""
    session.execute(delete(DaySeal).where(~_current()))
    begin, count = _following(session), min(unsealed(session, now), AT_A_TIME)
    if begin is None or not count:
        return 0
    zone = settings().zone
    moments = [beginning(begin + n * DAY) for n in range(count + 1)]
    found = telling.facts(session, moments[0], moments[-1])
    rows = []
    for n in range(count):
        written = found.between(micros(moments[n]), micros(moments[n + 1])).to_bytes()
        row = {"day": begin + n * DAY, "zone": zone.key, "version": VERSION}
        rows.append(row | {"digest": digest(written), "facts": written})
    session.execute(insert(DaySeal), rows)
    return unsealed(session, now)


def seal_again(session: Session, first: date | None, last: date | None, now: datetime) -> Recounted:
    """Count a month of the sealed days from the first to the last again, and keep what comes out."""
    recount.since(session, now)
    asked = [col(DaySeal.day) >= first] if first else []
    asked += [col(DaySeal.day) <= last] if last else []
    rows = session.exec(select(DaySeal).where(_current(), *asked).order_by(col(DaySeal.day)).limit(AT_A_TIME + 1)).all()
    some, rest = rows[:AT_A_TIME], rows[AT_A_TIME:]
    if not some:
        return Recounted(0, (), None)
    found = telling.facts(session, beginning(some[0].day), beginning(some[-1].day + DAY))
    changed = []
    for row in some:
        part = found.between(micros(beginning(row.day)), micros(beginning(row.day + DAY)))
        written = part.to_bytes()
        if digest(written) != row.digest:
            changed.append(DayChange(row.day, _counts(Facts.from_bytes(row.facts)), _counts(part)))
            row.digest, row.facts = digest(written), written
            session.add(row)
    return Recounted(len(some), tuple(changed), rest[0].day if rest else None)


def _counts(facts: Facts) -> dict[str, int]:
    """How many facts a day has of each kind, and how many promises were met. Who went came elsewhere."""
    met = facts.bits & MET > 0
    counts = {one.name.lower(): int(np.count_nonzero(facts.event == one)) for one in Event if one != Event.WENT}
    return counts | {
        f"{event.name.lower()}_in_time": int(np.count_nonzero((facts.event == event) & met))
        for event in (Event.RESPONDED, Event.RESOLVED)
    }


def _following(session: Session) -> date | None:
    """The first day that is not sealed; None of an empty desk."""
    last: date | None = session.execute(select(func.max(DaySeal.day)).where(_current())).scalar()
    if last is not None:
        return last + DAY
    first = fact_rows.first_filed(session)
    return day_of(first) if first else None


def _current() -> ColumnElement[bool]:
    return and_(col(DaySeal.zone) == settings().zone.key, col(DaySeal.version) == VERSION)
