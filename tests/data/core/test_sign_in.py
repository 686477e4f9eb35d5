"""Sessions, their one-time tickets, and who may have them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data.core import passwords, sign_in
from data.core.desk import Desk, command
from data.core.settings import settings
from models.audit import AuditEntry
from models.errors import NotAllowed, NotSignedIn, Refused
from models.permission import Permission, Role
from models.user import Ending, User, UserSession

SECOND = timedelta(seconds=1)
PASSWORD = "vélo pomme nuage"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def manager(world) -> User:
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        user = session.get_one(User, world.manager.id)
        user.password_hash = HASH
        session.add(user)
        session.commit()
        return user


def enter(world, user, now=None) -> tuple[int, str]:
    """A session's id and its cookie's token."""
    now = now or world.now
    session_id, ticket = sign_in.open_session(world.engine, user.id, "192.0.2.1", "Firefox", now)
    token = sign_in.redeem(world.engine, ticket, now)
    assert token
    return session_id, token


def change(world, user, **columns) -> None:
    with Session(world.engine.execution_options(writes=True)) as session:
        row = session.get_one(User, user.id)
        for name, value in columns.items():
            setattr(row, name, value)
        session.add(row)
        session.commit()


# ------------------------------------------------------------------ sessions


def test_a_ticket_is_good_once(world, manager):
    session_id, ticket = sign_in.open_session(world.engine, manager.id, "", "", world.now)
    token = sign_in.redeem(world.engine, ticket, world.now)
    assert sign_in.session_of_token(world.engine, token, world.now) == session_id
    assert sign_in.redeem(world.engine, ticket, world.now) is None


def test_a_ticket_is_redeemed_by_one_of_many_who_try_at_once(world, manager):
    _, ticket = sign_in.open_session(world.engine, manager.id, "", "", world.now)
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: sign_in.redeem(world.engine, ticket, world.now), range(8)))
    assert len([token for token in given if token]) == 1


def test_a_ticket_is_late_after_a_minute(world, manager):
    _, ticket = sign_in.open_session(world.engine, manager.id, "", "", world.now)
    assert sign_in.redeem(world.engine, ticket, world.now + timedelta(seconds=60)) is None


def test_a_ticket_of_an_ended_session_is_worth_nothing(world, manager):
    session_id, ticket = sign_in.open_session(world.engine, manager.id, "", "", world.now)
    sign_in.end_session(world.engine, session_id, world.now)
    assert sign_in.redeem(world.engine, ticket, world.now) is None


@pytest.mark.parametrize("ticket", ["", "unknown", "\0", "\ud800", "é" * 5000])
def test_a_ticket_that_is_none_is_worth_nothing(world, ticket):
    assert sign_in.redeem(world.engine, ticket, world.now) is None
    assert sign_in.session_of_token(world.engine, ticket, world.now) is None


def test_a_cookie_cannot_be_replayed_after_sign_out(world, manager):
    session_id, token = enter(world, manager)
    sign_in.end_session(world.engine, session_id, world.now)
    assert sign_in.session_of_token(world.engine, token, world.now) is None
    assert sign_in.desk_of_session(world.engine, session_id, world.now) is None


def test_a_session_ends_after_half_a_day(world, manager):
    session_id, token = enter(world, manager)
    late = world.now + sign_in.LIFETIME
    sign_in.note_seen(world.engine, session_id, late - timedelta(minutes=1))
    assert sign_in.session_of_token(world.engine, token, late) is None
    assert sign_in.desk_of_session(world.engine, session_id, late) is None


@command(Permission.MANAGE_USERS)
def _manage(desk) -> Role:
    return desk.user.role


def test_a_disabled_account_is_out_at_the_next_call_even_with_a_desk_in_hand(world, manager):
    session_id, _ = enter(world, manager)
    desk = Desk(world.desk(manager).user, world.engine, session_id, lambda: world.now)
    assert _manage(desk) == Role.MANAGER
    change(world, manager, active=False)
    with pytest.raises(NotSignedIn):
        _manage(desk)
    assert sign_in.desk_of_session(world.engine, session_id, world.now) is None


def test_a_changed_role_counts_at_the_next_call_even_with_a_desk_in_hand(world, manager):
    session_id, _ = enter(world, manager)
    desk = Desk(world.desk(manager).user, world.engine, session_id, lambda: world.now)
    change(world, manager, role=Role.TECHNICIAN)
    with pytest.raises(NotAllowed):
        _manage(desk)


def test_the_database_holds_neither_ticket_nor_token_and_the_trail_no_hash(world, manager):
    session_id, ticket = sign_in.open_session(world.engine, manager.id, "", "", world.now)
    token = sign_in.redeem(world.engine, ticket, world.now)
    with Session(world.engine) as session:
        row = session.get_one(UserSession, session_id).model_dump()
        trail = [entry.model_dump() for entry in session.exec(select(AuditEntry))]
    assert ticket not in str(row) and token not in str(row)
    assert trail and str(row["token_hash"]) not in str(trail) and manager.password_hash not in str(trail)


def test_seen_is_noted_once_a_minute(world, manager):
    session_id, _ = enter(world, manager)
    for seconds, noted in ((30, 0), (61, 61), (90, 61)):
        sign_in.note_seen(world.engine, session_id, world.now + seconds * SECOND)
        with Session(world.engine) as session:
            assert session.get_one(UserSession, session_id).seen_at == world.now + noted * SECOND


# ------------------------------------------------------------------ the account asked for


@pytest.mark.parametrize("email", ["unknown@guichet.example", "", "\0", "' OR 1=1 --", "disabled", "invited"])
def test_unknown_disabled_and_uninvited_accounts_look_the_same(world, manager, email):
    if email == "disabled":
        change(world, manager, active=False)
    if email == "invited":
        change(world, manager, password_hash=None)
    found = sign_in.account(world.engine, email if "@" in email else manager.email, "", world.now)
    found = found if email in {"disabled", "invited"} else sign_in.account(world.engine, email, "", world.now)
    assert (found.id, found.password_hash, found.name) == (None, passwords.nobodys_hash(), "")


def test_the_account_asked_for_costs_a_handful_of_queries(world, manager, count_queries):
    sign_in.account(world.engine, manager.email, "192.0.2.1", world.now)
    count_queries()
    sign_in.account(world.engine, manager.email, "192.0.2.1", world.now)
    assert count_queries() <= 10  # the browser, three brakes to lock and to count, and the account


def test_an_empty_desk_knows_that_it_is(engine):
    assert not sign_in.anybody(engine)


# ------------------------------------------------------------------ why a session ended


def test_a_session_of_the_staff_ends_when_nobody_uses_it_and_a_contacts_goes_on(world, manager):
    session_id, _ = enter(world, manager)
    theirs, _ = enter(world, world.contact)
    world.now += settings().staff_idle
    assert sign_in.desk_of_session(world.engine, session_id, world.now) is None
    assert sign_in.why_ended(world.engine, session_id, world.now) == Ending.IDLE
    assert sign_in.desk_of_session(world.engine, theirs, world.now)
    assert sign_in.why_ended(world.engine, theirs, world.now) is None


def test_what_a_person_does_keeps_the_session_going_until_its_twelve_hours_are_over(world, manager):
    session_id, _ = enter(world, manager)
    for _step in range(15):
        assert sign_in.desk_of_session(world.engine, session_id, world.now)
        sign_in.note_seen(world.engine, session_id, world.now)
        world.now += timedelta(minutes=48)
    assert sign_in.desk_of_session(world.engine, session_id, world.now) is None
    assert sign_in.why_ended(world.engine, session_id, world.now) == Ending.EXPIRED


def test_a_desk_in_hand_ends_with_its_idle_session(world, manager):
    session_id, _ = enter(world, manager)
    desk = Desk(world.desk(manager).user, world.engine, session_id, lambda: world.now)
    world.now += settings().staff_idle
    with pytest.raises(NotSignedIn):
        _manage(desk)


def test_the_setting_decides_when_nobody_uses_a_session(world, manager, monkeypatch):
    monkeypatch.setenv("GUICHET_STAFF_IDLE_MINUTES", "5")
    settings.cache_clear()
    session_id, _ = enter(world, manager)
    assert sign_in.desk_of_session(world.engine, session_id, world.now + timedelta(minutes=4))
    assert sign_in.desk_of_session(world.engine, session_id, world.now + timedelta(minutes=5)) is None


def test_who_was_signed_out_is_told_why(world, manager):
    session_id, _ = enter(world, manager)
    sign_in.end_session(world.engine, session_id, world.now)
    assert sign_in.why_ended(world.engine, session_id, world.now) == Ending.SIGNED_OUT
    assert sign_in.why_ended(world.engine, 10**6, world.now) is None


def test_who_comes_back_with_the_cookie_of_a_session_that_is_over_is_told_why(world, manager):
    session_id, token = enter(world, manager)
    assert sign_in.why_token_ended(world.engine, token, world.now) is None
    assert sign_in.why_token_ended(world.engine, token, world.now + timedelta(hours=13)) == Ending.EXPIRED
    sign_in.end_session(world.engine, session_id, world.now)
    assert sign_in.why_token_ended(world.engine, token, world.now) == Ending.SIGNED_OUT
    assert sign_in.why_token_ended(world.engine, "\udc80 nobody's", world.now) is None


def test_when_a_person_was_last_seen_is_kept_with_the_account(world, manager):
    session_id, _ = enter(world, manager)
    later = world.now + timedelta(minutes=30)
    sign_in.note_seen(world.engine, session_id, later)
    with Session(world.engine) as session:
        assert session.get_one(User, manager.id).seen_at == later
        assert session.get_one(User, world.sales.id).seen_at is None


# ------------------------------------------------------------------ what is on the audit trail


def test_a_refused_try_is_on_the_trail_without_what_was_typed(world, manager):
    for email in (manager.email, "hunter2-typed-as-a-name"):
        found = sign_in.account(world.engine, email, "2001:db8::1", world.now)
        sign_in.note_refusal(world.engine, found, "2001:db8::1", world.now)
    with Session(world.engine) as session:
        known, unknown = session.exec(select(AuditEntry).where(AuditEntry.action == "sign_in.refused"))
    assert (known.row_id, unknown.row_id) == (str(manager.id), "")
    assert known.after == {"network": "2001:db8::/64", "next_wait": 0.0}
    assert "hunter2" not in str(unknown.model_dump())


def test_a_ticket_that_is_none_takes_no_lock(world, count_queries):
    with world.engine.execution_options(writes=True).begin():  # on SQLite, the one writer of the desk
        assert sign_in.redeem(world.engine, "made up", world.now) is None


@pytest.mark.parametrize("meanwhile", [{"password_hash": None}, {"password_hash": "another"}, {"active": False}])
def test_a_password_that_is_taken_away_while_it_is_compared_opens_no_session(world, manager, meanwhile):
    found = sign_in.account(world.engine, manager.email, "", world.now)
    change(world, manager, **meanwhile)
    with pytest.raises(Refused):
        sign_in.open_session(world.engine, manager.id, "", "", world.now, proven_by=found.password_hash)
    with Session(world.engine) as session:
        assert session.exec(select(UserSession)).all() == []
