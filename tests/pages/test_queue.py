"""The queue page, as the browser's server side sees it."""

import json
from typing import Any

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from data import tickets
from data.core import database
from data.tickets import TicketForm
from models.ticket import Kind, Service, Urgency
from models.user import User
from tests.pages.tab import incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ATTACK = "<img src=x onerror=alert(1)>"


def enquired(world, service: Service) -> str:
    form = TicketForm(
        kind=Kind.ENQUIRY, subject="A question", description="How much?", client_id=world.acme.id, service=service
    )
    return tickets.file(world.desk(), form)


def opened(user: User, **query: str) -> AppTest:
    return tab("queue", user, **query)


def given(app: AppTest, component: str) -> dict[str, Any]:
    """What one of our components was told to draw."""
    found = [element.proto for element in app.get("bidi_component")]
    return dict(json.loads(next(proto.json for proto in found if proto.component_name == component)))


def listed(app: AppTest) -> list[str]:
    return [row["reference"] for row in given(app, "tickets_table")["rows"]]


def address(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def test_the_list_says_of_each_ticket_what_it_is_and_why_it_stands_there(desk):
    first = incident(desk, ATTACK, Urgency.CRITICAL)
    incident(desk, "Slow", Urgency.LOW)
    app = opened(desk.manager)
    row = given(app, "tickets_table")["rows"][0]
    assert row["reference"] == first
    assert row["subject"] == ATTACK
    assert row["href"] == f"/ticket?ref={first}"
    assert (row["client"], row["stars"], row["product"]) == ("Acme (démo)", "★★★★★", "Comptoir")
    assert (row["urgency"], row["status"], row["assignee"]) == ("Critical", "New", "Nobody")
    assert row["why"].startswith("critical · ★5 → answer within 1\N{NO-BREAK SPACE}h of opening · filed ")
    assert row["why"].endswith(" · first in line")
    assert row["state"] in {"fine", "at risk"}
    assert given(app, "tickets_table")["rows"][1]["why"].endswith(" · 1 before it")


def test_the_tiles_and_tabs_count_what_is_mine_to_work(desk):
    tickets.take(desk.desk(desk.technician), incident(desk))
    incident(desk)
    overview = given(opened(desk.technician), "queue_overview")
    assert {tile["label"]: tile["count"] for tile in overview["tiles"]} == {
        "Open tickets": "2",
        "Unassigned": "1",
        "At risk": "0",
        "Breached": "0",
        "Filed today": "2",
        "Resolved today": "0",
    }
    assert [tab["count"] for tab in overview["tabs"]] == ["2", "0", "0"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"urgency": "critical"}, ["critical"]),
        ({"stars": "3"}, ["other"]),
        ({"q": "  SLOW "}, ["other"]),
        ({"who": "mine"}, ["mine"]),
        ({"who": "nobody"}, ["critical", "other"]),
        ({"kind": "request"}, []),
        ({"service": "technical"}, ["critical", "mine", "other"]),
        ({"late": "1"}, []),
        ({"tab": "waiting"}, []),
        ({"tab": "resolved_today"}, []),
    ],
)
def test_a_view_is_read_from_its_address(desk, query, expected):
    names = {
        incident(desk, "Down", Urgency.CRITICAL): "critical",
        incident(desk, "Slow", client=desk.other): "other",
        incident(desk, "Mine", Urgency.SERIOUS): "mine",
    }
    mine = next(reference for reference, name in names.items() if name == "mine")
    tickets.take(desk.desk(desk.technician), mine)
    app = opened(desk.technician, **query)
    assert sorted(names[reference] for reference in listed(app)) == sorted(expected)
    assert address(app) == query


def test_what_an_address_cannot_mean_is_dropped_from_it(desk):
    reference = incident(desk)
    nonsense = {"kind": "zzz", "tab": "x", "order": "", "product": "999", "who": "12345", "stars": "9", "late": "yes"}
    app = opened(desk.manager, **nonsense, client="4711", urgency="low", ref="INC-2026-000001")
    assert not app.exception
    assert listed(app) == [reference]
    assert address(app) == {"urgency": "low"}


