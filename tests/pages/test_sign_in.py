"""The sign-in, the router and the pages of one's account, as the browser's server side sees them."""

from collections.abc import Callable
from datetime import timedelta

import bcrypt
import pytest
from sqlmodel import Session, select
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data import users
from data.core import clock, database, one_time_links, passwords, sign_in
from data.users import Invitation
from models.permission import Role
from models.user import Language, User, UserSession
from pages.components import text
from tests.pages.tab import MAIN
from tests.pages.tab import tab as opened

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASSWORD = "  vélo pomme nuage "
HASH = passwords.hashed(PASSWORD)
REFUSED = "E-mail address or password refused. After several refusals, wait a while before the next try."


@pytest.fixture(autouse=True)
def english_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest asks for the words of a choice again, outside the run that knows the user's language."""
    spoken = text.language
    monkeypatch.setattr(text, "language", lambda: spoken() if get_script_run_ctx() else Language.ENGLISH)


@pytest.fixture
def people(served, world):
    with Session(world.engine.execution_options(writes=True)) as session:
        for user in session.exec(select(User)):
            user.password_hash = HASH
            session.add(user)
        session.commit()
    world.now = clock.now()
    return world


def sign_in_as(app: AppTest, email: str, password: str) -> AppTest:
    app.text_input[0].set_value(email)
    app.text_input[1].set_value(password)
    return app.button[0].click().run()


def asks_for_sign_in(app: AppTest) -> bool:
    return [field.label for field in app.text_input] == ["E-mail address", "Password"]


def said(app: AppTest) -> list[str]:
    assert not app.exception
    return [error.value for error in app.error]


def fill(app: AppTest, **values: str) -> AppTest:
    for key, value in values.items():
        app.text_input(key=key).set_value(value)
    return app


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


# ------------------------------------------------------------------ signing in and out


def test_a_stranger_is_asked_to_sign_in_whatever_was_asked_for(people):
    assert asks_for_sign_in(opened())


def test_the_right_password_signs_in_with_its_spaces_and_whatever_the_case_of_the_address(people):
    app = sign_in_as(opened(), "  Manager@Guichet.Example", PASSWORD)
    assert not asks_for_sign_in(app) and not said(app)
    assert app.sidebar.button(key="sign_out").label == "Sign out"


def test_the_session_state_holds_the_id_of_the_session_and_never_its_token(people):
    app = sign_in_as(opened(), "manager@guichet.example", PASSWORD)
    ticket = app.session_state["handover"]["ticket"]
    token = sign_in.redeem(database.engine(), ticket, clock.now())
    assert isinstance(app.session_state["session_id"], int)
    assert token not in str(app.session_state.to_dict()) and PASSWORD.strip() not in str(app.session_state.to_dict())


@pytest.mark.parametrize("case", ["unknown", "wrong", "stripped", "braked", "disabled", "invited", "nul"])
def test_every_refusal_has_the_same_words_and_costs_one_bcrypt(people, monkeypatch, case):
    email, password = "manager@guichet.example", PASSWORD
    with Session(people.engine.execution_options(writes=True)) as session:
        user = session.get_one(User, people.manager.id)
        match case:
            case "unknown":
                email = "nobody@guichet.example"
            case "wrong":
                password = "wrong"
            case "stripped":
                password = PASSWORD.strip()
            case "nul":
                email = "\0"
            case "disabled":
                user.active = False
            case "invited":
                user.password_hash = None
        session.add(user)
        session.commit()
    if case == "braked":
        for minute in range(10):
            sign_in.account(people.engine, email, "", clock.now() + timedelta(minutes=minute - 9))
    passwords.nobodys_hash()
    seen: list[object] = []
    compare: Callable[..., bool] = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", lambda *given: seen.append(given) or compare(*given))
    app = sign_in_as(opened(), email, password)
    assert said(app) == [REFUSED] and asks_for_sign_in(app)
    assert len(seen) == 1


def test_signing_out_counts_in_every_tab_at_the_next_click(people):
    tab = opened("profile", people.technician)
    other = opened("profile", people.technician)
    other.session_state["session_id"] = tab.session_state["session_id"]
    tab.sidebar.button(key="sign_out").click().run()
    assert asks_for_sign_in(tab) and tab.session_state["handover"]["url"] == "/auth/sign-out"
    assert asks_for_sign_in(press(fill(other, profile_name="Eve"), "Save"))
    assert users.person(people.desk(), people.technician.id).name == "Technician"


def test_what_the_former_user_left_in_the_tab_is_gone_when_the_session_ends(people):
    app = opened("users", people.manager)
    app.session_state["link"] = {"name": "Zoë", "address": "secret", "lasts": ""}
    sign_in.end_session(people.engine, app.session_state["session_id"], clock.now())
    app.run()
    assert asks_for_sign_in(app) and "link" not in app.session_state


def test_a_disabled_account_and_a_changed_role_count_at_the_next_click(people):
    app = opened("users", people.manager)
    assert app.title[0].value == "People"
    with Session(people.engine.execution_options(writes=True)) as session:
        row = session.get_one(User, people.manager.id)
        row.role = Role.TECHNICIAN
        session.add(row)
        session.commit()
    assert said(app.run()) == ["This page is not for your role."]
    users.disable(people.desk(), people.manager.id)
    assert asks_for_sign_in(app.run())


@pytest.mark.parametrize("who", ["technician", "sales", "contact"])
def test_a_page_that_is_not_for_a_role_says_so(people, who):
    assert said(opened("users", getattr(people, who))) == ["This page is not for your role."]


def test_a_contact_comes_to_the_client_space(people):
    app = opened(user=people.contact)
    assert app.title[0].value == "Hello Contact" and not said(app)


