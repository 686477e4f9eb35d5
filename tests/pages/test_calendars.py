"""The calendars page: opening hours read, looked at, saved; refused with the row that is wrong."""

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from data import calendars, form_drafts, sheets
from data.core import clock
from models.service_level import CalendarVersion, CalendarYear
from models.ticket import Urgency
from models.user import User
from tests.conftest import NOON
from tests.pages.tab import go, incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def opened(user: User) -> AppTest:
    return tab("calendars", user)


def filed(world) -> str:
    return incident(world, urgency=Urgency.NONE, client=world.other)


def chosen(app: AppTest, name: str) -> AppTest:
    app.session_state["calendar"] = name
    return app.run()


def field(app: AppTest, label: str):
    return next(one for one in app.text_input if one.label == label)


def sheet(world, name: str = "standard"):
    world.now = clock.now()
    return next(one for one in calendars.all(world.desk()) if one.name == name)


def refusals(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_the_page_shows_the_hours_who_uses_them_and_the_year(desk):
    app = chosen(opened(desk.manager), "standard")
    assert not app.exception and not app.error
    assert field(app, "Monday").value == "09:00–12:30, 13:30–18:00"
    assert field(app, "Sunday").value == ""
    assert "Used by ★3, ★4 · in force from the beginning" in [caption.value for caption in app.caption]
    year = str(clock.now().year)
    assert f"of opening in {year}" in html(app)
    assert len(app.get("plotly_chart")) == 1


def test_a_change_is_looked_at_before_it_is_saved_and_holds_from_then_on(desk):
    reference = filed(desk)
    before = sheets.sheet(desk.desk(), reference).resolution_clock.due_at
    app = chosen(opened(desk.manager), "standard")
    field(app, "Wednesday").set_value("closed").run()
    app.button(key="calendar_standard_look").click().run()
    assert reference in html(app) and "later" in html(app)
    assert "wed" in sheet(desk).hours
    app.button(key="calendar_standard_save").click().run()
    assert not app.error and not app.exception
    assert [toast.value for toast in app.toast] == ["Saved. 1 ticket moved."]
    assert not sheet(desk).hours.get("wed")
    assert sheets.sheet(desk.desk(), reference).resolution_clock.due_at > before
    assert field(app, "Wednesday").value == ""
    assert len(sheet(desk).versions) == 2


def test_where_nothing_moves_it_says_so(desk):
    app = chosen(opened(desk.manager), "standard")
    field(app, "Saturday").set_value("22-6").run()
    assert any("22:00 until 06:00 the next day" in caption.value for caption in app.caption)
    app.button(key="calendar_standard_look").click().run()
    assert "No deadline moves" in html(app)


def test_the_page_says_since_when_the_public_holidays_of_a_year_are_known(desk):
    filed(desk)
    year = clock.now().year
    app = chosen(opened(desk.manager), "standard")
    captions = " ".join(caption.value for caption in app.caption)
    assert f"Public holidays of {year} as known on" in captions
    for _ in range(3):
        app.button(key="year_after").click().run()
    captions = " ".join(caption.value for caption in app.caption)
    assert f"Public holidays of {year + 3} as known today" in captions


def test_a_newer_list_of_public_holidays_is_followed_when_the_manager_says_so(desk):
    filed(desk)
    new_year = f"{clock.now().year + 1}-01-01"
    with Session(desk.engine.execution_options(writes=True)) as session:  # as an older list knew them
        number = session.exec(select(CalendarVersion.id).where(CalendarVersion.name == "standard")).one()
        session.merge(
            CalendarYear(
                calendar_id=number, year=clock.now().year + 1, holidays={f"{new_year[:4]}-03-02": "*X*"}, known_at=NOON
            )
        )
        session.commit()
    app = chosen(opened(desk.manager), "standard")
    [news] = [info.value for info in app.info if "does not follow it yet" in info.value]
    assert f" 1 Jan {new_year[:4]} · Jour de l" in news and "now a public holiday" in news
    assert r"\*X\*: no longer a public holiday" in news
    assert app.button(key="calendar_standard_look").disabled
    next(box for box in app.checkbox if box.label == "Follow the new list").check().run()
    app.button(key="calendar_standard_look").click().run()
    app.button(key="calendar_standard_save").click().run()
    assert not app.error and not app.exception
    assert new_year in sheet(desk).years[clock.now().year + 1].holidays
    assert not sheet(desk).changes
    assert not [info.value for info in app.info if "does not follow it yet" in info.value]


@pytest.mark.parametrize("text", ["all morning", "09:00–12:00, 11:00–18:00"])
def test_hours_that_make_no_sense_are_refused_with_their_row_and_stay_typed(desk, text):
    app = chosen(opened(desk.manager), "standard")
    field(app, "Tuesday").set_value(text).run()
    assert len(refusals(app)) == 1 and "tue" in refusals(app)[0].lower()
    assert field(app, "Tuesday").value == text
    assert app.button(key="calendar_standard_look").disabled
    field(app, "Tuesday").set_value("10-12").run()
    assert not app.error


def test_a_calendar_that_never_opens_is_refused(desk):
    app = chosen(opened(desk.manager), "standard")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        field(app, day).set_value("")
    app.run()
    assert len(refusals(app)) == 1
    assert app.button(key="calendar_standard_look").disabled


def test_a_preview_of_something_else_cannot_be_saved(desk):
    filed(desk)
    app = chosen(opened(desk.manager), "standard")
    field(app, "Wednesday").set_value("closed").run()
    app.button(key="calendar_standard_look").click().run()
    field(app, "Thursday").set_value("closed").run()
    assert app.button(key="calendar_standard_save").disabled
    assert any("Preview again" in warning.value for warning in app.warning)
    assert len(sheet(desk).versions) == 1
    app.button(key="calendar_standard_look").click().run()
    assert not app.button(key="calendar_standard_save").disabled


def test_what_is_dropped_is_as_it_was(desk):
    app = chosen(opened(desk.manager), "standard")
    field(app, "Wednesday").set_value("closed").run()
    app.button(key="calendar_standard_look").click().run()
    app.button(key="calendar_standard_drop").click().run()
    assert field(app, "Wednesday").value == "09:00–12:30, 13:30–18:00"
    assert len(sheet(desk).versions) == 1


def test_a_new_calendar_is_a_copy_of_the_form_under_another_name(desk):
    app = chosen(opened(desk.manager), "standard")
    field(app, "Saturday").set_value("9-12").run()
    app.text_input(key="calendar_new_name").set_value("saturdays").run()
    app.button(key="calendar_create").click().run()
    assert not app.error
    assert sheet(desk, "saturdays").hours["sat"] == [["09:00", "12:00"]]
    assert "sat" not in sheet(desk).hours


def test_the_year_turns(desk):
    app = chosen(opened(desk.manager), "standard")
    app.button(key="year_after").click().run()
    assert f"of opening in {clock.now().year + 1}" in html(app)
    assert f"The year {clock.now().year + 1}" in [head.value for head in app.subheader]


def test_the_self_check_tells_how_many_checks_passed(desk):
    app = opened(desk.manager)
    app.button(key="self_check").click().run(timeout=120)
    assert not app.error and not app.exception
    assert len(app.success) == 1 and "passed" in app.success[0].value


@pytest.mark.parametrize("role", ["technician", "sales", "contact"])
def test_others_are_refused(desk, role):
    app = opened(getattr(desk, role))
    assert refusals(app) == ["This page is not for your role."]
    assert not app.text_input


# ------------------------------------------------------------------ not saved yet


def special(app: AppTest, **row: str) -> AppTest:
    key = next(key for key in app.session_state.to_dict() if key.startswith("special_standard"))
    app.session_state[key] = {"edited_rows": {}, "added_rows": [row], "deleted_rows": []}
    return app.run()


def test_what_is_typed_is_back_after_another_page_and_after_a_reload(desk):
    app = chosen(opened(desk.manager), "standard")
    field(app, "Tuesday").set_value("10-12").run()
    special(app, date="2026-12-24", name="Christmas Eve", hours="9-12")
    assert not app.error
    go(app, "queue")
    for again in (chosen(go(app, "calendars"), "standard"), chosen(opened(desk.manager), "standard")):
        assert field(again, "Tuesday").value == "10-12"
        assert list(again.dataframe[0].value["name"])[-1] == "Christmas Eve"
        assert not again.button(key="calendar_standard_look").disabled
    again.button(key="calendar_standard_undo").click().run()
    assert field(again, "Tuesday").value == "09:00–12:30, 13:30–18:00"
    assert field(chosen(opened(desk.manager), "standard"), "Tuesday").value == "09:00–12:30, 13:30–18:00"


def test_hours_that_make_no_sense_are_kept_as_they_were_typed(desk):
    app = chosen(opened(desk.manager), "standard")
    field(app, "Tuesday").set_value("all morning").run()
    assert field(chosen(opened(desk.manager), "standard"), "Tuesday").value == "all morning"


def test_a_special_day_without_a_date_is_refused_in_words_and_stays(desk):
    app = special(chosen(opened(desk.manager), "standard"), name="Stocktaking", hours="9-12")
    assert refusals(app) == ["Special day 1 (Stocktaking) has no date."]
    assert app.button(key="calendar_standard_look").disabled
    again = chosen(opened(desk.manager), "standard")
    assert list(again.dataframe[0].value["name"]) == ["Stocktaking"]


@pytest.mark.parametrize(
    "text", ["[1]", "{", '{"hours": 1}', '{"hours": {}, "zone": 1, "country": "", "removed": ["x"]}']
)
def test_a_draft_that_this_form_never_wrote_does_no_harm(desk, text):
    app = opened(desk.manager)
    for state in [key for key in app.session_state.to_dict() if key.startswith("kept_calendar-")]:
        kept = form_drafts.begin(desk.desk(desk.manager), state.removeprefix("kept_"))
        form_drafts.save(desk.desk(desk.manager), kept.key, {"typed": text})
    again = opened(desk.manager)
    assert not again.exception and not again.error
    assert field(again, "Sunday").value == ""
