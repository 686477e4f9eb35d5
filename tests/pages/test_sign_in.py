"""The sign-in, the router and the pages of one's account, as the browser's server side sees them."""

from collections.abc import Callable
from datetime import timedelta

import bcrypt
import pytest
from sqlmodel import Session, select
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data import tickets, users
from data.core import clock, database, one_time_links, passwords, sign_in
from data.core import settings as settings_module
from data.users import Invitation
from models.audit import AuditEntry
from models.permission import Role
from models.user import AccountNotice, Ending, Language, NoticeKind, SignInBrake, User, UserSession
from pages.components import text
from tests.pages.tab import MAIN, incident
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


@pytest.mark.parametrize("case", ["unknown", "wrong", "stripped", "endless", "disabled", "invited", "nul"])
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
                email = "nobody\0@guichet.example"
            case "endless":
                password = PASSWORD + "a\u0301\u0327" * 2**18
            case "disabled":
                user.active = False
            case "invited":
                user.password_hash = None
        session.add(user)
        session.commit()
    passwords.nobodys_hash()
    seen: list[object] = []
    compare: Callable[..., bool] = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", lambda *given: seen.append(given) or compare(*given))
    app = sign_in_as(opened(), email, password)
    assert said(app) == [REFUSED] and asks_for_sign_in(app)
    assert len(seen) == 1


def test_a_try_that_comes_too_early_costs_no_bcrypt_and_is_told_how_long_to_wait(people, monkeypatch):
    for minute in range(10):
        sign_in.account(people.engine, "manager@guichet.example", "", clock.now() + timedelta(minutes=minute - 9))
    monkeypatch.setattr(bcrypt, "checkpw", None)
    [refusal] = said(sign_in_as(opened(), "MANAGER@guichet.example", PASSWORD))
    assert refusal.startswith("Too many attempts were refused. Try again in ")


def test_where_too_many_are_at_it_one_is_told_so(people, monkeypatch):
    monkeypatch.setattr(passwords, "_MOST_HERE", 1)
    with passwords.turn():
        app = sign_in_as(opened(), "manager@guichet.example", PASSWORD)
        assert said(app) == ["Many people are signing in at this moment. Please try again in a few seconds."]
    with Session(people.engine) as session:
        assert {brake.failures for brake in session.exec(select(SignInBrake))} == {0}
    assert not said(sign_in_as(app, "manager@guichet.example", PASSWORD))


@pytest.mark.parametrize(("email", "password"), [("", PASSWORD), ("\0 ", PASSWORD), ("manager@guichet.example", "")])
def test_nothing_typed_is_no_try(people, email, password):
    assert said(sign_in_as(opened(), email, password)) == ["Please give your e-mail address and your password."]
    with Session(people.engine) as session:
        assert not session.exec(select(SignInBrake)).all()


def test_a_refused_password_stays_neither_in_the_form_nor_with_the_server(people):
    app = sign_in_as(opened(), "manager@guichet.example", "wrong horse")
    assert said(app) == [REFUSED]
    assert [field.value for field in app.text_input] == ["manager@guichet.example", ""]
    assert "wrong horse" not in str(app.session_state.to_dict())


def test_the_fields_take_no_more_than_an_address_and_a_password_have(people):
    assert [field.proto.max_chars for field in opened().text_input] == [254, 256]


def test_a_refused_try_is_on_the_audit_trail_and_a_braked_one_is_not(people):
    app = opened()
    for _try in range(8):
        app = sign_in_as(app, "manager@guichet.example", "wrong")
    with Session(people.engine) as session:
        refused = session.exec(select(AuditEntry).where(AuditEntry.action == "sign_in.refused")).all()
    assert 4 <= len(refused) < 8 and {entry.row_id for entry in refused} == {str(people.manager.id)}


def test_the_way_back_in_is_explained_before_signing_in_and_tells_nothing_of_anybody(people, monkeypatch):
    monkeypatch.setenv("GUICHET_SIGN_IN_HELP", "Call 01 99 00 00 00 *today*")
    settings_module.settings.cache_clear()
    app = opened()
    [expander] = [one for one in app.expander if one.label == "Password forgotten, or no account yet?"]
    text = " ".join(one.value for one in expander.markdown)
    assert "python -m data link" in text and "in sales" in text and "Call 01 99 00 00 00 \\*today\\*" in text


def test_who_was_signed_out_is_told_why(people):
    app = opened("profile", people.manager)
    with Session(people.engine.execution_options(writes=True)) as session:
        session.get_one(UserSession, app.session_state["session_id"]).seen_at -= timedelta(minutes=61)
        session.commit()
    app.run()
    assert asks_for_sign_in(app)
    assert [one.value for one in app.info] == ["You were signed out because nobody used this session for a while."]
    assert "What you were writing is kept: sign in again, and it is back on its page." in [
        one.value for one in app.caption
    ]
    app = sign_in_as(app, "manager@guichet.example", PASSWORD)
    assert not app.info and not asks_for_sign_in(app)


def test_a_page_that_is_drawn_again_is_nothing_that_a_person_did(people):
    app = opened("queue", people.technician)
    with Session(people.engine.execution_options(writes=True)) as session:
        row = session.get_one(UserSession, app.session_state["session_id"])
        row.seen_at -= timedelta(minutes=30)
        session.commit()
        before = row.seen_at
    app.run()
    with Session(people.engine) as session:
        assert session.get_one(UserSession, app.session_state["session_id"]).seen_at == before


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


