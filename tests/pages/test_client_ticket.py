"""A contact's tickets: the list, one ticket, and what may be done with it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from data import conversation, drafts, followed, sheets, tickets
from data.core import clock
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.permission import Role
from models.ticket import Kind, Service, Status, Urgency
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(served, world):
    world.now = clock.now() - timedelta(minutes=10)
    return world


def file(world, by=None, **changes) -> str:
    fields = {"kind": Kind.INCIDENT, "subject": "Printer <b>down</b>", "description": "It does **not** print."}
    fields |= {"urgency": Urgency.SERIOUS} if changes.get("kind", Kind.INCIDENT) == Kind.INCIDENT else {}
    by = by or world.contact
    return tickets.file(world.desk(by), TicketForm(**(fields | changes)))


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def board(app) -> str:
    return "".join(element.proto.json for element in app.get("bidi_component") if "tickets_table" in str(element.proto))


def news(world) -> bool:
    return followed.page(world.desk(world.contact)).lines[0].news


# ------------------------------------------------------------------ one ticket


def test_a_contact_reads_what_was_asked_promised_and_answered(desk):
    reference = file(desk, product_id=desk.product.id)
    conversation.reply(desk.desk(desk.technician), reference, "Is it plugged in?", ask=True)
    app = tab("ticket", desk.contact, ref=reference)
    page = html(app)
    for part in (
        "Printer &lt;b&gt;down&lt;/b&gt;",
        "It does <strong>not</strong> print.",
        "Is it plugged in?",
        "First response",
        "Resolution",
        "It stands still until the client answers.",
        "Comptoir",
        "★★★★★",
        ">Waiting for client<",
    ):
        assert part in page, part
    assert not app.exception and "Send" in labels(app)


def test_the_place_in_the_queue_is_told_as_on_the_desk(desk):
    first, second = file(desk, urgency=Urgency.CRITICAL), file(desk, urgency=Urgency.LOW)
    assert "first in the queue" in html(tab("ticket", desk.contact, ref=first))
    assert "1 before it in the queue" in html(tab("ticket", desk.contact, ref=second))
    assert "1 before it in the queue" in html(tab("ticket", desk.manager, ref=second))


def test_nothing_of_the_desk_is_shown(desk):
    theirs, reference = file(desk, desk.stranger), file(desk)
    tickets.take(desk.desk(desk.technician), reference)
    tickets.link(desk.desk(desk.technician), reference, theirs)
    conversation.note(desk.desk(desk.technician), reference, "Between us", store([Upload("secret.txt", b"x")]))
    app = tab("ticket", desk.contact, ref=reference)
    shown = html(app) + str(labels(app))
    for hidden in (theirs, "Between us", "secret.txt", "internal note", "/queue?", "Assignee", "Take"):
        assert hidden not in shown, hidden


@pytest.mark.parametrize("asked", ["theirs", "INC-1999-000001", "", "<script>", "\x00"])
def test_somebody_else_s_reference_is_as_one_that_is_not_there(desk, asked):
    reference = file(desk, desk.stranger, subject="Their secret") if asked == "theirs" else asked
    app = tab("ticket", desk.contact, ref=reference)
    assert app.warning[0].value.startswith("There is no ticket")
    assert "Their secret" not in html(app)
    assert not app.exception and not app.text_area and not app.error


def test_a_message_with_a_file_is_sent_and_the_draft_is_gone(desk):
    reference = file(desk)
    drafts.save(desk.desk(desk.contact), reference, "half a mess")
    app = tab("ticket", desk.contact, ref=reference)
    assert app.text_area[0].value == "half a mess"
    app.text_area[0].set_value("A whole message")
    app.file_uploader[0].upload("a.txt", b"line", "text/plain")
    app = press(app, "Send")
    assert "A whole message" in html(app) and "a.txt" in html(app)
    assert app.text_area[0].value == "" and drafts.saved(desk.desk(desk.contact), reference) == ""


def test_an_answer_makes_the_clock_run_on(desk):
    reference = file(desk)
    conversation.reply(desk.desk(desk.technician), reference, "Which one?", ask=True)
    app = tab("ticket", desk.contact, ref=reference)
    app.text_area[0].set_value("The grey one")
    press(app, "Send")
    assert sheets.sheet(desk.desk(desk.contact), reference).status == Status.IN_PROGRESS


def test_of_a_resolved_ticket_there_is_the_solution_the_reason_and_the_way_on_but_no_box(desk):
    reference = file(desk, product_id=desk.product.id)
    tickets.resolve(desk.desk(desk.technician), reference, "It was **unplugged**.")
    app = tab("ticket", desk.contact, ref=reference)
    page = html(app)
    assert "It was <strong>unplugged</strong>." in page
    assert page.index("It does <strong>not</strong> print.") < page.index("It was <strong>unplugged</strong>.")
    assert not app.text_area and "it is no longer possible" in app.info[0].value
    app = press(app, "Create a follow-up")
    assert dict(app.query_params) == {"kind": "incident", "product": str(desk.product.id), "follows": reference}
    app = tab("new", desk.contact, kind="incident", product=str(desk.product.id), follows=reference)
    assert [field.value for field in app.text_input] == [reference, "Printer <b>down</b>"]


def test_the_follow_up_of_an_enquiry_is_a_message_to_the_same_service(desk):
    reference = file(desk, kind=Kind.ENQUIRY, service=Service.ACCOUNTING)
    tickets.resolve(desk.desk(desk.manager), reference, "Paid.")
    page = html(tab("ticket", desk.contact, ref=reference))
    assert f'href="/contact?service=accounting&amp;follows={reference}"' in page


def test_who_writes_on_a_ticket_resolved_meanwhile_is_told_so_and_keeps_the_text(desk):
    reference = file(desk)
    app = tab("ticket", desk.contact, ref=reference)
    tickets.resolve(desk.desk(desk.technician), reference, "Done")
    app.text_area[0].set_value("One more thing")
    app = press(app, "Send")
    assert "and that is final" in app.error[0].value
    assert app.text_area[0].value == "One more thing"


def test_one_withdraws_one_s_own_ticket_after_a_second_thought(desk):
    reference = file(desk)
    app = press(tab("ticket", desk.contact, ref=reference), "Withdraw for good")
    assert sheets.sheet(desk.desk(desk.contact), reference).status == Status.RESOLVED
    assert not app.text_area and "Withdraw for good" not in labels(app)
    assert "Withdrawn by the client" in html(app) and "Solution" not in html(app)
    assert "no longer needed" in html(app)


def test_a_colleague_s_ticket_can_be_answered_but_not_withdrawn(desk):
    with Session(desk.engine.execution_options(writes=True), expire_on_commit=False) as session:
        colleague = desk.user(session, "colleague.contact", Role.CONTACT, desk.acme)
        session.commit()
    app = tab("ticket", colleague, ref=file(desk))
    assert "Send" in labels(app) and "Withdraw for good" not in labels(app)


def test_reading_an_answer_marks_it_as_read(desk):
    reference = file(desk)
    desk.now += timedelta(minutes=1)
    conversation.reply(desk.desk(desk.technician), reference, "Hello")
    assert news(desk)
    tab("ticket", desk.contact, ref=reference)
    assert not news(desk)


def test_an_unsent_text_of_a_resolved_ticket_can_still_be_read(desk):
    reference = file(desk)
    drafts.save(desk.desk(desk.contact), reference, "half a message")
    tickets.resolve(desk.desk(desk.technician), reference, "Done")
    assert tab("ticket", desk.contact, ref=reference).code[0].value == "half a message"


def test_a_new_ticket_has_no_empty_heading_of_a_history(desk):
    reference = file(desk)
    assert "History of the exchanges" not in html(tab("ticket", desk.contact, ref=reference))
    conversation.reply(desk.desk(desk.technician), reference, "Hello")
    assert "History of the exchanges" in html(tab("ticket", desk.contact, ref=reference))


def test_the_client_raises_the_urgency_with_a_reason(desk):
    reference = file(desk)
    app = tab("ticket", desk.contact, ref=reference)
    app = press(app, "Raise the urgency")
    assert app.error[0].value == "Say why it has become more urgent: the technician reads it."
    app.text_input(key="raise_reason").set_value("Nothing works any more")
    app = press(app, "Raise the urgency")
    assert not app.error
    assert "changed the urgency: Serious → Critical" in html(app) and "Nothing works any more" in html(app)
    assert "Raise the urgency" not in labels(app)
    assert "Nothing works any more" in html(tab("ticket", desk.technician, ref=reference))


@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.ENQUIRY])
def test_only_an_incident_can_become_more_urgent(desk, kind):
    service = Service.SALES if kind == Kind.ENQUIRY else Service.TECHNICAL
    reference = file(desk, kind=kind, service=service)
    assert "Raise the urgency" not in labels(tab("ticket", desk.contact, ref=reference))


# ------------------------------------------------------------------ the list


def test_the_list_has_the_company_s_tickets_and_no_other(desk):
    mine, theirs = file(desk), file(desk, desk.stranger, subject="Their secret")
    app = tab("tickets", desk.contact)
    assert not app.exception
    assert mine in board(app) and theirs not in board(app) and "Their secret" not in board(app)
    assert "Technician" not in board(app)


def test_the_address_narrows_it_and_the_fields_show_so(desk):
    plain, over = file(desk, subject="Printer"), file(desk, subject="Export", description="The file is empty.")
    tickets.resolve(desk.desk(desk.technician), over, "Done")
    app = tab("tickets", desk.contact, stage="resolved")
    assert over in board(app) and plain not in board(app)
    app = tab("tickets", desk.contact, q="print")
    assert plain in board(app) and over not in board(app)
    assert app.text_input[0].value == "print"
    app.text_input[0].set_value("exp").run()
    assert dict(app.query_params) == {"q": "exp"} and over in board(app)


@pytest.mark.parametrize("evil", [{"stage": "x"}, {"kind": "x"}, {"product": "-1"}, {"after": "'--"}, {"q": "%" * 300}])
def test_an_address_that_makes_no_sense_does_no_harm(desk, evil):
    file(desk)
    assert not tab("tickets", desk.contact, **evil).exception


@pytest.mark.parametrize("path", ["tickets", "new"])
def test_the_staff_has_no_business_in_the_client_space(desk, path):
    app = tab(path, desk.manager)
    assert app.error[0].value == "This page is not for your role."
