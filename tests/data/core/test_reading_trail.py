"""What the staff reads and takes out is on the audit trail, and so is a contact's look at the access code."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from data import access_codes, attachments, clients, conversation, documents, exports, metrics, tickets
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.audit import AuditEntry
from models.client_list import ClientFilters
from models.document import DocumentKind, Paper
from models.errors import NotFound
from models.metrics import Chart
from models.period import Period
from models.ticket import Kind


def trail(world, action: str) -> list[tuple[int | None, str, str, dict]]:
    with Session(world.engine) as session:
        found = session.exec(select(AuditEntry).where(col(AuditEntry.action) == action).order_by(col(AuditEntry.id)))
        return [(entry.user_id, entry.table_name, entry.row_id, entry.after) for entry in found]


@pytest.fixture
def attached(world) -> int:
    form = TicketForm(kind=Kind.REQUEST, subject="S", description="D")
    reference = tickets.file(world.desk(world.contact), form, store([Upload("a.txt", b"content")]))
    return conversation.thread(world.desk(world.contact), reference).files[0].id


@pytest.fixture
def paper(world) -> int:
    said = Paper(DocumentKind.INVOICE, "1", "T", world.now.date())
    return documents.add(world.desk(world.sales), world.acme.id, said, *store([Upload("p.pdf", b"%PDF-1.4 paper")]))


def test_an_attachment_read_by_the_staff_is_told_once_an_hour_and_one_of_a_contacts_own_is_not(world, attached):
    technician, contact = world.desk(world.technician), world.desk(world.contact)
    for _read in range(3):
        attachments.content(technician, attached).stream.close()
        attachments.content(contact, attached).stream.close()
    told = (world.technician.id, "attachment", str(attached), {})
    assert trail(world, "attachments.content") == [told]
    world.now += timedelta(minutes=61)
    attachments.content(technician, attached).stream.close()
    attachments.content(world.desk(world.manager), attached).stream.close()
    assert trail(world, "attachments.content") == [told, told, (world.manager.id, *told[1:])]


def test_a_document_read_by_the_staff_is_told_and_one_of_a_clients_own_is_not(world, paper):
    documents.content(world.desk(world.contact), paper).stream.close()
    documents.content(world.desk(world.technician), paper).stream.close()
    assert trail(world, "documents.content") == [(world.technician.id, "document", str(paper), {})]


def test_what_may_not_be_read_is_not_told_as_read(world, attached):
    with pytest.raises(NotFound):
        attachments.content(world.desk(world.stranger), attached)
    assert trail(world, "attachments.content") == []


def test_a_contacts_look_at_the_access_code_is_told_once_a_day_and_never_the_code(world):
    code = access_codes.issue(world.desk(world.manager), world.acme.id)
    contact = world.desk(world.contact)
    for _look in range(3):
        assert access_codes.mine(contact) == code
    assert access_codes.mine(world.desk(world.stranger)) is None
    told = (world.contact.id, "access_code", str(world.acme.id), {})
    assert trail(world, "access_codes.mine") == [told]
    world.now += timedelta(days=1, seconds=1)
    access_codes.mine(contact)
    assert trail(world, "access_codes.mine") == [told, told]


def test_each_list_that_is_taken_out_is_told_with_how_long_it_was(world, attached, tmp_path):
    sales, manager = world.desk(world.sales), world.desk(world.manager)
    for _file in range(2):
        clients.every(sales, ClientFilters())
    assert trail(world, "clients.every") == [(world.sales.id, "client", "", {"rows": 2})] * 2
    day = world.now.date()
    rows = metrics.hand_out(manager, Chart.FLOW, Period(day, day), take=lambda _rows: None)
    assert trail(world, "metrics.hand_out") == [(world.manager.id, "ticket", "flow", {"rows": rows})]
    exports.tickets(world.desk(), tmp_path / "t.csv")
    assert trail(world, "exports.tickets") == [(None, "ticket", "", {"rows": 1})]
