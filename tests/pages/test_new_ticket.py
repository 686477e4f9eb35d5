"""The form of a new ticket: the contact's, and the staff's for a client."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import conversation, editorial, form_drafts, sheets, tickets
from data.core import clock
from data.editorial import Manuscript
from data.tickets import TicketForm
from models.article import ArticleKind
from models.client import Subscription
from models.product import Ownership, Product
from models.ticket import Channel, Kind, Service, Ticket, Urgency
from models.user import Language
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(served, world):
    world.now = clock.now() - timedelta(minutes=10)
    return world


def new(world, user=None, **asked):
    asked = {"kind": "incident", "product": str(world.product.id)} | asked
    return tab("new", user or world.contact, **asked)


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def filled(app, subject="Printer down", description="It does not print.", urgency="low"):
    next(field for field in app.text_input if field.label.startswith("1-")).set_value(subject)
    app.text_area[0].set_value(description)
    if app.radio and urgency:
        app.radio[0].set_value(urgency)
    return app.run()


def send(app):
    return app.button(key="send").click().run()


def filed(world) -> list[Ticket]:
    with Session(world.engine) as session:
        return list(session.exec(select(Ticket).order_by(Ticket.id)))


def end_subscriptions(world) -> None:
    with Session(world.engine.execution_options(writes=True)) as session:
        for subscription in session.exec(select(Subscription)):
            subscription.ends_at = world.now
        session.commit()


def test_an_incident_has_the_guide_s_four_fields_and_each_urgency_its_meaning_and_promise(desk):
    app = new(desk)
    assert app.title[0].value == "Incident · Comptoir"
    labels = [app.text_input[0].label, app.text_area[0].label, app.radio[0].label, app.file_uploader[0].label]
    assert [label[:2] for label in labels] == ["1-", "2-", "3-", "4-"]
    assert app.radio[0].options == ["None", "Low", "Serious", "Critical"]
    captions = app.radio[0].proto.captions
    assert captions[3].startswith("Work stands still, or data is being lost. First response before ")
    assert captions[3].endswith("resolution within 4\N{NO-BREAK SPACE}h of opening.")


def test_a_service_request_has_three_and_no_urgency(desk):
    app = new(desk, kind="request")
    assert app.title[0].value == "Service request · Comptoir"
    labels = [app.text_input[0].label, app.text_area[0].label, app.file_uploader[0].label]
    assert [label[:2] for label in labels] == ["1-", "2-", "3-"] and not app.radio
    assert "First response before" in app.caption[0].value


def test_sending_confirms_with_the_number_the_promise_and_the_place(desk):
    app = filled(new(desk))
    app.file_uploader[0].upload("a.txt", b"line", "text/plain")
    app = send(app)
    (ticket,) = filed(desk)
    assert app.success[0].value == f"Your ticket {ticket.reference} is in good hands."
    for part in ("First response before ", "(4\N{NO-BREAK SPACE}h of opening)", "Its place: first in the queue"):
        assert part in html(app), part
    assert (ticket.subject, ticket.urgency, ticket.product_id) == ("Printer down", Urgency.LOW, desk.product.id)
    assert conversation.thread(desk.desk(desk.contact), ticket.reference).files[0].name == "a.txt"
    again = tab("new", desk.contact, filed=ticket.reference)  # a reload
    assert again.success[0].value == app.success[0].value and len(filed(desk)) == 1


def test_two_tabs_of_one_form_file_one_ticket(desk):
    one, other = filled(new(desk)), filled(new(desk))
    one, other = send(one), send(other)
    assert one.success[0].value == other.success[0].value and len(filed(desk)) == 1


def test_a_tab_with_other_words_is_told_so_and_files_its_own_when_sent_once_more(desk):
    one, other = filled(new(desk)), filled(new(desk), subject="Something else")
    send(one)
    other = send(other)
    assert "was sent already" in other.error[0].value and len(filed(desk)) == 1
    assert other.text_input[0].value == "Something else"
    send(other)
    assert [ticket.subject for ticket in filed(desk)] == ["Printer down", "Something else"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"subject": ""}, "Give the ticket a subject."),
        ({"description": ""}, "Describe the matter"),
        ({"urgency": ""}, "Choose how urgent"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk, missing, said):
    app = send(filled(new(desk), **missing))
    assert app.error[0].value.startswith(said) and not filed(desk)
    assert app.text_input[0].value == "Printer down" or "subject" in missing
    assert app.text_area[0].value == "It does not print." or "description" in missing


def test_what_is_typed_is_there_again_after_a_reload_and_gone_once_sent(desk):
    filled(new(desk))
    app = new(desk)
    assert (app.text_input[0].value, app.text_area[0].value) == ("Printer down", "It does not print.")
    assert app.radio[0].value == "low"
    assert new(desk, kind="request").text_input[0].value == ""
    send(app)
    assert new(desk).text_input[0].value == ""


def test_open_tickets_that_look_alike_are_shown_in_tabs_of_their_own(desk):
    form = TicketForm(kind=Kind.INCIDENT, subject="The printers <b>", description="…")
    mine, theirs = (tickets.file(desk.desk(user), form) for user in (desk.contact, desk.stranger))
    page = html(filled(new(desk), subject="printer"))
    assert f'<a href="/ticket?ref={mine}" target="_blank" rel="noopener">The printers &lt;b&gt;</a>' in page
    assert theirs not in page and "write on the one that is open" in page
    assert mine not in html(filled(new(desk), subject="Holidays"))


def test_articles_that_may_answer_are_shown_and_lead_to_their_place_in_the_help(desk):
    answer = Manuscript(
        product_id=desk.product.id,
        kind=ArticleKind.FAQ,
        language=Language.ENGLISH,
        title="Is it plugged in?",
        body="Printer?",
    )
    written = editorial.begin(desk.desk(desk.technician), answer)
    assert "Is it plugged in?" not in html(filled(new(desk), subject="printers"))
    editorial.publish(desk.desk(desk.technician), written.id, seen=written.version)
    app = filled(new(desk), subject="printers")
    assert f'href="/help?product={desk.product.id}&amp;at=article-{written.id}" target="_blank"' in html(app)
    assert app.text_area[0].value == "It does not print." and not app.button(key="send").disabled


def test_without_a_subscription_the_form_says_so_leads_to_sales_and_keeps_what_is_typed(desk):
    filled(new(desk))
    end_subscriptions(desk)
    app = new(desk)
    assert "No subscription of your company is running" in app.warning[0].value
    assert 'href="/contact?service=sales"' in html(app)
    assert app.text_input[0].value == "Printer down" and app.button(key="send").disabled


def test_a_subscription_that_ends_while_one_types_is_told_when_sent(desk):
    app = filled(new(desk))
    end_subscriptions(desk)
    app = send(app)
    assert not filed(desk) and app.text_input[0].value == "Printer down"
    assert "No subscription of your company is running" in app.warning[0].value


def test_a_follow_up_carries_the_reference_and_the_subject_of_the_resolved_ticket(desk):
    form = TicketForm(kind=Kind.INCIDENT, subject="Printer down", description="…", product_id=desk.product.id)
    old = tickets.file(desk.desk(desk.contact), form)
    tickets.resolve(desk.desk(desk.technician), old, "Plugged in")
    app = new(desk, follows=old)
    assert [field.value for field in app.text_input] == [old, "Printer down"]
    send(filled(app, subject="Again", description="Unplugged again"))
    followed = sheets.sheet(desk.desk(desk.contact), filed(desk)[-1].reference).follows
    assert followed and followed.reference == old


@pytest.mark.parametrize("open_one", [True, False])
def test_a_follow_up_of_nothing_resolved_is_refused_in_words(desk, open_one):
    form = TicketForm(kind=Kind.INCIDENT, subject="Printer down", description="…")
    user = desk.contact if open_one else desk.stranger
    other = tickets.file(desk.desk(user), form)
    app = send(filled(new(desk, follows=other)))
    assert ("is not resolved yet" if open_one else "There is no ticket") in app.error[0].value
    assert len(filed(desk)) == 1


def test_the_product_is_asked_where_the_address_names_none_of_one_s_own(desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        second, foreign = Product(name="Second"), Product(name="Foreign")
        session.add_all([second, foreign])
        session.flush()
        session.add(Ownership(client_id=desk.acme.id, product_id=second.id))
        session.commit()
        second_id, foreign_id = second.id, foreign.id
    app = new(desk, product=str(foreign_id))
    assert app.selectbox(key="which").options == ["Comptoir", "Second", "About none of them in particular"]
    assert not app.text_area
    app = app.selectbox(key="which").set_value(str(second_id)).run()
    assert app.title[0].value == "Incident · Second"
    assert new(desk, product="none").title[0].value == "Incident"


def test_where_the_address_names_no_kind_one_chooses_it_first(desk):
    app = tab("new", desk.contact)
    assert app.title[0].value == "New ticket" and not app.text_area
    labels = {"choose_incident": "Create an incident", "choose_request": "Create a service request"}
    assert {key: app.button(key=key).label for key in labels} == labels
    app = app.button(key="choose_request").click().run()
    assert app.query_params["kind"] in ("request", ["request"])
    assert tab("new", desk.contact, kind="request").title[0].value == "Service request · Comptoir"


def test_from_the_form_of_one_kind_one_gets_to_that_of_the_other(desk):
    app = new(desk).button(key="other_kind").click().run()
    assert app.query_params["kind"] in ("request", ["request"])
    assert app.title[0].value == "Service request · Comptoir"


def test_everything_that_is_missing_is_said_at_once(desk):
    app = send(new(desk))
    [error] = [error.value.split("  \n") for error in app.error]
    assert error == [
        "Give the ticket a subject.",
        "Describe the matter: the more we know, the sooner we can help.",
        "Choose how urgent the incident is.",
    ]
    assert not filed(desk)


def test_a_subject_that_is_too_long_stays_in_the_field_and_says_so(desk):
    app = filled(new(desk), subject="x" * 230)
    assert app.text_input[0].value == "x" * 230
    assert app.error[0].value.startswith("The subject is too long: 230 characters of 200")
    app = send(app)
    assert not filed(desk) and len(app.error) == 2
    app = send(filled(app, subject="x" * 200))
    assert [ticket.subject for ticket in filed(desk)] == ["x" * 200]


def test_room_that_gets_short_is_counted(desk):
    app = filled(new(desk), subject="x" * 160)
    assert "160 of 200 characters" in [caption.value for caption in app.caption]


@pytest.mark.parametrize("evil", [{"kind": "enquiry"}, {"product": "x" * 99}, {"follows": "<b>"}, {"filed": "INC-1"}])
def test_an_address_that_makes_no_sense_does_no_harm(desk, evil):
    assert not new(desk, **evil).exception


def test_the_confirmation_of_another_client_s_ticket_is_not_given(desk):
    theirs = tickets.file(desk.desk(desk.stranger), TicketForm(kind=Kind.INCIDENT, subject="Secret", description="…"))
    app = tab("new", desk.contact, filed=theirs)
    assert not app.success and "Secret" not in html(app)


# ------------------------------------------------------------------ for a client


def test_the_staff_finds_the_client_as_one_types(desk):
    app = tab("file", desk.technician)
    app.text_input[0].set_value("acm").run()
    assert [button.label for button in app.button if "démo" in button.label] == [r"Acme \(démo\)"]
    app = next(button for button in app.button if "Acme" in button.label).click().run()
    assert app.query_params["client"] == str(desk.acme.id)
    assert app.text_area[0].label.startswith("2-")


def test_the_staff_files_for_a_client_with_the_way_it_came(desk):
    app = tab("file", desk.technician, client=str(desk.acme.id))
    app.selectbox(key=f"form_file-{desk.acme.id}_contact").set_value(str(desk.contact.id))
    app.selectbox(key=f"form_file-{desk.acme.id}_product").set_value(str(desk.product.id))
    app.run()
    app = send(filled(app, urgency="critical"))
    (ticket,) = filed(desk)
    assert app.success[0].value == f"{ticket.reference} is filed."
    assert (ticket.client_id, ticket.contact_id, ticket.product_id) == (desk.acme.id, desk.contact.id, desk.product.id)
    assert (ticket.channel, ticket.urgency, ticket.kind) == (Channel.PHONE, Urgency.CRITICAL, Kind.INCIDENT)


def test_an_enquiry_is_addressed_to_a_service_and_needs_no_subscription(desk):
    end_subscriptions(desk)
    app = tab("file", desk.sales, client=str(desk.acme.id), kind="enquiry", channel="visit")
    app = send(filled(app, subject="Invoice"))
    (ticket,) = filed(desk)
    assert (ticket.kind, ticket.service, ticket.channel) == (Kind.ENQUIRY, Service.LOGISTICS, Channel.VISIT)


def test_what_the_staff_types_is_kept_by_client(desk):
    filled(tab("file", desk.technician, client=str(desk.acme.id)))
    assert tab("file", desk.technician, client=str(desk.acme.id)).text_area[0].value == "It does not print."
    assert tab("file", desk.technician, client=str(desk.other.id)).text_area[0].value == ""
    assert form_drafts.begin(desk.desk(desk.colleague), f"file-{desk.acme.id}").fields == {}


def test_an_unknown_client_is_asked_anew(desk):
    app = tab("file", desk.technician, client="999")
    assert not app.exception and app.text_input[0].label == "Part of the client’s name"


def test_a_contact_does_not_file_for_others(desk):
    assert tab("file", desk.contact).error[0].value == "This page is not for your role."
