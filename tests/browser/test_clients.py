"""The clients in a real browser: found as one types, opened, raised after a look, and told apart from the others."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Engine

from data import access_codes, clients, sheets, subscriptions, tickets
from data.clients import ClientForm
from data.core.desk import SYSTEM, Desk
from data.tickets import TicketForm
from models.client import StarLevel
from models.subscription import Plan
from models.ticket import Kind, Urgency
from tests.browser.driver import App

SALES = "commercial@guichet.example"


@pytest.fixture
def desk(served: Engine) -> Desk:
    return Desk(SYSTEM, served)


@pytest.fixture
def client_id(desk: Desk) -> Iterator[int]:
    """A three-star client of its own with an urgent ticket, whose name is in the way of no other test's."""
    made = clients.create(desk, ClientForm(name=f"Zéphyr Éclair {clients.__name__} {id(desk)}", number=f"Z-{id(desk)}"))
    subscriptions.save(desk, made, Plan(StarLevel.THREE))
    yield made
    subscriptions.save(desk, made, Plan(StarLevel.NONE))


def type_name(app: App, text: str) -> Locator:
    """Key by key, without Enter: the list follows."""
    field = app.page.get_by_placeholder("Nom, numéro, contact ou adresse e-mail")
    field.press_sequentially(text)
    return app.key("clients_table").locator("tbody tr")


def test_a_client_is_found_opened_and_raised_and_its_ticket_and_code_follow(app: App, desk: Desk, client_id: int):
    form = TicketForm(
        kind=Kind.INCIDENT, subject="Panne", description="x", client_id=client_id, urgency=Urgency.CRITICAL
    )
    reference = tickets.file(desk, form)
    before = sheets.sheet(desk, reference).resolution_clock.due_at
    app.sign_in(SALES, path="/clients")
    rows = type_name(app, "ZEPH ecl")
    expect(rows).to_have_count(1)
    expect(app.page).to_have_url(re.compile("q=ZEPH"))
    app.after(lambda: rows.locator("a").click())
    expect(app.page).to_have_url(re.compile(rf"/client\?id={client_id}$"))
    app.after(lambda: app.page.get_by_role("radio", name="Abonnement").click())
    expect(app.key("subscription_plot").locator(".barlayer path").first).to_be_visible()
    app.after(lambda: app.key("plan").get_by_role("radio", name="★5").click())
    app.after(lambda: app.key(f"plan_{client_id}_look").get_by_role("button").click())
    board = app.key(f"plan_{client_id}_board")
    expect(board).to_contain_text(reference)
    assert sheets.sheet(desk, reference).resolution_clock.due_at == before
    app.after(lambda: app.key(f"plan_{client_id}_save").get_by_role("button").click())
    expect(board).to_have_count(0)
    expect(app.page.get_by_text("Un code d’accès a été émis.")).to_be_visible()
    after = sheets.sheet(desk, reference).resolution_clock
    assert before and after.due_at and after.due_at < before
    assert access_codes.state(desk, client_id).live
    expect(app.page.locator(".client-head")).to_contain_text("★★★★★")


def test_a_client_is_created_and_changed_in_a_dialog_that_keeps_what_was_typed(app: App, desk: Desk, client_id: int):
    taken = clients.sheet(desk, client_id).form
    app.sign_in(SALES, path="/clients")
    app.after(lambda: app.key("new_client").get_by_role("button").click())
    dialog = app.page.get_by_role("dialog")
    number = dialog.get_by_label("Numéro de client")
    dialog.get_by_label("Nom", exact=True).fill(f"Tout neuf {client_id}")
    app.after(lambda: (number.fill(taken.number), number.press("Tab")))
    app.after(lambda: app.key("new_client_save").get_by_role("button").click())
    expect(dialog.get_by_role("alert")).to_contain_text(taken.number)
    expect(dialog.get_by_label("Nom", exact=True)).to_have_value(f"Tout neuf {client_id}")
    app.after(lambda: (number.fill(f"N-{client_id}"), number.press("Tab")))
    app.after(lambda: app.key("new_client_save").get_by_role("button").click())
    expect(app.page.get_by_role("heading", name=f"Tout neuf {client_id}")).to_be_visible()
    app.after(lambda: app.key("client_edit").get_by_role("button").click())
    phone = dialog.get_by_label("Téléphone")
    app.after(lambda: (phone.fill("01 02 03"), phone.press("Tab")))
    app.after(lambda: app.key("client_edit_save").get_by_role("button").click())
    expect(dialog).to_have_count(0)
    expect(app.key("client_identity")).to_contain_text("01 02 03")


def test_the_list_as_a_file_is_the_list_as_it_is_narrowed(app: App, desk: Desk, client_id: int, tmp_path: Path):
    taken = clients.sheet(desk, client_id).form
    subscriptions.save(desk, client_id, Plan(StarLevel.THREE, until=date(2050, 12, 31)))
    app.sign_in(SALES, path=f"/clients?q={taken.number}")
    with app.page.expect_download() as started:
        app.key("clients_csv").get_by_role("button").click()
    started.value.save_as(tmp_path / "list.csv")
    header, *lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    assert header.startswith("Client;") and len(lines) == 1 and taken.name in lines[0]
    assert ";2050-12-31;" in lines[0]  # the last day, as on the page


def test_the_queue_and_a_ticket_lead_to_the_client(app: App, desk: Desk):
    app.sign_in(path="/queue")
    name = app.key("tickets_table").locator("tbody a.client").first
    called = name.inner_text()
    app.after(name.click)
    expect(app.page).to_have_url(re.compile(r"/client\?id=\d+"))
    expect(app.page.get_by_role("heading", name=called)).to_be_visible()
    app.after(lambda: app.page.get_by_role("radio", name="Tickets").click())
    ticket = app.key("client_tickets").locator("tbody a").first
    app.after(ticket.click)
    expect(app.page.get_by_role("link", name=called)).to_have_attribute("href", re.compile(r"^/client\?id=\d+$"))


@pytest.mark.parametrize("section", ["overview", "subscription", "tickets", "service", "documents"])
def test_on_a_telephone_nothing_of_a_client_runs_off_the_side(new_app, section):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(SALES, path=f"/client?id=1&section={section}")
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    assert app.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
