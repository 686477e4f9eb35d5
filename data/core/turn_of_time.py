"""What takes effect because its moment has come, without anybody signed in: subscriptions that begin or end.

Every process of the desk looks after it. Each change is one command of its own, alone and at its very moment; whoever
comes second finds it done.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import NamedTuple

from sqlmodel import col

from data.core import audit, scope, subscriptions
from data.core.desk import Desk, OpenDesk, command, query
from models.client import Client
from models.permission import Permission

LONGEST_SLEEP = timedelta(seconds=30)  # another process may have planned something meanwhile
PATIENCE = timedelta(seconds=10)  # for a change under way when the server stops

log = logging.getLogger("guichet")


class Due(NamedTuple):
    at: datetime
    client_id: int


def catch_up(desk: Desk) -> datetime | None:
    """Let happen what is due, in the order of time, and tell the moment of what comes next.

    What cannot be done is logged and left for the next time; it keeps nothing else from happening.
    """
    failed: set[int] = set()
    while (due := _next(desk, failed)) and due.at <= desk.now:
        try:
            turn(_at(desk, due.at), due.client_id)
        except Exception:
            log.exception("What was due at %s for client %s could not be done; it will be tried again.", *due)
            failed.add(due.client_id)
    return due.at if due else None


def _at(desk: Desk, moment: datetime) -> Desk:
    return replace(desk, clock=lambda: moment)


@command(Permission.MANAGE_CLIENTS, alone=True)
def turn(desk: OpenDesk, client_id: int) -> None:
    """What the desk's moment brings for the client, unless it is done already."""
    client = scope.client(desk, client_id)
    if client.next_change_at == desk.now:
        before = client.star_level
        subscriptions.settle(desk, [client_id])
        told = ({"star_level": int(level)} for level in (before, client.star_level))
        audit.deed(desk.session, "client", str(client_id), *told)


@contextmanager
def turning(desk: Desk) -> Iterator[None]:
    """A thread lets happen what comes due, as long as this lasts."""
    stop = Event()
    thread = Thread(target=_watch, args=(desk, stop), name="turn of time", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE.total_seconds())


def _watch(desk: Desk, stop: Event) -> None:
    sleep = timedelta()
    while not stop.wait(sleep.total_seconds()):
        sleep = LONGEST_SLEEP
        try:
            following = catch_up(desk)
            if following is not None:
                sleep = max(min(sleep, following - desk.now), timedelta())
        except Exception:  # such as a database that does not answer; it may later
            log.exception("The desk could not look at what is due; it will be tried again.")


@query(Permission.READ_CLIENTS)
def _next(desk: OpenDesk, without: Collection[int]) -> Due | None:
    """The first row of an index, however many clients there are."""
    coming = scope.clients(desk).where(col(Client.next_change_at).is_not(None), col(Client.id).not_in(without))
    first = desk.session.exec(coming.order_by(col(Client.next_change_at)).limit(1)).first()
    return Due(first.next_change_at, first.id) if first and first.next_change_at else None
