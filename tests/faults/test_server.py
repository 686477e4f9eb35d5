"""What the page has said is done: the server is killed, or loses its power, while it does the next thing."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count, islice
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from data import tickets
from data.core import start
from data.core.database import open_engine
from data.tickets import TicketForm
from models.message import Message
from models.ticket import Kind
from tests.browser import driver
from tests.conftest import World
from tests.faults import recording
from tests.faults.acknowledged import Said, problems
from tests.faults.disk import Disk
from tests.pages.http.conftest import Desk
from tests.pages.http.wire import clicked, tab, typed

pytestmark = pytest.mark.chaos


def prepared(var: Path) -> tuple[str, str]:
    """A desk of its own: the session of a technician, and the reference of a ticket."""
    var.mkdir(parents=True)
    engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
    start.migrate(engine)
    world = World(engine)
    form = TicketForm(kind=Kind.REQUEST, subject="Droits", description="Merci", client_id=world.acme.id)
    found = Desk("", engine, world, var).token(world.technician), tickets.file(world.desk(), form)
    engine.dispose()
    return found


def answers(url: str, token: str, reference: str, stack: ExitStack) -> Iterator[str]:
    """What the technician has sent, each once it stands on the page; the next one is sent without waiting for it."""
    query = f"ref={reference}"
    page = stack.enter_context(tab(url, "ticket", token=token)).run(query_string=query)
    for number in count():
        words, seen = f"Answer {number}.", page.widgets
        page.run(typed(seen["Your message"], words), clicked(seen["Reply"]), query_string=query)
        assert page.run(query_string=query).reads(words)
        seen = page.widgets
        page.ask(typed(seen["Your message"], f"On its way {number}."), clicked(seen["Reply"]), query_string=query)
        yield words
        page.finish()
        page.run(query_string=query)


def bodies(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return set(session.exec(select(Message.body)))


@pytest.mark.parametrize("rounds", [1, 3, 7])
def test_a_killed_server_has_done_what_its_page_has_said(opening, tmp_path, rounds):
    token, reference = prepared(tmp_path / "var")
    with driver.serving(tmp_path / "var") as url, ExitStack() as stack:
        read = list(islice(answers(url, token, reference, stack), rounds))
        os.kill(Desk(url, None, None, tmp_path / "var").pid, signal.SIGKILL)
    with opening(tmp_path / "var") as engine:
        assert set(read) <= bodies(engine)
        assert problems(engine, Said()) == []


@pytest.mark.usefixtures("strace")
def test_a_server_without_power_has_done_what_its_page_has_said(opening, tmp_path):
    root, begins, log = tmp_path / "root", tmp_path / "begins", tmp_path / "strace.log"
    token, reference = prepared(root / "var")
    shutil.copytree(root, begins)
    with driver.serving(root / "var", under=recording.traced(log)) as url, ExitStack() as stack:
        # With each answer, how far the record goes when it has been read.
        read = [(answer, log.stat().st_size) for answer in islice(answers(url, token, reference, stack), 20)]
    steps = recording.read(log, root)
    log.unlink()  # it is large
    for number, (_, position) in enumerate(read):
        disk, left = Disk(root, begins), tmp_path / f"cut-{number}"
        for step in steps:
            if step.position <= position:
                disk.replay(step)
        disk.cut(left, Random(number))
        with opening(left / "var") as engine:
            assert {answer for answer, _ in read[: number + 1]} <= bodies(engine)
            assert problems(engine, Said()) == []
        shutil.rmtree(left)
