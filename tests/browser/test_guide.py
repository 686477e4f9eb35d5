"""The guide's chapters about the code, the programme, the services and the documents, played as they stand.

Those about tickets are in `test_client_tickets.py`, those about tutorials and FAQ in `test_help.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data import access_codes, conversation, documents, followed, sheets
from data.core import settings as settings_module
from data.core import users
from data.core.desk import SYSTEM, Desk
from data.demo.cast import DIRECT_LINE
from models.followed import Followed
from models.ticket import Kind, Service
from models.user import User
from tests.browser.driver import App

FIVE, FOUR, THREE = "contact@demo-horizon.example", "contact@demo-frigo.example", "contact@demo-vrac.example"
FOUR_SOON = "contact@demo-colis-verts.example"  # three stars, and four to come
LOGISTICS = "logistique@guichet.example"
REFERENCE = re.compile(r"ENQ-\d{4}-\d{6}")


def of(engine: Engine, email: str) -> Desk:
    with Session(engine) as session:
        return Desk(users.actor(session.exec(select(User).where(col(User.email) == email)).one()), engine)


@pytest.fixture
def office(served: Engine, var: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """With the key of the server."""
    monkeypatch.setenv("GUICHET_VAR", str(var))
    settings_module.settings.cache_clear()
    return Desk(SYSTEM, served)


def menu(app: App, name: str) -> None:
    app.after(lambda: app.page.get_by_role("link", name=name, exact=True).click())


def test_votre_code_est_affiche_dans_l_encart_details_a_droite_de_la_page(app: App, office: Desk):
    """« Rendez-vous dans la page d'accueil de votre espace client »"""
    code = access_codes.mine(of(office.engine, FIVE))
    assert code
    app.sign_in(FIVE, path="/tickets")
    menu(app, "Votre Espace Client")
    box = app.key("details")
    expect(box.get_by_role("heading", name="Détails")).to_be_visible()
    expect(box).to_contain_text(code)
    place, page = box.bounding_box(), app.page.viewport_size
    assert place and page and place["x"] > page["width"] / 2


def test_si_vous_ne_trouvez_aucun_code_vous_n_etes_pas_en_programme_4_ou_5_etoiles(app: App):
    app.sign_in(THREE)
    box = app.key("details")
    expect(box).to_contain_text("programme 3 étoiles")
    expect(box).to_contain_text("Vous n’avez aucun code : votre société n’est pas en programme 4 ou 5 étoiles.")
    expect(box).to_contain_text("ligne directe du service technique")
    app.after(lambda: box.get_by_role("link", name="Contacter notre équipe commerciale").click())
    expect(app.page.get_by_role("radio", name="Commercial")).to_be_checked()
    expect(app.page.get_by_role("textbox", name=re.compile("^1- "))).to_have_value(
        "Nous souhaitons le programme 4 étoiles"
    )


