"""The page of figures: for whom it is, what its address means, and the tickets behind a bar."""

from datetime import timedelta

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from data import conversation, tickets
from data.core import clock
from data.core.days import day_of
from models.ticket import Urgency
from models.ticket_import import TicketImport
from tests.data.integrity.desk import damage
from tests.pages.tab import incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECTIONS = ("overview", "promises", "flow", "times", "work", "help")


def charts(app: AppTest) -> list[str]:
    return [found.value for found in app.subheader]


def html(app: AppTest) -> str:
    return " ".join(found.proto.body for found in app.get("html"))


def answered(desk, user, client=None) -> str:
    reference = incident(desk, urgency=Urgency.CRITICAL, client=client)
    tickets.take(desk.desk(user), reference)
    conversation.reply(desk.desk(user), reference, "Hello")
    return reference


def listed(app: AppTest) -> str:
    return html(app).partition('class="rows"')[2]


@pytest.mark.parametrize("role", ["manager", "technician", "sales"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_draws_for_every_member_of_the_staff(desk, role, section):
    answered(desk, desk.technician)
    app = tab("metrics", getattr(desk, role), section=section)
    assert not app.exception and not app.error
    assert [title.value for title in app.title] == ["Figures"] and charts(app)


def test_every_section_draws_on_a_desk_without_a_ticket(desk):
    for section in SECTIONS:
        app = tab("metrics", desk.manager, section=section)
        assert not app.exception and not app.error


def test_an_import_that_is_not_over_is_said_until_it_is(desk):
    with Session(desk.engine.execution_options(writes=True), expire_on_commit=False) as session:
        one = TicketImport(file="log.csv", sha256="0" * 64, rows=9, begun_at=clock.now(), written_at=clock.now())
        session.add(one)
        session.commit()
        app = tab("metrics", desk.manager)
        assert ["log.csv" in info.value for info in app.info] == [True] and not app.warning
        one.written_at = clock.now() - timedelta(hours=1)
        session.commit()
        app = tab("metrics", desk.manager)
        assert ["Run it again with the same file" in one.value for one in app.warning] == [True]
        one.finished_at = clock.now()
        session.commit()
    app = tab("metrics", desk.manager)
    assert not app.info and not app.warning


def test_figures_are_not_for_a_contact(desk):
    app = tab("metrics", desk.contact)
    assert [error.value for error in app.error] == ["This page is not for your role."] and not app.subheader


def test_sales_is_not_told_who_of_the_desk_did_what(desk):
    answered(desk, desk.technician)
    for section in SECTIONS:
        app = tab("metrics", desk.sales, section=section)
        assert not [title for title in charts(app) if "technician" in title]
        assert not [box for box in app.selectbox if box.label == "Every technician"]
    shown = tab("metrics", desk.sales, section="flow", behind="arrivals.0", technician=str(desk.technician.id))
    assert not shown.exception and not shown.error and "technician" not in shown.query_params
    behind = tab("metrics", desk.sales, section="promises", behind=f"products.first_response-{desk.product.id}")
    assert "INC-" in listed(behind) and "Technician" not in listed(behind)


def test_a_technician_is_told_of_own_tickets_alone(desk):
    mine, other = answered(desk, desk.technician), answered(desk, desk.colleague)
    app = tab("metrics", desk.technician, section="promises", behind=f"products.first_response-{desk.product.id}")
    assert mine in listed(app) and other not in listed(app)
    asked = tab("metrics", desk.technician, technician=str(desk.colleague.id))
    assert not asked.error and "technician" not in asked.query_params


def test_a_technician_is_told_that_the_figures_are_own_ones_and_how_many_tickets_were_given(desk):
    answered(desk, desk.technician)
    app = tab("metrics", desk.technician)
    assert any("your own figures" in caption.value for caption in app.caption)
    assert "Tickets given" in html(app) and "Tickets filed" not in html(app)
    there = tab("metrics", desk.technician, section="flow", behind=f"flow.given-{day_of(desk.now)}")
    assert not there.exception and "INC-" in listed(there)
    assert "When tickets come" not in charts(there)
    for other in (desk.manager, desk.sales):
        assert "When tickets come" in charts(tab("metrics", other, section="flow"))
        app = tab("metrics", other)
        assert not any("your own figures" in caption.value for caption in app.caption)
        assert "Tickets filed" in html(app) and "Tickets given" not in html(app)


def test_a_manager_sees_the_tickets_behind_a_bar_of_one_technician(desk):
    mine, other = answered(desk, desk.technician), answered(desk, desk.colleague)
    app = tab("metrics", desk.manager, section="promises", behind=f"technicians.first_response-{desk.colleague.id}")
    assert other in listed(app) and mine not in listed(app) and f'href="/ticket?ref={other}"' in listed(app)
    app.button(key="behind_close").click().run()
    assert not listed(app) and "behind" not in app.query_params and app.query_params["section"] == "promises"


def test_what_is_behind_a_bar_is_turned_page_by_page(desk):
    for _number in range(51):
        incident(desk)
    app = tab("metrics", desk.manager, section="flow", behind="ageing.0")
    assert listed(app).count("/ticket?ref=") == 50
    app.button(key="behind_Next page").click().run()
    assert listed(app).count("/ticket?ref=") == 1 and app.query_params["at"] == "50"


@pytest.mark.parametrize("behind", ["ageing", "ageing.99", "nothing.0", ".", "ageing.<b>"])
def test_a_bar_that_is_not_there_lists_nothing(desk, behind):
    incident(desk)
    app = tab("metrics", desk.manager, section="flow", behind=behind)
    assert not app.exception and not app.error and not listed(app)


@pytest.mark.parametrize(
    "address",
    [
        {"period": "yesterday"},
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "0001-01-01", "to": "2026-03-01"},
        {"from": "2026-03-01", "to": "9999-12-31"},
        {"from": "2026-03-01"},
        {"section": "gossip"},
        {"clock": "cuckoo"},
        {"stars": "9"},
        {"product": "999"},
        {"client": "999"},
        {"client": "1e3"},
        {"at": "-1"},
        {"shoe": "42"},
    ],
    ids=str,
)
def test_what_an_address_cannot_mean_is_dropped(desk, address):
    app = tab("metrics", desk.manager, **address)
    assert not app.exception and not app.error and not app.query_params


def test_the_filters_narrow_are_in_the_address_and_can_be_left_again(desk):
    answered(desk, desk.technician)
    answered(desk, desk.technician, desk.other)
    app = tab("metrics", desk.manager)
    assert "<b>2</b>" in html(app)
    app.selectbox(key="metrics_stars").select("5").run()
    assert app.query_params["stars"] == "5" and "<b>2</b>" not in html(app) and "<b>1</b>" in html(app)
    app.segmented_control(key="metrics_clock").set_value("wall").run()
    assert app.query_params["clock"] == "wall" and app.query_params["stars"] == "5"
    app.button(key="leave_stars").click().run()
    assert "stars" not in app.query_params and "<b>2</b>" in html(app)


def test_a_range_of_ones_own_begins_with_the_period_that_was_shown(desk):
    app = tab("metrics", desk.manager, period="last_7_days")
    app.selectbox(key="metrics_period").select("own").run()
    first, last = app.query_params["from"], app.query_params["to"]
    assert "period" not in app.query_params and first < last
    app.selectbox(key="metrics_period").select("today").run()
    assert app.query_params["period"] == "today" and "from" not in app.query_params


def test_a_clients_name_is_shown_as_the_text_it_is(desk):
    app = tab("metrics", desk.manager, client=str(desk.acme.id))
    assert [button.label for button in app.button if button.key == "leave_client"] == ["Acme \\(démo\\)"]


def test_a_history_that_cannot_be_counted_is_told_in_words_here_and_on_the_home(desk):
    """Figures that leave a ticket out would be wrong, and nobody would see it. The rest of the day is there."""
    reference = incident(desk, urgency=Urgency.CRITICAL)
    tickets.set_urgency(desk.desk(desk.manager), reference, Urgency.LOW, "Moins grave")
    damage(desk.engine, "UPDATE history_entry SET after = 'bogus' WHERE change = 'urgency'")
    for page in ("metrics", ""):
        app = tab(page, desk.manager)
        [error] = [error.value.replace("\\", "") for error in app.error]
        assert reference in error and "python -m data check" in error and not app.exception
        assert [title.value for title in app.title] == ["Figures" if page else "Today"]
    assert [found.value for found in app.subheader if found.value == "Nobody's tickets"]
