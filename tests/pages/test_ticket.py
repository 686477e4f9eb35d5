"""The ticket page, as the browser's server side sees it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from data import account, conversation, drafts, sheets, tickets
from data.core import clock, database
from data.core import settings as settings_module
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.ticket import Kind, Service, Status, Urgency
from models.user import Language, User
from pages.components import earlier_messages
from tests.pages.tab import go, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
FINAL = "is resolved, and that is final"


@pytest.fixture
def desk(served, world):
    world.now = clock.now() - timedelta(minutes=10)
    return world


def filed(world, **changes) -> str:
    form = TicketForm(
        kind=Kind.INCIDENT,
        subject="Printer <b>down</b>",
        description="It does **not** print.\n\n<script>alert(1)</script>",
        client_id=world.acme.id,
        contact_id=world.contact.id,
        product_id=world.product.id,
        urgency=Urgency.SERIOUS,
    )
    return tickets.file(world.desk(), replace(form, **changes))


def opened(user: User, reference: str) -> AppTest:
    return tab("ticket", user, ref=reference)


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def write(app: AppTest, text: str, button: str) -> AppTest:
    app.text_area[0].set_value(text)
    return press(app, button)


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def choose(app: AppTest, key: str, label: str) -> AppTest:
    box = app.selectbox(key=key)
    box.select_index(box.options.index(label))
    return app


def submit(app: AppTest) -> AppTest:
    return app.button(key="action_submit").click().run()


def said(world, reference: str) -> list[tuple[str, bool]]:
    entries = conversation.thread(world.desk(), reference).entries
    return [(entry.body, entry.internal) for entry in entries if isinstance(entry, conversation.Said)]


def sheet(world, reference: str):
    return sheets.sheet(world.desk(), reference)


def errors(app: AppTest) -> str:
    return " ".join(error.value for error in app.error)


def test_the_page_tells_what_the_ticket_is_and_how_it_stands(desk):
    other = filed(desk, subject="Another")
    reference = filed(desk, urgency=Urgency.CRITICAL)
    tickets.link(desk.desk(desk.technician), reference, other)
    conversation.note(desk.desk(desk.technician), reference, "Between *us*")
    page = html(opened(desk.technician, reference))
    for part in (
        "Printer &lt;b&gt;down&lt;/b&gt;",
        ">Incident<",
        ">Critical<",
        ">New<",
        "first in the queue",
        f'<a href="/client?id={desk.acme.id}">Acme (démo)</a>',
        "★★★★★",
        "contact@guichet.example",
        "Comptoir",
        "Technical",
        "Client space",
        "First response",
        "Resolution",
        "of 1\N{NO-BREAK SPACE}h",
        "of 4\N{NO-BREAK SPACE}h",
        "It does <strong>not</strong> print.",
        "&lt;script&gt;",
        "internal note",
        "Between <em>us</em>",
        f'linked it with <a href="/ticket?ref={other}">',
        f'<a href="/ticket?ref={other}">{other}</a> <small>New</small>',
    ):
        assert part in page, part
    assert "<script" not in page


def test_the_ledger_adds_up_to_the_deadline(desk):
    reference = filed(desk)
    clocks = sheet(desk, reference).resolution_clock
    page = html(opened(desk.technician, reference))
    assert clocks.ledger[-1].total == clocks.target == timedelta(hours=8)
    assert "8:00:00 of opening: due" in page or "8:00 of opening: due" in page
    assert page.count('<tr data-line="open">') >= len(clocks.ledger)


def test_a_ticket_is_taken_answered_asked_about_and_resolved(desk):
    reference = filed(desk)
    app = press(opened(desk.technician, reference), "Take")
    assert sheet(desk, reference).assignee == "Technician"
    app = write(app, "Hello", "Reply")
    assert (app.text_area[0].value, sheet(desk, reference).status) == ("", Status.IN_PROGRESS)
    app = write(app, "Which driver?", "Reply and ask")
    assert sheet(desk, reference).status == Status.WAITING
    assert "It stands still until the client answers." in html(app)
    app = write(app, "Looks like last week", "Internal note")
    app = write(app, "Use driver **4**", "Resolve…")
    assert sheet(desk, reference).status == Status.WAITING
    assert "Use driver <strong>4</strong>" in html(app)
    app = press(app, "Resolve for good")
    assert sheet(desk, reference).solution == "Use driver **4**"
    assert said(desk, reference) == [("Hello", False), ("Which driver?", False), ("Looks like last week", True)]
    assert not app.text_area and FINAL in app.info[0].value
    assert {button.label for button in app.button} == {"Sign out", "Create a follow-up ticket"}


def test_what_is_written_can_be_kept_open_after_a_second_look(desk):
    reference = filed(desk)
    app = write(opened(desk.technician, reference), "Use driver 4", "Resolve…")
    app = press(app, "Keep it open")
    assert sheet(desk, reference).status == Status.NEW
    assert app.text_area[0].value == "Use driver 4"
    assert "Resolve for good" not in [button.label for button in app.button]


def test_files_go_with_the_reply_and_the_chooser_is_empty_afterwards(desk):
    reference = filed(desk)
    app = opened(desk.technician, reference)
    app.file_uploader[0].set_value([("shot.png", PNG, "image/png"), ("log.txt", b"line", "text/plain")])
    app = write(app, "Attached", "Reply")
    page = html(app)
    assert page.count('href="/attachments/') == 2 and "shot.png" in page and "log.txt" in page
    assert page.count("<img src=") == 1
    assert "4 bytes" in page
    assert not app.file_uploader[0].value


def test_a_file_that_is_too_large_is_refused_in_words_and_the_text_kept(desk, monkeypatch):
    monkeypatch.setenv("GUICHET_MAX_FILE_MB", "1")
    settings_module.settings.cache_clear()
    reference = filed(desk)
    app = opened(desk.technician, reference)
    app.file_uploader[0].upload("big.bin", b"x" * (1024 * 1024 + 1), "application/octet-stream")
    app = write(app, "Attached", "Reply")
    assert "The file “big\\.bin” is too large: 1 MB at most." in errors(app)
    assert app.text_area[0].value == "Attached"
    assert not said(desk, reference)


@pytest.mark.parametrize("button", ["Reply", "Reply and ask", "Internal note"])
def test_nothing_is_not_sent(desk, button):
    reference = filed(desk)
    app = write(opened(desk.technician, reference), "  \n", button)
    assert errors(app) == "Write something, or attach a file."
    assert not said(desk, reference)


def test_a_solution_must_say_something_and_carries_no_files(desk):
    reference = filed(desk)
    app = write(opened(desk.technician, reference), " ", "Resolve…")
    assert errors(app).startswith("Write the solution")
    app.file_uploader[0].upload("log.txt", b"line", "text/plain")
    app = press(write(app, "Done", "Resolve…"), "Resolve for good")
    assert "A solution carries no files" in errors(app)
    assert sheet(desk, reference).status == Status.NEW


def test_a_ticket_is_given_to_a_colleague_and_to_nobody(desk):
    reference = filed(desk)
    app = press(opened(desk.manager, reference), "Assign")
    app = submit(choose(app, "assign_to", "Colleague"))
    assert sheet(desk, reference).assignee == "Colleague"
    app = submit(choose(press(app, "Assign"), "assign_to", "Nobody"))
    assert sheet(desk, reference).assignee_id is None


def test_a_colleagues_name_is_plain_text_in_what_is_said_of_it(desk):
    account.update(desk.desk(desk.colleague), "![x](https://tracker.example) :red[C]", Language.ENGLISH)
    app = press(opened(desk.manager, filed(desk)), "Assign")
    app = submit(choose(app, "assign_to", "![x](https://tracker.example) :red[C]"))
    [toast] = [toast.value for toast in app.toast]
    assert toast.startswith("Given to") and "![" not in toast and ":red[" not in toast


def test_the_urgency_changes_with_a_reason_and_the_moved_deadline_is_told(desk):
    reference = filed(desk)
    app = press(opened(desk.technician, reference), "Urgency")
    choose(app, "urgency_to", "Critical")
    app = press(app, "Change the urgency")
    assert errors(app).startswith("Say why the urgency changes")
    app.text_input(key="urgency_reason").set_value("Nothing <leaves> the warehouse")
    app = press(app, "Change the urgency")
    page = html(app)
    assert sheet(desk, reference).urgency == Urgency.CRITICAL
    assert "changed the urgency: Serious → Critical “Nothing &lt;leaves&gt; the warehouse”" in page
    assert "Resolution due: " in page
    assert not app.selectbox


def test_only_an_incident_shows_an_urgency(desk):
    reference = filed(desk, kind=Kind.REQUEST, urgency=Urgency.NONE)
    assert "Urgency" not in [button.label for button in opened(desk.technician, reference).button]


@pytest.mark.parametrize(
    ("action", "submit", "typed", "refusal"),
    [
        ("Link", "Link the two", "INC-1999-000001", "There is no ticket INC\\-1999\\-000001."),
        ("Link", "Link the two", "<b>", "There is no ticket \\<b\\>."),
        ("Link", "Link the two", "self", "A ticket cannot refer to itself."),
        ("Duplicate", "Resolve as duplicate", "", "There is no ticket ."),
        ("Duplicate", "Resolve as duplicate", "stranger", "is another client's ticket. Link the two instead."),
    ],
)
def test_a_wrong_reference_is_refused_in_words_and_stays_in_its_field(desk, action, submit, typed, refusal):
    reference = filed(desk)
    named = {"self": reference, "stranger": filed(desk, client_id=desk.other.id, contact_id=None)}
    app = press(opened(desk.technician, reference), action)
    field = next(one for one in app.text_input if one.key in {"link_to", "duplicate_of"})
    app = press(field.set_value(named.get(typed, typed)) and app, submit)
    assert refusal in errors(app)
    assert next(one for one in app.text_input if one.key == field.key).value == named.get(typed, typed)
    assert sheet(desk, reference).status == Status.NEW


def test_tickets_are_linked_marked_as_duplicate_and_withdrawn(desk):
    first, second, third = filed(desk), filed(desk), filed(desk)
    app = press(opened(desk.technician, second), "Link")
    app.text_input(key="link_to").set_value(f" {third.lower()} ")
    app = press(app, "Link the two")
    assert [related.reference for related in sheet(desk, third).linked] == [second]
    app = press(app, "Duplicate")
    app.text_input(key="duplicate_of").set_value(first)
    app = press(app, "Resolve as duplicate")
    assert f'The matter goes on in <a href="/ticket?ref={first}">' in html(app)
    assert not app.text_area
    app = press(press(opened(desk.technician, third), "Withdraw"), "Withdraw for the client")
    assert sheet(desk, third).status == Status.RESOLVED
    assert not app.text_area


@pytest.mark.parametrize("button", ["Take", "Reply", "Reply and ask", "Internal note", "Resolve…"])
def test_who_acts_on_a_ticket_resolved_meanwhile_is_told_so_and_keeps_the_text(desk, button):
    reference = filed(desk)
    app = opened(desk.technician, reference)
    tickets.resolve(desk.desk(desk.colleague), reference, "Already done")
    app = write(app, "My answer", button)
    assert f"Ticket {reference} is resolved, and that is final.".replace("-", "\\-") in errors(app)
    assert button == "Take" or app.text_area[0].value == "My answer"
    assert not said(desk, reference)


@pytest.mark.parametrize("action", ["Assign", "Urgency", "Link", "Duplicate", "Withdraw"])
def test_so_is_who_had_a_form_open(desk, action):
    reference, other = filed(desk), filed(desk)
    app = press(opened(desk.technician, reference), action)
    if app.text_input:
        app.text_input[0].set_value("because" if action == "Urgency" else other)
    if action == "Assign":
        choose(app, "assign_to", "Colleague")
    tickets.resolve(desk.desk(desk.colleague), reference, "Already done")
    app = submit(app)
    assert "and that is final" in errors(app)
    assert sheet(desk, reference).solution == "Already done"


def test_nor_is_it_resolved_twice(desk):
    reference = filed(desk)
    app = write(opened(desk.technician, reference), "My solution", "Resolve…")
    tickets.resolve(desk.desk(desk.colleague), reference, "Already done")
    app = press(app, "Resolve for good")
    assert "and that is final" in errors(app)
    assert sheet(desk, reference).solution == "Already done"


def test_an_unsent_text_of_a_resolved_ticket_can_still_be_read(desk):
    reference = filed(desk)
    drafts.save(desk.desk(desk.technician), reference, "half an answer")
    tickets.resolve(desk.desk(desk.colleague), reference, "Done")
    assert opened(desk.technician, reference).code[0].value == "half an answer"
    assert not opened(desk.colleague, reference).code


def test_a_draft_waits_in_the_box_and_is_gone_once_sent(desk):
    reference = filed(desk)
    drafts.save(desk.desk(desk.technician), reference, "half an answer")
    app = opened(desk.technician, reference)
    assert app.text_area[0].value == "half an answer"
    app = press(app, "Reply")
    assert said(desk, reference) == [("half an answer", False)]
    assert app.text_area[0].value == "" and drafts.saved(desk.desk(desk.technician), reference) == ""


def test_nobody_answers_over_a_message_they_have_not_read(desk):
    reference = filed(desk)
    app = opened(desk.technician, reference)
    conversation.reply(desk.desk(desk.contact), reference, "It works again!")
    app = write(app, "Please reinstall", "Reply")
    assert errors(app).startswith("Contact has just written on this ticket.")
    assert "It works again!" in html(app)
    assert app.text_area[0].value == "Please reinstall"
    app = press(app, "Reply")
    assert [body for body, _ in said(desk, reference)] == ["It works again!", "Please reinstall"]


def test_who_else_has_it_open_and_who_wrote_is_told(desk):
    reference = filed(desk)
    opened(desk.colleague, reference)
    app = opened(desk.technician, reference)
    assert [info.value for info in app.info] == ["Colleague has this ticket open too."]
    assert not app.warning


def test_another_s_ticket_is_taken_by_nobody_else(desk):
    reference = filed(desk)
    app = opened(desk.technician, reference)
    tickets.take(desk.desk(desk.colleague), reference)
    app = press(app, "Take")
    assert errors(app) == f"Colleague already has {reference}.".replace("-", "\\-")


@pytest.mark.parametrize("reference", ["INC-1999-000001", "", "'; DROP TABLE ticket", "<script>", "\x00"])
def test_a_ticket_that_is_not_there_is_told_in_words_with_the_way_back(desk, reference):
    app = opened(desk.technician, reference)
    assert app.warning[0].value.startswith("There is no ticket")
    assert app.get("page_link")[0].proto.label == "Back to the queue"
    assert not app.exception and not app.text_area


def test_a_contact_gets_the_page_of_the_client_space_instead(desk):
    app = opened(desk.contact, filed(desk))
    assert [button.label for button in app.button if button.label in ("Take", "Reply", "Send")] == ["Send"]
    assert "Printer" not in html(opened(desk.stranger, filed(desk)))


def test_sales_reads_a_technical_ticket_and_cannot_touch_it(desk):
    reference = filed(desk)
    conversation.note(desk.desk(desk.technician), reference, "Between us")
    conversation.reply(desk.desk(desk.technician), reference, "Hello")
    app = opened(desk.sales, reference)
    assert "Hello" in html(app) and "Between us" not in html(app)
    assert "Another service works it." in app.info[0].value
    assert not app.text_area and [button.label for button in app.button] == ["Sign out"]


def test_sales_works_what_is_addressed_to_it(desk):
    reference = filed(desk, kind=Kind.ENQUIRY, service=Service.SALES, urgency=Urgency.NONE)
    app = write(opened(desk.sales, reference), "Gladly", "Reply")
    assert said(desk, reference) == [("Gladly", False)]
    assert sheet(desk, reference).assignee == "Sales"
    assert app.text_area


def test_of_a_long_conversation_the_latest_fifty_come_first(desk):
    reference = filed(desk)
    for number in range(70):
        conversation.reply(desk.desk(desk.technician), reference, f"message {number}.")
    app = opened(desk.technician, reference)
    assert "message 20." in html(app) and "message 19." not in html(app)
    app = press(app, "Show earlier messages (20)")
    assert "message 0." in html(app)
    assert not [button for button in app.button if button.label.startswith("Show")]


def test_of_very_long_messages_those_that_fit_come_first_and_the_rest_is_a_click_away(desk, monkeypatch):
    reference = filed(desk)
    for number in range(6):
        conversation.reply(desk.desk(desk.technician), reference, f"message {number}. " + "x" * 49_000)
    app = opened(desk.technician, reference)
    assert "message 2." in html(app) and "message 1." not in html(app)
    monkeypatch.setattr(earlier_messages, "PAGES_SHOWN", 2)
    app = press(app, "Show earlier messages (2)")
    assert "message 0." in html(app)


def test_what_a_page_cannot_show_is_printed(desk, monkeypatch):
    monkeypatch.setattr(earlier_messages, "PAGES_SHOWN", 1)
    reference = filed(desk)
    for number in range(51):
        conversation.reply(desk.desk(desk.technician), reference, f"message {number}.")
    app = opened(desk.technician, reference)
    assert not [button for button in app.button if button.label.startswith("Show")]
    [told] = [one.value for one in app.caption if "printed pages" in one.value]
    assert told == f"[1 earlier message is on the printed pages.](/tickets/{reference}/print?notes=yes)"


def test_the_number_of_queries_does_not_grow_with_the_conversation(desk):
    def cost(reference: str) -> int:
        opened(desk.technician, reference)
        seen = []
        listener = lambda *_: seen.append(1)  # noqa: E731
        event.listen(database.engine(), "before_cursor_execute", listener)
        opened(desk.technician, reference)
        event.remove(database.engine(), "before_cursor_execute", listener)
        return len(seen)

    short, long = filed(desk), filed(desk)
    for world_reference, count in ((short, 1), (long, 40)):
        for number in range(count):
            upload = store([Upload(f"{number}.txt", b"line")])
            conversation.reply(desk.desk(desk.technician), world_reference, f"message {number}", upload)
    assert cost(long) == cost(short)


# ------------------------------------------------------------------ once it is resolved


def resolved(world, **changes) -> str:
    reference = filed(world, **changes)
    tickets.resolve(world.desk(world.colleague), reference, "Done")
    return reference


def test_a_resolved_ticket_leads_to_the_next_one_of_the_queue_as_it_was_left(desk):
    other = filed(desk, subject="Of a colleague")
    tickets.take(desk.desk(desk.colleague), other)
    following = filed(desk, subject="Next to do", kind=Kind.REQUEST, urgency=Urgency.NONE)
    app = tab("queue", desk.technician, order="arrival", kind="request")
    reference = resolved(desk)
    app = go(app, "ticket", ref=reference)
    assert app.button(key="next_ticket").label == "Next ticket: Next to do"
    app.button(key="next_ticket").click().run()
    assert app.query_params["ref"] == following


def test_the_next_ticket_is_nobodys_or_ones_own_before_a_colleagues(desk):
    tickets.take(desk.desk(desk.colleague), filed(desk, subject="Of a colleague", urgency=Urgency.CRITICAL))
    filed(desk, subject="Free to take", urgency=Urgency.LOW)
    assert opened(desk.technician, resolved(desk)).button(key="next_ticket").label == "Next ticket: Free to take"


def test_where_nothing_is_left_no_next_ticket_is_offered(desk):
    app = opened(desk.technician, resolved(desk))
    assert "next_ticket" not in {str(button.key) for button in app.button}
    assert not app.exception


def test_the_way_back_leads_to_the_queue_as_it_was_left(desk):
    app = go(tab("queue", desk.technician, order="arrival", who="mine"), "ticket", ref=filed(desk))
    [link] = [one.proto for one in app.get("page_link")]
    assert link.query_string == "order=arrival&who=mine"


def test_the_staff_creates_a_follow_up_with_what_is_known_in_the_form(desk):
    reference = resolved(desk)
    app = opened(desk.technician, reference)
    app.button(key="follow_up").click().run()
    app = go(app, "file", **dict(app.query_params))
    assert not app.exception
    assert [field.value for field in app.text_input][:2] == [reference, "Printer <b>down</b>"]
    app.text_area[0].set_value("It is down again.")
    app.radio[0].set_value("low").run()
    app.button(key="send").click().run()
    assert not app.error and not app.exception
    sheet = sheets.sheet(desk.desk(desk.technician), app.query_params["filed"])
    assert sheet.follows is not None and sheet.follows.reference == reference
    assert (sheet.client_id, sheet.contact, sheet.product) == (desk.acme.id, "Contact", "Comptoir")


def test_the_form_for_another_matter_of_the_client_stays_apart_from_a_follow_up(desk):
    app = tab("file", desk.technician, client=str(desk.acme.id), follows=resolved(desk))
    assert app.text_input[1].value == "Printer <b>down</b>"
    assert go(app, "file", client=str(desk.acme.id)).text_input[0].value == ""
