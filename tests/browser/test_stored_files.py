"""Files that the server cannot give or take: the browser says so in words, and what is typed stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine
from sqlmodel import Session, select

from data import conversation, tickets
from data.core import settings as settings_module
from data.core.desk import SYSTEM, Desk
from data.core.files import hash_of
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.article import Article
from models.client import Client, StarLevel
from models.ticket import Kind
from tests.browser import driver
from tests.browser.driver import App
from tests.damage import flip

REFUSAL = "n’est pas accepté\N{NO-BREAK SPACE}: le serveur n’a plus assez d’espace disque"
CONTENT = b"What the printer says. " * 5000


@pytest.fixture
def reference(served: Engine, var: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ticket with a file."""
    monkeypatch.setenv("GUICHET_VAR", str(var))
    settings_module.settings.cache_clear()
    with Session(served) as session:
        client_id = session.exec(select(Client.id).where(Client.star_level != StarLevel.NONE)).first()
    form = TicketForm(kind=Kind.REQUEST, subject="Une facture", description="Voir le fichier", client_id=client_id)
    return tickets.file(Desk(SYSTEM, served), form, store([Upload("journal.txt", CONTENT)]))


def test_a_damaged_file_is_told_of_in_a_tab_of_its_own_and_what_is_typed_stays(app: App, reference: str, var: Path):
    app.sign_in("technicien@guichet.example", path=f"/ticket?ref={reference}")
    tabs = len(app.page.context.pages)
    box = app.page.get_by_role("textbox", name="Votre message")
    box.fill("Bonjour, ")
    link = app.page.locator(".files a")
    with app.page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "journal.txt"
    assert Path(saved.value.path()).read_bytes() == CONTENT
    digest = hash_of(CONTENT)
    flip(var / "files" / digest[:2] / digest)
    with app.page.context.expect_page() as told:
        link.click()
    expect(told.value.get_by_role("heading")).to_have_text("Ce n’est pas disponible pour le moment")
    expect(told.value.get_by_role("main")).to_contain_text("endommagé sur le serveur")
    assert len(app.page.context.pages) == tabs + 1 and reference in app.page.url
    expect(box).to_have_value("Bonjour, ")


def test_a_damaged_video_says_that_it_cannot_be_played(app: App, served: Engine, var: Path):
    app.sign_in("contact@demo-horizon.example", path="/help?product=1")
    film = app.page.locator(".help video").first
    with Session(served) as session:
        article = session.get_one(Article, int(str(film.get_attribute("src")).rpartition("/")[2]))
        digest = str(article.video_sha256)
    stored = var / "files" / digest[:2] / digest
    content = stored.read_bytes()
    flip(stored)
    try:
        film.evaluate("video => video.play().catch(() => {})")
        said = app.page.locator(".help .unplayable")
        expect(said).to_have_text(
            "Cette vidéo ne peut pas être lue pour le moment. Réessayez plus tard, ou prévenez l’administrateur."
        )
    finally:
        stored.write_bytes(content)


@pytest.fixture
def cramped(var: Path, served: Engine, browser: Browser) -> Iterator[App]:
    """Before another process of the same desk, which sees no room."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1400, "height": 900})
    with driver.serving(var, GUICHET_KEEP_FREE_MB="999999999") as url:
        yield App(context.new_page(), url)
        context.close()


def test_a_file_is_refused_at_once_and_the_text_is_sent_without_it(cramped: App, reference: str, served, tmp_path):
    file = tmp_path / "journal-2.txt"
    file.write_bytes(b"other lines")
    cramped.sign_in("technicien@guichet.example", path=f"/ticket?ref={reference}")
    box = cramped.page.get_by_role("textbox", name="Votre message")
    box.fill("Voici le journal.")
    cramped.page.locator("input[type=file]").set_input_files(file)
    expect(cramped.page.get_by_role("status").filter(has_text=REFUSAL)).to_be_visible()
    box.press("Control+Enter")
    expect(cramped.page.get_by_role("alert").filter(has_text=REFUSAL)).to_be_visible()
    expect(box).to_have_value("Voici le journal.")
    cramped.page.get_by_role("button", name="journal-2.txt").click()
    cramped.after(lambda: box.press("Control+Enter"))
    expect(box).to_have_value("")
    bodies = [getattr(entry, "body", "") for entry in conversation.thread(Desk(SYSTEM, served), reference).entries]
    assert "Voici le journal." in bodies
