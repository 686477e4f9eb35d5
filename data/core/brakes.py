"""The brakes on guessing passwords. They slow a guesser, and keep no owner out.

| who tries                                             | what counts the tries | free | longest wait |
|-------------------------------------------------------|-----------------------|------|--------------|
| a browser in which this person has signed in before   | this browser          |    4 | 15 minutes   |
| any other                                             | name and network      |    4 | 15 minutes   |
|                                                       | network               |   30 | 15 minutes   |
|                                                       | name                  |   20 | 10 seconds   |
| somebody signed in, who gives the present password    | account               |    4 | 15 minutes   |

A try that is due counts as refused until it has succeeded, so that many side by side find the brake as many in turn do.
One that comes too early is not looked at, writes nothing, and makes no wait longer. An hour after the last try all is
forgotten. Unknown names are braked as known ones are.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from data.core import known_browsers
from data.core.database import insert_into
from models.networks import network
from models.user import SignInBrake

FREE_TRIES, TRIES_PER_NETWORK, TRIES_PER_NAME = 4, 30, 20  # many people can sit behind one address
LONGEST_WAIT, SLOWED = timedelta(minutes=15), timedelta(seconds=10)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Brake:
    """The key is a hash: the table shows no name that was tried."""

    key: str
    free: int = FREE_TRIES
    longest: timedelta = LONGEST_WAIT


def of_sign_in(session: Session, name: str, address: str, browser_token: str, now: datetime) -> Sequence[Brake]:
    """`name` is as `addresses.sign_in_name` gives it."""
    if known_browsers.knows(session, browser_token, name, now):
        return [Brake(_key("browser", browser_token, name))]
    place = network(address)
    return [
        Brake(_key("name and network", name, place)),
        Brake(_key("network", place), free=TRIES_PER_NETWORK),
        Brake(_key("name", name), free=TRIES_PER_NAME, longest=SLOWED),
    ]


def of_owner(user_id: int) -> Sequence[Brake]:
    """Nobody at the sign-in page can hold it."""
    return [Brake(_key("owner", str(user_id)))]


def wait(session: Session, brakes: Sequence[Brake], now: datetime) -> timedelta:
    """How long the next try has to wait; nothing when it is due."""
    not_before = select(SignInBrake.not_before).where(col(SignInBrake.key).in_([brake.key for brake in brakes]))
    return max([moment - now for moment in session.exec(not_before)] + [timedelta()])


def count(session: Session, brakes: Sequence[Brake], now: datetime) -> tuple[timedelta, timedelta]:
    """How long this try has to wait, in which case it does not count; and how long the one after it has to."""
    rows = [_locked(session, brake.key, now) for brake in brakes]
    early = max(row.not_before - now for row in rows)
    if early > timedelta():
        return early, early
    for row, brake in zip(rows, brakes, strict=True):
        row.failures = 1 if row.failed_at < now - FORGOTTEN_AFTER else row.failures + 1
        row.failed_at = now
        beyond = row.failures - brake.free
        row.not_before = now + (
            min(timedelta(seconds=2 ** min(beyond, 20)), brake.longest) if beyond >= 0 else timedelta()
        )
    return timedelta(), max(row.not_before for row in rows) - now


def give_back(session: Session, brakes: Sequence[Brake]) -> None:
    """A try that was counted and then not looked at was none. What others have to wait stays."""
    for brake in brakes:
        if (row := session.get(SignInBrake, brake.key, with_for_update=True)) is not None:
            row.failures = max(row.failures - 1, 0)


def release(session: Session, brakes: Sequence[Brake], now: datetime) -> None:
    """The right password was given: the tries of this browser, or of this name here, are forgotten. What others share
    gets its one try back and no more, or each sign-in of the owner would give a guesser new free ones."""
    own, *shared = (session.get(SignInBrake, brake.key, with_for_update=True) for brake in brakes)
    if own is not None:
        session.delete(own)
    for row in filter(None, shared):
        row.failures, row.not_before = max(row.failures - 1, 0), now


def _locked(session: Session, key: str, now: datetime) -> SignInBrake:
    """Made where it is not there yet; locked until the try is counted."""
    found = session.get(SignInBrake, key, with_for_update=True)
    if found is None:
        new = insert_into(session, SignInBrake).values(key=key, failures=0, failed_at=now, not_before=now)
        session.execute(new.on_conflict_do_nothing())
        found = session.get_one(SignInBrake, key, with_for_update=True)
    return found


def _key(kind: str, *parts: str) -> str:
    return hashlib.sha256("\n".join((kind, *parts)).encode("utf-8", "surrogatepass")).hexdigest()