def test_a_new_password_ends_my_other_sessions_and_gives_this_tab_a_new_one(people):
    other = opened("profile", people.technician)
    app = opened("profile", people.technician)
    former = app.session_state["session_id"]
    fill(app, password_present=PASSWORD, password_new="trois tasses de thé", password_again="trois tasses de thé")
    press(app, "Change the password")
    assert not said(app) and not asks_for_sign_in(app)
    assert app.session_state["session_id"] != former and app.session_state["handover"]["url"] == "/auth/session"
    assert "trois tasses" not in str(app.session_state.to_dict())
    assert sign_in.why_ended(people.engine, former, clock.now()) == Ending.PASSWORD
    assert asks_for_sign_in(other.run())
    assert not said(sign_in_as(other, people.technician.email, "trois tasses de thé"))


def test_i_end_my_other_sessions(people):
    other = opened("profile", people.technician)
    app = press(opened("profile", people.technician), "End")
    assert not asks_for_sign_in(app) and asks_for_sign_in(other.run())


# ------------------------------------------------------------------ people, and links


def choose(app: AppTest, name: str) -> AppTest:
    row = list(app.dataframe[0].value["Name"]).index(name)
    key = next(key for key in app.session_state.to_dict() if key.startswith("people_("))
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return app.run()


def test_a_manager_resets_a_password_by_a_link_that_is_shown_once(people):
    app = choose(opened("users", people.manager), "Technician")
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
    app = choose(opened("users", people.manager), "Technician")
    app = app.button(key=f"disable_{people.technician.id}").click().run()
    assert not users.person(people.desk(), people.technician.id).active
    app = press(choose(app, "Technician"), "Enable")
    assert users.person(people.desk(), people.technician.id).active
    assert app.code[0].value.startswith("http://desk.example/welcome#")


def test_how_many_open_tickets_a_person_holds_is_said_before_and_after_disabling(people):
    for _ticket in range(2):
        tickets.assign(people.desk(), incident(people), people.technician.id)
    app = choose(opened("users", people.manager), "Technician")
    assert any("**2 open tickets** go back to nobody." in one.value for one in app.markdown)
    app = app.button(key=f"disable_{people.technician.id}").click().run()
    assert [one.value for one in app.toast] == ["Technician can no longer sign in. 2 open tickets went back to nobody."]


def test_a_manager_shuts_somebody_out_and_is_given_the_link_for_the_owner(people):
    opened("profile", people.technician)
    app = choose(opened("users", people.manager), "Technician")
    app = app.button(key=f"shut_out_{people.technician.id}").click().run()
    assert app.code[0].value.startswith("http://desk.example/welcome#")
    table = app.dataframe[0].value.set_index("Name")
    assert table["State"]["Technician"] == "waiting for a new password"


def test_what_others_did_to_my_account_is_said_on_top_of_the_page_until_i_have_read_it(people):
    app = opened("profile", people.technician)
    users.reset(people.desk(people.manager), people.technician.id)
    app = opened("profile", people.technician)
    assert any("Manager made a link for a new password to your account" in one.value for one in app.warning)
    app = press(app, "I have read this")
    assert not [one for one in app.warning if "Manager" in one.value]
    again = opened("profile", people.technician)  # the follower of a stolen link reads it, too
    assert [one for one in again.warning if "Manager" in one.value]


def test_a_manager_reads_that_the_clock_of_the_server_was_wrong(people):
    with Session(people.engine.execution_options(writes=True)) as session:
        session.add(AccountNotice(user_id=people.manager.id, kind=NoticeKind.CLOCK_SET_BACK, at=clock.now()))
        session.commit()
    app = opened("profile", people.manager)
    assert [one for one in app.warning if one.value.startswith("The clock of the server was wrong: at ")]
    assert not press(app, "I have read this").warning
    assert not opened("profile", people.manager).warning


def test_a_sign_in_in_a_new_browser_is_told_beside_the_page_until_i_say_that_it_was_me(people):
    opened("profile", people.technician)
    app = opened("queue", people.technician)
    assert not app.sidebar.warning  # it is this very sign-in
    opened("queue", people.technician, announce=True)
    app.session_state["notices"] = None
    app.run()
    [told] = app.sidebar.warning
    assert told.value.startswith("New sign-in: Firefox · Linux, 192\\.0\\.2\\.1, ")
    profile = opened("profile", people.technician)
    assert any(badge.value.count("New browser") for badge in profile.markdown)
    assert not press(app, "It was me").sidebar.warning


def test_a_manager_who_would_put_himself_out_is_refused_in_words(people):
    app = choose(opened("users", people.manager), "Manager")
    app = app.button(key=f"disable_{people.manager.id}").click().run()
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
    assert told_why(app.run()) == ["You have signed out in another tab."]
    assert "What you were writing is kept: sign in again, and it is back on its page." in [
        caption.value for caption in app.caption
    ]
    assert told_why(app.run()) == ["You have signed out in another tab."]


def test_whose_account_was_disabled_is_told_so(people):
    app = opened("profile", people.technician)
    users.disable(people.desk(), people.technician.id)
    assert told_why(app.run()) == ["Your session was ended by somebody who manages accounts. Ask them for a new link."]
    assert not [caption for caption in app.caption if "is kept" in caption.value]


def test_who_signs_out_here_or_was_never_here_is_told_nothing(people):
    assert not told_why(opened("profile"))
    app = opened("profile", people.technician)
    assert not told_why(app.button(key="sign_out").click().run())
