"""A contact's home with its details, the messages to the services, the programmes and the documents."""

from datetime import date, timedelta

import pytest

from data import (
    access_codes,
    conversation,
    desk_settings,
    documents,
    followed,
    services,
    sheets,
    subscriptions,
    tickets,
)
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.client import StarLevel
from models.document import DocumentKind, Paper
from models.followed import Followed
from models.subscription import Plan
from models.ticket import Kind, Service
from tests.pages.tab import incident, tab


def said(app) -> str:
    """Everything on the page that is text."""
    kinds = (app.markdown, app.caption, app.info, app.warning, app.code, app.subheader, app.title, app.success)
    html = [element.proto.body for element in app.get("html")]
    links = [link.proto.label for link in app.get("page_link")]
    return "\n".join([element.value for kind in kinds for element in kind] + html + links)


def enquiries(world, user=None):
    return followed.page(world.desk(user or world.contact), Followed(kind=Kind.ENQUIRY)).lines


def give_code(world, client) -> str:
    return access_codes.issue(world.desk(world.manager), client.id)


def take_code(world, client) -> None:
    if access_codes.state(world.desk(world.manager), client.id).live:
        access_codes.end(world.desk(world.manager), client.id)


# ------------------------------------------------------------------ home


def test_home_shows_the_code_the_programme_and_the_line_in_the_details(desk):
    code = give_code(desk, desk.acme)
    app = tab("", desk.contact)
    assert not app.exception
    assert app.title[0].value == "Hello Contact"
    text = said(app)
    assert [one.value for one in app.code] == [code]
    for part in ("Details", "Acme", "5-star programme", "Direct line open now"):
        assert part in text


def test_below_four_stars_home_says_what_four_bring_and_leads_to_sales(desk):
    app = tab("", desk.stranger)
    text = said(app)
    assert not app.code and "ask_code" not in [button.key for button in app.button]
    assert "not in the 4- or 5-star programme" in text and "direct line of the technical service" in text
    assert "/contact?service=sales&amp;subject=We+would+like+the+4-star+programme" in text
    assert "Direct line open now" not in text


def test_without_any_subscription_home_says_so(desk):
    subscriptions.save(desk.desk(desk.manager), desk.other.id, Plan(StarLevel.NONE))
    assert "No subscription of your company is running" in said(tab("", desk.stranger))


def test_one_click_asks_for_the_missing_code_once_and_says_its_number(desk):
    take_code(desk, desk.acme)
    app = tab("", desk.contact)
    app.button(key="ask_code").click().run()
    [one] = enquiries(desk)
    reference = one.line.reference
    assert not app.exception and not app.error
    assert any(reference in info.value for info in app.info)
    assert "ask_code" not in [button.key for button in app.button]
    assert sheets.sheet(desk.desk(desk.sales), reference).service == Service.SALES
    give_code(desk, desk.acme)
    assert tab("", desk.contact).code


def test_home_lists_what_is_open_marks_what_is_new_and_ends_with_the_latest_papers(desk):
    reference = requested(desk)
    desk.now += timedelta(seconds=1)
    conversation.reply(desk.desk(desk.technician), reference, "Hello")
    paper = Paper(DocumentKind.INVOICE, "FAC-1", "Five stars", date(2026, 3, 1))
    documents.add(desk.desk(desk.sales), desk.acme.id, paper, *store([Upload("FAC-1.pdf", b"%PDF-1.4 one")]))
    text = said(tab("", desk.contact))
    assert "1 open ticket" in text and "New answer" in text and reference in text
    assert "resolution before" in text
    assert "FAC-1" in text
    assert reference not in said(tab("", desk.stranger)) and "FAC-1" not in said(tab("", desk.stranger))


def requested(desk) -> str:
    form = TicketForm(kind=Kind.REQUEST, subject="A column", description="One more")
    return tickets.file(desk.desk(desk.contact), form)


def set_number(desk, number: str) -> None:
    desk_settings.set_direct_line_number(desk.desk(desk.manager), number)


def test_the_number_of_the_direct_line_stands_with_the_code_and_is_dialled(desk):
    give_code(desk, desk.acme)
    set_number(desk, "01 99 00 12 34")
    for path in ("", "programme", "contact"):
        assert '<a class="telephone" href="tel:0199001234"' in said(tab(path, desk.contact)), path
    assert "tel:" in said(tab("contact", desk.contact, service="technical"))
    assert "tel:" not in said(tab("contact", desk.contact, service="sales"))


@pytest.mark.parametrize("path", ["", "programme", "contact"])
def test_below_four_stars_nobody_reads_the_number(desk, path):
    set_number(desk, "01 99 00 12 34")
    text = said(tab(path, desk.stranger))
    assert "tel:" not in text and "01 99" not in text


def test_without_a_number_the_client_reads_whom_to_ask(desk):
    text = said(tab("", desk.contact))
    assert "tel:" not in text and "our sales team gives it to you" in text
    assert "subject=The+telephone+number+of+the+direct+line" in text


def test_a_change_to_come_is_told_and_nobody_is_invited_to_order_it_again(desk):
    manager, today = desk.desk(desk.manager), desk.now.date()
    subscriptions.save(manager, desk.other.id, Plan(StarLevel.THREE, until=today + timedelta(days=20)))
    begins = today + timedelta(days=21)
    subscriptions.save(manager, desk.other.id, Plan(StarLevel.FOUR, begins, today + timedelta(days=400)))
    home, page = said(tab("", desk.stranger)), said(tab("programme", desk.stranger))
    for text in (home, page):
        assert "on you have the 4-star programme." in text and "We+would+like+the+4-star+programme" not in text
        assert "ends on" not in text
    assert "Your code appears here on" in home


