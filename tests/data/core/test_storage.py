"""A start on storage that cannot be used, or where a former desk lies, is refused in words, and changes nothing."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect

from data.core import disk, start, storage
from data.core import settings as module
from data.core.database import open_engine
from data.core.settings import settings
from models.errors import DeskError
from tests.damage import make_read_only

HOUSE = Path(__file__).parents[3]


def begin() -> None:
    start.prepare(settings(), lambda _engine: None)


@pytest.fixture
def changed(monkeypatch):
    """Sets a variable of the environment for the next reading of the settings."""

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        module.settings.cache_clear()

    yield change
    monkeypatch.undo()
    module.settings.cache_clear()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file() and one.suffix != ".lock"}


@pytest.mark.parametrize("demo", ["0", "1"])
@pytest.mark.parametrize("mark", ["secret.key", "files/ab/abcd", "guichet.db-wal"])
def test_no_desk_is_made_where_a_former_one_left_its_marks(changed, demo, mark):
    changed(GUICHET_DEMO=demo)
    left = settings().var / mark
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"of the former desk")
    with pytest.raises(ValueError, match=r"a former desk left these: .*GUICHET_VAR") as refusal:
        begin()
    assert mark.split("/")[0] in str(refusal.value)
    assert contents(settings().var) == {str(left): b"of the former desk"}


def test_a_lost_database_is_missed_and_found_again_when_it_is_put_back(tmp_path):
    begin()
    file = settings().embedded_file
    shutil.move(file, tmp_path / "aside.db")
    with pytest.raises(ValueError, match="There is no database"):
        begin()
    shutil.move(tmp_path / "aside.db", file)
    begin()


def test_an_empty_database_elsewhere_is_not_made_a_desk_beside_a_former_ones_key(changed, database_url, tmp_path):
    begin()
    empty = open_engine(f"sqlite:///{tmp_path / 'other.db'}") if "sqlite" in database_url else open_engine(database_url)
    if empty.dialect.name == "postgresql":
        with empty.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    changed(DATABASE_URL=empty.url.render_as_string(hide_password=False))
    with pytest.raises(ValueError, match="a former desk left these"):
        begin()
    assert not inspect(empty).get_table_names()
    empty.dispose()


def test_the_first_start_of_a_demo_that_was_killed_can_be_made_again():
    var = settings().var
    (var / "files").mkdir(parents=True)
    (var / "files" / "one").write_bytes(b"x")
    (var / "secret.key").write_text("k" * 40)
    (var / "demo.part").write_bytes(b"half")
    begin()
    assert settings().embedded_file.exists() and not (var / "demo.part").exists()


KILLED = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA wal_autocheckpoint = 0")
for number in range(300):
    database.execute("INSERT INTO reference_counter (kind, year, last) VALUES ('incident', ?, 1)", (3000 + number,))
os._exit(9)
"""


def test_a_log_that_is_not_the_databases_own_is_recognised_and_touched_by_nothing(tmp_path):
    begin()
    file = settings().embedded_file
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, tmp_path / "older.db")
    with sqlite3.connect(file) as database:  # pages that come into the file by a checkpoint, and not into the copy
        database.execute("CREATE TABLE later (text)")
        database.executemany("INSERT INTO later VALUES (?)", [("x" * 3000,)] * 500)
        database.execute("DROP TABLE later")
        database.execute("CREATE TABLE kept (text UNIQUE)")
        database.executemany("INSERT INTO kept VALUES (?)", [(f"{number}" * 500,) for number in range(500)])
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    log = file.with_name("guichet.db-wal")
    assert log.stat().st_size > 0
    shutil.copy(tmp_path / "older.db", file)
    before = file.read_bytes(), log.read_bytes()
    with pytest.raises(ValueError, match="do not belong together"):
        begin()
    assert (file.read_bytes(), log.read_bytes()) == before


def test_the_databases_own_log_is_taken_in_after_a_crash():
    begin()
    file = settings().embedded_file
    subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert file.with_name("guichet.db-wal").stat().st_size > 0
    begin()
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM reference_counter").fetchone() == (300,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_folder_that_cannot_be_written_is_said_by_name(changed, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    changed(GUICHET_VAR=str(tmp_path / "file" / "var"))
    with pytest.raises(ValueError, match=r"cannot be written .*GUICHET_VAR"):
        begin()


@pytest.mark.parametrize("url", ["nosuch://x", "file:///proc/nowhere"])
def test_a_file_store_that_cannot_be_used_is_said_by_name(changed, url):
    changed(GUICHET_FILES=url)
    with pytest.raises(ValueError, match="Check GUICHET_FILES"):
        begin()
    assert not settings().embedded_file.exists()