def test_la_ligne_directe_a_son_numero_a_cote_du_code(app: App):
    """« Accès au support via Espace Client et ligne directe du service technique (plage horaire allongée) »"""
    app.sign_in(FIVE)
    number = app.page.get_by_role("link", name=DIRECT_LINE, exact=True)
    expect(app.key("details").locator(number)).to_have_attribute("href", "tel:0199001234")
    for path, place in (("/programme", "programme_5"), ("/contact", "contact_line")):
        app.goto(path)
        expect(app.key(place).locator(number)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/programme", "/contact"])
def test_en_3_etoiles_aucun_numero_n_est_affiche(app: App, path):
    app.sign_in(THREE, path=path)
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    expect(app.page.locator('a[href^="tel:"]')).to_have_count(0)


def test_un_changement_de_programme_a_venir_est_annonce(app: App):
    app.sign_in(FOUR_SOON)
    box = app.key("details")
    expect(box).to_contain_text("vous aurez le programme 4 étoiles")
    expect(box).to_contain_text("Votre code apparaîtra ici le")
    expect(box.get_by_role("link", name="Contacter notre équipe commerciale")).to_have_count(0)
    app.goto("/programme")
    expect(app.key("programme_4")).to_contain_text("À partir du")
    expect(app.key("programme_4").get_by_role("link", name="Demander ce programme")).to_have_count(0)


@pytest.fixture
def without_code(served: Engine, office: Desk) -> Iterator[Desk]:
    """A four-star client that has none; it has one again afterwards."""
    contact = of(served, FOUR)
    client = contact.user.client_id or 0
    access_codes.end(office, client)
    yield contact
    access_codes.issue(office, client)


def test_en_4_ou_5_etoiles_sans_code_nos_equipes_y_remedient(app: App, office: Desk, without_code: Desk):
    app.sign_in(FOUR)
    box = app.key("details")
    expect(box).to_contain_text("Vous êtes bien en 4 ou 5 étoiles mais vous n’avez aucun code d’accès")
    app.after(lambda: box.get_by_role("button", name="Demander mon code d’accès").click())
    expect(box).to_contain_text("est transmise à notre équipe commerciale")
    found = REFERENCE.search(box.inner_text())
    assert found and sheets.sheet(office, found.group()).service == Service.SALES
    # « Ils vous transmettront alors votre code d'accès. »
    code = access_codes.issue(office, without_code.user.client_id or 0)
    app.goto("/")
    expect(app.key("details")).to_contain_text(code)


def test_cliquez_ici_pour_plus_de_details_sur_les_delais_de_traitement(app: App, served: Engine):
    """« … en fonction du programme souscrit »: the three levels, in the guide's own words, one's own marked."""
    app.sign_in(FIVE)
    app.after(lambda: app.key("details").get_by_role("link", name="Délais de traitement").click())
    said = {
        3: "Accès au support via Espace Client (demande de ticket)",
        4: "Accès au support via Espace Client et ligne directe du service technique",
        5: "Accès au support via Espace Client et ligne directe du service technique (plage horaire allongée)",
    }
    for stars, words in said.items():
        expect(app.key(f"programme_{stars}").locator(".gives")).to_have_text(words)
    mine = app.key("programme_5")
    expect(mine).to_contain_text("Votre programme")
    expect(mine.locator("tbody tr").first).to_have_text(re.compile(r"Critique\s*1\sh\s*4\sh"))
    expect(mine).to_contain_text("Du lundi au vendredi 08:00–20:00")
    # « Pour plus de détails, nous vous invitons à contacter notre équipe commerciale en vous rendant ici. »
    ask = app.key("programme_4").get_by_role("link", name="Demander ce programme")
    app.after(ask.click)
    app.page.get_by_role("textbox", name=re.compile("^2- ")).fill("Que nous coûterait-il ?")
    app.after(lambda: app.page.get_by_role("button", name="Envoyer").click())
    expect(app.key("filed")).to_contain_text("Nous souhaitons le programme 4 étoiles")
    asked = followed.page(of(served, FIVE), Followed(service=Service.SALES)).lines[0].line
    assert asked.subject == "Nous souhaitons le programme 4 étoiles"


def test_communiquer_avec_l_ensemble_de_nos_services(app: App, new_app, served: Engine):
    app.sign_in(FIVE)
    menu(app, "Contact")
    for service in ("Technique", "Logistique", "Comptabilité", "Commercial"):
        expect(app.page.get_by_role("radio", name=service)).to_be_visible()
    app.after(lambda: app.page.get_by_text("Logistique", exact=True).click())
    app.page.get_by_role("textbox", name=re.compile("^1- ")).fill("Boîtiers en retard")
    app.page.get_by_role("textbox", name=re.compile("^2- ")).fill("Où en est la livraison ?")
    app.after(lambda: app.page.get_by_role("button", name="Envoyer").click())
    expect(app.key("filed")).to_contain_text("est bien pris en charge")
    found = REFERENCE.search(app.key("filed").inner_text())
    assert found
    reference = found.group()
    # Its people find it in a queue of their own, and the answer comes back here.
    colleague = new_app()
    colleague.sign_in(LOGISTICS, path="/queue")
    listed = colleague.page.locator("tbody tr")
    expect(listed.filter(has_text=reference)).to_be_visible()
    expect(listed.filter(has_text=re.compile("INC-|REQ-"))).to_have_count(0)
    colleague.goto(f"/ticket?ref={reference}")
    colleague.after(colleague.page.get_by_role("button", name="Prendre").first.click)
    conversation.reply(Desk(SYSTEM, served), reference, "Ils partent demain.")
    app.goto("/")
    line = app.key(f"brief_{reference}")
    expect(line).to_contain_text("Nouvelle réponse")
    app.after(lambda: line.get_by_role("link").click())
    expect(app.page.locator(".thread .said").last).to_contain_text("Ils partent demain.")


def test_retrouver_l_ensemble_de_vos_documents(app: App, served: Engine):
    """« … (devis, commandes, factures, tickets...) »"""
    contact = of(served, FIVE)
    paper = documents.search(contact, contact.user.client_id or 0).lines[0]
    app.sign_in(FIVE)
    menu(app, "Documents")
    for kind in ("Devis", "Commande", "Facture"):
        expect(app.page.get_by_text(re.compile(rf"^{kind} · \d+$"))).to_be_visible()
    row = app.page.locator("li.document", has_text=paper.number)
    with app.page.expect_download() as download:
        row.get_by_role("link", name="Enregistrer").click()
    assert download.value.suggested_filename == paper.name
    app.page.get_by_role("tab", name="Tickets").click()
    ticket = followed.page(contact, Followed(kind=Kind.INCIDENT)).lines[0].line
    paper_of_it = app.page.locator("li.document", has_text=ticket.reference)
    with app.page.expect_popup() as opened:
        paper_of_it.get_by_role("link", name="Imprimer").click()
    expect(opened.value.locator("main")).to_contain_text(ticket.subject)


@pytest.mark.parametrize("path", ["/", "/contact?service=sales", "/programme", "/documents"])
def test_on_a_telephone_nothing_runs_off_the_side(new_app, path):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(FIVE, path=path)
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    assert app.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
