"""Sessions, their one-time tickets, and the brake on guessing, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from data.core import passwords, sign_in
from data.core.desk import Desk, command
from models.audit import AuditEntry
from models.errors import NotAllowed, NotSignedIn
from models.permission import Permission, Role
from models.user import SignInBrake, User, UserSession

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


def fail(world, times, email="manager@guichet.example", address="", step=timedelta(minutes=16)) -> None:
    for _time in range(times):
        sign_in.account(world.engine, email, address, world.now)
        world.now += step


def is_open(world, email="manager@guichet.example", address="") -> bool:
    with Session(world.engine) as session:
        brakes = [session.get(SignInBrake, key) for key in sign_in._keys(email, address)]
    return all(brake is None or brake.not_before <= world.now for brake in brakes)


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


# ------------------------------------------------------------------ the account asked for, and the brake


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
    count_queries()
    sign_in.account(world.engine, manager.email, "192.0.2.1", world.now)
    assert count_queries() <= 8  # two brakes to make, to lock and to count, and the account


def test_three_failures_cost_nothing_and_the_fourth_makes_wait(world, manager):
    fail(world, 3, step=SECOND)
    assert is_open(world)
    fail(world, 1, step=timedelta())
    assert not is_open(world)
    world.now += SECOND
    assert is_open(world)


def test_the_wait_doubles_and_is_never_longer_than_a_quarter_of_an_hour(world, manager):
    waits = []
    for _time in range(18):
        sign_in.account(world.engine, manager.email, "", world.now)
        with Session(world.engine) as session:
            waits.append(session.exec(select(SignInBrake.not_before)).one() - world.now)
        world.now += waits[-1]
    assert [wait.total_seconds() for wait in waits[:8]] == [0, 0, 0, 1, 2, 4, 8, 16]
    assert max(waits) == sign_in.LONGEST_WAIT


def test_a_try_during_the_wait_does_not_make_it_longer(world, manager):
    fail(world, 4, step=timedelta())
    fail(world, 50, step=timedelta())
    world.now += SECOND
    assert is_open(world)


def test_an_hour_after_the_last_failure_all_is_forgotten(world, manager):
    fail(world, 10, step=timedelta(minutes=16))
    world.now += timedelta(hours=1)
    fail(world, 3, step=timedelta())
    assert is_open(world)


def test_signing_in_releases_the_brake_of_the_name(world, manager):
    fail(world, 3, step=timedelta())
    enter(world, manager)
    fail(world, 3, step=timedelta())
    assert is_open(world)


def test_unknown_names_are_braked_as_known_ones_are_and_their_names_are_not_kept(world, manager):
    fail(world, 4, email="nobody@guichet.example", step=timedelta())
    with Session(world.engine) as session:
        brake = session.exec(select(SignInBrake)).one()
    assert brake.not_before > world.now and "nobody" not in brake.key


def test_many_names_from_one_address_are_braked_by_the_address(world, manager):
    for number in range(sign_in.TRIES_PER_ADDRESS):
        fail(world, 1, email=f"{number}@guichet.example", address="192.0.2.1", step=timedelta())
    assert not is_open(world, address="192.0.2.1")
    assert is_open(world, address="192.0.2.2")


def test_guesses_made_side_by_side_find_the_brake_as_those_in_turn_do(world, manager):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: sign_in.account(world.engine, manager.email, "", world.now), range(24)))
    assert len([one for one in found if one.id]) == sign_in.FREE_TRIES


def test_signing_in_gives_the_address_its_try_back(world, manager):
    for _time in range(sign_in.TRIES_PER_ADDRESS * 2):
        assert sign_in.account(world.engine, manager.email, "192.0.2.1", world.now).id
        enter(world, manager)


def test_failures_at_the_same_moment_are_all_counted(world, manager):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sign_in.account(world.engine, manager.email, "", world.now), range(3)))
    with Session(world.engine) as session:
        assert session.exec(select(col(SignInBrake.failures))).one() == 3


def test_an_empty_desk_knows_that_it_is(engine):
    assert not sign_in.anybody(engine)
