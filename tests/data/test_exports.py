"""Tickets that go out whole and come in again as they were, on both databases."""

import csv
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, select

from data import access_codes, conversation, corrections, exports, hotline, imports, services, sheets, tickets
from data.core import files
from data.core.desk import SYSTEM, Desk
from data.core.exchange import guichet, outgoing_rows, outgoing_tickets, shape
from data.core.exchange.batch import Preset, batch
from data.core.exchange.rejects import Bad
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.attachment import Attachment
from models.client import Client, StarLevel, Subscription
from models.errors import NotAllowed, Refused
from models.message import Message
from models.permission import Role
from models.product import Ownership, Product
from models.service_level import CalendarVersion
from models.service_member import ServiceMember
from models.ticket import HistoryEntry, Kind, Service, Ticket, TicketLink, Urgency
from models.ticket_words import TicketWords
from models.user import User
from tests.conftest import World
from tests.damage import flip

TABLES = (Client, Subscription, Product, Ownership, User, ServiceMember)
TABLES += (Ticket, TicketLink, HistoryEntry, Message, Attachment)
FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def empty(new_desk):
    return new_desk()


def file(world, subject, minutes=5, **changes) -> str:
    world.now += timedelta(minutes=minutes)
    fields = {"kind": Kind.INCIDENT, "description": "Depuis ce matin.\r\n\r\n- un\n- deux", "urgency": Urgency.SERIOUS}
    form = TicketForm(subject=subject, client_id=world.acme.id, **(fields | changes))
    return tickets.file(
        world.desk(world.contact), form, store([Upload("écran.png", b"\x89PNG\r\n\x1a\n" + subject.encode())])
    )


@pytest.fixture
def lived(world):
    return live(world)


def live(world: World) -> World:
    """Lets all happen that can happen to a ticket."""
    technician, contact = world.desk(world.technician), world.desk(world.contact)
    first = file(world, FORMULA, product_id=world.product.id)
    conversation.reply(technician, first, "-1 ; 'et alors ?", store([Upload("@somme.txt", b"+1")]), ask=True)
    world.now += timedelta(hours=3)
    conversation.note(technician, first, "'+33 déjà appelé", store([Upload("note.txt", b"secret")]))
    conversation.reply(contact, first, "Voilà.\n\n\tEncore")
    tickets.set_urgency(technician, first, Urgency.CRITICAL, "@tous bloqués")
    second, third = file(world, "'Apostrophe"), file(world, "Troisième")
    tickets.link(technician, first, third)
    tickets.mark_duplicate(technician, second, third)
    tickets.resolve(technician, third, "=1+1")
    fourth = file(world, "Suite", follows=third)
    tickets.link(technician, fourth, second)
    tickets.assign(technician, fourth, world.colleague.id)
    present = corrections.choices(technician, fourth).present
    wanted = replace(present, subject="=Suite", kind=Kind.REQUEST, product_id=world.product.id, contact_id=None)
    corrections.correct(technician, fourth, wanted, present)
    corrections.hand_over(technician, fourth, Service.LOGISTICS, note="Un envoi")
    enquiry = {"kind": Kind.ENQUIRY, "service": Service.SALES, "urgency": Urgency.NONE}
    tickets.withdraw(contact, file(world, "Un devis", **enquiry))
    file(world, "Une demande", kind=Kind.REQUEST, urgency=Urgency.NONE)
    services.choose(world.desk(world.manager), world.colleague.id, {Service.TECHNICAL, Service.LOGISTICS})
    return world


def out(engine, path: Path):
    return exports.tickets(Desk(SYSTEM, engine), path)


def back(engine, path: Path, desk=None):
    desk = desk or Desk(SYSTEM, engine)
    with batch(path, Preset.GUICHET) as rows:
        imports.read(desk, rows)
        imports.write(desk, rows)
    assert rows.sums.read == rows.sums.imported + rows.sums.merged + rows.sums.bad
    return rows.sums


def everything(engine) -> dict[str, list]:
    """What the database holds of tickets and around them, names in place of ids."""
    with Session(engine) as session:
        names = {
            "client": dict(session.exec(select(Client.id, Client.name)).all()),
            "user": dict(session.exec(select(User.id, User.email)).all()),
            "product": dict(session.exec(select(Product.id, Product.name)).all()),
            "ticket": dict(session.exec(select(Ticket.id, Ticket.reference)).all()),
            "message": dict(session.exec(select(Message.id, Message.body)).all()),
            "calendar": {
                one.id: (one.name, one.valid_from, str(one.hours)) for one in session.exec(select(CalendarVersion))
            },
        }
        return {table.__name__: sorted(map(repr, _told(session, table, names))) for table in TABLES}