def test_an_end_that_nears_is_told_and_leads_to_sales(desk):
    until = desk.now.date() + timedelta(days=20)
    subscriptions.save(desk.desk(desk.manager), desk.other.id, Plan(StarLevel.THREE, until=until))
    for path in ("", "programme"):
        text = said(tab(path, desk.stranger))
        assert "Your programme ends on" in text and "subject=We+would+like+to+renew+the+3-star+programme" in text


def test_home_says_how_many_tickets_wait_for_the_client(desk):
    reference = requested(desk)
    assert "waits for your answer" not in said(tab("", desk.contact))
    conversation.reply(desk.desk(desk.technician), reference, "Which one?", ask=True)
    assert "1 ticket waits for your answer" in said(tab("", desk.contact))
    listed = tab("tickets", desk.contact, stage="waiting").get("bidi_component")
    assert reference in str([one.proto.json for one in listed])


def test_access_for_a_colleague_is_asked_of_the_sales_with_what_they_need(desk):
    assert "/contact?service=sales&amp;about=colleague" in said(tab("", desk.contact))
    app = tab("contact", desk.contact, service="sales", about="colleague")
    assert app.text_input[0].value == "Access to the client space for a colleague"
    assert "E-mail address:" in app.text_area[0].value
    app.button(key="send").click().run()
    assert not app.exception and not app.error
    assert len(enquiries(desk)) == 1
    assert tab("contact", desk.contact, service="sales", about="<b>").text_area[0].value == ""


# ------------------------------------------------------------------ contact


@pytest.mark.parametrize("service", [Service.LOGISTICS, Service.ACCOUNTING, Service.SALES])
def test_a_message_to_a_service_is_an_enquiry_with_a_number(desk, service):
    subscriptions.save(desk.desk(desk.manager), desk.other.id, Plan(StarLevel.NONE))  # needs none
    app = tab("contact", desk.stranger, service=service.value)
    app.text_input[0].input("Where is it?").run()
    app.text_area[0].input("We ordered a month ago.").run()
    app.button(key="send").click().run()
    assert not app.exception and not app.error
    [one] = enquiries(desk, desk.stranger)
    sheet = sheets.sheet(desk.desk(desk.manager), one.line.reference)
    assert (sheet.kind, sheet.service, sheet.subject) == (Kind.ENQUIRY, service, "Where is it?")
    assert any(one.line.reference in success.value.replace("\\", "") for success in app.success)
    assert one.line.reference in said(tab("contact", desk.stranger, service=service.value))


def test_technical_matters_lead_to_tickets_and_to_those_that_are_open(desk):
    reference = requested(desk)
    app = tab("contact", desk.contact, service="technical")
    assert not app.text_area and reference in said(app)
    assert "incident is an unexpected interruption" in said(app)


def test_the_address_fills_in_the_subject_and_what_was_typed_before_is_kept(desk):
    app = tab("contact", desk.contact, service="sales")
    app.text_input[0].input("Half a thought").run()
    asked = tab("contact", desk.contact, service="sales", subject="Five stars, please")
    assert asked.text_input[0].value == "Five stars, please"
    assert tab("contact", desk.contact, service="sales").text_input[0].value == "Half a thought"


def test_an_empty_message_is_refused_and_an_unknown_service_asks_which(desk):
    app = tab("contact", desk.contact, service="sales")
    app.button(key="send").click().run()
    assert [error.value.split("  \n") for error in app.error] == [
        ["Give the ticket a subject.", "Describe the matter: the more we know, the sooner we can help."]
    ]
    app = tab("contact", desk.contact, service="<b>")
    assert app.radio[0].value is None and not app.text_input and not app.exception


def test_a_service_has_a_queue_of_its_own(desk):
    services.choose(desk.desk(desk.manager), desk.colleague.id, [Service.LOGISTICS])
    incident(desk)
    app = tab("contact", desk.contact, service="logistics")
    app.text_input[0].input("A parcel").run()
    app.text_area[0].input("Where?").run()
    app.button(key="send").click().run()
    [one] = enquiries(desk)
    text = str([element.proto.json for element in tab("queue", desk.colleague).get("bidi_component")])
    assert one.line.reference in text and "INC-" not in text


# ------------------------------------------------------------------ programme and documents


def test_the_programmes_stand_side_by_side_with_one_s_own_marked(desk):
    app = tab("programme", desk.stranger)
    text = said(app)
    assert not app.exception
    assert text.count('<section class="programme">') == 3 and text.count("Your programme") == 1
    assert "Monday to Friday 09:00–12:30, 13:30–18:00" in text and "On Saturday 09:00–13:00" in text
    assert text.count("Ask our sales team for this programme") == 2
    assert "subject=We+would+like+the+5-star+programme" in text and "3-star+programme" not in text


def test_documents_are_listed_and_tickets_are_there_to_be_printed(desk):
    paper = Paper(DocumentKind.QUOTE, "DEV-7", "Ten licences", date(2026, 3, 1))
    documents.add(desk.desk(desk.sales), desk.acme.id, paper, *store([Upload("DEV-7.pdf", b"%PDF-1.4 two")]))
    reference = requested(desk)
    text = said(tab("documents", desk.contact))
    assert "DEV-7" in text and f"/tickets/{reference}/print" in text
    app = tab("documents", desk.contact)
    app.text_input(key="printable_text").input("nothing like it").run()
    assert f"/tickets/{reference}/print" not in said(app) and "No ticket is like that." in said(app)
    other = said(tab("documents", desk.stranger))
    assert "DEV-7" not in other and reference not in other


@pytest.mark.parametrize("path", ["contact", "documents", "programme"])
def test_the_pages_are_the_clients_alone(desk, path):
    for user in (desk.manager, desk.technician, desk.sales):
        assert [error.value for error in tab(path, user).error] == ["This page is not for your role."]
