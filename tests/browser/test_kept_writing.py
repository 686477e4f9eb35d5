"""What is being written outlives a reload, a lost connection and a session that ends; and is nobody else's."""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data import drafts, tickets
from data.core import clock, sign_in, users
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from data.demo import PASSWORD
from data.tickets import TicketForm
from models.client import Client, StarLevel
from models.ticket import Kind
from models.user import User, UserSession
from tests.browser import driver
from tests.browser.driver import App

TECHNICIAN, MANAGER = "technicien@guichet.example", "manager@guichet.example"


@pytest.fixture
def reference(served: Engine) -> str:
    with Session(served) as session:
        subscribed = select(Client.id).where(Client.star_level != StarLevel.NONE).order_by(Client.name)
        client_id = session.exec(subscribed).first()
    form = TicketForm(kind=Kind.REQUEST, subject="Une facture", description="Bonjour", client_id=client_id)
    return tickets.file(Desk(SYSTEM, served), form)


@pytest.fixture
def page(app: App, reference: str) -> App:
    app.sign_in(TECHNICIAN, path=f"/ticket?ref={reference}")
    expect(box(app)).to_be_visible()
    return app


def box(app: App) -> Locator:
    return app.page.get_by_role("textbox", name="Votre message")


def status(app: App) -> Locator:
    return app.key("draft_keeper").get_by_role("status")


def user_id(served: Engine, email: str) -> int:
    with Session(served) as session:
        return session.exec(select(User.id).where(User.email == email)).one()


def end_sessions(served: Engine, email: str) -> None:
    of = select(UserSession.id).where(col(UserSession.user_id) == user_id(served, email))
    with Session(served) as session:
        ids = session.exec(of).all()
    for one in ids:
        sign_in.end_session(served, one, clock.now())


def saved(served: Engine, reference: str, text: str) -> None:
    with Session(served) as session:
        desk = Desk(users.actor(session.exec(select(User).where(User.email == TECHNICIAN)).one()), served)
    for _ in range(60):
        if (found := drafts.saved(desk, reference)) == text:
            return
        time.sleep(0.1)
    assert found == text


def sign_in_again(app: App, email: str) -> None:
    app.page.get_by_role("textbox", name="Adresse e-mail", exact=True).fill(email)
    app.page.get_by_role("textbox", name="Mot de passe", exact=True).fill(PASSWORD)
    app.after(lambda: app.page.get_by_role("button", name="Se connecter").click())


def send_too_late(app: App, served: Engine, text: str) -> None:
    """The session ends before it is typed."""
    end_sessions(served, TECHNICIAN)
    box(app).click()
    app.page.keyboard.type(text)
    app.page.keyboard.press("Control+Enter")
    expect(app.page.get_by_text("Vous vous êtes déconnecté dans un autre onglet.")).to_be_visible()


def test_what_is_sent_after_the_session_has_ended_is_back_after_signing_in(page: App, served: Engine, reference: str):
    send_too_late(page, served, "Mes derniers mots")
    expect(page.page.get_by_text("Ce que vous écriviez est conservé")).to_be_visible()
    sign_in_again(page, TECHNICIAN)
    expect(box(page)).to_have_value("Mes derniers mots")
    saved(served, reference, "Mes derniers mots")
    expect(page.page).to_have_url(re.compile(f"ref={reference}"))


def test_it_is_never_shown_to_another_person_who_signs_in_there(page: App, served: Engine, reference: str):
    send_too_late(page, served, "Entre nous")
    sign_in_again(page, MANAGER)
    expect(box(page)).to_have_value("")
    page.page.wait_for_function("() => !Object.values(sessionStorage).some((text) => text.includes('Entre nous'))")


