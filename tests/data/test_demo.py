"""The demo world is believable, and the same for the same moment."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from PIL import Image
from sqlalchemy import Engine
from sqlmodel import Session, select

from data import demo
from data.core import files as stored
from data.core import passwords, settings, sign_in
from data.core.database import open_engine
from data.demo import files, plots
from data.demo.cast import Company
from data.demo.plots import Twist
from data.demo.stories import Story, Teller, letters, stories
from models import writing
from models.access_code import AccessCode
from models.attachment import Attachment
from models.client import Client, StarLevel, Subscription
from models.document import Document, DocumentKind
from models.message import Message
from models.permission import Role
from models.product import Product
from models.ticket import Kind, Resolution, Service, Status, Ticket, Urgency
from models.user import Language, User

MOMENTS = {
    "a weekday at noon": datetime(2026, 6, 10, 10, 0, tzinfo=UTC),
    "a Saturday night": datetime(2026, 6, 13, 21, 30, tzinfo=UTC),
    "a holiday": datetime(2026, 7, 14, 8, 15, tzinfo=UTC),
}
T = TypeVar("T")
TICKETS = 44  # enough for every stage, and soon made


@dataclass
class Made:
    engine: Engine
    now: datetime
    tickets: list[Ticket]

    def rows(self, table: type[T]) -> list[T]:
        with Session(self.engine) as session:
            return list(session.exec(select(table).order_by(table.id)).all())


def make(engine: Engine, now: datetime, tickets: int = TICKETS) -> Made:
    demo.seed(engine, now, tickets)
    made = Made(engine, now, [])
    made.tickets = made.rows(Ticket)
    return made


@pytest.fixture(scope="module", params=MOMENTS)
def made(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "guichet.db").write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{folder / 'guichet.db'}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUICHET_VAR", str(folder))
        settings.settings.cache_clear()
        yield make(engine, MOMENTS[request.param])
    settings.settings.cache_clear()
    engine.dispose()


def test_the_cast_is_complete(made: Made):
    users = made.rows(User)
    roles = Counter(user.role for user in users)
    assert (roles[Role.MANAGER], roles[Role.TECHNICIAN], roles[Role.SALES]) == (2, 7, 2)
    clients = {client.id for client in made.rows(Client)}
    assert len(clients) == 12
    assert len(made.rows(Product)) == 6
    contacts = Counter(user.client_id for user in users if user.role == Role.CONTACT)
    assert contacts.keys() == clients
    assert set(contacts.values()) == {2, 3}
    assert all(user.email.endswith(".example") for user in users)


def test_clients_of_every_star_level_and_one_without_a_subscription(made: Made):
    clients = Counter(client.star_level for client in made.rows(Client))
    assert set(clients) == set(StarLevel) and clients[StarLevel.NONE] == 1
    running = [one for one in made.rows(Subscription) if one.starts_at <= made.now and not _over(one, made.now)]
    assert Counter(one.star_level for one in running) == {level: many for level, many in clients.items() if level}


def test_some_subscriptions_run_out_and_one_client_will_have_more_stars(made: Made):
    ends = [one.ends_at for one in made.rows(Subscription) if one.ends_at and not _over(one, made.now)]
    assert [sum(end <= made.now + timedelta(days=days) for end in ends) for days in (30, 60, 90)] == [2, 3, 4]
    [coming] = [one for one in made.rows(Subscription) if one.starts_at > made.now]
    [client] = [one for one in made.rows(Client) if one.id == coming.client_id]
    assert coming.star_level > client.star_level and client.next_change_at == coming.starts_at


def test_all_but_one_of_those_entitled_to_an_access_code_have_one(made: Made):
    live = {code.client_id for code in made.rows(AccessCode) if code.ended_at is None}
    entitled = {client.id for client in made.rows(Client) if client.star_level >= StarLevel.FOUR}
    assert live < entitled and len(entitled - live) == 1


def test_what_is_known_of_a_client_is_plainly_made_up(made: Made):
    for client in made.rows(Client):
        assert client.number.startswith("DEMO-") and "demonstration" in writing.folded(client.address)
        assert client.phone.startswith(("01 99 00", "+44 1632 960"))  # kept for fiction by those who give numbers out


def _over(one: Subscription, now: datetime) -> bool:
    return one.ends_at is not None and one.ends_at <= now


def test_every_account_told_of_signs_in_with_the_password(made: Made):
    for email, _ in demo.ACCOUNTS:
        found = sign_in.account(made.engine, email, "", made.now)
        assert found.email == email
        passwords.require_good(demo.PASSWORD, email, found.name)
    assert passwords.matches(
        demo.PASSWORD, sign_in.account(made.engine, demo.ACCOUNTS[0][0], "", made.now).password_hash
    )


def test_there_are_about_so_many_tickets_and_none_in_the_future(made: Made):
    assert TICKETS * 0.9 < len(made.tickets) < TICKETS * 1.3
    assert all((made.now - ticket.filed_at).days <= 91 for ticket in made.tickets)
    assert max(ticket.changed_at for ticket in made.tickets) <= made.now
    assert max(message.at for message in made.rows(Message)) <= made.now


def test_references_follow_the_order_of_filing(made: Made):
    for kind in Kind:
        of_kind = sorted((one for one in made.tickets if one.kind == kind), key=lambda ticket: ticket.reference)
        assert all(one.filed_at <= other.filed_at for one, other in pairwise(of_kind))


def test_tickets_stand_at_every_stage_at_whatever_hour(made: Made):
    now, queued = made.now, [one for one in made.tickets if one.status in {Status.NEW, Status.IN_PROGRESS}]
    late = [one for one in queued if one.next_late_at < now]
    at_risk = [one for one in queued if one.next_warning_at < now <= one.next_late_at]
    fine = [one for one in queued if now <= one.next_warning_at]
    assert late and at_risk and len(fine) >= 2
    assert {one.assignee_id is None for one in late} == {True, False}
    assert {one.status for one in made.tickets} == set(Status)
    assert [one for one in queued if one.assignee_id is not None and one.first_responded_at is None]
    assert [one for one in queued if (now - one.filed_at).total_seconds() < 3600]
    assert {one.service for one in made.tickets} > {Service.TECHNICAL}
    assert {one.urgency for one in queued} > {Urgency.NONE}


def test_most_promises_are_kept(made: Made):
    resolved = [one for one in made.tickets if one.resolution == Resolution.SOLVED]
    kept = [one for one in resolved if one.resolved_at <= one.resolution_due_at]
    assert 0.75 <= len(kept) / len(resolved) < 1


def test_only_the_client_and_the_desk_speak_on_a_ticket(made: Made):
    users = {user.id: user for user in made.rows(User)}
    client_of = {ticket.id: ticket.client_id for ticket in made.tickets}
    messages = made.rows(Message)
    assert len(messages) > len(made.tickets)
    for message in messages:
        author = users[message.author_id]
        assert author.role != Role.CONTACT or author.client_id == client_of[message.ticket_id]
        assert author.role != Role.CONTACT or not message.internal
    assert any(message.internal for message in messages)
    assert all(users[one.contact_id].client_id == one.client_id for one in made.tickets)


def test_some_clients_write_english_and_most_french(made: Made):
    languages = {user.id: user.language for user in made.rows(User)}
    english = [one for one in made.tickets if languages[one.contact_id] == Language.ENGLISH]
    assert 0.05 < len(english) / len(made.tickets) < 0.3


def test_files_are_what_their_names_say(made: Made):
    mimes = {attachment.name.rpartition(".")[2]: attachment.mime for attachment in made.rows(Attachment)}
    assert mimes == {"png": "image/png", "csv": "text/csv", "log": "text/plain"}


def test_every_client_has_papers_that_say_they_are_made_up(made: Made):
    papers = made.rows(Document)
    clients = {client.id for client in made.rows(Client)}
    assert {paper.client_id for paper in papers} == clients
    assert {paper.kind for paper in papers} == set(DocumentKind)
    assert {paper.mime for paper in papers} == {"application/pdf"}
    assert all(paper.dated <= made.now.date() and paper.at <= made.now for paper in papers)
    assert len({paper.number for paper in papers}) == len(papers)


def test_a_paper_says_on_its_face_that_it_is_made_up(made: Made, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUICHET_VAR", str(Path(made.engine.url.database or "").parent))
    settings.settings.cache_clear()
    for paper in made.rows(Document)[:30]:
        with stored.read(paper.sha256) as stream:
            content = stream.read()
        assert b"DOCUMENT DE D\xc9MONSTRATION" in content or b"DEMONSTRATION ONLY" in content
        assert paper.number.encode() in content
        assert content[int(content.split()[-2]) :].startswith(b"xref")  # where it says its index is


def test_the_same_moment_gives_the_same_world_on_either_database(engine: Engine, sqlite_template: Path, tmp_path: Path):
    (tmp_path / "other.db").write_bytes(sqlite_template.read_bytes())
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    one, again = (make(made_on, MOMENTS["a holiday"], tickets=12) for made_on in (engine, other))
    assert [told(ticket) for ticket in one.tickets] == [told(ticket) for ticket in again.tickets]
    assert [message.body for message in one.rows(Message)] == [message.body for message in again.rows(Message)]
    for kept in (Attachment, Document):
        assert [file.sha256 for file in one.rows(kept)] == [file.sha256 for file in again.rows(kept)]


def test_nobody_comes_back_with_a_technical_ticket_after_the_subscription(engine: Engine, monkeypatch):
    monkeypatch.setattr(plots, "TWISTS", {Twist.FOLLOWED: 1, Twist.DUPLICATE: 1})
    ended = Company.stars

    def stars(company: Company, at: datetime) -> StarLevel:
        """Everybody's ends while the world is told."""
        return ended(company, at) if at < MOMENTS["a holiday"] - timedelta(days=45) else StarLevel.NONE

    monkeypatch.setattr(Company, "stars", stars)
    made = make(engine, MOMENTS["a holiday"], tickets=30)
    assert {one.kind for one in made.tickets if one.filed_at > made.now - timedelta(days=45)} <= {Kind.ENQUIRY}


