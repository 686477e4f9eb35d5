"""How much a contact and its company may send in a while, and that nobody else is held back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, func, select

from data import conversation, form_drafts, tickets
from data.core import quotas, sign_in
from data.core.desk import Desk
from data.core.uploads import StoredFile
from data.tickets import TicketForm
from models.errors import Refused
from models.message import FormDraft, Message
from models.permission import Role
from models.quota import DAY, HOUR, Quota
from models.ticket import Kind
from models.user import User

FORM = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(quotas, "PER_CONTACT", Quota(tickets=3, messages=4, megabytes=5))
    monkeypatch.setattr(quotas, "PER_CLIENT", Quota(tickets=5, messages=6, megabytes=8))


def browser(world, user: User) -> Desk:
    """The desk of somebody who is signed in."""
    session_id, _ = sign_in.open_session(world.engine, user.id, "", "", world.now)
    return replace(world.desk(user), session_id=session_id)


@pytest.fixture
def colleague(world) -> User:
    """Another contact of the same client."""
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        made = world.user(session, "second", Role.CONTACT, world.acme)
        session.commit()
    return made


def files(megabytes: float) -> list[StoredFile]:
    return [StoredFile("a.bin", "application/octet-stream", int(megabytes * 1_000_000), "0" * 64)]


def test_a_contact_creates_so_many_tickets_an_hour_and_is_told_when_it_goes_on(world):
    desk, begun = browser(world, world.contact), world.now
    for _ in range(3):
        tickets.file(desk, FORM)
        world.now += timedelta(minutes=10)
    with pytest.raises(Refused, match="You have created 3 tickets within an hour") as refusal:
        tickets.file(desk, FORM)
    assert refusal.value.facts["at"] == begun + HOUR
    world.now = begun + HOUR - timedelta(seconds=1)
    with pytest.raises(Refused):
        tickets.file(desk, FORM)
    world.now = begun + HOUR
    assert tickets.file(desk, FORM) == "INC-2026-000004"


def test_so_does_a_company_whoever_of_it_creates_them(world, colleague):
    one, other, begun = browser(world, world.contact), browser(world, colleague), world.now
    for desk in (one, one, one, other, other):
        tickets.file(desk, FORM)
    with pytest.raises(Refused, match="Your company has created 5 tickets") as refusal:
        tickets.file(other, FORM)
    assert refusal.value.facts["at"] == begun + HOUR
    tickets.file(browser(world, world.stranger), FORM)


def test_the_same_form_sent_again_is_no_ticket_more(world):
    desk = browser(world, world.contact)
    for number in range(3):
        tickets.file(desk, replace(FORM, form_key=f"{number}"))
    assert tickets.file(desk, replace(FORM, form_key="2")) == "INC-2026-000003"


def test_a_contact_and_a_company_send_so_many_messages_an_hour(world, colleague):
    one, other, begun = browser(world, world.contact), browser(world, colleague), world.now
    reference = tickets.file(one, FORM)
    for _ in range(4):
        conversation.reply(one, reference, "Hello")
    with pytest.raises(Refused, match="You have sent 4 messages") as refusal:
        conversation.reply(one, reference, "Hello")
    assert refusal.value.facts["at"] == begun + HOUR
    for _ in range(2):
        conversation.reply(other, reference, "Hello")
    with pytest.raises(Refused, match="Your company has sent 6 messages"):
        conversation.reply(other, reference, "Hello")
    conversation.reply(browser(world, world.technician), reference, "Hello")
    world.now = begun + HOUR
    conversation.reply(one, reference, "Hello")


def test_a_contact_and_a_company_send_so_many_megabytes_a_day(world, colleague):
    one, other, begun = browser(world, world.contact), browser(world, colleague), world.now
    reference = tickets.file(one, FORM, files(2))
    world.now += timedelta(hours=2)
    conversation.reply(one, reference, "", files(2.5))
    with pytest.raises(Refused, match="You can send 5 MB of files within a day") as refusal:
        conversation.reply(one, reference, "", files(1))
    assert refusal.value.facts["at"] == begun + DAY
    with pytest.raises(Refused) as refusal:
        conversation.reply(one, reference, "", files(4))
    assert refusal.value.facts["at"] == begun + timedelta(hours=2) + DAY
    conversation.reply(one, reference, "No file, no quota")
    conversation.reply(one, reference, "", files(0.5))
    conversation.reply(other, reference, "", files(3))
    with pytest.raises(Refused, match="Your company can send 8 MB"):
        conversation.reply(other, reference, "", files(1))
    world.now = begun + DAY
    conversation.reply(browser(world, colleague), reference, "", files(1))


def test_a_refused_ticket_or_message_leaves_nothing_behind(world):
    desk = browser(world, world.contact)
    reference = tickets.file(desk, FORM)
    with pytest.raises(Refused, match="these are more"):
        conversation.reply(desk, reference, "With a large file", files(6))
    with pytest.raises(Refused):
        tickets.file(desk, FORM, files(6))
    assert tickets.file(desk, FORM) == "INC-2026-000002"
    assert [one for one in conversation.thread(desk, reference).entries if hasattr(one, "body")] == []


def test_the_staff_and_whatever_comes_through_no_browser_have_no_quota(world):
    staff, imported = browser(world, world.technician), world.desk(world.contact)
    for _ in range(8):
        tickets.file(staff, replace(FORM, client_id=world.acme.id, contact_id=world.contact.id), files(3))
        reference = tickets.file(imported, FORM, files(3))
        conversation.reply(staff, reference, "Hello")
        conversation.reply(imported, reference, "Hello")


def test_tickets_that_the_staff_creates_count_for_nobody(world):
    for _ in range(6):
        form = replace(FORM, client_id=world.acme.id, contact_id=world.contact.id, channel="phone")
        tickets.file(world.desk(world.technician), form)
    tickets.file(browser(world, world.contact), FORM)


def test_many_requests_side_by_side_count_one_after_the_other(world):
    desk = browser(world, world.contact)
    reference = tickets.file(desk, FORM)

    def attempt(_: int) -> bool:
        try:
            conversation.reply(desk, reference, "Hello")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 4


def test_counting_takes_the_same_queries_however_much_was_sent(world, monkeypatch, count_queries):
    monkeypatch.setattr(quotas, "PER_CONTACT", Quota(tickets=500, messages=500, megabytes=5_000))
    monkeypatch.setattr(quotas, "PER_CLIENT", Quota(tickets=500, messages=500, megabytes=5_000))
    desk = browser(world, world.contact)
    reference = tickets.file(desk, FORM)

    def cost() -> int:
        count_queries()
        conversation.reply(desk, reference, "Hello", files(0.1))
        return count_queries()

    first = cost()
    for _ in range(20):
        conversation.reply(desk, reference, "Hello", files(0.1))
    assert cost() == first


def test_of_a_persons_form_drafts_those_saved_last_are_kept(world, monkeypatch):
    monkeypatch.setattr(form_drafts, "FORM_DRAFTS", 3)
    desk = world.desk(world.contact)
    theirs = form_drafts.begin(world.desk(world.stranger), "form 0")
    for number in range(5):
        kept = form_drafts.begin(desk, f"form {number}")
        form_drafts.save(desk, kept.key, {"subject": str(number)})
        world.now += timedelta(minutes=1)
    form_drafts.begin(desk, "form 2")
    with Session(world.engine) as session:
        forms = session.exec(select(FormDraft.form).where(FormDraft.user_id == world.contact.id)).all()
        assert sorted(forms) == ["form 2", "form 3", "form 4"]
        assert session.exec(select(func.count()).select_from(Message)).one() == 0
    assert form_drafts.begin(desk, "form 2").fields == {"subject": "2"}
    assert form_drafts.begin(world.desk(world.stranger), "form 0").key == theirs.key
