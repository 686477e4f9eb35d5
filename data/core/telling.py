"""Tells facts from tickets and their history, and from nothing else.

A clock breaks at the first moment at which more than its target is used or, where a change dated its deadline into the
past, at the change: so that what had happened before the change stays as it was. A ticket that was withdrawn before
anybody answered has no first response; its clock just stops.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from sqlmodel import Session

from data.core import calendars, fact_rows
from data.core.fact_rows import Lives, Promise
from data.core.facts import DUPLICATE, FOLLOWS, MET, Event, Facts
from data.core.lifelines import KIND_PLACES, SERVICE_PLACES, Lifeline, Like
from data.core.running import Clocks, Gap, Hours, Mask, Terms
from data.core.running_rows import gaps
from models.ticket import Change, Resolution, Status
from models.timeline import NEVER, Micros, instant, micros

_BITS = {Resolution.DUPLICATE.value: DUPLICATE}

Row = tuple[int, ...]


class _Whose(NamedTuple):
    """What never changes of a ticket."""

    ticket: int
    client: int

    def fact(self, at: int, event: Event, like: Like, told: tuple[int, int, int] = (0, 0, 0)) -> Row:
        """`told` are its bits, and the business time and the time on the wall that were taken."""
        bits, business, wall = told
        whose, sort = (self.ticket, self.client, like.product, like.technician), (like.kind, like.service)
        return (at, business, wall, *whose, event, *sort, like.star_level, like.urgency, bits)


class Side(NamedTuple):
    """One clock of every ticket: the business time until it stopped, whether that met it, and when it broke."""

    taken: list[int]
    met: list[bool]
    broken: list[int]


def facts(session: Session, since: datetime, until: datetime) -> Facts:
    """What happened from one moment to another, no longer in it; the latter is at most the moment after now."""
    lives = fact_rows.read(session, since, until)
    first, resolution = _sides(session, lives, micros(until))
    begin, end = micros(since), micros(until)
    return Facts.of([row for row in _all(lives, first, resolution) if begin <= row[0] < end])


def _sides(session: Session, lives: Lives, now: int) -> tuple[Side, Side]:
    used = np.union1d(lives.first_response.calendars, lives.resolution.calendars)
    hours = Hours(calendars.several(session, used.tolist()))
    places = {one: place for place, one in enumerate(lives.ids.tolist())}
    over, paused_since = gaps(places, _waits(lives))
    never, running = np.full(len(lives.ids), NEVER), np.zeros(len(lives.ids), bool)
    answered = np.where(lives.responded == NEVER, lives.resolved, lives.responded)

    def clocks(promise: Promise, over: list[Gap], paused_since: Micros) -> Clocks:
        terms = Terms(promise.calendars, promise.targets)
        return Clocks(hours, lives.filed, terms, promise.due, running, over, paused_since, now)

    return (
        _side(lives, 0, clocks(lives.first_response, [], never), answered),
        _side(lives, 1, clocks(lives.resolution, over, paused_since), lives.resolved),
    )


def _waits(lives: Lives) -> Iterator[tuple[int, datetime, bool]]:
    """The status history of those that ever waited."""
    for ticket_id, history in lives.history.items():
        if any(told.after == Status.WAITING and told.change == Change.STATUS for told in history):
            for told in history:
                if told.change == Change.STATUS:
                    yield ticket_id, instant(told.at), told.after == Status.WAITING


def _side(lives: Lives, clock: int, clocks: Clocks, stops: Micros) -> Side:
    if not len(stops):
        return Side([], [], [])
    stopped: Mask = stops != NEVER
    until_stop = replace(clocks, now=NEVER, paused_since=np.where(stopped, stops, lives.filed))
    last = clocks.exceeded(clocks.terms, clocks.terms.targets)
    broken = np.where(last < stops, last, NEVER - 1) + 1
    return Side(
        until_stop.used(clocks.terms).tolist(),
        (stopped & (stops <= last)).tolist(),
        _seen(lives, clock, clocks, broken).tolist(),
    )


def _seen(lives: Lives, clock: int, clocks: Clocks, broken: Micros) -> Micros:
    """Not before a change made it so: the one that moved the deadline to where it is, or gave the clock its hours."""
    given = np.array([lives.versions[one] for one in clocks.terms.calendars.tolist()], np.int64)
    seen = np.where(broken == NEVER, NEVER, np.maximum(broken, given))
    for place, ticket_id in enumerate(lives.ids.tolist()):
        if seen[place] == NEVER or ticket_id not in lives.moved:
            continue
        for moved in lives.moved[ticket_id]:
            before, after = moved.before[clock], moved.after[clock]
            if before != after and after is not None and micros(after) == clocks.due[place]:
                seen[place] = max(seen[place], moved.at)
    return seen


def _all(lives: Lives, first: Side, resolution: Side) -> Iterator[Row]:
    """The whole life of each."""
    numbers = lives.star_levels, lives.urgencies, lives.technicians, lives.products
    kinds = [KIND_PLACES[one] for one in lives.kinds]
    services = [SERVICE_PLACES[one] for one in lives.services]
    now = zip(*(one.tolist() for one in numbers), kinds, services, strict=True)
    moments = zip(lives.filed.tolist(), lives.responded.tolist(), lives.resolved.tolist(), strict=True)
    for place, (like, (filed, responded, resolved)) in enumerate(zip(now, moments, strict=True)):
        ticket = int(lives.ids[place])
        line = Lifeline(Like(*like), lives.history.get(ticket, ()))
        whose = _Whose(ticket, int(lives.clients[place]))
        yield whose.fact(filed, Event.FILED, line.at(filed), (FOLLOWS if lives.follow[place] else 0, 0, 0))
        for at, (before, after) in zip(line.moments, pairwise(line.likes), strict=True):
            if filed < at <= resolved:
                yield whose.fact(at, Event.WENT, before)
                yield whose.fact(at, Event.CAME, after)
        if responded != NEVER:
            bits = MET if first.met[place] else 0
            told = bits, first.taken[place], responded - filed
            yield whose.fact(responded, Event.RESPONDED, line.at(responded), told)
        if resolved != NEVER:
            bits = (MET if resolution.met[place] else 0) | _BITS.get(lives.resolutions[place] or "", 0)
            told = bits, resolution.taken[place], resolved - filed
            yield whose.fact(resolved, Event.RESOLVED, line.at(resolved), told)
        for event, side in ((Event.RESPONSE_BROKEN, first), (Event.RESOLUTION_BROKEN, resolution)):
            if (broken := side.broken[place]) != NEVER:
                yield whose.fact(broken, event, line.at(broken))