def told(ticket: Ticket) -> tuple[object, ...]:
    return ticket.reference, ticket.subject, ticket.description, ticket.status, ticket.filed_at, ticket.resolved_at


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.subjects[0])
def test_a_story_can_be_told_to_its_end(story: Story):
    for seed in range(6):
        teller = Teller(story, ["Nantes"], "Sophie M.", MOMENTS["a holiday"], rng=Random(seed), words=Random(seed))
        texts = [*teller.beginning(), teller.fill(story.solution), *(teller.fill(text) for _, text, _ in story.talk)]
        assert not [text for text in texts if "{" in text or not text.strip()]
        assert len(texts[0]) <= 80
    assert {who for who, *_ in story.talk} <= {"ask", "answer", "note", "reply"}
    assert {kind for *_, kind in story.talk} <= {None, "png", "csv", "log"}
    assert (story.kind == Kind.ENQUIRY) == (story.service != Service.TECHNICAL) == (story.product is None)


def test_both_languages_have_the_same_letters():
    assert letters(Language.FRENCH).keys() == letters(Language.ENGLISH).keys()


def test_a_screenshot_is_a_picture():
    with Image.open(io.BytesIO(files.screenshot("Opaline Tachy", "Erreur « été »", Random(1)))) as picture:
        assert (picture.format, picture.size) == ("PNG", files.SIZE)