def test_a_client_narrows_the_list_until_its_chip_is_taken_off(desk):
    theirs, other = incident(desk), incident(desk, client=desk.other)
    app = opened(desk.manager, client=str(desk.acme.id))
    assert listed(app) == [theirs]
    app.button(key="queue_client").click().run()
    assert sorted(listed(app)) == sorted([theirs, other])
    assert address(app) == {}


def test_a_field_writes_to_the_address_and_goes_back_to_the_first_page(desk):
    reference = incident(desk)
    app = opened(desk.manager, after=reference, order="stars")
    assert listed(app) == []
    app.selectbox(key="queue_urgency").set_value("low").run()
    assert address(app) == {"order": "stars", "urgency": "low"}
    assert listed(app) == [reference]
    app.button(key="queue_clear").click().run()
    assert address(app) == {"order": "stars"}
    assert app.selectbox(key="queue_urgency").value is None


def test_pages_hold_fifty_and_lead_on_and_back(desk):
    references = [incident(desk) for _ in range(51)]
    app = opened(desk.manager, order="arrival")
    table = given(app, "tickets_table")
    assert (listed(app), table["position"]) == (references[:50], "1–50 of 51")
    assert [turn["href"] for turn in table["turns"]] == [f"/queue?order=arrival&after={references[49]}"]
    later = opened(desk.manager, order="arrival", after=references[49])
    table = given(later, "tickets_table")
    assert (listed(later), table["position"]) == (references[50:], "51–51 of 51")
    assert [turn["href"] for turn in table["turns"]] == [f"/queue?order=arrival&before={references[50]}"]


def test_taking_the_next_one_takes_the_first_that_nobody_has(desk):
    incident(desk, urgency=Urgency.LOW)
    urgent = incident(desk, urgency=Urgency.CRITICAL)
    app = opened(desk.technician)
    app.button(key="queue_take").click().run()
    assert not app.exception
    assert address(app).get("ref") == urgent
    assert listed(opened(desk.technician, who="mine")) == [urgent]


def test_when_nobody_has_anything_left_to_take_it_says_so(desk):
    app = opened(desk.technician)
    app.button(key="queue_take").click().run()
    assert [toast.value for toast in app.toast] == ["Every ticket of the queue is in somebody's hands."]
    assert given(app, "tickets_table")["empty"] == "No ticket is open. What clients file appears here by itself."


def test_an_empty_list_says_why_and_leads_out(desk):
    incident(desk)
    table = given(opened(desk.manager, q="nothing like it"), "tickets_table")
    assert table["empty"] == "No ticket matches these filters."
    assert [(turn["label"], turn["href"]) for turn in table["turns"]] == [("Clear filters", "/queue?")]


def test_sales_sees_its_enquiries_only(desk):
    incident(desk)
    enquired(desk, Service.ACCOUNTING)
    enquiry = enquired(desk, Service.SALES)
    assert listed(opened(desk.sales)) == [enquiry]


def test_a_contact_is_refused(desk):
    incident(desk)
    app = opened(desk.contact)
    assert [error.value for error in app.error] == ["This page is not for your role."]
    assert "tickets_table" not in [element.proto.component_name for element in app.get("bidi_component")]


def test_the_page_asks_as_much_of_the_database_for_forty_tickets_as_for_two(desk):
    asked: list[object] = []
    event.listen(database.engine(), "before_cursor_execute", lambda *statement: asked.append(statement))
    for _ in range(2):
        incident(desk)
    app = opened(desk.manager)
    asked.clear()
    app.run()
    few = len(asked)
    for _ in range(38):
        incident(desk)
    asked.clear()
    app.run()
    assert len(asked) == few > 0
    assert len(listed(app)) == 40
