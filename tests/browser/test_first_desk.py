"""A new desk played from its first start to its first figures, in real browsers, with screens alone."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import driver
from tests.browser.driver import App

PASSWORD = "une phrase assez longue pour entrer"
SOLUTION = "Le pilote de l’imprimante est remis à jour."


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server on a new, empty desk; its address, and the first-run link that it has printed."""
    with driver.serving(tmp_path, GUICHET_DEMO="0") as url:
        found = re.search(r"http\S+/welcome#(\S+)", (tmp_path / "server.log").read_text())
        assert found
        yield url, found.group(1)


@pytest.fixture
def somebody(browser: Browser, empty: tuple[str, str]) -> Iterator[Callable[..., App]]:
    """Somebody follows a one-time link in a browser of their own, chooses a password and is in."""
    contexts = []

    def entered(token: str, fields: Mapping[str, str] | None = None) -> App:
        context = browser.new_context(
            locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1400, "height": 900}, reduced_motion="reduce"
        )
        contexts.append(context)
        app = App(context.new_page(), empty[0])
        app.page.goto(f"{app.url}/welcome#{token}")
        for name, value in (fields or {}).items():
            text(app, name).fill(value)
        for name in ("Nouveau mot de passe", "Nouveau mot de passe, encore une fois"):
            text(app, name).fill(PASSWORD)
        app.page.get_by_role("button", name="Définir le mot de passe").click()
        expect(app.key("sign_out")).to_be_visible()
        app.wait_for_cookie()
        return app

    yield entered
    for context in contexts:
        context.close()


def text(app: App, name: str) -> Locator:
    return app.page.get_by_role("textbox", name=name, exact=True)


def press(app: App, key: str) -> None:
    app.after(lambda: app.key(key).get_by_role("button").click())


def button(app: App, name: str) -> None:
    app.after(lambda: app.page.get_by_role("button", name=name, exact=True).click())


def follow(app: App, name: str) -> None:
    app.after(app.page.get_by_role("link", name=name).first.click)


def home(app: App, done: int) -> None:
    """The checklist says how far the desk is."""
    app.goto("/")
    expect(app.key("checklist")).to_contain_text(f"{done} étapes sur 6")


def invite(app: App, name: str, email: str, send: str) -> str:
    """In the dialog that is open; the token of the link that it makes."""
    dialog = app.page.get_by_role("dialog")
    dialog.get_by_label("Nom", exact=True).fill(name)
    dialog.get_by_label("Adresse e-mail", exact=True).fill(email)
    press(app, send)
    shown = app.key("link").locator("code")
    expect(shown).to_contain_text("/welcome#")
    return shown.inner_text().strip().partition("#")[2]


def choose(app: App, field: str, option: str) -> None:
    app.page.get_by_role("combobox", name=re.compile(field)).click()
    app.after(lambda: app.page.get_by_role("option", name=option, exact=True).click())


def add_product(app: App) -> None:
    follow(app, "Ajoutez vos logiciels")
    app.page.get_by_label("Un nom par ligne").fill("Comptoir")
    press(app, "products_create")
    expect(app.page.get_by_text("Comptoir").first).to_be_visible()


def invite_technician(app: App) -> str:
    follow(app, "Invitez vos collègues")
    press(app, "invite")
    return invite(app, "Tom Guichetier", "tom@guichet.example", "invite_send")


def add_client(app: App) -> str:
    """With four stars, a product and a contact; the contact's link."""
    follow(app, "Ajoutez votre premier client")
    press(app, "new_client")
    app.page.get_by_role("dialog").get_by_label("Nom", exact=True).fill("Cabinet Premier (démo)")
    press(app, "new_client_save")
    expect(app.page).to_have_url(re.compile(r"/client\?id=1"))
    app.after(lambda: app.page.get_by_role("radio", name="Abonnement").click())
    app.after(lambda: app.key("plan").get_by_role("radio", name="★4").click())
    press(app, "plan_1_look")
    press(app, "plan_1_save")
    expect(app.page.locator(".client-head")).to_contain_text("★★★★")
    app.after(lambda: app.page.get_by_role("radio", name="Vue d’ensemble").click())
    choose(app, "Autre logiciel", "Comptoir")
    press(app, "own_add")
    expect(app.key("client_products")).to_contain_text("Comptoir")
    press(app, "contact_invite")
    return invite(app, "Alix Premier", "alix@premier.example", "contact_send")


