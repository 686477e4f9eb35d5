"""Passwords: what is refused, and that what was set is what opens."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event, Lock

import bcrypt
import pytest

from data.core import passwords
from models.errors import Refused


@pytest.mark.parametrize(
    "password",
    ["", "court", "12345678901", "password1234", "azertyuiop123", "aaaaaaaaaaaaaaaa", "guichetguichet", "x" * 257],
)
def test_short_common_and_endless_passwords_are_refused(password):
    with pytest.raises(Refused):
        passwords.require_good(password)


def test_a_password_made_of_what_is_known_of_its_owner_is_refused():
    with pytest.raises(Refused):
        passwords.require_good("AnneDupre123", "Anne Dupré", "anne.dupre@guichet.example")
    with pytest.raises(Refused):
        passwords.require_good("anne.dupre@guichet.example", "Anne Dupré", "anne.dupre@guichet.example")


@pytest.mark.parametrize(
    "password",
    [
        "vélo pomme nuage 雨",
        "  spaces at both ends  ",
        "🐎🔋📎✅🐎🔋📎✅ correct horse",
        "nuage pomme vélo " + "é" * 80,
    ],
)
def test_any_unicode_of_any_length_opens_again(password):
    passwords.require_good(password)
    assert passwords.matches(password, passwords.hashed(password))


def test_a_hash_costs_whoever_steals_it_four_thousand_rounds(real_hashes):
    kept = passwords.hashed("été pomme nuage")
    assert kept.startswith("$2b$12$") and passwords.matches("été pomme nuage", kept)


def test_an_accent_counts_the_same_however_the_keyboard_composes_it():
    assert passwords.matches("e\u0301te\u0301 pomme nuage", passwords.hashed("été pomme nuage"))


def test_spaces_and_signs_beyond_the_72nd_byte_count():
    kept = passwords.hashed("x" * 100 + "a")
    assert not passwords.matches("x" * 100 + "b", kept)
    assert not passwords.matches(" " + "x" * 100 + "a", kept)


def test_comparing_costs_one_bcrypt_whether_there_is_a_password_or_not(monkeypatch):
    passwords.nobodys_hash()
    kept = passwords.hashed("été pomme nuage")
    seen = []
    compare = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", lambda *given: seen.append(given) or compare(*given))
    assert not passwords.matches("été pomme nuage", None)
    assert not passwords.matches("wrong", kept)
    assert len(seen) == 2


def test_a_few_are_looked_at_at_a_time_and_others_wait_for_their_turn():
    inside, most, lock = 0, 0, Lock()

    def check(_number) -> None:
        nonlocal inside, most
        with passwords.turn(str(_number % 4)):
            with lock:
                inside += 1
                most = max(most, inside)
            Event().wait(0.01)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(check, range(16)))
    assert most == passwords._AT_A_TIME and not passwords._here


def test_neither_many_nor_many_of_one_place_wait():
    with ExitStack() as waiting, ThreadPoolExecutor(1) as pool:
        for _place in range(passwords._MOST_OF_A_PLACE):
            passwords._here["192.0.2.1"] += 1
        waiting.callback(passwords._here.clear)
        with pytest.raises(Refused):
            pool.submit(lambda: passwords.turn("192.0.2.1").__enter__()).result()
        with passwords.turn("192.0.2.2"):
            pass
        passwords._here["elsewhere"] = passwords._MOST_HERE
        with pytest.raises(Refused):
            pool.submit(lambda: passwords.turn("192.0.2.2").__enter__()).result()
    assert not passwords._here


def test_who_waits_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    with ExitStack() as stack:
        for _turn in range(passwords._AT_A_TIME):
            stack.enter_context(passwords.turn())
        with pytest.raises(Refused):
            stack.enter_context(passwords.turn())
    assert not passwords._here
