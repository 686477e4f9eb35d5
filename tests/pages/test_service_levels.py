"""The service levels page: the grid edited, looked at, saved; refused with the cell that is wrong."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import service_levels, sheets
from data.core import clock
from models.client import StarLevel
from models.ticket import Kind, Urgency
from models.user import User
from tests.pages.tab import go, incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CRITICAL, SERIOUS, LOW, NONE, REQUEST, ENQUIRY = range(6)


def opened(user: User) -> AppTest:
    return tab("service-levels", user)


def filed(world) -> str:
    return incident(world, client=world.other)


def typed(app: AppTest, row: int, column: str, text: str, *, edition: int = 0) -> AppTest:
    app.session_state[f"targets_{edition}"] = {
        "edited_rows": {row: {column: text}},
        "added_rows": [],
        "deleted_rows": [],
    }
    return app.run()


def target(world, urgency: Urgency = Urgency.LOW, star_level: StarLevel = StarLevel.THREE):
    world.now = clock.now()
    grid = service_levels.grid(world.desk())
    return next(one for one in grid if (one.kind, one.urgency, one.star_level) == (Kind.INCIDENT, urgency, star_level))


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_the_grid_shows_both_promises_of_every_star_level(desk):
    app = opened(desk.manager)
    assert not app.exception and not app.error
    table = app.dataframe[0].value
    assert list(table["what"]) == [
        "Incident · Critical",
        "Incident · Serious",
        "Incident · Low",
        "Incident · None",
        "Service request",
        "Enquiry",
    ]
    assert list(table.iloc[CRITICAL])[1:] == ["4 h", "16 h", "2 h", "8 h", "1 h", "4 h"]
    assert app.button(key="targets_look").disabled


def test_a_target_is_looked_at_before_it_is_saved_and_moves_the_running_tickets(desk):
    reference = filed(desk)
    before = sheets.sheet(desk.desk(), reference).resolution_clock
    app = typed(opened(desk.manager), LOW, "resolution_3", "20")
    app.button(key="targets_look").click().run()
    assert reference in html(app) and "earlier" in html(app)
    assert target(desk).resolution == timedelta(hours=40)
    app.button(key="targets_save").click().run()
    assert not app.error and not app.exception
    assert [toast.value for toast in app.toast] == ["Saved. 1 ticket moved."]
    assert target(desk).resolution == timedelta(hours=20)
    after = sheets.sheet(desk.desk(), reference).resolution_clock
    assert after.target == timedelta(hours=20) and after.due_at < before.due_at
    assert target(desk).first_response == timedelta(hours=16)


def test_a_calendar_is_chosen_for_a_whole_star_level(desk):
    app = opened(desk.manager)
    next(one for one in app.selectbox if one.label == "Calendar of ★3").set_value("extended").run()
    app.button(key="targets_look").click().run()
    app.button(key="targets_save").click().run()
    assert not app.error
    assert {one.calendar for one in service_levels.grid(desk.desk()) if one.star_level == StarLevel.THREE} == {
        "standard"
    }
    assert target(desk).calendar == "extended"


def test_what_is_no_length_of_time_is_refused_with_its_cell(desk):
    app = typed(opened(desk.manager), SERIOUS, "first_response_4", "soon")
    assert [error.value.replace("\\", "").split(":")[0] for error in app.error] == [
        "Incident · Serious, ★4 first response"
    ]
    assert app.button(key="targets_look").disabled
    assert app.session_state["targets_0"]["edited_rows"] == {SERIOUS: {"first_response_4": "soon"}}


def test_a_target_of_nothing_is_refused_and_what_was_typed_stays(desk):
    app = typed(opened(desk.manager), SERIOUS, "first_response_4", "0")
    assert len(app.error) == 1
    assert app.session_state["targets_0"]["edited_rows"] == {SERIOUS: {"first_response_4": "0"}}
    assert target(desk, Urgency.SERIOUS, StarLevel.FOUR).first_response == timedelta(hours=4)


def test_a_preview_of_something_else_cannot_be_saved(desk):
    filed(desk)
    app = typed(opened(desk.manager), LOW, "resolution_3", "20 h")
    app.button(key="targets_look").click().run()
    typed(app, LOW, "resolution_3", "10 h")
    assert app.button(key="targets_save").disabled
    assert any("Preview again" in warning.value for warning in app.warning)


def test_what_is_dropped_is_as_it_was(desk):
    app = typed(opened(desk.manager), LOW, "resolution_3", "20 h")
    app.button(key="targets_look").click().run()
    app.button(key="targets_drop").click().run()
    assert app.dataframe[0].value["resolution_3"][LOW] == "40 h"
    assert app.button(key="targets_look").disabled
    assert target(desk).resolution == timedelta(hours=40)


@pytest.mark.parametrize("role", ["technician", "sales", "contact"])
def test_others_are_refused(desk, role):
    app = opened(getattr(desk, role))
    assert [error.value for error in app.error] == ["This page is not for your role."]
    assert not app.dataframe


def test_the_number_of_the_direct_line_is_missing_until_a_manager_enters_it(desk):
    app = opened(desk.manager)
    assert any("telephone number is missing" in warning.value for warning in app.warning)
    app.text_input[0].set_value("01 99 00 12 34")
    app = app.button(key="direct_line_save").click().run()
    assert not app.exception and not app.error
    assert not opened(desk.manager).warning and opened(desk.manager).text_input[0].value == "01 99 00 12 34"


def test_what_is_no_telephone_number_is_refused_in_words(desk):
    app = opened(desk.manager)
    app.text_input[0].set_value("call us")
    app = app.button(key="direct_line_save").click().run()
    assert "Write the telephone number with its digits" in app.error[0].value


# ------------------------------------------------------------------ not saved yet


def test_what_is_typed_is_back_after_another_page_and_after_a_reload(desk):
    app = typed(opened(desk.manager), LOW, "resolution_3", "20 h")
    app.selectbox[0].set_value("extended").run()
    go(app, "queue")
    for again in (go(app, "service-levels"), opened(desk.manager)):
        assert again.dataframe[0].value["resolution_3"][LOW] == "20 h"
        assert again.selectbox[0].value == "extended"
        assert not again.button(key="targets_look").disabled
    again.button(key="targets_undo").click().run()
    assert again.dataframe[0].value["resolution_3"][LOW] != "20 h"
    assert opened(desk.manager).button(key="targets_look").disabled


def test_what_is_saved_is_no_draft_any_more(desk):
    app = typed(opened(desk.manager), LOW, "resolution_3", "20 h")
    app.button(key="targets_look").click().run()
    app.button(key="targets_save").click().run()
    again = opened(desk.manager)
    assert again.dataframe[0].value["resolution_3"][LOW] == "20 h"
    assert again.button(key="targets_look").disabled