def test_a_server_that_restarts_is_said_in_the_readers_words_and_loses_nothing(
    new_app: Callable[..., App], served: Engine, var: Path, reference: str, tmp_path: Path
):
    secret, var = var / "secret.key", tmp_path / "var"
    var.mkdir()
    with sqlite3.connect(served.url.database or "") as source, sqlite3.connect(var / "guichet.db") as copy:
        source.backup(copy)
    shutil.copy(secret, var)
    app = new_app()
    with driver.serving(var) as address:
        app.url, app.engine = address, None
        app.sign_in(TECHNICIAN, path=f"/ticket?ref={reference}")
        box(app).click()
        app.page.keyboard.type("Dans le tunnel")
    banner = app.page.locator("#guichet-connection")
    expect(banner).to_contain_text("La connexion au guichet est perdue. Ce que vous avez saisi est conservé")
    expect(app.page.get_by_role("dialog")).to_have_count(0)
    assert "Streamlit" not in app.page.inner_text("body")
    with driver.serving(var, port=int(address.rpartition(":")[2])):
        expect(banner).to_have_count(0, timeout=40_000)
        expect(box(app)).to_have_value("Dans le tunnel")
        engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
        saved(engine, reference, "Dans le tunnel")
        engine.dispose()


def test_files_that_were_not_sent_are_named_after_a_reload_and_leaving_asks_first(page: App):
    asked: list[str] = []

    def stay_then_leave(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.page.on("dialog", stay_then_leave)
    box(page).click()  # browsers ask only where something was done
    page.page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": b"x"} for name in ("journal.txt", "plan.txt")]
    )
    expect(page.page.locator("[class*=st-key-files_]")).to_contain_text("plan.txt")
    page.page.wait_for_function("() => Object.keys(sessionStorage).some((key) => key.startsWith('guichet-files'))")
    page.after(page.page.reload)
    assert asked == ["beforeunload"]
    expect(status(page)).to_contain_text("journal.txt, plan.txt")
    page.page.locator("input[type=file]").set_input_files(
        {"name": "journal.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    expect(status(page)).to_be_empty()


def test_files_that_were_sent_are_not_asked_for_again(page: App):
    page.page.locator("input[type=file]").set_input_files(
        {"name": "journal.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    page.page.wait_for_function("() => Object.keys(sessionStorage).some((key) => key.startsWith('guichet-files'))")
    box(page).click()
    page.page.keyboard.type("Voici")
    page.after(lambda: page.page.keyboard.press("Control+Enter"))
    expect(page.page.locator(".said[data-side=staff]")).to_contain_text("journal.txt")
    page.after(page.page.reload)
    expect(status(page)).to_be_empty()


def test_of_two_tabs_the_second_is_told_of_the_answer_that_the_first_sent(
    page: App, reference: str, new_app: Callable[..., App]
):
    other = App(page.page.context.new_page(), page.url)
    other.goto(f"/ticket?ref={reference}")
    box(other).click()
    other.page.keyboard.type("Nous regardons cela.")
    box(page).click()
    page.page.keyboard.type("Nous regardons.")
    page.after(lambda: page.page.keyboard.press("Control+Enter"))
    other.after(lambda: other.page.keyboard.press("Control+Enter"))
    expect(other.alert().first).to_contain_text("depuis un autre onglet")
    expect(box(other)).to_have_value("Nous regardons cela.")
    expect(other.page.locator(".said[data-side=staff]")).to_have_count(1)


def test_an_article_that_is_being_written_is_back_after_the_session_ended_and_after_a_reload(app: App, served: Engine):
    app.sign_in(TECHNICIAN, path="/articles?id=new")
    body = app.page.get_by_role("textbox", name="Texte, en Markdown")
    body.click()
    app.page.keyboard.type("Ouvrez le menu.")
    end_sessions(served, TECHNICIAN)
    expect(app.page.get_by_text("Vous vous êtes déconnecté dans un autre onglet.")).to_be_visible()
    sign_in_again(app, TECHNICIAN)
    expect(body).to_have_value("Ouvrez le menu.")
    expect(app.key("article_kept")).to_be_visible()
    app.after(app.page.reload)
    expect(body).to_have_value("Ouvrez le menu.")
    app.after(lambda: app.key("article_undo").get_by_role("button").click())
    expect(body).to_have_value("")
