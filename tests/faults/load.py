"""Processes that work on a desk as fast as they can, and say what the desk has acknowledged, a line of JSON each.

`python -m tests.faults.load SEED COUNT PROCESSES`: on the desk of the environment, made where there is none. Each
process has a seed of its own, from SEED on, and asks for COUNT things. One whose seed ends in 0 renews the code and the
key, too.
"""

import json
import os
import sys
from contextlib import suppress
from multiprocessing import get_context
from random import Random

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from data import access_codes, conversation, tickets
from data.core import database, key_rotation, private_files, start, users
from data.core.desk import Desk
from data.core.settings import settings
from data.core.uploads import StoredFile, Upload, store
from data.tickets import TicketForm
from models.errors import Refused
from models.ticket import Kind, Urgency
from models.user import User
from tests.conftest import World

SHARED = [Random(number).randbytes(9_000) for number in range(4)]  # files that several processes store at once


def acknowledge(**facts: object) -> None:
    """In one write: the lines of several processes do not mix."""
    os.write(sys.stdout.fileno(), json.dumps(facts).encode() + b"\n")


class Worker:
    """Files tickets as a contact, and works them as a technician."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine, self.seed, self.random = engine, seed, Random(seed)
        with Session(engine) as session:
            self.desks = {user.name: Desk(users.actor(user), engine) for user in session.exec(select(User))}
            self.client_id = self.desks["Contact"].user.client_id or 0
        self.number = 0
        self.open: list[str] = []
        self.mine: list[str] = []

    def work(self) -> None:
        actions = [self.file] * 4 + [self.reply] * 4 + [self.take] * 2 + [self.resolve]
        if self.seed % 10 == 0:
            actions.append(self.renew)
        self.number += 1
        with suppress(Refused):
            self.random.choice(actions)()

    def file(self) -> None:
        subject, files = self._with_files("ticket")
        form = TicketForm(kind=Kind.INCIDENT, subject=subject, description="Écran blanc", urgency=Urgency.SERIOUS)
        reference = tickets.file(self.desks["Contact"], form, files)
        acknowledge(ticket=reference, subject=subject, files=[file.sha256 for file in files])
        self.open.append(reference)

    def reply(self) -> None:
        if self.open:
            body, files = self._with_files("message")
            conversation.reply(self.desks["Contact"], self.random.choice(self.open), body, files)
            acknowledge(message=body, files=[file.sha256 for file in files])

    def take(self) -> None:
        reference = tickets.take_next(self.desks["Colleague" if self.seed % 2 else "Technician"])
        acknowledge(taken=reference)
        self.mine.append(reference)

    def resolve(self) -> None:
        if self.mine:
            reference = self.mine.pop()
            tickets.resolve(self.desks["Colleague" if self.seed % 2 else "Technician"], reference, "Redémarré.")
            acknowledge(resolved=reference)

    def renew(self) -> None:
        if self.random.random() < 0.2 and not settings().secret_keys:
            key_rotation.rotate(self.engine)
            acknowledge(rotated=True)
        acknowledge(code=access_codes.issue(self.desks["Sales"], self.client_id))

    def _with_files(self, what: str) -> tuple[str, list[StoredFile]]:
        """A text that says how many files go with it, and the files."""
        own = self.random.randbytes(self.random.choice((10, 5_000, 70_000)))
        contents = self.random.sample([own, *SHARED], self.random.choice((0, 0, 1, 2)))
        uploads = [Upload(f"{number}.bin", content) for number, content in enumerate(contents)]
        return f"{what} {self.seed}-{self.number} has {len(uploads)} files", list(store(uploads))


def open_desk() -> Engine:
    """Up to date, and with people: those of the demo where it is one."""
    start.prepare(settings(), World)
    engine = database.engine()
    with Session(engine) as session:
        empty = session.exec(select(User)).first() is None
    if empty:
        World(engine)
    return engine


def main(seed: int, count: int, processes: int) -> None:
    private_files.restrict_new_files()
    open_desk().dispose()  # no connection goes along to another process
    acknowledge(opened=True)
    others = [get_context("fork").Process(target=work, args=(seed + n, count)) for n in range(1, processes)]
    for other in others:
        other.start()
    work(seed, count)
    for other in others:
        other.join()
    sys.exit(max((other.exitcode or 0 for other in others), default=0))


def work(seed: int, count: int) -> None:
    worker = Worker(database.engine(), seed)
    while worker.number < count:
        with suppress(DBAPIError):  # the database goes away for a while: what was asked is not acknowledged
            worker.work()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
