"""A stored file that is damaged is never sent: who asks for it is told so in words, and the log has no trace."""

import logging

import pytest
from sqlmodel import Session, select

from data import documents, editorial, tickets
from data.core import files
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.article import ArticleKind
from models.attachment import Attachment
from models.document import DocumentKind, Paper
from models.ticket import Kind
from models.user import Language, User
from pages.components.text import _, speaking
from tests.damage import DAMAGES, flip
from tests.data.test_articles import MP4, manuscript
from tests.pages.http.asking import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SENT = b"an attached file " * 40_000


def attachment(desk) -> tuple[str, bytes]:
    form = TicketForm(kind=Kind.REQUEST, subject="S", description="D")
    tickets.file(desk.desk(desk.contact), form, store([Upload("a.txt", SENT)]))
    with Session(desk.engine) as session:
        return f"/attachments/{session.exec(select(Attachment.id)).one()}", SENT


def document(desk) -> tuple[str, bytes]:
    paper, content = Paper(DocumentKind.INVOICE, "1", "T", desk.now.date()), b"%PDF-1.4 " + SENT
    return (
        f"/documents/{documents.add(desk.desk(desk.sales), desk.acme.id, paper, *store([Upload('p.pdf', content)]))}",
        content,
    )


def video(desk) -> tuple[str, bytes]:
    writer = desk.desk(desk.technician)
    draft = editorial.begin(writer, manuscript(desk, kind=ArticleKind.VIDEO))
    draft = editorial.keep_video(writer, draft.id, *store([Upload("film.mp4", MP4)]), seen=draft.version)
    return f"/videos/{editorial.publish(writer, draft.id, seen=draft.version).id}", MP4


def stored():
    [path] = [path for path in (settings().var / "files").rglob("*") if path.is_file()]
    return path


@pytest.mark.parametrize("kind", [attachment, document, video])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_answered_in_words_until_the_same_is_sent_again(desk, kind, damage, caplog):
    address, content = kind(desk)
    assert ask(address, desk.contact).body == content
    damage(stored())
    for asked in ({}, {"range": "bytes=0-9"}):
        status, headers, body = ask(address, desk.contact, **asked)
        assert (status, headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert headers["cache-control"] == "no-store" and b"sent again" in body and content[:100] not in body
    assert not [record for record in caplog.records if record.exc_info]
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    files.keep("again", content)
    assert ask(address, desk.contact).body == content


def test_the_words_are_in_the_readers_language(desk):
    address, _content = attachment(desk)
    flip(stored())
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.get_one(User, desk.contact.id).language = Language.FRENCH
        session.commit()
    body = ask(address, desk.contact).body.decode()
    with speaking(Language.FRENCH):
        assert '<html lang="fr">' in body and _("To the home page") in body and "endommagé" in body


def test_a_stranger_does_not_learn_that_a_file_is_damaged(desk):
    address, _content = attachment(desk)
    nobodys = ask("/attachments/999", desk.stranger)
    flip(stored())
    assert ask(address, desk.stranger) == nobodys
    assert ask(address, None).status == 404
