"""The desk: who asks, of which database, by which clock; and the ways to use it.

A page holds a Desk. @query and @command open it for one call: they read the user afresh, check the
permission, begin a transaction, run the function, and end the transaction. Called from another query
or command, they join the transaction already open. @long_command changes more than one transaction
should hold.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from time import monotonic, sleep
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, event, text
from sqlmodel import Session

from data.core import audit, clock, finding, recount, ticket_words, users
from models.errors import NotAllowed, NotSignedIn
from models.permission import Permission, Role
from models.user import Actor

P = ParamSpec("P")
R = TypeVar("R")

_TURN = 0x6775696368657400  # the advisory lock by which commands on PostgreSQL let one that must be alone pass
# SQLite lets whoever waits try again every tenth of a second, in no order: so long is its lock free after each hold.
HOLD, GIVE_WAY = 0.25, 0.11  # seconds
SYSTEM = Actor(id=None, name="Guichet", role=Role.MANAGER)  # the command line, the seed, the server itself


@dataclass(frozen=True)
class Desk:
    """`session_id` is the web session that speaks, None for the command line: its user is not read again."""

    user: Actor
    engine: Engine
    session_id: int | None = None
    clock: Callable[[], datetime] = clock.now

    @property
    def now(self) -> datetime:
        return self.clock()

    def may(self, permission: Permission) -> bool:
        return self.user.may(permission)

    def require(self, permission: Permission) -> None:
        if not self.may(permission):
            raise NotAllowed("Your role does not allow this.")


@dataclass(frozen=True)
class OpenDesk(Desk):
    """A desk within its transaction; its clock stands still, so that one call happens at one moment."""

    session: Session = None  # type: ignore[assignment]
    writes: bool = False

    @property
    def me(self) -> int:
        """The user's id. Raises NotAllowed for the command line, which is nobody."""
        if self.user.id is None:
            raise NotAllowed("This is for people who are signed in.")
        return self.user.id


Inside = Callable[Concatenate[OpenDesk, P], R]
Outside = Callable[Concatenate[Desk, P], R]


def query(permission: Permission, *, still: bool = False) -> Callable[[Inside[P, R]], Outside[P, R]]:
    """Reads; leaves nothing behind.

    `still`: all that it reads is of one moment, for figures that must agree. SQLite never does it otherwise.
    """
    return lambda function: _through_the_desk(function, permission, writes=False, still=still)


def command(permission: Permission, *, alone: bool = False) -> Callable[[Inside[P, R]], Outside[P, R]]:
    """Changes something, wholly or not at all; the audit trail says who did.

    `alone`: no other command is under way meanwhile. For changes of the rules that others act by.
    """
    return lambda function: _through_the_desk(function, permission, writes=True, alone=alone)


class Steps:
    """The transactions of a long command: each is whole, and others take their turns between two of them."""

    def __init__(self, desk: Desk, action: str, permission: Permission) -> None:
        self._desk, self._action, self._permission = desk, action, permission
        self._held = self._ended = 0.0

    @contextmanager
    def query(self) -> Iterator[OpenDesk]:
        """Reads; leaves nothing behind."""
        with opened(self._desk, self._action, writes=False) as desk:
            desk.require(self._permission)
            yield desk

    @contextmanager
    def command(self, *, alone: bool = False) -> Iterator[OpenDesk]:
        """Keep it short: on SQLite every other command waits for it."""
        self._give_way()
        with opened(self._desk, self._action, writes=True, alone=alone) as desk:
            begun = monotonic()
            desk.require(self._permission)
            yield desk
        self._ended = monotonic()
        self._held += self._ended - begun

    def _give_way(self) -> None:
        """What was done since the last command counts."""
        if self._held > HOLD and self._desk.engine.dialect.name == "sqlite":
            sleep(max(self._ended + GIVE_WAY - monotonic(), 0))
            self._held = 0.0


def long_command(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Steps, P], R]], Callable[Concatenate[Desk, P], R]]:
    """Changes more than one transaction should hold, in steps: what is done stays when it is stopped. Written so that
    whoever gives it again goes on where it was."""

    def decorate(function: Callable[Concatenate[Steps, P], R]) -> Callable[Concatenate[Desk, P], R]:
        action = _action_of(function)

        @wraps(function)
        def call(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if isinstance(desk, OpenDesk):
                raise TypeError(f"{action} has transactions of its own.")
            steps = Steps(desk, action, permission)
            with steps.query():  # whoever may not is refused before anything happens
                pass
            return function(steps, *args, **kwargs)

        call.permission = permission  # type: ignore[attr-defined]
        return call

    return decorate


def _action_of(function: Callable[..., object]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _through_the_desk(
    function: Inside[P, R], permission: Permission, *, writes: bool, alone: bool = False, still: bool = False
) -> Outside[P, R]:
    action = _action_of(function)

    @wraps(function)
    def call(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with opened(desk, action, writes=writes, alone=alone, still=still) as open_desk:
            open_desk.require(permission)
            return function(open_desk, *args, **kwargs)

    call.permission = permission  # type: ignore[attr-defined]
    return call


@contextmanager
def opened(desk: Desk, action: str, *, writes: bool, alone: bool = False, still: bool = False) -> Iterator[OpenDesk]:
    """One transaction as `desk`; the audit trail calls it `action`.

    A command's moment is that at which its turn has come: rules saved while it waited hold for it.

    Raises NotSignedIn when the session has ended since the desk was made: a fragment or callback that
    kept an old desk can do nothing with it.
    """
    if isinstance(desk, OpenDesk):
        if writes and not desk.writes:
            raise TypeError(f"A query may not give the command {action}.")
        yield desk
        return
    with Session(desk.engine.execution_options(writes=writes), expire_on_commit=False) as session:
        if writes:
            _take_turn(session, alone)
        if still and desk.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        now = desk.now
        user = desk.user
        if desk.session_id is not None:
            found = users.of_session(session, desk.session_id, now)
            if found is None:
                raise NotSignedIn("Your session has ended. Please sign in again.")
            user = found
        session.info.update(user=user, now=now, action=action)
        event.listen(session, "after_flush", audit.record)
        event.listen(session, "after_flush", recount.after_flush)
        event.listen(session, "after_flush", finding.keep)
        event.listen(session, "after_flush", ticket_words.keep)
        yield OpenDesk(user, desk.engine, desk.session_id, lambda: now, session, writes)
        if writes:
            session.commit()


def _take_turn(session: Session, alone: bool) -> None:
    """On SQLite every command is alone from its BEGIN on; on PostgreSQL those that must be take the lock of all."""
    if session.connection().dialect.name == "postgresql":
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        session.execute(text(f"SELECT {lock}(:turn)"), {"turn": _TURN})