def _told(session, table, names):
    pointing = {
        column.name: next(iter(column.foreign_keys)).column.table.name
        for column in inspect(table).columns
        if column.foreign_keys
    } | {"assignee_id": "user", "former_product_id": "product"}  # in the history without a key of their own
    for row in session.exec(select(table)):
        told = row.model_dump(exclude={"id", "password_hash"})
        told = {name: names[pointing[name]].get(value) if name in pointing else value for name, value in told.items()}
        if table is TicketLink:  # which of the two comes first says nothing
            told |= zip(("ticket_id", "other_id"), sorted([told["ticket_id"], told["other_id"]]), strict=True)
        yield told


def rewritten(path: Path, change) -> None:
    """The file with every row changed; a row that becomes None is left out."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in map(change, csv.DictReader(file)) if row is not None]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, shape.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def found_by(engine) -> dict[str, set[str]]:
    """By which words each ticket is found."""
    found = select(Ticket.reference, TicketWords.words).join(TicketWords, TicketWords.ticket_id == Ticket.id)
    with Session(engine) as session:
        return {reference: set(said.split()) for reference, said in session.exec(found)}


# ------------------------------------------------------------------ there and back


def test_what_goes_out_comes_in_again_as_it_was(lived, empty, tmp_path):
    written = out(lived.engine, tmp_path / "tickets.csv")
    assert (written.tickets, written.lost) == (6, 0)
    sums = back(empty, tmp_path / "tickets.csv")
    assert not sums.bad and sums.tickets == 6
    assert everything(empty) == everything(lived.engine)
    assert found_by(empty) == found_by(lived.engine)
    out(empty, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "tickets.csv").read_bytes()


def test_whether_a_caller_was_verified_goes_along(world, empty, tmp_path):
    technician = world.desk(world.technician)
    verified = hotline.look_up(technician, access_codes.issue(world.desk(world.sales), world.acme.id))
    form = TicketForm(kind=Kind.INCIDENT, subject="Appel", description="Au téléphone.", urgency=Urgency.LOW)
    reference = hotline.file(technician, verified, form, caller_name="=Marie", caller_phone="+33 1")
    hotline.note(technician, hotline.call_by_name(technician, world.acme.id), reference, "Il rappelle.")
    file(world, "Pas d’appel")
    out(world.engine, tmp_path / "tickets.csv")
    assert not back(empty, tmp_path / "tickets.csv").bad
    with Session(empty) as session:
        assert set(session.exec(select(Ticket.caller_verified))) == {True, None}
        told = select(Ticket.caller_name, Ticket.caller_phone)
        assert set(session.exec(told)) == {("=Marie", "+33 1"), ("", "")}
        assert session.exec(select(Message.caller_verified)).all() == [False]


def test_it_comes_into_either_database(engine, new_desk, tmp_path):
    world = live(World(new_desk()))
    out(world.engine, tmp_path / "tickets.csv.gz")
    assert not back(engine, tmp_path / "tickets.csv.gz").bad
    there, here = everything(engine), everything(world.engine)
    parts = (Ticket, TicketLink, HistoryEntry, Message, Attachment)
    assert {name: there[name] for name in (table.__name__ for table in parts)} == {
        table.__name__: here[table.__name__] for table in parts
    }


def test_into_the_desk_it_came_from_it_changes_nothing(lived, tmp_path):
    before = everything(lived.engine)
    out(lived.engine, tmp_path / "tickets.csv")
    sums = back(lived.engine, tmp_path / "tickets.csv")
    assert (sums.imported, sums.bad, sums.merged) == (0, 0, sums.read)
    assert everything(lived.engine) == before


def test_importing_twice_changes_nothing(lived, empty, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    back(empty, tmp_path / "tickets.csv")
    before = everything(empty)
    assert back(empty, tmp_path / "tickets.csv").imported == 0
    assert everything(empty) == before


def test_rows_come_in_in_whatever_order_a_spreadsheet_left_them(lived, new_desk, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    with (tmp_path / "tickets.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    with (tmp_path / "sorted.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *sorted(rows, reverse=True)])
    shutil.copytree(tmp_path / "tickets.csv.files", tmp_path / "sorted.csv.files")
    as_written, as_sorted = new_desk(), new_desk()
    assert not back(as_written, tmp_path / "tickets.csv").bad
    assert not back(as_sorted, tmp_path / "sorted.csv").bad
    assert everything(as_sorted) == everything(as_written)


def test_the_next_reference_goes_on_after_those_that_came_in(lived, empty, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    back(empty, tmp_path / "tickets.csv")
    with Session(empty) as session:
        client = session.exec(select(Client).where(Client.name == lived.acme.name)).one()
    desk = Desk(SYSTEM, empty, clock=lambda: lived.now)
    form = TicketForm(kind=Kind.INCIDENT, subject="Après", description="Suite", client_id=client.id)
    assert tickets.file(desk, form) == "INC-2026-000005"
    assert tickets.file(desk, TicketForm(**(vars(form) | {"kind": Kind.REQUEST}))) == "REQ-2026-000002"


def test_the_page_of_a_ticket_says_the_same(lived, empty, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    back(empty, tmp_path / "tickets.csv")
    here, there = (Desk(SYSTEM, engine, clock=lambda: lived.now) for engine in (lived.engine, empty))
    for number in range(1, 5):
        one, other = (sheets.sheet(desk, f"INC-2026-00000{number}") for desk in (here, there))
        assert one.resolution_clock == other.resolution_clock and one.first_response == other.first_response
        assert (one.linked, one.duplicates, one.followed_by) == (other.linked, other.duplicates, other.followed_by)
        said, again = (conversation.thread(desk, one.reference).entries for desk in (here, there))
        assert [(type(entry), entry.at, entry.author) for entry in said] == [
            (type(entry), entry.at, entry.author) for entry in again
        ]


def test_attached_files_travel_in_a_folder_beside_the_file(lived, empty, tmp_path, monkeypatch):
    written = out(lived.engine, tmp_path / "tickets.csv")
    assert written.files == 8 == len(list((tmp_path / "tickets.csv.files").iterdir()))
    monkeypatch.setenv("GUICHET_FILES", f"file://{tmp_path / 'elsewhere'}")
    settings.cache_clear()
    assert not back(empty, tmp_path / "tickets.csv").bad
    with Session(empty) as session:
        for attachment in session.exec(select(Attachment)):
            assert len(files.read(attachment.sha256).read()) == attachment.size


def test_a_file_that_was_lost_or_tampered_with_is_rejected_and_its_ticket_comes_in(lived, empty, tmp_path, monkeypatch):
    out(lived.engine, tmp_path / "tickets.csv")
    first, second, *_ = sorted((tmp_path / "tickets.csv.files").iterdir())
    first.write_bytes(b"something else")
    second.unlink()
    monkeypatch.setenv("GUICHET_FILES", f"file://{tmp_path / 'elsewhere'}")
    settings.cache_clear()
    sums = back(empty, tmp_path / "tickets.csv")
    assert sums.tickets == 6
    assert dict(sums.rejected) == {
        "the attached file is not in the folder beside the export": 1,
        "the attached file is not the one that was exported": 1,
    }


def test_an_export_of_files_the_store_has_lost_says_so(lived, tmp_path):
    shutil.rmtree(tmp_path / "var" / "files")
    assert out(lived.engine, tmp_path / "tickets.csv").lost == 8


def test_an_export_copies_no_damaged_file_and_says_so(lived, tmp_path):
    [damaged, *_] = sorted(path for path in (tmp_path / "var" / "files").rglob("*") if path.is_file())
    flip(damaged)
    written = out(lived.engine, tmp_path / "tickets.csv")
    copies = {path.name for path in (tmp_path / "tickets.csv.files").iterdir()}
    assert (written.lost, len(copies)) == (1, written.files) and damaged.name not in copies


def test_an_attachment_of_a_note_never_ends_up_with_a_message(lived, empty, tmp_path):
    """Even when the note itself was taken out of the file."""
    out(lived.engine, tmp_path / "tickets.csv")
    rewritten(tmp_path / "tickets.csv", lambda row: None if row["record"] == "note" else row)
    sums = back(empty, tmp_path / "tickets.csv")
    assert dict(sums.rejected) == {"an attachment of a message that is not there": 1}


def test_edited_calendars_come_along(world, empty, tmp_path):
    hours = {day: [["10:00", "11:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    with Session(world.engine.execution_options(writes=True)) as session:
        since = datetime(2026, 1, 1, tzinfo=UTC)
        bridge = {"2026-05-04": {"name": "Pont", "hours": [["10:00", "10:30"]]}}
        told = {"zone": "Europe/Paris", "hours": hours, "country": "FR", "exceptions": bridge, "removed": []}
        session.add(CalendarVersion(name="extended", valid_from=since, **told))
        session.commit()
    file(world, "Lent")
    out(world.engine, tmp_path / "tickets.csv")
    assert not back(empty, tmp_path / "tickets.csv").bad
    assert everything(empty)["Ticket"] == everything(world.engine)["Ticket"]


def test_a_calendar_that_contradicts_the_desks_own_is_refused(lived, empty, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    rewritten(tmp_path / "tickets.csv", lambda row: row | ({"country": "DE"} if row["record"] == "calendar" else {}))
    with pytest.raises(Refused):
        back(empty, tmp_path / "tickets.csv")
    assert not everything(empty)["Ticket"]


def test_clients_keep_what_is_known_of_them_and_a_number_belongs_to_one(world, empty, tmp_path):
    known = {"number": "C-1", "phone": "01 02 03 04 05", "address": "1, rue du Guichet\n44000 Nantes"}
    with Session(world.engine.execution_options(writes=True)) as session:
        for column, value in known.items():
            setattr(session.get_one(Client, world.acme.id), column, value)
        session.commit()
    file(world, "Une panne")
    out(world.engine, tmp_path / "tickets.csv")
    back(empty, tmp_path / "tickets.csv")
    with Session(empty) as session:
        client = session.exec(select(Client).where(Client.name == world.acme.name)).one()
        assert {column: getattr(client, column) for column in known} == known
    renamed = {"record": "client", "client": world.acme.name}
    rewritten(
        tmp_path / "tickets.csv", lambda row: row | ({"client": "Encore"} if row.items() >= renamed.items() else {})
    )
    assert back(empty, tmp_path / "tickets.csv").rejected == {"another client has this number": 1}
    with Session(empty) as session:
        assert len(session.exec(select(Client)).all()) == 2


def test_a_client_that_is_there_was_heard_of_when_it_last_filed_or_wrote(world, new_desk, tmp_path):
    reference = file(world, "Une panne")
    world.now += timedelta(minutes=30)
    conversation.reply(world.desk(world.contact), reference, "Toujours rien")
    wrote, world.now = world.now, world.now + timedelta(minutes=30)
    conversation.reply(world.desk(world.technician), reference, "Nous cherchons")
    out(world.engine, tmp_path / "tickets.csv")
    for known in (None, wrote - timedelta(days=1), wrote + timedelta(days=1)):
        with Session((desk := new_desk()).execution_options(writes=True)) as session:
            session.add(Client(name=world.acme.name, created_at=world.now, last_contact_at=known))
            session.commit()
        back(desk, tmp_path / "tickets.csv")
        with Session(desk) as session:
            heard = select(Client.last_contact_at).where(Client.name == world.acme.name)
            assert session.exec(heard).one() == max(known or wrote, wrote)


def test_clients_keep_the_history_of_what_they_subscribed_to(world, empty, tmp_path):
    with Session(world.engine.execution_options(writes=True)) as session:
        current = session.exec(select(Subscription).where(Subscription.client_id == world.acme.id)).one()
        former = Subscription(
            client_id=world.acme.id,
            star_level=StarLevel.THREE,
            starts_at=current.starts_at - timedelta(days=365),
            ends_at=current.starts_at,
        )
        session.add(former)
        session.commit()
    file(world, "Ancien")
    out(world.engine, tmp_path / "tickets.csv")
    back(empty, tmp_path / "tickets.csv")
    with Session(empty) as session:
        held = select(Subscription).join(Client).where(Client.name == world.acme.name)
        assert sorted(one.star_level for one in session.exec(held)) == [3, 5]


# ------------------------------------------------------------------ the file


def test_nothing_in_the_file_is_secret_and_nothing_is_a_formula(lived, tmp_path):
    with Session(lived.engine.execution_options(writes=True)) as session:
        session.get(User, lived.technician.id).password_hash = "$2b$12$hash"
        session.commit()
    out(lived.engine, tmp_path / "tickets.csv")
    text = (tmp_path / "tickets.csv").read_text(encoding="utf-8")
    assert "$2b$12$hash" not in text
    rows = list(csv.reader(text.splitlines(keepends=True)))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(cell == f"'{FORMULA}" for row in rows for cell in row)


@pytest.mark.parametrize("text", ["", "a", "=1", "'", "''=1", "'a", "-", "@x", "\tx", "＝1", "a'b", '"', "é\r\nü\r"])
def test_a_cell_is_read_as_what_was_written(text):
    values = {"reference": "INC-2026-000001", "other": text}
    assert shape.read("follows", dict(zip(shape.COLUMNS, shape.write("follows", values), strict=True))) == values


def test_a_killed_export_leaves_the_former_file(lived, tmp_path, monkeypatch):
    path = tmp_path / "tickets.csv"
    path.write_text("former", encoding="utf-8")

    def broken(_desk):
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(outgoing_tickets, "tickets", broken)
    with pytest.raises(KeyboardInterrupt):
        out(lived.engine, path)
    assert path.read_text(encoding="utf-8") == "former"
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_cannot_be_written_is_refused_in_words(lived, tmp_path):
    with pytest.raises(Refused, match="cannot be written"):
        out(lived.engine, tmp_path / "nowhere" / "tickets.csv")


def test_an_empty_desk_exports_what_every_desk_has_already(empty, tmp_path):
    assert out(empty, tmp_path / "tickets.csv").tickets == 0
    sums = back(empty, tmp_path / "tickets.csv")
    assert (sums.imported, sums.bad) == (0, 0)


def test_only_who_may_import_takes_everything_out(world, tmp_path):
    for user in (world.technician, world.sales, world.contact):
        with pytest.raises(NotAllowed):
            exports.tickets(world.desk(user), tmp_path / "tickets.csv")
    assert exports.tickets(world.desk(world.manager), tmp_path / "tickets.csv").tickets == 0


def test_the_number_of_queries_does_not_grow_with_the_tickets(world, tmp_path, count_queries):
    file(world, "Un")
    count_queries()
    out(world.engine, tmp_path / "one.csv")
    few = count_queries()
    for number in range(20):
        file(world, f"Numéro {number}")
    count_queries()
    out(world.engine, tmp_path / "many.csv")
    assert count_queries() == few


def test_an_export_is_read_on_by_key_in_many_pages(lived, tmp_path, monkeypatch):
    out(lived.engine, tmp_path / "one.csv")
    monkeypatch.setattr(outgoing_rows, "AT_A_TIME", 1)
    out(lived.engine, tmp_path / "many.csv")
    assert (tmp_path / "many.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


# ------------------------------------------------------------------ rows that do not fit


@pytest.mark.parametrize(
    ("record", "changes", "reason"),
    [
        ("ticket", {"kind": "request"}, "the reference is of another kind"),
        ("ticket", {"urgency": "huge"}, "unreadable urgency"),
        ("ticket", {"filed_at": "2026-03-03 12:00"}, "unreadable filed_at"),
        ("ticket", {"filed_at": ""}, "unreadable filed_at"),
        ("ticket", {"resolution_target": "-5"}, "unreadable resolution_target"),
        ("ticket", {"service": "sales"}, "a kind that its service does not have"),
        ("ticket", {"status": "resolved"}, "resolved and not resolved"),
        ("ticket", {"subject": ""}, "a ticket without subject, description or client"),
        ("ticket", {"subject": "x" * 201}, "subject is too long"),
        ("ticket", {"source": "elsewhere"}, "a source without number"),
        ("ticket", {"reference": "INC-1"}, "no reference"),
        ("ticket", {"client": "Nobody"}, "unknown client"),
        ("ticket", {"contact_email": "nobody@guichet.example"}, "a contact who is not the client's"),
        ("ticket", {"assignee_email": "contact@guichet.example"}, "an assignee who is no colleague"),
        ("ticket", {"resolution_calendar": "lunar"}, "unknown calendar"),
        ("history", {"after": "asleep"}, "unknown status"),
        ("history", {"change": "kind", "before": "wish", "after": "incident"}, "unknown kind"),
        ("history", {"change": "service", "before": "sales", "after": "kitchen"}, "unknown service"),
        ("history", {"change": "urgency", "before": "huge", "after": "low"}, "unknown urgency"),
        ("history", {"change": "star_level", "before": "4", "after": "-4"}, "unknown star_level"),
        ("person", {"phone": "0" * 41}, "phone is too long"),
        ("ticket", {"caller_name": "x" * 121}, "caller_name is too long"),
        ("history", {"change": "urgency", "before": "low", "after": "bogus"}, "unknown urgency"),
        ("history", {"change": "urgency", "before": "", "after": "low"}, "unknown urgency"),
        ("history", {"change": "star_level", "before": "x", "after": "3"}, "unknown star_level"),
        ("history", {"at": "2001-01-01T09:00:00Z"}, "something happened before it was filed"),
        ("attachment", {"at": "2001-01-01T09:00:00Z"}, "something happened before it was filed"),
        ("history", {"at": "2099-01-01T09:00:00Z"}, "a moment in the future"),
        ("ticket", {"filed_at": "2099-01-01T09:00:00Z"}, "a moment in the future"),
        ("ticket", {"changed_at": "2001-01-01T09:00:00Z"}, "something happened before it was filed"),
        ("ticket", {"resolution_target": "0"}, "a promise of no time"),
        ("ticket", {"next_due_at": "2026-03-03T12:00:00Z"}, "a next deadline that is none of its deadlines"),
        ("ticket", {"status": "in_progress"}, "its history ends with another status"),
        ("calendar", {"hours": "[" * 100_000}, "unreadable hours"),
        ("history", {"author_email": "nobody@guichet.example"}, "unknown author"),
        ("attachment", {"sha256": "../../etc/passwd"}, "unreadable sha256"),
        ("person", {"email": "nobody"}, "no e-mail address"),
        ("person", {"client": ""}, "a contact without client, or a colleague with one"),
        ("person", {"name": ""}, "no name, or too long a one"),
        ("person", {"services": "sales"}, "a contact works no service"),
        ("person", {"services": "gossip"}, "unreadable services"),
        ("subscription", {"star_level": "0"}, "a subscription that cannot be beside the others"),
        ("subscription", {"client": "Nobody"}, "unknown client"),
        ("client", {"client": ""}, "no client"),
        ("history", {"record": "wish"}, "unknown record"),
    ],
)
def test_a_row_that_does_not_fit_is_rejected_with_its_reason(sqlite_lone, empty, tmp_path, record, changes, reason):
    out(sqlite_lone.engine, tmp_path / "tickets.csv")
    rewritten(tmp_path / "tickets.csv", lambda row: row | (changes if row["record"] == record else {}))
    assert reason in back(empty, tmp_path / "tickets.csv").rejected


def read_row(record: str, **cells: str):
    """As one row of a file is read."""
    written = {"record": record, "reference": "INC-2026-000001", "at": "2026-03-03T11:05:00Z"} | cells
    like_a_batch = SimpleNamespace(header=list(written), require_past=lambda _at: None)
    return guichet.read(like_a_batch, 2, list(written.values())).values


TEXTS = [
    (record, cell, column.type.length)
    for record, table, renamed in (
        ("calendar", CalendarVersion, {"name": "calendar"}),
        ("client", Client, {"name": "client"}),
        ("attachment", Attachment, {}),
        ("history", HistoryEntry, {}),
    )
    for column in inspect(table).columns
    if (cell := renamed.get(column.name, column.name)) in shape.RECORDS[record]
    and shape.RECORDS[record][cell] is shape.TEXT
    and column.type.length
]
REST = {
    "calendar": {"calendar_from": "2026-01-01T00:00:00Z", "hours": "{}", "exceptions": "{}", "removed": "[]"},
    "client": {"created_at": "2026-01-01T00:00:00Z"},
    "attachment": {"size": "1"},
    "history": {"change": "subject"},
}


@pytest.mark.parametrize(("record", "cell", "longest"), TEXTS)
def test_a_text_may_be_as_long_as_its_column_and_no_longer(record, cell, longest):
    """PostgreSQL would end the whole import with the first that is longer."""
    assert len(TEXTS) > 8
    assert read_row(record, **REST[record], **{cell: "x" * longest})[cell] == "x" * longest
    with pytest.raises(Bad, match=f"{cell} is too long"):
        read_row(record, **REST[record], **{cell: "x" * (longest + 1)})


def test_names_are_one_line_and_addresses_several():
    told = read_row("client", **REST["client"], client="Deux\nlignes", address="1 rue\n75000 Paris")
    assert (told["client"], told["address"]) == ("Deux lignes", "1 rue\n75000 Paris")


def test_technicians_of_a_file_that_knows_no_services_keep_what_they_had(sqlite_lone, empty, tmp_path):
    """Every one but the sales', as after the migration: somebody goes on seeing what they hold of the others."""
    world = sqlite_lone
    deed = {"kind": Kind.ENQUIRY, "service": Service.LOGISTICS, "urgency": Urgency.NONE}
    services.choose(world.desk(world.manager), world.technician.id, {Service.LOGISTICS})
    reference = file(world, "Un retour", **deed)
    tickets.assign(world.desk(world.manager), reference, world.technician.id)
    out(world.engine, tmp_path / "tickets.csv")
    with (tmp_path / "tickets.csv").open(newline="", encoding="utf-8") as read:
        rows = list(csv.DictReader(read))
    with (tmp_path / "tickets.csv").open("w", newline="", encoding="utf-8") as written:
        former = csv.DictWriter(written, [name for name in shape.COLUMNS if name != "services"], extrasaction="ignore")
        former.writeheader()
        former.writerows(rows)
    back(empty, tmp_path / "tickets.csv")
    with Session(empty) as session:
        user = session.exec(select(User).where(User.email == world.technician.email)).one()
        chosen = session.exec(select(ServiceMember.service).where(ServiceMember.user_id == user.id)).all()
    assert set(chosen) == {Service.TECHNICAL, Service.LOGISTICS, Service.ACCOUNTING}


