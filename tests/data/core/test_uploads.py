"""Files are stored before the command that needs them begins, and read once."""

from io import BytesIO
from threading import Event, Thread

import pytest

from data import conversation, tickets
from data.core import files, uploads
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.errors import Refused
from models.ticket import Kind

FORM = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien")


class Watched(BytesIO):
    """Counts how often the whole of it is read."""

    reads = 0

    def getvalue(self) -> bytes:
        self.reads += 1
        return super().getvalue()


def test_an_upload_is_read_when_it_is_stored_and_not_before():
    sent = Watched(b"line\n")
    upload = Upload("a.txt", sent)
    assert (upload.size, sent.reads) == (5, 0)
    [stored] = store([upload])
    assert (stored.name, stored.size, stored.mime, sent.reads) == ("a.txt", 5, "text/plain", 1)


def test_one_file_too_many_or_too_large_and_none_is_read_or_stored(monkeypatch):
    kept = []
    monkeypatch.setattr(files, "keep", lambda *given: kept.append(given))
    sent = Watched(b"x")
    with pytest.raises(Refused, match="20 files at a time"):
        store([Upload("a.txt", sent)] * 21)
    with pytest.raises(Refused, match="empty"):
        store([Upload("a.txt", sent), Upload("b.txt", b"")])
    assert (kept, sent.reads) == ([], 0)


def test_others_write_while_a_large_file_is_being_stored(world, monkeypatch):
    """On SQLite, too, where one command at a time writes."""
    reference = tickets.file(world.desk(world.contact), FORM)
    begun, finish, keep = Event(), Event(), files.keep

    def slow(name: str, content: bytes) -> tuple[str, str]:
        begun.set()
        assert finish.wait(20)
        return keep(name, content)

    monkeypatch.setattr(uploads.files, "keep", slow)
    contact = world.desk(world.contact)
    sending = Thread(
        target=lambda: conversation.reply(contact, reference, "See this", store([Upload("large.bin", b"large")]))
    )
    sending.start()
    try:
        assert begun.wait(20)
        conversation.reply(world.desk(world.technician), reference, "Meanwhile")
    finally:
        finish.set()
        sending.join(20)
    bodies = [one.body for one in conversation.thread(contact, reference).entries if hasattr(one, "body")]
    assert bodies == ["Meanwhile", "See this"]


def test_what_a_refused_command_had_stored_belongs_to_nothing(world):
    reference = tickets.file(world.desk(world.contact), FORM)
    with pytest.raises(Refused):
        conversation.reply(world.desk(world.contact), reference, "x" * 50_001, store([Upload("a.txt", b"orphan")]))
    assert conversation.thread(world.desk(world.contact), reference).files == ()
    with files.read(files.hash_of(b"orphan")) as stream:
        assert stream.read() == b"orphan"
