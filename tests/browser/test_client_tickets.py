"""The client's guide about tickets, played step by step in a real browser, in French."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data import conversation, followed, form_drafts, sheets, tickets
from data.core import users
from data.core.desk import SYSTEM, Desk
from data.tickets import TicketForm
from models.followed import Followed
from models.sheet import Related
from models.ticket import Kind, Status, Urgency
from models.user import User
from tests.browser.driver import App

CONTACT, TECHNICIAN = "contact@demo-horizon.example", "technicien@guichet.example"
PICTURE = Path(__file__).parents[2] / ".streamlit" / "icon.png"
PRODUCT = "Opaline Tachy"
REFERENCE = re.compile(r"(INC|REQ)-\d{4}-\d{6}")


@pytest.fixture
def desk(served: Engine) -> Desk:
    return Desk(SYSTEM, served)


def of(desk: Desk, email: str) -> Desk:
    with Session(desk.engine) as session:
        return Desk(users.actor(session.exec(select(User).where(col(User.email) == email)).one()), desk.engine)


@pytest.fixture
def contact(desk: Desk) -> Desk:
    return of(desk, CONTACT)


@pytest.fixture
def reference(contact: Desk) -> str:
    return file(contact)


def file(contact: Desk, subject: str = "Les relevés ne partent plus") -> str:
    form = TicketForm(kind=Kind.INCIDENT, subject=subject, description="Depuis **ce matin**.", urgency=Urgency.SERIOUS)
    return tickets.file(contact, form)


def count(contact: Desk, subject: str) -> int:
    return sum(one.line.subject == subject for one in followed.page(contact, Followed(text=subject)).lines)


def menu(app: App, name: str) -> None:
    app.after(lambda: app.page.get_by_role("link", name=name, exact=True).click())


def button_of_product(app: App, kind: str) -> None:
    card = app.page.locator("[class*=st-key-product_]").filter(has_text=PRODUCT)
    app.after(lambda: card.get_by_role("button", name=kind).click())


def field(app: App, number: int) -> Locator:
    return app.page.get_by_role("textbox", name=re.compile(f"^{number}- "))


def confirmed(app: App) -> str:
    """The number in the message that confirms."""
    message = app.key("filed").get_by_role("status").filter(has_text="est bien pris en charge")
    expect(message).to_be_visible()
    found = REFERENCE.search(message.inner_text())
    assert found
    return found.group()


def title(app: App, reference: str) -> Locator:
    return app.page.locator(f"tr[data-reference={reference}] a.link")


def box(app: App) -> Locator:
    return app.page.get_by_role("textbox", name="Votre message")


def test_creation_d_un_ticket_incident(app: App, contact: Desk):
    app.sign_in(CONTACT)
    menu(app, "Assistance technique (utilisation produit)")
    button_of_product(app, "Incident")
    expect(app.page.get_by_text("1- Indiquez le sujet du problème rencontré")).to_be_visible()
    field(app, 1).fill("Problème déchargement données")
    field(app, 2).fill("Le déchargement s’arrête à **40 %**.")
    for urgency in ("Aucune", "Basse", "Sérieuse", "Critique"):
        expect(app.page.get_by_text(urgency, exact=True)).to_be_visible()
    app.after(lambda: app.page.get_by_text("Sérieuse", exact=True).click())
    expect(app.page.get_by_text("4- Joignez au besoin des captures d’écrans ou autre document")).to_be_visible()
    app.attach(PICTURE)
    app.after(lambda: app.page.get_by_role("button", name="Envoyer").click())
    filed = sheets.sheet(contact, confirmed(app))
    expect(app.key("filed")).to_contain_text("Première réponse avant")
    expect(app.key("filed")).to_contain_text("dans la file")
    assert (filed.kind, filed.product, filed.urgency) == (Kind.INCIDENT, PRODUCT, Urgency.SERIOUS)
    assert [file.name for file in conversation.thread(contact, filed.reference).files] == ["icon.png"]
    app.page.reload()
    assert confirmed(app) == filed.reference
    assert count(contact, "Problème déchargement données") == 1


def test_creer_un_ticket_de_demande_de_service(app: App, contact: Desk):
    app.sign_in(CONTACT)
    menu(app, "Assistance technique (utilisation produit)")
    button_of_product(app, "Demande de service")
    expect(app.page.get_by_text("1- Indiquez le sujet de votre demande")).to_be_visible()
    field(app, 1).fill("Paramétrage supplémentaire")
    field(app, 2).fill("Une colonne de plus, s’il vous plaît.")
    expect(
        app.page.get_by_text("3- Joignez au besoin des captures d’écrans ou autre document précisant")
    ).to_be_visible()
    app.page.keyboard.press("Control+Enter")
    filed = sheets.sheet(contact, confirmed(app))
    assert (filed.kind, filed.product, filed.urgency) == (Kind.REQUEST, PRODUCT, Urgency.NONE)
    assert filed.description == "Une colonne de plus, s’il vous plaît."


def test_suivre_un_ticket_par_le_menu_tickets(app: App, desk: Desk, contact: Desk, reference: str):
    older = file(contact, "Un autre, plus récent")
    tickets.resolve(of(desk, TECHNICIAN), reference, "Le service a été **relancé**.")
    app.sign_in(CONTACT)
    menu(app, "Tickets")
    listed = app.page.locator("tbody tr")
    expect(listed.first).to_have_attribute("data-reference", older)  # the newest first
    expect(listed.first.get_by_role("link")).to_have_count(1)  # its title; a contact has no page of clients to go to
    link = title(app, reference)
    link.hover()
    assert link.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"
    assert link.get_attribute("href") == f"/ticket?ref={reference}"
    app.after(link.click)
    texts = app.page.get_by_role("main")
    expect(texts).to_contain_text("Depuis ce matin.")
    expect(app.page.locator(".solution")).to_contain_text("Le service a été relancé.")
    expect(texts).to_contain_text("Historique des échanges")
    expect(app.page.get_by_role("button", name=re.compile(reference))).to_be_visible()


def test_envoyer_un_message_au_technicien(app: App, desk: Desk, contact: Desk, reference: str):
    app.sign_in(CONTACT)
    menu(app, "Tickets")
    app.after(title(app, reference).click)
    expect(app.page.get_by_text("Envoyer un message ou des pièces jointes au technicien")).to_be_visible()
    app.attach(PICTURE)
    box(app).click()
    app.page.keyboard.type("Une précision de plus")
    app.after(lambda: app.page.get_by_role("button", name="Envoyer").click())
    said = app.page.locator(".thread .said")
    expect(said.last).to_contain_text("Une précision de plus")
    expect(said.last).to_contain_text("icon.png")
    expect(box(app)).to_have_value("")
    # The technician answers: it appears by itself, and nothing typed is lost.
    box(app).click()
    app.page.keyboard.type("Pendant que j’")
    conversation.reply(of(desk, TECHNICIAN), reference, "Merci, je regarde.")
    expect(said.last).to_contain_text("Merci, je regarde.", timeout=20_000)
    app.page.keyboard.type("écris")
    expect(box(app)).to_have_value("Pendant que j’écris")


def test_creation_d_un_nouveau_ticket_qui_rappelle_le_precedent(app: App, desk: Desk, contact: Desk, reference: str):
    tickets.resolve(of(desk, TECHNICIAN), reference, "Relancé.")
    app.sign_in(CONTACT, path=f"/ticket?ref={reference}")
    expect(app.page.get_by_text("Une fois le ticket résolu, il n’est plus possible")).to_be_visible()
    expect(box(app)).to_have_count(0)
    app.after(lambda: app.page.get_by_role("button", name="Créer un nouveau ticket").click())
    expect(app.page.get_by_role("textbox", name="Référence du précédent ticket")).to_have_value(reference)
    expect(field(app, 1)).to_have_value("Les relevés ne partent plus")
    field(app, 2).fill("C’est revenu.")
    app.after(lambda: app.page.get_by_text("Basse", exact=True).click())
    app.after(lambda: app.page.get_by_role("button", name="Envoyer").click())
    new = confirmed(app)
    followed = sheets.sheet(contact, new).follows
    assert followed == Related(reference, "Les relevés ne partent plus", Status.RESOLVED)
    app.goto(f"/ticket?ref={reference}")
    expect(app.page.locator(".facts")).to_contain_text(new)


@pytest.mark.parametrize(
    ("choice", "title"), [("Créer un incident", "Incident"), ("Créer une demande de service", "Demande de service")]
)
def test_le_bouton_nouveau_ticket_mene_aux_deux_sortes_de_tickets(app: App, choice: str, title: str):
    """« Vous devez donc créer un nouveau ticket ou cliquez ici »"""
    app.sign_in(CONTACT, path="/tickets")
    app.after(lambda: app.page.get_by_role("button", name="Nouveau ticket").click())
    expect(app.page.get_by_role("heading", level=1)).to_have_text("Nouveau ticket")
    app.after(lambda: app.page.get_by_role("button", name=choice).click())
    expect(app.page.get_by_role("heading", level=1)).to_have_text(title)
    product = app.page.get_by_role("combobox")
    product.click()
    app.after(lambda: app.page.get_by_role("option", name=PRODUCT).click())
    expect(app.page.get_by_role("heading", level=1)).to_have_text(f"{title} · {PRODUCT}")
    expect(field(app, 2)).to_be_visible()


def test_a_subject_pasted_too_long_stays_and_says_so(app: App):
    app.sign_in(CONTACT, path="/new?kind=request&product=1")
    field(app, 1).click()
    app.after(lambda: app.page.keyboard.insert_text("mot " * 60))
    expect(field(app, 1)).to_have_value("mot " * 60)
    expect(app.page.get_by_text("Le sujet est trop long : 239 caractères, 200 au plus")).to_be_visible()


def test_the_client_raises_the_urgency_and_the_technician_reads_why(app: App, desk: Desk, contact: Desk):
    reference = file(contact, "Le relevé de midi manque")
    app.sign_in(CONTACT, path=f"/ticket?ref={reference}")
    app.page.get_by_role("button", name="C’est devenu plus urgent").click()
    app.page.get_by_role("textbox", name="Pourquoi").fill("Tous les sites sont à l’arrêt")
    app.after(lambda: app.page.get_by_role("button", name="Augmenter l’urgence").click())
    expect(app.page.locator(".changed").last).to_contain_text("Sérieuse → Critique")
    assert sheets.sheet(desk, reference).urgency == Urgency.CRITICAL


def test_a_double_click_and_two_tabs_file_one_ticket(app: App, contact: Desk, new_app: Callable[..., App]):
    app.sign_in(CONTACT, path="/new?kind=request&product=1")
    field(app, 1).fill("Un seul ticket")
    field(app, 2).fill("Et pas deux.")
    field(app, 1).click()
    other = new_app()
    other.sign_in(CONTACT, path="/new?kind=request&product=1")
    expect(field(other, 2)).to_have_value("Et pas deux.")
    app.page.get_by_role("button", name="Envoyer").dblclick()
    first = confirmed(app)
    other.page.get_by_role("button", name="Envoyer").click()
    assert confirmed(other) == first
    assert count(contact, "Un seul ticket") == 1


def test_a_file_that_is_too_large_stops_the_sending_and_it_says_so(app: App, contact: Desk, tmp_path: Path):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (26 * 1024 * 1024))
    app.sign_in(CONTACT, path="/assistance")
    button_of_product(app, "Demande de service")
    app.page.locator("input[type=file]").set_input_files(large)
    expect(app.page.locator("[class*=st-key-files_]")).to_contain_text("large.bin")
    field(app, 1).fill("Une pièce trop lourde")
    field(app, 2).fill("La voici.")
    app.after(app.page.get_by_role("button", name="Envoyer").click)  # leaving the text area draws the page anew
    expect(app.key("draft_keeper").get_by_role("alert")).to_have_text(re.compile("large.bin.*trop volumineux"))
    assert count(contact, "Une pièce trop lourde") == 0


def test_what_will_not_be_sent_is_said_beside_the_files_at_once(app: App, tmp_path: Path):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (26 * 1024 * 1024))
    small = [tmp_path / f"{number}.txt" for number in range(21)]
    for path in small:
        path.write_text("x")
    app.sign_in(CONTACT, path="/contact?service=sales")
    said = app.page.locator("[class*=st-key-limits_files_] p")
    expect(said).to_have_text("20 fichiers au plus, de 25\u00a0Mo chacun.")
    chooser = app.page.locator("input[type=file]")
    chooser.set_input_files(large)
    expect(said).to_have_text(re.compile("large.bin.*trop volumineux"))
    app.page.get_by_role("button", name=re.compile("large.bin")).click()
    expect(said).to_have_text(re.compile("^20 fichiers au plus"))
    app.page.route("**/_stcore/upload_file/**", lambda route: route.fulfill(status=429, body="x"))
    chooser.set_input_files(small[0])
    expect(said).to_have_text(re.compile("0.txt.*n’est pas accepté.*une heure"))
    app.page.unroute("**/_stcore/upload_file/**")
    app.page.get_by_role("button", name=re.compile("0.txt")).click()
    chooser.set_input_files(small)
    expect(said).to_have_text("Il y a trop de fichiers\u00a0: 20 au plus. Retirez-en.")


def test_opening_what_looks_alike_loses_nothing_typed(app: App, contact: Desk, reference: str):
    app.sign_in(CONTACT, path="/new?kind=incident&product=1")
    field(app, 2).fill("Écrit d’abord")
    field(app, 1).fill("relevés qui ne partent")
    found = app.page.locator(".lookalikes a", has_text="Les relevés ne partent plus").first
    expect(found).to_be_visible()
    with app.page.expect_popup() as opened:
        found.click()
    expect(opened.value.locator(".ticket-head h1")).to_have_text("Les relevés ne partent plus")
    expect(field(app, 1)).to_have_value("relevés qui ne partent")
    expect(field(app, 2)).to_have_value("Écrit d’abord")


def test_what_is_typed_survives_a_page_closed_in_the_middle_of_a_word(app: App, contact: Desk):
    app.sign_in(CONTACT, path="/new?kind=incident&product=2")
    field(app, 2).click()
    app.page.keyboard.type("Une phra")
    app.page.close()
    for _ in range(50):
        if (kept := form_drafts.begin(contact, "incident-2-").fields.get("description")) == "Une phra":
            return
        time.sleep(0.1)
    assert kept == "Une phra"


def test_the_staff_files_for_a_client_in_the_same_form(app: App, contact: Desk):
    app.sign_in(TECHNICIAN)
    menu(app, "Créer pour un client")
    app.page.get_by_role("searchbox", name="Une partie du nom").fill("horizon")
    app.after(lambda: app.page.get_by_role("button", name="Démo Horizon Transports").click())
    app.after(lambda: app.page.get_by_text("Visite", exact=True).click())
    field(app, 1).fill("Vu sur place")
    field(app, 2).fill("L’imprimante n’est pas branchée.")
    app.after(lambda: app.page.get_by_text("Basse", exact=True).click())
    app.after(lambda: app.page.get_by_role("button", name="Envoyer").click())
    expect(app.key("filed")).to_contain_text("Vu sur place")
    filed = followed.page(contact, Followed(text="Vu sur place")).lines[0].line
    assert filed.filed_at > contact.now - timedelta(minutes=1)
