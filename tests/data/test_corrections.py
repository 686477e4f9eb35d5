"""A ticket is corrected and handed over, each change in its history, with its clocks; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import clients, conversation, corrections, products, services, sheets, subscriptions, tickets, users
from data.corrections import Correction
from data.tickets import TicketForm
from models.client import StarLevel
from models.errors import NotAllowed, Refused
from models.message import Message
from models.permission import Role
from models.subscription import Plan
from models.ticket import CLIENT_SEES, Change, HistoryEntry, Kind, Service, Status, Ticket, Urgency


def filed(world, **changes) -> str:
    form = {
        "kind": Kind.INCIDENT,
        "urgency": Urgency.CRITICAL,
        "subject": "Panne",
        "description": "…",
        "product_id": world.product.id,
    }
    return tickets.file(world.desk(world.contact), TicketForm(**form | changes))


def enquiry(world, service=Service.ACCOUNTING) -> str:
    return filed(world, kind=Kind.ENQUIRY, urgency=Urgency.NONE, service=service, product_id=None)


def ticket(world, reference: str) -> Ticket:
    with Session(world.engine) as session:
        return session.exec(select(Ticket).where(Ticket.reference == reference)).one()


def history(world, reference: str) -> list[tuple[Change, str | None, str | None]]:
    """Without changes of status."""
    with Session(world.engine) as session:
        entries = session.exec(
            select(HistoryEntry)
            .join(Ticket, Ticket.id == HistoryEntry.ticket_id)
            .where(Ticket.reference == reference, HistoryEntry.change != Change.STATUS)
            .order_by(HistoryEntry.id)
        )
        return [(one.change, one.before, one.after) for one in entries]


def correct(world, reference: str, by=None, **changes) -> None:
    desk = world.desk(by or world.technician)
    present = corrections.choices(desk, reference).present
    corrections.correct(desk, reference, replace(present, **changes), present)


def owned(world, name: str) -> int:
    [made] = products.create(world.desk(world.manager), [name]).created
    clients.own(world.desk(world.sales), world.acme.id, made.id)
    return made.id


def colleague_of_the_contact(world, *, active: bool = True) -> int:
    desk = world.desk(world.manager)
    form = users.Invitation(
        email="autre@guichet.example", name="Autre contact", role=Role.CONTACT, client_id=world.acme.id
    )
    users.invite(desk, form)
    [person] = users.people(desk, text="autre@").page
    if not active:
        users.disable(desk, person.id)
    return person.id


# ------------------------------------------------------------------ corrections


def test_subject_product_and_contact_are_corrected_each_with_a_line_of_history(world):
    reference = filed(world)
    tachy, contact = owned(world, "Tachy"), colleague_of_the_contact(world)
    dues = ticket(world, reference).first_response_due_at, ticket(world, reference).resolution_due_at
    world.now += timedelta(minutes=10)
    correct(world, reference, subject="  Le tachygraphe ", product_id=tachy, contact_id=contact)
    one = ticket(world, reference)
    assert (one.subject, one.product_id, one.contact_id) == ("Le tachygraphe", tachy, contact)
    assert (one.first_response_due_at, one.resolution_due_at, one.changed_at) == (*dues, world.now)
    assert history(world, reference) == [
        (Change.SUBJECT, "Panne", "Le tachygraphe"),
        (Change.PRODUCT, "Comptoir", "Tachy"),
        (Change.CONTACT, "Contact", "Autre contact"),
    ]
    correct(world, reference, product_id=None, contact_id=None)
    assert history(world, reference)[3:] == [
        (Change.PRODUCT, "Tachy", None),
        (Change.CONTACT, "Autre contact", None),
    ]


def test_what_is_as_it_was_is_no_change(world):
    reference = filed(world)
    correct(world, reference)
    assert history(world, reference) == []


def test_another_kind_dates_the_clocks_from_filing_and_keeps_the_reference(world):
    reference = filed(world)
    before = ticket(world, reference)
    request = ticket(world, filed(world, kind=Kind.REQUEST, urgency=Urgency.NONE))
    world.now += timedelta(minutes=20)
    correct(world, reference, kind=Kind.REQUEST, urgency=Urgency.CRITICAL)
    one = ticket(world, reference)
    assert (one.reference, one.kind, one.urgency) == (reference, Kind.REQUEST, Urgency.NONE)
    assert one.first_response_target == request.first_response_target != before.first_response_target
    assert one.first_response_due_at == request.first_response_due_at
    assert one.resolution_due_at == request.resolution_due_at
    assert history(world, reference) == [
        (Change.KIND, "incident", "request"),
        (Change.URGENCY, "critical", "none"),
    ]
    sheet = sheets.sheet(world.desk(world.technician), reference)
    [move] = sheet.first_response.moves
    assert (move.change, move.due_before) == (Change.KIND, before.first_response_due_at)
    assert move.due_after == one.first_response_due_at
    correct(world, reference, kind=Kind.INCIDENT, urgency=Urgency.CRITICAL)
    again = ticket(world, reference)
    assert again.first_response_due_at == before.first_response_due_at
    assert again.resolution_due_at == before.resolution_due_at


def test_a_clock_that_is_decided_is_not_judged_again(world):
    reference = filed(world)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    answered = ticket(world, reference)
    correct(world, reference, kind=Kind.REQUEST)
    one = ticket(world, reference)
    assert one.first_response_target == answered.first_response_target
    assert one.first_response_due_at == answered.first_response_due_at
    assert one.resolution_target != answered.resolution_target


def test_pauses_are_kept_when_the_kind_changes(world):
    reference = filed(world)
    conversation.reply(world.desk(world.technician), reference, "?", ask=True)
    world.now += timedelta(hours=2)
    conversation.reply(world.desk(world.contact), reference, "!")
    correct(world, reference, kind=Kind.REQUEST)
    request = ticket(world, filed(world, kind=Kind.REQUEST, urgency=Urgency.NONE))
    assert ticket(world, reference).resolution_due_at == request.resolution_due_at


def test_a_technical_ticket_becomes_an_enquiry_only_by_being_handed_over(world):
    reference = filed(world)
    with pytest.raises(Refused, match="technical service"):
        correct(world, reference, kind=Kind.ENQUIRY)
    assert ticket(world, reference).kind == Kind.INCIDENT


def test_the_product_is_one_that_the_client_owns_and_that_is_not_retired(world):
    reference = filed(world)
    [foreign] = products.create(world.desk(world.manager), ["Ailleurs"]).created
    retired = owned(world, "Ancien")
    products.retire(world.desk(world.manager), retired)
    for product_id, problem in ((foreign.id, "own"), (retired, "retired"), (10**12, "own"), (-1, "own")):
        with pytest.raises(Refused, match=problem):
            correct(world, reference, product_id=product_id)
    products.retire(world.desk(world.manager), world.product.id)
    choices = corrections.choices(world.desk(world.technician), reference)
    assert [one.name for one in choices.products] == ["Comptoir"]
    correct(world, reference, subject="Autre chose")  # of its retired product still
    assert ticket(world, reference).product_id == world.product.id


def test_the_contact_is_an_active_one_of_the_same_client(world):
    reference = filed(world)
    disabled = colleague_of_the_contact(world, active=False)
    for contact_id in (world.stranger.id, world.technician.id, disabled, 10**12, 0):
        with pytest.raises(Refused):
            correct(world, reference, contact_id=contact_id)
    assert ticket(world, reference).contact_id == world.contact.id


@pytest.mark.parametrize("subject", ["", "  ", "\x00", "x" * 201])
def test_a_ticket_has_a_subject(world, subject):
    reference = filed(world)
    with pytest.raises(Refused):
        correct(world, reference, subject=subject)


def test_of_two_at_once_the_second_is_told(world):
    reference = filed(world)
    seen = corrections.choices(world.desk(world.technician), reference).present
    correct(world, reference, by=world.colleague, subject="De l’un")
    with pytest.raises(Refused, match="meanwhile"):
        corrections.correct(world.desk(world.technician), reference, replace(seen, subject="De l’autre"), seen)
    assert ticket(world, reference).subject == "De l’un"


def test_a_resolved_ticket_is_final(world):
    reference = filed(world)
    seen = corrections.choices(world.desk(world.technician), reference).present
    tickets.resolve(world.desk(world.technician), reference, "Fait")
    with pytest.raises(Refused, match="final"):
        corrections.correct(world.desk(world.technician), reference, replace(seen, subject="Autre"), seen)
    with pytest.raises(Refused, match="final"):
        corrections.hand_over(world.desk(world.technician), reference, Service.SALES)


def test_only_who_may_work_a_ticket_corrects_it(world):
    reference = filed(world)
    seen = Correction(subject="Panne", kind=Kind.INCIDENT, product_id=None, contact_id=None)
    for user in (world.sales, world.contact, world.stranger):
        desk = world.desk(user)
        for attempt in (
            lambda desk=desk: corrections.choices(desk, reference),
            lambda desk=desk: corrections.correct(desk, reference, seen, seen),
            lambda desk=desk: corrections.hand_over(desk, reference, Service.SALES),
        ):
            with pytest.raises(NotAllowed):
                attempt()


# ------------------------------------------------------------------ another service


def test_a_technical_ticket_handed_over_is_an_enquiry_that_nobody_has_there(world):
    reference = filed(world)
    tickets.take(world.desk(world.technician), reference)
    conversation.note(world.desk(world.technician), reference, "Vu avec le client")
    corrections.hand_over(world.desk(world.technician), reference, Service.SALES, note="C’est un devis")
    one = ticket(world, reference)
    assert (one.service, one.kind, one.urgency) == (Service.SALES, Kind.ENQUIRY, Urgency.NONE)
    assert (one.reference, one.assignee_id, one.status) == (reference, None, Status.IN_PROGRESS)
    assert history(world, reference)[1:] == [
        (Change.SERVICE, "technical", "sales"),
        (Change.KIND, "incident", "enquiry"),
        (Change.URGENCY, "critical", "none"),
        (Change.ASSIGNEE, "Technician", None),
    ]
    wanted = ticket(world, enquiry(world, Service.SALES))
    assert one.resolution_target == wanted.resolution_target
    thread = conversation.thread(world.desk(world.sales), reference)
    notes = [entry.body for entry in thread.entries if isinstance(entry, conversation.Said)]
    assert notes == ["Vu avec le client", "C’est un devis"]
    with pytest.raises(NotAllowed):
        tickets.take(world.desk(world.technician), reference)
    tickets.take(world.desk(world.sales), reference)


def test_who_works_the_other_service_too_keeps_the_ticket(world):
    services.choose(world.desk(world.manager), world.technician.id, [Service.TECHNICAL, Service.LOGISTICS])
    reference = filed(world)
    tickets.take(world.desk(world.technician), reference)
    corrections.hand_over(world.desk(world.technician), reference, Service.LOGISTICS)
    assert ticket(world, reference).assignee_id == world.technician.id


def test_an_enquiry_handed_to_the_technical_service_says_what_it_is(world):
    reference = enquiry(world, Service.SALES)
    sales = world.desk(world.sales)
    with pytest.raises(Refused, match="technical service"):
        corrections.hand_over(sales, reference, Service.TECHNICAL)
    corrections.hand_over(sales, reference, Service.TECHNICAL, kind=Kind.INCIDENT, urgency=Urgency.SERIOUS)
    one = ticket(world, reference)
    assert (one.reference, one.kind, one.urgency) == (reference, Kind.INCIDENT, Urgency.SERIOUS)
    incident = ticket(world, filed(world, urgency=Urgency.SERIOUS))
    assert one.resolution_due_at == incident.resolution_due_at
    with pytest.raises(NotAllowed):
        corrections.hand_over(sales, reference, Service.ACCOUNTING)


def test_between_other_services_nothing_is_promised_anew(world):
    reference = enquiry(world, Service.SALES)
    before = ticket(world, reference)
    corrections.hand_over(world.desk(world.sales), reference, Service.ACCOUNTING, kind=Kind.INCIDENT)
    one = ticket(world, reference)
    assert (one.service, one.kind) == (Service.ACCOUNTING, Kind.ENQUIRY)
    assert one.resolution_due_at == before.resolution_due_at
    assert history(world, reference) == [(Change.SERVICE, "sales", "accounting")]


def test_the_technical_service_takes_nothing_without_a_subscription(world):
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        poor = world.client(session, "Sans abonnement", None)
        session.commit()
    form = TicketForm(kind=Kind.ENQUIRY, service=Service.SALES, subject="Bonjour", description="…", client_id=poor.id)
    reference = tickets.file(world.desk(world.sales), form)
    with pytest.raises(Refused, match="subscription"):
        corrections.hand_over(world.desk(world.sales), reference, Service.TECHNICAL, kind=Kind.INCIDENT)
    assert ticket(world, reference).service == Service.SALES


def test_to_its_own_service_a_ticket_is_not_handed(world):
    reference = filed(world)
    with pytest.raises(Refused, match="already"):
        corrections.hand_over(world.desk(world.technician), reference, Service.TECHNICAL, kind=Kind.REQUEST)


def test_a_refused_hand_over_leaves_no_note(world):
    reference = enquiry(world, Service.SALES)
    with pytest.raises(Refused):
        corrections.hand_over(world.desk(world.sales), reference, Service.TECHNICAL, note="Pour vous")
    with Session(world.engine) as session:
        assert session.exec(select(Message)).all() == []


def test_the_form_says_who_sees_it_next(world):
    desk = world.desk(world.technician)
    sales = corrections.next_readers(desk, Service.SALES)
    assert (sales.names, sales.count, sales.own) == (("Manager", "Sales"), 2, True)
    nobody = corrections.next_readers(desk, Service.LOGISTICS)
    assert (nobody.names, nobody.own) == (("Manager",), False)


# ------------------------------------------------------------------ read and taken along


def test_a_contact_reads_what_was_corrected_and_not_who_has_it(world):
    reference = filed(world)
    tickets.take(world.desk(world.technician), reference)
    correct(world, reference, subject="Autre", kind=Kind.REQUEST)
    changes = [
        entry.change
        for entry in conversation.thread(world.desk(world.contact), reference).entries
        if isinstance(entry, conversation.Changed)
    ]
    assert {Change.SUBJECT, Change.KIND, Change.URGENCY} < set(changes) <= set(CLIENT_SEES)


def test_a_correction_asks_for_no_subscription(world):
    reference = filed(world)
    subscriptions.save(world.desk(world.sales), world.acme.id, Plan(StarLevel.NONE))
    correct(world, reference, kind=Kind.REQUEST)
    assert ticket(world, reference).kind == Kind.REQUEST
