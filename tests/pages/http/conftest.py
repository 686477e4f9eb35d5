"""A running server and its people, for tests that speak to it over the wire."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from data.core import clock, passwords, sign_in, start
from data.core.database import open_engine
from models.user import User
from tests.browser import driver
from tests.conftest import World

PASSWORD = "vélo pomme nuage"
UNGATED = "tests/pages/http/ungated.py"


@dataclass
class Desk:
    """A desk that is served at `url`; everybody has the same password."""

    url: str
    engine: Engine
    world: World
    var: Path

    def token(self, user: User) -> str:
        """Of a new session of theirs, as the browser has it in its cookie."""
        return self.session(user)[1]

    def session(self, user: User) -> tuple[int, str]:
        assert user.id
        session_id, ticket = sign_in.open_session(self.engine, user.id, "", "", clock.now())
        token = sign_in.redeem(self.engine, ticket, clock.now())
        assert token
        return session_id, token

    @property
    def pid(self) -> int:
        """Of the process that has opened its log."""
        log = str(self.var / "server.log")
        for opened in Path("/proc").glob("[0-9]*/fd/1"):
            with suppress(OSError):
                if str(opened.readlink()) == log:
                    return int(opened.parts[2])
        raise AssertionError("the server is not running")

    @property
    def log(self) -> str:
        return (self.var / "server.log").read_text()


@contextmanager
def serving(var: Path, app: str = "app.py", **environment: str) -> Iterator[Desk]:
    engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
    start.migrate(engine)
    world, hashed = World(engine), passwords.hashed(PASSWORD)
    with Session(engine.execution_options(writes=True)) as session:
        for user in session.exec(select(User)):
            user.password_hash = hashed
            session.add(user)
        session.commit()
    with driver.serving(var, app, **environment) as url:
        yield Desk(url, engine, world, var)
    engine.dispose()


@pytest.fixture(scope="session")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("var")) as desk:
        yield desk


@pytest.fixture(scope="session")
def ungated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same without the gate: it shows what each rule is for."""
    with serving(tmp_path_factory.mktemp("var"), UNGATED) as desk:
        yield desk
