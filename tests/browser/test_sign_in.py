"""Signing in and out in a real browser: the cookie, the tabs, the address that was asked for."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from sqlmodel import Session, select
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from data import users
from data.core import clock, one_time_links
from data.core.desk import SYSTEM, Desk
from data.demo import PASSWORD as DEMO_PASSWORD
from data.users import Invitation
from models.permission import Role
from models.user import User, UserSession
from tests.browser.driver import App

PASSWORD = "  vélo pomme nuage 雨 "


def asks_for_sign_in(app: App) -> None:
    expect(app.page.get_by_role("textbox", name="Mot de passe", exact=True)).to_be_visible()


def sign_out(app: App) -> None:
    app.after(lambda: app.key("sign_out").get_by_role("button").click())


@pytest.fixture
def invitation(served: Engine, request: pytest.FixtureRequest) -> tuple[str, str]:
    """An address, and the token of the link that lets it in."""
    email = f"{request.node.name[:50].lower()}@guichet.example"
    form = Invitation(email=email, name="Zoë", role=Role.TECHNICIAN)
    return email, users.invite(Desk(SYSTEM, served), form)


def test_an_address_with_all_its_filters_is_opened_after_sign_in(app: App):
    app.sign_in(password=DEMO_PASSWORD, path="/queue?kind=incident&late=1")
    expect(app.page).to_have_url(re.compile(r"/queue\?kind=incident&late=1$"))
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()


def test_no_script_can_read_the_cookie_and_a_reload_keeps_the_session(app: App):
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    cookie = app.wait_for_cookie()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert "guichet_session" not in app.page.evaluate("document.cookie")
    app.after(app.page.reload)
    expect(app.key("sign_out")).to_be_visible()
    assert str(cookie["value"]) not in app.page.content()


def test_signing_out_in_one_tab_counts_in_the_other_and_after_a_reload(app: App):
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    other = App(app.page.context.new_page(), app.url)
    other.goto("/profile")
    sign_out(app)
    asks_for_sign_in(app)
    other.after(lambda: other.page.get_by_role("button", name="Enregistrer").click())
    asks_for_sign_in(other)
    app.page.wait_for_function("document.visibilityState")  # lets the farewell to the server go out
    app.after(app.page.reload)
    asks_for_sign_in(app)


def test_a_stolen_cookie_is_worthless_after_sign_out(app: App, new_app: Callable[..., App]):
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    stolen = app.wait_for_cookie()
    thief = new_app()
    thief.page.context.add_cookies([{"name": "guichet_session", "value": str(stolen["value"]), "url": app.url}])
    thief.goto("/profile")
    expect(thief.key("sign_out")).to_be_visible()
    sign_out(app)
    thief.after(thief.page.reload)
    asks_for_sign_in(thief)


def test_a_tab_goes_on_where_it_was_after_the_network_was_lost(app: App):
    tabs: list[str] = []

    def received(frame: bytes | str) -> None:
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        if message.WhichOneof("type") == "new_session":
            tabs.append(message.new_session.initialize.session_id)

    app.page.on("websocket", lambda socket: socket.on("framereceived", received))
    app.page.add_init_script(
        "window.WebSocket = class extends WebSocket { constructor(...args) { super(...args); window.socket = this } }"
    )
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    name = app.page.get_by_role("textbox").first
    former = name.input_value()
    name.fill("Half a name")
    with app.page.expect_websocket():
        app.page.evaluate("window.socket.close()")
    app.after(lambda: app.page.get_by_role("button", name="Enregistrer").click())
    expect(app.key("sign_out")).to_be_visible()
    expect(name).to_have_value("Half a name")
    name.fill(former)
    app.after(lambda: app.page.get_by_role("button", name="Enregistrer").click())
    assert len(tabs) > 2 and len(set(tabs)) == 1


def test_an_invitation_sets_a_password_and_leaves_no_trace_in_the_address(
    app: App, served: Engine, invitation: tuple[str, str]
):
    email, token = invitation
    asked: list[str] = []
    app.page.on("request", lambda request: asked.append(request.url))
    app.page.goto(f"{app.url}/welcome#{token}")
    for name in ("Nouveau mot de passe", "Nouveau mot de passe, encore une fois"):
        app.page.get_by_role("textbox", name=name, exact=True).fill(PASSWORD)
    expect(app.page).to_have_url(f"{app.url}/welcome")
    app.page.get_by_role("button", name="Définir le mot de passe").click()
    expect(app.key("sign_out")).to_be_visible()
    expect(app.page).to_have_url(f"{app.url}/queue")
    app.wait_for_cookie()
    assert not [url for url in asked if token in url.partition("#")[0]]
    sign_out(app)
    app.sign_in(email=email, password=PASSWORD)
    expect(app.key("sign_out")).to_be_visible()


def test_a_used_link_opens_nothing(app: App, invitation: tuple[str, str]):
    app.page.goto(f"{app.url}/welcome#{invitation[1][:-1]}")
    expect(app.page.get_by_text("Ce lien n’est pas valable")).to_be_visible()
    expect(app.page.locator("input[type=password]")).to_have_count(0)


def test_a_disabled_account_is_out_at_the_next_click(app: App, served: Engine):
    app.sign_in("commercial@guichet.example", DEMO_PASSWORD, path="/profile")
    with Session(served) as session:
        user_id = session.exec(select(User.id).where(User.email == "commercial@guichet.example")).one()
    users.disable(Desk(SYSTEM, served), user_id)
    app.after(lambda: app.page.get_by_role("button", name="Enregistrer").click())
    asks_for_sign_in(app)
    expect(app.page.get_by_text("Votre session a été fermée par une personne")).to_be_visible()
    token = users.enable(Desk(SYSTEM, served), user_id)
    one_time_links.follow(served, token, DEMO_PASSWORD, clock.now())


def test_a_new_password_gives_this_browser_another_cookie_and_the_former_one_opens_nothing(
    app: App, new_app: Callable[..., App], invitation: tuple[str, str], served: Engine
):
    email, token = invitation
    one_time_links.follow(served, token, PASSWORD, clock.now())
    app.sign_in(email=email, password=PASSWORD, path="/profile")
    former = app.wait_for_cookie()
    for name, typed in (
        ("Mot de passe actuel", PASSWORD),
        ("Nouveau mot de passe", "trois tasses de thé"),
        ("Nouveau mot de passe, encore une fois", "trois tasses de thé"),
    ):
        app.page.get_by_role("textbox", name=name, exact=True).fill(typed)
    app.after(lambda: app.page.get_by_role("button", name="Changer le mot de passe").click())
    expect(app.page.get_by_role("textbox", name="Mot de passe actuel", exact=True)).to_have_value("")
    app.page.wait_for_function("window.guichetHandedOver")
    app.after(app.page.reload)
    expect(app.key("sign_out")).to_be_visible()
    assert app.wait_for_cookie()["value"] != former["value"]
    thief = new_app()
    thief.page.context.add_cookies([{"name": "guichet_session", "value": str(former["value"]), "url": app.url}])
    thief.goto("/profile")
    asks_for_sign_in(thief)


def test_the_browser_is_known_by_a_cookie_that_no_script_can_read(app: App):
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    cookie = app.wait_for_cookie("guichet_browser")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert "guichet_browser" not in app.page.evaluate("document.cookie")
    sign_out(app)
    app.after(app.page.reload)
    assert app.wait_for_cookie("guichet_browser")["value"] == cookie["value"]


def test_a_keystroke_keeps_a_session_of_the_staff_going_and_a_page_that_draws_itself_again_does_not(
    app: App, invitation: tuple[str, str], served: Engine
):
    email, token = invitation
    one_time_links.follow(served, token, PASSWORD, clock.now())
    app.sign_in(email=email, password=PASSWORD, path="/queue")

    def seen_at(before: timedelta | None = None) -> datetime:
        with Session(served.execution_options(writes=True)) as session:
            mine = select(UserSession).join(User, User.id == UserSession.user_id).where(User.email == email)
            row = session.exec(mine).one()
            if before:
                row.seen_at -= before
                session.commit()
            return row.seen_at

    idle = seen_at(timedelta(minutes=50))
    app.after(app.page.reload)
    assert seen_at() == idle
    with app.page.expect_response("**/auth/active"):
        app.page.keyboard.press("Shift")
    assert seen_at() > idle + timedelta(minutes=40)
    seen_at(timedelta(minutes=70))
    app.after(app.page.reload)
    expect(
        app.page.get_by_text("Vous avez été déconnecté parce que cette session est restée inutilisée")
    ).to_be_visible()


def test_who_reads_english_stays_signed_in_on_a_computer_that_speaks_french(app: App):
    app.sign_in("contact@demo-harbour.example", DEMO_PASSWORD)
    expect(app.page.locator("html")).to_have_attribute("lang", "en")
    expect(app.key("sign_out")).to_have_text(re.compile("Sign out"))
    app.after(app.page.reload)
    app.after(lambda: app.key("sign_out").get_by_role("button").click())
    asks_for_sign_in(app)
    app.after(app.page.reload)
    asks_for_sign_in(app)


def test_streamlits_own_words_are_french_for_a_french_user_and_english_for_an_english_one(
    app: App, new_app: Callable[..., App]
):
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    expect(app.page.locator("html")).to_have_attribute("lang", "fr")
    expect(app.page.get_by_role("button", name="Afficher le mot de passe").first).to_be_visible()
    english = new_app(locale="en-GB")
    english.goto("/")
    expect(english.page.locator("html")).to_have_attribute("lang", "en")
    expect(english.page.get_by_role("button", name=re.compile("Show password")).first).to_be_visible()


def test_the_browser_has_nothing_to_complain_of_and_asks_nobody_else(app: App):
    asked: list[str] = []
    app.page.on("request", lambda request: asked.append(request.url))
    app.sign_in(password=DEMO_PASSWORD, path="/profile")
    assert not [url for url in asked if not url.startswith((app.url, "data:", "blob:", app.url.replace("http", "ws")))]
    assert not [error for error in app.errors if "404" not in error]  # Streamlit looks for its host page by page
