"""A conversation of any length is read in pieces of a bounded size."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import conversation, tickets
from data.core import threads
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models import thread as limits
from models.message import Message
from models.thread import Changed, Said
from models.ticket import Kind, Ticket

FORM = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien")


@pytest.fixture
def reference(world) -> str:
    return tickets.file(world.desk(world.contact), FORM)


def write(world, reference: str, *bodies: str, internal: bool = False) -> None:
    """Many messages at once, a second after each other."""
    with Session(world.engine.execution_options(writes=True)) as session:
        ticket_id = session.exec(select(Ticket.id).where(Ticket.reference == reference)).one()
        for body in bodies:
            world.now += timedelta(seconds=1)
            author = world.technician.id if internal else world.contact.id
            session.add(Message(ticket_id=ticket_id, at=world.now, author_id=author, body=body, internal=internal))
        session.commit()


def bodies(entries) -> list[str]:
    return [one.body for one in entries if isinstance(one, Said)]


def printed(desk, reference: str, **asked) -> tuple[list[str], int, int]:
    """The words of one print, how many come earlier, and the first message's id."""
    notes = asked.get("notes", True)
    outline = conversation.outline(desk, reference, notes=notes, before=asked.get("before", 0))
    parts = range(0, max(len(outline.places), 1), limits.MESSAGES_READ)
    said = [body for at in parts for body in bodies(conversation.part(desk, reference, outline, at, notes=notes))]
    return said, outline.earlier, outline.places[0].id if outline.places else 0


def test_a_page_shows_as_many_messages_as_fit_by_their_length(world, reference):
    write(world, reference, *(f"{number}" + "x" * 30_000 for number in range(10)))
    thread = conversation.thread(world.desk(world.technician), reference)
    assert [body[0] for body in bodies(thread.entries)] == ["4", "5", "6", "7", "8", "9"] and thread.earlier == 4
    thread = conversation.thread(world.desk(world.technician), reference, characters=400_000)
    assert thread.earlier == 0


def test_one_message_is_shown_however_long_it_is(world, reference):
    write(world, reference, "short", "x" * 50_000)
    thread = conversation.thread(world.desk(world.technician), reference, characters=10)
    assert bodies(thread.entries) == ["x" * 50_000] and thread.earlier == 1


def test_no_more_words_are_read_than_are_shown(world, reference, monkeypatch):
    write(world, reference, *("x" * 50_000 for _ in range(30)))
    read = []
    monkeypatch.setattr(threads, "_said", lambda _desk, message, *_: read.append(message.body) or _said(message))
    conversation.thread(world.desk(world.technician), reference)
    assert sum(map(len, read)) <= limits.CHARACTERS_SHOWN


def _said(message: Message) -> Said:
    return Said(message.id, message.at, "", True, False, message.body, message.internal, None, ())


def test_a_thousand_messages_take_the_queries_of_one(world, reference, count_queries):
    desk = world.desk(world.technician)
    write(world, reference, "first")
    conversation.thread(desk, reference)
    count_queries()
    conversation.thread(desk, reference)
    of_one = count_queries()
    write(world, reference, *map(str, range(1_000)))
    conversation.reply(desk, reference, "last", store([Upload("a.txt", b"a")]))
    count_queries()
    thread = conversation.thread(desk, reference)
    assert count_queries() == of_one
    assert len(bodies(thread.entries)) == limits.MESSAGES_SHOWN and thread.earlier == 952


def test_a_print_holds_all_messages_in_order_read_a_hundred_at_a_time(world, reference, count_queries):
    desk = world.desk(world.technician)
    write(world, reference, *map(str, range(250)))
    assert printed(desk, reference) == (list(map(str, range(250))), 0, printed(desk, reference)[2])
    count_queries()
    outline = conversation.outline(desk, reference, notes=True)
    count_queries()
    said = bodies(conversation.part(desk, reference, outline, 100, notes=True))
    assert said == list(map(str, range(100, 200))) and count_queries() <= 6


def test_every_change_is_printed_once(world, reference):
    desk = world.desk(world.technician)
    for number in range(3):
        world.now += timedelta(minutes=1)
        conversation.reply(desk, reference, f"question {number}", ask=True)
        write(world, reference, *(f"{number}" for _ in range(120)))
        world.now += timedelta(minutes=1)
        conversation.reply(world.desk(world.contact), reference, f"answer {number}")
    outline = conversation.outline(desk, reference, notes=True)
    parts = [conversation.part(desk, reference, outline, at, notes=True) for at in range(0, len(outline.places), 100)]
    whole = conversation.thread(desk, reference, 1_000, 10_000_000).entries
    assert [entry for part in parts for entry in part] == list(whole)
    assert len([entry for entry in whole if isinstance(entry, Changed)]) > 6


def test_what_does_not_fit_on_one_print_is_on_the_one_before(world, reference, monkeypatch):
    monkeypatch.setattr(conversation, "MESSAGES_PRINTED", 100)
    desk = world.desk(world.technician)
    write(world, reference, *map(str, range(250)))
    said, earlier, first = printed(desk, reference)
    assert (said, earlier) == (list(map(str, range(150, 250))), 150)
    said, earlier, first = printed(desk, reference, before=first)
    assert (said, earlier) == (list(map(str, range(50, 150))), 50)
    said, earlier, _ = printed(desk, reference, before=first)
    assert (said, earlier) == (list(map(str, range(50))), 0)


def test_a_print_is_limited_by_length_as_well(world, reference, monkeypatch):
    monkeypatch.setattr(conversation, "CHARACTERS_PRINTED", 1_000)
    write(world, reference, *("x" * 300 for _ in range(10)))
    said, earlier, _ = printed(world.desk(world.technician), reference)
    assert (len(said), earlier) == (3, 7)


def test_notes_count_in_no_copy_for_the_client(world, reference, monkeypatch):
    monkeypatch.setattr(conversation, "MESSAGES_PRINTED", 2)
    write(world, reference, "one", "two", "three")
    write(world, reference, *("between us" for _ in range(5)), internal=True)
    for desk, notes in ((world.desk(world.technician), False), (world.desk(world.contact), True)):
        assert printed(desk, reference, notes=notes)[:2] == (["two", "three"], 1)
    assert printed(world.desk(world.technician), reference)[:2] == (["between us"] * 2, 6)
    assert conversation.has_notes(world.desk(world.technician), reference)
    assert not conversation.has_notes(world.desk(world.contact), reference)


@pytest.mark.parametrize("before", [1, 999_999, 2**31 - 1])
def test_a_message_that_is_not_of_this_ticket_moves_nothing(world, reference, before):
    other = tickets.file(world.desk(world.stranger), FORM)
    with Session(world.engine.execution_options(writes=True)) as session:
        ticket_id = session.exec(select(Ticket.id).where(Ticket.reference == other)).one()
        session.add(Message(ticket_id=ticket_id, at=world.now, author_id=world.stranger.id, body="theirs"))
        session.commit()
    write(world, reference, "ours")
    assert printed(world.desk(world.contact), reference, before=before)[:2] == (["ours"], 0)
