"""The secret key: made once, for our eyes only, changed without a moment at which a code cannot be read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import Session, select

from data import access_codes
from data.core import codes, key_rotation, keys, settings, start
from data.core.codes import WrongKey
from models import access_code
from models.access_code import AccessCode
from models.audit import AuditEntry
from models.errors import DeskError

HOUSE = Path(__file__).parents[3]
OLD, NEW, OTHER = "old-" * 8, "new-" * 8, "other-" * 6


@pytest.fixture
def desk(world):
    return world.desk(world.sales)


@pytest.fixture
def given(monkeypatch):
    """What GUICHET_SECRET_KEY says from now on, as after a restart."""

    def give(*secrets: str) -> None:
        monkeypatch.setenv("GUICHET_SECRET_KEY", ",".join(secrets))
        settings.settings.cache_clear()

    return give


def file() -> Path:
    return settings.settings().var / "secret.key"


def opens(engine, code: str) -> bool:
    with Session(engine) as session:
        return codes.find(session, access_code.signs(code)) is not None


def test_the_file_is_made_when_it_is_first_needed_for_our_eyes_only():
    assert not file().exists()
    key = keys.first()
    assert file().stat().st_mode & 0o777 == 0o600
    assert [key.fingerprint] == [again.fingerprint for again in keys.ring()]


MAKE = "from data.core import keys; print(keys.first().fingerprint)"


def test_processes_that_need_it_at_once_have_one_key(tmp_path):
    environment = os.environ | {"GUICHET_VAR": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", MAKE], cwd=HOUSE, env=environment, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


def test_what_is_derived_of_it_tells_nothing_and_differs_by_use():
    key = keys.first()
    secret = file().read_text().strip()
    assert secret not in repr(key) and key.fingerprint not in key.lookup("ABCDEFGQ")
    assert key.encrypt("ABCDEFGQ", "client 1") != key.encrypt("ABCDEFGQ", "client 1")
    assert key.lookup("ABCDEFGQ") == key.lookup("ABCDEFGQ") != key.lookup("ABCDEFGR")


def test_a_short_key_is_refused_by_name_without_being_told(given):
    given("short-secret")
    with pytest.raises(ValueError, match="GUICHET_SECRET_KEY") as refusal:
        settings.settings()
    assert "short-secret" not in str(refusal.value)


def test_the_environment_goes_before_the_file(given):
    given(OLD)
    keys.ring()
    assert not file().exists() and keys.in_environment()


def test_a_process_with_another_key_is_refused_at_its_start_in_clear_words(
    world, desk, given, database_url, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", database_url)
    given(OLD)
    start.prepare(settings.settings(), lambda _: None)
    access_codes.issue(desk, world.acme.id)
    start.prepare(settings.settings(), lambda _: None)
    given(NEW)
    with pytest.raises(WrongKey, match="another secret key"):
        start.prepare(settings.settings(), lambda _: None)
    given(NEW, OLD)
    start.prepare(settings.settings(), lambda _: None)


def test_one_that_runs_already_can_neither_issue_nor_read_with_another_key(world, desk, given):
    given(OLD)
    access_codes.issue(desk, world.acme.id)
    given(NEW)
    for ask in (access_codes.issue, access_codes.reveal):
        with pytest.raises(WrongKey):
            ask(desk, world.acme.id)
    given(OLD)
    assert access_codes.reveal(desk, world.acme.id)


def test_two_servers_with_a_key_each_cannot_both_start_on_an_empty_database(given, database_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    given(OLD)
    start.prepare(settings.settings(), lambda _: None)
    given(NEW)
    with pytest.raises(WrongKey):
        start.prepare(settings.settings(), lambda _: None)


def test_a_lost_key_is_not_replaced_by_itself_and_has_a_command(world, desk, database_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    start.prepare(settings.settings(), lambda _: None)
    code = access_codes.issue(desk, world.acme.id)
    with pytest.raises(ValueError, match="not lost"):
        key_rotation.replace_lost(world.engine)
    file().unlink()
    with pytest.raises(WrongKey, match="replace-lost-key"):
        start.prepare(settings.settings(), lambda _: None)
    assert not file().exists()
    assert key_rotation.replace_lost(world.engine) == 1
    start.prepare(settings.settings(), lambda _: None)
    assert access_codes.reveal(desk, world.acme.id) != code and not opens(world.engine, code)


def test_a_rotation_keeps_every_code_and_forgets_the_old_key(world, desk):
    code = access_codes.issue(desk, world.acme.id)
    old = file().read_text()
    with Session(world.engine) as session:
        before = session.exec(select(AccessCode)).one()
    assert key_rotation.rotate(world.engine) == 1
    with Session(world.engine) as session:
        after = session.exec(select(AccessCode)).one()
    assert (after.cipher, after.lookup) != (before.cipher, before.lookup)
    assert access_codes.reveal(desk, world.acme.id) == code and opens(world.engine, code)
    assert file().read_text() != old and len(keys.ring()) == 1 and file().stat().st_mode & 0o777 == 0o600
    file().write_text(old)
    with pytest.raises(WrongKey):
        access_codes.reveal(desk, world.acme.id)


def test_a_rotation_is_one_entry_of_the_trail_and_ended_codes_are_left_alone(world, desk):
    access_codes.issue(desk, world.acme.id)
    access_codes.issue(desk, world.acme.id)
    key_rotation.rotate(world.engine)
    with Session(world.engine) as session:
        entries = [one for one in session.exec(select(AuditEntry)) if one.action == "key_rotation.rotate"]
    assert [(one.table_name, one.after) for one in entries] == [("access_code", {"rekeyed": 1})]


class Killed(BaseException):
    """As by the operating system: nothing after it runs."""


@pytest.mark.parametrize("where", ["audit.batch", "keys.forget_old", "codes.in_use"])
def test_a_rotation_that_is_killed_leaves_a_desk_that_reads_its_codes(world, desk, monkeypatch, where):
    code = access_codes.issue(desk, world.acme.id)

    def killed(*_args: object, **_facts: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(f"data.core.{where}", killed)
        key_rotation.rotate(world.engine)
    assert access_codes.reveal(desk, world.acme.id) == code and opens(world.engine, code)
    other = access_codes.issue(desk, world.acme.id)
    key_rotation.rotate(world.engine)
    assert access_codes.reveal(desk, world.acme.id) == other and len(keys.ring()) == 1


def test_a_key_in_the_environment_is_rotated_with_both_known(world, desk, given):
    given(OLD)
    code = access_codes.issue(desk, world.acme.id)
    with pytest.raises(ValueError, match=r"new,old"):
        key_rotation.rotate(world.engine)
    given(NEW, OLD)
    assert access_codes.reveal(desk, world.acme.id) == code  # restarted, and not rotated yet
    other = access_codes.issue(desk, world.acme.id)
    given(OLD)
    assert access_codes.reveal(desk, world.acme.id) == other  # a process that was not restarted reads it as well
    given(NEW, OLD)
    assert key_rotation.rotate(world.engine) == 1
    assert key_rotation.rotate(world.engine) == 0
    given(NEW)
    assert access_codes.reveal(desk, world.acme.id) == other and opens(world.engine, other)


def test_two_keys_that_are_both_strange_are_no_rotation(world, desk, given):
    given(OLD)
    access_codes.issue(desk, world.acme.id)
    given(NEW, OTHER)
    with pytest.raises(WrongKey):
        key_rotation.rotate(world.engine)


@pytest.mark.parametrize("content", [b"", b" ,\n,", b"\xff\xfe" * 20])
def test_a_key_file_that_holds_no_key_is_refused_in_words_and_can_be_replaced(
    world, database_url, monkeypatch, content
):
    monkeypatch.setenv("DATABASE_URL", database_url)
    start.prepare(settings.settings(), lambda _: None)
    file().write_bytes(content)
    with pytest.raises(WrongKey, match=r"holds no secret key.*replace-lost-key"):
        start.prepare(settings.settings(), lambda _: None)
    assert file().read_bytes() == content
    assert key_rotation.replace_lost(world.engine) == 0
    start.prepare(settings.settings(), lambda _: None)
    assert file().with_name("secret.key.damaged").read_bytes() == content


def test_a_page_is_told_without_names_of_files_what_the_console_learns_in_full():
    file().mkdir(parents=True)
    with pytest.raises(DeskError) as refusal:
        keys.ring()
    assert str(file()) in str(refusal.value) and "secret.key" not in refusal.value.message
