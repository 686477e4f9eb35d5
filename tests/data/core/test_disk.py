"""A full disk is never made fuller: files are refused in words while texts still go in, and nothing is left behind."""

import errno
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from uuid import uuid4

import fsspec
import psycopg
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import event, text
from sqlmodel import Session, func, select

from data import conversation, tickets
from data.core import database, disk, files
from data.core import settings as settings_module
from data.core.database import open_engine
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.errors import DiskFull, ReadOnly
from models.message import Message
from models.ticket import Kind, Ticket
from tests.conftest import World
from tests.damage import make_read_only

MB = 1024 * 1024
FORM = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien " * 50)


@pytest.fixture
def reserve(monkeypatch):
    """Sets how many megabytes stay free."""

    def change(megabytes: int) -> None:
        monkeypatch.setenv("GUICHET_KEEP_FREE_MB", str(megabytes))
        settings_module.settings.cache_clear()

    return change


def stored() -> list[Path]:
    return [path for path in (settings().var / "files").rglob("*") if path.is_file()]


def count(engine, table) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()


# ------------------------------------------------------------------ the reserve


def test_files_are_refused_while_less_than_the_reserve_is_free_and_texts_go_in(world, reserve):
    contact = world.desk(world.contact)
    reserve(disk.free(settings().var) // MB + 1000)
    for number in range(55):
        with pytest.raises(DiskFull, match="Texts can still be sent"):
            store([Upload(f"{number}.bin", os.urandom(1000))])
    assert stored() == []
    reference = tickets.file(contact, FORM)
    conversation.reply(contact, reference, "A text")
    reserve(0)
    conversation.reply(contact, reference, "With a file", store([Upload("a.bin", b"content")]))
    assert len(stored()) == 1


def test_files_that_would_take_the_reserve_together_are_refused_together(reserve, monkeypatch):
    reserve(1)
    monkeypatch.setattr(disk, "free", lambda path: 2 * MB)
    with pytest.raises(DiskFull):
        store([Upload("a.bin", b"a" * (MB // 2)), Upload("b.bin", b"b" * (MB // 2 + 1))])
    assert stored() == []
    store([Upload("a.bin", b"a" * (MB // 2)), Upload("b.bin", b"b" * (MB // 2))])
    assert len(stored()) == 2


def test_bytes_that_are_stored_already_need_no_room(reserve):
    files.keep("a.bin", b"content")
    reserve(999_999_999)
    files.keep("b.bin", b"content")
    with pytest.raises(DiskFull):
        files.keep("c.bin", b"other content")


def test_a_store_that_is_no_disk_of_this_machine_has_room(reserve, monkeypatch):
    monkeypatch.setattr(fsspec.core, "url_to_fs", lambda _url: (MemoryFileSystem(), "/guichet-test"))
    reserve(999_999_999)
    digest, _ = files.keep("a.bin", b"content")
    with files.read(digest) as stream:
        assert stream.read() == b"content"


@pytest.mark.parametrize("value", ["-1", "1.5", "many", "1" * 5000, "²", "١"])
def test_a_reserve_that_is_no_number_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", value)
    settings_module.settings.cache_clear()
    with pytest.raises(ValueError, match="GUICHET_KEEP_FREE_MB"):
        settings()


# ------------------------------------------------------------------ files


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_file_for_which_the_disk_has_no_room_leaves_no_byte_behind(monkeypatch, number):
    def write_half(self: LocalFileSystem, path: str, value: bytes, *_: object, **__: object) -> None:
        Path(path).write_bytes(value[: len(value) // 2])
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as full:
        full.setattr(LocalFileSystem, "pipe_file", write_half)
        for one in range(55):
            with pytest.raises(DiskFull, match="too little disk space"):
                store([Upload("a.bin", f"{one}".encode() * 1000)])
        assert stored() == []
    store([Upload("a.bin", b"there is room again")])
    assert len(stored()) == 1


# ------------------------------------------------------------------ the database


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which can be given a largest size
@pytest.mark.parametrize("more", range(6))  # each statement of a command may be the first that finds no room
def test_a_database_without_room_refuses_in_words_and_keeps_what_it_acknowledged(world, more):
    contact, kept = world.desk(world.contact), 0
    with world.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + more

    def limit(connection, _record) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(world.engine, "connect", limit)
    world.engine.dispose()
    with pytest.raises(DiskFull, match="nothing can be saved"):
        while True:
            tickets.file(contact, FORM)
            kept += 1
    for _ in range(5):
        with pytest.raises(DiskFull):
            tickets.file(contact, FORM)
    assert kept == count(world.engine, Ticket)
    event.remove(world.engine, "connect", limit)
    world.engine.dispose()
    tickets.file(contact, FORM)
    with world.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_says_seldom_that_the_database_is_full(world, caplog, monkeypatch):
    monkeypatch.setattr(database, "_logged_at", None)
    make_read_only(world.engine)
    for _ in range(20):
        with pytest.raises(ReadOnly):
            tickets.file(world.desk(world.contact), FORM)
    assert [record.message for record in caplog.records] == [
        "The database cannot be written: attempt to write a readonly database"
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_postgresql_says_of_a_full_disk_and_of_a_standby_is_said_in_words(world):
    raised = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
    with world.engine.connect() as connection, pytest.raises(DiskFull):
        connection.execute(text(raised))
    with world.engine.connect() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        with pytest.raises(ReadOnly, match="can be read but not written"):
            connection.execute(text("UPDATE installation SET demo = demo"))
    tickets.file(world.desk(world.contact), FORM)


# ------------------------------------------------------------------ a real small disk


@pytest.fixture
def small_disk():
    """A file system of 32 MB of its own; not under pytest's own folders, which other users cannot enter."""
    place = Path(tempfile.mkdtemp(prefix="guichet-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "guichet-test", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("file systems can be mounted by root only")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


@pytest.fixture
def cramped(small_disk, sqlite_template, monkeypatch):
    """A world whose database and files lie on the small disk."""
    monkeypatch.setenv("GUICHET_VAR", str(small_disk))
    settings_module.settings.cache_clear()
    (small_disk / "guichet.db").write_bytes(sqlite_template.read_bytes())
    made = open_engine(f"sqlite:///{small_disk / 'guichet.db'}")
    yield World(made)
    made.dispose()


def fill(place: Path, leave: int) -> Path:
    """Another program takes all but so many bytes."""
    ballast = place / "ballast"
    with ballast.open("wb") as file:
        while (left := disk.free(place) - leave) > 0:
            file.write(b"x" * min(left, MB))
            file.flush()
    return ballast


def used(place: Path) -> int:
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def test_on_a_disk_that_fills_up_texts_still_go_in_and_files_again_once_there_is_room(cramped, small_disk, reserve):
    contact = cramped.desk(cramped.contact)
    reserve(8)  # the write-ahead log of SQLite alone takes 4
    ballast = fill(small_disk, leave=8 * MB + MB // 2)
    before = used(small_disk)
    for number in range(55):
        with pytest.raises(DiskFull):
            store([Upload(f"{number}.bin", os.urandom(MB))])
    assert used(small_disk) == before
    references = [tickets.file(contact, FORM) for _ in range(20)]
    conversation.reply(contact, references[0], "A text")
    ballast.unlink()
    conversation.reply(contact, references[0], "A file", store([Upload("a.bin", os.urandom(MB))]))
    assert (count(cramped.engine, Ticket), count(cramped.engine, Message)) == (20, 2)


def test_a_disk_filled_to_the_last_byte_by_others_loses_nothing_and_goes_on_by_itself(cramped, small_disk, reserve):
    contact = cramped.desk(cramped.contact)
    reserve(0)
    kept = [tickets.file(contact, FORM)]
    ballast = fill(small_disk, leave=MB // 2)
    for number in range(55):  # more than there is room for: the system itself refuses
        with pytest.raises(DiskFull):
            store([Upload(f"{number}.bin", os.urandom(MB))])
    assert stored() == []
    with pytest.raises(DiskFull, match="nothing can be saved"):
        while True:
            kept.append(tickets.file(contact, FORM))
    for _ in range(10):
        with pytest.raises(DiskFull):
            tickets.file(contact, FORM)
    cramped.engine.dispose()  # other connections are opened on a full disk, too
    with pytest.raises(DiskFull):
        tickets.file(contact, FORM)
    assert count(cramped.engine, Ticket) == len(kept)
    ballast.unlink()
    tickets.file(contact, FORM, store([Upload("a.bin", os.urandom(MB))]))
    with cramped.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert count(cramped.engine, Ticket) == len(kept) + 1


@pytest.fixture
def cramped_server(small_disk, postgres):
    """A world in a database of PostgreSQL that lies on the small disk; its log lies elsewhere."""
    name = f"small_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.url_of("postgres", driver=""), autocommit=True) as connection:
        folder = Path(connection.execute("SHOW data_directory").fetchone()[0])
        if not folder.exists():
            pytest.skip("the server of PostgreSQL is on another machine")
        os.chown(small_disk, folder.stat().st_uid, folder.stat().st_gid)
        connection.execute(f"CREATE TABLESPACE {name} LOCATION '{small_disk}'")
        connection.execute(f'CREATE DATABASE {name} TEMPLATE "{postgres.template}" TABLESPACE {name}')
        made = open_engine(postgres.url_of(name))
        yield World(made)
        made.dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"DROP TABLESPACE {name}")


def test_a_server_of_postgresql_whose_disk_is_full_refuses_in_words_and_goes_on_by_itself(cramped_server, small_disk):
    contact, kept = cramped_server.desk(cramped_server.contact), 0
    ballast = fill(small_disk, leave=200_000)
    with pytest.raises(DiskFull, match="nothing can be saved"):
        while True:
            tickets.file(contact, FORM)
            kept += 1
    assert count(cramped_server.engine, Ticket) == kept
    ballast.unlink()
    tickets.file(contact, FORM)
    assert count(cramped_server.engine, Ticket) == kept + 1
