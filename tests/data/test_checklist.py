"""The checklist of a new desk, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import checklist, clients, products, service_levels, services, users
from data.clients import ClientForm
from data.core import clock
from data.core.desk import Desk
from data.core.users import actor
from data.users import Invitation
from models.audit import AuditEntry
from models.checklist import Checklist, Step
from models.errors import NotAllowed, Refused
from models.installation import Installation
from models.permission import Role
from models.ticket import Service
from models.user import Language, User
from tests.pages.tab import incident
from tests.test_migrations import alembic


@pytest.fixture
def first(engine) -> Desk:
    """A desk that has nothing but its first manager."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        manager = User(
            email="m@d.example", name="M", role=Role.MANAGER, language=Language.FRENCH, created_at=clock.now()
        )
        session.add(manager)
        session.commit()
        return Desk(actor(manager), engine)


def done(desk: Desk) -> set[Step]:
    found = checklist.read(desk)
    assert found is not None
    return set(found.done)


def technician(desk: Desk) -> int:
    users.invite(desk, Invitation(email="t@d.example", name="T", role=Role.TECHNICIAN))
    return max(one.id for one in users.people(desk).page)


def test_a_new_desk_has_everything_to_do(first):
    assert done(first) == set()


def test_each_step_is_done_by_what_it_asks_for(first):
    products.create(first, ["Comptoir"])
    assert done(first) == {Step.PRODUCTS}
    services.choose(first, technician(first), set(Service))
    assert done(first) == {Step.PRODUCTS, Step.PEOPLE, Step.SERVICES}
    clients.create(first, ClientForm(name="Neuve"))
    assert done(first) == set(Step) - {Step.CALENDARS, Step.TARGETS}
    target = service_levels.grid(first)[0]
    service_levels.save(first, [replace(target, first_response=target.first_response + timedelta(hours=1))])
    assert done(first) == set(Step) - {Step.CALENDARS}
    checklist.confirm(first, Step.CALENDARS)
    assert checklist.read(first) == Checklist(frozenset(Step)) and checklist.read(first).whole


def test_calendars_and_targets_are_confirmed_and_nothing_else(first):
    for step in (Step.CALENDARS, Step.TARGETS):
        checklist.confirm(first, step)
        assert step in done(first)
        checklist.confirm(first, step)  # once more changes nothing
    for step in set(Step) - {Step.CALENDARS, Step.TARGETS}:
        with pytest.raises(Refused):
            checklist.confirm(first, step)
    with Session(first.engine) as session:
        actions = [one.action for one in session.exec(select(AuditEntry)) if one.table_name == "installation"]
    assert actions.count("checklist.confirm") == 2


def test_a_retired_product_and_a_colleague_who_left_do_not_count(first):
    products.create(first, ["Comptoir"])
    products.retire(first, products.listed(first).lines[0].id)
    users.disable(first, technician(first))
    assert done(first) == set()


def test_once_closed_it_is_gone_for_every_manager_and_costs_one_row(first, count_queries):
    checklist.close(first)
    checklist.close(first)
    count_queries()
    assert checklist.read(first) is None
    assert count_queries() <= 2  # SQLite counts the beginning of the transaction


def test_it_takes_as_many_queries_however_much_there_is(first, count_queries):
    checklist.read(first)
    count_queries()
    checklist.read(first)
    few = count_queries()
    for number in range(30):
        clients.create(first, ClientForm(name=f"Neuve {number}"))
        users.invite(first, Invitation(email=f"t{number}@d.example", name="T", role=Role.TECHNICIAN))
    count_queries()
    checklist.read(first)
    assert count_queries() == few <= 4


def test_a_demo_has_none(first):
    with Session(first.engine.execution_options(writes=True)) as session:
        session.get_one(Installation, 1).demo = True
        session.commit()
    assert checklist.read(first) is None


@pytest.mark.parametrize("has_tickets", [True, False])
def test_an_older_desk_that_has_tickets_has_none(world, has_tickets):
    if has_tickets:
        incident(world)
    alembic(world.engine, "downgrade", "0005")
    alembic(world.engine, "upgrade", "head")
    assert (checklist.read(world.desk(world.manager)) is None) == has_tickets


def test_it_is_the_managers_alone(world):
    for user in (world.technician, world.sales, world.contact):
        desk = world.desk(user)
        for function, arguments in (
            (checklist.read, ()),
            (checklist.confirm, (Step.TARGETS,)),
            (checklist.close, ()),
        ):
            with pytest.raises(NotAllowed):
                function(desk, *arguments)
