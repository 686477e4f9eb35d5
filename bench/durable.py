"""What durability costs: each thing as it is done, beside the same without waiting for the disk.

The floor commits with `synchronous = NORMAL` and syncs no file: a power cut would take its last commits away, and the
bytes of its files. The disk decides, so that a folder in memory (see TMPDIR) tells nothing.
"""

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlmodel import Session

from bench.timing import Row, side_by_side
from bench.world import TECHNICIANS, filled
from data import conversation, queue, tickets
from data.core import files, settings, users
from data.core.database import open_engine
from data.core.desk import Desk
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.ticket import Kind, Urgency
from models.user import User

SIZE, FILE = 10_000, 100_000  # tickets, bytes


def measure(rounds: int) -> list[Row]:
    with filled(SIZE, "sqlite") as engine, _files_aside():
        forgetful = open_engine(engine.url.render_as_string())
        event.listen(forgetful, "connect", _sync_less)
        rows = list(_rows(engine, forgetful, rounds))
        forgetful.dispose()
        return rows


def _rows(engine: Engine, forgetful: Engine, rounds: int) -> Iterator[Row]:
    with Session(engine) as session:
        technician, contact = session.get_one(User, 1), session.get_one(User, TECHNICIANS + 1)
        desk, portal = Desk(users.actor(technician), engine), Desk(users.actor(contact), engine)
    reference = queue.page(desk).lines[0].reference
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien", urgency=Urgency.LOW, product_id=1)
    bytes_of = random.Random(1).randbytes

    def reply(desk: Desk) -> None:
        conversation.reply(desk, reference, "Bonjour")

    def reply_with_file(desk: Desk) -> None:
        conversation.reply(desk, reference, "Bonjour", store([Upload("a.bin", bytes_of(FILE))]))

    def create(desk: Desk) -> None:
        tickets.file(desk, form)

    def row(name: str, run: Callable[[Desk], None], desk: Desk) -> Row:
        other = replace(desk, engine=forgetful)
        return side_by_side(name, SIZE, lambda: run(desk), lambda: _without_sync(run, other), rounds)

    yield row("reply", reply, desk)
    yield row("create a ticket", create, portal)
    yield row("store a file", lambda _desk: _keep(bytes_of(FILE)), desk)
    yield row("reply with file", reply_with_file, desk)


def _keep(content: bytes) -> None:
    files.keep("a.bin", content)


def _nothing(_opened: int) -> None: ...


def _without_sync(run: Callable[[Desk], None], desk: Desk) -> None:
    with patch.object(os, "fsync", _nothing):
        run(desk)


def _sync_less(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def _files_aside() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        with patch.dict(os.environ, GUICHET_FILES=f"file://{Path(folder) / 'files'}"):
            settings.settings.cache_clear()
            yield
        settings.settings.cache_clear()
