"""The desk and what it promises of every call: permission, one transaction, a fresh user, the audit trail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from data import queue, tickets
from data.core import desk as desks
from data.core import sign_in
from data.core.desk import OpenDesk, Steps, command, long_command, opened, query
from data.tickets import TicketForm
from models.audit import SECRETS, AuditEntry
from models.errors import NotAllowed, NotSignedIn, Refused
from models.message import Presence
from models.permission import Permission, Role
from models.product import Product
from models.ticket import Kind
from models.user import User


@command(Permission.MANAGE_PRODUCTS)
def add_product(desk: OpenDesk, name: str, *, refuse: bool = False) -> None:
    desk.session.add(Product(name=name))
    desk.session.flush()
    if refuse:
        raise Refused("No.")


@command(Permission.MANAGE_PRODUCTS)
def add_two(desk: OpenDesk, *, refuse: bool = False) -> None:
    add_product(desk, "One")
    add_product(desk, "Two", refuse=refuse)


@query(Permission.READ_TICKETS)
def peek(desk: OpenDesk) -> None:
    add_product(desk, "Sneaked in")


@long_command(Permission.MANAGE_PRODUCTS)
def add_in_steps(steps: Steps, *names: str, between=lambda: None) -> None:
    for name in names:
        with steps.command() as desk:
            add_product(desk, name)
        between()


@command(Permission.MANAGE_PRODUCTS)
def add_in_steps_within(desk: OpenDesk) -> None:
    add_in_steps(desk, "One")


def products(world) -> set[str]:
    with Session(world.engine) as session:
        return set(session.exec(select(Product.name))) - {"Comptoir"}


def trail(world, table: str) -> list[AuditEntry]:
    with Session(world.engine) as session:
        return list(session.exec(select(AuditEntry).where(col(AuditEntry.table_name) == table)))


def test_a_command_happens_wholly_or_not_at_all(world):
    with pytest.raises(Refused):
        add_two(world.desk(world.manager), refuse=True)
    assert products(world) == set()
    add_two(world.desk(world.manager))
    assert products(world) == {"One", "Two"}


def test_a_command_within_a_command_is_on_the_trail_under_the_outer_name(world):
    add_two(world.desk(world.manager))
    assert [entry.action for entry in trail(world, "product")] == ["test_desk.add_two"] * 2


def test_a_query_may_not_give_a_command(world):
    with pytest.raises(TypeError, match="may not give the command"):
        peek(world.desk(world.manager))
    assert products(world) == set()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SALES, Role.CONTACT])
def test_a_permission_is_asked_before_anything_happens(world, role):
    user = {Role.TECHNICIAN: world.technician, Role.SALES: world.sales, Role.CONTACT: world.contact}[role]
    with pytest.raises(NotAllowed):
        add_product(world.desk(user), "Forbidden")
    assert products(world) == set()


def test_a_desk_made_before_the_session_ended_can_do_nothing(world):
    session_id, _ = sign_in.open_session(world.engine, world.technician.id, "", "", world.now)
    desk = sign_in.desk_of_session(world.engine, session_id, world.now)
    assert desk is not None
    stale = type(desk)(desk.user, desk.engine, desk.session_id, lambda: world.now)
    queue.counts(stale)
    sign_in.end_session(world.engine, session_id, world.now)
    with pytest.raises(NotSignedIn):
        queue.counts(stale)


def test_a_role_taken_away_counts_at_the_next_call_of_an_old_desk(world):
    session_id, _ = sign_in.open_session(world.engine, world.manager.id, "", "", world.now)
    desk = sign_in.desk_of_session(world.engine, session_id, world.now)
    assert desk is not None
    desk = type(desk)(desk.user, desk.engine, desk.session_id, lambda: world.now)
    add_product(desk, "While a manager")
    with Session(world.engine.execution_options(writes=True)) as session:
        session.get_one(User, world.manager.id).role = Role.TECHNICIAN
        session.commit()
    with pytest.raises(NotAllowed):
        add_product(desk, "No longer")


def test_a_session_ends_by_itself(world):
    session_id, _ = sign_in.open_session(world.engine, world.technician.id, "", "", world.now)
    desk = sign_in.desk_of_session(world.engine, session_id, world.now)
    assert desk is not None
    late = world.now + sign_in.LIFETIME + timedelta(seconds=1)
    with pytest.raises(NotSignedIn):
        queue.counts(type(desk)(desk.user, desk.engine, desk.session_id, lambda: late))


def test_the_trail_tells_before_and_after_and_never_a_secret(world):
    with opened(world.desk(world.manager), "users.test", writes=True) as desk:
        user = desk.session.get_one(User, world.technician.id)
        user.password_hash, user.name = "$2b$12$verysecret", "Renamed"
        desk.session.add(user)
    [entry] = trail(world, "user")
    assert entry.before == {"name": "Technician"}
    assert entry.after == {"name": "Renamed", "password_hash": "•••"}
    assert (entry.row_id, entry.user_id) == (str(world.technician.id), world.manager.id)
    sign_in.open_session(world.engine, world.technician.id, "127.0.0.1", "Firefox", world.now)
    [entry] = trail(world, "user_session")
    assert all(entry.after.get(column) in (None, "•••") for column in SECRETS)


def test_the_trail_tells_of_what_was_deleted(world):
    add_product(world.desk(world.manager), "Short-lived")
    with opened(world.desk(world.manager), "products.test", writes=True) as desk:
        desk.session.delete(desk.session.exec(select(Product).where(col(Product.name) == "Short-lived")).one())
    entry = trail(world, "product")[-1]
    assert (entry.before["name"], entry.after) == ("Short-lived", {})


def test_long_texts_are_cut_on_the_trail_the_row_keeps_them(world):
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="x" * 5000)
    tickets.file(world.desk(world.contact), form)
    assert len(trail(world, "ticket")[0].after["description"]) < 350


def test_what_merely_says_who_is_looking_is_not_on_the_trail(world):
    from data import drafts

    reference = tickets.file(
        world.desk(world.contact), TicketForm(kind=Kind.INCIDENT, subject="Panne", description="x")
    )
    drafts.save(world.desk(world.technician), reference, "un brouillon")
    drafts.look_in(world.desk(world.technician), reference)
    assert trail(world, Presence.__tablename__) == trail(world, "draft") == []


def test_many_writers_wait_for_each_other_instead_of_failing(world):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: add_product(world.desk(world.manager), f"Product {n}"), range(100)))
    assert len(products(world)) == 100


# ------------------------------------------------------------------ long commands


def test_each_step_of_a_long_command_is_whole_and_stays(world):
    def stop() -> None:
        assert products(world) == {"One"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_in_steps(world.desk(world.manager), "One", "Two", between=stop)
    assert products(world) == {"One"}
    assert {entry.action for entry in trail(world, "product")} == {"test_desk.add_in_steps"}


def test_who_may_not_give_a_long_command_is_refused_before_its_first_step(world):
    with pytest.raises(NotAllowed):
        add_in_steps(world.desk(world.technician))


def test_a_session_that_ends_meanwhile_ends_a_long_command_at_its_next_step(world):
    session_id, _ = sign_in.open_session(world.engine, world.manager.id, "", "", world.now)
    desk = sign_in.desk_of_session(world.engine, session_id, world.now)
    desk = type(desk)(desk.user, desk.engine, desk.session_id, lambda: world.now)

    def end() -> None:
        sign_in.end_session(world.engine, session_id, world.now)

    with pytest.raises(NotSignedIn):
        add_in_steps(desk, "One", "Two", between=end)
    assert products(world) == {"One"}


def test_a_long_command_is_no_part_of_another(world):
    with pytest.raises(TypeError):
        add_in_steps_within(world.desk(world.manager))
    assert products(world) == set()


@pytest.mark.parametrize(("database_url", "pauses"), [("sqlite", 2), ("postgresql", 0)], indirect=["database_url"])
def test_a_long_command_gives_way_to_those_who_wait_where_they_could_not_write(world, monkeypatch, pauses):
    slept: list[float] = []
    seconds = iter(range(1000))
    monkeypatch.setattr(desks, "sleep", slept.append)
    monkeypatch.setattr(desks, "monotonic", lambda: next(seconds) / 10)  # each step takes a tenth of a second
    add_in_steps(world.desk(world.manager), *"abcdefgh")
    assert len(slept) == pauses and all(0 <= one <= desks.GIVE_WAY for one in slept)
