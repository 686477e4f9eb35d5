"""Keeps what was dated anew: the tickets, an entry in the history of each that moved, one line in the audit trail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import bindparam, case, insert, update
from sqlmodel import Session, col, select

from data.core import audit, calendar_years, calendars, recount
from data.core.desk import OpenDesk
from data.core.redating import Asked, Redated, Side, redate
from models.calendar import instant
from models.service_level import CalendarVersion
from models.ticket import Change, HistoryEntry, Ticket
from models.timeline import MICROSECOND, NEVER, Micros

Row = dict[str, Any]
_TICKETS: Any = Ticket.__table__  # type: ignore[attr-defined]
_HISTORY: Any = HistoryEntry.__table__  # type: ignore[attr-defined]


def save(desk: OpenDesk, asked: Asked) -> int:
    """Give out the new terms; the number of tickets of which a deadline moved. Raises Refused as `redate` does."""
    session = desk.session
    session.flush()
    done = redate(session, asked, desk.now)
    while _store_years(session, done):
        asked = replace(asked, calendars=calendars.several(session, asked.calendars))
        done = redate(session, asked, desk.now)
    starred = done.running.stars != (done.running.stars if asked.star_level is None else int(asked.star_level))
    touched, told = done.given | starred, done.moved | starred
    if touched.any():
        recount.since(session, desk.now)
        rows = list(_tickets(asked, done, np.flatnonzero(touched)))
        columns: Row = {name: bindparam(name) for name in rows[0] if name != "row"}
        columns["changed_at"] = case((_TICKETS.c.changed_at < desk.now, desk.now), else_=_TICKETS.c.changed_at)
        session.execute(update(_TICKETS).where(_TICKETS.c.id == bindparam("row")).values(columns), rows)
    if told.any():
        session.execute(insert(_HISTORY), list(_history(desk, asked, done, np.flatnonzero(told))))
    moved = int(np.count_nonzero(done.moved))
    if touched.any():
        audit.batch(session, "ticket", running=int(np.count_nonzero(touched)), moved=moved)
        session.expire_all()
    return moved


def _store_years(session: Session, done: Redated) -> bool:
    """The years that the new deadlines take."""
    used: set[int] = set()
    moments: list[Micros] = []
    for side in (done.first, done.resolution):
        given = side.given
        used.update(np.unique(side.after.calendars[given]).tolist())
        moments += [side.clocks.started[given], side.due[given], _after(side)[1][given]]
    found = np.concatenate(moments)
    found = found[found < NEVER - 1]
    return bool(found.size) and calendar_years.store(
        session, used, instant(int(found.min())), instant(int(found.max()))
    )


def _tickets(asked: Asked, done: Redated, places: Micros) -> Iterator[Row]:
    first, resolution = done.first, done.resolution
    due = np.where(first.clocks.stopped, NEVER, first.due)
    following = resolution.due < due  # of two at once, the first response
    warn, late = (
        np.where(following, late, early) for early, late in zip(_after(first), _after(resolution), strict=True)
    )
    due = np.minimum(due, resolution.due)
    warn, late = np.where(due == NEVER, NEVER, warn), np.where(due == NEVER, NEVER, late)
    stars = {} if asked.star_level is None else {"star_level": asked.star_level}  # in every order's index
    for place in places:
        yield {
            "row": int(done.running.ids[place]),
            "first_response_calendar_id": int(first.after.calendars[place]),
            "first_response_target": int(first.after.targets[place]) * MICROSECOND,
            "first_response_due_at": _at(first.due, place),
            "resolution_calendar_id": int(resolution.after.calendars[place]),
            "resolution_target": int(resolution.after.targets[place]) * MICROSECOND,
            "resolution_due_at": _at(resolution.due, place),
            "next_due_at": _at(due, place),
            "next_warning_at": _at(warn, place),
            "next_late_at": _at(late, place),
        } | stars


def _after(side: Side) -> tuple[Micros, Micros]:
    """The moments after which each clock is at risk, and is broken."""
    terms = side.after
    return side.clocks.exceeded(terms, terms.targets * 3 // 4), side.clocks.exceeded(terms, terms.targets)


def _history(desk: OpenDesk, asked: Asked, done: Redated, places: Micros) -> Iterator[Row]:
    names = _names(desk.session)
    for place in places:
        change, before, after = _words(asked, done, int(place), names)
        yield {
            "ticket_id": int(done.running.ids[place]),
            "at": desk.now,
            "author_id": desk.user.id,
            "change": change,
            "before": before,
            "after": after,
            "reason": "",
            "first_response_due_before": _at(done.first.clocks.due, place),
            "first_response_due_after": _at(done.first.due, place),
            "resolution_due_before": _at(done.resolution.clocks.due, place),
            "resolution_due_after": _at(done.resolution.due, place),
        }


def _names(session: Session) -> dict[int, str]:
    return dict(session.exec(select(col(CalendarVersion.id), col(CalendarVersion.name))).all())


def _words(asked: Asked, done: Redated, place: int, names: dict[int, str]) -> tuple[Change, str, str]:
    """What the history calls it; see HistoryEntry."""
    if asked.star_level is not None:
        return Change.STAR_LEVEL, str(int(done.running.stars[place])), str(int(asked.star_level))
    sides = done.first, done.resolution
    before, after = (
        " / ".join(_span(int(targets[place])) for targets in both)
        for both in ([side.clocks.terms.targets for side in sides], [side.after.targets for side in sides])
    )
    if before != after:
        return Change.TARGET, before, after
    side = done.resolution if done.resolution.given[place] else done.first
    former, latter = (names[int(terms.calendars[place])] for terms in (side.clocks.terms, side.after))
    return Change.CALENDAR, former, latter


@cache
def _span(amount: int) -> str:
    """Such as "4 h" or "1 h 30": the same in every language we speak."""
    minutes, rest = divmod(amount * MICROSECOND, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    told = f"{hours} h {minutes:02}" if minutes and hours else f"{minutes} min" if minutes else f"{hours} h"
    return f"{told} {rest.total_seconds():g} s" if rest else told


def _at(moments: Micros, place: int) -> datetime | None:
    at = int(moments[place])
    return None if at == NEVER else instant(at)
