"""The ticket page: what a ticket is about is corrected there, and handed over; on the queue, who is offered."""

from streamlit.util import calc_hash

from data import account, clients, corrections, products, services, sheets, tickets
from models.ticket import Kind, Service, Urgency
from models.user import Language
from tests.pages.tab import incident, tab


def opened(desk, reference: str, action: str, user=None):
    app = tab("ticket", user or desk.technician, ref=reference)
    app.button(key=f"open_{action}").click().run()
    assert not app.exception
    return app


def speak_french(desk) -> None:
    """As AppTest does by itself, which finds an option by what it is called."""
    account.update(desk.desk(desk.technician), "Technicien", Language.FRENCH)


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def group(app, key: str):
    return next(one for one in app.button_group if one.key == key)


def test_subject_and_product_are_corrected_and_the_history_says_so(desk):
    [made] = products.create(desk.desk(desk.manager), ["Tachy"]).created
    clients.own(desk.desk(desk.sales), desk.acme.id, made.id)
    reference = incident(desk)
    app = opened(desk, reference, "correct")
    app.text_input(key=f"correct_subject_{reference}").set_value("Le tachygraphe")
    app.selectbox(key=f"correct_product_{reference}").set_value(str(made.id)).run()
    app.button(key="correct_save").click().run()
    assert not app.exception and not app.error
    assert "Le tachygraphe" in html(app) and "Comptoir → Tachy" in html(app)
    assert "correct_save" not in [one.key for one in app.button]


def test_a_request_becomes_an_incident_only_with_its_urgency(desk):
    reference = incident(desk)
    technician = desk.desk(desk.technician)
    present = corrections.choices(technician, reference).present
    request = corrections.Correction(
        subject=present.subject, kind=Kind.REQUEST, product_id=present.product_id, contact_id=present.contact_id
    )
    corrections.correct(technician, reference, request, present)
    speak_french(desk)
    app = opened(desk, reference, "correct")
    group(app, f"correct_kind_{reference}").set_value(Kind.INCIDENT).run()
    assert app.button(key="correct_save").disabled
    app.selectbox(key=f"correct_urgency_{reference}").set_value(Urgency.SERIOUS).run()
    assert any("recalculées" in one.value for one in app.caption)
    app.button(key="correct_save").click().run()
    assert not app.exception and not app.error
    sheet = sheets.sheet(technician, reference)
    assert (sheet.kind, sheet.urgency) == (Kind.INCIDENT, Urgency.SERIOUS)


def test_what_somebody_else_corrected_meanwhile_is_not_overwritten(desk):
    reference = incident(desk)
    app = opened(desk, reference, "correct")
    colleague = desk.desk(desk.colleague)
    present = corrections.choices(colleague, reference).present
    theirs = corrections.Correction(
        subject="De l’un", kind=present.kind, product_id=None, contact_id=present.contact_id, urgency=present.urgency
    )
    corrections.correct(colleague, reference, theirs, present)
    app.text_input(key=f"correct_subject_{reference}").set_value("De l’autre")
    app.button(key="correct_save").click().run()
    assert ["meanwhile" in one.value for one in app.error] == [True]
    assert sheets.sheet(colleague, reference).subject == "De l’un"
    app.button(key="open_correct").click().run()
    app.button(key="open_correct").click().run()
    app.text_input(key=f"correct_subject_{reference}").set_value("De l’autre")
    app.button(key="correct_save").click().run()
    assert not app.error and sheets.sheet(colleague, reference).subject == "De l’autre"


def test_a_ticket_is_handed_over_and_the_form_says_who_sees_it_next(desk):
    reference = incident(desk)
    tickets.take(desk.desk(desk.technician), reference)
    speak_french(desk)
    app = opened(desk, reference, "hand_over")
    assert app.button(key="hand_over_save").disabled
    group(app, f"hand_over_to_{reference}").set_value(Service.SALES).run()
    assert any("Manager, Sales" in one.value and "question" in one.value for one in app.caption)
    app.text_area(key=f"hand_over_note_{reference}").set_value("Un devis")
    app.button(key="hand_over_save").click().run()
    assert not app.exception and not app.error
    assert any("Un autre service" in one.value for one in app.info)
    sheet = sheets.sheet(desk.desk(desk.sales), reference)
    assert (sheet.service, sheet.kind, sheet.assignee) == (Service.SALES, Kind.ENQUIRY, "")
    theirs = tab("ticket", desk.sales, ref=reference)
    assert "Un devis" in html(theirs) and "Technical → <b>Sales</b>" in html(theirs)


def test_a_service_that_nobody_looks_after_is_named_before_a_ticket_goes_there(desk):
    reference = incident(desk)
    speak_french(desk)
    app = opened(desk, reference, "hand_over")
    group(app, f"hand_over_to_{reference}").set_value(Service.LOGISTICS).run()
    assert any("seuls les responsables" in one.value for one in app.caption)


def test_a_contact_reads_the_correction_on_its_own_page(desk):
    reference = incident(desk)
    technician = desk.desk(desk.technician)
    present = corrections.choices(technician, reference).present
    wanted = corrections.Correction(subject="Autre", kind=Kind.REQUEST, product_id=None, contact_id=desk.contact.id)
    corrections.correct(technician, reference, wanted, present)
    shown = html(tab("ticket", desk.contact, ref=reference))
    assert "Incident → Service request" in shown and "Comptoir → no product" in shown and "nobody → Contact" in shown


def test_only_who_can_work_a_ticket_is_offered_for_it(desk):
    services.choose(desk.desk(desk.manager), desk.colleague.id, [Service.ACCOUNTING])
    app = opened(desk, incident(desk), "assign")
    assert app.selectbox(key="assign_to").options == ["Nobody", "Manager", "Technician"]


def test_what_was_done_is_not_said_on_the_next_page(desk):
    app = tab("products", desk.manager)
    app.session_state["done"] = "The product is renamed."
    app.run()
    assert [toast.value for toast in app.toast] == ["The product is renamed."]
    hidden = '[data-testid="stToastContainer"] { display: none; }'
    assert hidden not in html(app)
    app._page_hash = calc_hash("calendars")
    app.run()
    assert hidden in html(app)
    app.session_state["done"] = "Saved."
    app.run()
    assert hidden not in html(app) and [toast.value for toast in app.toast] == ["Saved."]
