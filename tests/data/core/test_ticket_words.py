"""By which words a client's ticket is found: bounded, and as the ticket is now."""

import pytest
from sqlmodel import Session, select

from data import conversation, tickets
from data.core import ticket_words
from data.core.desk import opened
from data.tickets import TicketForm
from models.ticket import Kind, Ticket
from models.ticket_words import TicketWords


def file(world, description: str = "Rien.") -> str:
    return tickets.file(
        world.desk(world.contact), TicketForm(kind=Kind.INCIDENT, subject="Panne", description=description)
    )


def words(world) -> list[str]:
    with Session(world.engine) as session:
        return session.exec(select(TicketWords)).one().words.split()


def test_a_text_without_end_gives_so_many_words_and_no_more(world):
    reference = file(world, " ".join(f"mot{number}" for number in range(6_000)))
    assert len(words(world)) == ticket_words.MOST_WORDS
    conversation.reply(world.desk(world.technician), reference, "Une réponse")
    assert len(words(world)) == ticket_words.MOST_WORDS and "panne" in words(world)


@pytest.mark.parametrize("evil", ["a" * 40_000, "\u0301" * 300, "𝔸𝔹" * 50, "%_\\' \" --", "ﬁn ΑΒΓ абв 漢字"])
def test_whatever_is_written_can_be_indexed(world, evil):
    file(world, f"avant {evil} après")
    assert {"panne", "avant"} <= set(words(world))


def test_a_corrected_subject_is_found_and_the_former_one_no_more(world):
    reference = file(world)
    with opened(world.desk(world.manager), "test", writes=True) as desk:
        ticket = desk.session.exec(select(Ticket).where(Ticket.reference == reference)).one()
        ticket.subject = "Étiquette"
        desk.session.add(ticket)
    assert set(words(world)) == {"etiquette", "rien"}
