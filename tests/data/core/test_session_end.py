"""Why a session is over, on both databases."""

from datetime import timedelta

from data.core.session_end import SessionEnd

from data import users
from data.core import session_end, sign_in


def begun(world) -> tuple[int, str]:
    session_id, ticket = sign_in.open_session(world.engine, world.technician.id, "", "", world.now)
    return session_id, sign_in.redeem(world.engine, ticket, world.now) or ""


def test_a_session_that_goes_on_or_is_unknown_has_no_end(world):
    session_id, token = begun(world)
    assert session_end.why(world.engine, session_id, world.now) is None
    assert session_end.of_token(world.engine, token, world.now) is None
    assert session_end.why(world.engine, 10**9, world.now) is None
    assert session_end.of_token(world.engine, "\udc80 nobody's", world.now) is None


def test_it_was_ended(world):
    session_id, token = begun(world)
    sign_in.end_session(world.engine, session_id, world.now)
    assert session_end.why(world.engine, session_id, world.now) == SessionEnd.ENDED
    assert session_end.of_token(world.engine, token, world.now) == SessionEnd.ENDED


def test_it_has_expired(world):
    session_id, _token = begun(world)
    assert session_end.why(world.engine, session_id, world.now + timedelta(hours=13)) == SessionEnd.EXPIRED


def test_the_account_was_disabled(world):
    session_id, _token = begun(world)
    users.disable(world.desk(), world.technician.id)
    assert session_end.why(world.engine, session_id, world.now) == SessionEnd.DISABLED
