"""Access codes on both databases: issued, shown, ended, one live one a client, and nowhere to be found."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import MetaData, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from data import access_codes, exports
from data.core import codes, settings
from models import access_code
from models.access_code import AccessCode
from models.audit import AuditEntry
from models.errors import NotAllowed, NotFound, Refused


@pytest.fixture
def desk(world):
    return world.desk(world.sales)


def rows(world) -> list[AccessCode]:
    with Session(world.engine) as session:
        return list(session.exec(select(AccessCode).order_by(col(AccessCode.id))))


def trail(world) -> list[AuditEntry]:
    with Session(world.engine) as session:
        entries = select(AuditEntry).where(col(AuditEntry.table_name) == "access_code").order_by(col(AuditEntry.id))
        return list(session.exec(entries))


def forms(code: str) -> set[str]:
    """How a code might be written somewhere, in capitals."""
    signs = code.replace(" ", "")
    return {signs} | {
        f"{signs[:4]}{between}{signs[4:]}" for between in (" ", "-", "_", "\u00a0", "%20", "+", "\\u00a0")
    }


def dump(world) -> str:
    """Every value of every table, in capitals."""
    known = MetaData()
    known.reflect(world.engine)
    with world.engine.connect() as connection:
        return repr([connection.execute(table.select()).all() for table in known.sorted_tables]).upper()


def test_a_code_is_issued_read_and_spoken_in_two_groups(world, desk):
    code = access_codes.issue(desk, world.acme.id)
    assert access_code.is_code(code.replace(" ", "")) and len(code.split()) == 2
    assert access_codes.reveal(desk, world.acme.id) == code
    state = access_codes.state(desk, world.acme.id)
    assert (state.live, state.due, state.issued_at, state.issued_by) == (True, True, world.now, "Sales")


def test_codes_differ(world, desk):
    assert len({access_codes.issue(desk, world.acme.id) for _ in range(20)}) == 20


def test_another_code_ends_the_one_before_of_which_nothing_is_kept(world, desk):
    first = access_codes.issue(desk, world.acme.id)
    second = access_codes.issue(world.desk(world.manager), world.acme.id)
    ended, live = rows(world)
    assert (ended.ended_at, ended.ended_by_id, ended.cipher, ended.lookup) == (world.now, world.manager.id, None, None)
    assert live.ended_at is None and access_codes.reveal(desk, world.acme.id) == second != first
    with Session(world.engine) as session:
        assert codes.find(session, access_code.signs(first)) is None
        assert codes.find(session, access_code.signs(second)).client_id == world.acme.id


def test_an_ended_code_leaves_none(world, desk):
    access_codes.issue(desk, world.acme.id)
    access_codes.end(desk, world.acme.id)
    assert not access_codes.state(desk, world.acme.id).live
    for ask in (access_codes.reveal, access_codes.end):
        with pytest.raises(Refused, match="has no access code"):
            ask(desk, world.acme.id)


def test_below_four_stars_none_is_issued(world, desk):
    with pytest.raises(Refused, match="four or five stars"):
        access_codes.issue(desk, world.other.id)
    assert access_codes.state(desk, world.other.id) == access_codes.Code(live=False, due=False)


def test_who_may_read_a_code_and_who_only_whether_there_is_one(world):
    access_codes.issue(world.desk(world.manager), world.acme.id)
    for user in (world.sales, world.manager):
        assert access_codes.reveal(world.desk(user), world.acme.id)
    assert access_codes.state(world.desk(world.technician), world.acme.id).live
    for user in (world.technician, world.contact):
        for ask in (access_codes.reveal, access_codes.issue, access_codes.end):
            with pytest.raises(NotAllowed):
                ask(world.desk(user), world.acme.id)
    with pytest.raises(NotAllowed):
        access_codes.state(world.desk(world.contact), world.acme.id)
    with pytest.raises(NotAllowed):
        access_codes.mine(world.desk(world.technician))


def test_a_client_reads_its_own_code_and_no_other(world, desk):
    code = access_codes.issue(desk, world.acme.id)
    assert access_codes.mine(world.desk(world.contact)) == code
    assert access_codes.mine(world.desk(world.stranger)) is None
    assert access_codes.mine(world.desk(world.manager)) is None


def test_a_client_that_is_not_there_is_not_found(world, desk):
    for ask in (access_codes.state, access_codes.reveal, access_codes.issue, access_codes.end):
        with pytest.raises(NotFound):
            ask(desk, 99_999)


def test_each_showing_is_on_the_trail_without_what_was_shown(world, desk):
    access_codes.issue(desk, world.acme.id)
    before = len(trail(world))
    access_codes.reveal(desk, world.acme.id)
    access_codes.reveal(world.desk(world.manager), world.acme.id)
    shown = trail(world)[before:]
    assert [(one.action, one.user_id, one.row_id, one.before, one.after) for one in shown] == [
        ("access_codes.reveal", user.id, str(world.acme.id), {}, {}) for user in (world.sales, world.manager)
    ]


def test_of_many_who_issue_at_once_each_ends_the_one_before(world, desk):
    with ThreadPoolExecutor(8) as pool:
        issued = list(pool.map(lambda _: access_codes.issue(desk, world.acme.id), range(8)))
    assert len(set(issued)) == len(rows(world)) == 8
    assert len([row for row in rows(world) if row.ended_at is None]) == 1
    assert access_codes.reveal(desk, world.acme.id) in issued


def test_issuing_ending_and_showing_at_once_leave_one_code_or_none(world, desk):
    access_codes.issue(desk, world.acme.id)

    def ask(number: int) -> None:
        with suppress(Refused):
            (access_codes.issue, access_codes.end, access_codes.reveal)[number % 3](desk, world.acme.id)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(18)))
    live = [row for row in rows(world) if row.ended_at is None]
    assert len(live) == access_codes.state(desk, world.acme.id).live


def test_the_database_keeps_one_live_code_a_client(world, desk):
    access_codes.issue(desk, world.acme.id)
    second = AccessCode(client_id=world.acme.id, lookup="b" * 64, cipher="x", issued_at=world.now)
    with Session(world.engine.execution_options(writes=True)) as session, pytest.raises(IntegrityError):
        session.add(second)
        session.flush()


@pytest.mark.parametrize("wrong", [{"ended_at": func.current_timestamp()}, {"cipher": None}, {"lookup": None}])
def test_the_database_keeps_no_cipher_of_an_ended_code_and_no_live_code_without(world, desk, wrong):
    access_codes.issue(desk, world.acme.id)
    with Session(world.engine.execution_options(writes=True)) as session, pytest.raises(IntegrityError):
        session.exec(update(AccessCode).values(**wrong))


def test_a_cipher_copied_to_another_client_cannot_be_read(world, desk):
    access_codes.issue(desk, world.acme.id)
    with Session(world.engine.execution_options(writes=True)) as session:
        session.exec(update(AccessCode).values(client_id=world.other.id))
        session.commit()
    with pytest.raises(InvalidTag):
        access_codes.reveal(desk, world.other.id)


def test_no_code_is_found_in_the_database_the_logs_or_an_export(world, desk, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    issued = [access_codes.issue(desk, world.acme.id) for _ in range(5)]  # the ended ones neither
    access_codes.reveal(desk, world.acme.id)
    access_codes.mine(world.desk(world.contact))
    for wrong in (access_codes.issue, access_codes.reveal):
        with pytest.raises(Refused):
            wrong(desk, world.other.id)
    exports.tickets(world.desk(), tmp_path / "all.csv", lambda *_: None)
    told = dump(world) + caplog.text.upper()
    told += "".join(path.read_text() for path in tmp_path.rglob("*.csv")).upper()
    assert "ACCESS_CODES.REVEAL" in told and "SALES@GUICHET.EXAMPLE" in told  # it looks where things are
    assert not [form for code in issued for form in forms(code) if form in told]


def test_the_key_is_in_no_table_and_no_log(world, desk, caplog):
    caplog.set_level(logging.DEBUG)
    access_codes.issue(desk, world.acme.id)
    secret = (settings.settings().var / "secret.key").read_text().strip()
    assert secret.upper() not in dump(world) + caplog.text.upper()
    assert secret not in repr(settings.settings())


def test_asking_for_a_code_costs_the_same_however_many_there_are(world, desk, count_queries):
    access_codes.issue(desk, world.acme.id)
    count_queries()
    access_codes.reveal(desk, world.acme.id)
    alone = count_queries()
    for _ in range(10):
        access_codes.issue(desk, world.acme.id)
    count_queries()
    access_codes.reveal(desk, world.acme.id)
    assert count_queries() == alone
