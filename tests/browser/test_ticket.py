"""The ticket page in a real browser: what is typed, pasted, seen and saved."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect
from sqlalchemy import Engine
from sqlmodel import Session, select

from data import conversation, drafts, sheets, tickets
from data.core import users
from data.core.desk import SYSTEM, Desk
from data.tickets import TicketForm
from models.client import Client, StarLevel
from models.ticket import Kind, Status
from models.user import User
from tests.browser.driver import App

MANAGER, TECHNICIAN = "manager@guichet.example", "technicien@guichet.example"
PICTURE = Path(__file__).parents[2] / ".streamlit" / "icon.png"
LINK = "See [our guide](https://docs.example/a) and ![a picture](https://tracker.example/p.png) <b>not bold</b>."


@pytest.fixture
def desk(served: Engine) -> Desk:
    return Desk(SYSTEM, served)


@pytest.fixture
def reference(desk: Desk) -> str:
    """A new service request, of a client whose subscription runs."""
    with Session(desk.engine) as session:
        client_id = session.exec(
            select(Client.id).where(Client.star_level != StarLevel.NONE).order_by(Client.name)
        ).first()
    form = TicketForm(kind=Kind.REQUEST, subject="Une facture", description=LINK, client_id=client_id)
    return tickets.file(desk, form)


@pytest.fixture
def page(app: App, reference: str) -> App:
    """Of a technician, before the ticket."""
    app.sign_in(TECHNICIAN, path=f"/ticket?ref={reference}")
    expect(box(app)).to_be_visible()
    return app


def of(desk: Desk, email: str) -> Desk:
    with Session(desk.engine) as session:
        return Desk(users.actor(session.exec(select(User).where(User.email == email)).one()), desk.engine)


def box(app: App) -> Locator:
    return app.page.get_by_role("textbox", name="Votre message")


def files(app: App) -> Locator:
    return app.page.locator("[class*=st-key-files_]")


def write(app: App, text: str, keys: str) -> None:
    """Type without a pause and send at once, by the keyboard alone."""
    box(app).click()
    app.page.keyboard.type(text)
    app.after(lambda: app.page.keyboard.press(keys))


def status(desk: Desk, reference: str) -> Status:
    return sheets.sheet(desk, reference).status


def kept(desk: Desk, reference: str, text: str) -> None:
    """The draft is, or soon will be, this."""
    for _ in range(50):
        if (found := drafts.saved(of(desk, TECHNICIAN), reference)) == text:
            return
        time.sleep(0.1)
    assert found == text


def test_nothing_is_sent_while_a_file_is_on_its_way(page: App, desk: Desk, reference: str):
    on_its_way: list[Route] = []

    def hold(route: Route) -> None:
        on_its_way.append(route)

    page.page.route("**/_stcore/upload_file/**", hold)
    page.page.locator("input[type=file]").set_input_files(PICTURE)
    write(page, "Voici l’écran.", "Control+Enter")
    expect(
        page.page.get_by_text("Le fichier «\N{NO-BREAK SPACE}icon.png\N{NO-BREAK SPACE}» est encore en cours")
    ).to_be_visible()
    expect(box(page)).to_have_value("Voici l’écran.")
    for upload in on_its_way:
        upload.continue_()
    page.page.get_by_role("button", name="Retirer icon.png").wait_for()
    page.page.keyboard.press("Control+Enter")
    expect(page.page.locator(".said[data-side=staff]")).to_contain_text("icon.png")


def test_a_ticket_is_taken_answered_asked_about_and_resolved_by_the_keyboard(page: App, desk: Desk, reference: str):
    page.after(lambda: page.page.keyboard.press("t"))
    expect(page.key("ticket_side")).to_contain_text("Camille Lavande")
    page.page.keyboard.press("e")
    expect(box(page)).to_be_focused()
    page.attach(PICTURE)
    write(page, "Bonjour, take this.", "Control+Enter")
    expect(page.page.locator(".said[data-side=staff]")).to_contain_text("Bonjour, take this.")
    expect(box(page)).to_have_value("")
    expect(files(page)).not_to_contain_text("icon.png")
    write(page, "Quel numéro ?", "Control+Shift+Enter")
    expect(page.page.locator(".clock").last).to_contain_text("suspendu")
    assert status(desk, reference) == Status.WAITING
    write(page, "Entre nous", "Alt+Enter")
    expect(page.page.locator(".said[data-side=note]")).to_contain_text("note interne")
    write(page, "C’est **réglé**.", "Alt+Shift+Enter")
    expect(page.key("solving_box").locator("strong")).to_have_text("réglé")
    assert status(desk, reference) == Status.WAITING
    page.after(lambda: page.page.keyboard.press("Alt+y"))
    expect(page.page.locator(".solution")).to_contain_text("C’est réglé.")
    expect(box(page)).to_have_count(0)
    assert status(desk, reference) == Status.RESOLVED
    said = [e.body for e in conversation.thread(desk, reference).entries if isinstance(e, conversation.Said)]
    assert said == ["Bonjour, take this.", "Quel numéro ?", "Entre nous"]
    assert drafts.saved(of(desk, TECHNICIAN), reference) == ""


def test_a_draft_survives_a_reload_and_another_button(page: App, desk: Desk, reference: str):
    box(page).click()
    page.page.keyboard.type("Une phrase commencée")
    page.after(lambda: page.page.get_by_role("button", name="Lier").click())
    expect(box(page)).to_have_value("Une phrase commencée")
    kept(desk, reference, "Une phrase commencée")
    page.goto(f"/ticket?ref={reference}")
    expect(box(page)).to_have_value("Une phrase commencée")


def test_a_draft_survives_a_page_closed_in_the_middle_of_a_word(page: App, desk: Desk, reference: str):
    box(page).click()
    page.page.keyboard.type("Une phra")
    page.page.close()
    kept(desk, reference, "Une phra")


def test_what_is_sent_leaves_no_draft_behind(page: App, desk: Desk, reference: str):
    write(page, "Tout de suite", "Control+Enter")
    expect(box(page)).to_have_value("")
    page.page.wait_for_timeout(1500)  # longer than a draft waits to be saved
    assert drafts.saved(of(desk, TECHNICIAN), reference) == ""


def test_what_is_refused_keeps_its_text_and_its_draft(page: App, desk: Desk, reference: str):
    tickets.resolve(desk, reference, "Déjà fait")
    write(page, "Trop tard", "Control+Enter")
    expect(page.alert().first).to_contain_text("est résolu")
    expect(box(page)).to_have_value("Trop tard")
    kept(desk, reference, "Trop tard")
    page.goto(f"/ticket?ref={reference}")
    expect(box(page)).to_have_count(0)
    page.page.get_by_text("Ce que vous aviez écrit").click()
    expect(page.page.get_by_text("Trop tard")).to_be_visible()


def test_two_at_a_ticket_are_told_of_each_other_and_nobody_answers_over_a_message(
    page: App, desk: Desk, reference: str, new_app: Callable[..., App]
):
    box(page).click()
    page.page.keyboard.type("Je réponds ")
    other = new_app()
    other.sign_in(MANAGER, path=f"/ticket?ref={reference}")
    expect(other.key("company")).to_contain_text("Camille Lavande")
    expect(page.key("company")).to_contain_text("Claire Platane", timeout=15_000)
    write(other, "C’est moi qui réponds", "Control+Enter")
    page.page.keyboard.type("aussi")
    expect(page.key("news")).to_contain_text("Claire Platane", timeout=15_000)
    expect(box(page)).to_have_value("Je réponds aussi")
    expect(box(page)).to_be_focused()
    page.after(lambda: page.page.keyboard.press("Control+Enter"))
    expect(page.alert().filter(has_text="vient d’écrire")).to_be_visible()
    expect(page.page.locator(".said").last).to_contain_text("C’est moi qui réponds")
    expect(box(page)).to_have_value("Je réponds aussi")
    page.after(lambda: page.page.keyboard.press("Control+Enter"))
    expect(page.page.locator(".said").last).to_contain_text("Je réponds aussi")


def test_the_button_shows_what_has_come_and_keeps_what_is_typed(page: App, desk: Desk, reference: str):
    box(page).click()
    page.page.keyboard.type("En cours")
    conversation.reply(of(desk, MANAGER), reference, "Un mot de plus")
    page.key("show_news").get_by_role("button").click(timeout=15_000)
    expect(page.page.locator(".said").last).to_contain_text("Un mot de plus")
    expect(page.key("show_news")).to_have_count(0)
    expect(box(page)).to_have_value("En cours")


def test_a_note_differs_by_sign_and_shape_and_word_too(page: App):
    write(page, "Pour le client", "Control+Enter")
    write(page, "Entre nous", "Alt+Enter")
    style = "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.borderTopStyle]; }"
    sign = "e => getComputedStyle(e.querySelector('.icon'), '::before').content"
    sides = [page.page.locator(f".said[data-side={side}]").first for side in ("client", "staff", "note")]
    looks = [tuple(side.evaluate(style)) for side in sides]
    assert len(set(looks)) == 3 and looks[2][1] == "dashed"
    drawn = ['"person" / ""', '"support_agent" / ""', '"lock" / ""']  # and nothing to be read aloud
    assert [side.evaluate(sign) for side in sides] == drawn
    assert [side.locator(".role").inner_text() for side in sides][1:] == ["guichet", "note interne"]


def test_a_picture_pasted_is_attached_seen_and_saved(page: App, reference: str):
    box(page).evaluate(
        """async (area, address) => {
            const bag = new DataTransfer();
            bag.items.add(new File([await (await fetch(address)).blob()], "écran.png", { type: "image/png" }));
            area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: bag, bubbles: true, cancelable: true }));
        }""",
        "/favicon.png",
    )
    expect(files(page)).to_contain_text("écran.png")
    write(page, "Voici", "Control+Enter")
    picture = page.page.locator(".files img")
    picture.scroll_into_view_if_needed()
    page.page.wait_for_function("document.querySelector('.files img').naturalWidth > 0")
    with page.page.expect_download() as download:
        page.page.locator(".files a").click()
    assert download.value.suggested_filename == "écran.png"
    answer = page.page.request.get(page.url + page.page.locator(".files a").get_attribute("href"))
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "image/png"


def test_links_of_people_are_marked_and_nothing_is_fetched_from_elsewhere(page: App):
    guide = page.page.locator(".said a", has_text="our guide")
    assert guide.get_attribute("target") == "_blank"
    assert "noopener" in guide.get_attribute("rel") and "noreferrer" in guide.get_attribute("rel")
    expect(guide).to_have_text("our guide (docs.example) ↗")
    expect(page.page.locator(".said img")).to_have_count(0)
    expect(page.page.locator(".said").first).to_contain_text("<b>not bold</b>")
    assert not [error for error in page.errors if "tracker" in error]


def test_the_reference_is_copied_with_one_click(page: App, reference: str):
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name=re.compile(reference)).click()
    expect(page.page.get_by_role("button", name=re.compile(reference))).to_contain_text("Copié")
    assert page.page.evaluate("navigator.clipboard.readText()") == reference


def test_nothing_is_sent_without_the_file_that_was_too_large(page: App, desk: Desk, reference: str, tmp_path: Path):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (26 * 1024 * 1024))
    page.page.locator("input[type=file]").set_input_files([large, PICTURE])
    expect(files(page)).to_contain_text("large.bin")
    box(page).click()
    page.page.keyboard.type("Voici les fichiers")
    page.page.keyboard.press("Control+Enter")
    refusal = page.key("draft_keeper").get_by_role("alert")
    expect(refusal).to_have_text(re.compile("large.bin.*trop volumineux"))
    page.page.get_by_role("button", name=re.compile("large.bin")).click()
    page.page.get_by_role("button", name="Note interne").click()
    expect(page.page.locator(".said[data-side=note]")).to_contain_text("icon.png")
    said = [e for e in conversation.thread(desk, reference).entries if isinstance(e, conversation.Said)]
    assert [(entry.body, len(entry.files)) for entry in said] == [("Voici les fichiers", 1)]
