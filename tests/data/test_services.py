"""Who works which service: chosen by managers, else by role; what they see, take and read follows."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from data import conversation, lookups, queue, services, sheets, tickets
from data import users as users_page
from data.core import sign_in, users
from data.core.desk import Desk
from data.tickets import TicketForm
from models.audit import AuditEntry
from models.errors import NotAllowed, NotFound, Refused
from models.permission import Role
from models.ticket import Kind, Service
from models.user import User

TECHNICAL, LOGISTICS, ACCOUNTING, SALES = Service


def signed_in(world: Any, user: User) -> Desk:
    """Read afresh for every call, as before a page."""
    session_id, _ = sign_in.open_session(world.engine, user.id, "192.0.2.1", "", world.now)
    return Desk(users.actor(user), world.engine, session_id, lambda: world.now)


def file(world: Any, service: Service) -> str:
    kind = Kind.REQUEST if service == Service.TECHNICAL else Kind.ENQUIRY
    return tickets.file(world.desk(world.contact), TicketForm(kind=kind, service=service, subject="S", description="D"))


def choose(world: Any, user: User, *chosen: Service) -> None:
    services.choose(world.desk(world.manager), user.id, chosen)


def listed(desk: Desk) -> list[str]:
    return [line.reference for line in queue.page(desk).lines]


@pytest.fixture
def filed(world) -> dict[Service, str]:
    return {service: file(world, service) for service in Service}


def test_without_a_choice_everybody_works_the_service_of_the_role(world, filed):
    assert services.mine(signed_in(world, world.technician)) == (TECHNICAL,)
    assert services.mine(signed_in(world, world.sales)) == (SALES,)
    assert services.mine(signed_in(world, world.manager)) == tuple(Service)
    assert listed(signed_in(world, world.technician)) == [filed[TECHNICAL]]
    assert listed(signed_in(world, world.sales)) == [filed[SALES]]
    assert set(listed(signed_in(world, world.manager))) == set(filed.values())


def test_what_is_chosen_counts_at_the_next_click_and_instead_of_the_role(world, filed):
    desk = signed_in(world, world.technician)
    choose(world, world.technician, LOGISTICS, SALES)
    assert services.mine(desk) == (LOGISTICS, SALES)
    assert set(listed(desk)) == {filed[LOGISTICS], filed[SALES]}
    tickets.take(desk, filed[LOGISTICS])
    with pytest.raises(NotAllowed):
        tickets.take(desk, filed[TECHNICAL])
    assert sheets.sheet(desk, filed[SALES]).workable and not sheets.sheet(desk, filed[TECHNICAL]).workable
    choose(world, world.technician, TECHNICAL)
    with pytest.raises(NotAllowed):
        conversation.reply(desk, filed[LOGISTICS], "Bonjour")


def test_notes_are_read_by_whoever_works_the_ticket_and_by_nobody_else(world, filed):
    choose(world, world.sales, SALES, LOGISTICS)
    desk = signed_in(world, world.sales)
    for reference in (filed[LOGISTICS], filed[TECHNICAL]):
        conversation.note(world.desk(world.manager), reference, "Entre nous")
    assert "Entre nous" in str(conversation.thread(desk, filed[LOGISTICS]))
    assert "Entre nous" not in str(conversation.thread(desk, filed[TECHNICAL]))
    assert "Entre nous" not in str(conversation.thread(world.desk(world.technician), filed[LOGISTICS]))
    assert "Entre nous" not in str(conversation.thread(world.desk(world.contact), filed[LOGISTICS]))


def test_a_ticket_is_given_only_to_those_who_work_its_service(world, filed):
    choose(world, world.colleague, ACCOUNTING)
    manager = world.desk(world.manager)
    tickets.assign(manager, filed[ACCOUNTING], world.colleague.id)
    with pytest.raises(Refused, match="cannot work"):
        tickets.assign(manager, filed[TECHNICAL], world.colleague.id)
    with pytest.raises(Refused, match="cannot work"):
        tickets.assign(manager, filed[ACCOUNTING], world.technician.id)


def test_colleagues_are_those_who_share_a_service_with_me(world):
    choose(world, world.colleague, TECHNICAL, ACCOUNTING)
    choose(world, world.sales, ACCOUNTING)

    def names(user: User) -> list[str]:
        return [one.name for one in lookups.assignees(signed_in(world, user))]

    assert names(world.technician) == ["Colleague", "Manager", "Technician"]
    assert names(world.sales) == ["Colleague", "Manager", "Sales"]
    assert names(world.colleague) == ["Colleague", "Manager", "Sales", "Technician"]
    assert names(world.manager) == ["Colleague", "Manager", "Sales", "Technician"]


def test_what_one_holds_of_a_service_one_leaves_goes_back_to_nobody(world, filed):
    choose(world, world.technician, TECHNICAL, LOGISTICS)
    desk = signed_in(world, world.technician)
    for service in (TECHNICAL, LOGISTICS):
        tickets.take(desk, filed[service])
    choose(world, world.technician, TECHNICAL)
    manager = world.desk(world.manager)
    assert sheets.sheet(manager, filed[LOGISTICS]).assignee_id is None
    assert sheets.sheet(manager, filed[TECHNICAL]).assignee_id == world.technician.id


def test_another_role_works_its_own_service_and_holds_nothing_of_the_former(world, filed):
    choose(world, world.technician, TECHNICAL, LOGISTICS)
    desk = signed_in(world, world.technician)
    tickets.take(desk, filed[TECHNICAL])
    users_page.change_role(world.desk(), world.technician.id, Role.SALES)
    assert services.mine(desk) == (SALES,)
    assert sheets.sheet(world.desk(world.manager), filed[TECHNICAL]).assignee_id is None


def test_what_is_addressed_to_a_service_that_nobody_looks_after_is_in_the_queue_of_managers(world, filed):
    with Session(world.engine.execution_options(writes=True)) as session:
        for one in (world.technician, world.colleague, world.sales):
            session.get_one(User, one.id).active = False
        session.commit()
    manager = signed_in(world, world.manager)
    assert services.unattended(manager) == tuple(Service)
    assert set(listed(manager)) == set(filed.values())
    tickets.take(manager, filed[ACCOUNTING])


def test_managers_are_told_which_services_nobody_looks_after(world):
    manager = world.desk(world.manager)
    assert services.unattended(manager) == (LOGISTICS, ACCOUNTING)
    choose(world, world.sales, SALES, ACCOUNTING)
    assert services.unattended(manager) == (LOGISTICS,)
    choose(world, world.manager, LOGISTICS)  # one of them does it, as a choice
    assert services.unattended(manager) == ()
    assert services.mine(signed_in(world, world.manager)) == tuple(Service)
    with Session(world.engine.execution_options(writes=True)) as session:
        session.get_one(User, world.sales.id).active = False
        session.commit()
    assert services.unattended(manager) == (ACCOUNTING, SALES)


def test_what_each_of_a_list_works(world):
    choose(world, world.colleague, SALES, LOGISTICS)
    everybody = [world.manager.id, world.technician.id, world.colleague.id, world.sales.id, world.contact.id, 999]
    assert services.of(world.desk(world.manager), everybody) == {
        world.manager.id: (),
        world.technician.id: (TECHNICAL,),
        world.colleague.id: (LOGISTICS, SALES),
        world.sales.id: (SALES,),
        world.contact.id: (),
    }


def test_choosing_is_refused_for_contacts_for_nobody_and_for_nothing(world):
    manager = world.desk(world.manager)
    with pytest.raises(Refused, match="contact works no service"):
        services.choose(manager, world.contact.id, [SALES])
    with pytest.raises(NotFound):
        services.choose(manager, 999, [SALES])
    with pytest.raises(Refused, match="at least one"):
        services.choose(manager, world.technician.id, [])
    services.choose(manager, world.manager.id, [])
    assert services.mine(signed_in(world, world.technician)) == (TECHNICAL,)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SALES, Role.CONTACT])
def test_only_managers_choose(world, role):
    user = {Role.TECHNICIAN: world.technician, Role.SALES: world.sales, Role.CONTACT: world.contact}[role]
    desk = world.desk(user)
    for deed in (
        lambda: services.choose(desk, user.id, tuple(Service)),
        lambda: services.unattended(desk),
        lambda: services.of(desk, [user.id]),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_the_audit_trail_tells_who_chose_what(world):
    choose(world, world.technician, LOGISTICS)
    with Session(world.engine) as session:
        trail = select(AuditEntry).where(col(AuditEntry.action) == "services.choose")
        entries = session.exec(trail).all()
    assert [entry.user_id for entry in entries] == [world.manager.id]
    assert "logistics" in str(entries[0].model_dump())


def test_a_ticket_is_offered_to_those_who_can_work_it_and_several_to_those_who_can_work_all(world, filed):
    choose(world, world.colleague, TECHNICAL, ACCOUNTING)

    def names(*services: Service) -> list[str]:
        return [one.name for one in lookups.colleagues(signed_in(world, world.manager), set(services))]

    assert names(TECHNICAL) == ["Colleague", "Manager", "Technician"]
    assert names(ACCOUNTING) == ["Colleague", "Manager"]
    assert names(TECHNICAL, ACCOUNTING) == ["Colleague", "Manager"]
    assert names(TECHNICAL, LOGISTICS) == ["Manager"]


def test_who_is_disabled_is_looked_for_as_long_as_they_have_open_tickets(world, filed):
    manager = world.desk(world.manager)
    tickets.take(world.desk(world.technician), filed[TECHNICAL])
    with Session(world.engine.execution_options(writes=True)) as session:  # as a desk may have them from before
        for user in (world.technician, world.colleague):
            session.get_one(User, user.id).active = False
        session.commit()

    def disabled() -> list[str]:
        return [one.name for one in lookups.assignees(manager) if not one.active]

    assert disabled() == ["Technician"]
    assert "Technician" not in [one.name for one in lookups.colleagues(manager, {TECHNICAL})]
    tickets.assign(manager, filed[TECHNICAL], None)
    assert disabled() == []
