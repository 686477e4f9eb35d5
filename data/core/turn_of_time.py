"""What takes effect because its moment has come, without anybody signed in: subscriptions that begin or end.

Every process of the desk looks after it. What is due at one moment happens in commands of their own, which are alone
and whose clock stands at that very moment; whoever comes second finds it done.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import NamedTuple

from sqlmodel import col

from data.core import audit, calendar_years, clock_watch, scope, subscriptions
from data.core.desk import Desk, OpenDesk, command, query
from models.client import Client
from models.permission import Permission

LONGEST_SLEEP = timedelta(seconds=30)  # another process may have planned something meanwhile
AT_A_TIME = 50  # clients
PATIENCE = timedelta(seconds=10)  # for a change under way when the server stops

log = logging.getLogger("guichet")


class Due(NamedTuple):
    at: datetime
    client_ids: Sequence[int]


def catch_up(desk: Desk) -> datetime | None:
    """Let happen what is due, in the order of time, and tell the moment of what comes next.

    What cannot be done is logged and left for the next time; it keeps nothing else from happening.
    """
    failed: set[int] = set()
    while (due := _next(desk, failed)) and due.at <= desk.now:
        failed |= _happen(desk, due)
    return due.at if due else None


def look_after(desk: Desk) -> datetime | None:
    """All that time brings: what is due, and what a new year needs. The moment of what comes next."""
    clock_watch.look(desk)
    calendar_years.store_this_year(desk)
    return catch_up(desk)


def _happen(desk: Desk, due: Due) -> set[int]:
    """Many clients in one command, one by one if that fails; those for whom it could not be done."""
    try:
        turn(replace(desk, clock=lambda: due.at), due.client_ids)
    except Exception:
        if len(due.client_ids) > 1:
            return set().union(*(_happen(desk, Due(due.at, [one])) for one in due.client_ids))
        log.exception(
            "What was due at %s for client %d could not be done; it will be tried again.", due.at, *due.client_ids
        )
        return set(due.client_ids)
    return set()


@command(Permission.MANAGE_CLIENTS, alone=True)
def turn(desk: OpenDesk, client_ids: Sequence[int]) -> None:
    """What the desk's moment brings for these clients, unless it is done already."""
    due = col(Client.id).in_(client_ids), col(Client.next_change_at) == desk.now
    before = {client.id: client.star_level for client in desk.session.exec(scope.clients(desk).where(*due))}
    subscriptions.settle(desk, list(before))
    for client in desk.session.exec(scope.clients(desk).where(col(Client.id).in_(before))):
        told = ({"star_level": int(level)} for level in (before[client.id], client.star_level))
        audit.deed(desk.session, "client", str(client.id), *told)


def turning(desk: Desk) -> AbstractContextManager[None]:
    """A thread lets happen what comes due, as long as this lasts."""

    def step() -> timedelta:
        following = look_after(desk)
        return LONGEST_SLEEP if following is None else max(min(LONGEST_SLEEP, following - desk.now), timedelta())

    return repeating("turn of time", step, otherwise=LONGEST_SLEEP)


@contextmanager
def repeating(name: str, step: Callable[[], timedelta], *, otherwise: timedelta) -> Iterator[None]:
    """A thread calls `step` again and again, as long as this lasts. It returns how long to sleep; when it fails, which
    is logged, the thread sleeps `otherwise`."""
    stop = Event()
    thread = Thread(target=_repeat, args=(name, step, otherwise, stop), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE.total_seconds())


def _repeat(name: str, step: Callable[[], timedelta], otherwise: timedelta, stop: Event) -> None:
    sleep = timedelta()
    while not stop.wait(sleep.total_seconds()):
        sleep = otherwise
        try:
            sleep = step()
        except Exception:  # such as a database that does not answer; it may later
            log.exception("The desk could not look at what is due (%s); it will be tried again.", name)


@query(Permission.READ_CLIENTS)
def _next(desk: OpenDesk, without: Collection[int]) -> Due | None:
    """Those of the first moment, read from an index however many clients there are; not many at once, for whatever
    else the desk does waits for them."""
    at = col(Client.next_change_at)
    waiting = scope.clients(desk).where(at.is_not(None), col(Client.id).not_in(without))
    rows = desk.session.execute(waiting.with_only_columns(at, col(Client.id)).order_by(at).limit(AT_A_TIME)).all()
    return Due(rows[0][0], [client_id for moment, client_id in rows if moment == rows[0][0]]) if rows else None
