"""One's own account, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from data import account, contacts, users
from data.core import known_browsers, notices, passwords, sign_in
from data.core.settings import settings
from models.errors import NotFound, NotSignedIn, Refused
from models.user import Ending, Language, NoticeKind, User

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
    world.now += settings().staff_idle - timedelta(seconds=1)
    assert len(account.sessions(mine)) == 2
    world.now += timedelta(seconds=1)
    assert account.sessions(replace(mine, session_id=None)) == []


def test_a_new_password_opens_and_the_other_browsers_are_out(world, mine):
    change_password(mine, PASSWORD, "  trois tasses de thé  ")
    assert passwords.matches("  trois tasses de thé  ", stored(world).password_hash)
    assert account.sessions(replace(mine, session_id=None)) == []


def test_a_new_password_ends_this_session_too_and_with_it_a_copy_of_its_cookie(world, mine):
    session_id, ticket = sign_in.open_session(world.engine, world.technician.id, "192.0.2.1", "Firefox", world.now)
    copied = sign_in.redeem(world.engine, ticket, world.now)
    change_password(replace(mine, session_id=session_id), PASSWORD, "trois tasses de thé")
    assert sign_in.session_of_token(world.engine, copied, world.now) is None
    assert sign_in.why_ended(world.engine, session_id, world.now) == Ending.PASSWORD


def test_a_new_password_makes_every_browser_unknown(world, mine):
    browser = known_browsers.remember(world.engine, mine.session_id, "", world.now)
    change_password(mine, PASSWORD, "trois tasses de thé")
    with Session(world.engine) as session:
        assert not known_browsers.knows(session, browser, world.technician.email, world.now)


def test_nobody_at_the_sign_in_page_keeps_me_from_changing_my_password(world, mine):
    for number in range(40):
        sign_in.account(world.engine, world.technician.email, f"192.0.2.{number}", world.now)
    change_password(mine, PASSWORD, "trois tasses de thé")


def test_a_new_password_is_judged_only_where_the_present_one_is_right(mine, monkeypatch):
    judged = []
    monkeypatch.setattr(passwords, "zxcvbn", lambda *given, **_: judged.append(given) or {"score": 4})
    for _guess in range(6):
        with pytest.raises(Refused):
            change_password(mine, "wrong", "4$l3@0|!" * 30)
    assert not judged


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
        account.change_password(replace(mine, session_id=None), agreed)


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


# ------------------------------------------------------------------ what happened to the account


def kinds(desk) -> list[NoticeKind]:
    return [one.kind for one in account.shown_notices(desk)]


def test_a_sign_in_in_a_new_browser_is_told_in_the_others_and_not_in_itself(world, mine):
    account.put_notices_away(mine, [NoticeKind.NEW_BROWSER])
    theirs, _ = sign_in.open_session(world.engine, world.technician.id, "203.0.113.66", "Thief", world.now)
    thief = replace(mine, session_id=theirs)
    [told] = account.shown_notices(mine)
    assert (told.kind, told.browser, told.address, told.session_id) == (
        NoticeKind.NEW_BROWSER,
        "Thief",
        "203.0.113.66",
        theirs,
    )
    assert theirs not in [one.session_id for one in account.shown_notices(thief)]
    account.put_notices_away(thief, [NoticeKind.NEW_BROWSER])
    assert kinds(mine) == [NoticeKind.NEW_BROWSER]
    account.put_notices_away(mine, [NoticeKind.NEW_BROWSER])
    assert kinds(mine) == []


def test_a_browser_that_is_known_and_the_very_first_one_are_no_news(world, mine):
    account.put_notices_away(mine, [NoticeKind.NEW_BROWSER])
    browser = known_browsers.remember(world.engine, mine.session_id, "", world.now)
    sign_in.open_session(world.engine, world.technician.id, "", "", world.now, browser_token=browser)
    assert kinds(mine) == []
    first, _ = sign_in.open_session(world.engine, world.sales.id, "", "", world.now)
    sign_in.open_session(world.engine, world.sales.id, "", "", world.now, announce=False)
    assert kinds(replace(world.desk(world.sales), session_id=first)) == []


def test_whose_link_was_made_by_another_is_told_who_for_a_week_even_when_it_was_read(world, mine):
    users.reset(world.desk(world.manager), world.technician.id)
    told = next(one for one in account.shown_notices(mine) if one.kind == NoticeKind.PASSWORD_LINK)
    assert told.by == "Manager"
    account.put_notices_away(mine, [NoticeKind.PASSWORD_LINK])
    world.now += timedelta(minutes=59)
    assert NoticeKind.PASSWORD_LINK in kinds(mine)
    world.now += notices.STAYS_FOR
    assert NoticeKind.PASSWORD_LINK not in kinds(replace(mine, session_id=None))


def test_a_contact_whose_link_was_made_by_sales_is_told_and_one_who_never_came_is_not(world):
    sales = world.desk(world.sales)
    contacts.reset(sales, world.contact.id)
    assert kinds(world.desk(world.contact)) == []
    sign_in.open_session(world.engine, world.contact.id, "", "", world.now)
    contacts.reset(sales, world.contact.id)
    [told] = account.shown_notices(world.desk(world.contact))
    assert (told.kind, told.by) == (NoticeKind.PASSWORD_LINK, "Sales")


def test_notices_are_ones_own(world, mine):
    users.reset(world.desk(world.manager), world.technician.id)
    assert kinds(world.desk(world.colleague)) == []
    account.put_notices_away(world.desk(world.colleague), list(NoticeKind))
    assert NoticeKind.PASSWORD_LINK in kinds(mine)