def work_every_service(app: App) -> None:
    """The manager looks after all of them in person."""
    follow(app, "Choisissez qui travaille")
    people = app.page.get_by_test_id("stDataFrame")
    app.after(lambda: people.click(position={"x": 16, "y": 35 + 17}))  # the box before the first of the staff
    expect(app.key("person")).to_contain_text("Maud Première")
    app.key("person").get_by_role("button", name="Services").click()
    for service in ("Technique", "Logistique", "Comptabilité", "Commercial"):
        app.after(app.key("works_1").get_by_text(service, exact=True).click)
    press(app, "choose_1")


def create_incident(app: App) -> str:
    follow(app, "Assistance technique")
    app.after(app.page.get_by_role("button", name="Incident").first.click)
    app.page.get_by_role("textbox", name=re.compile("^1- ")).fill("L’imprimante ne répond plus")
    app.page.get_by_role("textbox", name=re.compile("^2- ")).fill("Depuis ce matin.")
    app.after(lambda: app.page.get_by_text("Sérieuse", exact=True).click())
    press(app, "send")
    filed = app.key("filed").get_by_role("status").first
    expect(filed).to_contain_text("INC-")
    found = re.search(r"INC-\d{4}-\d{6}", filed.inner_text())
    assert found
    return found.group()


def write(app: App, words: str, keys: str) -> None:
    app.page.get_by_role("textbox", name="Votre message").click()
    app.page.keyboard.type(words)
    app.after(lambda: app.page.keyboard.press(keys))


def test_a_new_desk_serves_its_first_client_with_screens_alone(empty: tuple[str, str], somebody: Callable[..., App]):
    manager = somebody(empty[1], {"Adresse e-mail": "maud@guichet.example", "Nom": "Maud Première"})
    home(manager, 0)
    add_product(manager)
    home(manager, 1)
    to_technician = invite_technician(manager)
    home(manager, 2)
    press(manager, "confirm_calendars")
    press(manager, "confirm_targets")
    expect(manager.key("checklist")).to_contain_text("4 étapes sur 6")
    to_contact = add_client(manager)
    home(manager, 5)

    contact = somebody(to_contact)
    reference = create_incident(contact)

    technician = somebody(to_technician)
    technician.goto(f"/ticket?ref={reference}")
    technician.after(lambda: technician.page.keyboard.press("t"))
    expect(technician.key("ticket_side")).to_contain_text("Tom Guichetier")
    write(technician, "Bonjour, je regarde.", "Control+Enter")
    expect(technician.page.locator(".said[data-side=staff]")).to_contain_text("Bonjour, je regarde.")
    contact.goto(f"/ticket?ref={reference}")
    expect(contact.page.get_by_text("Bonjour, je regarde.")).to_be_visible()
    write(technician, SOLUTION, "Alt+Shift+Enter")
    technician.after(lambda: technician.page.keyboard.press("Alt+y"))
    expect(technician.page.locator(".solution")).to_contain_text(SOLUTION)
    contact.goto(f"/ticket?ref={reference}")
    expect(contact.page.get_by_text(SOLUTION)).to_be_visible()

    manager.goto("/metrics?period=today")
    tiles = manager.page.locator(".figures li b")
    expect(tiles.first).to_be_visible()
    kept, answered, created, resolved, *_ = (one.replace("\xa0", " ") for one in tiles.all_inner_texts())
    assert (kept, answered, created, resolved) == ("100 %", "100 %", "1", "1")

    home(manager, 5)
    work_every_service(manager)
    manager.goto("/")
    expect(manager.page.get_by_text("Votre Guichet est prêt")).to_be_visible()
    manager.goto("/")
    expect(manager.page.get_by_role("heading", level=1)).to_be_visible()
    expect(manager.page.get_by_text("Votre Guichet est prêt")).to_have_count(0)
    expect(manager.key("checklist")).to_have_count(0)
