"""What the gate costs a rerun: the desk with its gate and without, served side by side and asked turn by turn."""

import asyncio
import os
import random
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from bench.timing import Row
from data.core import clock, sign_in, start
from data.core.database import open_engine
from data.core.settings import settings
from data.demo import ACCOUNTS, seed
from models.user import User
from pages.http.sockets import MESSAGES_OF_A_SESSION, Socket, Traffic
from tests.browser.driver import serving
from tests.pages.http.wire import Tab, rerun, tab, typed

PAGES = ("profile", "queue")
TABS = 6  # each of a session of its own, or the gate would slow us down
SERVERS = {"with": "app.py", "without": "tests/pages/http/ungated.py"}


def measure(rounds: int) -> list[Row]:
    with ExitStack() as stack:
        tabs = {name: _tabs(stack, app) for name, app in SERVERS.items()}
        return [*(_reruns(page, tabs, rounds) for page in PAGES), _alone(rounds)]


def _tabs(stack: ExitStack, app: str) -> list[Tab]:
    var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guichet-bench-")))
    os.environ["GUICHET_VAR"] = str(var)  # where the key of its access codes lies, which the server reads there
    settings.cache_clear()
    engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
    start.migrate(engine)
    seed(engine, tickets=200)
    url = stack.enter_context(serving(var, app))
    return [stack.enter_context(tab(url, token=_token(engine))) for _ in range(TABS)]


def _token(engine: Engine) -> str:
    with Session(engine) as session:
        user = session.exec(select(User).where(User.email == ACCOUNTS[0][0])).one()
    assert user.id is not None
    _, ticket = sign_in.open_session(engine, user.id, "", "", clock.now())
    return str(sign_in.redeem(engine, ticket, clock.now()))


def _reruns(page: str, tabs: dict[str, list[Tab]], rounds: int) -> Row:
    taken: dict[str, list[float]] = {name: [] for name in tabs}
    order, warm = list(tabs), 3 * TABS
    for turn in range(warm + rounds):
        random.shuffle(order)
        for name in order:
            asked = tabs[name][turn % TABS]
            asked.path = page
            started = perf_counter()
            asked.run()
            if turn >= warm:
                taken[name].append((perf_counter() - started) * 1000)
    more = [with_gate - without for with_gate, without in zip(taken["with"], taken["without"], strict=True)]
    row: Row = {
        "name": page,
        "with_ms": round(median(taken["with"]), 2),
        "p95_ms": round(quantiles(taken["with"], n=20)[18], 2),
        "without_ms": round(median(taken["without"]), 2),
        "more_ms": round(median(more), 3),
    }
    print(
        "{name:<16} with {with_ms:>7} ms   p95 {p95_ms:>7}   without {without_ms:>7} ms   more {more_ms:>7}".format(
            **row
        )
    )
    return row


def _alone(rounds: int) -> Row:
    """The gate's own work on the message of a click on a page of thirty fields, without server and network."""
    frame = rerun(*(typed(f"$$ID-{n:032x}-field", "some words") for n in range(30))).SerializeToString()
    message = {"type": "websocket.receive", "bytes": frame}

    async def receive() -> dict[str, Any]:
        return message

    async def send(_message: Any) -> None:
        pass

    async def passed() -> list[float]:
        taken = []
        for turn in range(rounds):  # each by another session: none has to wait
            scope = {"type": "websocket", "client": ("192.0.2.1", 1), "headers": []}
            socket = Socket(scope, receive, send, turn, traffic)
            for _ in range(MESSAGES_OF_A_SESSION.burst):
                started = perf_counter()
                await socket.receive()
                taken.append((perf_counter() - started) * 1000)
        return taken

    traffic = Traffic()
    taken = asyncio.run(passed())
    row: Row = {
        "name": "the gate alone",
        "more_ms": round(median(taken), 4),
        "p95_ms": round(quantiles(taken, n=20)[18], 4),
    }
    print("{name:<16} {more_ms} ms a message   p95 {p95_ms}".format(**row))
    return row
