"""Tells what a change does to the running tickets: the numbers, and the clocks that matter most."""

from typing import Any

import numpy as np
from sqlmodel import col

from data.core import scope
from data.core.columns import NEVER
from data.core.desk import OpenDesk
from data.core.redating import AT_RISK, BREACHED, FINE, STATES, Asked, Redated, Side, redate
from data.core.running import Mask
from models.calendar import instant
from models.client import Client
from models.preview import ClockName, Moved, Preview
from models.ticket import Ticket

LISTED = 200


def preview(desk: OpenDesk, asked: Asked) -> Preview:
    """Raises Refused as `redate` does."""
    done = redate(desk.session, asked, desk.now)
    undecided = done.first.undecided | done.resolution.undecided
    breached, risky = _either(done, None, BREACHED), _either(done, None, AT_RISK)
    earlier = np.where(done.resolution.moved, _lag(done.resolution) < 0, _lag(done.first) < 0)
    return Preview(
        running=_count(undecided if asked.star_level is not None else done.given),
        moved=_count(done.moved),
        newly_at_risk=_count(risky & ~breached),
        newly_breached=_count(breached),
        saved=_count(_either(done, AT_RISK, FINE)),
        earlier=_count(done.moved & earlier),
        later=_count(done.moved & ~earlier),
        tickets=_listed(desk, done),
    )


def _either(done: Redated, before: int | None, after: int) -> Mask:
    return done.first.turned(before, after) | done.resolution.turned(before, after)


def _lag(side: Side) -> Any:
    before, after = side.reached
    return np.where(side.moved, after - np.where(side.moved, before, after), 0)


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def _listed(desk: OpenDesk, done: Redated) -> tuple[Moved, ...]:
    sides: tuple[tuple[ClockName, Side], ...] = (("first_response", done.first), ("resolution", done.resolution))
    places = [np.flatnonzero(side.moved) for _, side in sides]
    clocks = np.repeat([0, 1], [len(one) for one in places])
    rows = np.concatenate(places)
    weights = np.concatenate([_weights(side)[place] for (_, side), place in zip(sides, places, strict=True)])
    lags = np.concatenate([np.abs(_lag(side))[place] for (_, side), place in zip(sides, places, strict=True)])
    chosen = np.lexsort((clocks, done.running.ids[rows], -lags, weights))[:LISTED]
    facts = _facts(desk, [int(done.running.ids[rows[one]]) for one in chosen])
    moved = []
    for one in chosen:
        name, side = sides[clocks[one]]
        moved.append(_moved(facts[int(done.running.ids[rows[one]])], name, side, int(rows[one])))
    return tuple(moved)


def _weights(side: Side) -> Any:
    return np.select(
        [side.turned(None, BREACHED), side.turned(None, AT_RISK), side.turned(AT_RISK, FINE)], [0, 1, 2], 3
    )


def _facts(desk: OpenDesk, ids: list[int]) -> dict[int, Any]:
    columns: tuple[Any, ...] = (Ticket.id, Ticket.reference, Ticket.subject, col(Client.name), Ticket.star_level)
    listed = scope.tickets(desk).join(Client, col(Client.id) == col(Ticket.client_id)).where(col(Ticket.id).in_(ids))
    return {row.id: row for row in desk.session.execute(listed.with_only_columns(*columns))}


def _moved(facts: Any, name: ClockName, side: Side, place: int) -> Moved:
    before, after = (int(due[place]) for due in (side.clocks.due, side.due))
    was, is_now = (STATES[int(states[place])] for states in side.states)
    return Moved(
        reference=facts.reference,
        subject=facts.subject,
        client=facts.name,
        star_level=facts.star_level,
        clock=name,
        due_before=None if before == NEVER else instant(before),
        due_after=None if after == NEVER else instant(after),
        state_before=was,
        state_after=is_now,
    )
