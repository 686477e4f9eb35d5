"""A client's papers in a real browser: sent up, opened, saved, and out of reach of others; and a ticket on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data.demo import pdf
from models.message import Message
from models.ticket import Ticket
from models.user import User
from tests.browser.driver import App

SALES, TECHNICIAN, CONTACT = "commercial@guichet.example", "technicien@guichet.example", "contact@demo-horizon.example"


@pytest.fixture
def client_id(served: Engine) -> int:
    with Session(served) as session:
        return session.exec(select(User.client_id).where(User.email == CONTACT)).one()


@pytest.fixture
def stranger(served: Engine, client_id: int) -> str:
    with Session(served) as session:
        others = select(User.email).where(col(User.client_id).is_not(None), User.client_id != client_id)
        return session.exec(others.order_by(col(User.id))).first()


@pytest.fixture
def section(app: App, client_id: int) -> App:
    """Of a sales person, before the client's documents."""
    app.sign_in(SALES, path=f"/client?id={client_id}&section=documents")
    expect(app.page.get_by_role("button", name="Ajouter un document")).to_be_visible()
    return app


def sheet(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pdf.page([(60, 60, 20, True, text)], text))
    return path


def line(app: App, number: str):
    return app.page.locator(".document", has_text=number)


def add_one(app: App, tmp_path: Path, number: str) -> Path:
    file = sheet(tmp_path / f"Facture {number} 2026-03-01.pdf", number)
    app.after(lambda: app.page.get_by_role("button", name="Ajouter un document").click())
    app.page.locator("input[type=file]").set_input_files(file)
    expect(app.page.get_by_role("textbox", name="Numéro", exact=True)).to_have_value(number)
    app.page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(line(app, number)).to_be_visible()
    return file


def test_a_paper_is_added_opened_and_saved_and_only_its_own_company_has_it(
    section: App, new_app, tmp_path: Path, stranger: str
):
    file = add_one(section, tmp_path, "FA-NAV-1")
    number = line(section, "FA-NAV-1").get_by_role("link", name="FA-NAV-1")
    address = number.get_attribute("href")
    with section.page.context.expect_page() as opened:
        number.click()
    assert opened.value.url.endswith(address)
    with section.page.expect_download() as saved:
        line(section, "FA-NAV-1").get_by_role("link", name="Enregistrer").click()
    assert saved.value.suggested_filename == file.name
    assert Path(saved.value.path()).read_bytes() == file.read_bytes()
    had = {}
    for email in (CONTACT, stranger):
        app = new_app()
        app.sign_in(email)
        answer = app.page.request.get(section.url + address)
        had[email] = answer.status, answer.body() == file.read_bytes()
    assert had == {CONTACT: (200, True), stranger: (404, False)}


def test_a_folder_with_its_list_is_added_whole(section: App, tmp_path: Path):
    folder = tmp_path / "papiers"
    for name in ("a.pdf", "b.pdf"):
        sheet(folder / name, name)
    told = (
        "Fichier;Type;Numéro;Titre;Date\na.pdf;devis;DV-NAV-1;Étude;01/02/2026\nb.pdf;commande;BC-NAV-1;;02/02/2026\n"
    )
    (folder / "liste.csv").write_text(told, encoding="cp1252")
    section.after(lambda: section.page.get_by_role("button", name="Ajouter un dossier").click())
    section.page.locator("input[type=file]").set_input_files(folder)
    expect(section.page.get_by_text("Comme le dit la liste")).to_be_visible()
    section.page.get_by_role("button", name="Ajouter 2 documents").click()
    expect(line(section, "DV-NAV-1")).to_contain_text("Étude")
    expect(line(section, "BC-NAV-1")).to_contain_text("Commande")


def test_a_paper_is_removed_once_a_reason_is_given(section: App, tmp_path: Path):
    add_one(section, tmp_path, "FA-NAV-2")
    row = section.page.locator("[class*=st-key-document_]", has_text="FA-NAV-2")
    section.after(lambda: row.get_by_role("button").locator("visible=true").click())
    section.page.get_by_role("textbox", name="Pourquoi retirer").fill("Envoyée par erreur")
    section.page.get_by_role("button", name="Retirer", exact=True).click()
    expect(section.page.get_by_text("FA-NAV-2 est retiré.")).to_be_visible()
    expect(line(section, "FA-NAV-2")).to_have_count(0)


@pytest.fixture
def noted(served: Engine, client_id: int) -> tuple[str, str]:
    """A ticket of the contact's company with an internal note: its reference, and the note's first words."""
    with Session(served) as session:
        notes = select(Ticket.reference, Message.body).join(Message, col(Message.ticket_id) == col(Ticket.id))
        notes = notes.where(col(Message.internal), Ticket.client_id == client_id)
        reference, body = session.exec(notes.order_by(col(Ticket.id))).first()
    return reference, body.split("\n")[0][:30]


def paper(app: App, reference: str) -> Page:
    page = app.page.context.new_page()
    page.on("console", lambda message: app.errors.append(message.text))
    app.errors.clear()
    page.goto(f"{app.url}/tickets/{reference}/print")
    expect(page.locator(".reference")).to_have_text(reference)
    assert not app.errors
    return page


def test_a_ticket_is_printed_from_its_page_and_a_contact_s_copy_has_no_notes(app: App, new_app, noted: tuple[str, str]):
    reference, note = noted
    app.sign_in(TECHNICIAN, path=f"/ticket?ref={reference}")
    with app.page.context.expect_page() as opened:
        app.page.get_by_role("link", name="Imprimer ou garder en PDF").click()
    page = opened.value
    expect(page.locator(".reference")).to_have_text(reference)
    expect(page.locator("main")).not_to_contain_text(note)
    page.get_by_role("link", name="Avec les notes internes").click()
    expect(page.locator("main")).to_contain_text(note)
    page.get_by_role("link", name="La copie pour le client").click()
    expect(page.locator("main")).not_to_contain_text(note)
    assert page.pdf().startswith(b"%PDF")
    contact = new_app()
    contact.sign_in(CONTACT)
    expect(paper(contact, reference).locator("main")).not_to_contain_text(note)
