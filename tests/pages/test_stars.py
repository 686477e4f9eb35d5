"""The star levels page, as the browser's server side sees it."""

import pytest
from streamlit.testing.v1 import AppTest

from data import sheets, subscriptions, tickets
from data.core import clock
from data.tickets import TicketForm
from models.client import StarLevel
from models.ticket import Kind, Urgency
from models.user import User
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def reference(served, world) -> str:
    """A ticket of the five-star client, filed just now."""
    world.now = clock.now()
    form = TicketForm(
        kind=Kind.INCIDENT, subject="Panne", description="x", client_id=world.acme.id, urgency=Urgency.LOW
    )
    return tickets.file(world.desk(), form)


def opened(user: User) -> AppTest:
    return tab("stars", user)


def chosen(app: AppTest, client_id: int, level: StarLevel) -> AppTest:
    app.selectbox(key="stars_client").set_value(client_id).run()
    [levels] = [group for group in app.button_group if str(group.key).startswith("stars_level_")]
    return levels.set_value(level).run()


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_sales_look_at_what_a_change_moves_before_they_save_it(world, reference):
    app = chosen(opened(world.sales), world.acme.id, StarLevel.THREE)
    key = f"stars_{world.acme.id}"
    app.button(key=f"{key}_look").click().run()
    assert reference in shown(app)
    desk = world.desk(world.sales)
    assert subscriptions.level(desk, world.acme.id) == StarLevel.FIVE
    before = sheets.sheet(desk, reference).resolution_clock.due_at
    app.button(key=f"{key}_save").click().run()
    assert not app.exception
    world.now = clock.now()
    assert subscriptions.level(desk, world.acme.id) == StarLevel.THREE
    after = sheets.sheet(desk, reference)
    assert after.star_level == StarLevel.THREE
    assert before and after.resolution_clock.due_at and after.resolution_clock.due_at > before


def test_what_is_dropped_changes_nothing(world, reference):
    app = chosen(opened(world.manager), world.acme.id, StarLevel.FOUR)
    key = f"stars_{world.acme.id}"
    app.button(key=f"{key}_look").click().run()
    app.button(key=f"{key}_drop").click().run()
    assert subscriptions.level(world.desk(world.manager), world.acme.id) == StarLevel.FIVE


def test_it_is_not_for_technicians_nor_contacts(world, reference):
    for user in (world.technician, world.contact):
        app = opened(user)
        assert [one.value for one in app.error]
        assert not app.selectbox