def test_a_database_where_nothing_can_be_written_is_refused_at_once(changed):
    changed(DATABASE_URL="sqlite:////proc/guichet.db")
    with pytest.raises(ValueError, match="DATABASE_URL"):
        begin()


def test_a_database_of_a_newer_release_is_refused_in_words():
    begin()
    with sqlite3.connect(settings().embedded_file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ValueError, match="a newer Guichet"):
        begin()


def test_the_command_line_says_it_in_one_line_without_a_trace(tmp_path):
    (tmp_path / "secret.key").write_text("k" * 40)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GUICHET_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "data", "migrate"],
        cwd=HOUSE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "a former desk" in done.stderr


# ------------------------------------------------------------------ read-only, or full


def test_a_database_that_can_only_be_read_is_refused_by_name(changed, database_url, monkeypatch):
    changed(DATABASE_URL=database_url)
    begin()
    engine = open_engine(database_url)
    make_read_only(engine)
    monkeypatch.setattr(start, "open_engine", lambda _url: engine)
    with pytest.raises(ValueError, match=r"can be read but not written.*the right to write"):
        begin()
    engine.dispose()


@pytest.fixture
def read_only(tmp_path):
    """Makes files read-only for root, too, as a disk mounted read-only is."""
    made: list[Path] = []

    def make(path: Path) -> None:
        for options in (["--bind", str(path)], ["-o", "remount,ro,bind"]):
            if not shutil.which("mount") or subprocess.run(["mount", *options, str(path)], check=False).returncode:
                pytest.skip("file systems can be mounted by root only")
            made.append(path)

    yield make
    for path in set(made):
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.parametrize("which", ["guichet.db", "."])
def test_a_database_or_a_folder_mounted_read_only_is_refused_by_name(read_only, which):
    begin()
    before = settings().embedded_file.read_bytes()
    read_only(settings().var / which)
    with pytest.raises(ValueError, match=r"reading alone|cannot be written"):
        begin()
    assert settings().embedded_file.read_bytes() == before


def test_a_demo_that_has_no_room_is_not_begun(changed):
    changed(GUICHET_DEMO="1", GUICHET_KEEP_FREE_MB="999999999")
    with pytest.raises(ValueError, match=r"a demo needs 100 MB.*GUICHET_KEEP_FREE_MB"):
        begin()
    assert not settings().embedded_file.exists() and not list(settings().var.glob("demo.part*"))


def test_a_demo_that_fills_the_disk_takes_its_parts_away_and_can_be_made_again(changed):
    def fill(_engine) -> None:
        raise disk.nothing_saved()

    changed(GUICHET_DEMO="1")
    with pytest.raises(ValueError, match=r"is full\. Make room"):
        start.prepare(settings(), fill)
    assert sum(path.stat().st_size for path in settings().var.glob("demo.part*")) == 0
    assert not settings().embedded_file.exists()
    begin()
    assert settings().embedded_file.exists()


def test_a_desk_starts_with_little_disk_space_and_warns(changed, caplog):
    changed(GUICHET_DEMO="0", GUICHET_KEEP_FREE_MB="999999999")
    begin()
    assert "files are refused until there is room" in caplog.text


def refused(match: str) -> None:
    """The start is refused, and every file is as it was; no key is made."""
    before = contents(settings().var)
    with pytest.raises((ValueError, DeskError), match=match):
        begin()
    assert contents(settings().var) == before


def test_a_file_that_is_no_database_or_lacks_its_end_is_refused_and_left_as_it_is():
    begin()
    file = settings().embedded_file
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    for content, match in (
        (b"no database" * 1000, "is not a SQLite database"),
        (whole[:50], "is not a SQLite database"),
        (whole[: len(whole) // 2], "lacks its end"),
        (whole[:-1], "lacks its end"),
        (b"", "a former desk left these"),
    ):
        file.write_bytes(content)
        refused(match)
    file.write_bytes(whole)
    begin()


@pytest.mark.parametrize("name", ["guichet.db", "secret.key", "start.lock", "guichet.db.lock"])
def test_a_folder_in_the_place_of_a_file_is_said_by_name(name):
    (settings().var / name).mkdir(parents=True)
    with pytest.raises(ValueError, match=rf"{name} is a folder"):
        begin()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_file_of_another_user_is_said_by_name_with_its_owner():
    begin()
    var = settings().var
    (var / "secret.key").chmod(0o444)  # as a secret that is mounted: nobody writes it
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            var.chmod(0o755)
            os.chdir(var)  # the folders above are closed to others
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            storage.require_open(Path("secret.key"), os.R_OK)
            storage.require_open(Path("guichet.db"), os.R_OK | os.W_OK)
        except ValueError as refusal:
            os.write(writing, str(refusal).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as words:
        assert words.read().startswith("guichet.db cannot be read and written by nobody: it belongs to root.")
