"""A client's subscriptions, and all that follows from them: its star level, its tickets' deadlines, its access code."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import Session, col, select

from data.core import calendars, codes, promised_terms, redated_rows, scope
from data.core.desk import OpenDesk
from data.core.redating import Asked
from models.client import Client, StarLevel, Subscription
from models.subscription import Standing
from models.target import Target
from models.ticket import Ticket

AT_A_TIME = 500  # clients


class Settled(NamedTuple):
    """Tickets of which a deadline moved, and access codes issued and ended."""

    moved: int = 0
    issued: int = 0
    ended: int = 0


def star_level(session: Session, client_id: int, now: datetime) -> StarLevel:
    """That of the running subscription; NONE without one. By the rows, so it is never late."""
    running = select(Subscription.star_level).where(
        col(Subscription.client_id) == client_id,
        col(Subscription.starts_at) <= now,
        col(Subscription.ends_at).is_(None) | (col(Subscription.ends_at) > now),
    )
    return StarLevel(session.exec(running).first() or StarLevel.NONE)


def held(session: Session, client_ids: Collection[int]) -> dict[int, list[Subscription]]:
    """The subscriptions of each of these clients, the oldest first."""
    found: dict[int, list[Subscription]] = {client_id: [] for client_id in client_ids}
    listed = select(Subscription).where(col(Subscription.client_id).in_(client_ids))
    for one in session.exec(listed.order_by(col(Subscription.starts_at))):
        found[one.client_id].append(one)
    return found


def add(desk: OpenDesk, rows: Sequence[dict[str, Any]]) -> Settled:
    """Many at once, told by their columns, and all that follows now. Past or present, they are taken as they are.

    A change of a client that is due and has not happened yet stays due: it happens at its own moment, and its tickets
    are dated by that (see data/core/turn_of_time.py).
    """
    if not rows:
        return Settled()
    # Or rows without an end would be statements of their own.
    desk.session.execute(insert(Subscription), rows, execution_options={"render_nulls": True})
    return settle(desk, list(dict.fromkeys(row["client_id"] for row in rows)), leave_due=True)


def settle(desk: OpenDesk, client_ids: Sequence[int], *, leave_due: bool = False) -> Settled:
    """Bring clients up to date with their subscriptions; whoever wrote or removed any calls this, and so does time.

    Where the star level has become another one, the running tickets are dated anew, and whoever enters four or five
    stars is issued a code, which ends when they are left. While levels stay, a few statements for each five hundred.
    """
    done = Settled()
    for start in range(0, len(client_ids), AT_A_TIME):
        some = _settle(desk, client_ids[start : start + AT_A_TIME], leave_due=leave_due)
        done = Settled(*map(sum, zip(done, some, strict=True)))
    return done


def asked(desk: OpenDesk, client_ids: Sequence[int], star_level: StarLevel) -> Asked:
    """The terms of this level for the clients' running tickets.

    One filed after the desk's moment, which time may have passed before its turn came, was promised them already.
    """
    grid = map(Target.of, calendars.service_levels(desk.session, desk.now))
    theirs = col(Ticket.client_id).in_(client_ids) & (col(Ticket.filed_at) <= desk.now)
    return promised_terms.asked(desk, theirs, grid, star_level)


def _settle(desk: OpenDesk, client_ids: Sequence[int], *, leave_due: bool) -> Settled:
    desk.session.flush()
    subscriptions = held(desk.session, client_ids)
    changed: dict[StarLevel, list[int]] = defaultdict(list)
    entered: list[int] = []
    left: list[int] = []
    for client in desk.session.exec(scope.clients(desk).where(col(Client.id).in_(client_ids))):
        due, at = client.next_change_at, desk.now
        if leave_due and due is not None and due <= at:
            at = due - timedelta.resolution
        before, now = client.star_level, Standing.of(subscriptions[client.id], at)
        client.star_level, client.next_change_at, client.subscribed_until = now
        if now.star_level != before:
            changed[now.star_level].append(client.id)
        if now.star_level.has_direct_line != before.has_direct_line:
            (left if before.has_direct_line else entered).append(client.id)
    desk.session.flush()
    moved = sum(redated_rows.save(desk, asked(desk, ids, level)) for level, ids in changed.items())
    for client_id in entered:
        codes.issue(desk, client_id)
    return Settled(moved, len(entered), sum(codes.end(desk, client_id) for client_id in left))