def test_an_empty_desk_says_how_its_first_manager_comes_to_be(served, engine):
    app = opened()
    assert app.title[0].value == "Welcome to your new desk" and not app.text_input


# ------------------------------------------------------------------ my account


def test_i_change_my_name_and_language_and_the_page_speaks_it(people):
    app = opened("profile", people.technician)
    fill(app, profile_name="Zoë").selectbox(key="profile_language").select("Français")
    press(app, "Save")
    assert users.person(people.desk(), people.technician.id).name == "Zoë"
    assert app.title[0].value == "Mon compte"


def test_a_refused_password_leaves_what_was_typed(people):
    app = opened("profile", people.technician)
    fill(app, password_present=PASSWORD, password_new="court", password_again="court")
    press(app, "Change the password")
    assert said(app) == ["The password needs at least 12 characters."]
    assert [app.text_input(key=key).value for key in ("password_present", "password_new")] == [PASSWORD, "court"]


def test_two_different_new_passwords_are_not_taken(people):
    app = opened("profile", people.technician)
    fill(app, password_present=PASSWORD, password_new="trois tasses de thé", password_again="trois tasses de the")
    assert said(press(app, "Change the password")) == ["The two passwords are not the same."]


def test_a_new_password_ends_my_other_sessions_and_keeps_this_one(people):
    other = opened("profile", people.technician)
    app = opened("profile", people.technician)
    fill(app, password_present=PASSWORD, password_new="trois tasses de thé", password_again="trois tasses de thé")
    press(app, "Change the password")
    assert not said(app) and not asks_for_sign_in(app)
    assert asks_for_sign_in(other.run())
    assert not said(sign_in_as(other, people.technician.email, "trois tasses de thé"))


def test_i_end_my_other_sessions(people):
    other = opened("profile", people.technician)
    app = press(opened("profile", people.technician), "End")
    assert not asks_for_sign_in(app) and asks_for_sign_in(other.run())


# ------------------------------------------------------------------ people, and links


def choose(app: AppTest, row: int) -> AppTest:
    key = next(key for key in app.session_state.to_dict() if key.startswith("people_("))
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return app.run()


def test_a_manager_resets_a_password_by_a_link_that_is_shown_once(people):
    app = choose(opened("users", people.manager), 5)  # Technician comes last by name
    press(app, "Link for a new password")
    address = app.code[0].value
    assert address.startswith("http://desk.example/welcome#")
    assert not press(app, "Done").code
    tab = AppTest.from_file(MAIN, default_timeout=20)
    tab.session_state["link_secret"] = address.partition("#")[2]
    tab._page_hash = calc_hash("welcome")
    tab.run()
    fill(tab, welcome_password="trois tasses de thé", welcome_again="trois tasses de thé")
    tab.button[0].click().run()
    assert not tab.exception and not tab.error
    with Session(people.engine) as session:
        live = session.exec(select(UserSession.user_id)).all()
    assert people.technician.id in live


def test_a_manager_disables_and_enables_an_account(people):
    app = press(choose(opened("users", people.manager), 5), "Disable")
    assert not users.person(people.desk(), people.technician.id).active
    press(choose(app, 5), "Enable")
    assert users.person(people.desk(), people.technician.id).active


def test_a_manager_who_would_put_himself_out_is_refused_in_words(people):
    app = press(choose(opened("users", people.manager), 2), "Disable")
    assert said(app) == ["You cannot disable yourself or change your own role. Ask another manager."]


@pytest.mark.parametrize("secret", ["", "unknown", "\0"])
def test_a_link_that_is_none_gets_one_message_and_no_form(people, secret):
    tab = AppTest.from_file(MAIN, default_timeout=20)
    tab.context = {"locale": "en-GB"}
    tab.session_state["link_secret"] = secret
    tab._page_hash = calc_hash("welcome")
    tab.run()
    assert said(tab) == ["This link is not valid: it may be used, replaced or too old. Ask for a new one."]
    assert not tab.text_input


def test_names_show_as_they_were_typed_and_never_as_markup(people):
    token = users.invite(
        people.desk(), Invitation(email="eve@guichet.example", name="![x](http://evil.example/x.png)", role=Role.SALES)
    )
    one_time_links.follow(people.engine, token, PASSWORD, clock.now())
    eve = next(person for person in users.people(people.desk(), text="eve@").page)
    with Session(people.engine, expire_on_commit=False) as session:
        app = opened("profile", session.get_one(User, eve.id))
    assert "![x](" not in "".join(element.value for element in app.sidebar.markdown)


# ------------------------------------------------------------------ why one is signed out


def told_why(app: AppTest) -> list[str]:
    assert not app.exception
    return [info.value for info in app.info]


def test_whose_session_is_ended_elsewhere_is_told_so_and_that_the_text_is_kept(people):
    app = opened("profile", people.technician)
    sign_in.end_session(database.engine(), app.session_state["session_id"], clock.now())
    [said] = told_why(app.run())
    assert said.startswith("Your session has ended: you have signed out in another tab")
    assert said.endswith("What you were writing is kept: sign in again, and it is back on this page.")
    assert told_why(app.run()) == [said]


def test_whose_account_was_disabled_is_told_so(people):
    app = opened("profile", people.technician)
    users.disable(people.desk(), people.technician.id)
    assert told_why(app.run()) == ["Your account has been disabled. A manager of the desk can tell you more."]


def test_who_signs_out_here_or_was_never_here_is_told_nothing(people):
    assert not told_why(opened("profile"))
    app = opened("profile", people.technician)
    assert not told_why(app.button(key="sign_out").click().run())
