"""The first page of the staff: a manager's day; for everybody else the queue."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import tickets
from data.core import clock
from models.figures import Workload
from models.ticket import Urgency
from models.user import User
from pages.components import home_board, home_lists
from tests.pages.tab import incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def filed(world, urgency: Urgency, client: Any = None) -> str:
    return incident(world, urgency=urgency, client=client)


def opened(user: User) -> AppTest:
    return tab("", user)


def given(app: AppTest, component: str) -> dict[str, Any]:
    found = [element.proto for element in app.get("bidi_component")]
    return dict(json.loads(next(proto.json for proto in found if proto.component_name == component)))


def test_a_manager_sees_the_figures_of_the_day_and_that_nothing_is_about_to_break(desk):
    app = opened(desk.manager)
    assert not app.exception and [title.value for title in app.title] == ["Today"]
    overview = given(app, "queue_overview")
    assert len(overview["tiles"]) == 6 and overview["tabs"] == []
    assert given(app, "tickets_table")["empty"].endswith("Nothing is about to break.")


@pytest.fixture
def monday_morning(monkeypatch):
    """07:30 in Paris, half an hour before the extended hours begin."""

    class Frozen(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2027, 2, 1, 6, 30, tzinfo=UTC)

    monkeypatch.setattr(clock, "datetime", Frozen)


def test_what_breaks_before_closing_is_listed_in_order(monday_morning, desk):
    filed(desk, Urgency.NONE, desk.other)  # due in a week
    serious, urgent = filed(desk, Urgency.SERIOUS), filed(desk, Urgency.CRITICAL)
    app = opened(desk.manager)
    assert [row["reference"] for row in given(app, "tickets_table")["rows"]] == [urgent, serious]


@pytest.mark.parametrize("role", ["technician", "sales"])
def test_other_staff_are_sent_to_the_queue(desk, role):
    app = opened(getattr(desk, role))
    assert not app.exception and "Today" not in [title.value for title in app.title]


def test_a_contact_is_at_home_in_the_client_space(desk):
    app = opened(desk.contact)
    assert not app.exception and "Today" not in [title.value for title in app.title]


def test_the_day_names_what_is_new_what_nobody_has_and_who_has_what(desk):
    mine, nobodys = filed(desk, Urgency.SERIOUS), filed(desk, Urgency.LOW)
    tickets.take(desk.desk(desk.technician), mine)
    app = opened(desk.manager)
    assert not app.exception
    links = [link.proto.label for link in app.get("page_link")]
    assert [nobodys in label for label in links].count(True) == 2 and [mine in label for label in links].count(
        True
    ) == 1
    people = " ".join(found.proto.body for found in app.get("html")).partition('class="who"')[2]
    assert f'href="/queue?who={desk.technician.id}"' in people and 'href="/queue?who=nobody"' in people


def links(app: AppTest) -> dict[str, str]:
    """What each link of the page says, and the query of its address."""
    return {link.proto.label: link.proto.query_string for link in app.get("page_link")}


def test_of_what_breaks_only_the_first_few_are_on_the_home_and_all_are_a_link_away(monday_morning, desk):
    filed(desk, Urgency.NONE, desk.other)  # due in a week
    for _number in range(6):
        filed(desk, Urgency.CRITICAL)
    app = opened(desk.manager)
    assert len(given(app, "tickets_table")["rows"]) == 4
    assert links(app)["See all 6"] == "closing=1"
    there = tab("queue", desk.manager, closing="1")
    assert not there.exception and len(given(there, "tickets_table")["rows"]) == 6
    assert there.toggle(key="queue_closing").value and there.query_params["closing"] == "1"
    there.toggle(key="queue_closing").set_value(False).run()
    assert "closing" not in there.query_params and len(given(there, "tickets_table")["rows"]) == 7


def test_as_many_as_fit_are_all_on_the_home(monday_morning, desk):
    filed(desk, Urgency.CRITICAL)
    assert not [label for label in links(opened(desk.manager)) if label.startswith("See all")]


def test_who_has_a_breached_ticket_comes_first(desk):
    people = [("Hugo", 11, 0), ("Karim", 5, 1), ("Inès", 2, 2), ("Rose", 0, 0)]
    workload = [Workload(n, name, open, 0, late, 0) for n, (name, open, late) in enumerate(people, 1)]
    assert [one.name for one in home_lists.by_need(workload)] == ["Inès", "Karim", "Hugo"]


def test_the_home_says_how_many_people_it_leaves_out_and_links_to_all(monkeypatch, desk):
    for user in (desk.technician, desk.colleague, desk.colleague):
        tickets.take(desk.desk(user), filed(desk, Urgency.SERIOUS))
    assert not [label for label in links(opened(desk.manager)) if label.endswith("see all")]
    monkeypatch.setattr(home_board, "PEOPLE", 1)
    app = opened(desk.manager)
    people = " ".join(found.proto.body for found in app.get("html")).partition('class="who"')[2]
    assert f"who={desk.colleague.id}" in people and f"who={desk.technician.id}" not in people
    assert links(app)["1 of 2: see all"] == "section=work"
