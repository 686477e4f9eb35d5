"""The checklist of a new desk on the manager's home, as the browser's server side sees it."""

import pytest
from sqlmodel import Session

from data import checklist
from models.checklist import Step
from models.installation import Installation
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def titles(app) -> list[str]:
    return [one.value for one in app.subheader if one.value.startswith("Set up your desk")]


def test_each_open_step_leads_to_its_page(desk):
    app = tab("", desk.manager)
    assert not app.exception and titles(app) == ["Set up your desk: 3 of 6 done"]  # products, people, a client
    links = {one.proto.label: one.proto.page for one in app.get("page_link")}
    assert links["Choose who works each service"] == "users" and links["Look at the targets"] == "service-levels"
    assert links["Look at the opening hours"] == "calendars" and links["Add your products"] == "products"
    assert not any("looks after" in one.value for one in app.warning)  # the list says it


def test_calendars_and_targets_are_confirmed_by_a_button(desk):
    app = tab("", desk.manager)
    app.button(key="confirm_calendars").click().run()
    app.button(key="confirm_targets").click().run()
    assert titles(app) == ["Set up your desk: 5 of 6 done"]
    assert not [one for one in app.button if str(one.key).startswith("confirm_")]


def test_it_says_that_it_is_whole_and_is_gone_the_next_time(desk, monkeypatch):
    monkeypatch.setattr(checklist.services, "unattended", lambda _: ())
    for step in (Step.CALENDARS, Step.TARGETS):
        checklist.confirm(desk.desk(desk.manager), step)
    assert any("ready" in one.value for one in tab("", desk.manager).success)
    again = tab("", desk.manager)
    assert not titles(again) and not again.success and not again.exception


def test_a_manager_hides_it_and_the_services_nobody_works_are_told_again(desk):
    app = tab("", desk.manager)
    app.button(key="checklist_hide").click().run()
    assert not titles(app) and any("looks after" in one.value for one in app.warning)


def test_a_demo_never_shows_it(desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.get_one(Installation, 1).demo = True
        session.commit()
    assert not titles(tab("", desk.manager))
