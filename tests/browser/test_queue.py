"""The queue in a real browser: what only a browser can do wrong."""

import re

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Engine
from sqlmodel import Session, select

from data import queue, tickets
from data.core.desk import SYSTEM, Desk
from data.tickets import TicketForm
from models.client import Client
from models.queue import Order
from models.ticket import Kind, Service, Ticket, Urgency
from models.user import UserSession
from tests.browser.driver import App

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def desk(served: Engine) -> Desk:
    return Desk(SYSTEM, served)


@pytest.fixture
def table(app: App) -> Locator:
    """Of a manager, before the queue."""
    app.sign_in(path="/queue")
    rows = app.key("tickets_table")
    expect(rows.locator("tbody tr").first).to_be_visible()
    return rows


def filed(desk: Desk, subject: str) -> str:
    """An enquiry: it needs no subscription."""
    with Session(desk.engine) as session:
        client_id = session.exec(select(Client.id).order_by(Client.name)).first()
    form = TicketForm(
        kind=Kind.ENQUIRY, service=Service.ACCOUNTING, subject=subject, description="Bonjour.", client_id=client_id
    )
    return tickets.file(desk, form)


def references(table: Locator) -> list[str]:
    return table.locator("tbody .reference").all_text_contents()


def checkbox(table: Locator, reference: str) -> Locator:
    return table.locator(f"tr[data-reference='{reference}'] input")


def test_each_order_is_a_click_away_and_in_the_address(app: App, table: Locator, desk: Desk):
    for number, order in enumerate(Order):
        if number:
            app.after(lambda number=number: app.key("queue_order").get_by_role("radio").nth(number).click())
            expect(app.page).to_have_url(re.compile(f"order={order.value}"))
        assert references(table) == [line.reference for line in queue.page(desk, order=order).lines]


def test_a_subject_is_shown_as_the_text_it_is(app: App, table: Locator, desk: Desk):
    alarms: list[str] = []
    app.page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    reference = filed(desk, ATTACK)
    app.goto(f"/queue?q={reference}")
    expect(table.locator("tbody .link")).to_have_text(ATTACK)
    assert table.locator("img[src]").count() == 0
    assert alarms == []


def test_what_is_typed_narrows_the_list_and_survives_a_reload(app: App, table: Locator, desk: Desk):
    reference = filed(desk, "Facture en double")
    app.after(lambda: app.key("queue_q").get_by_role("searchbox").fill(reference.lower()))
    expect(table.locator("tbody tr")).to_have_count(1)
    app.after(app.page.reload)
    expect(table.locator("tbody tr")).to_have_count(1)
    assert references(table) == [reference]
    app.after(lambda: app.key("queue_clear").get_by_role("button").click())
    expect(table.locator("tbody tr").nth(1)).to_be_visible()


def test_what_is_selected_stays_where_it_is_when_the_list_changes(app: App, table: Locator, desk: Desk):
    before = references(table)
    app.after(checkbox(table, before[2]).click)
    expect(app.key("queue_bulk")).to_be_visible()
    gone = before[0]
    tickets.resolve(desk, gone, "Réglé.")
    app.after(checkbox(table, before[4]).click)  # any run of the list, as its own every half minute
    expect(table.locator(".hint")).not_to_be_empty()
    assert references(table) == before
    assert checkbox(table, before[2]).is_checked()
    app.after(lambda: app.key("queue_unselect").get_by_role("button").click())
    expect(table.locator(f"tr[data-reference='{gone}']")).to_have_count(0)
    assert not table.locator("tbody input:checked").count()


def test_several_are_assigned_together_or_none_of_them(app: App, table: Locator, desk: Desk):
    one, other = filed(desk, "Premier"), filed(desk, "Second")
    app.goto("/queue?order=arrival&service=accounting&who=nobody")
    app.after(checkbox(table, one).click)
    app.after(checkbox(table, other).click)
    tickets.resolve(desk, other, "Réglé.")
    app.after(lambda: _choose_me(app))
    app.after(lambda: app.key("queue_assign").get_by_role("button").click())
    expect(app.key("queue_bulk").get_by_role("alert")).to_contain_text(other)
    assert checkbox(table, one).is_checked()
    assert checkbox(table, other).is_checked()
    with Session(desk.engine) as session:
        assert session.exec(select(Ticket.assignee_id).where(Ticket.reference == one)).one() is None
    app.after(checkbox(table, other).click)
    app.after(lambda: app.key("queue_assign").get_by_role("button").click())
    expect(table.locator(f"tr[data-reference='{one}']")).to_have_count(0)  # it is no longer nobody's
    with Session(desk.engine) as session:
        assert session.exec(select(Ticket.assignee_id).where(Ticket.reference == one)).one() is not None


def test_an_urgency_is_set_with_a_reason(app: App, table: Locator, desk: Desk):
    incident = next(line for line in queue.page(desk).lines if line.kind == Kind.INCIDENT)
    urgency = Urgency.LOW if incident.urgency != Urgency.LOW else Urgency.SERIOUS
    app.after(checkbox(table, incident.reference).click)
    app.key("queue_set_urgency").get_by_role("button").click()
    app.page.get_by_role("combobox", name="Urgence").click()
    app.page.get_by_role("option").nth(3 - urgency).click()
    app.page.get_by_role("textbox", name=re.compile("^Raison|^Motif")).fill("Un contournement existe.")
    app.after(lambda: app.page.get_by_test_id("stFormSubmitButton").get_by_role("button").click())
    expect(app.key("queue_bulk")).to_have_count(0)
    assert queue.lines(desk, [incident.reference])[0].urgency == urgency


def test_the_keyboard_walks_the_list_selects_and_opens(app: App, table: Locator):
    listed = references(table)
    table.locator("tbody .link").first.focus()
    app.page.keyboard.press("j")
    app.page.keyboard.press("ArrowDown")
    app.page.keyboard.press("k")
    app.after(lambda: app.page.keyboard.press("x"))
    assert checkbox(table, listed[1]).is_checked()
    app.after(lambda: app.page.keyboard.press("Enter"))
    expect(app.page).to_have_url(re.compile(f"/ticket\\?ref={listed[1]}$"))


def test_a_row_opens_its_ticket_and_taking_the_next_one_does_too(app: App, table: Locator):
    listed = references(table)
    assert table.locator("tbody .link").nth(3).get_attribute("href") == f"/ticket?ref={listed[3]}"
    app.after(lambda: table.locator("tbody .why").nth(3).click())
    expect(app.page).to_have_url(re.compile(f"/ticket\\?ref={listed[3]}$"))
    app.goto("/queue")
    app.after(lambda: app.key("queue_take").get_by_role("button").click())
    expect(app.page).to_have_url(re.compile(r"/ticket\?ref=\w{3}-\d{4}-\d{6}$"))


def test_on_a_telephone_nothing_runs_off_the_side(new_app):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(path="/queue")
    expect(app.key("tickets_table").locator("tbody tr").first).to_be_visible()
    assert app.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_a_session_ended_elsewhere_leads_from_the_list_back_to_the_sign_in(app: App, table: Locator, desk: Desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        for open_session in session.exec(select(UserSession)):
            open_session.ended_at = desk.now
        session.commit()
    table.locator("tbody input").first.click()
    expect(app.page.get_by_role("textbox", name="Mot de passe", exact=True)).to_be_visible()
    expect(table).to_have_count(0)


def _choose_me(app: App) -> None:
    app.key("queue_assign_to").get_by_role("combobox").click()
    app.page.get_by_role("option").first.click()
