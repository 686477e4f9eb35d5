"""Pages of a desk that can save nothing, or no files: they say so, stay readable, and keep what was typed."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from data import conversation, tickets
from data.core import clock, database, sign_in
from data.core import settings as settings_module
from data.core.uploads import Upload, store
from models.ticket import Ticket
from pages.http.visitor import COOKIE
from tests.pages.http.asking import ask
from tests.pages.tab import go, incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TYPED = "It does not print. " * 2000  # needs pages of the database that are not there
FULL = "The server’s disk is full: nothing can be saved."
READ_ONLY = "The database can be read but not written: nothing can be saved."
_BEGIN: dict[str, tuple[str, str]] = {
    "full": (FULL, "PRAGMA max_page_count = 1"),  # SQLite takes it for as many as there are
    "read-only": (READ_ONLY, "PRAGMA query_only = ON"),
}


@pytest.fixture(params=_BEGIN)
def trouble(request, desk) -> tuple[str, Callable[[], None], Callable[[], None]]:
    """What is said, and how it begins and ends."""
    said, pragma = _BEGIN[request.param]

    def prepare(connection, _record) -> None:
        connection.execute(pragma)

    def begin() -> None:
        event.listen(database.engine(), "connect", prepare)
        database.engine().dispose()

    def end() -> None:
        event.remove(database.engine(), "connect", prepare)
        database.engine().dispose()

    return said, begin, end


def said(app) -> str:
    return "\n".join(one.value for one in [*app.error, *app.warning])


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def references(desk) -> list[str]:
    with Session(desk.engine) as session:
        return list(session.exec(select(Ticket.reference)))


def test_what_was_typed_into_a_new_ticket_stays_and_is_sent_once_there_is_room(desk, trouble):
    words, begin, end = trouble
    app = tab("new", desk.contact, kind="incident", product=str(desk.product.id))
    begin()
    next(field for field in app.text_input if field.label.startswith("1-")).set_value("Printer")
    app.text_area[0].set_value(TYPED)
    app.radio[0].set_value("low").run()
    assert [one.value for one in app.warning if words in one.value] and not app.exception
    app.button(key="send").click().run()
    assert [one.value for one in app.error if words in one.value] and not app.exception and references(desk) == []
    assert app.text_area[0].value == TYPED and app.text_input[0].value == "Printer"
    end()
    app.button(key="send").click().run()
    assert words not in said(app) and len(references(desk)) == 1


@pytest.mark.parametrize("who", ["contact", "technician"])
def test_a_ticket_is_read_and_what_was_typed_on_it_stays_and_is_sent_once_there_is_room(desk, trouble, who):
    words, begin, end = trouble
    reference, user = incident(desk), getattr(desk, who)
    tickets.take(desk.desk(desk.technician), reference)
    conversation.reply(desk.desk(desk.technician), reference, "Is it plugged in?")
    app = tab("ticket", user, ref=reference)
    begin()
    app.text_area[0].set_value(TYPED)
    send = next(button for button in app.button if button.label in {"Send", "Reply"})
    send.click().run()
    assert words in said(app) and not app.exception and app.text_area[0].value == TYPED
    app.run()
    assert not app.exception and "Is it plugged in?" in html(app)
    end()
    next(button for button in app.button if button.label in {"Send", "Reply"}).click().run()
    thread = conversation.thread(desk.desk(user), reference)
    assert TYPED.strip() in [getattr(entry, "body", "") for entry in thread.entries]


def test_a_ticket_that_is_opened_meanwhile_is_read_all_the_same(desk, trouble):
    _words, begin, _end = trouble
    reference = incident(desk)
    conversation.reply(desk.desk(desk.technician), reference, "Is it plugged in?")
    tabs = [tab("", user) for user in (desk.contact, desk.technician)]
    begin()
    for app in tabs:
        go(app, "ticket", ref=reference)
        assert not app.exception and "Is it plugged in?" in html(app)
        assert app.text_area[0].label == "Your message" and not app.error


def test_what_is_typed_is_answered_with_a_status_upon_which_the_browser_tries_again(desk, trouble):
    words, begin, end = trouble
    reference = incident(desk)
    _, ticket = sign_in.open_session(database.engine(), desk.technician.id, "", "", clock.now())
    cookie = f"{COOKIE}={sign_in.redeem(database.engine(), ticket, clock.now())}"
    body = json.dumps({"body": TYPED}).encode()
    begin()
    answer = ask(f"/drafts/{reference}", None, "POST", body, cookie=cookie)
    assert answer.status in {503, 507} and words in json.loads(answer.body)["message"]
    end()
    assert ask(f"/drafts/{reference}", None, "POST", body, cookie=cookie).status == 200


def test_a_reply_goes_in_without_the_files_for_which_there_is_no_room(desk, monkeypatch):
    reference = incident(desk)
    app = tab("ticket", desk.contact, ref=reference)
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "999999999")
    settings_module.settings.cache_clear()
    app.text_area[0].set_value("See the file.")
    app.file_uploader[0].upload("a.txt", b"line", "text/plain")
    next(button for button in app.button if button.label == "Send").click().run()
    assert "Texts can still be sent" in said(app) and app.text_area[0].value == "See the file."
    assert [file.name for file in app.file_uploader[0].value] == ["a.txt"]
    app.file_uploader[0].set_value([])
    next(button for button in app.button if button.label == "Send").click().run()
    bodies = [getattr(entry, "body", "") for entry in conversation.thread(desk.desk(desk.contact), reference).entries]
    assert "See the file." in bodies
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "0")
    settings_module.settings.cache_clear()
    conversation.reply(desk.desk(desk.contact), reference, "And here it is.", store([Upload("a.txt", b"line")]))