def test_what_belongs_to_a_ticket_that_is_not_there_is_rejected(sqlite_lone, empty, tmp_path):
    out(sqlite_lone.engine, tmp_path / "tickets.csv")
    rewritten(tmp_path / "tickets.csv", lambda row: None if row["record"] == "ticket" else row)
    sums = back(empty, tmp_path / "tickets.csv")
    assert set(sums.rejected) == {"its ticket is not in the file", "unknown ticket"} and sums.tickets == 0


def test_another_tickets_reference_is_never_taken_over(sqlite_lone, empty, tmp_path):
    out(sqlite_lone.engine, tmp_path / "tickets.csv")
    back(empty, tmp_path / "tickets.csv")
    before = everything(empty)
    rewritten(
        tmp_path / "tickets.csv",
        lambda row: row | ({"subject": "Un autre"} if row["record"] == "ticket" else {}),
    )
    sums = back(empty, tmp_path / "tickets.csv")
    assert set(sums.rejected) == {"the reference is another ticket’s"}
    assert everything(empty) == before


def test_a_ticket_or_message_told_twice_comes_in_once(sqlite_lone, empty, tmp_path):
    conversation.reply(sqlite_lone.desk(sqlite_lone.technician), "INC-2026-000001", "Bonjour.")
    path = tmp_path / "tickets.csv"
    out(sqlite_lone.engine, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    twice = [line for line in lines if line.startswith(("ticket", "message"))]
    path.write_text("\n".join([*lines, *twice]) + "\n", encoding="utf-8")
    sums = back(empty, path)
    assert dict(sums.rejected) == {"a ticket told twice": 1, "a message told twice": 1} and sums.tickets == 1


def test_who_is_there_keeps_the_role_whatever_the_file_says(sqlite_lone, tmp_path):
    out(sqlite_lone.engine, tmp_path / "tickets.csv")
    rewritten(
        tmp_path / "tickets.csv",
        lambda row: row | ({"role": "manager", "client": ""} if row["record"] == "person" else {}),
    )
    back(sqlite_lone.engine, tmp_path / "tickets.csv")
    with Session(sqlite_lone.engine) as session:
        assert session.get(User, sqlite_lone.contact.id).role == Role.CONTACT


@pytest.fixture
def sqlite_lone(new_desk):
    """A world of one ticket, for what has nothing to do with the database."""
    world = World(new_desk())
    form = TicketForm(kind=Kind.INCIDENT, subject="Seul", description="Un mot.", client_id=world.acme.id)
    tickets.file(world.desk(world.contact), form, store([Upload("a.txt", b"a")]))
    return world


def test_an_export_of_a_desk_that_had_no_callers_yet_comes_in(lived, empty, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    with (tmp_path / "tickets.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    newer = {"caller_name", "caller_phone", "former_product"}
    with (tmp_path / "tickets.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [name for name in shape.COLUMNS if name not in newer], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert not back(empty, tmp_path / "tickets.csv").bad
