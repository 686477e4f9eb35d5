"""What is found out about the desk by writing, and what it costs whoever asks all the time."""

import logging
import shutil
import sqlite3
import time
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from data.core import database, disk, health
from data.core import settings as settings_module
from data.core.health import Watch, problems
from data.core.settings import settings
from models.errors import ReadOnly
from tests.damage import make_read_only


@pytest.fixture(autouse=True)
def store():
    place = settings().var / "files"
    place.mkdir(parents=True)
    return place


def reasons(engine) -> list[str]:
    return [one.reason for one in problems(engine)]


@pytest.fixture
def always(monkeypatch):
    """Nothing is fresh: everybody looks."""
    monkeypatch.setattr(health, "FRESH", 0.0)


# ------------------------------------------------------------------ what it notices


def test_a_desk_that_can_be_written_is_well_and_nothing_is_left_behind(world, store):
    assert reasons(world.engine) == []
    assert list(store.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_looking_again_and_again_makes_the_database_no_larger(world):
    for _ in range(20):
        database.require_writable(world.engine)
    before = Path(world.engine.url.database).stat().st_size
    for _ in range(300):
        database.require_writable(world.engine)
    assert Path(world.engine.url.database).stat().st_size == before
    assert Path(f"{world.engine.url.database}-wal").stat().st_size < 6 * disk.MEGABYTE


def test_it_is_on_the_disk_for_another_process_to_see(world):
    if world.engine.dialect.name == "sqlite":
        with sqlite3.connect(world.engine.url.database) as other:
            [before] = other.execute("PRAGMA user_version").fetchone()
            database.require_writable(world.engine)
            assert other.execute("PRAGMA user_version").fetchone() == (before + 1,)
    else:
        with world.engine.connect() as connection:
            before = connection.scalar(text("SELECT xmin::text FROM installation"))
        database.require_writable(world.engine)
        with world.engine.connect() as connection:
            assert connection.scalar(text("SELECT xmin::text FROM installation")) != before


def test_a_database_that_can_only_be_read_is_failing(world):
    make_read_only(world.engine)
    with pytest.raises(ReadOnly):
        database.require_writable(world.engine)
    assert reasons(world.engine) == ["the database cannot be written"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_without_room_is_failing(world, monkeypatch):
    def refuse(engine) -> None:
        raise disk.nothing_saved()

    monkeypatch.setattr(database, "require_writable", refuse)
    report = Watch(world.engine).look()
    assert report.failing and report.reasons == ("the database cannot be written",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_database_is_failing(world):
    world.engine.dispose()
    for path in Path(world.engine.url.database).parent.glob("guichet.db*"):
        path.write_bytes(b"rubbish" * 1000)
    assert reasons(world.engine) == ["the database does not answer"]


def test_a_database_server_that_is_away_is_failing():
    engine = database.open_engine("postgresql+psycopg://nobody:secret@127.0.0.1:9/none")
    [found] = problems(engine)
    assert found.reason == "the database does not answer" and "secret" not in found.detail


def test_a_database_that_somebody_writes_to_for_long_is_busy_and_well(world):
    with world.engine.execution_options(writes=True).connect() as connection:
        connection.execute(text("UPDATE installation SET demo = demo"))
        begun = time.monotonic()
        assert reasons(world.engine) == []
        assert time.monotonic() - begun < health.PATIENCE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_others_wait_for_their_turn_as_long_as_before(world):
    database.require_writable(world.engine)
    with world.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 60_000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ruin", [shutil.rmtree, lambda place: (shutil.rmtree(place), place.write_bytes(b""))])
def test_a_file_store_that_is_gone_is_failing_and_is_not_made_again(world, store, ruin):
    ruin(store)
    assert reasons(world.engine) == ["files cannot be stored"]
    assert not store.is_dir()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_little_disk_space_is_degraded_for_texts_go_in(world, monkeypatch):
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "999999999")
    settings_module.settings.cache_clear()
    report = Watch(world.engine).look()
    assert (report.status, report.reasons) == ("degraded", ("disk space is low",))


# ------------------------------------------------------------------ what it costs, and what the log says


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_many_who_ask_one_looks(world, monkeypatch):
    looked = []
    monkeypatch.setattr(health, "problems", lambda engine: looked.append(1) or iter(()))
    watch = Watch(world.engine)
    threads = [Thread(target=watch.look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(100):
        assert watch.known().status == "ok"
    assert looked == [1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_a_store_hangs_nobody_waits_for_it_and_it_is_failing(world, monkeypatch, always):
    begun, end = Event(), Event()

    def hang(_engine):
        begun.set()
        end.wait(20)
        return iter(())

    watch = Watch(world.engine)
    assert watch.look().status == "ok"
    monkeypatch.setattr(health, "problems", hang)
    thread = Thread(target=watch.look)
    thread.start()
    try:
        assert begun.wait(20)
        assert watch.known().status == "ok"  # what was found last
        monkeypatch.setattr(health, "PATIENCE", 0.0)
        assert watch.known() is health.UNANSWERED and watch.look() is health.UNANSWERED
    finally:
        end.set()
        thread.join()
    monkeypatch.setattr(health, "problems", lambda _engine: iter(()))
    assert watch.known() is None and watch.look().status == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_says_why_once_for_each_change(world, store, always, caplog):
    caplog.set_level(logging.INFO, "guichet")
    watch = Watch(world.engine)
    for _ in range(3):
        assert watch.look().status == "ok"
    assert caplog.records == []
    store.rmdir()
    for _ in range(3):
        assert watch.look().failing
    [said] = caplog.records
    assert said.levelno == logging.ERROR and str(store) in said.message  # the log may name the place
    store.mkdir()
    for _ in range(3):
        assert watch.look().status == "ok"
    assert caplog.records[1:] and caplog.records[-1].message == "Health is ok again." and len(caplog.records) == 2
