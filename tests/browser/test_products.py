"""A product in a real browser: created, given to a client, named by a corrected ticket, retired."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from data import clients, contacts, products, sheets, subscriptions, tickets
from data.clients import ClientForm
from data.core.desk import SYSTEM, Desk
from data.tickets import TicketForm
from models.client import StarLevel
from models.subscription import Plan
from models.ticket import Kind, Urgency
from tests.browser.driver import App


@pytest.fixture
def desk(served: Engine) -> Desk:
    return Desk(SYSTEM, served)


@pytest.fixture
def client_id(desk: Desk) -> Iterator[int]:
    made = clients.create(desk, ClientForm(name=f"Client des logiciels {id(desk)}"))
    subscriptions.save(desk, made, Plan(StarLevel.THREE))
    yield made
    subscriptions.save(desk, made, Plan(StarLevel.NONE))


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).first.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_product_is_created_given_and_a_ticket_corrected_to_be_about_it(app: App, desk: Desk, client_id: int):
    name = f"Tachy {client_id}"
    contacts.invite(desk, client_id, f"contact{client_id}@guichet.example", "Alix Démo")
    form = TicketForm(
        kind=Kind.INCIDENT, subject="Panne", description="…", client_id=client_id, urgency=Urgency.CRITICAL
    )
    reference = tickets.file(desk, form)
    due = sheets.sheet(desk, reference).first_response.due_at

    app.sign_in(path="/products")
    app.after(lambda: app.page.get_by_role("button", name="Nouveaux logiciels").click())
    dialog = app.page.get_by_role("dialog")
    dialog.get_by_label("Un nom par ligne").fill(f"{name}\n\n{name.upper()}\nAtelier {client_id}")
    app.after(lambda: dialog.get_by_role("button", name="Créer").click())
    expect(app.page.get_by_text("2 logiciels sont créés.")).to_be_visible()
    made = {one.name: one.id for one in products.listed(desk).lines}

    app.after(lambda: app.key(f"product_up_{made[f'Atelier {client_id}']}").get_by_role("button").click())
    listed = [one.name for one in products.listed(desk).lines]
    assert listed.index(f"Atelier {client_id}") == listed.index(name) - 1

    app.goto(f"/client?id={client_id}")
    choose(app.page, "Autre logiciel", name)
    app.after(lambda: app.key("own_add").get_by_role("button").click())
    expect(app.key("client_products")).to_contain_text(name)
    [contact] = contacts.of(desk, client_id)
    app.after(lambda: app.key(f"contact_change_{contact.id}").get_by_role("button").click())
    phone = dialog.get_by_label("Téléphone")
    app.after(lambda: (phone.fill("06 12 34"), phone.press("Tab")))
    app.after(lambda: app.key("account_save").get_by_role("button").click())
    expect(app.key(f"contact_{contact.id}")).to_contain_text("06 12 34")

    app.goto(f"/ticket?ref={reference}")
    expect(app.key("open_correct")).to_be_visible()
    app.after(lambda: app.page.keyboard.press("m"))
    expect(app.key("action_form")).to_be_visible()
    choose(app.page, "Logiciel", name)
    choose(app.page, "Contact", "Alix Démo")
    app.after(lambda: app.page.get_by_role("radio", name="Demande de service").click())
    app.after(lambda: app.key("correct_save").get_by_role("button").click())
    thread = app.page.locator(".thread")
    expect(thread).to_contain_text(f"aucun logiciel → {name}")
    expect(thread).to_contain_text("Incident → Demande de service")
    expect(app.page.locator(".facts")).to_contain_text("06 12 34")
    corrected = sheets.sheet(desk, reference)
    assert (corrected.kind, corrected.product, corrected.contact) == (Kind.REQUEST, name, "Alix Démo")
    assert corrected.first_response.due_at != due

    app.goto("/products")
    app.after(lambda: app.key(f"product_change_{made[name]}").get_by_role("button").click())
    app.page.get_by_role("dialog").get_by_role("button", name="Retirer").click()
    expect(app.page.get_by_text(re.compile(r"1 client et 1 ticket ouvert\."))).to_be_visible()
    app.after(lambda: app.key(f"product_retire_{made[name]}").get_by_role("button").click())
    expect(app.page.get_by_role("heading", name="Retirés")).to_be_visible()
    assert app.page.locator(".stException").count() == 0


def test_a_ticket_is_handed_over_with_a_note_that_the_client_does_not_see(app: App, desk: Desk, client_id: int):
    form = TicketForm(kind=Kind.REQUEST, subject="Un devis", description="…", client_id=client_id)
    reference = tickets.file(desk, form)
    app.sign_in("technicien@guichet.example", path=f"/ticket?ref={reference}")
    expect(app.key("open_hand_over")).to_be_visible()
    app.after(lambda: app.page.keyboard.press("h"))
    expect(app.key("action_form").get_by_text("Commercial", exact=True)).to_be_visible()
    app.after(lambda: app.key("action_form").get_by_text("Commercial", exact=True).click())
    expect(app.key("action_form")).to_contain_text("Nora Cerisier")
    note = app.page.get_by_label("Note pour ce service, que le client ne voit pas")
    app.after(lambda: (note.fill("Il veut un devis."), note.press("Tab")))
    app.after(lambda: app.key("hand_over_save").get_by_role("button").click())
    expect(app.page.get_by_text("Un autre service le traite")).to_be_visible()
    assert sheets.sheet(desk, reference).kind == Kind.ENQUIRY
