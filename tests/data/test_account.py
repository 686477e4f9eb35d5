"""One's own account, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from data import account
from data.core import passwords, sign_in
from models.errors import NotFound, NotSignedIn, Refused
from models.user import Language, User

pytestmark = pytest.mark.usefixtures("cheap_hashes")

PASSWORD = "vélo pomme nuage"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def mine(world):
    """The technician's desk in one browser of two."""
    with Session(world.engine.execution_options(writes=True)) as session:
        user = session.get_one(User, world.technician.id)
        user.password_hash = HASH
        session.add(user)
        session.commit()
    first, _ = sign_in.open_session(world.engine, world.technician.id, "192.0.2.1", "Firefox", world.now)
    sign_in.open_session(world.engine, world.technician.id, "192.0.2.2", "Chrome", world.now)
    return replace(world.desk(world.technician), session_id=first)


def stored(world) -> User:
    with Session(world.engine, expire_on_commit=False) as session:
        return session.get_one(User, world.technician.id)


def change_password(desk, present, new) -> None:
    account.change_password(desk, account.agree_password(desk, present, new))


def test_i_can_change_my_name_and_language(world, mine):
    account.update(mine, "  Zoë   Lefèvre ", Language.FRENCH)
    assert (stored(world).name, stored(world).language) == ("Zoë Lefèvre", Language.FRENCH)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_is_something_and_not_endless(world, mine, name):
    with pytest.raises(Refused):
        account.update(mine, name, Language.FRENCH)
    assert stored(world).name == "Technician"


def test_i_see_where_i_am_signed_in_and_which_one_this_is(mine):
    assert [(found.browser, found.this) for found in account.sessions(mine)] == [("Firefox", True), ("Chrome", False)]


def test_over_and_others_sessions_are_not_among_mine(world, mine):
    sign_in.open_session(world.engine, world.manager.id, "", "Safari", world.now)
    world.now += sign_in.LIFETIME - timedelta(seconds=1)
    assert len(account.sessions(mine)) == 2
    world.now += timedelta(seconds=1)
    assert account.sessions(replace(mine, session_id=None)) == []


def test_a_new_password_opens_and_the_other_browsers_are_out(world, mine):
    change_password(mine, PASSWORD, "  trois tasses de thé  ")
    assert passwords.matches("  trois tasses de thé  ", stored(world).password_hash)
    assert [found.this for found in account.sessions(mine)] == [True]


def test_the_present_password_is_asked_and_wrong_guesses_are_braked(world, mine):
    for _guess in range(4):
        with pytest.raises(Refused):
            change_password(mine, "wrong", "trois tasses de thé")
    with pytest.raises(Refused):  # the right one, but too soon
        change_password(mine, PASSWORD, "trois tasses de thé")
    world.now += timedelta(seconds=1)
    change_password(mine, PASSWORD, "trois tasses de thé")


@pytest.mark.parametrize("new", ["court", "password1234", "technician@guichet.example"])
def test_a_weak_password_is_refused_and_the_old_one_stays(world, mine, new):
    with pytest.raises(Refused):
        change_password(mine, PASSWORD, new)
    assert stored(world).password_hash == HASH


def test_a_password_changed_elsewhere_meanwhile_is_not_overwritten(mine):
    agreed = account.agree_password(mine, PASSWORD, "trois tasses de thé")
    change_password(mine, PASSWORD, "quatre tasses de café")
    with pytest.raises(Refused):
        account.change_password(mine, agreed)


def test_i_can_end_one_session_and_all_others(world, mine):
    chrome = account.sessions(mine)[1]
    account.end_session(mine, chrome.id)
    assert [found.browser for found in account.sessions(mine)] == ["Firefox"]
    sign_in.open_session(world.engine, world.technician.id, "", "Edge", world.now)
    account.end_other_sessions(mine)
    assert [found.browser for found in account.sessions(mine)] == ["Firefox"]


def test_somebody_elses_session_is_not_mine_to_end(world, mine):
    theirs, _ = sign_in.open_session(world.engine, world.manager.id, "", "Safari", world.now)
    for session_id in (theirs, 10**6):
        with pytest.raises(NotFound) as refusal:
            account.end_session(mine, session_id)
        assert str(refusal.value) == "This session has ended already."
    assert sign_in.desk_of_session(world.engine, theirs, world.now)


def test_ending_this_session_signs_out(world, mine):
    account.end_session(mine, mine.session_id)
    with pytest.raises(NotSignedIn):
        account.sessions(mine)
