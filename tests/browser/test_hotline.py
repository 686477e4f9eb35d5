"""The direct line in a real browser: by the keyboard from the code to the ticket; a code that hides itself again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data import access_codes, sheets
from data.core import settings as settings_module
from data.core.desk import SYSTEM, Desk
from models.access_code import AccessCode
from models.ticket import Channel
from tests.browser.driver import App

TECHNICIAN, SALES = "technicien@guichet.example", "commercial@guichet.example"


@pytest.fixture
def desk(served: Engine, var: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """With the key of the server."""
    monkeypatch.setenv("GUICHET_VAR", str(var))
    settings_module.settings.cache_clear()
    return Desk(SYSTEM, served)


@pytest.fixture
def client_id(desk: Desk) -> int:
    """Of a client that has a code."""
    with Session(desk.engine) as session:
        live = select(AccessCode.client_id).where(col(AccessCode.ended_at).is_(None)).order_by(col(AccessCode.id))
        return session.exec(live).first() or 0


def field(app: App) -> Locator:
    return app.page.get_by_role("textbox", name="Code d’accès donné par l’appelant")


def test_from_the_code_to_the_ticket_by_the_keyboard(app: App, desk: Desk, client_id: int):
    code = access_codes.reveal(desk, client_id)
    app.sign_in(TECHNICIAN, path="/hotline")
    expect(field(app)).to_be_focused()
    app.page.keyboard.type("2222 2222")
    app.after(lambda: app.page.keyboard.press("Enter"))
    expect(app.page.get_by_text("Aucun client n’a ce code actuellement.")).to_be_visible()
    field(app).fill(code.lower().replace(" ", "-"))
    app.after(lambda: app.page.keyboard.press("Enter"))
    expect(app.page.get_by_text("code vérifié")).to_be_visible()
    expect(app.page).to_have_url(re.compile(r"/hotline\?call=\d+$"))
    expect(field(app)).to_have_value("")
    app.after(lambda: app.page.locator("[class*=st-key-call_urgency_]").get_by_text("Basse").click())
    app.page.get_by_role("textbox", name="Objet").fill("Rien ne sort")
    app.page.get_by_role("textbox", name="Ce qui se passe").click()
    app.page.keyboard.type("Depuis ce matin, au téléphone.")
    app.after(lambda: app.page.keyboard.press("Control+Enter"))
    expect(app.page).to_have_url(re.compile(r"/ticket\?ref=INC-\d{4}-\d+$"))
    expect(app.page.get_by_text("Téléphone · code vérifié")).to_be_visible()
    sheet = sheets.sheet(desk, app.page.url.rpartition("=")[2])
    assert (sheet.channel, sheet.description) == (Channel.PHONE, "Depuis ce matin, au téléphone.")


def test_the_queue_leads_to_it_by_a_key_and_a_ticket_opens_beside_the_call(app: App, desk: Desk, client_id: int):
    app.sign_in(TECHNICIAN, path="/queue")
    expect(app.key("queue_hotline")).to_be_visible()
    app.after(lambda: app.page.keyboard.press("h"))
    expect(app.page).to_have_url(re.compile(r"/hotline$"))
    expect(field(app)).to_be_focused()
    field(app).fill(access_codes.reveal(desk, client_id))
    app.after(lambda: app.page.keyboard.press("Enter"))
    expect(field(app)).not_to_be_focused()
    app.page.get_by_role("textbox", name="Objet").fill("Ce qui est déjà noté")
    with app.page.context.expect_page() as beside:
        app.page.get_by_role("link", name=re.compile(r"(INC|REQ|ENQ)-")).first.click()
    expect(beside.value).to_have_url(re.compile(r"/ticket\?ref="))
    expect(app.page.get_by_role("textbox", name="Objet")).to_have_value("Ce qui est déjà noté")
    app.page.bring_to_front()
    app.page.get_by_role("heading", name="Ligne directe").click()
    app.page.keyboard.press("n")
    expect(field(app)).to_be_focused()


def test_a_shown_code_is_hidden_again_after_a_minute(app: App, desk: Desk, client_id: int):
    code = access_codes.reveal(desk, client_id)
    app.page.clock.install()
    app.sign_in(SALES, path=f"/client?id={client_id}")
    section = app.key("access_code")
    expect(section).to_contain_text("•••• ••••")
    expect(app.page.get_by_text(code)).to_have_count(0)
    section.get_by_role("button", name="Afficher").click()
    expect(section.get_by_text(code)).to_be_visible()
    app.page.clock.fast_forward(61_000)
    expect(section).to_contain_text("•••• ••••")
    expect(app.page.get_by_text(code)).to_have_count(0)
    expect(section.get_by_text("de nouveau masqué dans une minute")).to_have_count(0)  # the server has drawn it anew
    expect(section.get_by_role("button", name="Afficher")).to_be_visible()
    assert code not in app.page.content()
