"""Brings the database up to date before anybody is served; safe when several processes start at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import Engine, text
from sqlmodel import Session

from data.core import codes, private_files, storage, turn_of_time
from data.core.clock import now
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk, opened
from data.core.settings import Settings
from models.installation import Installation
from models.service_level import defaults

EPOCH = "1970-01-01T00:00:00+00:00"
MIGRATIONS = Path(__file__).parents[1] / "migrations"
_LOCK = 0x67756963686574  # "guichet": the advisory lock of whoever migrates a PostgreSQL database

Seed = Callable[[Engine], None]


def prepare(settings: Settings, seed: Seed) -> None:
    """Migrate; and where the embedded database does not exist yet, make it, as the demo world unless told not to.

    The demo is built in a file aside that gets its name when it is whole: a demo account can only come to
    exist in a database that was born as a demo, and a start that was killed leaves nothing behind.
    At last happens what came due while nobody served.
    Raises ValueError, saying what to do, when the storage cannot be used, when a former desk lies where a new database
    would be made, and when the secret key is not the database's.
    """
    engine = open_engine(settings.database_url)
    storage.require_usable(settings, engine)
    if settings.embedded or settings.var.exists():
        private_files.restrict(settings.var)
    guard = partial(_guard, settings, engine)
    if settings.embedded:
        with FileLock(settings.var / "start.lock"):
            if settings.demo and not settings.embedded_file.exists():
                guard()
                _make_demo(settings, seed)
            migrate(engine, guard=guard)
    else:
        migrate(engine, guard=guard)
    with opened(Desk(SYSTEM, engine), "start.require_key", writes=True) as desk:
        codes.require_key(desk.session, desk.now)
    turn_of_time.look_after(Desk(SYSTEM, engine))


def _make_demo(settings: Settings, seed: Seed) -> None:
    aside = settings.var / "demo.part"
    for leftover in settings.var.glob("demo.part*"):
        leftover.unlink()
    engine = open_engine(f"sqlite:///{aside}")
    migrate(engine, demo=True)
    seed(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # everything into the one file that is renamed
    engine.dispose()
    aside.replace(settings.embedded_file)


def _guard(settings: Settings, engine: Engine) -> None:
    """Raises ValueError rather than mix two desks."""
    if storage.is_new(engine):
        storage.require_no_former_desk(settings, engine)
    else:
        storage.require_own_log(engine)


def migrate(engine: Engine, *, demo: bool = False, guard: Callable[[], None] = lambda: None) -> None:
    """Alembic to the newest revision, and what a new desk begins with; one process at a time.

    `guard` is asked first. Raises ValueError for a database of a newer Guichet.
    """
    with _alone(engine):
        guard()
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.execution_options(writes=True).begin() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                if "Can't locate revision" not in str(error):
                    raise
                raise ValueError("This database is of a newer Guichet. Start that one, or restore a backup.") from None
        with opened(Desk(SYSTEM, engine), "start.install", writes=True) as desk:
            if desk.session.get(Installation, 1) is None:
                desk.session.add(Installation(demo=demo, created_at=desk.now))
                desk.session.add_all(defaults(now().fromisoformat(EPOCH)))


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    else:
        with FileLock(f"{engine.url.database}.lock"):
            yield


@cache
def is_demo(engine: Engine) -> bool:
    """Was this database born as the demo world? That never changes."""
    with Session(engine) as session:
        return session.get_one(Installation, 1).demo
