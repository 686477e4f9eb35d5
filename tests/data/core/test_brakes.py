"""The brakes on guessing: they slow a guesser, and keep no owner out. On both databases, by a simulated clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from data.core import brakes, known_browsers, one_time_links, passwords, sign_in
from data.core.brakes import FREE_TRIES, LONGEST_WAIT, SLOWED, TRIES_PER_NAME, TRIES_PER_NETWORK
from models import addresses
from models.networks import network
from models.user import SignInBrake, User

SECOND = timedelta(seconds=1)
PASSWORD = "vélo pomme nuage"
HASH = passwords.hashed(PASSWORD)
MANAGER = "manager@guichet.example"
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.66"


@pytest.fixture
def owner(world):
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        user = session.get_one(User, world.manager.id)
        user.password_hash = HASH
        session.add(user)
        session.commit()
        return user


def attempt(world, email=MANAGER, address=HOME, browser="") -> bool:
    """Is a try looked at? One that comes too early is not, whatever the password."""
    given = {"browser_token": browser}
    if sign_in.wait(world.engine, email, address, world.now, **given):
        return False
    return not sign_in.account(world.engine, email, address, world.now, **given).wait


def sign_in_right(world, user, address=HOME, browser="") -> bool:
    """With the right password."""
    if not attempt(world, user.email, address, browser):
        return False
    sign_in.open_session(world.engine, user.id, address, "Firefox", world.now, browser_token=browser)
    return True


def known_browser(world, user) -> str:
    session_id, _ = sign_in.open_session(world.engine, user.id, HOME, "Firefox", world.now)
    return known_browsers.remember(world.engine, session_id, "", world.now)


def due_in(world, email=MANAGER, address=HOME, browser="") -> float:
    return sign_in.wait(world.engine, email, address, world.now, browser_token=browser).total_seconds()


# ------------------------------------------------------------------ how long one waits


def test_three_tries_cost_nothing_and_the_fourth_makes_wait(world, owner):
    assert [(attempt(world), due_in(world)) for _try in range(4)] == [(True, 0), (True, 0), (True, 0), (True, 1)]
    assert not attempt(world)
    world.now += SECOND
    assert attempt(world)


def test_the_wait_doubles_and_is_never_longer_than_a_quarter_of_an_hour(world, owner):
    waits = []
    for _try in range(18):
        assert attempt(world)
        waits.append(due_in(world))
        world.now += timedelta(seconds=waits[-1])
    assert waits[:8] == [0, 0, 0, 1, 2, 4, 8, 16]
    assert max(waits) == LONGEST_WAIT.total_seconds()


def test_a_try_during_the_wait_does_not_make_it_longer_and_writes_nothing(world, owner):
    for _try in range(4):
        attempt(world)
    with world.engine.execution_options(writes=True).begin():  # on SQLite, the one writer of the desk
        assert not any(attempt(world) for _try in range(50))
    world.now += SECOND
    assert attempt(world)


def test_an_hour_after_the_last_try_all_is_forgotten(world, owner):
    for _try in range(10):
        attempt(world)
        world.now += timedelta(minutes=16)
    world.now += timedelta(hours=1)
    assert [attempt(world) for _try in range(4)] == [True] * 4


def test_signing_in_forgets_the_tries_of_this_name_here(world, owner):
    for _try in range(3):
        attempt(world)
    assert sign_in_right(world, owner)
    assert [attempt(world) for _try in range(4)] == [True] * 4


def test_unknown_names_are_braked_as_known_ones_are_and_their_names_are_not_kept(world, owner):
    for _try in range(4):
        attempt(world, "nobody@guichet.example")
    assert due_in(world, "nobody@guichet.example") == 1
    with Session(world.engine) as session:
        assert all("nobody" not in brake.key for brake in session.exec(select(SignInBrake)))


def test_guesses_made_side_by_side_find_the_brake_as_those_in_turn_do(world, owner):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: sign_in.account(world.engine, MANAGER, HOME, world.now), range(24)))
    assert len([one for one in found if one.id]) == FREE_TRIES


def test_tries_at_the_same_moment_are_all_counted(world, owner):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sign_in.account(world.engine, MANAGER, HOME, world.now), range(3)))
    with Session(world.engine) as session:
        assert set(session.exec(select(col(SignInBrake.failures)))) == {3}


# ------------------------------------------------------------------ one name, one network


def spellings(name: str) -> list[str]:
    return [
        name,
        name.upper(),
        f"  {name}\u00a0",
        f"\0{name}",
        name.replace("@", "\0@"),
        "\u200b".join(name),
        f"\ufeff{name}\u2060",
        name.replace("a", "\uff41"),
        name.replace("@", "\uff20"),
    ]


def test_however_the_name_is_spelt_it_is_found_and_braked_as_one(world, owner):
    """A guesser who puts NULs between the letters has the tries of one name, not of many."""
    found = [sign_in.account(world.engine, name, HOME, world.now).id for name in spellings(MANAGER)]
    assert found == [owner.id] * FREE_TRIES + [None] * (len(found) - FREE_TRIES)


@pytest.mark.parametrize("place", [HOME, "", "not an address", "2001:db8::%d"])
def test_the_right_password_is_not_found_among_forty_spellings_by_a_guesser_without_patience(world, owner, place):
    """As the attack did that found it at the ninth try; from nowhere, and from all addresses of one network, too."""
    looked_at = 0
    for number in range(40):
        name = f"{chr(0) * (number + 1)}{MANAGER}"
        looked_at += attempt(world, name, place.replace("%d", str(number)))
    assert looked_at == FREE_TRIES


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", "\0", "\u200b", " ", "\u0301"]))
@example("MANAGER@Guichet.example", "manager@guichet.example", "\0")
@example("İ", "i̇", "")
def test_whoever_is_found_by_two_names_is_braked_as_one(one, other, between):
    other = between.join([other, one]) if between else other
    same = addresses.sign_in_name(one) == addresses.sign_in_name(other)
    keys = [brakes._key("name", addresses.sign_in_name(name)) for name in (one, other)]
    assert (keys[0] == keys[1]) is same


@given(st.text(max_size=300))
@example("a" * 253 + " b")
@example("\u1e9e" * 254)
def test_the_one_form_of_a_name_is_its_own(typed):
    name = addresses.sign_in_name(typed)
    assert addresses.sign_in_name(name) == name and len(name) <= addresses.LONGEST
    assert name == name.lower().strip()  # which the library does to it


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "nowhere"),
        ("unknown", "nowhere"),
        ("\0" * 10**6, "nowhere"),
    ],
)
def test_whom_an_address_belongs_to(address, expected):
    assert network(address) == expected


def test_many_names_from_one_network_are_braked_by_the_network(world):
    for number in range(TRIES_PER_NETWORK):
        assert attempt(world, f"{number}@guichet.example", f"2001:db8::{number:x}")
    assert not attempt(world, "another@guichet.example", "2001:db8::ffff")
    assert attempt(world, "another@guichet.example", "2001:db8:0:1::1")


def test_signing_in_gives_the_network_its_try_back_and_no_more(world, owner):
    for _try in range(TRIES_PER_NETWORK * 2):
        assert sign_in_right(world, owner, ELSEWHERE)
    for number in range(TRIES_PER_NETWORK - 1):
        assert attempt(world, f"{number}@guichet.example", ELSEWHERE)
    assert sign_in_right(world, owner, ELSEWHERE)
    assert attempt(world, "last@guichet.example", ELSEWHERE)
    assert not attempt(world, "beyond@guichet.example", ELSEWHERE)


def test_a_name_tried_from_many_networks_is_slowed_and_not_locked(world):
    for number in range(TRIES_PER_NAME + 20):
        attempt(world, address=f"192.0.2.{number}")
        world.now += SLOWED
    attempt(world, address="192.0.2.200")
    assert 0 < due_in(world, address="192.0.2.201") <= SLOWED.total_seconds()


# ------------------------------------------------------------------ the owner gets in


def polled_each_second(world, minutes: int, addresses_: int) -> int:
    """Somebody tries at each second, from each of so many addresses; how many of his tries were looked at."""
    looked_at = 0
    for second in range(minutes * 60):
        looked_at += attempt(world, address=f"203.0.113.{second % addresses_}")
        world.now += SECOND
    return looked_at


@pytest.mark.parametrize("attackers", [1, 200])
def test_whoever_polls_each_second_does_not_hold_the_owner_out_of_a_known_browser(world, owner, attackers):
    browser = known_browser(world, owner)
    for _half_minute in range(4):
        polled_each_second(world, 1, attackers)
        assert sign_in_right(world, owner, HOME, browser)
        assert sign_in_right(world, owner, ELSEWHERE, browser)  # wherever the browser is


def test_whoever_polls_from_one_network_does_not_hold_the_owner_out_of_a_new_browser(world, owner):
    assert polled_each_second(world, 5, 1) < TRIES_PER_NAME
    assert sign_in_right(world, owner, HOME)


def test_nobody_holds_the_owner_out_of_a_fresh_link(world, owner):
    polled_each_second(world, 2, 200)
    token = _reset(world, owner)
    polled_each_second(world, 1, 200)
    assert one_time_links.follow(world.engine, token, "trois tasses de thé", world.now) == owner.id


def _reset(world, owner) -> str:
    from data import users

    return users.link(world.desk(), owner.email).token


def test_a_known_browser_has_a_brake_of_its_own(world, owner):
    browser = known_browser(world, owner)
    assert [attempt(world, browser=browser) for _try in range(5)] == [True] * FREE_TRIES + [False]
    assert attempt(world)  # which is not that of others
    assert attempt(world, "technician@guichet.example", browser=browser)  # and knows one person


@pytest.mark.parametrize("token", ["", "made up", "\0", "\ud800", "x" * 10**6])
def test_a_browser_that_claims_to_be_known_is_not(world, owner, token):
    known_browser(world, owner)
    for _try in range(4):
        attempt(world)
    assert not attempt(world, browser=token)


def test_a_browser_is_not_known_any_more_after_half_a_year_or_when_it_is_forgotten(world, owner):
    browser = known_browser(world, owner)
    with Session(world.engine) as session:
        assert known_browsers.knows(session, browser, MANAGER, world.now)
        assert not known_browsers.knows(session, browser, MANAGER, world.now + known_browsers.LIFETIME)
    one_time_links.follow(world.engine, _reset(world, owner), "trois tasses de thé", world.now)
    with Session(world.engine) as session:
        assert not known_browsers.knows(session, browser, MANAGER, world.now)


def test_a_token_that_was_planted_is_not_the_one_by_which_the_browser_is_known(world, owner):
    """A person who plants his own browser's cookie must not share the brake of the owner afterwards."""
    planted = known_browser(world, world.technician)
    session_id, _ = sign_in.open_session(world.engine, owner.id, HOME, "Firefox", world.now)
    token = known_browsers.remember(world.engine, session_id, planted, world.now)
    with Session(world.engine) as session:
        assert token != planted and known_browsers.knows(session, token, MANAGER, world.now)
        assert not known_browsers.knows(session, planted, MANAGER, world.now)
        assert known_browsers.knows(session, token, world.technician.email, world.now)  # two who share one browser
    assert known_browsers.remember(world.engine, session_id, token, world.now) == token


def test_the_database_holds_no_token_of_a_browser(world, owner):
    token = known_browser(world, owner)
    with Session(world.engine) as session:
        rows = session.connection().exec_driver_sql("SELECT token_hash FROM known_browser").all()
        assert session.exec(select(func.count(col(SignInBrake.key)))).one() == 0
    assert rows and token not in str(rows)
