"""What the deadlines of tickets must be: computed again from their terms and their history, many at once.

`data.core.promises.date` is the rule for one ticket; this is the same for the columns of many.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlmodel import Session

from data.core import calendars
from data.core.columns import numbers
from data.core.integrity.findings import Fault, Problem, Repair, reason
from data.core.integrity.ticket_rows import TicketRow, pauses, shown
from data.core.running import Clocks, Gap, Hours, Terms
from data.core.running_rows import gaps
from models.timeline import NEVER, Micros, micros

OTHER_DEADLINE = Problem("ticket whose deadlines are not those that its promise and its history come to")
NO_DEADLINE = Problem(
    "ticket whose deadlines cannot be computed",
    "Its calendar or its targets are damaged: see the calendars below, and compare with a backup.",
)
COLUMNS = ("first_response_due_at", "resolution_due_at", "next_due_at", "next_warning_at", "next_late_at")


def faults(session: Session, rows: Sequence[TicketRow], now: Any) -> Iterator[tuple[TicketRow, Fault]]:
    """Of tickets that are promised something and whose history is whole."""
    if not rows:
        return
    try:
        expected = _expected(session, rows, micros(now))
    except (ValueError, TypeError, AttributeError, OverflowError, LookupError) as error:
        if len(rows) == 1:
            yield rows[0], Fault(NO_DEADLINE, f"{rows[0].reference}: {reason(error)}")
            return
        for row in rows:
            yield from faults(session, [row], now)
        return
    for row, *found in zip(rows, *(column.tolist() for column in expected), strict=True):
        after = {name: None if at == NEVER else at for name, at in zip(COLUMNS, found, strict=True)}
        changed = {name: at for name, at in after.items() if at != getattr(row, name)}
        if changed:
            before = {name: getattr(row, name) for name in changed}
            text = ", ".join(f"{name} is {shown(before[name])}" for name in changed)
            repair = Repair("ticket", row.id, before, changed, "computed again")
            yield row, Fault(OTHER_DEADLINE, f"{row.reference}: {text}", (repair,))


def _expected(session: Session, rows: Sequence[TicketRow], now: int) -> list[Micros]:
    """The columns, in their order."""
    first_terms, terms = (
        Terms(*(numbers([getattr(row, f"{clock}_{name}") for row in rows]) for name in ("calendar_id", "target")))
        for clock in ("first_response", "resolution")
    )
    used = np.union1d(first_terms.calendars, terms.calendars)
    hours = Hours({int(one): calendars.calendar(session, int(one)) for one in used})
    places = {row.id: place for place, row in enumerate(rows)}
    over, paused_since = gaps(places, (change for row in rows for change in pauses(row)))
    filed, resolved, responded = (_column(rows, name) for name in ("filed_at", "resolved_at", "first_responded_at"))
    never = np.full(len(rows), NEVER)

    def clocks(terms: Terms, stopped: Any, over: Sequence[Gap], paused_since: Micros) -> Clocks:
        return Clocks(hours, filed, terms, never, stopped, over, paused_since, now)

    ended = resolved != NEVER
    first = clocks(first_terms, ended | (responded != NEVER), (), never)
    resolution = clocks(terms, ended, over, paused_since)
    dues = [one.shown(one.reach(one.terms, one.terms.targets)) for one in (first, resolution)]
    running = [np.where(one.stopped, NEVER, due) for one, due in zip((first, resolution), dues, strict=True)]
    later = running[1] < running[0]  # of two at once, the first response
    following = [np.where(later, *reversed([_after(one, share) for one in (first, resolution)])) for share in (3, 4)]
    due = np.minimum(*running)
    return [*dues, due, *(np.where(due == NEVER, NEVER, at) for at in following)]


def _after(clocks: Clocks, quarters: int) -> Micros:
    """The last moment at which no more than so many quarters of the target are used."""
    return clocks.exceeded(clocks.terms, clocks.terms.targets * quarters // 4)


def _column(rows: Sequence[TicketRow], name: str) -> Micros:
    return np.array([NEVER if getattr(row, name) is None else getattr(row, name) for row in rows], np.int64)
