"""Two real databases, a desk for every role, and builders of what a test needs."""

import gc
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import bcrypt
import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from data.core import finding, users
from data.core import settings as settings_module
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from models.client import Client, StarLevel, Subscription
from models.permission import Role
from models.product import Ownership, Product
from models.user import Language, User
from tests.databases import PostgresServer, SqliteFiles, own_server

REAL_SALT = bcrypt.gensalt
bcrypt.gensalt = partial(REAL_SALT, 4)  # the least cost: a quarter of a second for each hash would be most of the suite
MEMORY = Path("/dev/shm")
if "PYTEST_DEBUG_TEMPROOT" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)  # what a test writes outlives nothing: it waits for no disk
NOON = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)  # a Tuesday, 12:00 in Paris: open


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--shuffle", type=int, metavar="SEED", help="run the files, and the tests of each, in chance order"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if (seed := config.getoption("shuffle")) is not None:
        chance = random.Random(seed)
        places = {path: chance.random() for path in dict.fromkeys(item.path for item in items)}
        items.sort(key=lambda item: (places[item.path], chance.random()))


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: the garbage collector need not go through it again."""
    gc.collect()
    gc.freeze()


CONTENTS: dict[str, Callable[[Engine], object]] = {  # what a database holds when a test begins
    "nothing": lambda _engine: None,
    "world": lambda engine: World(engine),  # noqa: PLW0108 - it is defined below
}


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("templates"), CONTENTS)


@pytest.fixture(scope="session")
def sqlite_template(sqlite_files: SqliteFiles) -> Path:
    """A migrated, empty database."""
    return sqlite_files.template("nothing")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of our own from a wheel, or the one that GUICHET_TEST_POSTGRES_URL names."""
    given = os.environ.get("GUICHET_TEST_POSTGRES_URL", "")
    with nullcontext(given) if given else own_server() as url:
        server = PostgresServer(url, CONTENTS)
        yield server
        server.close()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """The URL of a migrated database that others are copied from; nobody writes in it."""
    return postgres.url_of(postgres.template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database: with the world for a test that asks for it, or else empty."""
    content = "world" if "world" in request.fixturenames else "nothing"
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_files").template(content)
        shutil.copyfile(template, tmp_path / "guichet.db")
        yield f"sqlite:///{tmp_path / 'guichet.db'}"
        return
    with request.getfixturevalue("postgres").database(content) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def new_desk(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Makes new, empty desks, elsewhere."""
    made: list[Engine] = []

    def make() -> Engine:
        path = tmp_path / f"desk{len(made)}.db"
        path.write_bytes(sqlite_template.read_bytes())
        made.append(open_engine(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of a test touches the real var/."""
    monkeypatch.setenv("GUICHET_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings_module.settings.cache_clear()
    yield
    settings_module.settings.cache_clear()


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bcrypt at the cost that the desk gives it, for the tests of just that."""
    monkeypatch.setattr(bcrypt, "gensalt", REAL_SALT)


class World:
    """A small desk: two clients with a contact each, one product, and a member of staff of each role."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = NOON
        with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
            event.listen(session, "after_flush", finding.keep)
            self.acme = self.client(session, "Acme (démo)", StarLevel.FIVE)
            self.other = self.client(session, "Autre (démo)", StarLevel.THREE)
            self.product = Product(name="Comptoir")
            session.add(self.product)
            session.flush()
            session.add_all(
                Ownership(client_id=client.id, product_id=self.product.id) for client in (self.acme, self.other)
            )
            self.manager = self.user(session, "manager", Role.MANAGER)
            self.technician = self.user(session, "technician", Role.TECHNICIAN)
            self.colleague = self.user(session, "colleague", Role.TECHNICIAN)
            self.sales = self.user(session, "sales", Role.SALES)
            self.contact = self.user(session, "contact", Role.CONTACT, self.acme)
            self.stranger = self.user(session, "stranger", Role.CONTACT, self.other)
            session.commit()

    @classmethod
    def found(cls, engine: Engine) -> "World":
        """The world of a database that has it already."""
        world = cls.__new__(cls)
        world.engine, world.now = engine, NOON
        with Session(engine, expire_on_commit=False) as session:
            world.acme, world.other = session.exec(select(Client).order_by(col(Client.id)))
            world.product = session.exec(select(Product)).one()
            for user in session.exec(select(User)):
                setattr(world, user.name.lower(), user)
        return world

    def client(self, session: Session, name: str, star_level: StarLevel | None) -> Client:
        client = Client(name=name, created_at=NOON, star_level=star_level or StarLevel.NONE)
        session.add(client)
        session.flush()
        if star_level:
            begin = datetime(2020, 1, 1, tzinfo=UTC)
            session.add(Subscription(client_id=client.id, star_level=star_level, starts_at=begin))
        return client

    def user(self, session: Session, name: str, role: Role, client: Client | None = None) -> User:
        user = User(
            email=f"{name}@guichet.example",
            name=name.capitalize(),
            role=role,
            client_id=client.id if client else None,
            language=Language.ENGLISH,
            created_at=NOON,
        )
        session.add(user)
        session.flush()
        return user

    def desk(self, user: User | None = None) -> Desk:
        """The desk of somebody, by the world's own clock; of the command line without anybody."""
        return Desk(users.actor(user) if user else SYSTEM, self.engine, clock=lambda: self.now)


@pytest.fixture
def world(engine: Engine) -> World:
    return World.found(engine)


@pytest.fixture
def count_queries(engine: Engine) -> Iterator[Callable[[], int]]:
    """How many statements the database was given since the last time it was asked."""
    seen = 0

    def saw(*_: object) -> None:
        nonlocal seen
        seen += 1

    def count() -> int:
        nonlocal seen
        counted, seen = seen, 0
        return counted

    event.listen(engine, "before_cursor_execute", saw)
    yield count
    event.remove(engine, "before_cursor_execute", saw)
