"""The page that invites many contacts at once, as the browser's server side sees it."""

import re

import pytest
from sqlmodel import Session, select

from data.core import clock, one_time_links
from models.audit import AuditEntry
from models.user import Language
from pages.components import invitation_list
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def made(desk, **query):
    app = tab("invitations", desk.sales, **query)
    app.button(key="invite_make").click().run()
    assert not app.exception and not app.error
    return app


def links(app) -> dict[str, str]:
    [table] = [one.value for one in app.dataframe]
    return dict(zip(table["E-mail address"], table["Address of the link"], strict=True))


def test_all_contacts_without_a_link_get_one(desk):
    found = links(made(desk))
    assert set(found) == {"contact@guichet.example", "stranger@guichet.example"}
    for email, address in found.items():
        token = address.removeprefix("http://desk.example/welcome#")
        assert one_time_links.look(desk.engine, token, clock.now()).email == email


def test_one_client_s_alone(desk):
    assert set(links(made(desk, client=str(desk.acme.id)))) == {"contact@guichet.example"}


def test_links_are_gone_once_the_page_is_left(desk):
    app = made(desk)
    assert "invited" in app.session_state
    app.switch_page("sales/clients.py").run()
    assert "invited" not in app.session_state
    again = app.switch_page("sales/invitations.py").run()
    assert not again.dataframe and again.button(key="invite_make").disabled
    again.checkbox(key="invite_replace").check().run()
    again.button(key="invite_make").click().run()
    assert len(links(again)) == 2


def test_done_puts_them_away(desk):
    app = made(desk)
    app.button(key="invited_done").click().run()
    assert not app.dataframe and "invited" not in app.session_state


@pytest.mark.parametrize("since", ["", "yesterday", "2026-03-03", "2026-03-03T11:00:00", "9" * 5000, "²"])
def test_an_address_that_means_nothing_is_about_all(desk, since):
    app = tab("invitations", desk.sales, since=since, client="x")
    assert not app.exception and {one.label: one.value for one in app.metric}["without a link"] == "2"


def test_a_client_that_is_not_there_is_refused_in_words(desk):
    app = tab("invitations", desk.sales, client="999")
    assert app.error and not app.exception and not app.metric


def test_no_token_is_in_the_audit_trail(desk):
    tokens = [address.partition("#")[2] for address in links(made(desk)).values()]
    with Session(desk.engine) as session:
        trail = str([one.model_dump() for one in session.exec(select(AuditEntry))])
    assert tokens and not any(token in trail for token in tokens)


def test_slips_speak_the_language_of_the_contact_and_show_every_text_as_it_is(desk):
    row = {
        "client": "<b>Acme</b>",
        "number": "",
        "name": "A & B",
        "email": "a@x.example",
        "address": "http://d/welcome#t",
    }
    rows = [row | {"language": "fr"}, row | {"language": "en"}]
    page = invitation_list.slips(rows, desk.now, Language.ENGLISH)
    assert "&lt;b&gt;Acme" in page and "<b>" not in page and "<script" not in page
    french, english = re.findall(r"<section.*?</section>", page)
    assert "choose your password" in english and "mot de passe" in french
    assert page.count("http://d/welcome#t") == 2


def test_it_is_not_for_technicians_nor_contacts(desk):
    for user in (desk.technician, desk.contact):
        app = tab("invitations", user)
        assert app.error and not app.metric
