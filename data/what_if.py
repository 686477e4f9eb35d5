"""What another programme would have meant: a client's real tickets under the promises that ★3, ★4 and ★5 have today."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Select
from sqlmodel import col

from data.core import calendars, days, decided, promised_terms, running_rows, scope
from data.core.decided import Sides
from data.core.desk import OpenDesk, query
from data.core.running import Lives
from models.client import StarLevel
from models.decision import Decided
from models.permission import Permission
from models.received import Case, Judged, Verdict, WhatIf
from models.target import Target
from models.ticket import Kind, Ticket, Urgency
from models.timeline import MICROSECOND, NEVER, Micros

LEVELS = (StarLevel.THREE, StarLevel.FOUR, StarLevel.FIVE)
LISTED = 100


class _Level(NamedTuple):
    star_level: StarLevel
    sides: Sides
    waits: tuple[Micros, Micros]  # from filing to both deadlines, by the clock on the wall; NEVER while it stands still


@query(Permission.READ_CLIENTS)
def compare(desk: OpenDesk, client_id: int) -> WhatIf:
    """The tickets filed in the last twelve months, by today's targets and calendars and with the pauses they had.

    Reads each of them once, and their histories where they ever waited. Raises NotFound.
    """
    since = _a_year_before(desk.now)
    listed = scope.tickets(desk).where(
        col(Ticket.client_id) == scope.client(desk, client_id).id, col(Ticket.filed_at) >= since
    )
    lives = running_rows.lives(desk.session, listed, desk.now)
    grid = [Target.of(one) for one in calendars.service_levels(desk.session, desk.now)]
    levels = [_under(desk, lives, grid, level) for level in LEVELS]
    apart = _apart([level.sides for level in levels])
    return WhatIf(
        since=since,
        tickets=len(lives.running.ids),
        verdicts=_verdicts(levels),
        cases=_cases(lives, grid),
        differing=len(apart),
        judged=_judged(desk, listed, lives, [level.sides for level in levels], apart),
    )


def _a_year_before(now: datetime) -> datetime:
    """The beginning of this day a year ago, where the desk is; of the 28th where it is the 29th of February."""
    today = days.day_of(now)
    is_leap_day = (today.month, today.day) == (2, 29)
    return days.beginning(today.replace(year=today.year - 1, day=28 if is_leap_day else today.day))


def _under(desk: OpenDesk, lives: Lives, grid: list[Target], level: StarLevel) -> _Level:
    asked = promised_terms.asked(desk, col(Ticket.id).is_not(None), grid, level)
    terms = asked.terms(lives.running)
    clocks = [decided.with_hours(one, asked.calendars) for one in (lives.running.first, lives.running.resolution)]
    dues = [one.shown(one.reach(own, own.targets)) for one, own in zip(clocks, terms, strict=True)]
    waits = [np.where(due == NEVER, NEVER, due - lives.running.first.started) for due in dues]
    return _Level(level, decided.under(lives, terms, asked.calendars), (waits[0], waits[1]))


def _verdicts(levels: list[_Level]) -> tuple[Verdict, ...]:
    """Counts the same promises of each: those that all of them have decided."""
    everywhere = [np.all([level.sides[clock].at != NEVER for level in levels], axis=0) for clock in (0, 1)]
    found = []
    for level in levels:
        first, resolution = (
            decided.counted(side.where(shared)) for side, shared in zip(level.sides, everywhere, strict=True)
        )
        found.append(Verdict(level.star_level, first, resolution, *map(_half, level.waits)))
    return tuple(found)


def _half(waits: Micros) -> timedelta | None:
    known = np.sort(waits[waits != NEVER])
    return int(known[(len(known) - 1) // 2]) * MICROSECOND if len(known) else None


def _cases(lives: Lives, grid: list[Target]) -> tuple[Case, ...]:
    """The most urgent first."""
    counts = Counter(zip(map(Kind, lives.running.kinds), map(Urgency, lives.running.urgencies), strict=True))
    targets = {one.case: one for one in grid}
    kinds = list(Kind)
    return tuple(
        Case(kind, urgency, counts[kind, urgency], tuple(targets[kind, level, urgency] for level in LEVELS))
        for kind, urgency in sorted(counts, key=lambda case: (kinds.index(case[0]), -case[1]))
    )


def _apart(levels: list[Sides]) -> Micros:
    """The places of the tickets of which one level keeps a promise that another breaks."""
    apart = np.zeros(len(levels[0][0].at), bool)
    for side in zip(*levels, strict=True):
        apart |= np.any([one.met for one in side], axis=0) & np.any([one.broken for one in side], axis=0)
    return np.flatnonzero(apart)


def _judged(
    desk: OpenDesk, listed: Select[Any], lives: Lives, levels: list[Sides], apart: Micros
) -> tuple[Judged, ...]:
    """The latest of them."""
    latest = apart[np.argsort(-lives.running.first.started[apart], kind="stable")][:LISTED]
    places = {int(lives.running.ids[place]): int(place) for place in latest}
    columns = Ticket.id, Ticket.reference, Ticket.subject, Ticket.kind, Ticket.urgency, Ticket.filed_at
    shown = listed.where(col(Ticket.id).in_(places)).with_only_columns(*map(col, columns))
    found = {row.id: row for row in desk.session.execute(shown)}
    return tuple(_told(found[one], levels, place) for one, place in places.items())


def _told(row: Any, levels: list[Sides], place: int) -> Judged:
    return Judged(
        reference=row.reference,
        subject=row.subject,
        kind=row.kind,
        urgency=row.urgency,
        filed_at=row.filed_at,
        first_response=tuple(_met(first, place) for first, _ in levels),
        resolution=tuple(_met(resolution, place) for _, resolution in levels),
    )


def _met(found: Decided, place: int) -> bool | None:
    return None if found.at[place] == NEVER else bool(found.met[place])
